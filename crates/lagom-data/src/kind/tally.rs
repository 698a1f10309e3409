//! Counting through a column once, and the rules that turn the counts into a kind.

use hashbrown::HashMap;

use crate::read::{Decimal, Held, RawColumn, parse_number_as, plain_number, trimmed};

use super::distinct::Distinct;

use super::column_profile::{ColumnKind, Stray};

/// The share of cells that must be numbers for a column to be numeric; the others are strays.
const NUMERIC: f64 = 0.95;
/// At most so many strays are kept.
const STRAYS: usize = 20;
/// Fewer rows than these are too few to call a column an identifier.
const IDENTIFIER_ROWS: usize = 10;
/// The longest code, in characters.
const CODE_CHARS: usize = 64;
/// The share of cells of a code that must hold a digit.
const CODE_DIGITS: f64 = 0.9;
/// The mean number of words from which a mostly distinct column is text.
const TEXT_WORDS: f64 = 4.0;
/// The mean number of characters from which a mostly distinct column of several words is text.
const TEXT_CHARS: f64 = 30.0;
/// The share of distinct cells from which a column is mostly distinct.
const TEXT_DISTINCT: f64 = 0.5;
/// The mean number of words, and the number of distinct cells, that make repeated passages text.
const PASSAGE: (f64, usize) = (8.0, 100);
/// The mean number of words, and the share of distinct cells, that make short phrases text.
const PHRASE: (f64, f64) = (1.5, 0.7);

const BOOLEANS: [[&str; 2]; 6] = [["no", "yes"], ["false", "true"], ["f", "t"], ["n", "y"], ["0", "1"], ["0.0", "1.0"]];

/// Different values up to which those of a column with fractions are counted where they are not shown.
const ENOUGH: usize = 1 << 12;

/// What a column is judged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be shown: every figure is exact.
    Show,
    /// To be loaded: different values of a column with fractions, which no rule asks for, are counted up to [`ENOUGH`], and numbers
    /// are kept as they are read, so that nobody reads them twice.
    Load,
}

/// What the cells of a column add up to.
pub(super) struct Tally<'a> {
    purpose: Purpose,
    /// The numbers so far, not a number where a cell is missing; nothing once a cell was none or the file keeps numbers itself.
    read: Option<Vec<f64>>,
    pub(super) distinct: Distinct<'a>,
    pub(super) missing: usize,
    pub(super) present: usize,
    pub(super) numbers: usize,
    pub(super) non_finite: usize,
    pub(super) whole: usize,
    pub(super) dates: usize,
    codes: usize,
    /// Whole numbers that are written with leading zeros, or as `1E5`, and those of digits alone.
    zeros: usize,
    exponents: usize,
    digits: usize,
    /// The length of all cells of digits, while they have the same.
    width: Option<usize>,
    widths_differ: bool,
    first_code: Option<String>,
    coded_digits: usize,
    pub(super) words: usize,
    pub(super) chars: usize,
    /// Whether each number so far was the one before plus one.
    counting: bool,
    previous: Option<f64>,
    pub(super) strays: Vec<Stray>,
}

impl<'a> Tally<'a> {
    /// Goes once through a column; twice where it has to be counted in full after all.
    pub(super) fn of(column: &'a RawColumn, decimal: Decimal, purpose: Purpose) -> Self {
        let tally = Self::once(column, decimal, purpose);
        // Of what is not numeric the share of different values decides.
        if tally.is_rough() && !tally.is_numeric() { Self::once(column, decimal, Purpose::Show) } else { tally }
    }

    fn once(column: &'a RawColumn, decimal: Decimal, purpose: Purpose) -> Self {
        let mut tally = Self::new(purpose);
        let mut words: HashMap<&'a str, Word> = HashMap::new();
        for row in 0..column.len() {
            match column.held(row) {
                Held::Missing => {
                    tally.missing += 1;
                    tally.keep(Some(f64::NAN));
                }
                Held::Number(number) => {
                    tally.read = None;
                    if !tally.is_rough() {
                        tally.distinct.add_number(number);
                    }
                    tally.add(Some(number));
                }
                Held::Text(cell) => tally.add_text(row, trimmed(cell), decimal, &mut words),
            }
        }
        tally
    }

    /// Counts a cell as it is written; what is no plain number is looked at once, however often it comes again.
    fn add_text(&mut self, row: usize, cell: &'a str, decimal: Decimal, words: &mut HashMap<&'a str, Word>) {
        if let Some(number) = plain_number(cell, decimal) {
            if !self.is_rough() {
                self.distinct.add_text(cell);
            }
            self.chars += cell.len();
            if number.fract() == 0.0 {
                self.add_whole(cell);
            }
            return self.add(Some(number));
        }
        let distinct = &mut self.distinct;
        let word = *words.entry(cell).or_insert_with(|| {
            distinct.add_text(cell);
            Word::of(cell, decimal)
        });
        self.chars += word.chars;
        match word.number {
            Some(number) if number.fract() == 0.0 => self.add_whole(cell),
            Some(_) => {}
            None => self.add_word(row, (cell, word)),
        }
        self.add(word.number);
    }

    fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            read: (purpose == Purpose::Load).then(Vec::new),
            distinct: Distinct::default(),
            missing: 0,
            present: 0,
            numbers: 0,
            non_finite: 0,
            whole: 0,
            dates: 0,
            codes: 0,
            zeros: 0,
            exponents: 0,
            digits: 0,
            width: None,
            widths_differ: false,
            first_code: None,
            coded_digits: 0,
            words: 0,
            chars: 0,
            counting: true,
            previous: None,
            strays: Vec::new(),
        }
    }

    /// Whether different values are no longer counted.
    fn is_rough(&self) -> bool {
        self.purpose == Purpose::Load && self.whole < self.numbers && self.distinct.count() >= ENOUGH
    }

    fn is_numeric(&self) -> bool {
        self.numbers as f64 >= NUMERIC * self.present as f64
    }

    /// The numbers of a column that holds nothing else, not a number where a cell is missing; none of any other.
    pub(super) fn take_numbers(&mut self) -> Option<Vec<f64>> {
        self.read.take().filter(|_| self.numbers == self.present && self.non_finite == 0)
    }

    fn keep(&mut self, number: Option<f64>) {
        match (&mut self.read, number) {
            (Some(read), Some(number)) => read.push(number),
            (read, None) => *read = None,
            (None, Some(_)) => {}
        }
    }

    fn add(&mut self, number: Option<f64>) {
        self.keep(number);
        self.present += 1;
        if let Some(number) = number {
            self.numbers += 1;
            self.non_finite += usize::from(!number.is_finite());
            self.whole += usize::from(number.fract() == 0.0);
            self.words += 1;
        }
        self.counting &= match (self.previous, number) {
            (None, Some(_)) => self.numbers == 1,
            (Some(previous), Some(number)) => number == previous + 1.0,
            _ => false,
        };
        self.previous = number;
    }

    /// Notes whether a whole number is written as codes are.
    fn add_whole(&mut self, cell: &str) {
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let exponent = || cell.split_once(['e', 'E']).is_some_and(|(a, b)| all_digits(a) && all_digits(b));
        if all_digits(cell) {
            self.digits += 1;
            self.widths_differ |= self.width.is_some_and(|width| width != cell.len());
            self.width = Some(cell.len());
            if cell.len() < 2 || !cell.starts_with('0') {
                return;
            }
            self.zeros += 1;
        } else if exponent() {
            self.exponents += 1;
        } else {
            return;
        }
        if self.first_code.is_none() {
            self.first_code = Some(cell.to_owned());
        }
    }

    /// Whether all numbers are codes: digits and `1E5` alone, which no program writes for a number (it would write `1e+05`
    /// or 100000); or digits alone with leading zeros, in one width or in one cell of twenty.
    fn is_coded(&self) -> bool {
        let all = self.digits + self.exponents == self.numbers && self.numbers > 0;
        let zeros = self.zeros > 0 && (!self.widths_differ || self.zeros * 20 >= self.present);
        all && (self.exponents > 0 || zeros)
    }

    /// The cell that made this a column of codes, where nothing else would have.
    pub(super) fn code(&self, kind: ColumnKind) -> Option<String> {
        let numbers = self.is_numeric();
        let codes = matches!(kind, ColumnKind::Categorical | ColumnKind::Identifier);
        self.first_code.clone().filter(|_| numbers && codes && self.is_coded())
    }

    fn add_word(&mut self, row: usize, (cell, word): (&str, Word)) {
        self.words += word.words;
        self.dates += usize::from(word.date);
        if word.words == 1 && cell.len() <= CODE_CHARS {
            self.codes += 1;
            self.coded_digits += usize::from(word.digits);
        }
        if self.strays.len() < STRAYS {
            let value = cell.to_owned();
            self.strays.push(Stray { row, value });
        }
    }

    /// What the column is; see [`ColumnKind`].
    pub(super) fn kind(&self, name: &str) -> ColumnKind {
        let present = self.present;
        let share = |count: usize| count as f64 / present.max(1) as f64;
        if self.distinct.count() <= 1 {
            ColumnKind::Constant
        } else if self.is_boolean() {
            ColumnKind::Boolean
        } else if self.is_identifier(name) {
            ColumnKind::Identifier
        } else if present > 0 && self.is_numeric() && !self.is_coded() {
            ColumnKind::Numeric
        } else {
            let (words, chars) = (share(self.words), share(self.chars));
            let distinct = share(self.distinct.count());
            let long = words >= TEXT_WORDS || chars >= TEXT_CHARS && words >= PHRASE.0;
            let prose = long && distinct >= TEXT_DISTINCT;
            let phrases = words >= PHRASE.0 && distinct >= PHRASE.1;
            let passages = words >= PASSAGE.0 && self.distinct.count() > PASSAGE.1;
            if (prose || phrases || passages) && share(self.dates) < NUMERIC {
                ColumnKind::Text
            } else {
                ColumnKind::Categorical
            }
        }
    }

    fn is_boolean(&self) -> bool {
        let is = |pair: &[&str; 2], value: &String| pair.iter().any(|word| word.eq_ignore_ascii_case(value));
        let two = if self.distinct.count() == 2 { self.distinct.texts() } else { Vec::new() };
        !two.is_empty() && BOOLEANS.iter().any(|pair| two.iter().all(|value| is(pair, value)))
    }

    fn is_identifier(&self, name: &str) -> bool {
        let present = self.present;
        if self.missing > 0 || present < IDENTIFIER_ROWS || self.distinct.count() < present {
            return false;
        }
        let integers = self.whole == present;
        let digits = self.coded_digits as f64 >= CODE_DIGITS * present as f64;
        let codes = self.codes + self.numbers == present && self.codes * 2 > present;
        let coded = self.is_coded();
        (integers && (coded || self.counting || names_id(name))) || (codes && digits)
    }
}

/// What is to be known of a text that is no plain number.
#[derive(Clone, Copy)]
struct Word {
    number: Option<f64>,
    chars: usize,
    words: usize,
    date: bool,
    digits: bool,
}

impl Word {
    fn of(cell: &str, decimal: Decimal) -> Self {
        Self {
            number: parse_number_as(cell, decimal),
            chars: cell.chars().count(),
            words: cell.split_whitespace().count(),
            date: is_date(cell),
            digits: cell.bytes().any(|byte| byte.is_ascii_digit()),
        }
    }
}

/// Whether a name ends in `id`, as a word of its own: `id`, `row_id`, `customerID`, not `paid`.
fn names_id(name: &str) -> bool {
    let before = name.strip_suffix("ID").or_else(|| name.strip_suffix("Id"));
    if before.is_some_and(|before| !before.ends_with(char::is_uppercase)) {
        return true;
    }
    let lower = name.to_lowercase();
    let last = lower.rsplit(|c: char| !c.is_alphanumeric()).next();
    matches!(last, Some("id" | "index"))
}

/// Whether a cell starts with an ISO date and goes on, if at all, with a time.
fn is_date(cell: &str) -> bool {
    let Some((date, rest)) = cell.split_at_checked(10) else {
        return false;
    };
    let fits = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-' || byte == b'/',
        _ => byte.is_ascii_digit(),
    };
    date.bytes().enumerate().all(fits) && (rest.is_empty() || rest.starts_with(['T', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_identifiers_and_dates() {
        for name in ["customerID", "Id", "row_id", "id", "index"] {
            assert!(names_id(name), "{name}");
        }
        for name in ["GRID", "paid", "ideal", "android"] {
            assert!(!names_id(name), "{name}");
        }
        assert!(is_date("2024-01-31") && is_date("2024/01/31 10:00") && is_date("2024-01-31T1"));
        assert!(!is_date("2024-01-3") && !is_date("7590-VHVEG") && !is_date("12345678901"));
    }
}
