//! What "good enough" means for results that were measured elsewhere.

use serde::{Deserialize, Serialize};

use crate::study::{Cost, Limits, Rule};

/// What to judge by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareTerms {
    /// The margin to the reference, or the bar to clear, in the metric's unit; none proposes a margin for each metric
    /// (see [`super::Judgement::rule`] for what was taken).
    pub rule: Option<Rule>,
    /// How sure a claim has to be, between 0.5 and 1.
    pub confidence: f64,
    /// What "smallest" means; none takes `order`, else the first cost that is known of all candidates and tells them apart, but no
    /// time that was measured.
    pub smallest_by: Option<&'static dyn Cost>,
    /// The candidates from the cheapest to the dearest, where no table tells; empty if not given.
    pub order: Vec<String>,
    /// The candidate the others are compared with; none compares with whichever is the best.
    pub reference: Option<String>,
    /// What deployment allows, of the costs that other tools may tell; money is that for one example, in the money of the files. A
    /// candidate of which a limited cost is not known exceeds the limit.
    #[serde(with = "limits_by_name")]
    pub limits: Limits,
    /// Whether to replay the examples one by one, to see after how many the verdict would have stood.
    pub replay: bool,
    /// Seed of the replay's order.
    pub seed: u64,
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

/// Limits as comparisons write them: numbers by the names of the costs, `null` where there is no limit.
mod limits_by_name {
    use std::collections::BTreeMap;

    use serde::de::Error;
    use serde::ser::SerializeMap;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::study::Limits;
    use crate::study::costs::{Amount, COSTS, imported};

    pub(super) fn serialize<S: Serializer>(limits: &Limits, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for cost in COSTS.iter().filter(|cost| cost.about().imported.is_some()) {
            let name = cost.about().name;
            match limits.get(*cost) {
                Some(Amount::Count(number) | Amount::Bytes(number)) => map.serialize_entry(name, number)?,
                Some(amount) => map.serialize_entry(name, &amount.value())?,
                None => map.serialize_entry(name, &None::<f64>)?,
            }
        }
        map.end()
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Limits, D::Error> {
        let mut limits = Limits::default();
        for (name, most) in BTreeMap::<String, Option<f64>>::deserialize(deserializer)? {
            let Some(most) = most else { continue };
            let cost = imported().into_iter().find(|cost| cost.about().name == name);
            let limit = cost.and_then(|cost| Some((cost, cost.about().unit.amount(most)?)));
            let (cost, amount) = limit.ok_or_else(|| D::Error::custom(format!("no limit: {name} of {most}")))?;
            limits = limits.with(cost, amount);
        }
        Ok(limits)
    }
}
