//! Guessing: the commonest class, the mean of the target, or how often each byte is there.

use super::byte_ngrams::counted;
use super::{Effort, Family};
use crate::candidate::byte_grams::{ByteGrams, different};
use crate::candidate::model::{Features, Learner, Model};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::predictor::Predictor;
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size, Spec};
use crate::candidate::training::{FitContext, Fitted, Shared, scale};
use crate::candidate::tuned::TunedParams;
use crate::data::{Examples, Target};
use crate::study::{FamilyAbout, FamilyId, Mark, TaskKind};

/// The family.
pub(super) struct Baseline;

/// The name of the one that counts bytes.
const BYTES: &str = "byte-frequencies";

static ABOUT: FamilyAbout = FamilyAbout {
    id: FamilyId::BASELINE,
    summary: "the most frequent class or the mean (of texts: how often each byte is there): what any model must beat",
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
        let spec = Spec::new(FamilyId::BASELINE, Size::default());
        vec![match shape.task() {
            // Of a text that is predicted itself: the counts of single bytes.
            TaskKind::LanguageModelling => Candidate::new(BYTES, spec, different(&shape.documents(), 1)),
            _ if shape.classes > 0 => Candidate::new("majority", spec, 1),
            _ => Candidate::new("mean", spec, 1),
        }]
    }

    fn recipe(&self, _: &Size, _: u32) -> Result<Recipe, FitError> {
        Ok(Recipe::default())
    }

    fn told(&self, name: &str) -> String {
        match name {
            BYTES => "each byte as often as it is in the training texts, whatever stands before it".to_owned(),
            "mean" => "always answers with the mean".to_owned(),
            _ => "always answers with the most frequent class".to_owned(),
        }
    }

    fn address(&self, _: &Size) -> Result<String, FitError> {
        Ok("half a row more of each class".to_owned())
    }

    fn effort(&self, _: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        Ok(Effort { flops: shape.rows, weights: 1.0, ..Effort::default() })
    }

    fn fit(&self, _: &Size, _: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        match context.train.target {
            Target::Itself { .. } => counted(ABOUT.id, 1, context),
            Target::Classes { .. } | Target::Numbers(_) | Target::Texts { .. } | Target::Choices { .. } => {
                // Whoever knows the right shares of the classes beats one who does not without having learned anything.
                Ok(baseline(&context.train.right()))
            }
        }
    }

    fn load(&self, bytes: &[u8]) -> Result<Box<dyn Predictor>, FitError> {
        Ok(Box::new(ByteGrams::read(bytes)?))
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
        Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => Vec::new(),
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
