//! Answers that are missing: neither right nor wrong, but bounded both ways.
//!
//! What was asked and not answered could have been anything. So whoever asked keeps two fillings of the rows that lack an
//! answer, the worst and the best that it could have been, and every figure is reckoned with both: a difference is at least
//! that with the candidate's missing answers at their worst and the other's at their best, and at most the reverse.
//! Whatever made answers fail, that holds; no assumption that they fail at random is needed.

use std::collections::{HashMap, HashSet};

use super::types::{Gaps, RepeatOutcomes, Responses, Scored};
use crate::metric::{Metric, Outcomes, score};
use crate::stats::mean;

/// The lowest and the highest score of a candidate on one row, higher is better: the same where its answer is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    pub(super) low: f64,
    pub(super) high: f64,
}

/// Which filling is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filling {
    Worst,
    Best,
}

impl Gaps {
    fn outcomes(&self, filling: Filling) -> &Outcomes {
        match filling {
            Filling::Worst => &self.worst,
            Filling::Best => &self.best,
        }
    }

    /// What they have of these rows; none where the outcomes do not go together.
    fn on(&self, wanted: &HashSet<u32>) -> Option<Self> {
        let places: Vec<usize> = (0..self.rows.len()).filter(|&at| wanted.contains(&self.rows[at])).collect();
        Some(Self {
            rows: places.iter().map(|&at| self.rows[at]).collect(),
            worst: self.worst.select(&places).ok()?,
            best: self.best.select(&places).ok()?,
        })
    }
}

impl Responses {
    /// Known outcomes of these rows, nothing missing.
    #[must_use]
    pub fn whole(repeat: u32, rows: Vec<u32>, outcomes: Outcomes) -> Self {
        Self { repeat, rows, outcomes, gaps: None, left_out: Vec::new() }
    }

    /// As scored examples.
    #[must_use]
    pub fn scored(&self) -> Scored<'_> {
        let (examples, outcomes, gaps) = (self.rows.as_slice(), &self.outcomes, self.gaps.as_ref());
        Scored { repeat: self.repeat, examples, outcomes, units: None, gaps }
    }

    /// What it has of these rows; none where outcomes and rows do not go together.
    pub(super) fn on(&self, wanted: &HashSet<u32>) -> Option<Self> {
        let places: Vec<usize> = (0..self.rows.len()).filter(|&at| wanted.contains(&self.rows[at])).collect();
        Some(Self {
            repeat: self.repeat,
            rows: places.iter().map(|&at| self.rows[at]).collect(),
            outcomes: self.outcomes.select(&places).ok()?,
            gaps: match &self.gaps {
                Some(gaps) => Some(gaps.on(wanted)?),
                None => None,
            },
            left_out: self.left_out.iter().copied().filter(|row| wanted.contains(row)).collect(),
        })
    }

    /// The mean score; none where the metric is not defined on these outcomes.
    pub(super) fn value(&self, metric: Metric) -> Option<f64> {
        let outcomes = self.gaps.as_ref().map_or(&self.outcomes, |gaps| &gaps.worst);
        score(metric, outcomes).ok().map(|scored| scored.value)
    }
}

impl RepeatOutcomes {
    /// Its validation examples, scored.
    #[must_use]
    pub fn scored(&self) -> Scored<'_> {
        let gaps = self.gaps.as_ref();
        Scored { repeat: self.repeat, examples: &self.rows, outcomes: &self.validation, units: None, gaps }
    }
}

/// The reach of each row that was asked, the mean over repeats; none where it was left out in all of them.
pub(super) fn reaches(repeats: &[Responses], metric: Metric) -> HashMap<u32, Option<Reach>> {
    let mut found: HashMap<u32, Vec<Reach>> = HashMap::new();
    let scores = |outcomes: &Outcomes| -> Option<Vec<f64>> {
        let scored = score(metric, outcomes).ok()?;
        Some(scored.influence.iter().map(|influence| metric.orient(scored.value + influence)).collect())
    };
    for one in repeats {
        for &row in &one.left_out {
            found.entry(row).or_default();
        }
        let (rows, both) = match &one.gaps {
            Some(gaps) => (&gaps.rows, scores(&gaps.worst).zip(scores(&gaps.best))),
            None => (&one.rows, scores(&one.outcomes).map(|known| (known.clone(), known))),
        };
        let Some((worst, best)) = both else { continue };
        for (row, (a, b)) in rows.iter().zip(worst.into_iter().zip(best)) {
            found.entry(*row).or_default().push(Reach { low: a.min(b), high: a.max(b) });
        }
    }
    let middle = |of: Vec<Reach>| {
        let all = |pick: fn(&Reach) -> f64| mean(&of.iter().map(pick).collect::<Vec<f64>>());
        (!of.is_empty()).then(|| Reach { low: all(|reach| reach.low), high: all(|reach| reach.high) })
    };
    found.into_iter().map(|(row, of)| (row, middle(of))).collect()
}

/// The same repeats with what is missing filled in; none where nothing is missing in any of them.
pub(super) fn filled<'a>(repeats: &[Scored<'a>], filling: Filling) -> Option<Vec<Scored<'a>>> {
    let whole = |one: &Scored<'a>| match one.gaps {
        Some(gaps) => Scored { examples: &gaps.rows, outcomes: gaps.outcomes(filling), gaps: None, ..*one },
        None => *one,
    };
    repeats.iter().any(|one| one.gaps.is_some()).then(|| repeats.iter().map(whole).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::ClassOutcomes;
    use crate::verdict::{difference, quality};

    fn right(answers: &[bool]) -> Outcomes {
        let mut outcomes = ClassOutcomes::new(2);
        for &right in answers {
            outcomes.push(1, if right { &[0.0, 1.0] } else { &[1.0, 0.0] }).expect("two probabilities");
        }
        Outcomes::Classes(outcomes)
    }

    /// 100 rows, 90 right, 6 wrong, 4 missing.
    fn candidate() -> Responses {
        let known: Vec<bool> = (0..96).map(|row| row < 90).collect();
        let filled = |fill: bool| right(&[known.clone(), vec![fill; 4]].concat());
        let gaps = Gaps { rows: (0..100).collect(), worst: filled(false), best: filled(true) };
        Responses { gaps: Some(gaps), ..Responses::whole(0, (0..96).collect(), right(&known)) }
    }

    #[test]
    fn a_quality_is_bounded_by_both_fillings() {
        let found = quality(Metric::Accuracy, &[candidate().scored()]).expect("defined");
        // 90 of 100 at worst, 94 of 100 at best: 0.92, and 0.02 either way before any chance.
        assert!((found.point - 0.92).abs() < 1e-12 && (found.gap - 0.02).abs() < 1e-12, "{found:?}");
        // The error is the larger of both, that of 0.90, with two rows more that are right and two that are wrong:
        // (100² · 0.09 / 99 + 4 · 0.25 + 4 · 100 · 0.4² / 104) / 104² = 9.899e-4, and off by 4 · 0.4 / 104 = 0.015385:
        // sqrt(9.899e-4 + 2.367e-4) = 0.03502.
        assert!((found.standard_error - 0.03502).abs() < 1e-4, "{found:?}");
        assert!(found.lower(0.5) <= 0.90 + 1e-12 && found.upper(0.5) >= 0.94 - 1e-12);
        assert!(found.interval(0.95).0 < 0.90 - 1.9 * found.standard_error);
    }

    #[test]
    fn a_difference_takes_the_missing_as_lost_below_and_as_won_above() {
        let other = Responses::whole(0, (0..100).collect(), right(&(0..100).map(|row| row < 92).collect::<Vec<_>>()));
        let found = difference(Metric::Accuracy, &[candidate().scored()], &[other.scored()]).expect("shared");
        // At worst 90 − 92, at best 94 − 92, of 100.
        assert!((found.point - 0.0).abs() < 1e-12 && (found.gap - 0.02).abs() < 1e-12, "{found:?}");
        let turned = difference(Metric::Accuracy, &[other.scored()], &[candidate().scored()]).expect("shared");
        assert!((turned.gap - 0.02).abs() < 1e-12 && (turned.lower(0.95) + found.upper(0.95)).abs() < 1e-12);
        // p is that of the lower bound: at a confidence of one minus p it is the threshold itself.
        let p = found.p_value(-0.1);
        assert!((found.lower(1.0 - p) + 0.1).abs() < 1e-9, "{p}");
    }

    #[test]
    fn reaches_are_of_each_row_and_none_where_it_is_left_out() {
        let mut one = candidate();
        one.left_out = vec![200];
        let found = reaches(&[one], Metric::Accuracy);
        assert_eq!(found[&3], Some(Reach { low: 1.0, high: 1.0 }));
        assert_eq!(found[&98], Some(Reach { low: 0.0, high: 1.0 }));
        assert_eq!((found[&200], found.get(&300)), (None, None));
    }
}
