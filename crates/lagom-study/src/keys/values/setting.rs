//! What a lever may be set to.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeString, DeValue};

use super::choice::one_of;
use super::number::{Number, Whole};
use super::text::Flag;
use super::value::{Shape, Value, Values, Words, wrong_type};
use crate::fault::Wrong;
use crate::lever::{LeverValue, LeverValues};
use crate::name::either;

/// What a lever may be set to, as its key says it and reads it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SettingOf {
    /// What there is.
    pub(crate) values: LeverValues,
    /// What to write, where a number out of range was found.
    pub(crate) hint: &'static str,
}

impl SettingOf {
    fn number(&self, least: f64, most: f64) -> Number {
        Number::from_to("a number", least, most, self.hint)
    }

    fn columns(&self, value: &Value<'_>, words: &'static [&'static str]) -> Result<BTreeMap<String, String>, Wrong> {
        let word = words.first().copied().unwrap_or_default();
        let hint = format!("write the names of columns: {{ age = \"{word}\" }}");
        let DeValue::Table(table) = value.get_ref() else { return Err(wrong_type(value, &self.expected(), hint)) };
        if table.is_empty() {
            return Err(wrong_type(value, "at least one column", hint));
        }
        let one = |(name, value): (&Spanned<DeString<'_>>, &Value<'_>)| {
            let word = one_of(value, words, |word| word).map_err(|wrong| wrong.at(value.span()))?;
            Ok((name.get_ref().to_string(), word.to_owned()))
        };
        table.iter().map(one).collect()
    }
}

impl Words for SettingOf {
    fn expected(&self) -> String {
        match self.values {
            LeverValues::Switch => Flag.expected(),
            LeverValues::Number(least, most) => self.number(least, most).expected(),
            LeverValues::Whole(least, most) => Whole { least, most }.expected(),
            LeverValues::OneOf(words) => either(words),
            LeverValues::Columns(words) => format!("a table of columns, each with {}", either(words)),
        }
    }

    fn shape(&self) -> Shape {
        match self.values {
            LeverValues::Switch => Shape::Plain,
            LeverValues::Number(..) | LeverValues::Whole(..) => Shape::Ranged,
            LeverValues::OneOf(_) => Shape::Listed,
            LeverValues::Columns(_) => Shape::Plain,
        }
    }
}

impl Values for SettingOf {
    type Read = LeverValue;

    fn read(&self, value: &Value<'_>) -> Result<LeverValue, Wrong> {
        Ok(match self.values {
            LeverValues::Switch => LeverValue::Switch(Flag.read(value)?),
            LeverValues::Number(least, most) => LeverValue::Number(self.number(least, most).read(value)?),
            LeverValues::Whole(least, most) => LeverValue::Number(f64::from(Whole { least, most }.read(value)?)),
            LeverValues::OneOf(words) => LeverValue::Word(one_of(value, words, |word| word)?.to_owned()),
            LeverValues::Columns(words) => LeverValue::Columns(self.columns(value, words)?),
        })
    }
}
