//! Forward: from tokens to a vector of each, and from these to one a text.

use std::collections::BTreeMap;

use burn_tensor::{Device, FloatDType, Tensor, activation};
use rand_chacha::ChaCha8Rng;

use super::activation::activate;
use super::batch::Padded;
use super::norm::{layer_norm, rms_norm};
use super::tensor;
use crate::compute::Precision;
use crate::error::WeightsError;
use crate::network::{Dropout, Target};
use crate::shape::Shape;
use crate::slot::{Part, Slot};

/// The numbers of a network on a device: rows and columns as [`Shape::parameters`] has them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters {
    pub(crate) network: BTreeMap<Slot, Tensor<2>>,
    /// A and B of each low-rank addition.
    pub(crate) additions: BTreeMap<(u16, Target), [Tensor<2>; 2]>,
    /// What the additions are multiplied by.
    pub(crate) scale: f32,
}

/// Random zeros, drawn on the host in the order of a training there.
pub(crate) struct Zeros<'a> {
    pub(crate) share: f32,
    pub(crate) random: &'a mut ChaCha8Rng,
    pub(crate) device: &'a Device,
}

/// One pass over a batch.
pub(crate) struct Pass<'a> {
    pub(crate) shape: &'a Shape,
    pub(crate) of: &'a Parameters,
    pub(crate) batch: &'a Padded,
    pub(crate) precision: Precision,
    pub(crate) zeros: Option<Zeros<'a>>,
}

/// `a · b`, in the numbers that are asked for; what comes out is f32.
fn product<const D: usize>(a: Tensor<D>, b: Tensor<D>, precision: Precision) -> Tensor<D> {
    match precision {
        Precision::F32 => a.matmul(b),
        Precision::Bf16 => a.cast(FloatDType::BF16).matmul(b.cast(FloatDType::BF16)).cast(FloatDType::F32),
    }
}

impl Zeros<'_> {
    /// Puts zeros into rows of the real tokens.
    fn drop(&mut self, x: Tensor<2>, batch: &Padded) -> Tensor<2> {
        let [_, width] = x.dims();
        let mask = Dropout { share: self.share, random: self.random }.mask(batch.tokens() * width);
        x * tensor(batch.spread(&mask, width), [batch.texts * batch.longest, width], self.device)
    }

    /// Puts zeros into pooled vectors.
    fn drop_pooled(&mut self, x: Tensor<2>) -> Tensor<2> {
        let [texts, width] = x.dims();
        let mask = Dropout { share: self.share, random: self.random }.mask(texts * width);
        x * tensor(mask, [texts, width], self.device)
    }
}

impl Pass<'_> {
    /// The vector of each token `[texts · longest, width]` behind the last block (and a decoder's last normalisation).
    pub(crate) fn forward(&mut self) -> Result<Tensor<2>, WeightsError> {
        let mut x = self.embed()?;
        for at in 0..self.shape.layers {
            x = self.block(at as u16, x)?;
        }
        Ok(match self.plain(Slot::FinalGain) {
            Some(gain) => rms_norm(x, gain, self.shape.epsilon),
            None => x,
        })
    }

    /// One vector a text, `[texts, width]`, from those of its tokens.
    pub(crate) fn pooled(&mut self, hidden: Tensor<2>) -> Tensor<2> {
        let (texts, longest, width) = (self.batch.texts, self.batch.longest, self.shape.width);
        let weighed: Tensor<3> = hidden.reshape([texts, longest, width]) * self.batch.shares.clone();
        let pooled: Tensor<2> = weighed.sum_dim(1).reshape([texts, width]);
        match self.zeros.as_mut() {
            Some(zeros) => zeros.drop_pooled(pooled),
            None => pooled,
        }
    }

    /// A parameter that the network may have.
    fn plain(&self, slot: Slot) -> Option<Tensor<2>> {
        self.of.network.get(&slot).cloned()
    }

    /// A parameter that it must have.
    fn needed(&self, slot: Slot) -> Result<Tensor<2>, WeightsError> {
        self.plain(slot).ok_or_else(|| WeightsError::Product(format!("there is no `{slot}` on the device")))
    }

    fn part(&self, at: u16, part: Part) -> Result<Tensor<2>, WeightsError> {
        self.needed(Slot::Block(at, part))
    }

    fn biased(&self, x: Tensor<2>, at: u16, part: Part) -> Tensor<2> {
        match self.plain(Slot::Block(at, part)) {
            Some(bias) => x + bias,
            None => x,
        }
    }

    fn drop(&mut self, x: Tensor<2>) -> Tensor<2> {
        match self.zeros.as_mut() {
            Some(zeros) => zeros.drop(x, self.batch),
            None => x,
        }
    }

    /// The embedding of tokens, positions and kinds.
    fn embed(&mut self) -> Result<Tensor<2>, WeightsError> {
        let (shape, batch) = (self.shape, self.batch);
        let (texts, longest, width) = (batch.texts, batch.longest, shape.width);
        let mut x = self.needed(Slot::Tokens)?.select(0, batch.ids.clone());
        if shape.architecture.is_decoder() {
            return Ok(x);
        }
        let positions = self.needed(Slot::Positions)?.narrow(0, shape.position_offset, longest);
        let by_text: Tensor<3> = x.reshape([texts, longest, width]) + positions.reshape([1, longest, width]);
        x = by_text.reshape([texts * longest, width]);
        if let Some(kinds) = self.plain(Slot::Kinds) {
            x = x + kinds.narrow(0, 0, 1);
        }
        let x = layer_norm(x, self.needed(Slot::EmbeddingGain)?, self.needed(Slot::EmbeddingShift)?, shape.epsilon);
        Ok(self.drop(x))
    }

    /// `x · weightᵀ` with the low-rank branches of that parameter.
    fn linear(&self, at: u16, part: Part, x: Tensor<2>) -> Result<Tensor<2>, WeightsError> {
        let precision = self.precision;
        let mut out = product(x.clone(), self.part(at, part)?.transpose(), precision);
        let [rows, columns] = out.dims();
        let pairs = self.of.additions.range((at, Target::Query)..=(at, Target::Down));
        for ((_, target), [a, b]) in pairs.filter(|((_, target), _)| target.part() == part) {
            let Some(place) = target.place(self.shape) else { continue };
            let low = product(x.clone(), a.clone().transpose(), precision);
            let addition = product(low, b.clone().transpose(), precision).mul_scalar(self.of.scale);
            if place.outputs == columns {
                out = out + addition;
                continue;
            }
            let own = out.clone().narrow(1, place.from, place.outputs) + addition;
            out = out.slice_assign([0..rows, place.from..place.from + place.outputs], own);
        }
        Ok(out)
    }

    fn block(&mut self, at: u16, x: Tensor<2>) -> Result<Tensor<2>, WeightsError> {
        let (epsilon, decoder) = (self.shape.epsilon, self.shape.architecture.is_decoder());
        let first = self.part(at, Part::FirstGain)?;
        let read = if decoder { rms_norm(x.clone(), first.clone(), epsilon) } else { x.clone() };
        let attended = self.attend(at, read)?;
        let attended = self.biased(attended, at, Part::OutputBias);
        let x = self.drop(attended) + x;
        let second = self.part(at, Part::SecondGain)?;
        if decoder {
            let hidden = self.hidden(at, rms_norm(x.clone(), second, epsilon))?;
            let hidden = self.biased(hidden, at, Part::DownBias);
            return Ok(self.drop(hidden) + x);
        }
        let x = layer_norm(x, first, self.part(at, Part::FirstShift)?, epsilon);
        let hidden = self.hidden(at, x.clone())?;
        let hidden = self.biased(hidden, at, Part::DownBias);
        let x = self.drop(hidden) + x;
        Ok(layer_norm(x, second, self.part(at, Part::SecondShift)?, epsilon))
    }

    /// Attention up to the product behind it.
    fn attend(&self, at: u16, read: Tensor<2>) -> Result<Tensor<2>, WeightsError> {
        let (shape, batch, precision) = (self.shape, self.batch, self.precision);
        let (texts, longest) = (batch.texts, batch.longest);
        let rows = self.linear(at, Part::AttentionWeight, read)?;
        let rows = self.biased(rows, at, Part::AttentionBias);
        let (query, key) = (shape.query_width(), shape.key_width());
        let queries = self.heads(rows.clone().narrow(1, 0, query), shape.heads, Some((at, Part::QueryGain)));
        let keys = self.heads(rows.clone().narrow(1, query, key), shape.key_heads, Some((at, Part::KeyGain)));
        let values = self.heads(rows.narrow(1, query + key, key), shape.key_heads, None);
        let (queries, keys) = (self.turned(queries), self.turned(keys));
        let scores = product(queries, self.shared(keys).swap_dims(2, 3), precision);
        let mut scores = scores.mul_scalar(1.0 / (shape.head_width as f32).sqrt()) + batch.unseen.clone();
        if let Some(buckets) = &batch.buckets {
            let table = self.needed(Slot::Relative)?.select(0, buckets.clone());
            let table: Tensor<4> = table.reshape([1, longest, longest, shape.heads]);
            scores = scores + table.permute([0, 3, 1, 2]);
        }
        let shares = activation::softmax(scores, 3);
        let attended = product(shares, self.shared(values), precision);
        let attended = attended.swap_dims(1, 2).reshape([texts * longest, query]);
        self.linear(at, Part::OutputWeight, attended)
    }

    /// Columns as `[texts, heads, longest, head width]`, each head normalised where the network has a gain for it.
    fn heads(&self, columns: Tensor<2>, heads: usize, gain: Option<(u16, Part)>) -> Tensor<4> {
        let (texts, longest, width) = (self.batch.texts, self.batch.longest, self.shape.head_width);
        let mut all: Tensor<4> = columns.reshape([texts, longest, heads, width]);
        if let Some(gain) = gain.and_then(|(at, part)| self.plain(Slot::Block(at, part))) {
            all = rms_norm(all, gain.reshape([1, 1, 1, width]), self.shape.epsilon);
        }
        all.swap_dims(1, 2)
    }

    /// Heads turned by their positions.
    fn turned(&self, heads: Tensor<4>) -> Tensor<4> {
        let Some([cosines, sines]) = &self.batch.rotations else { return heads };
        let half = self.shape.head_width / 2;
        let (first, second) = (heads.clone().narrow(3, 0, half), heads.clone().narrow(3, half, half));
        let across = Tensor::cat(vec![second.neg(), first], 3);
        heads * cosines.clone() + across * sines.clone()
    }

    /// Heads of keys or values, each as often as queries share it.
    fn shared(&self, heads: Tensor<4>) -> Tensor<4> {
        let times = self.shape.heads / self.shape.key_heads.max(1);
        if times <= 1 {
            return heads;
        }
        let [texts, own, longest, width] = heads.dims();
        let each: Tensor<5> = heads.reshape([texts, own, 1, longest, width]);
        each.expand([texts, own, times, longest, width]).reshape([texts, own * times, longest, width])
    }

    /// The hidden layer up to the product behind it.
    fn hidden(&self, at: u16, read: Tensor<2>) -> Result<Tensor<2>, WeightsError> {
        let shape = self.shape;
        let up = self.linear(at, Part::UpWeight, read)?;
        let up = self.biased(up, at, Part::UpBias);
        let hidden = if shape.gated() {
            let gate = activate(shape.activation, up.clone().narrow(1, 0, shape.hidden));
            gate * up.narrow(1, shape.hidden, shape.hidden)
        } else {
            activate(shape.activation, up)
        };
        self.linear(at, Part::DownWeight, hidden)
    }
}
