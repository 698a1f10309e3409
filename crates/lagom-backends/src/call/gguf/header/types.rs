//! What a header says.

use serde::{Deserialize, Serialize};

use super::{Architecture, Quantisation};

/// What a GGUF file says of its model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the format: 2 or 3.
    pub version: u32,
    /// What kind of model it is.
    pub architecture: Architecture,
    /// The name that its maker gave it.
    pub name: Option<String>,
    /// Parameters, counted from the tensors that are there: tied embeddings, stored once, count once.
    pub parameters: u64,
    /// Number of tensors.
    pub tensors: u64,
    /// Bytes of the tensors alone.
    pub weight_bytes: u64,
    /// Bytes of the file, or of all files of a model in several.
    pub bytes: u64,
    /// Number of files that the model consists of.
    pub files: u32,
    /// How the weights are stored.
    pub quantisation: Quantisation,
    /// Longest text it was trained on, in tokens.
    pub context_length: Option<u64>,
    /// Number of layers (blocks).
    pub layers: Option<u64>,
    /// Width of an embedding.
    pub embedding_width: Option<u64>,
    /// Attention heads a layer; the most of any layer where they differ.
    pub heads: Option<u64>,
    /// Heads of keys and values a layer, fewer than `heads` where several share one; the most of any layer.
    pub kv_heads: Option<u64>,
    /// Numbers that the cache of keys and values holds for a token, over all layers; none where the file does not say
    /// enough.
    pub cache_width: Option<u64>,
    /// What its tokens are.
    pub vocabulary: Vocabulary,
    /// Whether a chat template is in the file.
    pub chat_template: bool,
}

/// What the tokens of a model are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vocabulary {
    /// How texts are cut into tokens.
    pub kind: VocabularyKind,
    /// Number of tokens, if the file lists them.
    pub size: Option<u64>,
}

/// How texts are cut into tokens (`tokenizer.ggml.model`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VocabularyKind {
    /// SentencePiece with scores, as of Llama 2 (`llama`).
    SentencePiece,
    /// Byte pairs merged by rank, as of GPT-2 (`gpt2`).
    BytePairs,
    /// WordPiece, as of BERT (`bert`).
    WordPiece,
    /// Unigram, as of T5 (`t5`).
    Unigram,
    /// Longest match, as of RWKV (`rwkv`).
    LongestMatch,
    /// No vocabulary (`no_vocab`, `none`, or not said): it can't read text.
    None,
    /// Another one, by its name.
    Other(String),
}

/// What speaks against using a model that was read well.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// An architecture that the llama.cpp built in here does not know.
    #[error(
        "the architecture `{name}` is unknown to the llama.cpp that lagom builds in, which will most likely refuse it"
    )]
    UnknownArchitecture {
        /// As the file names it.
        name: String,
    },
    /// An architecture that does not go on with a text.
    #[error("the architecture `{name}` does not write text from left to right")]
    WritesNoText {
        /// As the file names it.
        name: String,
    },
    /// Nothing that texts could be cut into.
    #[error("the file has no vocabulary, so the model can't read text")]
    NoVocabulary,
}

impl Header {
    /// What speaks against using this model; empty if nothing.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let (mut found, name) = (Vec::new(), self.architecture.name.clone());
        if !self.architecture.known {
            found.push(Warning::UnknownArchitecture { name });
        } else if !self.architecture.writes {
            found.push(Warning::WritesNoText { name });
        }
        if self.vocabulary.kind == VocabularyKind::None {
            found.push(Warning::NoVocabulary);
        }
        found
    }
}

impl VocabularyKind {
    /// The kind that `tokenizer.ggml.model` names.
    pub(super) fn new(name: Option<&str>) -> Self {
        match name {
            Some("llama") => Self::SentencePiece,
            Some("gpt2") => Self::BytePairs,
            Some("bert") => Self::WordPiece,
            Some("t5") => Self::Unigram,
            Some("rwkv") => Self::LongestMatch,
            None | Some("no_vocab" | "none" | "") => Self::None,
            Some(other) => Self::Other(other.to_owned()),
        }
    }
}
