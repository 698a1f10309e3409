//! What config.json says of a network.

use std::path::Path;

use serde_json::Value;

use crate::architecture::Architecture;
use crate::error::WeightsError;

/// What a hidden layer does to its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Activation {
    /// `x · Φ(x)` (Hendrycks & Gimpel 2016).
    Gelu,
    /// The same by its approximation with tanh.
    GeluTanh,
    /// `max(x, 0)`.
    Relu,
    /// `x · σ(x)`.
    Silu,
}

/// Rotations of queries and keys by position (Su et al. 2021).
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Rotary {
    pub(crate) theta: f64,
    pub(crate) scaling: RotaryScaling,
}

/// How rotations are stretched for longer texts.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) enum RotaryScaling {
    /// Not at all.
    None,
    /// All positions divided by a factor.
    Linear { factor: f64 },
    /// Low frequencies divided, high ones kept, in between a mixture (Llama 3.1).
    Llama3 { factor: f64, low: f64, high: f64, original: f64 },
}

/// Relative positions (MPNet): a bias of attention for each bucket of distances and each head.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Relative {
    pub(crate) buckets: usize,
}

/// All that fixes a network beside its weights.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Shape {
    pub(crate) architecture: Architecture,
    pub(crate) vocabulary: usize,
    pub(crate) width: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    /// Heads of keys and values, each shared by `heads / key_heads` queries.
    pub(crate) key_heads: usize,
    pub(crate) head_width: usize,
    /// Width of the hidden layer.
    pub(crate) hidden: usize,
    /// Longest text, in tokens.
    pub(crate) positions: usize,
    pub(crate) epsilon: f32,
    pub(crate) activation: Activation,
    /// Kinds of tokens (BERT's segments), of which the first is used; 0: none.
    pub(crate) kinds: usize,
    /// Rows of the table of positions before the first one; MPNet's first two stand for padding.
    pub(crate) position_offset: usize,
    /// Rows of the table of positions; 0: none.
    pub(crate) position_rows: usize,
    pub(crate) relative: Option<Relative>,
    pub(crate) rotary: Option<Rotary>,
    /// Query, key and value have biases.
    pub(crate) attention_bias: bool,
    /// What follows attention has one.
    pub(crate) output_bias: bool,
    /// The hidden layer has biases.
    pub(crate) hidden_bias: bool,
    /// Queries and keys are normalised by head (Qwen3).
    pub(crate) head_norm: bool,
    /// The head of the decoder is the embedding.
    pub(crate) tied: bool,
}

/// More blocks than any network has.
const MOST_LAYERS: usize = 10_000;

impl Shape {
    /// Whether its numbers can be those of a network (what was read from bytes may not).
    pub(crate) fn is_sound(&self) -> bool {
        let all =
            [self.vocabulary, self.width, self.heads, self.key_heads, self.head_width, self.hidden, self.positions];
        all.iter().all(|number| *number > 0)
            && self.layers <= MOST_LAYERS
            && self.heads.is_multiple_of(self.key_heads)
            && (self.rotary.is_none() || self.head_width.is_multiple_of(2))
            && (self.architecture.is_decoder() || self.position_rows >= self.positions + self.position_offset)
    }
}

/// A configuration and where it is from, for messages.
pub(crate) struct Config<'a> {
    pub(crate) file: &'a Path,
    pub(crate) values: &'a Value,
}

impl Config<'_> {
    fn fault(&self, key: &str, expected: &str) -> WeightsError {
        let found = self.values.get(key).map_or_else(|| "missing".into(), |value| format!("`{value}`"));
        WeightsError::Key { file: self.file.into(), key: key.into(), found, expected: expected.into() }
    }

    /// A value that may be missing or null.
    pub(crate) fn value(&self, key: &str) -> Option<&Value> {
        self.values.get(key).filter(|value| !value.is_null())
    }

    fn count(&self, key: &str) -> Result<usize, WeightsError> {
        let value = self.values.get(key).and_then(Value::as_u64).filter(|value| (1..=1 << 40).contains(value));
        value.map(|value| value as usize).ok_or_else(|| self.fault(key, "a whole number from 1"))
    }

    fn count_or(&self, key: &str, default: usize) -> Result<usize, WeightsError> {
        if self.value(key).is_none() { Ok(default) } else { self.count(key) }
    }

    fn number_or(&self, key: &str, default: f64) -> Result<f64, WeightsError> {
        match self.value(key) {
            None => Ok(default),
            Some(value) => {
                value.as_f64().filter(|v| v.is_finite() && *v > 0.0).ok_or_else(|| self.fault(key, "a number above 0"))
            }
        }
    }

    fn truth_or(&self, key: &str, default: bool) -> Result<bool, WeightsError> {
        match self.value(key) {
            None => Ok(default),
            Some(value) => value.as_bool().ok_or_else(|| self.fault(key, "true or false")),
        }
    }

    fn activation(&self, key: &str, default: &str) -> Result<Activation, WeightsError> {
        let name = self.value(key).map_or(Some(default), Value::as_str);
        match name {
            Some("gelu") => Ok(Activation::Gelu),
            Some("gelu_new" | "gelu_pytorch_tanh" | "gelu_fast") => Ok(Activation::GeluTanh),
            Some("relu") => Ok(Activation::Relu),
            Some("silu" | "swish") => Ok(Activation::Silu),
            _ => Err(self.fault(key, "`gelu`, `gelu_new`, `relu` or `silu`")),
        }
    }

    /// What the configuration says of a network of that architecture.
    ///
    /// # Errors
    ///
    /// If a needed key is missing or has a value that cannot be.
    pub(crate) fn shape(&self, architecture: Architecture) -> Result<Shape, WeightsError> {
        let shape = match architecture {
            Architecture::Bert | Architecture::Mpnet => self.bert(architecture)?,
            Architecture::DistilBert => self.distilbert()?,
            _ => self.decoder(architecture)?,
        };
        if shape.layers > MOST_LAYERS {
            return Err(self.fault("num_hidden_layers", &format!("at most {MOST_LAYERS}")));
        }
        if shape.heads % shape.key_heads != 0 {
            return Err(self.fault("num_key_value_heads", "a divisor of `num_attention_heads`"));
        }
        Ok(shape)
    }

    fn head_width(&self, width: usize, heads: usize, key: &str) -> Result<usize, WeightsError> {
        if width.is_multiple_of(heads) {
            return Ok(width / heads);
        }
        Err(self.fault(key, &format!("a divisor of the width {width}")))
    }

    fn bert(&self, architecture: Architecture) -> Result<Shape, WeightsError> {
        let (width, heads) = (self.count("hidden_size")?, self.count("num_attention_heads")?);
        let mpnet = architecture == Architecture::Mpnet;
        if self.value("position_embedding_type").is_some_and(|kind| kind != "absolute") {
            return Err(self.fault("position_embedding_type", "`absolute`"));
        }
        let rows = self.count("max_position_embeddings")?;
        let offset = if mpnet { 2 } else { 0 };
        Ok(Shape {
            architecture,
            vocabulary: self.count("vocab_size")?,
            width,
            layers: self.count("num_hidden_layers")?,
            heads,
            key_heads: heads,
            head_width: self.head_width(width, heads, "num_attention_heads")?,
            hidden: self.count("intermediate_size")?,
            positions: rows.saturating_sub(offset).max(1),
            epsilon: self.number_or("layer_norm_eps", 1e-12)? as f32,
            activation: self.activation("hidden_act", "gelu")?,
            kinds: if mpnet { 0 } else { self.count_or("type_vocab_size", 2)? },
            position_offset: offset,
            position_rows: rows,
            relative: if mpnet {
                Some(Relative { buckets: self.count_or("relative_attention_num_buckets", 32)? })
            } else {
                None
            },
            rotary: None,
            attention_bias: true,
            output_bias: true,
            hidden_bias: true,
            head_norm: false,
            tied: true,
        })
    }

    fn distilbert(&self) -> Result<Shape, WeightsError> {
        let (width, heads) = (self.count("dim")?, self.count("n_heads")?);
        let rows = self.count("max_position_embeddings")?;
        Ok(Shape {
            architecture: Architecture::DistilBert,
            vocabulary: self.count("vocab_size")?,
            width,
            layers: self.count("n_layers")?,
            heads,
            key_heads: heads,
            head_width: self.head_width(width, heads, "n_heads")?,
            hidden: self.count("hidden_dim")?,
            positions: rows,
            epsilon: 1e-12,
            activation: self.activation("activation", "gelu")?,
            kinds: 0,
            position_offset: 0,
            position_rows: rows,
            relative: None,
            rotary: None,
            attention_bias: true,
            output_bias: true,
            hidden_bias: true,
            head_norm: false,
            tied: true,
        })
    }

    fn decoder(&self, architecture: Architecture) -> Result<Shape, WeightsError> {
        let (width, heads) = (self.count("hidden_size")?, self.count("num_attention_heads")?);
        let head_width = match self.value("head_dim") {
            Some(_) => self.count("head_dim")?,
            None if architecture == Architecture::Qwen3 => 128,
            None => self.head_width(width, heads, "num_attention_heads")?,
        };
        if head_width % 2 != 0 {
            return Err(self.fault("head_dim", "an even number"));
        }
        if self.truth_or("use_sliding_window", false)? {
            return Err(self.fault("use_sliding_window", "false (a sliding window is not known)"));
        }
        let bias = self.truth_or("attention_bias", false)?;
        Ok(Shape {
            architecture,
            vocabulary: self.count("vocab_size")?,
            width,
            layers: self.count("num_hidden_layers")?,
            heads,
            key_heads: self.count_or("num_key_value_heads", heads)?,
            head_width,
            hidden: self.count("intermediate_size")?,
            positions: self.count("max_position_embeddings")?,
            epsilon: self.number_or("rms_norm_eps", 1e-6)? as f32,
            activation: self.activation("hidden_act", "silu")?,
            kinds: 0,
            position_offset: 0,
            position_rows: 0,
            relative: None,
            rotary: Some(self.rotary()?),
            attention_bias: bias || architecture == Architecture::Qwen2,
            output_bias: bias && architecture != Architecture::Qwen2,
            hidden_bias: self.truth_or("mlp_bias", false)?,
            head_norm: architecture == Architecture::Qwen3,
            tied: self.truth_or("tie_word_embeddings", false)?,
        })
    }

    /// Rotations: `rope_parameters` as transformers 5 writes them, `rope_theta` and `rope_scaling` as those before.
    fn rotary(&self) -> Result<Rotary, WeightsError> {
        let key = if self.value("rope_parameters").is_some() { "rope_parameters" } else { "rope_scaling" };
        let Some(inner) = self.value(key) else {
            return Ok(Rotary { theta: self.number_or("rope_theta", 10_000.0)?, scaling: RotaryScaling::None });
        };
        let nested = Config { file: self.file, values: inner };
        let theta = match nested.value("rope_theta") {
            Some(_) => nested.number_or("rope_theta", 10_000.0)?,
            None => self.number_or("rope_theta", 10_000.0)?,
        };
        let kind = nested.value("rope_type").or_else(|| nested.value("type")).map_or(Some("default"), Value::as_str);
        let scaling = match kind {
            Some("default") => RotaryScaling::None,
            Some("linear") => RotaryScaling::Linear { factor: nested.number_or("factor", 1.0)? },
            Some("llama3") => RotaryScaling::Llama3 {
                factor: nested.number_or("factor", 8.0)?,
                low: nested.number_or("low_freq_factor", 1.0)?,
                high: nested.number_or("high_freq_factor", 4.0)?,
                original: nested.number_or("original_max_position_embeddings", 8192.0)?,
            },
            _ => return Err(self.fault(key, "rotations of type `default`, `linear` or `llama3`")),
        };
        Ok(Rotary { theta, scaling })
    }
}
