//! What is done to a file: bytes, cuts, numbers, lengths, marks, lines, nesting.

use crate::support::Dice;

/// One kind of harm.
#[derive(Clone, Copy, Debug)]
enum Harm {
    /// Some bytes are others.
    Bytes,
    /// The end is missing.
    Cut,
    /// A stretch stands there twice, or is missing, or two have changed places.
    Stretch,
    /// A number is an extreme one.
    Number,
    /// Some bytes in a row are a huge length.
    Length,
    /// Bytes that are no UTF-8, or NUL.
    NoText,
    /// A mark such as a quote is another one.
    Mark,
    /// Brackets within brackets.
    Nested,
    /// A word is an odd one.
    Word,
    /// A line stands there twice or a thousand times, or is missing, or two have changed places.
    Line,
    /// Lines end otherwise, or the encoding is another one.
    Ends,
    /// A cell without end.
    Long,
    /// Nothing is left.
    Empty,
}

/// Those that leave much of the file as it was are drawn more often: they come further in.
const DRAWN: [Harm; 24] = [
    Harm::Bytes,
    Harm::Bytes,
    Harm::Bytes,
    Harm::Cut,
    Harm::Stretch,
    Harm::Stretch,
    Harm::Number,
    Harm::Number,
    Harm::Number,
    Harm::Number,
    Harm::Number,
    Harm::Length,
    Harm::Length,
    Harm::Length,
    Harm::NoText,
    Harm::Mark,
    Harm::Mark,
    Harm::Nested,
    Harm::Word,
    Harm::Word,
    Harm::Line,
    Harm::Ends,
    Harm::Long,
    Harm::Empty,
];

/// Neither `NaN` nor `inf`, which are how Rust writes such a number: where these stand in an answer, they were worked out.
const NUMBERS: [&str; 36] = [
    "1e400",
    "-1e400",
    "1e308",
    "-1.7976931348623157e308",
    "1e-400",
    "5e-324",
    "1e39",
    "1e20",
    "-0",
    "-0.0",
    "0",
    "-1",
    "18446744073709551616",
    "18446744073709551615",
    "9223372036854775808",
    "-9223372036854775809",
    "4294967296",
    "4294967295",
    "2147483648",
    "1000000000",
    "999999999999999999999999999999999999999999",
    "nan",
    "-nan",
    "Infinity",
    "-INF",
    "1e",
    "0x10",
    "1_000",
    "1,5",
    "1.000.000,5",
    "\u{663}",
    "null",
    "\"1\"",
    "[]",
    "{}",
    "true",
];

const WORDS: [&str; 22] = [
    "",
    " ",
    "null",
    "true",
    "nan",
    "Infinity",
    "\u{202e}abc",
    "\u{0}",
    "\u{7}",
    "\u{1f600}",
    "e\u{301}",
    "\u{feff}",
    "\u{2028}",
    "=1+1",
    "../../x",
    "{{ a }}",
    "{% for a in a %}",
    "\\u0000",
    "\\ud800",
    "\"",
    "a,b",
    "__proto__",
];

const LENGTHS: [u64; 14] = [
    u64::MAX,
    u64::MAX - 7,
    i64::MAX as u64,
    1 << 63,
    1 << 62,
    1 << 48,
    1 << 40,
    1 << 32,
    u32::MAX as u64,
    1 << 31,
    1 << 30,
    65_535,
    255,
    0,
];

const MARKS: &[u8] = b",;\t\"'\n\r:{}[]()=#|%\\ .-+e0/<>&";

/// One to three harms; what is left, and their names.
pub(super) fn harmed(bytes: &[u8], dice: &mut Dice) -> (Vec<u8>, String) {
    let mut names = Vec::new();
    let mut harmed = bytes.to_vec();
    for _ in 0..=[0, 0, 0, 1, 2][below(dice, 5)] {
        let harm = DRAWN[below(dice, DRAWN.len())];
        harm.does(&mut harmed, dice);
        names.push(format!("{harm:?}").to_lowercase());
    }
    (harmed, names.join("+"))
}

fn below(dice: &mut Dice, end: usize) -> usize {
    (dice.roll() % end.max(1) as u64) as usize
}

/// A place in the file: anywhere, or near its beginning or its end, where headers and directories stand.
fn place(bytes: &[u8], dice: &mut Dice) -> usize {
    let length = bytes.len();
    match below(dice, 4) {
        0 => below(dice, length.min(64)),
        1 => length.saturating_sub(1 + below(dice, length.min(64))),
        _ => below(dice, length),
    }
}

/// A stretch of the file, from and to.
fn stretch(bytes: &[u8], dice: &mut Dice) -> (usize, usize) {
    let from = place(bytes, dice);
    let longest = [4, 40, 400, bytes.len()][below(dice, 4)];
    (from, (from + 1 + below(dice, longest)).min(bytes.len()))
}

/// Puts `new` in place of the bytes from and to.
fn put(bytes: &mut Vec<u8>, (from, to): (usize, usize), new: &[u8]) {
    let (from, to) = (from.min(bytes.len()), to.min(bytes.len()));
    bytes.splice(from..to.max(from), new.iter().copied());
}

/// The runs of bytes of which `is` holds, from and to.
fn runs(bytes: &[u8], is: impl Fn(u8) -> bool) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (from, is(*byte)) {
            (None, true) => from = Some(at),
            (Some(start), false) => {
                found.push((start, at));
                from = None;
            }
            _ => {}
        }
    }
    found.extend(from.map(|start| (start, bytes.len())));
    found
}

impl Harm {
    fn does(self, bytes: &mut Vec<u8>, dice: &mut Dice) {
        match self {
            Harm::Bytes => {
                for _ in 0..=below(dice, 8) {
                    let at = place(bytes, dice);
                    let new = if below(dice, 2) == 0 { dice.roll() as u8 } else { 1 << below(dice, 8) };
                    bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= new);
                }
            }
            Harm::Cut => bytes.truncate(place(bytes, dice)),
            Harm::Stretch => moved(bytes, dice),
            Harm::Number => {
                let numbers = runs(bytes, |byte| byte.is_ascii_digit() || b".-+".contains(&byte));
                if let Some(run) = numbers.get(below(dice, numbers.len())) {
                    put(bytes, *run, NUMBERS[below(dice, NUMBERS.len())].as_bytes());
                }
            }
            Harm::Length => length(bytes, dice),
            Harm::NoText => {
                let odd: [&[u8]; 6] =
                    [b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\0", b"\0\0\0\0\0\0\0\0", b"\xf4\x90\x80\x80"];
                let at = place(bytes, dice);
                put(bytes, (at, at + below(dice, 2)), odd[below(dice, odd.len())]);
            }
            Harm::Mark => {
                let marks = runs(bytes, |byte| MARKS.contains(&byte));
                if let Some((from, _)) = marks.get(below(dice, marks.len())).copied() {
                    put(bytes, (from, from + 1), &[MARKS[below(dice, MARKS.len())]]);
                }
            }
            Harm::Nested => nested(bytes, dice),
            Harm::Word => {
                let words = runs(bytes, |byte| byte.is_ascii_alphabetic() || byte == b'_');
                if let Some(run) = words.get(below(dice, words.len())) {
                    put(bytes, *run, WORDS[below(dice, WORDS.len())].as_bytes());
                }
            }
            Harm::Line => line(bytes, dice),
            Harm::Ends => ends(bytes, dice),
            Harm::Long => {
                let at = place(bytes, dice);
                let byte = [b'a', b'9', b' ', b'"', b','][below(dice, 5)];
                put(bytes, (at, at), &vec![byte; [300, 70_000, 1_000_000][below(dice, 3)]]);
            }
            Harm::Empty => bytes.clear(),
        }
    }
}

fn moved(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let (from, to) = stretch(bytes, dice);
    let kept = bytes.get(from..to).unwrap_or_default().to_vec();
    match below(dice, 3) {
        0 => put(bytes, (to, to), &kept),
        1 => put(bytes, (from, to), &[]),
        _ => {
            put(bytes, (from, to), &[]);
            let at = place(bytes, dice);
            put(bytes, (at, at), &kept);
        }
    }
}

/// As a fixed number of bytes, or as the variable number that Parquet and postcard write.
fn length(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let (at, length) = (place(bytes, dice), LENGTHS[below(dice, LENGTHS.len())]);
    let width = [1, 2, 4, 8, 0][below(dice, 5)];
    if width > 0 {
        let whole = length.to_le_bytes();
        put(bytes, (at, at + width), &whole[..width]);
        return;
    }
    let (mut rest, mut written) = (length, Vec::new());
    while rest >= 128 {
        written.push(rest as u8 | 128);
        rest >>= 7;
    }
    written.push(rest as u8);
    put(bytes, (at, at + 1), &written);
}

fn nested(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let pairs =
        [("[", "]"), ("{\"a\":", "}"), ("(", ")"), ("{{", "}}"), ("{% if a %}", "{% endif %}"), ("a.", ""), ("-", "")];
    let (open, close) = pairs[below(dice, pairs.len())];
    let depth = [60, 300, 20_000, 150_000][below(dice, 4)];
    let closed = below(dice, 2) * depth;
    let text = format!("{}1{}", open.repeat(depth), close.repeat(closed));
    let run = stretch(bytes, dice);
    // In place of a value, or anywhere.
    let values = runs(bytes, |byte| byte.is_ascii_alphanumeric() || byte == b'.');
    let value = values.get(below(dice, values.len())).copied().unwrap_or(run);
    put(bytes, if below(dice, 3) == 0 { run } else { value }, text.as_bytes());
}

fn line(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let lines = runs(bytes, |byte| byte != b'\n');
    let Some((from, to)) = lines.get(below(dice, lines.len())).copied() else { return };
    let mut whole = bytes[from..to].to_vec();
    whole.push(b'\n');
    match below(dice, 4) {
        0 => put(bytes, (from, from), &whole),
        1 => put(bytes, (from, to + 1), &[]),
        2 => {
            // Not more than a few MB.
            let times = [30, 1_000][below(dice, 2)].min(4_000_000 / whole.len());
            put(bytes, (from, from), &whole.repeat(times));
        }
        _ => {
            put(bytes, (from, to + 1), &[]);
            put(bytes, (0, 0), &whole);
        }
    }
}

fn ends(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let replaced = |bytes: &[u8], by: &[u8]| {
        bytes.iter().flat_map(|byte| if *byte == b'\n' { by.to_vec() } else { vec![*byte] }).collect::<Vec<u8>>()
    };
    *bytes = match below(dice, 6) {
        0 => replaced(bytes, b"\r\n"),
        1 => replaced(bytes, b"\r"),
        2 => replaced(bytes, b""),
        3 => replaced(bytes, b"\n\n"),
        4 => [b"\xef\xbb\xbf", bytes.as_slice()].concat(),
        _ => bytes.iter().fold(b"\xff\xfe".to_vec(), |mut wide, byte| {
            wide.extend([*byte, 0]);
            wide
        }),
    };
}
