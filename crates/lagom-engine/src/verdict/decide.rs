//! The policy: one pure function from the analysis and the terms to the verdict.

use super::close::close_calls;
use super::learned::gates;
use super::needed::missing;
use super::outdone::outdone;
use super::stand_in::meanwhile;
use super::terms::Terms;
use super::types::{
    Analysis, Beyond, CandidateStatus, Outdone, Row, Screening, Staircase, Test, TestKind, Verdict, VerdictKind,
};
use super::unmeasured;
use crate::study::costs::{Exceeded, cheaper_first};
use crate::study::{FamilyId, LimitViolation, Rule};

/// What beats guessing on validation rows, but not surely on the sealed ones, still looks like it there while guessing would look as
/// good in at most so many studies.
const LIKELY: f64 = 0.2;

/// Decides, and marks in the analysis where each candidate stands.
///
/// - No candidate within the limits: nothing qualifies.
/// - No candidate surely better than the baseline on validation rows, or the surest of them no better on the holdout: nothing
///   learned. If it is better there, but not surely, or the reference is not, that is undecided.
/// - Of the tests up to the first failure, the cheapest candidate that passed is the choice: smaller is enough.
/// - None passed, the first is surely worse, and by more than the margin as far as can be told: bigger
///   pays. A real difference that is more likely within the margin is undecided, as any other.
/// - With a bar, the reference itself may be the only one above it: then bigger pays if the next
///   cheaper one is surely below, and if the reference is surely below, nothing qualifies.
/// - What would be another verdict if a candidate had been measured that was not: undecided, and why.
#[must_use]
pub fn decide(analysis: &mut Analysis, terms: &Terms) -> Verdict {
    let mut verdict = Verdict {
        kind: VerdictKind::Undecided,
        choice: None,
        reference: analysis.screening.reference.clone(),
        carried_by: None,
        needed: None,
        nearest: None,
        beyond: beyond(analysis, terms),
        unmeasured: Vec::new(),
        outdone: None,
        close: Vec::new(),
    };
    settle(analysis, terms, &mut verdict);
    unmeasured::refuse(analysis, terms, &mut verdict);
    if !verdict.unmeasured.is_empty() {
        // No step stands for what nothing is said of.
        analysis.staircase = Staircase::default();
    }
    let standings: Vec<CandidateStatus> =
        analysis.screening.rows.iter().map(|row| standing(row, analysis, terms, &verdict)).collect();
    for (row, standing) in analysis.screening.rows.iter_mut().zip(standings) {
        row.standing = standing;
    }
    verdict.close = close_calls(&analysis.screening, terms, &verdict);
    verdict
}

fn settle(analysis: &Analysis, terms: &Terms, verdict: &mut Verdict) {
    let screening = &analysis.screening;
    if screening.incumbent && screening.reference.is_none() {
        // The incumbent was not measured: nothing can be said of whether it is needed.
        verdict.unmeasured.extend(terms.incumbent.clone());
        return;
    }
    if screening.reference.is_none() {
        verdict.kind = VerdictKind::NothingQualifies;
        verdict.nearest = nearest(&screening.rows);
        return;
    }
    if !screening.learned {
        // Were what is missing at its best, something might be learned after all; or there are too few rows of a class to see it.
        let open = screening.learning.might_be_shown(terms) || screening.learning.is_blind(terms);
        verdict.kind = if open { VerdictKind::Undecided } else { VerdictKind::NothingLearned };
        return;
    }
    let gate = |test: &Test| test.kind == TestKind::Learned && !test.passed;
    if let Some(at) = analysis.tests.iter().position(gate) {
        gate_failed(analysis, (at, terms), verdict);
        return;
    }
    let asked = analysis.tests.iter().filter(|test| test.kind == TestKind::Learned).count();
    if analysis.look > 0 && asked < gates(screening, terms).len() {
        // Whether anything was learned could not be tested to an end: nothing may rest on it.
        verdict.choice.clone_from(&verdict.reference);
        return;
    }
    let passed = cheapest_passed(analysis);
    let first = analysis.tests.iter().position(|test| test.kind != TestKind::Learned);
    match (passed, first) {
        (Some(at), _) => passed_at(analysis, (at, terms), verdict),
        (None, Some(at)) => failed_at(analysis, (at, terms), verdict),
        // What was to be tested has no test: it could not be measured to an end.
        (None, None) if !screening.sequence.is_empty() => verdict.choice.clone_from(&verdict.reference),
        // Nothing within the limits is left to compare an incumbent with that exceeds them itself.
        (None, None) if screening.incumbent && exceeds(analysis, verdict.reference.as_deref()) => {
            verdict.kind = VerdictKind::NothingQualifies;
            verdict.nearest = nearest(&screening.rows);
        }
        // A ladder of one rung: it is the choice, there is nothing to compare it with.
        (None, None) => {
            verdict.kind = VerdictKind::SmallerIsEnough;
            verdict.choice.clone_from(&verdict.reference);
        }
    }
}

/// The validation rows show that something was learned, and the sealed rows have not confirmed it: undecided where it still
/// looks like it there (rows may be too few to tell) or another candidate was surer, nothing learned where neither is so.
fn gate_failed(analysis: &Analysis, (at, terms): (usize, &Terms), verdict: &mut Verdict) {
    let test = &analysis.tests[at];
    verdict.carried_by = Some(at);
    // Where a surer one has passed before, something was learned: the verdict can't be about the reference, but about that.
    let surer = analysis.tests[..at].iter().rev().find(|test| test.kind == TestKind::Learned);
    let surest = analysis.screening.learning.is_surest(&test.candidate);
    let likely = test.difference.at_best().p_value(test.threshold) <= LIKELY;
    if surer.is_none() && surest && !likely {
        verdict.kind = VerdictKind::NothingLearned;
        return;
    }
    verdict.kind = VerdictKind::Undecided;
    verdict.needed = Some(missing(analysis, test, 0.0, terms));
    // Where the reference may well be no better than guessing, the one that is shown to be; else what would stand in for it anyhow: the
    // surest is often the largest, by luck.
    verdict.choice = match surer {
        Some(surer) if !likely => Some(surer.candidate.clone()),
        _ => meanwhile(analysis, terms),
    };
}

/// The test of the cheapest candidate that passed: a position in the analysis' tests.
///
/// A sequence leads from dearer to cheaper, so there it is the last that passed; with cross-fitting the
/// order is that of the p-values.
fn cheapest_passed(analysis: &Analysis) -> Option<usize> {
    let screening = &analysis.screening;
    let place = |name: &str| screening.rows.iter().position(|row| row.name == name);
    // Within the margin of a best that gains little, guessing is as well: a choice has to be shown to beat it.
    let known = |test: &Test| test.kind != TestKind::NonInferiority || screening.learning.is_shown(&test.candidate);
    let passed = |test: &Test| test.kind != TestKind::Learned && test.passed && test.counted && known(test);
    let passed = |test: &Test| passed(test) && outdone_at(analysis, test).is_none();
    let tests = analysis.tests.iter().enumerate().filter(|(_, test)| passed(test));
    tests.min_by_key(|(_, test)| place(&test.candidate)).map(|(at, _)| at)
}

/// Who outdoes a candidate by more than the margin that its test has to hold.
fn outdone_at(analysis: &Analysis, test: &Test) -> Option<Outdone> {
    let margin = test.kind == TestKind::NonInferiority;
    outdone(&analysis.screening, &test.candidate).filter(|found| margin && found.difference > -test.threshold)
}

fn passed_at(analysis: &Analysis, (at, terms): (usize, &Terms), verdict: &mut Verdict) {
    let test = &analysis.tests[at];
    verdict.kind = VerdictKind::SmallerIsEnough;
    verdict.choice = Some(test.candidate.clone());
    verdict.carried_by = Some(at);
    let alone = matches!(terms.rule, Rule::Bar(_)) && verdict.choice == verdict.reference;
    let next = analysis.tests.get(at + 1);
    if !alone {
        return;
    }
    // Only the reference clears the bar: bigger pays if what is cheaper is surely below it.
    match next {
        Some(next) if next.upper >= 0.0 || awaits_growth(next) => {
            verdict.kind = VerdictKind::Undecided;
            verdict.carried_by = Some(at + 1);
            verdict.needed = Some(missing(analysis, next, 0.0, terms));
        }
        _ if cheaper_learners(analysis, verdict) => verdict.kind = VerdictKind::BiggerPays,
        _ => {}
    }
}

fn failed_at(analysis: &Analysis, (at, terms): (usize, &Terms), verdict: &mut Verdict) {
    let outdone = analysis.tests.iter().enumerate().filter(|(_, test)| test.passed && test.counted);
    let outdone = outdone.filter_map(|(at, test)| Some((at, outdone_at(analysis, test)?))).next();
    let at = outdone.as_ref().map_or(at, |(at, _)| *at);
    let test = &analysis.tests[at];
    verdict.carried_by = Some(at);
    verdict.choice.clone_from(&verdict.reference);
    if let Some((_, outdone)) = outdone {
        verdict.choice = Some(outdone.by.clone());
        verdict.outdone = Some(outdone);
        return;
    }
    let stand_in = meanwhile(analysis, terms);
    match terms.rule {
        Rule::Bar(_) if test.upper < 0.0 && !awaits_growth(test) => {
            verdict.kind = VerdictKind::NothingQualifies;
            let miss = LimitViolation { limit: Exceeded::Bar, allowed: 0.0, found: Some(test.difference.point) };
            verdict.nearest = Some((test.candidate.clone(), vec![miss]));
            verdict.choice = None;
        }
        Rule::Margin(margin)
            if test.upper < 0.0
                && test.difference.point < -margin
                && tests_smaller(test, verdict)
                && !awaits_growth(test) =>
        {
            verdict.kind = VerdictKind::BiggerPays;
        }
        // The incumbent is the cheapest, and a dearer one is surely better by more than the margin.
        Rule::Margin(margin)
            if test.upper < 0.0
                && test.difference.point < -margin
                && analysis.screening.incumbent
                && !awaits_growth(test) =>
        {
            verdict.kind = VerdictKind::BiggerPays;
            verdict.choice.clone_from(&test.against);
        }
        rule => {
            let margin = if let Rule::Margin(margin) = rule { margin } else { 0.0 };
            verdict.kind = VerdictKind::Undecided;
            verdict.choice = stand_in;
            verdict.needed = Some(missing(analysis, test, margin, terms));
        }
    }
}

/// Whether a test could decide only once it is known how its difference grows with the rows.
fn awaits_growth(test: &Test) -> bool {
    test.carried.as_ref().is_some_and(|carried| carried.awaits_growth)
}

/// Whether a test compares a cheaper candidate with the reference, and not the reference with a dearer one.
fn tests_smaller(test: &Test, verdict: &Verdict) -> bool {
    verdict.reference.as_deref() != Some(test.candidate.as_str())
}

/// Whether a trained candidate within the limits is cheaper than the reference.
fn cheaper_learners(analysis: &Analysis, verdict: &Verdict) -> bool {
    let rows = &analysis.screening.rows;
    rows.iter()
        .take_while(|row| Some(&row.name) != verdict.reference.as_ref())
        .any(|row| row.family != FamilyId::BASELINE && row.quality.is_some() && row.is_within())
}

/// The candidate that exceeds its limits least: by the largest of its ratios found / allowed.
fn nearest(rows: &[Row]) -> Option<(String, Vec<LimitViolation>)> {
    let worst = |row: &&Row| row.excess.iter().map(LimitViolation::times).fold(0.0, f64::max);
    let over = rows.iter().filter(|row| row.family != FamilyId::BASELINE && !row.excess.is_empty());
    let row = over.min_by(|a, b| worst(a).total_cmp(&worst(b)))?;
    Some((row.name.clone(), row.excess.clone()))
}

fn exceeds(analysis: &Analysis, name: Option<&str>) -> bool {
    name.and_then(|name| analysis.screening.row(name)).is_some_and(|row| !row.excess.is_empty())
}

fn beyond(analysis: &Analysis, terms: &Terms) -> Beyond {
    let rows = &analysis.screening.rows;
    let Some(at) = rows.iter().position(|row| Some(&row.name) == analysis.screening.reference.as_ref()) else {
        return Beyond { dearer: 0, best: None, difference: None };
    };
    let cost = rows[at].cost(terms.smallest_by);
    let dearer = |row: &&Row| cheaper_first(cost, row.cost(terms.smallest_by)).is_lt();
    let dearer: Vec<&Row> = rows.iter().filter(|row| dearer(row) && row.shown_difference().is_some()).collect();
    let point = |row: &Row| row.shown_difference().map_or(f64::NEG_INFINITY, |found| found.point);
    let best = dearer.iter().copied().max_by(|a, b| point(a).total_cmp(&point(b)));
    Beyond {
        dearer: u32::try_from(dearer.len()).unwrap_or(u32::MAX),
        best: best.map(|row| row.name.clone()),
        difference: best.and_then(Row::shown_difference).cloned(),
    }
}

fn standing(row: &Row, analysis: &Analysis, terms: &Terms, verdict: &Verdict) -> CandidateStatus {
    if row.unmeasured.is_some() {
        // What surely exceeds a limit would not qualify, however good it is.
        return if row.excess.is_empty() { CandidateStatus::Unmeasured } else { CandidateStatus::OverLimits };
    }
    if row.quality.is_none() {
        return match row.ceiling() {
            Some(_) => CandidateStatus::Stopped,
            None if row.once().is_some() => CandidateStatus::TriedOnce,
            None => CandidateStatus::Failed,
        };
    }
    let chosen = verdict.choice.as_ref() == Some(&row.name);
    if chosen && (verdict.kind == VerdictKind::SmallerIsEnough || verdict.reference != verdict.choice) {
        return CandidateStatus::Choice;
    }
    if verdict.reference.as_ref() == Some(&row.name) {
        return CandidateStatus::Reference;
    }
    if !row.excess.is_empty() {
        return CandidateStatus::OverLimits;
    }
    if !row.unknown.is_empty() {
        return CandidateStatus::Unmeasured;
    }
    let own = analysis.tests.iter().find(|test| test.candidate == row.name && test.kind != TestKind::Learned);
    if let Some(test) = own.filter(|test| test.counted) {
        return tested(test);
    }
    let place = |name: &str| analysis.screening.rows.iter().position(|row| row.name == name);
    let choice = verdict.choice.as_deref().filter(|_| verdict.kind == VerdictKind::SmallerIsEnough).and_then(place);
    match untested(row, analysis, terms) {
        CandidateStatus::Undecided if choice.is_some() && place(&row.name) > choice => CandidateStatus::Unneeded,
        standing => standing,
    }
}

fn tested(test: &Test) -> CandidateStatus {
    match test {
        test if test.passed => CandidateStatus::GoodEnough,
        test if test.upper < test.threshold => CandidateStatus::TooWeak,
        _ => CandidateStatus::Undecided,
    }
}

fn untested(row: &Row, analysis: &Analysis, terms: &Terms) -> CandidateStatus {
    let shortfall = match terms.rule {
        Rule::Bar(bar) => row.quality.as_ref().map(|quality| super::compare::over_bar(quality, terms.metric, bar)),
        Rule::Margin(_) => row.shown_difference().cloned(),
    };
    let margin = terms.margin().unwrap_or(0.0);
    if shortfall.is_some_and(|found| found.upper(terms.confidence) < -margin) {
        return CandidateStatus::TooWeak;
    }
    let rows = &analysis.screening.rows;
    let place = |name: &str| rows.iter().position(|row| row.name == name);
    let reference = analysis.screening.reference.as_deref().and_then(place);
    match place(&row.name) > reference {
        true if surely_better(row, analysis, terms) => CandidateStatus::Better,
        true => CandidateStatus::NoBetter,
        false => CandidateStatus::Undecided,
    }
}

/// Whether a dearer candidate is surely better than the reference.
fn surely_better(row: &Row, analysis: &Analysis, terms: &Terms) -> bool {
    let confidence = confidence_beyond(&analysis.screening, terms);
    row.shown_difference().is_some_and(|found| found.lower(confidence) > 0.0)
}

/// The one-sided confidence at which a dearer candidate is called surely better: the error rate is shared among all that might look
/// so, unless the reference is an incumbent, which was named and not picked.
#[must_use]
pub fn confidence_beyond(screening: &Screening, terms: &Terms) -> f64 {
    let compared = screening.rows.iter().filter(|row| row.shown_difference().is_some()).count().max(1);
    1.0 - (1.0 - terms.confidence) / if screening.incumbent { 1.0 } else { compared as f64 }
}
