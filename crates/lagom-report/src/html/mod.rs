//! The page: one file without network or script, to read, print and keep.

mod agreement;
mod asking;
mod background;
pub(super) mod cell;
pub(super) mod document;
mod evidence;
mod page;
mod plots;
mod probes;
mod shots;
mod table;
pub(super) mod tiles;
mod untried;

pub use page::html;
