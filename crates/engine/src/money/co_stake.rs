//! Staking together: offers given and taken back, accepted, left and withdrawn.

use hearth_chain::{signer::TxSigner as _, transactions::fee_for};
use hearth_program_interface::account::{Device, NOBODY};
use hearth_store::{
    ledger::{Movement, NewEntry},
    outbox::OutboxKind,
};
use hearth_types::{
    id::{Address, DeviceId, WalletAddress},
    ipc::{AcceptCoStake, Code, Fate, IpcError, OfferCoStake, Review, ReviewLine, TxView},
    money::{Currency, Io, Lamports},
    staking::{CO_STAKE_DIVISOR, CoStakeObstacle, CoStakeStanding, CoStakeView, CoStakes, WHOLE_BPS},
    time::UnixMillis,
};

use super::{
    entry, fresh_key,
    review::{line, too_little_io},
};
use crate::engine::Engine;

fn bad(text: impl Into<String>) -> IpcError {
    IpcError::new(Code::BadRequest, text)
}

fn fee_line() -> ReviewLine {
    line("network_fee", Currency::Sol, fee_for(1, 0).0, Fate::Spent)
}

/// Why nobody can accept a device's offer now.
fn obstacle(device: &Device) -> Option<CoStakeObstacle> {
    let rest = device.required.saturating_sub(device.co.offered);
    if device.slashes > 0 {
        Some(CoStakeObstacle::SlashPending)
    } else if device.co.offered > device.required / CO_STAKE_DIVISOR {
        Some(CoStakeObstacle::AboveHalf)
    } else if device.staked < rest {
        Some(CoStakeObstacle::OwnerFirst)
    } else {
        None
    }
}

fn view(account: Address, device: &Device) -> CoStakeView {
    let co = &device.co;
    let (co_staker, staked) = (WalletAddress(co.wallet), Io(co.staked));
    let open = co.wallet == NOBODY;
    let standing = if open {
        CoStakeStanding::Open
    } else if co.leaves_at == 0 {
        CoStakeStanding::Active { co_staker, staked }
    } else {
        CoStakeStanding::Leaving {
            co_staker,
            staked,
            leaves_at: UnixMillis::from_seconds(co.leaves_at),
            unlock_at: UnixMillis::from_seconds(co.unlock_at),
        }
    };
    CoStakeView {
        account,
        owner: WalletAddress(device.owner),
        device: DeviceId(device.device_id),
        offered: Io(co.offered),
        share_bps: co.share_bps,
        required: Io(device.required),
        owner_staked: Io(device.staked),
        standing,
        obstacle: open.then(|| obstacle(device)).flatten(),
    }
}

impl Engine {
    pub(crate) async fn list_co_stakes(&self) -> Result<CoStakes, IpcError> {
        let wallet = self.own_address()?;
        let chain = &self.net().await?.chain;
        let mut given = chain.devices_of(wallet).await?;
        given.retain(|device| device.co.offered > 0);
        let taken = chain.co_stakes_of(wallet).await?;
        let mut open = chain.co_stake_offers().await?;
        open.retain(|device| device.owner != wallet.0);
        let shown = |devices: Vec<Device>| {
            let account = |device: &Device| {
                let (owner, id) = (WalletAddress(device.owner), DeviceId(device.device_id));
                chain.program().device(owner, id).address
            };
            devices
                .iter()
                .map(|device| view(account(device), device))
                .collect()
        };
        Ok(CoStakes {
            given: shown(given),
            taken: shown(taken),
            open: shown(open),
        })
    }

    pub(crate) async fn review_offer_co_stake(&self, request: OfferCoStake) -> Result<Review, IpcError> {
        let rent = self.offering(&request).await?;
        let rent = line("offers_account", Currency::Sol, rent.0, Fate::Spent);
        let lines = [rent, fee_line()].into_iter().filter(|line| line.amount > 0);
        self.review(lines.collect()).await
    }

    pub(crate) async fn offer_co_stake(&self, request: OfferCoStake) -> Result<TxView, IpcError> {
        let wallet = self.open_wallet()?;
        let rent = self.offering(&request).await?;
        let chain = &self.net().await?.chain;
        let recent = chain.latest_blockhash().await?;
        let OfferCoStake {
            device,
            amount,
            share_bps,
        } = request;
        let transaction = chain
            .transactions()
            .offer_co_stake(&recent, &*wallet, device, amount, share_bps)?;
        let note = format!("{amount} offered for co-staking");
        let key = fresh_key("co-stake-offer");
        self.staking(OutboxKind::CoStakeOffer, key, transaction, rent, vec![], &note)
            .await
    }

    /// Rent that an offer takes.
    ///
    /// # Errors
    /// When the terms are none, or the device has an offer already.
    async fn offering(&self, request: &OfferCoStake) -> Result<Lamports, IpcError> {
        let account = self.stake_account(request.device).await?;
        let most = Io(account.required / CO_STAKE_DIVISOR);
        if account.co.offered > 0 {
            let text = "This device has a co-stake offer already; its terms are locked.";
            return Err(bad(text).mend("Take it back first, if nobody has accepted it."));
        }
        if request.amount == Io::ZERO || request.amount > most {
            return Err(bad(format!(
                "More than 0 and at most half of what the device needs, {most}, can be offered."
            )));
        }
        if request.share_bps > WHOLE_BPS {
            return Err(bad("The share is at most all of the rewards."));
        }
        let owner = self.own_address()?;
        Ok(self.net().await?.chain.rent_for_offers(owner).await?)
    }

    pub(crate) async fn review_cancel_co_stake_offer(&self, device: DeviceId) -> Result<Review, IpcError> {
        self.open_offer(device).await?;
        self.review(vec![fee_line()]).await
    }

    pub(crate) async fn cancel_co_stake_offer(&self, device: DeviceId) -> Result<TxView, IpcError> {
        let wallet = self.open_wallet()?;
        self.open_offer(device).await?;
        let chain = &self.net().await?.chain;
        let recent = chain.latest_blockhash().await?;
        let transaction = chain.transactions().cancel_offer(&recent, &*wallet, device)?;
        let (key, note) = (fresh_key("co-stake-cancel"), "co-stake offer taken back");
        let kind = OutboxKind::CoStakeOffer;
        self.staking(kind, key, transaction, Lamports::ZERO, vec![], note)
            .await
    }

    /// Succeeds when the device has an offer with nothing of a co-staker in it.
    async fn open_offer(&self, device: DeviceId) -> Result<(), IpcError> {
        let account = self.stake_account(device).await?;
        if account.co.offered == 0 {
            return Err(IpcError::new(
                Code::NotFound,
                "This device has no co-stake offer.",
            ));
        }
        if account.co.wallet != NOBODY && account.co.staked > 0 {
            return Err(bad("The offer is accepted: its terms are locked.")
                .mend("It ends when the co-staker leaves, or when your own stake falls below its minimum."));
        }
        Ok(())
    }

    pub(crate) async fn review_accept_co_stake(&self, request: AcceptCoStake) -> Result<Review, IpcError> {
        self.accepting(&request).await?;
        let staked = line("co_stake", Currency::Io, request.amount.0, Fate::ComesBack);
        self.review(vec![staked, fee_line()]).await
    }

    pub(crate) async fn accept_co_stake(&self, request: AcceptCoStake) -> Result<TxView, IpcError> {
        let wallet = self.open_wallet()?;
        let (owner, device) = self.accepting(&request).await?;
        let chain = &self.net().await?.chain;
        let have = chain.balances(wallet.address()).await?.io;
        if have < request.amount {
            return Err(too_little_io(have, request.amount));
        }
        let recent = chain.latest_blockhash().await?;
        let AcceptCoStake {
            amount, share_bps, ..
        } = request;
        let transaction = chain
            .transactions()
            .accept_offer(&recent, &*wallet, owner, device, amount, share_bps)?;
        let key = fresh_key("co-stake");
        let staked = entry(&key, Movement::Stake(amount))?;
        let staked = with(owner, device, staked);
        let (kind, rent) = (OutboxKind::CoStakeAccept, Lamports::ZERO);
        self.staking(kind, key, transaction, rent, vec![staked], "").await
    }

    /// Whose device it is.
    ///
    /// # Errors
    /// When there is no such offer, on these terms, for this wallet.
    async fn accepting(&self, request: &AcceptCoStake) -> Result<(WalletAddress, DeviceId), IpcError> {
        let device = self.co_stake_account(request.account).await?;
        let (owner, id) = (WalletAddress(device.owner), DeviceId(device.device_id));
        if owner == self.own_address()? {
            return Err(bad("This is your own offer; another wallet has to accept it."));
        }
        if device.co.offered == 0 {
            return Err(IpcError::new(Code::NotFound, "This offer was taken back."));
        }
        if device.co.wallet != NOBODY {
            return Err(bad("Somebody has accepted this offer already."));
        }
        if (Io(device.co.offered), device.co.share_bps) != (request.amount, request.share_bps) {
            return Err(bad("The offer's terms are others now. Nothing was paid.")
                .mend("Look at the offer again, then accept it."));
        }
        match obstacle(&device) {
            None => Ok((owner, id)),
            Some(CoStakeObstacle::OwnerFirst) => {
                Err(bad("The owner has not staked the rest yet.").mend("The owner has to stake first."))
            }
            Some(CoStakeObstacle::AboveHalf) => Err(bad(
                "The offer is more than half of what the device needs by now.",
            )
            .mend("The owner has to take it back and make a smaller one.")),
            Some(CoStakeObstacle::SlashPending) => Err(bad("A slash of this device is pending.")
                .mend("Wait until it is decided, so that you do not pay for what others caused.")),
        }
    }

    pub(crate) async fn review_leave_co_stake(&self, account: Address) -> Result<Review, IpcError> {
        let device = self.leaving_co_stake(account).await?;
        let leaving = line(
            "co_stake_leaving",
            Currency::Io,
            device.co.staked,
            Fate::CoolsDown,
        );
        self.review(vec![leaving, fee_line()]).await
    }

    pub(crate) async fn leave_co_stake(&self, account: Address) -> Result<TxView, IpcError> {
        let wallet = self.open_wallet()?;
        let device = self.leaving_co_stake(account).await?;
        let (owner, id) = (WalletAddress(device.owner), DeviceId(device.device_id));
        let chain = &self.net().await?.chain;
        let recent = chain.latest_blockhash().await?;
        let transaction = chain
            .transactions()
            .leave_co_stake(&recent, &*wallet, owner, id)?;
        let key = fresh_key("co-stake-leave");
        let mut entries = Vec::new();
        // A slash may have taken all of it.
        if device.co.staked > 0 {
            let leaving = entry(&key, Movement::UnstakeRequest(Io(device.co.staked)))?;
            entries.push(with(owner, id, leaving));
        }
        let kind = OutboxKind::CoStakeLeave;
        self.staking(kind, key, transaction, Lamports::ZERO, entries, "")
            .await
    }

    async fn leaving_co_stake(&self, account: Address) -> Result<Device, IpcError> {
        let device = self.own_co_stake(account).await?;
        if device.co.leaves_at == 0 {
            return Ok(device);
        }
        Err(bad("This co-stake is on its way out already."))
    }

    pub(crate) async fn review_withdraw_co_stake(&self, account: Address) -> Result<Review, IpcError> {
        let device = self.withdrawing_co_stake(account).await?;
        let withdrawn = line("withdrawn", Currency::Io, device.co.staked, Fate::Arrives);
        self.review(vec![withdrawn, fee_line()]).await
    }

    pub(crate) async fn withdraw_co_stake(&self, account: Address) -> Result<TxView, IpcError> {
        let wallet = self.open_wallet()?;
        let device = self.withdrawing_co_stake(account).await?;
        let (owner, id) = (WalletAddress(device.owner), DeviceId(device.device_id));
        let chain = &self.net().await?.chain;
        let recent = chain.latest_blockhash().await?;
        let transaction = chain
            .transactions()
            .withdraw_co_stake(&recent, &*wallet, owner, id)?;
        let key = fresh_key("co-stake-withdraw");
        let mut entries = Vec::new();
        if device.co.staked > 0 {
            let withdrawn = entry(&key, Movement::Withdraw(Io(device.co.staked)))?;
            entries.push(with(owner, id, withdrawn));
        }
        let kind = OutboxKind::CoStakeWithdraw;
        self.staking(kind, key, transaction, Lamports::ZERO, entries, "")
            .await
    }

    async fn withdrawing_co_stake(&self, account: Address) -> Result<Device, IpcError> {
        let device = self.own_co_stake(account).await?;
        if device.co.leaves_at == 0 {
            return Err(bad("This co-stake has not been announced to leave.")
                .mend("Leave first; it counts for 7 days and then cools down."));
        }
        let now = self.net().await?.chain.time().await?.seconds();
        if now < device.co.unlock_at {
            let text = format!(
                "It cools down for another {} seconds.",
                device.co.unlock_at.saturating_sub(now)
            );
            return Err(
                IpcError::new(Code::TooEarly, text).mend("Nothing is lost by waiting; come back then.")
            );
        }
        Ok(device)
    }

    /// A device in which this wallet is the co-staker.
    async fn own_co_stake(&self, account: Address) -> Result<Device, IpcError> {
        let device = self.co_stake_account(account).await?;
        if device.co.wallet == self.own_address()?.0 {
            return Ok(device);
        }
        Err(IpcError::new(
            Code::NotFound,
            "This wallet has no co-stake in that device.",
        ))
    }

    async fn co_stake_account(&self, account: Address) -> Result<Device, IpcError> {
        let device = self.net().await?.chain.device_at(account).await?;
        device.ok_or_else(|| {
            IpcError::new(Code::NotFound, "No device has this account.")
                .mend("Check the address; the offer's owner sees it on the Wallet page.")
        })
    }
}

/// Says in an entry whose device it is about.
fn with(owner: WalletAddress, device: DeviceId, new: NewEntry) -> NewEntry {
    new.note(format!("co-stake with {}", owner.short()))
        .device(device)
}

#[cfg(test)]
mod tests {
    use hearth_program_interface::account::CoStake;

    use super::*;

    fn device() -> Device {
        Device {
            staked: 110,
            co: CoStake {
                offered: 90,
                share_bps: 3_000,
                ..CoStake::NONE
            },
            ..Device::new(254, [1; 32], [3; 32], [2; 32], 200)
        }
    }

    #[test]
    fn an_offer_stands_open_until_something_is_in_its_way() {
        assert_eq!(obstacle(&device()), None);
        let short = Device {
            staked: 109,
            ..device()
        };
        assert_eq!(obstacle(&short), Some(CoStakeObstacle::OwnerFirst));
        let cheaper = Device {
            required: 179,
            ..device()
        };
        assert_eq!(obstacle(&cheaper), Some(CoStakeObstacle::AboveHalf));
        let slashed = Device {
            slashes: 1,
            ..device()
        };
        assert_eq!(obstacle(&slashed), Some(CoStakeObstacle::SlashPending));
    }

    #[test]
    fn a_co_stake_is_shown_by_how_far_it_has_come() {
        let account = Address([8; 32]);
        assert_eq!(view(account, &device()).standing, CoStakeStanding::Open);
        let mut shared = device();
        (shared.co.wallet, shared.co.staked) = ([9; 32], 90);
        // Obstacles are in the way of accepting only.
        shared.slashes = 1;
        let shown = view(account, &shared);
        let co_staker = WalletAddress([9; 32]);
        let staked = Io(90);
        assert_eq!(shown.standing, CoStakeStanding::Active { co_staker, staked });
        assert_eq!(shown.obstacle, None);
        (shared.co.leaves_at, shared.co.unlock_at) = (5, 7);
        let leaving = CoStakeStanding::Leaving {
            co_staker,
            staked,
            leaves_at: UnixMillis(5_000),
            unlock_at: UnixMillis(7_000),
        };
        assert_eq!(view(account, &shared).standing, leaving);
    }
}
