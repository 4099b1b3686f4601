//! View models that belong to no one word: the status strip, the wallet, a device with all about it, settings.

use serde::{Deserialize, Serialize};

use crate::{
    device::{Benchmark, Device},
    id::{DeviceId, LeaseId, TxSignature, WalletAddress},
    money::{Currency, Io, IoPerSecond, Lamports},
    network::{Balances, NetworkInfo, NetworkKind},
    node::NodeState,
    readiness::Check,
    time::UnixMillis,
};

/// Names a long action of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(pub u64);

/// A text that no log shows.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The top strip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The engine's version.
    pub version: String,
    /// Which network.
    pub network: NetworkKind,
    /// The network's parameters, once the coordinator has told them.
    pub network_info: Option<NetworkInfo>,
    /// Whether the chain answered last time.
    pub chain_reachable: bool,
    /// Whether the coordinator answered last time.
    pub coordinator_reachable: bool,
    /// The node's state with its reason.
    pub node: NodeState,
    /// The wallet, when there is one.
    pub wallet: Option<WalletView>,
    /// Earned since local midnight.
    pub income_today: Io,
    /// Leases that are not closed, both sides.
    pub open_leases: Vec<LeaseId>,
    /// What went wrong lately and still matters; newest last.
    pub problems: Vec<super::IpcError>,
}

/// Where the wallet's key lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyStorage {
    /// The operating system's keychain.
    Keychain,
    /// A file encrypted with a passphrase (argon2id).
    EncryptedFile,
}

/// The wallet as shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletView {
    /// Its address.
    pub address: WalletAddress,
    /// Where its key lies.
    pub storage: KeyStorage,
    /// Needs the passphrase before it signs.
    pub locked: bool,
    /// On chain, as last read.
    pub balances: Balances,
}

/// Where a new wallet's key should lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyProtection {
    /// The keychain; refused with `key_storage` when there is none.
    Keychain,
    /// An encrypted file.
    Passphrase(Secret),
}

/// A new wallet and the words that bring it back. Shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWallet {
    /// Its address.
    pub address: WalletAddress,
    /// The seed phrase, in order.
    pub words: Vec<Secret>,
}

/// A device's stake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StakePosition {
    /// What it needs to be hired.
    pub required: Io,
    /// What counts.
    pub staked: Io,
    /// Cooling down; counts no more.
    pub cooling: Io,
    /// When the cooling part can be withdrawn (the chain's clock).
    pub unlock_at: Option<UnixMillis>,
    /// Hired right now, says the chain.
    pub hired: bool,
    /// A co-staker's part that counts now.
    #[serde(default)]
    pub co_staked: Io,
    /// Slashes that are pending; nothing leaves meanwhile.
    #[serde(default)]
    pub slashes: u8,
}

impl StakePosition {
    /// What the owner itself must have staked: what the co-staker does not cover, and never less than the co-staker's
    /// part.
    #[must_use]
    pub fn own_minimum(&self) -> Io {
        self.required.saturating_sub(self.co_staked).max(self.co_staked)
    }

    /// What the owner must add before the device can be hired.
    #[must_use]
    pub fn missing(&self) -> Io {
        self.own_minimum().saturating_sub(self.staked)
    }
}

/// A device with all that is known about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceView {
    /// Its id.
    pub id: DeviceId,
    /// As detected.
    pub device: Device,
    /// The last benchmark.
    pub benchmark: Option<Benchmark>,
    /// The running benchmark.
    pub benchmarking: Option<TaskId>,
    /// Stake on chain, as last read.
    pub stake: StakePosition,
    /// The checklist.
    pub readiness: Vec<Check>,
    /// Whether it is part of the node's offer when lending.
    pub lend: bool,
}

/// What the owner chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Interface language, BCP 47, or the system's.
    pub language: Option<String>,
    /// Start with the session.
    pub autostart: bool,
    /// Price of one device.
    pub price: IoPerSecond,
    /// The longest lease quoted, seconds.
    pub max_lease_seconds: u64,
    /// Resume lending when the daemon starts.
    pub lend_on_start: bool,
    /// Lock the wallet when nothing was asked of it for this long, minutes; 0 = never. Lending goes on.
    pub lock_after_minutes: u32,
    /// What priority on the chain may cost one transaction at most; nothing is paid where there is no rush.
    pub max_priority_fee: Lamports,
}

/// A transaction that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxView {
    /// Its signature.
    pub signature: TxSignature,
}

/// A line of the review step before money moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewLine {
    /// What it is for, keyed for translation, such as `escrow`, `network_fee`, `lease_account`, `stake`.
    pub what: String,
    /// Currency.
    pub currency: Currency,
    /// Base units. In JSON a string.
    #[serde(with = "text")]
    pub amount: u64,
    /// Where it goes.
    pub fate: Fate,
}

/// What becomes of an amount under review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Leaves the wallet for good.
    Spent,
    /// Leaves the wallet and comes back later, all or in part (escrow, stake, rent).
    ComesBack,
    /// Comes into the wallet at once.
    Arrives,
    /// Leaves the stake, cools down, and can be withdrawn then; the wallet stays as it is.
    CoolsDown,
}

/// Exactly what a money-moving action will do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Every amount that moves.
    pub lines: Vec<ReviewLine>,
    /// What stays, when all goes as said.
    pub left: Balances,
}

/// How the daemon can be reached by a browser on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserAccess {
    /// Address without the code.
    pub url: String,
    /// Code that pairs one browser; good once.
    pub pairing_code: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_never_has_the_smaller_part() {
        let position = |required, staked, co_staked| StakePosition {
            required: Io(required),
            staked: Io(staked),
            co_staked: Io(co_staked),
            ..StakePosition::default()
        };
        assert_eq!(position(200, 150, 0).missing(), Io(50));
        assert_eq!(position(200, 100, 100).missing(), Io::ZERO);
        assert_eq!(position(200, 120, 60).missing(), Io(20));
        // The requirement fell below twice the co-staker's part.
        assert_eq!(position(100, 60, 80).missing(), Io(20));
    }
}

pub(super) mod text {
    //! Base units as JSON strings.
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::ipc) fn serialize<S: Serializer>(value: &u64, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&value.to_string())
    }

    pub(in crate::ipc) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<u64, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}
