//! How the columns of a table write decimals: a point or a comma.

use hashbrown::HashMap;

use super::column::{Held, RawColumn};
use super::number::{Decimal, Writing, writing};

/// So many cells that can only be read in one way are enough to tell.
const ENOUGH: usize = 256;
/// Twenty times the share of cells that must be numbers for a column to say something of the others: 19 is 95 %.
const NUMBERS: usize = 19;

/// What the cells of one column say about its decimals.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Cells that are numbers with a point alone.
    point: usize,
    /// Cells that are numbers with a comma alone.
    comma: usize,
    /// Whole numbers of one to three digits without any mark.
    bare: usize,
    /// All cells that are numbers, as far as was looked.
    numbers: usize,
    /// All cells that are not missing, as far as was looked.
    looked: usize,
    /// The first cell that is another number in each way.
    pub unclear: Option<String>,
}

impl Evidence {
    /// Looks through a column, until enough cells are clear.
    pub fn of(column: &RawColumn) -> Self {
        let mut found = Self::default();
        let mut known: HashMap<&str, Writing> = HashMap::new();
        for row in 0..column.len() {
            let (cell, writing) = match column.held(row) {
                Held::Missing => continue,
                // The file itself says what it is.
                Held::Number(number) if number.fract() == 0.0 || !number.is_finite() => ("", Writing::Same),
                Held::Number(_) => ("", Writing::Only(Decimal::Point)),
                Held::Text(cell) if is_whole(cell) => (cell, Writing::Same),
                Held::Text(cell) => (cell, *known.entry(cell).or_insert_with(|| writing(cell))),
            };
            found.looked += 1;
            found.numbers += usize::from(writing != Writing::NoNumber);
            match writing {
                Writing::NoNumber => {}
                Writing::Same => found.bare += usize::from(is_short(cell.trim())),
                Writing::Only(Decimal::Point) => found.point += 1,
                Writing::Only(Decimal::Comma) => found.comma += 1,
                Writing::Unclear => found.unclear = found.unclear.or_else(|| Some(cell.trim().to_owned())),
            }
            if found.point + found.comma >= ENOUGH {
                break;
            }
        }
        found
    }

    /// What most of the clear cells say.
    fn clear(&self) -> Option<Decimal> {
        match (self.point, self.comma) {
            (0, 0) => None,
            (point, comma) if comma > point => Some(Decimal::Comma),
            _ => Some(Decimal::Point),
        }
    }

    /// What this column says of the others: nothing where it is hardly one of numbers.
    pub fn speaks(&self) -> Option<Decimal> {
        self.clear().filter(|_| self.numbers * 20 >= self.looked * NUMBERS)
    }
}

/// Whether a cell is a few digits, with a sign at most.
fn is_whole(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    (1..=16).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_short(cell: &str) -> bool {
    let digits = cell.trim_start_matches(['-', '+', '\u{2212}']);
    (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// How a column writes its decimals, and whether that is a guess.
///
/// Clear cells of its own decide; then what the `others` agree on; then a column of `1,344` writes decimals where the
/// separator is `;`, as programs write it where the comma is the decimal mark, but thousands where other cells are whole
/// numbers below a thousand without a mark; all else is a point. The last three are guesses.
pub fn settled(evidence: &Evidence, others: &[Decimal], separator: Option<char>) -> (Decimal, bool) {
    if let Some(decimal) = evidence.clear() {
        return (decimal, false);
    }
    let Some(unclear) = &evidence.unclear else {
        return (Decimal::Point, false);
    };
    match (others.contains(&Decimal::Comma), others.contains(&Decimal::Point)) {
        (true, false) => return (Decimal::Comma, false),
        (false, true) => return (Decimal::Point, false),
        _ => {}
    }
    let decimals = unclear.contains(',') && separator == Some(';') && evidence.bare == 0;
    (if decimals { Decimal::Comma } else { Decimal::Point }, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimals(columns: &[&[&str]], separator: Option<char>) -> Vec<(Decimal, bool)> {
        let evidence: Vec<Evidence> =
            columns.iter().map(|cells| Evidence::of(&RawColumn::from_cells("a", cells.iter().copied()))).collect();
        let said: Vec<Decimal> = evidence.iter().filter_map(Evidence::speaks).collect();
        evidence.iter().map(|evidence| settled(evidence, &said, separator)).collect()
    }

    #[test]
    fn three_decimals_in_every_cell() {
        let (point, comma) = (Decimal::Point, Decimal::Comma);
        let three: &[&str] = &["1,344", "7,887", "9,014"];
        // Another column says it, then a cell of its own, then the separator; else it is a guess at thousands.
        assert_eq!(decimals(&[three, &["0,98", "1,5"]], Some(';')), [(comma, false), (comma, false)]);
        assert_eq!(decimals(&[three, &["0.98", "1.5"]], Some(';')), [(point, false), (point, false)]);
        assert_eq!(decimals(&[&["1,344", "0,386"]], None), [(comma, false)]);
        assert_eq!(decimals(&[three], Some(';')), [(comma, true)]);
        assert_eq!(decimals(&[&["1,344", "950"]], Some(';')), [(point, true)]);
        assert_eq!(decimals(&[three], Some(',')), [(point, true)]);
        assert_eq!(
            decimals(&[three, &["0.98"], &["0,98"]], Some(',')),
            [(point, true), (point, false), (comma, false)]
        );
    }

    #[test]
    fn thousands_with_points_beside_decimal_commas() {
        let (comma, point) = (Decimal::Comma, Decimal::Point);
        assert_eq!(decimals(&[&["1.344", "12.500"], &["0,98"]], Some(';'))[0], (comma, false));
        assert_eq!(decimals(&[&["1.344", "12.500"]], Some(','))[0], (point, true));
        // A text is no witness: one number in it says nothing.
        assert_eq!(decimals(&[&["1.344"], &["0,98", "a", "b"]], Some(','))[0], (point, true));
    }
}
