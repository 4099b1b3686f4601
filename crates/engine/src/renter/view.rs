//! Deployments and leases as shown.

use hearth_store::{
    leases::{self, LeaseKey, LeaseRow},
    outputs,
};
use hearth_types::{
    id::LeaseId,
    ipc::{Code, IpcError},
    job::Blob,
    lease::{DeploymentView, FileContent, LeaseView, Side},
};

use crate::engine::Engine;

impl Engine {
    pub(crate) async fn deployment(&self, lease: LeaseId) -> Result<DeploymentView, IpcError> {
        let mut read = self.inner.store.read().await?;
        let row = leases::get(
            &mut read,
            LeaseKey {
                id: lease,
                side: Side::Renter,
            },
        )
        .await?;
        let mut view = self.deployment_of(&row);
        view.output = outputs::output(&mut read, lease, 0).await?;
        view.files = outputs::files(&mut read, lease).await?;
        Ok(view)
    }

    /// Without output and files, for lists.
    fn deployment_of(&self, row: &LeaseRow) -> DeploymentView {
        DeploymentView {
            lease: row.view(),
            title: row.title.clone(),
            progress: self.state().progress.get(&row.quote.lease).copied(),
            exit_code: row.exit_code,
            output: Vec::new(),
            files: Vec::new(),
        }
    }

    pub(crate) async fn list_deployments(&self) -> Result<Vec<DeploymentView>, IpcError> {
        let mut read = self.inner.store.read().await?;
        let rows = leases::list(&mut read, Some(Side::Renter)).await?;
        Ok(rows.iter().map(|row| self.deployment_of(row)).collect())
    }

    pub(crate) async fn list_leases(&self) -> Result<Vec<LeaseView>, IpcError> {
        Ok(self.lease_rows().await?.iter().map(LeaseRow::view).collect())
    }

    pub(crate) async fn result_file(&self, lease: LeaseId, name: String) -> Result<FileContent, IpcError> {
        let mut read = self.inner.store.read().await?;
        let content = outputs::file(&mut read, lease, &name).await?;
        let content = content.ok_or_else(|| {
            IpcError::new(
                Code::NotFound,
                format!("No file {name:?} came back from this lease."),
            )
        })?;
        Ok(FileContent {
            name,
            content: Blob(content),
        })
    }
}
