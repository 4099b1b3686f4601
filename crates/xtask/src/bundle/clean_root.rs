//! A minimal Debian in a folder, with nothing of a developer's machine: install, run, remove, compare.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    places::Places,
    process::{Run as _, on_path, program},
    say,
};

/// Where the test user's data lies in the clean system; the one thing that stays.
const HOME: &str = "home/gamer";
/// What may change when any package comes and goes: caches and logs of the packaging system.
const CHURN: &[&str] = &[
    "var/cache",
    "var/lib/apt",
    "var/lib/dpkg",
    "var/log",
    "tmp",
    "run",
    "proc",
    "dev",
    "sys",
];

/// Installs, runs and removes.
pub(super) fn test(places: &Places, package: &Path) -> Result<()> {
    if !on_path("mmdebstrap") {
        bail!("the test needs mmdebstrap: a clean Debian to install into");
    }
    let root = places.target.join("clean-root");
    remove(&root)?;
    make(&root, package)?;
    let name = package.file_name().context("the package's name")?;
    fs::copy(package, root.join("var/cache").join(name)).context("copying the package")?;
    let inside = Path::new("/var/cache").join(name);
    let outcome = try_package(&root, &inside);
    outcome.and_then(|()| remove(&root))
}

/// The system with all that the package depends on, but not the package.
fn make(root: &Path, package: &Path) -> Result<()> {
    let depends = program("dpkg-deb")
        .arg("--field")
        .arg(package)
        .arg("Depends")
        .output_text()?;
    let depends: Vec<_> = depends.split(',').map(plain_name).collect();
    say::note("Making a clean Debian with what the package depends on. This takes some minutes.");
    let release = fs::read_to_string("/etc/os-release").context("/etc/os-release")?;
    let codename = release
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    let mut make = program("mmdebstrap");
    make.args(["--mode=root", "--variant=apt", "--skip=chroot/mount"]);
    make.arg(format!(
        "--include={},xvfb,xauth,x11-utils,dbus,procps",
        depends.join(",")
    ));
    make.arg(codename.context("the system's code name")?).arg(root);
    make.run_shown()
}

/// `libc6 (>= 2.36)` and `a | b` as one name.
fn plain_name(dependency: &str) -> &str {
    dependency.split(['|', '(']).next().unwrap_or_default().trim()
}

fn try_package(root: &Path, package: &Path) -> Result<()> {
    inside(root, &["useradd", "--create-home", "gamer"]).run()?;
    let before = files(root)?;
    inside(root, &["dpkg", "--install"]).arg(package).run_shown()?;
    inside(root, &["hearth", "--version"]).run_shown()?;
    window_opens(root)?;
    inside(root, &["dpkg", "--purge", "hearth"]).run_shown()?;
    let left: Vec<_> = files(root)?
        .difference(&before)
        .map(|path| path.display().to_string())
        .collect();
    if !left.is_empty() {
        bail!("the package leaves behind:\n  {}", left.join("\n  "));
    }
    say::note("Installed, run and removed; nothing is left but the user's data.");
    Ok(())
}

/// As a fresh user, under a display of its own: the window must appear, and a daemon with it.
fn window_opens(root: &Path) -> Result<()> {
    let script = r#"
        export HOME=/home/gamer XDG_RUNTIME_DIR=/tmp/gamer-run LIBGL_ALWAYS_SOFTWARE=1
        export WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1 HEARTH_NO_TRAY=true
        mkdir -p -m 700 $XDG_RUNTIME_DIR
        hearth-window & window=$!
        status=1
        for _ in $(seq 120); do
            if xwininfo -root -tree | grep -q '"Hearth"' && hearth history --json >/dev/null 2>&1; then
                status=0; break
            fi
            kill -0 $window 2>/dev/null || break
            sleep 0.5
        done
        kill $window 2>/dev/null
        pkill -TERM -u gamer -x hearth
        for _ in $(seq 40); do pgrep -u gamer -x hearth >/dev/null || break; sleep 0.25; done
        exit $status
    "#;
    let mut run = inside(root, &["runuser", "-u", "gamer", "--", "dbus-run-session", "--"]);
    run.args(["xvfb-run", "-a", "sh", "-c", script]);
    run.run()
        .context("the window of the installed package did not open")?;
    say::note("The window opened and its daemon answered.");
    Ok(())
}

/// A command in the clean system, with /proc and a private /dev and /tmp that vanish with it.
fn inside(root: &Path, command: &[&str]) -> Command {
    let mut unshare = program("unshare");
    unshare.args([
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "--propagation",
        "private",
        "sh",
        "-c",
    ]);
    let mounts = r#"
        root=$1; shift
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/tmp"
        exec chroot "$root" "$@"
    "#;
    unshare.arg(mounts).arg("sh").arg(root).args(command);
    unshare
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("LC_ALL", "C")
        .env("DEBIAN_FRONTEND", "noninteractive");
    unshare
}

/// All files but the user's and the packaging system's own.
fn files(root: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let entry = entry?;
            let path = entry.path();
            let inside = path.strip_prefix(root).unwrap_or(&path).to_owned();
            if CHURN.iter().any(|churn| inside == Path::new(churn)) || inside == Path::new(HOME) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                folders.push(path);
            }
            found.insert(inside);
        }
    }
    Ok(found)
}

/// Removes the clean system. Its mounts lived in a namespace that is gone.
fn remove(root: &Path) -> Result<()> {
    if root.exists() {
        fs::remove_dir_all(root).context("removing the clean system")?;
    }
    Ok(())
}
