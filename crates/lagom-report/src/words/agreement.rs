//! Where the two that the verdict compares err together, in words.

use super::context::ReportContext;
use crate::answer::Fact;
use crate::numbers::{percent, plural};
use crate::stats::wilson;
use crate::verdict::Agreement;

/// Fewest errors about which anything is said.
const FEWEST: u64 = 10;

/// The line under the answer; nothing where nobody was asked or the two that the verdict compares share no rows.
pub(super) fn tell(context: &ReportContext<'_>) -> Option<Fact> {
    let found = crate::asked::agreements(context.findings).first().filter(|pair| pair.compared)?.shares();
    let [first, second] = &found.candidates;
    let detail = format!(
        ", only {second} on {}, only {first} on {}, neither on {} of {}",
        percent(found.only_second),
        percent(found.only_first),
        percent(found.neither),
        plural(found.examples, "validation row", "validation rows")
    );
    Some(Fact::new("agreement", format!("both are right on {}", percent(found.both)), detail))
}

/// What it means that the first (the cheaper) errs with the second or without it; nothing where the numbers leave open whether
/// most of its errors are shared.
pub(crate) fn sentence(context: &ReportContext<'_>, found: &Agreement) -> Option<String> {
    // Outcomes that stand in every repeat are counted once.
    let repeats = (found.outcomes() / found.examples.max(1)).max(1);
    let (shared, errors) = (found.neither / repeats, (found.neither + found.only_second) / repeats);
    let (low, high) = wilson(shared, errors, context.findings.terms.confidence);
    let [first, second] = &found.candidates;
    if errors < FEWEST {
        return None;
    }
    if low > 0.5 {
        let share = percent(shared as f64 / errors as f64);
        let alike = found.same.filter(|same| same.wrong * 2 > found.neither);
        let labels = if alike.is_some() {
            " On most of them both give the same wrong answer: see whether the labels are right."
        } else {
            ""
        };
        return Some(format!(
            "Of the rows that {first} gets wrong, {second} gets {share} wrong as well: there the bigger model does not help; look at the rows, the labels and the question.{labels}"
        ));
    }
    (high < 0.5).then(|| {
        let share = percent(1.0 - shared as f64 / errors as f64);
        format!("Of the rows that {first} gets wrong, {second} gets {share} right: most errors of {first} are its own.")
    })
}
