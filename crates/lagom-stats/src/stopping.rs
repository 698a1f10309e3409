//! When a training can't matter any more: an upper bound of where its own curve leads.
//!
//! Loss says nothing here: a candidate that is as accurate may have twice the loss. So the curve is in the study's metric.
//! The bound has no model of the curve. It takes the fastest rise of late to go on to the end of the schedule, several
//! times over, since a learning rate that falls along a cosine lifts most curves once more at the end.

use serde::{Deserialize, Serialize};

/// Version of the rule: part of the content address of every training that it ended. Raise it when it ends others.
pub const STOPPING: u32 = 1;
/// Before this share of its schedule no training is judged: large networks start slowly.
const EARLIEST: f64 = 0.5;
/// With fewer looks there is no course to go by.
const FEWEST: usize = 8;
/// How many times the rise of late may go on.
const MULTIPLE: f64 = 2.0;
/// What one look differs from the next by, of late, so many times over: the noise of the curve, and least it may rise.
const FLUCTUATION: f64 = 4.0;

/// One look at a training on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Steps done.
    pub step: u64,
    /// Quality by then; higher is better.
    pub quality: f64,
}

/// Where a training ends since it can't matter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// Steps done.
    pub step: u64,
    /// Steps that the schedule was laid out for.
    pub horizon: u64,
    /// The best quality by then; higher is better.
    pub quality: f64,
    /// What it could at most have reached.
    pub ceiling: f64,
}

/// Whether a training that has been seen so far can't reach `target` in the rest of its schedule of `horizon` steps.
#[must_use]
pub fn stops(seen: &[Seen], horizon: u64, target: f64) -> Option<Stop> {
    let last = seen.last()?;
    let ceiling = ceiling(seen, horizon)?;
    let quality = highest(seen, last.step);
    (ceiling < target).then_some(Stop { step: last.step, horizon, quality, ceiling })
}

/// The most that a training can reach by its curve so far; `seen` in the order of the steps. None before the curve says
/// anything.
///
/// best + `MULTIPLE` × rise a step × steps left + `FLUCTUATION` × change from look to look, where the rise is that of
/// the best over the last half or the last quarter of the steps, whichever is faster, and the change is the mean one over the
/// last half. Constants: log/2026-11-24-early-stopping.md.
#[must_use]
pub fn ceiling(seen: &[Seen], horizon: u64) -> Option<f64> {
    let now = seen.last()?.step;
    if seen.len() < FEWEST
        || (now as f64) < EARLIEST * horizon as f64
        || !seen.iter().all(|one| one.quality.is_finite())
    {
        return None;
    }
    let best = highest(seen, now);
    let rise = |share: f64| {
        let from = ((1.0 - share) * now as f64).floor() as u64;
        (best - highest(seen, from)) / (now - from).max(1) as f64
    };
    let late: Vec<f64> = seen.iter().filter(|one| one.step > now / 2).map(|one| one.quality).collect();
    let changes: Vec<f64> = late.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    let left = horizon.saturating_sub(now) as f64;
    let change = if changes.is_empty() { 0.0 } else { super::mean(&changes) };
    Some(best + MULTIPLE * rise(0.5).max(rise(0.25)) * left + FLUCTUATION * change)
}

/// The best quality by a step; the first one where nothing was seen by then.
fn highest(seen: &[Seen], by: u64) -> f64 {
    let before = seen.iter().filter(|one| one.step <= by).map(|one| one.quality);
    before.reduce(f64::max).or(seen.first().map(|one| one.quality)).unwrap_or(f64::NEG_INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks every ten of 400 steps.
    fn course(quality: impl Fn(f64) -> f64, looks: u64) -> Vec<Seen> {
        (1..=looks).map(|at| Seen { step: 10 * at, quality: quality(10.0 * at as f64) }).collect()
    }

    #[test]
    fn a_straight_rise_is_bounded_by_its_own_arithmetic() {
        // 0.001 a step to step 200 gives 0.2; 200 steps are left; each look is 0.01 above the one before.
        let seen = course(|step| 0.001 * step, 20);
        let expected = 0.2 + MULTIPLE * 0.001 * 200.0 + FLUCTUATION * 0.01;
        assert!((ceiling(&seen, 400).expect("half is done") - expected).abs() < 1e-12);
    }

    #[test]
    fn a_flat_curve_stays_where_it_is_and_a_fall_bounds_nothing_away() {
        let flat = course(|_| 0.7, 20);
        assert_eq!(ceiling(&flat, 400), Some(0.7));
        let stop = stops(&flat, 400, 0.71).expect("it can't reach 0.71");
        assert_eq!((stop.step, stop.horizon, stop.quality, stop.ceiling), (200, 400, 0.7, 0.7));
        assert_eq!(stops(&flat, 400, 0.7), None, "it is there already");
        // The best so far was reached once and can be again.
        let fallen = course(|step| if step == 150.0 { 0.9 } else { 0.5 }, 20);
        assert!(ceiling(&fallen, 400).expect("half is done") > 0.9);
    }

    #[test]
    fn early_and_few_looks_say_nothing() {
        assert_eq!(ceiling(&course(|_| 0.7, 19), 400), None, "190 of 400 steps");
        assert!(ceiling(&course(|_| 0.7, 20), 400).is_some());
        assert_eq!(ceiling(&course(|_| 0.7, 7), 80), None, "seven looks");
        assert_eq!(ceiling(&[], 400), None);
        assert_eq!(stops(&course(|_| f64::NAN, 20), 400, 1.0), None);
    }

    #[test]
    fn the_bound_holds_where_a_law_of_powers_goes_on() {
        // Quality 0.9 − 0.5·step^−a: from any look on, what is left is less than what the last half of the steps gained.
        for exponent in [0.2, 0.5, 1.0] {
            let law = |step: f64| 0.9 - 0.5 * step.powf(-exponent);
            for looks in 20..40 {
                let found = ceiling(&course(law, looks), 400).expect("far enough");
                assert!(found >= law(400.0), "{exponent}, {looks}: {found}");
            }
        }
    }
}
