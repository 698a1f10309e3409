//! Named numbers and notes in one block of bytes, in safetensors' format: other tools can look inside.

use std::borrow::Cow;
use std::collections::HashMap;

use half::f16;
use safetensors::tensor::{SafeTensors, View};
use safetensors::{Dtype, serialize};

use crate::error::StateError;
use crate::tensors::{decoded, words};

/// What is to be written.
#[derive(Debug, Default)]
pub(crate) struct Packer {
    notes: HashMap<String, String>,
    tensors: Vec<(String, Numbers)>,
}

#[derive(Debug)]
struct Numbers {
    shape: [usize; 2],
    dtype: Dtype,
    bytes: Vec<u8>,
}

impl View for &Numbers {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

impl Packer {
    /// A note beside the numbers.
    pub(crate) fn note(&mut self, name: &str, text: String) {
        self.notes.insert(name.to_owned(), text);
    }

    /// Numbers `[rows, columns]`.
    pub(crate) fn add(&mut self, name: String, shape: [usize; 2], numbers: Vec<f32>) {
        let bytes = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        self.tensors.push((name, Numbers { shape, dtype: Dtype::F32, bytes }));
    }

    /// Numbers `[rows, columns]` of half precision.
    pub(crate) fn add_half(&mut self, name: String, shape: [usize; 2], numbers: &[f16]) {
        let bytes = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        self.tensors.push((name, Numbers { shape, dtype: Dtype::F16, bytes }));
    }

    /// All of it. Equal contents give equal bytes: notes go into one, since the format does not fix their order.
    pub(crate) fn bytes(self) -> Result<Vec<u8>, String> {
        let sorted: std::collections::BTreeMap<&String, &String> = self.notes.iter().collect();
        let text = serde_json::to_string(&sorted).map_err(|error| error.to_string())?;
        let note = HashMap::from([(NOTES.to_owned(), text)]);
        let tensors = self.tensors.iter().map(|(name, numbers)| (name.as_str(), numbers));
        serialize(tensors, Some(note)).map_err(|error| error.to_string())
    }
}

const NOTES: &str = "lagom";

/// What was read.
#[derive(Debug)]
pub(crate) struct Packed<'a> {
    notes: HashMap<String, String>,
    tensors: SafeTensors<'a>,
    of: &'static str,
}

impl<'a> Packed<'a> {
    /// Reads a block; `of` says what it should be, for messages.
    pub(crate) fn read(bytes: &'a [u8], of: &'static str) -> Result<Self, StateError> {
        let malformed = |found: String| StateError::Malformed { of, found };
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| malformed(error.to_string()))?;
        let note = header.metadata().as_ref().and_then(|notes| notes.get(NOTES));
        let note = note.ok_or_else(|| malformed(format!("no note `{NOTES}`")))?;
        let notes = serde_json::from_str(note).map_err(|error| malformed(error.to_string()))?;
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| malformed(error.to_string()))?;
        Ok(Self { notes, tensors, of })
    }

    fn malformed(&self, found: String) -> StateError {
        StateError::Malformed { of: self.of, found }
    }

    /// A note.
    pub(crate) fn note(&self, name: &str) -> Result<&str, StateError> {
        self.notes.get(name).map(String::as_str).ok_or_else(|| self.malformed(format!("no note `{name}`")))
    }

    /// Whether there are numbers of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.tensor(name).is_ok()
    }

    /// Numbers of that name.
    pub(crate) fn numbers(&self, name: &str) -> Result<Vec<f32>, StateError> {
        let tensor = self.tensors.tensor(name).map_err(|error| self.malformed(error.to_string()))?;
        decoded(tensor.dtype(), tensor.data())
            .ok_or_else(|| self.malformed(format!("`{name}` is of type {:?}", tensor.dtype())))
    }

    /// Numbers of half precision of that name.
    pub(crate) fn halves(&self, name: &str) -> Result<Vec<f16>, StateError> {
        let tensor = self.tensors.tensor(name).map_err(|error| self.malformed(error.to_string()))?;
        match tensor.dtype() {
            Dtype::F16 => Ok(words(tensor.data()).map(f16::from_le_bytes).collect()),
            other => Err(self.malformed(format!("`{name}` is of type {other:?}, not F16"))),
        }
    }
}
