//! Networks on averaged embeddings of hashed n-grams: buckets and the length of an embedding are the size.

use super::network::{Planned, from_neural, quality, recipe_of};
use super::ngrams::config;
use super::{Effort, Family, as_text, behind, named};
use crate::candidate::model::{Features, Learner, Model, bags, texts};
use crate::candidate::neural::{self, EmbeddingShape, TextNetwork, embedding_ladder};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size, Spec};
use crate::candidate::training::{FitContext, Fitted, Truth, settled, validation, watch};
use crate::study::{FamilyAbout, FamilyId, Mark, TaskKind};

/// The family.
pub(super) struct Embedding;

static ABOUT: FamilyAbout = FamilyAbout {
    id: FamilyId::new("embedding"),
    summary: "a small neural network over learned word vectors",
    tasks: &[TaskKind::TextClassification],
    by_default: true,
    exact_size: true,
    grows: true,
    mark: Mark { corners: &[(0.0, 1.15), (1.1, -0.85), (-1.1, -0.85)], light: "#a4720a", dark: "#e3b54f" },
};

/// Largest number of parameters unless the study says otherwise.
const LARGEST: u64 = 6_000_000;
/// Operations a second on embeddings gathered row by row, on one core (log/2026-11-22-acceptance.md).
const GATHERED: f64 = 1.5e9;
/// Bytes that the machinery takes, whatever the data (log/2026-11-28-memory.md).
const MACHINERY: f64 = 30e6;

impl Family for Embedding {
    fn about(&self) -> &'static FamilyAbout {
        &ABOUT
    }

    fn version(&self) -> u32 {
        1
    }

    fn sizes(&self, shape: &DataShape<'_>, largest: Option<u64>) -> Vec<Candidate> {
        let outputs = shape.outputs as u64;
        let one = |shape: EmbeddingShape| {
            let size = Size::default().with("buckets", shape.buckets).with("dimension", shape.dimension);
            named(Spec::new(ABOUT.id, size), shape.parameters(outputs))
        };
        embedding_ladder(shape.classes as usize, largest.unwrap_or(LARGEST)).into_iter().map(one).collect()
    }

    fn recipe(&self, _: &Size, _: u32) -> Result<Recipe, FitError> {
        Recipe::of(&neural::Recipe::embedding())
    }

    fn told(&self, name: &str) -> String {
        behind(ABOUT.id, name).map_or_else(
            || ABOUT.summary.to_owned(),
            |told| format!("a small neural network over learned word vectors, of about {told} weights"),
        )
    }

    fn address(&self, size: &Size) -> Result<String, FitError> {
        as_text(&(neural::Recipe::embedding(), config(size.number("buckets")?)))
    }

    fn effort(&self, candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        // About four n-grams begin at each character.
        let dimension = f64::from(candidate.spec.size.number("dimension")?);
        let touched = (shape.characters * 4.0 + shape.outputs) * dimension;
        let recipe = recipe_of(candidate, neural::Recipe::embedding());
        let flops = Planned::of(&recipe, shape.rows, touched).flops;
        let weights = candidate.planned_parameters as f64;
        Ok(Effort { flops, seconds: flops / GATHERED, width: shape.characters, machinery: MACHINERY, weights })
    }

    fn weighs_rows(&self) -> bool {
        true
    }

    fn fit(&self, size: &Size, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        let shape = EmbeddingShape {
            buckets: size.number("buckets")?,
            dimension: size.number("dimension")?,
            hidden: Vec::new(),
        };
        embedding(&shape, &plan.recipe.to()?, plan, context)
    }
}

fn embedding(
    shape: &EmbeddingShape,
    recipe: &neural::Recipe,
    plan: &TrainingPlan,
    context: &FitContext<'_>,
) -> Result<Fitted, FitError> {
    let FitContext { train, purpose, seed, weights, .. } = *context;
    let train = &train;
    let config = plan.preprocess.text.cut(config(shape.buckets));
    let own = texts(&train.inputs);
    let (offsets, ids) = bags(&config, &own);
    let truth = Truth::of(train, None);
    let held = validation(purpose).map(|held| (bags(&config, &texts(&held.inputs)), Truth::of(&held, None)));
    let watched = watch(purpose).map(|watch| (quality(watch, None), watch.target));
    let data = neural::Training {
        train: (neural::Bags { offsets: &offsets, ids: &ids, weights: None }, truth.labels()),
        validation: held
            .as_ref()
            .map(|((offsets, ids), truth)| (neural::Bags { offsets, ids, weights: None }, truth.labels())),
        weights,
        settled: settled(purpose),
        watch: watched.as_ref().map(|(quality, target)| neural::Watch { quality, target: *target }),
    };
    let fitted = neural::fit_texts(shape, data, recipe, seed)?;
    let learner = |model| match model {
        TextNetwork::Plain(model) => Learner::Embedding(model),
        TextNetwork::Tailored(model) => Learner::TailoredTexts(model),
    };
    Ok(from_neural(fitted, |model| Model { features: Features::Bags(config), learner: learner(model), scale: None }))
}
