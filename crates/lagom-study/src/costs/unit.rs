//! What costs are counted in, and amounts as people write them.

use std::fmt;
use std::time::Duration;

use super::limits::{Limit, LimitError};
use crate::money::Money;
use crate::units::{UnitError, human_bytes, human_count, human_duration, parse_bytes, parse_count, parse_duration};

/// What a cost is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things that are counted, such as parameters.
    Count,
    /// Bytes.
    Bytes,
    /// Seconds.
    Time,
    /// Units of the currency of the prices.
    Money,
}

/// An amount of a cost, such as a limit.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// So many.
    Count(u64),
    /// So many bytes.
    Bytes(u64),
    /// So long.
    Time(Duration),
    /// So much money.
    Money(Money),
}

impl Unit {
    /// A limit in this unit as it is shown where one is expected.
    #[must_use]
    pub fn example(self) -> &'static str {
        match self {
            Unit::Count => "50k",
            Unit::Bytes => "64 MB",
            Unit::Time => "5 ms",
            Unit::Money => "2 USD",
        }
    }

    /// Reads a limit, such as `64 MB`, or `none`.
    ///
    /// # Errors
    /// The text is no amount in this unit, or nothing.
    pub fn limit(self, text: &str) -> Result<Limit, LimitError> {
        if text.trim() == "none" {
            return Ok(Limit::Off);
        }
        match self.read(text)? {
            most if most.value() == 0.0 => Err(LimitError::Zero { found: text.to_owned() }),
            most => Ok(Limit::AtMost(most)),
        }
    }

    /// Reads an amount, such as `64 MB`.
    ///
    /// # Errors
    /// The text is no amount in this unit.
    pub fn read(self, text: &str) -> Result<Amount, UnitError> {
        Ok(match self {
            Unit::Count => Amount::Count(parse_count(text)?),
            Unit::Bytes => Amount::Bytes(parse_bytes(text)?),
            Unit::Time => Amount::Time(parse_duration(text)?),
            Unit::Money => Amount::Money(Money::parse(text)?),
        })
    }

    /// The amount of this number; money is of no currency. None for what is no amount.
    #[must_use]
    pub fn amount(self, number: f64) -> Option<Amount> {
        Some(match self {
            Unit::Count => Amount::Count(whole(number)?),
            Unit::Bytes => Amount::Bytes(whole(number)?),
            Unit::Time => Amount::Time(Duration::try_from_secs_f64(number).ok()?),
            Unit::Money if number.is_finite() && number >= 0.0 => {
                Amount::Money(Money { amount: number, currency: String::new() })
            }
            Unit::Money => return None,
        })
    }
}

impl Amount {
    /// The number that it comes to: a count, bytes, seconds or money.
    #[must_use]
    pub fn value(&self) -> f64 {
        match self {
            Amount::Count(number) | Amount::Bytes(number) => *number as f64,
            Amount::Time(time) => time.as_secs_f64(),
            Amount::Money(money) => money.amount,
        }
    }
}

/// The whole number that this is, if it is one that a number of 64 bits holds exactly.
fn whole(number: f64) -> Option<u64> {
    (number >= 0.0 && number <= 2_f64.powi(53) && number.fract() == 0.0).then_some(number as u64)
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Amount::Count(number) => f.write_str(&human_count(*number)),
            Amount::Bytes(number) => f.write_str(&human_bytes(*number)),
            Amount::Time(time) => f.write_str(&human_duration(*time)),
            Amount::Money(money) => money.fmt(f),
        }
    }
}
