//! The numbers of all candidates, ready to be compared: differences, bounds and means.

use super::findings::{Comparison, Discordance, Evidence};
use super::paired::Paired;
use crate::scores::{CandidateFacts, Scores, Summaries};
use crate::stats::{Bounded, Discordant, Estimate, SeedLuck, StatsError, Summary, unpaired, wilson};

/// All candidates of one task. Scores are turned so that higher is better.
pub(super) struct ScoreMatrix {
    /// Names, in the order of the files.
    pub(super) names: Vec<String>,
    /// What is known about each.
    pub(super) facts: Vec<CandidateFacts>,
    /// Examples of each, where that is known.
    pub(super) examples: Option<u64>,
    /// 1, or −1 where lower scores are better.
    pub(super) turn: f64,
    /// Share of the examples that were left out since some candidate has no score of them: what they may be widens every bound.
    left_out: f64,
    /// What means alone can be, turned; without bounds where nobody knows, and for scores.
    limits: (f64, f64),
    numbers: Numbers,
}

/// One value an example for each candidate, and the clusters of the examples where there are some.
pub(super) struct Columns<'a> {
    pub(super) values: &'a [Vec<f64>],
    pub(super) clusters: Option<&'a [u32]>,
}

enum Numbers {
    Paired(Paired),
    Unpaired(Vec<Summary>),
}

impl ScoreMatrix {
    /// From the scores of every example.
    ///
    /// # Errors
    /// Several seeds, but fewer than two examples or clusters.
    pub(super) fn of_scores(scores: &Scores) -> Result<Self, StatsError> {
        let turn = if scores.higher_is_better { 1.0 } else { -1.0 };
        Ok(Self {
            names: scores.candidates.iter().map(|scored| scored.name.clone()).collect(),
            facts: scores.candidates.iter().map(|scored| scored.facts).collect(),
            examples: Some(scores.examples.len() as u64),
            turn,
            left_out: scores.left_out as f64 / (scores.left_out + scores.examples.len() as u64).max(1) as f64,
            limits: (f64::NEG_INFINITY, f64::INFINITY),
            numbers: Numbers::Paired(Paired::of(scores, turn)?),
        })
    }

    /// From means and standard errors; the position of a row without a standard error is the error.
    pub(super) fn of_summaries(summaries: &Summaries) -> Result<Self, usize> {
        let turn = if summaries.higher_is_better { 1.0 } else { -1.0 };
        let mut numbers = Vec::with_capacity(summaries.rows.len());
        for (at, row) in summaries.rows.iter().enumerate() {
            let standard_error = row.standard_error.filter(|error| error.is_finite() && *error >= 0.0).ok_or(at)?;
            numbers.push(Summary { mean: turn * row.mean, standard_error, examples: row.examples });
        }
        let counts: Vec<Option<u64>> = summaries.rows.iter().map(|row| row.examples).collect();
        let examples = counts.iter().copied().min().flatten();
        Ok(Self {
            names: summaries.rows.iter().map(|row| row.candidate.clone()).collect(),
            facts: summaries.rows.iter().map(|row| row.facts).collect(),
            examples,
            turn,
            left_out: 0.0,
            limits: limits(summaries, turn),
            numbers: Numbers::Unpaired(numbers),
        })
    }

    /// What the evidence is.
    pub(super) fn evidence(&self) -> Evidence {
        match &self.numbers {
            Numbers::Unpaired(_) => Evidence::Unpaired,
            Numbers::Paired(paired) if paired.exact() => Evidence::RightWrong,
            Numbers::Paired(_) => Evidence::Paired,
        }
    }

    /// How many clusters there are.
    pub(super) fn clusters(&self) -> Option<u64> {
        match &self.numbers {
            Numbers::Paired(paired) => paired.cluster_count,
            Numbers::Unpaired(_) => None,
        }
    }

    /// How many seeds each candidate has, in the order of names; all 1 for summaries.
    pub(super) fn seeds(&self) -> Vec<u64> {
        match &self.numbers {
            Numbers::Paired(paired) => paired.counts.clone(),
            Numbers::Unpaired(all) => vec![1; all.len()],
        }
    }

    /// What the seeds add to the error of the difference of two candidates, where some candidate has several.
    pub(super) fn luck(&self, of: &[usize]) -> Option<SeedLuck> {
        match &self.numbers {
            Numbers::Paired(paired) => paired.luck(of),
            Numbers::Unpaired(_) => None,
        }
    }

    /// The range of scores is this wide; none where only means are known.
    pub(super) fn width(&self) -> Option<f64> {
        matches!(self.numbers, Numbers::Paired(_)).then(|| self.range().1 - self.range().0)
    }

    /// The least and the largest score that is possible, turned so that higher is better; without bounds for summaries.
    pub(super) fn range(&self) -> (f64, f64) {
        match &self.numbers {
            Numbers::Paired(paired) => paired.range,
            Numbers::Unpaired(_) => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// For each candidate its mean over seeds, one value an example; and the clusters. Not for summaries, nor
    /// where several seeds are paired, whose own chance these columns don't show.
    pub(super) fn columns(&self) -> Option<Columns<'_>> {
        match &self.numbers {
            Numbers::Paired(paired) if !paired.seeded() => {
                Some(Columns { values: &paired.means, clusters: paired.cluster_ids() })
            }
            _ => None,
        }
    }

    /// One value an example of a candidate, its mean over seeds; empty for summaries.
    pub(super) fn values(&self, at: usize) -> &[f64] {
        match &self.numbers {
            Numbers::Paired(paired) => paired.means.get(at).map_or(&[], Vec::as_slice),
            Numbers::Unpaired(_) => &[],
        }
    }

    /// The mean of a candidate, turned so that higher is better.
    ///
    /// # Errors
    /// Fewer than two examples or clusters.
    pub(super) fn mean(&self, at: usize) -> Result<Mean, StatsError> {
        Ok(match &self.numbers {
            Numbers::Paired(paired) => {
                let left_out = LeftOut { share: self.left_out, ends: paired.range };
                Mean { right: self.right_of(at), bounds: Bounds::Scores(paired.mean(at)?), left_out }
            }
            Numbers::Unpaired(all) => {
                let nothing = Summary { mean: 0.0, standard_error: 0.0, examples: all[at].examples };
                let bounds = Bounds::Summary(unpaired(&all[at], &nothing), self.limits);
                Mean { right: None, bounds, left_out: LeftOut { share: 0.0, ends: self.limits } }
            }
        })
    }

    /// How many of the examples a candidate has right, where scores are right/wrong without clusters or seeds.
    fn right_of(&self, at: usize) -> Option<(u64, u64)> {
        match &self.numbers {
            Numbers::Paired(paired) if paired.exact() && self.turn > 0.0 => {
                let right = paired.means[at].iter().filter(|value| **value != 0.0).count();
                Some((right as u64, paired.means[at].len() as u64))
            }
            _ => None,
        }
    }

    /// The difference of two candidates with the bounds at `bound` (one-sided) and the two-sided interval at
    /// `confidence`; `threshold` is what the lower bound has to exceed.
    ///
    /// # Errors
    /// Fewer than two examples or clusters.
    pub(super) fn compare(
        &self,
        (at, other): (usize, usize),
        (confidence, bound): (f64, f64),
        threshold: f64,
    ) -> Result<Comparison, StatsError> {
        let discordant = self.discordant(at, other);
        let bounds = self.difference(at, other)?;
        let (lower, upper, interval) = match &discordant {
            Some(found) => (found.lower(bound), found.upper(bound), found.interval(confidence)),
            None => (bounds.lower(bound), bounds.upper(bound), bounds.interval(confidence)),
        };
        let estimate = bounds.estimate().clone();
        let left_out = self.left_out();
        let (lower, upper) = (left_out.lower(lower), left_out.upper(upper));
        let interval = (left_out.lower(interval.0), left_out.upper(interval.1));
        Ok(Comparison {
            candidate: self.names[at].clone(),
            against: Some(self.names[other].clone()),
            estimate,
            lower,
            upper,
            threshold,
            interval,
            discordant: discordant.map(|found| Discordance {
                wins: found.wins,
                losses: found.losses,
                examples: found.examples,
                p_exact: found.p_value(),
                p_mid: crate::stats::mcnemar_mid_p(found.wins, found.losses),
                wald: found.wald(confidence),
            }),
        })
    }

    /// The one-sided lower bound of the difference of two candidates, as [`ScoreMatrix::compare`] has it.
    ///
    /// # Errors
    /// Fewer than two examples or clusters.
    pub(super) fn lower(&self, (at, other): (usize, usize), bound: f64) -> Result<f64, StatsError> {
        match self.discordant(at, other) {
            Some(found) => Ok(self.left_out().lower(found.lower(bound))),
            None => Ok(self.left_out().lower(self.difference(at, other)?.lower(bound))),
        }
    }

    /// As [`ScoreMatrix::lower`], from above.
    ///
    /// # Errors
    /// Fewer than two examples or clusters.
    pub(super) fn upper(&self, (at, other): (usize, usize), bound: f64) -> Result<f64, StatsError> {
        match self.discordant(at, other) {
            Some(found) => Ok(self.left_out().upper(found.upper(bound))),
            None => Ok(self.left_out().upper(self.difference(at, other)?.upper(bound))),
        }
    }

    /// What the examples that were left out may do to a difference.
    fn left_out(&self) -> LeftOut {
        let width = self.range().1 - self.range().0;
        LeftOut { share: self.left_out, ends: (-width, width) }
    }

    fn discordant(&self, at: usize, other: usize) -> Option<Discordant> {
        match &self.numbers {
            Numbers::Paired(paired) if paired.exact() => {
                Some(Discordant::count(&paired.means[at], &paired.means[other]))
            }
            _ => None,
        }
    }

    fn difference(&self, at: usize, other: usize) -> Result<Bounds, StatsError> {
        Ok(match &self.numbers {
            Numbers::Unpaired(all) => {
                let width = self.limits.1 - self.limits.0;
                Bounds::Summary(unpaired(&all[at], &all[other]), (-width, width))
            }
            Numbers::Paired(paired) => Bounds::Scores(paired.difference(at, other)?),
        })
    }
}

/// What examples may be that were left out: bounds on the others are carried to all, with those at the ends of what they can be.
#[derive(Clone, Copy)]
struct LeftOut {
    share: f64,
    ends: (f64, f64),
}

impl LeftOut {
    fn lower(self, bound: f64) -> f64 {
        if self.share > 0.0 { (1.0 - self.share) * bound + self.share * self.ends.0 } else { bound }
    }

    fn upper(self, bound: f64) -> f64 {
        if self.share > 0.0 { (1.0 - self.share) * bound + self.share * self.ends.1 } else { bound }
    }
}

/// The mean of one candidate with its bounds.
pub(super) struct Mean {
    /// How many of how many examples are right, where that says everything.
    right: Option<(u64, u64)>,
    bounds: Bounds,
    left_out: LeftOut,
}

impl Mean {
    /// The estimate.
    pub(super) fn estimate(&self) -> &Estimate {
        self.bounds.estimate()
    }

    /// One-sided lower bound, turned so that higher is better: Wilson's for right/wrong.
    pub(super) fn lower(&self, confidence: f64) -> f64 {
        self.left_out.lower(match self.right {
            Some((right, examples)) => wilson(right, examples, 2.0 * confidence - 1.0).0,
            None => self.bounds.lower(confidence),
        })
    }

    /// As [`Mean::lower`], from above.
    pub(super) fn upper(&self, confidence: f64) -> f64 {
        self.left_out.upper(match self.right {
            Some((right, examples)) => wilson(right, examples, 2.0 * confidence - 1.0).1,
            None => self.bounds.upper(confidence),
        })
    }
}

/// A mean or a difference with what bounds it.
enum Bounds {
    Scores(Bounded),
    /// Of means alone, within what is possible.
    Summary(Estimate, (f64, f64)),
}

impl Bounds {
    fn estimate(&self) -> &Estimate {
        match self {
            Bounds::Scores(found) => found.estimate(),
            Bounds::Summary(estimate, _) => estimate,
        }
    }

    fn lower(&self, confidence: f64) -> f64 {
        match self {
            Bounds::Scores(found) => found.lower(confidence),
            Bounds::Summary(estimate, limits) => estimate.lower(confidence).max(limits.0.min(estimate.point)),
        }
    }

    fn upper(&self, confidence: f64) -> f64 {
        match self {
            Bounds::Scores(found) => found.upper(confidence),
            Bounds::Summary(estimate, limits) => estimate.upper(confidence).min(limits.1.max(estimate.point)),
        }
    }

    fn interval(&self, confidence: f64) -> (f64, f64) {
        let one_sided = 0.5 + confidence / 2.0;
        (self.lower(one_sided), self.upper(one_sided))
    }
}

/// What means alone can be, turned so that higher is better: the range of the metric where it is known and holds the
/// means; an error, lower being better, is never below 0 if no mean is.
fn limits(summaries: &Summaries, turn: f64) -> (f64, f64) {
    let means = || summaries.rows.iter().map(|row| row.mean);
    match summaries.range {
        Some((low, high)) if means().all(|mean| (low..=high).contains(&mean)) => {
            if turn > 0.0 {
                (low, high)
            } else {
                (-high, -low)
            }
        }
        _ if turn < 0.0 && means().all(|mean| mean >= 0.0) => (f64::NEG_INFINITY, 0.0),
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    }
}
