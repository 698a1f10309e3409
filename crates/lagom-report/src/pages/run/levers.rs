//! The ledger of levers: what each brings, what it costs, what it is worth in size, and what to do next.

use crate::Shown;
use crate::charts::{Width, drawn, lever_chart};
use crate::costs::figure;
use crate::document::{Block, Cell, Document, Emphasis, Field, Figure, FigureSize, Form, Look, Table, Text};
use crate::levers::{Ledger, LedgerRow, Standing};
use crate::numbers::{count, plural};
use crate::render;
use crate::shown::ShownLever;
use crate::study::Cost;
use crate::study::costs::{Bytes, Latency, Memory, Parameters, TrainingCost};
use crate::words::ReportContext;
use crate::words::levers::{WORTH, confirmed, gain_told, how, is_same, left_out, shows, summary, worth_brief};
use crate::{Findings, json::pretty};

/// Lines of the ledger on a terminal, and those of the page and of Markdown that are not folded.
const MOST: usize = 12;

/// The costs that have a column where a lever changes them: the head, and when it goes from a narrow terminal (0: it never stands there).
const COSTS: [(&dyn Cost, &str, u8); 5] = [
    (&Parameters, "parameters", 4),
    (&Bytes, "file", 1),
    (&Latency, "p95", 2),
    (&Memory, "memory", 0),
    (&TrainingCost, "training", 3),
];

/// A line with what is said of it.
type Line<'a> = (&'a LedgerRow, &'a ShownLever);

/// The ledger for a terminal of `width` columns, as `lagom levers` prints it; one line where there is none.
#[must_use]
pub fn ledger(findings: &Findings, width: usize) -> String {
    let context = &ReportContext::new(findings);
    let blocks = match section(context, &Shown::of(findings)) {
        Some(block) => vec![block],
        None => vec![Block::Prose("no levers were tried on this study".into())],
    };
    let document = Document {
        title: String::new(),
        subject: ("study", findings.name.clone()),
        lagom: findings.machine.lagom.clone(),
        blocks,
        colophon: Vec::new(),
    };
    render::terminal(&document, width)
}

/// The ledger as JSON, as it stands under `levers` in `report.json`; `null` where there is none.
#[must_use]
pub fn ledger_json(findings: &Findings) -> String {
    pretty(&findings.levers)
}

/// The section of the report; none where no levers were tried.
pub(super) fn section(context: &ReportContext<'_>, shown: &Shown) -> Option<Block> {
    let ledger = context.findings.levers.as_ref()?;
    // What finds nothing to change is named below.
    let lines: Vec<Line<'_>> = ledger.rows.iter().zip(&shown.levers).filter(|(row, _)| !row.idle).collect();
    let mut blocks = vec![Block::Prose(summary(ledger).into())];
    let figure = Figure {
        heading: "Levers and sizes by what they bring".to_owned(),
        caption: format!(
            "Gain in {} over {} by the plain recipe, on validation rows. Filled marks are levers on {} (those on other sizes stand in the table), hollow ones other sizes by the plain recipe. Bars are intervals of {}.",
            context.metric(),
            ledger.choice,
            ledger.choice,
            context.confidence()
        ),
        size: FigureSize::Full,
        drawings: drawn(Width::Full, |width| lever_chart(context, ledger, width)),
        legend: Vec::new(),
    };
    if !figure.drawings.is_empty() {
        blocks.push(Block::Figures(vec![figure]));
    }
    blocks.push(Block::Only(&[Form::Terminal], vec![Block::Table(table(context, ledger, &lines))]));
    let (first, rest) = lines.split_at(lines.len().min(MOST));
    let mut page = vec![Block::Table(table(context, ledger, first))];
    if !rest.is_empty() {
        let title = plural(rest.len() as u64, "further setting", "further settings");
        page.push(Block::Fold(title.into(), vec![Block::Table(table(context, ledger, rest))]));
    }
    blocks.push(Block::Only(&[Form::Html, Form::Markdown], page));
    let said = confirmed(context, ledger);
    blocks.extend(said.into_iter().map(|sentence| Block::Prose(sentence.into())));
    let advice =
        |(row, shown): &&Line<'_>| !shown.next.is_empty() && matches!(row.standing, Standing::Helps | Standing::Failed);
    let points: Vec<Text> = lines
        .iter()
        .filter(advice)
        .take(MOST)
        .map(|(row, shown)| {
            Text::from(format!("{}, {}{}: {}", shown.settings, row.size, in_short(context, row), shown.next))
        })
        .collect();
    blocks.push(Block::Only(&[Form::Terminal], if points.is_empty() { Vec::new() } else { vec![Block::List(points)] }));
    let same: Vec<&str> = COSTS
        .iter()
        .filter(|(cost, ..)| is_known(ledger, *cost) && !is_changed(ledger, *cost))
        .map(|(_, head, _)| *head)
        .collect();
    if !same.is_empty() {
        blocks.push(Block::Small(format!("The same as by the plain recipe in all lines: {}.", same.join(", ")).into()));
    }
    blocks.extend(left_out(ledger).into_iter().map(|told| Block::Small(told.into())));
    blocks.push(Block::Small(WORTH.into()));
    blocks.push(Block::Small(how(context, ledger).into()));
    Some(Block::Section("Levers: what helps beside size".to_owned(), blocks))
}

fn table(context: &ReportContext<'_>, ledger: &Ledger, lines: &[Line<'_>]) -> Table {
    let style = context.style;
    let gain = |(row, _): &Line<'_>| match &row.gain {
        None => Cell::from(Text::missing()),
        Some(gain) => {
            let ends = Text::from(" (")
                .and(Text::number(gain.low, style.signed(style.floor(gain.low))))
                .and(" to ")
                .and(Text::number(gain.high, style.signed(style.ceil(gain.high))))
                .and(")");
            let point = style.signed(gain.point);
            Cell::from(Text::number(gain.point, point.clone()).and(ends.looking(Look::Soft))).brief(point)
        }
    };
    let mut fields = vec![
        Field::words("lever", |(_, shown): &Line<'_>| shown.settings.clone()).only(&[Form::Terminal, Form::Markdown]),
        Field::words("lever", |(_, shown): &Line<'_>| Cell {
            below: shown.next.clone(),
            ..Cell::from(shown.settings.clone())
        })
        .only(&[Form::Html]),
    ];
    if ledger.smaller.is_some() {
        fields.push(Field::words("on", |(row, _): &Line<'_>| row.size.clone()));
    }
    fields.extend([
        Field::new("gain", gain).brief_at(5, ""),
        Field::words("worth in size", |(row, shown): &Line<'_>| {
            Cell::from(shown.worth.clone()).brief(worth_brief(&row.equivalent))
        })
        .brief_at(6, "worth"),
        Field::words("", |(row, _): &Line<'_>| {
            Cell::from(shows(row.standing)).brief(shows(row.standing).trim_end_matches(" seen"))
        })
        .brief_at(7, "")
        .gone_at(8),
    ]);
    for (cost, head, level) in COSTS.into_iter().filter(|(cost, ..)| is_changed(ledger, *cost)) {
        let field = Field::new(head, move |(row, _): &Line<'_>| change(context, row, cost));
        fields.push(if level == 0 { field.only(&[Form::Html, Form::Markdown]) } else { field.gone_at(level) });
    }
    fields.push(
        Field::new("pairs", |(row, _): &Line<'_>| Text::number(f64::from(row.pairs), count(u64::from(row.pairs))))
            .gone_at(7),
    );
    fields.push(Field::words("next", |(_, shown): &Line<'_>| shown.next.clone()).only(&[Form::Markdown]));
    let look = |(row, _): &Line<'_>| {
        let emphasis = match row.standing {
            Standing::Helps => Emphasis::Main,
            Standing::Hurts | Standing::Failed => Emphasis::Out,
            Standing::NoEffect => Emphasis::None,
        };
        (emphasis, None)
    };
    Table { most: MOST, ..Table::of("Ledger of levers", lines, fields).looking(lines.iter().map(look)) }
}

/// The gain with its interval and what happens to the parameters, where a narrow table leaves them out.
fn in_short(context: &ReportContext<'_>, row: &LedgerRow) -> String {
    let gain = row.gain.as_ref().map(|gain| gain_told(context, gain));
    let changed = row.costs.iter().find(|change| change.cost.is(&Parameters));
    let changed = changed.filter(|found| !is_same(&Parameters, found.plain, found.with)).map(|found| {
        let told = |value| figure(context.findings, &Parameters, value);
        format!("{} parameters in place of {}", told(found.with), told(found.plain))
    });
    let told: Vec<String> = gain.into_iter().chain(changed).collect();
    if told.is_empty() { String::new() } else { format!(" ({})", told.join("; ")) }
}

fn is_known(ledger: &Ledger, cost: &dyn Cost) -> bool {
    ledger.rows.iter().flat_map(|row| &row.costs).any(|change| change.cost.is(cost))
}

/// Whether a lever changes a cost, as far as it is known.
fn is_changed(ledger: &Ledger, cost: &dyn Cost) -> bool {
    let changes = ledger.rows.iter().filter(|row| !row.idle).flat_map(|row| &row.costs);
    changes.filter(|change| change.cost.is(cost)).any(|change| !is_same(cost, change.plain, change.with))
}

/// What a lever does to a cost: the figure with it, or that it is the same.
fn change(context: &ReportContext<'_>, row: &LedgerRow, cost: &dyn Cost) -> Cell {
    let Some(found) = row.costs.iter().find(|change| change.cost.is(cost)) else { return Text::missing().into() };
    if is_same(cost, found.plain, found.with) {
        return Text::from("same").looking(Look::Soft).into();
    }
    let plain = format!("{} by the plain recipe", figure(context.findings, cost, found.plain));
    Cell::from(Text::number(found.with, figure(context.findings, cost, found.with))).meaning(plain)
}
