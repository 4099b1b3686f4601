//! The quick benchmark: start, progress, cancel, result.

use hearth_types::{
    device::{Benchmark, Measured},
    id::DeviceId,
    ipc::{CancelTask, DeviceView, StartBenchmark},
};
use leptos::prelude::*;

use crate::{
    components::{ActButton, ErrorBox, Kind, Progress, When},
    format, labels,
    state::{Act, BenchmarkRun, use_app},
    words::w,
};

fn figure(name: &'static str, value: String, spread: Measured) -> impl IntoView {
    let (min, max) = (format::measured(spread.min), format::measured(spread.max));
    view! {
        <div class="stat">
            <span class="stat-label">{name}</span>
            <span class="stat-value">{value}</span>
            <span class="muted small">{w!(devices.bench_spread, min, max, runs = spread.runs).to_string()}</span>
        </div>
    }
}

#[component]
fn Figures(benchmark: Benchmark) -> impl IntoView {
    let compute = w!(unit.gflops, value = format::measured(benchmark.f32_gflops.median)).to_string();
    let memory = w!(
        unit.gbps,
        value = format::measured(benchmark.memory_gb_per_s.median)
    )
    .to_string();
    view! {
        <div class="stats" data-testid="benchmark-result">
            {figure(w!(devices.bench_compute), compute, benchmark.f32_gflops)}
            {figure(w!(devices.bench_memory), memory, benchmark.memory_gb_per_s)}
        </div>
        <p class="muted small"><When at=benchmark.at /></p>
    }
}

/// The panel of one device's card.
#[component]
pub(super) fn BenchmarkPanel(id: DeviceId, device: Memo<Option<DeviceView>>) -> impl IntoView {
    let app = use_app();
    let (start, cancel) = (Act::new(), Act::new());
    let result = Memo::new(move |_| device.with(|d| d.as_ref().and_then(|d| d.benchmark.clone())));
    let task = Memo::new(move |_| device.with(|d| d.as_ref().and_then(|d| d.benchmarking)));
    // The progress events say more than the list does; the list knows of a run before its first event.
    let run = Memo::new(move |_| {
        let heard = app.benchmarks.with(|runs| runs.get(&id).cloned());
        heard.or_else(|| {
            task.get().map(|task| BenchmarkRun {
                task,
                step: "start".to_owned(),
                fraction: 0.0,
                seen_at: app.now.get_untracked(),
            })
        })
    });
    let running = Memo::new(move |_| run.with(Option::is_some));
    let fraction = Signal::derive(move || run.with(|r| r.as_ref().map_or(0.0, |r| r.fraction)));
    let step =
        Signal::derive(move || run.with(|r| r.as_ref().map_or_else(String::new, |r| labels::step(&r.step))));
    let elapsed = move || {
        let since = run.with(|r| r.as_ref().map_or(0, |r| r.seen_at));
        let time = format::duration(app.now.get().saturating_sub(since) / 1000);
        w!(devices.bench_elapsed, time).to_string()
    };
    let begin = move || start.run(app, StartBenchmark { device: id }, |_| ());
    let stop = move || {
        if let Some(task) = run.with_untracked(|r| r.as_ref().map(|r| r.task)) {
            cancel.run(app, CancelTask { task }, |()| ());
        }
    };
    let failed = Signal::derive(move || app.benchmark_errors.with(|errors| errors.get(&id).cloned()));
    view! {
        {move || {
            if running.get() {
                view! {
                    <div class="running">
                        <div class="running-head"><span aria-live="polite">{step}</span><span class="muted small">{elapsed}</span></div>
                        <Progress fraction label=step testid="benchmark-progress" />
                        <ActButton act=cancel kind=Kind::Quiet label=w!(app.cancel) testid="benchmark-cancel" press=stop />
                    </div>
                }
                    .into_any()
            } else {
                let measured = result.with(Option::is_some);
                let label = if measured { w!(devices.bench_again) } else { w!(devices.bench_run) };
                view! {
                    {match result.get() {
                        Some(benchmark) => view! { <Figures benchmark /> }.into_any(),
                        None => view! { <p class="muted">{w!(devices.bench_none)}</p> }.into_any(),
                    }}
                    <ActButton act=start icon=icondata::LuGauge label=label testid="benchmark-button" press=begin />
                }
                    .into_any()
            }
        }}
        <ErrorBox error=start.error />
        <ErrorBox error=cancel.error />
        <ErrorBox error=failed />
    }
}
