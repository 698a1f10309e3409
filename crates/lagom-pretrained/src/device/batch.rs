//! Texts of a batch on a device, filled up to the longest.

use burn_tensor::{DType, Device, Int, Tensor, TensorData};

use super::tensor;
use crate::folder::Pooling;
use crate::network::{Batch, Network};

/// What is added to the score of a token that is not to be seen: nothing is left of its share.
const UNSEEN: f32 = -1e30;

/// Texts of a batch.
pub(crate) struct Padded {
    pub(super) texts: usize,
    /// Tokens of the longest text; the others are filled up with the first of the vocabulary.
    pub(super) longest: usize,
    /// `[texts · longest]`.
    pub(super) ids: Tensor<1, Int>,
    /// `[texts, 1, longest or 1, longest]`: what is added to the score of query and key.
    pub(super) unseen: Tensor<4>,
    /// `[texts, longest, 1]`: what each token counts in the pooled vector.
    pub(super) shares: Tensor<3>,
    /// Cosines and sines of all positions, `[1, 1, longest, head width]`.
    pub(super) rotations: Option<[Tensor<4>; 2]>,
    /// `[longest · longest]`: the bucket of query and key.
    pub(super) buckets: Option<Tensor<1, Int>>,
    lengths: Vec<usize>,
}

impl Padded {
    /// A batch for a network.
    pub(crate) fn new(batch: &Batch, network: &Network, pooling: Pooling, device: &Device) -> Self {
        let lengths: Vec<usize> = batch.starts.windows(2).map(|text| text[1] - text[0]).collect();
        let (texts, longest) = (lengths.len(), batch.longest());
        let mut ids = vec![0i32; texts * longest];
        for (row, text) in ids.chunks_exact_mut(longest.max(1)).zip(batch.starts.windows(2)) {
            row.iter_mut().zip(&batch.ids[text[0]..text[1]]).for_each(|(to, id)| *to = *id as i32);
        }
        Self {
            texts,
            longest,
            ids: whole(ids, device),
            unseen: unseen(&lengths, longest, network.shape.architecture.is_decoder(), device),
            shares: shares(&lengths, longest, pooling, device),
            rotations: rotations(batch, network, device),
            buckets: buckets(longest, network, device),
            lengths,
        }
    }

    /// Rows of the real tokens, behind each other, among those that were filled in, which are 0.
    pub(super) fn spread(&self, rows: &[f32], width: usize) -> Vec<f32> {
        let mut all = vec![0.0; self.texts * self.longest * width];
        let mut from = 0;
        for (text, length) in all.chunks_exact_mut((self.longest * width).max(1)).zip(&self.lengths) {
            let count = length * width;
            text[..count].copy_from_slice(&rows[from..from + count]);
            from += count;
        }
        all
    }

    /// How many real tokens there are.
    pub(super) fn tokens(&self) -> usize {
        self.lengths.iter().sum()
    }
}

fn whole(values: Vec<i32>, device: &Device) -> Tensor<1, Int> {
    let count = values.len();
    Tensor::from_data(TensorData::new(values, [count]), (device, DType::I32))
}

fn unseen(lengths: &[usize], longest: usize, causal: bool, device: &Device) -> Tensor<4> {
    let queries = if causal { longest } else { 1 };
    let mut all = Vec::with_capacity(lengths.len() * queries * longest);
    for length in lengths {
        for query in 0..queries {
            let seen = if causal { (query + 1).min(*length) } else { *length };
            all.extend((0..longest).map(|key| if key < seen { 0.0 } else { UNSEEN }));
        }
    }
    tensor(all, [lengths.len(), 1, queries, longest], device)
}

fn shares(lengths: &[usize], longest: usize, pooling: Pooling, device: &Device) -> Tensor<3> {
    let share = |length: usize, at: usize| match pooling {
        Pooling::Mean if at < length => 1.0 / length as f32,
        Pooling::Cls if at == 0 => 1.0,
        Pooling::Last if at + 1 == length => 1.0,
        Pooling::Mean | Pooling::Cls | Pooling::Last => 0.0,
    };
    let all = lengths.iter().flat_map(|length| (0..longest).map(move |at| share(*length, at))).collect();
    tensor(all, [lengths.len(), longest, 1], device)
}

/// Both halves of a head turn by the same angles.
fn rotations(batch: &Batch, network: &Network, device: &Device) -> Option<[Tensor<4>; 2]> {
    let rotations = network.rotations(batch)?;
    let (longest, width) = (batch.longest(), network.shape.head_width);
    let twice = |table: &[f32]| {
        let rows = table.chunks_exact((width / 2).max(1));
        tensor(rows.flat_map(|row| row.iter().chain(row)).copied().collect(), [1, 1, longest, width], device)
    };
    Some([twice(rotations.cosines()), twice(rotations.sines())])
}

fn buckets(longest: usize, network: &Network, device: &Device) -> Option<Tensor<1, Int>> {
    network.shape.relative?;
    let of = |query: usize, key: usize| i32::from(network.bucket(query, key));
    Some(whole((0..longest).flat_map(|query| (0..longest).map(move |key| of(query, key))).collect(), device))
}
