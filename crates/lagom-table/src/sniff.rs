//! Which separator and which quoting a text uses.
//!
//! Each possible separator cuts the first [`SAMPLE`] records, with quotes heeded; the one under
//! which the most records have the same number of cells (at least two) wins. On a tie it is the one
//! that leaves the larger share of cells as numbers, then the order `,` tab `;` `|`.

use std::collections::BTreeMap;

use super::number::is_number;
use super::records::{Dialect, Records};
use super::whitespace;

/// How many records are looked at.
const SAMPLE: usize = 200;
/// The share of records with the usual number of cells below which a separator is none.
const CONSISTENT: f64 = 0.5;
const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// What cutting with a dialect gives.
#[derive(Debug, Clone, Default)]
pub(super) struct Profile {
    /// The usual number of cells in a record; on a tie the first record's.
    pub(super) cells: usize,
    /// The share of records that have so many.
    pub(super) consistency: f64,
    numeric: f64,
    quoted: Vec<usize>,
    /// How many records were cut.
    pub(super) records: usize,
    malformed: usize,
    unclosed: bool,
}

/// Cuts at most `limit` records.
fn profile(text: &str, dialect: Dialect, limit: usize) -> Profile {
    let mut records = Records::new(text, dialect);
    let mut counts = BTreeMap::<usize, usize>::new();
    let mut found = Profile::default();
    let (mut cells, mut numeric, mut first) = (0_usize, 0_usize, 0);
    while found.records < limit {
        match records.advance() {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                found.unclosed = true;
                break;
            }
        }
        let width = records.cells.len();
        if found.records == 0 {
            first = width;
        }
        found.records += 1;
        *counts.entry(width).or_default() += 1;
        found.quoted.resize(found.quoted.len().max(width), 0);
        cells += width;
        for (cell, quoted) in records.cells.iter().zip(&mut found.quoted) {
            *quoted += usize::from(cell.quoted);
            numeric += usize::from(limit <= SAMPLE && is_number(&cell.text));
        }
    }
    found.malformed = records.malformed;
    let usual = counts.iter().max_by_key(|(width, count)| (**count, **width == first));
    if let Some((width, count)) = usual {
        found.cells = *width;
        found.consistency = *count as f64 / found.records as f64;
        found.numeric = numeric as f64 / cells.max(1) as f64;
    }
    if found.unclosed {
        found.consistency *= 0.5;
    }
    found
}

/// What cutting the first records with a dialect gives.
pub(super) fn sample(text: &str, dialect: Dialect) -> Profile {
    profile(text, dialect, SAMPLE)
}

/// The separator, if any makes at least half of the first records equally long.
pub(super) fn separator(text: &str, likely: Option<u8>) -> Option<u8> {
    let mut best: Option<(u8, Profile)> = None;
    for separator in SEPARATORS {
        let found = best_profile(text, separator);
        if found.cells < 2 || found.consistency < CONSISTENT {
            continue;
        }
        if likely == Some(separator) && found.consistency > 0.99 {
            return likely;
        }
        let key = |profile: &Profile| (profile.consistency, profile.numeric);
        if best.as_ref().is_none_or(|(_, other)| key(&found) > key(other)) {
            best = Some((separator, found));
        }
    }
    best.map(|(separator, _)| separator)
}

/// Whether a separator, or runs of spaces among many numbers, cut nearly every one of the first records into equally many
/// cells.
pub(super) fn is_table(text: &str) -> bool {
    whitespace::is_aligned(text)
        || SEPARATORS.iter().any(|separator| {
            let found = best_profile(text, *separator);
            found.cells > 1 && found.consistency > 0.95
        })
}

fn best_profile(text: &str, separator: u8) -> Profile {
    let with = |quote| {
        let separator = Some(separator);
        sample(text, Dialect { separator, quote })
    };
    let (quoted, plain) = (with(Some(b'"')), with(None));
    if separator == b'\t' && plain.consistency >= quoted.consistency { plain } else { quoted }
}

/// What quotes cells, given the separator.
///
/// A double quote, except that (a) tab-separated text is unquoted unless quoting makes every record
/// equally long and leaves nothing behind a closing quote; (b) single quotes are taken where some
/// column has them round nine in ten of its cells, no cell starts with a double quote and nothing
/// stands behind a closing quote; (c) lines that are one cell are unquoted unless all are quoted.
pub(super) fn quote(text: &str, separator: Option<u8>) -> Option<u8> {
    let with = |quote, limit| profile(text, Dialect { separator, quote }, limit);
    let clean = |found: &Profile| found.malformed == 0 && !found.unclosed;
    let double = with(Some(b'"'), SAMPLE);
    let any = double.quoted.iter().any(|count| *count > 0);
    if separator == Some(b'\t') || separator.is_none() {
        let all = with(Some(b'"'), usize::MAX);
        let quoting = clean(&all) && all.consistency == 1.0;
        let enough = separator.is_some() || all.quoted.first() == Some(&all.records);
        return (quoting && enough).then_some(b'"');
    }
    if !any && !double.unclosed {
        let single = with(Some(b'\''), SAMPLE);
        let column = |count: &usize| *count * 10 >= single.records * 9;
        if clean(&single) && single.quoted.iter().any(column) {
            let all = with(Some(b'\''), usize::MAX);
            if clean(&all) && all.consistency == 1.0 {
                return Some(b'\'');
            }
        }
    }
    Some(b'"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators() {
        for (text, expected) in [
            ("a,b\n1,2\n3,4\n", Some(b',')),
            ("a;b\n1,5;2\n3,5;4\n", Some(b';')),
            ("1,5;2,3\n3,5;4,1\n", Some(b';')),
            ("1,a;b\n2,c;d\n", Some(b',')),
            ("a\tb, c\n1\t2\n", Some(b'\t')),
            ("a|b|c\n1|2|3\n", Some(b'|')),
            ("\"x;y\",b\n\"1;2\",2\n", Some(b',')),
            ("one\ntwo\n", None),
        ] {
            assert_eq!(separator(text, None), expected, "{text}");
        }
    }

    #[test]
    fn quoting() {
        assert_eq!(quote("ham\t\"Hi\" he said\nspam\tb\n", Some(b'\t')), None);
        assert_eq!(quote("a\t\"b \"\"c\"\"\"\nd\te\n", Some(b'\t')), Some(b'"'));
        assert_eq!(quote("'-1','a'\n'1','b'\n", Some(b',')), Some(b'\''));
        assert_eq!(quote("'tis,1\nit's,2\n", Some(b',')), Some(b'"'));
        assert_eq!(quote("say \"x\"\n\"y\" z\n", None), None);
    }
}
