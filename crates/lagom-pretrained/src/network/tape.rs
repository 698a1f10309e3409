//! What a forward pass keeps for the way back, and the zeros that it puts in.

use std::collections::BTreeMap;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::adapters::Target;
use crate::kernels::Normalised;
use crate::product::Rows;

/// What a forward pass keeps.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    pub(crate) embedding: Normalised,
    pub(crate) embedding_mask: Vec<f32>,
    pub(crate) blocks: Vec<BlockTape>,
    pub(crate) last: Normalised,
}

/// What one block keeps.
#[derive(Debug, Default)]
pub(crate) struct BlockTape {
    /// What attention reads.
    pub(crate) input: Rows,
    /// Query, key and value as attention uses them.
    pub(crate) attention: Rows,
    /// Of queries and keys, where they are normalised by head.
    pub(crate) head_norms: [Normalised; 2],
    pub(crate) shares: Vec<f32>,
    pub(crate) attended: Rows,
    /// What the hidden layer reads.
    pub(crate) middle: Rows,
    pub(crate) hidden: Rows,
    /// See [`crate::kernels::Hidden::kept`].
    pub(crate) slopes: Vec<f32>,
    pub(crate) first: Normalised,
    pub(crate) second: Normalised,
    /// `x·Aᵀ` of each addition.
    pub(crate) low: BTreeMap<Target, Vec<f32>>,
    /// What the branches of attention and hidden layer were multiplied by; empty without dropout.
    pub(crate) masks: [Vec<f32>; 2],
}

/// Random zeros in the branches of a network (Srivastava et al. 2014).
#[derive(Debug)]
pub(crate) struct Dropout<'a> {
    /// Share of the numbers that become 0; the others are divided by the rest.
    pub(crate) share: f32,
    pub(crate) random: &'a mut ChaCha8Rng,
}

impl Dropout<'_> {
    /// What `count` numbers are multiplied by.
    pub(crate) fn mask(&mut self, count: usize) -> Vec<f32> {
        let limit = (f64::from(self.share) * 65_536.0) as u32;
        let keep = (1.0 / (1.0 - f64::from(limit) / 65_536.0)) as f32;
        let mut mask = Vec::with_capacity(count + 4);
        while mask.len() < count {
            let bits: u64 = self.random.random();
            for at in 0..4 {
                let drawn = (bits >> (16 * at)) as u32 & 0xffff;
                mask.push(if drawn < limit { 0.0 } else { keep });
            }
        }
        mask.truncate(count);
        mask
    }
}
