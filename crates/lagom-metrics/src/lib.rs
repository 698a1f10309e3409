//! Metrics: what quality is, per example where possible.
//!
//! A [`Metric`] has a name, unit, direction and signature. [`Outcomes`] keep what one model did on each
//! example, small and to the bit. [`score`] turns them into a value and the influence of each example,
//! so that every metric, mean or not, can be compared pair by pair on the same examples.

use lagom_host::child;
use lagom_stats as stats;

mod about;
mod class;
mod error;
mod names;
mod outcomes;
mod score;
mod spread;
mod text;
mod threshold;

pub use class::{Mistake, mistake};
pub use error::MetricError;
pub use names::{Direction, Metric, OutcomeKind};
pub use outcomes::{ClassOutcomes, NO_ANSWER, Outcomes, ValueOutcomes};
pub use score::{Scored, score};
pub use spread::TargetSummary;
pub use text::{
    BleuSettings, BleuTokeniser, Choice, ChrfSettings, ExactSettings, Formula, Ignored, OptionFault, Resampling,
    RougePart, RougeSettings, RougeTokens, Smoothing, SmoothingMethod, SystemDifference, SystemScore, TerSettings,
    TextOptions, TextOutcomes, TextScorer, TextSettings, TokeniserError, TokeniserFiles, Unspaced, choice_statistics,
    compare_systems, count_texts, likelihood_statistics,
};

pub use threshold::{Threshold, threshold};

use about::VERSION;
