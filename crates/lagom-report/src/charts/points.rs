//! Candidates as points, and the window of qualities that a plot shows.

use maud::Markup;

use crate::Shown;
use crate::candidate::every;
use crate::plot::Size;
use crate::shown::ShownRow;
use crate::span::Span;
use crate::study::{FamilyId, Rule};
use crate::verdict::Row;
use crate::words::ReportContext;

/// A plot is drawn twice, for wide and for narrow screens; the style sheet shows one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    /// Across the whole page.
    Full,
    /// Half the page.
    Half,
    /// A telephone.
    Narrow,
}

impl Width {
    /// The class that shows it on the screens it is for.
    pub(crate) fn class(self) -> &'static str {
        if self == Width::Narrow { "narrow" } else { "wide" }
    }

    /// The size of its own grid.
    pub(crate) fn size(self) -> Size {
        match self {
            Width::Full => Size { width: 1040.0, height: 440.0 },
            Width::Half => Size { width: 520.0, height: 370.0 },
            Width::Narrow => Size { width: 350.0, height: 300.0 },
        }
    }
}

/// A plot for wide and for narrow screens; nothing where either can't be drawn.
pub(crate) fn drawn(wide: Width, draw: impl Fn(Width) -> Option<Markup>) -> Vec<Markup> {
    draw(wide).zip(draw(Width::Narrow)).map_or_else(Vec::new, |(wide, narrow)| vec![wide, narrow])
}

/// A measured candidate.
#[derive(Clone, Debug)]
pub(super) struct Point<'a> {
    /// Its line.
    pub(super) row: &'a Row,
    /// Its quality.
    pub(super) quality: Span,
    /// Its quality turned so that higher is better.
    pub(super) height: f64,
}

/// The candidates with a quality, in the order of the table: the figures of the table.
pub(super) fn points<'a>(context: &ReportContext<'a>, shown: &Shown) -> Vec<Point<'a>> {
    on(context, shown, |derived| derived.figure.quality)
}

/// The same with their qualities on validation rows.
pub(super) fn on_validation<'a>(context: &ReportContext<'a>, shown: &Shown) -> Vec<Point<'a>> {
    on(context, shown, |derived| derived.quality)
}

fn on<'a>(context: &ReportContext<'a>, shown: &Shown, pick: impl Fn(&ShownRow) -> Option<Span>) -> Vec<Point<'a>> {
    let metric = context.findings.terms.metric;
    let rows = context.findings.analysis.screening.rows.iter().zip(&shown.rows);
    rows.filter_map(|(row, derived)| {
        pick(derived).map(|quality| Point { row, quality, height: metric.orient(quality.point) })
    })
    .collect()
}

/// How much of the best candidates' spread is shown before the hopeless are left below the plot.
const SPREAD: f64 = 5.0;

/// The range of turned qualities to show: that of the candidates that are in the race, with the margin
/// or the bar.
pub(super) fn window(context: &ReportContext<'_>, points: &[Point<'_>]) -> (f64, f64) {
    let metric = context.findings.terms.metric;
    // A baseline far below would press all others together.
    let raced = |point: &&Point<'_>| point.row.family != FamilyId::BASELINE;
    let some = if points.iter().any(|point| raced(&point)) {
        points.iter().filter(raced).collect()
    } else {
        points.iter().collect::<Vec<_>>()
    };
    let heights: Vec<f64> = some.iter().map(|point| point.height).collect();
    let best = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let floor = best - SPREAD * unit(context, &heights, best);
    let kept = some.into_iter().filter(|point| point.height >= floor);
    let (mut low, mut high) = (best, best);
    for point in kept {
        let ends = [metric.orient(point.quality.low), metric.orient(point.quality.high)];
        low = ends.iter().copied().fold(low, f64::min).max(floor.min(point.height));
        high = ends.iter().copied().fold(high, f64::max);
    }
    match context.findings.terms.rule {
        Rule::Margin(margin) => low = low.min(reference(context, points).unwrap_or(best) - margin),
        Rule::Bar(bar) => (low, high) = (low.min(metric.orient(bar)), high.max(metric.orient(bar))),
    }
    let room = (high - low) * 0.06;
    (low - room, high + room)
}

/// The spread of the candidates: the median distance to the best, or the margin where that is more.
fn unit(context: &ReportContext<'_>, heights: &[f64], best: f64) -> f64 {
    let deficits: Vec<f64> = heights.iter().map(|height| best - height).collect();
    let median = if deficits.is_empty() { 0.0 } else { crate::stats::median(&deficits) };
    let margin = context.findings.terms.margin().unwrap_or(0.0) * 1.5;
    median.max(margin).max(best.abs() * 1e-6)
}

/// The turned quality of the reference.
pub(super) fn reference(context: &ReportContext<'_>, points: &[Point<'_>]) -> Option<f64> {
    let name = context.findings.verdict.reference.as_deref()?;
    points.iter().find(|point| point.row.name == name).map(|point| point.height)
}

/// The candidates that lie below the window, with their qualities, for the caption: `majority (0.101)`.
pub(crate) fn below(context: &ReportContext<'_>, shown: &Shown) -> Vec<String> {
    let points = points(context, shown);
    let (low, _) = window(context, &points);
    let under = points.iter().filter(|point| point.height < low);
    under.map(|point| format!("{} ({})", point.row.name, context.style.value(point.quality.point))).collect()
}

/// The families of the candidates that lie in the window, in the order of the families.
pub(crate) fn families(context: &ReportContext<'_>, shown: &Shown) -> Vec<FamilyId> {
    let points = points(context, shown);
    let (low, _) = window(context, &points);
    let drawn = |family: &FamilyId| points.iter().any(|point| point.height >= low && point.row.family == *family);
    every().map(|about| about.id).filter(drawn).collect()
}

/// The title of a quality axis, which always points to the better end.
pub(super) fn quality_title(context: &ReportContext<'_>) -> String {
    let metric = context.findings.terms.metric;
    let unit = match metric.unit() {
        "" => String::new(),
        unit => format!(", {unit}"),
    };
    let turn = if metric.orient(1.0) > 0.0 { "" } else { "lower is " };
    format!("{}{unit} ({turn}better ↑)", context.metric())
}
