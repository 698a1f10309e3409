//! From which probability on a row is to be called positive, in words.

use super::context::ReportContext;
use crate::numbers::percent;

/// What to do for answers of yes or no where the metric ranks rows; none where it does not.
pub(super) fn tell(context: &ReportContext<'_>) -> Option<String> {
    let found = context.findings.threshold?;
    let choice = context.findings.verdict.choice.as_deref()?;
    let class = context.findings.data.classes.get(1)?;
    Some(format!(
        "AUC says how well rows are ranked; answers need a threshold. From a probability of \"{class}\" of {:.3} on, {choice} says \"{class}\" as often as it is true ({} of the rows): it then finds {} of them, and {} of what it calls \"{class}\" is right (validation rows). `lagom predict --probabilities` gives the probabilities; its plain answers take the likelier class.",
        found.probability,
        percent(found.share),
        percent(found.found),
        percent(found.right),
    ))
}
