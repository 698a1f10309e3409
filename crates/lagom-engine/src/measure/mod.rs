//! Costs, as the kernel and the clock count them: memory, CPU time, latency; and the machine they were counted on.

mod deployment;
mod machine;
mod process;
mod timings;

pub use deployment::{Deployment, measure};
pub use lagom_host::clock::cpu_seconds;
pub use machine::Machine;
pub use process::{known, peak_memory};
pub use timings::{AllCores, BatchTime, QuantileInterval, Stillness, Timings};
