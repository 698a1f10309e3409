//! `lagom score`: text metrics alone.
//!
//! ```text
//! verb (arguments, the way through) -> read (files to texts) -> library -> show (table, JSON)
//!                                  \-> settings (options to settings)
//! ```

mod read;
mod settings;
mod show;
mod verb;

pub(crate) use verb::{Args, perform};
