//! Jobs that behave.

use hearth_sandbox::{Ended, FailureCode};
use hearth_types::job::{CommandJob, Job};

use crate::support::{run, shell, shell_with, small};

#[tokio::test]
async fn files_go_in_streams_and_files_come_out() {
    let big = vec![7; 300_000];
    let script = "cat data/in.txt; echo oops >&2; cp big.bin out/; wc -c < big.bin > out/size; exit 3";
    let files: [(&str, &[u8]); 3] = [("data/in.txt", b"hello"), ("big.bin", &big), ("out/keep", b"")];
    let ran = run(
        shell_with(script, &files, &["out/big.bin", "out/size", "out/none"]),
        small(),
    )
    .await;
    assert_eq!(ran.outcome.ended, Ended::Finished { exit_code: 3 });
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("hello", "oops\n"));
    assert_eq!(ran.files["out/big.bin"], big);
    assert_eq!(ran.files["out/size"], b"300000\n");
    assert!(!ran.files.contains_key("out/none"));
    assert_eq!(ran.outcome.output_bytes, 5 + 5 + 300_000 + 7);
}

#[tokio::test]
async fn a_program_can_come_with_the_job() {
    let mut job = shell_with("", &[("tool", b"#!/bin/sh\necho from the tool $1\n")], &[]);
    if let Job::Command(CommandJob { program, args, .. }) = &mut job {
        *program = "tool".into();
        *args = vec!["x".into()];
    }
    let ran = run(job, small()).await;
    assert_eq!(ran.stdout, "from the tool x\n");
}

#[tokio::test]
async fn a_missing_program_is_a_typed_failure() {
    let mut job = shell("");
    if let Job::Command(CommandJob { program, .. }) = &mut job {
        *program = "no-such-program".into();
    }
    let ran = run(job, small()).await;
    assert!(
        matches!(&ran.outcome.ended, Ended::Failed { code: FailureCode::CannotStart, message } if message.contains("no-such-program")),
        "{ran:?}"
    );
}

#[tokio::test]
async fn a_path_that_leaves_the_folder_is_refused() {
    let ran = run(shell_with("true", &[("../escape", b"x")], &[]), small()).await;
    assert!(
        matches!(
            ran.outcome.ended,
            Ended::Failed {
                code: FailureCode::BadJob,
                ..
            }
        ),
        "{ran:?}"
    );
}

#[tokio::test]
async fn the_environment_is_clean() {
    let ran = run(
        shell("env | cut -d= -f1 | sort | tr '\\n' ' '; cat /proc/1/environ | tr '\\0' '\\n'"),
        small(),
    )
    .await;
    let (own, of_first) = ran.stdout.split_once("_ ").expect(&ran.stdout);
    assert_eq!(own.trim(), "HOME LANG PATH PWD SHLVL TMPDIR");
    assert!(!of_first.contains("CARGO"), "{of_first}");
}
