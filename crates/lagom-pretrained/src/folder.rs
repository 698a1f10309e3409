//! A folder of weights as Hugging Face has them: what it is, from headers alone.

use std::path::{Path, PathBuf};

use crate::error::WeightsError;

/// Families of networks that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Architecture {
    /// BERT: MiniLM, BGE, E5, GTE.
    Bert,
    /// MPNet: BERT with relative positions.
    Mpnet,
    /// DistilBERT.
    DistilBert,
    /// Llama, SmolLM.
    Llama,
    /// Qwen2: Llama with biases of query, key and value.
    Qwen2,
    /// Qwen3: Llama with normalised queries and keys.
    Qwen3,
    /// Embeddings of tokens without a network (model2vec).
    StaticEmbedding,
}

impl Architecture {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 7] =
        [Self::Bert, Self::Mpnet, Self::DistilBert, Self::Llama, Self::Qwen2, Self::Qwen3, Self::StaticEmbedding];

    /// As `model_type` of config.json has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bert => "bert",
            Self::Mpnet => "mpnet",
            Self::DistilBert => "distilbert",
            Self::Llama => "llama",
            Self::Qwen2 => "qwen2",
            Self::Qwen3 => "qwen3",
            Self::StaticEmbedding => "model2vec",
        }
    }

    /// Whether it reads from left to right only, and gives likelihoods of continuations.
    #[must_use]
    pub fn is_decoder(self) -> bool {
        matches!(self, Self::Llama | Self::Qwen2 | Self::Qwen3)
    }
}

/// How the vectors of a text's tokens become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Their mean.
    Mean,
    /// The vector of the first one.
    Cls,
    /// The vector of the last one.
    Last,
}

/// BLAKE3 of weights and tokenizer: equal where and only where a model's numbers are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct ContentHash(pub [u8; 32]);

impl std::fmt::Display for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ContentHash({self})")
    }
}

/// A folder of weights, looked at: no weight is in memory yet.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    architecture: Architecture,
}

impl Folder {
    /// Looks at a folder: configuration, headers of the weights, tokenizer, pooling. Reads no weight.
    ///
    /// # Errors
    ///
    /// Whatever makes it unusable: see [`WeightsError`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, WeightsError> {
        Err(WeightsError::Missing { folder: path.as_ref().into(), file: "config.json".into(), needed: String::new() })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is.
    #[must_use]
    pub fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// Number of weights that the network uses (heads of other tasks in the files are not counted).
    #[must_use]
    pub fn parameters(&self) -> u64 {
        0
    }

    /// Bytes of weights and tokenizer on disk.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        0
    }

    /// Bytes that the weights take in memory, where each has four.
    #[must_use]
    pub fn memory(&self) -> u64 {
        0
    }

    /// Numbers in a vector of a token, and so in an embedding.
    #[must_use]
    pub fn width(&self) -> usize {
        0
    }

    /// Blocks of the network; 0 for static embeddings.
    #[must_use]
    pub fn layers(&self) -> usize {
        0
    }

    /// Tokens of a text that are read, special ones included; longer texts are cut. None: no limit.
    #[must_use]
    pub fn context(&self) -> Option<usize> {
        None
    }

    /// How the folder says that vectors are pooled; where it does not, what is usual for the architecture (mean; last token for decoders).
    #[must_use]
    pub fn pooling(&self) -> Pooling {
        Pooling::Mean
    }

    /// Whether the folder itself says how vectors are pooled.
    #[must_use]
    pub fn states_pooling(&self) -> bool {
        false
    }

    /// The same folder, pooled otherwise.
    #[must_use]
    pub fn with_pooling(self, _pooling: Pooling) -> Self {
        self
    }

    /// Whether embeddings are brought to length 1.
    #[must_use]
    pub fn normalises(&self) -> bool {
        false
    }

    /// BLAKE3 of weights and tokenizer, and of what config.json and the pooling say of them. Reads all files (about 1 s for 1 GB).
    ///
    /// # Errors
    ///
    /// If a file cannot be read.
    pub fn content_hash(&self) -> Result<ContentHash, WeightsError> {
        Ok(ContentHash([0; 32]))
    }
}
