//! Files of the page's own making, such as an export: they go to the downloads folder, and the page learns where.
//!
//! The page can neither name a folder nor read one, and nothing from elsewhere is ever downloaded.

use std::path::{Path, PathBuf};

use directories::UserDirs;
use hearth_types::ipc::FileSaved;
use tauri::{AppHandle, Emitter as _, Url, webview::DownloadEvent};

use crate::is_interface;

/// Whether a page of the interface made this: `blob:tauri://localhost/…`.
pub(crate) fn is_of_page(url: &Url) -> bool {
    // The address within is not parsed with it.
    url.scheme() == "blob" && url.path().parse().is_ok_and(|within| is_interface(&within))
}

/// Where a file of that name goes: the user's downloads, else `Downloads` in the home folder.
fn destination(suggested: &Path, user: Option<&UserDirs>) -> Option<PathBuf> {
    let name = suggested.file_name()?;
    let user = user?;
    let folder = match user.download_dir() {
        Some(folder) => folder.to_owned(),
        None => user.home_dir().join("Downloads"),
    };
    Some(free(&folder, Path::new(name)))
}

/// The name, numbered when a file has it already: nothing is ever overwritten.
fn free(folder: &Path, name: &Path) -> PathBuf {
    let stem = name.file_stem().unwrap_or_default().to_string_lossy();
    let ending = name
        .extension()
        .map_or_else(String::new, |ending| format!(".{}", ending.to_string_lossy()));
    let names =
        std::iter::once(name.to_owned()).chain((1_u32..).map(|n| format!("{stem} ({n}){ending}").into()));
    let mut places = names.map(|name| folder.join(name));
    places
        .find(|place| !place.exists())
        .unwrap_or_else(|| folder.join(name))
}

/// Lets the page's own files through and tells the page what became of them.
pub(crate) fn on_download(app: &AppHandle, event: DownloadEvent<'_>) -> bool {
    match event {
        DownloadEvent::Requested {
            url,
            destination: place,
        } => {
            if !is_of_page(&url) {
                return false;
            }
            let Some(found) = destination(place, UserDirs::new().as_ref()) else {
                tell(app, None);
                return false;
            };
            if let Some(folder) = found.parent() {
                // Whether that worked shows when the file is written.
                let _ = std::fs::create_dir_all(folder);
            }
            *place = found;
            true
        }
        DownloadEvent::Finished { path, success, .. } => {
            tell(app, path.filter(|_| success));
            true
        }
        // Kinds of events that do not exist yet change nothing.
        _ => true,
    }
}

fn tell(app: &AppHandle, path: Option<PathBuf>) {
    let path = path.map(|path| path.to_string_lossy().into_owned());
    if let Err(error) = app.emit("hearth-saved", FileSaved { path }) {
        tracing::debug!(%error, "the page was not told where its file lies");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_page_made_is_saved() {
        let of_page = |url: &str| is_of_page(&url.parse().unwrap());
        assert!(of_page("blob:tauri://localhost/0a1b"));
        assert!(of_page("blob:http://tauri.localhost/0a1b"));
        assert!(!of_page("blob:https://example.org/0a1b"));
        assert!(!of_page("https://example.org/virus"));
        assert!(!of_page("file:///etc/passwd"));
        assert!(!of_page("blob:null/0a1b"));
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let name = Path::new("hearth-2026-11.csv");
        assert_eq!(free(folder.path(), name), folder.path().join(name));
        std::fs::write(folder.path().join(name), "").unwrap();
        std::fs::write(folder.path().join("hearth-2026-11 (1).csv"), "").unwrap();
        assert_eq!(
            free(folder.path(), name),
            folder.path().join("hearth-2026-11 (2).csv")
        );
    }
}
