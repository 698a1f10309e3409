//! What of a user's files lagom takes in: regular files alone, and no more of one than fits.
//!
//! Every file that a user names is opened here, so that a pipe, a device or a folder is a message and no standstill. The
//! bounds stand here and nowhere else; each is told in the message of the file that passes it, with what to do. They are
//! far above what real data hold, and far below what fills a machine.

mod open;

pub use open::{InputError, beginning, bytes, open, text};

/// The largest file that is read whole: CSV, TSV and JSON Lines that are trained on, JSON documents. `lagom predict` reads
/// rows part by part, of files of any size.
pub const FILE_BYTES: u64 = 2 << 30;
/// The most text that the cells of one table come to, whatever a compressed file unpacks to.
pub const TABLE_BYTES: u64 = 2 << 30;
/// The longest line of a file that is read line by line, and the longest row.
pub const LINE_BYTES: usize = 64 << 20;
/// The most columns of a table.
pub const COLUMNS: usize = 100_000;
/// The largest page of a Parquet file, packed or not. Programs write pages of a megabyte.
pub const PAGE_BYTES: u64 = 256 << 20;
/// The most that one member of an archive unpacks to.
pub const MEMBER_BYTES: u64 = 1 << 30;
/// The largest study file, and the largest template of a prompt.
pub const STUDY_BYTES: u64 = 16 << 20;
