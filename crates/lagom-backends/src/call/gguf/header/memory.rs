//! What a model needs of memory, and what there is.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Header, HeaderError};

/// How the cache of keys and values is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CachePrecision {
    /// 4 bytes a number: log-likelihoods agree with other implementations to 1e-5 bits a byte.
    #[default]
    F32,
    /// 2 bytes a number, as llama.cpp has it by default: half the memory.
    F16,
}

/// What a model needs of memory, in bytes. What llama.cpp takes for its work beside these is left out: some
/// megabytes for a small model, some hundred for one of billions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// The weights, as they are stored.
    pub weights: u64,
    /// The cache of keys and values for the whole context; 0 where the file does not say enough.
    pub cache: u64,
}

impl Memory {
    /// All of it, in bytes.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.weights.saturating_add(self.cache)
    }
}

impl Header {
    /// What the model needs for a context of `context` tokens. An upper bound where some layers look back over a window
    /// only.
    #[must_use]
    pub fn memory(&self, context: u64, cache: CachePrecision) -> Memory {
        let bytes = if cache == CachePrecision::F32 { 4 } else { 2 };
        let numbers = self.cache_width.unwrap_or(0).saturating_mul(context);
        Memory { weights: self.weight_bytes, cache: numbers.saturating_mul(bytes) }
    }

    /// What the model needs for a context of `context` tokens, if `available` bytes are enough for it.
    ///
    /// # Errors
    /// They are not: [`HeaderError::TooBig`].
    pub fn fit(&self, context: u64, cache: CachePrecision, available: u64, path: &Path) -> Result<Memory, HeaderError> {
        let memory = self.memory(context, cache);
        if memory.total() <= available {
            return Ok(memory);
        }
        let Memory { weights, cache } = memory;
        Err(HeaderError::TooBig { path: path.to_owned(), weights, cache, context, available })
    }
}

/// Memory that a new process can take without swapping, in bytes: what the kernel holds to be available
/// (`MemAvailable`), or less where a container is limited to less. None where it can't be read (not Linux).
#[must_use]
pub fn available_memory() -> Option<u64> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let machine = of_machine(&read("/proc/meminfo")?)?;
    let container = of_container(
        read("/sys/fs/cgroup/memory.max").as_deref(),
        read("/sys/fs/cgroup/memory.current").as_deref(),
        read("/sys/fs/cgroup/memory.stat").as_deref(),
    );
    Some(container.map_or(machine, |container| container.min(machine)))
}

fn of_machine(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// The limit less what is used, without cached files, which the kernel gives up when memory is needed.
fn of_container(max: Option<&str>, current: Option<&str>, stat: Option<&str>) -> Option<u64> {
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let (max, current) = (number(max?)?, number(current?)?);
    let cached =
        stat.and_then(|stat| stat.lines().find_map(|line| line.strip_prefix("inactive_file "))).and_then(number);
    Some(max.saturating_sub(current.saturating_sub(cached.unwrap_or(0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_kernel_s_lines() {
        assert_eq!(of_machine("MemTotal: 9 kB\nMemAvailable:    2048 kB\n"), Some(2_097_152));
        assert_eq!(of_machine("MemTotal: 9 kB\n"), None);
    }

    #[test]
    fn a_container_s_limit_counts_less_what_is_used() {
        // 1,000 allowed, 600 used, 100 of them cached files: 500 are left.
        assert_eq!(of_container(Some("1000\n"), Some("600\n"), Some("anon 500\ninactive_file 100\n")), Some(500));
        assert_eq!(of_container(Some("max\n"), Some("600\n"), None), None);
        assert_eq!(of_container(Some("1000"), Some("2000"), None), Some(0));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn some_memory_is_there() {
        assert!(available_memory().unwrap() > 1 << 20);
    }
}
