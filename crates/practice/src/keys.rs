//! The practice network's own keys: made at the first start, kept in the data folder, readable by its owner only.
//!
//! They guard worthless tokens. Each file is the JSON array of 64 numbers that Solana's tools write.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use solana_sdk::signature::Keypair;

/// Why the keys cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A file or folder cannot be made, read or written.
    #[error("key file {path}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file does not hold a key pair.
    #[error("{path} does not hold a key pair; remove the whole data folder to start a new practice network")]
    Broken {
        /// Which one.
        path: PathBuf,
    },
}

/// Who signs what on the practice network.
#[derive(Debug)]
pub struct Keys {
    /// Holds all IO and SOL at genesis and gives them away.
    pub faucet: Keypair,
    /// May mint IO.
    pub mint_authority: Keypair,
    /// The IO mint's address.
    pub io_mint: Keypair,
    /// The USDC mint's address.
    pub usdc_mint: Keypair,
    /// Pays the coordinator's fees.
    pub coordinator: Keypair,
    /// May change the network account.
    pub network_authority: Keypair,
    /// Signs what the program takes as verified.
    pub verifier: Keypair,
    /// Signs prices.
    pub oracle: Keypair,
}

impl Keys {
    /// Reads the keys in `folder` and makes those that are missing.
    ///
    /// # Errors
    /// [`KeysError`] when a file cannot be read or written or is damaged.
    pub fn load_or_create(folder: &Path) -> Result<Self, KeysError> {
        create_private_folder(folder).map_err(|source| KeysError::File {
            path: folder.into(),
            source,
        })?;
        let key = |name: &str| load_or_create(&folder.join(name).with_extension("json"));
        Ok(Self {
            faucet: key("faucet")?,
            mint_authority: key("io-mint-authority")?,
            io_mint: key("io-mint")?,
            usdc_mint: key("usdc-mint")?,
            coordinator: key("coordinator")?,
            network_authority: key("network-authority")?,
            verifier: key("verifier")?,
            oracle: key("oracle")?,
        })
    }
}

fn load_or_create(path: &Path) -> Result<Keypair, KeysError> {
    let failed = |source| KeysError::File {
        path: path.into(),
        source,
    };
    match fs::read_to_string(path) {
        Ok(text) => parse(&text).ok_or_else(|| KeysError::Broken { path: path.into() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let pair = Keypair::new();
            write_private(path, &pair).map_err(failed)?;
            Ok(pair)
        }
        Err(error) => Err(failed(error)),
    }
}

fn parse(text: &str) -> Option<Keypair> {
    let bytes: Vec<u8> = serde_json::from_str(text).ok()?;
    Keypair::try_from(bytes.as_slice()).ok()
}

/// Written beside and renamed, so that a crash leaves a whole key or none.
fn write_private(path: &Path, pair: &Keypair) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(serde_json::to_string(&pair.to_bytes().to_vec())?.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use solana_sdk::signature::Signer;

    use super::*;

    #[test]
    fn keys_stay_the_same_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        let first = Keys::load_or_create(&keys).unwrap();
        let second = Keys::load_or_create(&keys).unwrap();
        assert_eq!(first.faucet.pubkey(), second.faucet.pubkey());
        assert_ne!(first.faucet.pubkey(), first.coordinator.pubkey());
        #[cfg(unix)]
        for entry in fs::read_dir(&keys).unwrap() {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = entry.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("faucet.json"), "[1,2,3]").unwrap();
        assert!(
            matches!(Keys::load_or_create(folder.path()), Err(KeysError::Broken { path }) if path.ends_with("faucet.json"))
        );
    }
}
