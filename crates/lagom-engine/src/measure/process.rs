//! Figures of this process, from the kernel.

use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Deserializer};

/// Highest resident memory of this process so far, in bytes.
///
/// Linux: `VmHWM` of `/proc/self/status`, which unlike `ru_maxrss` does not inherit the parent's peak
/// across `exec`. Elsewhere `ru_maxrss`. 0 where neither can be read.
#[must_use]
pub fn peak_memory() -> u64 {
    std::fs::read_to_string("/proc/self/status").ok().and_then(|status| high_water(&status)).unwrap_or_else(|| {
        let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
        getrusage(UsageWho::RUSAGE_SELF).map_or(0, |usage| u64::try_from(usage.max_rss()).unwrap_or(0) * unit)
    })
}

fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// A count of which stores of before have a 0 where it is not known.
///
/// # Errors
/// It is no count.
pub fn known<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    Ok(Option::deserialize(from)?.filter(|count| *count > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::cpu_seconds;

    #[test]
    fn reads_the_kernel_s_line() {
        assert_eq!(high_water("VmPeak:\t 9 kB\nVmHWM:\t    2048 kB\n"), Some(2_097_152));
    }

    #[test]
    fn counts_what_is_used() {
        let block = std::hint::black_box(vec![1_u8; 64 << 20]);
        assert!(peak_memory() > (64 << 20) && block[77] == 1);
        assert!(cpu_seconds() > 0.0);
    }
}
