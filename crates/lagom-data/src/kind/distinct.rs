//! How many different values a column has, exactly.

use hashbrown::HashSet;

/// Bytes of a text that is kept within its entry.
const SHORT: usize = 16;

/// The different values so far. Most are short: these are kept as they are, without a look at where they came from.
#[derive(Default)]
pub(super) struct Distinct<'a> {
    short: HashSet<u128>,
    long: HashSet<&'a str>,
    numbers: HashSet<u64>,
}

impl<'a> Distinct<'a> {
    /// A value as it is written.
    pub(super) fn add_text(&mut self, text: &'a str) {
        let mut bytes = [0; SHORT];
        match bytes.get_mut(..text.len()) {
            // Behind a short text there are zeros, so one that holds a zero itself is kept apart.
            Some(within) if !text.contains('\0') => {
                within.copy_from_slice(text.as_bytes());
                self.short.insert(u128::from_le_bytes(bytes));
            }
            _ => _ = self.long.insert(text),
        }
    }

    /// A number of a typed column.
    pub(super) fn add_number(&mut self, number: f64) {
        self.numbers.insert(number.to_bits());
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.short.len() + self.long.len() + self.numbers.len()
    }

    /// All of them, as they are written.
    pub(super) fn texts(&self) -> Vec<String> {
        let short = self
            .short
            .iter()
            .map(|bytes| String::from_utf8_lossy(&bytes.to_le_bytes()).trim_end_matches('\0').to_owned());
        let long = self.long.iter().map(|text| (*text).to_owned());
        short.chain(long).chain(self.numbers.iter().map(|bits| f64::from_bits(*bits).to_string())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_any_length_are_counted_once() {
        let long = "x".repeat(17);
        let mut distinct = Distinct::default();
        for text in ["1", "1.0", "1", "", "a\0", "a", &long[..16], &long, &long[..16], &long] {
            distinct.add_text(text);
        }
        assert_eq!(distinct.count(), 7);
        distinct.add_number(1.0);
        distinct.add_number(-0.0);
        distinct.add_number(0.0);
        assert_eq!(distinct.count(), 10);
        let mut texts = distinct.texts();
        texts.sort();
        assert_eq!(texts, ["", "-0", "0", "1", "1", "1.0", "a", "a\0", &long[..16], &long[..]]);
    }
}
