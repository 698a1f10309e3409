//! Whether anything was learned: which candidates are shown to beat guessing, and by which score.
//!
//! ```text
//! validation rows -> gains (one a candidate, in its most telling score) -> one error rate for all -> Learning { shown }
//! Learning -> gates: who has to beat guessing on the sealed rows as well, and how surely
//! ```
//!
//! Any candidate may show that there is something to learn, not the best alone: the best by its point estimate is often an
//! erratic one. Each is tried by the study's metric and by a score that weak signals show in (AUC for two classes, log loss for more), which
//! share its error rate; so do all candidates, by how their errors on the same rows go together ([`simultaneous_error`]), at least as
//! Holm's (1979) step-down correction has it.

use std::collections::BTreeMap;

use super::compare::{difference, shares, validation};
use super::terms::Terms;
use super::types::{CandidateResults, Gain, Learning, Scored, Screening};
use crate::metric::{ClassOutcomes, Metric, Outcomes, ValueOutcomes, score};
use crate::stats::{Estimate, Shares, confirmation_power, mean, median, simultaneous_error};

/// Where answers are paid for, a reference whose gain over guessing will be confirmed with at least this chance needs no surer
/// one before it.
const SURE: f64 = 0.95;
/// While nothing is shown, the likeliest is worth all its repeats if guessing would look as good in so many of 100 studies.
const HINT: f64 = 0.1;

/// With more rows than this nobody looks at how errors go together: then no weak signal needs it, and it would take long.
const MOST_ROWS: usize = 20_000;

/// The gain in AUC of a model that ranks as well as few do: 0.9.
const STRONG: f64 = 0.4;
/// The share of what guessing leaves to be gained that few models gain: half of the spread of numbers, of the wrong answers, of the log loss.
const HALF: f64 = 0.5;

/// By how much wider the gains of cross-fitted models spread where nothing is learned. The models of a round share most of their
/// training rows, so a chance association in the whole data is in all of them. Measured for AUC, two rounds of five folds on 300
/// shuffled rows: 1.07, 1.21 and 1.29 times the spread of separate rows with 1, 3 and 20 inputs
/// (log/2026-11-28-gate-and-choice.md); Nadeau & Bengio (2003, *Inference for the generalization error*) put it at 1.5.
const SHARED: f64 = 1.3;

impl Learning {
    /// Whether a candidate is shown to beat guessing; true of all where none is, so that there is always one to name.
    #[must_use]
    pub fn is_shown(&self, name: &str) -> bool {
        self.shown.is_empty() || self.shown.iter().any(|shown| shown == name)
    }

    /// The candidates that the finding hangs on: they need every repeat.
    pub(super) fn decisive(&self) -> impl Iterator<Item = &String> {
        let hinted = self.gains.first().filter(|first| self.shown.is_empty() && first.p_value < HINT);
        self.leader.iter().chain(&self.surest).chain(hinted.map(|first| &first.candidate))
    }

    /// The error rate of the test of one of `among` scores, where `before` candidates have passed theirs.
    fn error_of(&self, among: u64, before: usize, terms: &Terms) -> f64 {
        let left = self.tried.saturating_sub(before as u64).max(1);
        self.error.max((1.0 - terms.confidence) / (left * among.max(1)) as f64)
    }

    /// Whether a p-value that was multiplied by the number of scores shows that there is something to learn.
    fn passes(&self, p_value: f64, among: u64, before: usize, terms: &Terms) -> bool {
        p_value <= self.error_of(among, before, terms) * among as f64
    }

    /// Whether a candidate would be shown to beat guessing if all that is missing of it were at its best.
    pub(super) fn might_be_shown(&self, terms: &Terms) -> bool {
        let best = |gain: &Gain| gain.gain.at_best().p_value(0.0) * gain.among as f64;
        let mut missing = self.gains.iter().filter(|gain| gain.gain.gap > 0.0);
        missing.any(|gain| self.passes(best(gain), gain.among, 0, terms))
    }

    /// Whether rows, or repeats, are so few that even a model as good as few are (AUC 0.9, R² 0.5) would not have been shown to beat guessing: then
    /// that none is says nothing.
    pub(super) fn is_blind(&self, terms: &Terms) -> bool {
        let strong = |gain: &Gain| {
            let found = gain.strong.as_ref()?;
            Some(self.passes(found.p_value(0.0) * gain.among as f64, gain.among, 0, terms))
        };
        let seen: Vec<bool> = self.gains.iter().filter_map(strong).collect();
        !seen.is_empty() && !seen.contains(&true)
    }

    /// Whether no other candidate's gain is surer on validation rows.
    pub(super) fn is_surest(&self, name: &str) -> bool {
        self.gains.first().is_none_or(|first| self.gain_of(name).is_some_and(|own| own.p_value <= first.p_value))
    }

    fn gain_of(&self, name: &str) -> Option<&Gain> {
        self.gains.iter().find(|gain| gain.candidate == name)
    }
}

/// A candidate in one of its scores.
struct Tried {
    gain: Gain,
    /// None where that is not looked at.
    error: Option<Chance>,
}

/// The chance in a gain.
struct Chance {
    /// What each row adds to the gain.
    shares: Shares,
    /// The standard error of the gain, before it is widened.
    standard_error: f64,
}

impl Chance {
    /// The correlation of two gains' errors, as far as it comes from the rows they share; 0 where an error is 0.
    fn correlation(&self, other: &Self) -> f64 {
        let found = self.shares.covariance(&other.shares) / (self.standard_error * other.standard_error);
        if found.is_finite() { found.clamp(-1.0, 1.0) } else { 0.0 }
    }
}

/// Tries every candidate against the baseline on validation rows. `tried` is how many share the error rate, at least as many as
/// are given.
pub(super) fn learning(
    entries: &[&CandidateResults],
    baseline: &CandidateResults,
    terms: &Terms,
    tried: usize,
) -> Learning {
    let guesses = validation(baseline);
    let all: Vec<Vec<Tried>> = entries.iter().map(|entry| all_gains(entry, &guesses, terms)).collect();
    let mut gains: Vec<Gain> = all.iter().filter_map(|one| surest_gain(one)).collect();
    gains.sort_by(|a, b| a.p_value.total_cmp(&b.p_value));
    let tried = tried.max(gains.len()).max(1);
    let error = common_error(&all, terms, tried);
    let mut learning = Learning { tried: tried as u64, error, ..Learning::default() };
    let passes = |(at, gain): &(usize, &Gain)| learning.passes(gain.p_value, gain.among, *at, terms);
    let shown = gains.iter().enumerate().take_while(passes).map(|(_, gain)| gain.candidate.clone()).collect();
    (learning.shown, learning.gains) = (shown, gains);
    learning
}

/// The error rate of the test of each score of each candidate. What is not measured here shares as if nothing were known of it.
fn common_error(all: &[Vec<Tried>], terms: &Terms, tried: usize) -> f64 {
    let known: Vec<&Chance> = all.iter().flatten().filter_map(|one| one.error.as_ref()).collect();
    let among = all.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let row = |at: usize, one: &Chance| {
        let to = |(other, its): (usize, &&Chance)| if other == at { 1.0 } else { one.correlation(its) };
        known.iter().enumerate().map(to).collect()
    };
    let correlations: Vec<Vec<f64>> = known.iter().enumerate().map(|(at, one)| row(at, one)).collect();
    simultaneous_error(1.0 - terms.confidence, &correlations, (tried * among).saturating_sub(known.len()))
}

fn all_gains(entry: &CandidateResults, guesses: &[Scored<'_>], terms: &Terms) -> Vec<Tried> {
    let own = validation(entry);
    let Some(first) = own.first() else { return Vec::new() };
    let scores = scores(terms, first.outcomes, entry.calls.is_some());
    let among = scores.len() as u64;
    let of = |metric: Metric| {
        let found = gain(metric, &own, guesses)?;
        let own_guesses = guesses_in(metric, guesses);
        let shares = shares(metric, &own, &own_guesses.scored(guesses)).filter(|found| found.len() <= MOST_ROWS);
        let error = shares.map(|shares| Chance { shares, standard_error: found.standard_error });
        let gain = widened(found, entry.is_cross_fitted());
        let strong = strong_gain(metric, &own_guesses.scored(guesses)).map(|point| Estimate { point, ..gain.clone() });
        let p_value = (gain.p_value(0.0) * among as f64).min(1.0);
        let gain = Gain { candidate: entry.candidate.name.clone(), score: metric, among, gain, strong, p_value };
        Some(Tried { gain, error })
    };
    scores.into_iter().filter_map(of).collect()
}

fn surest_gain(tried: &[Tried]) -> Option<Gain> {
    let gains = || tried.iter().map(|one| &one.gain);
    let surest = gains().reduce(|a, b| if b.p_value < a.p_value { b } else { a })?;
    // Its spread where nothing is learned is known, and that of others may be next to nothing by luck.
    let by_rank = gains().find(|gain| gain.score == Metric::Auc).map(|gain| gain.strong.clone());
    Some(Gain { strong: by_rank.unwrap_or_else(|| surest.strong.clone()), ..surest.clone() })
}

/// The gain of a model as good as few are over these guesses; none where the best there is has no value, or nothing is left to be gained.
fn strong_gain(metric: Metric, guesses: &[Scored<'_>]) -> Option<f64> {
    if metric == Metric::Auc {
        return Some(STRONG);
    }
    let guessed: Vec<f64> = guesses.iter().filter_map(|one| Some(score(metric, one.outcomes).ok()?.value)).collect();
    let best = metric.oriented_range().1;
    let left = best - metric.orient(mean(&guessed));
    // In squared errors half of the spread is gained where the error falls by 1 − √½.
    let share = if metric == Metric::Rmse { 1.0 - HALF.sqrt() } else { HALF };
    (!guessed.is_empty() && left.is_finite() && left > 0.0).then_some(share * left)
}

/// The scores in which a candidate may beat guessing; fixed by task and metric, before anything is measured.
///
/// - Two classes: AUC, which no answer that ignores the inputs moves from 0.5, and accuracy, log loss or Brier score where
///   that is the study's metric. AUC takes the place of balanced accuracy and macro-F1: it sees all that they see and more.
/// - More classes: log loss, and the study's metric; balanced accuracy in place of macro-F1 ([`Terms::gate_metric`]).
/// - Numbers: the study's metric, and R² beside the absolute error.
/// - Texts, choices, and models that are asked, which give no probabilities: the study's metric.
fn scores(terms: &Terms, outcomes: &Outcomes, asked: bool) -> Vec<Metric> {
    let own = terms.gate_metric();
    match outcomes {
        _ if asked => vec![own],
        Outcomes::Classes(of) if of.classes == 2 => match own {
            Metric::Accuracy | Metric::LogLoss | Metric::Brier => vec![own, Metric::Auc],
            _ => vec![Metric::Auc],
        },
        Outcomes::Classes(_) if own == Metric::LogLoss => vec![own],
        Outcomes::Classes(_) => vec![own, Metric::LogLoss],
        Outcomes::Values(_) if own == Metric::Mae => vec![own, Metric::R2],
        Outcomes::Values(_) | Outcomes::Texts(_) => vec![own],
    }
}

/// How much better than guessing a candidate is, with at least the spread that guesses have.
///
/// Where few rows of a class are there, the spread over them may be next to nothing by luck; a ranking that ignores the
/// inputs has a known one (AUC: Mann & Whitney 1947, eq. for the variance of U; balanced accuracy: binomial). In absolute errors the best
/// constant is the median, not the baseline's mean, so there the median of the very truth is the guess. None where the score
/// is not defined.
pub(super) fn gain(score: Metric, candidate: &[Scored<'_>], baseline: &[Scored<'_>]) -> Option<Estimate> {
    let guesses = guesses_in(score, baseline);
    let found = difference(score, candidate, &guesses.scored(baseline))?;
    let least = spread_of_guesses(score, candidate);
    Some(Estimate {
        standard_error: found.standard_error.max(least.sqrt()),
        variance_examples: found.variance_examples.max(least),
        ..found
    })
}

/// A gain with the spread that cross-fitted models have where nothing is learned.
pub(super) fn widened(gain: Estimate, cross_fitted: bool) -> Estimate {
    if !cross_fitted {
        return gain;
    }
    let square = SHARED * SHARED;
    Estimate {
        standard_error: gain.standard_error * SHARED,
        variance_repeats: gain.variance_repeats * square,
        variance_examples: gain.variance_examples * square,
        ..gain
    }
}

/// What is guessed where this is the score, one a repeat.
struct Guesses(Vec<Outcomes>);

impl Guesses {
    fn scored<'a>(&'a self, baseline: &[Scored<'a>]) -> Vec<Scored<'a>> {
        baseline.iter().zip(&self.0).map(|(one, outcomes)| Scored { outcomes, ..*one }).collect()
    }
}

fn guesses_in(score: Metric, baseline: &[Scored<'_>]) -> Guesses {
    Guesses(baseline.iter().map(|one| median_for(score, one.outcomes)).collect())
}

fn median_for(score: Metric, outcomes: &Outcomes) -> Outcomes {
    match outcomes {
        Outcomes::Values(of) if score == Metric::Mae => {
            let middle = median(&of.truth);
            Outcomes::Values(ValueOutcomes { truth: of.truth.clone(), predicted: vec![middle; of.truth.len()] })
        }
        _ => outcomes.clone(),
    }
}

/// The variance of a score where the answers have nothing to do with the inputs; 0 where it is not known.
fn spread_of_guesses(score: Metric, repeats: &[Scored<'_>]) -> f64 {
    let of_classes = |one: &Scored<'_>| if let Outcomes::Classes(of) = one.outcomes { Some(of.clone()) } else { None };
    let classes: Vec<ClassOutcomes> = repeats.iter().filter_map(of_classes).collect();
    if classes.is_empty() || !matches!(score, Metric::Auc | Metric::BalancedAccuracy) {
        return 0.0;
    }
    let sizes = sizes(repeats, &classes);
    if score == Metric::Auc {
        let positive = sizes.get(&1).copied().unwrap_or(0.0);
        let rest: f64 = sizes.iter().filter(|(class, _)| **class != 1).map(|(_, size)| size).sum();
        return (positive + rest + 1.0) / (12.0 * positive * rest);
    }
    let said: Vec<f64> = sizes
        .iter()
        .map(|(class, size)| {
            let share = mean(&classes.iter().map(|of| share_of(*class, &of.predicted)).collect::<Vec<f64>>());
            share * (1.0 - share) / size
        })
        .collect();
    said.iter().sum::<f64>() / (sizes.len() as f64).powi(2)
}

fn share_of(class: u32, labels: &[u32]) -> f64 {
    labels.iter().filter(|label| **label == class).count() as f64 / labels.len().max(1) as f64
}

/// How many rows of each class stand behind a mean over repeats, if a row that comes in several counts for what it adds:
/// the square of the sum of the counts over the sum of their squares (Kish 1965).
fn sizes(repeats: &[Scored<'_>], classes: &[ClassOutcomes]) -> BTreeMap<u32, f64> {
    let mut counts: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for (one, of) in repeats.iter().zip(classes) {
        for (example, truth) in one.examples.iter().zip(&of.truth) {
            *counts.entry((*truth, *example)).or_default() += 1.0;
        }
    }
    let mut sums: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    for ((class, _), count) in counts {
        let sum = sums.entry(class).or_default();
        *sum = (sum.0 + count, sum.1 + count * count);
    }
    sums.into_iter().map(|(class, (sum, squares))| (class, sum * sum / squares)).collect()
}

/// One candidate that has to beat guessing on the sealed rows.
pub(super) struct Gate<'a> {
    pub(super) candidate: &'a String,
    pub(super) baseline: &'a String,
    pub(super) score: Metric,
    pub(super) confidence: f64,
}

/// Who has to beat guessing on the sealed rows, in this order: the surest, if that is not the reference, then the reference.
///
/// The score of each was picked on validation rows, and so was the order: on a holdout both are fixed beforehand. With
/// cross-fitting other repeats have validated on the rows that one seals, so there the error rate is shared among
/// candidates and scores as on validation.
pub(super) fn gates<'a>(screening: &'a Screening, terms: &Terms) -> Vec<Gate<'a>> {
    let Some(baseline) = &screening.baseline else { return Vec::new() };
    let learning = &screening.learning;
    let surest = learning.surest.iter().filter(|name| Some(*name) != screening.reference.as_ref());
    let gate = |(at, candidate): (usize, &'a String)| {
        let gain = learning.gain_of(candidate);
        let among = gain.map_or(1, |gain| gain.among);
        let error = if screening.cross_fitted { learning.error_of(among, at, terms) } else { 1.0 - terms.confidence };
        Gate {
            candidate,
            baseline,
            score: gain.map_or_else(|| terms.gate_metric(), |gain| gain.score),
            confidence: 1.0 - error,
        }
    };
    // An incumbent may be a poor one: whether anything was learned is not asked of it where another shows it.
    let reference = screening.reference.iter().filter(|_| !screening.incumbent || learning.surest.is_none());
    surest.chain(reference).enumerate().map(gate).collect()
}

/// Names the candidate that is to beat guessing before the reference does, where that one's gain is not as good as sure.
pub(super) fn name_surest(screening: &mut Screening, terms: &Terms, (validation, sealed): (u64, u64)) {
    let learning = &screening.learning;
    let (Some(reference), Some(first)) = (&screening.reference, learning.gains.first()) else { return };
    let gates = gates(screening, terms);
    let confidence = gates.first().map_or(terms.confidence, |gate| gate.confidence);
    let asked = |name: &String| screening.row(name).is_some_and(|row| row.calls.is_some());
    let paid = asked(reference) || asked(&first.candidate);
    // What is trained may fail on the sealed rows by one erratic training, however sure it looked before.
    let sure = |gain: &Gain| {
        learning.is_surest(&gain.candidate)
            || paid && confirmation_power(&gain.gain, 0.0, validation, sealed, confidence) >= SURE
    };
    let is_first = learning.gain_of(reference).is_some_and(sure);
    let surest = (!is_first).then(|| first.candidate.clone());
    screening.learning.surest = surest;
}

#[cfg(test)]
#[path = "learned_tests.rs"]
mod tests;
