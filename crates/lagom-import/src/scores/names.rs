//! Names, each kept once and known by a number.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Why a name was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameFault {
    /// It is not UTF-8.
    NotUtf8,
    /// There are four billion, or four gigabytes of them.
    TooMany,
}

/// Names in the order in which they came, numbered from 0. All text lies in one buffer: a table of millions of rows
/// names few things often.
#[derive(Debug, Default)]
pub(super) struct Names {
    text: String,
    ends: Vec<u32>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
    last: u32,
}

impl Names {
    /// The number of `name`, which is taken in if it is new. Looks first where rows usually go on: at the name of
    /// the row before, and at the one that followed it.
    pub(super) fn number(&mut self, name: &[u8]) -> Result<u32, NameFault> {
        let next = self.last.wrapping_add(1);
        if self.bytes(self.last) == Some(name) {
            return Ok(self.last);
        }
        if self.bytes(next) == Some(name) {
            self.last = next;
            return Ok(next);
        }
        let hash = self.hasher.hash_one(name);
        let Names { text, ends, table, hasher, .. } = self;
        if let Some(found) = table.find(hash, |number| slice(text, ends, *number) == Some(name)) {
            self.last = *found;
            return Ok(*found);
        }
        let word = std::str::from_utf8(name).map_err(|_| NameFault::NotUtf8)?;
        let number = u32::try_from(ends.len()).map_err(|_| NameFault::TooMany)?;
        let end = u32::try_from(text.len() + name.len()).map_err(|_| NameFault::TooMany)?;
        text.push_str(word);
        ends.push(end);
        table.insert_unique(hash, number, |number| hasher.hash_one(slice(text, ends, *number).unwrap_or_default()));
        self.last = number;
        Ok(number)
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The name of a number; empty for one that was never given.
    pub(super) fn get(&self, number: u32) -> &str {
        let at = number as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.ends.get(at).and_then(|end| self.text.get(start..*end as usize)).unwrap_or_default()
    }

    /// All names in order.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|at| self.get(u32::try_from(at).unwrap_or(u32::MAX)))
    }

    fn bytes(&self, number: u32) -> Option<&[u8]> {
        slice(&self.text, &self.ends, number)
    }
}

fn slice<'a>(text: &'a str, ends: &[u32], number: u32) -> Option<&'a [u8]> {
    let at = number as usize;
    let end = *ends.get(at)? as usize;
    let start = at.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| *end as usize);
    text.as_bytes().get(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_one_number_in_order_of_coming() {
        let mut names = Names::default();
        let rows = ["b", "a", "b", "", "a", "", "ab", "b"];
        let numbers: Vec<u32> = rows.iter().map(|name| names.number(name.as_bytes()).expect("a number")).collect();
        assert_eq!(numbers, [0, 1, 0, 2, 1, 2, 3, 0]);
        assert_eq!(names.all().collect::<Vec<_>>(), ["b", "a", "", "ab"]);
        assert_eq!((names.get(3), names.get(4), names.len()), ("ab", "", 4));
        assert_eq!(names.number(b"\xFF"), Err(NameFault::NotUtf8));
    }

    #[test]
    fn many_names_survive_growth() {
        let mut names = Names::default();
        let name = |i: u32| format!("q{}", i.wrapping_mul(2_654_435_761));
        for i in 0..20_000 {
            assert_eq!(names.number(name(i).as_bytes()), Ok(i));
        }
        for i in (0..20_000).rev() {
            assert_eq!(names.number(name(i).as_bytes()), Ok(i));
        }
    }
}
