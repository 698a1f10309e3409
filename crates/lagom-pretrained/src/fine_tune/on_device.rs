//! A step of a training on a device: weights, moments and gradients stay there; the loss and the length of the gradient come back.

use std::collections::BTreeMap;
use std::sync::Arc;

use burn_tensor::{Bool, Device, Tensor, TensorData, activation};

use super::fault::TuneError;
use super::machine::{Given, Held, Machine, Pace, Slope};
use super::model::{Outputs, TunedModel};
use super::optimiser::{EPSILON, FIRST, Moments, SECOND, Step};
use super::recipe::Targets;
use super::state::{Name, State};
use crate::compute::Precision;
use crate::device::{Opened, Padded, Parameters, Pass, Zeros, numbers, tensor};
use crate::encoder::Encoder;
use crate::error::WeightsError;
use crate::network::{Batch, Network, Pair};
use crate::product::{self, matrix};
use crate::slot::Slot;

/// A training on a device.
pub(super) struct OnDevice {
    opened: Opened,
    /// The weights as the training found them: their shape, and what low-rank additions stand on.
    encoder: Arc<Encoder>,
    /// What is not trained, with the scale of the additions.
    fixed: Parameters,
    trained: BTreeMap<Name, Tensor<2>>,
    moments: BTreeMap<Name, [Tensor<2>; 2]>,
    gradients: BTreeMap<Name, Tensor<2>>,
    /// `[vocabulary, 1]`: the tokens of the batch, where the embedding is trained.
    seen: Option<Tensor<2, Bool>>,
}

impl OnDevice {
    /// With all that a state holds on the device.
    pub(super) fn new(opened: Opened, state: &State) -> Result<Self, TuneError> {
        let held = opened.clone();
        Ok(opened.guarded(|| Self::with(held, state))?)
    }

    fn with(opened: Opened, state: &State) -> Result<Self, WeightsError> {
        let device = opened.device.clone();
        let model = &state.model;
        let (encoder, outputs) = (model.encoder.clone(), model.outputs());
        let rows = |name, count: usize| rows_of(&encoder.network, outputs, name, count);
        let put = |name, values: Vec<f32>| {
            let rows = rows(name, values.len());
            let columns = values.len() / rows.max(1);
            tensor(values, [rows, columns], &device)
        };
        let mut fixed = Parameters::default();
        let mut trained = BTreeMap::new();
        for (slot, values) in encoder.network.numbers()? {
            let name = Name::Network(slot);
            let values = put(name, values);
            match &model.additions {
                Some(_) => drop(fixed.network.insert(slot, values)),
                None => drop(trained.insert(name, values)),
            }
        }
        if let Some(additions) = &model.additions {
            fixed.scale = additions.adapters.scale;
            for ((block, target), Pair { a, b }) in &additions.adapters.pairs {
                for (is_a, of) in [(true, a), (false, b)] {
                    let values = tensor(product::numbers(of.clone())?, of.dims(), &device);
                    trained.insert(Name::Addition(*block, *target, is_a), values);
                }
            }
        }
        trained.insert(Name::HeadWeights, put(Name::HeadWeights, model.head.weights.clone()));
        trained.insert(Name::HeadBiases, put(Name::HeadBiases, model.head.biases.clone()));
        let mut moments = BTreeMap::new();
        for (name, Moments { first, second }) in &state.moments {
            let Some(shape) = trained.get(name).map(Tensor::dims) else { continue };
            let pair = [first, second].map(|values| tensor(values.clone(), shape, &device));
            moments.insert(*name, pair);
        }
        Ok(Self { opened, encoder, fixed, trained, moments, gradients: BTreeMap::new(), seen: None })
    }

    /// Forward and back.
    fn worked_out(&mut self, given: Given<'_>) -> Result<Slope, WeightsError> {
        let Given { which, texts, targets, recipe, random, .. } = given;
        let device = self.opened.device.clone();
        let network = &self.encoder.network;
        let leaves: BTreeMap<Name, Tensor<2>> =
            self.trained.iter().map(|(name, values)| (*name, values.clone().autodiff().require_grad())).collect();
        let of = self.parameters(&leaves);
        let batch = Padded::new(texts, network, self.encoder.manner.pooling, &device);
        let zeros = (recipe.dropout > 0.0).then_some(Zeros { share: recipe.dropout, random, device: &device });
        let precision = self.opened.precision();
        let mut pass = Pass { shape: &network.shape, of: &of, batch: &batch, precision, zeros };
        let hidden = pass.forward()?;
        let pooled = pass.pooled(hidden);
        let (weights, biases) = (leaf(&leaves, Name::HeadWeights)?, leaf(&leaves, Name::HeadBiases)?);
        let outputs = pooled.matmul(weights.transpose()) + biases;
        let loss = loss(outputs, targets, which, recipe.label_smoothing, &device)?;
        let mut found = loss.backward();
        self.gradients =
            leaves.iter().filter_map(|(name, leaf)| Some((*name, leaf.grad_remove(&mut found)?))).collect();
        let trains_tokens = self.gradients.contains_key(&Name::Network(Slot::Tokens));
        self.seen = trains_tokens.then(|| seen(&texts.ids, network.shape.vocabulary, &self.opened.device));
        // One reading of the device a step.
        let squares = self.gradients.values().map(|gradient| (gradient.clone() * gradient.clone()).sum());
        let told: Vec<Tensor<1>> = std::iter::once(loss.without_autodiff()).chain(squares).collect();
        let told = numbers(Tensor::cat(told, 0))?;
        let (loss, squares) = told.split_first().ok_or_else(|| WeightsError::Product("no loss came back".into()))?;
        let length = squares.iter().map(|square| f64::from(*square)).sum::<f64>().sqrt();
        Ok(Slope { loss: f64::from(*loss), length })
    }

    /// What is trained and what is not, for a pass: without gradients, or as their leaves.
    fn parameters(&self, leaves: &BTreeMap<Name, Tensor<2>>) -> Parameters {
        let mut of = self.fixed.clone();
        for (name, leaf) in leaves {
            match name {
                Name::Network(slot) => drop(of.network.insert(*slot, leaf.clone())),
                Name::Addition(block, target, true) => {
                    let other = leaves.get(&Name::Addition(*block, *target, false));
                    let pair = other.map(|b| [leaf.clone(), b.clone()]);
                    of.additions.extend(pair.map(|pair| ((*block, *target), pair)));
                }
                Name::Addition(..) | Name::HeadWeights | Name::HeadBiases => {}
            }
        }
        of
    }

    /// AdamW, as [`Step::apply`] has it.
    fn moved(&mut self, pace: &Pace<'_>, shorten: f32) {
        for (name, gradient) in std::mem::take(&mut self.gradients) {
            let Some(values) = self.trained.remove(&name) else { continue };
            let gradient = if shorten == 1.0 { gradient } else { gradient.mul_scalar(shorten) };
            let step = Step { number: pace.number, rate: pace.rate(name), weight_decay: pace.weight_decay(name) };
            let corrected = step.corrected();
            let [first, second] =
                self.moments.remove(&name).unwrap_or_else(|| [values.zeros_like(), values.zeros_like()]);
            let m = first.clone() + (gradient.clone() - first.clone()).mul_scalar(1.0 - FIRST);
            let v = second.clone().mul_scalar(SECOND) + (gradient.clone() * gradient).mul_scalar(1.0 - SECOND);
            let spread = v.clone().sqrt().mul_scalar(corrected.root).add_scalar(EPSILON);
            let new = values.clone().mul_scalar(corrected.keep) - m.clone().mul_scalar(corrected.rate) / spread;
            // Rows of tokens that no text of the batch has stay as they are.
            let seen = self.seen.as_ref().filter(|_| name == Name::Network(Slot::Tokens));
            let (new, m, v) = match seen {
                None => (new, m, v),
                Some(seen) => {
                    let seen: Tensor<2, Bool> = seen.clone().expand(values.dims());
                    let only = |old: Tensor<2>, new: Tensor<2>| old.mask_where(seen.clone(), new);
                    (only(values, new), only(first, m), only(second, v))
                }
            };
            self.trained.insert(name, new);
            self.moments.insert(name, [m, v]);
        }
    }

    /// The model as it is now, to look at.
    fn looking(&self) -> Result<Looking, WeightsError> {
        Ok(Looking {
            opened: self.opened.clone(),
            encoder: self.encoder.clone(),
            of: self.parameters(&self.trained),
            head: [leaf(&self.trained, Name::HeadWeights)?, leaf(&self.trained, Name::HeadBiases)?],
        })
    }

    fn brought(&self, state: &mut State, what: Held) -> Result<(), WeightsError> {
        let values = |name| match self.trained.get(&name) {
            Some(values) => numbers(values.clone()),
            None => Err(WeightsError::Product(format!("there is no `{name}` on the device"))),
        };
        let TunedModel { encoder, additions, head, .. } = &mut state.model;
        (head.weights, head.biases) = (values(Name::HeadWeights)?, values(Name::HeadBiases)?);
        match additions {
            Some(additions) => {
                for ((block, target), pair) in &mut additions.adapters.pairs {
                    for (is_a, of) in [(true, &mut pair.a), (false, &mut pair.b)] {
                        let [rows, columns] = of.dims();
                        *of = matrix(values(Name::Addition(*block, *target, is_a))?, rows, columns);
                    }
                }
            }
            None => {
                let shape = &encoder.network.shape;
                let slots: Vec<Slot> = shape.parameters().iter().map(|parameter| parameter.slot).collect();
                let mut all = Vec::with_capacity(slots.len());
                for slot in slots {
                    all.push((slot, values(Name::Network(slot))?));
                }
                let network = Network::new(shape.clone(), all).map_err(WeightsError::Product)?;
                *encoder = Arc::new(encoder.with_network(network));
            }
        }
        match what {
            Held::Result => {}
            Held::Look => state.model.seen_by = Some(Arc::new(self.looking()?)),
            Held::All => {
                state.moments.clear();
                for (name, [first, second]) in &self.moments {
                    let moments = Moments { first: numbers(first.clone())?, second: numbers(second.clone())? };
                    state.moments.insert(*name, moments);
                }
            }
        }
        Ok(())
    }
}

/// A model on a device in a look. It answers in f32, whatever its training computes in.
#[derive(Debug)]
struct Looking {
    opened: Opened,
    encoder: Arc<Encoder>,
    of: Parameters,
    head: [Tensor<2>; 2],
}

impl Outputs for Looking {
    fn outputs(&self, texts: &Batch) -> Result<Vec<f32>, WeightsError> {
        let network = &self.encoder.network;
        self.opened.guarded(|| {
            let batch = Padded::new(texts, network, self.encoder.manner.pooling, &self.opened.device);
            let (shape, precision) = (&network.shape, Precision::F32);
            let mut pass = Pass { shape, of: &self.of, batch: &batch, precision, zeros: None };
            let hidden = pass.forward()?;
            let [weights, biases] = self.head.clone();
            numbers(pass.pooled(hidden).matmul(weights.transpose()) + biases)
        })
    }
}

impl Machine for OnDevice {
    fn gradients(&mut self, _: &State, given: Given<'_>) -> Result<Slope, TuneError> {
        let opened = self.opened.clone();
        Ok(opened.guarded(|| self.worked_out(given))?)
    }

    fn update(&mut self, _: &mut State, pace: &Pace<'_>, shorten: f32) -> Result<(), TuneError> {
        let opened = self.opened.clone();
        Ok(opened.guarded(|| {
            self.moved(pace, shorten);
            Ok(())
        })?)
    }

    fn settle(&mut self, state: &mut State, what: Held) -> Result<(), TuneError> {
        Ok(self.opened.guarded(|| self.brought(state, what))?)
    }
}

fn leaf(leaves: &BTreeMap<Name, Tensor<2>>, name: Name) -> Result<Tensor<2>, WeightsError> {
    leaves.get(&name).cloned().ok_or_else(|| WeightsError::Product(format!("there is no `{name}` on the device")))
}

/// Rows of something that is trained.
fn rows_of(network: &Network, outputs: usize, name: Name, count: usize) -> usize {
    match name {
        Name::HeadWeights => outputs,
        Name::Network(slot) => {
            let parameters = network.shape.parameters();
            parameters.iter().find(|parameter| parameter.slot == slot).map_or(1, |parameter| parameter.rows)
        }
        Name::HeadBiases | Name::Addition(..) => usize::from(count > 0),
    }
}

/// Which tokens a batch has.
fn seen(ids: &[u32], vocabulary: usize, device: &Device) -> Tensor<2, Bool> {
    let mut seen = vec![false; vocabulary];
    ids.iter().for_each(|id| seen[*id as usize] = true);
    Tensor::from_data(TensorData::new(seen, [vocabulary, 1]), device)
}

/// Cross-entropy against classes (of which `smoothing` is spread over all), or squared error against numbers: the mean over the batch.
///
/// # Errors
/// It is to be learned how texts go on, which the processor does alone.
fn loss(
    outputs: Tensor<2>,
    targets: &Targets<'_>,
    which: &[usize],
    smoothing: f32,
    device: &Device,
) -> Result<Tensor<1>, WeightsError> {
    let count = which.len();
    let share = 1.0 / count.max(1) as f32;
    match targets {
        Targets::Classes { of, count: classes } => {
            let mut shares = vec![smoothing / *classes as f32; count * classes];
            for (row, at) in shares.chunks_exact_mut((*classes).max(1)).zip(which) {
                row[of[*at] as usize] += 1.0 - smoothing;
            }
            let logs = activation::log_softmax(outputs, 1);
            Ok((logs * tensor(shares, [count, *classes], device)).sum().mul_scalar(-share))
        }
        Targets::Numbers(of) => {
            let off = outputs - tensor(which.iter().map(|at| of[*at]).collect(), [count, 1], device);
            Ok((off.clone() * off).sum().mul_scalar(share))
        }
        Targets::Continuations { .. } => {
            Err(WeightsError::Product("how texts go on is learned on the processor alone".into()))
        }
    }
}
