//! Pretrained decoders that answer as they are, by the likelihood of each class's name: without and with worked examples. A family each.

use std::path::Path;

use super::frozen::weights;
use super::{Effort, Family};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::predictor::Predictor;
use crate::candidate::pretrained::{NETWORK, WEIGHTS, fit_prompted, load_prompted, prompted_flops};
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size};
use crate::candidate::training::{FitContext, Fitted};
use crate::study::{Adaptation, FamilyAbout, FamilyId, Mark, TaskKind};

/// The tasks of such models: a text has one of several names.
const TASKS: &[TaskKind] = &[TaskKind::TextClassification, TaskKind::Classification];

static ZERO_SHOT: FamilyAbout = FamilyAbout {
    id: FamilyId::new("zero-shot"),
    summary: "a pretrained decoder that scores the name of each class",
    tasks: TASKS,
    by_default: false,
    exact_size: true,
    grows: false,
    mark: Mark { corners: &[(-1.1, 0.9), (0.0, -1.1), (1.1, 0.9), (0.0, 0.2)], light: "#7a3e9d", dark: "#cf9df0" },
};
static FEW_SHOT: FamilyAbout = FamilyAbout {
    id: FamilyId::new("few-shot"),
    summary: "a pretrained decoder that scores the name of each class behind worked examples",
    tasks: TASKS,
    by_default: false,
    exact_size: true,
    grows: false,
    mark: Mark { corners: &[(-1.1, -0.9), (0.0, 1.1), (1.1, -0.9), (0.0, -0.2)], light: "#9d3e6b", dark: "#f09dc4" },
};

/// Repeats that share what is worked out without examples, of those that a study has.
const SHARED: f64 = 5.0;

/// A family of decoders that are not trained.
pub(super) struct Prompted(Adaptation);

impl Prompted {
    /// Without examples.
    pub(super) const ZERO_SHOT: Prompted = Prompted(Adaptation::ZeroShot);
    /// With worked examples from the training rows.
    pub(super) const FEW_SHOT: Prompted = Prompted(Adaptation::FewShot);

    fn has_shots(&self) -> bool {
        self.0 == Adaptation::FewShot
    }
}

impl Family for Prompted {
    fn about(&self) -> &'static FamilyAbout {
        if self.has_shots() { &FEW_SHOT } else { &ZERO_SHOT }
    }

    fn version(&self) -> u32 {
        1
    }

    /// What is tried of weights is for the study to say: see [`adapted`](crate::candidate::adapted).
    fn sizes(&self, _: &DataShape<'_>, _: Option<u64>) -> Vec<Candidate> {
        Vec::new()
    }

    fn recipe(&self, _: &Size, _: u32) -> Result<Recipe, FitError> {
        Recipe::of(&serde_json::json!({ "normalised_by": "characters" }))
    }

    fn told(&self, name: &str) -> String {
        let one =
            name.strip_suffix(self.0.name()).and_then(|name| name.strip_suffix('-')).unwrap_or("pretrained weights");
        let shots = if self.has_shots() { " behind worked examples from your rows" } else { "" };
        format!("{one} as it is, which scores the name of each class{shots}")
    }

    fn address(&self, size: &Size) -> Result<String, FitError> {
        size.digest(WEIGHTS)?;
        Ok("normalised_by=characters".to_owned())
    }

    fn effort(&self, candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        let (weights, size) = (weights(candidate)?, &candidate.spec.size);
        let classes = f64::from(shape.classes);
        // Every row of the data set is scored: once for all repeats without examples, which each repeat draws anew.
        let scored = prompted_flops(weights, size, (shape.all, classes, shape.characters));
        let judged = prompted_flops(weights, size, (shape.all - shape.rows, classes, shape.characters));
        let shared = if self.has_shots() { 1.0 } else { SHARED };
        Ok(Effort {
            flops: judged.max(1.0),
            seconds: scored / NETWORK / shared,
            width: 0.0,
            machinery: weights.memory as f64,
            weights: 0.0,
        })
    }

    fn fit(&self, size: &Size, _: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        fit_prompted(self.0, size, context)
    }

    fn load_beside(&self, bytes: &[u8], beside: &Path) -> Result<Box<dyn Predictor>, FitError> {
        load_prompted(bytes, beside)
    }
}
