//! Single values with a unit or a sign: counts, sizes, durations, money, amounts.

use std::ops::RangeInclusive;
use std::time::Duration;

use toml::de::DeValue;

use super::section::{Value, wrong_type};
use super::value::{number, whole};
use crate::fault::Wrong;
use crate::money::Money;
use crate::units::{UnitError, parse_bytes, parse_count, parse_duration};

/// A whole number of 32 bits between the two bounds, both included.
pub(super) fn small(value: &Value<'_>, allowed: RangeInclusive<u64>) -> Result<u32, Wrong> {
    whole(value, allowed).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
}

/// A count above 0, such as `4000` or `"4B"`.
pub(super) fn count(value: &Value<'_>) -> Result<u64, Wrong> {
    let expected = "a count such as 5000, \"50k\" or \"4B\"";
    more_than_nothing(united(value, parse_count, expected, true)?, value, expected)
}

/// A size above 0, such as `"2.5 GB"`.
pub(super) fn size(value: &Value<'_>) -> Result<u64, Wrong> {
    let expected = "a size such as \"64 MB\"";
    more_than_nothing(united(value, parse_bytes, expected, false)?, value, expected)
}

/// A duration above 0, such as `"90 s"`.
pub(super) fn duration(value: &Value<'_>) -> Result<Duration, Wrong> {
    let expected = "a duration such as \"90 s\"";
    more_than_nothing(united(value, parse_duration, expected, false)?, value, expected)
}

/// An amount of money with its currency, such as `"5 USD"`; it may be nothing.
pub(super) fn money(value: &Value<'_>) -> Result<Money, Wrong> {
    match value.get_ref() {
        DeValue::Integer(number) => Err(bare(value, number.as_str())),
        DeValue::Float(number) => Err(bare(value, number.as_str())),
        _ => united(value, Money::parse, "an amount with its currency such as \"5 USD\"", false),
    }
}

/// A number from 0 up, whole or not.
pub(super) fn amount(value: &Value<'_>) -> Result<f64, Wrong> {
    let amount = number(value)?;
    if amount.is_finite() && amount >= 0.0 {
        return Ok(amount);
    }
    Err(wrong_type(value, "a number from 0 up", "write 0 for nothing"))
}

/// A number between the two bounds, both included.
pub(super) fn within(value: &Value<'_>, allowed: RangeInclusive<f64>, usual: &str) -> Result<f64, Wrong> {
    let found = number(value)?;
    if allowed.contains(&found) {
        return Ok(found);
    }
    Err(wrong_type(value, &format!("a number from {} to {}", allowed.start(), allowed.end()), usual))
}

fn bare(value: &Value<'_>, number: &str) -> Wrong {
    let hint = format!("an amount needs its currency: \"{number} USD\", \"{number} EUR\"");
    wrong_type(value, "an amount with its currency in quotes", hint)
}

fn united<T>(
    value: &Value<'_>,
    parse: fn(&str) -> Result<T, UnitError>,
    expected: &str,
    bare: bool,
) -> Result<T, Wrong> {
    let wrong = |error: UnitError| Wrong::new(error.to_string(), error.hint());
    match value.get_ref() {
        DeValue::String(text) => parse(text).map_err(wrong),
        DeValue::Integer(number) if bare && !number.as_str().starts_with('-') && number.radix() == 10 => {
            parse(number.as_str()).map_err(wrong)
        }
        _ => Err(wrong_type(value, expected, "put it in quotes, with its unit")),
    }
}

fn more_than_nothing<T: Default + PartialEq>(found: T, value: &Value<'_>, expected: &str) -> Result<T, Wrong> {
    if found == T::default() {
        return Err(wrong_type(value, "more than nothing", format!("write {expected}, or leave it out")));
    }
    Ok(found)
}
