//! What "good enough" means for results that were measured elsewhere.

use serde::{Deserialize, Serialize};

use crate::study::Rule;

/// What to judge by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareTerms {
    /// The margin to the reference, or the bar to clear, in the metric's unit; none proposes a margin for each metric
    /// (see [`super::Judgement::rule`] for what was taken).
    pub rule: Option<Rule>,
    /// How sure a claim has to be, between 0.5 and 1.
    pub confidence: f64,
    /// What "smallest" means; none takes `order`, else the first of [`Cost::TOLD`] that is known of all candidates and tells
    /// them apart.
    pub smallest_by: Option<Cost>,
    /// The candidates from the cheapest to the dearest, where no table tells; empty if not given.
    pub order: Vec<String>,
    /// The candidate the others are compared with; none compares with whichever is the best.
    pub reference: Option<String>,
    /// What deployment allows.
    pub limits: CompareLimits,
    /// Whether to replay the examples one by one, to see after how many the verdict would have stood.
    pub replay: bool,
    /// Seed of the replay's order.
    pub seed: u64,
}

/// What deployment allows; a candidate of which a limited cost is not known exceeds the limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CompareLimits {
    /// The most parameters.
    pub parameters: Option<u64>,
    /// The most bytes.
    pub bytes: Option<u64>,
    /// The longest time for one example, in seconds.
    pub latency: Option<f64>,
    /// The most that one example may cost, in the money of the files.
    pub cost: Option<f64>,
}

/// A cost that candidates can be ordered by; lower is better for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cost {
    /// Number of parameters.
    Parameters,
    /// Size in bytes.
    Bytes,
    /// Money an example: as measured, else the table's price.
    Cost,
    /// Time for one example, in seconds: the 95th percentile, else the mean.
    Latency,
}

impl Cost {
    /// Every cost.
    pub const ALL: [Cost; 4] = [Cost::Parameters, Cost::Bytes, Cost::Cost, Cost::Latency];

    /// The costs that order candidates unasked, in this order: what the user or the log says of them, and no time that was
    /// measured.
    pub const TOLD: [Cost; 3] = [Cost::Parameters, Cost::Bytes, Cost::Cost];

    /// The name by which the user tells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Cost::Parameters => "parameters",
            Cost::Bytes => "bytes",
            Cost::Cost => "cost",
            Cost::Latency => "latency",
        }
    }

    /// The cost of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Cost> {
        Cost::ALL.into_iter().find(|cost| cost.name() == name)
    }
}

impl CompareTerms {
    /// The margin, where the rule is one.
    #[must_use]
    pub fn margin(&self) -> Option<f64> {
        match self.rule {
            Some(Rule::Margin(margin)) => Some(margin),
            Some(Rule::Bar(_)) | None => None,
        }
    }

    /// The bar, where the rule is one.
    #[must_use]
    pub fn bar(&self) -> Option<f64> {
        match self.rule {
            Some(Rule::Bar(bar)) => Some(bar),
            Some(Rule::Margin(_)) | None => None,
        }
    }
}
