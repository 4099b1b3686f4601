//! The .deb: a folder laid out as the system will have it, and dpkg's own tool.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::{
    build::{PROGRAMS, copy_folder},
    places::Places,
    process::{Run as _, program},
    say,
};

/// What the package should stay below, bytes.
const GOAL: u64 = 12 * 1024 * 1024;

/// Files that go into the package as they are: from the repository, to the system.
const FILES: &[(&str, &str)] = &[
    (
        "installers/linux/org.hearth.Hearth.desktop",
        "usr/share/applications/org.hearth.Hearth.desktop",
    ),
    (
        "installers/linux/org.hearth.Hearth.metainfo.xml",
        "usr/share/metainfo/org.hearth.Hearth.metainfo.xml",
    ),
    ("installers/linux/apparmor", "usr/share/hearth/apparmor"),
    ("installers/linux/copyright", "usr/share/doc/hearth/copyright"),
    (
        "icons/logo.svg",
        "usr/share/icons/hicolor/scalable/apps/hearth.svg",
    ),
    ("icons/32x32.png", "usr/share/icons/hicolor/32x32/apps/hearth.png"),
    (
        "icons/128x128.png",
        "usr/share/icons/hicolor/128x128/apps/hearth.png",
    ),
    (
        "icons/128x128@2x.png",
        "usr/share/icons/hicolor/256x256/apps/hearth.png",
    ),
];
/// What dpkg runs when it installs and removes.
const SCRIPTS: [&str; 3] = ["postinst", "prerm", "postrm"];

/// Packs the programs of a folder, and what goes with them.
pub(super) fn pack(places: &Places, programs: &Path) -> Result<PathBuf> {
    let folder = places.target.join("bundle");
    let root = folder.join("root");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("removing the last package")?;
    }
    lay_out(places, programs, &root)?;
    control(places, &folder, &root)?;
    let file = folder.join(format!(
        "hearth_{}_{}.deb",
        env!("CARGO_PKG_VERSION"),
        architecture()?
    ));
    program("dpkg-deb")
        .args([
            "--root-owner-group",
            "--no-uniform-compression",
            "-Znone",
            "--build",
        ])
        .arg(&root)
        .arg(&file)
        .output_text()?;
    compress(&folder, &file)?;

    let size = file.metadata()?.len();
    let verdict = if size < GOAL { "within" } else { "over" };
    let goal = GOAL / 1024;
    say::note(&format!(
        "{}: {} KiB, {verdict} the goal of {goal} KiB",
        file.display(),
        size / 1024
    ));
    Ok(file)
}

/// Puts the package's files, which are not compressed yet, in place compressed harder than dpkg-deb can: a filter that
/// knows machine code comes first, which saves 3 %. dpkg reads every filter of the format.
fn compress(folder: &Path, file: &Path) -> Result<()> {
    let in_folder = |name: &str| {
        let mut command = program(name);
        command.current_dir(folder);
        command
    };
    in_folder("ar").arg("x").arg(file).output_text()?;
    let mut xz = in_folder("xz");
    if cfg!(target_arch = "x86_64") {
        xz.arg("--x86");
    }
    // The window is wide enough to see that the programs share much of their code.
    xz.args(["--lzma2=preset=9e,dict=64MiB", "data.tar"])
        .output_text()?;
    fs::remove_file(file).context("removing the package that is not compressed")?;
    let members = ["debian-binary", "control.tar.gz", "data.tar.xz"];
    in_folder("ar").arg("rcD").arg(file).args(members).output_text()?;
    for member in members {
        fs::remove_file(folder.join(member)).context("removing a part of the package")?;
    }
    Ok(())
}

fn lay_out(places: &Places, programs: &Path, root: &Path) -> Result<()> {
    for name in PROGRAMS {
        install(&programs.join(name), &root.join("usr/bin").join(name), 0o755)?;
    }
    for (from, to) in FILES {
        install(&places.root.join(from), &root.join(to), 0o644)?;
    }
    copy_folder(&places.ui_dist(), &root.join("usr/share/hearth/ui"))
}

/// Name, version, what it depends on, and the scripts.
fn control(places: &Places, folder: &Path, root: &Path) -> Result<()> {
    let kib = program("du")
        .args(["-sk", "--apparent-size"])
        .arg(root)
        .output_text()?;
    let kib = kib.split_whitespace().next().unwrap_or("0").to_owned();
    let text =
        fs::read_to_string(places.root.join("installers/linux/control")).context("the control file")?;
    let text = text
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@ARCHITECTURE@", &architecture()?)
        .replace("@SIZE@", &kib)
        .replace("@LIBRARIES@", &libraries(folder, root)?);
    let to = root.join("DEBIAN");
    fs::create_dir_all(&to)?;
    fs::write(to.join("control"), text)?;
    SCRIPTS.iter().try_for_each(|script| {
        install(
            &places.root.join("installers/linux").join(script),
            &to.join(script),
            0o755,
        )
    })
}

/// The packages that hold the shared libraries of the programs.
fn libraries(folder: &Path, root: &Path) -> Result<String> {
    // dpkg-shlibdeps wants to stand in a source package.
    fs::create_dir_all(folder.join("debian"))?;
    fs::write(
        folder.join("debian/control"),
        "Source: hearth\n\nPackage: hearth\nArchitecture: any\n",
    )?;
    let mut find = program("dpkg-shlibdeps");
    find.current_dir(folder).arg("-O");
    find.args(PROGRAMS.iter().map(|name| root.join("usr/bin").join(name)));
    let text = find.output_text()?;
    let list = text
        .trim()
        .strip_prefix("shlibs:Depends=")
        .context("dpkg-shlibdeps found no libraries")?;
    Ok(list.to_owned())
}

fn architecture() -> Result<String> {
    Ok(program("dpkg")
        .arg("--print-architecture")
        .output_text()?
        .trim()
        .to_owned())
}

fn install(from: &Path, to: &Path, mode: u32) -> Result<()> {
    let folder = to.parent().context("a file without a folder")?;
    fs::create_dir_all(folder)?;
    fs::copy(from, to).with_context(|| format!("copying {} to {}", from.display(), to.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(to, fs::Permissions::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _ = mode;
    Ok(())
}
