//! The page: one file without network or script, to read, print and keep.

mod background;
pub(in crate::report) mod cell;
mod evidence;
mod page;
mod plots;
mod table;
mod tiles;
mod untried;

pub use page::html;
