//! What the two families of networks share.

use crate::candidate::levers::planned;
use crate::candidate::model::{Model, in_unit};
use crate::candidate::neural::{self, Recipe};
use crate::candidate::preprocess::TargetScale;
use crate::candidate::spec::{Candidate, FitError};
use crate::candidate::training::Fitted;
use crate::candidate::tuned::Progress;
use crate::candidate::watch::Watch;

/// What a training of a network is planned to take.
pub(super) struct Planned {
    /// Floating-point operations of the main training and of the search of its learning rate.
    pub(super) flops: f64,
    /// Steps of both.
    pub(super) steps: f64,
}

impl Planned {
    /// Of a network that uses `weights` weights a row, on so many training rows.
    pub(super) fn of(recipe: &Recipe, rows: f64, weights: f64) -> Self {
        let rows = rows.max(1.0) as usize;
        let steps =
            recipe.horizon(rows, 6.0 * weights) as f64 * (1.0 + recipe.search_share * recipe.rates.len() as f64);
        let members = f64::from(recipe.ensemble);
        Self { flops: steps * recipe.batch(rows) as f64 * 6.0 * weights * members, steps: steps * members }
    }
}

/// The recipe of a candidate as its levers have it; `plain` without any.
///
/// # Errors
/// The candidate has levers that are not its family's.
pub(super) fn recipe_of(candidate: &Candidate, classes: u32, plain: Recipe) -> Result<Recipe, FitError> {
    if candidate.levers.is_empty() {
        return Ok(plain);
    }
    planned((candidate.spec.family, &candidate.spec.size), classes, &candidate.levers)?.recipe.to()
}

/// How a watch reads the answers of a learner: in the precision of an f32 and, for numbers, in standard deviations.
pub(super) fn quality<'a>(watch: Watch<'a>, scale: Option<TargetScale>) -> impl Fn(&[f32]) -> Option<f64> + 'a {
    move |answers| (watch.quality)(&in_unit(answers.to_vec(), scale.as_ref()))
}

/// A trained network with its treatment.
pub(super) fn from_neural<M>(fitted: neural::NetworkFit<M>, wrap: impl FnOnce(M) -> Model) -> Fitted {
    let searched: u64 = fitted.search.iter().map(|tried| tried.steps).sum();
    let trained = fitted.history.last().map_or(fitted.settled.steps, |point| point.step);
    let share = searched as f64 / (searched + trained).max(1) as f64;
    Fitted {
        stopped: fitted.stopped,
        changes: Vec::new(),
        trained: None,
        settled: fitted.settled,
        history: fitted.history.iter().filter_map(Progress::measured).collect(),
        flops: fitted.flops,
        search_flops: fitted.flops * share,
        model: wrap(fitted.model),
    }
}
