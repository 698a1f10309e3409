//! A value of the file, and what a kind of values has to say of itself.

use toml::Spanned;
use toml::de::DeValue;

use crate::fault::Wrong;

/// A value of the file, and where it stands.
pub(crate) type Value<'t> = Spanned<DeValue<'t>>;

/// What kind of values there are behind a key, in words.
pub(crate) trait Words: Sync {
    /// As it stands behind "expected": `a whole number from 2 to 100`.
    fn expected(&self) -> String;

    /// As the reference has it, in Markdown.
    fn told(&self) -> String {
        self.expected()
    }

    /// What has to be said of it beside an example.
    fn shape(&self) -> Shape {
        Shape::Plain
    }
}

/// How much an example says of a kind of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Everything: a text, a flag, a number without end.
    Plain,
    /// Not which others there are.
    Listed,
    /// Not from where to where they go.
    Ranged,
}

/// A kind of values that is read without knowing anything else of the study.
pub(crate) trait Values: Words {
    /// What it is read to.
    type Read;

    /// Reads a value of the file.
    ///
    /// # Errors
    /// It is of another type, out of range, or makes no sense.
    fn read(&self, value: &Value<'_>) -> Result<Self::Read, Wrong>;
}

/// A kind of values that can be written as TOML.
pub(crate) trait Written: Values {
    /// As it stands in a study.
    fn written(&self, value: &Self::Read) -> String;
}

/// The fault of a value of another type than `expected`.
pub(crate) fn wrong_type(value: &Value<'_>, expected: &str, hint: impl Into<String>) -> Wrong {
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
