//! `hearth devices`: what the probe child finds on this machine, or in a saved folder. Needs no daemon.

use std::{ffi::OsStr, path::PathBuf};

use hearth_types::device::{Detection, Device, DeviceKind, DeviceState};
use serde::Serialize;

use crate::output;

/// `hearth devices`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Look at a folder saved by “hearth snapshot”, or one with cardN/device/… in it, in place of this machine.
    #[arg(long, value_name = "DIR")]
    snapshot: Option<PathBuf>,
    /// Wake sleeping GPUs to read them too.
    #[arg(long, conflicts_with = "snapshot")]
    wake: bool,
}

/// A device as a program reads it.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    device: &'a Device,
    /// Part of the processor; absent when the driver does not say.
    integrated: Option<bool>,
}

/// Lists the GPUs.
pub(crate) fn run(args: &Args, json: bool) -> anyhow::Result<()> {
    let folder = args.snapshot.as_deref().map(std::path::absolute).transpose()?;
    let mut arguments: Vec<&OsStr> = vec!["probe".as_ref()];
    if let Some(folder) = &folder {
        arguments.extend(["--snapshot".as_ref(), folder.as_os_str()]);
    }
    if args.wake {
        arguments.push("--wake".as_ref());
    }
    let found: Detection = super::runner::ask(&arguments)?;
    if json {
        let rows: Vec<Row<'_>> = found
            .devices
            .iter()
            .map(|device| Row {
                device,
                integrated: device.kind.integrated(),
            })
            .collect();
        return output::json(&rows);
    }
    if found.devices.is_empty() && folder.is_some() {
        output::line("The folder shows no GPU.");
    } else if found.devices.is_empty() {
        output::line(
            "No GPU was found. Is its driver installed? On Linux, “vulkaninfo --summary” shows what drivers see.",
        );
    }
    for (number, device) in found.devices.iter().enumerate() {
        output::line(describe(number, device));
        let readings = readings(device);
        if !readings.is_empty() {
            output::line(format!("   {}", readings.join(", ")));
        }
    }
    for problem in &found.problems {
        output::line(format!("Note: {}", problem.message));
    }
    Ok(())
}

fn describe(number: usize, device: &Device) -> String {
    let vram = device
        .vram_total_bytes
        .map_or("memory not reported".into(), |bytes| {
            format!("{} MiB", bytes / (1 << 20))
        });
    let driver = device.driver.as_deref().unwrap_or("driver not reported");
    let slot = device.pci_slot.as_deref().unwrap_or("no PCI slot");
    let note = match device.kind {
        DeviceKind::Software => " (software; counts on the practice network only)",
        DeviceKind::Integrated => " (integrated)",
        DeviceKind::Discrete | DeviceKind::Unknown => "",
    };
    let state = match device.state {
        DeviceState::Active => "",
        DeviceState::Asleep => ", asleep",
        DeviceState::NoDriver => ", without a driver",
        DeviceState::Lost => ", does not answer",
    };
    format!("{number}  {}{note}: {vram}, {driver}, {slot}{state}", device.name)
}

/// What it does now, in words with units.
fn readings(device: &Device) -> Vec<String> {
    let cap = device
        .power_cap_w
        .map_or(String::new(), |cap| format!(" of {cap:.0}"));
    let readings = [
        device.busy_percent.map(|busy| format!("{busy:.0} % busy")),
        device.clock_mhz.map(|mhz| format!("{mhz} MHz")),
        device.hottest_c().map(|degrees| format!("{degrees:.0} °C")),
        device.power_w.map(|watts| format!("{watts:.0}{cap} W")),
        device.fan_rpm.map(|rpm| format!("fan {rpm} rpm")),
    ];
    readings.into_iter().flatten().collect()
}
