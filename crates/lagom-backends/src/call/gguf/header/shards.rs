//! The files of a model, one or several: `NAME-00001-of-00003.gguf` and its siblings.

use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::HeaderError;
use super::cursor::{Cursor, Input};
use super::parse::{Parsed, Tensors, parse};
use super::value::Value;
use crate::input::{self, InputError};

/// Adds the tensors and bytes of all further files to those of the first, `whole`: tensors, bytes, number of files.
///
/// # Errors
/// The file is not the first, is not named as parts are, or another one is missing or at fault.
pub(super) fn add(
    path: &Path,
    values: &BTreeMap<String, Value>,
    whole: &mut (Tensors, u64, u32),
) -> Result<(), HeaderError> {
    let number = |key: &str| match values.get(key) {
        Some(Value::Number(number)) => *number,
        _ => 0,
    };
    let (count, own) = (number("split.count"), number("split.no"));
    if count <= 1 {
        return Ok(());
    }
    let fault = |message: String| HeaderError::Shard { path: path.to_owned(), message };
    if own != 0 || count > 99_999 {
        return Err(fault(format!("this is part {} of a model in {count} files", own.saturating_add(1))));
    }
    for part in 2..=count {
        let other = sibling(path, part, count).ok_or_else(|| {
            fault(format!("a model in {count} files, expected a name that ends in -00001-of-{count:05}.gguf"))
        })?;
        if !other.exists() {
            return Err(fault(format!("a model in {count} files, but {} is missing", other.display())));
        }
        let (parsed, bytes) = open(&other)?;
        let too_large = || fault("the files together are impossibly large".to_owned());
        let add = |to: u64, more: u64| to.checked_add(more).ok_or_else(too_large);
        whole.0.count = add(whole.0.count, parsed.tensors.count)?;
        whole.0.parameters = add(whole.0.parameters, parsed.tensors.parameters)?;
        whole.0.bytes = add(whole.0.bytes, parsed.tensors.bytes)?;
        for (kind, parameters) in parsed.tensors.by_type {
            let sum = whole.0.by_type.entry(kind).or_default();
            *sum = add(*sum, parameters)?;
        }
        whole.1 = add(whole.1, bytes)?;
        whole.2 += 1;
    }
    Ok(())
}

/// The path of another part, by the name of the first.
fn sibling(path: &Path, part: u64, count: u64) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let stem = name.strip_suffix(&format!("-00001-of-{count:05}.gguf"))?;
    Some(path.with_file_name(format!("{stem}-{part:05}-of-{count:05}.gguf")))
}

/// Opens one file and parses its header; with its size in bytes.
pub(super) fn open(path: &Path) -> Result<(Parsed, u64), HeaderError> {
    let io = |source| HeaderError::Io { path: path.to_owned(), source };
    let file = input::open(path).map_err(|error| match error {
        InputError::NotFile { what, .. } => HeaderError::NotGguf { path: path.to_owned(), found: what.to_owned() },
        error => io(error.into_io()),
    })?;
    let facts = file.metadata().map_err(io)?;
    let mut input = BufReader::new(file);
    let input: &mut dyn Input = &mut input;
    Ok((parse(&mut Cursor::new(input, facts.len(), path))?, facts.len()))
}
