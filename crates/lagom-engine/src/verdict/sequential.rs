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

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::compare::over_bar;
use super::compare::{difference, quality};
use super::gaps::{Reach, reaches};
use super::holdout::{Holdout, open};
use super::learned::{Gate, gain, gates};
use super::members::test;
use super::staircase::confidence_of_tests;
use super::terms::Terms;
use super::types::{
    Against, Analysis, Answered, CandidateResults, Responses, Scored, Screening, Sequential, Test, TestKind,
};
use crate::data::HoldoutAccess;
use crate::metric::Metric;
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
    /// The sealed rows in the order in which they are asked: random, and fixed beforehand. Of copies of one row one.
    pub order: &'a [u32],
    /// All sealed rows, which trained candidates have scored in ascending order.
    pub sealed: &'a [u32],
    /// The answers so far, by candidate. Every candidate of the look that is not trained is a key, if only of nothing.
    pub by_candidate: &'a BTreeMap<String, Answered>,
    /// Candidates that can be asked nothing more: a test that needs more of them ends the sequence.
    pub silent: &'a BTreeSet<String>,
}

/// Goes as far as the answers allow: a function of them alone, so that it decides the same when called again.
///
/// `number` is the count of the look, `sizes` the number of validation examples and of sealed examples.
#[must_use]
pub fn advance(
    entries: &[CandidateResults],
    screening: &Screening,
    terms: &Terms,
    (look, number): (&HoldoutAccess, u32),
    (answers, sizes): (Answers<'_>, (u64, u64)),
) -> Step {
    let mut sides: BTreeMap<String, Arm> = BTreeMap::new();
    let trained = open(entries, look).into_iter().map(|(name, holdout)| (name, in_rows(holdout, answers.sealed)));
    let trained: BTreeMap<String, Holdout> = trained.collect();
    for (name, holdout) in trained.into_iter().filter(|(name, _)| !answers.by_candidate.contains_key(name)) {
        sides.insert(name, Arm::new(holdout, terms.metric, Source::Trained));
    }
    let units = entries.iter().find_map(|entry| entry.units.clone());
    for (name, repeats) in answers.by_candidate.iter().filter(|(name, _)| look.covers(name)) {
        let units = units.clone().map(|units| (units, true));
        let cascade = entries.iter().any(|entry| entry.candidate.name == *name && entry.cascade.is_some());
        let source = if cascade { Source::Cascade } else { Source::Asked };
        sides.insert(name.clone(), Arm::new(Holdout { repeats: repeats.clone(), units }, terms.metric, source));
    }
    let mut tests: Vec<Test> = Vec::new();
    // The staircase has its part of the error rate; the gate is asked before it.
    let members = Terms { confidence: confidence_of_tests(screening, terms), ..terms.clone() };
    for pair in pairs(screening, terms) {
        let terms = if pair.kind == TestKind::Learned { terms } else { &members };
        let confirmed = tests.iter().any(|test| test.kind != TestKind::Learned && test.passed);
        match pair.run(&sides, answers.order, (terms, confirmed)) {
            // Nothing may follow in a fixed sequence from what comes after a test that has no end or can't be worked out.
            Run::Ask(ask) if ask.candidates.iter().any(|name| answers.silent.contains(name)) => break,
            Run::Ask(ask) => return Step::Ask(ask),
            Run::Ended(found) => {
                let Some(mut found) = found.map(|found| *found) else { break };
                found.counted = true;
                conclude::at(&mut found, (pair.kind, members.confidence));
                found.score = Some(pair.metric).filter(|score| *score != terms.metric);
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
fn in_rows(holdout: Holdout, sealed: &[u32]) -> Holdout {
    let mut sealed = sealed.to_vec();
    sealed.sort_unstable();
    let named = |one: Responses| Responses { rows: sealed.clone(), ..one };
    let units = holdout.units.map(|(units, _)| (units, true));
    Holdout { repeats: holdout.repeats.into_iter().map(named).collect(), units }
}

/// What is known of one candidate on the sealed rows.
struct Arm {
    holdout: Holdout,
    /// Whether it has to be asked, row by row.
    asked: bool,
    /// Its scores on each row that it was asked, the mean over repeats; none where the row counts for nothing.
    by_row: HashMap<u32, Option<Reach>>,
    /// The variance that the luck of its repeats and of the one training handed over makes, and the repeats' number.
    luck: (f64, u32),
}

/// Where the outcomes of a candidate come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Trained,
    Asked,
    /// A trained one first, an asked one where that is unsure: it has to be asked, and has the luck of a training.
    Cascade,
}

impl Arm {
    fn new(holdout: Holdout, metric: Metric, source: Source) -> Self {
        let means: Vec<f64> = holdout.repeats.iter().filter_map(|one| one.value(metric)).collect();
        let repeats = means.len() as u32;
        // The luck of the mean over repeats, and that of the one training that is handed over.
        let count = f64::from(repeats);
        let spread = if repeats > 1 && source != Source::Asked { variance(&means) * (1.0 + 1.0 / count) } else { 0.0 };
        let asked = source != Source::Trained;
        Self { by_row: reaches(&holdout.repeats, metric), holdout, asked, luck: (spread, repeats) }
    }

    /// What it has of these rows.
    fn on(&self, wanted: &HashSet<u32>) -> Option<Holdout> {
        let repeats = self.holdout.repeats.iter().map(|one| one.on(wanted)).collect::<Option<_>>()?;
        Some(Holdout { repeats, units: self.holdout.units.clone() })
    }
}

/// One test of the sequence.
struct ComparedPair<'a> {
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

/// The tests in their order: whether anything was learned, then the members of the sequence.
fn pairs<'a>(screening: &'a Screening, terms: &Terms) -> Vec<ComparedPair<'a>> {
    let gate = |gate: Gate<'a>| ComparedPair {
        kind: TestKind::Learned,
        candidate: gate.candidate,
        against: Some(gate.baseline),
        threshold: 0.0,
        metric: gate.score,
    };
    let mut pairs: Vec<ComparedPair<'a>> = gates(screening, terms).into_iter().map(gate).collect();
    for name in &screening.sequence {
        let metric = terms.metric;
        pairs.extend(match (&screening.against, terms.rule) {
            (Against::Candidate(other), Rule::Margin(margin)) => Some(ComparedPair {
                kind: TestKind::NonInferiority,
                candidate: name,
                against: Some(other),
                threshold: -margin,
                metric,
            }),
            (Against::Bar, Rule::Bar(_)) => {
                Some(ComparedPair { kind: TestKind::AboveBar, candidate: name, against: None, threshold: 0.0, metric })
            }
            _ => None,
        });
    }
    pairs
}

impl ComparedPair<'_> {
    /// `confirmed`: whether a dearer member is confirmed already, so that this one need not be decided.
    fn run(&self, sides: &BTreeMap<String, Arm>, order: &[u32], (terms, confirmed): (&Terms, bool)) -> Run {
        let names = || std::iter::once(self.candidate).chain(self.against.map(String::as_str));
        let taking: Vec<&Arm> = names().filter_map(|name| sides.get(name)).collect();
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
        // Rows of one group do not come independently of one another, which a confidence sequence takes for granted.
        let grouped = |side: &&Arm| side.holdout.units.as_ref().is_some_and(|(units, _)| !units.are_copies());
        let range = self.metric.example_range().filter(|_| !taking.iter().any(grouped));
        let Some(range) = range else {
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

    /// The lowest and the highest difference on each of the rows, or distance above the bar; none where either side leaves the
    /// row out. They are the same where both answers are known.
    fn differences(&self, taking: &[&Arm], rows: &[u32], terms: &Terms) -> Option<Vec<Option<Reach>>> {
        let bar = match terms.rule {
            Rule::Bar(bar) if self.kind == TestKind::AboveBar => self.metric.orient(bar),
            _ => 0.0,
        };
        let bar = Some(Reach { low: bar, high: bar });
        let one = |row: &u32| {
            let theirs = taking.get(1).map_or(Some(&bar), |side| side.by_row.get(row))?;
            let both = taking.first()?.by_row.get(row)?.zip(*theirs);
            Some(both.map(|(own, other)| Reach { low: own.low - other.high, high: own.high - other.low }))
        };
        rows.iter().map(one).collect()
    }

    /// Whether the interval for all rows would hardly confirm the candidate, `left` rows from here: the final mean is taken as
    /// normal around the mean so far with the variance of what a random order leaves open (stochastic curtailment, Lan,
    /// Simon & Halperin 1982). The luck of repeats, which makes it still less likely, is left out.
    ///
    /// What is missing counts as won.
    fn is_hopeless(&self, differences: &[Option<Reach>], left: usize, terms: &Terms) -> bool {
        let differences: Vec<f64> = differences.iter().flatten().map(|reach| reach.high).collect();
        let differences = differences.as_slice();
        let (seen, all) = (differences.len() as f64, (differences.len() + left) as f64);
        let deviation = variance(differences).sqrt();
        let needed = normal_quantile(1.0 - (1.0 - terms.confidence) * AT_END) * deviation / all.sqrt();
        let spread = deviation * ((1.0 - seen / all) / seen).sqrt();
        let short = self.threshold + needed - mean(differences);
        differences.len() >= FIRST && spread > 0.0 && short / spread > normal_quantile(1.0 - HOPELESS)
    }

    /// Runs the confidence sequence over the rows known, to where it decides or to their end: the lower bound over the lowest
    /// differences that the missing answers leave possible, the upper one over the highest.
    fn watch(
        &self,
        taking: &[&Arm],
        differences: &[Option<Reach>],
        (range, terms): ((f64, f64), &Terms),
    ) -> Option<Watched> {
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
        let watching = || Sequence::watching((low, high), alpha * share, None, &[enough, short]).ok();
        let (mut lowest, mut highest) = (watching()?, watching()?);
        // Where nothing is missing both would see the same.
        let apart = differences.iter().flatten().any(|reach| reach.low < reach.high);
        let mut decided = false;
        let mut seen = 0;
        while seen < differences.len() && !decided {
            if let Some(reach) = differences[seen] {
                lowest.push(reach.low).ok()?;
                if apart {
                    highest.push(reach.high).ok()?;
                }
            }
            seen += 1;
            let upper = if apart { highest.upper() } else { lowest.upper() };
            // A bound is a value that was itself rejected: it may equal what it is held against.
            decided = lowest.lower() >= enough || upper <= short;
        }
        let upper = if apart { highest.upper() } else { lowest.upper() };
        Some(Watched { seen, lower: lowest.lower() - guard, upper: upper + guard, decided })
    }

    /// The test as the confidence sequence left it.
    fn stopped(
        &self,
        sides: &BTreeMap<String, Arm>,
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
        Some(self.in_range(ended, terms))
    }

    /// The test with its bounds about a bar within the metric's range.
    fn in_range(&self, test: Test, terms: &Terms) -> Test {
        let (Rule::Bar(bar), None) = (terms.rule, self.against) else { return test };
        let (least, most) = self.metric.oriented_range();
        let bar = self.metric.orient(bar);
        Test { lower: test.lower.max(least - bar), upper: test.upper.min(most - bar), ..test }
    }

    /// The test on all sealed rows with the interval for a fixed number of examples.
    fn fixed(&self, sides: &BTreeMap<String, Arm>, order: &[u32], (terms, confidence): (&Terms, f64)) -> Option<Test> {
        let found = self.estimate(sides, order, terms)?;
        let mut ended = test(self.kind, (self.candidate, self.against), found, (self.threshold, confidence));
        ended.confidence = ended.confidence.filter(|confidence| *confidence > terms.confidence);
        let asked = [Some(self.candidate), self.against.map(String::as_str)];
        let asked = asked.into_iter().flatten().any(|name| sides.get(name).is_some_and(|side| side.asked));
        let of = order.len() as u64;
        ended.sequential = asked.then_some(Sequential { examples: of, of, stopped: false });
        Some(self.in_range(ended, terms))
    }

    /// The difference on some rows, or the distance above the bar.
    fn estimate(&self, sides: &BTreeMap<String, Arm>, rows: &[u32], terms: &Terms) -> Option<Estimate> {
        let wanted: HashSet<u32> = rows.iter().copied().collect();
        let on_rows = |name: &str| sides.get(name)?.on(&wanted);
        let mine = on_rows(self.candidate)?;
        let scored: Vec<Scored<'_>> = mine.scored();
        match (self.against, terms.rule) {
            (Some(other), _) if self.kind == TestKind::Learned => gain(self.metric, &scored, &on_rows(other)?.scored()),
            (Some(other), _) => difference(self.metric, &scored, &on_rows(other)?.scored()),
            (None, Rule::Bar(bar)) => quality(self.metric, &scored).map(|found| over_bar(&found, self.metric, bar)),
            (None, Rule::Margin(_)) => None,
        }
    }
}

#[cfg(test)]
#[path = "sequential_tests.rs"]
mod tests;
