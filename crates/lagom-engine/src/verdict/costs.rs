//! The facts that costs are worked out from, of an entry and of its line in the table.

use std::f64::consts::FRAC_PI_2;

use super::terms::Terms;
use super::types::{CallFacts, CandidateResults, CascadeFacts, Row};
use crate::measure::{Deployment, Timings};
use crate::stats;
use crate::study::costs::{Estimated, Figures, InUse, Operations, Range, TimeRanges, Training};
use crate::study::{Cost, FamilyId, LimitViolation};
use crate::trial::TrialStats;

/// Which limits a candidate with a finished repeat exceeds. A cost that could not be measured is not counted
/// as within.
#[must_use]
pub fn excess(entry: &CandidateResults, terms: &Terms) -> Vec<LimitViolation> {
    terms.limits.exceeded(&figures(entry))
}

/// Whether a candidate is known to be within all limits, and known where it stands in the order of sizes.
#[must_use]
pub fn is_within(entry: &CandidateResults, terms: &Terms) -> bool {
    excess(entry, terms).is_empty() && unknown(entry, terms).is_empty()
}

/// The costs that decide and are not known of a candidate, though it was timed: those that a probe measures, and operations as what orders, which
/// some families do not count. It is neither within their limits nor beyond them, and stands nowhere in the order.
pub(super) fn unknown(entry: &CandidateResults, terms: &Terms) -> Vec<&'static dyn Cost> {
    if entry.candidate.spec.family == FamilyId::BASELINE {
        return Vec::new();
    }
    let figures = figures(entry);
    let mut found: Vec<&'static dyn Cost> = Vec::new();
    let uncounted = |cost: &dyn Cost| {
        cost.is(&Operations) && cost.is(terms.smallest_by) && entry.deployment.is_some() && entry.cascade.is_none()
    };
    let open = |cost: &&dyn Cost| cost.about().probe.is_some() || uncounted(*cost);
    for cost in terms.costs().filter(|cost| open(cost) && cost.of(&figures).is_none()) {
        if !found.contains(&cost) {
            found.push(cost);
        }
    }
    found
}

/// What a candidate costs by its finished repeats; none before one is finished.
#[must_use]
pub fn cost(entry: &CandidateResults, by: &dyn Cost) -> Option<f64> {
    (!entry.repeats.is_empty()).then(|| by.of(&figures(entry))).flatten()
}

/// What is known of an entry: the median over its finished repeats, and what its first model takes in use. Before a repeat
/// is finished its parameters are those that are planned.
fn figures(entry: &CandidateResults) -> Figures {
    Figures {
        parameters: parameters(entry),
        bytes: bytes(entry),
        in_use: in_use(entry.deployment.as_ref()),
        training: training(
            (entry.calls.as_ref(), entry.cascade.as_ref().map(|cascade| &cascade.facts)),
            entry.repeats.iter().map(|one| &one.facts),
        ),
        probed: entry.probed.clone(),
    }
}

impl Row {
    /// What is known of this candidate that costs are worked out from.
    #[must_use]
    pub fn figures(&self) -> Figures {
        Figures {
            parameters: self.parameters,
            bytes: self.bytes,
            in_use: in_use(self.deployment.as_ref()),
            training: training((self.calls.as_ref(), self.cascade.as_ref()), self.trials.iter()),
            probed: self.probed.clone(),
        }
    }

    /// What this candidate costs; none where that is not known.
    #[must_use]
    pub fn cost(&self, by: &dyn Cost) -> Option<f64> {
        by.of(&self.figures())
    }
}

/// Parameters of an entry: counted, or told; none where nobody says.
pub(super) fn parameters(entry: &CandidateResults) -> Option<u64> {
    if let Some(cascade) = &entry.cascade {
        return cascade.facts.parameters;
    }
    match &entry.calls {
        Some(calls) => calls.parameters,
        None if entry.candidate.spec.family.is_called() => None,
        None if entry.repeats.is_empty() => Some(entry.candidate.planned_parameters),
        None => middle(entry, |facts| facts.parameters),
    }
}

/// Bytes of an entry's model; none where nobody says, or nothing was trained.
pub(super) fn bytes(entry: &CandidateResults) -> Option<u64> {
    if let Some(cascade) = &entry.cascade {
        return cascade.facts.bytes;
    }
    match &entry.calls {
        Some(calls) => calls.bytes,
        None => middle(entry, |facts| facts.bytes),
    }
}

/// The median of a figure over the finished repeats, rounded; none without one.
fn middle(entry: &CandidateResults, pick: fn(&TrialStats) -> u64) -> Option<u64> {
    median(entry.repeats.iter().map(|one| pick(&one.facts) as f64)).map(|middle| middle.round() as u64)
}

fn in_use(deployment: Option<&Deployment>) -> Option<InUse> {
    deployment.map(|found| InUse {
        latency_p95: found.latency_p95,
        memory: found.memory,
        mean: found.timings.as_ref().map(|timings| timings.mean),
        latency_p50: Some(found.latency_p50),
        latency_p90: found.timings.as_ref().map(|timings| timings.p90),
        latency_p99: Some(found.latency_p99),
        load_seconds: found.load_seconds,
        operations: found.timings.as_ref().and_then(|timings| timings.operations),
        ranges: found.timings.as_ref().map(|timings| ranges(timings)).unwrap_or_default(),
    })
}

fn ranges(timings: &Timings) -> TimeRanges {
    TimeRanges {
        p50: timings.range(0.5),
        p90: timings.range(0.9),
        p95: timings.range(0.95),
        p99: timings.range(0.99),
        mean: timings.range_of_mean(),
        load: timings.load_range,
    }
}

fn training<'a>(
    (calls, cascade): (Option<&CallFacts>, Option<&CascadeFacts>),
    trials: impl Iterator<Item = &'a TrialStats>,
) -> Training {
    // The kernel's figure is 0 where it can't be read. That of the host of a device is not what the training costs.
    let cpu_seconds = || {
        let seconds: Option<Vec<f64>> =
            trials.map(|facts| facts.computed_on.is_none().then_some(facts.cpu_seconds)).collect();
        let seconds = seconds?;
        middle_of_repeats(&seconds).filter(|found| found.value > 0.0 && found.value.is_finite())
    };
    match (calls, cascade) {
        (Some(CallFacts { training: Some(own), money_per_thousand, .. }), _) => {
            let value = own.cpu_milliseconds as f64 / 1e3;
            let cpu_seconds = Some(Estimated { value, range: None }).filter(|found| found.value > 0.0);
            Training::Both { cpu_seconds, money_per_thousand: *money_per_thousand }
        }
        (Some(calls), _) => Training::Asked { money_per_thousand: calls.money_per_thousand },
        (None, Some(cascade)) if cascade.asked => {
            Training::Both { cpu_seconds: cpu_seconds(), money_per_thousand: cascade.money_per_thousand }
        }
        (None, _) => Training::Here { cpu_seconds: cpu_seconds() },
    }
}

/// The confidence of the interval of what repeats took.
const SURE: f64 = 0.95;

/// The median of what repeats took, and what it may as well be: `t · 1.2533 · s / √n` to either side, the standard error of a median being
/// `√(π/2)` times that of a mean (of normal values: Kendall & Stuart, *The Advanced Theory of Statistics* 1, §10.11). No interval of fewer than three.
fn middle_of_repeats(seconds: &[f64]) -> Option<Estimated> {
    let value = median(seconds.iter().copied())?;
    let range = (seconds.len() >= 3).then(|| {
        let error = (FRAC_PI_2 * stats::variance(seconds) / seconds.len() as f64).sqrt();
        let half = stats::t_quantile(0.5 + SURE / 2.0, (seconds.len() - 1) as f64) * error;
        Range { low: (value - half).max(0.0), high: value + half }
    });
    Some(Estimated { value, range })
}

fn median(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let figures: Vec<f64> = figures.collect();
    (!figures.is_empty()).then(|| stats::median(&figures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_training_takes_is_known_by_how_repeats_differ() {
        // 9, 10 and 14: the median is 10, s² = 7; t(2) at 97.5 % is 4.302653, so ± 4.302653 · √(π/2 · 7/3) = 8.23734.
        let found = middle_of_repeats(&[9.0, 14.0, 10.0]).expect("three");
        let range = found.range.expect("three");
        assert_eq!(found.value, 10.0);
        assert!((range.high - 18.237_34).abs() < 1e-4 && (range.low - 1.762_66).abs() < 1e-4, "{range:?}");
        assert_eq!(middle_of_repeats(&[9.0, 10.0]).map(|found| found.range), Some(None));
        assert_eq!(middle_of_repeats(&[]), None);
    }
}
