//! Ctrl-C: the first stops cleanly, the second at once.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;

use super::problem::SYSTEM;

/// A flag that Ctrl-C, SIGTERM and SIGHUP set; a second one ends the program.
///
/// A signal that is ignored already (`nohup`, or `&` in a script) is left as it is.
pub(crate) fn flag() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal)) {
        // Without a handler a signal ends the program at once, which the store survives too.
        // In this order the first signal finds the flag unset and the second finds it set.
        let _ = flag::register_conditional_shutdown(signal, i32::from(SYSTEM), Arc::clone(&stop));
        let _ = flag::register(signal, Arc::clone(&stop));
    }
    stop
}

/// Lets a write beyond the largest size of a file (`ulimit -f`) fail as one to a full disk does, in place of ending the
/// process without a word.
pub(crate) fn survive_full_files() {
    // Without a handler the process would end, which its parent survives.
    let _ = flag::register(SIGXFSZ, Arc::default());
}

/// Whether a signal was ignored when the program was started, as far as the system tells.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let bits = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    bits & (1 << (signal - 1)) != 0
}
