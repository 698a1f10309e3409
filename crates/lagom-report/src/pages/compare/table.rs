//! Tables for a terminal: the candidates, and the tasks.

use std::collections::BTreeSet;

use super::answer::short;
use super::context::{CompareContext, cost_text, cost_title};
use super::words::standing;
use crate::numbers::{MISSING, count};
use crate::study::costs::Parameters;
use crate::terminal::wrap::{cut, left, length, right};
use lagom_import::compare::{CompareFindings, CompareRow, Judgement};

/// Spaces between columns.
const GAP: usize = 2;
/// The shortest that a name is cut to.
const SHORTEST_NAME: usize = 8;
/// A longer name is cut before a column is left out.
const LONG_NAME: usize = 28;

/// One column: its head, its cells and whether they are text (else numbers).
struct Column {
    head: String,
    cells: Vec<String>,
    text: bool,
    /// The first to be left out where there is no room has the highest number; 0 stays.
    rank: u8,
}

/// The lines of the candidates' table, no wider than `width`.
pub(super) fn candidates(context: &CompareContext<'_>, width: usize) -> Vec<String> {
    let rows = &context.judgement.rows;
    let column = |head: &str, rank: u8, cell: &dyn Fn(&CompareRow) -> String| Column {
        head: head.to_owned(),
        cells: rows.iter().map(cell).collect(),
        text: false,
        rank,
    };
    let style = context.style;
    let difference = |row: &CompareRow, write: &dyn Fn(&lagom_import::compare::Comparison) -> String| {
        let reference = context.judgement.verdict.reference.as_deref() == Some(row.name.as_str());
        let none = || if reference { String::new() } else { MISSING.to_owned() };
        row.difference.as_ref().map_or_else(none, write)
    };
    let mut columns = vec![Column { text: true, ..column("candidate", 0, &|row| row.name.clone()) }];
    for (at, cost) in context.known_costs().into_iter().enumerate() {
        let rank = if context.judgement.ordered_by == Some(cost) { 2 } else { 6 + at as u8 };
        let head = if cost.is(&Parameters) { "params".to_owned() } else { cost_title(cost, rows) };
        columns.push(column(&head, rank, &|row| cost_text(cost, &row.costs)));
    }
    columns.push(column(&context.judgement.metric, 0, &|row| style.value(row.quality.point)));
    columns.push(column("from", 5, &|row| style.value(row.interval.0)));
    columns.push(column("to", 5, &|row| style.value(row.interval.1)));
    columns.push(column("difference", 1, &|row| difference(row, &|found| style.signed(found.estimate.point))));
    columns.push(column("at least", 3, &|row| difference(row, &|found| context.least(found))));
    columns.push(column("at most", 3, &|row| difference(row, &|found| context.most(found))));
    if rows.iter().any(|row| row.difference.as_ref().is_some_and(|found| found.discordant.is_some())) {
        let pair = |found: &lagom_import::compare::Comparison| {
            found.discordant.map_or_else(String::new, |pair| format!("{}/{}", count(pair.wins), count(pair.losses)))
        };
        columns.push(column("won/lost", 4, &|row| difference(row, &pair)));
    }
    columns.push(Column { text: true, ..column("", 0, &|row| standing(context, row).to_owned()) });
    let chosen = context.judgement.verdict.choice.as_deref();
    let marks: Vec<bool> = rows.iter().map(|row| chosen == Some(row.name.as_str())).collect();
    lines(columns, &marks, width)
}

/// The lines of the table of tasks, no wider than `width`.
pub(super) fn tasks(findings: &CompareFindings, tasks: &[&Judgement], width: usize) -> Vec<String> {
    let column = |head: &str, rank: u8, cell: &dyn Fn(&Judgement) -> String| Column {
        head: head.to_owned(),
        cells: tasks.iter().map(|task| cell(task)).collect(),
        text: false,
        rank,
    };
    let metrics = tasks.iter().map(|task| task.metric.as_str()).collect::<BTreeSet<_>>().len();
    let name = |found: &Option<String>| found.clone().unwrap_or_else(|| MISSING.to_owned());
    let carried =
        |task: &Judgement, write: &dyn Fn(&CompareContext<'_>, &lagom_import::compare::Comparison) -> String| {
            let context = CompareContext::new(findings, task);
            task.verdict.carried_by.as_ref().map_or_else(|| MISSING.to_owned(), |found| write(&context, found))
        };
    let columns = vec![
        Column { text: true, ..column("task", 0, &|task| task.task.clone()) },
        Column { text: true, ..column("metric", if metrics > 1 { 0 } else { 4 }, &|task| task.metric.clone()) },
        column("examples", 2, &|task| task.examples.map_or_else(|| MISSING.to_owned(), count)),
        Column { text: true, ..column("verdict", 0, &|task| short(task).to_owned()) },
        Column { text: true, ..column("use", 1, &|task| name(&task.verdict.choice)) },
        column("difference", 2, &|task| carried(task, &|context, found| context.style.signed(found.estimate.point))),
        column("at least", 3, &|task| carried(task, &|context, found| context.least(found))),
        column("at most", 3, &|task| carried(task, &|context, found| context.most(found))),
    ];
    lines(columns, &vec![false; tasks.len()], width)
}

/// Leaves out columns until the rest fits; then cuts names.
fn lines(mut columns: Vec<Column>, marks: &[bool], width: usize) -> Vec<String> {
    let spare = |columns: &[Column]| columns.first().map_or(0, |name| wide(name).saturating_sub(LONG_NAME));
    while total(&columns).saturating_sub(spare(&columns)) > width {
        let Some(last) = columns.iter().map(|column| column.rank).max().filter(|rank| *rank > 0) else { break };
        columns.retain(|column| column.rank != last);
    }
    let mut widths: Vec<usize> = columns.iter().map(wide).collect();
    let over = total(&columns).saturating_sub(width);
    if let Some(name) = widths.first_mut() {
        *name = name.saturating_sub(over).max(SHORTEST_NAME.min(*name));
    }
    let line = |mark: char, cell: &dyn Fn(&Column) -> String| {
        let padded = columns.iter().zip(&widths).map(|(column, width)| {
            let text = cut(&cell(column), *width);
            if column.text { left(&text, *width) } else { right(&text, *width) }
        });
        cut(format!("{mark} {}", padded.collect::<Vec<String>>().join(&" ".repeat(GAP))).trim_end(), width)
    };
    let head = line(' ', &|column| column.head.clone());
    let body = marks.iter().enumerate().map(|(at, chosen)| {
        line(if *chosen { '>' } else { ' ' }, &|column| column.cells.get(at).cloned().unwrap_or_default())
    });
    std::iter::once(head).chain(body).collect()
}

fn wide(column: &Column) -> usize {
    column.cells.iter().map(|cell| length(cell)).chain([length(&column.head)]).max().unwrap_or(0)
}

fn total(columns: &[Column]) -> usize {
    2 + columns.iter().map(wide).sum::<usize>() + GAP * columns.len().saturating_sub(1)
}
