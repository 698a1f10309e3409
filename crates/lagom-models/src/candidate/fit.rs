//! From a candidate to its family: the identity of its training, and the training.

use super::families::{Family, family};
use super::levers::planned;
use super::spec::{Candidate, FitError, Spec};
use super::training::{FitContext, Fitted};

/// Identity of a candidate's family, size, recipe, levers and code version, as text. What is asked is not trained: its answers
/// have addresses of their own.
#[must_use]
pub fn fingerprint(candidate: &Candidate) -> String {
    let (version, recipe) = match family(candidate.spec.family) {
        // A size that is not of its family can't be trained either, and must not pass for one that can.
        Some(family) => {
            (family.version(), family.address(&candidate.spec.size).unwrap_or_else(|error| error.to_string()))
        }
        None => (1, String::new()),
    };
    let plain = format!("{version}\n{}\n{recipe}", candidate.spec.as_json());
    if candidate.levers.is_empty() {
        return plain;
    }
    let levers: Vec<String> = candidate.levers.iter().map(ToString::to_string).collect();
    format!("{plain}\n{}", levers.join("\n"))
}

/// Trains a candidate. Equal contexts give equal bits, whatever else runs on the machine.
///
/// # Errors
/// The loss diverged, the data leave the family nothing to learn from, or it is asked and not trained.
pub fn fit(candidate: &Candidate, context: &FitContext<'_>) -> Result<Fitted, FitError> {
    let family = known(candidate)?;
    let Spec { family: id, size } = &candidate.spec;
    let plan = planned((*id, size), context.train.target.classes(), &candidate.levers)?;
    family.fit(size, &plan, context)
}

fn known(candidate: &Candidate) -> Result<&'static dyn Family, FitError> {
    let id = candidate.spec.family;
    family(id).ok_or_else(|| {
        FitError::Unfit(if id.is_called() {
            "a model that is asked is not trained".to_owned()
        } else {
            format!("this lagom has no family `{id}`")
        })
    })
}
