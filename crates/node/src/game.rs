//! Whether a game is on a device: a sign is kept while it lasts, and then for the time to cool down.

use hearth_types::{
    device::DeviceState,
    policy::{DevicePolicy, DeviceReason, GameSigns},
    time::UnixMillis,
};

use crate::{
    sight::{DeviceSight, Foreign, HostSight, Program},
    time::{Now, millis},
};

/// How a game shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Load,
    Vr,
    GameMode,
    Fullscreen,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Game {
    sign: Sign,
    name: Option<String>,
    since: UnixMillis,
}

/// The memory of games on one device.
#[derive(Clone, Debug, Default)]
pub(crate) struct GameLatch {
    game: Option<Game>,
    cools_until: Option<u64>,
}

impl GameLatch {
    /// Takes what is seen now.
    pub(crate) fn look(&mut self, host: &HostSight, sight: &DeviceSight, policy: &DevicePolicy, now: Now) {
        if let Some(found) = self.find(host, sight, policy, now) {
            self.cools_until = None;
            self.game = Some(match self.game.take() {
                // A game that is known by another sign now is still the same game.
                Some(known) if known.sign != found.sign || known.name == found.name => Game {
                    since: known.since,
                    ..found
                },
                Some(_) | None => found,
            });
            return;
        }
        if self.game.take().is_some() {
            self.cools_until = Some(now.mono.saturating_add(millis(policy.cool_down_seconds)));
        }
        self.cools_until = self.cools_until.filter(|until| *until > now.mono);
    }

    /// The game that is on the device.
    pub(crate) fn reason(&self) -> Option<DeviceReason> {
        let Game { sign, name, since } = self.game.clone()?;
        Some(match sign {
            Sign::Load => DeviceReason::UsesGpu { name, since },
            Sign::Vr => DeviceReason::Vr { name, since },
            Sign::GameMode => DeviceReason::GameMode { name, since },
            Sign::Fullscreen => DeviceReason::Fullscreen { name, since },
        })
    }

    /// Until when the device cools down after a game, monotonic milliseconds.
    pub(crate) fn cools_until(&self) -> Option<u64> {
        self.cools_until
    }

    fn find(&self, host: &HostSight, sight: &DeviceSight, policy: &DevicePolicy, now: Now) -> Option<Game> {
        let game = |sign, program: &Program, since: Option<UnixMillis>| Game {
            sign,
            name: program.name.clone(),
            since: since.map_or(now.unix, |since| since.min(now.unix)),
        };
        if let Some(load) = self.load(host, sight, policy) {
            return Some(game(Sign::Load, &load.program, load.since));
        }
        let reaches = match policy.games {
            GameSigns::Always => true,
            GameSigns::WithScreen => sight.drives_screen != Some(false),
            GameSigns::LoadOnly => false,
        };
        let signs = [
            (Sign::Vr, host.vr.as_ref()),
            (Sign::GameMode, host.game_mode.as_ref()),
            (Sign::Fullscreen, host.game_window()),
        ];
        let mut shown = signs
            .into_iter()
            .filter_map(|(sign, program)| Some((sign, program?)))
            .filter(|(_, program)| reaches && counts(program, policy));
        shown.next().map(|(sign, program)| game(sign, program, None))
    }

    /// The foreign program that loads the GPU. The known one goes on until its load falls below the lower threshold.
    fn load<'a>(
        &self,
        host: &HostSight,
        sight: &'a DeviceSight,
        policy: &DevicePolicy,
    ) -> Option<&'a Foreign> {
        if sight.state != DeviceState::Active {
            return None;
        }
        let plays = |program: &Program| host.media.as_ref().is_some_and(|player| player.is(program));
        let foreign = || {
            sight.foreign.iter().filter(|foreign| {
                counts(&foreign.program, policy) && (policy.media_is_use || !plays(&foreign.program))
            })
        };
        let known = self.game.as_ref().filter(|game| game.sign == Sign::Load);
        let going_on = known.and_then(|game| {
            foreign()
                .filter(|f| f.program.name == game.name && f.busy_percent >= policy.busy_until_percent.max(1))
                .max_by_key(|f| f.busy_percent)
        });
        going_on.or_else(|| {
            let heavy = foreign().filter(|f| f.busy_percent >= policy.busy_from_percent.max(1));
            heavy.max_by_key(|f| f.busy_percent)
        })
    }
}

fn counts(program: &Program, policy: &DevicePolicy) -> bool {
    let Some(name) = &program.name else { return true };
    !policy.not_games.iter().any(|not| not.eq_ignore_ascii_case(name))
}
