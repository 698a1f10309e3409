//! What the probes found: a table each.

use maud::{Markup, html};

use super::cell::prose;
use crate::Findings;
use crate::probes::{Probed, probed};

/// The sections, one a probe and candidate; nothing where none was asked for.
pub(super) fn sections(findings: &Findings) -> Markup {
    html! { @for one in probed(findings) { (section(&one)) } }
}

fn section(one: &Probed<'_>) -> Markup {
    html! {
        section {
            h2 { (one.title) }
            p { (prose(one.said)) }
            @if !one.columns.is_empty() {
                div.sheet tabindex="0" role="region" aria-label={ "Table: " (one.title) } {
                    table.plain.asked {
                        thead { tr { @for column in one.columns { th scope="col" { (column) } } } }
                        tbody {
                            @for line in &one.lines {
                                tr {
                                    @for (at, cell) in line.iter().enumerate() {
                                        @if at == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
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
