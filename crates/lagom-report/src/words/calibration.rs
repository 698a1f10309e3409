//! What became of the calibration of the model that is handed over.

use super::context::ReportContext;
use crate::answer::Fact;
use crate::numbers::{count, plural};
use crate::probe::Tempering;
use crate::trial::Calibration;

/// What was kept, and what it brings; nothing where the study does not ask for it.
pub(super) fn tell(context: &ReportContext<'_>) -> Option<Fact> {
    let calibration = context.findings.bundle.as_ref()?.calibration.as_ref()?;
    let measured =
        |found: &Tempering| format!("on {} that a second model had not seen", plural(found.rows, "row", "rows"));
    let (value, detail) = match calibration {
        Calibration::Kept(found) => (
            "calibrated".to_owned(),
            format!(
                "; the log-odds of {} are divided by a temperature of {:.2}, which changes no called class. Log loss {:.3} in place of {:.3}, calibration error (ECE) {:.3} in place of {:.3}, {}, each at the temperature of the others",
                context.findings.bundle.as_ref()?.file,
                found.temperature,
                found.tempered_loss,
                found.loss,
                found.tempered_apart,
                found.apart,
                measured(found)
            ),
        ),
        Calibration::NothingSure(found) => (
            "as trained".to_owned(),
            format!(
                "; a temperature brings nothing that is sure: log loss {:.3}, and {:.3} with one, {}",
                found.loss,
                found.tempered_loss,
                measured(found)
            ),
        ),
        Calibration::FewErrors(found) => (
            "as trained".to_owned(),
            format!(
                "; a temperature takes ten wrong answers and ten right ones, and of {} that a second model had not seen {} were answered wrongly",
                plural(found.rows, "row", "rows"),
                count(found.wrong)
            ),
        ),
        Calibration::TooFew { rows, needed } => (
            "as trained".to_owned(),
            format!(
                "; a temperature is fitted on {} or more that a second model has not seen, and a fifth of yours are {}",
                plural(*needed, "row", "rows"),
                count(*rows)
            ),
        ),
        Calibration::Failed { why } => {
            ("as trained".to_owned(), format!("; the second model, of which a temperature comes, failed: {why}"))
        }
        Calibration::Cascade => (
            "as trained".to_owned(),
            "; the threshold between two models in a row is of probabilities as they are, so no temperature is looked for".to_owned(),
        ),
    };
    Some(Fact::new("probabilities", value, detail))
}
