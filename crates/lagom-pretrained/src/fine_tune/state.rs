//! Where a training is: what a checkpoint holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::model::{Additions, TunedModel, pack_additions, unpack_additions};
use super::optimiser::Moments;
use crate::encoder::Encoder;
use crate::error::{StateError, WeightsError};
use crate::network::{Network, Target};
use crate::packed::{Packed, Packer};
use crate::slot::Slot;

/// Something that is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    HeadWeights,
    HeadBiases,
    /// A (or B) of an addition.
    Addition(u16, Target, bool),
    Network(Slot),
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::HeadWeights => write!(f, "head.weights"),
            Self::HeadBiases => write!(f, "head.biases"),
            Self::Addition(block, target, is_a) => {
                write!(f, "addition.{block:03}.{}.{}", target.name(), if *is_a { "a" } else { "b" })
            }
            Self::Network(slot) => write!(f, "{slot}"),
        }
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Position {
    pub(super) step: u64,
    /// Sum of the losses since the last look, and their number.
    pub(super) loss: f64,
    pub(super) losses: u64,
    pub(super) operations: u64,
    pub(super) best_step: u64,
}

/// A training's state. Order and dropout follow from the step.
#[derive(Debug)]
pub(super) struct State {
    pub(super) model: TunedModel,
    pub(super) moments: BTreeMap<Name, Moments>,
    pub(super) best: Option<TunedModel>,
    pub(super) position: Position,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct About {
    fingerprint: String,
    position: Position,
    moments: Vec<(String, usize)>,
    best: bool,
}

const ABOUT: &str = "lagom.training";
const OF: &str = "state of a training";

impl State {
    pub(super) fn new(model: TunedModel) -> Self {
        Self { model, moments: BTreeMap::new(), best: None, position: Position::default() }
    }

    /// All of it in safetensors' format.
    pub(super) fn bytes(&self, fingerprint: &str) -> Result<Vec<u8>, WeightsError> {
        let mut packer = Packer::default();
        let about = About {
            fingerprint: fingerprint.to_owned(),
            position: self.position,
            moments: self.moments.iter().map(|(name, moments)| (name.to_string(), moments.first.len())).collect(),
            best: self.best.is_some(),
        };
        let about = serde_json::to_string(&about).map_err(|error| WeightsError::Product(error.to_string()))?;
        packer.note(ABOUT, about);
        pack(&self.model, "now.", &mut packer)?;
        if let Some(best) = &self.best {
            pack(best, "best.", &mut packer)?;
        }
        for (name, moments) in &self.moments {
            let count = moments.first.len();
            packer.add(format!("first.{name}"), [1, count], moments.first.clone());
            packer.add(format!("second.{name}"), [1, count], moments.second.clone());
        }
        packer.bytes().map_err(WeightsError::Product)
    }

    /// Takes the place of a state that was written; this one is the start of the same training.
    pub(super) fn restore(&mut self, bytes: &[u8], fingerprint: &str) -> Result<(), StateError> {
        let malformed = |found: String| StateError::Malformed { of: OF, found };
        let packed = Packed::read(bytes, OF)?;
        let about: About = serde_json::from_str(packed.note(ABOUT)?).map_err(|error| malformed(error.to_string()))?;
        if about.fingerprint != fingerprint {
            return Err(malformed("they are of a training with other texts, weights, seed or recipe".into()));
        }
        let model = unpack(&self.model, &packed, "now.")?;
        self.best = if about.best { Some(unpack(&self.model, &packed, "best.")?) } else { None };
        let names = names(&model);
        self.model = model;
        self.moments.clear();
        for (text, count) in about.moments {
            let name = names.get(&text).ok_or_else(|| malformed(format!("`{text}` is not trained")))?;
            let first = packed.numbers(&format!("first.{text}"))?;
            let second = packed.numbers(&format!("second.{text}"))?;
            if first.len() != count || second.len() != count || Some(count) != size(&self.model, *name) {
                return Err(malformed(format!("`{text}` has {count} numbers")));
            }
            self.moments.insert(*name, Moments { first, second });
        }
        self.position = about.position;
        Ok(())
    }
}

/// What is trained of a model.
fn pack(model: &TunedModel, before: &str, packer: &mut Packer) -> Result<(), WeightsError> {
    packer.add(format!("{before}head.weights"), [1, model.head.weights.len()], model.head.weights.clone());
    packer.add(format!("{before}head.biases"), [1, model.head.biases.len()], model.head.biases.clone());
    match &model.additions {
        Some(additions) => pack_additions(&additions.adapters, before, packer),
        None => {
            for (slot, numbers) in model.encoder.network.numbers()? {
                packer.add(format!("{before}{slot}"), [1, numbers.len()], numbers);
            }
            Ok(())
        }
    }
}

fn unpack(start: &TunedModel, packed: &Packed<'_>, before: &str) -> Result<TunedModel, StateError> {
    let malformed = |found: String| StateError::Malformed { of: OF, found };
    let mut model = start.clone();
    for (which, values) in [("weights", &mut model.head.weights), ("biases", &mut model.head.biases)] {
        let read = packed.numbers(&format!("{before}head.{which}"))?;
        if read.len() != values.len() {
            return Err(malformed(format!("the head has {} {which}, not {}", read.len(), values.len())));
        }
        *values = read;
    }
    if let Some(Additions { lora, adapters }) = &mut model.additions {
        *adapters = unpack_additions(packed, &model.encoder, lora, before)?;
        return Ok(model);
    }
    let shape = model.encoder.network.shape.clone();
    let mut numbers = Vec::new();
    for parameter in shape.parameters() {
        numbers.push((parameter.slot, packed.numbers(&format!("{before}{}", parameter.slot))?));
    }
    let network = Network::new(shape, numbers).map_err(malformed)?;
    let encoder: Encoder = model.encoder.with_network(network);
    model.encoder = Arc::new(encoder);
    Ok(model)
}

/// Everything of a model that can be trained, by its name.
fn names(model: &TunedModel) -> BTreeMap<String, Name> {
    let network = model.encoder.network.shape.parameters().into_iter().map(|parameter| Name::Network(parameter.slot));
    let pairs = model.additions.iter().flat_map(|additions| additions.adapters.pairs.keys());
    let additions = pairs.flat_map(|(block, target)| [true, false].map(|a| Name::Addition(*block, *target, a)));
    let all = network.chain(additions).chain([Name::HeadWeights, Name::HeadBiases]);
    all.map(|name| (name.to_string(), name)).collect()
}

/// How many numbers something that is trained has.
fn size(model: &TunedModel, name: Name) -> Option<usize> {
    match name {
        Name::HeadWeights => Some(model.head.weights.len()),
        Name::HeadBiases => Some(model.head.biases.len()),
        Name::Addition(block, target, is_a) => {
            let pair = model.additions.as_ref()?.adapters.pairs.get(&(block, target))?;
            Some(if is_a { &pair.a } else { &pair.b }.dims().iter().product())
        }
        Name::Network(slot) => {
            let parameters = model.encoder.network.shape.parameters();
            parameters.iter().find(|parameter| parameter.slot == slot).map(|p| p.rows * p.columns)
        }
    }
}
