//! What cascades come to, in words.

use super::context::ReportContext;
use crate::numbers::{amount, percent, seconds};
use crate::verdict::{CandidateStatus, CascadeFacts, Row, Uncascadable, Uncascaded};

/// One sentence or two on a cascade.
pub(crate) fn sentence(context: &ReportContext<'_>, row: &Row, cascade: &CascadeFacts) -> String {
    let (small, large) = (&cascade.pair.small, &cascade.pair.large);
    let share = cascade.sealed_share.unwrap_or(cascade.share);
    let mut told = match share {
        1.0 => {
            format!("{small} is never sure enough: all rows would be handed on to {large}, which alone does as well.")
        }
        0.0 => format!(
            "{small} is good enough alone on the rows that chose the threshold: nothing is handed on to {large}."
        ),
        share => format!(
            "{small} answers {} of the rows; {} are handed on to {large}.",
            percent(1.0 - share),
            percent(share)
        ),
    };
    if let Some(found) = &cascade.to_large {
        let (low, high) = found.interval(context.findings.terms.confidence);
        told.push_str(&format!(" Against {large} alone it is {}.", context.between(low, high)));
    }
    for saved in [time(cascade), money(context, cascade)].into_iter().flatten() {
        told.push_str(&saved);
    }
    told.push_str(match row.standing {
        CandidateStatus::Choice => " It is the choice.",
        CandidateStatus::OverLimits => " It is not shown to keep your limits.",
        _ => "",
    });
    told
}

/// What it saves in time against the large one alone; none where that is not known.
fn time(cascade: &CascadeFacts) -> Option<String> {
    let (own, large) = (cascade.seconds?, cascade.large_seconds?);
    let change = saved(own, large)?;
    Some(format!(" The mean wait is {} in place of {} ({change}).", seconds(own), seconds(large)))
}

/// The same in money; none where nothing is paid for.
fn money(context: &ReportContext<'_>, cascade: &CascadeFacts) -> Option<String> {
    let (own, large) = (cascade.money_per_thousand?, cascade.large_money.filter(|large| *large > 0.0)?);
    let currency = context.currency();
    let change = saved(own, large)?;
    Some(format!(" 1,000 answers cost {} in place of {} ({change}).", amount(own, &currency), amount(large, &currency)))
}

/// `saves 62 %`, or `takes 5 % more`; none where the other is nothing.
fn saved(own: f64, other: f64) -> Option<String> {
    let share = 1.0 - own / other;
    let found = other > 0.0 && share.is_finite();
    found.then(|| {
        if share >= 0.0 { format!("saves {}", percent(share)) } else { format!("takes {} more", percent(-share)) }
    })
}

/// Why a cascade that the study names is not there.
pub(crate) fn missing(one: &Uncascaded) -> String {
    let (small, large) = (&one.pair.small, &one.pair.large);
    match &one.why {
        Uncascadable::Unmeasured(name) => {
            format!("{small} and {large} in a row: not known, since too little of {name} was measured.")
        }
        Uncascadable::NoConfidence => {
            format!(
                "{small} and {large} in a row: not possible, since {small} tells no confidence that could say which rows to hand on."
            )
        }
    }
}

/// What to know where the order of candidates leaves a cascade no chance; none where it does not.
pub(crate) fn unordered(context: &ReportContext<'_>) -> Option<String> {
    let by = context.findings.terms.smallest_by;
    let rows = &context.findings.analysis.screening.rows;
    let dearer = |row: &Row| {
        let large = row.cascade.as_ref().and_then(|cascade| context.row(&cascade.pair.large))?;
        Some(row.cost(by)? >= large.cost(by)?)
    };
    let cascades: Vec<&Row> = rows.iter().filter(|row| row.cascade.is_some()).collect();
    let all = !cascades.is_empty() && cascades.iter().all(|row| dearer(row) == Some(true));
    let pairs = if cascades.len() == 1 { "this pair takes" } else { "each of these pairs takes" };
    // Both of a pair have to be kept and loaded; what is saved is saved in time, operations or money.
    let name = by.about().name;
    let kept = ["parameters", "bytes", "memory", "load-time", "training-cost"].contains(&name);
    let money =
        if cascades.iter().any(|row| row.cascade.as_ref().is_some_and(|one| one.asked)) { ", or \"cost\"" } else { "" };
    let hint = if kept {
        format!(
            " What a pair saves is counted by smallest-by = \"mean-latency\" or \"operations\"{money} under [good-enough]."
        )
    } else {
        String::new()
    };
    all.then(|| {
        format!(
            "By {} {pairs} as much as its large model alone or more: it can be the choice only where that one alone is not good enough.{hint}",
            by.about().noun
        )
    })
}
