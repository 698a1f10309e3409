//! What a reader has to know beside the answer.

use super::context::ReportContext;
use crate::numbers::{count, list};
use crate::verdict::{CandidateStatus, Row};

/// The notes, the most important first.
pub(super) fn tell(context: &ReportContext<'_>) -> Vec<String> {
    [
        proposed(context),
        super::reviewed::tell(context),
        recipe(context),
        super::cut::tell(context),
        super::threshold::tell(context),
        unordered(context),
        unpriced(context),
        looks(context),
        failed(context),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// That lagom chose the margin.
fn proposed(context: &ReportContext<'_>) -> Option<String> {
    let margin = context.findings.terms.margin().filter(|_| context.findings.terms.proposed)?;
    Some(format!(
        "You named no margin: {} is lagom's guess, the same however many rows there are. Set `margin` under [good-enough] to the loss of {} you would not notice, or ask `lagom verdict --margin` at once.",
        context.style.value(margin),
        context.metric()
    ))
}

/// That models were trained otherwise than by lagom's own recipe.
fn recipe(context: &ReportContext<'_>) -> Option<String> {
    let told: Vec<String> = context.findings.study.recipe.iter().map(|setting| format!("`{setting}`")).collect();
    (!told.is_empty()).then(|| format!("Trained with {} under [recipe], in place of lagom's own.", list(&told)))
}

/// That nothing tells which of two or more candidates is the smaller one.
fn unordered(context: &ReportContext<'_>) -> Option<String> {
    let by = context.findings.terms.smallest_by;
    let key = by.about().name;
    if !by.about().declared {
        return None;
    }
    let rows = context.findings.analysis.screening.rows.iter().filter(|row| row.calls.is_some());
    let unknown: Vec<String> = rows.filter(|row| row.cost(by).is_none()).map(|row| row.name.clone()).collect();
    (unknown.len() > 1).then(|| {
        format!(
            "Nothing says which of {} is the smallest, so between them \"smaller\" and \"bigger\" mean nothing. Set `{key}` under their [[candidate]].",
            list(&unknown)
        )
    })
}

/// That requests a month cost nothing as long as nobody says what the machine costs.
fn unpriced(context: &ReportContext<'_>) -> Option<String> {
    let prices = &context.findings.study.prices;
    (prices.requests_per_month.is_some() && prices.machine_hour.is_none()).then(|| {
        "`requests-per-month` says nothing yet: add machine-hour = \"0.10 USD\" under [prices] to see what a month costs.".to_owned()
    })
}

/// How often the holdout was looked at.
fn looks(context: &ReportContext<'_>) -> Option<String> {
    let look = context.findings.analysis.look;
    (look > 1).then(|| {
        if context.cross_fitted() {
            return format!(
                "This is look {look} at the sealed scores. Each reuse weakens their guarantee; new rows restore it."
            );
        }
        format!("This is look {look} at the holdout. Each reuse weakens its guarantee; new rows restore it.")
    })
}

/// That trials failed, where the answer does not tell it.
fn failed(context: &ReportContext<'_>) -> Option<String> {
    let is_told = |row: &&Row| row.unmeasured.is_some() && row.excess.is_empty();
    let (told, rows): (Vec<&Row>, Vec<&Row>) = context.findings.analysis.screening.rows.iter().partition(is_told);
    let told: u64 = told.iter().map(|row| row.failures.len() as u64).sum();
    let failed = context.findings.effort.failed.saturating_sub(told);
    if failed == 0 {
        return None;
    }
    let out: Vec<&str> =
        rows.iter().filter(|row| row.standing == CandidateStatus::Failed).map(|row| row.name.as_str()).collect();
    let reason = rows.iter().find_map(|row| row.failures.first().map(|why| (row.name.as_str(), why)));
    let reason = reason.map(|(name, why)| format!(" ({name}: {})", first_line(why))).unwrap_or_default();
    let judged = match out.as_slice() {
        [] => String::new(),
        [one] => format!("; {one} is therefore not judged"),
        several => format!("; {} candidates are therefore not judged", count(several.len() as u64)),
    };
    let verb = if failed == 1 { "trial" } else { "trials" };
    Some(format!("{} {verb} failed{reason}{judged}.", count(failed)))
}

/// The first line of a message, shortened and without a full stop.
fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no reason given");
    let short: String = line.chars().take(100).collect();
    let short = short.trim_end_matches('.');
    if line.chars().count() > 100 { format!("{short}…") } else { short.to_owned() }
}
