//! The listed movements as a CSV file, fetched piece by piece.

use hearth_types::{
    history::{ExportForm, HistoryFilter},
    ipc::{ExportHistory, IpcError},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_icons::Icon;

use crate::{
    components::{ErrorBox, save_csv},
    state::{App, use_app},
    words::w,
};

/// What a file may be for, its word in the page and in the file's name.
const FORMS: [(ExportForm, &str); 3] = [
    (ExportForm::Plain, "plain"),
    (ExportForm::Koinly, "koinly"),
    (ExportForm::Cointracking, "cointracking"),
];

fn label(form: ExportForm) -> &'static str {
    match form {
        ExportForm::Plain => w!(export.plain),
        ExportForm::Koinly => w!(export.koinly),
        ExportForm::Cointracking => w!(export.cointracking),
    }
}

/// The file's name: `hearth-history.csv`, or with the time and the program that it is for.
fn file_name(form: ExportForm, of: Option<&str>) -> String {
    let of = of.unwrap_or("history");
    match FORMS
        .iter()
        .find(|(one, _)| *one == form && form != ExportForm::Plain)
    {
        Some((_, word)) => format!("hearth-{of}-{word}.csv"),
        None => format!("hearth-{of}.csv"),
    }
}

/// All pieces; they are the file one after another.
async fn pieces(app: App, form: ExportForm, filter: HistoryFilter) -> Result<Vec<String>, IpcError> {
    let (mut pieces, mut after) = (Vec::new(), None);
    loop {
        let request = ExportHistory {
            form,
            filter: filter.clone(),
            after,
        };
        let piece = app.ask(request).await?;
        pieces.push(piece.text);
        after = piece.next;
        if after.is_none() {
            return Ok(pieces);
        }
    }
}

/// A choice of the form and a button that saves. `of` names the file after what is in it.
#[component]
pub(super) fn ExportButton(
    #[prop(into)] filter: Signal<HistoryFilter>,
    #[prop(optional, into)] of: Signal<Option<String>>,
) -> impl IntoView {
    let app = use_app();
    let form = RwSignal::new(ExportForm::Plain);
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<IpcError>));
    let save = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        let (form, filter) = (form.get_untracked(), filter.get_untracked());
        let name = of.with_untracked(|of| file_name(form, of.as_deref()));
        spawn_local(async move {
            let outcome = pieces(app, form, filter).await;
            // The page may be gone by now; its signals with it.
            busy.try_set(false);
            match outcome {
                Ok(pieces) => save_csv(app, &name, &pieces),
                Err(why) => {
                    error.try_set(Some(why));
                }
            }
        });
    };
    let forms = FORMS
        .map(|(one, word)| view! { <option value=word>{label(one)}</option> })
        .collect_view();
    view! {
        <div class="export">
            <select
                aria-label=w!(export.form)
                data-testid="export-form"
                on:change:target=move |event| {
                    let word = event.target().value();
                    if let Some((one, _)) = FORMS.iter().find(|(_, named)| *named == word) {
                        form.set(*one);
                    }
                }
            >
                {forms}
            </select>
            <button
                type="button"
                class="button"
                data-testid="export-button"
                disabled=move || busy.get()
                aria-busy=move || busy.get().to_string()
                on:click=save
            >
                {move || {
                    if busy.get() {
                        view! { <span class="spinner" aria-hidden="true"></span> }.into_any()
                    } else {
                        view! { <Icon icon=icondata::LuDownload /> }.into_any()
                    }
                }}
                {w!(export.button)}
            </button>
        </div>
        <ErrorBox error />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_what_is_in_them() {
        assert_eq!(file_name(ExportForm::Plain, None), "hearth-history.csv");
        assert_eq!(file_name(ExportForm::Koinly, None), "hearth-history-koinly.csv");
        assert_eq!(
            file_name(ExportForm::Cointracking, Some("2026-11")),
            "hearth-2026-11-cointracking.csv"
        );
    }
}
