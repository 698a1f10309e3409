//! Training curves: the loss over the steps, one small plot a candidate.

use maud::Markup;

use crate::candidate::Point;
use crate::numbers::{large, short_count};
use crate::plot::{Canvas, Margins, Placed, Scale, Size};
use crate::verdict::Row;

/// At most so many points of a curve are drawn.
const MOST: usize = 100;

/// Whether there is a curve to draw.
pub(crate) fn has_history(row: &Row) -> bool {
    sound(row).count() >= 2
}

fn sound(row: &Row) -> impl Iterator<Item = &Point> {
    let fine = |value: f64| value.is_finite() && value.abs() < 1e12;
    row.history.iter().filter(move |point| fine(point.train_loss) && fine(point.validation_loss))
}

/// The loss of a candidate's first repeat on training and validation rows; `number` makes its id unique.
pub(crate) fn history_chart(row: &Row, number: usize) -> Markup {
    let points = thinned(sound(row).copied().collect());
    let losses = || points.iter().flat_map(|point| [point.train_loss, point.validation_loss]);
    let (low, high) =
        losses().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), loss| (low.min(loss), high.max(loss)));
    let mut canvas =
        Canvas::new(Size { width: 240.0, height: 160.0 }, Margins { top: 8.0, right: 10.0, bottom: 24.0, left: 44.0 });
    let area = canvas.area;
    let span = |point: Option<&Point>| point.map_or(0.0, |point| point.step as f64);
    let x = Scale::linear((span(points.first()), span(points.last())), (area.left, area.right));
    let logarithmic = low > 0.0 && high / low > 8.0;
    let y = if logarithmic {
        Scale::log((low / 1.1, high * 1.1), (area.bottom, area.top))
    } else {
        Scale::linear((low, high), (area.bottom, area.top))
    };
    let ticks = y.ticks(4);
    canvas.left_axis(&y, &ticks, &|tick| loss_text(tick, &ticks, logarithmic), "");
    ends(&mut canvas, &points, &x);
    let line = |pick: fn(&Point) -> f64| -> Vec<(f64, f64)> {
        points.iter().map(|point| (x.at(point.step as f64), y.at(pick(point)))).collect()
    };
    canvas.path("series train", &line(|point| point.train_loss));
    canvas.path("series validation", &line(|point| point.validation_loss));
    let best = points.iter().min_by(|a, b| a.validation_loss.total_cmp(&b.validation_loss));
    let told = best.map(|point| {
        format!("lowest validation loss {} at step {}", brief(point.validation_loss), large(point.step as f64))
    });
    let told = told.unwrap_or_default();
    if let Some(point) = best {
        canvas.circle("point validation", (x.at(point.step as f64), y.at(point.validation_loss)), 3.5, &told);
    }
    let last = points.last().map(|point| {
        format!(
            "; at the end {} on training rows, {} on validation rows",
            brief(point.train_loss),
            brief(point.validation_loss)
        )
    });
    let description = format!("{told}{}", last.unwrap_or_default());
    canvas.finish(&format!("history-{number}"), (&format!("Training curve of {}", row.name), &description), "small")
}

/// The first and the last step below the axis.
fn ends(canvas: &mut Canvas, points: &[Point], x: &Scale) {
    let area = canvas.area;
    canvas.line("axis", (area.left, area.bottom), (area.right, area.bottom));
    for (point, anchor) in [(points.first(), "start"), (points.last(), "end")] {
        let Some(point) = point else { continue };
        let text = match anchor {
            "end" => format!("{} steps", short_count(point.step)),
            _ => short_count(point.step),
        };
        canvas.text("tick", Placed::new((x.at(point.step as f64), area.bottom + 16.0), anchor), &text);
    }
}

fn loss_text(tick: f64, ticks: &[f64], logarithmic: bool) -> String {
    if logarithmic { brief(tick) } else { crate::plot::tick_text(tick, ticks) }
}

/// Two digits that count.
fn brief(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if value.abs() >= 1e6 || value.abs() < 1e-4 {
        return format!("{value:.1e}").replace('-', "−");
    }
    let decimals = (1.0 - value.abs().log10().floor()).clamp(0.0, 6.0) as usize;
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.replace('-', "−")
}

/// Evenly fewer points; the first and the last stay.
fn thinned(points: Vec<Point>) -> Vec<Point> {
    let stride = points.len().div_ceil(MOST).max(1);
    let last = points.len().saturating_sub(1);
    points.into_iter().enumerate().filter(|(at, _)| at % stride == 0 || *at == last).map(|(_, point)| point).collect()
}
