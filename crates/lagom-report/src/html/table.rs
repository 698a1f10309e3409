//! The table of candidates.

use maud::{Markup, html};

use super::cell::{missing, number, or_missing, size, spread, time, whole};
use crate::Shown;
use crate::costs::{figure, further, money};
use crate::numbers::{amount, large, percent};
use crate::plot::swatch;
use crate::shown::{ShownRow, Span};
use crate::study::Cost;
use crate::verdict::{CandidateStatus, Row};
use crate::words::{
    ReportContext, mark, meaning, reach_sign, standing, standing_title, step, step_basis, step_meaning, step_rounded,
    step_title, stopped_early,
};

/// The table, in a container that scrolls where the screen is too narrow.
pub(super) fn table(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    let rows = &context.findings.analysis.screening.rows;
    html! {
        div.scroll tabindex="0" role="region" aria-label="Table of candidates" {
            table.candidates {
                (head(context))
                tbody {
                    @for (row, derived) in rows.iter().zip(&shown.rows) { (line(context, row, derived)) }
                }
            }
        }
        (reasons(context, shown))
    }
}

fn head(context: &ReportContext<'_>) -> Markup {
    let further = further(context.findings);
    html! {
        thead {
            tr {
                th colspan="2" {}
                th.group colspan="2" { "size" }
                th.group colspan="5" { "quality" }
                th.group colspan="5" { "in use" }
                th.group colspan="4" { "one training" }
                @if !further.is_empty() { th.group colspan=(further.len()) { "cost" } }
            }
            tr {
                th scope="col" { "candidate" }
                th scope="col" { "standing" }
                th.edge scope="col" { "parameters" }
                th scope="col" { "file" }
                th.edge scope="col" { (context.metric()) }
                th scope="col" { (context.against()) }
                th scope="col" { "interval" }
                th scope="col" title=(step_meaning(context)) { (step_title(context)) }
                th scope="col" title="by how much training rows are answered better than validation rows" { "train gap" }
                th.edge scope="col" { "p50" }
                th scope="col" { "p95" }
                th scope="col" { "p99" }
                th scope="col" { "a second" }
                th scope="col" { "memory" }
                th.edge scope="col" { "CPU time" }
                th scope="col" { "peak memory" }
                th scope="col" { "FLOPs" }
                th scope="col" title="share of the FLOPs that the search of learning rate and penalty took" { "search" }
                @for (cost, heading) in &further { th.edge scope="col" title=(cost.about().noun) { (heading.title) } }
            }
        }
    }
}

fn line(context: &ReportContext<'_>, row: &Row, derived: &ShownRow) -> Markup {
    let verdict = &context.findings.verdict;
    let name = Some(&row.name);
    let chosen = verdict.choice.as_ref() == name;
    let kind = match row.standing {
        _ if chosen => "chosen",
        CandidateStatus::Reference => "reference",
        CandidateStatus::Failed
        | CandidateStatus::Unmeasured
        | CandidateStatus::Stopped
        | CandidateStatus::TriedOnce
        | CandidateStatus::OverLimits => "out",
        _ => "",
    };
    html! {
        tr class=(kind) {
            th scope="row" { (swatch(row.family)) (row.name) }
            td.standing title=(standing_title(context, row.standing)) {
                (standing(context, row))
            }
            td.edge { @match row.parameters { Some(count) => (whole(count)), None => (missing()) } }
            td { @if row.bytes == 0 { (missing()) } @else { (size(row.bytes)) } }
            (quality(context, row, derived))
            (deployed(row))
            (training(derived))
            @for (cost, _) in further(context.findings) {
                td.edge { (or_missing(row.cost(cost), |value| costs(context, cost, value))) }
            }
        }
    }
}

/// A cost, and what it is in money.
fn costs(context: &ReportContext<'_>, cost: &dyn Cost, value: f64) -> Markup {
    let money = money(context.findings, cost, value);
    html! {
        (number(value, &figure(context.findings, cost, value)))
        @if let Some(money) = money { ", " (number(money.amount, &amount(money.amount, &money.currency))) }
    }
}

fn quality(context: &ReportContext<'_>, row: &Row, derived: &ShownRow) -> Markup {
    let style = context.style;
    let reference = context.findings.verdict.reference.as_ref() == Some(&row.name);
    let interval = |span: &Span| {
        html! { (number(span.low, &style.signed(span.low))) " to " (number(span.high, &style.signed(span.high))) }
    };
    html! {
        @match derived.ceiling {
            Some(most) => td.edge.none { (reach_sign(context)) " " (number(most, &style.value(most))) },
            None if row.once().is_some() => td.edge.none title=(meaning(context, derived.figure.on)) {
                (or_missing(row.once(), |value| number(value, &style.value(value))))
                span.on { (mark(context, derived.figure.on)) }
            },
            None => td.edge title=(meaning(context, derived.figure.on)) {
                (spread(context, derived.figure.quality.as_ref(), false))
                @if derived.figure.quality.is_some() { span.on { (mark(context, derived.figure.on)) } }
            },
        }
        @if reference {
            td.none colspan="2" { @if context.incumbent().is_some() { "the incumbent" } @else { "the reference" } }
        } @else {
            td { (or_missing(derived.figure.difference.as_ref(), |span| number(span.point, &style.signed(span.point)))) }
            td { (or_missing(derived.figure.difference.as_ref(), interval)) }
        }
        (above(context, row))
        td { (or_missing(derived.gap, |gap| number(gap, &style.value(gap)))) }
    }
}

/// The smallest margin at which it would do, or the strictest bar that it clears; rounded as it is written.
fn above(context: &ReportContext<'_>, row: &Row) -> Markup {
    let found = context.findings.analysis.staircase.step(&row.name);
    html! {
        @match found.and_then(|found| Some((found, found.holds?, step(context, found)?))) {
            Some((found, holds, text)) => td title=(step_basis(context, found)) { (number(step_rounded(context, holds), &text)) },
            None => td title=(found.map(|found| step_basis(context, found)).unwrap_or_default()) { (missing()) },
        }
    }
}

fn deployed(row: &Row) -> Markup {
    let Some(found) = &row.deployment else {
        return html! { td.edge { (missing()) } @for _ in 0..4 { td { (missing()) } } };
    };
    html! {
        td.edge { (time(found.latency_p50)) }
        td { (time(found.latency_p95)) }
        td { (time(found.latency_p99)) }
        td { (number(found.throughput, &large(found.throughput))) }
        td { @if found.memory == 0 { (missing()) } @else { (size(found.memory)) } }
    }
}

fn training(derived: &ShownRow) -> Markup {
    html! {
        td.edge { (or_missing(derived.cpu_seconds, time)) }
        td { (or_missing(derived.peak_memory, size)) }
        td { (or_missing(derived.flops, |flops| number(flops, &large(flops)))) }
        td { (or_missing(derived.search_share, |share| number(share, &percent(share)))) }
    }
}

/// Why candidates are out: limits exceeded, trials failed or ended early.
fn reasons(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    let rows = &context.findings.analysis.screening.rows;
    let is_out = |(row, _): &(&Row, &ShownRow)| {
        !row.excess.is_empty() || !row.failures.is_empty() || row.ceiling().is_some() || row.unmeasured.is_some()
    };
    let out: Vec<(&Row, &ShownRow)> = rows.iter().zip(&shown.rows).filter(is_out).collect();
    html! {
        @if !out.is_empty() {
            ul.reasons {
                @for (row, derived) in out {
                    li {
                        b { (row.name) } " "
                        @if !derived.excess.is_empty() {
                            "is over limits: "
                            (derived.excess.join("; ")) ". "
                        }
                        @if let Some(text) = stopped_early(context, row) { (text) " " }
                        @if !row.failures.is_empty() { "Failed trials: " (distinct(&row.failures)) "." }
                        @else if let Some(found) = &row.unmeasured { "was not measured: " (found.cause) "." }
                    }
                }
            }
        }
    }
}

/// The different reasons, each with how often it came.
fn distinct(failures: &[String]) -> String {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for failure in failures {
        match counted.iter_mut().find(|(text, _)| *text == failure.as_str()) {
            Some((_, times)) => *times += 1,
            None => counted.push((failure, 1)),
        }
    }
    let one = |(text, times): &(&str, usize)| {
        let text = text.trim_end_matches('.');
        if *times == 1 { text.to_owned() } else { format!("{text} ({times} times)") }
    };
    counted.iter().map(one).collect::<Vec<String>>().join("; ")
}
