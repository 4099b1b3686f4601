//! The SVM: accounts in memory, running and trying out transactions.
//!
//! It knows no disk, no history and no blockhash list; [`crate::chain`] adds those. Signatures are checked there
//! too, so that `simulateTransaction` can go without.

use std::collections::HashMap;

use litesvm::{LiteSVM, types::TransactionMetadata};
use solana_account::{Account, AccountSharedData, ReadableAccount};
use solana_message::{AddressLoader as _, v0::LoadedAddresses};
use solana_sdk::{
    clock::Clock, epoch_schedule::EpochSchedule, pubkey::Pubkey, signature::Signature,
    slot_hashes::SlotHashes,
};
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction_error::TransactionError;

use crate::{clock::Moment, token};

/// How many slot hashes programs see (lookup tables need recent ones).
const SLOT_HASHES: u64 = 150;

/// Why accounts cannot be put into the SVM.
#[derive(Debug, thiserror::Error)]
#[error("account {address} does not load")]
pub struct LoadError {
    /// Which account.
    pub address: Pubkey,
    /// What the SVM says.
    #[source]
    pub source: litesvm::error::LiteSVMError,
}

/// What a transaction did, or would do.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// `None` = succeeded.
    pub(crate) err: Option<TransactionError>,
    /// Whether it ran, be it to failure: only then is the fee taken and the signature used up.
    pub(crate) ran: bool,
    /// Logs, units, fee, return data.
    pub(crate) meta: TransactionMetadata,
    /// Addresses looked up in tables, for version 0.
    pub(crate) loaded: LoadedAddresses,
    /// The transaction's accounts in its own order, before.
    pub(crate) before: Snapshot,
    /// The same, after.
    pub(crate) after: Snapshot,
}

/// Accounts of a transaction, in its own order. `None` = does not exist.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot(pub(crate) Vec<(Pubkey, Option<AccountSharedData>)>);

/// The accounts and the machine that changes them.
pub(crate) struct Bank {
    svm: LiteSVM,
    slot: u64,
}

impl Bank {
    /// A machine with Solana's own programs and no money in it.
    pub(crate) fn new() -> Self {
        let svm = LiteSVM::default()
            .with_mainnet_features()
            .with_builtins()
            .with_sysvars()
            .with_feature_accounts()
            .with_default_programs()
            .with_precompiles()
            .with_sigverify(false)
            .with_blockhash_check(false)
            .with_transaction_history(0);
        Self { svm, slot: 0 }
    }

    /// Puts accounts in as they are. Data comes before the programs that point at it.
    pub(crate) fn load(&mut self, mut accounts: Vec<(Pubkey, Account)>) -> Result<(), LoadError> {
        accounts.sort_by_key(|(_, account)| account.executable);
        for (address, account) in accounts {
            self.svm
                .set_account(address, account)
                .map_err(|source| LoadError { address, source })?;
        }
        Ok(())
    }

    /// Deploys a program under the upgradeable loader; gives the accounts that make it up.
    pub(crate) fn deploy(
        &mut self,
        program: Pubkey,
        elf: &[u8],
    ) -> Result<Vec<(Pubkey, AccountSharedData)>, LoadError> {
        self.svm.add_program(program, elf).map_err(|source| LoadError {
            address: program,
            source,
        })?;
        let loader = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");
        let data = Pubkey::find_program_address(&[program.as_ref()], &loader).0;
        Ok([program, data]
            .into_iter()
            .filter_map(|address| Some((address, self.account(&address)?.clone())))
            .collect())
    }

    /// The code of a program under the upgradeable loader.
    pub(crate) fn program(&self, program: &Pubkey) -> Option<&[u8]> {
        self.svm.accounts_db().try_program_elf_bytes(program).ok()
    }

    /// Lets programs see this moment.
    pub(crate) fn set_time(&mut self, now: &Moment) {
        if self.slot == now.slot {
            return;
        }
        self.slot = now.slot;
        let schedule = EpochSchedule::default();
        let epoch = schedule.get_epoch(now.slot);
        self.svm.set_sysvar(&Clock {
            slot: now.slot,
            epoch_start_timestamp: now.genesis.seconds_of(schedule.get_first_slot_in_epoch(epoch)),
            epoch,
            leader_schedule_epoch: schedule.get_leader_schedule_epoch(now.slot),
            unix_timestamp: now.unix_seconds(),
        });
        let oldest = now.slot.saturating_sub(SLOT_HASHES);
        let hashes: Vec<_> = (oldest..now.slot)
            .rev()
            .map(|slot| (slot, now.genesis.blockhash(slot)))
            .collect();
        self.svm.set_sysvar(&SlotHashes::new(&hashes));
    }

    /// An account that exists (has lamports).
    pub(crate) fn account(&self, address: &Pubkey) -> Option<&AccountSharedData> {
        self.svm
            .accounts_db()
            .get_account_ref(address)
            .filter(|account| account.lamports() > 0)
    }

    /// All accounts that exist.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = (&Pubkey, &AccountSharedData)> {
        self.svm
            .accounts_db()
            .inner
            .iter()
            .filter(|(_, account)| account.lamports() > 0)
    }

    /// Lamports that keep an account of so many bytes for ever.
    pub(crate) fn minimum_balance(&self, bytes: usize) -> u64 {
        self.svm.minimum_balance_for_rent_exemption(bytes)
    }

    /// What the transaction would do. Changes nothing.
    pub(crate) fn simulate(&self, transaction: &VersionedTransaction) -> Outcome {
        let loaded = self.loaded_addresses(transaction);
        let before = self.snapshot(transaction, &loaded);
        match self.svm.simulate_transaction(transaction.clone()) {
            Ok(info) => {
                let mut after = before.clone();
                let mut changed: HashMap<Pubkey, AccountSharedData> =
                    info.post_accounts.into_iter().collect();
                for (address, account) in &mut after.0 {
                    if let Some(new) = changed.remove(address) {
                        *account = Some(new).filter(|account| account.lamports() > 0);
                    }
                }
                Outcome {
                    err: None,
                    ran: true,
                    meta: info.meta,
                    loaded,
                    before,
                    after,
                }
            }
            Err(failed) => {
                let ran = failed.meta.signature != Signature::default();
                let after = before.clone();
                Outcome {
                    err: Some(failed.err),
                    ran,
                    meta: failed.meta,
                    loaded,
                    before,
                    after,
                }
            }
        }
    }

    /// Runs the transaction and keeps what it did.
    pub(crate) fn execute(&mut self, transaction: &VersionedTransaction) -> Outcome {
        let loaded = self.loaded_addresses(transaction);
        let before = self.snapshot(transaction, &loaded);
        let (err, meta, ran) = match self.svm.send_transaction(transaction.clone()) {
            Ok(meta) => (None, meta, true),
            // LiteSVM names the signature only of what got as far as running.
            Err(failed) => {
                let ran = failed.meta.signature != Signature::default();
                (Some(failed.err), failed.meta, ran)
            }
        };
        let after = self.snapshot(transaction, &loaded);
        Outcome {
            err,
            ran,
            meta,
            loaded,
            before,
            after,
        }
    }

    fn loaded_addresses(&self, transaction: &VersionedTransaction) -> LoadedAddresses {
        let lookups = transaction.message.address_table_lookups().unwrap_or_default();
        // A lookup that fails makes the transaction fail in the SVM, which says why.
        self.svm.accounts_db().load_addresses(lookups).unwrap_or_default()
    }

    fn snapshot(&self, transaction: &VersionedTransaction, loaded: &LoadedAddresses) -> Snapshot {
        let keys = transaction
            .message
            .static_account_keys()
            .iter()
            .chain(&loaded.writable)
            .chain(&loaded.readonly);
        Snapshot(keys.map(|key| (*key, self.account(key).cloned())).collect())
    }

    /// The decimals of a mint.
    pub(crate) fn decimals(&self, mint: &Pubkey) -> Option<u8> {
        self.account(mint)
            .and_then(token::Mint::read)
            .map(|mint| mint.decimals)
    }
}

impl Outcome {
    /// Accounts that are other than before; `None` = gone.
    pub(crate) fn changed(&self) -> impl Iterator<Item = (&Pubkey, Option<&AccountSharedData>)> {
        self.before
            .0
            .iter()
            .zip(&self.after.0)
            .filter(|((_, before), (_, after))| before != after)
            .map(|(_, (address, after))| (address, after.as_ref()))
    }
}

impl Snapshot {
    /// Lamports of each account.
    pub(crate) fn lamports(&self) -> Vec<u64> {
        self.0
            .iter()
            .map(|(_, account)| account.as_ref().map_or(0, ReadableAccount::lamports))
            .collect()
    }
}
