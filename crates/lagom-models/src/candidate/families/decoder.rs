//! A decoder of the Llama shape on a vocabulary of byte pairs, both trained on the texts alone. Its width is the size: all else follows from it.

use super::{Effort, Family, as_text, named};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::predictor::Predictor;
use crate::candidate::pretrained::{
    fit_language, language_effort, language_parameters, language_recipe, load_language,
};
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size, Spec};
use crate::candidate::training::{FitContext, Fitted};
use crate::study::{FamilyAbout, FamilyId, Mark, TaskKind};

/// The family.
pub(super) struct Decoder;

static ABOUT: FamilyAbout = FamilyAbout {
    id: FamilyId::new("decoder"),
    summary: "a small transformer with a vocabulary of its own",
    tasks: &[TaskKind::LanguageModelling],
    by_default: true,
    exact_size: false,
    grows: true,
    mark: Mark {
        corners: &[(-0.5, -1.1), (0.5, -1.1), (1.1, 0.4), (0.4, 1.1), (-0.4, 1.1), (-1.1, 0.4)],
        light: "#0b6e4f",
        dark: "#6fd3ae",
    },
};

/// The widths of the ladder.
const WIDTHS: [u32; 8] = [64, 96, 128, 192, 256, 384, 512, 768];
/// The most parameters for each byte of the training texts unless the study names its own `largest`, no fewer and no more than the next two: of
/// repeated texts a model learns by heart what is larger, and training takes hours.
const PER_BYTE: f64 = 4.0;
const LEAST: u64 = 1_000_000;
const LARGEST: u64 = 8_000_000;

/// The most parameters that are tried.
fn most(shape: &DataShape<'_>) -> u64 {
    ((PER_BYTE * shape.rows * shape.characters) as u64).clamp(LEAST, LARGEST)
}

impl Family for Decoder {
    fn about(&self) -> &'static FamilyAbout {
        &ABOUT
    }

    fn version(&self) -> u32 {
        1
    }

    fn sizes(&self, shape: &DataShape<'_>, largest: Option<u64>) -> Vec<Candidate> {
        let most = largest.unwrap_or_else(|| most(shape));
        let one = |width: u32| {
            let spec = Spec::new(ABOUT.id, Size::default().with("width", width));
            named(spec, language_parameters(width))
        };
        WIDTHS.into_iter().map(one).filter(|candidate| candidate.planned_parameters <= most).collect()
    }

    fn untried(&self, shape: &DataShape<'_>) -> Option<u64> {
        let most = most(shape);
        let is_served = shape.task() == TaskKind::LanguageModelling;
        (is_served && WIDTHS.into_iter().any(|width| language_parameters(width) > most)).then_some(most)
    }

    fn recipe(&self, _: &Size, _: u32) -> Result<Recipe, FitError> {
        language_recipe()
    }

    fn told(&self, _: &str) -> String {
        "a transformer that predicts the next piece of a text, trained on yours alone".to_owned()
    }

    fn address(&self, size: &Size) -> Result<String, FitError> {
        size.number("width")?;
        let recipe = language_recipe()?;
        as_text(&recipe.settings().collect::<Vec<_>>())
    }

    fn effort(&self, candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        let width = candidate.spec.size.number("width")?;
        let (flops, seconds) = language_effort(width, shape);
        let weights = candidate.planned_parameters as f64;
        // Weights, gradients, two moments and the best so far; what a step keeps of each token for the way back.
        let machinery = 20.0 * weights + 4.0 * 1024.0 * f64::from(width) * 20.0 * f64::from(width / 32);
        Ok(Effort { flops, seconds, width: 0.0, machinery, weights })
    }

    fn fit(&self, size: &Size, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        fit_language((ABOUT.id, size.number("width")?), plan, context)
    }

    fn load(&self, bytes: &[u8]) -> Result<Box<dyn Predictor>, FitError> {
        load_language(bytes)
    }
}
