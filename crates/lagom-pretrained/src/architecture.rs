//! The families of networks that are read.

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

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Whether it reads from left to right only, and gives likelihoods of continuations.
    #[must_use]
    pub fn is_decoder(self) -> bool {
        matches!(self, Self::Llama | Self::Qwen2 | Self::Qwen3)
    }
}
