//! Small plots of probes: a few lines over one axis.

use maud::Markup;

use crate::numbers::{large, short_count};
use crate::plot::{Canvas, Margins, Placed, Scale, Size, tick_text};
use crate::probe::{Panel, PanelLine, PanelPoint};

/// Lines that have a colour of their own.
const LINES: usize = 5;

/// The class of a line, in the order in which a panel has them.
pub(crate) fn line_class(at: usize) -> String {
    format!("curve l{}", at % LINES)
}

/// One panel; none without two points that can be drawn. `id` makes its own unique.
pub(crate) fn panel_chart(panel: &Panel, id: &str) -> Option<Markup> {
    let fits =
        |point: &&PanelPoint| point.x.is_finite() && point.y.is_finite() && (!panel.logarithmic || point.x > 0.0);
    let all: Vec<PanelPoint> = panel.lines.iter().flat_map(|line| line.points.iter().filter(fits)).copied().collect();
    let range = |pick: fn(&PanelPoint) -> f64| {
        all.iter()
            .map(pick)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (across, up) = (range(|point| point.x), range(|point| point.y));
    if all.len() < 2 || across.0 >= across.1 {
        return None;
    }
    let mut canvas =
        Canvas::new(Size { width: 240.0, height: 176.0 }, Margins { top: 8.0, right: 12.0, bottom: 38.0, left: 44.0 });
    let area = canvas.area;
    let x = if panel.logarithmic {
        Scale::log(across, (area.left, area.right))
    } else {
        Scale::linear(across, (area.left, area.right))
    };
    let room = ((up.1 - up.0) * 0.06).max(1e-6 * up.1.abs().max(1e-6));
    let y = Scale::linear((up.0 - room, up.1 + room), (area.bottom, area.top));
    let ticks = y.ticks(4);
    canvas.left_axis(&y, &ticks, &|tick| tick_text(tick, &ticks), "");
    canvas.line("axis", (area.left, area.bottom), (area.right, area.bottom));
    for (value, anchor) in [(across.0, "start"), (across.1, "end")] {
        let text = if panel.logarithmic { short_count(value.round() as u64) } else { short(value) };
        canvas.text("tick", Placed::new((x.at(value), area.bottom + 16.0), anchor), &text);
    }
    canvas.text(
        "tick",
        Placed::new((f64::midpoint(area.left, area.right), area.bottom + 32.0), "middle"),
        &panel.across,
    );
    for (at, line) in panel.lines.iter().enumerate() {
        let points: Vec<(f64, f64)> =
            line.points.iter().filter(fits).map(|point| (x.at(point.x), y.at(point.y))).collect();
        canvas.path(&line_class(at), &points);
        for point in line.points.iter().filter(fits) {
            let told = format!("{}: {}", line.name, short(point.y));
            canvas.circle(&format!("spot l{}", at % LINES), (x.at(point.x), y.at(point.y)), 2.6, &told);
        }
    }
    let told: Vec<String> = panel.lines.iter().map(told).collect();
    Some(canvas.finish(id, (&panel.title, &told.join("; ")), "small"))
}

/// A line in words, for those who do not see it: where it begins and ends.
fn told(line: &PanelLine) -> String {
    match (line.points.first(), line.points.last()) {
        (Some(first), Some(last)) => format!("{} from {} to {}", line.name, short(first.y), short(last.y)),
        _ => line.name.clone(),
    }
}

/// A number with three digits that count.
fn short(value: f64) -> String {
    if value.abs() >= 10_000.0 {
        return large(value);
    }
    let decimals = if value == 0.0 { 0 } else { (2.0 - value.abs().log10().floor()).clamp(0.0, 4.0) as usize };
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(points: Vec<PanelPoint>) -> Panel {
        let lines = vec![PanelLine { name: "small".to_owned(), points }];
        Panel { title: "noise".to_owned(), across: "severity".to_owned(), logarithmic: false, lines }
    }

    #[test]
    fn a_line_needs_two_points() {
        let point = |x, y| PanelPoint { x, y };
        assert!(panel_chart(&panel(vec![point(0.0, 0.9)]), "a").is_none());
        assert!(panel_chart(&panel(vec![point(0.0, 0.9), point(f64::NAN, 0.8)]), "a").is_none());
        let drawn = panel_chart(&panel(vec![point(0.0, 0.9), point(5.0, 0.45)]), "a").expect("drawn").into_string();
        assert!(drawn.contains("small from 0.9 to 0.45") && drawn.contains("curve l0"), "{drawn}");
        // One height is a line too.
        assert!(panel_chart(&panel(vec![point(0.0, 0.5), point(5.0, 0.5)]), "a").is_some());
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([0.0, 0.12345, 1.5, 123.4, 20_000.0, -0.5].map(short), ["0", "0.123", "1.5", "123", "20k", "−0.5"]);
    }
}
