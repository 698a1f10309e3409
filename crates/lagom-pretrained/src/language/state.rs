//! Where a training of a language model is: what a checkpoint holds.

use std::collections::BTreeMap;

use super::model::LanguageModel;
use crate::error::{StateError, WeightsError};
use crate::fine_tune::Moments;
use crate::packed::{Packed, Packer};
use crate::slot::Slot;

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
    pub(super) model: LanguageModel,
    pub(super) moments: BTreeMap<Slot, Moments>,
    pub(super) best: Option<LanguageModel>,
    pub(super) position: Position,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct About {
    fingerprint: String,
    position: Position,
    moments: bool,
    best: bool,
}

const ABOUT: &str = "lagom.training";
const OF: &str = "state of a training";

impl State {
    pub(super) fn new(model: LanguageModel) -> Self {
        Self { model, moments: BTreeMap::new(), best: None, position: Position::default() }
    }

    /// All of it in safetensors' format.
    pub(super) fn bytes(&self, fingerprint: &str) -> Result<Vec<u8>, WeightsError> {
        let mut packer = Packer::default();
        let about = About {
            fingerprint: fingerprint.to_owned(),
            position: self.position,
            moments: !self.moments.is_empty(),
            best: self.best.is_some(),
        };
        let about = serde_json::to_string(&about).map_err(|error| WeightsError::Product(error.to_string()))?;
        packer.note(ABOUT, about);
        self.model.pack("now.", &mut packer)?;
        if let Some(best) = &self.best {
            best.pack("best.", &mut packer)?;
        }
        for (slot, moments) in &self.moments {
            let count = moments.first.len();
            packer.add(format!("first.{slot}"), [1, count], moments.first.clone());
            packer.add(format!("second.{slot}"), [1, count], moments.second.clone());
        }
        packer.bytes().map_err(WeightsError::Product)
    }

    /// Takes the place of a state that was written; this one is the start of the same training.
    pub(super) fn restore(&mut self, bytes: &[u8], fingerprint: &str) -> Result<(), StateError> {
        let malformed = |found: String| StateError::Malformed { of: OF, found };
        let packed = Packed::read(bytes, OF)?;
        let about: About = serde_json::from_str(packed.note(ABOUT)?).map_err(|error| malformed(error.to_string()))?;
        if about.fingerprint != fingerprint {
            return Err(malformed("they are of a training with other texts, shape, seed or recipe".into()));
        }
        let model = self.model.unpacked(&packed, "now.").map_err(malformed)?;
        let best = about.best.then(|| self.model.unpacked(&packed, "best.")).transpose().map_err(malformed)?;
        let mut moments = BTreeMap::new();
        for parameter in model.network.shape.parameters().into_iter().filter(|_| about.moments) {
            let (slot, count) = (parameter.slot, parameter.rows * parameter.columns);
            let [first, second] = ["first", "second"].map(|which| packed.numbers(&format!("{which}.{slot}")));
            let (first, second) = (first?, second?);
            if first.len() != count || second.len() != count {
                return Err(malformed(format!("`{slot}` has {} numbers, not {count}", first.len())));
            }
            moments.insert(slot, Moments { first, second });
        }
        *self = Self { model, moments, best, position: about.position };
        Ok(())
    }
}
