//! The tables: the candidates, and the tasks.

use std::collections::BTreeSet;

use super::answer::short;
use super::context::{CompareContext, cost_text, cost_title, p_value};
use super::words::standing;
use crate::document::{Cell, Emphasis, Field, Form, Look, Table, Text};
use crate::numbers::{MISSING, count};
use crate::study::costs::Parameters;
use lagom_import::compare::{CompareFindings, CompareRow, Comparison, Judgement};

/// Lines of text, where a figure and its bounds have columns of their own.
const LINES: &[Form] = &[Form::Terminal, Form::Markdown];
const TERMINAL: &[Form] = &[Form::Terminal];
const PAGE: &[Form] = &[Form::Html];

/// The candidates.
pub(super) fn candidates(context: &CompareContext<'_>) -> Table {
    let rows = &context.judgement.rows;
    let verdict = &context.judgement.verdict;
    let style = context.style;
    let is = |named: &Option<String>, row: &CompareRow| named.as_deref() == Some(row.name.as_str());
    let quality = move |value: f64| Text::number(value, style.value(value));
    // The reference is compared with nothing; others may not have been.
    let of = |row: &CompareRow, write: &dyn Fn(&Comparison) -> Text| match &row.difference {
        Some(found) => write(found),
        None if is(&verdict.reference, row) => Text::default(),
        None => Text::missing(),
    };
    let mut fields = vec![
        Field::words("candidate", |row: &CompareRow| row.name.clone()),
        Field::words("standing", |row: &CompareRow| standing(context, row)).only(PAGE),
    ];
    for (at, cost) in context.known_costs().into_iter().enumerate() {
        let last = if context.judgement.ordered_by == Some(cost) { 9 } else { 5_u8.saturating_sub(at as u8).max(1) };
        let head = if cost.is(&Parameters) { "params".to_owned() } else { cost_title(cost, rows) };
        let cell = move |row: &CompareRow| {
            Cell::maybe(row.costs.value(cost), |value| Text::number(value, cost_text(cost, &row.costs)))
        };
        fields.push(Field::new(head, cell).gone_at(last).only(&[Form::Terminal, Form::Html]));
    }
    fields.extend([
        Field::new(&context.judgement.metric, move |row: &CompareRow| quality(row.quality.point)).only(LINES),
        Field::new("from", move |row: &CompareRow| quality(row.interval.0)).gone_at(6).only(TERMINAL),
        Field::new("to", move |row: &CompareRow| quality(row.interval.1)).gone_at(6).only(TERMINAL),
        Field::new("difference", move |row: &CompareRow| of(row, &|found| point(context, found)))
            .gone_at(10)
            .only(LINES),
        Field::new("at least", move |row: &CompareRow| of(row, &|found| least(context, found))).gone_at(8).only(LINES),
        Field::new("at most", move |row: &CompareRow| of(row, &|found| most(context, found))).gone_at(8).only(LINES),
        Field::new(&context.judgement.metric, move |row: &CompareRow| {
            let range = Text::from(" (").and(quality(row.interval.0)).and(" to ").and(quality(row.interval.1)).and(")");
            quality(row.quality.point).and(range.looking(Look::Soft))
        })
        .meaning("the mean score, with the interval of each by itself")
        .only(PAGE),
        Field::new("difference to the reference", move |row: &CompareRow| of(row, &|found| bounded(context, found)))
            .meaning("positive is better; the bounds are one-sided and hold all at once")
            .only(PAGE),
    ]);
    if rows.iter().any(|row| row.difference.as_ref().is_some_and(|found| found.discordant.is_some())) {
        let pair = |found: &Comparison| {
            let both = |wins, losses| {
                Text::number(wins as f64, count(wins)).and("/").and(Text::number(losses as f64, count(losses)))
            };
            found.discordant.map_or_else(Text::default, |pair| both(pair.wins, pair.losses))
        };
        let p = |row: &CompareRow| {
            let pair = row.difference.as_ref().and_then(|found| found.discordant);
            pair.map_or_else(Text::default, |pair| Text::number(pair.p_exact, p_value(pair.p_exact)))
        };
        fields.push(
            Field::new("won/lost", move |row: &CompareRow| of(row, &pair))
                .meaning("examples that only this candidate has right, and those that only the reference has")
                .gone_at(7)
                .only(&[Form::Terminal, Form::Html]),
        );
        fields.push(Field::new("p", p).meaning("exact McNemar test of this pair alone").only(PAGE));
    }
    fields.push(Field::words("", |row: &CompareRow| standing(context, row)).only(LINES));
    let look = |row: &CompareRow| match row {
        row if is(&verdict.choice, row) => Emphasis::Chosen,
        row if is(&verdict.reference, row) => Emphasis::Main,
        row if !row.excess.is_empty() => Emphasis::Out,
        _ => Emphasis::None,
    };
    Table::of("Table of candidates", rows, fields).looking(rows.iter().map(|row| (look(row), None)))
}

/// The tasks behind an answer about several.
pub(super) fn tasks(findings: &CompareFindings, tasks: &[&Judgement]) -> Table {
    let metrics = tasks.iter().map(|task| task.metric.as_str()).collect::<BTreeSet<_>>().len();
    let carried = |task: &Judgement, write: fn(&CompareContext<'_>, &Comparison) -> Text| {
        let context = CompareContext::new(findings, task);
        Cell::maybe(task.verdict.carried_by.as_ref(), |found| write(&context, found))
    };
    let fields = vec![
        Field::words("task", |task: &&Judgement| task.task.clone()),
        Field::words("metric", |task: &&Judgement| task.metric.clone()).gone_at(if metrics > 1 { u8::MAX } else { 1 }),
        Field::new("examples", |task: &&Judgement| {
            Cell::maybe(task.examples, |examples| Text::number(examples as f64, count(examples)))
        })
        .gone_at(3)
        .only(&[Form::Terminal, Form::Html]),
        Field::words("verdict", |task: &&Judgement| short(task)),
        Field::words("use", |task: &&Judgement| task.verdict.choice.clone().unwrap_or_else(|| MISSING.to_owned()))
            .gone_at(4),
        Field::new("difference", move |task: &&Judgement| carried(task, point)).gone_at(3),
        Field::new("at least", move |task: &&Judgement| carried(task, least))
            .gone_at(2)
            .only(&[Form::Terminal, Form::Html]),
        Field::new("at most", move |task: &&Judgement| carried(task, most))
            .gone_at(2)
            .only(&[Form::Terminal, Form::Html]),
    ];
    Table::of("Table of tasks", tasks, fields)
}

fn point(context: &CompareContext<'_>, found: &Comparison) -> Text {
    Text::number(found.estimate.point, context.style.signed(found.estimate.point))
}

/// A bound stands with its value; its text is rounded to the side that claims less.
fn least(context: &CompareContext<'_>, found: &Comparison) -> Text {
    Text::number(found.lower, context.least(found))
}

fn most(context: &CompareContext<'_>, found: &Comparison) -> Text {
    Text::number(found.upper, context.most(found))
}

/// The difference with both bounds.
fn bounded(context: &CompareContext<'_>, found: &Comparison) -> Text {
    let range = Text::from(" (").and(least(context, found)).and(" to ").and(most(context, found)).and(")");
    point(context, found).and(range.looking(Look::Soft))
}
