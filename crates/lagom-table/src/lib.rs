//! Readers: from a file of the user's to columns of text.
//!
//! [`read`] takes CSV, TSV, `LABEL text` lines, JSON Lines, flat Parquet and, where it is told so, plain lines of text. What is not told in
//! [`ReadOptions`] is sniffed: the format from the extension, else from the content; the separator,
//! the quoting and the header from the first rows. Lines around the table (`sep=`, comments, a title, sums and notes behind it)
//! are passed over, and [`RawTable::notes`] says so. Nothing is interpreted here beyond what is
//! missing ([`is_missing`]) and what is a number ([`parse_number`]); what a column *is* says
//! `lagom-data`'s `kind`.
//!
//! One reader for all files of cells: data, tables of results, answers on disk, rows to predict.

use lagom_host::input;

mod around;
mod caught;
mod column;
mod columnar;
mod composed;
mod decimals;
mod delimited;
mod dress;
mod error;
mod flat;
mod format;
mod guarded;
mod header;
mod json_lines;
mod labelled;
#[cfg(test)]
mod layout_tests;
mod lines;
mod load;
mod missing;
mod number;
mod opened;
mod parquet_cell;
mod parquet_source;
#[cfg(test)]
mod parquet_tests;
mod parts;
mod records;
mod rows;
mod size;
mod sniff;
mod table;
#[cfg(test)]
mod tests;
mod whitespace;

pub use column::{Held, RawColumn};
pub use composed::composed;
pub use decimals::{Evidence, settled};
pub use error::ReadError;
pub use format::{Format, Part, ReadOptions};
pub use json_lines::is_list;
pub use load::read;
pub use missing::trimmed;
pub use missing::{MISSING, is_missing};
pub use number::{Decimal, parse_number, parse_number_as};
pub use number::{Writing, plain_number, writing};
pub use parts::{Parts, STANDARD_INPUT, read_in_parts};
pub use table::RawTable;
