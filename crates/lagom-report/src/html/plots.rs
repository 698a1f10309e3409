//! The plots with their captions.

use maud::{Markup, html};

use crate::Shown;
use crate::charts::{Axis, Width, below, cost_chart, curve_chart, families, gap_chart, has_history, history_chart};
use crate::costs::shows;
use crate::plot::swatch;
use crate::study::costs::{COSTS, Parameters};
use crate::study::{Cost, Rule};
use crate::verdict::{CandidateStatus, Row};
use crate::words::{ReportContext, outlook, plotted};

/// A plot for wide and for narrow screens.
type Pair = Option<(Markup, Markup)>;

fn pair(draw: impl Fn(Width) -> Option<Markup>, wide: Width) -> Pair {
    draw(wide).zip(draw(Width::Narrow))
}

fn figure(drawn: Pair, (heading, caption): (&str, Markup), class: &str) -> Markup {
    html! {
        @if let Some((wide, narrow)) = drawn {
            figure class=(class) {
                figcaption { h3 { (heading) } (caption) }
                (wide) (narrow)
            }
        }
    }
}

/// Quality against what candidates cost: their size first.
pub(super) fn quality(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    let drawn = |cost: &'static dyn Cost, wide: Width| {
        let axis = Axis::new(cost)?;
        pair(|width| cost_chart(context, shown, axis, width), wide)
    };
    let on = format!("Quality is {}.", plotted(context));
    let size =
        html! { p { (rule(context)) " Bars are intervals of " (context.confidence()) "; " (under(context, shown)) } };
    let others = COSTS.iter().copied().filter(|cost| !cost.is(&Parameters) && shows(context.findings, *cost));
    let others = others.filter_map(|cost| Some((cost, cost.about().chart?)));
    html! {
        figure.full {
            @if let Some((wide, narrow)) = drawn(&Parameters, Width::Full) {
                figcaption { h3 { "Quality over size" } (size) }
                (wide) (narrow)
                (legend(context, shown))
            }
        }
        div.pair {
            @for (cost, chart) in others {
                @let caption = html! { p { (chart.caption.replace("{currency}", &context.currency())) " " (on) } };
                (figure(drawn(cost, Width::Half), (chart.title, caption), "half"))
            }
        }
    }
}

fn rule(context: &ReportContext<'_>) -> String {
    match (context.findings.terms.rule, &context.findings.verdict.reference) {
        (Rule::Margin(_), Some(best)) => {
            format!(
                "Quality is {}. The shaded band is {}: at most {} worse than {best}.",
                plotted(context),
                context.rule_name(),
                context.rule()
            )
        }
        (Rule::Margin(_), None) => {
            format!(
                "Quality is {}. No candidate is within the limits, so there is no margin to draw.",
                plotted(context)
            )
        }
        (Rule::Bar(_), _) => {
            format!(
                "Quality is {}. The dashed line is {} of {}.",
                plotted(context),
                context.rule_name(),
                context.rule()
            )
        }
    }
}

fn under(context: &ReportContext<'_>, shown: &Shown) -> String {
    match below(context, shown).as_slice() {
        [] => "point at a mark for its figures.".to_owned(),
        names => format!("left out because it is far below: {}.", names.join(", ")),
    }
}

/// What the shapes and lines mean.
fn legend(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    let rows = &context.findings.analysis.screening.rows;
    let over = rows.iter().any(|row| row.standing == CandidateStatus::OverLimits);
    html! {
        ul.legend {
            @for family in families(context, shown) { li { (swatch(family)) (family.name()) } }
            @if over { li { svg.swatch viewBox="0 0 14 14" aria-hidden="true" { circle class="mark open f-baseline" cx="7" cy="7" r="4.6" {} } "hollow: over limits" } }
            @if context.findings.verdict.choice.is_some() {
                li { svg.swatch viewBox="0 0 14 14" aria-hidden="true" { circle class="ring choice" cx="7" cy="7" r="5.5" {} } "the choice" }
            }
            @if context.findings.verdict.reference.is_some() {
                li { svg.swatch viewBox="0 0 14 14" aria-hidden="true" { circle class="ring" cx="7" cy="7" r="5.5" {} } @if context.incumbent().is_some() { "the incumbent" } @else { "the reference" } }
            }
            li { svg.swatch viewBox="0 0 14 14" aria-hidden="true" { path class="front" d="M1 11H7V4H13" {} } "Pareto front" }
        }
    }
}

/// Overfitting, learning curve and training curves.
pub(super) fn learning(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    let gap = html! { p { "Hollow marks are training rows, filled ones validation rows, not those of the verdict. A wide gap is learning by heart: simplify, regularise or add rows." } };
    let curve = context.findings.curve.as_ref().map(|curve| curve.candidate.as_str()).unwrap_or_default();
    let rows = html! { p { (curve) " trained on fewer rows, by quality on validation rows. If the line still rises at the right, more rows help; if it is flat, they do not." @if let Some(forecast) = outlook(context) { " " (forecast) } } };
    html! {
        div.pair {
            (figure(pair(|width| gap_chart(context, shown, width), Width::Half), ("Overfitting", gap), "half"))
            (figure(pair(|width| curve_chart(context, shown, width), Width::Half), ("Would more data help?", rows), "half"))
        }
        (histories(context))
    }
}

fn histories(context: &ReportContext<'_>) -> Markup {
    let rows: Vec<&Row> = context.findings.analysis.screening.rows.iter().filter(|row| has_history(row)).collect();
    html! {
        @if !rows.is_empty() {
            figure.full {
                figcaption {
                    h3 { "Training curves" }
                    p {
                        "Loss over training steps in the first repeat: "
                        span.key-validation { "validation rows" } " and " span.key-train { "training rows" }
                        ". The dot is the lowest validation loss. Each plot has its own scale."
                    }
                }
                div.multiples {
                    @for (number, row) in rows.iter().enumerate() {
                        div.multiple { h4 { (swatch(row.family)) (row.name) } (history_chart(row, number)) }
                    }
                }
            }
        }
    }
}
