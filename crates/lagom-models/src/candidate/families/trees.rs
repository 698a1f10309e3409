//! Boosted trees on the columns of a table: leaves of a tree and rounds of boosting are the size.

use std::collections::BTreeMap;

use super::{Effort, Family, as_text, behind};
use crate::candidate::labels::Labels;
use crate::candidate::model::{Features, Learner, Model};
use crate::candidate::plan::{Direction, TrainingPlan, check_monotone};
use crate::candidate::preprocess::{Encoding, Preprocessor, Style, Treated};
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::{Candidate, FitError, Size, Spec};
use crate::candidate::training::{FitContext, Fitted, Shared, scale, settled, validation};
use crate::candidate::trees::{self, TreesConfig, trees_ladder};
use crate::candidate::tuned::{Point, TunedParams};
use crate::data::{Column, Examples, Inputs};
use crate::study::{FamilyAbout, FamilyId, Mark, TaskKind};

/// The family.
pub(super) struct Trees;

static ABOUT: FamilyAbout = FamilyAbout {
    id: FamilyId::new("trees"),
    summary: "boosted decision trees",
    tasks: &[TaskKind::Classification, TaskKind::Regression],
    by_default: true,
    exact_size: false,
    grows: false,
    mark: Mark { corners: &[(0.0, -1.15), (1.1, 0.85), (-1.1, 0.85)], light: "#1c7c54", dark: "#62c896" },
};

/// What the machinery takes, whatever the data and for each training row (log/2026-11-28-memory.md).
const MACHINERY: (f64, f64) = (6e6, 100.0);
/// Bytes of a bin of a column while trees grow, and bins of a column (log/2026-11-28-memory.md).
const BIN: (f64, f64) = (60.0, 256.0);
/// Cells a second that the learner looks at (log/2026-11-22-acceptance.md).
const CELLS: f64 = 7.0e8;

impl Family for Trees {
    fn about(&self) -> &'static FamilyAbout {
        &ABOUT
    }

    fn version(&self) -> u32 {
        1
    }

    fn sizes(&self, shape: &DataShape<'_>, _: Option<u64>) -> Vec<Candidate> {
        let scores = shape.scores();
        let one = |(leaves, rounds): (u32, u32)| {
            let spec = Spec::new(ABOUT.id, Size::default().with("leaves", leaves).with("rounds", rounds));
            // A tree of L leaves stores L - 1 thresholds and L values; several classes take a tree each.
            let planned = u64::from(rounds) * scores * (2 * u64::from(leaves) - 1);
            Candidate::new(format!("trees-{leaves}x{rounds}"), spec, planned)
        };
        trees_ladder().into_iter().map(one).collect()
    }

    fn recipe(&self, size: &Size, classes: u32) -> Result<Recipe, FitError> {
        Recipe::of(&TreesConfig::rung(size.number("leaves")?, size.number("rounds")?, classes))
    }

    fn told(&self, name: &str) -> String {
        match numbers(name) {
            Some((leaves, rounds)) => format!("{rounds} decision trees of at most {leaves} leaves"),
            None => ABOUT.summary.to_owned(),
        }
    }

    fn size_named(&self, name: &str) -> Option<Size> {
        numbers(name).map(|(leaves, rounds)| Size::default().with("leaves", leaves).with("rounds", rounds))
    }

    fn address(&self, size: &Size) -> Result<String, FitError> {
        let (leaves, rounds) = (size.number("leaves")?, size.number("rounds")?);
        let config = |classes| TreesConfig::rung(leaves, rounds, classes);
        as_text(&(config(2), config(3)))
    }

    fn effort(&self, candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
        let size = &candidate.spec.size;
        let (leaves, rounds) = (f64::from(size.number("leaves")?), f64::from(size.number("rounds")?));
        let (rows, width) = (shape.rows, shape.raw_width() as f64);
        let trees = if shape.outputs > 2.0 { shape.outputs } else { 1.0 };
        let cells = rows * width * rounds * leaves.log2() * trees;
        Ok(Effort {
            flops: cells,
            seconds: cells / CELLS,
            width: width * 1.5,
            machinery: MACHINERY.0 + MACHINERY.1 * rows + width * rows.min(BIN.1) * BIN.0,
            weights: candidate.planned_parameters as f64,
        })
    }

    fn weighs_rows(&self) -> bool {
        true
    }

    fn fit(&self, _: &Size, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
        boosted(plan.recipe.to()?, plan, context)
    }
}

/// The columns of the matrix along which answers go one way alone, and whether that is up.
fn directed(
    monotone: &BTreeMap<String, Direction>,
    inputs: &Inputs<'_>,
    preprocess: &Preprocessor,
) -> Result<Vec<(usize, bool)>, FitError> {
    check_monotone(monotone, inputs)?;
    let widths = preprocess.encodings.iter().map(Encoding::width);
    let starts = widths.scan(0, |at, width| Some(std::mem::replace(at, *at + width)));
    let columns = inputs.columns.iter().zip(starts);
    let one = |(column, at): (&Column, usize)| Some((at, *monotone.get(&column.name)? == Direction::Up));
    Ok(columns.filter_map(one).collect())
}

/// Leaves and rounds as a name tells them: 8 and 250 of `trees-8x250`.
fn numbers(name: &str) -> Option<(u32, u32)> {
    let (leaves, rounds) = behind(ABOUT.id, name)?.split_once('x')?;
    leaves.parse().ok().zip(rounds.parse().ok())
}

fn boosted(mut config: TreesConfig, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
    let (train, purpose) = (&context.train, context.purpose);
    let Treated { preprocess, values } = Preprocessor::for_training(train, Style::Raw, &plan.preprocess, context.seed)?;
    let columns = preprocess.width();
    let scale = scale(train);
    let standard =
        |examples: &Examples<'_>| -> Vec<f32> { scale.map_or_else(Vec::new, |scale| scale.apply(&examples.numbers())) };
    let (labels, numbers, classes) = (train.labels(), standard(train), train.target.classes());
    let features = |values| trees::Features {
        rows: usize::checked_div(<[f32]>::len(values), columns).unwrap_or(0),
        columns,
        values,
    };
    let held = validation(purpose).map(|held| (preprocess.transform(&held.inputs), held.labels(), standard(&held)));
    let as_labels = |labels, numbers| {
        if classes > 0 { Labels::Classes { labels, classes } } else { Labels::Values(numbers) }
    };
    if let Some(settled) = settled(purpose) {
        config.rounds = u32::try_from(settled.steps.max(1)).unwrap_or(u32::MAX);
    }
    let own = (&features(&values), &as_labels(&labels, &numbers));
    let monotone = directed(&plan.monotone, &train.inputs, &preprocess)?;
    let drawn = trees::Drawn { weights: context.weights, seed: context.seed, monotone: &monotone };
    let fitted = match &held {
        Some((values, labels, numbers)) => {
            trees::fit(&config, own, Some((&features(values), &as_labels(labels, numbers))), drawn)
        }
        None => trees::fit(&config, own, None, drawn),
    };
    let fitted = fitted.map_err(|error| FitError::Unfit(error.to_string()))?;
    let rounds = fitted.train_loss.len();
    let point = |at: usize| {
        let validation_loss = *fitted.validation_loss.get(at)?;
        Some(Point {
            step: at as u64 + 1,
            train_loss: fitted.train_loss[at],
            validation_loss,
            quality: None,
            flops: None,
        })
    };
    // Each round looks at every cell once a level: rows × columns × log2(leaves), and a tree a class.
    let depth = f64::from(config.leaves).log2();
    let flops = (train.len() * columns * rounds) as f64 * depth * f64::from(if classes > 2 { classes } else { 1 });
    Ok(Fitted {
        settled: TunedParams { steps: u64::from(fitted.rounds), ..TunedParams::default() },
        history: (0..rounds).filter_map(point).collect(),
        flops,
        search_flops: 0.0,
        shared: Shared::default(),
        stopped: None,
        changes: Vec::new(),
        trained: None,
        model: Model { features: Features::Table(preprocess), learner: Learner::Trees(fitted.forest), scale },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_size_and_its_recipe() {
        assert_eq!(Trees.told("trees-8x250"), "250 decision trees of at most 8 leaves");
        let rate = |name| Trees.recipe(&Trees.size_named(name).unwrap(), 2).unwrap().number("learning_rate");
        assert_eq!((rate("trees-4x20"), rate("trees-8x250")), (Some(0.3), Some(0.1)));
        for other in ["trees", "trees-", "trees-8", "trees-8x", "mlp-8x250", "trees-8x99999999999"] {
            assert!(Trees.size_named(other).is_none() && Trees.told(other) == ABOUT.summary, "{other}");
        }
    }
}
