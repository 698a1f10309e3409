//! The network: embeddings of columns, blocks of layer, normalisation and activation, and a last layer; forwards and back.

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::activation::{activate, slopes};
use super::columns::{Part, Piece, pieces};
use super::matrix::Matrix;
use super::norm::{Norm, Normed};
use crate::candidate::neural::adam::Moments;
use crate::candidate::neural::data::Dense;
use crate::candidate::neural::error::NeuralError;
use crate::candidate::neural::loss::BatchLoss;
use crate::candidate::neural::mlp::{MlpShape, gather, step_rows};
use crate::candidate::neural::optimiser::{Update, squared};
use crate::candidate::neural::products::{Factor, product, product_of_columns, product_of_rows};
use crate::candidate::neural::pruning::{hold, prune};
use crate::candidate::neural::recipe::Recipe;
use crate::candidate::neural::settings::Activation;
use crate::candidate::neural::stack::{Dropout, Layer, Stack, blend, normal};
use crate::candidate::neural::train::{Answers, Network, Step};

/// A network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::candidate::neural) struct Built {
    /// What is made of the columns; empty: they are taken as they are.
    pieces: Vec<Piece>,
    /// The hidden layers, then the last one, which has neither normalisation nor activation.
    blocks: Vec<Block>,
    activation: Activation,
    residual: bool,
    /// While weights that were set to 0 have to stay so: which may move, matrix by matrix. Empty in every finished network.
    #[serde(skip)]
    left: Vec<Vec<bool>>,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Block {
    weights: Matrix,
    biases: Vec<f32>,
    norm: Option<Norm>,
}

/// What one block keeps of a step for its way back.
struct Pass {
    input: Vec<f32>,
    normed: Option<Normed>,
    /// What the activation was applied to.
    before: Vec<f32>,
    mask: Option<Vec<f32>>,
}

/// What a step finds.
pub(in crate::candidate::neural) struct Found {
    /// Mean loss of the batch.
    pub(in crate::candidate::neural) loss: f64,
    /// Gradients in the order of the parameters.
    pub(in crate::candidate::neural) gradients: Vec<Vec<f32>>,
}

/// Standard deviation of first weights times √inputs: √2 before ReLU and its kin (He et al. 2015), 5/3 before tanh (PyTorch's
/// `calculate_gain`), 1 in the last layer.
fn gain(activation: Activation) -> f64 {
    match activation {
        Activation::Relu | Activation::Gelu | Activation::Silu => std::f64::consts::SQRT_2,
        Activation::Tanh => 5.0 / 3.0,
    }
}

impl Built {
    /// A network with random weights for these columns.
    pub(super) fn new(
        shape: &MlpShape,
        (parts, outputs): (&[Part], u32),
        recipe: &Recipe,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let pieces = pieces(parts, recipe, random);
        let columns = |part: &Part| match part {
            Part::Number => 1,
            Part::Other(columns) | Part::Category(columns) => *columns,
        };
        let width = if pieces.is_empty() {
            parts.iter().map(columns).sum()
        } else {
            pieces.iter().map(|piece| piece.writes() as u32).sum()
        };
        let widths = shape.widths(width, outputs, recipe.depth);
        let last = widths.len().saturating_sub(2);
        let block = |(at, pair): (usize, &[u32])| {
            let gain = if at == last { 1.0 } else { gain(recipe.activation) };
            let scale = (gain / f64::from(pair[0].max(1)).sqrt()) as f32;
            let values = (0..pair[0] as usize * pair[1] as usize).map(|_| scale * normal(random)).collect();
            let norm = if at == last { None } else { Norm::new(recipe.normalisation, pair[1] as usize) };
            Block { weights: Matrix::new(pair[0], pair[1], values), biases: vec![0.0; pair[1] as usize], norm }
        };
        let blocks = widths.windows(2).enumerate().map(block).collect();
        Self { pieces, blocks, activation: recipe.activation, residual: recipe.residual, left: Vec::new() }
    }

    /// Number of columns that it reads.
    pub(super) fn inputs(&self) -> usize {
        if self.pieces.is_empty() { self.first_width() } else { self.pieces.iter().map(Piece::reads).sum() }
    }

    /// Number of its outputs.
    pub(super) fn outputs(&self) -> usize {
        self.blocks.last().map_or(0, |block| block.weights.outputs as usize)
    }

    fn first_width(&self) -> usize {
        self.blocks.first().map_or(0, |block| block.weights.inputs as usize)
    }

    /// Whether all of it fits together (what was read from a file may not).
    pub(super) fn is_sound(&self) -> bool {
        let last = self.blocks.len().saturating_sub(1);
        let fits = |(at, block): (usize, &Block)| {
            let outputs = block.weights.outputs as usize;
            block.weights.is_sound()
                && block.biases.len() == outputs
                && block.norm.as_ref().is_none_or(|norm| at != last && norm.fits(outputs))
        };
        let written: usize = self.pieces.iter().map(Piece::writes).sum();
        !self.blocks.is_empty()
            && self.outputs() > 0
            && self.blocks.iter().enumerate().all(fits)
            && self.blocks.windows(2).all(|pair| pair[0].weights.outputs == pair[1].weights.inputs)
            && self.pieces.iter().all(Piece::is_sound)
            && (self.pieces.is_empty() || written == self.first_width())
    }

    /// Numbers that it stores.
    pub(super) fn stored(&self) -> u64 {
        let of_block = |block: &Block| {
            block.weights.parameters() + block.biases.len() as u64 + block.norm.as_ref().map_or(0, Norm::parameters)
        };
        self.pieces.iter().map(Piece::parameters).sum::<u64>() + self.blocks.iter().map(of_block).sum::<u64>()
    }

    /// All that is learnt by gradients, and whether it decays: pieces, then block by block weights, biases, gain, shift.
    pub(in crate::candidate::neural) fn parameters_mut(&mut self) -> Vec<(&mut Vec<f32>, bool)> {
        let mut found: Vec<(&mut Vec<f32>, bool)> = self.pieces.iter_mut().flat_map(Piece::parameters_mut).collect();
        for block in &mut self.blocks {
            found.push((&mut block.weights.values, true));
            found.push((&mut block.biases, false));
            found.extend(block.norm.iter_mut().flat_map(Norm::learnt).map(|one| (one, false)));
        }
        found
    }

    /// All its weights.
    fn weights_mut(&mut self) -> impl Iterator<Item = &mut Matrix> {
        self.pieces
            .iter_mut()
            .filter_map(Piece::weights_mut)
            .chain(self.blocks.iter_mut().map(|block| &mut block.weights))
    }

    /// Sets that share of the weights of each layer, the smallest, to 0; until [`Built::thaw`] they stay so.
    pub(super) fn prune(&mut self, share: f64) {
        self.left = prune(self.weights_mut().map(|matrix| &mut matrix.values), share);
    }

    /// From now on only weights that are not 0 are written to a file.
    pub(super) fn keep_sparse(&mut self) {
        self.weights_mut().for_each(Matrix::keep_sparse);
    }

    /// All weights may move again.
    pub(super) fn thaw(&mut self) {
        self.left = Vec::new();
    }

    /// Brings all its weights to one byte each ([`Matrix::quantise`]).
    pub(super) fn quantise(&mut self) {
        self.weights_mut().for_each(Matrix::quantise);
    }

    /// Whether a block adds its input to its output.
    fn skips(&self, at: usize) -> bool {
        let weights = &self.blocks[at].weights;
        self.residual && at > 0 && at + 1 < self.blocks.len() && weights.inputs == weights.outputs
    }

    /// What is made of the columns of some rows.
    fn embedded(&self, input: Vec<f32>, rows: usize) -> Vec<f32> {
        if self.pieces.is_empty() {
            return input;
        }
        let (reads, writes) = (self.inputs().max(1), self.first_width().max(1));
        let mut out = vec![0.0f32; rows * writes];
        for (from, to) in input.chunks_exact(reads).zip(out.chunks_exact_mut(writes)) {
            let (mut read, mut written) = (0, 0);
            for piece in &self.pieces {
                piece.write(&from[read..read + piece.reads()], &mut to[written..written + piece.writes()]);
                (read, written) = (read + piece.reads(), written + piece.writes());
            }
        }
        out
    }

    /// Outputs for `rows` rows of inputs (row-major), as when it answers.
    pub(in crate::candidate::neural) fn forward(&self, input: Vec<f32>, rows: usize) -> Result<Vec<f32>, NeuralError> {
        let mut x = self.embedded(input, rows);
        for (at, block) in self.blocks.iter().enumerate() {
            let mut y = block.affine(&x, rows)?;
            if at + 1 < self.blocks.len() {
                if let Some(norm) = &block.norm {
                    norm.answer(&mut y);
                }
                activate(self.activation, &mut y);
            }
            if self.skips(at) {
                y.iter_mut().zip(&x).for_each(|(y, x)| *y += x);
            }
            x = y;
        }
        Ok(x)
    }

    /// Gradients of `loss` (a function of the outputs) for `rows` rows of inputs. Running statistics take the step in.
    pub(in crate::candidate::neural) fn gradients(
        &mut self,
        (input, rows): (Vec<f32>, usize),
        mut dropout: Option<Dropout<'_>>,
        loss: impl FnOnce(Vec<f32>) -> BatchLoss,
    ) -> Result<Found, NeuralError> {
        let columns = if self.pieces.is_empty() { Vec::new() } else { input.clone() };
        let mut x = self.embedded(input, rows);
        let mut passes: Vec<Pass> = Vec::with_capacity(self.blocks.len());
        for at in 0..self.blocks.len() {
            let (activation, hidden, skips) = (self.activation, at + 1 < self.blocks.len(), self.skips(at));
            let block = &mut self.blocks[at];
            let mut y = block.affine(&x, rows)?;
            let mut pass = Pass { input: x, normed: None, before: Vec::new(), mask: None };
            if hidden {
                pass.normed = block.norm.as_mut().map(|norm| norm.learn(&mut y));
                pass.before.clone_from(&y);
                activate(activation, &mut y);
                pass.mask = dropout.as_mut().map(|dropout| dropout.mask(y.len()));
                if let Some(mask) = &pass.mask {
                    y.iter_mut().zip(mask).for_each(|(y, mask)| *y *= mask);
                }
            }
            if skips {
                y.iter_mut().zip(&pass.input).for_each(|(y, x)| *y += x);
            }
            passes.push(pass);
            x = y;
        }
        let BatchLoss { mean, gradient, .. } = loss(x);
        let embedded = if columns.is_empty() { Vec::new() } else { passes[0].input.clone() };
        let (gradients, of_embedded) = self.back(passes, gradient, rows)?;
        let mut found = self.back_pieces((&columns, &embedded), &of_embedded);
        found.extend(gradients);
        Ok(Found { loss: mean, gradients: found })
    }

    /// From the gradient of the outputs to those of the blocks, and of what the first one is given (empty without pieces).
    fn back(
        &self,
        passes: Vec<Pass>,
        gradient: Vec<f32>,
        rows: usize,
    ) -> Result<(Vec<Vec<f32>>, Vec<f32>), NeuralError> {
        let mut found = Vec::new();
        let mut gradient = gradient;
        for (at, (block, pass)) in self.blocks.iter().zip(passes).enumerate().rev() {
            let skipped = if self.skips(at) { Some(gradient.clone()) } else { None };
            let mut of_norm = None;
            if at + 1 < self.blocks.len() {
                if let Some(mask) = &pass.mask {
                    gradient.iter_mut().zip(mask).for_each(|(g, mask)| *g *= mask);
                }
                slopes(self.activation, &pass.before, &mut gradient);
                of_norm =
                    block.norm.as_ref().zip(pass.normed.as_ref()).map(|(norm, kept)| norm.back(kept, &mut gradient));
            }
            let (inputs, outputs) = (block.weights.inputs as usize, block.weights.outputs as usize);
            let down = Factor { values: &gradient, rows, columns: outputs };
            let of_weights = product_of_columns(Factor { values: &pass.input, rows, columns: inputs }, down)?;
            let mut of_biases = vec![0.0f32; outputs];
            for row in gradient.chunks_exact(outputs.max(1)) {
                of_biases.iter_mut().zip(row).for_each(|(sum, g)| *sum += g);
            }
            let below = if at > 0 || !self.pieces.is_empty() {
                let mut below =
                    product_of_rows(down, Factor { values: &block.weights.values, rows: inputs, columns: outputs })?;
                if let Some(skipped) = skipped {
                    below.iter_mut().zip(skipped).for_each(|(g, skipped)| *g += skipped);
                }
                below
            } else {
                Vec::new()
            };
            // In reverse, as the blocks are.
            found.extend(of_norm.into_iter().flat_map(|[gain, shift]| [shift, gain]));
            found.push(of_biases);
            found.push(of_weights);
            gradient = below;
        }
        found.reverse();
        Ok((found, gradient))
    }

    fn back_pieces(&self, (columns, embedded): (&[f32], &[f32]), gradient: &[f32]) -> Vec<Vec<f32>> {
        let (reads, writes) = (self.inputs().max(1), self.first_width().max(1));
        let mut all = Vec::new();
        let (mut read, mut written) = (0, 0);
        for piece in &self.pieces {
            let mut found: Vec<Vec<f32>> =
                piece.clone().parameters_mut().iter().map(|(values, _)| vec![0.0; values.len()]).collect();
            if !found.is_empty() {
                let rows =
                    columns.chunks_exact(reads).zip(embedded.chunks_exact(writes)).zip(gradient.chunks_exact(writes));
                for ((from, out), g) in rows {
                    let (to, until) = (read + piece.reads(), written + piece.writes());
                    piece.back((&from[read..to], &out[written..until], &g[written..until]), &mut found);
                }
            }
            (read, written) = (read + piece.reads(), written + piece.writes());
            all.extend(found);
        }
        all
    }
}

impl Block {
    /// `x · weights + biases`.
    fn affine(&self, x: &[f32], rows: usize) -> Result<Vec<f32>, NeuralError> {
        let (inputs, outputs) = (self.weights.inputs as usize, self.weights.outputs as usize);
        let input = Factor { values: x, rows, columns: inputs };
        let mut y = product(input, Factor { values: &self.weights.values, rows: inputs, columns: outputs })?;
        for row in y.chunks_exact_mut(outputs.max(1)) {
            row.iter_mut().zip(&self.biases).for_each(|(y, bias)| *y += bias);
        }
        Ok(y)
    }
}

impl From<Stack> for Built {
    /// The same network.
    fn from(stack: Stack) -> Self {
        let block = |Layer { inputs, outputs, weights, biases }: Layer| Block {
            weights: Matrix::new(inputs, outputs, weights),
            biases,
            norm: None,
        };
        let blocks = stack.into_layers().into_iter().map(block).collect();
        Self { pieces: Vec::new(), blocks, activation: Activation::Relu, residual: false, left: Vec::new() }
    }
}

impl<'a> Answers<Dense<'a>> for Built {
    fn outputs(&self, inputs: &Dense<'a>, rows: &[u32]) -> Result<Vec<f32>, NeuralError> {
        self.forward(gather(inputs, rows), rows.len())
    }
}

impl<'a> Network<Dense<'a>> for Built {
    type Memory = Vec<Moments>;

    fn memory(&self) -> Self::Memory {
        self.clone().parameters_mut().iter().map(|(values, _)| Moments::new(values.len())).collect()
    }

    fn learn(
        &mut self,
        memory: &mut Self::Memory,
        inputs: &Dense<'a>,
        step: &Step<'_>,
        random: &mut ChaCha8Rng,
    ) -> Result<f64, NeuralError> {
        let recipe = step.recipe;
        let dropout = (recipe.dropout > 0.0).then_some(Dropout { share: recipe.dropout, random });
        let input = (step_rows(inputs, step), step.batch.len());
        let found = self.gradients(input, dropout, |y| step.loss(y))?;
        self.update(found.gradients, memory, &step.update());
        Ok(found.loss)
    }

    fn parameters(&self) -> u64 {
        self.stored()
    }

    fn row_flops(&self, _: &Dense<'a>) -> f64 {
        let of_block = |block: &Block| {
            let norm = block.norm.as_ref().map_or(0, Norm::parameters);
            2.0 * (block.weights.values.len() as f64 + block.biases.len() as f64 + norm as f64)
        };
        self.pieces.iter().map(Piece::row_flops).sum::<f64>() + self.blocks.iter().map(of_block).sum::<f64>()
    }

    fn blend(&mut self, other: &Self, share: f32) {
        let mut other = other.clone();
        for ((own, _), (other, _)) in self.parameters_mut().into_iter().zip(other.parameters_mut()) {
            blend(own, other, share);
        }
        // Gain and shift stand at their place now; what is left are the running statistics.
        for (own, other) in self.blocks.iter_mut().zip(&other.blocks) {
            if let (Some(own), Some(other)) = (&mut own.norm, &other.norm) {
                own.blend_running(other, share);
            }
        }
    }
}

impl Built {
    /// One optimiser step.
    fn update(&mut self, mut gradients: Vec<Vec<f32>>, memory: &mut [Moments], update: &Update<'_>) {
        let mut parameters = self.parameters_mut();
        if update.has_penalties() {
            for ((values, _), gradient) in parameters.iter().zip(&mut gradients).filter(|((_, decays), _)| *decays) {
                update.penalise(values, gradient);
            }
        }
        if let Some(factor) = update.clipping(|| gradients.iter().map(|gradient| squared(gradient)).sum()) {
            gradients.iter_mut().flatten().for_each(|g| *g *= factor);
        }
        for (((values, decays), gradient), moments) in parameters.iter_mut().zip(&gradients).zip(memory) {
            update.apply(values, gradient, (&mut moments.first, &mut moments.second), *decays);
        }
        let left = std::mem::take(&mut self.left);
        self.weights_mut().zip(&left).for_each(|(matrix, left)| hold(&mut matrix.values, left));
        self.left = left;
    }
}
