//! What the smaller of the two candidates saves that the verdict compares.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::Findings;
use crate::costs::shows;
use crate::study::Cost;
use crate::study::costs::{COSTS, TrainingCost, cheaper_first};
use crate::verdict::{Row, TestKind};

/// How many times a candidate is smaller, faster and so on than the one it is compared with; below 1
/// where it is larger or slower.
#[derive(Clone, Debug, PartialEq)]
pub struct Gains {
    /// The cheaper candidate.
    pub candidate: String,
    /// The other.
    pub against: String,
    /// The ratio of each cost, in the order of [`COSTS`]; none where one of the two is not known, or nothing.
    pub ratios: Vec<Option<f64>>,
}

impl Serialize for Gains {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("candidate", &self.candidate)?;
        map.serialize_entry("against", &self.against)?;
        for (cost, ratio) in COSTS.iter().zip(&self.ratios) {
            // A cost that reports do not show unasked has an entry only where it has a ratio.
            if ratio.is_some() || cost.about().usual || cost.is(&TrainingCost) {
                map.serialize_entry(cost.about().ratio, ratio)?;
            }
        }
        map.end()
    }
}

impl Gains {
    /// The ratios between the two candidates that the verdict is about; none where there is only one.
    #[must_use]
    pub fn of(findings: &Findings) -> Option<Self> {
        let (small, large) = compared(findings)?;
        let over = |large: f64, small: f64| {
            let ratio = large / small;
            (ratio.is_finite() && ratio > 0.0).then_some(ratio)
        };
        let told = |cost: &dyn Cost| cost.is(&TrainingCost) || shows(findings, cost);
        let ratio = |cost: &&dyn Cost| over(large.cost(*cost)?, small.cost(*cost)?).filter(|_| told(*cost));
        let (candidate, against) = (small.name.clone(), large.name.clone());
        Some(Self { candidate, against, ratios: COSTS.iter().map(ratio).collect() })
    }

    /// The ratio of a cost.
    #[must_use]
    pub fn ratio(&self, cost: &dyn Cost) -> Option<f64> {
        COSTS.iter().zip(&self.ratios).find(|(other, _)| other.is(cost)).and_then(|(_, ratio)| *ratio)
    }
}

/// The two candidates that the verdict compares, the cheaper first.
pub(super) fn compared(findings: &Findings) -> Option<(&Row, &Row)> {
    let (screening, verdict) = (&findings.analysis.screening, &findings.verdict);
    let test = verdict.carried_by.and_then(|at| findings.analysis.tests.get(at));
    let test = test.filter(|test| test.kind != TestKind::Learned);
    let reference = verdict.reference.as_deref()?;
    let other = match (verdict.choice.as_deref(), test) {
        (Some(choice), _) if choice != reference => choice,
        (_, Some(test)) if test.candidate != reference => &test.candidate,
        (_, Some(test)) => test.against.as_deref()?,
        _ => return None,
    };
    let (a, b) = (screening.row(reference)?, screening.row(other)?);
    let by = findings.terms.smallest_by;
    Some(if cheaper_first(a.cost(by), b.cost(by)).is_lt() { (a, b) } else { (b, a) })
}
