//! Byte n-grams: a language model that counts what stood behind the bytes before. The longest history is the size.

use super::{Effort, Family, behind};
use crate::candidate::byte_grams::{ByteGrams, MOST, different};
use crate::candidate::documents::documents;
use crate::candidate::model::{Features, Learner, Model};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::predictor::{Kept, Predictor};
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size, Spec};
use crate::candidate::training::{FitContext, Fitted, Shared};
use crate::candidate::tuned::TunedParams;
use crate::study::{FamilyAbout, FamilyId, Mark, TaskKind};

/// The family.
pub(super) struct ByteNgrams;

static ABOUT: FamilyAbout = FamilyAbout {
    id: FamilyId::new("byte-ngrams"),
    summary: "counts of what stood behind the last bytes",
    tasks: &[TaskKind::LanguageModelling],
    by_default: true,
    exact_size: false,
    grows: true,
    mark: Mark {
        corners: &[(-1.1, -0.9), (1.1, -0.9), (0.55, 0.0), (1.1, 0.9), (-1.1, 0.9), (-0.55, 0.0)],
        light: "#8a5a00",
        dark: "#e0b15a",
    },
};

/// The smallest size: a byte with the one before it.
const FEWEST: u32 = 2;
/// Bytes that are counted or looked up a second, by each length (log/2026-11-30-language-models.md).
const SPEED: f64 = 1.0e7;

impl Family for ByteNgrams {
    fn about(&self) -> &'static FamilyAbout {
        &ABOUT
    }

    fn version(&self) -> u32 {
        1
    }

    fn sizes(&self, shape: &DataShape<'_>, _: Option<u64>) -> Vec<Candidate> {
        let one = |order: u32| {
            let spec = Spec::new(ABOUT.id, Size::default().with("order", order));
            // The counts are those of the texts, so the name says the order.
            Candidate::new(format!("byte-ngrams-{order}"), spec, planned(shape, order))
        };
        (FEWEST..=MOST).map(one).collect()
    }

    fn recipe(&self, _: &Size, _: u32) -> Result<Recipe, FitError> {
        Ok(Recipe::default())
    }

    fn told(&self, name: &str) -> String {
        behind(ABOUT.id, name).map_or_else(
            || ABOUT.summary.to_owned(),
            |order| format!("counts of {order} bytes in a row: what stood behind those before it"),
        )
    }

    fn address(&self, size: &Size) -> Result<String, FitError> {
        size.number("order")?;
        Ok("Witten and Bell, with a mark before each text".to_owned())
    }

    fn effort(&self, candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        let order = f64::from(candidate.spec.size.number("order")?);
        let bytes = shape.characters * shape.all * order;
        let weights = candidate.planned_parameters as f64;
        // A count with its key, in two tables and a list.
        let width = 15.0 * weights / shape.rows.max(1.0);
        Ok(Effort { flops: bytes, seconds: bytes / SPEED, width, machinery: 0.0, weights: 3.0 * weights })
    }

    fn fit(&self, size: &Size, _: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        counted(ABOUT.id, size.number("order")?, context)
    }

    fn load(&self, bytes: &[u8]) -> Result<Box<dyn Predictor>, FitError> {
        Ok(Box::new(ByteGrams::read(bytes)?))
    }
}

/// About how many counts the training texts of a repeat come to: those of the first of them, from there on growing as a power of the number of texts (Heaps
/// 1978), whose exponent is that of their second half.
fn planned(shape: &DataShape<'_>, order: u32) -> u64 {
    let texts = shape.documents();
    let (all, half) = (different(&texts, order) as f64, different(&texts[..texts.len() / 2], order) as f64);
    let exponent = if half > 0.0 { (all / half).log2().clamp(0.0, 1.0) } else { 1.0 };
    (all * (shape.rows / texts.len().max(1) as f64).powf(exponent)).round() as u64
}

/// A model of counts, of a family: nothing of it is chosen on validation rows.
///
/// # Errors
/// The columns are not one of texts.
pub(super) fn counted(family: FamilyId, order: u32, context: &FitContext<'_>) -> Result<Fitted, FitError> {
    let texts = documents(&context.train.inputs)?;
    let model = ByteGrams::count(&texts, order);
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let kept = Kept::new(family, model);
    Ok(Fitted {
        model: Model { features: Features::None, learner: Learner::Kept(kept), scale: None },
        settled: TunedParams::default(),
        history: Vec::new(),
        // An addition for each piece.
        flops: bytes as f64 * f64::from(order),
        search_flops: 0.0,
        shared: Shared::default(),
        stopped: None,
        changes: Vec::new(),
        trained: None,
    })
}
