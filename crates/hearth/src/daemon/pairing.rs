//! Which browsers may speak to the daemon: paired once by a code, known by a cookie afterwards.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use hearth_types::ipc::BrowserAccess;
use rand::{Rng as _, distr::Alphanumeric};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Wrong codes in a row after which a new code is needed.
const MAX_TRIES: u32 = 5;
/// The most browsers kept.
const MAX_SESSIONS: usize = 32;

/// The door-keeper.
pub(crate) struct Pairing {
    cookie: String,
    address: SocketAddr,
    file: PathBuf,
    state: Mutex<State>,
}

struct State {
    code: Option<String>,
    tries: u32,
    /// SHA-256 of the cookies given out: a stolen file opens nothing.
    sessions: BTreeSet<String>,
}

fn random_text(length: usize) -> String {
    rand::rng()
        .sample_iter(Alphanumeric)
        .take(length)
        .map(char::from)
        .collect()
}

fn digest(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

impl Pairing {
    /// Loads the paired browsers of a data folder.
    pub(super) fn load(data_dir: &Path, address: SocketAddr) -> Self {
        let file = data_dir.join("browsers.json");
        // Cookies know no ports: without its folder's mark one profile would log another out.
        let mark: String = digest(&data_dir.to_string_lossy()).chars().take(12).collect();
        let cookie = format!("hearth_session_{mark}");
        let sessions = std::fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let state = State {
            code: None,
            tries: 0,
            sessions: sessions.unwrap_or_default(),
        };
        Self {
            cookie,
            address,
            file,
            state: Mutex::new(state),
        }
    }

    /// Name of this profile's cookie.
    pub(super) fn cookie(&self) -> &str {
        &self.cookie
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An address and a code; the code stays the same until it is used.
    pub(crate) fn offer(&self) -> BrowserAccess {
        let mut state = self.lock();
        let code = state.code.get_or_insert_with(|| random_text(12)).clone();
        BrowserAccess {
            url: format!("http://{}", self.address),
            pairing_code: code,
        }
    }

    /// A cookie for the right code. A code is good once, and for few tries.
    pub(super) fn pair(&self, code: &str) -> Option<String> {
        let mut state = self.lock();
        let right = state
            .code
            .as_ref()
            .is_some_and(|known| known.as_bytes().ct_eq(code.as_bytes()).into());
        if !right {
            state.tries += 1;
            if state.tries >= MAX_TRIES {
                state.code = None;
                state.tries = 0;
            }
            return None;
        }
        state.code = None;
        state.tries = 0;
        let token = random_text(43);
        while state.sessions.len() >= MAX_SESSIONS {
            state.sessions.pop_first();
        }
        state.sessions.insert(digest(&token));
        if let Err(error) = hearth_engine::write_private(&self.file, &state.sessions) {
            tracing::warn!(%error, "the paired browser will have to pair again after a restart");
        }
        Some(token)
    }

    /// Whether a cookie was given out here.
    pub(super) fn knows(&self, token: &str) -> bool {
        self.lock().sessions.contains(&digest(token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairing(dir: &Path) -> Pairing {
        Pairing::load(dir, ([127, 0, 0, 1], 1).into())
    }

    #[test]
    fn a_code_pairs_once_and_the_cookie_survives_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let first = pairing(dir.path());
        let code = first.offer().pairing_code;
        let token = first.pair(&code).unwrap();
        assert!(first.pair(&code).is_none());
        assert!(pairing(dir.path()).knows(&token));
        assert!(!pairing(dir.path()).knows("guess"));
    }

    #[test]
    fn guessing_exhausts_the_code() {
        let dir = tempfile::tempdir().unwrap();
        let door = pairing(dir.path());
        let code = door.offer().pairing_code;
        for _ in 0..MAX_TRIES {
            assert!(door.pair("wrong").is_none());
        }
        assert!(door.pair(&code).is_none());
        assert_ne!(door.offer().pairing_code, code);
    }
}
