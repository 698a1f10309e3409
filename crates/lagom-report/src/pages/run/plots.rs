//! Quality over what it costs.

use maud::{Markup, html};

use crate::Shown;
use crate::charts::{Axis, Width, below, cost_chart, drawn, families};
use crate::costs::shows;
use crate::document::{Block, Figure, FigureSize, Key};
use crate::plot::{stroke, swatch};
use crate::study::costs::{COSTS, Parameters};
use crate::study::{Cost, Rule};
use crate::verdict::CandidateStatus;
use crate::words::{ReportContext, plotted};

fn chart(context: &ReportContext<'_>, shown: &Shown, cost: &'static dyn Cost) -> Vec<Markup> {
    let Some(axis) = Axis::new(cost) else { return Vec::new() };
    drawn(Width::Half, |width| cost_chart(context, shown, axis, width))
}

/// Quality over size, with what its marks mean; none where fewer than two candidates can be drawn.
pub(super) fn size(context: &ReportContext<'_>, shown: &Shown) -> Option<Figure> {
    let drawings = chart(context, shown, &Parameters);
    (!drawings.is_empty()).then(|| Figure {
        heading: String::new(),
        caption: format!("{} Bars are intervals of {}{}.", rule(context), context.confidence(), under(context, shown)),
        size: FigureSize::Full,
        drawings,
        legend: legend(context, shown),
    })
}

/// Quality over the other costs, folded; none where none of them can be drawn.
pub(super) fn costs(context: &ReportContext<'_>, shown: &Shown) -> Option<Block> {
    let others = COSTS.iter().copied().filter(|cost| !cost.is(&Parameters) && shows(context.findings, *cost));
    let figure = |cost: &'static dyn Cost| {
        let about = cost.about().chart?;
        let drawings = chart(context, shown, cost);
        (!drawings.is_empty()).then(|| Figure {
            heading: about.title.to_owned(),
            caption: format!(
                "{} Quality is {}.",
                about.caption.replace("{currency}", &context.currency()),
                plotted(context)
            ),
            size: FigureSize::Half,
            drawings,
            legend: legend(context, shown),
        })
    };
    let figures: Vec<Figure> = others.filter_map(figure).collect();
    (!figures.is_empty())
        .then(|| Block::Fold("Quality over speed, memory and other costs".into(), vec![Block::Figures(figures)]))
}

fn rule(context: &ReportContext<'_>) -> String {
    let on = format!("Quality is {}.", plotted(context));
    match (context.findings.terms.rule, &context.findings.verdict.reference) {
        (Rule::Margin(_), Some(best)) => {
            format!("{on} The shaded band is {}: at most {} worse than {best}.", context.rule_name(), context.rule())
        }
        (Rule::Margin(_), None) => format!("{on} No candidate is within the limits, so there is no margin to draw."),
        (Rule::Bar(_), _) => format!("{on} The dashed line is {} of {}.", context.rule_name(), context.rule()),
    }
}

fn under(context: &ReportContext<'_>, shown: &Shown) -> String {
    match below(context, shown).as_slice() {
        [] => String::new(),
        names => format!("; left out because far below: {}", names.join(", ")),
    }
}

/// What the shapes and lines mean.
fn legend(context: &ReportContext<'_>, shown: &Shown) -> Vec<Key> {
    let (findings, verdict) = (context.findings, &context.findings.verdict);
    let over = findings.analysis.screening.rows.iter().any(|row| row.standing == CandidateStatus::OverLimits);
    let circle = |class: &str, radius: &str| {
        html! { svg.swatch viewBox="0 0 14 14" aria-hidden="true" { circle class=(class) cx="7" cy="7" r=(radius) {} } }
    };
    let key = |mark: Markup, meaning: &str| Key { mark, meaning: meaning.to_owned() };
    let reference = if context.incumbent().is_some() { "the incumbent" } else { "the reference" };
    let mut keys: Vec<Key> =
        families(context, shown).into_iter().map(|family| key(swatch(family), family.name())).collect();
    keys.extend(over.then(|| key(circle("mark open f-baseline", "4.6"), "hollow: over limits")));
    keys.extend(verdict.choice.as_ref().map(|_| key(circle("ring choice", "5.5"), "the choice")));
    let apart = verdict.reference.as_ref().filter(|_| verdict.reference != verdict.choice);
    keys.extend(apart.map(|_| key(circle("ring", "5.5"), reference)));
    keys.push(key(stroke("front"), "Pareto front"));
    keys
}
