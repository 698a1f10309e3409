//! Fewer rows, and other targets: for the question what data are worth, and what wrong ones cost.

use rand::Rng;
use rand::seq::SliceRandom;

use super::step::Done;
use super::training_rows::{Relabelled, TrainingRows};
use crate::candidate::spec::FitError;
use crate::data::seed;

/// Takes the targets that a person holds right.
///
/// # Errors
/// Nobody has reviewed any.
pub(super) fn reviewed(rows: &mut TrainingRows<'_>) -> Result<Done, FitError> {
    let none = || {
        FitError::Unfit("`cleaning = \"reviewed\"` needs labels that a person has reviewed: name their file by `reviewed` under [task]".to_owned())
    };
    rows.take_reviewed().map(Done::rows).ok_or_else(none)
}

/// Keeps a random share of the rows, of each class by itself and at least one of it. Rows stay in their order.
pub(super) fn share(rows: &mut TrainingRows<'_>, part: f64, seed: u64) -> Done {
    let labels = rows.labels();
    let class = |place: usize| labels.get(place).map_or(0, |label| *label as usize);
    let mut of_class: Vec<Vec<usize>> = vec![Vec::new(); rows.names().len().max(1)];
    (0..rows.len()).for_each(|place| of_class[class(place)].push(place));
    let mut random = seed::generator(seed, "data-share", 0);
    let mut kept: Vec<usize> = Vec::new();
    for places in &mut of_class {
        places.shuffle(&mut random);
        let wanted = (part * places.len() as f64).round() as usize;
        kept.extend(&places[..wanted.clamp(places.len().min(1), places.len())]);
    }
    kept.sort_unstable();
    let before = rows.len();
    rows.keep(&kept);
    Done::rows(before - kept.len())
}

/// Deals the targets anew among all rows.
pub(super) fn deal_anew(rows: &mut TrainingRows<'_>, seed: u64) -> Done {
    let places: Vec<usize> = (0..rows.len()).collect();
    let mut from = places.clone();
    from.shuffle(&mut seed::generator(seed, "shuffled-labels", 0));
    rows.take_targets(&places, &from);
    Done::rows(rows.len())
}

/// Replaces the targets of a random share of the rows: labels by another class, each with the same probability, numbers by those of
/// another random row.
pub(super) fn noisy(rows: &mut TrainingRows<'_>, part: f64, seed: u64) -> Result<Done, FitError> {
    let mut random = seed::generator(seed, "label-noise", 0);
    let mut places: Vec<usize> = (0..rows.len()).collect();
    places.shuffle(&mut random);
    places.truncate((part * rows.len() as f64).round() as usize);
    places.sort_unstable();
    let classes = rows.names().len() as u32;
    if classes == 0 && rows.len() < 2 && !places.is_empty() {
        return Err(FitError::Unfit(
            "`label-noise` needs at least two rows to take targets from one another".to_owned(),
        ));
    }
    if classes == 0 {
        let other = |place: &usize| (*place + random.random_range(1..rows.len())) % rows.len();
        let from: Vec<usize> = places.iter().map(other).collect();
        rows.take_targets(&places, &from);
        return Ok(Done::rows(places.len()));
    }
    if classes < 2 {
        return Err(FitError::Unfit("`label-noise` needs at least two classes".to_owned()));
    }
    let labels = rows.labels();
    let other = |place: &usize| Relabelled {
        place: *place,
        label: (labels[*place] + random.random_range(1..classes)) % classes,
    };
    let changes: Vec<Relabelled> = places.iter().map(other).collect();
    rows.relabel(&changes);
    Ok(Done::rows(changes.len()))
}
