//! The forest of differences, and quality over a cost.

use maud::{Markup, html};

use super::context::{CompareContext, cost_title, figure};
use super::words::standing;
use crate::charts::{Mark, Spot, Width, scatter};
use crate::document::Key;
use crate::plot::{Canvas, Margins, Placed, Placer, Rect, Scale, Size, text_width, tick_text};
use crate::verdict::CandidateStatus;
use lagom_import::compare::{CompareRow, Comparison, Front};

/// Height of a candidate's line.
const LINE: f64 = 28.0;
/// Size of label type, in pixels.
const TYPE: f64 = 12.0;
/// Reach of a mark.
const REACH: f64 = 5.0;

/// One line a candidate: its difference to the reference (or its distance above the bar) with its bounds, and the line
/// that the lower bound has to clear; none without a comparison.
pub(super) fn forest(context: &CompareContext<'_>, width: Width) -> Option<Markup> {
    let shown = |row: &'_ CompareRow| if context.bar() { row.hardest.clone() } else { row.difference.clone() };
    let lines: Vec<(&CompareRow, Comparison)> =
        context.judgement.rows.iter().filter_map(|row| shown(row).map(|found| (row, found))).collect();
    let threshold = lines.first()?.1.threshold;
    let narrow = width == Width::Narrow;
    let longest = lines.iter().map(|(row, _)| text_width(&row.name, TYPE)).fold(0.0, f64::max);
    let wide = width.size().width;
    let left = if narrow { 14.0 } else { longest.min(260.0) + 16.0 };
    let step = if narrow { LINE + 14.0 } else { LINE };
    let size = Size { width: wide, height: 42.0 + 48.0 + lines.len() as f64 * step };
    let mut canvas = Canvas::new(size, Margins { top: 42.0, right: 20.0, bottom: 48.0, left });
    let area = canvas.area;
    let ends = lines.iter().flat_map(|(_, found)| [found.lower, found.upper]).filter(|end| end.is_finite());
    let (low, high) =
        ends.chain([threshold, 0.0]).fold((0.0_f64, 0.0_f64), |(low, high), end| (low.min(end), high.max(end)));
    let room = (high - low).max(1e-9) * 0.06;
    let x = Scale::linear((low - room, high + room), (area.left, area.right));
    let ticks = x.ticks((wide / 110.0) as usize);
    let against = if context.bar() { "distance above your bar" } else { "difference to the reference" };
    canvas.rect("band", Rect { left: x.clamped(threshold), right: area.right, ..area });
    canvas.bottom_axis(&x, &ticks, &|tick| tick_text(tick, &ticks), &format!("{against} (better →)"));
    canvas.line("best", (x.at(0.0), area.top), (x.at(0.0), area.bottom));
    if !context.bar() {
        canvas.line("limit", (x.at(threshold), area.top), (x.at(threshold), area.bottom));
        let text = format!("−margin {}", context.rule());
        let middle = x.at(threshold).clamp(area.left + text_width(&text, TYPE) / 2.0, area.right);
        canvas.text("label limit-label", Placed::new((middle, area.top - 10.0), "middle"), &text);
    }
    for (at, (row, found)) in lines.iter().enumerate() {
        let y = area.top + (at as f64 + 0.5) * step + if narrow { 7.0 } else { 0.0 };
        let name = if narrow { ((area.left, y - 12.0), "start") } else { ((area.left - 10.0, y + 4.0), "end") };
        let chosen = matches!(row.standing, CandidateStatus::Choice);
        canvas.text(if chosen { "label main" } else { "label" }, Placed::new(name.0, name.1), &row.name);
        let (from, to) = (x.clamped(found.lower), x.clamped(found.upper));
        canvas.line(&format!("span {}", colour(row.standing)), (from, y), (to, y));
        for end in [from, to] {
            canvas.line(&format!("span {}", colour(row.standing)), (end, y - 4.0), (end, y + 4.0));
        }
        let class = format!("mark {}", colour(row.standing));
        canvas.circle(&class, (x.clamped(found.estimate.point), y), REACH, &hover(context, row, found));
    }
    let told: Vec<String> = lines.iter().map(|(row, found)| hover(context, row, found)).collect();
    Some(canvas.finish(&format!("forest-{}", width.class()), (against, &told.join("; ")), width.class()))
}

/// What the colours of the marks mean: one mark for each colour that occurs.
pub(super) fn legend(context: &CompareContext<'_>) -> Vec<Key> {
    let kinds = [
        ("f-trees", "good enough or best"),
        ("f-mlp", "not good enough"),
        ("f-linear", "not shown"),
        ("f-baseline", "over limits"),
    ];
    let occurs = |class: &str| {
        context.judgement.rows.iter().any(|row| row.difference.is_some() && colour(row.standing) == class)
    };
    let key = |(class, meaning): (&str, &str)| Key {
        mark: html! { svg.swatch viewBox="0 0 14 14" aria-hidden="true" { circle class={ "mark " (class) } cx="7" cy="7" r="5" {} } },
        meaning: meaning.to_owned(),
    };
    kinds.into_iter().filter(|(class, _)| occurs(class)).map(key).collect()
}

/// The class that colours a standing.
fn colour(standing: CandidateStatus) -> &'static str {
    match standing {
        CandidateStatus::Choice
        | CandidateStatus::GoodEnough
        | CandidateStatus::Reference
        | CandidateStatus::Better => "f-trees",
        CandidateStatus::TooWeak
        | CandidateStatus::NoBetter
        | CandidateStatus::Failed
        | CandidateStatus::Unmeasured
        | CandidateStatus::Stopped
        | CandidateStatus::TriedOnce => "f-mlp",
        CandidateStatus::Undecided | CandidateStatus::Unneeded => "f-linear",
        CandidateStatus::OverLimits => "f-baseline",
    }
}

fn hover(context: &CompareContext<'_>, row: &CompareRow, found: &Comparison) -> String {
    let style = context.style;
    let bounds = context.range((found.lower, found.upper));
    format!("{}: {} ({bounds}), {}", row.name, style.signed(found.estimate.point), standing(context, row))
}

/// Quality over a cost with the Pareto front; none where fewer than two candidates have that cost.
pub(super) fn pareto(context: &CompareContext<'_>, front: &Front, width: Width) -> Option<Markup> {
    let cost = front.cost;
    let positive = |row: &&CompareRow| row.costs.value(cost).is_some_and(|value| value > 0.0 && value.is_finite());
    let rows: Vec<&CompareRow> = context.judgement.rows.iter().filter(positive).collect();
    if rows.len() < 2 {
        return None;
    }
    let value = |row: &CompareRow| row.costs.value(cost).unwrap_or(f64::NAN);
    let turn = if context.judgement.higher_is_better { 1.0 } else { -1.0 };
    let mut canvas = Canvas::new(width.size(), Margins { top: 34.0, right: 18.0, bottom: 48.0, left: 58.0 });
    let area = canvas.area;
    let fold = |values: Vec<f64>| {
        values
            .into_iter()
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (cheapest, dearest) = fold(rows.iter().map(|row| value(row)).collect());
    let (low, high) = fold(rows.iter().flat_map(|row| [turn * row.interval.0, turn * row.interval.1]).collect());
    let room = (high - low).max(1e-9) * 0.08;
    let spread = (dearest / cheapest).powf(0.06).max(1.3);
    let x = Scale::log((cheapest / spread, dearest * spread), (area.left, area.right));
    let y = Scale::linear((low - room, high + room), (area.bottom, area.top));
    let ticks = y.ticks(6);
    let values: Vec<f64> = ticks.iter().map(|tick| turn * tick).collect();
    let better = if turn > 0.0 { "better ↑" } else { "lower is better ↑" };
    let title = format!("{} ({better})", context.judgement.metric);
    canvas.left_axis(&y, &ticks, &|tick| tick_text(turn * tick, &values), &title);
    let wide = area.right - area.left;
    let name = format!("{} (logarithmic)", cost_title(cost, &context.judgement.rows));
    canvas.bottom_axis(&x, &x.ticks((wide / 80.0) as usize), &|tick| figure(cost, tick), &name);
    let mut placer = Placer::new(Rect { right: width.size().width - 2.0, ..area });
    let shared = shared_start(&rows);
    let spot = |row: &&CompareRow| Spot {
        name: row.name.get(shared..).unwrap_or(&row.name).to_owned(),
        at: (x.at(value(row)), y.at(turn * row.quality.point)),
        ends: (y.clamped(turn * row.interval.0), y.clamped(turn * row.interval.1)),
        mark: Mark::Disc(colour(row.standing)),
        ring: match row.standing {
            CandidateStatus::Choice => Some("ring choice"),
            CandidateStatus::Reference => Some("ring"),
            _ => None,
        },
        hover: format!("{}: {}, {}", row.name, context.style.value(row.quality.point), figure(cost, value(row))),
    };
    let spots: Vec<Spot> = rows.iter().map(spot).collect();
    let place = |name: &String| rows.iter().position(|row| row.name == *name);
    scatter(&mut canvas, &mut placer, &spots, &front.names.iter().filter_map(place).collect::<Vec<usize>>());
    let told: Vec<String> = rows.iter().map(|row| format!("{} {}", row.name, figure(cost, value(row)))).collect();
    let id = format!("pareto-{}-{}", cost.about().name, width.class());
    Some(canvas.finish(&id, (&title, &told.join("; ")), width.class()))
}

/// How many bytes at the start of all names are the same, up to the last sign that parts a name: in a plot the rest
/// is enough to tell them apart.
fn shared_start(rows: &[&CompareRow]) -> usize {
    let Some((first, rest)) = rows.split_first() else { return 0 };
    let same = |name: &str| first.name.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
    let shared = rest.iter().map(|row| same(&row.name)).min().unwrap_or(0);
    let start = first.name.bytes().take(shared).rposition(|byte| matches!(byte, b'/' | b'-' | b':' | b' '));
    start.map_or(0, |at| at + 1)
}
