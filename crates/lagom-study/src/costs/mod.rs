//! What a model costs: every cost there is, the limits that deployment sets, and the facts that costs are worked out from.
//!
//! ```text
//! Figures (facts of one candidate) -> Cost::of -> Option<f64>      none: nobody knows
//! [good-enough] -> Limits -> Limits::exceeded(Figures) -> Excess
//! ```
//!
//! A cost is a file here and a line in [`COSTS`]. From that follow a value of `smallest-by`, the key of its limit, an option of
//! `lagom verdict` and, where other tools tell it, of `lagom compare`, and in the report a column, an axis, a row and a line
//! of the glossary.

mod about;
mod amount;
mod bytes;
mod calibration_error;
mod cost;
mod figures;
mod latency;
mod limits;
mod load_time;
mod mean_latency;
mod median_latency;
mod memory;
mod money;
mod ninetieth_latency;
mod operations;
mod order;
mod parameters;
mod robustness;
mod tail_latency;
#[cfg(test)]
mod tests;
mod training_cost;
mod unit;

pub use about::{About, Chart, Heading, Imported, Words};
pub use amount::{Amount, Limit, LimitError};
pub use bytes::Bytes;
pub use calibration_error::CalibrationError;
pub use cost::{Cost, named};
pub use figures::{Estimated, Figures, InUse, Range, TimeRanges, Training};
pub use latency::Latency;
pub use limits::{Exceeded, LimitChange, LimitViolation, Limits};
pub use load_time::LoadTime;
pub use mean_latency::MeanLatency;
pub use median_latency::MedianLatency;
pub use memory::Memory;
pub use money::MoneyPerThousand;
pub use ninetieth_latency::NinetiethLatency;
pub use operations::Operations;
pub use order::{cheaper_first, imported, limited, untimed_first};
pub use parameters::Parameters;
pub use robustness::Robustness;
pub use tail_latency::TailLatency;
pub use training_cost::TrainingCost;
pub use unit::Unit;

/// Every cost, in the order in which they are listed and shown.
pub const COSTS: &[&dyn Cost] = &[
    &Parameters,
    &Bytes,
    &Latency,
    &Memory,
    &MoneyPerThousand,
    &TrainingCost,
    &MeanLatency,
    &MedianLatency,
    &TailLatency,
    &LoadTime,
    &Operations,
    &NinetiethLatency,
    &Robustness,
    &CalibrationError,
];
