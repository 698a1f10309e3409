//! What stands in a cell: a score, an amount, or neither.

/// What a cell of scores holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell {
    /// A finite number, or a word for right (1) or wrong (0).
    Score(f64),
    /// Nothing, or a word for a missing value.
    Missing,
    /// A number that is not finite.
    NotFinite,
    /// Anything else.
    Text,
}

/// Words for right and wrong, in lower case.
const WORDS: [(&[u8], f64); 24] = [
    (b"true", 1.0),
    (b"false", 0.0),
    (b"correct", 1.0),
    (b"incorrect", 0.0),
    (b"right", 1.0),
    (b"wrong", 0.0),
    (b"yes", 1.0),
    (b"no", 0.0),
    (b"pass", 1.0),
    (b"fail", 0.0),
    (b"passed", 1.0),
    (b"failed", 0.0),
    (b"t", 1.0),
    (b"f", 0.0),
    ("\u{2705}".as_bytes(), 1.0),
    ("\u{274c}".as_bytes(), 0.0),
    ("\u{2713}".as_bytes(), 1.0),
    ("\u{2717}".as_bytes(), 0.0),
    ("\u{2714}".as_bytes(), 1.0),
    ("\u{2718}".as_bytes(), 0.0),
    ("\u{2714}\u{fe0f}".as_bytes(), 1.0),
    ("\u{2716}\u{fe0f}".as_bytes(), 0.0),
    ("\u{2716}".as_bytes(), 0.0),
    ("\u{1f44d}".as_bytes(), 1.0),
];

/// Whether the comma in a number may stand before decimals or between thousands, such as `1,234`.
pub(super) fn is_ambiguous(text: &str) -> bool {
    let Some((whole, rest)) = text.split_once(',') else { return false };
    let whole = whole.trim_start_matches(['-', '+']);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(rest) && rest.len() == 3 && whole.len() <= 3 && !whole.starts_with('0')
}

/// A number with a decimal comma, such as `0,85`; none where that is not certain.
fn with_comma(text: &str) -> Option<f64> {
    let (whole, decimals) = text.split_once(',')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let certain = digits(whole.trim_start_matches(['-', '+'])) && digits(decimals) && !is_ambiguous(text);
    certain.then(|| format!("{whole}.{decimals}").parse().ok()).flatten()
}

/// Reads a cell of scores: a number with a decimal point or comma, per cent, or a word or mark for right or wrong in any case.
pub(super) fn score(cell: &[u8]) -> Cell {
    match cell {
        b"1" => return Cell::Score(1.0),
        b"0" => return Cell::Score(0.0),
        _ => {}
    }
    let cell = cell.trim_ascii();
    let Ok(text) = std::str::from_utf8(cell) else { return Cell::Text };
    // A share in per cent is one of 1.
    if let Some(number) = text.strip_suffix('%').map(str::trim_end) {
        return match number.parse::<f64>().ok().or_else(|| with_comma(number)) {
            Some(share) if share.is_finite() => Cell::Score(share / 100.0),
            _ => Cell::Text,
        };
    }
    if let Some(number) = text.parse::<f64>().ok().or_else(|| with_comma(text)) {
        // a number beyond the range of f32 would become infinite where scores are kept
        return if number.abs() <= f64::from(f32::MAX) { Cell::Score(number) } else { Cell::NotFinite };
    }
    if let Some((_, value)) = WORDS.iter().find(|(word, _)| cell.eq_ignore_ascii_case(word)) {
        return Cell::Score(*value);
    }
    if crate::data::read::is_missing(text) { Cell::Missing } else { Cell::Text }
}

/// Reads a time, cost, size or price: `Ok(None)` for a missing one, `Err` for what is no finite number of at least 0.
pub(super) fn amount(cell: &[u8]) -> Result<Option<f64>, ()> {
    let text = std::str::from_utf8(cell).map_err(|_| ())?;
    if crate::data::read::is_missing(text) {
        return Ok(None);
    }
    match with_comma(text).or_else(|| crate::data::read::parse_number(text)) {
        Some(number) if number.is_finite() && number >= 0.0 => Ok(Some(number)),
        _ => Err(()),
    }
}

/// A cell as text for a message: at most 40 letters, without control characters.
pub(super) fn shown(cell: &[u8]) -> String {
    const LONGEST: usize = 40;
    let text = String::from_utf8_lossy(cell);
    let clean: String = text.trim().chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.trim().chars().count() > LONGEST { format!("{clean}…") } else { clean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_numbers_or_words() {
        for (cell, expected) in [("1", 1.0), (" 0.5 ", 0.5), ("-3e-2", -0.03), ("TRUE", 1.0), ("Incorrect", 0.0)] {
            assert_eq!(score(cell.as_bytes()), Cell::Score(expected), "{cell}");
        }
        for cell in ["", "NA", "null", " "] {
            assert_eq!(score(cell.as_bytes()), Cell::Missing, "{cell:?}");
        }
        for cell in ["nan", "NaN", "inf", "-Infinity", "1e300"] {
            assert_eq!(score(cell.as_bytes()), Cell::NotFinite, "{cell}");
        }
        for (cell, expected) in [("1,5", 1.5), ("0,724", 0.724), ("-12,25", -12.25), ("1234,5678", 1234.5678)] {
            assert_eq!(score(cell.as_bytes()), Cell::Score(expected), "{cell}");
            assert!(!is_ambiguous(cell));
        }
        assert!(
            is_ambiguous("1,234") && is_ambiguous("-23,456") && !is_ambiguous("1,234,567") && !is_ambiguous("a,123")
        );
        for (cell, expected) in [("85%", 0.85), ("72,5 %", 0.725), ("0%", 0.0), ("✅", 1.0), ("✗", 0.0)] {
            assert_eq!(score(cell.as_bytes()), Cell::Score(expected), "{cell}");
        }
        for cell in ["B", "maybe", "1,234", "1,2,3", ",5", "%", "good%"] {
            assert_eq!(score(cell.as_bytes()), Cell::Text, "{cell}");
        }
        assert_eq!(score(b"\xFF"), Cell::Text);
    }

    #[test]
    fn amounts_are_never_negative() {
        assert_eq!((amount(b"1,234.5"), amount(b""), amount(b"0")), (Ok(Some(1234.5)), Ok(None), Ok(Some(0.0))));
        assert!([&b"-1"[..], b"x", b"inf", b"\xFF"].iter().all(|cell| amount(cell).is_err()));
    }

    #[test]
    fn long_cells_are_cut_for_messages() {
        assert_eq!(shown(b" a\nb "), "a b");
        assert_eq!(shown("é".repeat(50).as_bytes()).chars().count(), 41);
    }
}
