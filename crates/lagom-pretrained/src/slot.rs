//! The parameters of a network: their names here, their shapes, and under which names Hugging Face's files have them.

use crate::architecture::Architecture;
use crate::shape::Shape;

/// A parameter of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Slot {
    /// Embedding of tokens `[vocabulary, width]`.
    Tokens,
    /// Embedding of positions.
    Positions,
    /// Embedding of the kinds of tokens (BERT's segments).
    Kinds,
    EmbeddingGain,
    EmbeddingShift,
    /// Bias of attention by distance `[buckets, heads]`.
    Relative,
    Block(u16, Part),
    FinalGain,
    /// Head of a decoder, where it is not the embedding.
    Output,
}

/// A parameter of a block. `First` is the normalisation beside attention, `Second` the one beside the hidden layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// Query, key and value behind each other: `[outputs, width]`.
    AttentionWeight,
    AttentionBias,
    QueryGain,
    KeyGain,
    OutputWeight,
    OutputBias,
    FirstGain,
    FirstShift,
    /// Into the hidden layer; a gated layer's gate and up behind each other.
    UpWeight,
    UpBias,
    DownWeight,
    DownBias,
    SecondGain,
    SecondShift,
}

impl Part {
    /// Whether it is a matrix, which weight decay is for.
    pub(crate) fn is_weight(self) -> bool {
        matches!(self, Self::AttentionWeight | Self::OutputWeight | Self::UpWeight | Self::DownWeight)
    }
}

/// A parameter and its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) slot: Slot,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Whether it is used as a matrix; else it is `columns` numbers, or a table of rows.
    pub(crate) is_matrix: bool,
}

/// A tensor of a file that a parameter, or some rows of it, is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) name: String,
    /// As the file has it.
    pub(crate) shape: Vec<usize>,
}

impl Shape {
    /// Width of queries, and of keys.
    pub(crate) fn query_width(&self) -> usize {
        self.heads * self.head_width
    }

    pub(crate) fn key_width(&self) -> usize {
        self.key_heads * self.head_width
    }

    /// Whether the hidden layer is gated.
    pub(crate) fn gated(&self) -> bool {
        self.architecture.is_decoder()
    }

    /// Columns into the hidden layer.
    pub(crate) fn up_width(&self) -> usize {
        if self.gated() { 2 * self.hidden } else { self.hidden }
    }

    /// All parameters that a network of this shape has, in a fixed order.
    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let width = self.width;
        let decoder = self.architecture.is_decoder();
        let mut all = Vec::new();
        let mut add = |there: bool, slot, rows, columns, is_matrix| {
            if there {
                all.push(Parameter { slot, rows, columns, is_matrix });
            }
        };
        add(true, Slot::Tokens, self.vocabulary, width, true);
        add(self.position_rows > 0, Slot::Positions, self.position_rows, width, false);
        add(self.kinds > 0, Slot::Kinds, self.kinds, width, false);
        add(!decoder, Slot::EmbeddingGain, 1, width, false);
        add(!decoder, Slot::EmbeddingShift, 1, width, false);
        add(self.relative.is_some(), Slot::Relative, self.relative.map_or(0, |r| r.buckets), self.heads, false);
        let qkv = self.query_width() + 2 * self.key_width();
        for at in 0..self.layers {
            let at = at as u16;
            let mut part =
                |there, part, rows, columns, matrix| add(there, Slot::Block(at, part), rows, columns, matrix);
            part(true, Part::AttentionWeight, qkv, width, true);
            part(self.attention_bias, Part::AttentionBias, 1, qkv, false);
            part(self.head_norm, Part::QueryGain, 1, self.head_width, false);
            part(self.head_norm, Part::KeyGain, 1, self.head_width, false);
            part(true, Part::OutputWeight, width, self.query_width(), true);
            part(self.output_bias, Part::OutputBias, 1, width, false);
            part(true, Part::FirstGain, 1, width, false);
            part(!decoder, Part::FirstShift, 1, width, false);
            part(true, Part::UpWeight, self.up_width(), width, true);
            part(self.hidden_bias, Part::UpBias, 1, self.up_width(), false);
            part(true, Part::DownWeight, width, self.hidden, true);
            part(self.hidden_bias, Part::DownBias, 1, width, false);
            part(true, Part::SecondGain, 1, width, false);
            part(!decoder, Part::SecondShift, 1, width, false);
        }
        add(decoder, Slot::FinalGain, 1, width, false);
        add(decoder && !self.tied, Slot::Output, self.vocabulary, width, true);
        all
    }

    /// Name of the embedding of tokens in files, behind the prefix.
    pub(crate) fn tokens_name(&self) -> &'static str {
        match self.architecture {
            Architecture::Bert | Architecture::Mpnet | Architecture::DistilBert => "embeddings.word_embeddings.weight",
            _ => "embed_tokens.weight",
        }
    }

    /// The tensors of a file that make a parameter, rows behind each other. `prefix` stands before the names of all but the head.
    pub(crate) fn sources(&self, parameter: &Parameter, prefix: &str) -> Vec<Source> {
        let (rows, columns) = (parameter.rows, parameter.columns);
        let whole = |name: &str| {
            let shape = if rows == 1 && !parameter.is_matrix && !self.is_table(parameter.slot) {
                vec![columns]
            } else {
                vec![rows, columns]
            };
            vec![Source { name: format!("{prefix}{name}"), shape }]
        };
        match parameter.slot {
            Slot::Tokens => whole(self.tokens_name()),
            Slot::Positions => whole("embeddings.position_embeddings.weight"),
            Slot::Kinds => whole("embeddings.token_type_embeddings.weight"),
            Slot::EmbeddingGain => whole("embeddings.LayerNorm.weight"),
            Slot::EmbeddingShift => whole("embeddings.LayerNorm.bias"),
            Slot::Relative => whole("encoder.relative_attention_bias.weight"),
            Slot::FinalGain => whole("norm.weight"),
            Slot::Output => vec![Source { name: "lm_head.weight".into(), shape: vec![rows, columns] }],
            Slot::Block(at, part) => self.block_sources(at, part, parameter, prefix),
        }
    }

    fn is_table(&self, slot: Slot) -> bool {
        matches!(slot, Slot::Positions | Slot::Kinds | Slot::Relative)
    }

    fn block_sources(&self, at: u16, part: Part, parameter: &Parameter, prefix: &str) -> Vec<Source> {
        let names = names(self.architecture, part);
        let splits = match part {
            Part::AttentionWeight | Part::AttentionBias => {
                vec![self.query_width(), self.key_width(), self.key_width()]
            }
            Part::UpWeight | Part::UpBias if self.gated() => vec![self.hidden, self.hidden],
            _ => vec![if parameter.is_matrix { parameter.rows } else { parameter.columns }],
        };
        let blocks = match self.architecture {
            Architecture::Bert | Architecture::Mpnet => "encoder.layer",
            Architecture::DistilBert => "transformer.layer",
            _ => "layers",
        };
        names
            .iter()
            .zip(splits)
            .map(|(name, size)| Source {
                name: format!("{prefix}{blocks}.{at}.{name}"),
                shape: if parameter.is_matrix { vec![size, parameter.columns] } else { vec![size] },
            })
            .collect()
    }
}

/// The names of a block's tensors in files.
fn names(architecture: Architecture, part: Part) -> &'static [&'static str] {
    match architecture {
        Architecture::Bert => match part {
            Part::AttentionWeight => {
                &["attention.self.query.weight", "attention.self.key.weight", "attention.self.value.weight"]
            }
            Part::AttentionBias => {
                &["attention.self.query.bias", "attention.self.key.bias", "attention.self.value.bias"]
            }
            Part::OutputWeight => &["attention.output.dense.weight"],
            Part::OutputBias => &["attention.output.dense.bias"],
            Part::FirstGain => &["attention.output.LayerNorm.weight"],
            Part::FirstShift => &["attention.output.LayerNorm.bias"],
            Part::UpWeight => &["intermediate.dense.weight"],
            Part::UpBias => &["intermediate.dense.bias"],
            Part::DownWeight => &["output.dense.weight"],
            Part::DownBias => &["output.dense.bias"],
            Part::SecondGain => &["output.LayerNorm.weight"],
            Part::SecondShift => &["output.LayerNorm.bias"],
            Part::QueryGain | Part::KeyGain => &[],
        },
        Architecture::Mpnet => match part {
            Part::AttentionWeight => &["attention.attn.q.weight", "attention.attn.k.weight", "attention.attn.v.weight"],
            Part::AttentionBias => &["attention.attn.q.bias", "attention.attn.k.bias", "attention.attn.v.bias"],
            Part::OutputWeight => &["attention.attn.o.weight"],
            Part::OutputBias => &["attention.attn.o.bias"],
            Part::FirstGain => &["attention.LayerNorm.weight"],
            Part::FirstShift => &["attention.LayerNorm.bias"],
            other => names(Architecture::Bert, other),
        },
        Architecture::DistilBert => match part {
            Part::AttentionWeight => &["attention.q_lin.weight", "attention.k_lin.weight", "attention.v_lin.weight"],
            Part::AttentionBias => &["attention.q_lin.bias", "attention.k_lin.bias", "attention.v_lin.bias"],
            Part::OutputWeight => &["attention.out_lin.weight"],
            Part::OutputBias => &["attention.out_lin.bias"],
            Part::FirstGain => &["sa_layer_norm.weight"],
            Part::FirstShift => &["sa_layer_norm.bias"],
            Part::UpWeight => &["ffn.lin1.weight"],
            Part::UpBias => &["ffn.lin1.bias"],
            Part::DownWeight => &["ffn.lin2.weight"],
            Part::DownBias => &["ffn.lin2.bias"],
            Part::SecondGain => &["output_layer_norm.weight"],
            Part::SecondShift => &["output_layer_norm.bias"],
            Part::QueryGain | Part::KeyGain => &[],
        },
        _ => match part {
            Part::AttentionWeight => &["self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight"],
            Part::AttentionBias => &["self_attn.q_proj.bias", "self_attn.k_proj.bias", "self_attn.v_proj.bias"],
            Part::QueryGain => &["self_attn.q_norm.weight"],
            Part::KeyGain => &["self_attn.k_norm.weight"],
            Part::OutputWeight => &["self_attn.o_proj.weight"],
            Part::OutputBias => &["self_attn.o_proj.bias"],
            Part::FirstGain => &["input_layernorm.weight"],
            Part::UpWeight => &["mlp.gate_proj.weight", "mlp.up_proj.weight"],
            Part::UpBias => &["mlp.gate_proj.bias", "mlp.up_proj.bias"],
            Part::DownWeight => &["mlp.down_proj.weight"],
            Part::DownBias => &["mlp.down_proj.bias"],
            Part::SecondGain => &["post_attention_layernorm.weight"],
            Part::FirstShift | Part::SecondShift => &[],
        },
    }
}

impl std::fmt::Display for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Block(at, part) => write!(f, "block.{at:03}.{part:?}"),
            other => write!(f, "{other:?}"),
        }
    }
}
