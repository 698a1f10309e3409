//! From a candidate to its family: the identity of its training, and the training.

use super::decision::weighed;
use super::distillation::{self, distil};
use super::families::{Effort, Family, family};
use super::levers::planned;
use super::outside::Outside;
use super::plan::{TrainingPlan, check_monotone};
use super::preprocess::{PreprocessPlan, Preprocessor, Style};
use super::rows::{RowStep, apply};
use super::shape::DataShape;
use super::spec::{Candidate, FitError, Size, Spec};
use super::training::{FitContext, Fitted, Purpose, Shared};
use crate::data::Examples;

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
    // A device rounds otherwise than the processor, and each otherwise than the other.
    let plain = match candidate.compute {
        Some(compute) => format!("{plain}\ncompute {compute}"),
        None => plain,
    };
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
    let outside = Outside { weights: candidate.weights.as_ref(), compute: candidate.compute, ..context.outside };
    let context = &FitContext { outside, ..*context };
    if plan.rows.is_empty() && plan.distillation.is_none() {
        return trained((family, size), &plan, context);
    }
    let mut changed = apply(&plan.rows, &context.train, context.weights, (&plan.preprocess, context.seed))?;
    if let Some(share) = plan.distillation {
        let (change, flops) = distil(&mut changed.rows, (*id, share), context.seed)?;
        changed.changes.push(change);
        changed.flops += flops;
    }
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
    let mut fitted = trained((family, size), &plan, &FitContext { train, purpose, weights, ..*context })?;
    fitted.flops += changed.flops;
    fitted.changes.splice(0..0, changed.changes);
    let seen = changed.rows.first(TRAIN_SAMPLE);
    let answers = fitted.model.predict(&seen.inputs)?;
    fitted.trained = Some(seen.outcomes(&answers).map_err(|error| FitError::Unfit(error.to_string()))?);
    Ok(fitted)
}

/// Trains on rows as they are, and weighs the classes where the plan says so.
fn trained(of: (&dyn Family, &Size), plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError> {
    let fitted = of.0.fit(of.1, plan, context)?;
    match plan.decision {
        Some(decision) => weighed(of, plan, context, (fitted, decision)),
        None => Ok(fitted),
    }
}

/// What one training of a candidate will take, what its levers do to the rows included.
///
/// # Errors
/// The candidate is asked and not trained, or not of its family.
pub fn effort(candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError> {
    let family = known(candidate)?;
    let Spec { family: id, size } = &candidate.spec;
    let plan = planned((*id, size), shape.classes, &candidate.levers)?;
    let steps = plan.rows;
    // The second model of a decision is trained on four fifths of the rows.
    let times = if plan.decision.is_some() { 1.8 } else { 1.0 };
    if steps.is_empty() && plan.distillation.is_none() {
        let own = family.effort(candidate, shape)?;
        return Ok(Effort { flops: own.flops * times, seconds: own.seconds * times, ..own });
    }
    let (mut rows, mut flops) = (shape.rows, 0.0);
    for step in &steps {
        flops += step.flops(rows, shape);
        rows *= step.growth(shape.classes);
    }
    let mut seconds = flops / STEP_SPEED;
    if plan.distillation.is_some() {
        let (teachers, grown) = distillation::effort(*id, shape, rows)?;
        (flops, seconds, rows) = (flops + teachers.flops, seconds + teachers.seconds, grown);
    }
    let mut effort = family.effort(candidate, &shape.with_rows(rows))?;
    // What is held for each row is told for those of the data set.
    effort.flops *= times;
    effort.seconds *= times;
    effort.width *= (rows / shape.rows.max(1.0)).max(1.0);
    effort.flops += flops;
    effort.seconds += seconds;
    Ok(effort)
}

/// What of [`effort`] is worked out once for all trainings on the same weights, though each is counted all of it.
///
/// # Errors
/// As [`effort`].
pub fn once(candidate: &Candidate) -> Result<Shared, FitError> {
    known(candidate)?.once(candidate)
}

/// Whether what a candidate's levers change of the preprocessing of a table finds anything to change in such rows, and the columns that they name
/// are there.
///
/// # Errors
/// A lever finds nothing, or is none of the candidate's.
pub fn check_preprocessing(candidate: &Candidate, train: &Examples<'_>) -> Result<(), FitError> {
    let Spec { family, size } = &candidate.spec;
    let plan = planned((*family, size), train.target.classes(), &candidate.levers)?;
    check_monotone(&plan.monotone, &train.inputs)?;
    let plan = plan.preprocess;
    if plan == PreprocessPlan::default() {
        return Ok(());
    }
    Preprocessor::for_training(train, Style::Raw, &plan, 0).map(drop)
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
