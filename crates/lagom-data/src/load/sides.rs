//! Whether every split leaves something to tell apart on each side: a large group or a stretch of time
//! may hold one class alone.

use std::collections::BTreeSet;

use super::error::DataFault;
use crate::dataset::{Dataset, Target};
use crate::split::{fold, split};
use crate::strata::SplitSpec;
use crate::study::Trials;

/// The labels of a target of classes.
fn labels(target: &Target) -> Option<&[u32]> {
    match target {
        Target::Classes { labels, .. } => Some(labels),
        Target::Numbers(_) | Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => None,
    }
}

/// Checks the splits that keep groups or time together; splits of independent rows are stratified.
pub(super) fn check_sides(dataset: &Dataset, trials: &Trials, explored: Option<u32>, faults: &mut Vec<DataFault>) {
    let targets = [dataset.given(), &dataset.target];
    let labels: Vec<&[u32]> = targets.into_iter().filter_map(labels).collect();
    if labels.is_empty() {
        return;
    }
    if dataset.groups.is_none() && dataset.times.is_none() {
        return;
    }
    let of = |labels: &[u32], rows: &[u32]| rows.iter().map(|&row| labels[row as usize]).collect::<BTreeSet<u32>>();
    // Also by the labels that a person holds right.
    let several = |rows: &[u32]| labels.iter().all(|labels| of(labels, rows).len() > 1);
    let mut sides = Vec::new();
    if !dataset.is_cross_fitted() {
        sides.push(("the holdout".to_owned(), several(&dataset.sealed)));
    }
    for repeat in 0..trials.repeats {
        let spec = SplitSpec::of(dataset, trials, explored, repeat);
        if let Some((_, tested)) = fold(dataset, &spec) {
            sides.push((format!("the sealed fold of repeat {}", repeat + 1), several(&tested)));
        }
        let rows = split(dataset, &spec);
        sides.push((format!("the training rows of repeat {}", repeat + 1), several(&rows.train)));
        sides.push((format!("the validation rows of repeat {}", repeat + 1), several(&rows.validation)));
    }
    let single: Vec<&str> = sides.iter().filter(|(_, several)| !several).map(|(side, _)| side.as_str()).collect();
    if !single.is_empty() {
        let kept = if dataset.times.is_some() { "in time order" } else { "with groups kept whole" };
        let more = if single.len() > 2 { format!(" and {} more", single.len() - 2) } else { String::new() };
        faults.push(DataFault::new(
            format!(
                "split {kept}, one class is alone in {}{more}: nothing can be told apart there",
                single.iter().take(2).copied().collect::<Vec<&str>>().join(", ")
            ),
            "choose another group or time column, more rows, or leave it out if rows are independent",
        ));
    }
}
