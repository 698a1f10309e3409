//! What the climb is asked, what it sees and what it answers.

use serde::{Deserialize, Serialize};

use crate::stats::Estimate;
use crate::study::Certify;

/// One candidate of the ladder as the climb sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// Name of the candidate.
    pub name: String,
    /// Its family: rungs of the same number lie on one curve of quality over parameters.
    pub family: u32,
    /// Whether it only guesses: no curve, and never the best.
    pub baseline: bool,
    /// Planned number of parameters: its size, both on the curve and for "smaller".
    pub parameters: u64,
    /// Planned floating-point operations of one trial, at least 0.
    pub flops: f64,
}

/// What has been measured so far of the rungs asked for. All qualities are oriented: higher is better.
pub trait Evidence {
    /// Finished repeats, at most those asked for.
    fn finished(&self, rung: usize) -> u32;
    /// Repeats that ended in failure for good.
    fn failed(&self, rung: usize) -> u32;
    /// Whether repeats failed for want of memory: larger rungs of the same family would do so as well.
    fn is_out_of_memory(&self, _rung: usize) -> bool {
        false
    }
    /// Quality on validation rows; none without a finished repeat. One repeat alone has no spread of repeats.
    fn quality(&self, rung: usize) -> Option<Estimate>;
    /// Quality of `rung` less that of `other`, paired by repeat and example; none without a shared repeat.
    fn difference(&self, rung: usize, other: usize) -> Option<Estimate>;
    /// Whether it keeps the limits that have been measured; true where none has.
    fn within_limits(&self, rung: usize) -> bool;
    /// Quality on training rows of `rung` less that of `other`, over the repeats that both have: tells a plateau for want
    /// of capacity from one that capacity can't raise.
    fn train_gain(&self, rung: usize, other: usize) -> Option<f64>;
    /// Quality of one finished repeat on its own validation rows.
    fn of_repeat(&self, rung: usize, repeat: u32) -> Option<f64>;
    /// Whether a rung is dearer than a measured one, by what the study calls cheap; of an untried one, whether it is sure to
    /// be.
    fn is_dearer(&self, rung: usize, than: usize) -> bool;
}

/// What "good enough" means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// At most this much worse than the best; above 0, in the metric's unit.
    Margin(f64),
    /// At least this quality, oriented.
    Bar(f64),
}

/// The terms of a climb.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SearchTerms {
    /// What is good enough.
    pub rule: Goal,
    /// One-sided confidence of each bound, between 0.5 and 1.
    pub confidence: f64,
    /// Repeats of a rung that the verdict hangs on.
    pub repeats: u32,
    /// When a rung may be left untried.
    pub certify: Certify,
    /// Smallest and largest oriented value that the metric can take; may be infinite.
    pub range: (f64, f64),
}

/// What to do next.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Measure these, in any order, side by side; then ask again.
    Measure(Vec<TrialRequest>),
    /// Nothing more is worth its cost.
    Done(SearchResult),
}

/// One rung of a wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrialRequest {
    /// Position of the rung.
    pub rung: usize,
    /// Repeats wanted of it in all: numbers 0 to this, less one.
    pub repeats: u32,
}

/// The quality below which a trial can't matter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Position of the rung.
    pub rung: usize,
    /// Number of the repeat.
    pub repeat: u32,
    /// Oriented quality on the validation rows of this repeat.
    pub quality: f64,
}

/// A climb that has ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchResult {
    /// Repeats asked for of each rung.
    pub repeats: Vec<u32>,
    /// The trials that were ended early, by rung and repeat, with the quality that each would have had to reach.
    pub stopped: Vec<Target>,
    /// The rungs without any, in the order of the ladder.
    pub untried: Vec<Untried>,
}

/// A rung that was not trained, and what is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Untried {
    /// Position of the rung.
    pub rung: usize,
    /// One-sided upper bound, at the study's confidence, of its gain in quality over the best measured rung; in
    /// the metric's unit, at least 0. Where no curve gives one it is the distance to the metric's best value.
    pub gain: f64,
    /// Why it was left out.
    pub why: Why,
}

/// Why a rung was not trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Its family's curve bounds its gain below what would matter.
    CurveBounds,
    /// Quality falls with size in its family while training quality does not: it overfits.
    Overfits,
    /// A smaller rung of its family exceeds a limit already.
    OverLimits,
    /// A smaller rung is surely above the bar.
    BarCleared,
    /// A smaller rung reaches the metric's best value within what would matter.
    NothingLeft,
    /// A smaller rung of its family ran out of memory: nothing is known of it.
    SmallerFailed,
    /// Nothing: under these terms the climb would go on to it.
    Open,
}
