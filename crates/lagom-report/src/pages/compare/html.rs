//! The page: one file without network or script.

use maud::{Markup, html};

use super::answer::{answer, short};
use super::charts::{forest, pareto};
use super::context::{CompareContext, cost_text, cost_title, p_value};
use super::replay_chart::replay_chart;
use super::words::standing;
use crate::charts::Width;
use crate::html::cell::{missing, number, or_missing, prose, whole};
use crate::html::document::document;
use crate::html::tiles::{tile, tone};
use crate::numbers::{count, percent, plural};
use crate::study::Cost;
use crate::answer::{Answer, Fact};
use lagom_import::compare::{CompareFindings, CompareRow, Comparison, Judgement};

/// Figures that become tiles: those with a label that is not among the lines below.
const LINES: [&str; 5] = ["pairs", "difference", "to the bar", "direction", "evidence"];

/// The report as one HTML file. Each number in its tables stands in a `<data>` element with the value it has in the JSON.
#[must_use]
pub fn compare_html(findings: &CompareFindings) -> String {
    let headline = findings.answers.first().map(|first| answer(&CompareContext::new(findings, first)).headline);
    let title = format!("{}: {}", named(findings), headline.unwrap_or_default());
    let body = html! {
        header { span.brand { "lagom" } span { "comparison of " b { (named(findings)) } } }
        main {
            @for (at, judgement) in findings.answers.iter().enumerate() {
                (one(&CompareContext::new(findings, judgement), findings.answers.len() > 1, at == 0))
            }
            (tasks(findings))
            section { h2 { "What was read" } ul.columns { @for file in &findings.files { li { (file) } } } }
        }
        footer { "Made by lagom " (findings.lagom) ". All numbers on this page are in the JSON that " code { "lagom compare --json" } " writes." }
    };
    document(&title, &findings.lagom, &body)
}

/// What was compared, in a few words.
fn named(findings: &CompareFindings) -> String {
    match findings.answers.as_slice() {
        [one] => one.task.clone(),
        several => {
            let mut tasks: Vec<&str> = several.iter().map(|answer| answer.task.as_str()).collect();
            tasks.dedup();
            let metrics = plural(several.len() as u64, "answer", "answers");
            if let [one] = tasks.as_slice() { (*one).to_owned() } else { metrics }
        }
    }
}

/// One answer. Plots have ids, which must be unique in a page: only the first answer of several is drawn.
fn one(context: &CompareContext<'_>, several: bool, drawn: bool) -> Markup {
    let judgement = context.judgement;
    let answer = answer(context);
    html! {
        (top(context, &answer, several))
        @if drawn { (plots(context)) }
        section {
            h2 { "The candidates" }
            p {
                @if judgement.order_unknown { "Which of them is the cheaper is not known. " } @else { "From the cheapest to the dearest. " }
                "Differences are to the reference, and positive is better; each bound is one-sided and holds with "
                (number(judgement.bound_confidence, &percent(judgement.bound_confidence)))
                ", such that all claims hold at once with " (number(context.terms.confidence, &context.confidence())) "."
            }
            (candidates(context))
        }
    }
}

fn top(context: &CompareContext<'_>, answer: &Answer, several: bool) -> Markup {
    let tile = |fact: &&Fact| !LINES.contains(&fact.label.as_str());
    let judgement = context.judgement;
    html! {
        section class={ "answer " (tone(judgement.verdict.kind)) } {
            p.question {
                "Do I need the bigger model?"
                @if several { " " (judgement.task) ", " (judgement.metric) }
            }
            h1 { (answer.headline) }
            @if judgement.readings.is_empty() { p.lead { (prose(&answer.sentences.join(" "))) } }
            @else { @for reading in &answer.sentences { p.lead { (prose(reading)) } } }
            div.tiles { @for fact in answer.facts.iter().filter(tile) { (self::tile(fact)) } }
            dl.lines {
                @for fact in answer.facts.iter().filter(|fact| !tile(fact)) {
                    div { dt { (fact.label) } dd { (prose(&fact.text())) } }
                }
            }
            @for note in &answer.notes { p.note { (prose(note)) } }
        }
    }
}

fn plots(context: &CompareContext<'_>) -> Markup {
    let both = |draw: &dyn Fn(Width) -> Option<Markup>, wide: Width| draw(wide).zip(draw(Width::Narrow));
    let line = if context.bar() { "your bar" } else { "the red line of the margin" };
    let on = context.on_examples();
    let forest_text = format!(
        "{} reach from one bound to the other. A candidate is good enough if its whole bar lies to the right of {line}.",
        if on.is_empty() { "Bars".to_owned() } else { format!("Differences are{on}; bars") }
    );
    let pareto_text = format!(
        "Scores are means{on}. The line is the Pareto front: what no other candidate beats in both. Bars are intervals of each by itself."
    );
    let replay_text = "The examples in random order: the two curves hold the difference between them with the confidence told, at every number of examples. The verdict stands from where both lie on one side of the red line.";
    html! {
        section {
            h2 { "How far apart they are" }
            (figure("full", both(&|width| forest(context, width), Width::Full), ("Differences", &forest_text)))
            div.pair {
                @for front in &context.judgement.fronts {
                    (figure("half", both(&|width| pareto(context, front, width), Width::Half), (
                        &format!("Quality over {}", cost_title(front.cost, &context.judgement.rows)),
                        &pareto_text,
                    )))
                }
            }
            (figure("full", both(&|width| replay_chart(context, width), Width::Full), ("After how many examples", replay_text)))
        }
    }
}

fn figure(class: &str, drawn: Option<(Markup, Markup)>, (heading, caption): (&str, &str)) -> Markup {
    html! {
        @if let Some((wide, narrow)) = drawn {
            figure class=(class) { figcaption { h3 { (heading) } p { (caption) } } (wide) (narrow) }
        }
    }
}

fn candidates(context: &CompareContext<'_>) -> Markup {
    let costs = context.known_costs();
    let exact = context
        .judgement
        .rows
        .iter()
        .any(|row| row.difference.as_ref().is_some_and(|found| found.discordant.is_some()));
    html! {
        div.scroll tabindex="0" role="region" aria-label="Table of candidates" {
            table.candidates {
                thead {
                    tr {
                        th scope="col" { "candidate" }
                        th scope="col" { "standing" }
                        @for cost in &costs { th scope="col" { (cost_title(*cost, &context.judgement.rows)) } }
                        th.edge scope="col" { (context.judgement.metric) }
                        th scope="col" { "from" }
                        th scope="col" { "to" }
                        th.edge scope="col" { "difference" }
                        th scope="col" { "at least" }
                        th scope="col" { "at most" }
                        @if exact {
                            th.edge scope="col" title="examples that only this candidate has right" { "won" }
                            th scope="col" title="examples that only the reference has right" { "lost" }
                            th scope="col" title="exact McNemar test of this pair alone" { "p" }
                        }
                    }
                }
                tbody { @for row in &context.judgement.rows { (line(context, row, (&costs, exact))) } }
            }
        }
    }
}

fn line(context: &CompareContext<'_>, row: &CompareRow, (costs, exact): (&[&dyn Cost], bool)) -> Markup {
    let style = context.style;
    let verdict = &context.judgement.verdict;
    let name = Some(&row.name);
    let class = if verdict.choice.as_ref() == name {
        "chosen"
    } else if verdict.reference.as_ref() == name {
        "reference"
    } else if !row.excess.is_empty() {
        "out"
    } else {
        ""
    };
    let of = |tell: &dyn Fn(&Comparison) -> Markup| or_missing(row.difference.as_ref(), tell);
    let pair = row.difference.as_ref().and_then(|found| found.discordant);
    html! {
        tr class=(class) {
            th scope="row" { (row.name) }
            td.standing { (standing(context, row)) }
            @for cost in costs {
                td { @match row.costs.value(*cost) { Some(value) => (number(value, &cost_text(*cost, &row.costs))), None => (missing()) } }
            }
            td.edge { (number(row.quality.point, &style.value(row.quality.point))) }
            td { (number(row.interval.0, &style.value(row.interval.0))) }
            td { (number(row.interval.1, &style.value(row.interval.1))) }
            td.edge { (of(&|found| point(context, found))) }
            td { (of(&|found| least(context, found))) }
            td { (of(&|found| most(context, found))) }
            @if exact {
                td.edge { (or_missing(pair, |pair| whole(pair.wins))) }
                td { (or_missing(pair, |pair| whole(pair.losses))) }
                td { (or_missing(pair, |pair| number(pair.p_exact, &p_value(pair.p_exact)))) }
            }
        }
    }
}

fn point(context: &CompareContext<'_>, found: &Comparison) -> Markup {
    number(found.estimate.point, &context.style.signed(found.estimate.point))
}

/// A bound stands with its value; its text is rounded to the side that claims less.
fn least(context: &CompareContext<'_>, found: &Comparison) -> Markup {
    number(found.lower, &context.least(found))
}

fn most(context: &CompareContext<'_>, found: &Comparison) -> Markup {
    number(found.upper, &context.most(found))
}

/// The tasks behind an answer about several.
fn tasks(findings: &CompareFindings) -> Markup {
    html! {
        @if !findings.tasks.is_empty() {
            section {
                h2 { "The tasks one by one" }
                div.scroll tabindex="0" role="region" aria-label="Table of tasks" {
                    table {
                        thead { tr {
                            th scope="col" { "task" } th scope="col" { "verdict" } th scope="col" { "metric" }
                            th scope="col" { "examples" } th scope="col" { "use" } th.edge scope="col" { "difference" }
                            th scope="col" { "at least" } th scope="col" { "at most" }
                        } }
                        tbody { @for task in &findings.tasks { (task_line(findings, task)) } }
                    }
                }
            }
        }
    }
}

fn task_line(findings: &CompareFindings, task: &Judgement) -> Markup {
    let context = CompareContext::new(findings, task);
    let of = |tell: &dyn Fn(&Comparison) -> Markup| or_missing(context.carrier(), tell);
    html! {
        tr {
            th scope="row" { (task.task) }
            td.standing { (short(task)) }
            td { (task.metric) }
            td { @match task.examples { Some(examples) => data value=(examples) { (count(examples)) }, None => (missing()) } }
            td { @match &task.verdict.choice { Some(name) => (name), None => (missing()) } }
            td.edge { (of(&|found| point(&context, found))) }
            td { (of(&|found| least(&context, found))) }
            td { (of(&|found| most(&context, found))) }
        }
    }
}
