//! Where a model that was handed over has its pretrained weights: in a folder beside it, or in itself.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::ser::Error;
use serde::{Deserialize, Serialize, Serializer};

use lagom_pretrained::{Embedded, StaticEmbedding};

use super::embeddings::Worked;
use super::network::Network;
use crate::candidate::spec::FitError;
use crate::study::Weights;

/// The pretrained weights that a model stands on.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Written")]
pub(super) struct Source {
    /// BLAKE3 of their content.
    digest: String,
    /// Whether they are static embeddings.
    is_static: bool,
    /// The numbers that they store.
    parameters: u64,
    /// Bytes of their files.
    bytes: u64,
    place: Place,
}

/// Where they are.
#[derive(Clone, Debug)]
enum Place {
    /// In a folder, by its absolute path, read when they are first needed.
    Folder(String, OnceLock<Network>),
    /// In the model's own file, and so in memory with it.
    Here(Network),
}

/// As it stands in the model's file.
#[derive(Serialize, Deserialize)]
struct Written {
    digest: String,
    is_static: bool,
    parameters: u64,
    bytes: u64,
    place: WrittenPlace,
}

#[derive(Serialize, Deserialize)]
enum WrittenPlace {
    Folder(String),
    Here(Vec<u8>),
}

impl TryFrom<Written> for Source {
    type Error = FitError;

    fn try_from(written: Written) -> Result<Self, FitError> {
        let Written { digest, is_static, parameters, bytes, place } = written;
        let place = match place {
            WrittenPlace::Folder(path) => Place::Folder(path, OnceLock::new()),
            WrittenPlace::Here(bytes) => Place::Here(Network::from_bytes(&bytes, is_static)?),
        };
        Ok(Self { digest, is_static, parameters, bytes, place })
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let place = match &self.place {
            Place::Folder(path, _) => WrittenPlace::Folder(path.clone()),
            Place::Here(network) => WrittenPlace::Here(network.to_bytes().map_err(S::Error::custom)?),
        };
        let Self { digest, is_static, parameters, bytes, .. } = self.clone();
        Written { digest, is_static, parameters, bytes, place }.serialize(to)
    }
}

impl Source {
    /// Weights that stay in their folder.
    pub(super) fn beside(weights: &Weights) -> Self {
        Self {
            digest: weights.digest.clone(),
            is_static: weights.is_static,
            parameters: weights.parameters,
            bytes: weights.bytes,
            place: Place::Folder(weights.folder.to_string_lossy().into_owned(), OnceLock::new()),
        }
    }

    /// Static embeddings that were made here: they stand in the model's own file.
    ///
    /// # Errors
    /// A part of them has no encoding.
    pub(super) fn here(embedding: StaticEmbedding) -> Result<Self, FitError> {
        let network = Network::Static(Arc::new(embedding));
        Ok(Self {
            digest: network.content().to_string(),
            is_static: true,
            parameters: network.parameters(),
            bytes: network.to_bytes()?.len() as u64,
            place: Place::Here(network),
        })
    }

    /// BLAKE3 of their content.
    pub(super) fn digest(&self) -> &str {
        &self.digest
    }

    /// The weights; those of a folder are read at the first call.
    ///
    /// # Errors
    /// The folder is gone, damaged, or holds other weights.
    pub(super) fn network(&self) -> Result<&Network, FitError> {
        let (path, network) = match &self.place {
            Place::Folder(path, network) => (path, network),
            Place::Here(network) => return Ok(network),
        };
        if let Some(network) = network.get() {
            return Ok(network);
        }
        let read = Network::load(Path::new(path), &self.digest)?;
        Ok(network.get_or_init(|| read))
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
            Place::Folder(..) => self.bytes,
            Place::Here(_) => 0,
        }
    }

    /// The folder that they lie in; none where they are in the model's own file.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        match &self.place {
            Place::Folder(path, _) => Some(PathBuf::from(path)),
            Place::Here(_) => None,
        }
    }

    /// The same of a model that was read from a file in the folder `beside`: where the folder that it names is not there, one of the same
    /// name beside the file takes its place. What is in it is checked in either case.
    ///
    /// # Errors
    /// Neither is there.
    pub(super) fn found(mut self, beside: &Path) -> Result<Self, FitError> {
        let Some(named) = self.folder().filter(|named| !named.is_dir()) else { return Ok(self) };
        let second =
            named.file_name().map(|name| std::path::absolute(beside.join(name)).unwrap_or_else(|_| beside.join(name)));
        if let Some(second) = second.as_ref().filter(|second| second.is_dir()) {
            self.place = Place::Folder(second.to_string_lossy().into_owned(), OnceLock::new());
            return Ok(self);
        }
        let what = if named.exists() { "it is no folder" } else { "there is no such folder" };
        let or = second.filter(|second| *second != named).map_or_else(String::new, |second| {
            format!(", and none of its name beside the model (`{}`)", second.display())
        });
        Err(FitError::Weights { folder: named, detail: format!("{what}{or}") })
    }

    /// The same with the weights in it.
    ///
    /// # Errors
    /// As [`Source::network`].
    pub(super) fn packed(&self) -> Result<Self, FitError> {
        Ok(Self { place: Place::Here(self.network()?.clone()), ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_the_same_name_beside_the_file_stands_in_for_one_that_is_gone() {
        let place = tempfile::tempdir().expect("a folder");
        let (named, beside) = (place.path().join("first/weights"), place.path().join("second"));
        let source = || Source {
            digest: String::new(),
            is_static: true,
            parameters: 1,
            bytes: 1,
            place: Place::Folder(named.to_string_lossy().into_owned(), OnceLock::new()),
        };
        let gone = source().found(&beside).expect_err("nowhere").to_string();
        let both = [named.display().to_string(), beside.join("weights").display().to_string()];
        assert!(both.iter().all(|path| gone.contains(path)) && gone.contains("there is no such folder"), "{gone}");
        std::fs::create_dir_all(beside.join("weights")).expect("made");
        assert_eq!(source().found(&beside).expect("beside").folder(), Some(beside.join("weights")));
        std::fs::create_dir_all(&named).expect("made");
        assert_eq!(source().found(&beside).expect("as named").folder(), Some(named.clone()));
    }
}
