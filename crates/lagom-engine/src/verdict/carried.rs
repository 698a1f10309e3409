//! From the models that were measured to the pair that is handed over.
//!
//! What the repeats measure is the mean difference of two candidates that were trained on a part of the rows. What is handed
//! over is one training of each on all of them. A test has to hold for those:
//!
//! - **Growth.** A larger size gains more from the further rows. Each repeat is trained once more on half of its rows, and
//!   what the difference changed by in that doubling, on the same sealed rows, is carried over the `log2(rows handed over /
//!   rows of a repeat)` doublings that are left: `d + k (d − d_half)`, example by example, so that its standard error holds
//!   the error of the growth. Errors fall ever more slowly, so that this goes rather too far. Only an unfavourable
//!   change counts: the bound is the lowest of the difference as measured, as carried, and of the next point.
//! - **All unseen rows.** The reference was picked on validation rows, and what passes first is what the sealed rows happen to
//!   favour. So the bound has to hold on sealed and validation rows together, too: there the one selection counters the other.
//! - **Luck.** One training differs from the next ([`TrainingLuck`]): its variance is added.
//!
//! A model that is asked neither grows nor has luck. Figures: log/2026-11-28-handed-over.md.

use std::collections::HashMap;

use super::compare::{Values, alone, larger, paired};
use super::holdout::Holdout;
use super::types::{CandidateResults, Carried, RepeatOutcomes, Scored, Test};
use crate::data::HoldoutAccess;
use crate::metric::Metric;
use crate::stats::{CrossedMean, Estimate, Repeat, TrainingLuck, mean};

/// One candidate of a test with its sealed outcomes opened.
pub(super) struct Arm<'a> {
    pub(super) entry: &'a CandidateResults,
    pub(super) full: Holdout,
    pub(super) half: Holdout,
}

impl<'a> Arm<'a> {
    pub(super) fn open(entry: &'a CandidateResults, look: &HoldoutAccess) -> Self {
        let open = |repeats| Holdout::open(entry, repeats, look);
        Self { entry, full: open(&entry.repeats), half: open(&entry.halves) }
    }

    /// Its outcomes with all rows of a repeat, or with half of them; a model that is asked has but one sort.
    fn scored(&self, half: bool) -> Vec<Scored<'_>> {
        if half && self.grows() { self.half.scored() } else { self.full.scored() }
    }

    fn validated(&self, half: bool) -> Vec<Scored<'_>> {
        let repeats = if half && self.grows() { &self.entry.halves } else { &self.entry.repeats };
        let units = self.entry.row_units();
        let scored = |one: &'a RepeatOutcomes| Scored {
            repeat: one.repeat,
            examples: &one.rows,
            outcomes: &one.validation,
            units,
            gaps: one.gaps.as_ref(),
        };
        repeats.iter().map(scored).collect()
    }

    fn grows(&self) -> bool {
        self.entry.handed_over_on.is_some()
    }

    /// Rows that a repeat was trained on.
    fn rows(&self, repeat: u32, half: bool) -> Option<f64> {
        let repeats = if half { &self.entry.halves } else { &self.entry.repeats };
        let own = repeats.iter().find(|one| one.repeat == repeat)?;
        (own.facts.train_rows > 0).then_some(own.facts.train_rows as f64)
    }
}

/// What a test compares: a candidate with another one, or alone.
pub(super) struct ComparedPair<'a> {
    pub(super) metric: Metric,
    pub(super) candidate: &'a Arm<'a>,
    pub(super) against: Option<&'a Arm<'a>>,
    /// What other candidates' differences to the same one tell of the luck of a training.
    pub(super) others: &'a [CrossedMean],
}

/// What is known of a pair.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The mean over repeats.
    pub(super) measured: Estimate,
    /// None where nothing is trained.
    onward: Option<Onward>,
}

/// What is known of the pair that is handed over.
#[derive(Clone, Debug)]
struct Onward {
    rows: (u64, u64),
    luck: f64,
    /// One training each, on as many rows as measured.
    one_more: Estimate,
    /// The same on all rows that the repeats have not trained on, those that they validated on among them.
    unseen: Estimate,
    /// One training each on all rows, and the change up to there.
    grown: Option<(Estimate, Estimate)>,
}

/// One repeat of a pair: its number and values.
type Numbered<'a> = (u32, Values<'a>);

impl ComparedPair<'_> {
    /// None where the two share nothing, or the metric is not defined on it.
    pub(super) fn found(&self) -> Option<Found> {
        let full = self.values(&self.candidate.scored(false), self.against.map(|side| side.scored(false)));
        let measured = crossed(&full, true)?;
        let Some(rows) = self.rows() else {
            return Some(Found { measured: measured.estimate(), onward: None });
        };
        let own = self.unseen(false).unwrap_or_else(|| measured.clone());
        let luck = TrainingLuck::of(&own, self.others);
        let half = self.values(&self.candidate.scored(true), self.against.map(|side| side.scored(true)));
        let bounded = self.unseen(true).filter(|half| half.repeats() > 1).map_or(luck, |half| luck.at_most(&half));
        let grown =
            self.grown(&full, &half).map(|(grown, growth)| (grown.of_one_more(bounded), growth.of_all(bounded)));
        let unseen = own.of_one_more(bounded);
        let luck_of_one = bounded.variance.sqrt();
        let onward = Onward { rows, luck: luck_of_one, one_more: measured.of_one_more(bounded), unseen, grown };
        Some(Found { measured: measured.of_all(luck), onward: Some(onward) })
    }

    fn sides(&self) -> impl Iterator<Item = &Arm<'_>> {
        std::iter::once(self.candidate).chain(self.against)
    }

    /// Rows that a repeat was trained on, and those that the models handed over are; none where nothing is trained.
    fn rows(&self) -> Option<(u64, u64)> {
        let side = self.sides().find(|side| side.grows())?;
        let trained: Vec<f64> = side.entry.repeats.iter().map(|one| one.facts.train_rows as f64).collect();
        Some((mean(&trained).round() as u64, side.entry.handed_over_on?))
    }

    fn values<'s>(&self, ours: &[Scored<'s>], theirs: Option<Vec<Scored<'s>>>) -> Vec<Numbered<'s>> {
        let one = |ours: &Scored<'s>| {
            let values = match &theirs {
                None => alone(self.metric, *ours),
                Some(theirs) => {
                    paired(self.metric, *ours, *theirs.iter().find(|partner| partner.repeat == ours.repeat)?)
                }
            };
            Some((ours.repeat, values?))
        };
        ours.iter().filter_map(one).collect()
    }

    /// The mean on all rows that a repeat has not trained on, those that it validated on among them: for its luck.
    fn unseen(&self, half: bool) -> Option<CrossedMean> {
        let sealed = self.values(&self.candidate.scored(half), self.against.map(|side| side.scored(half)));
        let validated = self.values(&self.candidate.validated(half), self.against.map(|side| side.validated(half)));
        // Rows of one holdout are numbered among the sealed ones, others by their place in the data set: they are kept apart.
        let apart = if self.candidate.entry.is_cross_fitted() { 0 } else { 1 << 31 };
        let mut all = sealed;
        for (repeat, values) in &mut all {
            if let Some((_, more)) = validated.iter().find(|(other, _)| other == repeat) {
                values.examples.to_mut().extend(more.examples.iter().map(|example| example | apart));
                values.values.extend(&more.values);
            }
        }
        crossed(&all, false)
    }

    /// The difference carried to all rows, and the change up to there; none without two repeats on half of the rows.
    fn grown(&self, full: &[Numbered<'_>], half: &[Numbered<'_>]) -> Option<(CrossedMean, CrossedMean)> {
        let (mut grown, mut growth) = (Vec::new(), Vec::new());
        for (repeat, values) in full {
            let Some((_, fewer)) = half.iter().find(|(other, _)| other == repeat) else { continue };
            let Some(doublings) = self.doublings(*repeat) else { continue };
            let places: HashMap<u32, usize> =
                fewer.examples.iter().enumerate().map(|(at, &example)| (example, at)).collect();
            let shared = values.examples.iter().zip(&values.values);
            let shared = shared.filter_map(|(example, value)| {
                let at = *places.get(example)?;
                Some((*example, *value, doublings * (value - fewer.values[at])))
            });
            let shared: Vec<(u32, f64, f64)> = shared.collect();
            let examples: Vec<u32> = shared.iter().map(|one| one.0).collect();
            let of = |found: Vec<f64>| Values {
                examples: examples.clone().into(),
                values: found,
                flip: None,
                units: values.units,
            };
            growth.push((*repeat, of(shared.iter().map(|one| one.2).collect())));
            let carried = of(shared.iter().map(|one| one.1 + one.2).collect());
            grown.push((*repeat, Values { flip: values.flip, ..carried }));
        }
        if grown.len() < 2 {
            return None;
        }
        Some((crossed(&grown, true)?, crossed(&growth, false)?))
    }

    /// How many times the measured change (from half of its rows to all of a repeat's) is still to come.
    fn doublings(&self, repeat: u32) -> Option<f64> {
        let side = self.sides().find(|side| side.grows())?;
        let (full, half) = (side.rows(repeat, false)?, side.rows(repeat, true)?);
        let all = side.entry.handed_over_on? as f64;
        (full > half).then(|| ((all / full).ln() / (full / half).ln()).max(0.0))
    }
}

impl Found {
    /// The same qualities as distances above a bar, which is oriented as they are.
    pub(super) fn above(mut self, bar: f64) -> Self {
        self.measured.point -= bar;
        if let Some(onward) = &mut self.onward {
            onward.one_more.point -= bar;
            onward.unseen.point -= bar;
            if let Some((grown, _)) = &mut onward.grown {
                grown.point -= bar;
            }
        }
        self
    }

    /// The one-sided p-value of "the pair handed over is at most `threshold` apart".
    pub(super) fn p_value(&self, threshold: f64) -> f64 {
        let measured = self.measured.p_value(threshold);
        let onward = self.onward.as_ref().and_then(|onward| Some((onward, &onward.grown.as_ref()?.0)));
        onward.map_or(measured, |(onward, grown)| {
            let all = [&onward.one_more, &onward.unseen, grown];
            all.into_iter().map(|bound| bound.p_value(threshold)).fold(measured, f64::max)
        })
    }

    /// Widens the bounds of a test on the mean over repeats to those of the pair that is handed over.
    pub(super) fn carry(&self, test: &mut Test, confidence: f64) {
        let Some(onward) = &self.onward else { return };
        let (measured_lower, measured_upper) = (test.lower, test.upper);
        let decides = test.passed || (test.upper < 0.0 && test.difference.point < test.threshold);
        let grown = onward.grown.as_ref().map(|(grown, _)| grown);
        for bound in [Some(&onward.one_more), Some(&onward.unseen), grown].into_iter().flatten() {
            test.lower = test.lower.min(bound.lower(confidence));
            test.upper = test.upper.max(bound.upper(confidence));
        }
        test.passed = grown.is_some() && test.lower > test.threshold;
        test.carried = Some(Carried {
            trained_on: onward.rows.0,
            handed_over_on: onward.rows.1,
            measured_lower,
            measured_upper,
            luck: onward.luck,
            growth: onward.grown.as_ref().map(|(_, growth)| growth.clone()),
            awaits_growth: decides && grown.is_none(),
        });
    }
}

fn crossed(repeats: &[Numbered<'_>], floored: bool) -> Option<CrossedMean> {
    let flip = repeats.iter().filter_map(|(_, values)| values.flip).reduce(larger).filter(|_| floored);
    let units = repeats.first().and_then(|(_, one)| one.units);
    let repeats: Vec<Repeat<'_>> =
        repeats.iter().map(|(_, one)| Repeat { examples: &one.examples, values: &one.values }).collect();
    CrossedMean::clustered(&repeats, flip, units).ok()
}

#[cfg(test)]
#[path = "carried_tests.rs"]
mod tests;
