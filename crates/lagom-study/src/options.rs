//! Keys that options of the command line take the place of.

use super::keys::{Declared, good_enough, ladder, levers, metric, trials};

/// `[good-enough] margin`
pub const MARGIN: &dyn Declared = &good_enough::MARGIN;
/// `[good-enough] incumbent`
pub const INCUMBENT: &dyn Declared = &good_enough::INCUMBENT;
/// `[good-enough] bar`
pub const BAR: &dyn Declared = &good_enough::BAR;
/// `[good-enough] confidence`
pub const CONFIDENCE: &dyn Declared = &good_enough::CONFIDENCE;
/// `[good-enough] smallest-by`
pub const SMALLEST_BY: &dyn Declared = &good_enough::SMALLEST_BY;
/// `[good-enough] profile`
pub const PROFILE: &dyn Declared = &good_enough::PROFILE;
/// `[ladder] policy`
pub const POLICY: &dyn Declared = &ladder::POLICY;
/// `[trials] workers`
pub const WORKERS: &dyn Declared = &trials::WORKERS;

/// `[levers] try`
pub const TRY: &dyn Declared = &levers::TRY;
/// `[levers] budget`
pub const LEVER_BUDGET: &dyn Declared = &levers::BUDGET;

/// The keys of `[metric]`, each of which `lagom score` has as an option.
#[must_use]
pub fn of_metrics() -> &'static [&'static dyn Declared] {
    metric::KEYS
}
