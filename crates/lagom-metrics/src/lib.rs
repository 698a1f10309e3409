//! Metrics: what quality is, per example where possible.
//!
//! A [`Metric`] has a name, unit, direction and signature. [`Outcomes`] keep what one model did on each
//! example, small and to the bit. [`score`] turns them into a value and the influence of each example,
//! so that every metric, mean or not, can be compared pair by pair on the same examples.

use lagom_host::child;
use lagom_stats as stats;

mod about;
mod cascade;
mod class;
mod error;
mod names;
mod outcomes;
mod score;
mod scored;
mod spread;
mod text;
mod text_settings;
mod threshold;
mod tokeniser_error;

pub use cascade::{Cascaded, cascade, certainty, handed_on};
pub use class::{Mistake, mistake};
pub use error::MetricError;
pub use names::{Direction, Metric, OutcomeKind};
pub use outcomes::{ClassOutcomes, NO_ANSWER, Outcomes, ValueOutcomes};
pub use score::score;
pub use scored::Scored;
pub use spread::TargetSummary;
pub use text::{
    Blind, Choice, Formula, Ignored, OptionFault, Resampling, SmoothingMethod, SystemDifference, SystemScore,
    TextOptions, TextOutcomes, TextScorer, TokeniserFiles, Unspaced, bits_per_byte_statistics, choice_statistics,
    compare_systems, count_texts, likelihood_statistics,
};
pub use text_settings::{
    BleuSettings, BleuTokeniser, ChrfSettings, ExactSettings, RougePart, RougeSettings, RougeTokens, Smoothing,
    TerSettings, TextSettings,
};
pub use threshold::{Threshold, threshold};
pub use tokeniser_error::TokeniserError;

use names::VERSION;
