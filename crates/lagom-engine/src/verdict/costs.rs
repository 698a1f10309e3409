//! What a candidate costs by its finished repeats, and which limits that exceeds.

use super::row::known_memory;
use super::terms::Terms;
use super::types::{Entry, Excess};
use crate::measure::Deployment;
use crate::stats;
use crate::study::SmallestBy;
use crate::trial::Facts;

/// Which limits a candidate with a finished repeat exceeds. A cost that could not be measured is not counted
/// as within.
#[must_use]
pub fn excess(entry: &Entry, terms: &Terms) -> Vec<Excess> {
    let limits = &terms.limits;
    let deployed = |pick: fn(&Deployment) -> f64| entry.deployment.as_ref().map_or(f64::INFINITY, pick);
    let checks = [
        ("parameters", limits.parameters.map(|most| most as f64), or_unknown(parameters(entry))),
        ("bytes", limits.bytes.map(|most| most as f64), or_unknown(bytes(entry))),
        ("cost", limits.cost.as_ref().map(|most| most.amount), money(entry)),
        ("memory", limits.memory.map(|most| most as f64), deployed(known_memory)),
        ("latency-p95", limits.latency_p95.map(|most| most.as_secs_f64()), deployed(|found| found.latency_p95)),
    ];
    let exceeded = |(limit, allowed, found): (&str, Option<f64>, f64)| {
        allowed.filter(|most| found > *most).map(|allowed| Excess { limit: limit.to_owned(), allowed, found })
    };
    checks.into_iter().filter_map(exceeded).collect()
}

/// What a trained candidate costs by a measure of size: the median over its finished repeats, or what its first model takes
/// in use. None before it was measured. Answers cost no money, so there parameters decide.
#[must_use]
pub fn cost(entry: &Entry, by: SmallestBy) -> Option<f64> {
    let of = |pick: fn(&Facts) -> u64| (!entry.repeats.is_empty()).then(|| middle(entry, pick));
    match by {
        SmallestBy::Parameters | SmallestBy::Cost => of(|facts| facts.parameters),
        SmallestBy::Bytes => of(|facts| facts.bytes),
        SmallestBy::Latency => entry.deployment.as_ref().map(|found| found.latency_p95),
        SmallestBy::Memory => entry.deployment.as_ref().map(known_memory),
    }
}

/// Parameters of an entry: counted, or told; none where nobody says.
pub(super) fn parameters(entry: &Entry) -> Option<u64> {
    match &entry.calls {
        Some(calls) => calls.parameters,
        None if entry.repeats.is_empty() => Some(entry.candidate.planned_parameters),
        None => Some(middle(entry, |facts| facts.parameters) as u64),
    }
}

/// Bytes of an entry's model; none where nobody says, or nothing was trained.
pub(super) fn bytes(entry: &Entry) -> Option<u64> {
    match &entry.calls {
        Some(calls) => calls.bytes,
        None if entry.repeats.is_empty() => None,
        None => Some(middle(entry, |facts| facts.bytes) as u64),
    }
}

/// Money for 1,000 answers; infinite where there is a price but no answer to reckon it from.
fn money(entry: &Entry) -> f64 {
    entry.calls.as_ref().map_or(0.0, |calls| calls.money_per_thousand.unwrap_or(f64::INFINITY))
}

fn or_unknown(figure: Option<u64>) -> f64 {
    figure.map_or(f64::INFINITY, |figure| figure as f64)
}

/// The median of a figure over the finished repeats, rounded; 0 with none.
fn middle(entry: &Entry, pick: fn(&Facts) -> u64) -> f64 {
    let figures: Vec<f64> = entry.repeats.iter().map(|one| pick(&one.facts) as f64).collect();
    if figures.is_empty() { 0.0 } else { stats::median(&figures).round() }
}
