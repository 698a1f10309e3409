//! Guessing: the commonest class, or the mean of the target.

use super::{Effort, Family};
use crate::candidate::model::{Features, Learner, Model};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size, Spec};
use crate::candidate::training::{FitContext, Fitted, Shared, scale};
use crate::candidate::tuned::TunedParams;
use crate::data::{Examples, Target};
use crate::study::{FamilyAbout, FamilyId, Mark, TaskKind};

/// The family.
pub(super) struct Baseline;

static ABOUT: FamilyAbout = FamilyAbout {
    id: FamilyId::BASELINE,
    summary: "the most frequent class or the mean: what any model must beat",
    tasks: &TaskKind::TRAINED,
    by_default: true,
    exact_size: false,
    grows: false,
    mark: Mark {
        corners: &[
            (-0.35, -1.0),
            (0.35, -1.0),
            (0.35, -0.35),
            (1.0, -0.35),
            (1.0, 0.35),
            (0.35, 0.35),
            (0.35, 1.0),
            (-0.35, 1.0),
            (-0.35, 0.35),
            (-1.0, 0.35),
            (-1.0, -0.35),
            (-0.35, -0.35),
        ],
        light: "#6c7178",
        dark: "#a5abb4",
    },
};

impl Family for Baseline {
    fn about(&self) -> &'static FamilyAbout {
        &ABOUT
    }

    fn version(&self) -> u32 {
        1
    }

    fn sizes(&self, shape: &DataShape<'_>, _: Option<u64>) -> Vec<Candidate> {
        let name = if shape.classes > 0 { "majority" } else { "mean" };
        let spec = Spec::new(FamilyId::BASELINE, Size::default());
        vec![Candidate::new(name, spec, 1)]
    }

    fn recipe(&self, _: &Size, _: u32) -> Result<Recipe, FitError> {
        Ok(Recipe::default())
    }

    fn told(&self, name: &str) -> String {
        let what = if name == "mean" { "the mean" } else { "the most frequent class" };
        format!("always answers with {what}")
    }

    fn address(&self, _: &Size) -> Result<String, FitError> {
        Ok("half a row more of each class".to_owned())
    }

    fn effort(&self, _: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        Ok(Effort { flops: shape.rows, weights: 1.0, ..Effort::default() })
    }

    fn fit(&self, _: &Size, _: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        Ok(baseline(&context.train))
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
        settled: TunedParams::default(),
        history: Vec::new(),
        flops: train.len() as f64,
        search_flops: 0.0,
        shared: Shared::default(),
        stopped: None,
        changes: Vec::new(),
        trained: None,
    }
}
