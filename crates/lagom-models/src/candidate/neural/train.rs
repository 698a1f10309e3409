//! The training loop: search for a learning rate, schedule, early stopping. Knows no layers.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::data::{Inputs, Training, check};
use super::error::NeuralError;
use super::loss::{loss, softmax};
use super::recipe::{NetworkFit, Recipe, SearchPoint};
use crate::candidate::labels::Labels;
use crate::candidate::tuned::{Progress, TunedParams};
use crate::stats::{Seen, Stop, stops};

/// Rows of one forward pass in evaluation and prediction.
const CHUNK: usize = 1_024;
/// Training rows on which the kept weights are measured.
const TRAIN_SAMPLE: usize = 2_048;
/// A loss beyond this many times the first one counts as divergence.
const EXPLOSION: f64 = 1e6;

/// Streams of the seed's generator, so that no part's draws move another's.
const INIT: u64 = 0;
const SHUFFLE: u64 = 1;
const DROPOUT: u64 = 2;

/// One optimiser step's circumstances.
pub(super) struct Step<'a> {
    /// Rows (indices) to learn from.
    pub(super) batch: &'a [u32],
    /// Labels of all training rows.
    pub(super) labels: &'a Labels<'a>,
    /// Number of the step, from 1.
    pub(super) number: u64,
    /// Learning rate of this step.
    pub(super) rate: f64,
    /// Everything else.
    pub(super) recipe: &'a Recipe,
}

/// A network that can be trained on rows of `X`.
pub(super) trait Network<X>: Clone {
    /// What the optimiser remembers.
    type Memory;
    /// A fresh memory.
    fn memory(&self) -> Self::Memory;
    /// One optimiser step; returns the batch's mean loss before it.
    fn learn(
        &mut self,
        memory: &mut Self::Memory,
        inputs: &X,
        step: &Step<'_>,
        dropout: &mut ChaCha8Rng,
    ) -> Result<f64, NeuralError>;
    /// Outputs (logits or values) of the given rows, row-major.
    fn outputs(&self, inputs: &X, rows: &[u32]) -> Result<Vec<f32>, NeuralError>;
    /// Number of weights and biases.
    fn parameters(&self) -> u64;
    /// FLOPs of one row's forward pass, on average over `inputs`.
    fn row_flops(&self, inputs: &X) -> f64;
}

fn generator(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(stream);
    random
}

/// Epoch after epoch of shuffled rows, cut into batches; the last of an epoch may be shorter.
struct Batches {
    order: Vec<u32>,
    at: usize,
    size: usize,
    random: ChaCha8Rng,
}

impl Batches {
    fn new(rows: usize, size: usize, seed: u64) -> Result<Self, NeuralError> {
        let rows = u32::try_from(rows).map_err(|_| NeuralError::Data(format!("{rows} rows are too many")))?;
        Ok(Self { order: (0..rows).collect(), at: rows as usize, size, random: generator(seed, SHUFFLE) })
    }

    fn next(&mut self) -> &[u32] {
        if self.at >= self.order.len() {
            self.order.shuffle(&mut self.random);
            self.at = 0;
        }
        let from = self.at;
        self.at = (from + self.size).min(self.order.len());
        &self.order[from..self.at]
    }
}

/// One training: its data, its recipe, and the FLOPs spent so far.
struct Trainer<'a, X> {
    data: Training<'a, X>,
    recipe: &'a Recipe,
    seed: u64,
    flops: f64,
}

/// What one run through a schedule gives.
struct Run<N> {
    kept: N,
    step: u64,
    history: Vec<Progress>,
    validation_loss: Option<f64>,
    stopped: Option<Stop>,
}

/// How one run goes through its schedule.
#[derive(Clone, Copy)]
struct Course {
    rate: f64,
    horizon: u64,
    /// Stop here even if the schedule is longer.
    end: u64,
    /// Evaluate every so many steps (and at the end).
    every: u64,
    /// Keep the best weights and stop early; else keep the last ones.
    choose: bool,
}

/// Trains the network that `build` makes from the initialisation's generator.
pub(super) fn train<X: Inputs, N: Network<X>>(
    data: Training<'_, X>,
    recipe: &Recipe,
    seed: u64,
    build: impl FnOnce(&mut ChaCha8Rng) -> N,
) -> Result<NetworkFit<N>, NeuralError> {
    recipe.check()?;
    check(&data)?;
    let start = build(&mut generator(seed, INIT));
    let recipe = &recipe.tempered(start.parameters(), data.train.0.rows());
    let mut trainer = Trainer { data, recipe, seed, flops: 0.0 };
    let rows = data.train.0.rows();
    let horizon = data.settled.map_or_else(
        || recipe.horizon(rows, 3.0 * start.row_flops(&data.train.0)),
        |settled| settled.horizon.max(settled.steps),
    );
    let mut search = Vec::new();
    let rate = match data.settled {
        Some(settled) => settled.learning_rate,
        None => trainer.search(&start, horizon, &mut search)?,
    };
    let epoch = rows.div_ceil(recipe.batch(rows)) as u64;
    let every = epoch.max(horizon.div_ceil(u64::from(recipe.evaluations.max(1)))).max(1);
    let end = data.settled.map_or(horizon, |settled| settled.steps);
    let course = Course { rate, horizon, end, every, choose: data.settled.is_none() };
    let run = trainer.run(&start, course)?;
    let sample: Vec<u32> = (0..rows.min(TRAIN_SAMPLE)).map(|i| (i * rows / rows.min(TRAIN_SAMPLE)) as u32).collect();
    let train_loss = trainer.measure(&run.kept, &data.train, &sample, None)?;
    Ok(NetworkFit {
        model: run.kept,
        settled: TunedParams { steps: run.step, horizon, learning_rate: rate, l2: 0.0 },
        history: run.history,
        search,
        train_loss,
        validation_loss: run.validation_loss,
        stopped: run.stopped,
        flops: trainer.flops,
    })
}

impl<X: Inputs> Trainer<'_, X> {
    /// The rate with the lowest validation loss after a short schedule.
    fn search<N: Network<X>>(
        &mut self,
        start: &N,
        horizon: u64,
        tried: &mut Vec<SearchPoint>,
    ) -> Result<f64, NeuralError> {
        let rates = &self.recipe.rates;
        if let [only] = rates.as_slice() {
            return Ok(*only);
        }
        let steps = ((self.recipe.search_share * horizon as f64) as u64).max(1);
        let mut best: Option<(f64, f64)> = None;
        let mut diverged = 0;
        for rate in rates {
            let course = Course { rate: *rate, horizon: steps, end: steps, every: steps, choose: false };
            let loss = match self.run(start, course) {
                Ok(run) => run.validation_loss,
                Err(NeuralError::Diverged { step }) => {
                    diverged = step;
                    None
                }
                Err(other) => return Err(other),
            };
            tried.push(SearchPoint { learning_rate: *rate, steps, validation_loss: loss });
            if let Some(loss) = loss
                && best.is_none_or(|(_, lowest)| loss < lowest)
            {
                best = Some((*rate, loss));
            }
        }
        best.map(|(rate, _)| rate).ok_or(NeuralError::Diverged { step: diverged })
    }

    /// Trains a copy of `start` along `course`.
    fn run<N: Network<X>>(&mut self, start: &N, course: Course) -> Result<Run<N>, NeuralError> {
        let train = self.data.train;
        let (inputs, labels) = (&train.0, &train.1);
        let (mut network, mut memory) = (start.clone(), start.memory());
        let mut batches = Batches::new(inputs.rows(), self.recipe.batch(inputs.rows()), self.seed)?;
        let mut dropout = generator(self.seed, DROPOUT);
        let learning = 3.0 * start.row_flops(inputs);
        let mut run = Run { kept: start.clone(), step: 0, history: Vec::new(), validation_loss: None, stopped: None };
        let (mut sum, mut since, mut limit, mut stale) = (0.0, 0u64, f64::INFINITY, 0);
        for number in 1..=course.end {
            let batch = batches.next();
            let rate = self.recipe.rate_at(number, course.horizon, course.rate);
            let step = Step { batch, labels, number, rate, recipe: self.recipe };
            let loss = network.learn(&mut memory, inputs, &step, &mut dropout)?;
            self.flops += learning * batch.len() as f64;
            if !loss.is_finite() || loss > limit {
                return Err(NeuralError::Diverged { step: number });
            }
            limit = limit.min(EXPLOSION * loss.max(1.0));
            (sum, since) = (sum + loss, since + 1);
            if !number.is_multiple_of(course.every) && number != course.end {
                continue;
            }
            let (validation_loss, quality) = self.validate(&network, &course, number)?;
            let train_loss = sum / since as f64;
            run.history.push(Progress { step: number, train_loss, validation_loss, quality, flops: Some(self.flops) });
            (sum, since) = (0.0, 0);
            let better = match (validation_loss, run.validation_loss) {
                (Some(now), Some(lowest)) => now < lowest,
                _ => true,
            };
            if better || !course.choose {
                stale = 0;
                (run.step, run.validation_loss) = (number, validation_loss);
                if course.choose || number == course.end {
                    run.kept = network.clone();
                }
            } else {
                stale += 1;
                if stale >= self.recipe.patience.max(1) {
                    break;
                }
            }
            if course.choose && number != course.end {
                run.stopped = self.hopeless(&run.history, course.horizon);
                if run.stopped.is_some() {
                    break;
                }
            }
        }
        Ok(run)
    }

    /// Whether the training can't matter any more, by its curve so far.
    fn hopeless(&self, history: &[Progress], horizon: u64) -> Option<Stop> {
        let target = self.data.watch?.target?;
        let seen = |point: &Progress| Some(Seen { step: point.step, quality: point.quality? });
        stops(&history.iter().map(seen).collect::<Option<Vec<Seen>>>()?, horizon, target)
    }

    /// Validation loss, where there is a validation part; and quality, where the main training is watched.
    fn validate<N: Network<X>>(
        &mut self,
        network: &N,
        course: &Course,
        step: u64,
    ) -> Result<(Option<f64>, Option<f64>), NeuralError> {
        let Some(validation) = self.data.validation else { return Ok((None, None)) };
        let all: Vec<u32> = (0..validation.0.rows() as u32).collect();
        let watch = self.data.watch.filter(|_| course.choose);
        let mut answers = watch.map(|_| Vec::new());
        let loss = self.measure(network, &validation, &all, answers.as_mut())?;
        if !loss.is_finite() {
            return Err(NeuralError::Diverged { step });
        }
        let quality = watch.zip(answers).and_then(|(watch, mut answers)| {
            if validation.1.is_classes() {
                let width = validation.1.outputs().max(1) as usize;
                for row in answers.chunks_exact_mut(width) {
                    softmax(row);
                }
            }
            (watch.quality)(&answers)
        });
        Ok((Some(loss), quality))
    }

    /// Mean loss on the given rows, without smoothing and dropout; the outputs go to `answers`, if they are wanted.
    fn measure<N: Network<X>>(
        &mut self,
        network: &N,
        (inputs, labels): &(X, Labels<'_>),
        rows: &[u32],
        mut answers: Option<&mut Vec<f32>>,
    ) -> Result<f64, NeuralError> {
        let mut sum = 0.0;
        for chunk in rows.chunks(CHUNK) {
            let outputs = network.outputs(inputs, chunk)?;
            if let Some(answers) = &mut answers {
                answers.extend_from_slice(&outputs);
            }
            sum += loss(outputs, labels, chunk, 0.0).mean * chunk.len() as f64;
        }
        self.flops += network.row_flops(inputs) * rows.len() as f64;
        Ok(sum / rows.len().max(1) as f64)
    }
}

/// Probabilities (or values, when `classes` is false) of all rows, row-major.
pub(super) fn predict<X: Inputs, N: Network<X>>(
    network: &N,
    inputs: &X,
    width: usize,
    classes: bool,
) -> Result<Vec<f32>, NeuralError> {
    let all: Vec<u32> = (0..inputs.rows() as u32).collect();
    let mut outputs = Vec::with_capacity(all.len() * width);
    for chunk in all.chunks(CHUNK) {
        outputs.extend(network.outputs(inputs, chunk)?);
    }
    if classes {
        for row in outputs.chunks_exact_mut(width.max(1)) {
            softmax(row);
        }
    }
    Ok(outputs)
}
