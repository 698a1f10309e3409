//! Statistics: pure `f64` mathematics on slices. This room knows no other room.
//!
//! - [`crossed`] turns repeats (own split, own initialisation) scored on examples into an
//!   [`Estimate`] whose interval covers both sources of chance; [`ModeratedVariance`] lets candidates of few repeats learn from the
//!   others'.
//! - [`resolvable_margin`], [`examples_needed`], [`needed`] and [`confirmation_power`] plan: what can
//!   be told apart, and what it would take.
//! - [`saturating_gain`] bounds what larger sizes can gain, from a few noisy points of a curve.
//! - [`curve`] fits scaling laws and learning curves, and says when not to trust them.
//! - [`Discordant`], [`mcnemar_exact`], [`clustered`], [`unpaired`] compare two candidates on right/wrong
//!   scores, on examples in clusters, and where only means are known; [`SeedLuck`] adds the chance of a few seeds, and
//!   [`Bounded`] gives bounds that hold where a few rows lose much.
//! - [`simultaneous_confidence`] and [`simultaneous_error`] compare more than two without inflating the error; [`discoveries`] bounds
//!   the share of false findings among many. [`non_increasing`] is the nearest curve that never rises.
//! - [`bootstrap`] and [`randomisation_p_value`] resample what each example adds to a metric's sums.
//! - [`stops`] ends a training whose own curve shows that it can't matter, by [`ceiling`].
//! - [`reliability`], [`calibration_error`], [`temperature`] and [`conformal_half_width`] say how far stated confidences can be trusted; [`surrogate`] how
//!   much of a model a simple one can say; [`jackknife_error`] how sure a figure over rows is.
//! - [`Sequence`] and [`replay`] hold at any stopping time.
//! - [`wilson`], [`percentile`], [`mean`], [`variance`], [`median`], [`normal_quantile`] and
//!   [`t_quantile`] are the usual small ones; [`pareto_front`] finds what nothing else dominates.

mod calibration;
mod clustered;
mod crossed;
pub mod curve;
mod deviations;
mod discovery;
mod equicorrelated;
mod error;
mod flip;
mod gaffke;
mod handed_over;
mod jackknife;
mod moderated;
mod monotone;
mod paired;
mod pareto;
mod plan;
mod quantile;
mod reach;
mod repeats;
mod resample;
mod saturation;
mod seeds;
mod sequential;
mod stopping;
mod summary;
mod surrogate;
mod together;
mod unpaired;

#[cfg(test)]
mod coverage;

pub use calibration::{
    Binning, ReliabilityBin, calibration_error, confidence_for, conformal_half_width, reliability, temperature,
    tempered,
};
pub use clustered::{clustered, clustered_difference};
pub use crossed::{CrossedMean, Estimate, crossed};
pub use discovery::discoveries;
pub use equicorrelated::simultaneous_confidence;
pub use error::StatsError;
pub use flip::Flip;
pub use handed_over::TrainingLuck;
pub use jackknife::{jackknife_error, rank_correlation};
pub use moderated::ModeratedVariance;
pub use monotone::non_increasing;
pub use paired::{Discordant, mcnemar_exact, mcnemar_mid_p};
pub use pareto::pareto_front;
pub use plan::{Needed, confirmation_power, examples_needed, needed, needed_with_seeds, resolvable_margin};
pub use quantile::{chi_square_cdf, normal_cdf, normal_quantile, t_cdf, t_quantile};
pub use reach::Bounded;
pub use repeats::{Clusters, Repeat};
pub use resample::{Columns, bootstrap, bootstrap_p_value, percentile_interval, randomisation_p_value};
pub use saturation::{CurvePoint, Gain, Origin, saturating_gain};
pub use seeds::{SeedLuck, SeedSpread};
pub use sequential::{Replay, Sequence, SequentialDecision, replay};
pub use stopping::{STOPPING, Seen, Stop, ceiling, stops};
pub use summary::{binomial_upper, mean, median, percentile, quantile_interval, variance, wilson};
pub use surrogate::{Numbers, SurrogateKind, fidelity, surrogate};
pub use together::{Shares, simultaneous_error};
pub use unpaired::{Summary, unpaired};
