//! A table in as many columns as fit.

use super::columns::{cut, left, line, right, width_of};
use crate::document::{Column, Emphasis, Form, Table};

/// Spaces between columns.
const GAP: usize = 2;
/// Before each row: room for the mark of the answer.
const MARK: usize = 2;
/// The shortest a name is cut to.
const SHORTEST_NAME: usize = 8;
/// A longer name is cut before a column is left out.
const LONG_NAME: usize = 28;

/// The lines of the table, each at most `width` columns wide, and how many rows were left out.
pub(super) fn lines(table: &Table, width: usize) -> (Vec<String>, usize) {
    let levels =
        table.columns.iter().flat_map(|column| [column.brief_at, column.gone_at]).filter(|level| *level < u8::MAX);
    let last = levels.max().unwrap_or(0);
    let grid = (0..=last).map(|level| Grid::at(table, level)).find(|grid| grid.least() <= width);
    (grid.unwrap_or_else(|| Grid::at(table, last)).lines(width), table.rows.len().saturating_sub(table.most))
}

/// Cells in columns; the first row is the head.
struct Grid {
    words: Vec<bool>,
    cells: Vec<Vec<String>>,
    chosen: Vec<bool>,
}

impl Grid {
    /// The table at a level of want of room.
    fn at(table: &Table, level: u8) -> Self {
        let mut columns = table.columns(Form::Terminal);
        columns.retain(|(_, column)| column.gone_at > level);
        let is_brief = |column: &Column| column.brief_at <= level;
        let head = |(_, column): &(usize, &Column)| {
            line(if is_brief(column) && !column.brief.is_empty() { &column.brief } else { &column.head })
        };
        let head: Vec<String> = columns.iter().map(head).collect();
        let rows = table.rows.iter().take(table.most);
        let body = rows.clone().map(|row| {
            let cell = |(at, column): &(usize, &Column)| {
                row.cells.get(*at).map_or_else(String::new, |cell| match &cell.brief {
                    Some(brief) if is_brief(column) => line(brief),
                    _ => line_kept(&cell.text.plain()),
                })
            };
            columns.iter().map(cell).collect()
        });
        Self {
            words: columns.iter().map(|(_, column)| column.words).collect(),
            cells: std::iter::once(head).chain(body).collect(),
            chosen: std::iter::once(false).chain(rows.map(|row| row.emphasis == Emphasis::Chosen)).collect(),
        }
    }

    fn widths(&self) -> Vec<usize> {
        let widest = |at: usize| self.cells.iter().filter_map(|row| row.get(at)).map(|cell| width_of(cell)).max();
        (0..self.words.len()).map(|at| widest(at).unwrap_or(0)).collect()
    }

    fn width(&self) -> usize {
        let widths = self.widths();
        MARK + widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
    }

    /// How narrow it can be without a name being cut too short.
    fn least(&self) -> usize {
        self.width() - self.widths().first().map_or(0, |name| name.saturating_sub(LONG_NAME))
    }

    /// The lines; names are cut where that is what it takes.
    fn lines(&self, width: usize) -> Vec<String> {
        let mut widths = self.widths();
        let over = self.width().saturating_sub(width);
        if let Some(name) = widths.first_mut() {
            *name = name.saturating_sub(over).max(SHORTEST_NAME.min(*name));
        }
        let line = |(cells, chosen): (&Vec<String>, &bool)| {
            let padded = cells.iter().zip(&widths).zip(&self.words).map(|((cell, width), words)| {
                if *words { left(&cut(cell, *width), *width) } else { right(cell, *width) }
            });
            let text = padded.collect::<Vec<String>>().join(&" ".repeat(GAP));
            cut(format!("{} {text}", if *chosen { '>' } else { ' ' }).trim_end(), width)
        };
        self.cells.iter().zip(&self.chosen).map(line).collect()
    }
}

/// A cell on one line; spaces at its end stay, which keep figures with and without a mark below each other.
fn line_kept(text: &str) -> String {
    let end = text.len() - text.trim_end_matches(' ').len();
    format!("{}{}", line(text), " ".repeat(end))
}
