//! Overfitting: quality on training rows against quality on validation rows.

use maud::Markup;

use super::points::{Point, Width, on_validation, window};
use crate::Shown;
use crate::plot::{Canvas, Margins, Placed, Scale, Size, text_width, tick_text};
use crate::study::FamilyId;
use crate::words::ReportContext;

/// Height of a candidate's line.
const LINE: f64 = 24.0;
/// Size of label type, in pixels.
const TYPE: f64 = 12.0;

/// A line a candidate, from its quality on validation rows to that on training rows; none without
/// training qualities.
pub(crate) fn gap_chart(context: &ReportContext<'_>, shown: &Shown, width: Width) -> Option<Markup> {
    let metric = context.findings.terms.metric;
    let trained = |point: &Point<'_>| {
        point.row.family != FamilyId::BASELINE && point.row.train_quality.is_some_and(f64::is_finite)
    };
    let all: Vec<Point<'_>> = on_validation(context, shown).into_iter().filter(trained).collect();
    if all.is_empty() {
        return None;
    }
    let longest = all.iter().map(|point| text_width(&point.row.name, TYPE)).fold(0.0, f64::max).min(130.0);
    let wide = width.size().width;
    let size = Size { width: wide, height: 48.0 + 34.0 + all.len() as f64 * LINE };
    let mut canvas = Canvas::new(size, Margins { top: 34.0, right: 62.0, bottom: 48.0, left: longest + 12.0 });
    let area = canvas.area;
    let trains = all.iter().filter_map(|point| point.row.train_quality).map(|value| metric.orient(value));
    let (low, high) = window(context, &all);
    let lowest = all.iter().map(|point| point.height).fold(f64::INFINITY, f64::min);
    let highest = trains.fold(high, f64::max);
    let room = (highest - lowest.max(low)) * 0.04;
    let x = Scale::linear((lowest.max(low) - room, highest + room), (area.left, area.right));
    let ticks = x.ticks((wide / 110.0) as usize);
    let values: Vec<f64> = ticks.iter().map(|tick| metric.orient(*tick)).collect();
    let title = format!("{} (better →)", context.metric());
    canvas.bottom_axis(&x, &ticks, &|tick| tick_text(metric.orient(tick), &values), &title);
    canvas.text("title", Placed::new((area.right + 8.0, area.top - 12.0), "start"), "gap");
    heads(&mut canvas, &all, &x, metric);
    for (at, point) in all.iter().enumerate() {
        let y = area.top + (at as f64 + 0.5) * LINE;
        let gap = shown.row(&point.row.name).and_then(|row| row.gap);
        line(&mut canvas, context, (point, gap), (&x, y));
    }
    let lines: Vec<String> = all.iter().map(|point| hover(context, point)).collect();
    let title = format!("{} on training and on validation rows", context.metric());
    Some(canvas.finish(&format!("gap-{}", width.class()), (&title, &lines.join("; ")), width.class()))
}

/// What the two marks are, above the first line.
fn heads(canvas: &mut Canvas, all: &[Point<'_>], x: &Scale, metric: crate::metric::Metric) {
    let Some(first) = all.first() else { return };
    let left = canvas.area.left;
    let y = canvas.area.top - 12.0;
    let validation = x.clamped(first.height);
    let train = first.row.train_quality.map_or(validation, |value| x.clamped(metric.orient(value)));
    // Side by side where the marks are too close for a label above each.
    let (a, b) = (validation.min(train), validation.max(train));
    let (names, anchors) = if train < validation {
        (["training", "validation"], ["end", "start"])
    } else {
        (["validation", "training"], ["end", "start"])
    };
    let wide = text_width("validation", TYPE);
    let (from, to) = (a.max(left + wide), b.max(left + wide + 14.0).min(canvas.area.right - wide));
    let from = from.min(to - 14.0);
    let class = |name: &str| if name == "training" { "title train-text" } else { "title" };
    canvas.text(class(names[0]), Placed::new((from, y), anchors[0]), names[0]);
    canvas.text(class(names[1]), Placed::new((to, y), anchors[1]), names[1]);
}

fn line(
    canvas: &mut Canvas,
    context: &ReportContext<'_>,
    (point, gap): (&Point<'_>, Option<f64>),
    (x, y): (&Scale, f64),
) {
    let metric = context.findings.terms.metric;
    let row = point.row;
    let train = row.train_quality.map_or(point.height, |value| metric.orient(value));
    let name = Placed::new((canvas.area.left - 8.0, y + 4.0), "end");
    let chosen = context.findings.verdict.choice.as_ref() == Some(&row.name);
    canvas.text(if chosen { "label main" } else { "label" }, name, &row.name);
    canvas.line("grid", (canvas.area.left, y), (canvas.area.right, y));
    let (from, to) = (x.clamped(point.height), x.clamped(train));
    let title = hover(context, point);
    canvas.line(&format!("span {}", crate::plot::class(row.family)), (from, y), (to, y));
    if !x.holds(point.height) {
        canvas.path("arrow", &[(from + 13.0, y - 4.0), (from + 9.0, y), (from + 13.0, y + 4.0)]);
    }
    canvas.mark(row.family, (to, y), (4.6, "open"), &title);
    canvas.mark(row.family, (from, y), (4.6, ""), &title);
    let text = gap.map_or_else(|| "–".to_owned(), |gap| context.style.value(gap));
    canvas.text("tick", Placed::new((canvas.area.right + 8.0, y + 4.0), "start"), &text);
}

fn hover(context: &ReportContext<'_>, point: &Point<'_>) -> String {
    let train = point.row.train_quality.map_or_else(|| "–".to_owned(), |value| context.style.value(value));
    format!(
        "{}: {} on validation rows, {train} on training rows",
        point.row.name,
        context.style.value(point.quality.point)
    )
}
