//! Static embeddings: the mean of a text's token rows (model2vec).

use crate::encoder::Embedded;
use crate::error::{StateError, WeightsError};
use crate::folder::{ContentHash, Folder};

/// A table of token rows, in memory.
#[derive(Debug, Clone)]
pub struct StaticEmbedding {
    hash: ContentHash,
}

impl StaticEmbedding {
    /// Reads the table of a folder.
    ///
    /// # Errors
    ///
    /// If a tensor is missing, damaged or of another shape, or the folder has no static embeddings.
    pub fn load(folder: &Folder) -> Result<Self, WeightsError> {
        Ok(Self { hash: folder.content_hash()? })
    }

    /// One vector a text; a text without a known token gets zeros, as in model2vec.
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

    /// Numbers in the table.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        0
    }

    /// Content hash of the folder that it came from.
    #[must_use]
    pub fn content_hash(&self) -> ContentHash {
        self.hash
    }

    /// Everything in one block, in safetensors' format.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        Vec::new()
    }

    /// A table from what [`StaticEmbedding::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// If the bytes are none.
    pub fn from_bytes(_bytes: &[u8]) -> Result<Self, StateError> {
        Err(StateError::Malformed { of: "static embedding", found: "not yet".into() })
    }
}
