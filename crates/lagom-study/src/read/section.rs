//! One table of the study, its keys checked, its values read one by one.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::fault::{Faults, Wrong};
use crate::keys::{SECTIONS, heading, home, keys};
use crate::name::{either, nearest};

/// A value of the file, and where it stands.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// One table of the study; it may be absent.
#[derive(Debug)]
pub(super) struct Section<'t> {
    name: &'static str,
    at: Range<usize>,
    table: Option<&'t DeTable<'t>>,
}

impl<'t> Section<'t> {
    /// The table of that name; notes keys that it must not have, and a value that is no table.
    pub(super) fn open(root: &'t DeTable<'t>, name: &'static str, faults: &mut Faults<'_>) -> Section<'t> {
        Section::open_with(root, name, keys(name), faults)
    }

    /// As [`Section::open`], of a table whose keys a registry has.
    pub(super) fn open_with(
        root: &'t DeTable<'t>,
        name: &'static str,
        allowed: &[&str],
        faults: &mut Faults<'_>,
    ) -> Section<'t> {
        let absent = Section { name, at: 0..0, table: None };
        let Some((key, value)) = root.get_key_value(name) else {
            return absent;
        };
        let at = key.span();
        let DeValue::Table(table) = value.get_ref() else {
            let hint = format!("write `{}` on a line of its own, and its keys below", heading(name));
            faults.push(value.span(), name, wrong_type(value, "a table", hint));
            return Section { at, ..absent };
        };
        note_unknown_keys(name, table, allowed, faults);
        Section { name, at, table: Some(table) }
    }

    /// Every table of the list of tables of that name; notes what [`Section::open`] does, and what is no such list.
    pub(super) fn open_each(root: &'t DeTable<'t>, name: &'static str, faults: &mut Faults<'_>) -> Vec<Section<'t>> {
        let Some((key, value)) = root.get_key_value(name) else {
            return Vec::new();
        };
        let hint = format!("write `{}` in double brackets on a line of its own, and its keys below", heading(name));
        let DeValue::Array(list) = value.get_ref() else {
            faults.push(key.span(), name, wrong_type(value, "a list of tables", hint));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in list {
            match item.get_ref() {
                DeValue::Table(table) => {
                    note_unknown_keys(name, table, keys(name), faults);
                    sections.push(Section { name, at: item.span(), table: Some(table) });
                }
                _ => faults.push(item.span(), name, wrong_type(item, "a table", hint.as_str())),
            }
        }
        sections
    }

    /// Whether the table is there.
    pub(super) fn is_present(&self) -> bool {
        self.table.is_some()
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The value of the key.
    pub(super) fn get(&self, key: &str) -> Option<&'t Value<'t>> {
        self.table.and_then(|table| table.get(key))
    }

    /// The value of the key, read by `convert`; notes what is wrong with it. `None` if absent or wrong.
    pub(super) fn read<T>(
        &self,
        faults: &mut Faults<'_>,
        key: &str,
        convert: impl FnOnce(&Value<'t>) -> Result<T, Wrong>,
    ) -> Option<T> {
        let value = self.get(key)?;
        convert(value).map_err(|wrong| faults.push(value.span(), self.key(key), wrong)).ok()
    }

    /// Notes something wrong with the value of `key`, or with the table where the key is absent.
    pub(super) fn fault(&self, faults: &mut Faults<'_>, key: &str, wrong: Wrong) {
        let at = self.get(key).map_or_else(|| self.at.clone(), Spanned::span);
        faults.push(at, self.key(key), wrong);
    }

    /// Notes something wrong with the table itself.
    pub(super) fn fault_table(&self, faults: &mut Faults<'_>, wrong: Wrong) {
        faults.push(self.at.clone(), self.name, wrong);
    }

    /// Notes that `first` and `second` are both there and must not be; whether that is so.
    pub(super) fn exclusive(&self, faults: &mut Faults<'_>, first: &str, second: &str, hint: &str) -> bool {
        let both = self.has(first) && self.has(second);
        if both {
            self.fault(faults, second, Wrong::new(format!("`{first}` and `{second}` exclude each other"), hint));
        }
        both
    }

    fn key(&self, key: &str) -> String {
        format!("{}.{key}", self.name)
    }
}

/// Notes tables and keys at the top of the file that do not exist.
pub(super) fn check_top(root: &DeTable<'_>, faults: &mut Faults<'_>) {
    for (key, value) in root.iter().filter(|(key, _)| !SECTIONS.contains(&key.get_ref().as_ref())) {
        let name = key.get_ref();
        let tables: Vec<String> = SECTIONS.iter().map(|section| heading(section)).collect();
        let tables = format!("the tables of a study are {}", tables.join(", "));
        let wrong = if value.get_ref().is_table() || value.get_ref().is_array() {
            let hint = match nearest(SECTIONS, name) {
                Some(near) => format!("did you mean {}? {tables}", heading(near)),
                None => tables,
            };
            Wrong::new("unknown table", hint)
        } else {
            let near = home(name).map(|section| format!("`{name}` belongs in {}; ", heading(section)));
            Wrong::new("unknown key outside the tables", format!("{}{tables}", near.unwrap_or_default()))
        };
        faults.push(key.span(), name.as_ref(), wrong);
    }
}

/// The fault of a value of another type than `expected`.
pub(super) fn wrong_type(value: &Value<'_>, expected: &str, hint: impl Into<String>) -> Wrong {
    Wrong::new(format!("found {}, expected {expected}", describe(value.get_ref())), hint)
}

/// A value as it is named in a message.
fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text {:?}", text.as_ref()),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Boolean(flag) => format!("`{flag}`"),
        DeValue::Datetime(date) => format!("the date {date}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// Notes keys that a table must not have.
fn note_unknown_keys(name: &str, table: &DeTable<'_>, allowed: &[&str], faults: &mut Faults<'_>) {
    for key in table.keys().filter(|key| !allowed.contains(&key.get_ref().as_ref())) {
        let text = key.get_ref();
        faults.push(key.span(), format!("{name}.{text}"), unknown_key(name, text, allowed));
    }
}

fn unknown_key(section: &str, key: &str, known: &[&str]) -> Wrong {
    let allowed = format!("the keys of {} are {}", heading(section), known.join(", "));
    let hint = match (home(key), nearest(known, key)) {
        (Some(home), _) => format!("`{key}` belongs in {}; {allowed}", heading(home)),
        (None, Some(near)) => format!("did you mean {}? {allowed}", either(&[near])),
        (None, None) => allowed,
    };
    Wrong::new("unknown key", hint)
}
