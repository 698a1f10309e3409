//! The race: which pairs come next, as a function of those measured.

use super::effects::{best, by_lever, gains, is_idle, of};
use super::types::{Arm, MeasuredArm, Stage, StageSize, Try};
use crate::stats::Estimate;
use crate::study::Setting;
use crate::verdict::{CandidateResults, differences};

/// Repeats that every setting gets: fewer have no spread between repeats.
const FIRST: u32 = 2;
/// Most levers that are tried together.
const TOGETHER: usize = 3;
/// A lever is tried together with others if a gain is at least this sure, one-sided: levers with a half-seen gain may still add up, noise
/// should not be trained.
const PLAUSIBLE: f64 = 0.8;
/// Shares of the budget that are spent once the first repeats, and all repeats of single levers, are there; what is left is for pairs.
const SHARES: (f64, f64) = (0.5, 0.8);

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Train these arms up to so many repeats, as far as they are not there.
    Train(Vec<Wanted>),
    /// Nothing is left to train before the confirmation.
    Done,
}

/// An arm that is to have so many repeats.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Which.
    pub arm: Arm,
    /// How many, from the first one on.
    pub repeats: u32,
}

/// The next pairs of a stage.
#[must_use]
pub fn next(stage: &Stage, measured: &[MeasuredArm]) -> Step {
    let singles = || measured.iter().filter(|one| one.arm.settings.len() == 1);
    let wanted = if measured.is_empty() {
        first(stage)
    } else if measured.iter().any(|one| one.arm.settings.len() > 1) {
        Vec::new()
    } else {
        let level = singles().map(|one| one.asked).max().unwrap_or(stage.terms.repeats);
        let longer = longer(stage, measured, level);
        if longer.is_empty() { together(stage, measured) } else { longer }
    };
    if wanted.is_empty() { Step::Done } else { Step::Train(with_plain(stage, measured, wanted)) }
}

/// The operations that the trainings of a stage took so far: of all arms but the plain recipe of the choice, which the verdict has
/// trained.
#[must_use]
pub fn spent(stage: &Stage, measured: &[MeasuredArm]) -> f64 {
    let counted = measured.iter().filter(|one| one.arm != Arm::plain(0));
    counted.map(|one| one.flops(stage.planned_flops(&one.arm))).sum()
}

/// The smallest budget of a stage that trains one pair and can confirm it, in operations; none where nothing is tried.
#[must_use]
pub fn smallest_budget(stage: &Stage) -> Option<f64> {
    let pairs = stage.sizes.iter().enumerate().flat_map(|(size, of)| of.tries.iter().map(move |one| (size, one)));
    let cost = |(size, one): (usize, &Try)| {
        let plain = if size == 0 { 0.0 } else { stage.planned_flops(&Arm::plain(size)) };
        f64::from(first_repeats(stage)) * (stage.planned_flops(&Arm::single(size, one.setting.clone())) + plain)
    };
    let cheapest = pairs.filter(|(_, one)| !one.control).map(cost).reduce(f64::min)?;
    Some(cheapest + reserve(stage))
}

/// What a stage takes that tries every setting at every size at least in its first repeats, and goes on as long with what survives, in
/// operations.
#[must_use]
pub fn ample_budget(stage: &Stage) -> f64 {
    let of_size = |(size, of): (usize, &StageSize)| {
        let tries: f64 = of.tries.iter().map(|one| stage.planned_flops(&Arm::single(size, one.setting.clone()))).sum();
        f64::from(first_repeats(stage)) * (tries + stage.planned_flops(&Arm::plain(size)))
    };
    // The first repeats go on as far as half of the budget does.
    2.0 * stage.sizes.iter().enumerate().map(of_size).sum::<f64>() + reserve(stage)
}

/// What is kept for the confirmation: the arm and its partner on half of their rows, in every repeat, at every size.
fn reserve(stage: &Stage) -> f64 {
    stage.sizes.iter().map(|size| size.flops * f64::from(stage.terms.repeats)).sum()
}

fn first_repeats(stage: &Stage) -> u32 {
    FIRST.min(stage.terms.repeats)
}

/// What may have been spent once a share of the budget is; without a budget there is no end.
fn limit(stage: &Stage, share: f64) -> f64 {
    stage.terms.budget.map_or(f64::INFINITY, |budget| (budget - reserve(stage)).max(0.0) * share)
}

/// The first repeats: the first setting of every lever at every size before the second of any, as far as half of the budget goes, but one
/// pair at least.
fn first(stage: &Stage) -> Vec<Wanted> {
    let repeats = first_repeats(stage);
    let mut left = limit(stage, SHARES.0);
    let mut wanted: Vec<Wanted> = Vec::new();
    let mut sizes = vec![false; stage.sizes.len()];
    for (size, one) in in_turn(stage) {
        let arm = Arm::single(size, one.setting.clone());
        let plain = if size == 0 || sizes[size] { 0.0 } else { stage.planned_flops(&Arm::plain(size)) };
        let cost = f64::from(repeats) * (stage.planned_flops(&arm) + plain);
        if cost <= left || (wanted.is_empty() && !one.control) {
            left -= cost;
            sizes[size] = true;
            wanted.push(Wanted { arm, repeats });
        }
    }
    wanted
}

/// All settings, in the order in which they get their first repeats. A control comes with the first setting of its lever.
fn in_turn(stage: &Stage) -> Vec<(usize, &Try)> {
    let turn = |size: usize, at: usize| {
        let tries = &stage.sizes[size].tries;
        let own = &tries[at];
        let before = tries[..at].iter().filter(|one| one.setting.lever == own.setting.lever && !one.control).count();
        if own.control { 0 } else { before }
    };
    let mut all: Vec<(usize, usize)> =
        (0..stage.sizes.len()).flat_map(|size| (0..stage.sizes[size].tries.len()).map(move |at| (size, at))).collect();
    all.sort_by_key(|&(size, at)| (turn(size, at), size, at));
    all.into_iter().map(|(size, at)| (size, &stage.sizes[size].tries[at])).collect()
}

/// The repeats of the next step of the race.
fn after(level: u32, repeats: u32) -> Option<u32> {
    let middle = repeats.div_ceil(2);
    [middle, repeats].into_iter().find(|step| *step > level)
}

/// Moments at which the gain of a setting is looked at.
pub(super) fn steps(repeats: u32) -> usize {
    std::iter::successors(Some(FIRST.min(repeats)), |level| after(*level, repeats)).count()
}

/// More repeats for the single settings that may still gain what is worth having, the largest gains first, as far as the budget goes.
fn longer(stage: &Stage, measured: &[MeasuredArm], level: u32) -> Vec<Wanted> {
    let Some(repeats) = after(level, stage.terms.repeats) else { return Vec::new() };
    let gains = gains(stage, measured);
    let mut alive: Vec<usize> =
        (0..measured.len()).filter(|at| survives(stage, measured, &gains, (*at, level))).collect();
    let point = |at: usize| gains[at].as_ref().map_or(f64::NEG_INFINITY, |gain| gain.point);
    alive.sort_by(|a, b| point(*b).total_cmp(&point(*a)).then(a.cmp(b)));
    let mut left = limit(stage, SHARES.1) - spent(stage, measured);
    let mut wanted = Vec::new();
    for at in alive {
        let mut arms = vec![&measured[at]];
        // What it is held against goes as far as itself.
        let of_lever = |other: &&MeasuredArm| {
            other.arm.size == measured[at].arm.size
                && other.arm.lever() == measured[at].arm.lever()
                && stage.is_control(&other.arm)
                && !wanted.iter().any(|one: &Wanted| one.arm == other.arm)
        };
        arms.extend(measured.iter().filter(of_lever));
        let cost: f64 = arms.iter().map(|one| further(stage, measured, one, repeats)).sum();
        if cost <= left {
            left -= cost;
            wanted.extend(arms.into_iter().map(|one| Wanted { arm: one.arm.clone(), repeats }));
        }
    }
    wanted
}

/// Whether a setting is worth further repeats: none failed, its upper bound leaves a gain worth having, it changes an answer at all, and
/// no other setting of its lever is surely better.
fn survives(stage: &Stage, measured: &[MeasuredArm], gains: &[Option<Estimate>], (at, level): (usize, u32)) -> bool {
    let one = &measured[at];
    let upper = gains[at].as_ref().map(|gain| gain.upper(stage.terms.confidence));
    one.arm.settings.len() == 1
        && one.asked == level
        && !stage.is_control(&one.arm)
        && upper.is_some_and(|upper| upper >= stage.terms.worth)
        && !is_idle(measured, one)
        && !is_outdone(stage, measured, gains, at)
}

/// Whether a setting is surely worse than the best one of its lever, on shared repeats: only the best stands for a lever.
fn is_outdone(stage: &Stage, measured: &[MeasuredArm], gains: &[Option<Estimate>], at: usize) -> bool {
    let own = &measured[at].arm;
    let levers = by_lever(stage, measured, own.size);
    let Some(places) = levers.iter().find(|places| places.contains(&at)) else { return false };
    let Some(leader) = best(places, measured, gains).filter(|leader| *leader != at) else { return false };
    let others: Vec<usize> = places.iter().copied().filter(|one| *one != leader && gains[*one].is_some()).collect();
    let entries: Vec<&CandidateResults> = others.iter().map(|one| &measured[*one].entry).collect();
    let found = differences(stage.terms.metric, &entries, &measured[leader].entry);
    let own = others.iter().zip(found).find(|(one, _)| **one == at).and_then(|(_, found)| found);
    own.is_some_and(|found| found.upper(stage.terms.confidence) < 0.0)
}

/// Operations of the repeats that an arm lacks, and the plain recipe of its size beside it.
fn further(stage: &Stage, measured: &[MeasuredArm], one: &MeasuredArm, repeats: u32) -> f64 {
    let of_one = |one: &MeasuredArm| {
        let planned = stage.planned_flops(&one.arm);
        let done = one.entry.repeats.len() + one.entry.failures.len();
        let each = if done == 0 { planned } else { one.flops(planned) / done as f64 };
        each * f64::from(repeats.saturating_sub(one.asked))
    };
    let plain = of(measured, &Arm::plain(one.arm.size)).filter(|plain| plain.arm.size > 0 && plain.asked < repeats);
    of_one(one) + plain.map_or(0.0, of_one)
}

/// The best settings of the best levers in pairs and all together, at each size, as far as the budget goes.
fn together(stage: &Stage, measured: &[MeasuredArm]) -> Vec<Wanted> {
    let gains = gains(stage, measured);
    let mut left = limit(stage, 1.0) - spent(stage, measured);
    let mut wanted = Vec::new();
    for size in 0..stage.sizes.len() {
        let chosen = promising(stage, measured, &gains, size);
        let setting = |at: &usize| measured[*at].arm.settings[0].clone();
        let settings: Vec<Setting> = chosen.iter().map(setting).collect();
        for settings in sets(&settings) {
            let arm = Arm { size, settings };
            let cost = stage.planned_flops(&arm) * f64::from(stage.terms.repeats);
            if cost <= left {
                left -= cost;
                wanted.push(Wanted { arm, repeats: stage.terms.repeats });
            }
        }
    }
    wanted
}

/// The levers that are tried together at a size, the largest gain first.
fn promising(stage: &Stage, measured: &[MeasuredArm], gains: &[Option<Estimate>], size: usize) -> Vec<usize> {
    let levers = by_lever(stage, measured, size);
    let sure = |at: &usize| gains[*at].as_ref().is_some_and(|gain| gain.lower(PLAUSIBLE) > 0.0);
    let mut found: Vec<usize> = levers.iter().filter_map(|places| best(places, measured, gains)).filter(sure).collect();
    let point = |at: usize| gains[at].as_ref().map_or(f64::NEG_INFINITY, |gain| gain.point);
    found.sort_by(|a, b| point(*b).total_cmp(&point(*a)).then(a.cmp(b)));
    found.truncate(TOGETHER);
    found
}

/// All sets of two, and the whole set where it is larger.
fn sets(settings: &[Setting]) -> Vec<Vec<Setting>> {
    let pairs = (0..settings.len()).flat_map(|a| (a + 1..settings.len()).map(move |b| (a, b)));
    let mut found: Vec<Vec<Setting>> = pairs.map(|(a, b)| vec![settings[a].clone(), settings[b].clone()]).collect();
    if settings.len() > 2 {
        found.insert(0, settings.to_vec());
    }
    found
}

/// The same with the plain recipe of each size, as far as the arms go.
fn with_plain(stage: &Stage, measured: &[MeasuredArm], wanted: Vec<Wanted>) -> Vec<Wanted> {
    let needed = (0..stage.sizes.len()).filter_map(|size| {
        let repeats = wanted.iter().filter(|one| one.arm.size == size).map(|one| one.repeats).max()?;
        let plain = Arm::plain(size);
        let asked = of(measured, &plain).map_or(0, |one| one.asked);
        (asked < repeats).then_some(Wanted { arm: plain, repeats })
    });
    let needed: Vec<Wanted> = needed.collect();
    needed.into_iter().chain(wanted).collect()
}
