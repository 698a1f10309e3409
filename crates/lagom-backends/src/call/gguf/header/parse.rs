//! From bytes to the keys and tensors of one file.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::value::{self, Value};
use super::{HeaderError, TensorType};

/// Longest name of a key, by the format.
const LONGEST_KEY: usize = 65_535;
/// Longest name of a tensor that is kept for messages; llama.cpp takes up to 63 bytes.
const LONGEST_NAME: usize = 1024;
/// Most dimensions of a tensor (`GGML_MAX_DIMS`).
const MOST_DIMENSIONS: u32 = 4;
/// Most keys that are kept; a model has about twenty that are wanted.
const MOST_KEPT: usize = 256;

/// Keys that are wanted, whole or as what follows the architecture's name.
const WANTED: [&str; 16] = [
    "general.architecture",
    "general.name",
    "general.file_type",
    "general.alignment",
    "tokenizer.ggml.model",
    "tokenizer.ggml.tokens",
    "tokenizer.chat_template",
    "split.no",
    "split.count",
    ".context_length",
    ".block_count",
    ".embedding_length",
    ".attention.head_count",
    ".attention.head_count_kv",
    ".attention.causal",
    ".vocab_size",
];
/// Widths of a head, which are not those of the embedding in every model.
const WIDTHS: [&str; 2] = [".attention.key_length", ".attention.value_length"];

/// What one file holds.
#[derive(Debug, PartialEq)]
pub(super) struct Parsed {
    pub(super) version: u32,
    pub(super) values: BTreeMap<String, Value>,
    pub(super) tensors: Tensors,
}

/// The tensors of one file, or of several.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tensors {
    pub(super) count: u64,
    pub(super) parameters: u64,
    pub(super) bytes: u64,
    /// Parameters by the number of the type that they are stored in.
    pub(super) by_type: BTreeMap<u32, u64>,
}

/// Reads the header and checks that all tensors lie within the file.
///
/// # Errors
/// See [`HeaderError`].
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Parsed, HeaderError> {
    let version = opening(cursor)?;
    let tensors = cursor.u64("the number of tensors")?;
    let keys = cursor.u64("the number of keys")?;
    // A key takes at least 13 bytes and a tensor 24: wild numbers end here.
    let least = keys.saturating_mul(13).saturating_add(tensors.saturating_mul(24));
    if least > cursor.rest() {
        return Err(cursor.truncated(&format!("the header with its {keys} keys and {tensors} tensors"), least));
    }
    let mut values = BTreeMap::new();
    for number in 1..=keys {
        key(cursor, number, &mut values)?;
    }
    let alignment = match values.get("general.alignment") {
        None => 32,
        Some(Value::Number(number)) if number.is_power_of_two() && *number <= 1 << 31 => *number,
        Some(_) => return Err(cursor.malformed("`general.alignment` is no power of two")),
    };
    let tensors = read_tensors(cursor, tensors, alignment)?;
    Ok(Parsed { version, values, tensors })
}

fn opening(cursor: &mut Cursor<'_>) -> Result<u32, HeaderError> {
    let path = cursor.path();
    if cursor.size() == 0 {
        return Err(HeaderError::NotGguf { path, found: "an empty file".to_owned() });
    }
    let magic = if cursor.size() < 4 { None } else { Some(cursor.bytes::<4>("the first bytes")?) };
    match magic {
        Some(magic) if magic == *b"GGUF" => {}
        Some(magic) => return Err(HeaderError::NotGguf { path, found: looks_like(magic) }),
        None => return Err(HeaderError::NotGguf { path, found: "fewer than four bytes".to_owned() }),
    }
    match cursor.u32("the version")? {
        version @ (2 | 3) => Ok(version),
        version if version & 0xFFFF == 0 && version != 0 => Err(HeaderError::BigEndian { path }),
        version => Err(HeaderError::Version { path, version }),
    }
}

/// What a file that is no GGUF seems to be.
fn looks_like(magic: [u8; 4]) -> String {
    match &magic {
        [b'P', b'K', 3, 4] => "a ZIP archive, as of PyTorch weights".to_owned(),
        [0x1F, 0x8B, ..] => "a gzip archive".to_owned(),
        b"lmgg" | b"tjgg" | b"fmgg" | b"algg" => "a GGML file, the format before GGUF".to_owned(),
        b"vers" => "a text that may be a Git LFS pointer in place of the file".to_owned(),
        b"<!DO" | b"<htm" => "a web page".to_owned(),
        _ if magic.iter().all(|byte| matches!(byte, 0x20..=0x7E)) => {
            format!("\"{}\" at its beginning", String::from_utf8_lossy(&magic))
        }
        _ => format!("the bytes {:02x} {:02x} {:02x} {:02x} at its beginning", magic[0], magic[1], magic[2], magic[3]),
    }
}

fn key(cursor: &mut Cursor<'_>, number: u64, values: &mut BTreeMap<String, Value>) -> Result<(), HeaderError> {
    let Some(name) = cursor.text(LONGEST_KEY, &format!("key {number}"))? else {
        return Err(cursor.malformed(format!("key {number} is longer than {LONGEST_KEY} bytes")));
    };
    let name = String::from_utf8_lossy(&name).into_owned();
    let value = value::read(cursor, &name)?;
    let wanted = |end: &&str| if end.starts_with('.') { name.ends_with(*end) } else { name == *end };
    if !WANTED.iter().chain(&WIDTHS).any(wanted) || values.len() >= MOST_KEPT {
        return Ok(());
    }
    match values.insert(name.clone(), value) {
        None => Ok(()),
        Some(_) => Err(cursor.malformed(format!("the key `{name}` is there twice"))),
    }
}

fn read_tensors(cursor: &mut Cursor<'_>, count: u64, alignment: u64) -> Result<Tensors, HeaderError> {
    let mut sum = Tensors { count, ..Tensors::default() };
    // Where the last tensor ends, from the beginning of the weights, with its name.
    let mut end = (0, String::new());
    for number in 1..=count {
        let name = cursor.text(LONGEST_NAME, &format!("the name of tensor {number}"))?.unwrap_or_default();
        let name = String::from_utf8_lossy(&name).into_owned();
        let (elements, row) = shape(cursor, &name)?;
        let kind = cursor.u32(&format!("the type of tensor `{name}`"))?;
        let Some(kind) = TensorType::from_number(kind) else {
            return Err(cursor.malformed(format!("tensor `{name}` is stored in type {kind}, which is not known")));
        };
        if row % kind.block() != 0 {
            let (name_of_type, block) = (kind.name(), kind.block());
            let why =
                format!("tensor `{name}` has rows of {row}, not a multiple of the {block} of a {name_of_type} block");
            return Err(cursor.malformed(why));
        }
        let offset = cursor.u64(&format!("the place of tensor `{name}`"))?;
        let last = (elements / kind.block()).checked_mul(kind.bytes()).and_then(|bytes| {
            sum.bytes = sum.bytes.checked_add(bytes)?;
            sum.parameters = sum.parameters.checked_add(elements)?;
            offset.checked_add(bytes)
        });
        let Some(last) = last else { return Err(cursor.malformed(format!("tensor `{name}` is impossibly large"))) };
        *sum.by_type.entry(kind.number()).or_default() += elements;
        if last > end.0 {
            end = (last, name);
        }
    }
    within(cursor, &sum, &end, alignment)?;
    Ok(sum)
}

/// The number of elements of a tensor and the length of its rows.
fn shape(cursor: &mut Cursor<'_>, name: &str) -> Result<(u64, u64), HeaderError> {
    let reading = format!("the shape of tensor `{name}`");
    let dimensions = cursor.u32(&reading)?;
    if dimensions > MOST_DIMENSIONS {
        let why = format!("tensor `{name}` has {dimensions} dimensions, at most {MOST_DIMENSIONS} are possible");
        return Err(cursor.malformed(why));
    }
    let (mut elements, mut row) = (1_u64, 1);
    for dimension in 0..dimensions {
        let length = cursor.u64(&reading)?;
        if dimension == 0 {
            row = length;
        }
        let product = elements.checked_mul(length).filter(|product| i64::try_from(*product).is_ok());
        let Some(product) = product else {
            return Err(cursor.malformed(format!("tensor `{name}` is impossibly large")));
        };
        elements = product;
    }
    Ok((elements, row))
}

/// Whether the weights lie within the file.
fn within(cursor: &Cursor<'_>, sum: &Tensors, end: &(u64, String), alignment: u64) -> Result<(), HeaderError> {
    if sum.count == 0 {
        return Ok(());
    }
    let start = cursor.at().checked_next_multiple_of(alignment).unwrap_or(u64::MAX);
    let room = cursor.size().saturating_sub(start);
    if end.0 > room {
        let reading = format!("weights up to the end of tensor `{}`", end.1);
        return Err(cursor.truncated(&reading, end.0.saturating_add(start - cursor.at())));
    }
    if sum.bytes > room {
        return Err(cursor.malformed(format!("the tensors take {} bytes together, and {room} are there", sum.bytes)));
    }
    Ok(())
}
