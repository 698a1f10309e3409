//! What the verdict is made from and made of.

mod agreement;
mod calls;
mod carried;
mod cascade;
mod close;
mod learning;
mod outdone;
mod scored;
mod shots;
mod staircase;
mod stopped;
mod tangible;
mod unmeasured;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

pub use agreement::{Agreement, Both};
pub use calls::{CallFacts, Distribution, FailureReason, ProblemExample, Problems, Tokens};
pub use carried::Carried;
pub use cascade::{Cascade, CascadeFacts, RepeatThreshold, Uncascadable, Uncascaded};
pub use close::{CloseCall, CloseTo};
pub use learning::{Gain, Learning};
pub use outdone::Outdone;
pub use scored::{Answered, Gaps, Responses, Scored};
pub use shots::{ShotEffect, ShotStep};
pub use staircase::{Basis, Stair, Staircase, Untested};
pub use stopped::StoppedRepeat;
pub use tangible::Tangible;
pub use unmeasured::{Unmeasured, UnmeasuredKind};

use crate::candidate::{Candidate, Point};
use crate::data::{Sealed, Units};
use crate::measure::{Deployment, known};
use crate::metric::{Metric, Outcomes};
use crate::stats::{Clusters, Estimate, Needed};
use crate::study::costs::Estimated;
use crate::study::{Cost, FamilyId, LimitViolation};
use crate::trial::{Stopped, TrialStats};

/// One candidate with everything that was measured of it, but for the holdout, which stays sealed.
#[derive(Clone, Debug)]
pub struct CandidateResults {
    /// The candidate.
    pub candidate: Candidate,
    /// Its finished repeats.
    pub repeats: Vec<RepeatOutcomes>,
    /// Trainings that were ended early since they can't matter, each with the number of its repeat.
    pub stopped: Vec<(u32, Stopped)>,
    /// Why the others failed.
    pub failures: Vec<String>,
    /// What it costs in use.
    pub deployment: Option<Deployment>,
    /// What asking it came to, where it is asked and not trained.
    pub calls: Option<CallFacts>,
    /// Why it can't be judged, where so much of it is missing; none where all that was asked for was measured.
    pub unmeasured: Option<Unmeasured>,
    /// Its repeats trained on half of their rows, as far as they were.
    pub halves: Vec<RepeatOutcomes>,
    /// Rows that its model is trained on if it is handed over; none where nothing is trained or handed over.
    pub handed_over_on: Option<u64>,
    /// Which rows count as one, the same for all candidates; none where each counts for itself.
    pub units: Option<Arc<Units>>,
    /// The two that it is put together of; none of what is trained or asked itself.
    pub cascade: Option<Arc<Cascade>>,
    /// What probes measured of its models, as far as a limit or the order of sizes hangs on it; by the name of the probe.
    pub probed: BTreeMap<String, Estimated>,
}

/// One finished repeat of a candidate.
#[derive(Clone, Debug)]
pub struct RepeatOutcomes {
    /// Number of the repeat.
    pub repeat: u32,
    /// The trial's figures.
    pub facts: TrialStats,
    /// Validation examples.
    pub rows: Vec<u32>,
    /// Outcomes on them.
    pub validation: Outcomes,
    /// Where answers on further validation examples are missing: all of them, filled in; none for what is trained.
    pub gaps: Option<Gaps>,
    /// Outcomes on a sample of the training rows.
    pub train: Outcomes,
    /// Outcomes on the holdout, unread.
    pub sealed: Sealed,
}

/// Where a candidate stands in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CandidateStatus {
    /// The answer: the smallest that is good enough.
    Choice,
    /// The best within the limits.
    Reference,
    /// Confirmed as good enough on the holdout, but dearer than the choice.
    GoodEnough,
    /// Could be good enough; not shown.
    Undecided,
    /// Dearer than the choice, which is good enough: not tested.
    Unneeded,
    /// Surely not good enough.
    TooWeak,
    /// Dearer than the reference and not shown to be better.
    NoBetter,
    /// Dearer than the reference and surely better on the rows of the verdict: the reference is an incumbent, or it was the best on
    /// validation rows alone.
    Better,
    /// Exceeds a limit.
    OverLimits,
    /// Its training was ended early: by its own curve it could not have reached what would matter.
    Stopped,
    /// One training was enough: it surely gains too little over the best to matter.
    TriedOnce,
    /// Too few of its trials were finished.
    Failed,
    /// Too much of it is missing to judge it; not a word on how good it is.
    Unmeasured,
}

/// One candidate's line in the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Name of the candidate.
    pub name: String,
    /// Its family.
    pub family: FamilyId,
    /// Stored parameters: the median over repeats; none where nobody says.
    pub parameters: Option<u64>,
    /// Bytes of the bundle: the median over repeats; none where not known.
    #[serde(default, deserialize_with = "known")]
    pub bytes: Option<u64>,
    /// Quality on validation rows, in the metric's unit; none if fewer than two repeats finished.
    pub quality: Option<Estimate>,
    /// Difference to the reference on validation rows; positive is better whatever the metric's direction.
    pub difference: Option<Estimate>,
    /// Mean quality on training rows, in the metric's unit.
    pub train_quality: Option<f64>,
    /// Quality on training rows of each finished repeat, in the metric's unit.
    #[serde(default)]
    pub train_by_repeat: Vec<f64>,
    /// Quality on the holdout; only for candidates that were looked at.
    pub holdout_quality: Option<Estimate>,
    /// Difference to the reference on the sealed rows, where both were looked at; positive is better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holdout_difference: Option<Estimate>,
    /// Quality on validation rows of each finished repeat, in the metric's unit.
    pub by_repeat: Vec<f64>,
    /// What it costs in use.
    pub deployment: Option<Deployment>,
    /// Figures of each finished repeat, without their training curves.
    pub trials: Vec<TrialStats>,
    /// The training curve of the first repeat.
    pub history: Vec<Point>,
    /// Trainings that were ended early since they can't matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stopped: Vec<StoppedRepeat>,
    /// Why trials failed.
    pub failures: Vec<String>,
    /// What asking it came to, where it is asked and not trained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<CallFacts>,
    /// The two that it is put together of; none of what is trained or asked itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cascade: Option<CascadeFacts>,
    /// What probes measured of it, as far as a limit or the order of sizes hangs on it; by the name of the probe.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub probed: BTreeMap<String, Estimated>,
    /// Limits it exceeds.
    pub excess: Vec<LimitViolation>,
    /// The costs that decide and that a probe has not measured of it: it is neither within their limits nor beyond them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<&'static dyn Cost>,
    /// Why it can't be judged, where too much of it is missing. Nothing rests on it or against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmeasured: Option<Unmeasured>,
    /// Where it stands.
    pub standing: CandidateStatus,
}

/// The choice of what to test, made on validation scores alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Screening {
    /// One line a candidate, from the cheapest to the dearest.
    pub rows: Vec<Row>,
    /// The baseline, if its trials finished.
    pub baseline: Option<String>,
    /// What the others are compared with: the incumbent where the terms name one, whatever the limits; else the best candidate
    /// within the limits among those shown to beat guessing, or of all where none is. None if the incumbent was not
    /// measured, or no candidate is within the limits.
    pub reference: Option<String>,
    /// Whether the reference is the incumbent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incumbent: bool,
    /// The best candidate whatever the limits.
    pub best: Option<String>,
    /// Whether any candidate within the limits surely beats the baseline on validation rows; true without a baseline.
    pub learned: bool,
    /// Which candidates beat it, and by how much.
    #[serde(default)]
    pub learning: Learning,
    /// The smallest candidate within half the margin, or one standard error, of the reference on validation rows: what to use
    /// while the tests decide nothing. None where that is the reference itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<String>,
    /// What the members of the sequence are compared with.
    pub against: Against,
    /// The candidates to test, in this order; at most four. With cross-fitting all that are plausible, from the
    /// cheapest to the dearest: the order of the tests is that of their p-values.
    pub sequence: Vec<String>,
    /// The candidates that get a step of the staircase, from the cheapest to the dearest: a choice that does not depend on
    /// the margin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub staircase: Vec<String>,
    /// Whether the repeats sealed folds of their own in place of one holdout.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cross_fitted: bool,
    /// Whether nothing was put to the test since too much was not measured: the holdout stays unread.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
    /// Where candidates err together, on the validation rows that both have; one a pair, in the order of `rows`, and only
    /// where some candidate is asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreements: Vec<Agreement>,
    /// What more shots bring, for every model that was asked at several numbers of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shots: Vec<ShotEffect>,
}

/// What a member of the sequence is tested against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Against {
    /// This candidate, with the study's margin.
    Candidate(String),
    /// The study's bar.
    Bar,
    /// Nothing: there is nothing to test.
    Nothing,
}

/// What a test asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TestKind {
    /// Is the candidate better than the baseline?
    Learned,
    /// Is the candidate at most the margin worse than the reference?
    NonInferiority,
    /// Is the candidate's quality above the bar?
    AboveBar,
}

/// One test on the holdout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// What it asks.
    pub kind: TestKind,
    /// The candidate it is about.
    pub candidate: String,
    /// What it is compared with; none for a bar.
    pub against: Option<String>,
    /// The score that it compares, where that is not the study's metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Metric>,
    /// The difference (positive is better), or for a bar the distance above it.
    pub difference: Estimate,
    /// The lower bound of the difference has to exceed this: minus the margin, or 0.
    pub threshold: f64,
    /// Lower bound of the difference, one-sided, at the study's confidence or at that of `confidence`.
    pub lower: f64,
    /// Upper bound of the difference, likewise.
    pub upper: f64,
    /// The one-sided confidence of both bounds, where it is above the study's: with cross-fitting, so that all
    /// tests together hold at the study's (Holm 1979).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// How many examples it took, where it stopped as soon as the answer was known; none where all were read at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequential: Option<Sequential>,
    /// How the bounds were carried from the repeats to the models that are handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried: Option<Carried>,
    /// Whether it passed.
    pub passed: bool,
    /// Whether it counts: false once an earlier test of the sequence has failed.
    pub counted: bool,
}

/// How far a test went that reads one example after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequential {
    /// Examples it read.
    pub examples: u64,
    /// Examples there are.
    pub of: u64,
    /// Whether its confidence sequence decided; else the rows ran out, and the interval for all of them did.
    pub stopped: bool,
}

/// Everything the policy decides on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// The screening, its rows with their holdout quality filled in where it was read.
    pub screening: Screening,
    /// Tests in the order of the sequence; the first asks whether anything was learned.
    pub tests: Vec<Test>,
    /// Validation examples of one repeat.
    pub validation_examples: u64,
    /// Holdout examples; with cross-fitting all rows, since each is tested.
    pub holdout_examples: u64,
    /// Which look at the holdout this is, from 1; 0 if nothing was read.
    pub look: u32,
    /// What the limits cost: difference of the reference to the best candidate overall, on the sealed rows where both were
    /// looked at, else on validation rows.
    pub limits_cost: Option<Estimate>,
    /// For each smaller candidate the smallest margin at which it is good enough (or the highest bar that it clears).
    #[serde(default, skip_serializing_if = "Staircase::is_empty")]
    pub staircase: Staircase,
    /// The differences of the tests in a measure that people can picture, on the same rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tangible: Vec<Tangible>,
}

/// The five answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictKind {
    /// A candidate cheaper than the reference (or the cheapest of all) is confirmed to be good enough.
    SmallerIsEnough,
    /// Nothing cheaper is good enough; the difference is real, and more than the margin as far as can be told.
    BiggerPays,
    /// Neither is shown.
    Undecided,
    /// No candidate meets the limits or the bar.
    NothingQualifies,
    /// No candidate is shown to beat the baseline.
    NothingLearned,
}

/// What lies beyond the reference on the ladder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Beyond {
    /// Number of measured candidates dearer than the reference.
    pub dearer: u32,
    /// The best of them.
    pub best: Option<String>,
    /// Its difference to the reference on validation rows; positive is better.
    pub difference: Option<Estimate>,
}

/// The answer, with what carries it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Which of the five.
    pub kind: VerdictKind,
    /// The candidate to use; none if nothing qualifies or nothing was learned. While nothing is decided it is the smallest that
    /// by the estimate keeps within half the margin of the reference, or within one standard error.
    pub choice: Option<String>,
    /// What the others are compared with: the incumbent, or the best within the limits on validation rows.
    pub reference: Option<String>,
    /// The test that carries the verdict, if one does: a position in the analysis' tests.
    pub carried_by: Option<usize>,
    /// What is missing for a decision; only for `undecided`.
    pub needed: Option<Needed>,
    /// The candidate that comes nearest and by how much it misses; only for `nothing qualifies`.
    pub nearest: Option<(String, Vec<LimitViolation>)>,
    /// What lies beyond the reference.
    pub beyond: Beyond,
    /// Where a candidate is good enough against the reference, but another one is better by more than the margin on the rows of
    /// the verdict: then nothing is decided, and that one is the choice meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outdone: Option<Outdone>,
    /// The candidates that were not measured and without which nothing positive can be said: names, in the order of the
    /// rows. Only where the verdict is `undecided` for that reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmeasured: Vec<String>,
    /// Figures that are not known well enough to say on which side of a limit they are, or which of two candidates is the smaller one, where the
    /// choice hangs on that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub close: Vec<CloseCall>,
}

impl CandidateResults {
    /// A candidate of which nothing is measured yet.
    #[must_use]
    pub fn bare(candidate: Candidate) -> Self {
        Self {
            candidate,
            repeats: Vec::new(),
            stopped: Vec::new(),
            failures: Vec::new(),
            deployment: None,
            calls: None,
            unmeasured: None,
            halves: Vec::new(),
            handed_over_on: None,
            units: None,
            cascade: None,
            probed: BTreeMap::new(),
        }
    }

    /// Which rows of the data set count as one.
    #[must_use]
    pub fn row_units(&self) -> Option<Clusters<'_>> {
        self.units.as_deref().map(|units| Clusters { of: units.of_rows(), copies: units.are_copies() })
    }

    /// Whether its repeats sealed folds of their own in place of one holdout.
    #[must_use]
    pub fn is_cross_fitted(&self) -> bool {
        self.repeats.iter().any(|one| one.sealed.is_fold())
    }
}
