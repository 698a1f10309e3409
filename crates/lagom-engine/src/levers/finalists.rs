//! What goes before sealed rows: the best arm of each size, and what is asked of it.

use super::effects::{gains, of};
use super::ledger::{Ledger, Standing};
use super::types::{Arm, Confirmation, MeasuredArm, Stage};
use crate::data::HoldoutAccess;
use crate::study::{Rule, Setting};
use crate::verdict::{CandidateResults, Question, Terms, Verdict, VerdictKind, difference, test_beside, validation};

/// A question that is fixed before the look.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The arm.
    pub arm: Arm,
    /// Name of its candidate.
    pub candidate: String,
    /// Name of what it is compared with.
    pub against: String,
    /// Whether it is the study's own test; else whether it is better.
    pub good_enough: bool,
}

/// The best arm of each size: of those that hold a lever that helps there, the one with the highest gain; of equals the first. None at
/// a size where no lever helps.
#[must_use]
pub fn finalists(stage: &Stage, measured: &[MeasuredArm], ledger: &Ledger) -> Vec<Arm> {
    let gains = gains(stage, measured);
    let of_size = |size: usize| {
        let name = &stage.sizes[size].plain.name;
        let helps = |setting: &Setting| {
            let found = ledger.rows.iter().filter(|row| row.standing == Standing::Helps && row.size == *name);
            found.filter(|row| row.settings.len() == 1).any(|row| row.settings[0] == *setting)
        };
        let fits = |at: &usize| {
            let one = &measured[*at];
            let arm = &one.arm;
            arm.size == size && gains[*at].is_some() && arm.settings.iter().any(helps)
        };
        let places: Vec<usize> = (0..measured.len()).filter(fits).collect();
        let most = places.iter().map(|at| measured[*at].entry.repeats.len()).max()?;
        let point = |at: usize| gains[at].as_ref().map_or(f64::NEG_INFINITY, |gain| gain.point);
        let whole = places.into_iter().filter(|at| measured[*at].entry.repeats.len() == most && most > 1);
        let best = whole.reduce(|best, at| if point(at) > point(best) { at } else { best })?;
        (point(best) > 0.0).then(|| measured[best].arm.clone())
    };
    (0..stage.sizes.len()).filter_map(of_size).collect()
}

/// What is asked of the finalists: of the choice's size whether it is better than the plain choice, and where the verdict has not shown the
/// choice to be good enough whether it is now; of the smaller size whether it passes the study's own test, where validation rows leave that
/// plausible.
#[must_use]
pub fn questions(
    stage: &Stage,
    measured: &[MeasuredArm],
    (arms, ladder): (&[Arm], &[CandidateResults]),
    (verdict, terms): (&Verdict, &Terms),
) -> Vec<Planned> {
    let mut asked = Vec::new();
    let reference = verdict.reference.as_deref();
    for arm in arms {
        let Some(candidate) = stage.candidate(arm) else { continue };
        let planned = |against: &str, good_enough: bool| Planned {
            arm: arm.clone(),
            candidate: candidate.name.clone(),
            against: against.to_owned(),
            good_enough,
        };
        let plain = &stage.sizes[arm.size].plain.name;
        if arm.size == 0 {
            asked.push(planned(plain, false));
        }
        let shown = verdict.kind == VerdictKind::SmallerIsEnough;
        let is_itself = reference == Some(plain.as_str()) && matches!(terms.rule, Rule::Margin(_));
        let Some(reference) = reference.filter(|_| (arm.size > 0 || !shown) && !is_itself) else { continue };
        if arm.size == 0 || plausible(measured, ladder, (arm, reference), terms) {
            asked.push(planned(reference, true));
        }
    }
    asked
}

/// Whether validation rows leave it plausible that an arm passes the study's own test: the upper bound says so.
fn plausible(
    measured: &[MeasuredArm],
    ladder: &[CandidateResults],
    (arm, reference): (&Arm, &str),
    terms: &Terms,
) -> bool {
    let Some(own) = of(measured, arm) else { return false };
    let mine = validation(&own.entry);
    match terms.rule {
        Rule::Margin(margin) => {
            let other = ladder.iter().find(|entry| entry.candidate.name == reference);
            let found = other.and_then(|other| difference(terms.metric, &mine, &validation(other)));
            found.is_some_and(|found| found.upper(terms.confidence) > -margin)
        }
        Rule::Bar(bar) => crate::verdict::quality(terms.metric, &mine).is_some_and(|found| {
            let distance = terms.metric.orient(found.point) - terms.metric.orient(bar);
            distance + (found.upper(terms.confidence) - found.point) > 0.0
        }),
    }
}

/// The confidence of each question: they share the error rate; with cross-fitting, where every row validated too, so do all arms.
fn confidence(stage: &Stage, measured: &[MeasuredArm], (questions, cross_fitted): (usize, bool)) -> f64 {
    let tried = measured.iter().filter(|one| !one.arm.is_plain() && !stage.is_control(&one.arm)).count();
    let shared = questions.max(1) * if cross_fitted { tried.max(1) } else { 1 };
    1.0 - (1.0 - stage.terms.confidence) / shared as f64
}

/// What the sealed rows say: the questions were fixed before, and the look covers what they name. `entries` are all that was measured, by
/// the plain recipe and under levers, with their trainings on half of the rows.
#[must_use]
pub fn ask(
    stage: &Stage,
    measured: &[MeasuredArm],
    questions: &[Planned],
    entries: &[CandidateResults],
    (terms, access, look): (&Terms, &HoldoutAccess, u32),
) -> Vec<Confirmation> {
    let cross_fitted = entries.iter().any(CandidateResults::is_cross_fitted);
    let confidence = confidence(stage, measured, (questions.len(), cross_fitted));
    let one = |planned: &Planned| {
        let question = match planned.good_enough {
            true => Question::GoodEnough { reference: &planned.against },
            false => Question::BetterThan(&planned.against),
        };
        let test = test_beside(entries, (&planned.candidate, question), terms, (access, confidence))?;
        Some(Confirmation {
            size: stage.sizes[planned.arm.size].plain.name.clone(),
            settings: planned.arm.settings.clone(),
            good_enough: planned.good_enough,
            smaller: planned.arm.size > 0,
            test,
            look,
        })
    };
    questions.iter().filter_map(one).collect()
}
