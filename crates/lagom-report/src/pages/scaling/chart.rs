//! Loss over size, with a line for each amount of data or of compute, and their intervals.

use maud::Markup;

use super::numbers::{LossStyle, amount};
use super::tables::level;
use super::words::{measure, unit};
use crate::charts::Width;
use crate::numbers::capital;
use crate::plot::{Canvas, Margins, Placer, Rect, Scale, tick_text};
use lagom_import::scaling::{Line, Measured, PredictedLoss, ScalingFindings, Spot};

/// Above this ratio of the largest to the smallest loss the ticks are powers of ten and their halves.
const WIDE: f64 = 12.0;
/// Size of label type, in pixels.
const TYPE: f64 = 12.0;

/// The two scales of the plot.
struct Scales {
    x: Scale,
    y: Scale,
}

impl Scales {
    fn at(&self, along: f64, loss: f64) -> (f64, f64) {
        (self.x.at(along), self.y.at(loss))
    }
}

/// The class of a line's colour.
pub(super) fn colour(at: usize) -> String {
    format!("l{at}")
}

/// Position along the horizontal axis: the size, or the data under a law of the data alone.
fn along(findings: &ScalingFindings, size: Option<f64>, data: Option<f64>) -> Option<f64> {
    if findings.settings.form == "data" { data } else { size }
}

/// The plot; none where nothing can be drawn.
pub(super) fn chart(findings: &ScalingFindings, width: Width) -> Option<Markup> {
    let mut canvas = Canvas::new(width.size(), Margins { top: 34.0, right: 20.0, bottom: 48.0, left: 58.0 });
    let scales = scales(findings, canvas.area)?;
    axes(&mut canvas, findings, &scales);
    for (at, line) in findings.lines.iter().enumerate() {
        spread(&mut canvas, &scales, (&colour(at), line));
    }
    for point in &findings.points {
        dot(&mut canvas, findings, &scales, point);
    }
    for (at, line) in findings.lines.iter().enumerate() {
        curve(&mut canvas, &scales, (&colour(at), line));
    }
    for found in &findings.predictions {
        predicted(&mut canvas, findings, &scales, found);
    }
    labels(&mut canvas, findings, &scales);
    let title = format!("{} over {}", capital(measure(findings)), across(findings));
    let description = format!(
        "{} measured points and the fitted law {}; {} from {} to {}",
        findings.points.len(),
        findings.fit.formula,
        measure(findings),
        least(findings),
        most(findings)
    );
    Some(canvas.finish(&format!("law-{}", width.class()), (&title, &description), width.class()))
}

fn losses(findings: &ScalingFindings) -> impl Iterator<Item = f64> {
    findings.points.iter().map(|point| point.loss)
}

fn least(findings: &ScalingFindings) -> String {
    LossStyle::of(findings).write(losses(findings).fold(f64::INFINITY, f64::min))
}

fn most(findings: &ScalingFindings) -> String {
    LossStyle::of(findings).write(losses(findings).fold(0.0, f64::max))
}

fn across(findings: &ScalingFindings) -> &'static str {
    if findings.settings.form == "data" { unit(findings) } else { "parameters" }
}

/// Scales that hold all points, lines and predictions.
fn scales(findings: &ScalingFindings, area: Rect) -> Option<Scales> {
    let asked = |found: &PredictedLoss| Some((along(findings, found.size, found.data)?, found.loss?));
    let spots = findings.lines.iter().flat_map(|line| line.spots.iter()).map(|spot| (spot.at, spot.loss));
    let points =
        findings.points.iter().filter_map(|point| Some((along(findings, point.size, point.data)?, point.loss)));
    let predictions = findings.predictions.iter().filter_map(asked);
    let ends = predictions.flat_map(|(at, span)| [(at, span.low), (at, span.high)]);
    let all: Vec<(f64, f64)> =
        spots.chain(points).chain(ends).filter(|(at, loss)| *at > 0.0 && *loss > 0.0 && loss.is_finite()).collect();
    let bounds = |pick: fn(&(f64, f64)) -> f64| {
        let values = || all.iter().map(pick);
        (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max))
    };
    if all.is_empty() {
        return None;
    }
    let (left, right) = bounds(|place| place.0);
    let (bottom, top) = bounds(|place| place.1);
    let room = (top / bottom).powf(0.04).max(1.005);
    Some(Scales {
        x: Scale::log((left / 1.15, right * 1.25), (area.left, area.right)),
        y: Scale::log((bottom / room, top * room), (area.bottom, area.top)),
    })
}

fn axes(canvas: &mut Canvas, findings: &ScalingFindings, scales: &Scales) {
    let area = canvas.area;
    let low = losses(findings).fold(f64::INFINITY, f64::min);
    let high = losses(findings).fold(0.0, f64::max);
    let ticks: Vec<f64> = if high / low > WIDE {
        scales.y.ticks(6)
    } else {
        let inside = |tick: &f64| *tick > 0.0 && scales.y.holds(*tick);
        Scale::linear((low * 0.8, high * 1.1), (area.bottom, area.top)).ticks(8).into_iter().filter(inside).collect()
    };
    let write =
        |tick: f64| if high / low > WIDE { LossStyle::of(findings).write(tick) } else { tick_text(tick, &ticks) };
    canvas.left_axis(&scales.y, &ticks, &write, &format!("{} (logarithmic, lower is better ↓)", measure(findings)));
    let wide = area.right - area.left;
    let title = format!("{} (logarithmic)", across(findings));
    canvas.bottom_axis(&scales.x, &scales.x.ticks((wide / 50.0) as usize), &amount, &title);
}

/// The interval around a line, within the plot.
fn spread(canvas: &mut Canvas, scales: &Scales, (colour, line): (&str, &Line)) {
    let sound = |spot: &&Spot| spot.low.is_finite() && spot.high.is_finite() && spot.low > 0.0;
    let spots: Vec<&Spot> = line.spots.iter().filter(sound).collect();
    let above = spots.iter().map(|spot| (scales.x.at(spot.at), scales.y.clamped(spot.high)));
    let below = spots.iter().rev().map(|spot| (scales.x.at(spot.at), scales.y.clamped(spot.low)));
    let outline: Vec<(f64, f64)> = above.chain(below).collect();
    if outline.len() > 4 {
        canvas.polygon(&format!("spread {colour}"), &outline);
    }
}

/// The line itself: drawn through among the points, dashed beyond them.
fn curve(canvas: &mut Canvas, scales: &Scales, (colour, line): (&str, &Line)) {
    let mut part: Vec<(f64, f64)> = Vec::new();
    let mut beyond = line.spots.first().is_some_and(|spot| spot.beyond);
    for spot in &line.spots {
        let at = scales.at(spot.at, spot.loss);
        part.push(at);
        if spot.beyond != beyond {
            canvas.path(&class(colour, beyond), &part);
            part = vec![at];
            beyond = spot.beyond;
        }
    }
    canvas.path(&class(colour, beyond), &part);
}

fn class(colour: &str, beyond: bool) -> String {
    if beyond { format!("curve beyond {colour}") } else { format!("curve {colour}") }
}

/// The line whose level is nearest to a point.
fn nearest(findings: &ScalingFindings, point: &Measured) -> usize {
    let of = |line: &Line| match (line.held, point.size.zip(point.data)) {
        // FLOPs = 6·N·D
        ("compute", Some((size, data))) => Some(6.0 * size * data),
        ("data", Some((_, data))) => Some(data),
        _ => None,
    };
    let far = |line: &Line| match (of(line), line.value) {
        (Some(own), Some(held)) => (own / held).ln().abs(),
        _ => 0.0,
    };
    let lines = findings.lines.iter().enumerate();
    lines.min_by(|a, b| far(a.1).total_cmp(&far(b.1))).map_or(0, |(at, _)| at)
}

fn dot(canvas: &mut Canvas, findings: &ScalingFindings, scales: &Scales, point: &Measured) {
    let Some(at) = along(findings, point.size, point.data).filter(|_| point.loss > 0.0) else { return };
    let colour = colour(nearest(findings, point));
    let style = LossStyle::of(findings);
    let data = point.data.map_or_else(String::new, |data| format!(", {} {}", amount(data), unit(findings)));
    let size = point.size.map_or_else(String::new, |size| format!("{} parameters", amount(size)));
    let title = format!(
        "row {}: {}: {} {}, by the law {}",
        point.row,
        format!("{size}{data}").trim_start_matches(", "),
        measure(findings),
        style.write(point.loss),
        style.write(point.fitted)
    );
    if let Some(error) = point.standard_error.filter(|error| *error > 0.0 && *error < point.loss) {
        let (x, low) = scales.at(at, point.loss - error);
        canvas.line(&format!("interval {colour}"), (x, low), (x, scales.y.at(point.loss + error)));
    }
    canvas.circle(&format!("spot {colour}"), scales.at(at, point.loss), 3.6, &title);
}

fn predicted(canvas: &mut Canvas, findings: &ScalingFindings, scales: &Scales, found: &PredictedLoss) {
    let (Some(at), Some(loss)) = (along(findings, found.size, found.data), found.loss) else { return };
    let (x, low) = scales.at(at, loss.low);
    canvas.line("interval predicted", (x, low), (x, scales.y.at(loss.high)));
    let title = format!("predicted: {}", LossStyle::of(findings).span(&loss));
    canvas.circle("predicted", scales.at(at, loss.value), 5.0, &title);
}

/// Names at the ends of the lines, where there is room.
fn labels(canvas: &mut Canvas, findings: &ScalingFindings, scales: &Scales) {
    if findings.lines.len() < 2 {
        return;
    }
    let area = canvas.area;
    let mut placer = Placer::new(area);
    for point in &findings.points {
        if let Some(at) = along(findings, point.size, point.data) {
            placer.take(Rect::around(scales.at(at, point.loss), 3.0));
        }
    }
    for found in &findings.predictions {
        if let (Some(at), Some(loss)) = (along(findings, found.size, found.data), found.loss) {
            placer.take(Rect::around(scales.at(at, loss.value), 7.0));
        }
    }
    for line in &findings.lines {
        for pair in line.spots.windows(2) {
            if let [a, b] = pair {
                placer.take_line(scales.at(a.at, a.loss), scales.at(b.at, b.loss));
            }
        }
    }
    for line in &findings.lines {
        let text = level(findings, line);
        let ends = [line.spots.last(), line.spots.first()];
        // Far from its line a name would say nothing; the legend has it.
        let near =
            |spot: &Spot| placer.place(&text, scales.at(spot.at, spot.loss), (TYPE, 3.0)).filter(|placed| !placed.far);
        let placed = ends.into_iter().flatten().find_map(near);
        if let Some(placed) = placed {
            canvas.text("label", placed, &text);
        }
    }
}
