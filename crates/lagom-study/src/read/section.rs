//! One table of the study, its keys checked, its values read one by one.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::family::Registries;
use crate::fault::{Faults, Wrong};
use crate::keys::values::{Value, Values, wrong_type};
use crate::keys::{Constant, Key, TABLES, heading, hint_for_key, hint_for_table, names};

/// One table of the study; it may be absent.
#[derive(Debug)]
pub(super) struct Section<'t> {
    name: &'static str,
    at: Range<usize>,
    table: Option<&'t DeTable<'t>>,
}

impl<'t> Section<'t> {
    /// The table of that name; notes keys that it must not have, and a value that is no table.
    pub(super) fn open(
        root: &'t DeTable<'t>,
        name: &'static str,
        registries: &Registries,
        faults: &mut Faults<'_>,
    ) -> Section<'t> {
        let Some((key, value)) = root.get_key_value(name) else {
            return Section { name, at: 0..0, table: None };
        };
        let hint = format!("write `{}` on a line of its own, and its keys below", heading(name));
        Section { at: key.span(), ..Section::of(value, name, &hint, registries, faults) }
    }

    /// Every table of the list of tables of that name; notes what [`Section::open`] does, and what is no such list.
    pub(super) fn open_each(
        root: &'t DeTable<'t>,
        name: &'static str,
        registries: &Registries,
        faults: &mut Faults<'_>,
    ) -> Vec<Section<'t>> {
        let Some((key, value)) = root.get_key_value(name) else {
            return Vec::new();
        };
        let hint = format!("write `{}` in double brackets on a line of its own, and its keys below", heading(name));
        let DeValue::Array(list) = value.get_ref() else {
            faults.push(key.span(), name, wrong_type(value, "a list of tables", hint));
            return Vec::new();
        };
        let sections = list.iter().map(|item| Section::of(item, name, &hint, registries, faults));
        sections.filter(Section::is_present).collect()
    }

    /// The table that `value` is; absent where it is none, which is noted with this `hint`.
    pub(super) fn of(
        value: &'t Value<'t>,
        name: &'static str,
        hint: &str,
        registries: &Registries,
        faults: &mut Faults<'_>,
    ) -> Section<'t> {
        let table = match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => {
                faults.push(value.span(), name, wrong_type(value, "a table", hint));
                None
            }
        };
        let known = names(name, registries);
        for key in table.into_iter().flat_map(DeTable::keys).filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let text = key.get_ref();
            let wrong = Wrong::new("unknown key", hint_for_key(name, text, registries));
            faults.push(key.span(), format!("{name}.{text}"), wrong);
        }
        Section { name, at: value.span(), table }
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

    /// The value of the key; notes what is wrong with it. `None` if absent or wrong.
    pub(super) fn read<V: Values, D>(&self, faults: &mut Faults<'_>, key: &Key<V, D>) -> Option<V::Read> {
        self.read_with(faults, key.name, |value| key.values.read(value))
    }

    /// As [`Section::read`]; what holds without the key if it is absent or wrong.
    pub(super) fn value<V: Values, D: Constant<V>>(&self, faults: &mut Faults<'_>, key: &Key<V, D>) -> V::Read {
        self.read(faults, key).unwrap_or_else(|| key.default.value())
    }

    /// As [`Section::read`], where only the rest of the study makes sense of the value.
    pub(super) fn read_with<T>(
        &self,
        faults: &mut Faults<'_>,
        key: &str,
        convert: impl FnOnce(&'t Value<'t>) -> Result<T, Wrong>,
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
pub(super) fn check_top(root: &DeTable<'_>, registries: &Registries, faults: &mut Faults<'_>) {
    let known = TABLES.map(|table| table.name);
    for (key, value) in root.iter().filter(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
        let is_table = value.get_ref().is_table() || value.get_ref().is_array();
        let message = if is_table { "unknown table" } else { "unknown key outside the tables" };
        let wrong = Wrong::new(message, hint_for_table(key.get_ref(), is_table, registries));
        faults.push(key.span(), key.get_ref().as_ref(), wrong);
    }
}
