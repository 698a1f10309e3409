//! From a size, a count or a duration to text, with three digits that count.

use std::time::Duration;

const MINUTE: u64 = 60_000_000_000;
const HOUR: u64 = 60 * MINUTE;

/// Bytes for people, in powers of 1000: `0 B`, `999 B`, `1.5 kB`, `64 MB`, `1.07 GB`.
///
/// Three digits that count, trailing zeros left off; [`super::parse_bytes`] reads it back.
#[must_use]
pub fn human_bytes(bytes: u64) -> String {
    let (number, unit) = thousands(bytes, &["B", "kB", "MB", "GB", "TB"]);
    format!("{number} {unit}")
}

/// A count for people, short: `999`, `12.5k`, `790k`, `2M`, `7.62B`: thousand millions are billions, as the sizes of
/// models are written.
///
/// Three digits that count, trailing zeros left off; [`super::parse_count`] reads it back.
#[must_use]
pub fn human_count(count: u64) -> String {
    let (number, unit) = thousands(count, &["", "k", "M", "B", "T"]);
    format!("{number}{unit}")
}

/// A measured amount for people, short, with the prefixes of units: `999`, `12.5k`, `31.2G` (of operations, say).
#[must_use]
pub fn human_amount(amount: u64) -> String {
    let (number, unit) = thousands(amount, &["", "k", "M", "G", "T"]);
    format!("{number}{unit}")
}

/// A count in full, in groups of three: `12,480`.
#[must_use]
pub fn grouped_count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A duration for people: `40 ns`, `200 µs`, `5 ms`, `1.5 s`, `2 min`, `1.5 h`.
///
/// Three digits that count, trailing zeros left off; [`super::parse_duration`] reads it back.
#[must_use]
pub fn human_duration(duration: Duration) -> String {
    let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    match nanos {
        HOUR.. => format!("{} h", over(nanos, HOUR)),
        MINUTE..HOUR => format!("{} min", over(nanos, MINUTE)),
        _ => {
            let (number, unit) = thousands(nanos, &["ns", "µs", "ms", "s"]);
            format!("{number} {unit}")
        }
    }
}

/// `value` in the largest of `units`, each a thousand of the one before, that gives at least 1.
fn thousands(value: u64, units: &[&'static str]) -> (String, &'static str) {
    let mut size = 1_u64;
    let mut number = over(value, size);
    let mut names = units.iter().copied();
    let mut name = names.next().unwrap_or("");
    // Compared after rounding, so that 999,999 is 1M and not 1000k.
    while number.parse::<f64>().is_ok_and(|n| n >= 1000.0) {
        let Some(next) = names.next() else { break };
        size *= 1000;
        name = next;
        number = over(value, size);
    }
    (number, name)
}

/// `value / unit`, halves up, with three digits that count and no trailing zeros.
fn over(value: u64, unit: u64) -> String {
    let (value, unit) = (u128::from(value), u128::from(unit));
    let rounded = |decimals: usize| (2 * value * POWERS[decimals] + unit) / (2 * unit);
    let decimals = if rounded(2) < 1000 {
        2
    } else if rounded(1) < 1000 {
        1
    } else {
        0
    };
    let (whole, fraction) = (rounded(decimals) / POWERS[decimals], rounded(decimals) % POWERS[decimals]);
    if fraction == 0 {
        return whole.to_string();
    }
    format!("{whole}.{fraction:0decimals$}").trim_end_matches('0').to_owned()
}

const POWERS: [u128; 3] = [1, 10, 100];
