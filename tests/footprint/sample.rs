//! One look at every process of a household, through `/proc`.

use std::{fs, time::Duration};

use hearth_tests::processes::Household;
use nix::unistd::{SysconfVar, sysconf};
use serde_json::{Value, json};

/// What a process has used so far.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) pid: i32,
    pub(crate) name: String,
    /// Proportional set size: its own memory and its share of what it shares, bytes.
    pub(crate) pss: u64,
    /// Processor time of all its threads, clock ticks.
    ticks: u64,
    /// Times that its threads went to sleep, and so were woken.
    wakeups: u64,
}

/// All living processes of the household. What ends while it is read is left out.
pub(crate) fn of(household: &Household) -> Vec<Sample> {
    let members = household.members().into_iter();
    members
        .filter_map(|(pid, name)| {
            let proc = format!("/proc/{pid}");
            let rollup = fs::read_to_string(format!("{proc}/smaps_rollup")).ok()?;
            let stat = fs::read_to_string(format!("{proc}/stat")).ok()?;
            Some(Sample {
                pid: pid.as_raw(),
                name,
                pss: field(&rollup, "Pss:")?.checked_mul(1024)?,
                ticks: ticks(&stat)?,
                wakeups: wakeups(&proc),
            })
        })
        .collect()
}

/// The number behind a name in a file of `name: number` lines.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// User and system time; the fields are counted behind the name, which may hold spaces.
fn ticks(stat: &str) -> Option<u64> {
    let fields: Vec<_> = stat.rsplit(')').next()?.split_whitespace().collect();
    let time = |place: usize| fields.get(place)?.parse::<u64>().ok();
    time(11)?.checked_add(time(12)?)
}

fn wakeups(proc: &str) -> u64 {
    let threads = fs::read_dir(format!("{proc}/task"))
        .into_iter()
        .flatten()
        .flatten();
    threads
        .filter_map(|thread| fs::read_to_string(thread.path().join("status")).ok())
        .filter_map(|status| field(&status, "voluntary_ctxt_switches:"))
        .sum()
}

impl Sample {
    /// As shown: memory now, the rest per second since an earlier look.
    #[expect(clippy::cast_precision_loss, reason = "shown, not counted with")]
    pub(crate) fn since(&self, early: Option<&Self>, took: Duration) -> Value {
        let a_second = sysconf(SysconfVar::CLK_TCK).ok().flatten().unwrap_or(100);
        let (ticks, wakeups) = early.map_or((0, 0), |early| (early.ticks, early.wakeups));
        let seconds = took.as_secs_f64();
        json!({
            "name": self.name,
            "pss_bytes": self.pss,
            "cpu_percent_of_a_core": (self.ticks - ticks) as f64 / a_second as f64 / seconds * 100.0,
            "wakeups_per_second": (self.wakeups - wakeups) as f64 / seconds,
        })
    }
}
