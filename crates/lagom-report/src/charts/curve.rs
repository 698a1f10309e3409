//! The learning curve: quality over the number of training rows.

use maud::Markup;

use super::points::{Width, quality_title};
use crate::numbers::{count, large};
use crate::plot::{Canvas, Margins, Placer, Rect, Scale, tick_text};
use crate::span::Span;
use crate::words::ReportContext;
use crate::{CurvePoint, Shown};

/// One point: rows, quality on validation rows, quality on training rows.
struct Spot<'a> {
    point: &'a CurvePoint,
    span: &'a Span,
    train: f64,
}

/// Validation and training quality over the rows; none with fewer than two points.
pub(crate) fn curve_chart(context: &ReportContext<'_>, shown: &Shown, width: Width) -> Option<Markup> {
    let metric = context.findings.terms.metric;
    let curve = context.findings.curve.as_ref()?;
    let pairs = curve.points.iter().zip(&shown.curve);
    let sound = |spot: &Spot<'_>| spot.span.point.is_finite() && spot.train.is_finite() && spot.point.rows > 0;
    let spots: Vec<Spot<'_>> =
        pairs.map(|(point, span)| Spot { point, span, train: point.train_quality }).filter(sound).collect();
    let (first, last) = (spots.first()?, spots.last()?);
    if spots.len() < 2 {
        return None;
    }
    let mut canvas = Canvas::new(width.size(), Margins { top: 34.0, right: 18.0, bottom: 48.0, left: 58.0 });
    let area = canvas.area;
    let (low, high) = (first.point.rows as f64, last.point.rows as f64);
    let x = Scale::log((low / 1.15, high * 1.15), (area.left, area.right));
    let ends =
        spots.iter().flat_map(|spot| [spot.span.low, spot.span.high, spot.train]).map(|value| metric.orient(value));
    let (bottom, top) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| (low.min(end), high.max(end)));
    let room = (top - bottom) * 0.06;
    let y = Scale::linear((bottom - room, top + room), (area.bottom, area.top));
    let ticks = y.ticks(6);
    let values: Vec<f64> = ticks.iter().map(|tick| metric.orient(*tick)).collect();
    canvas.left_axis(&y, &ticks, &|tick| tick_text(metric.orient(tick), &values), &quality_title(context));
    let rows: Vec<f64> = spots.iter().map(|spot| spot.point.rows as f64).collect();
    canvas.bottom_axis(&x, &rows, &rows_text, "rows trained on (logarithmic)");
    draw(&mut canvas, context, &spots, (&x, &y));
    let description: Vec<String> = spots.iter().map(|spot| hover(context, spot)).collect();
    let title = format!("Learning curve of {}", curve.candidate);
    Some(canvas.finish(&format!("curve-{}", width.class()), (&title, &description.join("; ")), width.class()))
}

/// A number of rows: in full where that is short.
fn rows_text(rows: f64) -> String {
    if rows < 1e5 { count(rows.max(0.0).round() as u64) } else { large(rows) }
}

fn draw(canvas: &mut Canvas, context: &ReportContext<'_>, spots: &[Spot<'_>], (x, y): (&Scale, &Scale)) {
    let metric = context.findings.terms.metric;
    let at = |spot: &Spot<'_>, value: f64| (x.at(spot.point.rows as f64), y.at(metric.orient(value)));
    let train: Vec<(f64, f64)> = spots.iter().map(|spot| at(spot, spot.train)).collect();
    let validation: Vec<(f64, f64)> = spots.iter().map(|spot| at(spot, spot.span.point)).collect();
    canvas.path("series train", &train);
    canvas.path("series validation", &validation);
    let mut placer = Placer::new(canvas.area);
    for ((spot, train), validation) in spots.iter().zip(&train).zip(&validation) {
        let (low, high) = (at(spot, spot.span.low), at(spot, spot.span.high));
        canvas.line("interval validation", low, high);
        canvas.circle("point train", *train, 4.0, &hover(context, spot));
        canvas.circle("point validation", *validation, 4.5, &hover(context, spot));
        placer.take(Rect { left: low.0 - 6.0, right: low.0 + 6.0, top: low.1.min(high.1), bottom: low.1.max(high.1) });
        placer.take(Rect::around(*train, 5.0));
    }
    for pair in train.windows(2).chain(validation.windows(2)) {
        placer.take_line(pair[0], pair[1]);
    }
    for (name, class, line) in
        [("validation rows", "label main", &validation), ("training rows", "label train-text", &train)]
    {
        let near = line.iter().skip(1).chain(line.first());
        let placed = near.into_iter().find_map(|point| placer.place(name, *point, (12.0, 7.0)));
        if let Some(placed) = placed {
            canvas.text(class, placed, name);
        }
    }
}

fn hover(context: &ReportContext<'_>, spot: &Spot<'_>) -> String {
    let style = context.style;
    format!(
        "{} rows: {} on validation rows, {} on training rows",
        count(spot.point.rows),
        style.with_half(style.value(spot.span.point), spot.span.half),
        style.value(spot.train)
    )
}
