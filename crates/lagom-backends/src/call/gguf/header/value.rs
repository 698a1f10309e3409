//! Values under the keys of a header, as far as anything here needs them.

use super::HeaderError;
use super::cursor::Cursor;

/// Longest text that is kept, in bytes; longer ones (chat templates) are only known to be there.
const LONGEST_TEXT: usize = 4096;
/// Longest array of numbers that is kept; no model has as many layers.
const LONGEST_ARRAY: u64 = 4096;

/// What stands under a key.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// A whole number of at least 0, or a truth value.
    Number(u64),
    /// A text; bytes that are not UTF-8 are replaced.
    Text(String),
    /// Whole numbers, one a layer.
    Numbers(Vec<u64>),
    /// An array that is not kept, with its length.
    Array(u64),
    /// Anything else.
    Other,
}

/// Width in bytes of a number of the given kind; none for texts, arrays and what is unknown.
fn width(kind: u32) -> Option<u64> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

/// Reads the value under `key`.
///
/// # Errors
/// It is cut off, or of a kind that does not exist.
pub(super) fn read(cursor: &mut Cursor<'_>, key: &str) -> Result<Value, HeaderError> {
    let reading = format!("the value of `{key}`");
    match cursor.u32(&reading)? {
        8 => {
            let text = cursor.text(LONGEST_TEXT, &reading)?;
            Ok(text.map_or(Value::Other, |bytes| Value::Text(String::from_utf8_lossy(&bytes).into_owned())))
        }
        9 => array(cursor, &reading),
        kind => number(cursor, kind, &reading),
    }
}

fn number(cursor: &mut Cursor<'_>, kind: u32, reading: &str) -> Result<Value, HeaderError> {
    let signed = |value: i64| u64::try_from(value).map_or(Value::Other, Value::Number);
    Ok(match kind {
        0 | 7 => Value::Number(u64::from(cursor.bytes::<1>(reading)?[0])),
        1 => signed(i64::from(i8::from_le_bytes(cursor.bytes(reading)?))),
        2 => Value::Number(u64::from(u16::from_le_bytes(cursor.bytes(reading)?))),
        3 => signed(i64::from(i16::from_le_bytes(cursor.bytes(reading)?))),
        4 => Value::Number(u64::from(cursor.u32(reading)?)),
        5 => signed(i64::from(i32::from_le_bytes(cursor.bytes(reading)?))),
        10 => Value::Number(cursor.u64(reading)?),
        11 => signed(i64::from_le_bytes(cursor.bytes(reading)?)),
        6 | 12 => {
            cursor.skip(width(kind).unwrap_or(8), reading)?;
            Value::Other
        }
        _ => return Err(cursor.malformed(format!("{reading} is of kind {kind}, which does not exist"))),
    })
}

fn array(cursor: &mut Cursor<'_>, reading: &str) -> Result<Value, HeaderError> {
    let kind = cursor.u32(reading)?;
    let count = cursor.u64(reading)?;
    if kind == 8 {
        // Each text has its length before it, so a wild count is found out before any is read.
        let least = count.saturating_mul(8);
        if least > cursor.rest() {
            return Err(cursor.truncated(reading, least));
        }
        for _ in 0..count {
            let length = cursor.u64(reading)?;
            cursor.skip(length, reading)?;
        }
        return Ok(Value::Array(count));
    }
    let Some(width) = width(kind) else {
        return Err(cursor.malformed(format!("{reading} is an array of kind {kind}, which does not exist")));
    };
    let needed = count.saturating_mul(width);
    if needed > cursor.rest() {
        return Err(cursor.truncated(reading, needed));
    }
    if kind == 6 || kind == 12 || count > LONGEST_ARRAY {
        return cursor.skip(needed, reading).map(|()| Value::Array(count));
    }
    let mut numbers = Vec::with_capacity(usize::try_from(count).unwrap_or(0));
    for _ in 0..count {
        match number(cursor, kind, reading)? {
            Value::Number(number) => numbers.push(number),
            _ => numbers.push(0),
        }
    }
    Ok(Value::Numbers(numbers))
}
