//! Forward: from tokens to a vector of each.

use super::adapters::Adapters;
use super::past::{Earlier, Past};
use super::tape::{BlockTape, Dropout, Tape};
use super::{Batch, Network};
use crate::error::WeightsError;
use crate::kernels::{
    Attention, Bias, Hidden, Normalised, Rotations, activate, add, add_bias, add_columns, layer_norm, multiply,
    rms_norm,
};
use crate::product::{Rows, gather, times_transposed};
use crate::slot::{Part, Slot};

/// One pass over a batch.
pub(super) struct Pass<'a, 'b> {
    network: &'a Network,
    adapters: Option<&'a Adapters>,
    batch: &'a Batch,
    rotations: Option<Rotations>,
    dropout: Option<Dropout<'b>>,
    keep: bool,
    earlier: Earlier<'b>,
}

impl Network {
    /// The vector of each token `[tokens, width]` behind the last block (and a decoder's last normalisation).
    pub(crate) fn forward(&self, batch: &Batch, adapters: Option<&Adapters>) -> Result<Rows, WeightsError> {
        let mut pass = self.pass(batch, adapters, None, false);
        let mut x = pass.embed(None)?;
        for at in 0..self.shape.layers {
            x = pass.block(at as u16, x, &mut BlockTape::default())?;
        }
        pass.last(&mut x, None);
        Ok(x)
    }

    /// The same, keeping what the way back needs.
    pub(crate) fn forward_kept(
        &self,
        batch: &Batch,
        adapters: Option<&Adapters>,
        dropout: Option<Dropout<'_>>,
    ) -> Result<(Rows, Tape), WeightsError> {
        let mut tape = Tape::default();
        let mut pass = self.pass(batch, adapters, dropout, true);
        let mut x = pass.embed(Some(&mut tape))?;
        for at in 0..self.shape.layers {
            let mut kept = BlockTape::default();
            x = pass.block(at as u16, x, &mut kept)?;
            tape.blocks.push(kept);
        }
        pass.last(&mut x, Some(&mut tape.last));
        Ok((x, tape))
    }

    /// The vectors of the next tokens of the text that `past` has read so far `[new tokens, width]`; their keys and values join it.
    pub(crate) fn onward(&self, ids: &[u32], past: &mut Past) -> Result<Rows, WeightsError> {
        let batch = Batch::new([ids]);
        let first = past.tokens();
        past.reserve(self.shape.layers);
        let found = self.pass_from(&batch, first, Earlier::Own(past))?;
        past.read(ids.len());
        Ok(found)
    }

    /// The vectors of the tokens of texts that all go on from what `past` has read `[tokens, width]`; it stays as it is.
    pub(crate) fn branches(&self, batch: &Batch, past: &Past) -> Result<Rows, WeightsError> {
        self.pass_from(batch, past.tokens(), Earlier::Shared(past))
    }

    /// One pass over texts whose first token stands at the position `first`.
    fn pass_from(&self, batch: &Batch, first: usize, earlier: Earlier<'_>) -> Result<Rows, WeightsError> {
        let rotary = self.shape.rotary.as_ref();
        let rotations = rotary.map(|rotary| Rotations::new(rotary, self.shape.head_width, first, batch.longest()));
        let mut pass = Pass { network: self, adapters: None, batch, rotations, dropout: None, keep: false, earlier };
        let mut x = pass.embed(None)?;
        for at in 0..self.shape.layers {
            x = pass.block(at as u16, x, &mut BlockTape::default())?;
        }
        pass.last(&mut x, None);
        Ok(x)
    }

    fn pass<'a, 'b>(
        &'a self,
        batch: &'a Batch,
        adapters: Option<&'a Adapters>,
        dropout: Option<Dropout<'b>>,
        keep: bool,
    ) -> Pass<'a, 'b> {
        let dropout = dropout.filter(|dropout| dropout.share > 0.0);
        Pass {
            network: self,
            adapters,
            batch,
            rotations: self.rotations(batch),
            dropout,
            keep,
            earlier: Earlier::Nothing,
        }
    }

    /// The rotations that a batch needs.
    pub(crate) fn rotations(&self, batch: &Batch) -> Option<Rotations> {
        self.shape.rotary.as_ref().map(|rotary| Rotations::new(rotary, self.shape.head_width, 0, batch.longest()))
    }

    /// The attention of this network's blocks.
    pub(super) fn attention(&self) -> Attention<'_> {
        Attention {
            heads: self.shape.heads,
            key_heads: self.shape.key_heads,
            head_width: self.shape.head_width,
            causal: self.shape.architecture.is_decoder(),
            bias: self.shape.relative.map(|_| Bias {
                table: self.plain(Slot::Relative),
                buckets: &self.buckets,
                reach: self.shape.positions,
            }),
        }
    }
}

impl Pass<'_, '_> {
    /// The embedding of tokens, positions and kinds.
    fn embed(&mut self, tape: Option<&mut Tape>) -> Result<Rows, WeightsError> {
        let (network, shape, width) = (self.network, &self.network.shape, self.network.shape.width);
        let mut x = gather(network.matrix(Slot::Tokens)?, &self.batch.ids)?;
        if shape.architecture.is_decoder() {
            return Ok(Rows::new(x, width));
        }
        let positions = network.plain(Slot::Positions);
        for text in self.batch.starts.windows(2) {
            let count = (text[1] - text[0]) * width;
            add(&mut x[text[0] * width..][..count], &positions[shape.position_offset * width..][..count]);
        }
        if shape.kinds > 0 {
            add_bias(&mut x, &network.plain(Slot::Kinds)[..width]);
        }
        let (gain, shift) = (network.plain(Slot::EmbeddingGain), network.plain(Slot::EmbeddingShift));
        let mut none = Tape::default();
        let tape = tape.unwrap_or(&mut none);
        layer_norm(&mut x, gain, shift, shape.epsilon, self.keep.then_some(&mut tape.embedding));
        self.drop(&mut x, &mut tape.embedding_mask);
        Ok(Rows::new(x, width))
    }

    fn drop(&mut self, values: &mut [f32], mask: &mut Vec<f32>) {
        if let Some(dropout) = self.dropout.as_mut() {
            *mask = dropout.mask(values.len());
            multiply(values, mask);
        }
    }

    /// `x · weightᵀ` with the low-rank branches of that parameter.
    fn linear(&self, at: u16, part: Part, x: &mut Rows, tape: &mut BlockTape) -> Result<Rows, WeightsError> {
        let weight = self.network.matrix(Slot::Block(at, part))?;
        let columns = weight.dims()[0];
        let out = x.lend(|x| {
            let mut out = times_transposed(x, weight)?;
            for (target, pair) in self.adapters.into_iter().flat_map(|adapters| adapters.of(at, part)) {
                let scale = self.adapters.map_or(0.0, |adapters| adapters.scale);
                let Some(place) = target.place(&self.network.shape) else { continue };
                let mut low = Rows::new(times_transposed(x, &pair.a)?, pair.a.dims()[0]);
                let addition = low.lend(|low| times_transposed(low, &pair.b))?;
                add_columns(&mut out, columns, place.from, &addition, place.outputs, scale);
                if self.keep {
                    tape.low.insert(target, low.values);
                }
            }
            Ok(out)
        })?;
        Ok(Rows::new(out, columns))
    }

    /// One block; `tape` gets what the way back needs.
    fn block(&mut self, at: u16, mut x: Rows, tape: &mut BlockTape) -> Result<Rows, WeightsError> {
        let (network, epsilon, decoder) =
            (self.network, self.network.shape.epsilon, self.network.shape.architecture.is_decoder());
        let keep = self.keep;
        // Attention.
        let mut read = if decoder {
            let gain = network.part(at, Part::FirstGain);
            Rows::new(rms_norm(&x.values, gain, epsilon, keep.then_some(&mut tape.first)), x.columns)
        } else {
            std::mem::take(&mut x)
        };
        let mut out = self.attend(at, &mut read, tape)?;
        add_bias(&mut out.values, network.part(at, Part::OutputBias));
        let mut mask = std::mem::take(&mut tape.masks[0]);
        self.drop(&mut out.values, &mut mask);
        tape.masks[0] = mask;
        add(&mut out.values, if decoder { &x.values } else { &read.values });
        if keep {
            tape.input = read;
        }
        // Hidden layer.
        let mut read = if decoder {
            let gain = network.part(at, Part::SecondGain);
            Rows::new(rms_norm(&out.values, gain, epsilon, keep.then_some(&mut tape.second)), out.columns)
        } else {
            let (gain, shift) = (network.part(at, Part::FirstGain), network.part(at, Part::FirstShift));
            layer_norm(&mut out.values, gain, shift, epsilon, keep.then_some(&mut tape.first));
            std::mem::take(&mut out)
        };
        let mut last = self.hidden(at, &mut read, tape)?;
        add_bias(&mut last.values, network.part(at, Part::DownBias));
        let mut mask = std::mem::take(&mut tape.masks[1]);
        self.drop(&mut last.values, &mut mask);
        tape.masks[1] = mask;
        if decoder {
            add(&mut last.values, &out.values);
        } else {
            add(&mut last.values, &read.values);
            let (gain, shift) = (network.part(at, Part::SecondGain), network.part(at, Part::SecondShift));
            layer_norm(&mut last.values, gain, shift, epsilon, keep.then_some(&mut tape.second));
        }
        if keep {
            tape.middle = read;
        }
        Ok(last)
    }

    /// Attention up to the product behind it.
    fn attend(&mut self, at: u16, read: &mut Rows, tape: &mut BlockTape) -> Result<Rows, WeightsError> {
        let (network, shape) = (self.network, &self.network.shape);
        let mut rows = self.linear(at, Part::AttentionWeight, read, tape)?;
        add_bias(&mut rows.values, network.part(at, Part::AttentionBias));
        let (query, key) = (shape.query_width(), shape.key_width());
        if shape.head_norm {
            for (which, (part, from, width)) in
                [(Part::QueryGain, 0, query), (Part::KeyGain, query, key)].into_iter().enumerate()
            {
                let heads = copied(&rows, from, width);
                let kept = self.keep.then_some(&mut tape.head_norms[which]);
                let normed = rms_norm(&heads, network.part(at, part), shape.epsilon, kept);
                put_back(&mut rows, from, width, &normed);
            }
        }
        if let Some(rotations) = &self.rotations {
            rotations.turn(&mut rows.values, rows.columns, 0..query + key, &self.batch.starts, false);
        }
        let attention = network.attention();
        let kept = self.keep.then_some(&mut tape.shares);
        let found = self.earlier.attend(&attention, (usize::from(at), &rows, &self.batch.starts), kept);
        let mut attended = Rows::new(found, attention.out());
        let out = self.linear(at, Part::OutputWeight, &mut attended, tape)?;
        if self.keep {
            (tape.attention, tape.attended) = (rows, attended);
        }
        Ok(out)
    }

    /// The hidden layer up to the product behind it.
    fn hidden(&self, at: u16, read: &mut Rows, tape: &mut BlockTape) -> Result<Rows, WeightsError> {
        let shape = &self.network.shape;
        let up = self.linear(at, Part::UpWeight, read, tape)?;
        let bias = self.network.part(at, Part::UpBias);
        let Hidden { values, kept } = activate(shape.activation, up.values, bias, up.columns, shape.gated(), self.keep);
        let mut hidden = Rows::new(values, shape.hidden);
        let out = self.linear(at, Part::DownWeight, &mut hidden, tape)?;
        if self.keep {
            (tape.hidden, tape.slopes) = (hidden, kept);
        }
        Ok(out)
    }

    /// A decoder's last normalisation.
    fn last(&self, x: &mut Rows, keep: Option<&mut Normalised>) {
        let gain = self.network.plain(Slot::FinalGain);
        if !gain.is_empty() {
            x.values = rms_norm(&x.values, gain, self.network.shape.epsilon, keep);
        }
    }
}

/// Some columns of rows.
pub(super) fn copied(rows: &Rows, from: usize, width: usize) -> Vec<f32> {
    rows.values.chunks_exact(rows.columns.max(1)).flat_map(|row| &row[from..from + width]).copied().collect()
}

/// Puts numbers in the place of some columns.
pub(super) fn put_back(rows: &mut Rows, from: usize, width: usize, values: &[f32]) {
    for (row, values) in rows.values.chunks_exact_mut(rows.columns.max(1)).zip(values.chunks_exact(width.max(1))) {
        row[from..from + width].copy_from_slice(values);
    }
}
