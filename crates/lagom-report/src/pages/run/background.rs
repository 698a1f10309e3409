//! What the study rests on: the tests; and folded the data, the study's file, the machine and the words used.

use super::whole;
use crate::Shown;
use crate::data::ColumnKind;
use crate::document::{Block, Look, Term, Text};
use crate::numbers::{bytes, plural};
use crate::study::Rule;
use crate::words::{ReportContext, cut_texts, glossary, reviewed_noun, step_title};

/// More classes than these are counted, not named.
const CLASSES: usize = 20;

/// The tests in their order, and how to read them.
pub(super) fn tests(context: &ReportContext<'_>, shown: &Shown) -> Block {
    let analysis = &context.findings.analysis;
    let rows = plural(analysis.holdout_examples, "row", "rows");
    let how = match (analysis.tests.is_empty(), context.cross_fitted()) {
        (true, true) => "The sealed scores were not read: there was nothing to test.".to_owned(),
        (true, false) => "The holdout was not read: there was nothing to test.".to_owned(),
        (false, true) => format!(
            "Every row was tested, each time by models that had not seen it: each repeat sealed another part of the {rows}. All candidates that validation rows leave plausible were compared on them, the surest first, each with a bound strict enough that all of them hold together at {} (Holm 1979); the first failure ends the tests{}",
            context.confidence(),
            promoted(context)
        ),
        (false, false) => format!(
            "The candidates to test, and their order, were fixed on validation rows before the holdout was read. Each was then compared on the same {}; the first failure ends the sequence{}",
            plural(analysis.holdout_examples, "holdout row", "holdout rows"),
            promoted(context)
        ),
    };
    let tests = shown.tests.iter().enumerate().map(|(at, told)| {
        let carries = if context.findings.verdict.carried_by == Some(at) { " This carries the verdict." } else { "" };
        let text = Text::from(format!("{} ", told.question)).and(Text::strong(format!("{}.", told.reply)));
        text.and(Text::from(format!(" {}", told.reason)).looking(Look::Soft)).and(carries)
    });
    Block::Section("The tests".to_owned(), vec![Block::Prose(how.into()), Block::List(tests.collect())])
}

/// That a bound of the staircase counts as a test does.
fn promoted(context: &ReportContext<'_>) -> String {
    let enough = match context.findings.terms.rule {
        Rule::Margin(_) => "is within the margin",
        Rule::Bar(_) => "is past the bar",
    };
    format!(
        ", but a candidate whose own bound in the table (“{}”) {enough} counts as well: those hold all at once. Positive differences are better.",
        step_title(context)
    )
}

/// The data, the study's file, the machine and the words, each folded.
pub(super) fn folds(context: &ReportContext<'_>) -> Vec<Block> {
    let words = glossary(context).into_iter().map(|entry| Term::new(entry.word, entry.meaning)).collect();
    let source = context.findings.source.trim_end();
    let mut folds = vec![Block::Fold("The data".into(), data(context))];
    if !source.trim().is_empty() {
        folds.push(Block::Fold("The study's file".into(), vec![Block::Code(source.to_owned())]));
    }
    folds.push(Block::Fold("Settings and machine".into(), vec![Block::Terms(origin(context))]));
    folds.push(Block::Fold("Words used here".into(), vec![Block::Terms(words)]));
    folds
}

/// The data and what was noticed in them.
fn data(context: &ReportContext<'_>) -> Vec<Block> {
    let data = &context.findings.data;
    let given = if data.given { ", given as a file of its own" } else { ", sealed before anything was trained" };
    let (rows, these) = match context.cross_fitted() {
        true => (Term::new("rows of the verdict", "all of them, each sealed in its turn"), "these rows"),
        false => (Term::new("rows of the holdout", whole(data.holdout).and(given)), "the holdout"),
    };
    let mut terms = vec![
        Term::new("rows to train and validate on", whole(data.development)),
        rows,
        Term::new("target", data.target.as_str()),
    ];
    if !data.classes.is_empty() {
        let named = data.classes.iter().take(CLASSES).cloned().collect::<Vec<String>>().join(", ");
        let more = if data.classes.len() > CLASSES { ", …" } else { "" };
        terms.push(Term::new("classes", whole(data.classes.len() as u64).and(format!(": {named}{more}"))));
    }
    if let Some(counts) = &data.reviewed {
        let rows = whole(counts.rows).and(" of ").and(whole(counts.of)).and(", ").and(whole(counts.changed));
        terms.push(Term::new(format!("reviewed {}", reviewed_noun(data.task, 2)), rows.and(" of which changed")));
    }
    let resolvable = data.resolvable_margin;
    terms.push(Term::new("input columns", kinds(&data.columns)));
    terms.push(Term::new(
        format!("smallest margin {these} can resolve"),
        Text::number(resolvable, context.style.value(resolvable)),
    ));
    terms.push(Term::new("digest", format!("`{}`", data.digest)));
    let mut blocks = vec![Block::Terms(terms)];
    let noticed = [data.notes.clone(), cut_texts(context.findings)].concat();
    if !noticed.is_empty() {
        let notes = Block::List(noticed.iter().map(|note| note.as_str().into()).collect());
        blocks.push(Block::Section("What was noticed".to_owned(), vec![notes]));
    }
    if data.columns.len() > 1 {
        let column = |(name, kind): &(String, ColumnKind)| {
            Text::from(format!("{name} ")).and(Text::from(kind.to_string()).looking(Look::Soft))
        };
        let columns = vec![Block::List(data.columns.iter().map(column).collect())];
        blocks.push(Block::Fold("All columns".into(), columns));
    }
    blocks
}

/// How many columns of each kind there are.
fn kinds(columns: &[(String, ColumnKind)]) -> String {
    let mut counted: Vec<(String, u64)> = Vec::new();
    for (_, kind) in columns {
        let name = kind.to_string();
        match counted.iter_mut().find(|(known, _)| *known == name) {
            Some((_, number)) => *number += 1,
            None => counted.push((name, 1)),
        }
    }
    let one = |(name, number): &(String, u64)| format!("{number} {name}");
    if counted.is_empty() { "none".to_owned() } else { counted.iter().map(one).collect::<Vec<String>>().join(", ") }
}

/// The machine and what else makes a study repeatable.
fn origin(context: &ReportContext<'_>) -> Vec<Term> {
    let (findings, machine) = (context.findings, &context.findings.machine);
    let trials = &findings.study.trials;
    let last = findings.looks.last().map(|last| format!(", the last on {} UTC", last.at)).unwrap_or_default();
    let told = |memory: u64| Text::from(", ").and(Text::number(memory as f64, bytes(memory)));
    let memory = machine.memory.map_or_else(Text::default, told);
    let threads = if machine.cores == 1 { "thread" } else { "threads" };
    let looks = if context.cross_fitted() { "looks at the sealed scores" } else { "looks at the holdout" };
    let mut terms = vec![
        Term::new("repeats of each candidate", whole(u64::from(trials.repeats))),
        Term::new("seed", trials.seed.to_string()),
        Term::new("metric", format!("`{}`", findings.terms.signature())),
    ];
    terms.extend(
        findings
            .terms
            .profile
            .map(|profile| Term::new("profile", format!("{}: {}", profile.name(), profile.summary()))),
    );
    terms.extend([
        Term::new(looks, whole(findings.looks.len() as u64).and(last)),
        Term::new("machine", Text::from(format!("{}, {} {threads}", machine.processor, machine.cores)).and(memory)),
        Term::new("system", machine.system.as_str()),
        Term::new("lagom", machine.lagom.as_str()),
    ]);
    terms
}
