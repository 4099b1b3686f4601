//! What folders of a machine say: power, controllers, programs on GPUs.

use std::{collections::BTreeSet, fs, io::Write as _, time::Duration};

use hearth_presence::{Battery, Presence, Source, SourceState};
use hearth_types::time::UnixMillis;
use proptest::prelude::*;

use crate::support::{NOON, look_at, places, state, write};

const SLOT: &str = "0000:0c:00.0";

fn amdgpu(client: u32, gfx_ns: u64) -> String {
    format!(
        "pos:\t0\nflags:\t02100002\ndrm-driver:\tamdgpu\ndrm-client-id:\t{client}\ndrm-pdev:\t{SLOT}\n\
         drm-engine-gfx:\t{gfx_ns} ns\ndrm-engine-enc:\t0 ns\ndrm-memory-vram:\t4096 KiB\n"
    )
}

#[test]
fn a_machine_of_which_nothing_is_known_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut presence = Presence::new(places(folder.path()));
    let look = look_at(&mut presence, 0);
    assert_eq!(
        (look.input_idle, look.fullscreen.clone(), look.battery),
        (None, None, None)
    );
    assert!(!look.locked && look.gpu_use.is_empty());
    for source in [
        Source::X11Idle,
        Source::MutterIdle,
        Source::Logind,
        Source::Fullscreen,
        Source::GameMode,
        Source::Players,
        Source::Inhibitors,
        Source::Power,
        Source::Controllers,
    ] {
        let SourceState::Absent(why) = state(&look, source) else {
            panic!("{source:?} answers");
        };
        assert!(why.ends_with('.') && why.len() > 15, "{source:?}: {why}");
    }
    assert_eq!(*state(&look, Source::GpuUse), SourceState::Answers);
}

#[test]
fn a_battery_counts_while_the_machine_runs_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let supply = |name: &str, file: &str, value: &str| {
        write(
            root,
            &format!("sys/class/power_supply/{name}/{file}"),
            format!("{value}\n"),
        );
    };
    for (name, file, value) in [
        ("AC", "type", "Mains"),
        ("AC", "online", "1"),
        ("BAT0", "type", "Battery"),
        ("BAT0", "status", "Discharging"),
        ("BAT0", "capacity", "40"),
        ("BAT1", "type", "Battery"),
        ("BAT1", "status", "Not charging"),
        ("BAT1", "capacity", "80"),
        ("hid", "type", "Battery"),
        ("hid", "scope", "Device"),
        ("hid", "status", "Discharging"),
        ("hid", "capacity", "5"),
    ] {
        supply(name, file, value);
    }
    let mut presence = Presence::new(places(root));
    assert_eq!(look_at(&mut presence, 0).battery, None);
    supply("AC", "online", "0");
    let battery = |percent| Some(Battery { percent });
    assert_eq!(look_at(&mut presence, 1).battery, battery(Some(60)));
    supply("BAT0", "capacity", "full of nonsense");
    assert_eq!(look_at(&mut presence, 2).battery, battery(Some(80)));
    supply("BAT0", "status", "Charging");
    assert_eq!(look_at(&mut presence, 3).battery, None);
}

#[test]
fn programs_on_gpus_are_found_by_what_they_do() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "proc/77/comm", "portal2_linux\n");
    write(root, "proc/77/fdinfo/3", "pos:\t0\nflags:\t02\n");
    write(root, "proc/77/fdinfo/5", amdgpu(1, 1_000_000_000));
    // A copy of the same file counts once.
    write(root, "proc/77/fdinfo/6", amdgpu(1, 1_000_000_000));
    write(root, "proc/self/comm", "no process number\n");
    let mut presence = Presence::new(places(root));
    let first = look_at(&mut presence, 10).gpu_use.remove(0);
    assert_eq!(
        (first.pci_slot.as_str(), first.busy_percent, first.since),
        (SLOT, None, None)
    );
    assert_eq!(first.program.name.as_deref(), Some("portal2_linux"));

    for file in ["5", "6"] {
        write(root, &format!("proc/77/fdinfo/{file}"), amdgpu(1, 2_500_000_000));
    }
    let second = look_at(&mut presence, 12).gpu_use.remove(0);
    assert_eq!(second.busy_percent, Some(75));
    let since = Some(UnixMillis(NOON + 12_000));
    assert_eq!(second.since, since);
    // A second client of the same program adds to it; where it was before is not known.
    for file in ["5", "6"] {
        write(root, &format!("proc/77/fdinfo/{file}"), amdgpu(1, 3_000_000_000));
    }
    let third = look_at(&mut presence, 13).gpu_use.remove(0);
    assert_eq!((third.busy_percent, third.since), (Some(50), since));
    let ours = BTreeSet::from([77]);
    let now = UnixMillis(NOON + 14_000);
    assert_eq!(presence.look(&ours, Duration::from_secs(14), now).gpu_use, []);
    fs::remove_dir_all(root.join("proc/77")).unwrap();
    assert_eq!(look_at(&mut presence, 15).gpu_use, []);
}

#[test]
fn cycles_of_intel_windows_programs_and_vr_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let xe = |busy: u64, clock: u64| {
        format!(
            "drm-driver:\txe\ndrm-pdev:\t{SLOT}\ndrm-client-id:\t3\ndrm-cycles-rcs:\t{busy}\n\
             drm-total-cycles-rcs:\t{clock}\n"
        )
    };
    write(root, "proc/9/comm", "wine64-preloader\n");
    write(root, "proc/9/cmdline", b"Z:\\games\\Witcher 3.exe\0-dx12\0");
    write(root, "proc/9/fdinfo/4", xe(1_000, 10_000));
    write(root, "proc/8/comm", "vrcompositor\n");
    write(root, "proc/8/fdinfo/4", xe(0, 10_000));
    let mut presence = Presence::new(places(root));
    assert_eq!(look_at(&mut presence, 0).vr, None);
    write(root, "proc/9/fdinfo/4", xe(4_000, 20_000));
    write(root, "proc/8/fdinfo/4", xe(100, 20_000));
    let look = look_at(&mut presence, 1);
    let names: Vec<_> = look
        .gpu_use
        .iter()
        .map(|used| used.program.name.clone().unwrap())
        .collect();
    assert_eq!(names, ["vrcompositor", "Witcher 3.exe"]);
    assert_eq!(look.gpu_use[1].busy_percent, Some(30));
    assert_eq!(look.vr.unwrap().pid, Some(8));
}

#[test]
fn a_controller_is_input_and_its_trembling_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "sys/class/input/js0/device/name", "Wireless Controller\n");
    write(root, "sys/class/input/mouse0/device/name", "Mouse\n");
    let mut presence = Presence::new(places(root));
    let look = look_at(&mut presence, 0);
    let SourceState::Absent(why) = state(&look, Source::Controllers) else {
        panic!("nothing can be read yet");
    };
    assert!(why.starts_with("Wireless Controller may not be read"), "{why}");

    let event = |value: i16, kind: u8, number: u8| {
        let mut bytes = vec![1, 2, 3, 4];
        bytes.extend(value.to_ne_bytes());
        bytes.extend([kind, number]);
        bytes
    };
    write(root, "dev/input/js0", event(100, 0x82, 0));
    let mut device = fs::OpenOptions::new()
        .append(true)
        .open(root.join("dev/input/js0"))
        .unwrap();
    let mut idle = |seconds, events: &[Vec<u8>]| {
        device.write_all(&events.concat()).unwrap();
        look_at(&mut presence, seconds)
            .controller_idle
            .map(|idle| idle.as_secs())
    };
    assert_eq!(idle(10, &[]), Some(0));
    assert_eq!(idle(20, &[event(3_000, 2, 0), event(-3_000, 2, 0)]), Some(10));
    assert_eq!(idle(30, &[event(9_000, 2, 0)]), Some(0));
    assert_eq!(idle(40, &[]), Some(10));
    assert_eq!(idle(50, &[event(1, 1, 7)]), Some(0));
    assert_eq!(idle(60, &[event(1, 0x81, 7)]), Some(10));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nonsense_in_any_file_is_survived(
        fdinfo in proptest::collection::vec(any::<u8>(), 0..300),
        lines in "(drm-(pdev|client-id|engine-gfx|cycles-rcs|total-cycles-rcs):[ \t]?[0-9a-z: ]{0,24}\n){0,8}",
        battery in "[ -~]{0,12}",
        stick in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(root, "proc/5/fdinfo/1", &fdinfo);
        write(root, "proc/5/fdinfo/2", &lines);
        write(root, "proc/99999999999/fdinfo/2", &lines);
        write(root, "sys/class/power_supply/BAT/type", "Battery");
        write(root, "sys/class/power_supply/BAT/status", "Discharging");
        write(root, "sys/class/power_supply/BAT/capacity", &battery);
        write(root, "sys/class/input/js1/device/name", &fdinfo);
        write(root, "dev/input/js1", &stick);
        let mut presence = Presence::new(places(root));
        look_at(&mut presence, 0);
        let look = look_at(&mut presence, 1);
        prop_assert!(look.battery.is_some_and(|battery| battery.percent.is_none_or(|percent| percent <= 100)));
    }
}
