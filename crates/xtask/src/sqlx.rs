//! Offline data of checked queries: what the macros know of a database when there is none.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    places::Places,
    process::{Run as _, cargo, program},
    say,
};

/// Writes the data of every crate that has migrations and checked queries, or compares it.
///
/// # Errors
/// When a migration or query is wrong, or the committed data is old.
pub(crate) fn run(places: &Places, check: bool) -> Result<()> {
    let work = places.target.join("sqlx");
    for folder in crates(places)? {
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        say::step(&format!("Queries of {name}"));
        let data = work.join(&name);
        let _ = fs::remove_dir_all(&data);
        fs::create_dir_all(&data).context("a folder for query data")?;
        generate(places, &folder, &data)?;
        let (new, committed) = (read(&data)?, read(&folder.join(".sqlx"))?);
        if new == committed {
            say::note(&format!("{} queries, up to date", new.len()));
        } else if check {
            bail!("the query data of {name} is old; run “cargo xtask sqlx”");
        } else {
            replace(&folder.join(".sqlx"), &new)?;
            say::note(&format!("{} queries, written", new.len()));
        }
    }
    Ok(())
}

/// Crates with checked queries: they have migrations and committed data.
fn crates(places: &Places) -> Result<Vec<PathBuf>> {
    let mut folders: Vec<_> = fs::read_dir(places.root.join("crates"))?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    folders.retain(|folder| folder.join("migrations").is_dir() && folder.join(".sqlx").is_dir());
    folders.sort();
    Ok(folders)
}

/// Lets the macros look at a database made by the migrations and write down what they see.
fn generate(places: &Places, folder: &Path, data: &Path) -> Result<()> {
    let database = data.with_extension("db");
    let _ = fs::remove_file(&database);
    let mut migrations: Vec<_> = fs::read_dir(folder.join("migrations"))?
        .flatten()
        .map(|e| e.path())
        .collect();
    migrations.sort();
    for migration in migrations {
        let sql = File::open(&migration).with_context(|| format!("opening {}", migration.display()))?;
        program("sqlite3")
            .arg("-bail")
            .arg(&database)
            .stdin(sql)
            .stdout(Stdio::null())
            .run()?;
    }
    // The macros run again only when the compiler does.
    touch(&folder.join("src/lib.rs"))?;
    let manifest = folder.join("Cargo.toml");
    let mut check = cargo(places)?;
    check
        .args(["check", "--quiet", "--all-targets", "--manifest-path"])
        .arg(manifest);
    check.env("DATABASE_URL", format!("sqlite://{}", database.display()));
    check
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", data)
        .run()
}

fn touch(path: &Path) -> Result<()> {
    let file = File::options()
        .append(true)
        .open(path)
        .with_context(|| format!("opening {}", path.display()))?;
    file.set_modified(std::time::SystemTime::now())
        .context("touching a source file")
}

/// Names and contents of the query files of a folder.
fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            files.insert(name, fs::read(&path)?);
        }
    }
    Ok(files)
}

fn replace(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    for name in read(folder)?.keys().filter(|name| !files.contains_key(*name)) {
        fs::remove_file(folder.join(name))?;
    }
    files
        .iter()
        .try_for_each(|(name, content)| fs::write(folder.join(name), content))?;
    Ok(())
}
