//! Static embeddings that are distilled out of an encoder, under a linear model: one vector for each token, and no network.

use std::path::Path;

use super::frozen::weights;
use super::{Effort, Family, as_text};
use crate::candidate::linear;
use crate::candidate::plan::TrainingPlan;
use crate::candidate::predictor::Predictor;
use crate::candidate::pretrained::{DIMENSION, STATIC, WEIGHTS, distilling, fit_static, load_frozen, static_memory};
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size};
use crate::candidate::training::{FitContext, Fitted, Shared};
use crate::study::{FamilyAbout, Mark, TaskKind};

/// The family.
pub(super) struct StaticLadder;

static ABOUT: FamilyAbout = FamilyAbout {
    id: STATIC,
    summary: "static embeddings distilled out of pretrained weights, under a linear model",
    tasks: &[TaskKind::TextClassification, TaskKind::Classification, TaskKind::Regression],
    by_default: false,
    exact_size: true,
    grows: false,
    mark: Mark {
        corners: &[(-1.1, -1.0), (1.1, -1.0), (0.3, 0.0), (1.1, 1.0), (-1.1, 1.0), (-0.3, 0.0)],
        light: "#8a6d00",
        dark: "#e6cf6b",
    },
};

/// Operations a second of the linear model, as in `families/linear.rs`.
const LINEAR: f64 = 2.0e9;

impl Family for StaticLadder {
    fn about(&self) -> &'static FamilyAbout {
        &ABOUT
    }

    fn version(&self) -> u32 {
        1
    }

    /// What is tried of weights is for the study to say: see [`adapted`](crate::candidate::adapted).
    fn sizes(&self, _: &DataShape<'_>, _: Option<u64>) -> Vec<Candidate> {
        Vec::new()
    }

    fn recipe(&self, _: &Size, _: u32) -> Result<Recipe, FitError> {
        Recipe::of(&linear::Recipe::default())
    }

    fn told(&self, name: &str) -> String {
        match name.rsplit_once("-static-") {
            Some((whose, dimension)) => {
                format!(
                    "static embeddings of {dimension} numbers a token, distilled out of {whose}, under a linear model"
                )
            }
            None => ABOUT.summary.to_owned(),
        }
    }

    fn address(&self, size: &Size) -> Result<String, FitError> {
        size.digest(WEIGHTS)?;
        size.number(DIMENSION)?;
        as_text(&linear::Recipe::default())
    }

    fn effort(&self, candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        let width = f64::from(candidate.spec.size.number(DIMENSION)?);
        let passes = 600.0 * shape.rows * width * shape.outputs;
        let (once, held) = (self.once(candidate)?, static_memory(weights(candidate)?));
        Ok(Effort {
            flops: passes + once.flops,
            seconds: passes / LINEAR + once.cpu_seconds,
            width: width * 2.0,
            machinery: held + shape.all * width * 4.0,
            weights: (width + 1.0) * shape.scores() as f64,
        })
    }

    fn once(&self, candidate: &Candidate) -> Result<Shared, FitError> {
        Ok(distilling(weights(candidate)?))
    }

    fn weighs_rows(&self) -> bool {
        true
    }

    fn fit(&self, size: &Size, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        fit_static(size, plan, context)
    }

    fn load_beside(&self, bytes: &[u8], beside: &Path) -> Result<Box<dyn Predictor>, FitError> {
        load_frozen(bytes, beside)
    }
}
