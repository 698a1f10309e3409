//! Tuned weights as a folder of their own, as Hugging Face has it: other tools read it like the one that they came of.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use safetensors::tensor::View;
use safetensors::{Dtype, serialize};
use serde_json::Value;

use crate::encoder::Encoder;
use crate::error::WeightsError;
use crate::folder::Folder;

/// The file of weights.
const WEIGHTS: &str = "model.safetensors";
const CONFIG: &str = "config.json";

/// What else of a folder belongs to its weights, as far as it is there.
const BESIDE: [&str; 10] = [
    "tokenizer.json",
    "tokenizer_config.json",
    "generation_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
    "chat_template.jinja",
    "LICENSE",
];

/// A tensor of four bytes a number.
struct Tensor {
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl View for &Tensor {
    fn dtype(&self) -> Dtype {
        Dtype::F32
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

impl Encoder {
    /// Writes the network into a folder of its own, whole or not at all: its weights in four bytes a number under the names that `like`, the folder that it came
    /// of, has for them, with that folder's configuration and tokenizer. What is there is replaced.
    ///
    /// # Errors
    ///
    /// If a file can't be read or written, or `like` is of another network.
    pub fn write_folder(&self, like: &Folder, to: &Path) -> Result<(), WeightsError> {
        let part = to.with_extension("part");
        let done = self.write_into(like, &part).and_then(|()| replace(&part, to));
        if done.is_err() {
            // It would only take room.
            let _ = std::fs::remove_dir_all(&part);
        }
        done
    }

    fn write_into(&self, like: &Folder, folder: &Path) -> Result<(), WeightsError> {
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder).map_err(|error| unwritten(folder, error))?;
        let mut tensors: Vec<(String, Tensor)> = Vec::new();
        let numbers = self.network.numbers()?;
        let named = like.named(&self.network.shape).ok_or_else(|| {
            WeightsError::Product(format!("`{}` is of another network than the tuned one", like.path().display()))
        })?;
        for (slot, sources) in named {
            let found = numbers.iter().find(|(own, _)| *own == slot);
            let mut values = found.map(|(_, values)| values.as_slice()).unwrap_or_default();
            for source in sources {
                let (own, rest) = values
                    .split_at_checked(source.shape.iter().product())
                    .ok_or_else(|| WeightsError::Product(format!("`{slot}` has too few numbers")))?;
                values = rest;
                let bytes = own.iter().flat_map(|x| x.to_le_bytes()).collect();
                tensors.push((source.name, Tensor { shape: source.shape, bytes }));
            }
        }
        drop(numbers);
        let file = folder.join(WEIGHTS);
        // Readers of other tools ask for this note.
        let note = std::collections::HashMap::from([("format".to_owned(), "pt".to_owned())]);
        let views = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor));
        let bytes = serialize(views, Some(note)).map_err(|error| WeightsError::Product(error.to_string()))?;
        std::fs::write(&file, bytes).map_err(|error| unwritten(&file, error))?;
        let config = four_bytes(&like.path().join(CONFIG))?;
        let file = folder.join(CONFIG);
        std::fs::write(&file, config).map_err(|error| unwritten(&file, error))?;
        for name in BESIDE {
            let from = like.path().join(name);
            if from.is_file() {
                let file = folder.join(name);
                std::fs::copy(&from, &file).map_err(|error| unwritten(&file, error))?;
            }
        }
        Ok(())
    }
}

/// A configuration that says that numbers have four bytes.
fn four_bytes(file: &Path) -> Result<String, WeightsError> {
    let text = std::fs::read(file).map_err(|error| WeightsError::Unreadable { file: file.into(), error })?;
    let malformed = |error: serde_json::Error| WeightsError::Malformed {
        file: file.into(),
        found: error.to_string(),
        expected: "JSON".into(),
    };
    let mut config: Value = serde_json::from_slice(&text).map_err(malformed)?;
    for key in ["torch_dtype", "dtype"] {
        if let Some(value) = config.get_mut(key) {
            *value = "float32".into();
        }
    }
    serde_json::to_string_pretty(&config).map_err(malformed)
}

fn replace(part: &Path, to: &Path) -> Result<(), WeightsError> {
    if to.exists() {
        std::fs::remove_dir_all(to).map_err(|error| unwritten(to, error))?;
    }
    std::fs::rename(part, to).map_err(|error| unwritten(to, error))
}

fn unwritten(path: &Path, error: std::io::Error) -> WeightsError {
    WeightsError::Unwritable { path: PathBuf::from(path), error }
}
