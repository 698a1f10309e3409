//! What counts as a missing value.

/// The spellings of a missing value, compared exactly with the whole trimmed cell. A JSON or Parquet
/// null, and a key that a JSON line lacks, are kept as the empty text and so are missing too.
pub const MISSING: [&str; 14] =
    ["", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "None", "?", "-", ".", "<NA>"];

/// A cell without white space around it: [`str::trim`], quick where there is none.
pub fn trimmed(cell: &str) -> &str {
    match cell.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => cell,
        _ => cell.trim(),
    }
}

/// Whether the whole cell, trimmed, is one of [`MISSING`].
pub fn is_missing(cell: &str) -> bool {
    let cell = trimmed(cell);
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
