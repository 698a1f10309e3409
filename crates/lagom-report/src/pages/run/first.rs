//! The first screen: the answer, what it means, the staircase, one plot; then the figures that carry it.

use super::{notes, plots, whole};
use crate::Shown;
use crate::answer::Fact;
use crate::costs::figure;
use crate::document::{Block, Cell, Emphasis, Field, Form, Lead, Table, Term, Text};
use crate::study::costs::{Bytes, Latency, Memory, Parameters};
use crate::verdict::{Basis, Row, VerdictKind};
use crate::words::{
    CAREFUL, ReportContext, Step, climbing, cut_texts, is_bar, levers, names_told, standing, step_rounded, step_sure,
    tone,
};

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
    // What was done about the data is a note; what could make the answer wrong stands beside it.
    let (warnings, done): (Vec<&String>, Vec<&String>) =
        answer.cautions.iter().partition(|one| one.starts_with(CAREFUL));
    let lead = Lead {
        question,
        tone: match levers::moved(context) {
            Some(_) => tone(VerdictKind::SmallerIsEnough),
            None => tone(context.findings.verdict.kind),
        },
        headline: answer.headline.clone(),
        sentences: answer.sentences.clone(),
        apart: false,
        cautions: warnings.iter().map(|one| (*one).clone()).collect(),
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
    let plot: Vec<Block> = plots::size(context, shown).map(|figure| Block::Figures(vec![figure])).into_iter().collect();
    let (staircase, tiles) = (staircase(context), vec![Block::Only(&[Form::Html], vec![Block::Tiles(sorted.tiles)])]);
    // The plot is made for half of a wide page: beside it stands the staircase, or the figures where there is none.
    match staircase.is_empty() {
        true => blocks.push(Block::Beside(tiles, plot)),
        false => blocks.extend(std::iter::once(Block::Beside(staircase, plot)).chain(tiles)),
    }
    blocks.push(Block::Only(&[Form::Html], vec![Block::Terms(sorted.lines.iter().map(Term::from).collect())]));
    blocks
        .push(Block::Only(&[Form::Terminal, Form::Markdown], vec![Block::Terms(all.iter().map(Term::from).collect())]));
    blocks.extend(notes(done));
    blocks.push(Block::Only(&[Form::Html, Form::Markdown], notes(&answer.notes)));
    let noticed = |note: &String| Block::Note(format!("In the data: {note}").into());
    let all = [context.findings.data.notes.clone(), cut_texts(context.findings)].concat();
    blocks.push(Block::Only(&[Form::Markdown], all.iter().map(noticed).collect()));
    blocks
}

/// What the study took, folded.
pub(super) fn effort(context: &ReportContext<'_>, shown: &Shown) -> Vec<Block> {
    let facts = Sorted::of(context, &shown.answer.facts).effort;
    let terms = Block::Terms(facts.iter().map(Term::from).collect());
    let fold = Block::Fold("How it was measured, and what that took".into(), vec![terms]);
    (!facts.is_empty()).then_some(fold).into_iter().collect()
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
            let small = |row: &Row| row.cost(&Memory).is_none_or(|size| size < SMALL);
            rows.iter().all(small) && limits.most(&Memory).is_none() && limits.most(&Bytes).is_none()
        }
        _ => false,
    }
}

/// One line of the staircase.
struct Line<'a> {
    margin: Text,
    row: &'a Row,
    /// What marks it out; may be empty.
    said: &'static str,
    chosen: bool,
}

/// The staircase: which model will do at which margin; nothing where no smaller one was tested.
fn staircase(context: &ReportContext<'_>) -> Vec<Block> {
    let steps = climbing(context);
    let bar = is_bar(context);
    let written =
        |holds: f64| Text::number(step_rounded(context, holds), context.style.value(step_rounded(context, holds)));
    let way = match (bar, context.higher_is_better()) {
        (false, _) => "above ",
        (true, true) => "up to ",
        (true, false) => "down to ",
    };
    // What is chosen while nothing is decided is not shown to do at the study's margin.
    let decided = matches!(context.findings.verdict.kind, VerdictKind::SmallerIsEnough | VerdictKind::BiggerPays);
    let line = |margin: Text, name: &str, said: Option<&'static str>| {
        let (row, used) = (context.row(name)?, context.findings.verdict.choice.as_deref() == Some(name));
        let said = match (used, decided) {
            (true, false) => "meanwhile",
            (true, true) => said.unwrap_or(context.rule_name()),
            (false, _) => said.unwrap_or_default(),
        };
        Some(Line { margin, row, said, chosen: used && decided })
    };
    // Below the first step there is what the others are compared with.
    let first = steps.first().filter(|_| !bar).and_then(|step| {
        let said = context.row(context.reference()).map(|row| standing(context, row));
        line(written(step.holds).and(" or less"), context.reference(), said)
    });
    let step = |step: &Step<'_>| {
        // What passed the test at the study's margin does at that margin, too.
        let way = if !bar && step.stair.basis == Basis::Test { "from " } else { way };
        line(Text::from(way).and(written(step.holds)), &step.stair.candidate, None)
    };
    let lines: Vec<Line<'_>> = first.into_iter().chain(steps.iter().filter_map(step)).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    let name = |line: &Line<'_>| Cell::from(line.row.name.clone());
    let size = |line: &Line<'_>| Cell::maybe(line.row.parameters, whole);
    // What the study orders by, where that is something else.
    let by = context.findings.terms.smallest_by;
    let order = by.about().column.filter(|_| !by.is(&Parameters));
    let cost = |line: &Line<'_>| {
        Cell::from(
            line.row
                .cost(by)
                .map_or_else(Text::missing, |value| Text::number(value, figure(context.findings, by, value))),
        )
    };
    let (loss, model) = if bar { ("clears any bar", "model") } else { ("loss you accept", "smallest model") };
    let mut fields = vec![
        Field::words(loss, |line: &Line<'_>| line.margin.clone()),
        Field::words(model, name).only(&[Form::Terminal, Form::Markdown]),
        Field::words(model, |line: &Line<'_>| Cell { below: line.said.to_owned(), ..name(line) }).only(&[Form::Html]),
        Field::new("parameters", size).gone_at(2),
        Field::words("", |line: &Line<'_>| line.said).gone_at(1).only(&[Form::Terminal, Form::Markdown]),
    ];
    let look = |line: &Line<'_>| (if line.chosen { Emphasis::Chosen } else { Emphasis::None }, None);
    if let Some(heading) = order {
        fields.insert(3, Field::new(heading.title, cost).gone_at(3));
    }
    let table = Table::of("Staircase: which model will do at which margin", &lines, fields);
    vec![Block::Table(table.looking(lines.iter().map(look))), Block::Small(step_sure(context).into())]
}
