//! What is known of a device; what no source knows is said to be so.

use hearth_types::device::{Device, Source};
use leptos::prelude::*;

use crate::{format, words::w};

const fn source(source: Source) -> &'static str {
    match source {
        Source::Nvml => "NVML",
        Source::Sysfs => "sysfs",
        Source::Wgpu => "wgpu",
    }
}

fn fact(name: &'static str, value: Option<String>) -> impl IntoView {
    let value = value.filter(|v| !v.is_empty()).map_or_else(
        || view! { <dd class="muted absent">{w!(app.none)}</dd> }.into_any(),
        |value| view! { <dd>{value}</dd> }.into_any(),
    );
    view! { <div><dt>{name}</dt>{value}</div> }
}

fn power(device: &Device) -> Option<String> {
    let now = device.power_w.map(format::measured)?;
    Some(match device.power_cap_w {
        Some(cap) => w!(devices.power_of, now, cap = format::measured(cap)).to_string(),
        None => w!(devices.watts, now).to_string(),
    })
}

fn temperature(device: &Device) -> Option<String> {
    let sensors = device.temperature_c.iter().map(|(sensor, value)| {
        let value = w!(devices.celsius, value = format::measured(*value)).to_string();
        if device.temperature_c.len() > 1 {
            format!("{sensor} {value}")
        } else {
            value
        }
    });
    (!device.temperature_c.is_empty()).then(|| sensors.collect::<Vec<_>>().join(", "))
}

/// The facts as a list.
#[component]
pub(super) fn Facts(device: Device) -> impl IntoView {
    let api = device.adapter.as_ref().map(|adapter| adapter.backend.clone());
    let pci = [device.pci_slot.clone(), device.pci_id.clone()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    let sources = device
        .sources
        .iter()
        .map(|s| source(*s))
        .collect::<Vec<_>>()
        .join(", ");
    view! {
        <dl class="fact-grid">
            {fact(w!(devices.memory), device.vram_total_bytes.map(format::bytes))}
            {fact(w!(devices.memory_used), device.vram_used_bytes.map(format::bytes))}
            {fact(w!(devices.load), device.busy_percent.map(|v| w!(devices.percent, value = format::measured(v)).to_string()))}
            {fact(w!(devices.temperature), temperature(&device))}
            {fact(w!(devices.power), power(&device))}
            {fact(w!(devices.fan), device.fan_rpm.map(|v| w!(devices.rpm, value = format::whole(v)).to_string()))}
            {fact(w!(devices.driver), device.driver.clone())}
            {fact(w!(devices.api), api)}
            {fact(w!(devices.pci), Some(pci))}
            {fact(w!(devices.sources), Some(sources))}
        </dl>
    }
}
