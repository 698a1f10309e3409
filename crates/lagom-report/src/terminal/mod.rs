//! The answer on a terminal: words, figures, table; as wide as asked for and no wider.

mod page;
mod table;
pub(super) mod wrap;

pub use page::terminal;
