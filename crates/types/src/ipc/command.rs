//! Everything a client can ask of the engine.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    BrowserAccess, DeviceView, KeyProtection, NewWallet, Review, Secret, Settings, Status, TaskId, TxView,
    WalletView,
};
use crate::{
    history::{HistoryEntry, Reconciliation},
    id::{DeviceId, LeaseId},
    job::Job,
    lease::{DeploymentView, FileContent, LeaseView},
    market::{ListedOffer, Quote},
    money::Io,
    readiness::Check,
    requirement::Requirement,
};

/// A request and the type of its answer.
pub trait Request: Serialize + Into<Command> {
    /// What comes back when it works.
    type Reply: Serialize + DeserializeOwned;
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty),* $(,)? } => $reply:ty;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            pub struct $name { $($(#[$field_doc])* pub $field: $type),* }

            impl Request for $name {
                type Reply = $reply;
            }

            impl From<$name> for Command {
                fn from(request: $name) -> Self {
                    Self::$name(request)
                }
            }
        )*

        /// Any request, as it travels: `{"command": "stake", …fields}`.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "command", rename_all = "snake_case")]
        pub enum Command {
            $(
                $(#[$doc])*
                $name($name),
            )*
        }

        impl Command {
            /// The command's name, for logs: fields may be secret.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name)),* }
            }
        }
    };
}

commands! {
    /// The top strip.
    GetStatus {} => Status;
    /// Makes a wallet; refused when there is one.
    CreateWallet {
        /// 12 or 24.
        words: u8,
        /// Where its key goes.
        protection: KeyProtection,
    } => NewWallet;
    /// Brings a wallet back from its words.
    ImportWallet {
        /// The seed phrase.
        words: Secret,
        /// Where its key goes.
        protection: KeyProtection,
    } => WalletView;
    /// Opens a locked wallet until [`LockWallet`] or the daemon's end.
    UnlockWallet {
        /// The passphrase of an encrypted file; ignored for a keychain.
        passphrase: Secret,
    } => WalletView;
    /// Locks it.
    LockWallet {} => WalletView;
    /// The wallet, balances read anew; `None` when there is none.
    GetWallet {} => Option<WalletView>;
    /// Practice IO and SOL from the faucet.
    AskFaucet {} => TxView;
    /// Devices with all about them.
    ListDevices {
        /// Look at the hardware again.
        refresh: bool,
    } => Vec<DeviceView>;
    /// What the machine itself can enforce, without regard to a device.
    GetReadiness {} => Vec<Check>;
    /// Takes a device into the offer or out of it.
    SetDeviceLending {
        /// The device.
        device: DeviceId,
        /// In or out.
        lend: bool,
    } => DeviceView;
    /// Starts the quick benchmark; progress and result come as events.
    StartBenchmark {
        /// The device.
        device: DeviceId,
    } => TaskId;
    /// Cancels a long action.
    CancelTask {
        /// The action.
        task: TaskId,
    } => ();
    /// Exactly what staking would do.
    ReviewStake {
        /// The device.
        device: DeviceId,
        /// How much.
        amount: Io,
    } => Review;
    /// Stakes on a device.
    Stake {
        /// The device.
        device: DeviceId,
        /// How much.
        amount: Io,
    } => TxView;
    /// Exactly what asking to unstake would do.
    ReviewUnstake {
        /// The device.
        device: DeviceId,
        /// How much.
        amount: Io,
    } => Review;
    /// Asks to unstake; what exceeds the requirement leaves at once, the rest cools down.
    RequestUnstake {
        /// The device.
        device: DeviceId,
        /// How much.
        amount: Io,
    } => TxView;
    /// Exactly what withdrawing would do.
    ReviewWithdraw {
        /// The device.
        device: DeviceId,
    } => Review;
    /// Withdraws what has cooled down.
    WithdrawStake {
        /// The device.
        device: DeviceId,
    } => TxView;
    /// Starts lending; refused with `not_ready` and the first failing check.
    StartLending {} => Status;
    /// Stops lending; refused with `lease_running` unless forced, then the lease is yielded.
    StopLending {
        /// Even with a lease running.
        force: bool,
    } => Status;
    /// Pauses lending; a running lease is yielded.
    PauseLending {
        /// For how long.
        seconds: u64,
    } => Status;
    /// Ends the pause.
    ResumeLending {} => Status;
    /// The market: what serves a need.
    ListOffers {
        /// What is needed; left out, everything is listed.
        #[serde(default)]
        need: Requirement,
    } => Vec<ListedOffer>;
    /// Asks a node for a quote.
    RequestQuote {
        /// The node.
        node: crate::id::NodeId,
        /// The longest time wanted, seconds.
        seconds: u64,
    } => Quote;
    /// Exactly what deploying on a quote would do.
    ReviewDeploy {
        /// The quote's lease.
        lease: LeaseId,
    } => Review;
    /// Opens the lease on chain and runs the job; goes on by itself.
    Deploy {
        /// The quote's lease.
        lease: LeaseId,
        /// What to run.
        job: Job,
        /// One line for lists.
        title: String,
    } => DeploymentView;
    /// Stops a deployment; the rest of the escrow comes back.
    StopDeployment {
        /// Its lease.
        lease: LeaseId,
    } => DeploymentView;
    /// All deployments of this renter, newest first.
    ListDeployments {} => Vec<DeploymentView>;
    /// One deployment with its output.
    GetDeployment {
        /// Its lease.
        lease: LeaseId,
    } => DeploymentView;
    /// A file that came back.
    GetResultFile {
        /// Its lease.
        lease: LeaseId,
        /// Its name.
        name: String,
    } => FileContent;
    /// Leases of this app, both sides, newest first.
    ListLeases {} => Vec<LeaseView>;
    /// The money history, newest first.
    ListHistory {
        /// Entries older than this id.
        before: Option<i64>,
        /// At most this many (1 to 1,000).
        limit: u32,
    } => Vec<HistoryEntry>;
    /// Compares history and chain.
    Reconcile {} => Reconciliation;
    /// What the owner chose.
    GetSettings {} => Settings;
    /// Changes it.
    SetSettings {
        /// All of it.
        settings: Settings,
    } => Settings;
    /// An address and a one-time code for a browser on this machine. Local socket only.
    GetBrowserAccess {} => BrowserAccess;
    /// Ends the daemon; refused with `lease_running` unless forced.
    Quit {
        /// Even with a lease running.
        force: bool,
    } => ();
}

impl Command {
    /// Moves money, touches keys or changes policy: never over a connection that is not loopback.
    #[must_use]
    pub const fn is_sensitive(&self) -> bool {
        !matches!(
            self,
            Self::GetStatus(_)
                | Self::GetWallet(_)
                | Self::ListDevices(_)
                | Self::GetReadiness(_)
                | Self::ListOffers(_)
                | Self::ListDeployments(_)
                | Self::GetDeployment(_)
                | Self::GetResultFile(_)
                | Self::ListLeases(_)
                | Self::ListHistory(_)
                | Self::Reconcile(_)
                | Self::GetSettings(_)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_flat_json_with_its_name() {
        let command = Command::from(Stake {
            device: DeviceId([1; 32]),
            amount: Io(5),
        });
        insta::assert_json_snapshot!(command, @r#"
        {
          "command": "stake",
          "device": "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi",
          "amount": "5"
        }
        "#);
        let text = serde_json::to_string(&command).unwrap();
        assert_eq!(serde_json::from_str::<Command>(&text).unwrap(), command);
    }

    #[test]
    fn a_command_without_fields_parses() {
        let command: Command = serde_json::from_str(r#"{"command":"get_status"}"#).unwrap();
        assert_eq!(command, Command::from(GetStatus {}));
    }

    #[test]
    fn secrets_do_not_show_in_debug_text() {
        let command = Command::from(UnlockWallet {
            passphrase: Secret("correct horse".into()),
        });
        assert!(!format!("{command:?}").contains("horse"));
    }
}
