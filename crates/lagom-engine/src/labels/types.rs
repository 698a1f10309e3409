//! What is compared and found.

use serde::{Deserialize, Serialize};

use crate::metric::Metric;
use crate::stats::Estimate;
use crate::study::Adaptation;
use crate::verdict::CandidateResults;

/// How a candidate comes to what it knows of the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// It is trained from the study's rows alone.
    Rows,
    /// Pretrained weights are adapted to the rows.
    Adapted(Adaptation),
    /// It is asked: no label changes it, but for those of its worked examples.
    Asked,
}

impl Way {
    /// Whether no number of labels changes it, but for those of its worked examples.
    #[must_use]
    pub fn is_level(self) -> bool {
        match self {
            Self::Asked => true,
            Self::Adapted(how) => how.is_prompted(),
            Self::Rows => false,
        }
    }
}

/// What is compared, and how sure a claim has to be.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// The measure of quality.
    pub metric: Metric,
    /// The confidence of all that is said of two candidates together, as 0.95.
    pub confidence: f64,
    /// The loss that nobody would notice, in the metric's unit; none where the study has a bar.
    pub margin: Option<f64>,
}

/// One candidate at several numbers of labels.
#[derive(Clone, Debug)]
pub struct Trained<'a> {
    /// How it comes to what it knows.
    pub way: Way,
    /// What it came to on each share of the rows, from the smallest; none where that was not measured. As many as of any other candidate.
    pub parts: Vec<Option<CandidateResults>>,
    /// What it came to on all rows.
    pub whole: &'a CandidateResults,
}

impl Trained<'_> {
    /// What it came to at one place: the shares in their order, then all rows.
    pub(super) fn at(&self, place: usize) -> Option<&CandidateResults> {
        if self.is_level() || place == self.parts.len() {
            return Some(self.whole);
        }
        self.parts.get(place)?.as_ref()
    }

    /// Whether no number of labels changes it.
    pub(super) fn is_level(&self) -> bool {
        self.way.is_level()
    }
}

/// Which adaptation pays at which number of labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelCurves {
    /// The confidence of what is said of two candidates, for all numbers of labels together.
    pub confidence: f64,
    /// Repeats behind a point on a part of the rows; fewer where repeats lack the rows.
    pub repeats: u32,
    /// One candidate of each adaptation, in the order in which adaptations are told.
    pub curves: Vec<LabelCurve>,
    /// What was compared: the first one carries the sentence.
    pub contests: Vec<Contest>,
    /// Small weights that are trained against larger ones that are not; none where the study does not have both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizes: Option<SizeContest>,
}

/// Quality over the number of labels, for the candidate that stands for its adaptation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelCurve {
    /// The candidate.
    pub candidate: String,
    /// How it comes to what it knows.
    pub way: Way,
    /// Numbers that its pretrained weights store; none where it stands on none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<u64>,
    /// Its points, from the fewest labels to all; of one that no label changes a single one, which holds for every number.
    pub points: Vec<LabelPoint>,
    /// Why trainings on a part of the rows failed, each cause once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<String>,
}

/// One point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelPoint {
    /// Rows trained on; 0 of one that no label changes.
    pub labels: u64,
    /// Quality on validation rows, in the metric's unit.
    pub quality: Estimate,
    /// Mean CPU seconds of a training.
    pub cpu_seconds: f64,
}

/// Two candidates compared at every number of labels at which both were measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contest {
    /// The candidate that is asked about.
    pub one: String,
    /// The other one.
    pub other: String,
    /// How much better the first is, from the fewest labels to all.
    pub differences: Vec<LabelDifference>,
    /// What that comes to.
    pub outcome: Outcome,
}

/// How much better one candidate is than another at a number of labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelDifference {
    /// Rows that the first one was trained on.
    pub labels: u64,
    /// The difference on validation rows; positive where the first is better, whatever the metric's direction.
    pub difference: Estimate,
}

/// One of two candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The one that is asked about.
    One,
    /// The other.
    Other,
}

/// What a comparison over labels comes to. Only what its intervals part is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// With all labels one of the two is surely ahead.
    Apart {
        /// Which.
        ahead: Side,
        /// It is surely ahead at this number of labels and at every larger one that was measured.
        from: u64,
        /// The largest number of labels below that at which the other is surely ahead; none where it is at none.
        before: Option<u64>,
        /// Where the one that is asked about is behind: more labels than these are needed until it does as well as the other does with
        /// all. Those that there are, or more where its own learning curve bounds it.
        needs: Option<u64>,
    },
    /// With all labels it can't be told which is better.
    Open {
        /// The largest number of labels at which the first is surely ahead.
        one: Option<u64>,
        /// The largest number of labels at which the other is surely ahead.
        other: Option<u64>,
    },
}

/// Small weights that are trained on the rows against larger ones that stay as they are, with all labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SizeContest {
    /// The candidate on the smaller weights.
    pub small: String,
    /// Numbers that its weights store.
    pub small_weights: u64,
    /// The candidate on the larger ones.
    pub large: String,
    /// Numbers that its weights store.
    pub large_weights: u64,
    /// How much better the small one is on validation rows.
    pub difference: Estimate,
    /// Whether its loss is surely within the margin; none where the study has a bar.
    pub within_margin: Option<bool>,
}
