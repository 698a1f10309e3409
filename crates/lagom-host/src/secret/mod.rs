//! Keys and passwords: recognised where they do not belong, struck out of what others send, kept from other programs.
//!
//! ```text
//! looks  what a key looks like, and by what name it goes    -> study.toml and its messages
//! known  keys that were read from the environment           -> whatever a server or a program sends
//! ```
//!
//! Knows no other room.

mod known;
mod looks;

pub use known::Keys;
pub use looks::{is_no_name, is_well_known, looks_like_key, masked, masked_source, names_secret};
