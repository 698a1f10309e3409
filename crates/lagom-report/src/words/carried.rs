//! Which rows the figures of the verdict are from, and what lies between them and the model that is handed over.

use super::context::ReportContext;
use crate::answer::Fact;
use crate::numbers::{count, percent, plural};
use crate::verdict::{Carried, Test};

/// The rows that the models measured were trained on, beside those of the model handed over.
pub(super) fn tell(context: &ReportContext<'_>) -> Option<Fact> {
    let test = context.deciding()?;
    let carried = test.carried.as_ref()?;
    let (few, all) = (carried.trained_on, carried.handed_over_on);
    let share = percent(few as f64 / all.max(1) as f64);
    let models = plural(u64::from(test.difference.repeats), "model", "models");
    let onward = match &carried.growth {
        Some(_) => format!("the bound is carried to the model trained on all {}", count(all)),
        None if carried.awaits_growth => {
            "how the difference grows with the rows is not measured, so nothing is claimed of the model trained on all of them; `lagom run` measures it".to_owned()
        }
        None => "growth with the rows was not measured, since it could not have changed this".to_owned(),
    };
    let detail = format!("of {} rows ({share}) trained each of the {models} measured; {onward}", count(all));
    Some(Fact::new("rows", count(few), detail))
}

/// What was carried, for the reason of a test: what the repeats alone would say, growth and luck.
pub(super) fn reason(context: &ReportContext<'_>, test: &Test) -> String {
    let Some(carried) = &test.carried else { return String::new() };
    match &carried.growth {
        Some(growth) => format!(
            ". The mean over repeats is surely above {}; from {} rows to {} the difference is expected to change by {}, and from one training to the next by ± {}; all this has to hold on the rows that were validated on as well",
            context.style.signed(context.style.floor(carried.measured_lower)),
            count(carried.trained_on),
            count(carried.handed_over_on),
            context.estimate(growth),
            context.style.size(carried.luck)
        ),
        None => waits(carried).to_owned(),
    }
}

fn waits(carried: &Carried) -> &'static str {
    if carried.awaits_growth { ". How it grows with the rows is not measured, so it proves nothing yet" } else { "" }
}
