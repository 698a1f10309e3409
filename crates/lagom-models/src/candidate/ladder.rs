//! The ladder: which sizes of which families a study trains.

use super::neural::{EmbeddingShape, MlpShape, embedding_ladder, mlp_ladder};
use super::spec::{Candidate, Spec};
use super::text::ngram_ladder;
use super::treatment::{Style, Treatment};
use super::trees::trees_ladder;
use crate::data::{Dataset, Inputs};
use crate::study::units::human_count;
use crate::study::{Family, LadderSpec};

/// Largest number of parameters of a network unless the study says otherwise.
const LARGEST_NETWORK: u64 = 1_000_000;
/// The same for few rows: what so many rows squared come to over this, but at least [`LEAST_LARGEST`].
///
/// Steps and batches of a training hardly shrink with the rows, and the fewer they are the more repeats a verdict takes.
/// So without this a study of 1,000 rows took more CPU time than one of 10,000, nearly all of it for networks of a
/// thousand weights a row. 10,000 rows allow the whole ladder. Figures: log/2026-11-28-handed-over.md.
const ROWS_SQUARED: u64 = 100;
/// Networks of so many parameters are tried however few rows there are: ten trainings take about a second.
const LEAST_LARGEST: u64 = 10_000;
/// Largest number of parameters of a table of embeddings unless the study says otherwise.
const LARGEST_EMBEDDING: u64 = 6_000_000;
/// Largest planned number of n-gram weights unless the study says otherwise; only those of buckets that
/// occur are stored, a tenth of it at the top (banking77: 20M planned, 2.8M stored).
const LARGEST_NGRAMS: u64 = 24_000_000;

/// The candidates of a study, ordered by their planned number of parameters.
///
/// A function of the study and of the shape of the development rows alone.
#[must_use]
pub fn ladder(spec: &LadderSpec, dataset: &Dataset) -> Vec<Candidate> {
    let families = spec.families_for(dataset.task);
    let mut candidates: Vec<Candidate> =
        families.into_iter().flat_map(|family| rungs(family, spec.largest, dataset)).collect();
    candidates.retain(|candidate| {
        candidate.spec.family() == Family::Baseline
            || spec.largest.is_none_or(|most| candidate.planned_parameters <= most)
    });
    candidates.sort_by(|a, b| a.planned_parameters.cmp(&b.planned_parameters).then_with(|| a.name.cmp(&b.name)));
    candidates
}

fn rungs(family: Family, largest: Option<u64>, dataset: &Dataset) -> Vec<Candidate> {
    let outputs = u64::from(dataset.classes().max(1));
    let width = || {
        let rows = Inputs { columns: &dataset.columns, rows: &dataset.development };
        Treatment::width_on(&rows, Style::Scaled) as u64
    };
    // Two classes share one weight vector in a linear model.
    let scores = if outputs == 2 { 1 } else { outputs };
    match family {
        Family::Endpoint | Family::Gguf | Family::Command | Family::Answers => Vec::new(),
        Family::Baseline => vec![baseline(dataset)],
        Family::Linear => {
            vec![Candidate {
                name: "linear".to_owned(),
                spec: Spec::Linear,
                planned_parameters: (width() + 1) * scores,
            }]
        }
        Family::Trees => {
            let one = |(leaves, rounds): (u32, u32)| {
                // A tree of L leaves stores L - 1 thresholds and L values; several classes take a tree each.
                let planned = u64::from(rounds) * scores * (2 * u64::from(leaves) - 1);
                let name = format!("trees-{leaves}x{rounds}");
                Candidate { name, spec: Spec::Trees { leaves, rounds }, planned_parameters: planned }
            };
            trees_ladder().into_iter().map(one).collect()
        }
        Family::Mlp => {
            let width = width();
            let one = |hidden: Vec<u32>| {
                let planned = MlpShape { hidden: hidden.clone() }.parameters(width, outputs);
                named("mlp", Spec::Mlp { hidden }, planned)
            };
            let shapes = mlp_ladder(width as usize, outputs as usize, largest.unwrap_or(LARGEST_NETWORK));
            let perceptrons = shapes.into_iter().map(one).collect();
            // The sealed rows count: they are trained on in the end.
            let rows = dataset.development.len() + dataset.holdout_rows();
            if largest.is_some() { perceptrons } else { for_rows(perceptrons, rows) }
        }
        Family::Ngrams => {
            let one = |buckets: u32| {
                // Only buckets that occur are stored: an upper bound, so the name says the buckets.
                let planned = u64::from(buckets) * (scores + 1) + scores;
                Candidate {
                    name: format!("ngrams-{buckets}"),
                    spec: Spec::Ngrams { buckets },
                    planned_parameters: planned,
                }
            };
            ngram_ladder(dataset.classes(), largest.unwrap_or(LARGEST_NGRAMS)).into_iter().map(one).collect()
        }
        Family::Embedding => {
            let one = |shape: EmbeddingShape| {
                let planned = shape.parameters(outputs);
                named("embedding", Spec::Embedding { buckets: shape.buckets, dimension: shape.dimension }, planned)
            };
            let most = largest.unwrap_or(LARGEST_EMBEDDING);
            embedding_ladder(dataset.classes() as usize, most).into_iter().map(one).collect()
        }
    }
}

/// Largest number of parameters of a perceptron that a study on so many rows tries, unless it names its own `largest`.
#[must_use]
pub fn largest_perceptron(rows: usize) -> u64 {
    let rows = rows as u64;
    LARGEST_NETWORK.min((rows.saturating_mul(rows) / ROWS_SQUARED).max(LEAST_LARGEST))
}

/// The perceptrons for so many rows: those within [`largest_perceptron`], and the two smallest in any case.
fn for_rows(mut perceptrons: Vec<Candidate>, rows: usize) -> Vec<Candidate> {
    let most = largest_perceptron(rows);
    let within = perceptrons.iter().take_while(|one| one.planned_parameters <= most).count();
    perceptrons.truncate(within.max(2));
    perceptrons
}

fn baseline(dataset: &Dataset) -> Candidate {
    let name = if dataset.classes() > 0 { "majority" } else { "mean" };
    Candidate { name: name.to_owned(), spec: Spec::Baseline, planned_parameters: 1 }
}

fn named(family: &str, spec: Spec, planned_parameters: u64) -> Candidate {
    let name = format!("{family}-{}", human_count(planned_parameters).replace(' ', ""));
    Candidate { name, spec, planned_parameters }
}
