//! Texts of a data set that weights don't read to the end, as they are told with a measurement.

use crate::candidate::outside::CUT_TEXTS;
use crate::candidate::rows::RowChange;

/// What is told of texts that were cut at the context of the weights; nothing where none was.
pub(super) fn told(cut: u64) -> Vec<RowChange> {
    if cut == 0 { Vec::new() } else { vec![RowChange { lever: CUT_TEXTS.to_owned(), rows: cut, spared: 0 }] }
}
