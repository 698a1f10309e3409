//! The row that is explained.

use lagom::data::Column;

/// The row that is explained.
pub(super) struct Row {
    /// Its number in the file, from 1.
    pub(super) number: u64,
    /// Typed columns of it alone.
    pub(super) columns: Vec<Column>,
    /// Its cells as they are written; none where one is missing.
    pub(super) cells: Vec<Option<String>>,
}
