//! The table of candidates, in as many columns as fit.

use super::wrap::{cut, left, length, right};
use crate::Shown;
use crate::costs::{cell as cost_cell, further, short_cell};
use crate::numbers::MISSING;
use crate::shown::{ShownRow, Span};
use crate::study::Cost;
use crate::study::costs::{Bytes, Heading, Latency, Memory, Parameters};
use crate::verdict::Row;
use crate::words::{ReportContext, mark, most_reachable, standing};

/// Spaces between columns.
const GAP: usize = 2;
/// The shortest a name is cut to.
const SHORTEST_NAME: usize = 8;

/// A column of the table.
#[derive(Clone, Copy, Debug)]
enum Column {
    Name,
    /// What it costs.
    Costs(&'static dyn Cost),
    /// The same, short.
    ShortCosts(&'static dyn Cost),
    Quality,
    ShortQuality,
    Difference,
    /// The same under a shorter title.
    TitledShort,
    ShortDifference,
    Train,
    CandidateStatus,
}

use Column::{
    CandidateStatus, Costs, Difference, Name, Quality, ShortCosts, ShortDifference, ShortQuality, TitledShort, Train,
};

const PARAMETERS: Column = Costs(&Parameters);
const SHORT: Column = ShortCosts(&Parameters);
const BYTES: Column = Costs(&Bytes);
const LATENCY: Column = Costs(&Latency);
const MEMORY: Column = Costs(&Memory);

/// Sets of columns from the fullest to the barest; the first that fits is taken. Costs that only some reports show stand before
/// the last column of each.
const SETS: [&[Column]; 9] = [
    &[Name, PARAMETERS, BYTES, Quality, Difference, Train, LATENCY, MEMORY, CandidateStatus],
    &[Name, PARAMETERS, Quality, Difference, Train, LATENCY, MEMORY, CandidateStatus],
    &[Name, PARAMETERS, Quality, Difference, LATENCY, MEMORY, CandidateStatus],
    &[Name, PARAMETERS, Quality, Difference, LATENCY, CandidateStatus],
    &[Name, SHORT, Quality, Difference, LATENCY, CandidateStatus],
    &[Name, SHORT, Quality, Difference, CandidateStatus],
    &[Name, SHORT, Quality, TitledShort, CandidateStatus],
    &[Name, SHORT, ShortQuality, ShortDifference, CandidateStatus],
    &[Name, ShortQuality, CandidateStatus],
];

/// The lines of the table; every one at most `width` characters long.
pub(super) fn table(context: &ReportContext<'_>, shown: &Shown, width: usize) -> Vec<String> {
    let rows = &context.findings.analysis.screening.rows;
    if rows.is_empty() {
        return Vec::new();
    }
    let further: Vec<Column> = further(context.findings).into_iter().map(|(cost, _)| ShortCosts(cost)).collect();
    let grids = SETS.iter().map(|set| grid(context, shown, &with(set, &further)));
    let mut last = None;
    for grid in grids {
        let fits = grid.width() <= width;
        last = Some(grid);
        if fits {
            break;
        }
    }
    last.map(|grid| grid.lines(width)).unwrap_or_default()
}

/// A set of columns with further ones before its last.
fn with(set: &[Column], further: &[Column]) -> Vec<Column> {
    let (most, last) = set.split_at(set.len().saturating_sub(1));
    [most, further, last].concat()
}

/// Cells in columns; the first row is the head.
struct Grid {
    columns: Vec<Column>,
    cells: Vec<Vec<String>>,
    marks: Vec<bool>,
}

fn grid(context: &ReportContext<'_>, shown: &Shown, set: &[Column]) -> Grid {
    let rows = &context.findings.analysis.screening.rows;
    let head: Vec<String> = set.iter().map(|column| title(context, *column)).collect();
    let choice = context.findings.verdict.choice.as_deref();
    let body = rows
        .iter()
        .zip(&shown.rows)
        .map(|(row, derived)| set.iter().map(|column| cell(context, row, derived, *column)).collect());
    let cells: Vec<Vec<String>> = std::iter::once(head).chain(body).collect();
    let marks = std::iter::once(false).chain(rows.iter().map(|row| choice == Some(row.name.as_str()))).collect();
    Grid { columns: set.to_vec(), cells, marks }
}

impl Grid {
    fn widths(&self) -> Vec<usize> {
        let widest = |at: usize| self.cells.iter().filter_map(|row| row.get(at)).map(|cell| length(cell)).max();
        (0..self.columns.len()).map(|at| widest(at).unwrap_or(0)).collect()
    }

    fn width(&self) -> usize {
        let widths = self.widths();
        2 + widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
    }

    /// The lines; names are cut where that is what it takes.
    fn lines(&self, width: usize) -> Vec<String> {
        let mut widths = self.widths();
        let over = self.width().saturating_sub(width);
        if let Some(name) = widths.first_mut() {
            *name = name.saturating_sub(over).max(SHORTEST_NAME.min(*name));
        }
        let line = |(cells, mark): (&Vec<String>, &bool)| {
            let padded = cells.iter().zip(&widths).zip(&self.columns).map(|((cell, width), column)| match column {
                Name | CandidateStatus => left(&cut(cell, *width), *width),
                _ => right(cell, *width),
            });
            let text = padded.collect::<Vec<String>>().join(&" ".repeat(GAP));
            cut(format!("{} {text}", if *mark { '>' } else { ' ' }).trim_end(), width)
        };
        self.cells.iter().zip(&self.marks).map(line).collect()
    }
}

fn title(context: &ReportContext<'_>, column: Column) -> String {
    let heading = |cost: &dyn Cost, pick: fn(Heading) -> &'static str| cost.about().column.map_or("", pick);
    let text = match column {
        Name => "candidate",
        Costs(cost) => heading(cost, |heading| heading.title),
        ShortCosts(cost) => heading(cost, |heading| heading.short),
        Quality | ShortQuality => context.metric(),
        Difference if context.incumbent().is_some() => "against it",
        Difference => return context.against(),
        TitledShort | ShortDifference => "difference",
        Train => "training",
        CandidateStatus => "",
    };
    text.to_owned()
}

fn cell(context: &ReportContext<'_>, row: &Row, derived: &ShownRow, column: Column) -> String {
    let style = context.style;
    let reference = context.findings.verdict.reference.as_deref() == Some(row.name.as_str());
    let none = || if reference { String::new() } else { MISSING.to_owned() };
    let spread = |text: String, span: &Span| style.with_half(text, span.half);
    match column {
        Name => row.name.clone(),
        Costs(cost) => cost_cell(context.findings, row, cost),
        ShortCosts(cost) => short_cell(context.findings, row, cost),
        Quality => match &derived.figure.quality {
            Some(span) => marked((context, row), derived, spread(style.value(span.point), span)),
            None => marked((context, row), derived, alone(context, row)),
        },
        ShortQuality => match &derived.figure.quality {
            Some(span) => marked((context, row), derived, style.value(span.point)),
            None => marked((context, row), derived, alone(context, row)),
        },
        Difference | TitledShort => {
            derived.figure.difference.map_or_else(none, |span| spread(style.signed(span.point), &span))
        }
        ShortDifference => derived.figure.difference.map_or_else(none, |span| style.signed(span.point)),
        Train => row.train_quality.map_or_else(|| MISSING.to_owned(), |value| style.value(value)),
        CandidateStatus => standing(context, row).to_owned(),
    }
}

/// A quality with the mark of the rows it is on; in a table with marks the others keep their place.
fn marked((context, row): (&ReportContext<'_>, &Row), derived: &ShownRow, text: String) -> String {
    let rows = &context.findings.analysis.screening.rows;
    let any = rows.iter().filter(|row| row.is_figured()).any(|row| !mark(context, context.figure(row).on).is_empty());
    match mark(context, derived.figure.on) {
        _ if !any || !row.is_figured() => text,
        "" => format!("{text}  "),
        mark => format!("{text} {mark}"),
    }
}

/// A quality without its interval: what is known of a candidate that was given up early as well.
fn alone(context: &ReportContext<'_>, row: &Row) -> String {
    let value = row.quality.as_ref().map(|found| found.point).or(row.once()).map(|value| context.style.value(value));
    value.or_else(|| most_reachable(context, row)).unwrap_or_else(|| MISSING.to_owned())
}
