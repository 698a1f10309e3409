//! Rows whose label is probably wrong, by confident learning (Northcutt, Jiang & Chuang 2021) on probabilities out of sample.

use rand::seq::SliceRandom;

use super::crossfit::out_of_sample;
use super::step::Cleaning;
use super::step::Done;
use super::training_rows::{Relabelled, TrainingRows};
use crate::candidate::preprocess::PreprocessPlan;
use crate::candidate::spec::FitError;
use crate::data::quality::{Suspect, label_errors};
use crate::data::seed;

/// Rows that every class keeps, however many of it are suspected: of fewer nothing could be learned of it, nor said against it.
const KEPT: u64 = 5;

/// Treats the rows whose label is probably wrong.
///
/// # Errors
/// Numbers are predicted, or the rows are too few to judge one part by the others.
pub(super) fn clean(
    rows: &mut TrainingRows<'_>,
    how: Cleaning,
    (preprocess, seed): (&PreprocessPlan, u64),
) -> Result<Done, FitError> {
    let classes = rows.names().len() as u32;
    if classes < 2 {
        return Err(FitError::Unfit("`cleaning` looks for wrong labels, and there are none to be wrong".to_owned()));
    }
    let judged = out_of_sample(rows, preprocess, seed)?;
    let labels = rows.labels();
    let found = label_errors(&labels, &judged.probabilities, classes)
        .map_err(|error| FitError::Unfit(format!("`cleaning` can't tell wrong labels: {error}")))?;
    let suspects = treated(&found.suspects, rows.counts(), how);
    match how {
        Cleaning::Drop => rows.leave_out(&suspects.iter().map(|one| one.row).collect::<Vec<usize>>()),
        Cleaning::DropRandom => {
            let random = random_rows(&labels, rows.counts(), suspects.len(), seed);
            rows.leave_out(&random);
        }
        Cleaning::Relabel => {
            let change = |one: &Suspect| Relabelled { place: one.row, label: one.likely };
            rows.relabel(&suspects.iter().map(change).collect::<Vec<Relabelled>>());
        }
        Cleaning::DownWeight => {
            let mut factors = vec![1.0; rows.len()];
            suspects.iter().for_each(|one| factors[one.row] = one.given_probability.clamp(0.0, 1.0));
            rows.weigh(&factors);
        }
    }
    Ok(Done { rows: suspects.len(), spared: found.suspects.len() - suspects.len(), flops: judged.flops })
}

/// The suspects that are treated, the worst first: every class keeps [`KEPT`] of its rows, or what it has. Nothing is spared where weights
/// alone change.
fn treated(suspects: &[Suspect], mut left: Vec<u64>, how: Cleaning) -> Vec<Suspect> {
    let goes = |one: &&Suspect| how == Cleaning::DownWeight || may_go(&mut left, one.given);
    suspects.iter().filter(goes).copied().collect()
}

/// Takes a row from a class, if it can spare it.
fn may_go(left: &mut [u64], class: u32) -> bool {
    match left.get_mut(class as usize).filter(|left| **left > KEPT) {
        Some(left) => {
            *left -= 1;
            true
        }
        None => false,
    }
}

/// So many random rows, of which every class keeps as many as of suspects.
fn random_rows(labels: &[u32], mut left: Vec<u64>, count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.shuffle(&mut seed::generator(seed, "cleaning at random", 0));
    order.into_iter().filter(|&place| may_go(&mut left, labels[place])).take(count).collect()
}
