//! Numbers as people write them in tables.

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
    fn marks(self) -> (char, char) {
        match self {
            Decimal::Point => ('.', ','),
            Decimal::Comma => (',', '.'),
        }
    }
}

/// The number in a cell that is written with a decimal point; see [`parse_number_as`].
pub fn parse_number(cell: &str) -> Option<f64> {
    parse_number_as(cell, Decimal::Point)
}

/// The number in a cell, or nothing where the trimmed cell is not one number.
///
/// Takes a sign, an exponent (`1e-3`), a missing whole or fraction (`.5`, `5.`) and groups of
/// exactly three digits (`1,234.5`, or `1.234,5` with a decimal comma). `inf`, `infinity` and `nan`
/// in any case come out as non-finite numbers, so that the caller can report them.
pub fn parse_number_as(cell: &str, decimal: Decimal) -> Option<f64> {
    let cell = cell.trim();
    let (mark, group) = decimal.marks();
    let plain = cell.len() < 64 && !cell.contains(',');
    if plain && (decimal == Decimal::Point || !cell.contains('.')) {
        return cell.parse().ok();
    }
    if cell.len() >= 64 || !cell.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (whole, rest) = match cell.find(mark) {
        Some(at) => (&cell[..at], &cell[at + 1..]),
        None => (cell, ""),
    };
    if rest.contains([',', '.']) {
        return None;
    }
    let whole = if whole.contains(group) { ungroup(whole, group)? } else { whole.to_owned() };
    if rest.is_empty() { whole.parse().ok() } else { format!("{whole}.{rest}").parse().ok() }
}

/// `1,234,567` without its group marks; nothing where the groups are not of three digits.
fn ungroup(whole: &str, group: char) -> Option<String> {
    let digits = whole.trim_start_matches(['+', '-']);
    let mut groups = digits.split(group);
    let first = groups.next()?;
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let fits =
        (1..=3).contains(&first.len()) && all_digits(first) && groups.all(|part| part.len() == 3 && all_digits(part));
    fits.then(|| whole.replace(group, ""))
}

/// Whether a cell can only be read with a decimal comma: `3,5` or `1.234,56`, but not `1,234`.
pub(crate) fn needs_comma(cell: &str) -> bool {
    cell.contains(',')
        && parse_number_as(cell, Decimal::Point).is_none()
        && parse_number_as(cell, Decimal::Comma).is_some()
}

/// Whether a cell is a number in either way of writing.
pub(super) fn is_number(cell: &str) -> bool {
    parse_number(cell).is_some() || needs_comma(cell)
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
            ("00000", 0.0),
        ] {
            assert_eq!(parse_number(cell), Some(number), "{cell}");
        }
        for cell in ["", "a", "1,23", "1,2345", "1 2", "1.2.3", "12%", ",5", "1,", "0x1", "€1,000"] {
            assert_eq!(parse_number(cell), None, "{cell}");
        }
        assert_eq!(parse_number("-Inf"), Some(f64::NEG_INFINITY));
        assert!(parse_number("NaN").is_some_and(f64::is_nan));
    }

    #[test]
    fn numbers_with_a_comma() {
        for (cell, number) in [("3,5", 3.5), ("1.234,5", 1234.5), ("-7", -7.0), ("1,5e2", 150.0)] {
            assert_eq!(parse_number_as(cell, Decimal::Comma), Some(number), "{cell}");
        }
        for cell in ["1.5", "1,2,3", "1,2.3", "a,b"] {
            assert_eq!(parse_number_as(cell, Decimal::Comma), None, "{cell}");
        }
        assert!(needs_comma("3,5") && !needs_comma("1,234") && !needs_comma("a,b"));
    }
}
