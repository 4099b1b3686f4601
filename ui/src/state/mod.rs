//! What every page shares: the status, the connection, what changed, and how to ask.

mod act;

use std::{collections::BTreeMap, time::Duration};

use hearth_types::{
    id::{DeviceId, LeaseId},
    ipc::{Code, Event, FileSaved, GetStatus, IpcError, Request, Status, TaskId, Topic},
    lease::OutputChunk,
    network::NetworkKind,
};
use leptos::{prelude::*, task::spawn_local};

pub(crate) use act::{Act, Question};

use crate::{
    backend::{Backend, Incoming},
    words::w,
};

/// Detail of the error that means "pair first"; set by the HTTP transport alone.
pub(crate) const UNPAIRED: &str = "unpaired";
const RETRY_EVERY: Duration = Duration::from_secs(2);
const NOTICE_FOR: Duration = Duration::from_secs(8);
/// Output kept for the page that shows it, chunks; the engine keeps the latest part as well.
const OUTPUT_CHUNKS: usize = 4000;

/// How the engine can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    /// Not asked yet.
    Connecting,
    /// It answers.
    Up,
    /// It does not.
    Lost,
    /// It wants a pairing code first.
    Unpaired,
}

/// A running benchmark.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BenchmarkRun {
    pub(crate) task: TaskId,
    pub(crate) step: String,
    pub(crate) fraction: f64,
    /// When this page first heard of it, milliseconds.
    pub(crate) seen_at: u64,
}

/// The output of the deployment on screen.
#[derive(Clone, Debug, Default)]
pub(crate) struct LiveOutput {
    pub(crate) lease: Option<LeaseId>,
    pub(crate) chunks: BTreeMap<u64, OutputChunk>,
}

impl LiveOutput {
    /// Adds a chunk; one that is known already changes nothing.
    pub(crate) fn add(&mut self, chunk: OutputChunk) {
        self.chunks.insert(chunk.sequence, chunk);
        while self.chunks.len() > OUTPUT_CHUNKS {
            self.chunks.pop_first();
        }
    }
}

/// A reply that is fetched again when its topics change.
#[derive(Clone, Copy)]
pub(crate) struct Fetched<T: Send + Sync + 'static> {
    /// The last good reply.
    pub(crate) value: RwSignal<Option<T>>,
    /// Why the last try failed.
    pub(crate) error: RwSignal<Option<IpcError>>,
    /// Fetches now.
    pub(crate) reload: Callback<()>,
}

/// Shared by all pages through the context.
#[derive(Clone, Copy)]
pub(crate) struct App {
    pub(crate) backend: Backend,
    pub(crate) status: RwSignal<Option<Status>>,
    pub(crate) connection: RwSignal<Connection>,
    /// Why the engine could not be started, when the window knows.
    pub(crate) outage: RwSignal<Option<IpcError>>,
    /// Milliseconds since 1970, every second.
    pub(crate) now: RwSignal<u64>,
    pub(crate) benchmarks: RwSignal<BTreeMap<DeviceId, BenchmarkRun>>,
    /// Benchmarks that failed, until the next one starts.
    pub(crate) benchmark_errors: RwSignal<BTreeMap<DeviceId, IpcError>>,
    pub(crate) output: RwSignal<LiveOutput>,
    pub(crate) question: RwSignal<Option<Question>>,
    pub(crate) notice: RwSignal<Option<String>>,
    topics: [RwSignal<u32>; 5],
    notices: RwSignal<u32>,
}

const fn place(topic: Topic) -> usize {
    match topic {
        Topic::Devices => 0,
        Topic::Wallet => 1,
        Topic::Leases => 2,
        Topic::History => 3,
        Topic::Settings => 4,
    }
}

pub(crate) fn use_app() -> App {
    // The root provides it before any page exists.
    use_context::<App>().unwrap_or_else(|| App::new(Backend::Http))
}

impl App {
    pub(crate) fn new(backend: Backend) -> Self {
        Self {
            backend,
            status: RwSignal::new(None),
            connection: RwSignal::new(Connection::Connecting),
            outage: RwSignal::new(None),
            now: RwSignal::new(now_millis()),
            benchmarks: RwSignal::new(BTreeMap::new()),
            benchmark_errors: RwSignal::new(BTreeMap::new()),
            output: RwSignal::new(LiveOutput::default()),
            question: RwSignal::new(None),
            notice: RwSignal::new(None),
            topics: [(); 5].map(|()| RwSignal::new(0)),
            notices: RwSignal::new(0),
        }
    }

    /// Opens the event stream and the clock.
    pub(crate) fn start(self) {
        self.backend.listen(move |incoming| self.receive(incoming));
        leptos_use::use_interval_fn(move || self.now.set(now_millis()), 1000);
        leptos_use::use_interval_fn(
            move || {
                // The window tells by itself when the engine is back.
                if self.connection.get_untracked() == Connection::Lost && !self.backend.is_window() {
                    self.refresh_status();
                }
            },
            u64::try_from(RETRY_EVERY.as_millis()).unwrap_or(2000),
        );
        self.refresh_status();
    }

    /// Asks and watches how the connection does.
    pub(crate) async fn ask<R: Request>(self, request: R) -> Result<R::Reply, IpcError> {
        let outcome = self.backend.ask(request).await;
        match &outcome {
            Ok(_) => self.connected(),
            Err(error) if error.detail.as_deref() == Some(UNPAIRED) => {
                self.connection.set(Connection::Unpaired)
            }
            Err(error) if error.code == Code::EngineUnreachable => self.lost(),
            Err(_) => self.connected(),
        }
        outcome
    }

    /// Fetches the status now.
    pub(crate) fn refresh_status(self) {
        spawn_local(async move {
            if let Ok(status) = self.ask(GetStatus {}).await {
                self.status.set(Some(status));
            }
        });
    }

    /// Fetches `make()` now and whenever one of `topics` changes.
    pub(crate) fn fetch<R>(
        self,
        topics: &'static [Topic],
        make: impl Fn() -> R + Send + Sync + 'static,
    ) -> Fetched<R::Reply>
    where
        R: Request + 'static,
        R::Reply: Clone + PartialEq + Send + Sync + 'static,
    {
        let (value, error) = (RwSignal::new(None), RwSignal::new(None));
        let latest = StoredValue::new(0_u32);
        let make = StoredValue::new(make);
        let load = move || {
            let Some(request) = make.try_with_value(|make| make()) else {
                return;
            };
            let turn = latest.try_update_value(|n| {
                *n += 1;
                *n
            });
            spawn_local(async move {
                let outcome = self.ask(request).await;
                // A later request is on its way, or the page is gone.
                if latest.try_get_value() != turn || turn.is_none() {
                    return;
                }
                match outcome {
                    Ok(reply) => {
                        if value.try_with_untracked(|old| old.as_ref() != Some(&reply)) == Some(true) {
                            value.set(Some(reply));
                        }
                        if error.try_with_untracked(Option::is_some) == Some(true) {
                            error.set(None);
                        }
                    }
                    Err(why) => {
                        error.try_set(Some(why));
                    }
                }
            });
        };
        Effect::new(move |_| {
            for topic in topics {
                if let Some(changes) = self.topics.get(place(*topic)) {
                    changes.track();
                }
            }
            load();
        });
        Fetched {
            value,
            error,
            reload: Callback::new(move |()| load()),
        }
    }

    /// Says something for a while.
    pub(crate) fn say(self, text: impl Into<String>) {
        self.notice.set(Some(text.into()));
        let turn = self.notices.get_untracked() + 1;
        self.notices.set(turn);
        set_timeout(
            move || {
                if self.notices.get_untracked() == turn {
                    self.notice.set(None);
                }
            },
            NOTICE_FOR,
        );
    }

    /// Closes the question on screen.
    pub(crate) fn answered(self) {
        self.question.set(None);
    }

    /// Whether money here is worthless, as far as is known.
    pub(crate) fn practice(self) -> bool {
        self.status
            .with(|status| status.as_ref().is_none_or(|s| s.network == NetworkKind::Practice))
    }

    fn connected(self) {
        let before = self.connection.get_untracked();
        if before != Connection::Up {
            self.connection.set(Connection::Up);
            self.outage.set(None);
        }
        if before == Connection::Lost {
            self.say(w!(connection.back));
        }
        if matches!(before, Connection::Lost | Connection::Unpaired) {
            self.refetch();
        }
    }

    fn lost(self) {
        if self.connection.get_untracked() != Connection::Unpaired {
            self.connection.set(Connection::Lost);
        }
    }

    /// Everything may have changed.
    fn refetch(self) {
        self.refresh_status();
        for changes in self.topics {
            changes.update(|n| *n += 1);
        }
    }

    fn receive(self, incoming: Incoming) {
        match incoming {
            Incoming::Event(event) => self.handle(*event),
            Incoming::Saved(FileSaved { path: Some(path) }) => self.say(w!(save.saved, path).to_string()),
            Incoming::Saved(FileSaved { path: None }) => self.say(w!(save.failed)),
            Incoming::Opened => {
                if self.connection.get_untracked() == Connection::Lost {
                    self.connected();
                }
            }
            // Ask, to tell a broken stream from a missing engine and from a missing pairing.
            Incoming::Lost => self.refresh_status(),
            Incoming::Down(why) => {
                // A window that has just opened is still waiting for the engine's first answer.
                if why.is_some() || self.connection.get_untracked() == Connection::Up {
                    self.lost();
                }
                self.outage.set(why.map(|why| *why));
            }
        }
    }

    fn handle(self, event: Event) {
        match event {
            Event::Status { status } => self.status.set(Some(*status)),
            Event::Changed { topic } => {
                if let Some(changes) = self.topics.get(place(topic)) {
                    changes.update(|n| *n += 1);
                }
            }
            Event::BenchmarkProgress {
                task,
                device,
                step,
                fraction,
            } => self.benchmarks.update(|runs| {
                let seen_at = runs
                    .get(&device)
                    .filter(|run| run.task == task)
                    .map_or_else(now_millis, |run| run.seen_at);
                runs.insert(
                    device,
                    BenchmarkRun {
                        task,
                        step,
                        fraction,
                        seen_at,
                    },
                );
                self.benchmark_errors.update(|errors| {
                    errors.remove(&device);
                });
            }),
            Event::BenchmarkDone { device, result, .. } => {
                self.benchmarks.update(|runs| {
                    runs.remove(&device);
                });
                if let Err(error) = result
                    && error.code != Code::Cancelled
                {
                    self.benchmark_errors.update(|errors| {
                        errors.insert(device, error);
                    });
                }
            }
            Event::Output { lease, chunk } => {
                if self.output.with_untracked(|output| output.lease == Some(lease)) {
                    self.output.update(|output| output.add(chunk));
                }
            }
            Event::Lagged => self.refetch(),
        }
    }
}

/// The wall clock, for showing only.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "Date.now() is a positive whole number below 2^53"
)]
pub(crate) fn now_millis() -> u64 {
    js_sys::Date::now() as u64
}
