//! How sure a limit or an order is: figures that the choice hangs on and that measuring again could change.

use super::cautions::CAREFUL;
use super::context::ReportContext;
use crate::costs::figure;
use crate::numbers::{list, plural};
use crate::study::Cost;
use crate::study::costs::{Range, TrainingCost, Unit};
use crate::verdict::{CloseCall, CloseTo};

/// Most candidates that are told one by one.
const TOLD: usize = 3;

/// That the choice hangs on figures which are not known well enough, and what to do; nothing where it does not.
pub(super) fn tell(context: &ReportContext<'_>) -> Vec<String> {
    let close = &context.findings.verdict.close;
    let (known, unknown): (Vec<&CloseCall>, Vec<&CloseCall>) = close.iter().partition(|one| one.range.is_some());
    let (order, limits): (Vec<&CloseCall>, Vec<&CloseCall>) =
        known.into_iter().partition(|one| matches!(one.near, CloseTo::Choice(_)));
    let mut told: Vec<String> = limits.iter().take(TOLD).map(|call| limit(context, call)).collect();
    if limits.len() > TOLD {
        let more = plural((limits.len() - TOLD) as u64, "further candidate", "further candidates");
        told.push(format!("The same holds for {more}; all are in report.json."));
    }
    told.extend(ordered(context, &order));
    if !told.is_empty() {
        told.push(advice(close));
    }
    told.extend(unsaid(context, &unknown));
    let told = told.join(" ");
    if told.is_empty() { Vec::new() } else { vec![format!("{CAREFUL} {told}")] }
}

fn amount(context: &ReportContext<'_>, cost: &dyn Cost, value: f64) -> String {
    figure(context.findings, cost, value)
}

fn between(context: &ReportContext<'_>, cost: &dyn Cost, range: Range) -> String {
    format!("between {} and {}", amount(context, cost, range.low), amount(context, cost, range.high))
}

/// `the limit of 2 ms (p95 latency) cuts between 1.9 ms and 2.2 ms, which is what is known of trees-4x60, the choice. …`
fn limit(context: &ReportContext<'_>, call: &CloseCall) -> String {
    let CloseCall { candidate, cost, found, .. } = call;
    let verdict = &context.findings.verdict;
    let choice = verdict.choice.as_ref() == Some(candidate);
    let (most, side, were) = match call.near {
        CloseTo::Beyond(most) if verdict.choice.is_some() => (most, "beyond", "within, the choice might be another"),
        CloseTo::Beyond(most) => (most, "beyond", "within, there might be a choice"),
        CloseTo::Within(most) if choice => (most, "within", "beyond, it would not be the choice"),
        CloseTo::Within(most) | CloseTo::Choice(most) => {
            (most, "within", "beyond, the others would be compared with another one")
        }
    };
    let who = if choice { format!("{candidate}, the choice") } else { candidate.clone() };
    let known = call.range.map_or_else(String::new, |range| between(context, *cost, range));
    format!(
        "The limit of {} on the {} cuts through what is known of {who}: it was {}, and may as well be anything {known}. It counts as {side}; were it {were}.",
        amount(context, *cost, most),
        cost.about().noun,
        amount(context, *cost, *found)
    )
}

/// That nothing says which of some candidates is the smaller one.
fn ordered(context: &ReportContext<'_>, order: &[&CloseCall]) -> Option<String> {
    let (first, choice) = (order.first()?, context.findings.verdict.choice.as_deref()?);
    let cost = first.cost;
    let row = context.row(choice)?;
    let own = cost.of(&row.figures()).map(|value| amount(context, cost, value)).unwrap_or_default();
    let range = cost.range(&row.figures()).map(|range| format!(", {}", between(context, cost, range)));
    let one = |call: &&CloseCall| {
        let range = call.range.map(|range| format!(", {}", between(context, cost, range))).unwrap_or_default();
        format!("{} ({}{range})", call.candidate, amount(context, cost, call.found))
    };
    let mut others: Vec<String> = order.iter().take(TOLD).map(one).collect();
    if order.len() > TOLD {
        others.push(plural((order.len() - TOLD) as u64, "further one", "further ones"));
    }
    Some(format!(
        "It is not sure that the {} of {choice} ({own}{}) is below that of {}, which may be good enough as well: any of them might be the choice.",
        cost.about().noun,
        range.unwrap_or_default(),
        list(&others)
    ))
}

/// What makes such figures surer.
fn advice(close: &[CloseCall]) -> String {
    let is_time = |one: &CloseCall| matches!(one.cost.about().unit, Unit::Time | Unit::CpuTime);
    let times = close.iter().any(is_time);
    let others = !close.iter().all(is_time);
    let limits: Vec<&CloseCall> = close.iter().filter(|one| !matches!(one.near, CloseTo::Choice(_))).collect();
    let surer = match (times, others) {
        (true, false) => "Measure again on a quiet machine, in another folder, before you rely on it",
        (true, true) => "Measure again on a quiet machine, with more validation rows, before you rely on it",
        (false, _) => "More validation rows would tell",
    };
    match limits.len() {
        0 => format!("{surer}."),
        1 => format!("{surer}; or leave room between the limit and what is measured."),
        _ => format!("{surer}; or leave room between the limits and what is measured."),
    }
}

/// That nobody can say how sure a figure is, since no interval of it is known.
fn unsaid(context: &ReportContext<'_>, calls: &[&CloseCall]) -> Option<String> {
    let first = calls.first()?;
    let mut names: Vec<String> = calls.iter().map(|call| call.candidate.clone()).collect();
    names.dedup();
    let row = context.row(&first.candidate)?;
    let why = if row.cascade.is_some() {
        "of two models in a row only a bound is known"
    } else if row.calls.is_some() {
        "of a model that is asked no interval is kept"
    } else if first.cost.is(&TrainingCost) {
        "fewer than three repeats were trained"
    } else {
        "no interval of it was kept when it was measured; `lagom run` in another folder keeps one"
    };
    let what = match first.near {
        CloseTo::Choice(_) => format!("the order by {}", first.cost.about().noun),
        CloseTo::Within(_) | CloseTo::Beyond(_) => {
            format!("the place within the limit on the {}", first.cost.about().noun)
        }
    };
    Some(format!("Nobody can say how sure {what} of {} is: {why}.", list(&names)))
}
