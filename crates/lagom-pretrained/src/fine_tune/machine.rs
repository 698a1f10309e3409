//! What works out the steps of a training: the processor, or a device.

use rand_chacha::ChaCha8Rng;

use super::fault::TuneError;
use super::recipe::{Recipe, Targets};
use super::state::{Name, State};
use crate::network::Batch;
use crate::slot::Slot;

/// What works out the steps of a training.
pub(super) trait Machine {
    /// Forward and back over a batch; the gradient is kept for [`Machine::update`].
    fn gradients(&mut self, state: &State, given: Given<'_>) -> Result<Slope, TuneError>;

    /// Moves all that is trained along the gradient that was just worked out, times `shorten`.
    fn update(&mut self, state: &mut State, pace: &Pace<'_>, shorten: f32) -> Result<(), TuneError>;

    /// Brings a state up to what this holds.
    fn settle(&mut self, state: &mut State, what: Held) -> Result<(), TuneError>;
}

/// Makes a machine with what it needs of a state in its memory.
pub(super) type Make<'a> = dyn Fn(&State) -> Result<Box<dyn Machine>, TuneError> + 'a;

/// What a step is worked out of.
pub(super) struct Given<'a> {
    /// The places of the batch's texts among all.
    pub(super) which: &'a [usize],
    pub(super) texts: &'a Batch,
    pub(super) targets: &'a Targets<'a>,
    /// What the last rows of each text of the batch predict, where it is learned how texts go on.
    pub(super) next: &'a [&'a [u32]],
    pub(super) recipe: &'a Recipe,
    /// Draws the zeros of dropout.
    pub(super) random: &'a mut ChaCha8Rng,
}

/// What a batch came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slope {
    /// The mean loss of its texts; of all tokens that follow, where it is learned how texts go on.
    pub(super) loss: f64,
    /// The length of the whole gradient.
    pub(super) length: f64,
}

/// What of a state is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// The weights.
    Result,
    /// The weights, and who answers for them while they are looked at.
    Look,
    /// The weights and the moments: for a checkpoint.
    All,
}

/// How far a step goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace<'a> {
    pub(super) recipe: &'a Recipe,
    /// Blocks of the network.
    pub(super) layers: usize,
    /// The rate of the topmost block.
    pub(super) rate: f32,
    /// The step, from 1.
    pub(super) number: u64,
}

impl Pace<'_> {
    /// The rate of something that is trained.
    pub(super) fn rate(&self, name: Name) -> f32 {
        let (recipe, rate) = (self.recipe, self.rate);
        let by_block =
            |block: usize| rate * recipe.layer_decay.powi((self.layers - 1 - block.min(self.layers - 1)) as i32);
        match name {
            Name::HeadWeights | Name::HeadBiases => rate * recipe.head_rate,
            Name::Addition(block, ..) | Name::Network(Slot::Block(block, _)) => by_block(usize::from(block)),
            Name::Network(Slot::FinalGain | Slot::Output) => rate,
            Name::Network(
                Slot::Tokens
                | Slot::Positions
                | Slot::Kinds
                | Slot::EmbeddingGain
                | Slot::EmbeddingShift
                | Slot::Relative,
            ) => by_block(0) * recipe.layer_decay,
        }
    }

    /// Its weight decay: that of matrices and tables, none of biases, gains and shifts.
    pub(super) fn weight_decay(&self, name: Name) -> f32 {
        let decays = match name {
            Name::HeadWeights | Name::Addition(..) => true,
            Name::HeadBiases => false,
            Name::Network(slot) => match slot {
                Slot::Block(_, part) => part.is_weight(),
                Slot::FinalGain | Slot::EmbeddingGain | Slot::EmbeddingShift => false,
                Slot::Output | Slot::Positions | Slot::Kinds | Slot::Tokens | Slot::Relative => true,
            },
        };
        if decays { self.recipe.weight_decay } else { 0.0 }
    }
}
