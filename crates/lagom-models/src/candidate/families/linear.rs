//! Softmax or ridge regression on the columns of a table: one size.

use super::{Effort, Family, SPARSE, as_text};
use crate::candidate::linear;
use crate::candidate::model::{Features, Learner, Model};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::preprocess::{Preprocessor, Style, TargetScale, Treated};
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size, Spec};
use crate::candidate::training::{FitContext, Fitted, Shared, Truth, scale, settled, validation};
use crate::candidate::tuned::Progress;
use crate::study::{FamilyAbout, FamilyId, Mark, TaskKind};

/// The family.
pub(super) struct Linear;

static ABOUT: FamilyAbout = FamilyAbout {
    id: FamilyId::new("linear"),
    summary: "a weighted sum of the columns",
    tasks: &[TaskKind::Classification, TaskKind::Regression],
    by_default: true,
    exact_size: false,
    grows: false,
    mark: Mark { corners: &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)], light: "#0b66b0", dark: "#6db8f2" },
};

impl Family for Linear {
    fn about(&self) -> &'static FamilyAbout {
        &ABOUT
    }

    fn version(&self) -> u32 {
        1
    }

    fn sizes(&self, shape: &DataShape<'_>, _: Option<u64>) -> Vec<Candidate> {
        vec![Candidate::new(
            "linear",
            Spec::new(ABOUT.id, Size::default()),
            (shape.scaled_width() + 1) * shape.scores(),
        )]
    }

    fn recipe(&self, _: &Size, _: u32) -> Result<Recipe, FitError> {
        Recipe::of(&linear::Recipe::default())
    }

    fn address(&self, _: &Size) -> Result<String, FitError> {
        as_text(&linear::Recipe::default())
    }

    fn effort(&self, candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        // About 150 passes over the grid of penalties, forward and backward.
        let width = shape.scaled_width() as f64;
        let flops = 600.0 * shape.rows * width * shape.outputs;
        let weights = candidate.planned_parameters as f64;
        Ok(Effort { flops, seconds: flops / (2.0 * SPARSE), width, machinery: 0.0, weights })
    }

    fn weighs_rows(&self) -> bool {
        true
    }

    fn fit(&self, _: &Size, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        linear_table(&plan.recipe.to()?, plan, context)
    }
}

fn linear_table(recipe: &linear::Recipe, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
    let FitContext { train, purpose, weights, seed, .. } = *context;
    let train = &train;
    let Treated { preprocess, values } = Preprocessor::for_training(train, Style::Scaled, &plan.preprocess, seed)?;
    let scale = scale(train);
    let columns = preprocess.width();
    let truth = Truth::of(train, scale);
    let held = validation(purpose).map(|held| (preprocess.transform(&held.inputs), Truth::of(&held, scale)));
    let dense = |values| linear::Matrix::Dense {
        rows: usize::checked_div(<[f32]>::len(values), columns).unwrap_or(0),
        columns,
        values,
    };
    let data = linear::Training {
        train: (dense(&values), truth.labels()),
        weights,
        validation: held.as_ref().map(|(values, truth)| (dense(values), truth.labels())),
        settled: settled(purpose),
    };
    let fitted = linear::fit(&data, recipe, seed)?;
    Ok(from_linear(fitted, Features::Table(preprocess), scale))
}

/// A trained linear model, whatever its features.
pub(super) fn from_linear(fitted: linear::LinearFit, features: Features, scale: Option<TargetScale>) -> Fitted {
    let search_flops = fitted.search_flops();
    Fitted {
        model: Model { features, learner: Learner::Linear(fitted.model), scale },
        settled: fitted.settled,
        history: fitted.history.iter().filter_map(Progress::measured).collect(),
        flops: fitted.flops,
        search_flops,
        shared: Shared::default(),
        stopped: None,
        changes: Vec::new(),
        trained: None,
    }
}
