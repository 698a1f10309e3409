//! What a candidate costs in use: latency and memory of its bundle, alone in a process of its own.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{known, peak_memory};
use crate::bundle::{Bundle, BundleError, Row};
use crate::stats;

/// Costs of one bundle in use, measured in a fresh process with nothing of lagom beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Seconds to read the bundle from disk; none of what is asked.
    pub load_seconds: Option<f64>,
    /// Bytes by which loading and using the bundle raised the highest resident memory of the process; none where the kernel
    /// does not tell.
    #[serde(default, deserialize_with = "known")]
    pub memory: Option<u64>,
}

/// Rows of one batch when throughput is measured.
const BATCH: usize = 256;
/// Single predictions before the clock counts.
const WARM_UP: usize = 50;
/// Most single predictions timed.
const MOST: usize = 5_000;
/// Time after which no further prediction is timed, once [`LEAST`] are.
const ENOUGH: Duration = Duration::from_millis(400);
/// Fewest single predictions timed: a 99th percentile of fewer says nothing.
const LEAST: usize = 200;

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
    if !rows.is_empty() {
        for row in rows.iter().cycle().take(WARM_UP) {
            checksum += answer(&bundle, path, std::slice::from_ref(row))?;
        }
        let start = Instant::now();
        for row in rows.iter().cycle().take(MOST) {
            let begin = Instant::now();
            checksum += answer(&bundle, path, std::slice::from_ref(row))?;
            timed.push(begin.elapsed().as_secs_f64());
            if start.elapsed() > ENOUGH && timed.len() >= LEAST {
                break;
            }
        }
    }
    // Memory is read before the batches: deployments that answer one row at a time never hold a batch.
    let memory = peak_memory().saturating_sub(before);
    let throughput = batches((&bundle, path), rows, &mut checksum)?;
    std::hint::black_box(checksum);
    timed.sort_by(f64::total_cmp);
    let at = |share| stats::percentile(&timed, share);
    Ok(Deployment {
        latency_p50: at(0.50),
        latency_p95: at(0.95),
        latency_p99: at(0.99),
        predictions: timed.len() as u64,
        throughput,
        load_seconds: Some(load_seconds),
        memory: (memory > 0).then_some(memory),
    })
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
