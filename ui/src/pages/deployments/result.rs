//! What came of a deployment: why it ended, what was paid, what came back, which files.

use hearth_types::{
    id::LeaseId,
    ipc::GetResultFile,
    lease::{DeploymentView, FileContent, ResultFile},
};
use leptos::prelude::*;

use crate::{
    components::{ActButton, Address, ErrorBox, Kind, Money, save_bytes},
    format, labels,
    state::{Act, use_app},
    words::w,
};

/// Longest text shown in the page, bytes.
const PREVIEW: usize = 16 * 1024;

fn preview(file: &FileContent) -> Option<String> {
    let text = std::str::from_utf8(&file.content.0).ok()?;
    (text.len() <= PREVIEW && !text.contains('\0')).then(|| text.to_owned())
}

#[component]
fn FileRow(lease: LeaseId, file: ResultFile) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let text = RwSignal::new(None::<String>);
    let name = StoredValue::new(file.name.clone());
    let press = move || {
        act.run(
            app,
            GetResultFile {
                lease,
                name: name.get_value(),
            },
            move |file| {
                text.try_set(preview(&file));
                save_bytes(app, &file.name, &file.content.0);
            },
        );
    };
    view! {
        <li data-testid="result-file">
            <span class="mono">{file.name}</span>
            <span class="muted small">{format::bytes(file.bytes)}</span>
            <ActButton act kind=Kind::Quiet icon=icondata::LuDownload label=w!(deployments.download) testid="result-download" press=press />
            <ErrorBox error=act.error />
            {move || text.get().map(|text| view! { <pre class="log mono small" data-testid="result-preview">{text}</pre> })}
        </li>
    }
}

/// The card of a deployment that is over.
#[component]
pub(super) fn ResultCard(deployment: DeploymentView) -> impl IntoView {
    let lease = deployment.lease;
    let id = lease.id;
    let files = deployment.files;
    view! {
        <section class="card" data-testid="deployment-result">
            <h2>{w!(deployments.result)}</h2>
            {lease.end.map(|end| view! { <p data-testid="deployment-end">{labels::end(end)}</p> })}
            {lease.end_detail.map(|detail| view! { <pre class="log mono small">{detail}</pre> })}
            <dl class="facts">
                {lease.paid.map(|io| view! { <dt>{w!(deployments.paid)}</dt><dd><Money amount=io.0 testid="deployment-paid" /></dd> })}
                {lease.refunded.map(|io| view! { <dt>{w!(deployments.refunded)}</dt><dd><Money amount=io.0 testid="deployment-refund" /></dd> })}
                {deployment.exit_code.map(|code| view! { <dt>{w!(deployments.exit)}</dt><dd class="mono" data-testid="deployment-exit">{code}</dd> })}
                {lease.open_signature.map(|tx| view! { <dt>{w!(deployments.open_tx)}</dt><dd><Address text=tx.to_string() /></dd> })}
                {lease.close_signature.map(|tx| view! { <dt>{w!(deployments.close_tx)}</dt><dd><Address text=tx.to_string() testid="deployment-close-signature" /></dd> })}
                <dt>{w!(deployments.lease)}</dt>
                <dd><Address text=id.to_string() /></dd>
            </dl>
            {(!files.is_empty()).then(|| {
                view! {
                    <h3>{w!(deployments.files)}</h3>
                    <ul class="files">{files.into_iter().map(|file| view! { <FileRow lease=id file /> }).collect_view()}</ul>
                }
            })}
        </section>
    }
}
