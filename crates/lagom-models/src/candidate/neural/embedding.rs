//! Averaged n-gram embeddings for texts.
//!
//! fastText (Joulin et al. 2016, "Bag of tricks for efficient text classification") and the deep
//! averaging network (Iyyer et al. 2015): each hashed n-gram has a vector, a text is the weighted
//! mean of its n-grams' vectors, and a linear layer (or a hidden one before it) reads the classes.
//!
//! The mean and its gradient are plain loops over the ids of a batch; the layers above run in the
//! tensor library. A library's embedding lookup would make a dense gradient of the whole table in
//! each step. The table is updated *lazily*: only the rows that a batch touched move (and decay), each
//! with a step count of its own for Adam's bias correction, whatever the optimiser.

use std::collections::HashMap;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::adam::Moments;
use super::data::{Bags, Inputs, Training};
use super::error::NeuralError;
use super::optimiser::{Update, squared};
use super::pruning::{hold, prune};
use super::recipe::{NetworkFit, Recipe};
use super::stack::{Dropout, Stack, blend, normal};
use super::train::{Answers, Network, Step, predict, train};

/// The size of an embedding network.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmbeddingShape {
    /// Rows of the table; n-grams whose hashes agree modulo this share a vector.
    pub buckets: u32,
    /// Length of an n-gram's vector.
    pub dimension: u32,
    /// Widths of the hidden layers between the mean and the outputs; empty: none (fastText).
    pub hidden: Vec<u32>,
}

impl EmbeddingShape {
    /// Parameters of the network with `outputs` outputs: table, layers.
    pub fn parameters(&self, outputs: u64) -> u64 {
        let head = super::mlp::MlpShape { hidden: self.hidden.clone() };
        let table = u64::from(self.buckets).saturating_mul(u64::from(self.dimension));
        table.saturating_add(head.parameters(u64::from(self.dimension), outputs))
    }
}

/// A trained embedding network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Embedding {
    network: Averager,
    classes: bool,
}

/// The table and the layers above it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Averager {
    pub(super) buckets: u32,
    pub(super) dimension: u32,
    /// Row-major `[buckets, dimension]`.
    pub(super) table: Vec<f32>,
    pub(super) stack: Stack,
    /// While weights that were set to 0 have to stay so: which may move, of the table and of each layer. Empty in every finished network.
    #[serde(skip)]
    left: Vec<Vec<bool>>,
}

/// What the optimiser remembers of an [`Averager`].
pub(super) struct Memory {
    table: Moments,
    /// Updates of each row of the table so far.
    touched: Vec<u32>,
    stack: Vec<[Moments; 2]>,
}

/// One n-gram of a batch: its place in the batch, its row of the table, its share of the mean.
pub(super) type Use = (usize, u32, f32);

impl Averager {
    fn new(shape: &EmbeddingShape, outputs: u32, random: &mut ChaCha8Rng) -> Self {
        let mut widths = vec![shape.dimension];
        widths.extend(&shape.hidden);
        widths.push(outputs);
        let count = shape.buckets as usize * shape.dimension as usize;
        let table = (0..count).map(|_| INIT_SCALE * normal(random)).collect();
        let stack = Stack::new(&widths, random);
        Self { buckets: shape.buckets, dimension: shape.dimension, table, stack, left: Vec::new() }
    }

    /// Sets that share of the weights of the table and of each layer, the smallest, to 0; until [`Averager::thaw`] they stay so.
    pub(super) fn prune(&mut self, share: f64) {
        self.left = prune(std::iter::once(&mut self.table).chain(self.stack.weights_mut()), share);
    }

    /// All weights may move again.
    pub(super) fn thaw(&mut self) {
        self.left = Vec::new();
    }

    /// Sets to 0 again what has to stay so, as far as a step moved it.
    fn hold(&mut self, touched: &Touched) {
        let Some((of_table, of_layers)) = self.left.split_first() else { return };
        let width = self.dimension as usize;
        for row in &touched.rows {
            let span = *row as usize * width..(*row as usize + 1) * width;
            hold(&mut self.table[span.clone()], &of_table[span]);
        }
        self.stack.weights_mut().zip(of_layers).for_each(|(weights, left)| hold(weights, left));
    }

    /// The gradient of the rows of the table in `uses`, given that of the means.
    fn touched(&self, uses: &[Use], gradient: &[f32]) -> Touched {
        let width = self.dimension as usize;
        let mut slots: HashMap<u32, usize> = HashMap::new();
        let (mut rows, mut sums): (Vec<u32>, Vec<f32>) = (Vec::new(), Vec::new());
        for (place, row, weight) in uses {
            let slot = *slots.entry(*row).or_insert_with(|| {
                rows.push(*row);
                sums.resize(sums.len() + width, 0.0);
                rows.len() - 1
            });
            let from = &gradient[place * width..][..width];
            let sum = &mut sums[slot * width..][..width];
            sum.iter_mut().zip(from).for_each(|(s, g)| *s += weight * g);
        }
        Touched { rows, sums }
    }

    /// Where in the table a row stands.
    fn span(&self, row: u32) -> std::ops::Range<usize> {
        let width = self.dimension as usize;
        row as usize * width..(row as usize + 1) * width
    }

    /// Moves the touched rows of the table; the others stay, and are not remembered of.
    fn update_table(&mut self, touched: &Touched, memory: &mut Memory, update: &Update<'_>) {
        for (row, sum) in touched.rows.iter().zip(touched.sums.chunks_exact(self.dimension as usize)) {
            let at = *row as usize;
            memory.touched[at] = memory.touched[at].saturating_add(1);
            let span = self.span(*row);
            let moments = (&mut memory.table.first[span.clone()], &mut memory.table.second[span.clone()]);
            update.at(u64::from(memory.touched[at])).apply(&mut self.table[span], sum, moments, true);
        }
    }
}

/// The n-grams of `rows`, in a table of so many buckets; `drop` leaves some out (never a whole text's weight scale: the mean
/// is over those kept).
pub(super) fn uses(buckets: u32, bags: &Bags<'_>, rows: &[u32], mut drop: Option<(f64, &mut ChaCha8Rng)>) -> Vec<Use> {
    let mut uses = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let (from, to) = (bags.offsets[*row as usize] as usize, bags.offsets[*row as usize + 1] as usize);
        let start = uses.len();
        let mut sum = 0.0f32;
        for at in from..to {
            if let Some((share, random)) = drop.as_mut()
                && random.random::<f32>() < *share as f32
            {
                continue;
            }
            let weight = bags.weights.map_or(1.0, |w| w[at]);
            sum += weight;
            uses.push((place, bags.ids[at] % buckets, weight));
        }
        let scale = if sum > 0.0 { 1.0 / sum } else { 0.0 };
        uses[start..].iter_mut().for_each(|(_, _, weight)| *weight *= scale);
    }
    uses
}

/// Weighted means, row-major `[rows, dimension]`.
pub(super) fn means(table: &[f32], width: usize, uses: &[Use], rows: usize) -> Vec<f32> {
    let mut means = vec![0.0f32; rows * width];
    for (place, row, weight) in uses {
        let vector = &table[*row as usize * width..][..width];
        let mean = &mut means[place * width..][..width];
        mean.iter_mut().zip(vector).for_each(|(m, v)| *m += weight * v);
    }
    means
}

/// The rows of a table that a step touches.
struct Touched {
    rows: Vec<u32>,
    /// Their gradients, one after the other.
    sums: Vec<f32>,
}

/// Standard deviation of the table's first values.
const INIT_SCALE: f32 = 0.1;

impl<'a> Answers<Bags<'a>> for Averager {
    fn outputs(&self, inputs: &Bags<'a>, rows: &[u32]) -> Result<Vec<f32>, NeuralError> {
        let uses = uses(self.buckets, inputs, rows, None);
        self.stack.forward(means(&self.table, self.dimension as usize, &uses, rows.len()), rows.len())
    }
}

impl<'a> Network<Bags<'a>> for Averager {
    type Memory = Memory;

    fn memory(&self) -> Memory {
        Memory {
            table: Moments::new(self.table.len()),
            touched: vec![0; self.buckets as usize],
            stack: self.stack.moments(),
        }
    }

    fn learn(
        &mut self,
        memory: &mut Memory,
        inputs: &Bags<'a>,
        step: &Step<'_>,
        random: &mut ChaCha8Rng,
    ) -> Result<f64, NeuralError> {
        let recipe = step.recipe;
        let drop = (recipe.word_dropout > 0.0).then_some((recipe.word_dropout, &mut *random));
        let uses = uses(self.buckets, inputs, step.batch, drop);
        let means = (means(&self.table, self.dimension as usize, &uses, step.batch.len()), step.batch.len());
        let dropout = (recipe.dropout > 0.0).then_some(Dropout { share: recipe.dropout, random });
        let mut gradients = self.stack.gradients(means, true, dropout, |y| step.loss(y))?;
        let mut touched = self.touched(&uses, &gradients.input);
        let update = step.update();
        if update.has_penalties() {
            self.stack.penalise(&mut gradients, &update);
            for (row, sum) in touched.rows.iter().zip(touched.sums.chunks_exact_mut(self.dimension as usize)) {
                update.penalise(&self.table[self.span(*row)], sum);
            }
        }
        if let Some(factor) = update.clipping(|| squared(&touched.sums) + gradients.squared()) {
            touched.sums.iter_mut().for_each(|g| *g *= factor);
            gradients.scale(factor);
        }
        self.update_table(&touched, memory, &update);
        self.stack.update(&gradients, &mut memory.stack, &update);
        self.hold(&touched);
        Ok(gradients.loss)
    }

    fn parameters(&self) -> u64 {
        self.table.len() as u64 + self.stack.parameters()
    }

    fn row_flops(&self, inputs: &Bags<'a>) -> f64 {
        let ids = inputs.ids.len() as f64 / inputs.rows().max(1) as f64;
        2.0 * (ids * f64::from(self.dimension) + self.stack.parameters() as f64)
    }

    fn blend(&mut self, other: &Self, share: f32) {
        blend(&mut self.table, &other.table, share);
        self.stack.blend(&other.stack, share);
    }
}

impl Embedding {
    /// Number of parameters: the table, weights and biases.
    pub fn parameters(&self) -> u64 {
        Network::<Bags<'_>>::parameters(&self.network)
    }

    /// Operations of one prediction of a text with so many n-grams: their rows of the table are added up, the mean is taken, the layers
    /// above follow.
    pub fn operations(&self, ids: f64) -> f64 {
        (ids + 1.0) * f64::from(self.network.dimension) + self.network.stack.operations()
    }

    /// Probabilities, row-major `[rows, classes]`, or standardised values `[rows]`. A text without
    /// n-grams counts as the zero vector.
    ///
    /// # Errors
    /// [`NeuralError::Data`] for malformed bags; [`NeuralError::Shape`] if the stored weights do
    /// not fit together.
    pub fn predict(&self, x: Bags<'_>) -> Result<Vec<f32>, NeuralError> {
        let network = &self.network;
        let size = network.buckets as usize * network.dimension as usize;
        let fits = network.table.len() == size && network.stack.inputs() == network.dimension as usize;
        if size == 0 || !fits || !network.stack.is_sound() {
            return Err(NeuralError::Shape("the stored weights do not fit together".into()));
        }
        x.check()?;
        predict(&[network], &x, network.stack.outputs(), self.classes)
    }
}

/// Trains an embedding network; see [`fit_mlp`](super::fit_mlp) for how validation and settled
/// steps work, and for the errors.
///
/// # Errors
/// As [`fit_mlp`](super::fit_mlp).
pub fn fit_embedding(
    shape: &EmbeddingShape,
    data: Training<'_, Bags<'_>>,
    recipe: &Recipe,
    seed: u64,
) -> Result<NetworkFit<Embedding>, NeuralError> {
    if recipe.is_tailored() {
        return Err(NeuralError::Shape("recipe: it sets what one plain network has not".to_owned()));
    }
    let classes = data.train.1.is_classes();
    let fitted = train_averagers(shape, data, recipe, seed)?;
    Ok(fitted.map(|mut members| Embedding { network: members.swap_remove(0), classes }))
}

/// Trains networks: one, or as many as the recipe's ensemble has. Errors as [`fit_embedding`].
pub(super) fn train_averagers(
    shape: &EmbeddingShape,
    data: Training<'_, Bags<'_>>,
    recipe: &Recipe,
    seed: u64,
) -> Result<NetworkFit<Vec<Averager>>, NeuralError> {
    if shape.buckets == 0 || shape.dimension == 0 || shape.hidden.contains(&0) {
        return Err(NeuralError::Shape("table and layers need at least one row and unit".into()));
    }
    recipe.check_for_texts()?;
    let outputs = data.train.1.outputs();
    train(data, recipe, seed, |random| Averager::new(shape, outputs, random))
}
