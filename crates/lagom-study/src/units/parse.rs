//! From text to a size, a count or a duration.

use std::time::Duration;

use super::number::Decimal;

/// Why a size, a count or a duration could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// No number stands at the beginning.
    #[error("found `{found}`, expected {expected}")]
    NoNumber {
        /// The text as it was written.
        found: String,
        /// What is expected, in words.
        expected: &'static str,
    },
    /// A number without a unit where one is needed.
    #[error("`{found}` has no unit")]
    NoUnit {
        /// The text as it was written.
        found: String,
        /// What to write instead.
        hint: String,
    },
    /// The unit is none of those known.
    #[error("unknown unit `{unit}` in `{found}`")]
    UnknownUnit {
        /// The text as it was written.
        found: String,
        /// What stands after the number.
        unit: String,
        /// What to write instead.
        hint: String,
    },
    /// A count that is not whole.
    #[error("`{found}` is not a whole number")]
    NotWhole {
        /// The text as it was written.
        found: String,
    },
    /// The value is beyond 64 bits.
    #[error("`{found}` is larger than anything lagom can measure")]
    TooLarge {
        /// The text as it was written.
        found: String,
    },
}

impl UnitError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            UnitError::NoNumber { expected, .. } => format!("write {expected}"),
            UnitError::NoUnit { hint, .. } | UnitError::UnknownUnit { hint, .. } => hint.clone(),
            UnitError::NotWhole { .. } => "write it with fewer decimals or a smaller unit".to_owned(),
            UnitError::TooLarge { .. } => "write a smaller value".to_owned(),
        }
    }
}

/// A unit: how it is written (compared without case) and how many of the smallest unit it is.
type Unit = (&'static str, u64);

const BYTES: &str = "a size such as \"512 kB\", \"64 MB\" or \"1 GiB\"";
const COUNT: &str = "a count such as 5000, \"50k\" or \"2M\"";
const AMOUNT: &str = "an amount such as 7B, 1.4T or 5.8e23";
const NUMBER: &str = "a number such as 0.05";
const DURATION: &str = "a duration such as \"200 us\", \"5 ms\" or \"1 s\"";

const BYTE_UNITS: &[Unit] = &[
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("k", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
];

const COUNT_UNITS: &[Unit] =
    &[("", 1), ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("B", 1_000_000_000), ("T", 1_000_000_000_000)];

const DURATION_UNITS: &[Unit] = &[
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000), // micro sign
    ("μs", 1_000), // Greek mu
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// A size in bytes: `64 MB`, `512kB`, `1 GiB`, `0.5 M`. Case and the space do not matter.
///
/// Fractions of a byte are rounded (`0.1 GiB`).
/// # Errors
/// No number, no unit or an unknown one, or more than 64 bits hold.
pub fn parse_bytes(text: &str) -> Result<u64, UnitError> {
    let (number, unit) = split(text, BYTES)?;
    if unit.is_empty() {
        let hint = format!("write `{} B` for bytes, or `{} MB` if that was meant", text.trim(), text.trim());
        return Err(UnitError::NoUnit { found: text.to_owned(), hint });
    }
    let factor = find(BYTE_UNITS, unit).ok_or_else(|| UnitError::UnknownUnit {
        found: text.to_owned(),
        unit: unit.to_owned(),
        hint: "units of size are B, kB, MB, GB, TB and KiB, MiB, GiB, TiB".to_owned(),
    })?;
    Ok(times(number, factor, text)?.value)
}

/// A count: `5000`, `50k`, `2M`, `1.5e6`, `7B`. Case and the space do not matter.
///
/// # Errors
/// No number, an unknown unit, not a whole number, or more than 64 bits hold.
pub fn parse_count(text: &str) -> Result<u64, UnitError> {
    let (number, unit) = split(text, COUNT)?;
    let factor = find(COUNT_UNITS, unit).ok_or_else(|| unknown_count_unit(text, unit))?;
    let whole = times(number, factor, text)?;
    if !whole.exact {
        return Err(UnitError::NotWhole { found: text.to_owned() });
    }
    Ok(whole.value)
}

/// A large amount that nobody counts one by one, such as tokens or floating-point operations: `7B`,
/// `1.4T`, `5.76e23`, `0.5M`. Units as in [`parse_count`]; need not be whole. Case and the space do not matter.
///
/// # Errors
/// No number, an unknown unit, or beyond the range of `f64`.
pub fn parse_amount(text: &str) -> Result<f64, UnitError> {
    let (number, unit) = split(text, AMOUNT)?;
    let factor = find(COUNT_UNITS, unit).ok_or_else(|| unknown_count_unit(text, unit))?;
    let value = number.nearest() * factor as f64;
    if value.is_finite() { Ok(value) } else { Err(UnitError::TooLarge { found: text.to_owned() }) }
}

fn unknown_count_unit(text: &str, unit: &str) -> UnitError {
    UnitError::UnknownUnit {
        found: text.to_owned(),
        unit: unit.to_owned(),
        hint: "write k for thousands, M for millions, G or B for thousands of millions".to_owned(),
    }
}

/// A number that has no unit: `0.05`, `5e-2`.
///
/// # Errors
/// No number, anything behind it, or beyond the range of `f64`.
pub fn parse_number(text: &str) -> Result<f64, UnitError> {
    let (number, unit) = split(text, NUMBER)?;
    if !unit.is_empty() {
        let hint = "write the number alone, such as 0.05: it is in units of the metric".to_owned();
        return Err(UnitError::UnknownUnit { found: text.to_owned(), unit: unit.to_owned(), hint });
    }
    let value = number.nearest();
    if value.is_finite() { Ok(value) } else { Err(UnitError::TooLarge { found: text.to_owned() }) }
}

/// A duration: `200 us`, `5 ms`, `1.5 s`, `2 min`. Case and the space do not matter.
///
/// Fractions of a nanosecond are rounded.
/// # Errors
/// No number, no unit or an unknown one, or more than 64 bits of nanoseconds (584 years).
pub fn parse_duration(text: &str) -> Result<Duration, UnitError> {
    let (number, unit) = split(text, DURATION)?;
    if unit.is_empty() {
        let hint = format!("write `{} ms` for milliseconds, or `{} s` for seconds", text.trim(), text.trim());
        return Err(UnitError::NoUnit { found: text.to_owned(), hint });
    }
    let factor = find(DURATION_UNITS, unit).ok_or_else(|| {
        let hint = match unit {
            "m" | "M" => "write `min` for minutes or `ms` for milliseconds",
            _ => "units of time are ns, us, ms, s, min and h",
        };
        UnitError::UnknownUnit { found: text.to_owned(), unit: unit.to_owned(), hint: hint.to_owned() }
    })?;
    Ok(Duration::from_nanos(times(number, factor, text)?.value))
}

fn split<'a>(text: &'a str, expected: &'static str) -> Result<(Decimal, &'a str), UnitError> {
    let (number, rest) =
        Decimal::lead(text.trim()).ok_or_else(|| UnitError::NoNumber { found: text.to_owned(), expected })?;
    Ok((number, rest.trim_start()))
}

fn find(units: &[Unit], unit: &str) -> Option<u64> {
    units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).map(|(_, factor)| *factor)
}

fn times(number: Decimal, factor: u64, text: &str) -> Result<super::number::Whole, UnitError> {
    number.times(factor).ok_or_else(|| UnitError::TooLarge { found: text.to_owned() })
}
