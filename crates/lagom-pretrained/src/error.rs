//! What can be wrong with a folder of weights, and with bytes that claim to be a model.

use std::path::PathBuf;

use crate::compute::ComputeError;

/// Why a folder of weights cannot be used. Messages name file and key, what was found and what was expected.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// A file cannot be read.
    #[error("cannot read `{file}`: {error}")]
    Unreadable {
        /// Its path.
        file: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file or folder cannot be written.
    #[error("cannot write `{path}`: {error}")]
    Unwritable {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file that a folder of weights has is not there.
    #[error("no `{file}` in `{folder}`: {needed}")]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// The file's name.
        file: String,
        /// What it is needed for.
        needed: String,
    },
    /// A file does not hold what its format says.
    #[error("`{file}`: {found}, expected {expected}")]
    Malformed {
        /// Its path.
        file: PathBuf,
        /// What is there.
        found: String,
        /// What should be.
        expected: String,
    },
    /// A key of a configuration is missing or has a value that cannot be used.
    #[error("`{file}`: `{key}` is {found}, expected {expected}")]
    Key {
        /// The file.
        file: PathBuf,
        /// The key.
        key: String,
        /// Its value, or `missing`.
        found: String,
        /// What should be there.
        expected: String,
    },
    /// An architecture that is not among the known ones.
    #[error("`{file}`: architecture {found} is not known (known: {known})")]
    Architecture {
        /// The configuration.
        file: PathBuf,
        /// What it says.
        found: String,
        /// All that are known.
        known: String,
    },
    /// A tensor is missing or of another type or shape.
    #[error("`{file}`: tensor `{tensor}` is {found}, expected {expected}")]
    Tensor {
        /// The file of weights, or the folder.
        file: PathBuf,
        /// The tensor's name.
        tensor: String,
        /// What is there.
        found: String,
        /// What should be.
        expected: String,
    },
    /// A tokenizer that is not one of these weights.
    #[error("`{file}`: {found}, but the embedding has {rows} rows")]
    Tokenizer {
        /// The tokenizer's file.
        file: PathBuf,
        /// What was found.
        found: String,
        /// Rows of the embedding of tokens.
        rows: usize,
    },
    /// Something was asked of a folder that its architecture cannot do.
    #[error("`{folder}` is {architecture}, which cannot {asked}; {instead}")]
    Unfit {
        /// The folder.
        folder: PathBuf,
        /// Its architecture.
        architecture: String,
        /// What was asked.
        asked: String,
        /// What can do that.
        instead: String,
    },
    /// What is to be read or written does not fit into the context.
    #[error("{error}")]
    TooLong {
        /// Which text, from 0.
        at: usize,
        /// What is too long, and how long it may be.
        error: String,
    },
    /// The tokenizer failed on a text.
    #[error("the tokenizer failed on text {at}: {error}")]
    Text {
        /// Which text, from 0.
        at: usize,
        /// What the tokenizer says.
        error: String,
    },
    /// What a network makes of tokens is no use as static embeddings.
    #[error("no static embeddings can be distilled out of these weights: {0}")]
    Undistilled(String),
    /// The tensor library failed.
    #[error("the tensor library failed: {0}")]
    Product(String),
    /// Nothing can be computed where it should be.
    #[error(transparent)]
    Compute(#[from] ComputeError),
}

impl WeightsError {
    /// What to do about it, if that is more than the message says.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { file, .. } if file.ends_with(".safetensors") => Some(
                "weights are read from safetensors alone; `huggingface-cli download` fetches a folder whole".into(),
            ),
            Self::Missing { .. } => {
                Some("name a folder as Hugging Face has it: config.json, model.safetensors, tokenizer.json".into())
            }
            Self::Malformed { .. } => Some("fetch the file again: it may have been cut off".into()),
            Self::Tokenizer { .. } => Some("take tokenizer.json and weights from the same model".into()),
            Self::Undistilled(_) => Some(
                "the file of weights may be damaged: compare it with the one it was fetched from, or take \"static\" out of `adapt`".into(),
            ),
            Self::Compute(error) => Some(error.hint()),
            _ => None,
        }
    }
}

/// Why bytes are no model or no state of a training.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// They are cut off, of another version, or do not fit together.
    #[error("these bytes are no {of}: {found}")]
    Malformed {
        /// What they should be.
        of: &'static str,
        /// What is wrong.
        found: String,
    },
    /// The model changes a base that was not given, or another one was.
    #[error("the model was made on weights {needed}, but {given} were given")]
    Base {
        /// Content hash of the weights needed.
        needed: String,
        /// Content hash of the weights given, or `none`.
        given: String,
    },
}
