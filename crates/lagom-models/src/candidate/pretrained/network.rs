//! Weights in memory, whatever makes vectors of texts of them.

use std::path::Path;
use std::sync::Arc;

use lagom_pretrained::{Architecture, ContentHash, Embedded, Encoder, Folder, StaticEmbedding};

use crate::candidate::spec::FitError;

/// Texts that go through a network together (log/2026-11-30-pretrained.md).
const BATCH: usize = 32;

/// Weights in memory.
#[derive(Clone, Debug)]
pub(super) enum Network {
    /// A network.
    Encoder(Arc<Encoder>),
    /// A vector for each token.
    Static(Arc<StaticEmbedding>),
}

impl Network {
    /// Reads the weights of a folder, which must be those of this content.
    ///
    /// # Errors
    /// The folder is gone, damaged, or holds other weights.
    pub(super) fn load(folder: &Path, digest: &str) -> Result<Self, FitError> {
        let gone = |detail: String| FitError::Weights { folder: folder.to_owned(), detail };
        let opened = Folder::open(folder).map_err(|error| gone(error.to_string()))?;
        let network = match opened.architecture() {
            Architecture::StaticEmbedding => StaticEmbedding::load(&opened).map(|one| Self::Static(Arc::new(one))),
            _ => Encoder::load(&opened).map(|one| Self::Encoder(Arc::new(one))),
        };
        let network = network.map_err(|error| gone(error.to_string()))?;
        let found = network.content().to_string();
        if found != digest {
            let (found, digest) = (&found[..found.len().min(12)], &digest[..digest.len().min(12)]);
            return Err(gone(format!(
                "it holds other weights than the model was trained on: found {found}…, expected {digest}…"
            )));
        }
        Ok(network)
    }

    /// BLAKE3 of their content.
    pub(super) fn content(&self) -> ContentHash {
        match self {
            Self::Encoder(one) => one.content_hash(),
            Self::Static(one) => one.content_hash(),
        }
    }

    /// Numbers of one vector.
    pub(super) fn width(&self) -> usize {
        match self {
            Self::Encoder(one) => one.width(),
            Self::Static(one) => one.width(),
        }
    }

    /// The numbers that are stored.
    pub(super) fn parameters(&self) -> u64 {
        match self {
            Self::Encoder(one) => one.parameters(),
            Self::Static(one) => one.parameters(),
        }
    }

    /// One vector a text.
    ///
    /// # Errors
    /// The tokenizer fails on a text.
    pub(super) fn embed(&self, texts: &[&str]) -> Result<Embedded, FitError> {
        let found = match self {
            Self::Encoder(one) => one.embed(texts, BATCH),
            Self::Static(one) => one.embed(texts, BATCH),
        };
        found.map_err(|error| FitError::Unfit(error.to_string()))
    }

    /// How many of these texts are longer than what is read of one.
    ///
    /// # Errors
    /// The tokenizer fails on a text.
    pub(super) fn count_cut(&self, texts: &[&str]) -> Result<u64, FitError> {
        let found = match self {
            Self::Encoder(one) => one.count_cut(texts),
            Self::Static(one) => one.count_cut(texts),
        };
        found.map(|cut| cut as u64).map_err(|error| FitError::Unfit(error.to_string()))
    }

    /// Everything in one block.
    ///
    /// # Errors
    /// A part of it has no encoding.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, FitError> {
        let bytes = match self {
            Self::Encoder(one) => one.to_bytes(),
            Self::Static(one) => one.to_bytes(),
        };
        bytes.map_err(|error| FitError::Unfit(error.to_string()))
    }

    /// What [`Network::to_bytes`] wrote.
    ///
    /// # Errors
    /// The bytes are none.
    pub(super) fn from_bytes(bytes: &[u8], is_static: bool) -> Result<Self, FitError> {
        let found = if is_static {
            StaticEmbedding::from_bytes(bytes).map(|one| Self::Static(Arc::new(one)))
        } else {
            Encoder::from_bytes(bytes).map(|one| Self::Encoder(Arc::new(one)))
        };
        found.map_err(|error| FitError::Unfit(error.to_string()))
    }

    /// The network, where it is one that can be trained.
    pub(super) fn encoder(&self) -> Option<Arc<Encoder>> {
        match self {
            Self::Encoder(one) => Some(Arc::clone(one)),
            Self::Static(_) => None,
        }
    }
}
