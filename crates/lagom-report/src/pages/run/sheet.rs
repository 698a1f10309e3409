//! What the finalists take in use and what they cost, side by side: a column each.

use super::{time, whole};
use crate::Shown;
use crate::bills::Bills;
use crate::document::{Block, Cell, Field, Table, Text};
use crate::gains::compared;
use crate::measure::{Attained, Bound, Deployment, Energy, Roof, Timings};
use crate::numbers::{amount, bytes, count, percent};
use crate::stats::pareto_front;
use crate::study::costs::{Bytes, Cost, TrainingCost};
use crate::study::{FamilyId, MCU_RAM, Profile};
use crate::verdict::Row;
use crate::words::{ReportContext, bills_told, disturbed};

/// Most columns.
const MOST: usize = 5;

/// The level of want of room at which the choice and what it is compared with are shown by their figures alone.
const LAST: u8 = 5;

/// The figure of a cell, without the interval in brackets behind it.
fn figure(cell: &str) -> String {
    let figure = cell.split_once(" (").map_or(cell, |(figure, _)| figure);
    figure.strip_prefix("about ").unwrap_or(figure).to_owned()
}

/// One measure of all finalists.
struct Line {
    measure: String,
    cells: Vec<Text>,
}

/// The section; none where neither times nor prices are known.
pub(super) fn section(context: &ReportContext<'_>, shown: &Shown) -> Option<Block> {
    let findings = context.findings;
    let bills = Bills::of(findings);
    let rows = finalists(context, &bills);
    let timed = rows.iter().any(|row| timings(row).is_some());
    let paragraph = shown.paragraph.as_deref().map(|told| Block::Prose(told.into()));
    if rows.is_empty() || (!timed && bills.is_empty()) {
        return paragraph.map(|told| Block::Section("The price of size, in a paragraph".to_owned(), vec![told]));
    }
    let mut lines = if timed { in_use(&rows) } else { Vec::new() };
    lines.extend(money(context, &rows, &bills));
    let cell = |at: usize| {
        move |line: &Line| {
            let text = line.cells.get(at).cloned().unwrap_or_default();
            let figure = figure(&text.plain());
            Cell::from(text).brief(figure)
        }
    };
    let mut fields = vec![Field::words("", |line: &Line| line.measure.clone())];
    for (at, row) in rows.iter().enumerate() {
        // The first two are the choice and what it is compared with.
        let level = if at < 2 { u8::MAX } else { 4 - u8::try_from(at - 2).unwrap_or(3).min(3) };
        fields.push(Field::new(row.name.clone(), cell(at)).gone_at(level).brief_at(LAST, ""));
    }
    let table = Block::Table(Table::of("Table of the finalists side by side", &lines, fields));
    let mut blocks: Vec<Block> = paragraph.into_iter().chain([table]).collect();
    blocks.extend(bills_told(context, &bills).into_iter().map(|told| Block::Prose(told.into())));
    blocks.extend(without_energy(&rows).map(|told| Block::Note(told.into())));
    blocks.extend(disturbed(&rows).map(|told| Block::Note(told.into())));
    if timed {
        blocks.extend(roofs(&rows).map(|told| Block::Small(told.into())));
        let legend = "Times are of one prediction from raw cells to answer, on this machine, alone and warmed up; in brackets the 95 % interval of a quantile, and of the time to load the lowest and the highest of six processes. Operations are counted, not measured. Of two models in a row median and p95 are upper bounds; p90 and p99 add those of the two, and may be passed a little more often than they say. Estimates are ranges for the places that `profile` names: for a microcontroller (mcu) from the operations of the model alone, without the preparation of its inputs, which may take longer; for others from the median wait here. The RAM for mcu holds the inputs and outputs of the widest layer, four bytes a number; the program and the preparation of inputs come on top.";
        blocks.push(Block::Small(legend.into()));
    }
    Some(Block::Section("The price of size: finalists side by side".to_owned(), blocks))
}

/// The choice, what it is compared with, cascades and what is paid for, in this order; then sizes that nothing else is both smaller and better than; each once.
fn finalists<'a>(context: &ReportContext<'a>, bills: &Bills) -> Vec<&'a Row> {
    let findings = context.findings;
    let rows = &findings.analysis.screening.rows;
    let named = findings.verdict.choice.iter().chain(&findings.verdict.reference).filter_map(|name| context.row(name));
    // Where the choice is the reference, the other of the two that the answer compares.
    let compared = compared(findings).map(|(small, large)| [small, large]).into_iter().flatten();
    let cascades = rows.iter().filter(|row| row.cascade.is_some());
    let billed = rows.iter().filter(|row| bills.bills.iter().any(|bill| bill.candidate == row.name));
    let mut found: Vec<&Row> = Vec::new();
    for row in named.chain(compared).chain(cascades).chain(billed) {
        if !found.iter().any(|other| other.name == row.name) {
            found.push(row);
        }
    }
    found.truncate(MOST);
    fill(&mut found, context);
    found
}

/// Adds the timed candidates that no other one is both smaller and better than, as long as there is room: each time the one that is farthest in size from
/// those that are there.
fn fill<'a>(found: &mut Vec<&'a Row>, context: &ReportContext<'a>) {
    let metric = context.findings.terms.metric;
    let counts = |row: &&Row| row.family != FamilyId::BASELINE && row.is_within() && timings(row).is_some();
    let rows: Vec<&Row> = context.findings.analysis.screening.rows.iter().filter(counts).collect();
    let size = |row: &Row| row.parameters.map_or(f64::NAN, |parameters| parameters.max(1) as f64);
    let quality = |row: &Row| row.quality.as_ref().map_or(f64::NAN, |quality| metric.orient(quality.point));
    let points: Vec<(f64, f64)> = rows.iter().map(|row| (size(row), quality(row))).collect();
    let front: Vec<&Row> = pareto_front(&points).into_iter().map(|at| rows[at]).collect();
    while found.len() < MOST && !found.is_empty() {
        let apart =
            |row: &Row| found.iter().map(|other| (size(row) / size(other)).ln().abs()).fold(f64::INFINITY, f64::min);
        let open = front.iter().copied().filter(|row| found.iter().all(|other| other.name != row.name));
        let Some(next) = open.max_by(|a, b| apart(a).total_cmp(&apart(b))) else { break };
        found.push(next);
    }
}

fn timings(row: &Row) -> Option<&Timings> {
    row.deployment.as_ref()?.timings.as_deref()
}

fn in_use(rows: &[&Row]) -> Vec<Line> {
    let line = |measure: &str, cell: &dyn Fn(&Row) -> Option<Text>| Line {
        measure: measure.to_owned(),
        cells: rows.iter().map(|row| cell(row).unwrap_or_else(Text::missing)).collect(),
    };
    let quantile = |share: f64, pick: fn(&Deployment) -> Option<f64>| {
        move |row: &Row| {
            let found = row.deployment.as_ref()?;
            let told = time(pick(found)?);
            let interval = timings(row)?.intervals.iter().find(|one| one.share == share);
            Some(match interval {
                Some(one) => told.and(" (").and(time(one.low)).and(" to ").and(time(one.high)).and(")"),
                None => told,
            })
        }
    };
    let rate = |value: f64| Text::number(value, format!("{}/s", count(value.round() as u64)));
    let batch = |rows: u64| {
        move |row: &Row| timings(row)?.batches.iter().find(|one| one.rows == rows).map(|one| time(one.seconds))
    };
    let grown = |rows: u64| {
        move |row: &Row| {
            let found = timings(row)?.batches.iter().find(|one| one.rows == rows)?.memory?;
            Some(Text::number(found as f64, bytes(found)))
        }
    };
    let size = |value: u64| Text::number(value as f64, bytes(value));
    let lines = vec![
        line("parameters", &|row| row.parameters.map(whole)),
        line("file", &|row| row.bytes.map(size)),
        line("median wait (p50)", &quantile(0.5, |found| Some(found.latency_p50))),
        line("p90", &quantile(0.9, |found| found.timings.as_ref().map(|timings| timings.p90))),
        line("p95", &quantile(0.95, |found| Some(found.latency_p95))),
        line("p99", &quantile(0.99, |found| Some(found.latency_p99))),
        line("mean wait", &|row| timings(row).map(|found| time(found.mean))),
        line("batch of 8", &batch(8)),
        line("batch of 64", &batch(64)),
        line("batch of 512", &batch(512)),
        line("answers, one core", &|row| row.deployment.as_ref().map(|found| rate(found.throughput))),
        line("answers, all cores", &|row| timings(row)?.all_cores.map(|found| rate(found.throughput))),
        line("operations of one answer", &|row| {
            timings(row)?.operations.map(|found| Text::number(found.round(), count(found.round() as u64)))
        }),
        line("time to load", &|row| {
            let told = time(row.deployment.as_ref()?.load_seconds?);
            Some(match timings(row).and_then(|found| found.load_range) {
                Some(range) => told.and(" (").and(time(range.low)).and(" to ").and(time(range.high)).and(")"),
                None => told,
            })
        }),
        line("time to first answer", &|row| timings(row).map(|found| time(found.first_answer))),
        line("memory, one at a time", &|row| row.deployment.as_ref()?.memory.map(size)),
        line("memory, batches of 512", &grown(512)),
        line("memory of the whole process", &|row| timings(row)?.resident.map(size)),
        line("energy of 1,000 answers", &|row| match timings(row)?.energy.as_ref()? {
            Energy::Measured { joules_per_thousand, .. } => {
                Some(Text::number(*joules_per_thousand, joules(*joules_per_thousand)))
            }
            Energy::Unavailable(_) => None,
        }),
        line("operations for a byte read", &|row| {
            attained(row).map(|found| Text::number(found.intensity, format!("{:.2}", found.intensity)))
        }),
        line("share of the arithmetic peak", &|row| {
            let found = attained(row)?;
            let share = Text::number(found.arithmetic, percent(found.arithmetic));
            Some(share.and(format!(", {}", bound(found.bound()))))
        }),
        line("CPU time of one training", &|row| {
            TrainingCost.of(&row.figures()).filter(|_| row.calls.is_none()).map(time)
        }),
    ];
    let mut lines = lines;
    for place in Profile::ALL {
        let estimate = |row: &Row| {
            let (operations, here) = (timings(row)?.operations, row.deployment.as_ref().map(|found| found.latency_p50));
            let (short, long) = place.estimate(operations, here)?;
            let fits = row.bytes.filter(|_| place == Profile::Mcu).zip(place.limits().most(&Bytes));
            let over = fits.filter(|(own, most)| *own as f64 > *most).map_or("", |_| ", too large");
            Some(Text::from("about ").and(time(short)).and(" to ").and(time(long)).and(over))
        };
        let alone = if place == Profile::Mcu { ", model alone" } else { "" };
        lines.push(line(&format!("estimate for {}{alone}", place.name()), &estimate));
    }
    lines.push(line("RAM for mcu, numbers of one answer", &|row| {
        let held = timings(row)?.held?;
        let over = if held > MCU_RAM / 2 { ", too large" } else { "" };
        Some(size(held).and(over))
    }));
    lines.into_iter().filter(|line| line.cells.iter().any(|cell| *cell != Text::missing())).collect()
}

/// What one prediction reaches of what this machine allows.
fn attained(row: &Row) -> Option<Attained> {
    let timings = timings(row)?;
    timings.roof?.attained(timings.operations?, row.parameters?, row.deployment.as_ref()?.latency_p50)
}

fn bound(by: Bound) -> &'static str {
    match by {
        Bound::Arithmetic => "bound by it",
        Bound::Memory => "bound by memory",
        Bound::Neither => "bound by neither",
    }
}

fn joules(value: f64) -> String {
    if value >= 1.0 { format!("{value:.1} J") } else { format!("{:.2} mJ", value * 1e3) }
}

/// Why no energy is told; none where it is told of all, or of none that was timed by this version.
fn without_energy(rows: &[&Row]) -> Option<String> {
    let why = rows.iter().find_map(|row| match timings(row)?.energy.as_ref()? {
        Energy::Unavailable(why) => Some(why),
        Energy::Measured { .. } => None,
    })?;
    Some(format!("Energy: not available, since {why}."))
}

/// What the machine allows, in a sentence.
fn roofs(rows: &[&Row]) -> Option<String> {
    let found: Vec<Roof> = rows.iter().filter_map(|row| timings(row)?.roof).collect();
    let best = |pick: fn(&Roof) -> f64| found.iter().map(pick).fold(0.0, f64::max);
    rows.iter().any(|row| attained(row).is_some()).then(|| {
        format!(
            "A core of this machine was measured at {:.1} thousand million operations a second (a product of matrices) and reads a model at up to {:.1} GB a second; what a prediction reaches of that is reckoned from its operations, at most 4 bytes for each, and its median wait. Bound by neither: calls and the preparation of inputs take more than three quarters of the time.",
            best(|roof| roof.operations) / 1e9,
            best(|roof| roof.bytes) / 1e9
        )
    })
}

fn money(context: &ReportContext<'_>, rows: &[&Row], bills: &Bills) -> Vec<Line> {
    let currency = currency(context);
    let of = |row: &Row| bills.bills.iter().find(|bill| bill.candidate == row.name);
    let line = |measure: String, pick: &dyn Fn(&crate::bills::Bill) -> Option<f64>| Line {
        measure,
        cells: rows
            .iter()
            .map(|row| {
                of(row).and_then(pick).map_or_else(Text::missing, |value| Text::number(value, amount(value, &currency)))
            })
            .collect(),
    };
    let requests = context.findings.study.prices.requests_per_month.unwrap_or(0);
    let lines = vec![
        line("one training".to_owned(), &|bill| bill.training),
        line("1,000 answers".to_owned(), &|bill| bill.per_thousand),
        line(format!("a month of {} requests", count(requests)), &|bill| bill.per_month),
        line("the same, machine kept all month".to_owned(), &|bill| bill.per_month_kept),
    ];
    lines.into_iter().filter(|line| line.cells.iter().any(|cell| *cell != Text::missing())).collect()
}

/// The currency of the prices of answers, else of the machine.
fn currency(context: &ReportContext<'_>) -> String {
    let of_answers = context.currency();
    let of_machine = context.findings.study.prices.machine_hour.as_ref().map(|price| price.currency.clone());
    if of_answers.is_empty() { of_machine.unwrap_or_default() } else { of_answers }
}
