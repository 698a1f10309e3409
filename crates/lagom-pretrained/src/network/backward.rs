//! Back: from the gradient of each token's vector to those of the parameters.

use std::collections::BTreeMap;

use super::adapters::{Adapters, Target};
use super::forward::{copied, put_back};
use super::tape::{BlockTape, Tape};
use super::{Batch, Network};
use crate::error::WeightsError;
use crate::kernels::{
    Rotations, activate_backward, add, column_sums, layer_norm_backward, multiply, rms_norm_backward,
};
use crate::product::{Matrix, Rows, columns, times, transposed_times};
use crate::slot::{Part, Slot};

/// Whose gradients are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Those of all parameters.
    All,
    /// Those of the low-rank additions alone.
    Additions,
}

/// The gradients of a pass.
#[derive(Debug, Default)]
pub(crate) struct Gradients {
    /// Of each parameter but the embedding of tokens.
    pub(crate) of: BTreeMap<Slot, Vec<f32>>,
    /// Of the rows of the embedding of tokens that the batch has.
    pub(crate) tokens: BTreeMap<u32, Vec<f32>>,
    /// Of A and B of each low-rank addition.
    pub(crate) additions: BTreeMap<(u16, Target), [Vec<f32>; 2]>,
}

impl Gradients {
    /// Adds the gradient of a decoder's head `[vocabulary, width]`: where the head is the embedding, to that of the embedding.
    pub(crate) fn add_head(&mut self, network: &Network, mut head: Vec<f32>) {
        if !network.shape.tied {
            self.of.insert(Slot::Output, head);
            return;
        }
        let width = network.shape.width;
        for (id, row) in std::mem::take(&mut self.tokens) {
            add(&mut head[id as usize * width..][..width], &row);
        }
        self.of.insert(Slot::Tokens, head);
    }

    /// The gradient of a parameter of so many numbers, to add to.
    fn at(&mut self, slot: Slot, count: usize) -> &mut Vec<f32> {
        self.of.entry(slot).or_insert_with(|| vec![0.0; count])
    }
}

struct Back<'a> {
    network: &'a Network,
    adapters: Option<&'a Adapters>,
    batch: &'a Batch,
    rotations: Option<Rotations>,
    wanted: Wanted,
    found: Gradients,
}

impl Network {
    /// Carries the gradient of each token's vector `[tokens, width]` back through what a forward pass kept.
    pub(crate) fn backward(
        &self,
        batch: &Batch,
        adapters: Option<&Adapters>,
        mut tape: Tape,
        mut gradient: Vec<f32>,
        wanted: Wanted,
    ) -> Result<Gradients, WeightsError> {
        let mut back = Back {
            network: self,
            adapters,
            batch,
            rotations: self.rotations(batch),
            wanted,
            found: Gradients::default(),
        };
        let gain = self.plain(Slot::FinalGain);
        if !gain.is_empty() {
            let all = wanted == Wanted::All;
            let of = all.then(|| back.found.at(Slot::FinalGain, gain.len()).as_mut_slice());
            rms_norm_backward(&mut gradient, &tape.last, gain, of);
        }
        let lowest = match wanted {
            Wanted::All => None,
            Wanted::Additions => adapters.and_then(Adapters::lowest),
        };
        while let Some(kept) = tape.blocks.pop() {
            let at = tape.blocks.len() as u16;
            if lowest.is_some_and(|lowest| at < lowest) {
                return Ok(back.found);
            }
            gradient = back.block(at, kept, gradient, lowest == Some(at))?;
        }
        if wanted == Wanted::All {
            back.embedding(&tape, gradient);
        }
        Ok(back.found)
    }
}

impl Back<'_> {
    fn all(&self) -> bool {
        self.wanted == Wanted::All
    }

    /// Gradients of gain and shift to add to, if they are wanted.
    fn norm_gradients(&mut self, gain: Slot, shift: Slot) -> Option<[Vec<f32>; 2]> {
        let width = self.network.shape.width;
        self.all().then(|| [gain, shift].map(|slot| self.found.of.remove(&slot).unwrap_or_else(|| vec![0.0; width])))
    }

    fn layer_norm(&mut self, gradient: &mut [f32], kept: &crate::kernels::Normalised, slots: [Slot; 2]) {
        let mut of = self.norm_gradients(slots[0], slots[1]);
        let pair = of.as_mut().map(|[gain, shift]| (gain.as_mut_slice(), shift.as_mut_slice()));
        layer_norm_backward(gradient, kept, self.network.plain(slots[0]), pair);
        if let Some([gain, shift]) = of {
            self.found.of.insert(slots[0], gain);
            self.found.of.insert(slots[1], shift);
        }
    }

    fn bias(&mut self, slot: Slot, gradient: &[f32]) {
        let count = self.network.plain(slot).len();
        if self.all() && count > 0 {
            column_sums(gradient, self.found.at(slot, count));
        }
    }

    /// Back through a product: gradients of the weight and its additions; the gradient of what was read, unless nobody needs it.
    fn linear(
        &mut self,
        at: u16,
        part: Part,
        read: &mut Rows,
        gradient: &mut Rows,
        low: &mut BTreeMap<Target, Vec<f32>>,
        needed: bool,
    ) -> Result<Vec<f32>, WeightsError> {
        let network = self.network;
        let weight = network.matrix(Slot::Block(at, part))?;
        let (all, adapters) = (self.all(), self.adapters);
        let found = &mut self.found;
        read.lend(|read| {
            gradient.lend(|gradient| {
                if all {
                    found.of.insert(Slot::Block(at, part), transposed_times(gradient, read)?);
                }
                let mut back = if needed { times(gradient, weight)? } else { Vec::new() };
                for (target, pair) in adapters.into_iter().flat_map(|adapters| adapters.of(at, part)) {
                    let Some(place) = target.place(&network.shape) else { continue };
                    let scale = adapters.map_or(0.0, |adapters| adapters.scale);
                    let own: Matrix = columns(gradient, place.from, place.outputs);
                    let rank = pair.a.dims()[0];
                    let mut low = Rows::new(low.remove(&target).unwrap_or_default(), rank);
                    let mut b = low.lend(|low| transposed_times(&own, low))?;
                    b.iter_mut().for_each(|b| *b *= scale);
                    let mut through = Rows::new(times(&own, &pair.b)?, rank);
                    through.values.iter_mut().for_each(|g| *g *= scale);
                    let a = through.lend(|through| {
                        if needed {
                            add(&mut back, &times(through, &pair.a)?);
                        }
                        transposed_times(through, read)
                    })?;
                    found.additions.insert((at, target), [a, b]);
                }
                Ok(back)
            })
        })
    }

    /// Back through a block: the gradient of what it read. At the `lowest` block with additions nobody needs it.
    fn block(
        &mut self,
        at: u16,
        mut kept: BlockTape,
        mut gradient: Vec<f32>,
        lowest: bool,
    ) -> Result<Vec<f32>, WeightsError> {
        let network = self.network;
        let decoder = network.shape.architecture.is_decoder();
        let slot = |part| Slot::Block(at, part);
        if !decoder {
            self.layer_norm(&mut gradient, &kept.second, [slot(Part::SecondGain), slot(Part::SecondShift)]);
        }
        // `gradient` is now that of the sum of branch and what goes past it.
        let mut through = self.hidden(at, &mut kept, &gradient)?;
        if decoder {
            self.rms(&mut through, &kept.second, slot(Part::SecondGain));
        }
        add(&mut gradient, &through);
        if !decoder {
            self.layer_norm(&mut gradient, &kept.first, [slot(Part::FirstGain), slot(Part::FirstShift)]);
        }
        let mut through = self.attend(at, &mut kept, &gradient, !lowest)?;
        if lowest {
            return Ok(Vec::new());
        }
        if decoder {
            self.rms(&mut through, &kept.first, slot(Part::FirstGain));
        }
        add(&mut gradient, &through);
        Ok(gradient)
    }

    fn rms(&mut self, gradient: &mut [f32], kept: &crate::kernels::Normalised, slot: Slot) {
        let gain = self.network.plain(slot);
        let of = if self.all() { Some(self.found.at(slot, gain.len()).as_mut_slice()) } else { None };
        rms_norm_backward(gradient, kept, gain, of);
    }

    /// The gradient of what the hidden layer read from that of what it added.
    fn hidden(&mut self, at: u16, kept: &mut BlockTape, gradient: &[f32]) -> Result<Vec<f32>, WeightsError> {
        let shape = &self.network.shape;
        let mut own = Rows::new(gradient.to_vec(), shape.width);
        if !kept.masks[1].is_empty() {
            multiply(&mut own.values, &kept.masks[1]);
        }
        self.bias(Slot::Block(at, Part::DownBias), &own.values);
        let back = self.linear(at, Part::DownWeight, &mut kept.hidden, &mut own, &mut kept.low, true)?;
        let slopes = std::mem::take(&mut kept.slopes);
        let before = activate_backward(shape.activation, slopes, back, shape.up_width(), shape.gated());
        let mut before = Rows::new(before, shape.up_width());
        self.bias(Slot::Block(at, Part::UpBias), &before.values);
        self.linear(at, Part::UpWeight, &mut kept.middle, &mut before, &mut kept.low, true)
    }

    /// The gradient of what attention read from that of what it added.
    fn attend(
        &mut self,
        at: u16,
        kept: &mut BlockTape,
        gradient: &[f32],
        needed: bool,
    ) -> Result<Vec<f32>, WeightsError> {
        let network = self.network;
        let shape = &network.shape;
        let mut own = Rows::new(gradient.to_vec(), shape.width);
        if !kept.masks[0].is_empty() {
            multiply(&mut own.values, &kept.masks[0]);
        }
        self.bias(Slot::Block(at, Part::OutputBias), &own.values);
        let back = self.linear(at, Part::OutputWeight, &mut kept.attended, &mut own, &mut kept.low, true)?;
        let attention = network.attention();
        let relative = shape.relative.filter(|_| self.all()).map(|relative| relative.buckets * shape.heads);
        let bias = relative.map(|count| self.found.at(Slot::Relative, count).as_mut_slice());
        let starts = &self.batch.starts;
        let rows = attention.backward(&kept.attention.values, starts, &kept.shares, &back, bias);
        let mut rows = Rows::new(rows, attention.columns());
        let (query, key) = (shape.query_width(), shape.key_width());
        if let Some(rotations) = &self.rotations {
            rotations.turn(&mut rows.values, rows.columns, 0..query + key, starts, true);
        }
        if shape.head_norm {
            for (which, (part, from, width)) in
                [(Part::QueryGain, 0, query), (Part::KeyGain, query, key)].into_iter().enumerate()
            {
                let mut heads = copied(&rows, from, width);
                self.rms(&mut heads, &kept.head_norms[which], Slot::Block(at, part));
                put_back(&mut rows, from, width, &heads);
            }
        }
        self.bias(Slot::Block(at, Part::AttentionBias), &rows.values);
        self.linear(at, Part::AttentionWeight, &mut kept.input, &mut rows, &mut kept.low, needed)
    }

    /// The gradients of the embeddings.
    fn embedding(&mut self, tape: &Tape, mut gradient: Vec<f32>) {
        let shape = &self.network.shape;
        let width = shape.width;
        if !shape.architecture.is_decoder() {
            if !tape.embedding_mask.is_empty() {
                multiply(&mut gradient, &tape.embedding_mask);
            }
            self.layer_norm(&mut gradient, &tape.embedding, [Slot::EmbeddingGain, Slot::EmbeddingShift]);
            let positions = self.found.at(Slot::Positions, shape.position_rows * width);
            for text in self.batch.starts.windows(2) {
                let count = (text[1] - text[0]) * width;
                add(&mut positions[shape.position_offset * width..][..count], &gradient[text[0] * width..][..count]);
            }
            if shape.kinds > 0 {
                column_sums(&gradient, &mut self.found.at(Slot::Kinds, shape.kinds * width)[..width]);
            }
        }
        for (id, row) in self.batch.ids.iter().zip(gradient.chunks_exact(width.max(1))) {
            match self.found.tokens.get_mut(id) {
                Some(sum) => add(sum, row),
                None => {
                    self.found.tokens.insert(*id, row.to_vec());
                }
            }
        }
    }
}
