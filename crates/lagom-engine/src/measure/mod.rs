//! Costs, as the kernel and the clock count them: memory, CPU time, latency; and the machine they were counted on.

mod deployment;
mod energy;
mod machine;
mod process;
mod roof;
mod timings;

pub use deployment::{Deployment, LOADINGS, Loading, load, measure};
pub use energy::{COUNTERS, Energy};
pub use lagom_host::clock::cpu_seconds;
pub use machine::Machine;
pub use process::{known, peak_memory};
pub use roof::{Attained, Bound, Roof};
pub use timings::{AllCores, BatchTime, QuantileInterval, Stillness, Timings};
