//! Quality over the number of labels, a line for each adaptation.

use maud::Markup;

use super::points::{Width, quality_title};
use crate::labels::{LabelCurve, LabelCurves, Way};
use crate::numbers::{count, large};
use crate::plot::{Canvas, Margins, Placer, Rect, Scale, tick_text};
use crate::shown::ShownLabels;
use crate::span::Span;
use crate::study::FamilyId;
use crate::words::ReportContext;

/// A curve as it is drawn.
struct Line<'a> {
    curve: &'a LabelCurve,
    spans: &'a [Span],
    family: FamilyId,
}

impl Line<'_> {
    fn is_level(&self) -> bool {
        self.curve.way.is_level()
    }
}

/// The class of a line, for the drawing and its legend.
pub(crate) fn label_class(way: Way, family: FamilyId) -> String {
    let beyond = if way.is_level() { " beyond" } else { "" };
    format!("curve{beyond} f-{family}")
}

/// One line an adaptation, from the fewest labels to all; what is asked is the same at every number. None where no two numbers were measured.
pub(crate) fn label_chart(
    context: &ReportContext<'_>,
    (found, shown): (&LabelCurves, &ShownLabels),
    width: Width,
) -> Option<Markup> {
    let metric = context.findings.terms.metric;
    let lines: Vec<Line<'_>> = found
        .curves
        .iter()
        .zip(&shown.curves)
        .filter_map(|(curve, spans)| Some(Line { curve, spans, family: context.row(&curve.candidate)?.family }))
        .collect();
    let trained = || lines.iter().filter(|line| !line.is_level());
    let mut rows: Vec<f64> =
        trained().flat_map(|line| line.curve.points.iter().map(|point| point.labels as f64)).collect();
    rows.sort_by(f64::total_cmp);
    rows.dedup();
    let (first, last) = (*rows.first()?, *rows.last()?);
    if rows.len() < 2 || first <= 0.0 {
        return None;
    }
    let mut canvas = Canvas::new(width.size(), Margins { top: 34.0, right: 18.0, bottom: 48.0, left: 58.0 });
    let area = canvas.area;
    let x = Scale::log((first / 1.15, last * 1.15), (area.left, area.right));
    let range = |ends: &[f64]| {
        let ends = ends.iter().map(|value| metric.orient(*value));
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| (low.min(end), high.max(end)))
    };
    let spans = || lines.iter().flat_map(|line| line.spans);
    let (least, most) = range(&spans().map(|span| span.point).collect::<Vec<f64>>());
    let (bottom, top) = range(&spans().flat_map(|span| [span.low, span.high]).collect::<Vec<f64>>());
    // The intervals of two repeats would press all lines together.
    let reach = (most - least) / 2.0;
    let (bottom, top) = (bottom.max(least - reach), top.min(most + reach));
    let room = (top - bottom) * 0.06;
    let y = Scale::linear((bottom - room, top + room), (area.bottom, area.top));
    let ticks = y.ticks(6);
    let values: Vec<f64> = ticks.iter().map(|tick| metric.orient(*tick)).collect();
    canvas.left_axis(&y, &ticks, &|tick| tick_text(metric.orient(tick), &values), &quality_title(context));
    canvas.bottom_axis(&x, &rows, &rows_text, "labels trained on (logarithmic)");
    draw(&mut canvas, context, &lines, (&x, &y));
    let told: Vec<String> = lines.iter().map(|line| described(context, line)).collect();
    let title = "Quality of each adaptation over the number of labels";
    Some(canvas.finish(&format!("labels-{}", width.class()), (title, &told.join("; ")), width.class()))
}

/// A number of labels: in full where that is short.
fn rows_text(rows: f64) -> String {
    if rows < 1e5 { count(rows.max(0.0).round() as u64) } else { large(rows) }
}

fn draw(canvas: &mut Canvas, context: &ReportContext<'_>, lines: &[Line<'_>], (x, y): (&Scale, &Scale)) {
    let metric = context.findings.terms.metric;
    let area = canvas.area;
    let mut placer = Placer::new(area);
    let mut named: Vec<(&Line<'_>, Vec<(f64, f64)>)> = Vec::new();
    for line in lines {
        let at = |labels: u64, value: f64| (x.at(labels as f64), y.at(metric.orient(value)));
        let class = label_class(line.curve.way, line.family);
        let points: Vec<(f64, f64)> = if line.is_level() {
            let height = line.spans.first().map_or(area.bottom, |span| y.at(metric.orient(span.point)));
            vec![(area.left, height), (area.right, height)]
        } else {
            line.curve.points.iter().zip(line.spans).map(|(point, span)| at(point.labels, span.point)).collect()
        };
        canvas.path(&class, &points);
        points.windows(2).for_each(|pair| placer.take_line(pair[0], pair[1]));
        if !line.is_level() {
            for (point, span) in line.curve.points.iter().zip(line.spans) {
                let end = |value: f64| (x.at(point.labels as f64), y.clamped(metric.orient(value)));
                let (low, high) = (end(span.low), end(span.high));
                canvas.line(&format!("interval f-{}", line.family), low, high);
                let spot = at(point.labels, span.point);
                canvas.mark(line.family, spot, (4.2, ""), &hover(context, line, (point.labels, span)));
                placer.take(Rect::around(spot, 5.0));
            }
        }
        named.push((line, points));
    }
    for (line, points) in named {
        let name = &line.curve.candidate;
        // At the ends lines part; a line in the middle of others keeps its name in the legend.
        let near = points.last().into_iter().chain(points.iter().rev().skip(1));
        let placed = near.into_iter().find_map(|point| placer.place(name, *point, (12.0, 7.0)));
        if let Some(placed) = placed {
            canvas.text("label", placed, name);
        }
    }
}

fn hover(context: &ReportContext<'_>, line: &Line<'_>, (labels, span): (u64, &Span)) -> String {
    let style = context.style;
    let quality = style.with_half(style.value(span.point), span.half);
    format!("{}: {quality} with {} labels", line.curve.candidate, count(labels))
}

/// A line in words, for those who do not see it.
fn described(context: &ReportContext<'_>, line: &Line<'_>) -> String {
    let style = context.style;
    if line.is_level() {
        let value = line.spans.first().map_or_else(String::new, |span| style.value(span.point));
        return format!("{}: {value} whatever the labels", line.curve.candidate);
    }
    let points = line.curve.points.iter().zip(line.spans);
    let told: Vec<String> =
        points.map(|(point, span)| format!("{} with {}", style.value(span.point), count(point.labels))).collect();
    format!("{}: {}", line.curve.candidate, told.join(", "))
}
