//! The job: a template to start from and its text to change.

use leptos::prelude::*;

use crate::{
    jobs::{Draft, Template},
    words::w,
};

fn field(
    label: &'static str,
    testid: &'static str,
    value: impl Fn() -> String + Send + Sync + 'static,
    set: impl Fn(String) + 'static,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                type="text"
                autocomplete="off"
                data-testid=testid
                prop:value=value
                on:input:target=move |event| set(event.target().value())
            />
        </label>
    }
}

/// Template choice and editor.
#[component]
pub(super) fn JobEditor(draft: RwSignal<Draft>) -> impl IntoView {
    let template = Memo::new(move |_| draft.with(|d| d.template));
    let choices = Template::ALL.map(|choice| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="job"
                    data-testid=choice.testid()
                    prop:checked=move || template.get() == choice
                    on:change=move |_| draft.set(choice.draft())
                />
                <span>
                    <strong>{choice.label()}</strong>
                    <span class="muted small">{choice.about()}</span>
                </span>
            </label>
        }
    });
    view! {
        <fieldset class="choices">
            <legend>{w!(rent.job)}</legend>
            {choices.into_iter().collect_view()}
        </fieldset>
        <label class="field">
            <span>
                {move || match template.get() {
                    Template::Command => w!(rent.source_command),
                    Template::Squares | Template::Mandelbrot => w!(rent.source_wgsl),
                }}
            </span>
            <textarea
                class="mono code"
                rows="10"
                spellcheck="false"
                data-testid="job-source"
                prop:value=move || draft.with(|d| d.source.clone())
                on:input:target=move |event| draft.update(|d| d.source = event.target().value())
            ></textarea>
        </label>
        {move || match template.get() {
            Template::Command => {
                field(
                    w!(rent.outputs),
                    "job-outputs",
                    move || draft.with(|d| d.outputs.clone()),
                    move |text| draft.update(|d| d.outputs = text),
                )
                    .into_any()
            }
            Template::Squares | Template::Mandelbrot => {
                view! {
                    <div class="pair">
                        {field(
                            w!(rent.entry_point),
                            "job-entry-point",
                            move || draft.with(|d| d.entry_point.clone()),
                            move |text| draft.update(|d| d.entry_point = text),
                        )}
                        {field(
                            w!(rent.dispatches),
                            "job-dispatches",
                            move || draft.with(|d| d.dispatches.clone()),
                            move |text| draft.update(|d| d.dispatches = text),
                        )}
                    </div>
                }
                    .into_any()
            }
        }}
    }
}
