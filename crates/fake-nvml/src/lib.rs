//! A stand-in for NVIDIA's management library (`libnvidia-ml.so.1`), so that the real wrapper can be tested without
//! the hardware: one to eight GPUs, divided ones, errors of single calls or whole cards, loads that change.
//!
//! The file named by the environment variable [`SCRIPT`] says what there is; see [`Script`]. It is read anew at every
//! call, so a test changes the machine by replacing the file. Only the functions that Hearth calls are exported; the
//! others are missing, as they are in an old driver.

mod device;
mod fill;
mod script;
mod system;

pub use script::{Ecc, Error, Gpu, Instance, Limits, Process, SCRIPT, Script};
