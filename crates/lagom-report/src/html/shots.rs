//! What more solved examples before each question bring, and what they cost.

use maud::{Markup, html};

use super::cell::{missing, number, or_missing, spread, whole};
use crate::numbers::{amount, ratio};
use crate::words::ReportContext;
use crate::{Shown, ShownShot};

/// The whole section; nothing where no model was asked at several numbers of shots.
pub(super) fn section(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    html! {
        @if !shown.shots.is_empty() {
            section {
                h2 { "The effect of shots" }
                p {
                    "Each line is compared with the fewest shots of the same model on the same validation rows; "
                    "positive is better, and intervals are of " (context.confidence()) "."
                }
                @for one in shown.shots.iter().filter(|one| !one.sentence.is_empty()) { p { (one.sentence) } }
                (table(context, shown))
            }
        }
    }
}

fn table(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    html! {
        div.sheet tabindex="0" role="region" aria-label="Table of shots" {
            table.plain.asked {
                thead {
                    tr {
                        th scope="col" { "model" } th scope="col" { "shots" } th scope="col" { (context.metric()) }
                        th scope="col" { "against the fewest" } th scope="col" { "rows" } th scope="col" { "tokens read an answer" }
                        th scope="col" { "1,000 answers" }
                    }
                }
                @for one in &shown.shots {
                    tbody { @for step in &one.steps { (line(context, &one.table, step)) } }
                }
            }
        }
    }
}

fn line(context: &ReportContext<'_>, table: &str, step: &ShownShot) -> Markup {
    let currency = context.currency();
    let times = |value: Option<f64>| {
        html! { @if let Some(value) = value { span.pm { " (" (number(value, &ratio(value))) " times)" } } }
    };
    html! {
        tr {
            th scope="row" title=(step.candidate) { (table) }
            td { (whole(u64::from(step.shots))) }
            td { (spread(context, step.quality.as_ref(), false)) }
            td { (spread(context, step.difference.as_ref(), true)) }
            td { @match step.examples { Some(count) => (whole(count)), None => (missing()) } }
            td { (or_missing(step.prompt_tokens, |value| number(value, &format!("{value:.0}")))) (times(step.times_tokens)) }
            td { (or_missing(step.money_per_thousand, |value| number(value, &amount(value, &currency)))) (times(step.times_money)) }
        }
    }
}
