//! The candidates: the table, why some are out, what was not trained, and figures of use and training.

use super::{candidates_told, spread, time, whole};
use crate::Shown;
use crate::UntriedRung;
use crate::costs::{figure, further, money, short_cell};
use crate::document::{Block, Cell, Emphasis, Field, Form, Look, Table, Text};
use crate::numbers::{amount, bytes, large, percent};
use crate::plot::swatch;
use crate::shown::ShownRow;
use crate::study::Cost;
use crate::study::costs::{Latency, Memory, Parameters};
use crate::verdict::{CandidateStatus, Row};
use crate::words::{
    ReportContext, legend, mark, meaning, name_told, reach_sign, reason, standing, standing_title, step, step_basis,
    step_meaning, step_rounded, step_title, stopped_early,
};

/// A candidate with its derived figures.
type Line<'a> = (&'a Row, &'a ShownRow);

const PAGE: &[Form] = &[Form::Html];
const LINES: &[Form] = &[Form::Terminal, Form::Markdown];

/// The table with what its figures are on.
pub(super) fn section(context: &ReportContext<'_>, shown: &Shown) -> Block {
    let findings = context.findings;
    let lines = lines(context, shown);
    let repeats = match (findings.climb.is_some(), findings.study.trials.repeats) {
        (true, repeats @ 3..) => format!("2 to {repeats}"),
        (_, repeats) => repeats.to_string(),
    };
    let how = format!(
        "From the cheapest to the dearest. Each has {repeats} repeats, with intervals of {}; differences are to the reference, and positive is better. The metric is {}, `{}`.",
        context.confidence(),
        context.metric(),
        shown.signature
    );
    let mut blocks = vec![
        Block::Table(table(context, &lines)),
        Block::Small(legend(context).into()),
        Block::Only(PAGE, vec![Block::Small(how.into())]),
    ];
    let reasons: Vec<Text> = lines.iter().filter_map(|line| out(context, line)).collect();
    if !reasons.is_empty() {
        blocks.push(Block::Only(PAGE, vec![Block::List(reasons)]));
    }
    if lines.is_empty() {
        blocks.clear();
    }
    Block::Section(candidates_told(lines.len()), blocks)
}

fn lines<'a>(context: &ReportContext<'a>, shown: &'a Shown) -> Vec<Line<'a>> {
    context.findings.analysis.screening.rows.iter().zip(&shown.rows).collect()
}

fn table(context: &ReportContext<'_>, lines: &[Line<'_>]) -> Table {
    let style = context.style;
    let verdict = &context.findings.verdict;
    let is_reference = |row: &Row| verdict.reference.as_deref() == Some(row.name.as_str());
    let against = match context.incumbent() {
        Some(_) => "against it".to_owned(),
        None => context.against(),
    };
    // Where a page has further costs to show, these stand in the fold of their own alone, so that no column is cut.
    let further = further(context.findings);
    let in_use = if further.is_empty() { &[Form::Terminal, Form::Html, Form::Markdown][..] } else { LINES };
    // The levels say what a terminal leaves out first where it is narrow.
    let mut fields = vec![
        Field::words("candidate", |(row, _): &Line<'_>| {
            let first = lines.iter().find(|(other, _)| other.family == row.family);
            let below = first.filter(|(first, _)| first.name == row.name).map(|_| name_told(row));
            Cell { below: below.unwrap_or_default(), ..Cell::from(row.name.clone()).meaning(name_told(row)) }
        }),
        Field::words("standing", |(row, _): &Line<'_>| {
            Cell::from(standing(context, row)).meaning(standing_title(context, row.standing))
        })
        .only(PAGE),
        Field::new("parameters", |(row, _): &Line<'_>| {
            let full = Cell::maybe(row.parameters, whole);
            full.brief(short_cell(context.findings, row, &Parameters))
        })
        .brief_at(4, "params")
        .gone_at(8),
        Field::new("file", |(row, _): &Line<'_>| size(row.bytes)).gone_at(1).only(&[Form::Terminal]),
        Field::new(context.metric(), |(row, derived): &Line<'_>| quality(context, lines, (row, derived)))
            .brief_at(7, ""),
    ];
    for (head, forms) in [(against, &[Form::Terminal][..]), (context.against(), &[Form::Html, Form::Markdown])] {
        let cell = move |(row, derived): &Line<'_>| match derived.figure.difference {
            Some(span) => {
                let brief = style.signed(span.point);
                Cell::from(spread(context, &span, |value| style.signed(value))).brief(brief)
            }
            None if is_reference(row) => Cell::default(),
            None => Text::missing().into(),
        };
        fields.push(Field::new(head, cell).brief_at(6, "difference").gone_at(8).only(forms));
    }
    fields.extend([
        Field::new(step_title(context), |(row, _): &Line<'_>| above(context, row))
            .meaning(step_meaning(context))
            .only(&[Form::Html, Form::Markdown]),
        Field::new("training", |(row, _): &Line<'_>| {
            Cell::maybe(row.train_quality, |value| Text::number(value, style.value(value)))
        })
        .gone_at(2)
        .only(&[Form::Terminal]),
        Field::new("p95", |(row, _): &Line<'_>| cost(context, row, &Latency))
            .meaning("95 % of single predictions took at most this long")
            .gone_at(5)
            .only(in_use),
        Field::new("memory", |(row, _): &Line<'_>| cost(context, row, &Memory)).gone_at(3).only(in_use),
    ]);
    for (other, heading) in further {
        let cell = move |(row, _): &Line<'_>| cost(context, row, other).brief(short_cell(context.findings, row, other));
        fields.push(Field::new(heading.title, cell).brief_at(0, heading.short));
    }
    fields.push(Field::words("", |(row, _): &Line<'_>| standing(context, row)).only(LINES));
    let look = |(row, _): &Line<'_>| {
        let emphasis = match row.standing {
            _ if verdict.choice.as_ref() == Some(&row.name) => Emphasis::Chosen,
            CandidateStatus::Reference => Emphasis::Main,
            CandidateStatus::Failed
            | CandidateStatus::Unmeasured
            | CandidateStatus::Stopped
            | CandidateStatus::TriedOnce
            | CandidateStatus::OverLimits => Emphasis::Out,
            _ => Emphasis::None,
        };
        (emphasis, Some(swatch(row.family)))
    };
    Table::of("Table of candidates", lines, fields).looking(lines.iter().map(look))
}

/// A quality with the mark of the rows it is on, or what is known of a candidate that was given up early; in a table with marks
/// those without keep their place.
fn quality(context: &ReportContext<'_>, lines: &[Line<'_>], (row, derived): Line<'_>) -> Cell {
    let style = context.style;
    let value = |value: f64| Text::number(value, style.value(value));
    let (full, brief) = match (&derived.figure.quality, derived.ceiling, row.once()) {
        (Some(span), ..) => (spread(context, span, |value| style.value(value)), value(span.point)),
        (None, Some(most), _) => {
            let most = Text::from(format!("{} ", reach_sign(context))).and(value(most));
            (most.clone(), most)
        }
        (None, None, Some(once)) => (value(once), value(once)),
        (None, None, None) => return Text::missing().into(),
    };
    let is_marked = |row: &Row| !mark(context, context.figure(row).on).is_empty();
    let any = lines.iter().any(|(row, _)| row.is_figured() && is_marked(row));
    let mark = match mark(context, derived.figure.on) {
        _ if !any || !row.is_figured() => Text::default(),
        "" => Text::from("  "),
        mark => Text::from(format!(" {mark}")).looking(Look::Soft),
    };
    let brief = brief.and(mark.clone()).plain();
    Cell::from(full.and(mark)).brief(brief).meaning(meaning(context, derived.figure.on))
}

/// The smallest margin at which it would do, or the strictest bar that it clears; rounded as it is written.
fn above(context: &ReportContext<'_>, row: &Row) -> Cell {
    let Some(found) = context.findings.analysis.staircase.step(&row.name) else { return Cell::default() };
    let text = found.holds.zip(step(context, found));
    let text = text.map(|(holds, text)| Text::number(step_rounded(context, holds), text));
    Cell::from(text.unwrap_or_default()).meaning(step_basis(context, found))
}

/// A cost, and what it is in money.
fn cost(context: &ReportContext<'_>, row: &Row, cost: &'static dyn Cost) -> Cell {
    Cell::maybe(row.cost(cost), |value| {
        let text = Text::number(value, figure(context.findings, cost, value));
        match money(context.findings, cost, value) {
            Some(money) => text.and(", ").and(Text::number(money.amount, amount(money.amount, &money.currency))),
            None => text,
        }
    })
}

fn size(value: Option<u64>) -> Cell {
    Cell::maybe(value.filter(|value| *value > 0), |value| Text::number(value as f64, bytes(value)))
}

/// Why a candidate is out: limits exceeded, trials failed or ended early; none for one that is not.
fn out(context: &ReportContext<'_>, (row, derived): &Line<'_>) -> Option<Text> {
    let mut parts = Vec::new();
    if !derived.excess.is_empty() {
        parts.push(format!("is over limits: {}.", derived.excess.join("; ")));
    }
    parts.extend(stopped_early(context, row));
    if !row.failures.is_empty() {
        parts.push(format!("failed: {}.", distinct(&row.failures)));
    } else if let Some(found) = &row.unmeasured {
        parts.push(format!("was not measured: {}.", found.cause));
    }
    (!parts.is_empty()).then(|| Text::strong(&row.name).and(format!(" {}", parts.join(" "))))
}

/// The different reasons, each with how often it came.
fn distinct(failures: &[String]) -> String {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for failure in failures {
        match counted.iter_mut().find(|(text, _)| *text == failure.as_str()) {
            Some((_, times)) => *times += 1,
            None => counted.push((failure, 1)),
        }
    }
    let one = |(text, times): &(&str, usize)| {
        let text = text.trim_end_matches('.');
        if *times == 1 { text.to_owned() } else { format!("{text} ({times} times)") }
    };
    counted.iter().map(one).collect::<Vec<String>>().join("; ")
}

/// The sizes that were not trained, folded; none after a sweep, or where all were tried.
pub(super) fn untried(context: &ReportContext<'_>, shown: &Shown) -> Option<Block> {
    let untried = context.findings.climb.iter().flat_map(|climb| &climb.untried);
    let untried: Vec<(&UntriedRung, f64)> = untried.zip(shown.untried.iter().copied()).collect();
    if untried.is_empty() {
        return None;
    }
    let how = format!(
        "lagom trains from the smallest size up and stops where a larger one could not gain enough to matter. The gain is an upper bound over the best that was measured, in {}, at {}.",
        context.metric(),
        context.confidence()
    );
    let fields = vec![
        Field::words("candidate", |(one, _): &(&UntriedRung, f64)| one.name.clone()),
        Field::new("parameters", |(one, _): &(&UntriedRung, f64)| whole(one.parameters)),
        Field::new("could gain", |(_, gain): &(&UntriedRung, f64)| {
            Text::from("at most ").and(Text::number(*gain, context.style.value(*gain)))
        }),
        Field::words("why it was left out", |(one, _): &(&UntriedRung, f64)| reason(one.why)),
    ];
    let table = Table::of("Table of sizes that were not trained", &untried, fields);
    let title = format!("Not trained: {}", candidates_told(untried.len()));
    Some(Block::Fold(title.into(), vec![Block::Only(PAGE, vec![Block::Prose(how.into())]), Block::Table(table)]))
}

/// Figures of use and of training, folded.
pub(super) fn details(context: &ReportContext<'_>, shown: &Shown) -> Vec<Block> {
    let lines = lines(context, shown);
    let used: Vec<Line<'_>> = lines.iter().copied().filter(|(row, _)| row.deployment.is_some()).collect();
    let trained: Vec<Line<'_>> = lines.iter().copied().filter(|(row, _)| !row.trials.is_empty()).collect();
    let in_use = |pick: fn(&crate::measure::Deployment) -> f64| {
        move |(row, _): &Line<'_>| Cell::maybe(row.deployment.as_ref(), |found| time(pick(found)))
    };
    let name = |(row, _): &Line<'_>| row.name.clone();
    let use_fields = vec![
        Field::words("candidate", name),
        Field::new("file", |(row, _): &Line<'_>| size(row.bytes)),
        Field::new("p50", in_use(|found| found.latency_p50)),
        Field::new("p95", in_use(|found| found.latency_p95)),
        Field::new("p99", in_use(|found| found.latency_p99)),
        Field::new("a second", |(row, _): &Line<'_>| {
            Cell::maybe(row.deployment.as_ref(), |found| Text::number(found.throughput, large(found.throughput)))
        })
        .meaning("predictions in a second, many at once"),
        Field::new("memory", |(row, _): &Line<'_>| size(row.deployment.as_ref().and_then(|found| found.memory))),
    ];
    let training_fields = vec![
        Field::words("candidate", name),
        Field::new("train gap", |(_, derived): &Line<'_>| {
            Cell::maybe(derived.gap, |gap| Text::number(gap, context.style.value(gap)))
        })
        .meaning("by how much training rows are answered better than validation rows"),
        Field::new("CPU time", |(_, derived): &Line<'_>| Cell::maybe(derived.cpu_seconds, time)),
        Field::new("peak memory", |(_, derived): &Line<'_>| size(derived.peak_memory)),
        Field::new("FLOPs", |(_, derived): &Line<'_>| {
            Cell::maybe(derived.flops, |flops| Text::number(flops, large(flops)))
        }),
        Field::new("search", |(_, derived): &Line<'_>| {
            Cell::maybe(derived.search_share, |share| Text::number(share, percent(share)))
        })
        .meaning("share of the FLOPs that the search of learning rate and penalty took"),
    ];
    let fold = |title: &str, table: Table| {
        (!table.rows.is_empty()).then(|| Block::Fold(title.into(), vec![Block::Table(table)]))
    };
    let in_use = fold("Speed and memory in use", Table::of("Table of speed and memory", &used, use_fields));
    let training = fold("What one training took", Table::of("Table of training", &trained, training_fields));
    in_use.into_iter().chain(training).collect()
}
