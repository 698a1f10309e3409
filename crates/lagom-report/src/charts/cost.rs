//! Quality over what it costs.

use maud::Markup;

use super::points::{Point, Width, points, quality_title, reference, window};
use super::scatter::{Mark, Spot, TYPE, scatter};
use crate::Shown;
use crate::costs::short_figure;
use crate::numbers::short_count;
use crate::plot::{Canvas, Margins, Placed, Placer, Rect, Scale, text_width, tick_text};
use crate::stats::pareto_front;
use crate::study::costs::{Chart, Parameters};
use crate::study::{Cost, Rule};
use crate::verdict::{CandidateStatus, Row};
use crate::words::{ReportContext, standing};

/// What stands on the horizontal axis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    cost: &'static dyn Cost,
    chart: Chart,
}

impl Axis {
    /// The axis of a cost; none where that has no plot.
    pub(crate) fn new(cost: &'static dyn Cost) -> Option<Self> {
        Some(Self { cost, chart: cost.about().chart? })
    }

    fn of(self, row: &Row) -> Option<f64> {
        row.cost(self.cost).filter(|value| value.is_finite() && *value > 0.0 && *value < 1e18)
    }

    fn limit(self, context: &ReportContext<'_>) -> Option<f64> {
        context.findings.terms.limits.most(self.cost)
    }

    fn write(self, context: &ReportContext<'_>, value: f64) -> String {
        short_figure(context.findings, self.cost, value)
    }

    fn title(self) -> String {
        format!("{} (logarithmic)", self.chart.axis)
    }
}

/// Quality over a cost, with the Pareto front; none where fewer than two candidates have both.
pub(crate) fn cost_chart(context: &ReportContext<'_>, shown: &Shown, axis: Axis, width: Width) -> Option<Markup> {
    let all = points(context, shown);
    let (low, high) = window(context, &all);
    let costs_of = all.iter().map(|point| axis.of(point.row).filter(|_| point.height >= low));
    let drawn: Vec<(Point<'_>, f64)> =
        all.iter().cloned().zip(costs_of).filter_map(|(point, cost)| Some((point, cost?))).collect();
    if drawn.len() < 2 {
        return None;
    }
    let size = width.size();
    let mut canvas = Canvas::new(size, Margins { top: 34.0, right: 14.0, bottom: 48.0, left: 58.0 });
    let area = canvas.area;
    let x = Scale::log(costs(&drawn, axis.limit(context)), (area.left, area.right));
    let y = Scale::linear((low, high), (area.bottom, area.top));
    axes(&mut canvas, context, (&x, &y), axis);
    let mut placer = Placer::new(Rect { right: size.width - 2.0, ..area });
    rules(&mut canvas, &mut placer, context, (&all, &y));
    limit(&mut canvas, &mut placer, (&x, axis), context);
    let spots: Vec<Spot> = drawn.iter().map(|(point, cost)| spot(context, (point, *cost), (&x, &y), axis)).collect();
    let places: Vec<(f64, f64)> = spots.iter().map(|spot| (spot.at.0, -spot.at.1)).collect();
    scatter(&mut canvas, &mut placer, &spots, &pareto_front(&places));
    let title = format!("{} over {}", context.metric(), axis.title());
    let told: Vec<&str> = spots.iter().map(|spot| spot.hover.as_str()).collect();
    Some(canvas.finish(&format!("{}-{}", axis.chart.id, width.class()), (&title, &told.join("; ")), width.class()))
}

/// A candidate in the plot.
fn spot(context: &ReportContext<'_>, (point, cost): (&Point<'_>, f64), (x, y): (&Scale, &Scale), axis: Axis) -> Spot {
    let verdict = &context.findings.verdict;
    let metric = context.findings.terms.metric;
    let row = point.row;
    let is = |named: &Option<String>| named.as_ref() == Some(&row.name);
    let ring = match (is(&verdict.choice), is(&verdict.reference)) {
        (true, _) => Some("ring choice"),
        (false, true) => Some("ring"),
        (false, false) => None,
    };
    Spot {
        name: label(row, axis),
        at: (x.at(cost), y.at(point.height)),
        ends: (y.clamped(metric.orient(point.quality.low)), y.clamped(metric.orient(point.quality.high))),
        mark: Mark::Family(row.family, row.standing == CandidateStatus::OverLimits),
        ring,
        hover: hover(context, point, axis),
    }
}

/// The range of costs; a limit is in it where it is not far outside.
fn costs(drawn: &[(Point<'_>, f64)], limit: Option<f64>) -> (f64, f64) {
    let costs = || drawn.iter().map(|(_, cost)| *cost);
    let (low, high) = (costs().fold(f64::INFINITY, f64::min), costs().fold(0.0, f64::max));
    let near = limit.filter(|limit| *limit > low / 30.0 && *limit < high * 30.0);
    let (low, high) = (low.min(near.unwrap_or(low)), high.max(near.unwrap_or(high)));
    let room = (high / low).powf(0.045).max(1.3);
    (low / room, high * room)
}

fn axes(canvas: &mut Canvas, context: &ReportContext<'_>, (x, y): (&Scale, &Scale), axis: Axis) {
    let metric = context.findings.terms.metric;
    let wide = canvas.area.right - canvas.area.left;
    let ticks = y.ticks(6);
    let values: Vec<f64> = ticks.iter().map(|tick| metric.orient(*tick)).collect();
    canvas.left_axis(y, &ticks, &|tick| tick_text(metric.orient(tick), &values), &quality_title(context));
    let title = if wide < 400.0 { axis.chart.axis.to_owned() } else { axis.title() };
    canvas.bottom_axis(x, &x.ticks((wide / 70.0) as usize), &|tick| axis.write(context, tick), &title);
}

/// The band of the margin below the reference, or the bar.
fn rules(canvas: &mut Canvas, placer: &mut Placer, context: &ReportContext<'_>, (all, y): (&[Point<'_>], &Scale)) {
    let area = canvas.area;
    match (context.findings.terms.rule, reference(context, all)) {
        (Rule::Margin(margin), Some(best)) => {
            let (top, bottom) = (y.clamped(best), y.clamped(best - margin));
            canvas.rect("band", Rect { top, bottom, ..area });
            canvas.line("best", (area.left, top), (area.right, top));
            placer.take_line((area.left, top), (area.right, top));
        }
        (Rule::Bar(bar), _) => {
            let at = y.clamped(context.findings.terms.metric.orient(bar));
            canvas.line("bar", (area.left, at), (area.right, at));
            placer.take_line((area.left, at), (area.right, at));
        }
        _ => {}
    }
}

fn limit(canvas: &mut Canvas, placer: &mut Placer, (x, axis): (&Scale, Axis), context: &ReportContext<'_>) {
    let Some(limit) = axis.limit(context).filter(|limit| x.holds(*limit)) else { return };
    let (at, area) = (x.at(limit), canvas.area);
    canvas.rect("beyond", Rect { left: at, ..area });
    canvas.line("limit", (at, area.top), (at, area.bottom));
    let text = format!("limit {}", axis.write(context, limit));
    let wide = text_width(&text, TYPE);
    let left = at - wide - 8.0 >= area.left;
    let start = if left { at - 5.0 - wide } else { at + 5.0 };
    placer.take(Rect { left: start, right: start + wide, top: area.bottom - 22.0, bottom: area.bottom - 6.0 });
    canvas.text("label limit-label", Placed::new((start, area.bottom - 10.0), "start"), &text);
}

fn hover(context: &ReportContext<'_>, point: &Point<'_>, axis: Axis) -> String {
    let row = point.row;
    let quality = context.style.with_half(context.style.value(point.quality.point), point.quality.half);
    let cost = axis.of(row).map_or_else(String::new, |cost| axis.write(context, cost));
    let what = axis.chart.short;
    let size = row.parameters.filter(|_| !axis.cost.is(&Parameters));
    let size = size.map(|count| format!(", {} parameters", short_count(count))).unwrap_or_default();
    format!("{}: {} {quality}, {what} {cost}{size}, {}", row.name, context.metric(), standing(context, row))
}

/// The name beside a mark; with the parameters of a model that is asked, since its name need not tell them and the axis does
/// not.
fn label(row: &Row, axis: Axis) -> String {
    let size = row.parameters.filter(|_| !axis.cost.is(&Parameters) && row.calls.is_some());
    size.map_or_else(|| row.name.clone(), |count| format!("{} ({})", row.name, short_count(count)))
}
