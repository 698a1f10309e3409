//! Single values: text, lists of it, numbers, flags, one of several names.

use std::ops::RangeInclusive;

use toml::de::DeValue;

use super::section::{Value, wrong_type};
use crate::costs::{Limit, LimitError, Unit};
use crate::fault::Wrong;
use crate::name::{either, find, nearest};

/// Text that is not empty.
pub(super) fn text(value: &Value<'_>) -> Result<String, Wrong> {
    match value.get_ref() {
        DeValue::String(text) if text.trim().is_empty() => {
            Err(Wrong::new("found nothing between the quotes, expected text", "write a name, or leave the key out"))
        }
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => Err(wrong_type(value, "text", "give one name in quotes")),
        _ => Err(wrong_type(value, "text", "put it in quotes")),
    }
}

/// A list of texts; one text alone is a list of one.
pub(super) fn texts(value: &Value<'_>) -> Result<Vec<String>, Wrong> {
    match value.get_ref() {
        DeValue::Array(list) => list.iter().map(|item| text(item).map_err(|wrong| wrong.at(item.span()))).collect(),
        DeValue::String(_) => Ok(vec![text(value)?]),
        _ => Err(wrong_type(value, "text or a list of texts", "put it in quotes; a list is written [\"a\", \"b\"]")),
    }
}

/// A list of texts of which one may be empty.
pub(super) fn spellings(value: &Value<'_>) -> Result<Vec<String>, Wrong> {
    let hint = "write a list such as [\"NA\", \"?\"]; [] leaves empty cells alone as missing";
    let DeValue::Array(list) = value.get_ref() else {
        return Err(wrong_type(value, "a list of texts", hint));
    };
    let spelling = |item: &Value<'_>| match item.get_ref() {
        DeValue::String(text) => Ok(text.trim().to_owned()),
        _ => Err(wrong_type(item, "text", "put it in quotes").at(item.span())),
    };
    list.iter().map(spelling).collect()
}

/// `true` or `false`.
pub(super) fn flag(value: &Value<'_>) -> Result<bool, Wrong> {
    match value.get_ref() {
        DeValue::Boolean(flag) => Ok(*flag),
        _ => Err(wrong_type(value, "true or false", "write true or false without quotes")),
    }
}

/// Any number, whole or not.
pub(super) fn number(value: &Value<'_>) -> Result<f64, Wrong> {
    let parsed = match value.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
        DeValue::Integer(_) => whole_value(value).map(|number| number as f64),
        DeValue::Float(number) => number.as_str().parse().ok(),
        DeValue::String(_) => {
            return Err(wrong_type(value, "a number", "write it without quotes, with a point: 0.05"));
        }
        _ => None,
    };
    parsed.ok_or_else(|| wrong_type(value, "a number", "write it with a point: 0.05"))
}

/// A share between the two bounds, both included.
pub(super) fn share(value: &Value<'_>, allowed: RangeInclusive<f64>) -> Result<f64, Wrong> {
    let share = number(value)?;
    if allowed.contains(&share) {
        return Ok(share);
    }
    let message = format!("found {share}, expected a share from {} to {}", allowed.start(), allowed.end());
    let hint = if (1.0..=100.0).contains(&share) && allowed.contains(&(share / 100.0)) {
        format!("for {share} % write {}", share / 100.0)
    } else {
        "0.2 is usual: a fifth of the rows".to_owned()
    };
    Err(Wrong::new(message, hint))
}

/// A whole number between the two bounds, both included.
pub(super) fn whole(value: &Value<'_>, allowed: RangeInclusive<u64>) -> Result<u64, Wrong> {
    let (least, most) = (*allowed.start(), *allowed.end());
    let expected = match most {
        u64::MAX => format!("a whole number from {least}"),
        _ => format!("a whole number from {least} to {most}"),
    };
    let hint = match value.get_ref() {
        DeValue::String(_) => "write it without quotes".to_owned(),
        _ if most == u64::MAX => format!("write {least} or more"),
        _ => format!("write a number from {least} to {most}"),
    };
    match whole_value(value) {
        Some(number) if allowed.contains(&number) => Ok(number),
        _ => Err(wrong_type(value, &expected, hint)),
    }
}

/// The whole number that stands there, if one does and it is not negative.
fn whole_value(value: &Value<'_>) -> Option<u64> {
    let DeValue::Integer(number) = value.get_ref() else {
        return None;
    };
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// One of several names.
pub(super) fn choice<T: Copy>(value: &Value<'_>, all: &[T], name: fn(T) -> &'static str) -> Result<T, Wrong> {
    let names: Vec<&'static str> = all.iter().map(|each| name(*each)).collect();
    let DeValue::String(text) = value.get_ref() else {
        return Err(wrong_type(value, &either(&names), "put one of them in quotes"));
    };
    find(all, name, text).ok_or_else(|| {
        let hint = match nearest(&names, text) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("write one of {}", names.join(", ")),
        };
        Wrong::new(format!("found \"{text}\", expected {}", either(&names)), hint)
    })
}

/// A list of several names; one name alone is a list of one.
pub(super) fn names<T: Copy>(value: &Value<'_>, all: &[T], name: fn(T) -> &'static str) -> Result<Vec<T>, Wrong> {
    match value.get_ref() {
        DeValue::Array(list) => {
            list.iter().map(|item| choice(item, all, name).map_err(|wrong| wrong.at(item.span()))).collect()
        }
        _ => Ok(vec![choice(value, all, name)?]),
    }
}

/// A limit with its unit in quotes, such as `"64 MB"`, or `"none"`.
///
/// `expected` says so, with an example. Counts may stand without quotes.
pub(super) fn limit(value: &Value<'_>, unit: Unit, expected: &str) -> Result<Limit, Wrong> {
    let wrong = |error: LimitError| Wrong::new(error.to_string(), error.hint());
    match value.get_ref() {
        DeValue::String(text) => unit.limit(text).map_err(wrong),
        DeValue::Integer(number) if !number.as_str().starts_with('-') && number.radix() == 10 => {
            unit.limit(number.as_str()).map_err(wrong)
        }
        _ => Err(wrong_type(value, expected, "\"none\" removes the limit")),
    }
}
