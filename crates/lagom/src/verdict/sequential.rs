//! Confirmation one example after the other, for models that are paid per answer: it stops as soon as the answer is
//! known.
//!
//! ```text
//! Screening, order of the sealed rows, outcomes so far -> advance -> Ask (who has to answer which rows) | Analysis
//! ```
//!
//! The tests are those of `confirm`, in the same fixed sequence, each on the sealed rows in one random order. Where the
//! metric is the mean of a bounded number an example, a test watches a confidence sequence of the paired differences
//! (`stats::Sequence`), which may be looked at after every example. If the rows run out first, the interval for a
//! fixed number of examples decides. Both may err, so they share the study's error rate (Bonferroni); so does the luck of
//! trained repeats, which no number of examples averages out. Once a member of the sequence is confirmed, a cheaper one is given
//! up as soon as all rows would hardly confirm it: that can only leave it unclaimed. Other metrics (macro-F1, BLEU) are read from all rows at
//! once, as are tests between trained candidates, whose outcomes cost nothing.

mod conclude;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::compare::{Scored, difference, quality};
use super::confirm::{Holdout, open, test};
use super::screen::over_bar;
use super::staircase::confidence_of_tests;
use super::terms::Terms;
use super::types::{Against, Analysis, Entry, Screening, Sequential, Test, TestKind};
use crate::data::Look;
use crate::metric::{Metric, Outcomes, score};
use crate::stats::{Estimate, Sequence, mean, normal_quantile, t_quantile, variance};
use crate::study::Rule;

/// Rows that are asked first.
const FIRST: usize = 32;
/// Share of the rows seen so far that is asked next: small steps waste little, few steps cost little time.
const STEP: f64 = 0.25;
/// Shares of the error rate: what the rows that ran out may still decide, and the luck of trained repeats.
const AT_END: f64 = 0.3;
const LUCK: f64 = 0.2;
/// Where a test is at most this likely to be passed on all rows, it is not worth asking them.
const HOPELESS: f64 = 0.02;

/// Outcomes of an asked candidate on the sealed rows that it has answered so far: number of the repeat, rows, outcomes.
pub type Answered = Vec<(u32, Vec<u32>, Outcomes)>;

/// What the confirmation needs before it can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The candidates that have to answer.
    pub candidates: Vec<String>,
    /// The sealed rows, in the order of asking; those that are answered already among them.
    pub rows: Vec<u32>,
}

/// What follows from the answers so far.
#[derive(Clone, Debug)]
pub enum Step {
    /// Ask these, then call again.
    Ask(Ask),
    /// Every test has ended.
    Done(Box<Analysis>),
}

/// The sealed rows in random order, and what asked candidates have answered on them.
#[derive(Clone, Copy, Debug)]
pub struct Answers<'a> {
    /// The sealed rows in the order in which they are asked: random, and fixed beforehand.
    pub order: &'a [u32],
    /// The answers so far, by candidate. Every candidate of the look that is not trained is a key, if only of nothing.
    pub by_candidate: &'a BTreeMap<String, Answered>,
}

/// Goes as far as the answers allow: a function of them alone, so that it decides the same when called again.
///
/// `number` is the count of the look, `sizes` the number of validation examples and of sealed examples.
#[must_use]
pub fn advance(
    entries: &[Entry],
    screening: &Screening,
    terms: &Terms,
    (look, number): (&Look, u32),
    (answers, sizes): (Answers<'_>, (u64, u64)),
) -> Step {
    let mut sides: BTreeMap<String, Side> = BTreeMap::new();
    let trained = open(entries, look).into_iter().map(|(name, holdout)| (name, in_rows(holdout, answers.order)));
    let trained: BTreeMap<String, Holdout> = trained.collect();
    for (name, holdout) in trained.into_iter().filter(|(name, _)| !answers.by_candidate.contains_key(name)) {
        sides.insert(name, Side::new(holdout, terms.metric, false));
    }
    for (name, repeats) in answers.by_candidate.iter().filter(|(name, _)| look.covers(name)) {
        sides.insert(name.clone(), Side::new(Holdout { repeats: repeats.clone() }, terms.metric, true));
    }
    let mut tests: Vec<Test> = Vec::new();
    // The staircase has its part of the error rate; the gate is asked before it.
    let members = Terms { confidence: confidence_of_tests(screening, terms), ..terms.clone() };
    for pair in pairs(screening, terms) {
        let terms = if pair.kind == TestKind::Learned { terms } else { &members };
        let confirmed = tests.iter().any(|test| test.kind != TestKind::Learned && test.passed);
        match pair.run(&sides, answers.order, (terms, confirmed)) {
            Run::Ask(ask) => return Step::Ask(ask),
            Run::Ended(found) => {
                let Some(mut found) = found.map(|found| *found) else { continue };
                found.counted = true;
                conclude::at(&mut found, (pair.kind, members.confidence));
                let passed = found.passed;
                tests.push(found);
                if !passed {
                    break;
                }
            }
        }
    }
    Step::Done(Box::new(conclude::analysis((screening, terms), (&sides, answers.order), (tests, number), sizes)))
}

/// The trained repeats scored all sealed rows in ascending order; the rows are named here.
fn in_rows(holdout: Holdout, order: &[u32]) -> Holdout {
    let mut sealed = order.to_vec();
    sealed.sort_unstable();
    let named = |(repeat, _, outcomes)| (repeat, sealed.clone(), outcomes);
    Holdout { repeats: holdout.repeats.into_iter().map(named).collect() }
}

/// What is known of one candidate on the sealed rows.
struct Side {
    holdout: Holdout,
    /// Whether it has to be asked, row by row.
    asked: bool,
    /// Its score on each row, the mean over repeats; higher is better.
    by_row: HashMap<u32, f64>,
    /// The variance of its mean that the luck of its repeats makes, and their number.
    luck: (f64, u32),
}

impl Side {
    fn new(holdout: Holdout, metric: Metric, asked: bool) -> Self {
        let mut by_row: HashMap<u32, Vec<f64>> = HashMap::new();
        let mut means = Vec::new();
        for (_, rows, outcomes) in &holdout.repeats {
            let Ok(scored) = score(metric, outcomes) else { continue };
            means.push(scored.value);
            for (row, influence) in rows.iter().zip(&scored.influence) {
                by_row.entry(*row).or_default().push(metric.orient(scored.value + influence));
            }
        }
        let by_row = by_row.into_iter().map(|(row, scores)| (row, mean(&scores))).collect();
        let repeats = means.len() as u32;
        let spread = if repeats > 1 && !asked { variance(&means) / f64::from(repeats) } else { 0.0 };
        Self { holdout, asked, by_row, luck: (spread, repeats) }
    }

    /// What it has of these rows.
    fn on(&self, wanted: &HashSet<u32>) -> Option<Holdout> {
        let part = |(repeat, rows, outcomes): &(u32, Vec<u32>, Outcomes)| {
            let places: Vec<usize> = (0..rows.len()).filter(|&at| wanted.contains(&rows[at])).collect();
            let kept = places.iter().map(|&at| rows[at]).collect();
            Some((*repeat, kept, outcomes.select(&places).ok()?))
        };
        let repeats = self.holdout.repeats.iter().map(part).collect::<Option<_>>()?;
        Some(Holdout { repeats })
    }
}

/// One test of the sequence.
struct Pair<'a> {
    kind: TestKind,
    candidate: &'a str,
    against: Option<&'a String>,
    /// What the difference has to exceed.
    threshold: f64,
    metric: Metric,
}

/// What a confidence sequence says.
struct Watched {
    /// After how many rows.
    seen: usize,
    lower: f64,
    upper: f64,
    /// Whether it keeps to one side of the threshold.
    decided: bool,
}

enum Run {
    Ask(Ask),
    /// None where the metric is not defined on these outcomes.
    Ended(Option<Box<Test>>),
}

/// The tests in their order: whether the reference learned anything, then the members of the sequence.
fn pairs<'a>(screening: &'a Screening, terms: &Terms) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    if let (Some(gated), Some(baseline)) = (screening.gated(), &screening.baseline) {
        let metric = terms.gate_metric();
        pairs.push(Pair { kind: TestKind::Learned, candidate: gated, against: Some(baseline), threshold: 0.0, metric });
    }
    for name in &screening.sequence {
        let metric = terms.metric;
        pairs.extend(match (&screening.against, terms.rule) {
            (Against::Candidate(other), Rule::Margin(margin)) => Some(Pair {
                kind: TestKind::NonInferiority,
                candidate: name,
                against: Some(other),
                threshold: -margin,
                metric,
            }),
            (Against::Bar, Rule::Bar(_)) => {
                Some(Pair { kind: TestKind::AboveBar, candidate: name, against: None, threshold: 0.0, metric })
            }
            _ => None,
        });
    }
    pairs
}

impl Pair<'_> {
    /// `confirmed`: whether a dearer member is confirmed already, so that this one need not be decided.
    fn run(&self, sides: &BTreeMap<String, Side>, order: &[u32], (terms, confirmed): (&Terms, bool)) -> Run {
        let names = || std::iter::once(self.candidate).chain(self.against.map(String::as_str));
        let taking: Vec<&Side> = names().filter_map(|name| sides.get(name)).collect();
        if taking.len() < names().count() {
            return Run::Ended(None);
        }
        let asked: Vec<String> =
            names().filter(|name| sides.get(*name).is_some_and(|side| side.asked)).map(str::to_owned).collect();
        let both = |row: &&u32| taking.iter().all(|side| side.by_row.contains_key(row));
        let known = order.iter().take_while(both).count();
        let ask =
            |count: usize| Run::Ask(Ask { candidates: asked.clone(), rows: order[..count.min(order.len())].to_vec() });
        if asked.is_empty() {
            return Run::Ended(self.fixed(sides, order, (terms, terms.confidence)).map(Box::new));
        }
        let Some(range) = self.metric.example_range() else {
            // Read from all rows at once: no confidence sequence is known for such a metric.
            return if known < order.len() {
                ask(order.len())
            } else {
                Run::Ended(self.fixed(sides, order, (terms, terms.confidence)).map(Box::new))
            };
        };
        let Some(differences) = self.differences(&taking, &order[..known], terms) else { return Run::Ended(None) };
        let left = order.len() - known;
        match self.watch(&taking, &differences, (range, terms)) {
            Some(watched)
                if watched.decided || (confirmed && left > 0 && self.is_hopeless(&differences, left, terms)) =>
            {
                Run::Ended(self.stopped(sides, order, (&watched, terms)).map(Box::new))
            }
            _ if left > 0 => ask(known + FIRST.max((known as f64 * STEP) as usize)),
            _ => {
                let end = 1.0 - (1.0 - terms.confidence) * AT_END;
                Run::Ended(self.fixed(sides, order, (terms, end)).map(Box::new))
            }
        }
    }

    /// The difference on each of the rows, or the distance above the bar.
    fn differences(&self, taking: &[&Side], rows: &[u32], terms: &Terms) -> Option<Vec<f64>> {
        let bar = match terms.rule {
            Rule::Bar(bar) if self.kind == TestKind::AboveBar => self.metric.orient(bar),
            _ => 0.0,
        };
        let one = |row: &u32| {
            let theirs = taking.get(1).map_or(Some(&bar), |side| side.by_row.get(row))?;
            Some(taking.first()?.by_row.get(row)? - theirs)
        };
        rows.iter().map(one).collect()
    }

    /// Whether the interval for all rows would hardly confirm the candidate, `left` rows from here: the final mean is taken as
    /// normal around the mean so far with the variance of what a random order leaves open (stochastic curtailment, Lan,
    /// Simon & Halperin 1982). The luck of repeats, which makes it still less likely, is left out.
    fn is_hopeless(&self, differences: &[f64], left: usize, terms: &Terms) -> bool {
        let (seen, all) = (differences.len() as f64, (differences.len() + left) as f64);
        let deviation = variance(differences).sqrt();
        let needed = normal_quantile(1.0 - (1.0 - terms.confidence) * AT_END) * deviation / all.sqrt();
        let spread = deviation * ((1.0 - seen / all) / seen).sqrt();
        let short = self.threshold + needed - mean(differences);
        differences.len() >= FIRST && spread > 0.0 && short / spread > normal_quantile(1.0 - HOPELESS)
    }

    /// Runs the confidence sequence over the rows known, to where it decides or to their end.
    fn watch(&self, taking: &[&Side], differences: &[f64], (range, terms): ((f64, f64), &Terms)) -> Option<Watched> {
        let alpha = 1.0 - terms.confidence;
        let lucky = taking.iter().filter(|side| side.luck.0 > 0.0);
        let guards: Vec<f64> = lucky
            .map(|side| t_quantile(1.0 - alpha * LUCK / 2.0, f64::from(side.luck.1 - 1)) * side.luck.0.sqrt())
            .collect();
        let share = if guards.is_empty() { 1.0 - AT_END } else { 1.0 - AT_END - LUCK };
        let guard: f64 = guards.iter().sum();
        let width = range.1 - range.0;
        let (low, high) = match terms.rule {
            Rule::Bar(bar) if self.kind == TestKind::AboveBar => {
                let ends = (self.metric.orient(range.0), self.metric.orient(range.1));
                let bar = self.metric.orient(bar);
                (ends.0.min(ends.1) - bar, ends.0.max(ends.1) - bar)
            }
            _ => (-width, width),
        };
        let (enough, short) = (self.threshold + guard, self.threshold - guard);
        let mut sequence = Sequence::watching((low, high), alpha * share, None, &[enough, short]).ok()?;
        let mut decided = false;
        let mut seen = 0;
        while seen < differences.len() && !decided {
            sequence.push(differences[seen]).ok()?;
            seen += 1;
            // A bound is a value that was itself rejected: it may equal what it is held against.
            decided = sequence.lower() >= enough || sequence.upper() <= short;
        }
        Some(Watched { seen, lower: sequence.lower() - guard, upper: sequence.upper() + guard, decided })
    }

    /// The test as the confidence sequence left it.
    fn stopped(
        &self,
        sides: &BTreeMap<String, Side>,
        order: &[u32],
        (watched, terms): (&Watched, &Terms),
    ) -> Option<Test> {
        let &Watched { seen, lower, upper, .. } = watched;
        let rows = order.get(..seen)?;
        let found = self.estimate(sides, rows, terms)?;
        let mut ended = test(self.kind, (self.candidate, self.against), found, (self.threshold, terms.confidence));
        let of = order.len() as u64;
        ended.sequential = Some(Sequential { examples: seen as u64, of, stopped: true });
        ended.passed = lower >= self.threshold;
        (ended.lower, ended.upper, ended.confidence) = (lower, upper, None);
        Some(ended)
    }

    /// The test on all sealed rows with the interval for a fixed number of examples.
    fn fixed(&self, sides: &BTreeMap<String, Side>, order: &[u32], (terms, confidence): (&Terms, f64)) -> Option<Test> {
        let found = self.estimate(sides, order, terms)?;
        let mut ended = test(self.kind, (self.candidate, self.against), found, (self.threshold, confidence));
        ended.confidence = ended.confidence.filter(|confidence| *confidence > terms.confidence);
        let asked = [Some(self.candidate), self.against.map(String::as_str)];
        let asked = asked.into_iter().flatten().any(|name| sides.get(name).is_some_and(|side| side.asked));
        let of = order.len() as u64;
        ended.sequential = asked.then_some(Sequential { examples: of, of, stopped: false });
        Some(ended)
    }

    /// The difference on some rows, or the distance above the bar.
    fn estimate(&self, sides: &BTreeMap<String, Side>, rows: &[u32], terms: &Terms) -> Option<Estimate> {
        let wanted: HashSet<u32> = rows.iter().copied().collect();
        let on_rows = |name: &str| sides.get(name)?.on(&wanted);
        let mine = on_rows(self.candidate)?;
        let scored: Vec<Scored<'_>> = mine.scored();
        match (self.against, terms.rule) {
            (Some(other), _) => difference(self.metric, &scored, &on_rows(other)?.scored()),
            (None, Rule::Bar(bar)) => quality(self.metric, &scored).map(|found| over_bar(&found, self.metric, bar)),
            (None, Rule::Margin(_)) => None,
        }
    }
}

#[cfg(test)]
#[path = "sequential_tests.rs"]
mod tests;
