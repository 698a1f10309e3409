//! Panics of other libraries on corrupt files: caught, and not shown.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether a panic of this thread is foreseen.
    static FORESEEN: Cell<bool> = const { Cell::new(false) };
}

/// What `read` comes to; nothing where it panicked, of which nothing is printed.
pub(super) fn caught<T>(read: impl FnOnce() -> T) -> Option<T> {
    static QUIET: Once = Once::new();
    // All other panics are told as before.
    QUIET.call_once(|| {
        let told = take_hook();
        set_hook(Box::new(move |panic| {
            if !FORESEEN.get() {
                told(panic);
            }
        }));
    });
    let before = FORESEEN.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(read));
    FORESEEN.set(before);
    outcome.ok()
}

#[cfg(test)]
mod tests {
    use super::caught;

    #[test]
    fn a_panic_is_nothing_and_the_next_reading_is_as_ever() {
        assert_eq!(caught(|| Vec::from([1, 2])[5_usize.min(std::env::args().count() + 4)]), None);
        assert_eq!(caught(|| 7), Some(7));
    }
}
