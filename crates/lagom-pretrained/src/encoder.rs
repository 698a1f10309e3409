//! A pretrained network that makes one vector of a text.

use crate::error::{StateError, WeightsError};
use crate::folder::{Architecture, ContentHash, Folder};

/// Embeddings of texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded {
    /// `[texts, width]`, row-major, in the order of the texts.
    pub vectors: Vec<f32>,
    /// Numbers of one embedding.
    pub width: usize,
    /// Texts that were longer than the context and were cut.
    pub cut: usize,
    /// Tokens read, special ones included.
    pub tokens: u64,
}

/// A network of any [`Architecture`] but static embeddings, in memory.
#[derive(Debug, Clone)]
pub struct Encoder {
    hash: ContentHash,
    architecture: Architecture,
}

impl Encoder {
    /// Reads the weights of a folder.
    ///
    /// # Errors
    ///
    /// If a tensor is missing, damaged or of another shape, or the architecture has no network.
    pub fn load(folder: &Folder) -> Result<Self, WeightsError> {
        Ok(Self { hash: folder.content_hash()?, architecture: folder.architecture() })
    }

    /// One vector a text, as the folder says (pooling, length 1), `batch` texts at a time, sorted by length: no work goes into padding.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails on a text.
    pub fn embed(&self, _texts: &[&str], _batch: usize) -> Result<Embedded, WeightsError> {
        Err(WeightsError::Product("not yet".into()))
    }

    /// Numbers of one embedding.
    #[must_use]
    pub fn width(&self) -> usize {
        0
    }

    /// Weights of the network.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        0
    }

    /// What it is.
    #[must_use]
    pub fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// Content hash of the folder that it came from.
    #[must_use]
    pub fn content_hash(&self) -> ContentHash {
        self.hash
    }

    /// Everything in one block (weights, tokenizer, pooling), in safetensors' format: for bundles that stand alone.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        Vec::new()
    }

    /// An encoder from what [`Encoder::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// If the bytes are none.
    pub fn from_bytes(_bytes: &[u8]) -> Result<Self, StateError> {
        Err(StateError::Malformed { of: "encoder", found: "not yet".into() })
    }
}
