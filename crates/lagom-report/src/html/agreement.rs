//! Where candidates err together.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::cell::{missing, number, or_missing, whole};
use crate::numbers::percent;
use crate::words::ReportContext;
use crate::{Shown, ShownAgreement};

/// With more candidates than this the table of all pairs is left out.
const MOST: usize = 8;

/// The whole section; nothing where nobody was asked, or where examples are graded rather than right or wrong.
pub(super) fn section(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    let verdict = &context.findings.verdict;
    let main = |name: &String| verdict.choice.as_ref() == Some(name) || verdict.reference.as_ref() == Some(name);
    let pairs: Vec<&ShownAgreement> = shown.agreements.iter().filter(|one| one.candidates.iter().any(main)).collect();
    html! {
        @if !shown.agreements.is_empty() {
            section {
                h2 { "Where they err together" }
                p { "Two candidates on the same validation rows: how often both are right, only one, or neither." }
                @for sentence in shown.agreements.iter().filter_map(|one| one.sentence.as_ref()) { p { (sentence) } }
                @if !pairs.is_empty() { (table(&pairs)) }
                (matrix(context, shown))
            }
        }
    }
}

fn table(pairs: &[&ShownAgreement]) -> Markup {
    let share = |value: f64| number(value, &percent(value));
    let classes = pairs.iter().any(|one| one.same.is_some());
    html! {
        div.sheet tabindex="0" role="region" aria-label="Table of agreement" {
            table.plain.asked {
                thead {
                    tr {
                        th scope="col" { "first" } th scope="col" { "second" } th scope="col" { "both right" }
                        th scope="col" { "only the first" } th scope="col" { "only the second" } th scope="col" { "neither" }
                        @if classes { th scope="col" title="the same class, right or wrong" { "same answer" } }
                        th scope="col" { "rows" }
                    }
                }
                tbody {
                    @for one in pairs {
                        tr {
                            th scope="row" { (one.candidates[0]) } td.name { (one.candidates[1]) }
                            td { (share(one.both)) } td { (share(one.only_first)) } td { (share(one.only_second)) }
                            td { (share(one.neither)) }
                            @if classes { td { (or_missing(one.same, share)) } }
                            td { (whole(one.examples)) }
                        }
                    }
                }
            }
        }
    }
}

/// How much of each candidate's errors every other one makes too; only of three to eight candidates.
fn matrix(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    let known: BTreeSet<&String> = shown.agreements.iter().flat_map(|one| &one.candidates).collect();
    let rows = context.findings.analysis.screening.rows.iter().map(|row| &row.name);
    let names: Vec<&String> = rows.filter(|name| known.contains(name)).collect();
    let cell = |of: &String, with: &String| {
        let side = |one: &ShownAgreement| one.candidates.iter().position(|name| name == of);
        let pair = |one: &&ShownAgreement| of != with && side(one).is_some() && one.candidates.contains(with);
        let found = shown.agreements.iter().find(pair)?;
        found.shared_errors[side(found)?]
    };
    html! {
        @if (3..=MOST).contains(&names.len()) {
            h3 { "Shared errors" }
            p.small { "Of the rows that the candidate on the left gets wrong, the share that the one above gets wrong too." }
            div.sheet tabindex="0" role="region" aria-label="Table of shared errors" {
                table.plain.asked {
                    thead { tr { th scope="col" { "candidate" } @for name in &names { th scope="col" { (name) } } } }
                    tbody {
                        @for of in &names {
                            tr {
                                th scope="row" { (of) }
                                @for with in &names {
                                    td { @match cell(of, with) { Some(value) => (number(value, &percent(value))), None => (missing()) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
