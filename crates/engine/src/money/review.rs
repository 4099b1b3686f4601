//! Exactly what a money-moving action would do, before it does.

use hearth_chain::transactions::fee_for;
use hearth_types::{
    id::{DeviceId, LeaseId},
    ipc::{Code, IpcError, Review, ReviewLine},
    money::{Currency, Io, Lamports},
    network::Balances,
};

use crate::engine::Engine;

/// Says how much is missing.
pub(crate) fn too_little_io(have: Io, need: Io) -> IpcError {
    let text = format!("The wallet holds {have}; {need} are needed. Nothing was paid.");
    IpcError::new(Code::InsufficientIo, text)
        .mend("Get more IO; on the practice network the faucet gives it.")
}

fn too_little_sol(have: Lamports, need: Lamports) -> IpcError {
    let text =
        format!("The wallet holds {have}; {need} are needed for fees and account rent. Nothing was paid.");
    IpcError::new(Code::InsufficientSol, text)
        .mend("Get more SOL; on the practice network the faucet gives some with the IO.")
}

fn line(what: &str, currency: Currency, amount: u64, returns: bool) -> ReviewLine {
    ReviewLine {
        what: what.to_owned(),
        currency,
        amount,
        returns,
    }
}

impl Engine {
    pub(crate) async fn review_stake(&self, device: DeviceId, amount: Io) -> Result<Review, IpcError> {
        let owner = self.own_address()?;
        let network = self.net().await?;
        let mut lines = vec![line("stake", Currency::Io, amount.0, true)];
        if network.chain.device(owner, device).await?.is_none() {
            let rent = network.chain.rent_for_device().await?;
            lines.push(line("device_account", Currency::Sol, rent.0, false));
        }
        lines.push(line("network_fee", Currency::Sol, fee_for(1, 0).0, false));
        self.review(lines).await
    }

    pub(crate) async fn review_deploy(&self, lease: LeaseId) -> Result<Review, IpcError> {
        let quote = self.quote(lease)?.quote;
        let network = self.net().await?;
        let rent = network.chain.rent_for_open().await?;
        self.review(vec![
            line("escrow", Currency::Io, quote.escrow.0, true),
            line("lease_account", Currency::Sol, rent.kept.0, false),
            line("escrow_account", Currency::Sol, rent.returned.0, true),
            line("network_fee", Currency::Sol, fee_for(1, 1).0, false),
        ])
        .await
    }

    /// The review of some lines.
    ///
    /// # Errors
    /// [`Code::InsufficientIo`] or [`Code::InsufficientSol`] when the wallet cannot pay them.
    async fn review(&self, lines: Vec<ReviewLine>) -> Result<Review, IpcError> {
        let owner = self.own_address()?;
        let have = self.net().await?.chain.balances(owner).await?;
        let sum = |currency| {
            let amounts = lines.iter().filter(|l| l.currency == currency).map(|l| l.amount);
            amounts.fold(0_u64, u64::saturating_add)
        };
        let (io, sol) = (Io(sum(Currency::Io)), Lamports(sum(Currency::Sol)));
        let left_io = have
            .io
            .checked_sub(io)
            .ok_or_else(|| too_little_io(have.io, io))?;
        let left_sol = have
            .sol
            .checked_sub(sol)
            .ok_or_else(|| too_little_sol(have.sol, sol))?;
        Ok(Review {
            lines,
            left: Balances {
                io: left_io,
                sol: left_sol,
            },
        })
    }
}
