//! The second round: all other tests again, as a user that exists only for that.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use crate::support::{RUNNER_VARIABLE, runner};

/// A user number that no account has; the sandbox must not need an account.
fn free_user() -> u32 {
    let taken = fs::read_to_string("/etc/passwd").unwrap();
    let taken: Vec<u32> = taken
        .lines()
        .filter_map(|line| line.split(':').nth(2)?.parse().ok())
        .collect();
    (61_000..).find(|user| !taken.contains(user)).unwrap()
}

#[test]
fn everything_holds_for_a_fresh_ordinary_user() {
    if !nix::unistd::geteuid().is_root() {
        println!("nothing to do: all tests already run as an ordinary user");
        return;
    }
    let user = free_user();
    let place = tempfile::tempdir().unwrap();
    fs::set_permissions(place.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let copy = |from: std::path::PathBuf, name: &str| {
        let to = place.path().join(name);
        fs::copy(from, &to).unwrap();
        fs::set_permissions(&to, PermissionsExt::from_mode(0o755)).unwrap();
        to
    };
    let tests = copy(std::env::current_exe().unwrap(), "tests");
    let runner = copy(runner(), "hearth-runner");
    let home = place.path().join("home");
    let temporary = place.path().join("tmp");
    for folder in [&home, &temporary] {
        fs::create_dir(folder).unwrap();
        chown(folder, Some(user), Some(user)).unwrap();
    }
    let output = Command::new(tests)
        .args(["--skip", "ordinary_user::", "--test-threads=2"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", &home)
        .env("TMPDIR", &temporary)
        .env("RUST_BACKTRACE", "0")
        .env(RUNNER_VARIABLE, runner)
        .current_dir(&home)
        .stdin(Stdio::null())
        .uid(user)
        .gid(user)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        text.contains("isolation::a_planted_key_is_not_found ... ok"),
        "{text}"
    );
}
