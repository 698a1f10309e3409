//! The policy: from the comparisons of all candidates to the verdict.

use super::findings::{CompareRow, CompareVerdict, ComparedWith, Comparison};
use crate::stats::{needed, needed_with_seeds};
use crate::study::costs::Exceeded;
use crate::study::{LimitViolation, Rule};
use crate::verdict::{CandidateStatus, POWER, VerdictKind};

/// What the policy looks at: the rows from the cheapest to the dearest, their comparisons made.
pub(super) struct Case<'a> {
    /// The rows; `standing` is yet to be filled in.
    pub(super) rows: &'a [CompareRow],
    /// Position of the reference; none if no candidate is within the limits.
    pub(super) reference: Option<usize>,
    /// Whether higher scores are better (1) or lower (−1).
    pub(super) turn: f64,
    /// The margin or the bar.
    pub(super) rule: Rule,
    /// What the candidates were compared with.
    pub(super) with: ComparedWith,
    /// The confidence of each single bound.
    pub(super) bound: f64,
    /// Degrees of freedom of the luck of seeds, where it is measured.
    pub(super) seed_degrees: Option<f64>,
}

/// Decides.
///
/// - No candidate within the limits: nothing qualifies.
/// - The cheapest that is shown to be good enough is the choice: smaller is enough, if it is cheaper than the
///   reference or if nothing is.
/// - Every cheaper candidate is surely worse than the reference, and by more than the margin as far as can be
///   told (or surely below the bar): bigger pays.
/// - All surely below the bar: nothing qualifies. Else undecided, with the labels that would decide it.
pub(super) fn decide(case: &Case<'_>) -> CompareVerdict {
    let mut verdict = CompareVerdict {
        kind: VerdictKind::Undecided,
        choice: None,
        reference: case.reference.map(|at| case.rows[at].name.clone()),
        carried_by: None,
        needed: None,
        nearest: None,
    };
    let Some(reference) = case.reference else {
        verdict.kind = VerdictKind::NothingQualifies;
        verdict.nearest = nearest(case.rows);
        return verdict;
    };
    let cheaper: Vec<&CompareRow> = case.rows[..reference].iter().filter(|row| row.excess.is_empty()).collect();
    let passed = |row: &CompareRow| row.excess.is_empty() && row.hardest.as_ref().is_some_and(Comparison::passed);
    let choice = case.rows[..=reference].iter().find(|row| passed(row));
    match choice {
        Some(row) if row.name != case.rows[reference].name || cheaper.is_empty() => {
            verdict.kind = VerdictKind::SmallerIsEnough;
            verdict.choice = Some(row.name.clone());
            verdict.carried_by.clone_from(&row.hardest);
        }
        _ => not_smaller(case, (reference, &cheaper), &mut verdict),
    }
    verdict
}

/// No candidate cheaper than the reference is shown to be good enough.
fn not_smaller(case: &Case<'_>, (at, cheaper): (usize, &[&CompareRow]), verdict: &mut CompareVerdict) {
    let reference = &case.rows[at];
    if alone(case, at) {
        verdict.kind = VerdictKind::SmallerIsEnough;
        verdict.choice = Some(reference.name.clone());
        return;
    }
    let reached = matches!(case.rule, Rule::Margin(_)) || reference.hardest.as_ref().is_some_and(Comparison::passed);
    if !cheaper.is_empty() && cheaper.iter().all(|row| surely_short(case, row)) && reached {
        verdict.kind = VerdictKind::BiggerPays;
        verdict.choice = Some(reference.name.clone());
        verdict.carried_by = likeliest(case, cheaper).and_then(|row| against_reference(case, row));
        return;
    }
    let members = || case.rows.iter().filter(|row| row.excess.is_empty());
    let below = |row: &CompareRow| row.hardest.as_ref().is_some_and(|found| found.upper < found.threshold);
    if matches!(case.rule, Rule::Bar(_)) && members().all(below) {
        verdict.kind = VerdictKind::NothingQualifies;
        let miss = reference.hardest.as_ref().map_or(0.0, |found| found.estimate.point);
        let excess = LimitViolation { limit: Exceeded::Bar, allowed: 0.0, found: Some(miss) };
        verdict.nearest = Some((reference.name.clone(), vec![excess]));
        verdict.carried_by.clone_from(&reference.hardest);
        return;
    }
    verdict.choice = Some(reference.name.clone());
    let open: Vec<&CompareRow> = cheaper.iter().copied().filter(|row| !surely_short(case, row)).collect();
    let nearest = if reached { likeliest(case, &open) } else { Some(reference) };
    let carrier = nearest.unwrap_or(reference).hardest.clone();
    let margin = if let Rule::Margin(margin) = case.rule { margin } else { 0.0 };
    verdict.needed =
        carrier.as_ref().filter(|found| found.estimate.examples > 0).map(|found| match case.seed_degrees {
            Some(degrees) => needed_with_seeds(&found.estimate, degrees, (margin, case.bound, POWER)),
            None => needed(&found.estimate, margin, case.bound, POWER),
        });
    verdict.carried_by = carrier;
}

/// Whether the reference is the only candidate within the limits, under a margin: there is nothing to compare it with.
fn alone(case: &Case<'_>, reference: usize) -> bool {
    let others = case.rows.iter().enumerate().filter(|(at, row)| *at != reference && row.excess.is_empty());
    matches!(case.rule, Rule::Margin(_)) && others.count() == 0
}

/// Whether a cheaper candidate is surely worse than the reference, and by more than the margin by the
/// estimate; or surely below the bar.
fn surely_short(case: &Case<'_>, row: &CompareRow) -> bool {
    against_reference(case, row).is_some_and(|found| match case.rule {
        Rule::Margin(margin) => found.upper < 0.0 && found.estimate.point < -margin,
        Rule::Bar(_) => found.upper < 0.0,
    })
}

/// The comparison that tells whether a candidate is worth less than the reference: with it, or with the bar.
fn against_reference(case: &Case<'_>, row: &CompareRow) -> Option<Comparison> {
    if case.with == ComparedWith::TheBar { row.hardest.clone() } else { row.difference.clone() }
}

/// The best of some candidates by their means; the cheapest of equals.
fn likeliest<'a>(case: &Case<'_>, rows: &[&'a CompareRow]) -> Option<&'a CompareRow> {
    let height = |row: &CompareRow| case.turn * row.quality.point;
    rows.iter().copied().reduce(|best, row| if height(row) > height(best) { row } else { best })
}

/// The candidate that exceeds its limits least: by the largest of its ratios found / allowed.
fn nearest(rows: &[CompareRow]) -> Option<(String, Vec<LimitViolation>)> {
    let worst = |row: &CompareRow| row.excess.iter().map(LimitViolation::times).fold(0.0, f64::max);
    let over = rows.iter().filter(|row| !row.excess.is_empty());
    over.min_by(|a, b| worst(a).total_cmp(&worst(b))).map(|row| (row.name.clone(), row.excess.clone()))
}

/// Where each candidate stands under the verdict, in the order of the rows.
pub(super) fn standings(case: &Case<'_>, verdict: &CompareVerdict) -> Vec<CandidateStatus> {
    let one = |(at, row): (usize, &CompareRow)| {
        if !row.excess.is_empty() {
            return CandidateStatus::OverLimits;
        }
        if verdict.kind == VerdictKind::SmallerIsEnough && verdict.choice.as_ref() == Some(&row.name) {
            return CandidateStatus::Choice;
        }
        if case.reference == Some(at) {
            return CandidateStatus::Reference;
        }
        let dearer = case.reference.is_some_and(|reference| at > reference);
        let shown = if dearer { row.difference.as_ref() } else { row.hardest.as_ref() };
        match shown {
            Some(found) if dearer && found.lower > 0.0 => CandidateStatus::Better,
            _ if dearer && case.with != ComparedWith::TheBar => CandidateStatus::NoBetter,
            Some(found) if !dearer && found.passed() => CandidateStatus::GoodEnough,
            _ if dearer => CandidateStatus::Unneeded,
            _ if against_reference(case, row).is_some_and(|found| found.upper < found.threshold) => {
                CandidateStatus::TooWeak
            }
            _ => CandidateStatus::Undecided,
        }
    };
    case.rows.iter().enumerate().map(one).collect()
}
