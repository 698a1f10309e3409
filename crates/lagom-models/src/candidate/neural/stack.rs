//! A stack of fully connected layers with ReLU between them: weights as plain vectors, gradients
//! by the tensor library.

use burn_tensor::{Device, Tensor, activation::relu};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::adam::Moments;
use super::error::NeuralError;
use super::loss::BatchLoss;
use super::optimiser::{Update, squared};
use super::products::{TENSOR_ROWS, tensor, values};

/// One layer: `output = input · weights + biases`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Layer {
    pub(super) inputs: u32,
    pub(super) outputs: u32,
    /// Row-major `[inputs, outputs]`.
    pub(super) weights: Vec<f32>,
    /// `[outputs]`.
    pub(super) biases: Vec<f32>,
}

/// Layers in order; ReLU after each but the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Stack {
    layers: Vec<Layer>,
}

/// What one backward pass gives.
pub(super) struct Gradients {
    /// Mean loss of the batch.
    pub(super) loss: f64,
    /// Weights' and biases' gradients of each layer.
    layers: Vec<(Vec<f32>, Vec<f32>)>,
    /// Gradient with respect to the stack's input, row-major; empty unless asked for.
    pub(super) input: Vec<f32>,
}

/// Random numbers for dropout: the share to drop, and the source.
pub(super) struct Dropout<'a> {
    pub(super) share: f64,
    pub(super) random: &'a mut ChaCha8Rng,
}

impl Dropout<'_> {
    /// 0 with probability `share`, else `1 / (1 - share)`, `count` times.
    pub(super) fn mask(&mut self, count: usize) -> Vec<f32> {
        let limit = (self.share * 65_536.0) as u32;
        let keep = (1.0 / (1.0 - f64::from(limit) / 65_536.0)) as f32;
        let mut mask = Vec::with_capacity(count + 1);
        while mask.len() < count {
            let bits: u32 = self.random.random();
            mask.push(if bits & 0xffff < limit { 0.0 } else { keep });
            mask.push(if bits >> 16 < limit { 0.0 } else { keep });
        }
        mask.truncate(count);
        mask
    }
}

/// A standard normal number (Box & Muller 1958).
pub(super) fn normal(random: &mut ChaCha8Rng) -> f32 {
    let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
    (radius * (std::f64::consts::TAU * random.random::<f64>()).cos()) as f32
}

impl Stack {
    /// A stack through `widths` (inputs, hidden…, outputs), weights normal with variance
    /// 2 / inputs (He et al. 2015; 1 / inputs in the last layer, which has no ReLU), biases 0.
    pub(super) fn new(widths: &[u32], random: &mut ChaCha8Rng) -> Self {
        let last = widths.len().saturating_sub(2);
        let layer = |(at, pair): (usize, &[u32])| {
            let gain = if at == last { 1.0 } else { 2.0 };
            let scale = (gain / f64::from(pair[0].max(1))).sqrt() as f32;
            let count = pair[0] as usize * pair[1] as usize;
            let weights = (0..count).map(|_| scale * normal(random)).collect();
            Layer { inputs: pair[0], outputs: pair[1], weights, biases: vec![0.0; pair[1] as usize] }
        };
        Self { layers: widths.windows(2).enumerate().map(layer).collect() }
    }

    /// The weights of each layer.
    pub(super) fn weights_mut(&mut self) -> impl Iterator<Item = &mut Vec<f32>> {
        self.layers.iter_mut().map(|layer| &mut layer.weights)
    }

    /// Its layers, from the input on.
    pub(super) fn into_layers(self) -> Vec<Layer> {
        self.layers
    }

    /// Number of weights and biases.
    pub(super) fn parameters(&self) -> u64 {
        self.layers.iter().map(|l| (l.weights.len() + l.biases.len()) as u64).sum()
    }

    /// Operations for one row: `2 · inputs · outputs` a layer (multiplications, and additions with those of biases), and one comparison
    /// for each hidden unit.
    pub(super) fn operations(&self) -> f64 {
        let sums: usize = self.layers.iter().map(|layer| 2 * layer.weights.len()).sum();
        let hidden = self.layers.iter().rev().skip(1).map(|layer| layer.biases.len()).sum::<usize>();
        (sums + hidden) as f64
    }

    /// Numbers that are held at once on the way through: the inputs and outputs of the widest layer.
    pub(super) fn held(&self) -> usize {
        self.layers.iter().map(|layer| (layer.inputs + layer.outputs) as usize).max().unwrap_or(0)
    }

    /// Width of the input.
    pub(super) fn inputs(&self) -> usize {
        self.layers.first().map_or(0, |l| l.inputs as usize)
    }

    /// Width of the output.
    pub(super) fn outputs(&self) -> usize {
        self.layers.last().map_or(0, |l| l.outputs as usize)
    }

    /// Whether all vectors have the lengths their shapes say (a deserialised stack may not).
    pub(super) fn is_sound(&self) -> bool {
        let fits = |l: &Layer| {
            l.weights.len() == l.inputs as usize * l.outputs as usize && l.biases.len() == l.outputs as usize
        };
        !self.layers.is_empty()
            && self.layers.iter().all(fits)
            && self.layers.windows(2).all(|pair| pair[0].outputs == pair[1].inputs)
    }

    /// Outputs for `rows` rows of inputs (row-major), by tensors or by plain loops.
    pub(super) fn forward(&self, input: Vec<f32>, rows: usize) -> Result<Vec<f32>, NeuralError> {
        if rows < TENSOR_ROWS {
            let width = self.inputs().max(1);
            return Ok(input.chunks_exact(width).flat_map(|row| self.forward_row(row)).collect());
        }
        let device = Device::flex();
        let mut x = tensor(input, rows, self.inputs(), &device);
        for (at, layer) in self.layers.iter().enumerate() {
            let [w, b] = layer.tensors(&device);
            x = x.matmul(w) + b;
            if at + 1 < self.layers.len() {
                x = relu(x);
            }
        }
        values(x)
    }

    /// Outputs for one row; a handful of microseconds for small stacks.
    pub(super) fn forward_row(&self, input: &[f32]) -> Vec<f32> {
        let mut current: Vec<f32> = Vec::new();
        for (at, layer) in self.layers.iter().enumerate() {
            let from = if at == 0 { input } else { current.as_slice() };
            let mut next = layer.biases.clone();
            for (x, weights) in from.iter().zip(layer.weights.chunks_exact(next.len().max(1))) {
                if *x != 0.0 {
                    next.iter_mut().zip(weights).for_each(|(sum, w)| *sum += x * w);
                }
            }
            if at + 1 < self.layers.len() {
                next.iter_mut().for_each(|v| *v = v.max(0.0));
            }
            current = next;
        }
        current
    }

    /// Gradients of `loss` (a function of the outputs) for `rows` rows of inputs.
    ///
    /// The loss gives its own gradient G with respect to the outputs; the tensor library carries
    /// it back through the layers as the gradient of sum(outputs * G).
    #[cfg(feature = "train")]
    pub(super) fn gradients(
        &self,
        (input, rows): (Vec<f32>, usize),
        for_input: bool,
        mut dropout: Option<Dropout<'_>>,
        loss: impl FnOnce(Vec<f32>) -> BatchLoss,
    ) -> Result<Gradients, NeuralError> {
        let device = Device::flex().autodiff();
        let x = tensor(input, rows, self.inputs(), &device);
        let x = if for_input { x.require_grad() } else { x };
        let parameters: Vec<[Tensor<2>; 2]> =
            self.layers.iter().map(|l| l.tensors(&device).map(Tensor::require_grad)).collect();
        let mut y = x.clone();
        for (at, [w, b]) in parameters.iter().enumerate() {
            y = y.matmul(w.clone()) + b.clone();
            if at + 1 < parameters.len() {
                y = relu(y);
                if let Some(dropout) = dropout.as_mut() {
                    let width = self.layers[at].outputs as usize;
                    y = y * tensor(dropout.mask(rows * width), rows, width, &device);
                }
            }
        }
        let loss = loss(values(y.clone().inner())?);
        let seed = tensor(loss.gradient, rows, self.outputs(), &device);
        let mut found = (y * seed).sum().backward();
        let mut take = |of: &Tensor<2>| match of.grad_remove(&mut found) {
            Some(gradient) => values(gradient),
            None => Err(NeuralError::Tensor("a gradient is missing".into())),
        };
        let mut layers = Vec::with_capacity(parameters.len());
        for [w, b] in &parameters {
            layers.push((take(w)?, take(b)?));
        }
        let input = if for_input { take(&x)? } else { Vec::new() };
        Ok(Gradients { loss: loss.mean, layers, input })
    }

    /// Without the gradients of the tensor library nothing can be trained.
    #[cfg(not(feature = "train"))]
    pub(super) fn gradients(
        &self,
        _: (Vec<f32>, usize),
        _: bool,
        _: Option<Dropout<'_>>,
        _: impl FnOnce(Vec<f32>) -> BatchLoss,
    ) -> Result<Gradients, NeuralError> {
        Err(NeuralError::PredictsOnly)
    }

    /// Zero moments for all weights and biases.
    pub(super) fn moments(&self) -> Vec<[Moments; 2]> {
        self.layers.iter().map(|l| [Moments::new(l.weights.len()), Moments::new(l.biases.len())]).collect()
    }

    /// Adds the gradient of the penalties on the weights; biases have none.
    pub(super) fn penalise(&self, gradients: &mut Gradients, update: &Update<'_>) {
        for (layer, (weights, _)) in self.layers.iter().zip(&mut gradients.layers) {
            update.penalise(&layer.weights, weights);
        }
    }

    /// One optimiser step.
    pub(super) fn update(&mut self, gradients: &Gradients, moments: &mut [[Moments; 2]], update: &Update<'_>) {
        let found = gradients.layers.iter().zip(moments);
        for (layer, ((weights, biases), [m, n])) in self.layers.iter_mut().zip(found) {
            update.apply(&mut layer.weights, weights, (&mut m.first, &mut m.second), true);
            update.apply(&mut layer.biases, biases, (&mut n.first, &mut n.second), false);
        }
    }

    /// Moves all weights and biases that share of the way to those of another stack of the same widths.
    pub(super) fn blend(&mut self, other: &Self, share: f32) {
        for (own, other) in self.layers.iter_mut().zip(&other.layers) {
            blend(&mut own.weights, &other.weights, share);
            blend(&mut own.biases, &other.biases, share);
        }
    }
}

/// Moves values that share of the way to others.
pub(super) fn blend(own: &mut [f32], other: &[f32], share: f32) {
    own.iter_mut().zip(other).for_each(|(own, other)| *own += share * (other - *own));
}

impl Gradients {
    /// Sum of the squares of all weights' and biases' gradients.
    pub(super) fn squared(&self) -> f64 {
        self.layers.iter().map(|(weights, biases)| squared(weights) + squared(biases)).sum()
    }

    /// Multiplies all weights' and biases' gradients.
    pub(super) fn scale(&mut self, factor: f32) {
        for (weights, biases) in &mut self.layers {
            weights.iter_mut().chain(biases).for_each(|g| *g *= factor);
        }
    }
}

impl Layer {
    /// Weights `[inputs, outputs]` and biases `[1, outputs]` as tensors.
    fn tensors(&self, device: &Device) -> [Tensor<2>; 2] {
        let (inputs, outputs) = (self.inputs as usize, self.outputs as usize);
        [tensor(self.weights.clone(), inputs, outputs, device), tensor(self.biases.clone(), 1, outputs, device)]
    }
}
