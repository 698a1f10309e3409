//! What a candidate costs in use: latency and memory of its bundle, alone in a process of its own.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{
    AllCores, BatchTime, COUNTERS, Energy, QuantileInterval, Roof, Stillness, Timings, cpu_seconds, known, peak_memory,
};
use crate::bundle::{Bundle, BundleError, Row};
use crate::stats;
use crate::study::costs::Range;

/// Costs of one bundle in use, measured in a fresh process with nothing of lagom beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    /// Half of the single predictions took at most this many seconds, from raw cells to answer.
    pub latency_p50: f64,
    /// 95 % of them took at most this many seconds.
    pub latency_p95: f64,
    /// 99 % of them took at most this many seconds.
    pub latency_p99: f64,
    /// Number of single predictions timed.
    pub predictions: u64,
    /// Predictions a second in batches of 256 rows; of what is asked, one after the other.
    pub throughput: f64,
    /// Seconds to read the bundle from disk, in a fresh process: the median of several, each of its own; none of what is asked.
    pub load_seconds: Option<f64>,
    /// Bytes by which loading and using the bundle raised the highest resident memory of the process; none where the kernel
    /// does not tell.
    #[serde(default, deserialize_with = "known")]
    pub memory: Option<u64>,
    /// How sure these are, batches and operations; none of what is asked, and in older stores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timings: Option<Box<Timings>>,
}

/// How long a bundle takes to be ready, measured in a fresh process with nothing of lagom beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Loading {
    /// Seconds to read it from disk.
    pub seconds: f64,
    /// Seconds from opening the file to the first answer.
    pub first_answer: f64,
}

/// Fresh processes in which a bundle is loaded beside the one in which it is timed: the lowest and the highest of six times hold the median
/// of all times with 1 − 2 / 2⁶ = 96.9 %, whatever their distribution; of five it would be 93.8 %.
pub const LOADINGS: usize = 5;

impl Deployment {
    /// The same with what other fresh processes took to load it: the medians of all, and as range of the time to load the lowest and the highest,
    /// if there are [`LOADINGS`] at least.
    #[must_use]
    pub fn with_loadings(mut self, others: &[Loading]) -> Self {
        let (Some(own), Some(timings)) = (self.load_seconds, &mut self.timings) else { return self };
        let all = |own, pick: fn(&Loading) -> f64| -> Vec<f64> {
            std::iter::once(own).chain(others.iter().map(pick)).collect()
        };
        let loads = all(own, |one| one.seconds);
        timings.first_answer = stats::median(&all(timings.first_answer, |one| one.first_answer));
        timings.load_range = (others.len() >= LOADINGS).then(|| Range {
            low: loads.iter().copied().fold(f64::INFINITY, f64::min),
            high: loads.iter().copied().fold(0.0, f64::max),
        });
        self.load_seconds = Some(stats::median(&loads));
        self
    }

    /// The mean wait for one prediction, in seconds; where it was not kept, as in older stores, that of half of the predictions.
    #[must_use]
    pub fn mean_seconds(&self) -> f64 {
        self.timings.as_ref().map_or(self.latency_p50, |timings| timings.mean)
    }

    /// What this one takes in use with `large` behind it, to which a share of the rows is handed on: the wait is bounded from above, whatever
    /// the two have to do with each other, and memory and loading are those of both.
    ///
    /// The bounds add up chances (Boole's inequality). More than `p99 + p95 of the large one` is waited only where the small one takes more than
    /// its p99 (1 %), or the row is handed on and the large one takes more than its p95 (5 % of the share): together at most 5 % up to a share
    /// of 0.8, above it with its p99. Up to a share of 0.04 the small one's p99 does: 1 % + 4 %. The median likewise. The p99 is the sum of both,
    /// which is exceeded in at most 1 % and 1 % of the share.
    #[must_use]
    pub fn before(&self, large: &Self, share: f64) -> Self {
        let p95 = match share {
            share if share <= 0.04 => self.latency_p99,
            share if share <= 0.8 => self.latency_p99 + large.latency_p95,
            _ => self.latency_p99 + large.latency_p99,
        };
        let second = if large.throughput > 0.0 { share / large.throughput } else { 0.0 };
        let both = 1.0 / self.throughput + second;
        Self {
            latency_p50: if share <= 0.45 { self.latency_p95 } else { self.latency_p95 + large.latency_p95 },
            latency_p95: p95,
            latency_p99: self.latency_p99 + if share > 0.0 { large.latency_p99 } else { 0.0 },
            predictions: self.predictions.min(large.predictions),
            throughput: if both.is_finite() && both > 0.0 { 1.0 / both } else { 0.0 },
            load_seconds: self.load_seconds.map(|own| own + large.load_seconds.unwrap_or(0.0)),
            memory: self.memory.zip(large.memory).map(|(own, other)| own + other),
            timings: self
                .timings
                .as_ref()
                .zip(large.timings.as_ref())
                .map(|(own, other)| Box::new(own.before(other, share, p95))),
        }
    }
}

/// Rows of one batch when throughput is measured.
const BATCH: usize = 256;
/// Sizes of the further batches that are timed.
const BATCHES: [usize; 3] = [8, 64, 512];
/// The confidence of the intervals of quantiles.
const SURE: f64 = 0.95;
/// Single predictions before the clock counts.
const WARM_UP: usize = 50;
/// Most single predictions timed.
const MOST: usize = 5_000;
/// Time after which no further prediction is timed, once [`LEAST`] are.
const ENOUGH: Duration = Duration::from_millis(400);
/// Fewest single predictions timed: a 99th percentile of fewer says nothing.
const LEAST: usize = 200;

/// Loads the bundle and lets it answer the first of `rows`, if there is one.
///
/// Must be called in a process that has done nothing else, as [`measure`].
///
/// # Errors
/// The bundle can't be read, or does not answer.
pub fn load(path: &Path, rows: &[Row]) -> Result<Loading, BundleError> {
    let start = Instant::now();
    let bundle = Bundle::read(path)?;
    let seconds = start.elapsed().as_secs_f64();
    if let Some(row) = rows.first() {
        std::hint::black_box(answer(&bundle, path, std::slice::from_ref(row))?);
    }
    Ok(Loading { seconds, first_answer: start.elapsed().as_secs_f64() })
}

/// Loads the bundle and times it on `rows`, taken in turn.
///
/// Must be called in a process that has done nothing else, else `memory` counts what was there before.
///
/// # Errors
/// The bundle can't be read, or does not answer.
pub fn measure(path: &Path, rows: &[Row]) -> Result<Deployment, BundleError> {
    let before = peak_memory();
    let start = Instant::now();
    let bundle = Bundle::read(path)?;
    let load_seconds = start.elapsed().as_secs_f64();
    let mut checksum = 0.0;
    let mut timed = Vec::with_capacity(MOST);
    let mut first_answer = load_seconds;
    let mut waited = None;
    if !rows.is_empty() {
        checksum += answer(&bundle, path, &rows[..1])?;
        first_answer = start.elapsed().as_secs_f64();
        for row in rows.iter().cycle().take(WARM_UP) {
            checksum += answer(&bundle, path, std::slice::from_ref(row))?;
        }
        let (start, cpu) = (Instant::now(), cpu_seconds());
        for row in rows.iter().cycle().take(MOST) {
            let begin = Instant::now();
            checksum += answer(&bundle, path, std::slice::from_ref(row))?;
            timed.push(begin.elapsed().as_secs_f64());
            if start.elapsed() > ENOUGH && timed.len() >= LEAST {
                break;
            }
        }
        let (wall, used) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        waited = (used > 0.0 && wall > 0.0).then(|| (1.0 - used / wall).clamp(0.0, 1.0));
    }
    // Memory is read before the batches: deployments that answer one row at a time never hold a batch.
    let resident = peak_memory();
    let memory = resident.saturating_sub(before);
    let throughput = batches((&bundle, path), rows, &mut checksum)?;
    let stillness = Stillness { waited, drift: drift(&timed) };
    let in_turn = timed.clone();
    timed.sort_by(f64::total_cmp);
    let mean = steady_mean(&timed);
    let at = |share| stats::percentile(&timed, share);
    let mut sizes = vec![BatchTime { rows: 1, seconds: at(0.5), memory: (memory > 0).then_some(memory) }];
    for size in BATCHES.into_iter().filter(|_| !rows.is_empty()) {
        sizes.push(batch((&bundle, path), rows, size, (before, &mut checksum))?);
    }
    std::hint::black_box(checksum);
    let interval = |share| {
        let (low, high) = stats::quantile_interval(&timed, share, SURE)?;
        Some(QuantileInterval { share, low, high })
    };
    let energy = match rows.first() {
        Some(_) => Some(energy((&bundle, path), rows)?),
        None => None,
    };
    let timings = Timings {
        held: bundle.numbers_held().map(|numbers| numbers * 4),
        resident: (resident > 0).then_some(resident),
        energy,
        roof: Roof::measure(
            std::fs::metadata(path).map_or(0, |file| usize::try_from(file.len()).unwrap_or(usize::MAX)),
        ),
        mean,
        mean_range: mean_range(&in_turn, at(0.99)),
        p90: at(0.90),
        intervals: [0.5, 0.9, 0.95, 0.99].into_iter().filter_map(interval).collect(),
        first_answer,
        load_range: None,
        batches: sizes,
        all_cores: all_cores(&bundle, rows),
        operations: bundle.operations(rows),
        stillness,
    };
    Ok(Deployment {
        latency_p50: at(0.50),
        latency_p95: at(0.95),
        latency_p99: at(0.99),
        predictions: timed.len() as u64,
        throughput,
        load_seconds: Some(load_seconds),
        memory: (memory > 0).then_some(memory),
        timings: (!timed.is_empty()).then(|| Box::new(timings)),
    })
}

/// The mean of times in ascending order, those of the slowest hundredth counted as the 99th percentile: on a machine that does other work a
/// few of them hold a whole slice of somebody else's time (milliseconds among microseconds), and would make nearly all of the mean.
fn steady_mean(sorted: &[f64]) -> f64 {
    let most = stats::percentile(sorted, 0.99);
    stats::mean(&sorted.iter().map(|time| time.min(most)).collect::<Vec<f64>>())
}

/// Blocks of predictions that follow each other.
const BLOCKS: usize = 20;

/// The interval of the mean by those of blocks that follow each other, each time counted as `most` at the most: what disturbs one prediction
/// disturbs its neighbours, so that single ones are no evidence apart. None of fewer than two predictions a block.
fn mean_range(in_turn: &[f64], most: f64) -> Option<Range> {
    if in_turn.len() < 2 * BLOCKS {
        return None;
    }
    let size = in_turn.len() / BLOCKS;
    let mean = |block: &[f64]| stats::mean(&block.iter().map(|time| time.min(most)).collect::<Vec<f64>>());
    // What does not fill a block goes to the last one.
    let means: Vec<f64> = (0..BLOCKS)
        .map(|at| mean(if at + 1 == BLOCKS { &in_turn[at * size..] } else { &in_turn[at * size..(at + 1) * size] }))
        .collect();
    let centre = mean(in_turn);
    let variance = means.iter().map(|one| (one - centre).powi(2)).sum::<f64>() / (BLOCKS - 1) as f64;
    let half = stats::t_quantile(0.5 + SURE / 2.0, (BLOCKS - 1) as f64) * (variance / BLOCKS as f64).sqrt();
    Some(Range { low: (centre - half).max(0.0), high: centre + half })
}

/// How far the medians of the two halves lie apart, as a share of the smaller one; 0 of less than two times.
fn drift(timed: &[f64]) -> f64 {
    let (first, second) = timed.split_at(timed.len() / 2);
    if first.is_empty() {
        return 0.0;
    }
    let (first, second) = (stats::median(first), stats::median(second));
    let apart = (first - second).abs() / first.min(second);
    if apart.is_finite() { apart } else { 0.0 }
}

/// The median time of batches of one size.
fn batch(
    (bundle, path): (&Bundle, &Path),
    rows: &[Row],
    size: usize,
    (before, checksum): (u64, &mut f64),
) -> Result<BatchTime, BundleError> {
    let batch: Vec<Row> = rows.iter().cycle().take(size).cloned().collect();
    let start = Instant::now();
    let mut times = Vec::new();
    while times.len() < 3 || (start.elapsed() < ENOUGH / 8 && times.len() < MOST) {
        let begin = Instant::now();
        *checksum += answer(bundle, path, &batch)?;
        times.push(begin.elapsed().as_secs_f64());
    }
    let memory = Some(peak_memory().saturating_sub(before)).filter(|bytes| *bytes > 0);
    Ok(BatchTime { rows: size as u64, seconds: stats::median(&times), memory })
}

/// The energy of single predictions on rows in turn.
fn energy((bundle, path): (&Bundle, &Path), rows: &[Row]) -> Result<Energy, BundleError> {
    let mut rows = rows.iter().cycle();
    Energy::of(Path::new(COUNTERS), ENOUGH / 2, || {
        let Some(row) = rows.next() else { return Ok(()) };
        std::hint::black_box(answer(bundle, path, std::slice::from_ref(row))?);
        Ok(())
    })
}

/// Predictions a second with a thread on each core; none where there is one, or the model does not answer.
fn all_cores(bundle: &Bundle, rows: &[Row]) -> Option<AllCores> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if cores < 2 || rows.is_empty() {
        return None;
    }
    let batch: Vec<Row> = rows.iter().cycle().take(BATCH).cloned().collect();
    let work = || {
        let start = Instant::now();
        let mut done = 0_usize;
        while start.elapsed() < ENOUGH / 4 {
            std::hint::black_box(bundle.predict(&batch).ok()?);
            done += batch.len();
        }
        Some(done as f64 / start.elapsed().as_secs_f64())
    };
    let rates: Option<Vec<f64>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().ok().flatten()).collect()
    });
    Some(AllCores { cores: u32::try_from(cores).unwrap_or(u32::MAX), throughput: rates?.iter().sum() })
}

fn answer(bundle: &Bundle, path: &Path, rows: &[Row]) -> Result<f64, BundleError> {
    let answers = bundle
        .predict(rows)
        .map_err(|error| BundleError::Format { path: path.to_owned(), detail: error.to_string() })?;
    Ok(answers.first().copied().unwrap_or(0.0))
}

fn batches((bundle, path): (&Bundle, &Path), rows: &[Row], checksum: &mut f64) -> Result<f64, BundleError> {
    let batch: Vec<Row> = rows.iter().cycle().take(BATCH).cloned().collect();
    let start = Instant::now();
    let mut done = 0;
    while !batch.is_empty() && (done == 0 || start.elapsed() < ENOUGH / 2) {
        *checksum += answer(bundle, path, &batch)?;
        done += batch.len();
    }
    Ok(done as f64 / start.elapsed().as_secs_f64().max(1e-9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slice_of_somebody_else_does_not_make_the_mean() {
        // 200 times of 1 to 3 µs in turn, and one of 5 ms: of 201 the 99th percentile is the 199th, 3 µs.
        let mut times: Vec<f64> = (0..200).map(|at| if at % 2 == 0 { 1e-6 } else { 3e-6 }).collect();
        times.push(5e-3);
        times.sort_by(f64::total_cmp);
        assert!((steady_mean(&times) - (100.0 * 1e-6 + 101.0 * 3e-6) / 201.0).abs() < 1e-12);
    }

    #[test]
    fn the_interval_of_a_mean_is_that_of_blocks() {
        // Twenty blocks of two: ten with the mean 1, ten with the mean 3. Variance 20 · 1 / 19, t(19) at 97.5 % is 2.0930.
        let times: Vec<f64> = (0..40).map(|at| if at < 20 { 1.0 } else { 3.0 }).collect();
        let found = mean_range(&times, 9.0).expect("enough");
        let half = 2.093_024 * (1.0_f64 / 19.0).sqrt();
        assert!((found.low - (2.0 - half)).abs() < 1e-5 && (found.high - (2.0 + half)).abs() < 1e-5, "{found:?}");
        assert_eq!(mean_range(&times[..39], 9.0), None);
        // All that is longer counts as the most.
        assert_eq!(mean_range(&times, 1.0), Some(Range { low: 1.0, high: 1.0 }));
    }

    #[test]
    fn the_time_to_load_is_the_median_of_fresh_processes_and_known_between_the_lowest_and_the_highest_of_six() {
        let one = Deployment {
            load_seconds: Some(9.0),
            timings: Some(Box::new(Timings { first_answer: 10.0, ..Timings::default() })),
            ..Deployment::default()
        };
        let other = |seconds| Loading { seconds, first_answer: seconds + 0.5 };
        let found = one.clone().with_loadings(&[1.0, 2.0, 3.0, 4.0, 5.0].map(other));
        // Of 1, 2, 3, 4, 5 and 9 the middle is 3.5; of 1.5, 2.5, 3.5, 4.5, 5.5 and 10 it is 4.
        assert_eq!(found.load_seconds, Some(3.5));
        let timings = found.timings.expect("they were there");
        assert_eq!((timings.first_answer, timings.load_range), (4.0, Some(Range { low: 1.0, high: 9.0 })));
        // Of five in all nobody can say with 95 %.
        let few = one.clone().with_loadings(&[1.0, 2.0, 3.0, 4.0].map(other));
        assert_eq!(few.timings.and_then(|timings| timings.load_range), None);
        // Without times nothing is told of a load.
        let asked = Deployment { load_seconds: None, ..one };
        assert_eq!(asked.clone().with_loadings(&[other(1.0)]), asked);
    }

    #[test]
    fn halves_that_differ_are_a_drift() {
        // Medians of 2 and 3: half of the smaller one.
        assert!((drift(&[2.0, 2.0, 3.0, 3.0]) - 0.5).abs() < 1e-12);
        assert_eq!((drift(&[1.0]), drift(&[])), (0.0, 0.0));
    }
}
