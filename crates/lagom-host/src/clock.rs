//! What this process has used of the processor, as the kernel counts it.

use nix::sys::resource::{UsageWho, getrusage};

/// CPU time of this process so far, user and system, in seconds; 0 where it can't be read.
#[must_use]
pub fn cpu_seconds() -> f64 {
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 * 1e-6;
    getrusage(UsageWho::RUSAGE_SELF).map_or(0.0, |usage| seconds(usage.user_time()) + seconds(usage.system_time()))
}
