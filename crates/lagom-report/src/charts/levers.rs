//! Levers and sizes on one axis of gain.

use maud::Markup;

use super::points::Width;
use crate::costs::short_figure;
use crate::levers::{Ledger, ShownGain};
use crate::plot::{Canvas, Margins, Placed, Scale, Size, text_width, tick_text};
use crate::study::FamilyId;
use crate::study::costs::Parameters;
use crate::words::ReportContext;
use crate::words::levers::{gain_told, settings};

/// Height of a line.
const LINE: f64 = 24.0;
/// Size of label type, in pixels.
const TYPE: f64 = 12.0;
/// Letters of a lever's name are wider than plain ones.
const BOLD: f64 = 1.08;
/// Most lines; all sizes are among them.
const MOST: usize = 24;
/// Letters of the end of a name that are kept where it is cut: its setting.
const TAIL: usize = 7;

/// One line of the picture.
struct Line<'a> {
    name: String,
    family: FamilyId,
    is_size: bool,
    gain: &'a ShownGain,
    /// What it costs, short.
    cost: String,
}

/// Every lever on the choice and every other size, by gain, with what they cost; none where there are fewer than two.
pub(crate) fn lever_chart(context: &ReportContext<'_>, ledger: &Ledger, width: Width) -> Option<Markup> {
    let lines = lines(context, ledger)?;
    if lines.len() < 2 {
        return None;
    }
    let wide = width.size().width;
    let room = if width == Width::Narrow { 130.0 } else { 300.0 };
    let longest = lines.iter().map(|line| BOLD * text_width(&line.name, TYPE)).fold(0.0, f64::max).min(room);
    let costs = lines.iter().map(|line| text_width(&line.cost, TYPE)).fold(text_width("parameters", TYPE), f64::max);
    let size = Size { width: wide, height: 48.0 + 34.0 + lines.len() as f64 * LINE };
    let mut canvas = Canvas::new(size, Margins { top: 34.0, right: costs + 16.0, bottom: 48.0, left: longest + 12.0 });
    let area = canvas.area;
    let x = Scale::linear(range(&lines), (area.left, area.right));
    let ticks = x.ticks((wide / 110.0) as usize);
    canvas.bottom_axis(
        &x,
        &ticks,
        &|tick| tick_text(tick, &ticks),
        &format!("gain in {} (better →)", context.metric()),
    );
    canvas.text("title", Placed::new((area.right + 8.0, area.top - 12.0), "start"), "parameters");
    canvas.line("axis", (x.clamped(0.0), area.top), (x.clamped(0.0), area.bottom));
    for (at, line) in lines.iter().enumerate() {
        draw(&mut canvas, context, line, (&x, area.top + (at as f64 + 0.5) * LINE, longest));
    }
    let told: Vec<String> = lines.iter().map(|line| hover(context, line)).collect();
    let title = format!("What levers and sizes bring over {}", ledger.choice);
    Some(canvas.finish(&format!("levers-{}", width.class()), (&title, &told.join("; ")), width.class()))
}

/// The lines, the largest gain first; none where the choice is not in the table.
fn lines<'a>(context: &ReportContext<'_>, ledger: &'a Ledger) -> Option<Vec<Line<'a>>> {
    let choice = context.row(&ledger.choice)?;
    let of_lever = |row: &'a crate::levers::LedgerRow| {
        let cost = row.costs.iter().find(|change| change.cost.is(&Parameters));
        Some(Line {
            name: settings(&row.settings),
            family: choice.family,
            is_size: false,
            gain: row.gain.as_ref()?,
            cost: cost.map_or_else(String::new, |found| short_figure(context.findings, &Parameters, found.with)),
        })
    };
    let levers = ledger.rows.iter().filter(|row| row.size == ledger.choice && !row.idle).filter_map(of_lever);
    let mut levers: Vec<Line<'a>> = levers.collect();
    levers.sort_by(|a, b| b.gain.point.total_cmp(&a.gain.point));
    levers.truncate(MOST.saturating_sub(ledger.sizes.len()).max(MOST / 2));
    let sizes = ledger.sizes.iter().map(|size| Line {
        name: size.name.clone(),
        family: size.family,
        is_size: true,
        gain: &size.gain,
        cost: short_figure(context.findings, &Parameters, size.parameters as f64),
    });
    let mut lines: Vec<Line<'a>> = levers.into_iter().chain(sizes).collect();
    lines.sort_by(|a, b| b.gain.point.total_cmp(&a.gain.point));
    Some(lines)
}

/// The range of gains: of the points with most of their intervals, and nothing.
fn range(lines: &[Line<'_>]) -> (f64, f64) {
    let points = || lines.iter().map(|line| line.gain.point);
    let (low, high) = (points().fold(0.0, f64::min), points().fold(0.0, f64::max));
    let spread = (high - low).max(1e-9);
    let ends =
        |pick: fn(&ShownGain) -> f64| lines.iter().map(move |line| pick(line.gain)).filter(|end| end.is_finite());
    let least = ends(|gain| gain.low).fold(low, f64::min).max(low - spread);
    let most = ends(|gain| gain.high).fold(high, f64::max).min(high + spread);
    let room = (most - least) * 0.04;
    (least - room, most + room)
}

fn draw(canvas: &mut Canvas, context: &ReportContext<'_>, line: &Line<'_>, (x, y, room): (&Scale, f64, f64)) {
    let area = canvas.area;
    let class = if line.is_size { "label" } else { "label main" };
    canvas.text(class, Placed::new((area.left - 8.0, y + 4.0), "end"), &cut(&line.name, room));
    canvas.line("grid", (area.left, y), (area.right, y));
    let family = crate::plot::class(line.family);
    canvas.line(&format!("span {family}"), (x.clamped(line.gain.low), y), (x.clamped(line.gain.high), y));
    // An interval that goes on beyond the picture says so.
    for (end, sign, anchor) in [(line.gain.low, "‹", "end"), (line.gain.high, "›", "start")] {
        if (x.clamped(end) - x.at(end)).abs() > 0.5 {
            canvas.text("tick", Placed::new((x.clamped(end), y + 4.0), anchor), sign);
        }
    }
    let state = if line.is_size { "open" } else { "" };
    canvas.mark(line.family, (x.clamped(line.gain.point), y), (4.6, state), &hover(context, line));
    canvas.text("tick", Placed::new((area.right + 8.0, y + 4.0), "start"), &line.cost);
}

/// A name that fits: cut in the middle, so that its setting is kept.
fn cut(name: &str, room: f64) -> String {
    let fits = |text: &str| BOLD * text_width(text, TYPE) <= room + 0.5;
    if fits(name) {
        return name.to_owned();
    }
    let letters: Vec<char> = name.chars().collect();
    let tail: String = letters[letters.len().saturating_sub(TAIL)..].iter().collect();
    let short =
        |kept: usize| format!("{}…{}", letters[..kept].iter().collect::<String>().trim_end(), tail.trim_start());
    (0..letters.len().saturating_sub(TAIL)).rev().map(short).find(|text| fits(text)).unwrap_or_else(|| short(0))
}

fn hover(context: &ReportContext<'_>, line: &Line<'_>) -> String {
    let cost = if line.cost.is_empty() { String::new() } else { format!(", {} parameters", line.cost) };
    format!("{}: {}{cost}", line.name, gain_told(context, line.gain))
}
