//! Frozen weights under a linear model: an embedding of each text, beside the columns of the table where there are any.

use std::path::Path;

use super::{Effort, Family, as_text};
use crate::candidate::linear;
use crate::candidate::plan::TrainingPlan;
use crate::candidate::predictor::Predictor;
use crate::candidate::pretrained::{FROZEN, NETWORK, WEIGHTS, fit_frozen, forward, load_frozen};
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size};
use crate::candidate::training::{FitContext, Fitted};
use crate::study::{FamilyAbout, Mark, TaskKind, Weights};

/// The family.
pub(super) struct Frozen;

static ABOUT: FamilyAbout = FamilyAbout {
    id: FROZEN,
    summary: "pretrained weights as they are, under a linear model",
    tasks: &[TaskKind::TextClassification, TaskKind::Classification, TaskKind::Regression],
    by_default: false,
    exact_size: true,
    grows: false,
    mark: Mark {
        corners: &[(0.0, -1.2), (1.04, -0.6), (1.04, 0.6), (0.0, 1.2), (-1.04, 0.6), (-1.04, -0.6)],
        light: "#2f6f4f",
        dark: "#7fd6a8",
    },
};

/// Operations a second of the linear model, as in `families/linear.rs`.
const LINEAR: f64 = 2.0e9;
/// Repeats that share the embeddings of a data set, of those that a study has.
const SHARED: f64 = 5.0;
/// The weights of a candidate.
///
/// # Errors
/// It has none: it is not of a family of weights.
pub(super) fn weights(candidate: &Candidate) -> Result<&Weights, FitError> {
    candidate.weights.as_ref().ok_or_else(|| FitError::Unfit("the candidate names no pretrained weights".to_owned()))
}

impl Family for Frozen {
    fn about(&self) -> &'static FamilyAbout {
        &ABOUT
    }

    fn version(&self) -> u32 {
        2
    }

    /// What is tried of weights is for the study to say: see [`adapted`](crate::candidate::adapted).
    fn sizes(&self, _: &DataShape<'_>, _: Option<u64>) -> Vec<Candidate> {
        Vec::new()
    }

    fn recipe(&self, _: &Size, _: u32) -> Result<Recipe, FitError> {
        Recipe::of(&linear::Recipe::default())
    }

    fn told(&self, name: &str) -> String {
        let whose =
            name.strip_suffix("-frozen").map_or("pretrained weights".to_owned(), |one| format!("the weights of {one}"));
        format!("{whose} as they are, under a linear model")
    }

    fn address(&self, size: &Size) -> Result<String, FitError> {
        size.digest(WEIGHTS)?;
        as_text(&linear::Recipe::default())
    }

    fn effort(&self, candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        let weights = weights(candidate)?;
        let width = f64::from(weights.width);
        let passes = 600.0 * shape.rows * width * shape.outputs;
        let embedding = forward(weights, shape.all, shape.characters);
        Ok(Effort {
            flops: passes + embedding * (shape.rows / shape.all.max(1.0)),
            seconds: passes / LINEAR + embedding / NETWORK / SHARED,
            width: width * 2.0,
            machinery: weights.memory as f64 + shape.all * width * 4.0,
            weights: (width + 1.0) * shape.scores() as f64,
        })
    }

    fn weighs_rows(&self) -> bool {
        true
    }

    fn fit(&self, _: &Size, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        fit_frozen(plan, context)
    }

    fn load_beside(&self, bytes: &[u8], beside: &Path) -> Result<Box<dyn Predictor>, FitError> {
        load_frozen(bytes, beside)
    }
}
