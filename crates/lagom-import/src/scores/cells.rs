//! The scores of one task and metric while they are read: a column for each candidate and seed.

use hashbrown::{HashMap, HashSet};

use super::error::MOST_COLUMNS;
use super::names::{NameFault, Names};
use super::settle::Direction;
use super::types::CandidateFacts;
use crate::stats::percentile;

/// No number yet.
const NONE: u32 = u32::MAX;

/// One scored example as a reader found it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Row<'a> {
    pub(super) example: &'a [u8],
    pub(super) candidate: &'a [u8],
    /// Empty where the files name none.
    pub(super) seed: &'a [u8],
    /// Finite, and within the range of f32.
    pub(super) score: f64,
    pub(super) cluster: Option<&'a [u8]>,
    /// In seconds.
    pub(super) latency: Option<f64>,
    pub(super) cost: Option<f64>,
    /// A digest of the example's content, where the log holds it.
    pub(super) content: Option<u64>,
}

/// Why a row was not taken.
#[derive(Debug, PartialEq)]
pub(super) enum Fault {
    Name(NameFault),
    /// The example has a score of this candidate and seed already, from that place.
    Twice(u32),
    OutOfRange,
    /// The example had other content at that place.
    OtherData(u32),
    /// The example is in that cluster already.
    TwoClusters(String),
    /// There are more than [`MOST_COLUMNS`] pairs of candidate and seed.
    TooManyColumns,
}

impl From<NameFault> for Fault {
    fn from(fault: NameFault) -> Self {
        Self::Name(fault)
    }
}

/// The scores of one candidate under one seed.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) candidate: u32,
    pub(super) seed: u32,
    /// By number of the example; NaN where there is none.
    pub(super) scores: Vec<f32>,
    /// The place of each score.
    at: Vec<u32>,
}

/// What was measured of one candidate besides scores.
#[derive(Debug, Default)]
struct Measured {
    latencies: Vec<f64>,
    cost: f64,
    costs: usize,
}

/// All scores of one task and metric.
#[derive(Debug)]
pub(super) struct Cells {
    pub(super) task: String,
    pub(super) metric: String,
    /// What is possible, where it is known.
    pub(super) range: Option<(f64, f64)>,
    /// What the files say of whether a higher score is better.
    pub(super) direction: Option<Direction>,
    pub(super) examples: Names,
    pub(super) candidates: Names,
    pub(super) seeds: Names,
    pub(super) columns: Vec<Column>,
    pub(super) notes: Vec<String>,
    /// Examples of which a log says that they were asked and have no score.
    pub(super) unscored: HashSet<u32>,
    clusters: Names,
    cluster_of: Vec<u32>,
    content: Vec<(u64, u32)>,
    measured: Vec<Measured>,
    column_of: HashMap<(u32, u32), usize>,
    last_column: usize,
}

impl Cells {
    /// No scores yet.
    pub(super) fn new(task: &str, metric: &str, range: Option<(f64, f64)>) -> Self {
        Self {
            task: task.to_owned(),
            metric: metric.to_owned(),
            range,
            direction: None,
            examples: Names::default(),
            candidates: Names::default(),
            seeds: Names::default(),
            columns: Vec::new(),
            notes: Vec::new(),
            unscored: HashSet::new(),
            clusters: Names::default(),
            cluster_of: Vec::new(),
            content: Vec::new(),
            measured: Vec::new(),
            column_of: HashMap::new(),
            last_column: 0,
        }
    }

    /// Takes a row whose place has the number `at`.
    pub(super) fn add(&mut self, row: &Row<'_>, at: u32) -> Result<(), Fault> {
        if self.range.is_some_and(|(low, high)| !(low..=high).contains(&row.score)) {
            return Err(Fault::OutOfRange);
        }
        let example = self.examples.number(row.example)?;
        let candidate = self.candidates.number(row.candidate)?;
        let seed = self.seeds.number(row.seed)?;
        self.score(example, (candidate, seed), row.score as f32, at)?;
        if let Some(content) = row.content {
            self.content(example, content, at)?;
        }
        if let Some(cluster) = row.cluster {
            self.cluster(example, cluster)?;
        }
        if row.latency.is_some() || row.cost.is_some() {
            self.measure(candidate, row);
        }
        Ok(())
    }

    /// Keeps that an example was asked and has no score.
    pub(super) fn unscored(&mut self, example: &[u8]) -> Result<(), NameFault> {
        let number = self.examples.number(example)?;
        self.unscored.insert(number);
        Ok(())
    }

    fn score(&mut self, example: u32, (candidate, seed): (u32, u32), score: f32, at: u32) -> Result<(), Fault> {
        let is_it = |column: &Column| column.candidate == candidate && column.seed == seed;
        if !self.columns.get(self.last_column).is_some_and(is_it) {
            self.last_column = *self.column_of.entry((candidate, seed)).or_insert(self.columns.len());
        }
        if self.last_column >= MOST_COLUMNS {
            return Err(Fault::TooManyColumns);
        }
        if self.last_column == self.columns.len() {
            self.columns.push(Column { candidate, seed, scores: Vec::new(), at: Vec::new() });
        }
        let Some(column) = self.columns.get_mut(self.last_column) else { return Ok(()) };
        let place = example as usize;
        if place >= column.scores.len() {
            column.scores.resize(place + 1, f32::NAN);
            column.at.resize(place + 1, NONE);
        }
        if let (Some(cell), Some(first)) = (column.scores.get_mut(place), column.at.get_mut(place)) {
            if *first != NONE {
                return Err(Fault::Twice(*first));
            }
            (*cell, *first) = (score, at);
        }
        Ok(())
    }

    fn content(&mut self, example: u32, content: u64, at: u32) -> Result<(), Fault> {
        let place = example as usize;
        if place >= self.content.len() {
            self.content.resize(place + 1, (0, NONE));
        }
        match self.content.get_mut(place) {
            Some((known, first)) if *first != NONE && *known != content => Err(Fault::OtherData(*first)),
            Some(known) if known.1 == NONE => {
                *known = (content, at);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn cluster(&mut self, example: u32, name: &[u8]) -> Result<(), Fault> {
        let cluster = self.clusters.number(name)?;
        let place = example as usize;
        if place >= self.cluster_of.len() {
            self.cluster_of.resize(place + 1, NONE);
        }
        match self.cluster_of.get_mut(place) {
            Some(known) if *known == NONE => *known = cluster,
            Some(known) if *known != cluster => return Err(Fault::TwoClusters(self.clusters.get(*known).to_owned())),
            _ => {}
        }
        Ok(())
    }

    fn measure(&mut self, candidate: u32, row: &Row<'_>) {
        let place = candidate as usize;
        if place >= self.measured.len() {
            self.measured.resize_with(place + 1, Measured::default);
        }
        if let Some(measured) = self.measured.get_mut(place) {
            measured.latencies.extend(row.latency);
            measured.cost += row.cost.unwrap_or_default();
            measured.costs += usize::from(row.cost.is_some());
        }
    }

    /// The clusters of the examples of those numbers, numbered anew from 0; an example without one stands alone. `None`
    /// where no cluster holds two of them.
    pub(super) fn clusters(&self, examples: &[u32]) -> Option<Vec<u32>> {
        let mut anew: Vec<u32> = vec![NONE; self.clusters.len()];
        let (mut next, mut shared) = (0_u32, false);
        let mut number = |example: &u32| {
            let old = self.cluster_of.get(*example as usize).copied().unwrap_or(NONE);
            match anew.get_mut(old as usize) {
                Some(known) if *known != NONE => {
                    shared = true;
                    *known
                }
                known => {
                    let fresh = next;
                    next += 1;
                    if let Some(known) = known {
                        *known = fresh;
                    }
                    fresh
                }
            }
        };
        let numbers: Vec<u32> = examples.iter().map(&mut number).collect();
        shared.then_some(numbers)
    }

    /// Time and cost of a candidate, where its rows had them.
    pub(super) fn facts(&self, candidate: u32) -> CandidateFacts {
        let Some(measured) = self.measured.get(candidate as usize) else { return CandidateFacts::default() };
        let mut latencies = measured.latencies.clone();
        latencies.sort_by(f64::total_cmp);
        let some = !latencies.is_empty();
        CandidateFacts {
            latency_p95: some.then(|| percentile(&latencies, 0.95)),
            latency_mean: some.then(|| crate::stats::mean(&latencies)),
            cost: (measured.costs > 0).then(|| measured.cost / measured.costs as f64),
            ..CandidateFacts::default()
        }
    }
}
