//! What a step does to all that is trained.

use std::sync::Arc;

use super::head::HeadGradient;
use super::model::change_pair;
use super::optimiser::{Moments, Step, scale, squared};
use super::recipe::Recipe;
use super::state::{Name, State};
use crate::error::WeightsError;
use crate::network::{Gradients, Network};
use crate::slot::Slot;

/// The gradients of all that is trained.
pub(super) struct Found {
    pub(super) network: Gradients,
    pub(super) head: HeadGradient,
}

/// Moves all that is trained along its gradients, which are shortened before.
pub(super) fn update(
    state: &mut State,
    recipe: &Recipe,
    mut found: Found,
    (rate, shorten): (f32, f32),
) -> Result<(), WeightsError> {
    found.scale(shorten);
    let State { model, moments, position, .. } = state;
    let layers = model.encoder.network.shape.layers;
    let by_block = |block: usize| rate * recipe.layer_decay.powi((layers - 1 - block.min(layers - 1)) as i32);
    let step = |rate: f32, decays: bool| Step {
        number: position.step + 1,
        rate,
        weight_decay: if decays { recipe.weight_decay } else { 0.0 },
    };
    let mut moments_of =
        |name: Name, count: usize| -> Moments { moments.remove(&name).unwrap_or_else(|| Moments::new(count)) };
    let mut after: Vec<(Name, Moments)> = Vec::new();
    // The head.
    let head_step = |decays| step(rate * recipe.head_rate, decays);
    for (name, values, gradient, decays) in [
        (Name::HeadWeights, &mut model.head.weights, &found.head.weights, true),
        (Name::HeadBiases, &mut model.head.biases, &found.head.biases, false),
    ] {
        let mut own = moments_of(name, values.len());
        head_step(decays).apply(values, gradient, &mut own.first, &mut own.second);
        after.push((name, own));
    }
    // Additions.
    if let Some(additions) = &mut model.additions {
        for ((block, target), gradients) in &found.network.additions {
            let Some(pair) = additions.adapters.pairs.get_mut(&(*block, *target)) else { continue };
            for (is_a, gradient) in [true, false].into_iter().zip(gradients) {
                let name = Name::Addition(*block, *target, is_a);
                let mut own = moments_of(name, gradient.len());
                let step = step(by_block(usize::from(*block)), true);
                change_pair(pair, is_a, |values| {
                    step.apply(values, gradient, &mut own.first, &mut own.second);
                })?;
                after.push((name, own));
            }
        }
    }
    // The network.
    if !found.network.of.is_empty() {
        let encoder = Arc::make_mut(&mut model.encoder);
        let network: &mut Network = &mut encoder.network;
        let embedding_rate = by_block(0) * recipe.layer_decay;
        for (slot, gradient) in &found.network.of {
            let (rate, decays) = match slot {
                Slot::Block(block, part) => (by_block(usize::from(*block)), part.is_weight()),
                Slot::FinalGain => (rate, false),
                Slot::Output => (rate, true),
                Slot::Positions | Slot::Kinds | Slot::Tokens => (embedding_rate, true),
                Slot::EmbeddingGain | Slot::EmbeddingShift => (embedding_rate, false),
                Slot::Relative => (embedding_rate, true),
            };
            let mut own = moments_of(Name::Network(*slot), gradient.len());
            let step = step(rate, decays);
            network.change(*slot, |values| step.apply(values, gradient, &mut own.first, &mut own.second))?;
            after.push((Name::Network(*slot), own));
        }
        // Rows of tokens that no text of the batch has stay as they are, unless they are the head's, too.
        if !found.network.tokens.is_empty() {
            let width = network.shape.width;
            let name = Name::Network(Slot::Tokens);
            let mut own = moments_of(name, network.shape.vocabulary * width);
            let step = step(embedding_rate, true);
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

impl Found {
    /// The length of the whole gradient.
    pub(super) fn length(&self) -> f64 {
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
