//! The rungs that were not trained, and what bounds them.

use maud::{Markup, html};

use super::cell::{number, whole};
use crate::Shown;
use crate::words::{ReportContext, reason};

/// A table of the untried rungs; nothing after a sweep, or where all were tried.
pub(super) fn table(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    let untried = context.findings.climb.iter().flat_map(|climb| &climb.untried);
    let untried: Vec<_> = untried.zip(&shown.untried).collect();
    html! {
        @if !untried.is_empty() {
            h3 { "Not trained" }
            p {
                "The climb trains from the smallest rung up and stops where a larger one could not gain enough to matter. \
                 The gain is an upper bound over the best that was measured, in " (context.metric()) ", at "
                (context.confidence()) "."
            }
            div.scroll tabindex="0" role="region" aria-label="Table of candidates that were not trained" {
                table.untried {
                    thead { tr { th scope="col" { "candidate" } th scope="col" { "parameters" } th scope="col" { "could gain" } th scope="col" { "why it was left out" } } }
                    tbody {
                        @for (one, gain) in &untried {
                            tr {
                                th scope="row" { (one.name) }
                                td { (whole(one.parameters)) }
                                td { "at most " (number(**gain, &context.style.value(**gain))) }
                                td.why { (reason(one.why)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
