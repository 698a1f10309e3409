//! Where a model that was handed over has its pretrained weights: in a folder beside it, or in itself.

use std::path::PathBuf;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use lagom_pretrained::Embedded;

use super::embeddings::Worked;
use super::network::Network;
use crate::candidate::spec::FitError;
use crate::study::Weights;

/// The pretrained weights that a model stands on, read when they are first needed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Source {
    /// BLAKE3 of their content.
    digest: String,
    is_static: bool,
    /// The numbers that they store.
    parameters: u64,
    /// Bytes of their files.
    bytes: u64,
    place: Place,
    #[serde(skip)]
    network: OnceLock<Network>,
}

/// Where they are.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Place {
    /// A folder, by its absolute path.
    Folder(String),
    /// The model's own file.
    Here(Vec<u8>),
}

impl Source {
    /// Weights that stay in their folder.
    pub(super) fn beside(weights: &Weights) -> Self {
        Self {
            digest: weights.digest.clone(),
            is_static: weights.is_static,
            parameters: weights.parameters,
            bytes: weights.bytes,
            place: Place::Folder(weights.folder.to_string_lossy().into_owned()),
            network: OnceLock::new(),
        }
    }

    /// The weights, read from their place at the first call.
    ///
    /// # Errors
    /// The folder is gone, damaged, or holds other weights; the bytes are none.
    pub(super) fn network(&self) -> Result<&Network, FitError> {
        if let Some(network) = self.network.get() {
            return Ok(network);
        }
        let network = match &self.place {
            Place::Folder(path) => Network::load(&PathBuf::from(path), &self.digest)?,
            Place::Here(bytes) => Network::from_bytes(bytes, self.is_static)?,
        };
        Ok(self.network.get_or_init(|| network))
    }

    /// The vectors of texts, to be kept.
    ///
    /// # Errors
    /// As [`Source::network`]; the tokenizer fails on a text.
    pub(super) fn embed(&self, texts: &[&str]) -> Result<Worked, FitError> {
        let Embedded { vectors, width, cut, .. } = self.network()?.embed(texts)?;
        Ok(Worked { width, cut, vectors })
    }

    /// The numbers that they store.
    pub(super) fn parameters(&self) -> u64 {
        self.parameters
    }

    /// Bytes of files that a model needs beside its own.
    pub(super) fn bytes_beside(&self) -> u64 {
        match self.place {
            Place::Folder(_) => self.bytes,
            Place::Here(_) => 0,
        }
    }

    /// The same with the weights in it.
    ///
    /// # Errors
    /// As [`Source::network`].
    pub(super) fn packed(&self) -> Result<Self, FitError> {
        let network = self.network()?.clone();
        Ok(Self { place: Place::Here(network.to_bytes()?), network: OnceLock::from(network), ..self.clone() })
    }
}
