//! The learning rate, and the momentum of one-cycle, step by step.

use std::f64::consts::PI;

use super::recipe::Recipe;
use super::settings::Schedule;

/// PyTorch's `OneCycleLR`: what the peak is over where it begins (`div_factor`), and what that is over where it ends
/// (`final_div_factor`).
const BEGINS: f64 = 25.0;
const ENDS: f64 = 1e4;
/// Its momentum at the peak of the rate and at both ends (`base_momentum`, `max_momentum`).
const MOMENTUM: (f64, f64) = (0.85, 0.95);

/// Half a cosine from `from` to `to`; `done` of it.
fn cosine(from: f64, to: f64, done: f64) -> f64 {
    to + (from - to) * 0.5 * (1.0 + (PI * done).cos())
}

/// Learning rate of step `step` (from 1) of a schedule of `horizon` steps with peak `peak`.
pub(super) fn rate_at(recipe: &Recipe, step: u64, horizon: u64, peak: f64) -> f64 {
    if recipe.schedule == Schedule::OneCycle {
        return one_cycle(recipe, (step, horizon), (peak / BEGINS, peak, peak / BEGINS / ENDS));
    }
    let warm = (recipe.warm_up * horizon as f64).ceil().max(1.0);
    let at = step as f64;
    if at <= warm {
        return peak * at / warm;
    }
    let done = (at - warm) / (horizon as f64 - warm + 1.0);
    match recipe.schedule {
        Schedule::Cosine | Schedule::OneCycle => peak * 0.5 * (1.0 + (PI * done.min(1.0)).cos()),
        Schedule::Constant => peak,
        Schedule::Step if done < 0.5 => peak,
        Schedule::Step if done < 0.75 => peak * 0.1,
        Schedule::Step => peak * 0.01,
        Schedule::Linear => peak * (1.0 - done.min(1.0)),
    }
}

/// Momentum of that step, where the schedule changes it: that of SGD, and the first beta of Adam, AdamW and Lion.
pub(super) fn momentum_at(recipe: &Recipe, step: u64, horizon: u64) -> Option<f64> {
    let (least, most) = MOMENTUM;
    (recipe.schedule == Schedule::OneCycle).then(|| one_cycle(recipe, (step, horizon), (most, least, most)))
}

/// Goes from the first to the second value in the warm-up's share of the steps, and on to the third; steps count from 1.
fn one_cycle(recipe: &Recipe, (step, horizon): (u64, u64), (first, second, third): (f64, f64, f64)) -> f64 {
    let (at, turn, end) = (step as f64 - 1.0, recipe.warm_up * horizon as f64 - 1.0, horizon as f64 - 1.0);
    if at <= turn {
        cosine(first, second, if turn > 0.0 { at / turn } else { 1.0 })
    } else {
        cosine(second, third, ((at - turn) / (end - turn)).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(schedule: Schedule, warm_up: f64) -> Recipe {
        Recipe { schedule, warm_up, ..Recipe::default() }
    }

    #[test]
    fn each_schedule_goes_as_it_says() {
        let at = |schedule, warm_up, step| rate_at(&recipe(schedule, warm_up), step, 100, 2.0);
        for schedule in [Schedule::Cosine, Schedule::Constant, Schedule::Step, Schedule::Linear] {
            // The warm-up: a tenth of the steps, in even steps up to the peak; without one the first step has the peak.
            assert_eq!((at(schedule, 0.1, 1), at(schedule, 0.1, 5), at(schedule, 0.1, 10)), (0.2, 1.0, 2.0));
            assert_eq!(at(schedule, 0.0, 1), 2.0);
        }
        assert_eq!(at(Schedule::Constant, 0.1, 100), 2.0);
        // Behind ten steps of warm-up 91 parts are left: step 55 has done 45 of them, 56 has done 46 (0.505), 79 has done 69 (0.758).
        let steps = [55, 56, 78, 79, 100].map(|step| at(Schedule::Step, 0.1, step));
        assert_eq!(steps, [2.0, 0.2, 0.2, 0.02, 0.02]);
        // 2 · (1 - 45 / 91) and 2 · (1 - 90 / 91).
        assert!((at(Schedule::Linear, 0.1, 55) - 2.0 * 46.0 / 91.0).abs() < 1e-12);
        assert!((at(Schedule::Linear, 0.1, 100) - 2.0 / 91.0).abs() < 1e-12);
    }

    #[test]
    fn one_cycle_peaks_where_it_should_and_its_momentum_dips_there() {
        let recipe = recipe(Schedule::OneCycle, 0.3);
        let rates: Vec<f64> = (1..=100).map(|step| rate_at(&recipe, step, 100, 2.0)).collect();
        let top = rates.iter().copied().fold(0.0, f64::max);
        // 0.3 · 100 - 1 = 29: the thirtieth step.
        assert_eq!((rates.iter().position(|rate| *rate == top), top), (Some(29), 2.0));
        assert!((rates[0] - 2.0 / 25.0).abs() < 1e-12 && (rates[99] - 2.0 / 25.0 / 1e4).abs() < 1e-12);
        assert!(rates[..30].windows(2).all(|pair| pair[0] < pair[1]));
        assert!(rates[29..].windows(2).all(|pair| pair[0] > pair[1]));
        let momentum = |step| momentum_at(&recipe, step, 100).unwrap();
        assert!((momentum(1) - 0.95).abs() < 1e-12 && (momentum(30) - 0.85).abs() < 1e-12);
        assert!((momentum(100) - 0.95).abs() < 1e-12);
        assert_eq!(momentum_at(&Recipe::default(), 30, 100), None);
    }
}
