//! Jobs that take what they may not.

use hearth_sandbox::Ended;
use hearth_types::job::Limits;

use crate::support::{run, shell, small};

#[tokio::test]
async fn a_fork_bomb_stays_inside_its_limit() {
    // Each level starts two more; the survivors' count is read from inside.
    let script = "mkfifo f; exec 3<>f; bomb() { bomb | bomb & }; bomb 2>/dev/null; for i in 1 2 3 4 5; do
                    count=0; for pid in /proc/[0-9]*; do count=$((count+1)); done; echo $count; read -t 0.2 -u 3; done";
    let limits = Limits {
        processes: 32,
        seconds: 3,
        ..small()
    };
    let ran = run(shell(script), limits).await;
    let most = ran
        .stdout
        .lines()
        .filter_map(|line| line.parse::<u32>().ok())
        .max()
        .unwrap_or(0);
    assert!(most <= 32 + 8, "{most} processes: {}", ran.stdout);
    assert!(
        matches!(ran.outcome.ended, Ended::Finished { .. } | Ended::TimeLimit),
        "{:?}",
        ran.outcome
    );
}

#[tokio::test]
async fn threads_and_processes_together_are_limited() {
    let script = "for i in $(seq 100); do sleep 20 & done 2>&1; jobs -p | wc -l";
    let limits = Limits {
        processes: 20,
        seconds: 5,
        ..small()
    };
    let ran = run(shell(script), limits).await;
    assert!(ran.stdout.contains("fork"), "{ran:?}");
}

#[tokio::test]
async fn a_memory_hog_is_ended() {
    // tail keeps a line without end in memory.
    let limits = Limits {
        memory_bytes: 128 << 20,
        seconds: 20,
        ..small()
    };
    let ran = run(shell("tail /dev/zero; exit $?"), limits).await;
    let peak = ran.outcome.peak_memory_bytes.unwrap();
    assert!(peak <= 160 << 20, "{peak}");
    let refused = matches!(ran.outcome.ended, Ended::Finished { exit_code: 1.. });
    assert!(refused || ran.outcome.ended == Ended::MemoryLimit, "{ran:?}");
}

#[tokio::test]
async fn many_small_processes_share_one_memory_limit() {
    let hog = "x=$(head -c 30000000 /dev/zero | tr '\\0' a); sleep 20";
    let script = format!("for i in $(seq 12); do ({hog}) & done; wait; echo survived");
    let limits = Limits {
        memory_bytes: 160 << 20,
        seconds: 25,
        ..small()
    };
    let ran = run(shell(&script), limits).await;
    let killed_some = !ran.stdout.contains("survived") || ran.stderr.contains("Killed");
    assert!(ran.outcome.ended == Ended::MemoryLimit || killed_some, "{ran:?}");
    // A watchdog sees it a moment late; a control group never lets it happen.
    if nix::unistd::geteuid().is_root() {
        assert!(
            ran.outcome.peak_memory_bytes.unwrap() <= limits.memory_bytes,
            "{ran:?}"
        );
    }
}

#[tokio::test]
async fn files_in_memory_count_as_memory() {
    let limits = Limits {
        memory_bytes: 128 << 20,
        seconds: 20,
        ..small()
    };
    let script = "head -c 60M /dev/zero > /tmp/a; head -c 60M /dev/zero > /work/b; head -c 30M /dev/zero > /dev/shm/c; sleep 10; exit 0";
    let ran = run(shell(script), limits).await;
    assert_ne!(ran.outcome.ended, Ended::Finished { exit_code: 0 }, "{ran:?}");
}

#[tokio::test]
async fn the_wall_clock_ends_a_job() {
    let ran = run(
        shell("trap '' TERM INT; while :; do :; done"),
        Limits {
            seconds: 1,
            ..small()
        },
    )
    .await;
    assert_eq!(ran.outcome.ended, Ended::TimeLimit);
    assert!(
        (1.0..4.0).contains(&ran.outcome.ran_for.as_secs_f64()),
        "{:?}",
        ran.outcome
    );
}

#[tokio::test]
async fn a_flood_of_output_is_cut_off() {
    let ran = run(
        shell("yes"),
        Limits {
            output_bytes: 1 << 20,
            ..small()
        },
    )
    .await;
    assert_eq!(ran.outcome.ended, Ended::OutputLimit);
    assert!(ran.stdout.len() <= 1 << 20 && ran.stdout.len() > 1 << 19);
}

#[tokio::test]
async fn a_flood_into_output_files_is_cut_off() {
    let job = crate::support::shell_with("head -c 3M /dev/zero > out", &[], &["out"]);
    let ran = run(
        job,
        Limits {
            output_bytes: 1 << 20,
            ..small()
        },
    )
    .await;
    assert_eq!(ran.outcome.ended, Ended::OutputLimit);
}

#[tokio::test]
async fn an_output_that_is_no_file_is_not_waited_for() {
    let job = crate::support::shell_with("mkfifo pipe; ln -s /dev/zero zero", &[], &["pipe", "zero"]);
    let ran = run(job, small()).await;
    assert_eq!(ran.outcome.ended, Ended::Finished { exit_code: 0 });
    assert!(ran.files.is_empty());
}
