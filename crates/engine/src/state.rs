//! What the engine remembers between commands and can rebuild from disk, hardware and chain at any time.

use std::{
    collections::{BTreeMap, HashMap},
    time::{SystemTime, UNIX_EPOCH},
};

use hearth_market::node::LeaseWork;
use hearth_program_interface::account::Device;
use hearth_sandbox::SandboxHost;
use hearth_types::{
    device::Detection,
    id::{DeviceId, LeaseId},
    ipc::{Code, IpcError, StakePosition, TaskId},
    market::Quote,
    network::Balances,
    node::NodeState,
    readiness::Check,
    time::UnixMillis,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{money::PendingSend, wallet::BackupQuestion};

/// A running benchmark.
pub(crate) struct Benchmark {
    pub(crate) task: TaskId,
    pub(crate) cancel: CancellationToken,
}

/// What the node's state follows from, as last seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) wants_to_lend: bool,
    pub(crate) paused_until: Option<UnixMillis>,
    /// What forbids lending, such as a missing stake.
    pub(crate) checks: Vec<Check>,
    pub(crate) runner_failed: bool,
    pub(crate) listed: bool,
    pub(crate) lease: Option<LeaseWork>,
}

/// A quote and what the market called its first device.
#[derive(Clone)]
pub(crate) struct KnownQuote {
    pub(crate) quote: Quote,
    pub(crate) device_name: String,
    /// When it expires on chain, by this machine's monotonic clock.
    pub(crate) good_until: Instant,
}

/// Work done of work to do, by lease; only while it runs.
pub(crate) type Progress = HashMap<LeaseId, (u64, u64)>;

/// Guarded by one short-lived lock; never held across an await.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) detection: Option<Detection>,
    /// What can be enforced here; looking costs processes, so it is done once per start.
    pub(crate) sandbox: Option<SandboxHost>,
    pub(crate) stakes: BTreeMap<DeviceId, StakePosition>,
    /// Devices in which the operating wallet is the co-staker.
    pub(crate) co_stakes: Vec<Device>,
    /// Stakes or balances on chain have changed since the history was last compared with them.
    pub(crate) stakes_moved: bool,
    pub(crate) balances: Balances,
    pub(crate) chain_reachable: bool,
    pub(crate) coordinator_reachable: bool,
    pub(crate) node: NodeState,
    pub(crate) facts: Facts,
    pub(crate) problems: Vec<IpcError>,
    pub(crate) benchmarks: HashMap<DeviceId, Benchmark>,
    pub(crate) next_task: u64,
    pub(crate) progress: Progress,
    /// Words of the backup that were asked for.
    pub(crate) backup_question: Option<BackupQuestion>,
    /// Payments that were reviewed and not sent yet, by key.
    pub(crate) reviewed: HashMap<String, PendingSend>,
    /// Quotes obtained and not deployed yet; their signatures are in the store.
    pub(crate) quotes: HashMap<LeaseId, KnownQuote>,
}

impl State {
    /// A problem that is over.
    pub(crate) fn solved(&mut self, code: Code) {
        self.problems.retain(|known| known.code != code);
    }

    /// Remembers a problem for the status; the same code replaces its older self.
    pub(crate) fn add_problem(&mut self, problem: IpcError) {
        self.problems.retain(|known| known.code != problem.code);
        self.problems.push(problem);
        if self.problems.len() > 8 {
            self.problems.remove(0);
        }
    }
}

/// The wall clock, for records and screens. Durations use monotonic clocks.
pub(crate) fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
