//! Ctrl-C: the first stops cleanly, the second at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use super::cli_error::SYSTEM;

/// Signals that come so soon after the first are the same wish to stop: `timeout` and others that pass a signal on send it to
/// the process and to its group, and what is paid for and under way must not be lost over that.
const SAME: Duration = Duration::from_secs(1);

/// A flag that Ctrl-C, SIGTERM and SIGHUP set; another one after more than a second ends the program.
///
/// A signal that is ignored already (`nohup`, or `&` in a script) is left as it is.
pub(crate) fn flag() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let signals: Vec<i32> = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal)).collect();
    // Without a handler a signal ends the program at once, which the store survives too.
    let Ok(mut arriving) = Signals::new(&signals) else { return stop };
    let told = Arc::clone(&stop);
    let listening = std::thread::Builder::new().spawn(move || {
        let mut first: Option<Instant> = None;
        for _ in arriving.forever() {
            let since = first.get_or_insert_with(Instant::now).elapsed();
            told.store(true, Ordering::SeqCst);
            if since > SAME {
                std::process::exit(i32::from(SYSTEM));
            }
        }
    });
    if listening.is_err() {
        // Where memory is too short for a thread the handlers themselves do it, and any second signal ends the program.
        for signal in signals {
            let _ = flag::register_conditional_shutdown(signal, i32::from(SYSTEM), Arc::clone(&stop));
            let _ = flag::register(signal, Arc::clone(&stop));
        }
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
