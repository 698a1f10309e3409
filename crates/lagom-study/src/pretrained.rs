//! `[[candidate]]` with `weights`: pretrained weights that are adapted to the study's rows.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::compute::Compute;
use super::named::Adaptation;

/// Pretrained weights of a `[[candidate]]`; each adaptation of them is a candidate of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pretrained {
    /// The name that its table gives.
    pub name: String,
    /// Where the weights are.
    pub at: WeightsAt,
    /// How they are adapted; `None`: as the number of labels for each class says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adapt: Option<Vec<Adaptation>>,
    /// Worked examples of few-shot; `None`: one of each class, from 4 to 16.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shots: Option<u32>,
    /// Numbers of a vector of each size of `static`, each a candidate; `None`: [`DIMENSIONS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<Vec<u32>>,
    /// Where layers are trained, and in which numbers; `None`: on the processor, in f32.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compute: Option<Compute>,
    /// What was found there when the data were read: which adaptations are tried, and of what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Weights>,
}

impl Pretrained {
    /// The names of the candidates that an adaptation is: that of the table with the adaptation behind it, and behind `static` each dimension.
    #[must_use]
    pub fn candidates(&self, adaptation: Adaptation) -> Vec<String> {
        let name = format!("{}-{}", self.name, adaptation.name());
        match adaptation {
            Adaptation::Static => self.dimensions().iter().map(|dimension| format!("{name}-{dimension}")).collect(),
            _ => vec![name],
        }
    }

    /// The sizes of static embeddings that are distilled: numbers of a vector, as the study names them, else the usual ones.
    #[must_use]
    pub fn dimensions(&self) -> &[u32] {
        self.dimensions.as_deref().unwrap_or(&DIMENSIONS)
    }
}

/// Pretrained weights of a decoder that answer in a task whose models are asked; each adaptation is a candidate of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWeights {
    /// Where the weights are.
    pub at: WeightsAt,
    /// What is done with them before they answer.
    pub adapt: Adaptation,
    /// What was found there when the data were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Weights>,
}

/// Numbers of a vector of static embeddings where the study names none, as far as the weights have so many.
pub const DIMENSIONS: [u32; 3] = [64, 128, 256];

/// Where pretrained weights are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WeightsAt {
    /// A folder, joined to that of the study.
    Folder(PathBuf),
    /// A repository in the local cache of Hugging Face.
    Hub {
        /// `owner/name`.
        repository: String,
        /// A branch, a tag or a commit; `None`: `main`.
        revision: Option<String>,
    },
}

impl fmt::Display for WeightsAt {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(to, "{}", path.display()),
            Self::Hub { repository, revision: None } => write!(to, "hf:{repository}"),
            Self::Hub { repository, revision: Some(revision) } => write!(to, "hf:{repository}@{revision}"),
        }
    }
}

/// What is known of pretrained weights from the heads of their files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// The folder that they are in, as an absolute path.
    pub folder: PathBuf,
    /// BLAKE3 over the names and the bytes of all files that are used, in hexadecimal digits.
    pub digest: String,
    /// The architecture: `bert`.
    pub architecture: String,
    /// Whether they are one vector for each token and no more.
    pub is_static: bool,
    /// The numbers that they store.
    pub parameters: u64,
    /// The bytes of the files.
    pub bytes: u64,
    /// Bytes that they take in memory, each in four.
    pub memory: u64,
    /// The width of an embedding.
    pub width: u32,
    /// Layers; 0 of static ones.
    pub layers: u32,
    /// The most tokens that are read of a text; 0: all.
    pub context: u32,
    /// What says so: `` `max_seq_length` of sentence_bert_config.json ``; empty in older stores, and where all are read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub context_from: String,
    /// Tokens that static embeddings out of them have a vector of; 0 where none are asked for.
    #[serde(default, skip_serializing_if = "none")]
    pub tokens: u32,
    /// Tokens that end a text; empty where none is named, and where nobody asks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ends: Vec<u32>,
}

/// Whether nothing is to be written of a number.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn none(number: &u32) -> bool {
    *number == 0
}
