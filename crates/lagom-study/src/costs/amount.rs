//! Amounts of costs as people write them, and limits of them.

use std::fmt;
use std::time::Duration;

use super::unit::Unit;
use crate::money::Money;
use crate::prices::Prices;
use crate::units::{
    UnitError, human_bytes, human_count, human_duration, parse_bytes, parse_count, parse_duration, parse_number,
};

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
    /// This number.
    Number(f64),
}

/// One limit as it is given in a study or on the command line.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit {
    /// No limit, whatever the profile says: written `none`.
    Off,
    /// At most this much.
    AtMost(Amount),
}

impl Unit {
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
            Unit::Number => Amount::Number(parse_number(text)?),
            Unit::CpuTime => match (parse_duration(text), Money::parse(text)) {
                (Ok(time), _) => Amount::Time(time),
                (Err(_), Ok(money)) => Amount::Money(money),
                (Err(error), Err(_)) => return Err(error),
            },
        })
    }

    /// A limit in this unit itself: where money limits CPU time, the time that it pays for.
    ///
    /// # Errors
    /// There is no price of CPU time, or it is in another currency.
    pub fn settle(self, limit: Limit, prices: &Prices) -> Result<Limit, LimitError> {
        let (Unit::CpuTime, Limit::AtMost(Amount::Money(money))) = (self, &limit) else { return Ok(limit) };
        let price = prices.cpu_hour.as_ref().ok_or_else(|| LimitError::NoPrice { found: money.clone() })?;
        if price.currency != money.currency {
            return Err(LimitError::Currency { found: money.clone(), price: price.clone() });
        }
        let time = prices.cpu_time(money).filter(|time| !time.is_zero());
        let time = time.ok_or_else(|| LimitError::OutOfReach { found: money.clone(), price: price.clone() })?;
        Ok(Limit::AtMost(Amount::Time(time)))
    }

    /// The amount of this number; money is of no currency. None for what is no amount.
    #[must_use]
    pub fn amount(self, number: f64) -> Option<Amount> {
        Some(match self {
            Unit::Count => Amount::Count(whole(number)?),
            Unit::Bytes => Amount::Bytes(whole(number)?),
            Unit::Time | Unit::CpuTime => Amount::Time(Duration::try_from_secs_f64(number).ok()?),
            Unit::Money if number.is_finite() && number >= 0.0 => {
                Amount::Money(Money { amount: number, currency: String::new() })
            }
            Unit::Number if number.is_finite() && number >= 0.0 => Amount::Number(number),
            Unit::Money | Unit::Number => return None,
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
            Amount::Number(number) => *number,
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
            Amount::Number(number) => number.fmt(f),
        }
    }
}

/// Why a limit could not be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LimitError {
    /// No count, size or duration.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// A limit of nothing.
    #[error("found `{found}`, expected more than nothing")]
    Zero {
        /// The text as it was written.
        found: String,
    },
    /// Money for CPU time that has no price.
    #[error("found {found}, and the study names no price of CPU time")]
    NoPrice {
        /// The limit.
        found: Money,
    },
    /// Money in another currency than the price of CPU time.
    #[error("found {found}, and CPU time is priced at {price} an hour: amounts must be in one currency")]
    Currency {
        /// The limit.
        found: Money,
        /// What an hour costs.
        price: Money,
    },
    /// Money for less or more CPU time than can be counted.
    #[error("found {found}, which at {price} an hour pays for no CPU time that can be counted")]
    OutOfReach {
        /// The limit.
        found: Money,
        /// What an hour costs.
        price: Money,
    },
}

impl LimitError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            LimitError::Unit(unit) => format!("{}; \"none\" removes the limit", unit.hint()),
            LimitError::NoPrice { .. } => {
                "add cpu-hour = \"0.04 USD\" under [prices], or write CPU time such as \"10 min\"".to_owned()
            }
            LimitError::Currency { price, .. } => format!("convert it to {}", price.currency),
            LimitError::OutOfReach { .. } => "write CPU time such as \"10 min\"".to_owned(),
            LimitError::Zero { .. } => "no model is that small; \"none\" removes the limit".to_owned(),
        }
    }
}
