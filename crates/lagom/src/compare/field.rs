//! The numbers of all candidates, ready to be compared: differences, bounds and means.

use super::findings::{Comparison, Discordance, Evidence};
use crate::scores::{CandidateFacts, Scores, Summaries};
use crate::stats::{
    Discordant, Estimate, Repeat, StatsError, Summary, clustered, clustered_difference, crossed, unpaired, wilson,
};

/// With fewer examples that differ than this, scores other than right/wrong get made-up ones too: a spread
/// measured on so few says little about the rest.
const FEW: usize = 20;

/// All candidates of one task. Scores are turned so that higher is better.
pub(super) struct Field {
    /// Names, in the order of the files.
    pub(super) names: Vec<String>,
    /// What is known about each.
    pub(super) facts: Vec<CandidateFacts>,
    /// Examples of each, where that is known.
    pub(super) examples: Option<u64>,
    /// 1, or −1 where lower scores are better.
    pub(super) turn: f64,
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

/// Scores on the same examples.
struct Paired {
    /// For each candidate, for each seed that is paired: one value an example.
    seeds: Vec<Vec<Vec<f64>>>,
    /// For each candidate the mean over all of its seeds: one value an example.
    means: Vec<Vec<f64>>,
    clusters: Vec<u32>,
    cluster_count: Option<u64>,
    /// Whether all scores are 0 or 1.
    right_wrong: bool,
    /// The least and the largest score that is possible, turned so that higher is better.
    range: (f64, f64),
    /// Whether seeds were averaged because candidates have different numbers of them.
    averaged: bool,
}

impl Field {
    /// From the scores of every example.
    pub(super) fn of_scores(scores: &Scores) -> Self {
        let turn = if scores.higher_is_better { 1.0 } else { -1.0 };
        let turned = |values: &[f32]| values.iter().map(|value| turn * f64::from(*value)).collect::<Vec<f64>>();
        let all: Vec<Vec<Vec<f64>>> = scores
            .candidates
            .iter()
            .map(|scored| scored.seeds.iter().map(|seed| turned(&seed.scores)).collect())
            .collect();
        let count = all.first().map_or(0, Vec::len);
        let averaged = all.iter().any(|seeds| seeds.len() != count);
        let means: Vec<Vec<f64>> = all.iter().map(|seeds| averaged_over(seeds)).collect();
        let seeds = if averaged || count < 2 { Vec::new() } else { all };
        let (low, high) = scores.range.unwrap_or_else(|| scores.observed());
        // Scores that are all the same tell no range; one unit is as good as another.
        let high = if high > low { high } else { low + 1.0 };
        let range = if turn > 0.0 { (low, high) } else { (-high, -low) };
        let clusters = scores.clusters.clone().unwrap_or_default();
        let cluster_count = scores.clusters.as_ref().map(|ids| {
            let distinct: std::collections::HashSet<u32> = ids.iter().copied().collect();
            distinct.len() as u64
        });
        let right_wrong = scores.right_or_wrong();
        let paired = Paired { seeds, means, clusters, cluster_count, right_wrong, range, averaged };
        Self {
            names: scores.candidates.iter().map(|scored| scored.name.clone()).collect(),
            facts: scores.candidates.iter().map(|scored| scored.facts).collect(),
            examples: Some(scores.examples.len() as u64),
            turn,
            numbers: Numbers::Paired(paired),
        }
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

    /// How many seeds of each candidate the intervals cover.
    pub(super) fn seeds(&self) -> u64 {
        match &self.numbers {
            Numbers::Paired(paired) => paired.seeds.first().map_or(1, |seeds| seeds.len() as u64),
            Numbers::Unpaired(_) => 1,
        }
    }

    /// Whether seeds were averaged because candidates have different numbers of them.
    pub(super) fn averaged(&self) -> bool {
        matches!(&self.numbers, Numbers::Paired(paired) if paired.averaged)
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
            Numbers::Paired(paired) if paired.seeds.is_empty() => {
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
    pub(super) fn mean(&self, at: usize) -> Result<Estimate, StatsError> {
        match &self.numbers {
            Numbers::Paired(paired) if paired.seeds.is_empty() => clustered(&paired.means[at], &paired.clusters),
            Numbers::Paired(paired) => paired.over_seeds(&paired.seeds[at], None),
            Numbers::Unpaired(all) => {
                let nothing = Summary { mean: 0.0, standard_error: 0.0, examples: all[at].examples };
                Ok(unpaired(&all[at], &nothing))
            }
        }
    }

    /// One-sided lower bound of a candidate's mean, turned so that higher is better.
    pub(super) fn mean_lower(&self, at: usize, mean: &Estimate, confidence: f64) -> f64 {
        match self.right_of(at) {
            Some((right, examples)) if self.turn > 0.0 => wilson(right, examples, 2.0 * confidence - 1.0).0,
            _ => mean.lower(confidence),
        }
    }

    /// As [`Field::mean_lower`], from above.
    pub(super) fn mean_upper(&self, at: usize, mean: &Estimate, confidence: f64) -> f64 {
        match self.right_of(at) {
            Some((right, examples)) if self.turn > 0.0 => wilson(right, examples, 2.0 * confidence - 1.0).1,
            _ => mean.upper(confidence),
        }
    }

    /// How many of the examples a candidate has right, where scores are right/wrong without clusters or seeds.
    fn right_of(&self, at: usize) -> Option<(u64, u64)> {
        match &self.numbers {
            Numbers::Paired(paired) if paired.exact() => {
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
        let estimate = self.difference(at, other)?;
        let (lower, upper, interval) = match &discordant {
            Some(found) => (found.tango_lower(bound), found.tango_upper(bound), found.tango(confidence)),
            None => (estimate.lower(bound), estimate.upper(bound), estimate.interval(confidence)),
        };
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

    fn discordant(&self, at: usize, other: usize) -> Option<Discordant> {
        match &self.numbers {
            Numbers::Paired(paired) if paired.exact() => {
                Some(Discordant::count(&paired.means[at], &paired.means[other]))
            }
            _ => None,
        }
    }

    fn difference(&self, at: usize, other: usize) -> Result<Estimate, StatsError> {
        match &self.numbers {
            Numbers::Unpaired(all) => Ok(unpaired(&all[at], &all[other])),
            Numbers::Paired(paired) if paired.seeds.is_empty() => {
                let values = minus(&paired.means[at], &paired.means[other]);
                clustered_difference(&values, &paired.clusters, paired.floor(&values))
            }
            Numbers::Paired(paired) => {
                let pairs = paired.seeds[at].iter().zip(&paired.seeds[other]);
                let differences: Vec<Vec<f64>> = pairs.map(|(a, b)| minus(a, b)).collect();
                let floor = paired.floor(&minus(&paired.means[at], &paired.means[other]));
                paired.over_seeds(&differences, floor)
            }
        }
    }
}

impl Paired {
    /// Whether counts of right and wrong say everything.
    fn exact(&self) -> bool {
        self.right_wrong && self.seeds.is_empty() && self.clusters.is_empty() && !self.averaged
    }

    fn cluster_ids(&self) -> Option<&[u32]> {
        (!self.clusters.is_empty()).then_some(&self.clusters)
    }

    /// The floor of a difference's standard error: of right/wrong scores always, of others where too few differ.
    fn floor(&self, differences: &[f64]) -> Option<f64> {
        let few = || differences.iter().filter(|value| **value != 0.0).count() < FEW;
        (self.right_wrong || few()).then_some(self.range.1 - self.range.0)
    }

    /// A mean over seeds and examples. Examples of one cluster enter as their sum, so the spread is that of clusters.
    fn over_seeds(&self, seeds: &[Vec<f64>], floor: Option<f64>) -> Result<Estimate, StatsError> {
        let grouped: Vec<Vec<f64>>;
        let values = match self.cluster_count {
            Some(count) => {
                grouped = seeds.iter().map(|values| self.by_cluster(values, count as usize)).collect();
                &grouped
            }
            None => seeds,
        };
        let ids: Vec<u32> = (0..values.first().map_or(0, Vec::len) as u32).collect();
        let repeats: Vec<Repeat<'_>> = values.iter().map(|values| Repeat { examples: &ids, values }).collect();
        let estimate = crossed(&repeats, floor)?;
        Ok(Estimate { examples: seeds.first().map_or(0, Vec::len) as u64, ..estimate })
    }

    /// Sums over clusters, scaled so that their mean is the mean over examples.
    fn by_cluster(&self, values: &[f64], count: usize) -> Vec<f64> {
        let scale = count as f64 / values.len().max(1) as f64;
        let mut sums = vec![0.0; count];
        for (cluster, value) in self.clusters.iter().zip(values) {
            if let Some(sum) = sums.get_mut(*cluster as usize) {
                *sum += value * scale;
            }
        }
        sums
    }
}

/// Differences, one an example.
pub(super) fn minus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn averaged_over(seeds: &[Vec<f64>]) -> Vec<f64> {
    match seeds {
        [] => Vec::new(),
        [one] => one.clone(),
        [first, rest @ ..] => {
            let mut sums = first.clone();
            for seed in rest {
                sums.iter_mut().zip(seed).for_each(|(sum, value)| *sum += value);
            }
            sums.iter_mut().for_each(|sum| *sum /= seeds.len() as f64);
            sums
        }
    }
}
