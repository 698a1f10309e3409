//! What more solved examples before each question bring, in words.

use super::context::ReportContext;
use crate::answer::Fact;
use crate::numbers::{capital, list, plural, ratio};
use crate::span::Span;
use crate::{ShownShot, ShownShots};

/// The line under the answer; nothing where no model was asked at several numbers of shots.
pub(super) fn tell(context: &ReportContext<'_>) -> Option<Fact> {
    let all = crate::asked::shots(context.findings);
    let parts: Vec<String> = all.iter().filter_map(|one| short(context, one)).collect();
    (!parts.is_empty()).then(|| Fact::new("shots", parts.join("; "), ""))
}

/// `small: +0.031 ± 0.012 with 4 in place of 0, for 5.2 times the tokens`.
fn short(context: &ReportContext<'_>, shown: &ShownShots) -> Option<String> {
    let fewest = shown.steps.first()?.shots;
    let one = |step: &ShownShot| {
        let span = step.difference?;
        let gain = gain(context, &span);
        let tokens = step.times_tokens.map(|times| format!(", for {} times the tokens", ratio(times)));
        Some(format!("{gain} with {} in place of {fewest}{}", step.shots, tokens.unwrap_or_default()))
    };
    let parts: Vec<String> = shown.steps.iter().filter_map(one).collect();
    (!parts.is_empty()).then(|| format!("{}: {}", shown.table, list(&parts)))
}

/// `+0.031 ± 0.012`; where answers are missing the most that they leave open: `−0.214 to +0.929, for missing answers`.
fn gain(context: &ReportContext<'_>, span: &Span) -> String {
    let style = context.style;
    if span.gap > 0.0 {
        return format!("{} to {}, for missing answers", style.signed(span.low), style.signed(span.high));
    }
    style.with_half(style.signed(span.point), span.half)
}

/// What shots bring to one model and what they cost, in full sentences.
pub(crate) fn sentence(context: &ReportContext<'_>, shown: &ShownShots) -> String {
    let Some(fewest) = shown.steps.first() else { return String::new() };
    let fewest = plural(u64::from(fewest.shots), "shot", "shots");
    let one = |step: &ShownShot| {
        let span = step.difference?;
        let shots = plural(u64::from(step.shots), "shot", "shots");
        let size = gain(context, &span);
        let what = match (span.low > 0.0, span.high < 0.0) {
            (true, _) => format!("{} is better with {shots} than with {fewest} ({size})", shown.table),
            (_, true) => format!("{} is worse with {shots} than with {fewest} ({size})", shown.table),
            _ => format!("no difference between {shots} and {fewest} is shown for {} ({size})", shown.table),
        };
        Some(format!("{what}{}.", costs(step)))
    };
    let told: Vec<String> = shown.steps.iter().filter_map(one).map(|text| begun(text, &shown.table)).collect();
    told.join(" ")
}

/// `; an answer reads 5.2 times the tokens and costs 4.8 times the money`.
fn costs(step: &ShownShot) -> String {
    let tokens = step.times_tokens.map(|times| format!("reads {} times the tokens", ratio(times)));
    let money = step.times_money.map(|times| format!("costs {} times the money", ratio(times)));
    let parts: Vec<String> = tokens.into_iter().chain(money).collect();
    if parts.is_empty() { String::new() } else { format!("; an answer {}", list(&parts)) }
}

/// A sentence begins with a capital, but for a name.
fn begun(text: String, name: &str) -> String {
    if text.starts_with(name) { text } else { capital(&text) }
}
