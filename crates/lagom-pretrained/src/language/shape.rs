//! One dial: the width of a decoder, from which all else about its shape follows.

use crate::architecture::Architecture;
use crate::shape::{Activation, Rotary, RotaryScaling, Shape};

/// The shape of a decoder that is trained from nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct LanguageShape {
    /// Numbers of a token's vector.
    pub width: usize,
    /// Blocks.
    pub layers: usize,
    /// Heads of attention; queries, keys and values have the same number.
    pub heads: usize,
    /// Width of the gated hidden layer.
    pub hidden: usize,
    /// Tokens that a vocabulary is trained for; texts of few different words come to fewer.
    pub vocabulary: usize,
    /// Tokens that are read at once.
    pub context: usize,
}

/// Width to depth: between SmolLM2-135M (576 wide, 30 deep) and GPT-2 (768, 12); Pythia-14M has 21. The loss hardly hangs on it over a
/// wide range (Kaplan et al. 2020, section 3.1).
const WIDTH_TO_DEPTH: usize = 32;
/// Tokens of the vocabulary for each number of the width: the embedding is then about `21 / width` of the blocks' weights, a share that
/// falls as models grow, as it should (Tao et al. 2024, "Scaling laws with vocabulary").
const TOKENS_TO_WIDTH: usize = 8;
/// Tokens that are read at once.
const CONTEXT: usize = 256;
/// Widths are multiples of this, and hidden layers.
const STEP: usize = 32;
/// Tokens that every vocabulary has: the bytes.
const BYTES: usize = 256;

impl LanguageShape {
    /// What follows from a width:
    ///
    /// | | rule |
    /// |---|---|
    /// | depth | `width / 32`, at least 2 |
    /// | heads | 32 wide below a width of 256, 64 wide from there on |
    /// | hidden layer | gated, 8/3 of the width, up to a multiple of 32: blocks have some `12 · width²` weights each |
    /// | vocabulary | 8 tokens for each number of the width; at least the 256 bytes |
    /// | context | 256 tokens |
    ///
    /// The width is taken up to a multiple of 32, above 128 of 64.
    #[must_use]
    pub fn of_width(width: usize) -> Self {
        let width = width.max(1).next_multiple_of(if width <= 4 * STEP { STEP } else { 2 * STEP });
        let head = if width < 8 * STEP { STEP } else { 2 * STEP };
        Self {
            width,
            layers: (width / WIDTH_TO_DEPTH).max(2),
            heads: (width / head).max(1),
            hidden: (8 * width).div_ceil(3).next_multiple_of(STEP),
            vocabulary: (TOKENS_TO_WIDTH * width).max(BYTES),
            context: CONTEXT,
        }
    }

    /// Weights of all blocks, without the embedding: what rules of learning rates and of operations speak of.
    #[must_use]
    pub fn blocks(&self) -> u64 {
        let (width, hidden) = (self.width as u64, self.hidden as u64);
        let block = 4 * width * width + 3 * width * hidden + 2 * width;
        self.layers as u64 * block + width
    }

    /// All weights, with an embedding of `tokens` tokens and the one that stands before a text; the head is the embedding.
    #[must_use]
    pub fn parameters(&self, tokens: usize) -> u64 {
        self.blocks() + (tokens as u64 + 1) * self.width as u64
    }

    /// Floating-point operations of a pass forward over so many tokens: two for each weight, the head's among them, and attention's own,
    /// where a text has `length` tokens.
    #[must_use]
    pub fn operations(&self, tokens: u64, vocabulary: usize, length: usize) -> u64 {
        let head = (vocabulary as u64 + 1) * self.width as u64;
        let attention = (self.layers * self.width * length.min(self.context)) as u64;
        2 * (self.blocks() + head + attention) * tokens
    }

    /// The same as a network's, with so many rows of the embedding.
    pub(super) fn network(&self, rows: usize) -> Shape {
        Shape {
            architecture: Architecture::Llama,
            vocabulary: rows,
            width: self.width,
            layers: self.layers,
            heads: self.heads,
            key_heads: self.heads,
            head_width: self.width / self.heads.max(1),
            hidden: self.hidden,
            positions: self.context,
            epsilon: 1e-5,
            activation: Activation::Silu,
            kinds: 0,
            position_offset: 0,
            position_rows: 0,
            relative: None,
            rotary: Some(Rotary { theta: 10_000.0, scaling: RotaryScaling::None }),
            attention_bias: false,
            output_bias: false,
            hidden_bias: false,
            head_norm: false,
            tied: true,
        }
    }
}

/// More than any such model has, of each number: what is larger was not written by lagom.
const MOST: usize = 1 << 20;

impl LanguageShape {
    /// Whether its numbers can be those of a model (what was read from bytes may not).
    pub(super) fn is_sound(&self) -> bool {
        let all = [self.width, self.layers, self.heads, self.hidden, self.vocabulary, self.context];
        all.iter().all(|number| (1..=MOST).contains(number))
            && self.width.is_multiple_of(2 * self.heads)
            && self.network(1).is_sound()
    }
}
