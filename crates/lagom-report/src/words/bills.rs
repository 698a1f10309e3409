//! What answers cost, and how sure times are, in words.

use super::context::ReportContext;
use crate::bills::{Bills, BreakEven};
use crate::numbers::{count, list, percent};
use crate::verdict::Row;

/// From which load on a trained model pays against one that is paid for.
pub(crate) fn tell(_: &ReportContext<'_>, bills: &Bills) -> Vec<String> {
    bills.break_even.iter().filter_map(sentence).collect()
}

fn sentence(found: &BreakEven) -> Option<String> {
    let BreakEven { trained, paid, .. } = found;
    // Half an answer is none: what is told is what is enough.
    let whole = |value: f64| count(value.ceil().max(1.0) as u64);
    let training = found.answers.map(|answers| {
        format!(
            "One training of {trained} is paid off after {} answers that {paid} would have been paid for.",
            whole(answers)
        )
    });
    let machine = found.requests_per_month.map(|requests| {
        format!(
            "A machine kept all month for {trained} costs less than the answers of {paid} from {} requests a month on.",
            whole(requests)
        )
    });
    let told: Vec<String> = [training, machine].into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join(" "))
}

/// That the machine was not quiet while some of these were timed; none where it was.
pub(crate) fn disturbed(rows: &[&Row]) -> Option<String> {
    let timings = |row: &Row| Some(row.deployment.as_ref()?.timings.as_ref()?.stillness);
    let found: Vec<(String, crate::measure::Stillness)> = rows
        .iter()
        .filter_map(|row| Some((row.name.clone(), timings(row)?)))
        .filter(|(_, stillness)| !stillness.is_quiet())
        .collect();
    let names: Vec<String> = found.iter().map(|(name, _)| name.clone()).collect();
    let waited = found.iter().filter_map(|(_, stillness)| stillness.waited).fold(0.0, f64::max);
    let drift = found.iter().map(|(_, stillness)| stillness.drift).fold(0.0, f64::max);
    (!names.is_empty()).then(|| {
        format!(
            "The machine was not quiet while {} {} timed: other work took up to {} of the time, and the medians of two halves of a measuring differ by up to {}. These times may be too long; run the study again on an idle machine in another folder to compare.",
            list(&names),
            if names.len() == 1 { "was" } else { "were" },
            percent(waited),
            percent(drift)
        )
    })
}
