//! The training loop: search for a learning rate, schedule, early stopping. Knows no layers.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::data::{Inputs, Training, check};
use super::error::NeuralError;
use super::loss::{BatchLoss, softmax};
use super::mixing::mixed;
use super::objective::{Mixed, Objective};
use super::optimiser::Update;
use super::recipe::{NetworkFit, Recipe, SearchPoint};
use super::schedule::{momentum_at, rate_at};
use super::settings::WeightAveraging;
use crate::candidate::tuned::{Progress, TunedParams};
use crate::stats::{Seen, Stop, stops};

/// Rows of one forward pass in evaluation and prediction.
const CHUNK: usize = 1_024;
/// Training rows on which the kept weights are measured.
const TRAIN_SAMPLE: usize = 2_048;
/// A loss beyond this many times the first one counts as divergence.
const EXPLOSION: f64 = 1e6;

/// Streams of the seed's generator, so that no part's draws move another's; each network of an ensemble has its own.
const INIT: u64 = 0;
const SHUFFLE: u64 = 1;
const DROPOUT: u64 = 2;
const MIXING: u64 = 3;
const STREAMS: u64 = 16;

/// What a running mean of the weights keeps of itself in each step: a memory of about a hundred steps, which every schedule has.
const KEPT: f32 = 0.99;
/// Share of the schedule behind which all weights are averaged (Izmailov et al. 2018 begin at three quarters).
const AVERAGED_FROM: f64 = 0.75;
/// Least mean probability of an ensemble that is turned into a score.
const LEAST_PROBABILITY: f32 = 1e-30;

/// One optimiser step's circumstances.
pub(super) struct Step<'a> {
    /// Rows (indices) to learn from.
    pub(super) batch: &'a [u32],
    /// The rows that these are mixed with, where they are.
    pub(super) mixed: Option<Mixed>,
    /// What is made small, on all training rows.
    pub(super) objective: &'a Objective<'a>,
    /// Number of the step, from 1.
    pub(super) number: u64,
    /// Learning rate of this step.
    pub(super) rate: f64,
    /// Momentum of this step, where the schedule changes it.
    pub(super) momentum: Option<f64>,
    /// Everything else.
    pub(super) recipe: &'a Recipe,
}

impl<'a> Step<'a> {
    /// The loss of the outputs for its rows.
    pub(super) fn loss(&self, outputs: Vec<f32>) -> BatchLoss {
        self.objective.of_mixed(outputs, self.batch, self.mixed.as_ref())
    }

    /// How it moves parameters.
    pub(super) fn update(&self) -> Update<'a> {
        Update::new(self.recipe, self.rate, self.momentum, self.number)
    }
}

/// A network that answers rows of `X`.
pub(super) trait Answers<X> {
    /// Outputs (logits or values) of the given rows, row-major.
    fn outputs(&self, inputs: &X, rows: &[u32]) -> Result<Vec<f32>, NeuralError>;
}

/// A network that can be trained on rows of `X`.
pub(super) trait Network<X>: Answers<X> + Clone {
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
    /// Number of weights and biases.
    fn parameters(&self) -> u64;
    /// FLOPs of one row's forward pass, on average over `inputs`.
    fn row_flops(&self, inputs: &X) -> f64;
    /// Moves all that is learnt that share of the way to another network of the same shape.
    fn blend(&mut self, other: &Self, share: f32);
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
    fn new(rows: usize, size: usize, random: ChaCha8Rng) -> Result<Self, NeuralError> {
        let rows = u32::try_from(rows).map_err(|_| NeuralError::Data(format!("{rows} rows are too many")))?;
        Ok(Self { order: (0..rows).collect(), at: rows as usize, size, random })
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

/// One network in training.
struct Member<N: Network<X>, X> {
    network: N,
    memory: N::Memory,
    batches: Batches,
    dropout: ChaCha8Rng,
    mixing: ChaCha8Rng,
    average: Option<N>,
}

impl<X: Inputs, N: Network<X>> Member<N, X> {
    fn new(start: &N, place: usize, (rows, batch): (usize, usize), seed: u64) -> Result<Self, NeuralError> {
        let random = |stream| generator(seed, stream + STREAMS * place as u64);
        Ok(Self {
            network: start.clone(),
            memory: start.memory(),
            batches: Batches::new(rows, batch, random(SHUFFLE))?,
            dropout: random(DROPOUT),
            mixing: random(MIXING),
            average: None,
        })
    }

    /// One step; the batch's mean loss before it, and its rows.
    fn learn(&mut self, inputs: &X, objective: &Objective<'_>, now: &Now<'_>) -> Result<(f64, usize), NeuralError> {
        let batch = self.batches.next();
        let mixed = (now.recipe.mixup > 0.0).then(|| mixed(batch, now.recipe.mixup, &mut self.mixing));
        let Now { number, rate, momentum, recipe, .. } = *now;
        let step = Step { batch, mixed, objective, number, rate, momentum, recipe };
        let loss = self.network.learn(&mut self.memory, inputs, &step, &mut self.dropout)?;
        let rows = batch.len();
        self.remember(now);
        Ok((loss, rows))
    }

    /// Takes the weights of this step into their mean, where one is kept.
    fn remember(&mut self, now: &Now<'_>) {
        let from = (AVERAGED_FROM * now.horizon as f64).ceil() as u64;
        let share = match now.recipe.weight_averaging {
            WeightAveraging::Ema => 1.0 - KEPT,
            WeightAveraging::Swa if now.number >= from => 1.0 / (now.number - from + 1) as f32,
            WeightAveraging::None | WeightAveraging::Swa => return,
        };
        match &mut self.average {
            Some(average) => average.blend(&self.network, share),
            none => *none = Some(self.network.clone()),
        }
    }

    /// The network as it is measured and kept.
    fn shown(&self) -> &N {
        self.average.as_ref().unwrap_or(&self.network)
    }
}

/// Where a run is.
struct Now<'a> {
    number: u64,
    horizon: u64,
    rate: f64,
    momentum: Option<f64>,
    recipe: &'a Recipe,
}

/// One training: its data, its recipe, and the FLOPs spent so far.
struct Trainer<'a, X> {
    data: Training<'a, X>,
    objective: Objective<'a>,
    recipe: &'a Recipe,
    seed: u64,
    flops: f64,
}

/// What one run through a schedule gives.
struct Run<N> {
    kept: Vec<N>,
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
    /// The training itself, no try of the search and no repeat: it is watched.
    main: bool,
}

/// Trains the networks of an ensemble, or the one, that `build` makes from the initialisation's generators.
pub(super) fn train<X: Inputs, N: Network<X>>(
    data: Training<'_, X>,
    recipe: &Recipe,
    seed: u64,
    mut build: impl FnMut(&mut ChaCha8Rng) -> N,
) -> Result<NetworkFit<Vec<N>>, NeuralError> {
    recipe.check()?;
    check(&data)?;
    let start: Vec<N> =
        (0..u64::from(recipe.ensemble)).map(|place| build(&mut generator(seed, INIT + STREAMS * place))).collect();
    let recipe = &recipe.tempered(start[0].parameters(), data.train.0.rows());
    let objective = Objective::training(recipe, data.train.1, data.weights);
    let mut trainer = Trainer { data, objective, recipe, seed, flops: 0.0 };
    let rows = data.train.0.rows();
    let horizon = data.settled.map_or_else(
        || recipe.horizon(rows, 3.0 * start[0].row_flops(&data.train.0)),
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
    let main = data.settled.is_none();
    // The mean over the end of a schedule is there at its end alone.
    let whole = !recipe.early_stopping || recipe.weight_averaging == WeightAveraging::Swa;
    let course = Course { rate, horizon, end, every, choose: main && !whole, main };
    let run = trainer.run(&start, course)?;
    let sample: Vec<u32> = (0..rows.min(TRAIN_SAMPLE)).map(|i| (i * rows / rows.min(TRAIN_SAMPLE)) as u32).collect();
    let measured = trainer.objective.measuring(data.train.1);
    let kept: Vec<&N> = run.kept.iter().collect();
    let train_loss = trainer.measure(&kept, (&data.train.0, &measured), &sample, None)?;
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

/// Share of a training's steps, and of its learning rate, by which the weights that pruning has left are trained on. Han et al. 2015 take a tenth
/// of the rate, and as many steps as it needs.
const TRAINED_ON: f64 = 0.2;
const RATE_ON: f64 = 0.1;

/// Trains networks on after their training. What this takes is counted; what was settled stays, so that a refit does the same behind its own
/// training. A training that was ended since it can't matter is not gone on with.
pub(super) fn train_on<X: Inputs, N: Network<X>>(
    fitted: &mut NetworkFit<Vec<N>>,
    data: Training<'_, X>,
    recipe: &Recipe,
    seed: u64,
) -> Result<(), NeuralError> {
    if fitted.stopped.is_some() {
        return Ok(());
    }
    let steps = ((TRAINED_ON * fitted.settled.steps as f64).ceil() as u64).max(1);
    let learning_rate = RATE_ON * fitted.settled.learning_rate;
    let settled = Some(TunedParams { steps, horizon: steps, learning_rate, l2: 0.0 });
    let on = Training { validation: None, watch: None, settled, ..data };
    let mut at = 0;
    let again = train(on, recipe, seed, |_| {
        at += 1;
        fitted.model[at - 1].clone()
    })?;
    fitted.flops += again.flops;
    fitted.model = again.model;
    Ok(())
}

impl<X: Inputs> Trainer<'_, X> {
    /// The rate with the lowest validation loss after a short schedule.
    fn search<N: Network<X>>(
        &mut self,
        start: &[N],
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
            let course = Course { rate: *rate, horizon: steps, end: steps, every: steps, choose: false, main: false };
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

    /// Trains copies of `start` along `course`, side by side.
    fn run<N: Network<X>>(&mut self, start: &[N], course: Course) -> Result<Run<N>, NeuralError> {
        let inputs = &{ self.data.train.0 };
        let sizes = (inputs.rows(), self.recipe.batch(inputs.rows()));
        let member = |(place, start)| Member::new(start, place, sizes, self.seed);
        let mut members: Vec<Member<N, X>> = start.iter().enumerate().map(member).collect::<Result<_, _>>()?;
        let learning = 3.0 * start[0].row_flops(inputs);
        let mut run = Run { kept: start.to_vec(), step: 0, history: Vec::new(), validation_loss: None, stopped: None };
        let (mut sum, mut since, mut limit, mut stale) = (0.0, 0u64, f64::INFINITY, 0);
        for number in 1..=course.end {
            let now = Now {
                number,
                horizon: course.horizon,
                rate: rate_at(self.recipe, number, course.horizon, course.rate),
                momentum: momentum_at(self.recipe, number, course.horizon),
                recipe: self.recipe,
            };
            let mut loss = 0.0;
            for member in &mut members {
                let (of_member, rows) = member.learn(inputs, &self.objective, &now)?;
                loss += of_member / start.len() as f64;
                self.flops += learning * rows as f64;
            }
            if !loss.is_finite() || loss > limit {
                return Err(NeuralError::Diverged { step: number });
            }
            limit = limit.min(EXPLOSION * loss.max(1.0));
            (sum, since) = (sum + loss, since + 1);
            if !number.is_multiple_of(course.every) && number != course.end {
                continue;
            }
            let (validation_loss, quality) = self.validate(&shown(&members), &course, number)?;
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
                    run.kept = members.iter().map(|member| member.shown().clone()).collect();
                }
            } else {
                stale += 1;
                if stale >= self.recipe.patience.max(1) {
                    break;
                }
            }
            if course.main && number != course.end {
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
        networks: &[&N],
        course: &Course,
        step: u64,
    ) -> Result<(Option<f64>, Option<f64>), NeuralError> {
        let Some(validation) = self.data.validation else { return Ok((None, None)) };
        let all: Vec<u32> = (0..validation.0.rows() as u32).collect();
        let watch = self.data.watch.filter(|_| course.main);
        let mut answers = watch.map(|_| Vec::new());
        let objective = self.objective.measuring(validation.1);
        let loss = self.measure(networks, (&validation.0, &objective), &all, answers.as_mut())?;
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
        networks: &[&N],
        (inputs, objective): (&X, &Objective<'_>),
        rows: &[u32],
        mut answers: Option<&mut Vec<f32>>,
    ) -> Result<f64, NeuralError> {
        let (width, classes) = (self.data.train.1.outputs() as usize, self.data.train.1.is_classes());
        let (mut sum, mut over) = (0.0, 0.0);
        for chunk in rows.chunks(CHUNK) {
            let outputs = together(networks, inputs, chunk, (width, classes))?;
            if let Some(answers) = &mut answers {
                answers.extend_from_slice(&outputs);
            }
            let loss = objective.of(outputs, chunk);
            sum += loss.mean * loss.weight;
            over += loss.weight;
        }
        self.flops += networks.iter().map(|network| network.row_flops(inputs)).sum::<f64>() * rows.len() as f64;
        Ok(sum / if over > 0.0 { over } else { 1.0 })
    }
}

/// The networks as they are measured and kept.
fn shown<N: Network<X>, X: Inputs>(members: &[Member<N, X>]) -> Vec<&N> {
    members.iter().map(Member::shown).collect()
}

/// Outputs of the given rows, row-major `[rows, width]`: those of the network; of several the mean of their values, or the logarithms of
/// the means of their probabilities, of which the softmax is those means again.
fn together<X: Inputs, N: Answers<X>>(
    networks: &[&N],
    inputs: &X,
    rows: &[u32],
    (width, classes): (usize, bool),
) -> Result<Vec<f32>, NeuralError> {
    if let [only] = networks {
        return only.outputs(inputs, rows);
    }
    let mut mean = vec![0.0f32; rows.len() * width];
    for network in networks {
        let mut outputs = network.outputs(inputs, rows)?;
        if classes {
            outputs.chunks_exact_mut(width.max(1)).for_each(|row| {
                softmax(row);
            });
        }
        mean.iter_mut().zip(outputs).for_each(|(sum, output)| *sum += output / networks.len() as f32);
    }
    if classes {
        mean.iter_mut().for_each(|p| *p = p.max(LEAST_PROBABILITY).ln());
    }
    Ok(mean)
}

/// Probabilities (or values, when `classes` is false) of all rows, row-major; of several networks their mean.
pub(super) fn predict<X: Inputs, N: Answers<X>>(
    networks: &[&N],
    inputs: &X,
    width: usize,
    classes: bool,
) -> Result<Vec<f32>, NeuralError> {
    let all: Vec<u32> = (0..inputs.rows() as u32).collect();
    let mut outputs = Vec::with_capacity(all.len() * width);
    for chunk in all.chunks(CHUNK) {
        outputs.extend(together(networks, inputs, chunk, (width, classes))?);
    }
    if classes {
        for row in outputs.chunks_exact_mut(width.max(1)) {
            softmax(row);
        }
    }
    Ok(outputs)
}
