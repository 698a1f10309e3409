//! The confidence sequence of a replay over the number of examples.

use maud::Markup;

use super::context::CompareContext;
use crate::charts::Width;
use crate::numbers::count;
use crate::plot::{Canvas, Margins, Placed, Scale, text_width, tick_text};

/// Size of label type, in pixels.
const TYPE: f64 = 12.0;

/// The two-sided confidence sequence over the examples seen, with the line to clear and the moment of the decision.
pub(super) fn replay_chart(context: &CompareContext<'_>, width: Width) -> Option<Markup> {
    let replay = context.judgement.replay.as_ref()?;
    let path: Vec<(f64, f64, f64)> = replay.path.iter().map(|(seen, low, high)| (*seen as f64, *low, *high)).collect();
    let (first, last) = (path.first()?, path.last()?);
    let mut canvas = Canvas::new(width.size(), Margins { top: 34.0, right: 18.0, bottom: 48.0, left: 58.0 });
    let area = canvas.area;
    let x = Scale::log((first.0, last.0.max(first.0 + 1.0)), (area.left, area.right));
    let window = window(&path, replay.threshold);
    let y = Scale::linear(window, (area.bottom, area.top));
    let ticks = y.ticks(6);
    // two long names find no room on a narrow page; the words above say which they are
    let name = Some(title(context)).filter(|name| text_width(name, TYPE) < width.size().width);
    let name = name.unwrap_or_else(|| "difference of the two".to_owned());
    canvas.left_axis(&y, &ticks, &|tick| tick_text(tick, &ticks), &name);
    let wide = area.right - area.left;
    let decades = x.ticks((wide / 80.0) as usize);
    canvas.bottom_axis(&x, &decades, &|tick| count(tick.round() as u64), "examples seen (logarithmic)");
    canvas.line("best", (area.left, y.clamped(0.0)), (area.right, y.clamped(0.0)));
    let line = y.clamped(replay.threshold);
    canvas.line("limit", (area.left, line), (area.right, line));
    if replay.threshold < 0.0 {
        let text = format!("−margin {}", context.rule());
        canvas.text("label limit-label", Placed::new((area.left + 6.0, line - 6.0), "start"), &text);
    }
    for side in [|point: &(f64, f64, f64)| point.1, |point: &(f64, f64, f64)| point.2] {
        let points: Vec<(f64, f64)> = path.iter().map(|point| (x.at(point.0), y.clamped(side(point)))).collect();
        canvas.path("series validation", &points);
    }
    if let Some(after) = replay.decided_after {
        let at = x.at(after as f64);
        canvas.line("best", (at, area.top), (at, area.bottom));
        let text = format!("decided after {}", count(after));
        let anchor = if at + text_width(&text, TYPE) + 8.0 > area.right { "end" } else { "start" };
        let shift = if anchor == "end" { -6.0 } else { 6.0 };
        canvas.text("label main", Placed::new((at + shift, area.top + 12.0), anchor), &text);
    }
    let told = match replay.decided_after {
        Some(after) => format!("decided after {} of {} examples", count(after), count(replay.examples)),
        None => format!("not decided within {} examples", count(replay.examples)),
    };
    Some(canvas.finish(&format!("replay-{}", width.class()), (&title(context), &told), width.class()))
}

fn title(context: &CompareContext<'_>) -> String {
    let Some(replay) = context.judgement.replay.as_ref() else { return String::new() };
    match &replay.against {
        Some(against) => format!("{} minus {against}", replay.candidate),
        None => format!("{} above your bar", replay.candidate),
    }
}

/// The range to draw: that of the later three quarters of the path, where the sequence has become narrow, and the line.
fn window(path: &[(f64, f64, f64)], threshold: f64) -> (f64, f64) {
    let late = &path[path.len() / 4..];
    let (low, high) = late
        .iter()
        .fold((threshold.min(0.0), threshold.max(0.0)), |(low, high), point| (low.min(point.1), high.max(point.2)));
    let room = (high - low) * 0.06;
    (low - room, high + room)
}
