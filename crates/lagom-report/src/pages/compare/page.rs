//! A comparison as a document.

use super::answer::answer;
use super::charts::{forest, legend, pareto};
use super::context::{CompareContext, cost_title};
use super::replay_chart::replay_chart;
use super::tables::{candidates, tasks};
use crate::answer::Fact;
use crate::charts::{Width, drawn};
use crate::document::{Block, Document, Figure, FigureSize, Form, Lead, Term};
use crate::numbers::{count, percent, plural};
use crate::verdict::VerdictKind;
use crate::words::tone;
use lagom_import::compare::{CompareFindings, Front, Judgement};

/// Figures that are lines on a page; the others are tiles.
const LINES: [&str; 5] = ["pairs", "difference", "to the bar", "direction", "evidence"];
/// Of more tasks than this a terminal lists only the decided ones, and at most so many.
const MOST_TASKS: usize = 20;

/// The comparison as a document: for each answer its words, figures and candidates, then the tasks.
pub(super) fn document(findings: &CompareFindings) -> Document {
    let contexts: Vec<CompareContext<'_>> =
        findings.answers.iter().map(|judgement| CompareContext::new(findings, judgement)).collect();
    let mut told = Vec::new();
    let mut blocks = Vec::new();
    for (at, context) in contexts.iter().enumerate() {
        // Plots have ids, which must be unique in a page: only the first answer of several is drawn.
        let figures = (at == 0).then(|| differences(context)).flatten();
        blocks.extend(one(context, contexts.len() > 1, figures, &mut told));
        if at == 0 {
            blocks.extend(costs(context));
        }
    }
    blocks.extend(single_tasks(findings));
    let files = findings.files.iter().map(|file| file.as_str().into()).collect();
    blocks.push(Block::Only(&[Form::Html], vec![Block::Fold("What was read".into(), vec![Block::List(files)])]));
    let headline = contexts.first().map(|first| answer(first).headline).unwrap_or_default();
    Document {
        title: format!("{}: {headline}", named(findings)),
        subject: ("comparison of", named(findings)),
        lagom: findings.lagom.to_owned(),
        blocks,
        colophon: vec![
            findings.files.join(", "),
            "all numbers are in the JSON that `lagom compare --json` writes".to_owned(),
        ],
    }
}

/// What was compared, in a few words.
fn named(findings: &CompareFindings) -> String {
    let mut tasks: Vec<&str> = findings.answers.iter().map(|answer| answer.task.as_str()).collect();
    tasks.dedup();
    match tasks.as_slice() {
        [one] => (*one).to_owned(),
        _ => plural(findings.answers.len() as u64, "answer", "answers"),
    }
}

/// One answer, with its plot. Notes that an answer before it has (`told`) are not said again.
fn one(context: &CompareContext<'_>, several: bool, plot: Option<Figure>, told: &mut Vec<String>) -> Vec<Block> {
    let judgement = context.judgement;
    let answer = answer(context);
    let of = format!("{}, {}", judgement.task, judgement.metric);
    let question = "Do I need the bigger model?";
    let lead = Lead {
        question: if several { format!("{question} {of}") } else { question.to_owned() },
        tone: tone(judgement.verdict.kind),
        headline: answer.headline,
        sentences: answer.sentences,
        apart: !judgement.readings.is_empty(),
        cautions: answer.cautions,
    };
    let (lines, tiles): (Vec<Fact>, Vec<Fact>) =
        answer.facts.iter().cloned().partition(|fact| LINES.contains(&fact.label.as_str()));
    let mut blocks = Vec::new();
    if several {
        blocks.push(Block::Only(&[Form::Terminal, Form::Markdown], vec![Block::Prose(format!("{of}:").into())]));
    }
    blocks.push(Block::Lead(lead));
    blocks.push(Block::Figures(plot.into_iter().collect()));
    blocks.push(Block::Only(
        &[Form::Html],
        vec![Block::Tiles(tiles), Block::Terms(lines.iter().map(Term::from).collect())],
    ));
    blocks.push(Block::Only(
        &[Form::Terminal, Form::Markdown],
        vec![Block::Terms(answer.facts.iter().map(Term::from).collect())],
    ));
    blocks
        .extend(answer.notes.iter().filter(|note| !told.contains(note)).map(|note| Block::Note(note.as_str().into())));
    told.extend(answer.notes);
    let order = if judgement.order_unknown {
        "Which of them is the cheaper is not known."
    } else {
        "From the cheapest to the dearest."
    };
    let how = format!(
        "{order} Differences are to the reference, and positive is better. Each bound is one-sided and holds with {}, so that all claims hold at once with {}.",
        percent(judgement.bound_confidence),
        context.confidence()
    );
    blocks.push(Block::Section(
        plural(judgement.rows.len() as u64, "candidate", "candidates"),
        vec![Block::Table(candidates(context)), Block::Only(&[Form::Html], vec![Block::Small(how.into())])],
    ));
    blocks
}

/// How far apart they are.
fn differences(context: &CompareContext<'_>) -> Option<Figure> {
    let line = if context.bar() { "your bar" } else { "the red line of the margin" };
    let on = context.on_examples();
    let reach = if on.is_empty() { "Bars".to_owned() } else { format!("Differences are{on}; bars") };
    let drawings = drawn(Width::Full, |width| forest(context, width));
    (!drawings.is_empty()).then(|| Figure {
        heading: String::new(),
        caption: format!(
            "{reach} reach from one bound to the other. A candidate is good enough if its whole bar lies to the right of {line}."
        ),
        size: FigureSize::Full,
        drawings,
        legend: legend(context),
    })
}

/// Quality and what it costs, and after how many examples the verdict stood.
fn costs(context: &CompareContext<'_>) -> Vec<Block> {
    let on = context.on_examples();
    let over = |front: &Front| Figure {
        heading: format!("Quality over {}", cost_title(front.cost, &context.judgement.rows)),
        caption: format!(
            "Scores are means{on}. The line is the Pareto front: what no other candidate beats in both. Bars are intervals of each by itself."
        ),
        size: FigureSize::Half,
        drawings: drawn(Width::Half, |width| pareto(context, front, width)),
        legend: Vec::new(),
    };
    let replay = Figure {
        heading: "After how many examples".to_owned(),
        caption: "The examples in random order: the two curves hold the difference between them with the confidence told, at every number of examples. The verdict stands from where both lie on one side of the red line.".to_owned(),
        size: FigureSize::Full,
        drawings: drawn(Width::Full, |width| replay_chart(context, width)),
        legend: Vec::new(),
    };
    let some = |figure: &Figure| !figure.drawings.is_empty();
    let fronts: Vec<Figure> = context.judgement.fronts.iter().map(over).filter(some).collect();
    let section = |title: &str, figures: Vec<Figure>| {
        (!figures.is_empty()).then(|| Block::Section(title.to_owned(), vec![Block::Figures(figures)]))
    };
    let all = section("What quality costs", fronts).into_iter();
    all.chain(section("Fewer examples", Some(replay).filter(some).into_iter().collect())).collect()
}

/// The tasks behind an answer about several; a terminal shows only some where they are many.
fn single_tasks(findings: &CompareFindings) -> Option<Block> {
    let all: Vec<&Judgement> = findings.tasks.iter().collect();
    if all.is_empty() {
        return None;
    }
    let title = format!("{} on single tasks", plural(all.len() as u64, "verdict", "verdicts"));
    let table = Block::Table(tasks(findings, &all));
    if all.len() <= MOST_TASKS {
        return Some(Block::Section(title, vec![table]));
    }
    let (undecided, decided): (Vec<&Judgement>, Vec<&Judgement>) =
        all.into_iter().partition(|task| task.verdict.kind == VerdictKind::Undecided);
    let shown = decided.get(..MOST_TASKS).unwrap_or(&decided);
    let left = (decided.len() - shown.len()) as u64;
    let more = if left > 0 { format!("{} more are decided, and ", count(left)) } else { String::new() };
    let rest = format!(
        "{more}{} can't be told yet; --html, --md and --json show all.",
        plural(undecided.len() as u64, "verdict", "verdicts")
    );
    let some = vec![Block::Table(tasks(findings, shown)), Block::Small(rest.into())];
    Some(Block::Section(
        title,
        vec![Block::Only(&[Form::Html, Form::Markdown], vec![table]), Block::Only(&[Form::Terminal], some)],
    ))
}
