//! Step after step over the training rows, and what each did.

use super::balance::{balanced, oversample};
use super::clean::clean;
use super::labels::{deal_anew, noisy, reviewed, share};
use super::numbers::{noise, winsorise};
use super::repeated::deduplicate;
use super::step::{Done, RowChange, RowStep};
use super::texts::augment;
use super::training_rows::TrainingRows;
use crate::candidate::preprocess::PreprocessPlan;
use crate::candidate::spec::FitError;
use crate::data::Examples;

/// The training rows after all steps.
pub(in crate::candidate) struct Changed<'a> {
    /// The rows.
    pub(in crate::candidate) rows: TrainingRows<'a>,
    /// What each step did.
    pub(in crate::candidate) changes: Vec<RowChange>,
    /// Floating-point operations that the steps took themselves.
    pub(in crate::candidate) flops: f64,
}

/// Does the steps to the training rows, in their order. Models that judge rows see them as the plan's preprocessing makes them.
///
/// # Errors
/// A step has nothing to work on in these data, or would leave no row, or none of a class.
pub(in crate::candidate) fn apply<'a>(
    steps: &[RowStep],
    train: &Examples<'a>,
    weights: Option<&[f32]>,
    (preprocess, seed): (&PreprocessPlan, u64),
) -> Result<Changed<'a>, FitError> {
    let mut changed = Changed { rows: TrainingRows::of(train, weights), changes: Vec::new(), flops: 0.0 };
    for step in steps {
        let before = changed.rows.counts();
        let done = one(*step, &mut changed.rows, (preprocess, seed))?;
        nothing_lost(*step, &before, &changed.rows)?;
        changed.flops += done.flops;
        let (rows, spared) = (done.rows as u64, done.spared as u64);
        changed.changes.push(RowChange { lever: step.lever().to_owned(), rows, spared });
    }
    Ok(changed)
}

fn one(
    step: RowStep,
    rows: &mut TrainingRows<'_>,
    (preprocess, seed): (&PreprocessPlan, u64),
) -> Result<Done, FitError> {
    match step {
        RowStep::Reviewed => reviewed(rows),
        RowStep::Share(part) => Ok(share(rows, part, seed)),
        RowStep::ShuffledLabels => Ok(deal_anew(rows, seed)),
        RowStep::LabelNoise(part) => noisy(rows, part, seed),
        RowStep::Deduplicate => Ok(deduplicate(rows)),
        RowStep::Cleaning(how) => clean(rows, how, (preprocess, seed)),
        RowStep::Winsorise(q) => winsorise(rows, q),
        RowStep::Oversample => oversample(rows, seed),
        RowStep::Noise(deviations) => noise(rows, deviations, seed),
        RowStep::Augment(how) => augment(rows, how, seed),
        RowStep::BalancedClasses => balanced(rows),
    }
}

/// Refuses a step that took all rows, or all of a class.
fn nothing_lost(step: RowStep, before: &[u64], rows: &TrainingRows<'_>) -> Result<(), FitError> {
    let lever = step.lever();
    if rows.len() == 0 {
        return Err(FitError::Unfit(format!("`{lever}` leaves no row to train on")));
    }
    let after = rows.counts();
    let lost = before.iter().zip(&after).position(|(before, after)| *before > 0 && *after == 0);
    let Some(class) = lost else { return Ok(()) };
    let name = rows.names().get(class).map_or("", String::as_str);
    Err(FitError::Unfit(format!(
        "`{lever}` leaves no training row of the class `{name}`, which has {} without it",
        before[class]
    )))
}
