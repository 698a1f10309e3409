//! A verdict in plain words.

use super::teller::{Teller, figure};
use crate::numbers::{count, list, ratio};
use crate::stats::Needed;
use crate::study::costs::{Exceeded, MoneyPerThousand};
use crate::study::{Cost, Excess};
use crate::verdict::{Standing, VerdictKind};
use lagom_import::compare::CompareRow;

/// A headline and sentences.
pub(super) type Told = (&'static str, Vec<String>);

/// The headline and the sentences of a verdict, the order of cost being known.
pub(super) fn by_kind(teller: &Teller<'_>) -> Told {
    match teller.judgement.verdict.kind {
        VerdictKind::SmallerIsEnough => smaller(teller),
        VerdictKind::BiggerPays => bigger(teller),
        VerdictKind::Undecided => undecided(teller),
        VerdictKind::NothingQualifies | VerdictKind::NothingLearned => nothing_qualifies(teller),
    }
}

fn smaller(teller: &Teller<'_>) -> Told {
    let reference = teller.reference();
    let choice = teller.judgement.verdict.choice.as_deref().unwrap_or(reference);
    let best = teller.best();
    match (teller.carrier(), choice == reference) {
        (None, _) => {
            let within = if teller.limited() { " within your limits" } else { "" };
            let first = format!("{choice} is the only candidate{within}; there was nothing to compare it with.");
            ("No: only one model is left to choose.", vec![first])
        }
        (Some(_), true) if teller.bar() => {
            let first = format!(
                "{choice}, the cheapest candidate, clears your bar of {} {}.",
                teller.rule(),
                teller.judgement.metric
            );
            ("No: the smallest model is good enough.", vec![first])
        }
        (Some(found), true) => {
            let rival = found.against.as_deref().unwrap_or("the others");
            let first = format!("{choice} is both the cheapest candidate and {best}.");
            let bigger =
                format!("Dearer ones were no better: {rival} is {} than {choice}.", teller.at_best(-found.lower));
            ("No: the smallest model is already the best.", vec![first, bigger])
        }
        (Some(_), false) if teller.bar() => {
            let first = format!(
                "{choice} clears your bar of {} {} on its own; {reference}, {best}, is not needed.",
                teller.rule(),
                teller.judgement.metric
            );
            ("No: a smaller model is enough.", vec![first])
        }
        (Some(_), false) => {
            ("No: a smaller model is enough.", vec![format!("{choice} does the job of {reference}, {best}.")])
        }
    }
}

fn bigger(teller: &Teller<'_>) -> Told {
    let reference = teller.reference();
    let first = match teller.carrier().filter(|_| !teller.bar()) {
        Some(found) => {
            let surely = if found.upper < found.threshold { "surely worse by more than that" } else { "surely worse" };
            let likeliest = if cheaper(teller).count() > 1 { ", the best of them," } else { "" };
            format!(
                "No cheaper candidate is shown to keep within {} of {} of {reference}: {}{likeliest} is {surely}.",
                teller.margin_title(),
                teller.rule(),
                found.candidate
            )
        }
        None => format!(
            "{reference} clears your bar of {} {}; the cheaper ones surely do not.",
            teller.rule(),
            teller.judgement.metric
        ),
    };
    let mut sentences = vec![first];
    sentences.extend(beyond(teller));
    ("Yes: the bigger model pays.", sentences)
}

/// The candidates within the limits that are cheaper than the reference.
fn cheaper<'a>(teller: &Teller<'a>) -> impl Iterator<Item = &'a CompareRow> {
    let reference = teller.reference();
    teller.judgement.rows.iter().take_while(move |row| row.name != reference).filter(|row| row.excess.is_empty())
}

/// Whether still bigger candidates would help more.
fn beyond(teller: &Teller<'_>) -> Option<String> {
    let reference = teller.reference();
    let dearer = teller.judgement.rows.iter().skip_while(|row| row.name != reference).skip(1);
    let dearer: Vec<&CompareRow> = dearer.filter(|row| row.difference.is_some()).collect();
    let height = |row: &CompareRow| row.difference.as_ref().map_or(f64::NEG_INFINITY, |found| found.estimate.point);
    let best = dearer.iter().max_by(|a, b| height(a).total_cmp(&height(b)));
    match best {
        None if teller.judgement.order_unknown => None,
        None => Some(format!(
            "{reference} is the dearest candidate, so whether a still bigger one would help more is open."
        )),
        Some(row) => row.difference.as_ref().map(|found| {
            let over = if row.standing == Standing::OverLimits { ", which exceeds your limits," } else { "" };
            let said = if found.lower > 0.0 { teller.at_worst(found.lower) } else { teller.at_best(found.upper) };
            format!("Beyond it, {}{over} is {said} than {reference}.", row.name)
        }),
    }
}

fn undecided(teller: &Teller<'_>) -> Told {
    let mut sentences = Vec::new();
    if let Some(found) = teller.carrier() {
        sentences.push(match &found.against {
            None => format!(
                "{} may clear your bar of {} {}, but these scores can't show it.",
                found.candidate,
                teller.rule(),
                teller.judgement.metric
            ),
            Some(against) => format!(
                "{} may be good enough to stand in for {against}, but these scores can't show it: it could be as much as {} worse, and {} is {}.",
                found.candidate,
                teller.style.size_up(found.lower.min(0.0)),
                teller.margin_title(),
                teller.rule()
            ),
        });
    }
    sentences.extend(teller.judgement.verdict.needed.as_ref().map(|needed| missing(teller, needed)));
    let safe = format!("Meanwhile {}, {}, is the safe choice.", teller.reference(), teller.best());
    sentences.push(safe);
    ("Can't tell yet.", sentences)
}

/// What would decide it: labelled examples, or seeds.
fn missing(teller: &Teller<'_>, needed: &Needed) -> String {
    let present = teller.judgement.examples.unwrap_or(0);
    let labels = needed.examples.filter(|all| *all > present).map(|all| {
        let (more, all) = (about(all - present), about(all));
        format!("score about {} more examples, {} in all", count(more), count(all))
    });
    let seeds = needed.repeats.map(u64::from).filter(|all| *all > teller.judgement.seeds);
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

/// A planned number, rounded up to two digits that count: it is no more exact than that.
fn about(number: u64) -> u64 {
    let step = 10_u64.saturating_pow(number.max(1).ilog10().saturating_sub(1));
    number.div_ceil(step).saturating_mul(step)
}

fn nothing_qualifies(teller: &Teller<'_>) -> Told {
    let Some((name, excesses)) = &teller.judgement.verdict.nearest else {
        return ("No model qualifies.", Vec::new());
    };
    if let Some(bar) = excesses.iter().find(|excess| excess.limit == Exceeded::Bar) {
        let first = format!(
            "{name} comes nearest to your bar of {} {} and still misses it by {}.",
            teller.rule(),
            teller.judgement.metric,
            teller.style.size(bar.found.unwrap_or(0.0))
        );
        return ("No model clears your bar.", vec![first]);
    }
    let misses: Vec<String> = excesses.iter().map(excess).collect();
    ("No model meets your limits.", vec![format!("{name} comes nearest: {}.", list(&misses))])
}

/// A limit that is exceeded, in words.
pub(super) fn excess(excess: &Excess) -> String {
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
pub(super) fn standing(teller: &Teller<'_>, row: &CompareRow) -> &'static str {
    let reference = teller.judgement.verdict.reference.as_deref();
    match row.standing {
        Standing::Choice if reference == Some(row.name.as_str()) => "the choice",
        Standing::Reference if teller.terms.reference.is_some() => "the reference",
        Standing::Reference => "the best",
        Standing::Better => "better",
        Standing::Choice | Standing::GoodEnough => "good enough",
        Standing::OverLimits => "over limits",
        Standing::Undecided if surely_worse(row) => "worse",
        Standing::Undecided => "undecided",
        Standing::Unneeded => "not needed",
        Standing::TooWeak => "too weak",
        Standing::NoBetter => "no better",
        Standing::Failed | Standing::Unmeasured => "failed",
        Standing::Stopped => "stopped early",
        Standing::TriedOnce => "tried once",
    }
}

/// Whether a candidate is surely worse than the reference, though perhaps by less than the margin.
fn surely_worse(row: &CompareRow) -> bool {
    row.difference.as_ref().is_some_and(|found| found.upper < 0.0)
}
