//! From a candidate to its family: the identity of its training, and the training.

use super::families::{Effort, Family, family};
use super::levers::planned;
use super::outside::Outside;
use super::rows::{RowStep, apply};
use super::shape::DataShape;
use super::spec::{Candidate, FitError, Spec};
use super::training::{FitContext, Fitted, Purpose};

/// Training rows that the quality on training rows is measured on: enough for a gap of 0.02, cheap for every size.
pub const TRAIN_SAMPLE: usize = 2_000;

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

/// Trains a candidate: what levers do to the training rows first, then the family. Equal contexts give equal bits, whatever else runs
/// on the machine.
///
/// # Errors
/// The loss diverged, the data leave the family nothing to learn from, or it is asked and not trained.
pub fn fit(candidate: &Candidate, context: &FitContext<'_>) -> Result<Fitted, FitError> {
    let family = known(candidate)?;
    let Spec { family: id, size } = &candidate.spec;
    let plan = planned((*id, size), context.train.target.classes(), &candidate.levers)?;
    let outside = Outside { weights: candidate.weights.as_ref(), ..context.outside };
    let context = &FitContext { outside, ..*context };
    if plan.rows.is_empty() {
        return family.fit(size, &plan, context);
    }
    let changed = apply(&plan.rows, &context.train, context.weights, (&plan.preprocess, context.seed))?;
    let weights = changed.rows.weights();
    if weights.is_some() && !family.weighs_rows() {
        return Err(FitError::Unfit(format!("the family `{id}` can't weigh training rows, as its levers want")));
    }
    let train = changed.rows.examples();
    let purpose = match context.purpose {
        // How much can be learned by heart: what is chosen on rows that were not trained on would be to learn nothing.
        Purpose::Measure { .. } if plan.rows.contains(&RowStep::ShuffledLabels) => {
            Purpose::Measure { validation: train, watch: None }
        }
        purpose => purpose,
    };
    let mut fitted = family.fit(size, &plan, &FitContext { train, purpose, weights, ..*context })?;
    fitted.flops += changed.flops;
    fitted.changes.splice(0..0, changed.changes);
    let seen = changed.rows.first(TRAIN_SAMPLE);
    let answers = fitted.model.predict(&seen.inputs)?;
    fitted.trained = Some(seen.outcomes(&answers).map_err(|error| FitError::Unfit(error.to_string()))?);
    Ok(fitted)
}

/// What one training of a candidate will take, what its levers do to the rows included.
///
/// # Errors
/// The candidate is asked and not trained, or not of its family.
pub fn effort(candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
    let family = known(candidate)?;
    let Spec { family: id, size } = &candidate.spec;
    let steps = planned((*id, size), shape.classes, &candidate.levers)?.rows;
    if steps.is_empty() {
        return family.effort(candidate, shape);
    }
    let (mut rows, mut flops) = (shape.rows, 0.0);
    for step in &steps {
        flops += step.flops(rows, shape);
        rows *= step.growth(shape.classes);
    }
    let mut effort = family.effort(candidate, &shape.with_rows(rows))?;
    // What is held for each row is told for those of the data set.
    effort.width *= (rows / shape.rows.max(1.0)).max(1.0);
    effort.flops += flops;
    effort.seconds += flops / STEP_SPEED;
    Ok(effort)
}

/// Floating-point operations a second of the cheap models that judge labels: those of the linear families.
const STEP_SPEED: f64 = 2e9;

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
