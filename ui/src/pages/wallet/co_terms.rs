//! A co-stake in words: its terms, how far it has come, what is in its way.

use hearth_types::{
    money::{Io, format_decimal, parse_decimal},
    staking::{CoStakeObstacle, CoStakeStanding, CoStakeView, WHOLE_BPS},
    time::UnixMillis,
};
use leptos::prelude::*;

use crate::{
    components::{Address, Pill, money_text},
    format,
    state::{App, use_app},
    words::w,
};

/// A share of rewards, as typed in percent, to basis points.
pub(super) fn parse_share(text: &str) -> Option<u16> {
    let bps = parse_decimal(text, 2).ok()?;
    u16::try_from(bps).ok().filter(|bps| *bps <= WHOLE_BPS)
}

/// Basis points in percent.
pub(super) fn percent(bps: u16) -> String {
    format_decimal(u64::from(bps), 2)
}

/// “100 IO for 30 % of the rewards”.
pub(super) fn terms(app: App, amount: Io, share_bps: u16) -> String {
    let (amount, share) = (money_text(app, amount), percent(share_bps));
    w!(co.terms, amount = amount, share = share).to_string()
}

/// How long until a moment of the chain; by this machine's clock, so that it counts down.
pub(super) fn left(app: App, at: UnixMillis) -> String {
    format::duration(at.0.saturating_sub(app.now.get()) / 1000)
}

fn obstacle(obstacle: Option<CoStakeObstacle>) -> &'static str {
    match obstacle {
        None => w!(co.open_about),
        Some(CoStakeObstacle::OwnerFirst) => w!(co.owner_first),
        Some(CoStakeObstacle::AboveHalf) => w!(co.above_half),
        Some(CoStakeObstacle::SlashPending) => w!(co.slash_pending),
    }
}

fn about(app: App, view: &CoStakeView) -> String {
    match view.standing {
        CoStakeStanding::Open => obstacle(view.obstacle).to_owned(),
        CoStakeStanding::Active { staked, .. } => {
            w!(co.active_about, amount = money_text(app, staked)).to_string()
        }
        CoStakeStanding::Leaving {
            staked,
            leaves_at,
            unlock_at,
            ..
        } => {
            let amount = money_text(app, staked);
            let counting = leaves_at.0 > app.now.get();
            let ready = unlock_at.0 <= app.now.get();
            if ready {
                w!(co.ready_about, amount = amount).to_string()
            } else if counting {
                let (leaves, unlocks) = (left(app, leaves_at), left(app, unlock_at));
                w!(
                    co.leaving_about,
                    amount = amount,
                    leaves = leaves,
                    unlocks = unlocks
                )
                .to_string()
            } else {
                w!(co.cooling_about, amount = amount, unlocks = left(app, unlock_at)).to_string()
            }
        }
    }
}

/// Its terms, its standing and whom it is with.
#[component]
pub(super) fn Terms(view: CoStakeView) -> impl IntoView {
    let app = use_app();
    let (tone, state) = match (view.standing, view.obstacle) {
        (CoStakeStanding::Open, None) => ("info", w!(co.state_open)),
        (CoStakeStanding::Open, Some(_)) => ("still", w!(co.state_waits)),
        (CoStakeStanding::Active { .. }, _) => ("ok", w!(co.state_active)),
        (CoStakeStanding::Leaving { .. }, _) => ("warn", w!(co.state_leaving)),
    };
    let co_staker = match view.standing {
        CoStakeStanding::Open => None,
        CoStakeStanding::Active { co_staker, .. } | CoStakeStanding::Leaving { co_staker, .. } => {
            Some(co_staker)
        }
    };
    view! {
        <p>
            <strong data-testid="co-terms">{move || terms(app, view.offered, view.share_bps)}</strong>
            " "
            <Pill tone=tone text=state testid="co-state" />
        </p>
        <p class="muted small" data-testid="co-about">{move || about(app, &view)}</p>
        <dl class="facts">
            <dt>{w!(co.account)}</dt>
            <dd><Address text=view.account.to_string() testid="co-account" /></dd>
            <dt>{w!(co.owner)}</dt>
            <dd><Address text=view.owner.to_string() /></dd>
            {co_staker.map(|wallet| view! {
                <dt>{w!(co.co_staker)}</dt>
                <dd><Address text=wallet.to_string() /></dd>
            })}
        </dl>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_percent_with_two_decimals() {
        assert_eq!(parse_share("12.5"), Some(1_250));
        assert_eq!(parse_share("100"), Some(10_000));
        for bad in ["", "100.01", "0.001", "-3", "half"] {
            assert_eq!(parse_share(bad), None, "{bad}");
        }
        assert_eq!(percent(1_250), "12.5");
        assert_eq!(percent(3_000), "30");
    }
}
