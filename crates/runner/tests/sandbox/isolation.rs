//! What a workload cannot see or do.

use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;

use hearth_sandbox::Ended;

use crate::support::{run, shell, small};

/// Split so that neither this binary nor the script holds it in one piece.
fn secret() -> String {
    ["hearth-planted", "key-5d1f0c"].join("-")
}

#[tokio::test]
async fn a_planted_key_is_not_found() {
    let home = tempfile::Builder::new()
        .prefix("hearth-keys-")
        .tempdir_in(std::env::var("HOME").unwrap())
        .unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    for folder in [home.path(), elsewhere.path()] {
        let key = folder.join("id.key");
        std::fs::write(&key, secret()).unwrap();
        // As readable as can be: the sandbox must hide it, not the mode.
        std::fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).unwrap();
        std::fs::set_permissions(folder, PermissionsExt::from_mode(0o755)).unwrap();
    }
    let paths = format!("{} {}", home.path().display(), elsewhere.path().display());
    let script = format!(
        "for folder in {paths}; do cat $folder/id.key; ls $folder; done
         half=hearth-planted
         grep -rsl --exclude-dir=proc --exclude-dir=usr --exclude-dir=sys \"$half-key\" / && echo FOUND
         find / -xdev -name id.key 2>/dev/null
         for pid in /proc/[0-9]*; do cat $pid/root{}/id.key; cat $pid/cwd/id.key; done
         echo searched",
        home.path().display()
    );
    let ran = run(shell(&script), small()).await;
    assert_eq!(ran.stdout, "searched\n", "{}", ran.stderr);
    assert!(!ran.stderr.contains(&secret()));
}

#[tokio::test]
async fn nothing_of_the_host_but_programs_is_mounted() {
    let ran = run(
        shell("ls -A / | tr '\\n' ' '; echo; ls -A /etc | tr '\\n' ' '; ls -A /home /root /run /var /mnt"),
        small(),
    )
    .await;
    let mut lines = ran.stdout.lines();
    for name in lines.next().unwrap().split_whitespace() {
        let known = [
            "bin",
            "dev",
            "etc",
            "hearth-runner",
            "lib",
            "lib32",
            "lib64",
            "libx32",
            "proc",
            "sbin",
            "tmp",
            "usr",
            "work",
        ];
        assert!(known.contains(&name), "/{name}");
    }
    for name in lines.next().unwrap().split_whitespace() {
        let known = [
            "alternatives",
            "ca-certificates",
            "group",
            "ld.so.cache",
            "OpenCL",
            "passwd",
            "pki",
            "ssl",
            "vulkan",
        ];
        assert!(known.contains(&name), "/etc/{name}");
    }
    assert_eq!(lines.next(), None);
}

#[tokio::test]
async fn the_system_is_read_only_and_the_work_folder_is_not() {
    let script = "for folder in / /usr /etc /dev /usr/bin /proc/sys/kernel; do touch $folder/x && echo wrote $folder; done
                  echo 1 > /proc/sys/kernel/core_pattern && echo wrote a sysctl
                  touch /work/x /tmp/x /dev/shm/x && echo fine";
    let ran = run(shell(script), small()).await;
    assert_eq!(ran.stdout, "fine\n", "{}", ran.stderr);
}

#[tokio::test]
async fn there_is_no_network() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let script = format!(
        "for host in 127.0.0.1 1.1.1.1 10.0.0.1; do (echo hi > /dev/tcp/$host/{port}) 2>/dev/null && echo reached $host; done
         tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '"
    );
    let ran = run(shell(&script), small()).await;
    assert_eq!(ran.stdout, "lo\n", "{}", ran.stderr);
}

#[tokio::test]
async fn processes_of_the_host_are_invisible() {
    let script = format!(
        "ls -d /proc/[0-9]* | wc -l; kill -0 {} && echo seen; echo done",
        std::process::id()
    );
    let ran = run(shell(&script), small()).await;
    let count: u32 = ran.stdout.lines().next().unwrap().parse().unwrap();
    assert!(count <= 8, "{count} processes");
    assert!(!ran.stdout.contains("seen"));
}

#[tokio::test]
async fn the_workload_has_no_power() {
    let script = "grep -E '^(CapEff|CapBnd|CapPrm|NoNewPrivs|Seccomp):' /proc/self/status | tr -d '\\t'; id -u
                  unshare -r true && echo new namespace; mount -t tmpfs x /tmp && echo mounted
                  cat /proc/2/environ > /dev/null && echo read the runner; ls -l /proc/2/fd > /dev/null && echo saw pipes";
    let ran = run(shell(script), small()).await;
    let lines: Vec<_> = ran.stdout.lines().collect();
    let none = "0000000000000000";
    assert_eq!(
        lines[..3],
        [
            format!("CapPrm:{none}"),
            format!("CapEff:{none}"),
            format!("CapBnd:{none}")
        ]
    );
    assert_eq!(lines[3..5], ["NoNewPrivs:1", "Seccomp:2"]);
    assert_ne!(lines[5], "0", "a workload never has root's number");
    assert_eq!(lines.len(), 6, "{}", ran.stdout);
}

#[tokio::test]
async fn no_open_file_of_the_host_is_inherited() {
    // What every child of this process inherits: duplicates of standard error without a close-on-exec flag. Several,
    // so that the last has a number which the start itself does not use.
    let leaks: Vec<_> = (0..16)
        .map(|_| nix::unistd::dup(std::io::stderr()).unwrap())
        .collect();
    let number = format!(" {}", leaks.last().unwrap().as_raw_fd());
    // bash becomes ls, which opens the folder itself.
    let ran = run(shell("exec ls -l /proc/self/fd; exit"), small()).await;
    drop(leaks);
    let links: Vec<_> = ran
        .stdout
        .lines()
        .filter_map(|line| line.split_once(" -> "))
        .collect();
    let covered = links
        .iter()
        .any(|(before, to)| before.ends_with(&number) && *to == "/dev/null");
    assert!(covered, "{}", ran.stdout);
    for (before, to) in links {
        let own_pipe = [" 1", " 2"].iter().any(|number| before.ends_with(number)) && to.starts_with("pipe:");
        assert!(
            own_pipe || to == "/dev/null" || to.starts_with("/proc/"),
            "{}",
            ran.stdout
        );
    }
}

#[tokio::test]
async fn dangerous_system_calls_are_refused() {
    if !std::path::Path::new("/usr/bin/python3").exists() {
        println!("skipped: this test asks the kernel through /usr/bin/python3");
        return;
    }
    // keyctl, bpf, perf_event_open, ptrace, userfaultfd, add_key, unshare(user), mount: numbers of x86-64.
    let script = "python3 -c '
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for number in (250, 321, 298, 101, 323, 248, 165, 0x40000000 + 101):
    ctypes.set_errno(0)
    print(number, libc.syscall(number, 0, 0, 0, 0, 0), ctypes.get_errno())
ctypes.set_errno(0)
print(libc.unshare(0x10000000), ctypes.get_errno())
'";
    let ran = run(shell(script), small()).await;
    assert_eq!(
        ran.outcome.ended,
        Ended::Finished { exit_code: 0 },
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stdout.lines().count(), 9);
    assert!(
        ran.stdout.lines().all(|line| line.ends_with("-1 1")),
        "{}",
        ran.stdout
    );
}
