//! Pretrained weights in a build without them: every one that a study names is refused.

use std::path::Path;

use lagom_backends::call::{
    Backend, BackendError, Budget, Flow, Identity, Manner, Query, Question, Reply, Sight, Stop,
};

use super::outside::{Reach, StaticSizes};
use super::shape::DataShape;
use super::spec::{Candidate, FitError};
use crate::data::Column;
use crate::study::{Adaptation, Compute, OwnWeights, Pretrained, Setting, TaskKind, Weights, WeightsAt};

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

/// A prompt, and what is to follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// What is read.
    pub prompt: String,
    /// What is to be written, with what stands between both.
    pub reference: String,
}

/// What weights learn from: prompts and references of training rows alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lessons {
    /// What of the weights is trained.
    pub how: Adaptation,
    /// One for each training row that has a reference.
    pub pairs: Vec<Lesson>,
    /// Chance.
    pub seed: u64,
    /// Why a row can't be learned from, where one can't.
    pub fault: Option<String>,
}

/// How questions fit into what a decoder reads at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Questions that were looked at.
    pub looked: usize,
    /// Those of them whose prompts are cut at their front.
    pub cut: usize,
}

/// Refuses weights.
///
/// # Errors
/// Always.
pub fn look_at_answering(_: &str, _: &OwnWeights) -> Result<Weights, WeightsFault> {
    Err(without())
}

/// Of weights that were looked at by a lagom that has them: nothing is known of them here.
///
/// # Errors
/// None.
pub fn room(_: &str, _: &Weights, questions: &[Question]) -> Result<Room, WeightsFault> {
    Ok(Room { looked: questions.len(), cut: 0 })
}

/// Weights that would answer.
#[derive(Debug)]
pub struct WeightsBackend;

impl WeightsBackend {
    /// Of these weights.
    #[must_use]
    pub fn new(_: Weights, _: Option<Lessons>, _: Option<&Path>) -> Self {
        Self
    }

    /// Refuses weights.
    ///
    /// # Errors
    /// Always.
    pub fn write_trained(&mut self, _: &Path) -> Result<(), BackendError> {
        Err(refused())
    }
}

fn refused() -> BackendError {
    let WeightsFault { message, hint } = without();
    BackendError::Unusable { message, hint }
}

impl Backend for WeightsBackend {
    fn manner(&self) -> Manner {
        Manner { is_called: true, tries_again: true, counts_attempts: false }
    }

    fn identity(&self) -> Result<Identity, BackendError> {
        Err(refused())
    }

    fn look(&self) -> Result<Sight, BackendError> {
        Err(refused())
    }

    fn ask(
        &mut self,
        _: &mut dyn Iterator<Item = Query>,
        _: &mut dyn FnMut(Reply) -> Flow,
        _: &Budget<'_>,
        _: &Stop,
    ) -> Result<Vec<String>, BackendError> {
        Err(refused())
    }
}
