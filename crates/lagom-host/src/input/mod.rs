//! What of a user's files lagom takes in: regular files alone, and no more of one than fits.
//!
//! Every file that a user names is opened here, so that a pipe, a device or a folder is a message and no standstill. The
//! bounds stand here and nowhere else; each is told in the message of the file that passes it, with what to do. They are
//! far above what real data hold, and far below what fills a machine.

mod open;
mod watched;

pub use open::{InputError, beginning, bytes, open, open_within, text};
pub use watched::Watched;

/// The largest file that is read whole: CSV, TSV and JSON Lines that are trained on, JSON documents. `lagom predict` reads
/// rows part by part, of files of any size.
pub const FILE_BYTES: u64 = 2 << 30;
/// The most text that the cells of one table come to, whatever a compressed file unpacks to.
pub const TABLE_BYTES: u64 = 2 << 30;
/// The longest line, row and cell.
pub const LINE_BYTES: usize = 64 << 20;
/// The most columns of a table.
pub const COLUMNS: usize = 100_000;
/// The most rows, and the most cells, of a table that is read whole.
pub const ROWS: u64 = 50_000_000;
/// See [`ROWS`].
pub const CELLS: u64 = 1 << 28;
/// The largest page of a Parquet file, packed or not. Programs write pages of a megabyte.
pub const PAGE_BYTES: u64 = 256 << 20;
/// The largest head of a Parquet file (its last bytes, which say where all else is).
pub const FOOTER_BYTES: u64 = 64 << 20;
/// The most that one member of an archive unpacks to, and a packed file of texts.
pub const UNPACKED_BYTES: u64 = 1 << 30;
/// The largest study file, and the largest template of a prompt.
pub const STUDY_BYTES: u64 = 16 << 20;
