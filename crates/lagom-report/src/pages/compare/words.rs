//! A verdict in plain words.

use super::context::{CompareContext, figure};
use crate::numbers::{about, count, list, ratio};
use crate::stats::Needed;
use crate::study::costs::{Exceeded, MoneyPerThousand};
use crate::study::{Cost, LimitViolation};
use crate::verdict::{CandidateStatus, VerdictKind};
use lagom_import::compare::CompareRow;

/// A headline and sentences.
pub(super) type Told = (&'static str, Vec<String>);

/// The headline and the sentences of a verdict, the order of cost being known.
pub(super) fn by_kind(context: &CompareContext<'_>) -> Told {
    match context.judgement.verdict.kind {
        VerdictKind::SmallerIsEnough => smaller(context),
        VerdictKind::BiggerPays => bigger(context),
        VerdictKind::Undecided => undecided(context),
        VerdictKind::NothingQualifies | VerdictKind::NothingLearned => nothing_qualifies(context),
    }
}

fn smaller(context: &CompareContext<'_>) -> Told {
    let reference = context.reference();
    let choice = context.judgement.verdict.choice.as_deref().unwrap_or(reference);
    let best = context.best();
    match (context.carrier(), choice == reference) {
        (None, _) => {
            let within = if context.limited() { " within your limits" } else { "" };
            let first = format!("{choice} is the only candidate{within}; there was nothing to compare it with.");
            ("No: only one model is left to choose.", vec![first])
        }
        (Some(_), true) if context.bar() => {
            let first = format!(
                "{choice}, the cheapest candidate, clears your bar of {} {}.",
                context.rule(),
                context.judgement.metric
            );
            ("No: the smallest model is good enough.", vec![first])
        }
        (Some(found), true) => {
            let rival = found.against.as_deref().unwrap_or("the others");
            let first = format!("{choice} is both the cheapest candidate and {best}.");
            let bigger =
                format!("Dearer ones were no better: {rival} is {} than {choice}.", context.at_best(-found.lower));
            ("No: the smallest model is already the best.", vec![first, bigger])
        }
        (Some(_), false) if context.bar() => {
            let first = format!(
                "{choice} clears your bar of {} {} on its own; {reference}, {best}, is not needed.",
                context.rule(),
                context.judgement.metric
            );
            ("No: a smaller model is enough.", vec![first])
        }
        (Some(_), false) => {
            ("No: a smaller model is enough.", vec![format!("{choice} does the job of {reference}, {best}.")])
        }
    }
}

fn bigger(context: &CompareContext<'_>) -> Told {
    let reference = context.reference();
    let first = match context.carrier().filter(|_| !context.bar()) {
        Some(found) => {
            let surely = if found.upper < found.threshold { "surely worse by more than that" } else { "surely worse" };
            let likeliest = if cheaper(context).count() > 1 { ", the best of them," } else { "" };
            format!(
                "No cheaper candidate is shown to keep within {} of {} of {reference}: {}{likeliest} is {surely}.",
                context.margin_title(),
                context.rule(),
                found.candidate
            )
        }
        None => format!(
            "{reference} clears your bar of {} {}; the cheaper ones surely do not.",
            context.rule(),
            context.judgement.metric
        ),
    };
    let mut sentences = vec![first];
    sentences.extend(beyond(context));
    ("Yes: the bigger model pays.", sentences)
}

/// The candidates within the limits that are cheaper than the reference.
fn cheaper<'a>(context: &CompareContext<'a>) -> impl Iterator<Item = &'a CompareRow> {
    let reference = context.reference();
    context.judgement.rows.iter().take_while(move |row| row.name != reference).filter(|row| row.excess.is_empty())
}

/// Whether still bigger candidates would help more.
fn beyond(context: &CompareContext<'_>) -> Option<String> {
    let reference = context.reference();
    let dearer = context.judgement.rows.iter().skip_while(|row| row.name != reference).skip(1);
    let dearer: Vec<&CompareRow> = dearer.filter(|row| row.difference.is_some()).collect();
    let height = |row: &CompareRow| row.difference.as_ref().map_or(f64::NEG_INFINITY, |found| found.estimate.point);
    let best = dearer.iter().max_by(|a, b| height(a).total_cmp(&height(b)));
    match best {
        None if context.judgement.order_unknown => None,
        None => Some(format!(
            "{reference} is the dearest candidate, so whether a still bigger one would help more is open."
        )),
        Some(row) => row.difference.as_ref().map(|found| {
            let over = if row.standing == CandidateStatus::OverLimits { ", which exceeds your limits," } else { "" };
            let said = if found.lower > 0.0 { context.at_worst(found.lower) } else { context.at_best(found.upper) };
            format!("Beyond it, {}{over} is {said} than {reference}.", row.name)
        }),
    }
}

fn undecided(context: &CompareContext<'_>) -> Told {
    let mut sentences = Vec::new();
    if let Some(found) = context.carrier() {
        sentences.push(match &found.against {
            None => format!(
                "{} may clear your bar of {} {}, but these scores can't show it.",
                found.candidate,
                context.rule(),
                context.judgement.metric
            ),
            Some(against) => format!(
                "{} may be good enough to stand in for {against}, but these scores can't show it: it could be as much as {} worse, and {} is {}.",
                found.candidate,
                context.style.size_up(found.lower.min(0.0)),
                context.margin_title(),
                context.rule()
            ),
        });
    }
    sentences.extend(context.judgement.verdict.needed.as_ref().map(|needed| missing(context, needed)));
    let safe = format!("Meanwhile {}, {}, is the safe choice.", context.reference(), context.best());
    sentences.push(safe);
    ("Can't tell yet.", sentences)
}

/// What would decide it: labelled examples, or seeds.
fn missing(context: &CompareContext<'_>, needed: &Needed) -> String {
    let present = context.judgement.examples.unwrap_or(0);
    let labels = needed.examples.filter(|all| *all > present).map(|all| {
        let (more, all) = (about(all - present), about(all));
        format!("score about {} more examples, {} in all", count(more), count(all))
    });
    let seeds = needed.repeats.map(u64::from).filter(|all| *all > context.judgement.seeds);
    let seeds = seeds.map(|all| format!("run {} seeds of each candidate", count(all)));
    let assumed = match needed.assumed_equal {
        true => " This assumes that the two are in truth equally good; as measured, the cheaper one falls short.",
        false => "",
    };
    match (labels, seeds) {
        (Some(labels), Some(seeds)) => format!("To decide it, {labels}; or {seeds}.{assumed}"),
        (Some(one), None) | (None, Some(one)) => format!("To decide it, {one}.{assumed}"),
        (None, None) => "More examples of this kind alone would not decide it; a wider margin would.".to_owned(),
    }
}

fn nothing_qualifies(context: &CompareContext<'_>) -> Told {
    let Some((name, excesses)) = &context.judgement.verdict.nearest else {
        return ("No model qualifies.", Vec::new());
    };
    if let Some(bar) = excesses.iter().find(|excess| excess.limit == Exceeded::Bar) {
        let first = format!(
            "{name} comes nearest to your bar of {} {} and still misses it by {}.",
            context.rule(),
            context.judgement.metric,
            context.style.size(bar.found.unwrap_or(0.0))
        );
        return ("No model clears your bar.", vec![first]);
    }
    let misses: Vec<String> = excesses.iter().map(excess).collect();
    ("No model meets your limits.", vec![format!("{name} comes nearest: {}.", list(&misses))])
}

/// A limit that is exceeded, in words.
pub(super) fn excess(excess: &LimitViolation) -> String {
    let (cost, name): (&dyn Cost, &str) = match excess.limit {
        Exceeded::Cost(cost) => (cost, cost.about().name),
        Exceeded::Bar => (&MoneyPerThousand, "bar"),
    };
    let allowed = figure(cost, excess.allowed);
    let Some(found) = excess.found else {
        return format!("its {name} is not known, and your limit is {allowed}");
    };
    let (found, times) = (figure(cost, found), excess.times());
    if times >= 1.05 && times.is_finite() {
        format!("{name} {found}, {} times your limit of {allowed}", ratio(times))
    } else {
        format!("{name} {found}, just over your limit of {allowed}")
    }
}

/// Where a candidate stands, in two or three words.
pub(super) fn standing(context: &CompareContext<'_>, row: &CompareRow) -> &'static str {
    let reference = context.judgement.verdict.reference.as_deref();
    match row.standing {
        CandidateStatus::Choice if reference == Some(row.name.as_str()) => "the choice",
        CandidateStatus::Reference if context.terms.reference.is_some() => "the reference",
        CandidateStatus::Reference => "the best",
        CandidateStatus::Better => "better",
        CandidateStatus::Choice | CandidateStatus::GoodEnough => "good enough",
        CandidateStatus::OverLimits => "over limits",
        CandidateStatus::Undecided if surely_worse(row) => "worse",
        CandidateStatus::Undecided => "undecided",
        CandidateStatus::Unneeded => "not needed",
        CandidateStatus::TooWeak => "too weak",
        CandidateStatus::NoBetter => "no better",
        CandidateStatus::Failed | CandidateStatus::Unmeasured => "failed",
        CandidateStatus::Stopped => "stopped early",
        CandidateStatus::TriedOnce => "tried once",
    }
}

/// Whether a candidate is surely worse than the reference, though perhaps by less than the margin.
fn surely_worse(row: &CompareRow) -> bool {
    row.difference.as_ref().is_some_and(|found| found.upper < 0.0)
}
