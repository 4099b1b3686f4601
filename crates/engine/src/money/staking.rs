//! Stake, unstake, withdraw.

use hearth_chain::{signer::TxSigner as _, transactions::PreparedTransaction};
use hearth_program_interface::account::Device;
use hearth_store::{
    ledger::{Movement, NewEntry},
    outbox::OutboxKind,
};
use hearth_types::{
    id::DeviceId,
    ipc::{Code, IpcError, RequestUnstake, Stake, TxView, WithdrawStake},
    money::{Io, Lamports},
};

use super::{Plan, entry, fresh_key};
use crate::engine::Engine;

/// The ways out of a stake.
pub(super) struct Leaving {
    /// Into the wallet with the same transaction.
    pub(super) at_once: Io,
    /// To be withdrawn after the cooldown.
    pub(super) cooling: Io,
    /// The rest of the stake, which cools down as well because the owner falls below its minimum beside a co-staker.
    pub(super) with_co_stake: Io,
}

fn no_stake() -> IpcError {
    IpcError::new(Code::NotFound, "This device carries no stake.")
}

impl Engine {
    pub(crate) async fn stake(&self, request: Stake) -> Result<TxView, IpcError> {
        let wallet = self.open_wallet()?;
        if request.amount == Io::ZERO {
            return Err(IpcError::new(
                Code::BadRequest,
                "The amount must be more than zero.",
            ));
        }
        let name = self.device(request.device).await?.device.name;
        let network = self.net().await?;
        let balances = network.chain.balances(wallet.address()).await?;
        if balances.io < request.amount {
            return Err(super::review::too_little_io(balances.io, request.amount));
        }
        let rent = match network.chain.device(wallet.address(), request.device).await? {
            Some(_) => Lamports::ZERO,
            None => network.chain.rent_for_device().await?,
        };
        let recent = network.chain.latest_blockhash().await?;
        let transactions = network.chain.transactions();
        let transaction =
            transactions.stake(&recent, &*wallet, self.node_id(), request.device, request.amount)?;
        let key = fresh_key("stake");
        let stake = entry(&key, Movement::Stake(request.amount))?
            .note(name)
            .device(request.device);
        self.staking(OutboxKind::Stake, key, transaction, rent, vec![stake], "")
            .await
    }

    pub(crate) async fn request_unstake(&self, request: RequestUnstake) -> Result<TxView, IpcError> {
        let wallet = self.open_wallet()?;
        let Leaving {
            at_once,
            cooling,
            with_co_stake,
        } = self.leaving(request.device, request.amount).await?;
        let network = self.net().await?;
        let recent = network.chain.latest_blockhash().await?;
        let transactions = network.chain.transactions();
        let transaction = transactions.request_unstake(&recent, &*wallet, request.device, request.amount)?;
        let key = fresh_key("unstake");
        let mut entries = Vec::new();
        if at_once > Io::ZERO {
            entries.push(entry(format!("{key}:excess"), Movement::Unstake(at_once))?.device(request.device));
        }
        if cooling > Io::ZERO {
            entries.push(entry(&key, Movement::UnstakeRequest(cooling))?.device(request.device));
        }
        if with_co_stake > Io::ZERO {
            let rest = entry(format!("{key}:rest"), Movement::UnstakeRequest(with_co_stake))?;
            entries.push(rest.note("the co-stake ends").device(request.device));
        }
        self.staking(
            OutboxKind::RequestUnstake,
            key,
            transaction,
            Lamports::ZERO,
            entries,
            "",
        )
        .await
    }

    pub(crate) async fn withdraw_stake(&self, request: WithdrawStake) -> Result<TxView, IpcError> {
        let wallet = self.open_wallet()?;
        let cooled = self.cooled(request.device).await?;
        let network = self.net().await?;
        let recent = network.chain.latest_blockhash().await?;
        let transaction = network
            .chain
            .transactions()
            .withdraw(&recent, &*wallet, request.device)?;
        let key = fresh_key("withdraw");
        let withdraw = entry(&key, Movement::Withdraw(cooled))?.device(request.device);
        self.staking(
            OutboxKind::Withdraw,
            key,
            transaction,
            Lamports::ZERO,
            vec![withdraw],
            "",
        )
        .await
    }

    /// Where `amount` of a device's stake would go when it is asked back.
    ///
    /// # Errors
    /// When the device is hired or does not carry that much.
    pub(super) async fn leaving(&self, device: DeviceId, amount: Io) -> Result<Leaving, IpcError> {
        let mut account = self.stake_account(device).await?;
        if account.lease != [0; 32] {
            return Err(IpcError::new(
                Code::DeviceBusy,
                "The device is hired; its stake stays until the lease ends.",
            )
            .mend("Stop lending, or wait."));
        }
        let staked = Io(account.staked);
        if amount == Io::ZERO || amount > staked {
            return Err(IpcError::new(
                Code::BadRequest,
                format!("More than 0 and at most {staked} can be unstaked."),
            ));
        }
        // As the program counts it, by its clock: what exceeds the requirement leaves at once, the rest cools down.
        let now = self.net().await?.chain.time().await?.seconds();
        let at_once = Io(account.excess(now)).min(amount);
        let cooling = amount.saturating_sub(at_once);
        account.staked = account.staked.saturating_sub(amount.0);
        let rest = Io(account.staked);
        let ends = account.cool_together(now, now).unwrap_or(false);
        Ok(Leaving {
            at_once,
            cooling,
            with_co_stake: if ends { rest } else { Io::ZERO },
        })
    }

    /// What a device's stake can give back now or soon; the chain says whether the cooldown is over.
    ///
    /// # Errors
    /// When nothing was asked back.
    pub(super) async fn cooled(&self, device: DeviceId) -> Result<Io, IpcError> {
        let account = self.stake_account(device).await?;
        if account.cooling == 0 {
            return Err(IpcError::new(
                Code::NotFound,
                "Nothing is cooling down on this device.",
            ));
        }
        Ok(Io(account.cooling))
    }

    pub(super) async fn stake_account(&self, device: DeviceId) -> Result<Device, IpcError> {
        let owner = self.own_address()?;
        self.net()
            .await?
            .chain
            .device(owner, device)
            .await?
            .ok_or_else(no_stake)
    }

    /// Writes a decision about stake or rewards down, its cost with a note included, and carries it out.
    pub(super) async fn staking(
        &self,
        kind: OutboxKind,
        key: String,
        transaction: PreparedTransaction,
        rent: Lamports,
        mut entries: Vec<NewEntry>,
        note: &str,
    ) -> Result<TxView, IpcError> {
        // What would fail is said before anything is written down.
        self.try_out(&transaction).await?;
        let cost = Lamports(transaction.fee.0.saturating_add(rent.0));
        entries.push(entry(format!("{key}:fee"), Movement::NetworkFee(cost))?.note(note));
        let plan = Plan {
            kind,
            key,
            lease: None,
            transaction,
            entries,
        };
        let tx = self.inner.store.begin().await?;
        let signature = self.submit(tx, plan).await?;
        Ok(TxView { signature })
    }
}
