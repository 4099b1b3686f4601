//! Sample wallets, addresses and payments.

use std::cell::RefCell;

use hearth_types::{
    id::WalletAddress,
    ipc::*,
    money::{Currency, Io, Lamports},
    network::Balances,
    time::UnixMillis,
};

use super::{
    DEMO, changed, json, later, review,
    samples::{WALLET, ago, tx},
};
use crate::state::now_millis;

const SAVINGS: WalletAddress = WalletAddress([77; 32]);
const EXCHANGE: WalletAddress = WalletAddress([91; 32]);

struct Wallets {
    list: WalletList,
    contacts: Vec<Contact>,
}

thread_local! {
    static WALLETS: RefCell<Wallets> = RefCell::new(Wallets::new());
}

impl Wallets {
    fn new() -> Self {
        let wallet = |address, name: &str, operating, days: u64| OwnWallet {
            address,
            name: name.into(),
            storage: KeyStorage::EncryptedFile,
            operating,
            locked: !operating,
            has_words: operating,
            added_at: ago(days * 86_400),
            backup_checked_at: None,
            balances: Some(DEMO.with_borrow(|d| d.balances())).filter(|_| operating),
        };
        let savings = OwnWallet {
            balances: Some(Balances {
                io: Io(901_500_000_000),
                sol: Lamports(20_000_000),
            }),
            ..wallet(SAVINGS, "Savings", false, 30)
        };
        Self {
            list: WalletList {
                wallets: vec![wallet(WALLET, "Rig", true, 40), savings],
                withdrawal: Withdrawal {
                    address: Some(SAVINGS),
                    change: None,
                },
            },
            contacts: vec![Contact {
                address: EXCHANGE,
                name: "Exchange".into(),
                last_sent_at: Some(ago(6 * 86_400)),
            }],
        }
    }
}

fn tell() {
    later(10, || changed(&[Topic::Wallet, Topic::History]));
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only commands about wallets come here"
)]
pub(super) fn ask(command: Command) -> Result<String, IpcError> {
    match command {
        Command::UseWallet(request) => {
            WALLETS.with_borrow_mut(|w| {
                for wallet in &mut w.list.wallets {
                    wallet.operating = wallet.address == request.address;
                }
            });
            tell();
            json(DEMO.with_borrow(|d| d.wallet()))
        }
        Command::RenameWallet(request) => {
            WALLETS.with_borrow_mut(|w| {
                let mut all = w.list.wallets.iter_mut();
                if let Some(wallet) = all.find(|wallet| wallet.address == request.address) {
                    wallet.name = request.name;
                }
            });
            tell();
            json(WALLETS.with_borrow(|w| w.list.clone()))
        }
        Command::RemoveWallet(_) => Err(IpcError::new(
            Code::WalletInUse,
            "Devices carry stake of this wallet.",
        )
        .mend("Unstake and withdraw it first: only this wallet can.")),
        Command::AskBackupWords(_) => json([2, 7, 11]),
        Command::CheckBackup(request) => {
            let right = request.words.iter().all(|answer| answer.word.0.len() > 2);
            if !right {
                return Err(IpcError::new(
                    Code::BadSeedPhrase,
                    "These are not the words of this wallet at these places.",
                )
                .mend("Look at what you wrote down and try again."));
            }
            WALLETS.with_borrow_mut(|w| {
                for wallet in w.list.wallets.iter_mut().filter(|wallet| wallet.operating) {
                    wallet.backup_checked_at = Some(ago(0));
                }
            });
            tell();
            json(WALLETS.with_borrow(|w| w.list.clone()))
        }
        Command::SetWithdrawalAddress(request) => {
            let at = UnixMillis(now_millis() + 72 * 3600 * 1000);
            WALLETS.with_borrow_mut(|w| {
                w.list.withdrawal.change = Some(WithdrawalChange {
                    address: request.address,
                    at,
                });
            });
            tell();
            json(WALLETS.with_borrow(|w| w.list.withdrawal))
        }
        Command::CancelWithdrawalChange(_) => {
            WALLETS.with_borrow_mut(|w| w.list.withdrawal.change = None);
            tell();
            json(WALLETS.with_borrow(|w| w.list.withdrawal))
        }
        Command::SetContact(request) => {
            WALLETS.with_borrow_mut(|w| {
                w.contacts.retain(|contact| contact.address != request.address);
                w.contacts.push(Contact {
                    address: request.address,
                    name: request.name,
                    last_sent_at: None,
                });
            });
            tell();
            json(WALLETS.with_borrow(|w| w.contacts.clone()))
        }
        Command::RemoveContact(request) => {
            WALLETS.with_borrow_mut(|w| w.contacts.retain(|contact| contact.address != request.address));
            tell();
            json(WALLETS.with_borrow(|w| w.contacts.clone()))
        }
        Command::ListContacts(_) => json(WALLETS.with_borrow(|w| w.contacts.clone())),
        Command::ReviewSend(request) => {
            let known = WALLETS.with_borrow(|w| {
                let mut contacts = w.contacts.iter();
                contacts.find(|c| c.address == request.to).map(|c| c.name.clone())
            });
            let warnings = match &known {
                Some(_) => vec![],
                None => vec![
                    SendWarning::FirstTime,
                    SendWarning::LooksLike {
                        known: EXCHANGE,
                        name: Some("Exchange".into()),
                    },
                ],
            };
            let amount = match request.amount.currency {
                Currency::Io => Io(request.amount.base_units),
                Currency::Sol | Currency::Usdc => Io(0),
            };
            let mut review = review("sent", amount, Fate::Spent);
            if let Some(line) = review.lines.first_mut() {
                line.currency = request.amount.currency;
                line.amount = request.amount.base_units;
            }
            json(SendReview {
                key: "send:demo".into(),
                review,
                name: known,
                warnings,
            })
        }
        Command::Send(request) => {
            if request.amount.currency == Currency::Io {
                DEMO.with_borrow_mut(|d| d.io = d.io.saturating_sub(request.amount.base_units));
            }
            tell();
            json(TxView { signature: tx(7) })
        }
        _ => json(WALLETS.with_borrow(|w| w.list.clone())),
    }
}
