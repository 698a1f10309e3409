//! What was left out, and what bounds it.

use super::context::ReportContext;
use crate::answer::Fact;
use crate::numbers::{count, percent};
use crate::search::Why;
use crate::verdict::Row;
use crate::{Climbed, UntriedRung};

/// How much of the ladder was measured, and what the rest could gain; none for a sweep.
pub(super) fn tell(context: &ReportContext<'_>) -> Option<Fact> {
    let climb = context.findings.climb.as_ref().filter(|climb| climb.rungs > 0)?;
    let share = share(climb)
        .map(|share| format!("trained, for {share} of the operations that training all would take"))
        .unwrap_or_default();
    let stopped = stopped(context, climb.stopped);
    let left = groups(climb).into_iter().map(|(why, rungs)| group(context, why, &rungs));
    let rest: Vec<String> = stopped.into_iter().chain(left).collect();
    let rest = if rest.is_empty() { String::new() } else { format!("; {}", rest.join("; ")) };
    Some(Fact::new(
        "ladder",
        format!("{} of {} sizes", count(climb.tried - climb.stopped), count(climb.rungs)),
        format!("{share}{rest}"),
    ))
}

/// What a candidate whose trainings were stopped early could at best have reached, rounded to the side that claims less; none for
/// others.
pub(crate) fn reachable(context: &ReportContext<'_>, row: &Row) -> Option<f64> {
    let ceiling = row.ceiling().filter(|ceiling| ceiling.is_finite())?;
    Some(if context.higher_is_better() { context.style.ceil(ceiling) } else { context.style.floor(ceiling) })
}

/// The sign before what could at best have been reached.
pub(crate) fn reach_sign(context: &ReportContext<'_>) -> char {
    if context.higher_is_better() { '≤' } else { '≥' }
}

/// Where the trainings of a candidate were stopped, and what it could at best have reached; none for others.
pub(crate) fn stopped_early(context: &ReportContext<'_>, row: &Row) -> Option<String> {
    let ceiling = context.style.value(reachable(context, row)?);
    let steps = row.stopped.iter().map(|one| one.step).sum::<u64>() as f64;
    let horizon = row.stopped.iter().map(|one| one.horizon).sum::<u64>() as f64;
    let (done, extreme) = (percent(steps / horizon.max(1.0)), extreme(context));
    Some(format!("was stopped early, after {done} of its steps: could at {extreme} have reached {ceiling}."))
}

/// The best that is possible: the most, or of an error the least.
fn extreme(context: &ReportContext<'_>) -> &'static str {
    if context.higher_is_better() { "most" } else { "least" }
}

/// The rungs that were stopped early, together.
fn stopped(context: &ReportContext<'_>, number: u64) -> Option<String> {
    let metric = context.findings.terms.metric;
    let ceilings = context.findings.analysis.screening.rows.iter().filter_map(|row| reachable(context, row));
    let best = ceilings.reduce(|a, b| if metric.orient(b) > metric.orient(a) { b } else { a })?;
    let (number, best) = (count(number), context.style.value(best));
    Some(format!("{number} stopped early: could at {} have reached {best}", extreme(context)))
}

/// The part of a sweep's operations that was spent, as `31 %`.
fn share(climb: &Climbed) -> Option<String> {
    let share = climb.flops / climb.sweep_flops;
    share.is_finite().then(|| percent(share.min(1.0)))
}

/// The bound of what the untried rungs could gain, where every one of them has one; none without untried rungs.
pub(super) fn bounded(context: &ReportContext<'_>) -> Option<(u64, String)> {
    let untried = &context.findings.climb.as_ref()?.untried;
    if untried.is_empty() || !untried.iter().all(|one| is_bounded(one.why)) {
        return None;
    }
    let most = untried.iter().map(|one| one.gain).fold(0.0, f64::max);
    Some((untried.len() as u64, context.style.size_up(most)))
}

/// Whether the gain of a rung left out for this reason has a bound below what would matter.
fn is_bounded(why: Why) -> bool {
    matches!(why, Why::CurveBounds | Why::Overfits | Why::NothingLeft)
}

/// Why a rung was not trained, for a table.
pub(crate) fn reason(why: Why) -> &'static str {
    match why {
        Why::CurveBounds => "the curve of its family bounds the gain below what would matter",
        Why::Overfits => "quality falls with size in its family: it overfits",
        Why::OverLimits => "a smaller one of its family exceeds your limits",
        Why::BarCleared => "a smaller one is surely above your bar",
        Why::NothingLeft => "less is left to the best possible value than would matter",
        Why::SmallerFailed => "a smaller one of its family ran out of memory",
        Why::Open => "not measured yet: under these terms it would be",
    }
}

/// The untried rungs by what bounds them: those with a bound that matters first.
fn groups(climb: &Climbed) -> Vec<(Why, Vec<&UntriedRung>)> {
    let of = |wanted: fn(Why) -> bool| climb.untried.iter().filter(move |one| wanted(one.why)).collect::<Vec<_>>();
    let groups = [
        (Why::CurveBounds, climb.untried.iter().filter(|one| is_bounded(one.why)).collect()),
        (Why::OverLimits, of(|why| why == Why::OverLimits)),
        (Why::BarCleared, of(|why| why == Why::BarCleared)),
        (Why::SmallerFailed, of(|why| why == Why::SmallerFailed)),
        (Why::Open, of(|why| why == Why::Open)),
    ];
    groups.into_iter().filter(|(_, rungs)| !rungs.is_empty()).collect()
}

fn group(context: &ReportContext<'_>, why: Why, rungs: &[&UntriedRung]) -> String {
    let number = count(rungs.len() as u64);
    let most = rungs.iter().map(|one| one.gain).fold(0.0, f64::max);
    let (gain, sure) = (context.style.size_up(most), context.confidence());
    match why {
        Why::OverLimits => format!("{number} not trained, beyond your limits"),
        Why::BarCleared => format!("{number} not trained, since a smaller one clears the bar"),
        Why::SmallerFailed => {
            format!("{number} not trained, of which nothing is known: a smaller one of the family ran out of memory")
        }
        Why::Open => format!(
            "{number} not trained that could gain up to {gain} ({sure}): `lagom run` under these terms would go on"
        ),
        _ => format!("{number} not trained, which could gain at most {gain} ({sure})"),
    }
}
