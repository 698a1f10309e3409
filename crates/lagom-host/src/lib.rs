//! What lagom takes from the machine it runs on: files within bounds, other programs, and what must not be shown of either.

pub mod child;
pub mod clock;
pub mod input;
pub mod secret;
