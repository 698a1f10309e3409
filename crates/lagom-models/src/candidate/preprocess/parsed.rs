//! Numbers that stand in the cells of categories and texts: parts of dates, and amounts with their units.

use serde::{Deserialize, Serialize};

/// What is read from the cells of a column of categories or texts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reader {
    /// ISO dates (`2024-01-31`), with or without a time: year, month, day of the week (Monday is 1), hour, and age in days.
    Dates {
        /// Days from 1970-01-01 to the newest training cell: ages are counted from it.
        newest: f64,
    },
    /// The one number in a cell: 12 of `12 kg`, 3400 of `£3,400`.
    Amounts,
}

/// Of the cells of a column so many have to be readable, or it is none of that kind: nine in ten of dates, eight in ten of amounts.
const READABLE: (f64, f64) = (0.9, 0.8);

impl Reader {
    /// The numbers that a cell gives.
    #[must_use]
    pub fn width(&self) -> usize {
        match self {
            Self::Dates { .. } => 5,
            Self::Amounts => 1,
        }
    }

    /// The numbers of a cell; all NaN where it is missing or can't be read.
    pub(super) fn read(&self, cell: Option<&str>) -> Vec<f64> {
        let found = match (self, cell) {
            (Self::Dates { newest }, Some(cell)) => date(cell).map(|found| {
                let age = newest - found.days - found.hour / 24.0;
                vec![f64::from(found.year), f64::from(found.month), f64::from(found.weekday), found.hour, age]
            }),
            (Self::Amounts, Some(cell)) => amount(cell).map(|amount| vec![amount]),
            (_, None) => None,
        };
        found.unwrap_or_else(|| vec![f64::NAN; self.width()])
    }

    /// The reader of dates for a column with these cells; none where it holds no dates.
    pub(super) fn of_dates<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Self> {
        let (mut all, mut dates, mut newest) = (0_usize, 0_usize, f64::NEG_INFINITY);
        for cell in cells {
            all += 1;
            if let Some(found) = date(cell) {
                dates += 1;
                newest = newest.max(found.days + found.hour / 24.0);
            }
        }
        (dates > 0 && dates as f64 >= READABLE.0 * all as f64).then_some(Self::Dates { newest })
    }

    /// The reader of amounts for a column with these cells; none where it holds no amounts, or nothing else.
    pub(super) fn of_amounts<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Self> {
        let (mut all, mut amounts) = (0_usize, 0_usize);
        for cell in cells {
            all += 1;
            amounts += usize::from(amount(cell).is_some());
        }
        (amounts > 0 && amounts as f64 >= READABLE.1 * all as f64).then_some(Self::Amounts)
    }
}

/// A date and the hour of the day.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Date {
    year: i32,
    month: u8,
    /// Monday is 1.
    weekday: u8,
    /// 0 where no time stands there.
    hour: f64,
    /// Days since 1970-01-01.
    days: f64,
}

/// An ISO date, `2024-01-31` or `2024/01/31`, that may go on with a time.
fn date(cell: &str) -> Option<Date> {
    let (date, time) = cell.trim().split_at_checked(10)?;
    let mut parts = date.split(['-', '/']);
    let mut part = |digits: usize| {
        let part =
            parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<u32>().ok()
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) {
        return None;
    }
    let days = days_from_civil(i64::from(year), i64::from(month), i64::from(day));
    let weekday = ((days + 3).rem_euclid(7) + 1) as u8;
    Some(Date { year: year as i32, month: month as u8, weekday, hour: hour(time)?, days: days as f64 })
}

/// The hour of a time with its minutes as a part of it: 14.5 of `T14:30`; 0 where nothing stands there, none where it is no time.
fn hour(time: &str) -> Option<f64> {
    if time.is_empty() {
        return Some(0.0);
    }
    let time = time.strip_prefix(['T', ' '])?;
    let mut parts = time.splitn(3, ':');
    let mut two = || parts.next().and_then(|part| part.get(..2)?.parse::<u32>().ok());
    let hour = two().filter(|hour| *hour < 24)?;
    let minute = two().filter(|minute| *minute < 60).unwrap_or(0);
    Some(f64::from(hour) + f64::from(minute) / 60.0)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar (Hinnant 2013, "chrono-compatible low-level date algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The number in a cell that holds exactly one.
fn amount(cell: &str) -> Option<f64> {
    let is_inner = |text: &str, at: usize| {
        // A comma or point belongs to a number where digits stand on both sides.
        let (before, after) = (text[..at].chars().next_back(), text[at + 1..].chars().next());
        before.is_some_and(|c| c.is_ascii_digit()) && after.is_some_and(|c| c.is_ascii_digit())
    };
    let mut found: Option<(usize, usize)> = None;
    let mut open = false;
    for (at, character) in cell.char_indices() {
        let belongs = character.is_ascii_digit() || open && matches!(character, ',' | '.') && is_inner(cell, at);
        match (belongs, open) {
            (true, false) if found.is_some() => return None,
            (true, false) => (found, open) = (Some((at, at + 1)), true),
            (true, true) => found = found.map(|(start, _)| (start, at + 1)),
            (false, _) => open = false,
        }
    }
    let (start, end) = found?;
    let size = plain(&cell[start..end])?;
    let mut before = cell[..start].chars().rev();
    let minus = before.next().is_some_and(|c| matches!(c, '-' | '−'));
    let alone = before.next().is_none_or(|c| !c.is_alphanumeric());
    Some(if minus && alone { -size } else { size })
}

/// Digits with commas and points as a number: where both stand, the last one is the decimal sign; commas alone part thousands if three
/// digits follow each, and several points do, too.
fn plain(digits: &str) -> Option<f64> {
    let thousands = |sign: char| digits.split(sign).skip(1).all(|group| group.len() == 3);
    let (commas, points) = (digits.matches(',').count(), digits.matches('.').count());
    let text = match (commas, points) {
        (0, 0 | 1) => digits.to_owned(),
        (_, 0) if thousands(',') => digits.replace(',', ""),
        (1, 0) => digits.replace(',', "."),
        (0, _) if thousands('.') => digits.replace('.', ""),
        (_, 1) if digits.rfind('.') > digits.rfind(',') => digits.replace(',', ""),
        (1, _) if digits.rfind(',') > digits.rfind('.') => digits.replace('.', "").replace(',', "."),
        _ => return None,
    };
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_parts_and_an_age() {
        // Python: datetime.date(2024, 2, 29).isoweekday() == 4; (that - date(1970, 1, 1)).days == 19782
        let found = date("2024-02-29T14:30:00").expect("a date");
        assert_eq!(found, Date { year: 2024, month: 2, weekday: 4, hour: 14.5, days: 19_782.0 });
        // date(1969, 12, 31).isoweekday() == 3; date(1900, 3, 1): -25508 days.
        assert_eq!(date("1969/12/31").map(|found| (found.weekday, found.days)), Some((3, -1.0)));
        assert_eq!(date("1900-03-01").map(|found| found.days), Some(-25_508.0));
        for none in [
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-01-32",
            "20240101",
            "2024-01-01x",
            "2024-01-01T99",
            "",
            "a",
        ] {
            assert_eq!(date(none), None, "{none}");
        }
        let reader = Reader::of_dates(["2024-02-29", "2024-03-01 12:00", "2024-02-01"].into_iter()).expect("dates");
        // The newest is 2024-03-01 at noon, half a day and one after the 29th of February began.
        assert_eq!(reader.read(Some("2024-02-29")), [2024.0, 2.0, 4.0, 0.0, 1.5]);
        assert!(reader.read(None).iter().all(|value| value.is_nan()) && reader.read(Some("soon"))[0].is_nan());
        assert_eq!(Reader::of_dates(["2024-02-29", "soon"].into_iter()), None);
    }

    #[test]
    fn amounts_are_read_with_their_units() {
        for (cell, expected) in [
            ("12 kg", 12.0),
            ("£3,400", 3_400.0),
            ("3,5 l", 3.5),
            ("1.234.567 Ft", 1_234_567.0),
            ("1,234.50", 1_234.5),
            ("1.234,50", 1_234.5),
            ("-7 °C", -7.0),
            ("(5)", 5.0),
            ("99.", 99.0),
            ("0.25", 0.25),
        ] {
            assert_eq!(amount(cell), Some(expected), "{cell}");
        }
        for none in ["", "kg", "18-25", "2 of 3", "1,23,4", "1.2.3"] {
            assert_eq!(amount(none), None, "{none}");
        }
        assert_eq!(amount("COVID-19"), Some(19.0));
        assert_eq!(Reader::of_amounts(["12 kg", "9 kg", "none"].into_iter()), None);
        assert_eq!(Reader::of_amounts(["12 kg", "9 kg", "1 kg", "7 kg", "none"].into_iter()), Some(Reader::Amounts));
    }
}
