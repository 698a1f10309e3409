//! Where all readers bring their rows: one score matrix for each task and metric.

use std::path::{Path, PathBuf};

use super::cell::Cell;
use super::cells::{Cells, Fault, Row};
use super::error::{Place, ScoresError};
use super::metric;
use super::names::NameFault;
use super::settle::Direction;
use super::types::{DirectionFrom, ImportOptions};

/// The files as they were read, so that a score's place is one number: the line of its file after all lines before it.
#[derive(Debug, Default)]
pub(super) struct Places {
    files: Vec<(PathBuf, &'static str, u64)>,
    furthest: u64,
}

impl Places {
    /// Begins a file whose entries are called `unit`.
    pub(super) fn begin(&mut self, path: &Path, unit: &'static str) {
        self.files.push((path.to_path_buf(), unit, self.furthest));
    }

    /// The number of an entry of the file begun last, counted from 1.
    pub(super) fn number(&mut self, entry: u64) -> Option<u32> {
        let start = self.files.last().map_or(0, |(_, _, start)| *start);
        self.furthest = self.furthest.max(start + entry);
        u32::try_from(start + entry).ok()
    }

    /// The place of a number.
    pub(super) fn place(&self, number: u32) -> Place {
        let number = u64::from(number);
        let file = self.files.iter().rev().find(|(_, _, start)| *start < number);
        match file {
            Some((path, unit, start)) => Place { path: path.clone(), unit, number: number - start },
            None => Place { path: PathBuf::new(), unit: "line", number },
        }
    }

    fn path(&self) -> PathBuf {
        self.files.last().map(|(path, _, _)| path.clone()).unwrap_or_default()
    }
}

/// What has been read so far.
#[derive(Debug)]
pub(super) struct Gather<'a> {
    /// What was asked for.
    pub(super) reading: &'a ImportOptions,
    /// The scores of each task and metric.
    pub(super) tables: Vec<Cells>,
    /// What was noticed, for every task.
    pub(super) notes: Vec<String>,
    /// The files so far.
    pub(super) places: Places,
    /// All tasks and metrics that were seen, also those not asked for.
    pub(super) seen: Seen,
}

/// Names of tasks and metrics, for messages.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The tasks.
    pub(super) tasks: Vec<String>,
    /// The metrics of the tasks asked for.
    pub(super) metrics: Vec<String>,
}

impl Seen {
    /// Remembers a task and its metric and says whether both are asked for.
    pub(super) fn wanted(&mut self, task: &str, metric: &str, reading: &ImportOptions) -> bool {
        remember(&mut self.tasks, task);
        if reading.task.as_ref().is_some_and(|asked| asked != task) {
            return false;
        }
        remember(&mut self.metrics, metric);
        reading.metric.as_ref().is_none_or(|asked| metric::is_asked(metric, asked))
    }

    /// Why nothing is left of what was read.
    pub(super) fn nothing(&self, reading: &ImportOptions) -> ScoresError {
        let path = reading.files.first().cloned();
        match (&reading.task, &reading.metric) {
            (Some(asked), _) if !self.tasks.is_empty() && !self.tasks.contains(asked) => {
                ScoresError::NoSuchTask { asked: asked.clone(), found: self.tasks.clone() }
            }
            (_, Some(asked)) if !self.metrics.is_empty() => {
                ScoresError::NoSuchMetric { asked: asked.clone(), found: self.metrics.clone() }
            }
            _ => path.map_or(ScoresError::NoFiles { path: None }, |path| ScoresError::NoRows { path }),
        }
    }
}

fn remember(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

impl<'a> Gather<'a> {
    /// Nothing read yet.
    pub(super) fn new(reading: &'a ImportOptions) -> Self {
        let (places, seen) = (Places::default(), Seen::default());
        Self { reading, tables: Vec::new(), notes: Vec::new(), places, seen }
    }

    /// The number of the table of a task and metric; `None` where the user asked for another.
    pub(super) fn table(&mut self, task: &str, metric: &str) -> Option<usize> {
        let known = self.tables.iter().position(|table| table.task == task && table.metric == metric);
        if known.is_some() {
            return known;
        }
        if !self.seen.wanted(task, metric, self.reading) {
            return None;
        }
        let range = self.reading.range.or_else(|| metric::range(metric));
        self.tables.push(Cells::new(task, metric, range));
        Some(self.tables.len() - 1)
    }

    /// Keeps what a file or its format says of a table's direction.
    ///
    /// # Errors
    /// Another file said the contrary.
    pub(super) fn says(&mut self, table: usize, direction: Direction) -> Result<(), ScoresError> {
        let path = self.places.path();
        let Some(cells) = self.tables.get_mut(table) else { return Ok(()) };
        match cells.direction {
            Some(known) if known.from == direction.from && known.higher != direction.higher => {
                Err(ScoresError::DirectionsDiffer { path, metric: cells.metric.clone() })
            }
            Some(known) if known.from == DirectionFrom::File => Ok(()),
            _ => {
                cells.direction = Some(direction);
                Ok(())
            }
        }
    }

    /// Notes a sentence once.
    pub(super) fn note(&mut self, sentence: String) {
        remember(&mut self.notes, &sentence);
    }

    /// The place of an entry of the file that is being read.
    pub(super) fn place(&self, entry: u64) -> Place {
        let path = self.places.path();
        let unit = self.places.files.last().map_or("line", |(_, unit, _)| *unit);
        Place { path, unit, number: entry }
    }

    /// The error for what stands in the place of a score.
    pub(super) fn not_score(&self, entry: u64, column: &str, cell: Cell, found: &str) -> ScoresError {
        let (place, column, found) = (self.place(entry), column.to_owned(), found.to_owned());
        match cell {
            Cell::Missing => ScoresError::NoScore { place, column },
            Cell::NotFinite => ScoresError::NotFinite { place, column, found },
            Cell::Score(_) | Cell::Text => ScoresError::NotScore { place, column, found },
        }
    }

    /// Adds one scored example.
    pub(super) fn add(&mut self, table: usize, entry: u64, row: &Row<'_>) -> Result<(), ScoresError> {
        let Some(number) = self.places.number(entry) else {
            return Err(ScoresError::TooMany { path: self.places.path() });
        };
        let Some(cells) = self.tables.get_mut(table) else { return Ok(()) };
        match cells.add(row, number) {
            Ok(()) => Ok(()),
            Err(fault) => Err(self.explain(table, number, row, fault)),
        }
    }

    /// Keeps that an example of a table was asked and has no score. Where names run out no row can be added either, which
    /// is told there.
    pub(super) fn unscored(&mut self, table: usize, example: &[u8]) {
        let _told = self.tables.get_mut(table).map(|cells| cells.unscored(example));
    }

    fn explain(&self, table: usize, number: u32, row: &Row<'_>, fault: Fault) -> ScoresError {
        let place = self.places.place(number);
        let text = |bytes: &[u8]| super::cell::shown(bytes);
        let (metric, range) =
            self.tables.get(table).map_or((String::new(), None), |table| (table.metric.clone(), table.range));
        match fault {
            Fault::Name(NameFault::NotUtf8) => ScoresError::NotUtf8 { place },
            Fault::Name(NameFault::TooMany) => ScoresError::TooMany { path: place.path },
            Fault::Twice(first) => ScoresError::Duplicate {
                example: text(row.example),
                candidate: text(row.candidate),
                seed: text(row.seed),
                first: Box::new(self.places.place(first)),
                second: Box::new(place),
            },
            Fault::TooManyColumns => {
                let (candidates, seeds) =
                    self.tables.get(table).map_or((0, 0), |table| (table.candidates.len(), table.seeds.len()));
                ScoresError::TooManyCandidates { path: place.path, candidates, seeds }
            }
            Fault::OutOfRange => {
                let (low, high) = range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
                ScoresError::OutOfRange { place, metric, score: row.score, low, high }
            }
            Fault::OtherData(first) => ScoresError::DifferentData {
                task: self.tables.get(table).map(|table| table.task.clone()).unwrap_or_default(),
                example: text(row.example),
                first: Box::new(self.places.place(first)),
                second: Box::new(place),
            },
            Fault::TwoClusters(first) => ScoresError::TwoClusters {
                example: text(row.example),
                first,
                second: text(row.cluster.unwrap_or_default()),
                place,
            },
        }
    }
}
