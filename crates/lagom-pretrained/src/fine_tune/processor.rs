//! A step of a training on the processor: forward, back and AdamW over slices.

use std::sync::Arc;

use super::continuations::{last_rows, last_rows_backward};
use super::fault::TuneError;
use super::head::{HeadGradient, loss};
use super::machine::{Given, Held, Machine, Pace, Slope};
use super::model::change_pair;
use super::optimiser::{Moments, Step, scale, squared};
use super::recipe::Targets;
use super::state::{Name, State};
use crate::encoder::{pool, pool_backward};
use crate::kernels::multiply;
use crate::network::{Dropout, Gradients, Network, Wanted};
use crate::next_token::next_tokens;
use crate::product::Rows;
use crate::slot::Slot;

/// Works on the state in its place.
#[derive(Default)]
pub(super) struct Processor {
    found: Option<Found>,
}

/// The gradients of all that is trained.
struct Found {
    network: Gradients,
    head: HeadGradient,
    /// The mean loss.
    mean: f64,
}

impl Machine for Processor {
    fn gradients(&mut self, state: &State, given: Given<'_>) -> Result<Slope, TuneError> {
        let all = match given.targets {
            Targets::Continuations { .. } => following(state, given)?,
            Targets::Classes { .. } | Targets::Numbers(_) => pooled(state, given)?,
        };
        let slope = Slope { loss: all.mean, length: all.length() };
        self.found = Some(all);
        Ok(slope)
    }

    fn update(&mut self, state: &mut State, pace: &Pace<'_>, shorten: f32) -> Result<(), TuneError> {
        let Some(mut found) = self.found.take() else { return Ok(()) };
        found.scale(shorten);
        let State { model, moments, .. } = state;
        let step = |name| Step { number: pace.number, rate: pace.rate(name), weight_decay: pace.weight_decay(name) };
        let mut moments_of =
            |name: Name, count: usize| -> Moments { moments.remove(&name).unwrap_or_else(|| Moments::new(count)) };
        let mut after: Vec<(Name, Moments)> = Vec::new();
        // The head.
        for (name, values, gradient) in [
            (Name::HeadWeights, &mut model.head.weights, &found.head.weights),
            (Name::HeadBiases, &mut model.head.biases, &found.head.biases),
        ] {
            let mut own = moments_of(name, values.len());
            step(name).apply(values, gradient, &mut own.first, &mut own.second);
            after.push((name, own));
        }
        // Additions.
        if let Some(additions) = &mut model.additions {
            for ((block, target), gradients) in &found.network.additions {
                let Some(pair) = additions.adapters.pairs.get_mut(&(*block, *target)) else { continue };
                for (is_a, gradient) in [true, false].into_iter().zip(gradients) {
                    let name = Name::Addition(*block, *target, is_a);
                    let mut own = moments_of(name, gradient.len());
                    change_pair(pair, is_a, |values| {
                        step(name).apply(values, gradient, &mut own.first, &mut own.second);
                    })?;
                    after.push((name, own));
                }
            }
        }
        // The network.
        if !found.network.of.is_empty() {
            let encoder = Arc::make_mut(&mut model.encoder);
            let network: &mut Network = &mut encoder.network;
            for (slot, gradient) in &found.network.of {
                let name = Name::Network(*slot);
                let mut own = moments_of(name, gradient.len());
                network.change(*slot, |values| step(name).apply(values, gradient, &mut own.first, &mut own.second))?;
                after.push((name, own));
            }
            // Rows of tokens that no text of the batch has stay as they are, unless they are the head's, too.
            if !found.network.tokens.is_empty() {
                let width = network.shape.width;
                let name = Name::Network(Slot::Tokens);
                let mut own = moments_of(name, network.shape.vocabulary * width);
                let step = step(name);
                network.change(Slot::Tokens, |values| {
                    for (id, gradient) in &found.network.tokens {
                        let at = *id as usize * width..(*id as usize + 1) * width;
                        let (first, second) = (&mut own.first[at.clone()], &mut own.second[at.clone()]);
                        step.apply(&mut values[at], gradient, first, second);
                    }
                })?;
                after.push((name, own));
            }
        }
        moments.extend(after);
        Ok(())
    }

    /// The state is all there is.
    fn settle(&mut self, _: &mut State, _: Held) -> Result<(), TuneError> {
        Ok(())
    }
}

/// Forward and back through the vector of each text and a head.
fn pooled(state: &State, given: Given<'_>) -> Result<Found, TuneError> {
    let Given { which, texts, targets, recipe, random, .. } = given;
    let model = &state.model;
    let (network, width) = (&model.encoder.network, model.encoder.width());
    let adapters = model.additions.as_ref().map(|additions| &additions.adapters);
    let dropout = Dropout { share: recipe.dropout, random: &mut *random };
    let (hidden, tape) = network.forward_kept(texts, adapters, Some(dropout))?;
    let pooling = model.encoder.manner.pooling;
    let mut pooled = pool(&hidden, texts, pooling);
    drop(hidden);
    let mut mask = Vec::new();
    if recipe.dropout > 0.0 {
        mask = Dropout { share: recipe.dropout, random }.mask(pooled.values.len());
        multiply(&mut pooled.values, &mask);
    }
    let outputs = model.head.outputs(&pooled.values, width);
    let found = loss(&outputs, targets, which, recipe.label_smoothing);
    let mut head = model.head.backward(&pooled.values, width, &found.gradient);
    let mut back = std::mem::take(&mut head.pooled);
    if !mask.is_empty() {
        multiply(&mut back, &mask);
    }
    let back = pool_backward(&Rows::new(back, width), texts, pooling);
    let wanted = if adapters.is_some() { Wanted::Additions } else { Wanted::All };
    let network = network.backward(texts, adapters, tape, back, wanted)?;
    Ok(Found { network, head, mean: found.mean })
}

/// Forward and back, where it is learned how texts go on: the mean over all tokens of the batch that follow.
fn following(state: &State, given: Given<'_>) -> Result<Found, TuneError> {
    let Given { texts, next, recipe, random, .. } = given;
    let model = &state.model;
    let (network, width) = (&model.encoder.network, model.encoder.width());
    let adapters = model.additions.as_ref().map(|additions| &additions.adapters);
    let (hidden, tape) = network.forward_kept(texts, adapters, Some(Dropout { share: recipe.dropout, random }))?;
    let rows = last_rows(&hidden, texts, next);
    drop(hidden);
    let predicted = next.concat();
    let wanted = if adapters.is_some() { Wanted::Additions } else { Wanted::All };
    let loss = next_tokens(network, &rows, &predicted, wanted == Wanted::All)?;
    let back = last_rows_backward(&loss.hidden, width, texts, next);
    let mut found = network.backward(texts, adapters, tape, back, wanted)?;
    if wanted == Wanted::All {
        found.add_head(network, loss.head);
    }
    let head = HeadGradient { weights: Vec::new(), biases: Vec::new(), pooled: Vec::new() };
    Ok(Found { network: found, head, mean: loss.nats / predicted.len().max(1) as f64 })
}

impl Found {
    /// The length of the whole gradient.
    fn length(&self) -> f64 {
        let network = self.network.of.values().chain(self.network.tokens.values()).map(|g| squared(g)).sum::<f64>();
        let additions: f64 = self.network.additions.values().flatten().map(|g| squared(g)).sum();
        (network + additions + squared(&self.head.weights) + squared(&self.head.biases)).sqrt()
    }

    fn scale(&mut self, by: f32) {
        if by == 1.0 {
            return;
        }
        let network = self.network.of.values_mut().chain(self.network.tokens.values_mut());
        let additions = self.network.additions.values_mut().flatten();
        for values in network.chain(additions).chain([&mut self.head.weights, &mut self.head.biases]) {
            scale(values, by);
        }
    }
}
