//! What counts as a missing value.

/// The spellings of a missing value, compared exactly with the whole trimmed cell. A JSON or Parquet
/// null, and a key that a JSON line lacks, are kept as the empty text and so are missing too.
pub const MISSING: [&str; 14] =
    ["", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "None", "?", "-", ".", "<NA>"];

/// Whether the whole cell, trimmed, is one of [`MISSING`].
pub fn is_missing(cell: &str) -> bool {
    let cell = cell.trim();
    // Most cells are settled by their length or first byte; this is asked for every one of them.
    cell.len() <= 4
        && matches!(cell.bytes().next(), None | Some(b'N' | b'n' | b'#' | b'?' | b'-' | b'.' | b'<'))
        && MISSING.contains(&cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_missing_and_words_are_not() {
        assert!(MISSING.iter().all(|spelling| is_missing(spelling)));
        assert!(is_missing(" ? ") && is_missing("   "));
        for word in ["no", "none of it", "0", "--", "Nan", "n", "NAN?", "-1"] {
            assert!(!is_missing(word), "{word}");
        }
    }
}
