//! The members of the sequence on rows that are read at once: what is known of each pair, and Holm's tests.

use std::collections::BTreeMap;

use super::carried::{Arm, ComparedPair, Found};
use super::compare::{difference_in_parts, validation};
use super::terms::Terms;
use super::types::{Against, CandidateResults, Screening, Test, TestKind};
use crate::data::HoldoutAccess;
use crate::metric::Metric;
use crate::stats::{CrossedMean, Estimate};
use crate::study::{FamilyId, Rule};

/// The candidates whose sealed outcomes are open, and what all candidates' validation rows tell of luck.
pub(super) struct Opened<'a> {
    pub(super) sides: BTreeMap<&'a str, Arm<'a>>,
    entries: &'a [CandidateResults],
}

impl<'a> Opened<'a> {
    /// What the look covers; nothing without one.
    pub(super) fn new(entries: &'a [CandidateResults], look: Option<&HoldoutAccess>) -> Self {
        let open = |entry: &'a CandidateResults| {
            let look = look.filter(|look| look.covers(&entry.candidate.name))?;
            Some((entry.candidate.name.as_str(), Arm::open(entry, look)))
        };
        Self { sides: entries.iter().filter_map(open).collect(), entries }
    }

    /// What is known of a candidate's difference to another one, or of its quality where there is none.
    fn found(&self, metric: Metric, name: &str, against: Option<&str>) -> Option<Found> {
        let candidate = self.sides.get(name)?;
        let against = match against {
            None => None,
            Some(other) => Some(self.sides.get(other)?),
        };
        let others = against.map_or_else(Vec::new, |against| self.others(metric, (name, against.entry)));
        ComparedPair { metric, candidate, against, others: &others }.found()
    }

    /// The differences of all further trained candidates to the same one, on validation rows.
    fn others(&self, metric: Metric, (name, against): (&str, &CandidateResults)) -> Vec<CrossedMean> {
        let partner = validation(against);
        let trains =
            |entry: &&CandidateResults| entry.calls.is_none() && entry.candidate.spec.family != FamilyId::BASELINE;
        let others = self.entries.iter().filter(trains).filter(|entry| entry.cascade.is_none());
        let others = others.filter(|other| ![name, &against.candidate.name].contains(&other.candidate.name.as_str()));
        others.filter_map(|other| difference_in_parts(metric, &validation(other), &partner)).collect()
    }
}

/// A member of the sequence, or of the staircase, with what is known of it.
pub(super) struct Member {
    kind: TestKind,
    candidate: String,
    against: Option<String>,
    found: Found,
    threshold: f64,
    /// How far below and above the threshold there is anything, in the metric's range.
    within: (f64, f64),
}

impl Member {
    /// That a candidate is better than another one by more than a threshold, which may be negative.
    pub(super) fn against(
        name: &str,
        other: &str,
        (metric, threshold): (Metric, f64),
        opened: &Opened<'_>,
    ) -> Option<Self> {
        Some(Self {
            kind: TestKind::NonInferiority,
            found: opened.found(metric, name, Some(other))?,
            candidate: name.to_owned(),
            against: Some(other.to_owned()),
            threshold,
            within: (f64::NEG_INFINITY, f64::INFINITY),
        })
    }

    /// That a candidate is above a bar.
    pub(super) fn above(name: &str, (metric, bar): (Metric, f64), opened: &Opened<'_>) -> Option<Self> {
        let (least, most) = metric.oriented_range();
        Some(Self {
            kind: TestKind::AboveBar,
            found: opened.found(metric, name, None)?.above(metric.orient(bar)),
            candidate: name.to_owned(),
            against: None,
            threshold: 0.0,
            within: (least - metric.orient(bar), most - metric.orient(bar)),
        })
    }

    /// Its test at a one-sided confidence.
    pub(super) fn test(&self, confidence: f64) -> Test {
        let names = (self.candidate.as_str(), self.against.as_ref());
        let mut test = test(self.kind, names, self.found.measured.clone(), (self.threshold, confidence));
        self.found.carry(&mut test, confidence);
        let (least, most) = self.within;
        (test.lower, test.upper) = (test.lower.clamp(least, most), test.upper.clamp(least, most));
        test
    }
}

/// A member by its name; none where it, or what it is compared with, was not read.
pub(super) fn member(name: &str, (screening, terms): (&Screening, &Terms), opened: &Opened<'_>) -> Option<Member> {
    match (&screening.against, terms.rule) {
        (Against::Candidate(other), Rule::Margin(margin)) => {
            Member::against(name, other, (terms.metric, -margin), opened)
        }
        (Against::Bar, Rule::Bar(bar)) => Member::above(name, (terms.metric, bar), opened),
        _ => None,
    }
}

/// Holm's (1979) step-down tests: the strongest first, at the confidence of a test among as many as are left;
/// the first failure ends them. All together they hold at `confidence`, however they depend on each other. `count` is how many
/// were to be tested, those that have no test among them.
///
/// One whose growth is not measured takes its place by what is, where its p-value may be too small: it can block others that it
/// would not block once its halves are trained, and never lets one pass.
pub(super) fn holm(mut members: Vec<Member>, count: usize, confidence: f64) -> Vec<Test> {
    let p_value = |member: &Member| member.found.p_value(member.threshold);
    members.sort_by(|a, b| p_value(a).total_cmp(&p_value(b)));
    let level = |at: usize| 1.0 - (1.0 - confidence) / (count - at) as f64;
    members.iter().enumerate().map(|(at, member)| member.test(level(at))).collect()
}

pub(super) fn test(
    kind: TestKind,
    (candidate, against): (&str, Option<&String>),
    difference: Estimate,
    (threshold, confidence): (f64, f64),
) -> Test {
    let (lower, upper) = (difference.lower(confidence), difference.upper(confidence));
    Test {
        kind,
        candidate: candidate.to_owned(),
        against: against.cloned(),
        score: None,
        difference,
        threshold,
        lower,
        upper,
        confidence: Some(confidence),
        sequential: None,
        carried: None,
        passed: lower > threshold,
        counted: false,
    }
}
