//! From what was measured to what it says.

use super::types::{Begins, NoiseLoss, Noisy, OverfitSize, Overfitting, Sensitivity, Spoilt, Subject};
use crate::metric::{Metric, score};
use crate::stats;
use crate::verdict::{CandidateResults, Change, contrast, difference, quality, validation};

/// What larger sizes of a family learn that is of no use on other rows; `sizes` from the smallest. What was not measured is left out,
/// never taken for bad.
#[must_use]
pub fn overfitting(subject: Subject, sizes: &[Spoilt<'_>], baseline: Option<&CandidateResults>) -> Overfitting {
    let Subject { family, metric, confidence } = subject;
    Overfitting {
        family,
        metric,
        confidence,
        sizes: sizes.iter().map(|size| of_size(metric, size)).collect(),
        left_out: Vec::new(),
        begins: begins(metric, sizes, confidence),
        sensitivity: sensitivity(metric, sizes),
        guessing: baseline.and_then(|entry| quality(metric, &validation(entry))).map(|found| found.point),
    }
}

fn of_size(metric: Metric, size: &Spoilt<'_>) -> OverfitSize {
    let (train, held) = (on_training_rows(metric, size.plain), quality(metric, &validation(size.plain)));
    let gap = train.zip(held.as_ref()).map(|(train, held)| metric.orient(train) - metric.orient(held.point));
    let parameters: Vec<f64> = size.plain.repeats.iter().map(|one| one.facts.parameters as f64).collect();
    let spoilt = size.noisy.iter().map(|noisy| noisy.results).chain(size.shuffled);
    let mut failures: Vec<String> = spoilt.flat_map(|entry| entry.failures.clone()).collect();
    failures.dedup();
    let loss = |noisy: &Noisy<'_>| {
        let spoilt = validation(noisy.results);
        let lost = difference(metric, &validation(size.plain), &spoilt)?;
        Some(NoiseLoss { share: noisy.share, quality: quality(metric, &spoilt)?, lost })
    };
    OverfitSize {
        name: size.plain.candidate.name.clone(),
        parameters: (!parameters.is_empty()).then(|| stats::median(&parameters).round() as u64),
        train,
        validation: held,
        gap,
        memorised: size.shuffled.filter(|entry| is_whole(entry)).and_then(|entry| on_training_rows(metric, entry)),
        noise: size.noisy.iter().filter(|noisy| is_whole(noisy.results)).filter_map(loss).collect(),
        failures,
    }
}

/// Whether it was trained and no repeat of it failed: what is left after a failure is no fair sample.
fn is_whole(entry: &CandidateResults) -> bool {
    !entry.repeats.is_empty() && entry.failures.is_empty() && entry.unmeasured.is_none()
}

/// Mean quality over the repeats on the rows that were trained on, with the labels that were trained on.
fn on_training_rows(metric: Metric, entry: &CandidateResults) -> Option<f64> {
    let found: Vec<f64> = entry.repeats.iter().filter_map(|one| Some(score(metric, &one.train).ok()?.value)).collect();
    (!found.is_empty()).then(|| stats::mean(&found))
}

/// What is known of a size, more being better whatever the metric's direction.
#[derive(Clone, Copy)]
struct Known {
    validation: f64,
    train: f64,
}

/// The first size that is surely worse than the best smaller one on validation rows, and no worse on training rows. All sizes but the
/// smallest are asked, so each at its share of the error rate (Bonferroni).
fn begins(metric: Metric, sizes: &[Spoilt<'_>], confidence: f64) -> Begins {
    let known = |size: &Spoilt<'_>| {
        let validation = metric.orient(quality(metric, &validation(size.plain))?.point);
        Some(Known { validation, train: metric.orient(on_training_rows(metric, size.plain)?) })
    };
    let known: Vec<Option<Known>> = sizes.iter().map(known).collect();
    let asked = known.iter().flatten().count().saturating_sub(1);
    if asked == 0 {
        return Begins::Unknown;
    }
    let each = 1.0 - (1.0 - confidence) / asked as f64;
    let worse = |at: &usize| {
        let Some(own) = known[*at] else { return false };
        let smaller = (0..*at).filter_map(|other| Some((other, known[other]?)));
        let best = smaller.max_by(|(_, a), (_, b)| a.validation.total_cmp(&b.validation));
        best.is_some_and(|(other, best)| {
            let found = difference(metric, &validation(sizes[*at].plain), &validation(sizes[other].plain));
            own.train >= best.train && found.is_some_and(|found| found.upper(each) < 0.0)
        })
    };
    (1..sizes.len()).find(worse).map_or(Begins::Nowhere, Begins::At)
}

/// How much more the largest loses than the smallest, at the largest share that both were trained with.
fn sensitivity(metric: Metric, sizes: &[Spoilt<'_>]) -> Option<Sensitivity> {
    let noisy = |at: usize, share: f64| {
        sizes[at].noisy.iter().find(|one| one.share == share && is_whole(one.results)).map(|one| one.results)
    };
    let with_noise = |at: &usize| sizes[*at].noisy.iter().any(|one| is_whole(one.results));
    let smallest = (0..sizes.len()).find(with_noise)?;
    let largest = (0..sizes.len()).rev().find(with_noise).filter(|at| *at > smallest)?;
    let mut shares: Vec<f64> = sizes[largest].noisy.iter().map(|one| one.share).collect();
    shares.sort_by(f64::total_cmp);
    let of = |share: f64| {
        let lost = |at: usize| Some(Change { with: sizes[at].plain, without: noisy(at, share)? });
        Some(Sensitivity { smallest, largest, share, more: contrast(metric, lost(largest)?, lost(smallest)?)? })
    };
    shares.into_iter().rev().find_map(of)
}
