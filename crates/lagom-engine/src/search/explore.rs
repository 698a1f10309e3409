//! Exploring: which untried rungs have to be measured, and why the others need not be.

use std::collections::BTreeMap;

use super::family::{BOUNDED, Curve, End, FEWEST, Measured};
use super::types::{Goal, Rung, SearchTerms, TrialRequest, Untried, Why};
use crate::stats::Gain;
use crate::study::Certify;

/// Rungs of a family that are always measured: what a curve of three constants needs.
const FIRST: usize = 3;
/// Trials that cost at most this share of the full sweep are run rather than weighed: the first two of a rung, and the
/// last of one that may be tested.
pub(super) const FREE: f64 = 0.01;
/// A plateau is believed if training quality gained more than validation quality by this share of what would matter.
const AHEAD: f64 = 0.5;

/// What is asked for whatever the evidence: all of the baseline, the smallest rungs of each family, all that is
/// free. A repeat that failed is made up for by no other one: those that are left would be no fair sample of the splits.
pub(super) fn first(rungs: &[Rung], asked: &[u32], terms: &SearchTerms) -> Vec<TrialRequest> {
    let few = FEWEST.min(terms.repeats);
    let sweep: f64 = rungs.iter().map(|rung| rung.flops).sum::<f64>() * f64::from(terms.repeats);
    let smaller = |at: usize| {
        let before = |other: &usize| (rungs[*other].parameters, *other) < (rungs[at].parameters, at);
        let kin = |other: &usize| rungs[*other].family == rungs[at].family && !rungs[*other].baseline;
        (0..rungs.len()).filter(kin).filter(before).count()
    };
    let wanted = |at: usize| {
        let rung = &rungs[at];
        let repeats = match asked[at] {
            0 if rung.baseline => terms.repeats,
            0 if smaller(at) < FIRST || rung.flops * f64::from(few) <= FREE * sweep => few,
            0 => 0,
            repeats => repeats,
        };
        (repeats > asked[at]).then_some(TrialRequest { rung: at, repeats })
    };
    (0..rungs.len()).filter_map(wanted).collect()
}

/// What one family calls for.
enum Call {
    Measure(Vec<TrialRequest>),
    Leave(Vec<Untried>),
}

/// The next rung of each family that may still hold something, or repeats that could spare it; and the
/// rungs that need not be measured.
pub(super) fn further(measured: &Measured<'_>) -> (Vec<TrialRequest>, Vec<Untried>) {
    let few = FEWEST.min(measured.terms.repeats);
    // One that was sent ahead with one repeat, and is not settled by it, gets its second before anything else.
    let ahead = |at: &usize| (1..few).contains(&measured.asked[*at]) && measured.evidence.finished(*at) > 0;
    let more = (0..measured.rungs.len()).filter(ahead).filter(|&at| !measured.is_settled(at));
    let (mut wave, mut untried): (Vec<TrialRequest>, Vec<Untried>) = (Vec::new(), Vec::new());
    wave.extend(more.map(|rung| TrialRequest { rung, repeats: few }));
    if !wave.is_empty() {
        return (wave, untried);
    }
    for family in measured.families() {
        let left: Vec<usize> = measured.family(family).into_iter().filter(|&at| measured.asked[at] == 0).collect();
        if left.is_empty() {
            continue;
        }
        match call(measured, family, &left) {
            Call::Measure(wanted) => wave.extend(wanted),
            Call::Leave(rungs) => untried.extend(rungs),
        }
    }
    // Two families may ask for repeats of the same rung.
    wave.sort_by_key(|wanted| (wanted.rung, std::cmp::Reverse(wanted.repeats)));
    wave.dedup_by_key(|wanted| wanted.rung);
    untried.sort_by_key(|one| one.rung);
    (wave, untried)
}

fn call(measured: &Measured<'_>, family: u32, left: &[usize]) -> Call {
    let next = || measure_next(measured, left);
    let Some(quality) = measured.best.and_then(|best| measured.evidence.quality(best)) else { return next() };
    let room = (measured.terms.range.1 - quality.point).max(0.0);
    if over_limits(measured, family) {
        return leave(left, Why::OverLimits, |_| room);
    }
    if out_of_memory(measured, family, left) {
        return leave(left, Why::SmallerFailed, |_| room);
    }
    match bar_cleared(measured, left) {
        Cleared::Surely => return leave(left, Why::BarCleared, |_| room),
        Cleared::Perhaps(wanted) => return Call::Measure(vec![wanted]),
        Cleared::No => {}
    }
    // The noise of the best is in the room: a lucky best leaves too little.
    let most = (measured.terms.range.1 - quality.lower(measured.terms.confidence)).max(0.0);
    if most < measured.tolerance() {
        return leave(left, Why::NothingLeft, |_| most);
    }
    if let Some(call) = nearly_nothing_left(measured, room, left) {
        return call;
    }
    let curve = measured.curve(family, 0);
    match curve.end {
        End::Level => level(measured, family, &curve, left),
        End::Fall if overfits(measured, &curve) => {
            let last = curve.points.last().map_or(room, |(_, point)| point.y + measured.reach(point.variance));
            leave(left, Why::Overfits, |_| last)
        }
        End::Blind | End::Dip | End::Fall => next(),
    }
}

fn measure_next(measured: &Measured<'_>, left: &[usize]) -> Call {
    let few = FEWEST.min(measured.terms.repeats);
    let repeats = |rung: usize| if trails(measured, rung) { 1 } else { few };
    Call::Measure(left.iter().take(1).map(|&rung| TrialRequest { rung, repeats: repeats(rung) }).collect())
}

/// Whether the last measured rung before this one in its family surely gains too little over the best to matter: one repeat
/// may show that of this one, too.
fn trails(measured: &Measured<'_>, rung: usize) -> bool {
    let family = measured.family(measured.rungs[rung].family);
    let before =
        family.into_iter().take_while(|&at| at != rung).filter(|&at| measured.evidence.finished(at) > 0).last();
    before.is_some_and(|at| measured.is_below(at, -BOUNDED * measured.tolerance()))
        && measured.allowance(rung).is_some()
}

fn leave(left: &[usize], why: Why, gain: impl Fn(usize) -> f64) -> Call {
    Call::Leave(left.iter().map(|&rung| Untried { rung, gain: gain(rung).max(0.0), why }).collect())
}

/// A family whose curve ends at its height: left where the curve bounds every gain, else measured further.
fn level(measured: &Measured<'_>, family: u32, curve: &Curve, left: &[usize]) -> Call {
    let tolerance = BOUNDED * measured.tolerance();
    if !has_capacity_to_spare(measured, curve) || is_open(measured, curve) {
        return measure_next(measured, left);
    }
    let gains: Option<Vec<Gain>> = left.iter().map(|&to| measured.gain(curve, to)).collect();
    let Some(gains) = gains else { return measure_next(measured, left) };
    if gains.iter().any(|gain| gain.point >= tolerance) {
        return measure_next(measured, left);
    }
    if gains.iter().any(|gain| gain.upper >= tolerance) {
        return sharpen(measured, curve, left).unwrap_or_else(|| measure_next(measured, left));
    }
    if measured.terms.certify == Certify::Measure && !bounded_before(measured, family, left) {
        return measure_next(measured, left);
    }
    let upper: BTreeMap<usize, f64> = left.iter().copied().zip(gains.iter().map(|gain| gain.upper)).collect();
    leave(left, Why::CurveBounds, |rung| upper.get(&rung).copied().unwrap_or(f64::INFINITY))
}

/// All repeats of the best, where it looks as if nothing is left to gain and they cost no more than the next rung.
fn nearly_nothing_left(measured: &Measured<'_>, room: f64, left: &[usize]) -> Option<Call> {
    let (best, full) = (measured.best?, measured.terms.repeats);
    let missing = full.saturating_sub(measured.asked[best]);
    let price = f64::from(missing) * measured.rungs[best].flops;
    let next = measured.rungs[*left.first()?].flops * f64::from(FEWEST);
    let worth = room < measured.tolerance() && missing > 0 && price <= next;
    worth.then(|| Call::Measure(vec![TrialRequest { rung: best, repeats: full }]))
}

/// Whether the curve bounded the gains without its largest rung already, so that this one is a check.
fn bounded_before(measured: &Measured<'_>, family: u32, left: &[usize]) -> bool {
    let curve = measured.curve(family, 1);
    let bounded =
        |&to: &usize| measured.gain(&curve, to).is_some_and(|gain| gain.upper < BOUNDED * measured.tolerance());
    curve.end == End::Level && has_capacity_to_spare(measured, &curve) && left.iter().all(bounded)
}

/// More repeats of the curve's last rungs, where these are cheaper than the next rung and the bound is all
/// that keeps it from being left out.
fn sharpen(measured: &Measured<'_>, curve: &Curve, left: &[usize]) -> Option<Call> {
    let full = measured.terms.repeats;
    let missing = |at: usize| f64::from(full.saturating_sub(measured.asked[at])) * measured.rungs[at].flops;
    let last = curve.rising.iter().rev().take(FIRST + 1).map(|(at, _)| *at);
    let wanted: Vec<usize> = last.chain(measured.best).filter(|&at| measured.asked[at] < full).collect();
    let price: f64 = wanted.iter().map(|&at| missing(at)).sum();
    let next = measured.rungs[*left.first()?].flops * f64::from(FEWEST);
    let wave = wanted.into_iter().map(|rung| TrialRequest { rung, repeats: full }).collect::<Vec<TrialRequest>>();
    (!wave.is_empty() && price <= next).then_some(Call::Measure(wave))
}

/// Whether more capacity has been measured than validation rows can use: from the smallest to the largest rung
/// of the curve training quality gained more than validation quality did, by more than the noise. Without
/// that a plateau may be one before a rise. Gains, not levels: luck of the splits is in both rungs alike.
fn has_capacity_to_spare(measured: &Measured<'_>, curve: &Curve) -> bool {
    let (Some((first, low)), Some((last, high))) = (curve.points.first(), curve.points.last()) else { return false };
    let spare = measured.evidence.train_gain(*last, *first).map(|gain| gain - (high.y - low.y));
    let noise = (low.variance + high.variance).sqrt();
    spare.is_some_and(|spare| spare > AHEAD * measured.tolerance() + noise) && measured.has_begun(*last)
}

/// Whether the verdict would have nothing to say of the best but that it is the largest measured: whether
/// some smaller one is good enough is open. One rung more then shows whether the best itself is.
fn is_open(measured: &Measured<'_>, curve: &Curve) -> bool {
    let (Goal::Margin(margin), Some(best)) = (measured.terms.rule, measured.best) else { return false };
    if curve.points.last().is_none_or(|(last, _)| *last != best) {
        return false;
    }
    let smaller = |at: &usize| measured.rungs[*at].parameters < measured.rungs[best].parameters;
    let differences: Vec<(f64, f64)> = measured
        .learners()
        .into_iter()
        .filter(smaller)
        .filter_map(|at| measured.evidence.difference(at, best))
        .map(|found| (found.point, measured.reach(found.standard_error.powi(2))))
        .collect();
    let enough = differences.iter().any(|(point, _)| *point > -AHEAD * margin);
    let hopeless = differences.iter().all(|(point, reach)| point + reach < -margin);
    !enough && !hopeless
}

/// Whether a curve falls for too much capacity: training quality is no lower than at the curve's height. A fall
/// of both is a recipe that fails with size, which says nothing of the next rung.
fn overfits(measured: &Measured<'_>, curve: &Curve) -> bool {
    let height = curve.rising.iter().max_by(|a, b| a.1.y.total_cmp(&b.1.y));
    let (Some((top, _)), Some((last, _))) = (height, curve.points.last()) else { return false };
    measured.evidence.train_gain(*last, *top).is_some_and(|gain| gain > -AHEAD * measured.tolerance())
}

/// Whether a measured rung of a family exceeds a limit; the larger ones then do as well.
fn over_limits(measured: &Measured<'_>, family: u32) -> bool {
    let rungs = measured.family(family);
    let seen = |at: usize| measured.asked[at] > 0 && measured.evidence.finished(at) > 0;
    rungs.into_iter().any(|at| seen(at) && !measured.evidence.within_limits(at))
}

/// Whether a rung of a family ran out of memory that is smaller than all of `left`.
fn out_of_memory(measured: &Measured<'_>, family: u32, left: &[usize]) -> bool {
    let rungs = measured.family(family);
    let before = rungs.into_iter().take_while(|at| !left.contains(at));
    before.into_iter().any(|at| measured.asked[at] > 0 && measured.evidence.is_out_of_memory(at))
}

/// Whether a measured rung clears the bar.
enum Cleared {
    Surely,
    /// It looks so: these repeats would tell.
    Perhaps(TrialRequest),
    No,
}

/// Whether a rung smaller than all of `left`, and within the limits, clears the bar.
fn bar_cleared(measured: &Measured<'_>, left: &[usize]) -> Cleared {
    let Goal::Bar(bar) = measured.terms.rule else { return Cleared::No };
    let (evidence, full) = (measured.evidence, measured.terms.repeats);
    let size = |at: usize| measured.rungs[at].parameters;
    let smallest = left.iter().map(|&at| size(at)).min().unwrap_or(0);
    let over = |at: &usize| evidence.quality(*at).is_some_and(|found| found.point > bar);
    let usable = |at: &usize| size(*at) <= smallest && evidence.within_limits(*at);
    let above: Vec<usize> = measured.learners().into_iter().filter(usable).filter(over).collect();
    let surely = |at: &usize| evidence.quality(*at).is_some_and(|found| found.lower(measured.terms.confidence) > bar);
    if above.iter().any(|at| measured.asked[*at] >= full && surely(at)) {
        return Cleared::Surely;
    }
    let unsure = above.into_iter().filter(|&at| measured.asked[at] < full);
    let cheapest = unsure.min_by(|&a, &b| measured.rungs[a].flops.total_cmp(&measured.rungs[b].flops));
    cheapest.map_or(Cleared::No, |rung| Cleared::Perhaps(TrialRequest { rung, repeats: full }))
}
