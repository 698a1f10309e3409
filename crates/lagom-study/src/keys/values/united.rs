//! Values with a unit: counts, sizes, durations, money, limits.

use std::time::Duration;

use toml::de::DeValue;

use super::own::Own;
use super::value::{Shape, Value, Values, Words, wrong_type};
use crate::costs::{Limit, LimitError, Unit};
use crate::fault::Wrong;
use crate::money::Money;
use crate::units::{UnitError, parse_bytes, parse_count, parse_duration};

/// An amount above 0, in quotes with its unit.
#[derive(Debug)]
pub(crate) struct United<T> {
    expected: &'static str,
    parse: fn(&str) -> Result<T, UnitError>,
    /// Whether it may stand without quotes.
    bare: bool,
}

/// Such as `4000` or `"4B"`.
pub(crate) const COUNT: United<u64> =
    United { expected: "a count such as 5000, \"50k\" or \"4B\"", parse: parse_count, bare: true };

/// Such as `"2.5 GB"`.
pub(crate) const SIZE: United<u64> = United { expected: "a size such as \"64 MB\"", parse: parse_bytes, bare: false };

/// Such as `"90 s"`.
pub(crate) const TIME: United<Duration> =
    United { expected: "a duration such as \"90 s\"", parse: parse_duration, bare: false };

impl<T> Words for United<T> {
    fn expected(&self) -> String {
        self.expected.to_owned()
    }
}

impl<T: Default + PartialEq> Values for United<T> {
    type Read = T;

    fn read(&self, value: &Value<'_>) -> Result<T, Wrong> {
        let found = united(value, self)?;
        if found == T::default() {
            let hint = format!("write {}, or leave it out", self.expected);
            return Err(wrong_type(value, "more than nothing", hint));
        }
        Ok(found)
    }
}

fn united<T>(value: &Value<'_>, kind: &United<T>) -> Result<T, Wrong> {
    let wrong = |error: UnitError| Wrong::new(error.to_string(), error.hint());
    match value.get_ref() {
        DeValue::String(text) => (kind.parse)(text).map_err(wrong),
        DeValue::Integer(number) if kind.bare && !number.as_str().starts_with('-') && number.radix() == 10 => {
            (kind.parse)(number.as_str()).map_err(wrong)
        }
        _ if kind.bare => Err(wrong_type(value, kind.expected, format!("write {}, or leave it out", kind.expected))),
        _ => Err(wrong_type(value, kind.expected, "put it in quotes, with its unit")),
    }
}

/// An amount of money with its currency, such as `"5 USD"`; it may be nothing.
pub(crate) const MONEY: Own<Money> =
    Own { expected: "an amount with its currency such as \"5 USD\"", shape: Shape::Plain, read: money };

fn money(value: &Value<'_>) -> Result<Money, Wrong> {
    let bare = |number: &str| {
        let hint = format!("an amount needs its currency: \"{number} USD\", \"{number} EUR\"");
        Err(wrong_type(value, "an amount with its currency in quotes", hint))
    };
    match value.get_ref() {
        DeValue::Integer(number) => bare(number.as_str()),
        DeValue::Float(number) => bare(number.as_str()),
        _ => united(value, &United { expected: MONEY.expected, parse: Money::parse, bare: false }),
    }
}

/// An amount of money that is more than nothing.
pub(crate) const AMOUNT: Own<Money> = Own { read: paid, ..MONEY };

fn paid(value: &Value<'_>) -> Result<Money, Wrong> {
    let found = money(value)?;
    if found.amount == 0.0 {
        return Err(Wrong::new(format!("found {found}, expected more than nothing"), "leave the key out"));
    }
    Ok(found)
}

/// A limit with its unit in quotes, such as `"64 MB"`, or `"none"`. Counts may stand without quotes.
#[derive(Debug)]
pub(crate) struct LimitOf {
    /// What it is counted in.
    pub(crate) unit: Unit,
    /// One as it may be written.
    pub(crate) example: &'static str,
}

impl Words for LimitOf {
    fn expected(&self) -> String {
        format!("a limit such as \"{}\"", self.example)
    }

    fn told(&self) -> String {
        "an amount, or `\"none\"`".to_owned()
    }
}

impl Values for LimitOf {
    type Read = Limit;

    fn read(&self, value: &Value<'_>) -> Result<Limit, Wrong> {
        let wrong = |error: LimitError| Wrong::new(error.to_string(), error.hint());
        match value.get_ref() {
            DeValue::String(text) => self.unit.limit(text).map_err(wrong),
            DeValue::Integer(number) if !number.as_str().starts_with('-') && number.radix() == 10 => {
                self.unit.limit(number.as_str()).map_err(wrong)
            }
            DeValue::Float(number) if self.unit == Unit::Number => self.unit.limit(number.as_str()).map_err(wrong),
            _ => Err(wrong_type(value, &self.expected(), "\"none\" removes the limit")),
        }
    }
}
