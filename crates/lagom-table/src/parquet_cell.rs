//! Values of a Parquet file as the text of a cell.

use std::borrow::Cow;

use parquet::record::Field;
use serde_json::{Map, Value};

/// A time as ISO 8601, which the record interface hands over as a bare number: from nanoseconds since 1970.
pub(super) fn time(nanoseconds: i64) -> String {
    const DAY: i64 = 86_400_000_000_000;
    let (days, rest) = (nanoseconds.div_euclid(DAY), nanoseconds.rem_euclid(DAY));
    // Days to a date of the Gregorian calendar: Hinnant, chrono-compatible low-level date algorithms, `civil_from_days`.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (seconds, fraction) = (rest / 1_000_000_000, rest % 1_000_000_000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:09}") };
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{fraction}")
}

/// A value as a cell; nothing where it is bytes that are no text.
pub(super) fn spelled(field: &Field) -> Option<Cow<'_, str>> {
    Some(match field {
        Field::Null => Cow::Borrowed(""),
        Field::Str(text) => Cow::Borrowed(text),
        Field::Float(number) => Cow::Owned(number.to_string()),
        Field::Double(number) => Cow::Owned(number.to_string()),
        Field::Bytes(bytes) => Cow::Borrowed(std::str::from_utf8(bytes.data()).ok()?),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => Cow::Owned(json(field).to_string()),
        other => Cow::Owned(other.to_string()),
    })
}

/// A value with everything in it as JSON; what JSON has no form for is its text.
fn json(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(flag) => Value::Bool(*flag),
        Field::Byte(number) => Value::from(*number),
        Field::Short(number) => Value::from(*number),
        Field::Int(number) => Value::from(*number),
        Field::Long(number) => Value::from(*number),
        Field::UByte(number) => Value::from(*number),
        Field::UShort(number) => Value::from(*number),
        Field::UInt(number) => Value::from(*number),
        Field::ULong(number) => Value::from(*number),
        Field::Float(number) => Value::from(*number),
        Field::Double(number) => Value::from(*number),
        Field::Str(text) => Value::from(text.as_str()),
        Field::Bytes(bytes) => Value::from(String::from_utf8_lossy(bytes.data())),
        Field::ListInternal(list) => list.elements().iter().map(json).collect(),
        Field::Group(row) => {
            row.get_column_iter().map(|(name, field)| (name.clone(), json(field))).collect::<Map<_, _>>().into()
        }
        Field::MapInternal(map) => {
            let key = |field: &Field| match json(field) {
                Value::String(text) => text,
                other => other.to_string(),
            };
            map.entries().iter().map(|(name, field)| (key(name), json(field))).collect::<Map<_, _>>().into()
        }
        other => Value::from(other.to_string()),
    }
}

#[cfg(test)]
mod times {
    use super::time;

    #[test]
    fn nanoseconds_are_dates() {
        assert_eq!(time(0), "1970-01-01 00:00:00");
        assert_eq!(time(1_500_000_000), "1970-01-01 00:00:01.500000000");
        // 2024-02-29 is day 19,782: 54 years of 365 days, 13 leap days, 31 of January and 28 of February.
        assert_eq!(time(19_782 * 86_400_000_000_000 + 3_661_000_000_000), "2024-02-29 01:01:01");
        assert_eq!(time(-1_000_000_000), "1969-12-31 23:59:59");
    }
}
