//! What is asked and found.

use serde::{Deserialize, Serialize};

use crate::metric::Metric;
use crate::stats::Estimate;
use crate::study::FamilyId;
use crate::verdict::CandidateResults;

/// What is looked at, and how sure a finding has to be.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// The family.
    pub family: FamilyId,
    /// The measure of quality.
    pub metric: Metric,
    /// The confidence of all that is sure, as 0.95.
    pub confidence: f64,
}

/// One size, plain and with spoilt labels.
#[derive(Clone, Debug)]
pub struct Spoilt<'a> {
    /// As the run trained it.
    pub plain: &'a CandidateResults,
    /// With some of its training labels replaced.
    pub noisy: Vec<Noisy<'a>>,
    /// With all of its training labels shuffled; none where that was not trained.
    pub shuffled: Option<&'a CandidateResults>,
}

/// A size with some of its training labels replaced.
#[derive(Clone, Copy, Debug)]
pub struct Noisy<'a> {
    /// The share of them, above 0 and below 1.
    pub share: f64,
    /// What it came to.
    pub results: &'a CandidateResults,
}

/// What larger sizes of a family learn that is of no use on other rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overfitting {
    /// The family.
    pub family: FamilyId,
    /// The measure of quality.
    pub metric: Metric,
    /// The confidence of all that is sure.
    pub confidence: f64,
    /// The sizes, from the smallest.
    pub sizes: Vec<OverfitSize>,
    /// Sizes of the family that the run measured and that were not looked at, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Where it begins.
    pub begins: Begins,
    /// Whether the largest loses more for wrong labels than the smallest; none where either was not measured.
    pub sensitivity: Option<Sensitivity>,
    /// Quality of the baseline on validation rows: about what shuffled labels can be guessed to; none where it was not measured.
    pub guessing: Option<f64>,
}

/// One size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverfitSize {
    /// The candidate.
    pub name: String,
    /// Its stored parameters, the median over repeats; none where it was not trained.
    pub parameters: Option<u64>,
    /// Mean quality on training rows, in the metric's unit.
    pub train: Option<f64>,
    /// Quality on validation rows, in the metric's unit.
    pub validation: Option<Estimate>,
    /// How much better it is on training rows than on validation rows, whatever the metric's direction.
    pub gap: Option<f64>,
    /// Mean quality on training rows whose labels were shuffled, measured on those labels: what it learns by heart.
    pub memorised: Option<f64>,
    /// What wrong labels cost it, from few to many.
    pub noise: Vec<NoiseLoss>,
    /// Why trainings with spoilt labels failed: nothing is said of what is left of their repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<String>,
}

/// What wrong labels among the training rows cost a size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseLoss {
    /// The share of labels replaced.
    pub share: f64,
    /// Quality on validation rows, whose labels are as they were, in the metric's unit.
    pub quality: Estimate,
    /// How much worse that is than without; below 0 where it is better.
    pub lost: Estimate,
}

/// Where on the ladder larger models get worse on rows that they were not trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Begins {
    /// At this size, by its place: surely worse than the best smaller one on validation rows, and no worse on training rows.
    At(usize),
    /// At none that was measured.
    Nowhere,
    /// Fewer than two sizes could be compared.
    Unknown,
}

/// How much more the largest size loses for wrong labels than the smallest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// Place of the smaller size.
    pub smallest: usize,
    /// Place of the larger size.
    pub largest: usize,
    /// The share of labels replaced.
    pub share: f64,
    /// Quality lost by the larger less that lost by the smaller: above 0 where the larger is more sensitive.
    pub more: Estimate,
}
