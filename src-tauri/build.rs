//! Names the commands that a page may call, and puts the built interface into the program.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let interface = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../ui/dist");
    println!("cargo::rerun-if-changed={}", interface.display());
    if !interface.join("index.html").is_file() {
        // `cargo check` works without the interface; a window built so says what is missing.
        let notice = Path::new(&env::var("OUT_DIR")?).join("notice");
        fs::create_dir_all(&notice)?;
        fs::write(
            notice.join("index.html"),
            "<!doctype html><title>Hearth</title><p>The interface is not built. Run “cargo xtask run”.",
        )?;
        println!("cargo::warning=ui/dist is missing: the window will only say so");
        let folder = notice.display().to_string().replace('\\', "/");
        println!("cargo::rustc-env=TAURI_CONFIG={{\"build\":{{\"frontendDist\":\"{folder}\"}}}}");
    }
    let commands = tauri_build::AppManifest::new().commands(&["ipc", "connection"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))?;
    Ok(())
}
