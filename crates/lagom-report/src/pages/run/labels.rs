//! Which adaptation pays at which number of labels: the sentence, one chart, a table.

use super::time;
use crate::Shown;
use crate::charts::{Width, drawn, label_chart, label_class};
use crate::document::{Block, Cell, Field, Figure, FigureSize, Form, Key, Look, Table, Text};
use crate::labels::LabelCurve;
use crate::numbers::count;
use crate::plot::{stroke, swatch};
use crate::span::Span;
use crate::words::ReportContext;
use crate::words::labels::{failed, how, subject};

/// A line of the table.
struct Line<'a> {
    curve: &'a LabelCurve,
    spans: &'a [Span],
}

/// The section; none where it was not measured.
pub(super) fn section(context: &ReportContext<'_>, shown: &Shown) -> Option<Block> {
    let (found, shown) = (context.findings.labels.as_ref()?, shown.labels.as_ref()?);
    let mut blocks = vec![Block::Prose(shown.sentence.as_str().into())];
    let figure = Figure {
        heading: String::new(),
        caption: String::new(),
        size: FigureSize::Full,
        drawings: drawn(Width::Full, |width| label_chart(context, (found, shown), width)),
        legend: found.curves.iter().filter_map(|curve| key(context, curve)).collect(),
    };
    if !figure.drawings.is_empty() {
        blocks.push(Block::Only(&[Form::Html], vec![Block::Figures(vec![figure])]));
    }
    blocks.push(Block::Table(table(context, found.curves.iter().zip(&shown.curves))));
    if !shown.others.is_empty() {
        blocks.push(Block::List(shown.others.iter().map(|told| told.as_str().into()).collect()));
    }
    blocks.extend(failed(found).into_iter().map(|told| Block::Small(told.into())));
    blocks.push(Block::Small(how(context, found).into()));
    Some(Block::Section("Which adaptation pays at which number of labels".to_owned(), blocks))
}

fn key(context: &ReportContext<'_>, curve: &LabelCurve) -> Option<Key> {
    let family = context.row(&curve.candidate)?.family;
    let mark = if curve.way.is_level() { stroke(&label_class(curve.way, family)) } else { swatch(family) };
    let told = subject(curve).replace(&format!(" ({})", curve.candidate), "");
    Some(Key { mark, meaning: format!("{}: {told}", curve.candidate) })
}

fn table<'a>(context: &'a ReportContext<'_>, curves: impl Iterator<Item = (&'a LabelCurve, &'a Vec<Span>)>) -> Table {
    let lines: Vec<Line<'a>> = curves.map(|(curve, spans)| Line { curve, spans }).collect();
    let trained = lines.iter().filter(|line| !line.curve.way.is_level());
    let mut numbers: Vec<u64> = trained.flat_map(|line| line.curve.points.iter().map(|point| point.labels)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut fields = vec![Field::words("candidate", |line: &Line<'_>| line.curve.candidate.clone())];
    let last = numbers.len().saturating_sub(1);
    for (at, labels) in numbers.into_iter().enumerate() {
        let cell = move |line: &Line<'_>| {
            let place = match line.curve.way.is_level() {
                true => Some(0),
                false => line.curve.points.iter().position(|point| point.labels == labels),
            };
            let found = place.and_then(|place| line.spans.get(place));
            found.map_or_else(|| Cell::from(Text::missing()), |span| quality(context, span))
        };
        // Both ends stay longest.
        let level = if at == 0 || at == last { u8::MAX } else { 3 + u8::try_from(at % 2).unwrap_or(0) };
        let head = format!("{} labels", count(labels));
        fields.push(Field::new(head, cell).brief_at(1, &count(labels)).gone_at(level));
    }
    let seconds = |line: &Line<'_>| {
        let point = line.curve.points.last().filter(|_| !line.curve.way.is_level());
        Cell::maybe(point, |point| time(point.cpu_seconds))
    };
    fields.push(Field::new("CPU time, all labels", seconds).gone_at(2));
    Table::of("Quality of each adaptation over the number of labels", &lines, fields)
}

/// A quality with half the length of its interval.
fn quality(context: &ReportContext<'_>, span: &Span) -> Cell {
    let style = context.style;
    let told = Text::number(span.point, style.value(span.point));
    if span.half == 0.0 {
        return told.into();
    }
    let half = Text::from(" ± ").and(Text::number(span.half, style.size(span.half))).looking(Look::Soft);
    Cell::from(told.and(half)).brief(style.value(span.point))
}
