//! What was guessed of columns, why, and what else it could be, in sentences.

use crate::read::{Decimal, RawTable, parse_number_as};

use super::column_profile::{ColumnKind, ColumnProfile};

/// Most columns that one remark names.
const NAMED: usize = 5;

/// One sentence for each kind of guess, with the columns it is about; columns whose kind is `told` are left out.
pub fn doubts(table: &RawTable, profiles: &[ColumnProfile], told: &dyn Fn(&str) -> bool) -> Vec<String> {
    let columns = || table.columns.iter().zip(profiles).filter(|(column, _)| !told(&column.name));
    let mut remarks = Vec::new();
    for decimal in [Decimal::Comma, Decimal::Point] {
        let unclear: Vec<(&str, &str)> = columns()
            .filter(|(_, look)| look.decimal == decimal && look.kind != ColumnKind::Text)
            .filter_map(|(column, look)| Some((column.name.as_str(), look.unclear.as_deref()?)))
            .collect();
        remarks.extend(unclear_decimals(&unclear, decimal));
    }
    let codes: Vec<(&str, &str)> =
        columns().filter_map(|(column, look)| Some((column.name.as_str(), look.code.as_deref()?))).collect();
    if let Some((name, code)) = codes.first() {
        remarks.push(format!(
            "{}: read as codes, not as numbers, since {} such as `{code}`; if they are numbers, write {} = \"numeric\" under \
             [task.columns]",
            named(&codes),
            if code.starts_with('0') { "cells start with 0" } else { "cells have an exponent without a sign" },
            key(name),
        ));
    }
    remarks
}

fn unclear_decimals(unclear: &[(&str, &str)], decimal: Decimal) -> Option<String> {
    let (_, cell) = unclear.first()?;
    let read = |decimal| parse_number_as(cell, decimal).unwrap_or(f64::NAN);
    let (other, name) = match decimal {
        Decimal::Comma => (Decimal::Point, "point"),
        Decimal::Point => (Decimal::Comma, "comma"),
    };
    Some(format!(
        "{}: nothing in the file tells whether `{cell}` is {} or {}; read as {}, for the other write decimal = \"{name}\" \
         under [task]",
        named(unclear),
        read(decimal),
        read(other),
        read(decimal),
    ))
}

fn named(columns: &[(&str, &str)]) -> String {
    let names: Vec<String> = columns.iter().take(NAMED).map(|(name, _)| format!("`{name}`")).collect();
    let more = columns.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{} {}{more}", if columns.len() == 1 { "column" } else { "columns" }, names.join(", "))
}

/// A name as a key of TOML.
fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare { name.to_owned() } else { format!("{name:?}") }
}

#[cfg(test)]
mod tests {
    use super::super::profile::profiles;
    use super::*;
    use crate::read::{ReadOptions, read};

    fn remarks(text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("data.csv");
        std::fs::write(&path, text).expect("a file");
        let table = read(&path, &ReadOptions::default()).expect("a table");
        doubts(&table, &profiles(&table, None), &|_| false)
    }

    #[test]
    fn both_readings_are_told() {
        let found = remarks("kg;part\n1,344;10E4\n2,500;1E5\n7,250;3E9\n");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("`1,344` is 1.344 or 1344; read as 1.344"), "{}", found[0]);
        assert!(found[0].contains("decimal = \"point\""), "{}", found[0]);
        assert!(found[1].contains("column `part`") && found[1].contains("part = \"numeric\""), "{}", found[1]);
        assert!(remarks("a,b\n1.5,2\n2.5,3\n").is_empty());
    }
}
