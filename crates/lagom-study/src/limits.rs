//! What deployment allows: limits, and the cost by which candidates are ordered.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::money::Money;
use super::name::find;
use super::units::{UnitError, parse_bytes, parse_count, parse_duration};

/// The most a model may cost to be taken; `None` is no limit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Limits {
    /// The most parameters.
    pub parameters: Option<u64>,
    /// The largest file, in bytes.
    pub bytes: Option<u64>,
    /// The most memory that the model adds to the process that uses it, in bytes.
    pub memory: Option<u64>,
    /// The longest time for one prediction, at the 95th percentile, on the machine that runs lagom.
    pub latency_p95: Option<Duration>,
    /// The most money for 1,000 answers; what is trained here costs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Money>,
}

/// One limit as it is given in a study or on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit<T> {
    /// No limit, whatever the profile says: written `none`.
    Off,
    /// At most this much.
    AtMost(T),
}

impl<T> Limit<T> {
    /// The limit as a value of [`Limits`]: `None` is no limit.
    #[must_use]
    pub fn into_option(self) -> Option<T> {
        match self {
            Limit::Off => None,
            Limit::AtMost(most) => Some(most),
        }
    }

    fn read(text: &str, parse: impl Fn(&str) -> Result<T, UnitError>, zero: T) -> Result<Limit<T>, LimitError>
    where
        T: PartialEq,
    {
        if text.trim() == "none" {
            return Ok(Limit::Off);
        }
        match parse(text)? {
            most if most == zero => Err(LimitError::Zero { found: text.to_owned() }),
            most => Ok(Limit::AtMost(most)),
        }
    }
}

impl Limit<u64> {
    /// A limit on a count, such as `50k`, or `none`.
    ///
    /// # Errors
    /// The text is no count, or zero.
    pub fn count(text: &str) -> Result<Limit<u64>, LimitError> {
        Limit::read(text, parse_count, 0)
    }

    /// A limit on a size in bytes, such as `64 MB`, or `none`.
    ///
    /// # Errors
    /// The text is no size, or zero.
    pub fn bytes(text: &str) -> Result<Limit<u64>, LimitError> {
        Limit::read(text, parse_bytes, 0)
    }
}

impl Limit<Duration> {
    /// A limit on a duration, such as `5 ms`, or `none`.
    ///
    /// # Errors
    /// The text is no duration, or zero.
    pub fn duration(text: &str) -> Result<Limit<Duration>, LimitError> {
        Limit::read(text, parse_duration, Duration::ZERO)
    }
}

impl Limit<Money> {
    /// A limit on the money for 1,000 answers, such as `2 USD`, or `none`.
    ///
    /// # Errors
    /// The text is no amount with its currency, or zero.
    pub fn money(text: &str) -> Result<Limit<Money>, LimitError> {
        if text.trim() == "none" {
            return Ok(Limit::Off);
        }
        match Money::parse(text)? {
            most if most.amount == 0.0 => Err(LimitError::Zero { found: text.to_owned() }),
            most => Ok(Limit::AtMost(most)),
        }
    }
}

/// Why a limit could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
}

impl LimitError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            LimitError::Unit(unit) => format!("{}; \"none\" removes the limit", unit.hint()),
            LimitError::Zero { .. } => "no model is that small; \"none\" removes the limit".to_owned(),
        }
    }
}

/// What "smallest" means: the cost by which candidates are ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SmallestBy {
    /// The number of parameters.
    #[default]
    Parameters,
    /// The size of the file, in bytes.
    Bytes,
    /// The time for one prediction, at the 95th percentile.
    Latency,
    /// The memory that the model adds to a process, in bytes.
    Memory,
    /// The money for 1,000 answers.
    Cost,
}

impl SmallestBy {
    /// Every cost there is.
    pub const ALL: [SmallestBy; 5] =
        [SmallestBy::Parameters, SmallestBy::Bytes, SmallestBy::Latency, SmallestBy::Memory, SmallestBy::Cost];

    /// The name in `study.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SmallestBy::Parameters => "parameters",
            SmallestBy::Bytes => "bytes",
            SmallestBy::Latency => "latency",
            SmallestBy::Memory => "memory",
            SmallestBy::Cost => "cost",
        }
    }

    /// The cost of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<SmallestBy> {
        find(&SmallestBy::ALL, SmallestBy::name, name)
    }
}
