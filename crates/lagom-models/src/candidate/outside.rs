//! What a training reads and keeps outside of its data.

use std::path::Path;

use crate::data::Column;
use crate::study::{Compute, Weights};

/// What a training reads and keeps outside of its data; nothing of most.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outside<'a> {
    /// Pretrained weights of the candidate; set by [`fit`](super::fit).
    pub weights: Option<&'a Weights>,
    /// Where it is trained, and in which numbers; set by [`fit`](super::fit). None: on the processor, in f32.
    pub compute: Option<Compute>,
    /// The folder in which is kept what is worked out once for all repeats, and how far a long training is; none: nothing is kept.
    pub folder: Option<&'a Path>,
    /// All input columns of the data set, whose texts are read once for all repeats; none: those of the training rows.
    pub columns: Option<&'a [Column]>,
}

/// Stands in place of a lever's name where a [`RowChange`](super::RowChange) tells of texts that pretrained weights don't read to the end.
pub const CUT_TEXTS: &str = "texts cut at the context of the weights";

/// Static embeddings that are distilled out of weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticSizes {
    /// Numbers of a vector, of each size.
    pub dimensions: Vec<u32>,
    /// Tokens that each size has a vector of.
    pub tokens: u32,
    /// What the distillation takes: a whole sentence.
    pub told: String,
}

/// How much of a text pretrained weights read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The most tokens, special ones included.
    pub tokens: u32,
    /// What says so: `` `max_seq_length` of sentence_bert_config.json ``.
    pub from: String,
}
