//! `hearth bench`: the quick benchmark of one device. Needs no daemon.

use hearth_types::{
    device::Measured,
    ipc::{Code, IpcError},
};

use crate::output;

/// `hearth bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Number of the device in “hearth devices”.
    #[arg(long, default_value_t = 0)]
    device: usize,
}

/// Measures a device.
pub(crate) fn run(args: &Args, json: bool) -> anyhow::Result<()> {
    let runner = crate::paths::sibling("hearth-runner")?;
    super::block_on(async {
        let found = hearth_engine::probe(&runner).await?;
        let device = found.devices.get(args.device).ok_or_else(|| {
            IpcError::new(
                Code::NoDevice,
                format!("There is no device number {}.", args.device),
            )
            .mend("“hearth devices” lists them.")
        })?;
        let adapter = device.adapter.clone().ok_or_else(|| {
            IpcError::new(
                Code::NoDevice,
                format!("No compute driver shows {}.", device.name),
            )
            .mend("Install its Vulkan driver.")
        })?;
        let mut run = hearth_engine::Benchmarking::start(&runner, &adapter)?;
        let mut shown = 0.0;
        while let Some(progress) = run.progress().await {
            if !json && progress.fraction >= shown {
                shown = progress.fraction + 0.1;
                output::line(format!("{:3.0} %  {}", progress.fraction * 100.0, progress.step));
            }
        }
        let result = run.finish().await?;
        if json {
            return output::json(&serde_json::json!({ "device": device.name, "benchmark": result }));
        }
        output::line(&device.name);
        output::line(figure("f32 multiply-add", result.f32_gflops, "GFLOP/s"));
        output::line(figure("memory", result.memory_gb_per_s, "GB/s"));
        Ok(())
    })
}

fn figure(name: &str, m: Measured, unit: &str) -> String {
    format!(
        "{name:17} {:10.2} {unit}  (median of {}; {:.2} to {:.2})",
        m.median, m.runs, m.min, m.max
    )
}
