//! The address book, and what is known of a recipient before anything is sent.

use hearth_store::{contacts, wallets};
use hearth_types::{
    id::WalletAddress,
    ipc::{Code, Contact, IpcError, MAX_NAME_CHARS, SendWarning, SetContact, Topic},
};

use super::look_alike::look_alike;
use crate::engine::Engine;

/// A name without surrounding space.
///
/// # Errors
/// [`Code::BadRequest`] when it is empty, too long or holds control characters.
pub(super) fn valid_name(name: &str) -> Result<String, IpcError> {
    let name = name.trim();
    let length = name.chars().count();
    if (1..=MAX_NAME_CHARS).contains(&length) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(IpcError::new(
            Code::BadRequest,
            format!("A name has 1 to {MAX_NAME_CHARS} characters."),
        ))
    }
}

/// What is known here of an address.
pub(crate) struct Acquaintance {
    /// A contact's or own wallet's name.
    pub(crate) name: Option<String>,
    /// One of the profile's own wallets.
    pub(crate) own: bool,
    /// What to think of first.
    pub(crate) warnings: Vec<SendWarning>,
}

impl Engine {
    pub(crate) async fn list_contacts(&self) -> Result<Vec<Contact>, IpcError> {
        let mut read = self.inner.store.read().await?;
        Ok(contacts::list(&mut read).await?)
    }

    pub(crate) async fn set_contact(&self, request: SetContact) -> Result<Vec<Contact>, IpcError> {
        let name = valid_name(&request.name)?;
        let mut tx = self.inner.store.begin().await?;
        if !contacts::set(&mut tx, request.address, &name).await? {
            return Err(IpcError::new(Code::BadRequest, "Another address has this name."));
        }
        tx.commit().await?;
        self.changed(Topic::Wallet);
        self.list_contacts().await
    }

    pub(crate) async fn remove_contact(&self, address: WalletAddress) -> Result<Vec<Contact>, IpcError> {
        let mut tx = self.inner.store.begin().await?;
        contacts::remove(&mut tx, address).await?;
        tx.commit().await?;
        self.changed(Topic::Wallet);
        self.list_contacts().await
    }

    /// Looks an address up among contacts, own wallets, earlier recipients and the withdrawal address.
    pub(crate) async fn acquaintance(&self, to: WalletAddress) -> Result<Acquaintance, IpcError> {
        let own = self.own_addresses()?;
        let withdrawal = self.withdrawal().await?.address;
        let mut read = self.inner.store.read().await?;
        let book = contacts::list(&mut read).await?;
        let sent = contacts::recipients(&mut read).await?;
        let rows = wallets::list(&mut read).await?;
        drop(read);
        let mut named: Vec<(WalletAddress, Option<String>)> = Vec::new();
        named.extend(book.into_iter().map(|c| (c.address, Some(c.name))));
        named.extend(rows.into_iter().map(|row| (row.address, Some(row.name))));
        let name = named
            .iter()
            .find(|(address, _)| *address == to)
            .and_then(|(_, name)| name.clone());
        let is_own = own.contains(&to);
        let mut warnings = Vec::new();
        if !is_own && !sent.contains(&to) {
            warnings.push(SendWarning::FirstTime);
        }
        if name.is_none() {
            named.extend(sent.into_iter().chain(withdrawal).map(|address| (address, None)));
            if let Some((known, name)) = named.into_iter().find(|(known, _)| look_alike(*known, to)) {
                warnings.push(SendWarning::LooksLike { known, name });
            }
        }
        Ok(Acquaintance {
            name,
            own: is_own,
            warnings,
        })
    }
}
