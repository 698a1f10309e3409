//! A linear model on hashed word and character n-grams with TF-IDF: the number of buckets is the size.

use super::linear::from_linear;
use super::{Effort, Family, SPARSE, as_text, behind};
use crate::candidate::linear;
use crate::candidate::model::{Features, texts};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size, Spec};
use crate::candidate::text::{NgramConfig, Vectoriser, ngram_ladder};
use crate::candidate::training::{FitContext, Fitted, Truth, settled, validation};
use crate::study::{FamilyAbout, FamilyId, Mark, TaskKind};

/// The family.
pub(super) struct Ngrams;

static ABOUT: FamilyAbout = FamilyAbout {
    id: FamilyId::new("ngrams"),
    summary: "a weighted sum of pieces of the text",
    tasks: &[TaskKind::TextClassification],
    by_default: true,
    exact_size: false,
    grows: true,
    mark: Mark { corners: &[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)], light: "#8a3fa0", dark: "#d59be8" },
};

/// Largest planned number of weights unless the study says otherwise; only those of buckets that
/// occur are stored, a tenth of it at the top (banking77: 20M planned, 2.8M stored).
const LARGEST: u64 = 24_000_000;

impl Family for Ngrams {
    fn about(&self) -> &'static FamilyAbout {
        &ABOUT
    }

    fn version(&self) -> u32 {
        1
    }

    fn sizes(&self, shape: &DataShape<'_>, largest: Option<u64>) -> Vec<Candidate> {
        let scores = shape.scores();
        let one = |buckets: u32| {
            let spec = Spec::new(ABOUT.id, Size::default().with("buckets", buckets));
            // Only buckets that occur are stored: an upper bound, so the name says the buckets.
            Candidate::new(format!("ngrams-{buckets}"), spec, u64::from(buckets) * (scores + 1) + scores)
        };
        ngram_ladder(shape.classes, largest.unwrap_or(LARGEST)).into_iter().map(one).collect()
    }

    fn recipe(&self, _: &Size, _: u32) -> Result<Recipe, FitError> {
        Recipe::of(&linear::Recipe::text())
    }

    fn told(&self, name: &str) -> String {
        behind(ABOUT.id, name).map_or_else(
            || ABOUT.summary.to_owned(),
            |told| format!("a weighted sum of pieces of the text, in {told} buckets"),
        )
    }

    fn address(&self, size: &Size) -> Result<String, FitError> {
        as_text(&(linear::Recipe::text(), config(size.number("buckets")?)))
    }

    fn effort(&self, candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        // Three n-grams begin at each character; about 40 passes over the grid of penalties.
        let flops = 160.0 * shape.rows * shape.characters * 3.0 * shape.outputs;
        // Only n-grams of the training texts have weights; `buckets` share them evenly.
        let buckets = f64::from(candidate.spec.size.number("buckets")?);
        let weights = (buckets * (1.0 - (-shape.different_ngrams() / buckets).exp()) + 1.0) * shape.outputs;
        let width = shape.characters * 6.0;
        Ok(Effort { flops, seconds: flops / (4.0 * SPARSE), width, machinery: 0.0, weights })
    }

    fn weighs_rows(&self) -> bool {
        true
    }

    fn fit(&self, size: &Size, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        linear_text(&plan.preprocess.text.cut(config(size.number("buckets")?)), &plan.recipe.to()?, context)
    }
}

fn linear_text(config: &NgramConfig, recipe: &linear::Recipe, context: &FitContext<'_>) -> Result<Fitted, FitError> {
    let FitContext { train, purpose, weights, seed, .. } = *context;
    let train = &train;
    let own = texts(&train.inputs);
    let vectoriser = Vectoriser::fit(&own, config).map_err(|error| FitError::Unfit(error.to_string()))?;
    let truth = Truth::of(train, None);
    let matrix = vectoriser.transform(&own);
    let held = validation(purpose).map(|held| (vectoriser.transform(&texts(&held.inputs)), Truth::of(&held, None)));
    let data = linear::Training {
        train: (linear::Matrix::Sparse(&matrix), truth.labels()),
        weights,
        validation: held.as_ref().map(|(matrix, truth)| (linear::Matrix::Sparse(matrix), truth.labels())),
        settled: settled(purpose),
    };
    let fitted = linear::fit(&data, recipe, seed)?;
    Ok(from_linear(fitted, Features::Text(vectoriser), None))
}

/// How texts are cut for so many buckets.
pub(super) fn config(buckets: u32) -> NgramConfig {
    NgramConfig { buckets, ..NgramConfig::default() }
}
