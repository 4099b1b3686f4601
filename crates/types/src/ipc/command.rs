//! Everything a client can ask of the engine.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Amount, BackupWord, BrowserAccess, Contact, DeviceView, KeyProtection, NewWallet, Review, Secret,
    SendReview, Settings, Status, TaskId, TxView, WalletList, WalletView, Withdrawal,
};
use crate::{
    history::{
        Audit, ChainHead, DayIncome, ExportChunk, ExportForm, HistoryCursor, HistoryEntry, HistoryFilter,
        HistoryPage, MonthStatement, Reconciliation, Verification,
    },
    id::{Address, DeviceId, LeaseId, WalletAddress},
    job::Job,
    lease::{DeploymentView, FileContent, LeaseView},
    market::{ListedOffer, Quote},
    money::Io,
    readiness::Check,
    requirement::Requirement,
    staking::{Claims, CoStakes, RewardProof, SlashView},
    time::{Month, UnixMillis},
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
    /// Makes a wallet; the first one of a profile becomes the operating one.
    CreateWallet {
        /// 12 or 24.
        words: u8,
        /// Where its key goes.
        protection: KeyProtection,
    } => NewWallet;
    /// Brings a wallet back from its words (`m/44'/501'/0'/0'`).
    ImportWallet {
        /// The seed phrase.
        words: Secret,
        /// Where its key goes.
        protection: KeyProtection,
    } => WalletView;
    /// Takes over a key file of Solana's tools.
    ImportWalletKey {
        /// The file's text: a JSON array of 64 numbers.
        key: Secret,
        /// Where the key goes.
        protection: KeyProtection,
    } => WalletView;
    /// All wallets of the profile, and where automatic payouts go.
    ListWallets {} => WalletList;
    /// Makes another wallet the operating one. It is locked then, unless its key lies in the keychain. Refused
    /// while anything of the present one is under way.
    UseWallet {
        /// Which one.
        address: WalletAddress,
    } => WalletView;
    /// Names a wallet.
    RenameWallet {
        /// Which one.
        address: WalletAddress,
        /// 1 to 40 characters.
        name: String,
    } => WalletList;
    /// Forgets a wallet that is not the operating one; refused while anything of it is open.
    RemoveWallet {
        /// Which one.
        address: WalletAddress,
        /// Even with money in it, which only its words or key file can reach then.
        leave_balance: bool,
    } => WalletList;
    /// Which words to look up in the backup, places from 1; asks anew each time.
    AskBackupWords {} => Vec<u8>;
    /// Proves that the backup is there; remembered when it was. A wrong answer needs new places.
    CheckBackup {
        /// The words at the places of [`AskBackupWords`].
        words: Vec<BackupWord>,
    } => WalletList;
    /// Changes where automatic payouts go, after a waiting time in which it can be cancelled.
    SetWithdrawalAddress {
        /// The new address; `None` = nowhere, money stays in the operating wallet.
        address: Option<WalletAddress>,
    } => Withdrawal;
    /// Cancels the change that is waiting.
    CancelWithdrawalChange {} => Withdrawal;
    /// The address book, by name.
    ListContacts {} => Vec<Contact>;
    /// Names an address, or names it anew.
    SetContact {
        /// The address.
        address: WalletAddress,
        /// 1 to 40 characters.
        name: String,
    } => Vec<Contact>;
    /// Takes an address out of the book.
    RemoveContact {
        /// The address.
        address: WalletAddress,
    } => Vec<Contact>;
    /// Exactly what sending would do, and what speaks against it.
    ReviewSend {
        /// Who gets it.
        to: WalletAddress,
        /// How much of what.
        amount: Amount,
        /// A public note in the transaction, at most 120 bytes.
        memo: Option<String>,
    } => SendReview;
    /// Sends, once per key however often it is asked.
    Send {
        /// The review's key.
        key: String,
        /// Who gets it.
        to: WalletAddress,
        /// How much of what.
        amount: Amount,
        /// A public note.
        memo: Option<String>,
    } => TxView;
    /// Opens a locked wallet until [`LockWallet`], the idle time or the daemon's end.
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
    /// Co-stakes on this wallet's devices, its parts in others', and what others offer.
    ListCoStakes {} => CoStakes;
    /// Exactly what offering a co-stake would do.
    ReviewOfferCoStake {
        /// The own device, which carries stake already.
        device: DeviceId,
        /// What the co-staker is to stake; at most half of what the device needs.
        amount: Io,
        /// Its share of the rewards, at most 10,000 basis points.
        share_bps: u16,
    } => Review;
    /// Offers a part of a device's stake to whoever accepts first. The terms are locked from then on.
    OfferCoStake {
        /// The own device.
        device: DeviceId,
        /// What the co-staker is to stake.
        amount: Io,
        /// Its share of the rewards, basis points.
        share_bps: u16,
    } => TxView;
    /// Exactly what taking an offer back would do.
    ReviewCancelCoStakeOffer {
        /// The own device.
        device: DeviceId,
    } => Review;
    /// Takes an offer back that nobody accepted.
    CancelCoStakeOffer {
        /// The own device.
        device: DeviceId,
    } => TxView;
    /// Exactly what accepting an offer would do.
    ReviewAcceptCoStake {
        /// The device's account.
        account: Address,
        /// As offered.
        amount: Io,
        /// As offered, basis points.
        share_bps: u16,
    } => Review;
    /// Stakes what an owner offers. The terms are repeated, so that others than those shown are refused.
    AcceptCoStake {
        /// The device's account.
        account: Address,
        /// As offered.
        amount: Io,
        /// As offered, basis points.
        share_bps: u16,
    } => TxView;
    /// Exactly what leaving a co-stake would do.
    ReviewLeaveCoStake {
        /// The device's account.
        account: Address,
    } => Review;
    /// Leaves: the part earns nothing from now on, counts for 7 more days, then cools down.
    LeaveCoStake {
        /// The device's account.
        account: Address,
    } => TxView;
    /// Exactly what withdrawing a co-stake would do.
    ReviewWithdrawCoStake {
        /// The device's account.
        account: Address,
    } => Review;
    /// Withdraws a co-stake that has cooled down.
    WithdrawCoStake {
        /// The device's account.
        account: Address,
    } => TxView;
    /// Slashes of devices that this wallet has stake in, newest first.
    ListSlashes {} => Vec<SlashView>;
    /// What this wallet has claimed, and what there is to claim against.
    ListClaims {} => Claims;
    /// Exactly what claiming would do.
    ReviewClaim {
        /// What gives the rewards.
        proof: RewardProof,
    } => Review;
    /// Claims rewards: what the proof gives beyond what was claimed before.
    ClaimRewards {
        /// What gives the rewards.
        proof: RewardProof,
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
    /// A page of the money history by a filter, newest first, with running totals.
    PageHistory {
        /// Which movements.
        filter: HistoryFilter,
        /// Where the page before ended; `None` = from the newest.
        after: Option<HistoryCursor>,
        /// At most this many (1 to 1,000).
        limit: u32,
    } => HistoryPage;
    /// Earnings by UTC day, oldest first, days without any left out.
    GetIncome {
        /// From this moment's day on.
        from: UnixMillis,
        /// Up to this moment's day, without it.
        until: UnixMillis,
        /// Of this device only.
        device: Option<DeviceId>,
    } => Vec<DayIncome>;
    /// A month's statement.
    GetStatement {
        /// Which month.
        month: Month,
    } => MonthStatement;
    /// A piece of the history as CSV, oldest movement first.
    ExportHistory {
        /// What for.
        form: ExportForm,
        /// Which movements.
        filter: HistoryFilter,
        /// Where the piece before ended; `None` = the beginning.
        after: Option<HistoryCursor>,
    } => ExportChunk;
    /// Checks that the history is as it was written.
    VerifyHistory {
        /// An end of the history's chain that was kept elsewhere, such as on a statement: it must be in it too.
        known: Option<ChainHead>,
    } => Verification;
    /// Derives every amount of the history from the chain's transactions again, and compares.
    AuditHistory {} => Audit;
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
                | Self::ListWallets(_)
                | Self::ListContacts(_)
                | Self::ListDevices(_)
                | Self::GetReadiness(_)
                | Self::ListOffers(_)
                | Self::ListDeployments(_)
                | Self::GetDeployment(_)
                | Self::GetResultFile(_)
                | Self::ListCoStakes(_)
                | Self::ListSlashes(_)
                | Self::ListClaims(_)
                | Self::ListLeases(_)
                | Self::ListHistory(_)
                | Self::PageHistory(_)
                | Self::GetIncome(_)
                | Self::GetStatement(_)
                | Self::ExportHistory(_)
                | Self::VerifyHistory(_)
                | Self::AuditHistory(_)
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
