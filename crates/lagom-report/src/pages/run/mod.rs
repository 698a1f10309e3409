//! What a study found, as a document: the first screen for those who decide, the candidates, then what it rests on, folded.

mod asked;
mod background;
mod candidates;
mod cascades;
mod first;
mod labels;
mod learning;
mod levers;
mod overfitting;
mod plots;
mod quality;
mod recipes;
mod sheet;

use crate::charts::{line_class, panel_chart};
use crate::document::{Block, Document, Field, Figure, FigureSize, Form, Key, Look, Table, Text};
use crate::numbers::{count, plural, seconds};
use crate::plot::stroke;
use crate::probe::Panel;
use crate::probes::{Probed, Written, probed};
use crate::render;
use crate::span::Span;
use crate::words::ReportContext;
use crate::{Findings, Shown};

pub use levers::{ledger, ledger_json};
pub use overfitting::{overfitting, overfitting_json};

/// The report as one HTML file: no network, no script. Each number in its tables stands in a `<data>`
/// element with the value it has in the JSON.
#[must_use]
pub fn html(findings: &Findings) -> String {
    render::html(&document(findings))
}

/// The report as Markdown: the answer, its figures, the notes, and the candidates in a folded table.
#[must_use]
pub fn markdown(findings: &Findings) -> String {
    render::markdown(&document(findings))
}

/// The report for a terminal of `width` columns: the answer in words, its figures, then the table.
///
/// No line is wider than `width` (or 24, whichever is more) and no row of the table is broken: columns are shortened and
/// left out instead. No colours.
#[must_use]
pub fn terminal(findings: &Findings, width: usize) -> String {
    render::terminal(&document(findings), width)
}

fn document(findings: &Findings) -> Document {
    let context = &ReportContext::new(findings);
    let shown = &Shown::of(findings);
    let page = |blocks: Vec<Block>| Block::Only(&[Form::Html], blocks);
    let mut blocks = first::screen(context, shown);
    blocks.push(candidates::section(context, shown));
    blocks.extend(candidates::untried(context, shown));
    blocks.extend(cascades::section(context));
    blocks.extend(sheet::section(context, shown));
    blocks.extend(labels::section(context, shown));
    blocks.extend(levers::section(context, shown));
    blocks.extend(overfitting::section(context));
    blocks.push(page(asked::sections(context, shown)));
    blocks.extend(probed(findings).iter().enumerate().map(probe));
    blocks.push(page(learning::section(context, shown).into_iter().collect()));
    blocks.push(page(vec![background::tests(context, shown)]));
    blocks.push(Block::Only(&[Form::Terminal], notes(&shown.answer.notes)));
    let mut folds = first::effort(context, shown);
    folds.extend(plots::costs(context, shown));
    folds.extend(learning::histories(context));
    folds.extend(candidates::details(context, shown));
    folds.extend(recipes::fold(context, shown));
    folds.extend(quality::fold(findings));
    folds.extend(background::folds(context));
    blocks.push(page(folds));
    Document {
        title: format!("{}: {}", findings.name, shown.answer.headline),
        subject: ("study", findings.name.clone()),
        lagom: findings.machine.lagom.clone(),
        blocks,
        colophon: vec![
            format!("study {}", findings.name),
            format!(
                "{} validation and {} {} rows",
                count(findings.analysis.validation_examples),
                count(findings.analysis.holdout_examples),
                if context.cross_fitted() { "cross-fitted" } else { "holdout" }
            ),
            format!("intervals {}", context.confidence()),
            shown.signature.clone(),
            "all numbers are in report.json".to_owned(),
        ],
    }
}

/// What a reader has to know beside the answer.
fn notes<'a>(notes: impl IntoIterator<Item = &'a String>) -> Vec<Block> {
    notes.into_iter().map(|note| Block::Note(note.as_str().into())).collect()
}

/// Lines of what a probe found on a terminal; the other forms show all.
const PROBED: usize = 5;

/// What a probe found: its sentences and main table, and on a page further tables and plots.
fn probe((number, one): (usize, &Probed<'_>)) -> Block {
    let mut blocks = vec![Block::Prose(one.found.said.as_str().into())];
    blocks.extend(one.tables.first().map(|main| Block::Table(probe_table(&one.title, main))));
    let mut more = figures(number, &one.found.panels);
    let further =
        |table: &Written<'_>| Block::Fold(table.title.into(), vec![Block::Table(probe_table(table.title, table))]);
    more.extend(one.tables.iter().skip(1).map(further));
    if !more.is_empty() {
        blocks.push(Block::Only(&[Form::Html], more));
    }
    blocks.extend(one.found.notes.iter().map(|note| Block::Small(note.as_str().into())));
    Block::Section(one.title.clone(), blocks)
}

fn probe_table(title: &str, table: &Written<'_>) -> Table {
    let field = |(at, column): (usize, &String)| {
        let cell = move |cells: &Vec<String>| Text::from(cells.get(at).cloned().unwrap_or_default());
        let words = at == 0 || table.words.get(at) == Some(&true);
        let field = if words { Field::words(column, cell) } else { Field::new(column, cell) };
        // The columns after the first two are left out from the end.
        field.gone_at(if at < 2 { u8::MAX } else { u8::try_from(table.columns.len() - at).unwrap_or(u8::MAX) })
    };
    let fields = table.columns.iter().enumerate().map(field).collect();
    Table { most: PROBED, ..Table::of(format!("Table: {title}"), &table.lines, fields) }
}

/// The small plots of a probe, with what their lines are; lines of the same names share one legend.
fn figures(number: usize, panels: &[Panel]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let names = |panel: &Panel| panel.lines.iter().map(|line| line.name.clone()).collect::<Vec<String>>();
    let mut at = 0;
    for group in panels.chunk_by(|a, b| names(a) == names(b)) {
        let mut drawn = Vec::new();
        for panel in group {
            at += 1;
            let drawing = panel_chart(panel, &format!("probe-{number}-{at}"));
            drawn.extend(drawing.map(|drawing| Figure {
                heading: panel.title.clone(),
                caption: String::new(),
                size: FigureSize::Small,
                drawings: vec![drawing],
                legend: Vec::new(),
            }));
        }
        if drawn.is_empty() {
            continue;
        }
        let legend = names(&group[0]).into_iter().enumerate();
        let legend = legend.map(|(line, meaning)| Key { mark: stroke(&line_class(line)), meaning }).collect();
        let keys = Figure {
            heading: String::new(),
            caption: String::new(),
            size: FigureSize::Full,
            drawings: Vec::new(),
            legend,
        };
        blocks.extend([Block::Figures(vec![keys]), Block::Figures(drawn)]);
    }
    blocks
}

/// `1 candidate`, `14 candidates`.
fn candidates_told(number: usize) -> String {
    plural(number as u64, "candidate", "candidates")
}

/// A count in full.
fn whole(value: u64) -> Text {
    Text::number(value as f64, count(value))
}

/// A duration in seconds.
fn time(value: f64) -> Text {
    if value >= 0.0 { Text::number(value, seconds(value)) } else { Text::missing() }
}

/// A figure with half the length of its interval: `0.973 ± 0.003`.
fn spread(context: &ReportContext<'_>, span: &Span, write: impl Fn(f64) -> String) -> Text {
    let text = write(span.point);
    // Halfway between the worst and the best that missing answers could be is no estimate.
    if span.gap > 0.0 {
        return Text::number(span.low, write(span.low)).and(" to ").and(Text::number(span.high, write(span.high)));
    }
    let half = Text::from(" ± ").and(Text::number(span.half, context.style.size(span.half)));
    Text::number(span.point, text).and(half.looking(Look::Soft))
}
