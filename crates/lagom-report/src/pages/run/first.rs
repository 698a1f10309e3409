//! The first screen: the answer, what it means, the staircase, one plot; then the figures that carry it.

use super::{notes, plots};
use crate::Shown;
use crate::answer::Fact;
use crate::document::{Block, Cell, Emphasis, Field, Form, Lead, Table, Text};
use crate::numbers::count;
use crate::study::costs::{Bytes, Latency, Memory};
use crate::words::{ReportContext, Step, climbing, is_bar, names_told, standing, step_rounded, step_sure, tone};

/// Most figures that are tiles; the others are lines.
const TILES: usize = 4;
/// Figures that are lines, however few tiles there are.
const LINES: [&str; 9] = ["error", "asked", "missing", "refused", "unreadable", "cut off", "limits", "model", "data"];
/// Figures that only those ask for who want to know how it was done.
const EFFORT: [&str; 5] = ["rows", "shots", "agreement", "ladder", "effort"];
/// Figures that stand in the table of the staircase.
const STAIRCASE: [&str; 2] = ["margins", "bars"];
/// Times below this are no matter for a decision: a thousandth of a second.
const FAST: f64 = 1e-3;
/// Sizes below this are no matter for a decision: a megabyte.
const SMALL: f64 = 1e6;

/// The first screen.
pub(super) fn screen(context: &ReportContext<'_>, shown: &Shown) -> Vec<Block> {
    let answer = &shown.answer;
    let question = match context.incumbent() {
        Some(name) => format!("Do I need {name}?"),
        None => "Do I need the bigger model?".to_owned(),
    };
    let lead = Lead {
        question,
        tone: tone(context.findings.verdict.kind),
        headline: answer.headline.clone(),
        sentences: answer.sentences.clone(),
        apart: false,
        cautions: answer.cautions.clone(),
    };
    let steps = climbing(context);
    let steps = steps.iter().map(|step| step.stair.candidate.as_str());
    let texts = std::iter::once(&answer.headline).chain(&answer.sentences).map(String::as_str);
    let told = names_told(context, &texts.chain(steps).collect::<Vec<&str>>());
    let told = told.map(|told| Block::Small(told.into()));
    let sorted = Sorted::of(context, &answer.facts);
    let all: Vec<Fact> = [&sorted.tiles, &sorted.lines, &sorted.effort].into_iter().flatten().cloned().collect();
    let mut blocks = vec![Block::Lead(lead)];
    blocks.extend(told);
    let plot = plots::size(context, shown).map(|figure| Block::Figures(vec![figure]));
    match (staircase(context), plot) {
        (staircase, Some(plot)) if !staircase.is_empty() => blocks.push(Block::Beside(staircase, vec![plot])),
        (staircase, plot) => blocks.extend(staircase.into_iter().chain(plot)),
    }
    blocks.push(Block::Only(&[Form::Html], vec![Block::Tiles(sorted.tiles), Block::Facts(sorted.lines)]));
    blocks.push(Block::Only(&[Form::Terminal, Form::Markdown], vec![Block::Facts(all)]));
    blocks.push(Block::Only(&[Form::Html, Form::Markdown], notes(&answer.notes)));
    let noticed = |note: &String| Block::Note(format!("In the data: {note}").into());
    blocks.push(Block::Only(&[Form::Markdown], context.findings.data.notes.iter().map(noticed).collect()));
    blocks
}

/// What the study took, folded.
pub(super) fn effort(context: &ReportContext<'_>, shown: &Shown) -> Vec<Block> {
    let facts = Sorted::of(context, &shown.answer.facts).effort;
    let fold = |facts| Block::Fold("How it was measured, and what that took".into(), vec![Block::Facts(facts)]);
    (!facts.is_empty()).then(|| fold(facts)).into_iter().collect()
}

/// The figures by how much they matter for a decision.
struct Sorted {
    tiles: Vec<Fact>,
    lines: Vec<Fact>,
    effort: Vec<Fact>,
}

impl Sorted {
    fn of(context: &ReportContext<'_>, facts: &[Fact]) -> Self {
        let mut sorted = Self { tiles: Vec::new(), lines: Vec::new(), effort: Vec::new() };
        for fact in facts.iter().filter(|fact| !STAIRCASE.contains(&fact.label.as_str())) {
            let part = match fact.label.as_str() {
                label if EFFORT.contains(&label) || is_slight(context, label) => &mut sorted.effort,
                label if LINES.contains(&label) || sorted.tiles.len() == TILES => &mut sorted.lines,
                _ => &mut sorted.tiles,
            };
            part.push(fact.clone());
        }
        sorted
    }
}

/// Whether a figure is about times or sizes that are small for all candidates.
fn is_slight(context: &ReportContext<'_>, label: &str) -> bool {
    let rows = &context.findings.analysis.screening.rows;
    let limits = &context.findings.terms.limits;
    match label {
        "speed" => {
            rows.iter().filter_map(|row| row.cost(&Latency)).all(|time| time < FAST) && limits.most(&Latency).is_none()
        }
        "memory" => {
            let small = |row: &crate::verdict::Row| row.cost(&Memory).is_none_or(|size| size < SMALL);
            rows.iter().all(small) && limits.most(&Memory).is_none() && limits.most(&Bytes).is_none()
        }
        _ => false,
    }
}

/// One line of the staircase.
enum Line<'a> {
    /// What will do above a margin, or clears a bar.
    Step(Step<'a>),
    /// What there is below the first step.
    Reference(f64),
}

/// The staircase: which model will do at which margin; nothing where no smaller one was tested.
fn staircase(context: &ReportContext<'_>) -> Vec<Block> {
    let steps = climbing(context);
    let Some(first) = steps.first().map(|step| step.holds) else { return Vec::new() };
    let bar = is_bar(context);
    let reference = (!bar).then_some(Line::Reference(first));
    let lines: Vec<Line<'_>> = reference.into_iter().chain(steps.into_iter().map(Line::Step)).collect();
    let name = |line: &Line<'_>| match line {
        Line::Step(step) => step.stair.candidate.clone(),
        Line::Reference(_) => context.reference().to_owned(),
    };
    let written = |holds: f64| {
        let rounded = step_rounded(context, holds);
        Text::number(rounded, context.style.value(rounded))
    };
    let row = |line: &Line<'_>| context.row(&name(line));
    let head = if bar { "clears any bar" } else { "if you accept a loss" };
    let way = if context.higher_is_better() { "up to " } else { "down to " };
    let margin = |line: &Line<'_>| match line {
        Line::Reference(holds) => written(*holds).and(" or less"),
        Line::Step(step) if bar => Text::from(way).and(written(step.holds)),
        Line::Step(step) => Text::from("above ").and(written(step.holds)),
    };
    let size = |line: &Line<'_>| {
        Cell::maybe(row(line).and_then(|row| row.parameters), |size| Text::number(size as f64, count(size)))
    };
    let chosen = context.findings.verdict.choice.as_deref();
    let is_chosen = |line: &Line<'_>| chosen == Some(name(line).as_str());
    let what = |line: &Line<'_>| match line {
        Line::Reference(_) => row(line).map_or("", |row| standing(context, row)),
        Line::Step(_) if is_chosen(line) => context.rule_name(),
        Line::Step(_) => "",
    };
    let fields = vec![
        Field::words(head, margin),
        Field::words(if bar { "model" } else { "smallest that will do" }, |line: &Line<'_>| name(line)),
        Field::new("parameters", size).gone_at(2),
        Field::words("", what).gone_at(1),
    ];
    let look = |line: &Line<'_>| (if is_chosen(line) { Emphasis::Chosen } else { Emphasis::None }, None);
    let looks: Vec<_> = lines.iter().map(look).collect();
    let table = Table::of("Staircase: which model will do at which margin", &lines, fields).looking(looks.into_iter());
    vec![Block::Table(table), Block::Small(step_sure(context).into())]
}
