//! Pretrained weights that are trained further: a low-rank change, all of them, or their shape from a random start. A family each.

use std::path::Path;

use super::frozen::weights;
use super::{Effort, Family};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::predictor::Predictor;
use crate::candidate::pretrained::{NETWORK, WEIGHTS, fit_tuned, load_tuned, tuning, tuning_flops};
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size};
use crate::candidate::training::{FitContext, Fitted};
use crate::study::{Adaptation, FamilyAbout, FamilyId, Mark, TaskKind};

/// The tasks of such models: classes and numbers, from texts.
const TASKS: &[TaskKind] = &[TaskKind::TextClassification, TaskKind::Classification, TaskKind::Regression];

static LORA: FamilyAbout = FamilyAbout {
    id: FamilyId::new("lora"),
    summary: "pretrained weights with a low-rank change that was trained",
    tasks: TASKS,
    by_default: false,
    exact_size: false,
    grows: false,
    mark: Mark { corners: &[(-1.2, 0.0), (0.0, -0.7), (1.2, 0.0), (0.0, 0.7)], light: "#a35c00", dark: "#f2b25c" },
};
static FULL: FamilyAbout = FamilyAbout {
    id: FamilyId::new("fine-tuned"),
    summary: "pretrained weights, all of them trained further",
    tasks: TASKS,
    by_default: false,
    exact_size: true,
    grows: false,
    mark: Mark {
        corners: &[(-0.45, -1.15), (0.45, -1.15), (0.45, 1.15), (-0.45, 1.15)],
        light: "#1f5f8b",
        dark: "#86c5ee",
    },
};
static SCRATCH: FamilyAbout = FamilyAbout {
    id: FamilyId::new("from-scratch"),
    summary: "the shape of pretrained weights, trained from a random start",
    tasks: TASKS,
    by_default: false,
    exact_size: true,
    grows: false,
    mark: Mark {
        corners: &[(-1.15, -0.45), (1.15, -0.45), (1.15, 0.45), (-1.15, 0.45)],
        light: "#6d6d6d",
        dark: "#c2c2c2",
    },
};

/// A family of weights that are trained.
pub(super) struct Tuned(Adaptation);

impl Tuned {
    /// A low-rank change.
    pub(super) const LORA: Tuned = Tuned(Adaptation::Lora);
    /// All weights.
    pub(super) const FULL: Tuned = Tuned(Adaptation::Full);
    /// The shape, from a random start.
    pub(super) const SCRATCH: Tuned = Tuned(Adaptation::Scratch);
}

impl Family for Tuned {
    fn about(&self) -> &'static FamilyAbout {
        match self.0 {
            Adaptation::Lora => &LORA,
            Adaptation::Scratch => &SCRATCH,
            _ => &FULL,
        }
    }

    fn version(&self) -> u32 {
        1
    }

    /// What is tried of weights is for the study to say: see [`adapted`](crate::candidate::adapted).
    fn sizes(&self, _: &DataShape<'_>, _: Option<u64>) -> Vec<Candidate> {
        Vec::new()
    }

    fn recipe(&self, _: &Size, _: u32) -> Result<Recipe, FitError> {
        tuning(self.0)
    }

    fn told(&self, name: &str) -> String {
        let one =
            name.strip_suffix(self.0.name()).and_then(|name| name.strip_suffix('-')).unwrap_or("pretrained weights");
        match self.0 {
            Adaptation::Lora => format!("the weights of {one} with a low-rank change that was trained"),
            Adaptation::Scratch => format!("the shape of {one}, trained from a random start"),
            _ => format!("the weights of {one}, all of them trained further"),
        }
    }

    fn address(&self, size: &Size) -> Result<String, FitError> {
        size.digest(WEIGHTS)?;
        let settings = tuning(self.0)?;
        Ok(settings.settings().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(","))
    }

    fn effort(&self, candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        let weights = weights(candidate)?;
        let flops = tuning_flops(self.0, weights, shape);
        let (times, all) = match self.0 {
            Adaptation::Full | Adaptation::Scratch => (4.0, weights.parameters as f64),
            _ => (1.0, 0.0),
        };
        Ok(Effort {
            flops,
            seconds: flops / NETWORK,
            width: 0.0,
            machinery: times * weights.memory as f64,
            weights: all / 4.0 + f64::from(weights.width) * shape.outputs,
        })
    }

    fn fit(&self, _: &Size, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        fit_tuned(self.0, plan, context)
    }

    fn load_beside(&self, bytes: &[u8], beside: &Path) -> Result<Box<dyn Predictor>, FitError> {
        load_tuned(bytes, beside)
    }
}
