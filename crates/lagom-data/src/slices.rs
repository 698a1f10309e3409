//! A column whose values rows are told apart by in reports: of the file, whether or not models see it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The most values that are told apart: of more, most hold too few rows to say anything of, and a table of them is read by nobody.
pub const MOST_SLICES: usize = 50;

/// The values of one column, a code a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SliceColumn {
    /// The name of the column.
    pub name: String,
    /// Its values as they are written, in the order of their first rows; an empty one is a missing cell.
    pub values: Vec<String>,
    /// The place of each row's value among them, sealed rows included.
    pub codes: Vec<u8>,
}

impl SliceColumn {
    /// The column of these cells.
    ///
    /// # Errors
    /// The number of values, where it is more than [`MOST_SLICES`].
    pub fn of<'a>(name: &str, cells: impl Iterator<Item = &'a str>) -> Result<Self, usize> {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut found = Vec::new();
        for cell in cells {
            let next = places.len();
            found.push(*places.entry(cell.trim()).or_insert(next));
        }
        if places.len() > MOST_SLICES {
            return Err(places.len());
        }
        let mut values = vec![String::new(); places.len()];
        places.into_iter().for_each(|(value, place)| values[place] = value.to_owned());
        let codes = found.into_iter().map(|place| u8::try_from(place).unwrap_or(u8::MAX)).collect();
        Ok(Self { name: name.to_owned(), values, codes })
    }

    /// The place of a row's value; none where there is no such row.
    #[must_use]
    pub fn of_row(&self, row: u32) -> Option<usize> {
        self.codes.get(row as usize).map(|code| usize::from(*code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_apart_as_they_are_written_and_too_many_are_counted() {
        let found = SliceColumn::of("region", ["north", " south", "north", ""].into_iter()).expect("three values");
        assert_eq!((found.values.join("|"), found.codes.clone()), ("north|south|".to_owned(), vec![0, 1, 0, 2]));
        assert_eq!((found.of_row(1), found.of_row(4)), (Some(1), None));
        let many: Vec<String> = (0..10_000).map(|zip| zip.to_string()).collect();
        assert_eq!(SliceColumn::of("zip", many.iter().map(String::as_str)), Err(10_000));
        assert!(SliceColumn::of("zip", many[..50].iter().map(String::as_str)).is_ok());
    }
}
