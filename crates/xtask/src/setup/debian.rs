//! Debian's packages.

use std::process::Command;

use anyhow::{Result, bail};

use super::Need;
use crate::{
    process::{Run as _, on_path, program},
    say,
};

/// A package and why it is needed.
type Package = (&'static str, &'static str);

const RUN: &[Package] = &[
    ("build-essential", "C compiler and linker"),
    ("pkg-config", "finds system libraries"),
    ("libssl-dev", "TLS and signatures of the practice chain"),
    ("libwebkit2gtk-4.1-dev", "the window's web view"),
    ("librsvg2-dev", "icons of the window"),
    ("libudev-dev", "devices of the machine"),
    ("protobuf-compiler", "messages of the Solana client"),
    ("bubblewrap", "the sandbox of workloads"),
    ("libvulkan1", "GPU access"),
    ("mesa-vulkan-drivers", "a software GPU where there is no other"),
    ("nodejs", "runs wasm-opt"),
    ("npm", "installs wasm-opt"),
];

const TEST: &[Package] = &[
    ("xvfb", "a display for window tests"),
    ("dbus-x11", "a session bus for window tests"),
    ("webkit2gtk-driver", "clicks in the window"),
    ("xdotool", "finds windows"),
    ("imagemagick", "screenshots"),
    ("chromium", "browser tests"),
    ("chromium-driver", "clicks in the browser"),
    ("sqlite3", "checks databases from outside"),
];

const PROGRAM: &[Package] = &[
    ("rustc-web", "compiles for the on-chain target"),
    ("libstd-rust-web-dev-bpf", "its core library"),
    ("libllvm22", "its linker"),
];

const BUNDLE: &[Package] = &[
    ("dpkg-dev", "finds the libraries that the package depends on"),
    ("fakeroot", "owners in the package"),
];

const BUNDLE_TEST: &[Package] = &[
    ("mmdebstrap", "a clean system to install into"),
    ("xvfb", "a display for it"),
];

/// Installs what is missing, or says how to.
pub(super) fn ensure(need: Need) -> Result<()> {
    let wanted = match need {
        Need::Run => RUN,
        Need::Test => TEST,
        Need::Ci => return Ok(()),
        Need::Program => PROGRAM,
        Need::Bundle => BUNDLE,
        Need::BundleTest => BUNDLE_TEST,
    };
    if !on_path("apt-get") || !on_path("dpkg-query") {
        if need == Need::Run {
            say::note("This is no Debian. If a step fails, install what these Debian packages hold:");
            for (name, why) in wanted {
                say::note(&format!("  {name}: {why}"));
            }
        }
        return Ok(());
    }
    let missing: Vec<_> = wanted.iter().filter(|(name, _)| !installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    say::step("Installing Debian packages");
    for (name, why) in &missing {
        say::note(&format!("{name}: {why}"));
    }
    let names: Vec<_> = missing.iter().map(|(name, _)| *name).collect();
    let Some(mut apt) = apt() else {
        bail!(
            "Neither root nor sudo without a password is available. Type this and start again:\n  \
             sudo apt-get install --no-install-recommends {}",
            names.join(" ")
        );
    };
    if let Some(mut update) = self::apt() {
        // A stale or partly unreachable list is no reason to stop: the install tells whether it matters.
        let _ = update.arg("update").run();
    }
    apt.args(["install", "--yes", "--no-install-recommends"])
        .args(&names)
        .run_shown()
}

/// Whether a package is there, or what it is wanted for came from elsewhere: Node's own packages hold npm too, and
/// Debian's cannot be installed beside them.
fn installed(name: &str) -> bool {
    if matches!(name, "nodejs" if on_path("node")) || matches!(name, "npm" if on_path("npm")) {
        return true;
    }
    let query = program("dpkg-query")
        .args(["-W", "-f=${db:Status-Status}", name])
        .output();
    query.is_ok_and(|output| output.stdout == b"installed")
}

/// `apt-get` with the right to install, if there is one that asks nothing.
fn apt() -> Option<Command> {
    let root = program("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if root {
        let mut apt = program("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        Some(apt)
    } else if program("sudo").args(["-n", "true"]).works() {
        let mut apt = program("sudo");
        apt.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        Some(apt)
    } else {
        None
    }
}
