//! The page: one file without network or script, to read, print and keep.

mod background;
pub(super) mod cell;
mod evidence;
mod page;
mod plots;
mod table;
mod tiles;
mod untried;

pub(super) use page::STYLE;
pub use page::html;
