//! From a candidate to its family: the identity of its training, and the training.

use super::families::family;
use super::spec::{FitError, Spec};
use super::training::{Fitted, Purpose};
use crate::data::Examples;

/// Identity of a candidate's family, size, recipe and code version, as text. What is asked is not trained: its answers have
/// addresses of their own.
#[must_use]
pub fn fingerprint(spec: &Spec) -> String {
    let (version, recipe) = match family(spec.family) {
        Some(family) => (family.version(), family.recipe(&spec.size)),
        None => (1, Ok(String::new())),
    };
    let spec = serde_json::to_string(spec).unwrap_or_default();
    format!("{version}\n{spec}\n{}", recipe.unwrap_or_default())
}

/// Trains a candidate. Equal arguments give equal bits, whatever else runs on the machine.
///
/// # Errors
/// The loss diverged, the data leave the family nothing to learn from, or it is asked and not trained.
pub fn fit(spec: &Spec, train: &Examples<'_>, purpose: Purpose<'_>, seed: u64) -> Result<Fitted, FitError> {
    match family(spec.family) {
        Some(family) => family.fit(&spec.size, train, purpose, seed),
        None if spec.family.is_called() => Err(FitError::Unfit("a model that is asked is not trained".to_owned())),
        None => Err(FitError::Unfit(format!("this lagom has no family `{}`", spec.family))),
    }
}
