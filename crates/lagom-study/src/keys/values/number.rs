//! Numbers within bounds.

use std::fmt::Display;
use std::ops::{Bound, RangeBounds, RangeInclusive};

use toml::de::DeValue;

use super::value::{Shape, Value, Values, Words, Written, wrong_type};
use crate::fault::Wrong;
use crate::units::grouped_count;

/// A whole number between two bounds, both included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whole<T> {
    /// The least.
    pub(crate) least: T,
    /// The most; that of 64 bits is none.
    pub(crate) most: T,
}

impl<T: Copy> Whole<T> {
    /// From the least to the most.
    pub(crate) const fn range(&self) -> RangeInclusive<T> {
        self.least..=self.most
    }
}

impl<T: Copy + Sync + Display + Into<u64>> Words for Whole<T> {
    fn expected(&self) -> String {
        match self.most.into() {
            u64::MAX => format!("a whole number from {}", self.least),
            _ => format!("a whole number from {} to {}", self.least, self.most),
        }
    }

    fn told(&self) -> String {
        match self.most.into() {
            u64::MAX => self.expected(),
            most => format!("a whole number from {} to {}", self.least, grouped_count(most)),
        }
    }

    fn shape(&self) -> Shape {
        if self.most.into() == u64::MAX { Shape::Plain } else { Shape::Ranged }
    }
}

impl<T: Copy + Sync + Display + Into<u64> + TryFrom<u64> + PartialOrd> Values for Whole<T> {
    type Read = T;

    fn read(&self, value: &Value<'_>) -> Result<T, Wrong> {
        let hint = match value.get_ref() {
            DeValue::String(_) => "write it without quotes".to_owned(),
            _ if self.most.into() == u64::MAX => format!("write {} or more", self.least),
            _ => format!("write a number from {} to {}", self.least, self.most),
        };
        let found = whole(value).and_then(|number| T::try_from(number).ok());
        let within = found.filter(|number| self.range().contains(number));
        within.ok_or_else(|| wrong_type(value, &self.expected(), hint))
    }
}

impl<T: Copy + Sync + Display + Into<u64> + TryFrom<u64> + PartialOrd> Written for Whole<T> {
    fn written(&self, value: &T) -> String {
        value.to_string()
    }
}

/// The whole number that stands there, if one does and it is not negative.
fn whole(value: &Value<'_>) -> Option<u64> {
    let DeValue::Integer(number) = value.get_ref() else {
        return None;
    };
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// A number, whole or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number {
    /// What it is called, with its article: `a share`.
    pub(crate) noun: &'static str,
    /// Where it begins.
    pub(crate) from: Bound<f64>,
    /// Where it ends.
    pub(crate) to: Bound<f64>,
    /// What to write, where another one was found.
    pub(crate) hint: &'static str,
}

impl Number {
    /// From one number to another, both included.
    pub(crate) const fn from_to(noun: &'static str, least: f64, most: f64, hint: &'static str) -> Number {
        Number { noun, from: Bound::Included(least), to: Bound::Included(most), hint }
    }

    /// Whether it is within the bounds.
    pub(crate) fn contains(&self, number: f64) -> bool {
        number.is_finite() && (self.from, self.to).contains(&number)
    }

    /// What to do about a number that is not: write it as a share where it was meant in percent.
    pub(crate) fn hint_for(&self, number: f64) -> String {
        let share = number / 100.0;
        match number >= 1.0
            && self.contains(share)
            && matches!(self.to, Bound::Included(..=1.0) | Bound::Excluded(..=1.0))
        {
            true => format!("for {number} % write {share}"),
            false => self.hint.to_owned(),
        }
    }
}

impl Words for Number {
    fn expected(&self) -> String {
        let noun = self.noun;
        match (self.from, self.to) {
            (Bound::Included(least), Bound::Included(most)) => format!("{noun} from {least} to {most}"),
            (Bound::Excluded(least), Bound::Excluded(most)) => format!("{noun} between {least} and {most}"),
            (Bound::Excluded(least), Bound::Included(most)) => format!("{noun} above {least} and at most {most}"),
            (Bound::Included(least), Bound::Excluded(most)) => format!("{noun} from {least} to below {most}"),
            (Bound::Included(least), Bound::Unbounded) => format!("{noun} from {least} up"),
            (Bound::Excluded(least), Bound::Unbounded) => format!("{noun} above {least}"),
            (Bound::Unbounded, _) => noun.to_owned(),
        }
    }

    fn shape(&self) -> Shape {
        if self.to == Bound::Unbounded { Shape::Plain } else { Shape::Ranged }
    }
}

impl Values for Number {
    type Read = f64;

    fn read(&self, value: &Value<'_>) -> Result<f64, Wrong> {
        let found = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
            DeValue::Integer(_) => whole(value).map(|number| number as f64),
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::String(_) => {
                return Err(wrong_type(value, &self.expected(), "write it without quotes, with a point: 0.05"));
            }
            _ => None,
        };
        match found {
            Some(number) if self.contains(number) => Ok(number),
            Some(number) => {
                Err(Wrong::new(format!("found {number}, expected {}", self.expected()), self.hint_for(number)))
            }
            None => Err(wrong_type(value, &self.expected(), "write it with a point: 0.05")),
        }
    }
}

impl Written for Number {
    fn written(&self, value: &f64) -> String {
        value.to_string()
    }
}

/// A share from nothing to this one: `0.02` or `"2 %"`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Percent(pub(crate) f64);

impl Words for Percent {
    fn expected(&self) -> String {
        format!("a share such as \"2 %\" or 0.02, at most {}", self.0)
    }

    fn shape(&self) -> Shape {
        Shape::Ranged
    }
}

impl Values for Percent {
    type Read = f64;

    fn read(&self, value: &Value<'_>) -> Result<f64, Wrong> {
        let wrong = || wrong_type(value, &self.expected(), "write 0 for none at all");
        let found = match value.get_ref() {
            DeValue::String(text) => {
                let percent = text.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
                percent.ok_or_else(wrong)? / 100.0
            }
            _ => Number::from_to("a share", 0.0, self.0, "").read(value).map_err(|_| wrong())?,
        };
        if (0.0..=self.0).contains(&found) { Ok(found) } else { Err(wrong()) }
    }
}

impl Written for Percent {
    fn written(&self, value: &f64) -> String {
        format!("\"{} %\"", value * 100.0)
    }
}
