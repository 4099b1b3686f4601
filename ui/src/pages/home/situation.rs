//! What matters right now: a pure function of status and devices, so that the first card is never a guess.

use hearth_types::{
    ipc::{DeviceView, Status},
    money::Io,
    node::NodeStatus,
    readiness::{Check, CheckState},
};

/// The one thing the first card is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Situation {
    /// No wallet: nothing can be earned or paid.
    NoWallet,
    /// The node does something, or wants to; its reason says what.
    Lending(NodeStatus),
    /// The wallet needs its passphrase.
    Locked,
    /// Nothing to lend.
    NoDevice,
    /// Nothing to stake.
    NoFunds,
    /// A benchmark runs.
    Measuring,
    /// None has run.
    NotMeasured,
    /// The stake is too small.
    NotStaked,
    /// A check prevents lending.
    Blocked(Check),
    /// All in place.
    Ready,
}

/// The device the card speaks of: offered before not, real before software.
pub(crate) fn main_device(devices: &[DeviceView]) -> Option<&DeviceView> {
    devices.iter().min_by_key(|d| {
        (
            !d.lend,
            d.device.kind == hearth_types::device::DeviceKind::Software,
        )
    })
}

/// Decides what matters.
pub(crate) fn situation(status: &Status, devices: &[DeviceView]) -> Situation {
    let Some(wallet) = &status.wallet else {
        return Situation::NoWallet;
    };
    if status.node.status != NodeStatus::Down {
        return Situation::Lending(status.node.status);
    }
    if wallet.locked {
        return Situation::Locked;
    }
    let Some(device) = main_device(devices) else {
        return Situation::NoDevice;
    };
    let missing = device.stake.missing();
    let staked = missing == Io::ZERO;
    if !staked && wallet.balances.io < missing {
        return Situation::NoFunds;
    }
    if device.benchmarking.is_some() {
        return Situation::Measuring;
    }
    if device.benchmark.is_none() {
        return Situation::NotMeasured;
    }
    if !staked {
        return Situation::NotStaked;
    }
    match device
        .readiness
        .iter()
        .find(|check| check.state == CheckState::Blocked)
    {
        Some(check) => Situation::Blocked(check.clone()),
        None => Situation::Ready,
    }
}

#[cfg(test)]
mod tests {
    use hearth_types::{
        device::{Benchmark, Device, DeviceKind, Measured, Vendor},
        id::{DeviceId, WalletAddress},
        ipc::{KeyStorage, StakePosition, TaskId, WalletView},
        money::{Io, Lamports},
        network::{Balances, NetworkKind},
        node::NodeState,
        readiness::CheckKind,
        time::UnixMillis,
    };

    use super::*;

    fn status() -> Status {
        Status {
            version: "0".into(),
            network: NetworkKind::Practice,
            network_info: None,
            chain_reachable: true,
            coordinator_reachable: true,
            node: NodeState::default(),
            wallet: Some(WalletView {
                address: WalletAddress([1; 32]),
                storage: KeyStorage::Keychain,
                locked: false,
                balances: Balances {
                    io: Io(1000),
                    sol: Lamports(1000),
                },
            }),
            income_today: Io(0),
            open_leases: vec![],
            problems: vec![],
        }
    }

    fn device() -> DeviceView {
        let figure = Measured {
            median: 1.0,
            min: 1.0,
            max: 1.0,
            runs: 3,
        };
        DeviceView {
            id: DeviceId([2; 32]),
            device: Device {
                fingerprint: "x".into(),
                name: "GPU".into(),
                vendor: Vendor::Amd,
                kind: DeviceKind::Discrete,
                ..Device::default()
            },
            benchmark: Some(Benchmark {
                f32_gflops: figure,
                memory_gb_per_s: figure,
                at: UnixMillis(1),
            }),
            benchmarking: None,
            stake: StakePosition {
                required: Io(200),
                staked: Io(200),
                ..StakePosition::default()
            },
            readiness: vec![],
            lend: true,
        }
    }

    #[test]
    fn a_newcomer_walks_from_wallet_to_lending() {
        let (mut s, mut d) = (status(), device());
        let wallet = s.wallet.take();
        assert_eq!(situation(&s, &[d.clone()]), Situation::NoWallet);
        s.wallet = wallet;
        assert_eq!(situation(&s, &[]), Situation::NoDevice);
        d.stake.staked = Io(0);
        d.stake.required = Io(2000);
        assert_eq!(situation(&s, &[d.clone()]), Situation::NoFunds);
        d.stake.required = Io(200);
        let benchmark = d.benchmark.take();
        assert_eq!(situation(&s, &[d.clone()]), Situation::NotMeasured);
        d.benchmarking = Some(TaskId(1));
        assert_eq!(situation(&s, &[d.clone()]), Situation::Measuring);
        (d.benchmark, d.benchmarking) = (benchmark, None);
        assert_eq!(situation(&s, &[d.clone()]), Situation::NotStaked);
        d.stake.staked = Io(200);
        assert_eq!(situation(&s, &[d.clone()]), Situation::Ready);
        s.node.status = NodeStatus::Idle;
        assert_eq!(situation(&s, &[d]), Situation::Lending(NodeStatus::Idle));
    }

    #[test]
    fn a_failing_check_stands_in_the_way() {
        let mut d = device();
        let check = Check {
            kind: CheckKind::Isolation,
            state: CheckState::Blocked,
            found: "x".into(),
            mend: None,
        };
        d.readiness = vec![check.clone()];
        assert_eq!(situation(&status(), &[d]), Situation::Blocked(check));
    }

    #[test]
    fn a_locked_wallet_does_not_hide_running_work() {
        let mut s = status();
        if let Some(wallet) = &mut s.wallet {
            wallet.locked = true;
        }
        assert_eq!(situation(&s, &[device()]), Situation::Locked);
        s.node.status = NodeStatus::Hired;
        assert_eq!(situation(&s, &[device()]), Situation::Lending(NodeStatus::Hired));
    }

    #[test]
    fn a_real_card_is_spoken_of_before_a_software_one() {
        let mut software = device();
        software.device.kind = DeviceKind::Software;
        let devices = [software, device()];
        assert_eq!(
            main_device(&devices).map(|d| d.device.kind),
            Some(DeviceKind::Discrete)
        );
    }
}
