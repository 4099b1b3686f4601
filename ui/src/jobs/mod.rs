//! Jobs to start from, and the draft that the editor changes.

use hearth_types::job::{Blob, BufferUse, CommandJob, ComputeJob, Job, JobBuffer, JobError, JobFile};

use crate::words::w;

const SCRIPT: &str = "job.sh";
const NUMBERS: u32 = 65_536;
const PICTURE: u32 = 256;

/// A job to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    /// A shell script.
    Command,
    /// A kernel with input and output.
    Squares,
    /// A kernel that computes a picture.
    Mandelbrot,
}

/// What the editor shows; becomes a [`Job`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) template: Template,
    pub(crate) source: String,
    /// Compute jobs: the `@compute` function.
    pub(crate) entry_point: String,
    /// Compute jobs: how often the kernel runs.
    pub(crate) dispatches: String,
    /// Commands: files to send back, separated by commas.
    pub(crate) outputs: String,
}

impl Template {
    pub(crate) const ALL: [Self; 3] = [Self::Command, Self::Squares, Self::Mandelbrot];

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Command => w!(rent.job_command),
            Self::Squares => w!(rent.job_squares),
            Self::Mandelbrot => w!(rent.job_mandelbrot),
        }
    }

    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Command => w!(rent.job_command_about),
            Self::Squares => w!(rent.job_squares_about),
            Self::Mandelbrot => w!(rent.job_mandelbrot_about),
        }
    }

    /// Stable name, for tests.
    pub(crate) const fn testid(self) -> &'static str {
        match self {
            Self::Command => "job-command",
            Self::Squares => "job-squares",
            Self::Mandelbrot => "job-mandelbrot",
        }
    }

    /// The unchanged draft.
    pub(crate) fn draft(self) -> Draft {
        let (source, dispatches) = match self {
            Self::Command => (include_str!("command.sh"), "1"),
            Self::Squares => (include_str!("squares.wgsl"), "1"),
            // Several passes, so that there is progress to see.
            Self::Mandelbrot => (include_str!("mandelbrot.wgsl"), "20"),
        };
        Draft {
            template: self,
            source: source.to_owned(),
            entry_point: "main".to_owned(),
            dispatches: dispatches.to_owned(),
            outputs: "result.txt".to_owned(),
        }
    }
}

fn numbers() -> Blob {
    let floats = (0..u16::MAX).chain(std::iter::once(u16::MAX)).map(f32::from);
    Blob(floats.flat_map(f32::to_le_bytes).collect())
}

fn output(binding: u32, name: &str, words: u32) -> JobBuffer {
    JobBuffer {
        binding,
        name: name.to_owned(),
        usage: BufferUse::Output {
            bytes: u64::from(words) * 4,
        },
    }
}

impl Draft {
    /// The job as it will be sent.
    ///
    /// # Errors
    /// The first thing that the network would refuse.
    pub(crate) fn job(&self) -> Result<Job, JobError> {
        let job = match self.template {
            Template::Command => Job::Command(CommandJob {
                program: "sh".to_owned(),
                args: vec![SCRIPT.to_owned()],
                files: vec![JobFile {
                    path: SCRIPT.to_owned(),
                    content: Blob(self.source.clone().into_bytes()),
                }],
                outputs: self
                    .outputs
                    .split(',')
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect(),
            }),
            Template::Squares => {
                let input = JobBuffer {
                    binding: 0,
                    name: "numbers.f32".to_owned(),
                    usage: BufferUse::Input { content: numbers() },
                };
                self.compute(
                    [NUMBERS / 64, 1, 1],
                    vec![input, output(1, "squares.f32", NUMBERS)],
                )?
            }
            Template::Mandelbrot => {
                let picture = output(0, "counts.u32", PICTURE * PICTURE);
                self.compute([PICTURE / 8, PICTURE / 8, 1], vec![picture])?
            }
        };
        job.validate()?;
        Ok(job)
    }

    fn compute(&self, workgroups: [u32; 3], buffers: Vec<JobBuffer>) -> Result<Job, JobError> {
        Ok(Job::Compute(ComputeJob {
            wgsl: self.source.clone(),
            entry_point: self.entry_point.trim().to_owned(),
            workgroups,
            dispatches: self.dispatches.trim().parse().map_err(|_| JobError::Dispatch)?,
            buffers,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_a_valid_job() {
        for template in Template::ALL {
            assert!(template.draft().job().is_ok(), "{template:?}");
        }
    }

    #[test]
    fn squares_sends_every_number_once() {
        assert_eq!(numbers().0.len(), 65_536 * 4);
    }

    #[test]
    fn a_draft_that_cannot_run_is_refused_before_it_is_sent() {
        let mut draft = Template::Mandelbrot.draft();
        draft.dispatches = "many".into();
        assert_eq!(draft.job(), Err(JobError::Dispatch));
        let mut draft = Template::Command.draft();
        draft.outputs = "../result.txt".into();
        assert_eq!(draft.job(), Err(JobError::Path("../result.txt".into())));
    }
}
