//! `hearth devices`: what the probe child finds on this machine. Needs no daemon.

use hearth_types::device::Device;

use crate::output;

/// Lists the GPUs.
pub(crate) fn run(json: bool) -> anyhow::Result<()> {
    let runner = crate::paths::sibling("hearth-runner")?;
    let found = super::block_on(async { Ok(hearth_engine::probe(&runner).await?) })?;
    if json {
        return output::json(&found.devices);
    }
    if found.devices.is_empty() {
        output::line(
            "No GPU was found. Is its driver installed? On Linux, “vulkaninfo --summary” shows what drivers see.",
        );
    }
    for (number, device) in found.devices.iter().enumerate() {
        output::line(describe(number, device));
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
        hearth_types::device::DeviceKind::Software => " (software; counts on the practice network only)",
        hearth_types::device::DeviceKind::Integrated => " (integrated)",
        hearth_types::device::DeviceKind::Discrete | hearth_types::device::DeviceKind::Unknown => "",
    };
    format!("{number}  {}{note}: {vram}, {driver}, {slot}", device.name)
}
