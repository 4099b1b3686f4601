//! Exactly what a money-moving action would do, before it does.

use hearth_chain::{BuildError, PreparedTransaction, RecentBlockhash, Transactions, signer::Unsigned};
use hearth_types::{
    id::{DeviceId, LeaseId},
    ipc::{Code, Fate, IpcError, Review, ReviewLine},
    money::{Currency, Io, Lamports},
    network::Balances,
};

use super::staking::Leaving;
use crate::engine::Engine;

/// Says how much is missing.
pub(crate) fn too_little_io(have: Io, need: Io) -> IpcError {
    let text = format!("The wallet holds {have}; {need} are needed. Nothing was paid.");
    IpcError::new(Code::InsufficientIo, text)
        .mend("Get more IO; on the practice network the faucet gives it.")
}

pub(super) fn too_little_sol(have: Lamports, need: Lamports) -> IpcError {
    let text =
        format!("The wallet holds {have}; {need} are needed for fees and account rent. Nothing was paid.");
    IpcError::new(Code::InsufficientSol, text)
        .mend("Get more SOL; on the practice network the faucet gives some with the IO.")
}

pub(super) fn line(what: &str, currency: Currency, amount: u64, fate: Fate) -> ReviewLine {
    ReviewLine {
        what: what.to_owned(),
        currency,
        amount,
        fate,
    }
}

impl Engine {
    pub(crate) async fn review_stake(&self, device: DeviceId, amount: Io) -> Result<Review, IpcError> {
        let owner = self.own_address()?;
        let network = self.net().await?;
        let mut lines = vec![line("stake", Currency::Io, amount.0, Fate::ComesBack)];
        if network.chain.device(owner, device).await?.is_none() {
            let rent = network.chain.rent_for_device().await?;
            lines.push(line("device_account", Currency::Sol, rent.0, Fate::Spent));
        }
        let fee =
            self.fee_of(|build, recent, signer| build.stake(recent, signer, self.node_id(), device, amount));
        lines.push(line("network_fee", Currency::Sol, fee.await?.0, Fate::Spent));
        self.review(lines).await
    }

    pub(crate) async fn review_unstake(&self, device: DeviceId, amount: Io) -> Result<Review, IpcError> {
        let Leaving {
            at_once,
            cooling,
            with_co_stake,
        } = self.leaving(device, amount).await?;
        let parts = [
            line("unstaked_at_once", Currency::Io, at_once.0, Fate::Arrives),
            line("unstaked_cooling", Currency::Io, cooling.0, Fate::CoolsDown),
            line(
                "unstaked_with_co_stake",
                Currency::Io,
                with_co_stake.0,
                Fate::CoolsDown,
            ),
        ];
        let mut lines: Vec<_> = parts.into_iter().filter(|part| part.amount > 0).collect();
        let fee = self.fee_of(|build, recent, signer| build.request_unstake(recent, signer, device, amount));
        lines.push(line("network_fee", Currency::Sol, fee.await?.0, Fate::Spent));
        self.review(lines).await
    }

    pub(crate) async fn review_withdraw(&self, device: DeviceId) -> Result<Review, IpcError> {
        let cooled = self.cooled(device).await?;
        let fee = self.fee_of(|build, recent, signer| build.withdraw(recent, signer, device));
        self.review(vec![
            line("withdrawn", Currency::Io, cooled.0, Fate::Arrives),
            line("network_fee", Currency::Sol, fee.await?.0, Fate::Spent),
        ])
        .await
    }

    pub(crate) async fn review_deploy(&self, lease: LeaseId) -> Result<Review, IpcError> {
        let quote = self.quote(lease)?.quote;
        let network = self.net().await?;
        let rent = network.chain.rent_for_open().await?;
        let signed = self.signed_quote(quote.clone()).await?;
        let fee = self.fee_of(|build, recent, signer| build.open_lease(recent, signer, &signed));
        let fee = fee.await?;
        self.review(vec![
            line("escrow", Currency::Io, quote.escrow.0, Fate::ComesBack),
            line("lease_account", Currency::Sol, rent.kept.0, Fate::Spent),
            line("escrow_account", Currency::Sol, rent.returned.0, Fate::ComesBack),
            line("network_fee", Currency::Sol, fee.0, Fate::Spent),
        ])
        .await
    }

    /// What a transaction would cost by the present price of priority: it is built, and signed by nobody.
    pub(super) async fn fee_of(
        &self,
        build: impl FnOnce(&Transactions, &RecentBlockhash, &Unsigned) -> Result<PreparedTransaction, BuildError>,
    ) -> Result<Lamports, IpcError> {
        let chain = &self.net().await?.chain;
        let recent = chain.latest_blockhash().await?;
        let owner = Unsigned(self.own_address()?);
        Ok(build(&chain.transactions(), &recent, &owner)?.fee)
    }

    /// The review of some lines.
    ///
    /// # Errors
    /// [`Code::InsufficientIo`] or [`Code::InsufficientSol`] when the wallet cannot pay them.
    pub(super) async fn review(&self, lines: Vec<ReviewLine>) -> Result<Review, IpcError> {
        let owner = self.own_address()?;
        let have = self.net().await?.chain.balances(owner).await?;
        let sum = |currency, fates: &[Fate]| {
            let moving = lines
                .iter()
                .filter(|l| l.currency == currency && fates.contains(&l.fate));
            moving.map(|l| l.amount).fold(0_u64, u64::saturating_add)
        };
        let leaving = |currency| sum(currency, &[Fate::Spent, Fate::ComesBack]);
        let (io, sol) = (Io(leaving(Currency::Io)), Lamports(leaving(Currency::Sol)));
        let left_io = have
            .io
            .checked_sub(io)
            .ok_or_else(|| too_little_io(have.io, io))?;
        let left_sol = have
            .sol
            .checked_sub(sol)
            .ok_or_else(|| too_little_sol(have.sol, sol))?;
        let arriving = |currency| sum(currency, &[Fate::Arrives]);
        let left = Balances {
            io: Io(left_io.0.saturating_add(arriving(Currency::Io))),
            sol: Lamports(left_sol.0.saturating_add(arriving(Currency::Sol))),
        };
        Ok(Review { lines, left })
    }
}
