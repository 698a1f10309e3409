//! Whether the first row holds the names of the columns.

use std::collections::HashSet;

use super::missing::is_missing;
use super::number::is_number;
use super::records::{Dialect, Records, Unclosed};

/// How many rows the first one is compared with.
const SAMPLE: usize = 1000;

/// Names that are hardly ever values.
const NAMES: [&str; 26] = [
    "text",
    "label",
    "labels",
    "class",
    "category",
    "target",
    "sentence",
    "sentiment",
    "title",
    "name",
    "id",
    "y",
    "question",
    "answer",
    "review",
    "message",
    "comment",
    "date",
    "intent",
    "document",
    "source",
    "type",
    "score",
    "price",
    "input",
    "output",
];

/// What one column says about the first row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vote {
    Names,
    Row,
    Unsure,
}

/// Decides whether the first record is a header.
///
/// A number among its cells makes it a row, unless these are years or count the columns. If there is none, a named column whose cells below are
/// numbers makes it a header; else a missing value (other than in the first column, where writers
/// of row numbers leave the name out) makes it a row. Among columns of text, a first cell that
/// comes again below makes it a row; a first cell that is none of a few repeated values
/// below, or that is one or two words over cells much longer than it, speaks for a header. Where
/// nothing speaks, it is a header if one cell is a usual name such as `text` or `label`, or if all
/// are single words of letters that start with one and differ.
pub(super) fn sniff(text: &str, dialect: Dialect) -> Result<bool, Unclosed> {
    let mut records = Records::new(text, dialect);
    if !records.advance()? {
        return Ok(false);
    }
    let texts = |records: &Records<'_>| -> Vec<String> {
        records.cells.iter().map(|cell| cell.text.trim().to_owned()).collect()
    };
    let first = texts(&records);
    let missing = |cells: &[String]| cells.iter().any(|cell| is_missing(cell));
    let numbered = first.iter().any(|cell| is_number(cell));
    // A number among the cells makes it a row, unless all of them are years, or count the columns.
    let numbers = Numbers::of(&first);
    if numbered && numbers.is_none() {
        return Ok(false);
    }
    let mut below = vec![Vec::new(); first.len()];
    let mut rows = 0;
    while rows < SAMPLE && records.advance()? {
        rows += 1;
        for (cell, column) in texts(&records).into_iter().zip(&mut below) {
            if !is_missing(&cell) {
                column.push(cell);
            }
        }
    }
    if rows == 0 {
        return Ok(!numbered);
    }
    if let Some(numbers) = numbers {
        return Ok(numbers.are_names(&first, &below));
    }
    let numeric = |column: &Vec<String>| {
        let numbers = column.iter().filter(|cell| is_number(cell)).count();
        numbers > 0 && numbers * 10 >= column.len() * 9
    };
    let named = |(name, column): (&String, &Vec<String>)| !is_missing(name) && numeric(column);
    if first.iter().zip(&below).any(named) {
        return Ok(true);
    }
    if missing(first.get(1..).unwrap_or_default()) {
        return Ok(false);
    }
    let votes = first.iter().zip(&below).map(|(name, column)| vote(name, column));
    let votes: Vec<Vote> = votes.collect();
    Ok(decide(&first, &votes))
}

/// Numbers that may be names of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Numbers {
    /// Two or more different years, up or down by the same step.
    Years,
    /// Three or more numbers that count from 0 or 1.
    Positions,
}

impl Numbers {
    /// What the numbers among the cells of the first row could be, where they are nothing else.
    fn of(first: &[String]) -> Option<Self> {
        let cells: Vec<&String> = first.iter().filter(|cell| is_number(cell)).collect();
        let whole: Option<Vec<i64>> = cells.iter().map(|cell| cell.parse().ok()).collect();
        let whole = whole.filter(|whole| whole.len() > 1)?;
        let step = whole[1].checked_sub(whole[0])?;
        if !whole.windows(2).all(|pair| pair[1].checked_sub(pair[0]) == Some(step)) {
            return None;
        }
        let years = step != 0 && whole.iter().all(|year| is_year(*year));
        let counts = step == 1 && whole.len() > 2 && (0..=1).contains(&whole[0]);
        match (years, counts) {
            (true, _) => Some(Self::Years),
            (_, true) => Some(Self::Positions),
            _ => None,
        }
    }

    /// Whether they are names: years over cells that are no years, positions over cells of which some are not whole, or
    /// where there are more than three; and no other cell comes again below.
    fn are_names(self, first: &[String], below: &[Vec<String>]) -> bool {
        let columns = || first.iter().zip(below);
        let recurs = |(name, column): (&String, &Vec<String>)| {
            !is_number(name) && !is_missing(name) && (column.contains(name) || column.is_empty())
        };
        if columns().any(recurs) {
            return false;
        }
        let numbered = || columns().filter(|(name, _)| is_number(name)).map(|(_, column)| column);
        let whole = |cell: &String| cell.parse::<i64>().ok();
        match self {
            Self::Years => numbered().all(|column| {
                let years = column.iter().filter(|cell| whole(cell).is_some_and(is_year)).count();
                years * 2 < column.len()
            }),
            Self::Positions => {
                let fractions = numbered().flatten().any(|cell| whole(cell).is_none());
                let count = numbered().count();
                // Whole numbers that go on counting are rows.
                let again = numbered().all(|column| column.first().is_some_and(|cell| whole(cell).is_some()));
                fractions
                    || count > 3
                        && (!again
                            || columns().any(|(name, column)| {
                                let next = column.first().and_then(whole);
                                next.zip(whole(name)).is_some_and(|(next, name)| next < name)
                            }))
            }
        }
    }
}

fn is_year(number: i64) -> bool {
    (1500..=2200).contains(&number)
}

fn decide(first: &[String], votes: &[Vote]) -> bool {
    if votes.contains(&Vote::Row) {
        return false;
    }
    let usual = |name: &String| NAMES.contains(&name.to_lowercase().as_str());
    if votes.contains(&Vote::Names) || first.iter().any(usual) {
        return true;
    }
    let word = |name: &String| {
        name.chars().next().is_some_and(char::is_alphabetic)
            && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
    };
    let distinct = first.iter().collect::<HashSet<_>>().len() == first.len();
    first.len() > 1 && distinct && first.iter().all(word)
}

/// What a column of text says; needs four cells below to say anything but that the cell recurs.
fn vote(name: &str, column: &[String]) -> Vote {
    if column.iter().any(|cell| cell == name) {
        return Vote::Row;
    }
    if column.len() < 4 {
        return Vote::Unsure;
    }
    let distinct = column.iter().collect::<HashSet<_>>().len();
    let words = |cell: &str| cell.split_whitespace().count();
    let mean = column.iter().map(|cell| words(cell)).sum::<usize>() / column.len();
    let repeated = distinct * 4 <= column.len();
    let short = words(name) <= 2 && mean >= 3 * words(name).max(1);
    if repeated || short { Vote::Names } else { Vote::Unsure }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> bool {
        let dialect = Dialect { separator: Some(b','), quote: Some(b'"') };
        sniff(text, dialect).expect("closed quotes")
    }

    #[test]
    fn headers_are_found() {
        for text in [
            "a,b\n1,2\n",
            "text,category\nmy card,x\nyour card,y\n",
            ",title\n0,x\n1,y\n",
            "reviewer,mood\nann,good\nbob,bad\ncid,good\ndan,bad\neve,good\nfay,bad\n\
             gus,good\nhal,bad\n",
            "alpha,beta\ngamma,delta\n",
            "a,a\n1,2\n",
        ] {
            assert!(header(text), "{text}");
        }
    }

    #[test]
    fn rows_are_not_taken_for_headers() {
        for text in [
            "1,2\n3,4\n",
            "x,5\ny,6\n",
            "ham,hello there\nspam,win now\nham,where are you\n",
            "x,?\ny,z\n",
            "my card is lost,card one\nwhere is it,card two\n",
        ] {
            assert!(!header(text), "{text}");
        }
    }
}
