//! Ctrl-C: the first stops cleanly, the second at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::problem::SYSTEM;

/// A flag that Ctrl-C (or SIGTERM) sets; a second one ends the program.
///
/// Where the signals are ignored already (`nohup`), that is left as it is.
pub(crate) fn flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    // Without a handler an interrupt ends the program at once, which the store survives too.
    let _ = ctrlc::try_set_handler(move || {
        if set.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(SYSTEM));
        }
    });
    flag
}
