//! The two kinds of job the demo runs.

use hearth_types::job::{Blob, BufferUse, CommandJob, ComputeJob, Job, JobBuffer};

/// The file the kernel's result comes back as.
pub(super) const SQUARES_FILE: &str = "squares.bin";
const COUNT: u32 = 4096;

/// Squares of 0 to 4,095, computed on the leased device.
pub(super) fn squares() -> Job {
    let input: Vec<u8> = (0..COUNT).flat_map(u32::to_le_bytes).collect();
    let wgsl = "@group(0) @binding(0) var<storage, read> numbers: array<u32>;
@group(0) @binding(1) var<storage, read_write> squares: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < arrayLength(&numbers) {
        squares[id.x] = numbers[id.x] * numbers[id.x];
    }
}
";
    let input = JobBuffer {
        binding: 0,
        name: "numbers.bin".into(),
        usage: BufferUse::Input { content: Blob(input) },
    };
    let output = JobBuffer {
        binding: 1,
        name: SQUARES_FILE.into(),
        usage: BufferUse::Output {
            bytes: u64::from(COUNT) * 4,
        },
    };
    Job::Compute(ComputeJob {
        wgsl: wgsl.into(),
        entry_point: "main".into(),
        workgroups: [COUNT / 64, 1, 1],
        dispatches: 1,
        buffers: vec![input, output],
    })
}

/// Whether these are the squares.
pub(super) fn check_squares(bytes: &[u8]) -> anyhow::Result<()> {
    let right: Vec<u8> = (0..COUNT).flat_map(|n| (n * n).to_le_bytes()).collect();
    anyhow::ensure!(bytes == right, "the kernel's result is wrong");
    Ok(())
}

/// Prints a line a second, for ever.
pub(super) fn clock() -> Job {
    let script = "i=0; while :; do i=$((i+1)); echo \"tick $i\"; sleep 1; done";
    Job::Command(CommandJob {
        program: "sh".into(),
        args: vec!["-c".into(), script.into()],
        files: vec![],
        outputs: vec![],
    })
}
