//! A curve as one HTML file, without network or script.

use maud::{Markup, PreEscaped, html};

use super::chart::{chart, colour};
use super::numbers::{digits, factor, range, share};
use super::tables::{Table, constants, level, points, predictions};
use super::words::{budget, headline, measure, notes, sentences, serving, unit};
use crate::charts::Form;
use crate::html::cell::{number, prose};
use crate::html::document::document;
use crate::html::tiles::tile;
use crate::words::Fact;
use lagom_import::scaling::{Gain, ScalingFindings};

/// The curve as one HTML file. Each number in its tables stands in a `<data>` element with the value it has
/// in the JSON.
#[must_use]
pub fn html(findings: &ScalingFindings) -> String {
    document(&headline(findings), findings.lagom, &body(findings))
}

/// Sentences at the top of the page; the others stand beside the constants.
const LEAD: usize = 2;

/// Sentences in which no line ends before a sign of per cent.
fn text(said: &str) -> Markup {
    prose(&said.replace(" %", "\u{a0}%"))
}

/// The law with its exponents raised.
fn formula(findings: &ScalingFindings) -> PreEscaped<String> {
    PreEscaped(findings.fit.formula.replace("^α", "<sup>α</sup>").replace("^β", "<sup>β</sup>"))
}

fn body(findings: &ScalingFindings) -> Markup {
    let said = sentences(findings);
    let rest = said.get(LEAD..).unwrap_or_default();
    let asked: Vec<String> = findings
        .budgets
        .iter()
        .map(|found| budget(findings, found))
        .chain(findings.serving.iter().map(|found| serving(findings, found)))
        .collect();
    html! {
        header { span.brand { "lagom" } span { "curve of " b { (findings.source.path) } } }
        main {
            (answer(findings))
            (plot(findings))
            @if !findings.predictions.is_empty() {
                section { h2 { "What the law predicts" } (table(&predictions(findings))) (refused(findings)) }
            }
            @if !asked.is_empty() {
                section { h2 { "Compute" } @for said in &asked { p { (text(said)) } } }
            }
            section { h2 { "The law" } p { (formula(findings)) } (table(&constants(findings))) @for said in rest { p { (text(said)) } } }
            section {
                h2 { "The points" }
                @for note in notes(findings) { p.note { (text(&note)) } }
                details { summary { "All " (findings.points.len()) " points" } (table(&points(findings))) }
            }
        }
        footer { "Made by lagom " (findings.lagom) ". " (prose("`lagom fit --json` writes all numbers of this page.")) }
    }
}

fn answer(findings: &ScalingFindings) -> Markup {
    let tone = match (&findings.refusal, findings.fit.shape) {
        (Some(_), _) => "open",
        (None, "saturated") => "good",
        (None, _) => "pays",
    };
    html! {
        section class={ "answer " (tone) } {
            p.question { "What would a bigger model bring?" }
            h1 { (headline(findings)) }
            p.lead { (text(&sentences(findings).get(..LEAD).unwrap_or_default().join(" "))) }
            div.tiles {
                @for gain in &findings.doubling { (gained(findings, gain)) }
                @if let Some(found) = &findings.exchange {
                    (figure("gains as much as twice the parameters", &format!("{} ×", factor(found.data_factor.value)), &format!("the {} ({})", unit(findings), range(&found.data_factor, factor))))
                }
                @if let Some(held) = &findings.fit.held_out {
                    (figure("error of the test on the largest size", &share(held.mean_error), &format!("{} times beyond the points that predicted it", factor(held.extrapolates))))
                }
            }
        }
    }
}

fn gained(findings: &ScalingFindings, gain: &Gain) -> Markup {
    let what = format!("{} with twice the {}", measure(findings), gain.doubled);
    let detail = format!("{} less ({})", digits(gain.gain.value, 2), range(&gain.gain, |value| digits(value, 2)));
    figure(&what, &format!("−{}", share(gain.share)), &detail)
}

fn figure(what: &str, value: &str, detail: &str) -> Markup {
    tile(&Fact::new(what, value, detail))
}

fn plot(findings: &ScalingFindings) -> Markup {
    let drawn = chart(findings, Form::Full).zip(chart(findings, Form::Narrow));
    let dashed = findings.lines.iter().any(|line| line.spots.iter().any(|spot| spot.beyond));
    let refused =
        if findings.refusal.is_some() { " It is not drawn further, since it can't be trusted there." } else { "" };
    html! {
        @if let Some((wide, narrow)) = drawn {
            section {
                h2 { "The curve" }
                figure.full {
                    figcaption {
                        p {
                            "Dots are measured, lines the fitted law, bands its intervals; dots have the colour of the nearest line."
                            @match findings.lines.first().map(|line| line.held) {
                                Some("data") => { " Along each line the data stay as its name says, and only the size grows." }
                                Some("compute") => { " Along each line the compute stays as its name says, so that a larger model sees less data." }
                                _ => {}
                            }
                            @if dashed { " Dashed lines lie beyond the points." } (refused)
                            @if findings.predictions.iter().any(|found| found.loss.is_some()) { " Hollow dots are what was asked for, with the interval of one run." }
                        }
                    }
                    (wide) (narrow)
                    @if findings.lines.len() > 1 {
                        ul.legend {
                            @for (at, line) in findings.lines.iter().enumerate() {
                                li {
                                    svg.swatch viewBox="0 0 14 14" aria-hidden="true" { path class={ "curve " (colour(at)) } d="M0 7H14" {} }
                                    (level(findings, line))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn refused(findings: &ScalingFindings) -> Markup {
    let why = findings.predictions.iter().find_map(|found| found.refused.as_ref());
    html! { @if let Some(why) = why { p.note { "Refused because " (why) "." } } }
}

fn table(table: &Table) -> Markup {
    html! {
        div.sheet {
            table.plain {
                thead { tr { @for (at, head) in table.head.iter().enumerate() { th class=[words(table, at)] { (head) } } } }
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for (at, cell) in row.iter().enumerate() {
                                td class=[words(table, at)] {
                                    @match cell.value { Some(value) => (number(value, &cell.text)), None => (cell.text) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn words(table: &Table, at: usize) -> Option<&'static str> {
    table.words.contains(&at).then_some("words")
}
