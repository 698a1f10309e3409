//! Pretrained weights in a build without them: every one that a study names is refused.

use super::outside::{Reach, StaticSizes};
use super::shape::DataShape;
use super::spec::{Candidate, FitError};
use crate::data::Column;
use crate::study::{Adaptation, Compute, Pretrained, Setting, TaskKind, Weights, WeightsAt};

/// Weights that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WeightsFault {
    /// What was found, and what was expected.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// Which adaptations of weights are tried, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The adaptations, in the order of the study.
    pub adapt: Vec<Adaptation>,
    /// Why these, where the study does not say: a whole sentence.
    pub why: Option<String>,
}

fn without() -> WeightsFault {
    WeightsFault {
        message: "this lagom was built without pretrained weights".to_owned(),
        hint: "build it with its feature `pretrained`, or leave the [[candidate]] out".to_owned(),
    }
}

/// Refuses weights.
///
/// # Errors
/// Always.
pub fn look(_: &WeightsAt) -> Result<Weights, WeightsFault> {
    Err(without())
}

/// Refuses devices.
///
/// # Errors
/// Always.
pub fn look_for(_: Compute) -> Result<String, WeightsFault> {
    Err(without())
}

/// Refuses weights.
///
/// # Errors
/// Always.
pub fn choose(_: &Pretrained, _: &Weights, _: &DataShape<'_>, _: u64) -> Result<Choice, WeightsFault> {
    Err(without())
}

/// Refuses the weights of a study that was run by a lagom that has them.
///
/// # Errors
/// The study names any.
pub fn adapted(
    pretrained: &[Pretrained],
    _: &[Setting],
    _: TaskKind,
    _: &DataShape<'_>,
) -> Result<Vec<Candidate>, FitError> {
    if pretrained.is_empty() { Ok(Vec::new()) } else { Err(FitError::Unfit(without().message)) }
}

/// Refuses weights.
///
/// # Errors
/// Always.
pub fn ladder_of(_: &Pretrained, _: &Weights) -> Result<StaticSizes, WeightsFault> {
    Err(without())
}

/// None: there is no candidate on weights.
#[must_use]
pub fn reach_of(_: &Candidate) -> Option<Reach> {
    None
}

/// Refuses weights.
///
/// # Errors
/// Always.
pub fn remarks(
    _: &Pretrained,
    _: &Weights,
    _: &[Adaptation],
    _: (&[Column], &[u32]),
) -> Result<Vec<String>, WeightsFault> {
    Err(without())
}

/// How a candidate adapts pretrained weights: none does here.
#[must_use]
pub fn adaptation_of(_: &Candidate) -> Option<Adaptation> {
    None
}

/// Refuses names of classes.
///
/// # Errors
/// Always.
pub fn check_names(_: &str, _: &Weights, _: &[String]) -> Result<(), WeightsFault> {
    Err(without())
}
