//! The wish that a backend asks nothing more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// Tells a backend from outside (Ctrl-C) to stop. Clones share one state.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    pressed: Arc<AtomicU8>,
    flag: Option<Arc<AtomicBool>>,
}

impl Stop {
    /// One that is pressed once as soon as `flag` is set.
    #[must_use]
    pub fn at(flag: &Arc<AtomicBool>) -> Self {
        Self { pressed: Arc::default(), flag: Some(Arc::clone(flag)) }
    }

    /// The first time: ask nothing more, try nothing again, wait for the answers under way. The second time: wait for
    /// nothing.
    pub fn press(&self) {
        // Saturates: with the closure always giving a value there is nothing to fail.
        let _ = self.pressed.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| Some(n.saturating_add(1).min(2)));
    }

    /// Whether nothing more is to be asked.
    #[must_use]
    pub fn is_pressed(&self) -> bool {
        self.pressed.load(Ordering::SeqCst) > 0 || self.flag.as_ref().is_some_and(|flag| flag.load(Ordering::SeqCst))
    }

    /// Whether nothing is to be waited for.
    #[must_use]
    pub fn is_pressed_twice(&self) -> bool {
        self.pressed.load(Ordering::SeqCst) > 1
    }
}
