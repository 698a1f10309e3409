//! Multilayer perceptrons on the columns of a table: the widths of the hidden layers are the size.

use super::network::{Planned, from_neural, quality, recipe_of};
use super::{Effort, Family, as_text, behind, named};
use crate::candidate::model::{Features, Learner, Model};
use crate::candidate::neural::{self, MlpShape, Part, Perceptron, mlp_ladder};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::preprocess::{Encoding, Preprocessor, Style, Treated};
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size, Spec};
use crate::candidate::training::{FitContext, Fitted, Truth, scale, settled, validation, watch};
use crate::study::{FamilyAbout, FamilyId, Mark, TaskKind};

/// The family.
pub(super) struct Mlp;

static ABOUT: FamilyAbout = FamilyAbout {
    id: FamilyId::new("mlp"),
    summary: "small neural networks",
    tasks: &[TaskKind::Classification, TaskKind::Regression],
    by_default: true,
    exact_size: true,
    grows: true,
    mark: Mark { corners: &[], light: "#c2480a", dark: "#ff9a5c" },
};

/// Largest number of parameters unless the study says otherwise.
const LARGEST: u64 = 1_000_000;
/// The same for few rows: what so many rows squared come to over this, but at least [`LEAST_LARGEST`].
///
/// Steps and batches of a training hardly shrink with the rows, and the fewer they are the more repeats a verdict takes.
/// So without this a study of 1,000 rows took more CPU time than one of 10,000, nearly all of it for networks of a
/// thousand weights a row. 10,000 rows allow the whole ladder. Figures: log/2026-11-28-handed-over.md.
const ROWS_SQUARED: u64 = 100;
/// Networks of so many parameters are tried however few rows there are: ten trainings take about a second.
const LEAST_LARGEST: u64 = 10_000;
/// Operations a second of dense products in the tensor library on one core, and seconds of one of its
/// steps however small (log/2026-11-22-acceptance.md).
const DENSE: (f64, f64) = (4.5e10, 5e-5);
/// Bytes that the machinery takes, whatever the data (log/2026-11-28-memory.md).
const MACHINERY: f64 = 7e6;

impl Family for Mlp {
    fn about(&self) -> &'static FamilyAbout {
        &ABOUT
    }

    fn version(&self) -> u32 {
        1
    }

    fn sizes(&self, shape: &DataShape<'_>, largest: Option<u64>) -> Vec<Candidate> {
        let (width, outputs) = (shape.scaled_width(), shape.outputs as u64);
        let one = |hidden: Vec<u32>| {
            let planned = MlpShape { hidden: hidden.clone() }.parameters(width, outputs);
            named(Spec::new(ABOUT.id, Size::default().with_each("hidden", &hidden)), planned)
        };
        let shapes = mlp_ladder(width as usize, outputs as usize, largest.unwrap_or(LARGEST));
        let perceptrons = shapes.into_iter().map(one).collect();
        // The sealed rows count: they are trained on in the end.
        if largest.is_some() { perceptrons } else { for_rows(perceptrons, shape.all as usize) }
    }

    fn untried(&self, shape: &DataShape<'_>) -> Option<u64> {
        Some(largest(shape.all as usize)).filter(|most| *most < LARGEST)
    }

    fn recipe(&self, _: &Size, classes: u32) -> Result<Recipe, FitError> {
        Recipe::of(&if classes == 0 { neural::Recipe::values() } else { neural::Recipe::default() })
    }

    fn told(&self, name: &str) -> String {
        behind(ABOUT.id, name)
            .map_or_else(|| ABOUT.summary.to_owned(), |told| format!("a small neural network of about {told} weights"))
    }

    fn address(&self, _: &Size) -> Result<String, FitError> {
        as_text(&(neural::Recipe::default(), neural::Recipe::values()))
    }

    fn effort(&self, candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        let weights = candidate.planned_parameters as f64;
        let recipe = recipe_of(candidate, neural::Recipe::default());
        let Planned { flops, steps } = Planned::of(&recipe, shape.rows, weights);
        let (seconds, width) = (flops / DENSE.0 + steps * DENSE.1, shape.scaled_width() as f64);
        Ok(Effort { flops, seconds, width, machinery: MACHINERY, weights: weights * f64::from(recipe.ensemble) })
    }

    fn weighs_rows(&self) -> bool {
        true
    }

    fn fit(&self, size: &Size, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        perceptron(size.numbers("hidden")?, &plan.recipe.to()?, plan, context)
    }
}

/// Largest number of parameters that a study on so many rows tries, unless it names its own `largest`.
fn largest(rows: usize) -> u64 {
    let rows = rows as u64;
    LARGEST.min((rows.saturating_mul(rows) / ROWS_SQUARED).max(LEAST_LARGEST))
}

/// The perceptrons for so many rows: those within [`largest`], and the two smallest in any case.
fn for_rows(mut perceptrons: Vec<Candidate>, rows: usize) -> Vec<Candidate> {
    let most = largest(rows);
    let within = perceptrons.iter().take_while(|one| one.planned_parameters <= most).count();
    perceptrons.truncate(within.max(2));
    perceptrons
}

fn perceptron(
    hidden: &[u32],
    recipe: &neural::Recipe,
    plan: &TrainingPlan,
    context: &FitContext<'_>,
) -> Result<Fitted, FitError> {
    let FitContext { train, purpose, seed, weights, .. } = *context;
    let train = &train;
    let Treated { preprocess, values } = Preprocessor::for_training(train, Style::Scaled, &plan.preprocess, seed)?;
    let scale = scale(train);
    let columns = preprocess.width();
    let dense = |values| neural::Dense {
        rows: usize::checked_div(<[f32]>::len(values), columns).unwrap_or(0),
        columns,
        values,
    };
    let truth = Truth::of(train, scale);
    let held = validation(purpose).map(|held| (preprocess.transform(&held.inputs), Truth::of(&held, scale)));
    let watched = watch(purpose).map(|watch| (quality(watch, scale), watch.target));
    let data = neural::Training {
        train: (dense(&values), truth.labels()),
        validation: held.as_ref().map(|(values, truth)| (dense(values), truth.labels())),
        weights,
        settled: settled(purpose),
        watch: watched.as_ref().map(|(quality, target)| neural::Watch { quality, target: *target }),
    };
    let shape = MlpShape { hidden: hidden.to_vec() };
    let fitted = neural::fit_perceptron(&shape, &parts(&preprocess), data, recipe, seed)?;
    let learner = |model| match model {
        Perceptron::Plain(model) => Learner::Mlp(model),
        Perceptron::Tailored(model) => Learner::Tailored(model),
    };
    Ok(from_neural(fitted, |model| Model { features: Features::Table(preprocess), learner: learner(model), scale }))
}

/// What the columns of the matrix stand for. The column that says where a number was missing is none of numbers.
fn parts(preprocess: &Preprocessor) -> Vec<Part> {
    preprocess.encodings.iter().flat_map(parts_of).collect()
}

fn parts_of(encoding: &Encoding) -> Vec<Part> {
    let width = encoding.width() as u32;
    match encoding {
        Encoding::Scaled { .. } | Encoding::Unscaled { .. } | Encoding::Quantile { .. } if width > 1 => {
            vec![Part::Number, Part::Other(width - 1)]
        }
        Encoding::Scaled { .. } | Encoding::Unscaled { .. } | Encoding::Quantile { .. } => vec![Part::Number],
        Encoding::OneHot { .. } | Encoding::Hashed { .. } => vec![Part::Category(width)],
        Encoding::Parsed { parts, own, .. } => {
            parts.iter().chain(own.iter().map(|own| &**own)).flat_map(parts_of).collect()
        }
        Encoding::Raw | Encoding::Ranked { .. } | Encoding::Words { .. } | Encoding::Target { .. } => {
            vec![Part::Other(width)]
        }
    }
}
