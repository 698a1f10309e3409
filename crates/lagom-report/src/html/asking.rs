//! What was asked: costs and times of the answers, the answers that were none, and where the finalists differ.

use maud::{Markup, html};

use super::cell::{missing, number, or_missing, time, whole};
use super::{agreement, shots};
use crate::numbers::{amount, plural};
use crate::verdict::{CallFacts, Distribution, Row};
use crate::words::{ReportContext, called, missing_answers, refused};
use crate::{Difference, DifferenceAnswer, Shown};

/// The whole section; nothing where nobody was asked.
pub(super) fn section(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    let called = called(context);
    html! {
        @if !called.is_empty() {
            section {
                h2 { "What was asked" }
                p {
                    "Models that are there already answer rows of your data; nothing is trained. Every answer is kept, and asked for once. "
                    "Those that surely fall short are given up early, and a test stops as soon as its answer is known."
                }
                (table(context, &called))
                (distributions(&called))
                (problems(&called))
            }
            (shots::section(context, shown))
            (agreement::section(context, shown))
            @if !context.findings.differences.is_empty() { (differences(context)) }
        }
    }
}

fn table(context: &ReportContext<'_>, called: &[(&Row, &CallFacts)]) -> Markup {
    let currency = context.currency();
    html! {
        div.scroll {
            table {
                thead {
                    tr {
                        th scope="col" { "candidate" } th scope="col" { "shots" } th scope="col" { "questions" }
                        th scope="col" { "tokens read" } th scope="col" { "written" } th scope="col" { "spent" }
                        th scope="col" { "1,000 answers" } th scope="col" { "answer, median" } th scope="col" { "p95" }
                        th scope="col" { "first token, median" } th scope="col" { "p95" } th scope="col" { "a token more" }
                        th scope="col" { "tokens a second" }
                    }
                }
                tbody {
                    @for (row, calls) in called {
                        tr {
                            th scope="row" title=(calls.model) { (row.name) }
                            td { (whole(u64::from(calls.shots))) }
                            td { (whole(calls.answered)) " of " (whole(calls.full)) @if calls.given_up.is_some() { " (given up)" } }
                            td { (tokens(calls.tokens.prompt)) }
                            td { (tokens(calls.tokens.completion)) }
                            td { (money(calls.money, &currency)) }
                            td { (money(calls.money_per_thousand.filter(|_| calls.money.is_some()), &currency)) }
                            (times(calls.total.as_ref()))
                            (times(calls.first_token.as_ref()))
                            td { (or_missing(calls.per_token.as_ref(), |found| time(found.p50))) }
                            td { (or_missing(calls.tokens_per_second.as_ref(), |found| number(found.p50, &format!("{:.0}", found.p50)))) }
                        }
                    }
                }
            }
        }
        p.small {
            "Shots are solved examples before each question. Times are measured at this machine, with as many questions under way as the server took, "
            "from the request to the end of the answer, to its first token, and for each token after that (median); p95 is the time that 95 % stay within."
        }
    }
}

fn tokens(count: u64) -> Markup {
    if count == 0 { missing() } else { whole(count) }
}

fn money(value: Option<f64>, currency: &str) -> Markup {
    or_missing(value, |value| number(value, &amount(value, currency)))
}

fn times(found: Option<&Distribution>) -> Markup {
    html! {
        td { (or_missing(found, |found| time(found.p50))) }
        td { (or_missing(found, |found| time(found.p95))) }
    }
}

/// How times and speeds are distributed over the answers; nothing where no backend tells a time.
fn distributions(called: &[(&Row, &CallFacts)]) -> Markup {
    type Pick = fn(&CallFacts) -> Option<&Distribution>;
    type Measure = (&'static str, Pick, fn(f64) -> Markup);
    let measures: [Measure; 4] = [
        ("whole answer", |calls| calls.total.as_ref(), time),
        ("time to first token", |calls| calls.first_token.as_ref(), time),
        ("time per further token", |calls| calls.per_token.as_ref(), time),
        ("tokens per second", |calls| calls.tokens_per_second.as_ref(), speed),
    ];
    let known = |(row, calls): &(&Row, &CallFacts)| {
        let found = measures.iter().filter_map(|(name, pick, write)| Some((*name, *pick(calls)?, *write)));
        (row.name.clone(), found.collect::<Vec<_>>())
    };
    let all: Vec<_> = called.iter().map(known).filter(|(_, found)| !found.is_empty()).collect();
    html! {
        @if !all.is_empty() {
            details {
                summary { "Times and speeds as distributions" }
                div.sheet {
                    table.plain.asked {
                        thead {
                            tr {
                                th scope="col" { "candidate" } th scope="col" { "measure" } th scope="col" { "answers" }
                                th scope="col" { "mean" } th scope="col" { "median" } th scope="col" { "p90" }
                                th scope="col" { "p95" } th scope="col" { "p99" }
                            }
                        }
                        @for (name, found) in &all {
                            tbody {
                                @for (measure, of, write) in found {
                                    tr {
                                        th scope="row" { (name) } td.name { (measure) } td { (whole(of.count)) }
                                        @for value in [of.mean, of.p50, of.p90, of.p95, of.p99] { td { (write(value)) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn speed(value: f64) -> Markup {
    number(value, &if value < 100.0 { format!("{value:.1}") } else { format!("{value:.0}") })
}

/// The answers that were none, why, and some of them as they came.
fn problems(called: &[(&Row, &CallFacts)]) -> Markup {
    let some = |calls: &CallFacts| calls.problems.unusable() > 0 || calls.problems.cut_read > 0;
    html! {
        @for (row, calls) in called.iter().filter(|(_, calls)| some(calls)) {
            details {
                summary { b { (row.name) } ": " (told(calls).join("; ")) }
                @if !calls.problems.reasons.is_empty() {
                    p { "Why calls failed:" }
                    ul {
                        @for reason in &calls.problems.reasons { li { (whole(reason.count)) " times: " (reason.text) } }
                    }
                }
                ul {
                    @for example in &calls.problems.examples {
                        li { (example.what) ", row " (u64::from(example.row) + 1) ": " q { (example.text) } }
                    }
                }
            }
        }
    }
}

fn told(calls: &CallFacts) -> Vec<String> {
    let missing = missing_answers(calls).map(|told| format!("missing answers: {told}"));
    let refused = refused(calls).map(|told| format!("refused: {told}"));
    let wrong = calls.problems.unparsable + calls.problems.ambiguous;
    let unreadable = (calls.unreadable_wrong && wrong > 0)
        .then(|| format!("{} unreadable, counted as wrong", plural(wrong, "answer is", "answers are")));
    let cut = calls.problems.cut_read;
    let cut = (cut > 0).then(|| format!("{} cut off and read as it stands", plural(cut, "answer was", "answers were")));
    [missing, refused, unreadable, cut].into_iter().flatten().collect()
}

/// The rows on which the two finalists differ.
fn differences(context: &ReportContext<'_>) -> Markup {
    let all = &context.findings.differences;
    let names = all.first().map(|first| first.answers.iter().map(|one| one.candidate.as_str()).collect::<Vec<_>>());
    html! {
        section {
            h2 { "Where they differ" }
            p {
                "Sealed rows that " (names.unwrap_or_default().join(" and ")) " were both asked and on which their scores differ: "
                "first those where the first does worst, then those where it does better. Open one to read it."
            }
            @for one in all { (difference(context, one)) }
        }
    }
}

fn difference(context: &ReportContext<'_>, one: &Difference) -> Markup {
    let answer = |found: &DifferenceAnswer| {
        html! {
            dt { (found.candidate) " (" (context.style.value(found.score)) ")" }
            dd { @match &found.answer { Some(text) => { pre { (text) } }, None => { em { "the call failed" } } } }
        }
    };
    let head: String = one.input.lines().next().unwrap_or_default().chars().take(90).collect();
    html! {
        details.difference {
            summary { "row " (u64::from(one.row) + 1) ": " (head) }
            dl {
                dt { "question" } dd { pre { (one.input) } }
                @for found in &one.answers { (answer(found)) }
                dt { "right" } dd { @for text in &one.references { pre { (text) } } }
            }
        }
    }
}
