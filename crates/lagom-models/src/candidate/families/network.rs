//! What the two families of networks share.

use crate::candidate::model::{Model, in_unit};
use crate::candidate::neural::{self, Recipe};
use crate::candidate::preprocess::TargetScale;
use crate::candidate::spec::Candidate;
use crate::candidate::training::{Fitted, Shared};
use crate::candidate::tuned::Progress;
use crate::candidate::watch::Watch;
use crate::study::LeverValue;

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

/// A recipe with the levers of a candidate that change what its training takes by more than the factor of three by which an effort may be off:
/// networks of an ensemble, and rows of a step. Levers themselves know the families, and not the other way round.
pub(super) fn recipe_of(candidate: &Candidate, plain: Recipe) -> Recipe {
    let number = |lever: &str| {
        let set = candidate.levers.iter().find(|setting| setting.lever == lever);
        set.and_then(|setting| if let LeverValue::Number(number) = setting.value { Some(number as u32) } else { None })
    };
    let batch = number("batch-size");
    Recipe {
        ensemble: number("ensemble").unwrap_or(plain.ensemble),
        least_batch: batch.unwrap_or(plain.least_batch),
        most_batch: batch.unwrap_or(plain.most_batch),
        ..plain
    }
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
        shared: Shared::default(),
        model: wrap(fitted.model),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::levers::lever;
    use crate::candidate::spec::Spec;
    use crate::study::{Sample, Setting};

    #[test]
    fn what_a_training_takes_follows_ensembles_and_batches() {
        let with = |name: &str, value: f64| {
            assert!(lever(name).is_some());
            let mut candidate = Candidate::new("one", Spec::of("mlp"), 1);
            candidate.levers.push(Setting::of(name, Sample::Number(value)));
            Planned::of(&recipe_of(&candidate, Recipe::default()), 10_000.0, 1_000.0)
        };
        let plain = Planned::of(&Recipe::default(), 10_000.0, 1_000.0);
        assert_eq!(with("ensemble", 4.0).flops, 4.0 * plain.flops);
        // 1,000 steps at least, of 4,096 rows in place of 30 passes over 10,000 rows by 128 of them (2,344 steps).
        let ratio = with("batch-size", 4_096.0).flops / plain.flops;
        assert!((ratio - 4_096.0 * 1_000.0 / (128.0 * 2_344.0)).abs() < 0.01, "{ratio}");
        assert_eq!(with("dropout", 0.2).flops, plain.flops);
    }
}
