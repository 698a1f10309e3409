//! The machine a study ran on.

use serde::{Deserialize, Serialize};

use super::known;

/// What a reader needs to judge times and memory by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Name of the processor, or its architecture where the system does not tell.
    pub processor: String,
    /// Threads that can run at once.
    pub cores: u32,
    /// Main memory in bytes; none where the system does not tell.
    #[serde(default, deserialize_with = "known")]
    pub memory: Option<u64>,
    /// Operating system and architecture.
    pub system: String,
    /// Version of lagom.
    pub lagom: String,
}

impl Machine {
    /// Looks at the machine this runs on.
    #[must_use]
    pub fn here() -> Self {
        let field = |file: &str, name: &str| {
            let text = std::fs::read_to_string(file).ok()?;
            let line = text.lines().find(|line| line.starts_with(name))?.to_owned();
            line.split_once(':').map(|(_, value)| value.trim().to_owned())
        };
        let memory = field("/proc/meminfo", "MemTotal")
            .and_then(|value| value.split_whitespace().next()?.parse::<u64>().ok())
            .map(|kilobytes| kilobytes * 1024);
        Self {
            processor: field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            cores: std::thread::available_parallelism().map_or(1, |count| u32::try_from(count.get()).unwrap_or(1)),
            memory,
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            lagom: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}
