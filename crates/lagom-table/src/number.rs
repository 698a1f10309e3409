//! Numbers as people write them in tables.

use super::dress::undressed;
use super::missing::trimmed;

/// The sign between the whole and the fraction of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decimal {
    /// `1234.5`, `1,234.5`
    #[default]
    Point,
    /// `1234,5`, `1.234,5`
    Comma,
}

impl Decimal {
    /// The mark itself, and the mark between groups of digits that goes with it.
    fn marks(self) -> (char, char) {
        match self {
            Decimal::Point => ('.', ','),
            Decimal::Comma => (',', '.'),
        }
    }
}

/// What a cell says about the way its column writes decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// It is no number in either way.
    NoNumber,
    /// It is the same number in both ways: `12`, `1e-3`, `1 234`.
    Same,
    /// It is a number in this way alone: `3.5`, `0,386`, `1.234.567`.
    Only(Decimal),
    /// It is another number in each way: `1,344`, `1.344`.
    Unclear,
}

/// Longer cells, in bytes, are no numbers.
const LONGEST: usize = 64;

/// The number in a cell that is written with a decimal point; see [`parse_number_as`].
pub fn parse_number(cell: &str) -> Option<f64> {
    parse_number_as(cell, Decimal::Point)
}

/// The number in a cell, or nothing where the trimmed cell is not one number.
///
/// Takes a sign (`-`, `+`, U+2212, or round brackets for a negative sum,
/// within or around a sign of currency), an exponent (`1e-3`), a missing whole or
/// fraction (`.5`, `5.`), groups of exactly three digits (`1,234.5`, or `1.234,5` with a decimal comma; spaces of any
/// width and apostrophes in either; `12,34,567` as in India), and a sign of currency or of percent, which is passed
/// over: `12 %` is 12. A group never starts with 0, so `0,386` is no number with a decimal point. Any other unit makes
/// the cell a text. `inf`, `infinity` and `nan` in any case come out as non-finite numbers, so that the caller can
/// report them.
pub fn parse_number_as(cell: &str, decimal: Decimal) -> Option<f64> {
    let cell = trimmed(cell);
    if cell.len() > LONGEST {
        return None;
    }
    // Nearly every cell is settled here; what follows is for how people write.
    if let Some(number) = plain_number(cell, decimal) {
        return Some(number);
    }
    if !cell.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (negative, bare) = undressed(cell)?;
    let number = bare_number(&bare, decimal)?;
    Some(if negative { -number } else { number })
}

/// The number in a trimmed cell that is written as programs write it: without groups, currency or percent.
pub fn plain_number(cell: &str, decimal: Decimal) -> Option<f64> {
    let short = cell.len() <= LONGEST && (decimal == Decimal::Point || !cell.contains('.'));
    if short { cell.parse().ok() } else { None }
}

/// A number without sign, currency and percent: digits, marks, groups and an exponent.
fn bare_number(cell: &str, decimal: Decimal) -> Option<f64> {
    let (mark, group) = decimal.marks();
    let (digits, exponent) = match cell.find(['e', 'E']) {
        Some(at) => (&cell[..at], &cell[at..]),
        None => (cell, ""),
    };
    let (whole, fraction) = match digits.split_once(mark) {
        Some((whole, fraction)) => (whole, fraction),
        None => (digits, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(fraction) {
        return None;
    }
    let whole = if all_digits(whole) { whole.to_owned() } else { ungrouped(whole, group)? };
    format!("{whole}.{fraction}{exponent}").parse().ok()
}

/// `1,234,567` without its group marks, which are all the same; nothing where the groups are not of three digits.
fn ungrouped(whole: &str, group: char) -> Option<String> {
    let marks = |c: &char| *c == group || *c == ' ' || *c == '\'';
    let mark = whole.chars().find(|c| !c.is_ascii_digit()).filter(marks)?;
    let parts: Vec<&str> = whole.split(mark).collect();
    let (first, rest) = parts.split_first()?;
    let (last, middle) = rest.split_last()?;
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let threes = first.len() <= 3 && middle.iter().all(|part| part.len() == 3);
    let lakhs = mark == ',' && first.len() <= 2 && !middle.is_empty() && middle.iter().all(|part| part.len() == 2);
    let fits = parts.iter().all(digits) && !first.starts_with('0') && last.len() == 3 && (threes || lakhs);
    fits.then(|| parts.concat())
}

/// What a cell says about decimals.
pub fn writing(cell: &str) -> Writing {
    let read = |decimal| parse_number_as(cell, decimal);
    if !cell.contains([',', '.']) {
        return if read(Decimal::Point).is_some() { Writing::Same } else { Writing::NoNumber };
    }
    match (read(Decimal::Point), read(Decimal::Comma)) {
        (None, None) => Writing::NoNumber,
        (Some(_), None) => Writing::Only(Decimal::Point),
        (None, Some(_)) => Writing::Only(Decimal::Comma),
        (Some(point), Some(comma)) if point == comma => Writing::Same,
        _ => Writing::Unclear,
    }
}

/// Whether a cell is a number in either way of writing.
pub(super) fn is_number(cell: &str) -> bool {
    parse_number(cell).is_some() || cell.contains(',') && parse_number_as(cell, Decimal::Comma).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_a_point() {
        for (cell, number) in [
            ("1", 1.0),
            (" +2.5 ", 2.5),
            ("-.28", -0.28),
            ("1e-3", 0.001),
            ("5.", 5.0),
            ("1,234.5", 1234.5),
            ("-12,345,678", -12_345_678.0),
            ("12,34,567.5", 1_234_567.5),
            ("00000", 0.0),
        ] {
            assert_eq!(parse_number(cell), Some(number), "{cell}");
        }
        for cell in ["", "a", "1,23", "1,2345", "1 2", "1.2.3", ",5", "1,", "0x1", "0,386", "1,234 567", "e5", "."] {
            assert_eq!(parse_number(cell), None, "{cell}");
        }
        assert_eq!(parse_number("-Inf"), Some(f64::NEG_INFINITY));
        assert!(parse_number("NaN").is_some_and(f64::is_nan));
    }

    #[test]
    fn numbers_with_a_comma() {
        for (cell, number) in
            [("3,5", 3.5), ("1.234,5", 1234.5), ("-7", -7.0), ("1,5e2", 150.0), ("0,386", 0.386), (",5", 0.5)]
        {
            assert_eq!(parse_number_as(cell, Decimal::Comma), Some(number), "{cell}");
        }
        for cell in ["1.5", "1,2,3", "1,2.3", "a,b", "0.386"] {
            assert_eq!(parse_number_as(cell, Decimal::Comma), None, "{cell}");
        }
    }

    #[test]
    fn groups_signs_currencies_and_percents() {
        for (cell, number) in [
            ("3\u{202F}656,36", 3656.36),
            ("-1\u{A0}234\u{A0}567,5", -1_234_567.5),
            ("3\u{2009}656", 3656.0),
            ("3 656,5", 3656.5),
            ("1'234,5", 1234.5),
            ("1’234", 1234.0),
            ("\u{2212}3,5", -3.5),
            ("\u{2212}\u{202F}3,5", -3.5),
            ("12,5 %", 12.5),
            ("12,5\u{202F}%", 12.5),
            ("1.234,50 €", 1234.5),
            ("€ -5,5", -5.5),
            ("-€5", -5.0),
            ("CHF 1'234,5", 1234.5),
            ("99,90 kr", 99.9),
            ("(1.234,5)", -1234.5),
            ("1.234,5-", -1234.5),
            ("2,5e\u{2212}3", 0.0025),
        ] {
            assert_eq!(parse_number_as(cell, Decimal::Comma), Some(number), "{cell}");
        }
        for (cell, number) in [
            ("$1,234.50", 1234.5),
            ("12%", 12.0),
            ("($5.25)", -5.25),
            ("$(5.25)", -5.25),
            ("(4.5) %", -4.5),
            ("US$ 3", 3.0),
            ("₹1,00,000", 1e5),
        ] {
            assert_eq!(parse_number(cell), Some(number), "{cell}");
        }
        for cell in [
            "5 kg", "5 cm", "3h", "$", "%", "5 %%", "$5 €", "--5", "-(5)", "1 23", "01 234", "1\u{A0}2", "12-", "5 a 6",
        ] {
            assert_eq!(parse_number(cell), None, "{cell}");
        }
    }

    #[test]
    fn what_a_cell_says_of_decimals() {
        for (cell, expected) in [
            ("12", Writing::Same),
            ("1 234", Writing::Same),
            ("3.5", Writing::Only(Decimal::Point)),
            ("3,5", Writing::Only(Decimal::Comma)),
            ("0,386", Writing::Only(Decimal::Comma)),
            ("0.386", Writing::Only(Decimal::Point)),
            ("1,344", Writing::Unclear),
            ("1.344", Writing::Unclear),
            ("1,234,567", Writing::Only(Decimal::Point)),
            ("a,b", Writing::NoNumber),
        ] {
            assert_eq!(writing(cell), expected, "{cell}");
        }
    }
}
