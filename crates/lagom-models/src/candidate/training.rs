//! The one match from a candidate to the code that trains it.

use super::linear;
use super::model::{Features, Learner, Model, bags, in_unit, texts};
use super::neural;
use super::spec::{FitError, Point, Settled, Spec};
use super::text::{NgramConfig, Vectoriser};
use super::treatment::{Style, TargetScale, Treatment};
use super::trees;
use super::watch::Watch;
use crate::data::{Examples, Target};
use crate::stats::Stop;

/// Version of the training code of the families: goes into the content address of every trial, so that
/// a change of code never passes for the same measurement. Raise it when a family comes to other numbers.
const VERSION: u32 = 1;

/// What a training is for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'a> {
    /// To be measured: rates, penalties and steps are chosen on these validation examples.
    Measure {
        /// Examples to choose and stop on.
        validation: Examples<'a>,
        /// Watches trainings that go step by step; it changes no number, but may end one that can't matter.
        watch: Option<Watch<'a>>,
    },
    /// To be used: everything was settled by the repeats, all rows are trained on.
    Refit {
        /// What the repeats settled on.
        settled: Settled,
    },
}

/// A trained candidate.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The model with its treatment.
    pub model: Model,
    /// What it settled on.
    pub settled: Settled,
    /// The training curve.
    pub history: Vec<Point>,
    /// Floating-point operations of search, training and evaluation together.
    pub flops: f64,
    /// Those of the search for rates and penalties alone.
    pub search_flops: f64,
    /// Where the training was ended since it can't matter; none where it ran its course.
    pub stopped: Option<Stop>,
}

/// Identity of a candidate's family, size, recipe and code version, as text.
#[must_use]
pub fn fingerprint(spec: &Spec) -> String {
    let recipe = match spec {
        Spec::Baseline => Ok("half a row more of each class".to_owned()),
        Spec::Linear => serde_json::to_string(&linear::Recipe::default()),
        Spec::Trees { leaves, rounds } => {
            let config = |classes| trees::TreesConfig::rung(*leaves, *rounds, classes);
            serde_json::to_string(&(config(2), config(3)))
        }
        Spec::Mlp { .. } => serde_json::to_string(&(neural::Recipe::default(), neural::Recipe::values())),
        Spec::Ngrams { buckets } => serde_json::to_string(&(linear::Recipe::text(), ngrams(*buckets))),
        Spec::Embedding { buckets, .. } => serde_json::to_string(&(neural::Recipe::embedding(), ngrams(*buckets))),
        // What is asked is not trained: its answers have addresses of their own.
        Spec::Called { .. } => Ok(String::new()),
    };
    let spec = serde_json::to_string(spec).unwrap_or_default();
    format!("{VERSION}\n{spec}\n{}", recipe.unwrap_or_default())
}

/// Trains a candidate. Equal arguments give equal bits, whatever else runs on the machine.
///
/// # Errors
/// The loss diverged, or the data leave the family nothing to learn from.
pub fn fit(spec: &Spec, train: &Examples<'_>, purpose: Purpose<'_>, seed: u64) -> Result<Fitted, FitError> {
    match spec {
        Spec::Baseline => Ok(baseline(train)),
        Spec::Linear => linear_table(train, purpose, seed),
        Spec::Trees { leaves, rounds } => boosted((*leaves, *rounds), train, purpose),
        Spec::Mlp { hidden } => perceptron(hidden, train, purpose, seed),
        Spec::Ngrams { buckets } => linear_text(*buckets, train, purpose, seed),
        Spec::Embedding { buckets, dimension } => embedding((*buckets, *dimension), train, purpose, seed),
        Spec::Called { .. } => Err(FitError::Unfit("a model that is asked is not trained".to_owned())),
    }
}

/// Labels or standardised values of a set of examples.
enum Truth {
    Classes(Vec<u32>, u32),
    Values(Vec<f32>),
}

impl Truth {
    fn of(examples: &Examples<'_>, scale: Option<TargetScale>) -> Self {
        match scale {
            Some(scale) => Self::Values(scale.apply(&examples.numbers())),
            None => Self::Classes(examples.labels(), examples.target.classes()),
        }
    }

    fn linear(&self) -> linear::Labels<'_> {
        match self {
            Self::Classes(labels, classes) => linear::Labels::Classes { labels, classes: *classes },
            Self::Values(values) => linear::Labels::Values(values),
        }
    }

    fn neural(&self) -> neural::Labels<'_> {
        match self {
            Self::Classes(labels, classes) => neural::Labels::Classes { labels, classes: *classes },
            Self::Values(values) => neural::Labels::Values(values),
        }
    }
}

fn scale(train: &Examples<'_>) -> Option<TargetScale> {
    matches!(train.target, Target::Numbers(_)).then(|| TargetScale::fit(&train.numbers()))
}

fn validation<'a>(purpose: Purpose<'a>) -> Option<Examples<'a>> {
    match purpose {
        Purpose::Measure { validation, .. } => Some(validation),
        Purpose::Refit { .. } => None,
    }
}

fn watch<'a>(purpose: Purpose<'a>) -> Option<Watch<'a>> {
    match purpose {
        Purpose::Measure { watch, .. } => watch,
        Purpose::Refit { .. } => None,
    }
}

fn settled(purpose: Purpose<'_>) -> Option<Settled> {
    match purpose {
        Purpose::Measure { .. } => None,
        Purpose::Refit { settled } => Some(settled),
    }
}

fn baseline(train: &Examples<'_>) -> Fitted {
    let answer = match train.target {
        Target::Classes { names, .. } => {
            // Half a row more of each class (Krichevsky & Trofimov 1981): a class that these training rows lack is rare, not
            // impossible, or any model would beat the guess by its surprise alone.
            let mut counts = vec![0.5_f32; names.len()];
            for label in train.labels() {
                counts[label as usize] += 1.0;
            }
            let total = counts.iter().sum::<f32>();
            counts.iter().map(|count| count / total).collect()
        }
        // The mean itself, in standard deviations from the mean.
        Target::Numbers(_) => vec![0.0],
        // Nothing is trained for texts and choices; no ladder holds a baseline for them.
        Target::Texts { .. } | Target::Choices { .. } => Vec::new(),
    };
    let model = Model { features: Features::None, learner: Learner::Constant(answer), scale: scale(train) };
    Fitted {
        model,
        settled: Settled::default(),
        history: Vec::new(),
        flops: train.len() as f64,
        search_flops: 0.0,
        stopped: None,
    }
}

fn linear_table(train: &Examples<'_>, purpose: Purpose<'_>, seed: u64) -> Result<Fitted, FitError> {
    let treatment = Treatment::fit(&train.inputs, Style::Scaled);
    let scale = scale(train);
    let columns = treatment.width();
    let truth = Truth::of(train, scale);
    let values = treatment.transform(&train.inputs);
    let held = validation(purpose).map(|held| (treatment.transform(&held.inputs), Truth::of(&held, scale)));
    let dense = |values| linear::Matrix::Dense {
        rows: usize::checked_div(<[f32]>::len(values), columns).unwrap_or(0),
        columns,
        values,
    };
    let data = linear::Training {
        train: (dense(&values), truth.linear()),
        validation: held.as_ref().map(|(values, truth)| (dense(values), truth.linear())),
        settled: settled(purpose).map(|one| linear::Settled { l2: one.l2, epochs: one.steps }),
    };
    let fitted = linear::fit(&data, &linear::Recipe::default(), seed)?;
    Ok(from_linear(fitted, Features::Table(treatment), scale))
}

fn linear_text(buckets: u32, train: &Examples<'_>, purpose: Purpose<'_>, seed: u64) -> Result<Fitted, FitError> {
    let own = texts(&train.inputs);
    let vectoriser = Vectoriser::fit(&own, &ngrams(buckets)).map_err(|error| FitError::Unfit(error.to_string()))?;
    let truth = Truth::of(train, None);
    let matrix = vectoriser.transform(&own);
    let held = validation(purpose).map(|held| (vectoriser.transform(&texts(&held.inputs)), Truth::of(&held, None)));
    let data = linear::Training {
        train: (linear::Matrix::Sparse(&matrix), truth.linear()),
        validation: held.as_ref().map(|(matrix, truth)| (linear::Matrix::Sparse(matrix), truth.linear())),
        settled: settled(purpose).map(|one| linear::Settled { l2: one.l2, epochs: one.steps }),
    };
    let fitted = linear::fit(&data, &linear::Recipe::text(), seed)?;
    Ok(from_linear(fitted, Features::Text(vectoriser), None))
}

fn from_linear(fitted: linear::Fitted, features: Features, scale: Option<TargetScale>) -> Fitted {
    let epochs: u64 = fitted.search.iter().map(|tried| tried.epochs).sum();
    let kept = fitted.search.iter().find(|tried| tried.l2 == fitted.settled.l2).map_or(epochs, |tried| tried.epochs);
    let search_share = if epochs > 0 { 1.0 - kept as f64 / epochs as f64 } else { 0.0 };
    let point = |point: &linear::Point| {
        let validation_loss = point.validation_loss?;
        Some(Point { step: point.step, train_loss: point.train_loss, validation_loss, quality: None, flops: None })
    };
    Fitted {
        model: Model { features, learner: Learner::Linear(fitted.model), scale },
        settled: Settled { steps: fitted.settled.epochs, l2: fitted.settled.l2, ..Settled::default() },
        history: fitted.history.iter().filter_map(point).collect(),
        flops: fitted.flops,
        search_flops: fitted.flops * search_share,
        stopped: None,
    }
}

fn perceptron(hidden: &[u32], train: &Examples<'_>, purpose: Purpose<'_>, seed: u64) -> Result<Fitted, FitError> {
    let treatment = Treatment::fit(&train.inputs, Style::Scaled);
    let scale = scale(train);
    let columns = treatment.width();
    let dense = |values| neural::Dense {
        rows: usize::checked_div(<[f32]>::len(values), columns).unwrap_or(0),
        columns,
        values,
    };
    let truth = Truth::of(train, scale);
    let values = treatment.transform(&train.inputs);
    let held = validation(purpose).map(|held| (treatment.transform(&held.inputs), Truth::of(&held, scale)));
    let watched = watch(purpose).map(|watch| (quality(watch, scale), watch.target));
    let data = neural::Training {
        train: (dense(&values), truth.neural()),
        validation: held.as_ref().map(|(values, truth)| (dense(values), truth.neural())),
        settled: settled(purpose).map(to_neural),
        watch: watched.as_ref().map(|(quality, target)| neural::Watch { quality, target: *target }),
    };
    let shape = neural::MlpShape { hidden: hidden.to_vec() };
    let recipe = if scale.is_some() { neural::Recipe::values() } else { neural::Recipe::default() };
    let fitted = neural::fit_mlp(&shape, data, &recipe, seed)?;
    Ok(from_neural(fitted, |model| Model { features: Features::Table(treatment), learner: Learner::Mlp(model), scale }))
}

fn embedding(
    (buckets, dimension): (u32, u32),
    train: &Examples<'_>,
    purpose: Purpose<'_>,
    seed: u64,
) -> Result<Fitted, FitError> {
    let config = ngrams(buckets);
    let own = texts(&train.inputs);
    let (offsets, ids) = bags(&config, &own);
    let truth = Truth::of(train, None);
    let held = validation(purpose).map(|held| (bags(&config, &texts(&held.inputs)), Truth::of(&held, None)));
    let watched = watch(purpose).map(|watch| (quality(watch, None), watch.target));
    let data = neural::Training {
        train: (neural::Bags { offsets: &offsets, ids: &ids, weights: None }, truth.neural()),
        validation: held
            .as_ref()
            .map(|((offsets, ids), truth)| (neural::Bags { offsets, ids, weights: None }, truth.neural())),
        settled: settled(purpose).map(to_neural),
        watch: watched.as_ref().map(|(quality, target)| neural::Watch { quality, target: *target }),
    };
    let shape = neural::EmbeddingShape { buckets, dimension, hidden: Vec::new() };
    let fitted = neural::fit_embedding(&shape, data, &neural::Recipe::embedding(), seed)?;
    Ok(from_neural(fitted, |model| Model {
        features: Features::Bags(config),
        learner: Learner::Embedding(model),
        scale: None,
    }))
}

/// How a watch reads the answers of a learner: in the precision of an f32 and, for numbers, in standard deviations.
fn quality<'a>(watch: Watch<'a>, scale: Option<TargetScale>) -> impl Fn(&[f32]) -> Option<f64> + 'a {
    move |answers| (watch.quality)(&in_unit(answers.to_vec(), scale.as_ref()))
}

fn to_neural(one: Settled) -> neural::Settled {
    neural::Settled { steps: one.steps, horizon: one.horizon, learning_rate: one.learning_rate }
}

fn from_neural<M>(fitted: neural::Fitted<M>, wrap: impl FnOnce(M) -> Model) -> Fitted {
    let searched: u64 = fitted.search.iter().map(|tried| tried.steps).sum();
    let trained = fitted.history.last().map_or(fitted.settled.steps, |point| point.step);
    let share = searched as f64 / (searched + trained).max(1) as f64;
    let point = |point: &neural::Point| {
        Some(Point {
            step: point.step,
            train_loss: point.train_loss,
            validation_loss: point.validation_loss?,
            quality: point.quality,
            flops: point.quality.map(|_| point.flops),
        })
    };
    Fitted {
        stopped: fitted.stopped,
        settled: Settled {
            steps: fitted.settled.steps,
            horizon: fitted.settled.horizon,
            learning_rate: fitted.settled.learning_rate,
            l2: 0.0,
        },
        history: fitted.history.iter().filter_map(point).collect(),
        flops: fitted.flops,
        search_flops: fitted.flops * share,
        model: wrap(fitted.model),
    }
}

fn boosted((leaves, rounds): (u32, u32), train: &Examples<'_>, purpose: Purpose<'_>) -> Result<Fitted, FitError> {
    let treatment = Treatment::fit(&train.inputs, Style::Raw);
    let columns = treatment.width();
    let scale = scale(train);
    let standard = |examples: &Examples<'_>| -> Vec<f64> {
        scale.map_or_else(Vec::new, |scale| scale.apply(&examples.numbers()).into_iter().map(f64::from).collect())
    };
    let (labels, numbers, classes) = (train.labels(), standard(train), train.target.classes());
    let values = treatment.transform(&train.inputs);
    let features = |values| trees::Features {
        rows: usize::checked_div(<[f32]>::len(values), columns).unwrap_or(0),
        columns,
        values,
    };
    let held = validation(purpose).map(|held| (treatment.transform(&held.inputs), held.labels(), standard(&held)));
    let as_labels = |labels, numbers| {
        if classes > 0 { trees::Labels::Classes { labels, classes } } else { trees::Labels::Values(numbers) }
    };
    let mut config = trees::TreesConfig::rung(leaves, rounds, classes);
    if let Some(settled) = settled(purpose) {
        config.rounds = u32::try_from(settled.steps.max(1)).unwrap_or(u32::MAX);
    }
    let own = (&features(&values), &as_labels(&labels, &numbers));
    let fitted = match &held {
        Some((values, labels, numbers)) => {
            trees::fit(&config, own, Some((&features(values), &as_labels(labels, numbers))))
        }
        None => trees::fit(&config, own, None),
    };
    let fitted = fitted.map_err(|error| FitError::Unfit(error.to_string()))?;
    let rounds = fitted.train_loss.len();
    let point = |at: usize| {
        let validation_loss = *fitted.validation_loss.get(at)?;
        Some(Point {
            step: at as u64 + 1,
            train_loss: fitted.train_loss[at],
            validation_loss,
            quality: None,
            flops: None,
        })
    };
    // Each round looks at every cell once a level: rows × columns × log2(leaves), and a tree a class.
    let depth = f64::from(config.leaves).log2();
    let flops = (train.len() * columns * rounds) as f64 * depth * f64::from(if classes > 2 { classes } else { 1 });
    Ok(Fitted {
        settled: Settled { steps: u64::from(fitted.rounds), ..Settled::default() },
        history: (0..rounds).filter_map(point).collect(),
        flops,
        search_flops: 0.0,
        stopped: None,
        model: Model { features: Features::Table(treatment), learner: Learner::Trees(fitted.forest), scale },
    })
}

fn ngrams(buckets: u32) -> NgramConfig {
    NgramConfig { buckets, ..NgramConfig::default() }
}

impl From<linear::LinearError> for FitError {
    fn from(error: linear::LinearError) -> Self {
        match error {
            linear::LinearError::Diverged { .. } => Self::Diverged(error.to_string()),
            other => Self::Unfit(other.to_string()),
        }
    }
}

impl From<neural::NeuralError> for FitError {
    fn from(error: neural::NeuralError) -> Self {
        match error {
            neural::NeuralError::Diverged { .. } => Self::Diverged(error.to_string()),
            other => Self::Unfit(other.to_string()),
        }
    }
}
