//! The test every fit takes: the largest rung predicted from the others.

use super::fitted::{Fit, HeldOut, bare};
use super::fitting::Fitting;
use super::law::Form;
use super::observation::{Axis, Observation, distinct, enough};
use super::predict::band;
use super::solve::log_errors;

/// Points within this factor of the largest belong to the largest rung.
const RUNG: f64 = 1.25;
/// Refits for the held-out interval; its ends need less precision than those of the constants.
const RESAMPLES: u32 = 200;

/// Refits without the largest rung and compares; `None` where the rest can carry no law.
pub(super) fn held_out(observations: &[Observation], form: Form, how: &Fitting) -> Option<HeldOut> {
    let axis = if form == Form::Data { Axis::Data } else { Axis::Size };
    let largest = observations.iter().map(|point| axis.of(point)).fold(0.0, f64::max);
    let (rung, rest): (Vec<_>, Vec<_>) =
        observations.iter().copied().partition(|point| axis.of(point) * RUNG >= largest);
    let form = simpler(&rest, form)?;
    let fewer = Fitting { resamples: how.resamples.min(RESAMPLES), ..*how };
    let fit = bare(&rest, form, &fewer);
    let shown = rung
        .iter()
        .max_by(|a, b| (a.data, axis.of(a)).partial_cmp(&(b.data, axis.of(b))).unwrap_or(std::cmp::Ordering::Equal))?;
    let error = |point: &Observation| (fit.law.loss(point.size, point.data) / point.loss - 1.0).abs();
    let (low, high) = band(&fit, (shown.size, shown.data), 0.9, 0.0);
    Some(HeldOut {
        form,
        size: shown.size,
        data: shown.data,
        predicted: fit.law.loss(shown.size, shown.data),
        found: shown.loss,
        low,
        high,
        observations: rung.len(),
        mean_error: rung.iter().map(error).sum::<f64>() / rung.len() as f64,
        standard_error: (log_errors(&rung).iter().map(|error| error * error).sum::<f64>() / rung.len() as f64).sqrt(),
        extrapolates: beyond(&fit, &rung, axis),
    })
}

/// How far the rung lies beyond the rest on the axis it was cut off from.
fn beyond(fit: &Fit, rung: &[Observation], axis: Axis) -> f64 {
    let largest = rung.iter().map(|point| axis.of(point)).fold(0.0, f64::max);
    largest / if axis == Axis::Data { fit.range.1.1 } else { fit.range.1.0 }
}

/// The form that the rest can carry: the same, or with tied exponents where two sizes with several amounts
/// of data each are left (the data then fix floor and exponent, the sizes the rest).
fn simpler(rest: &[Observation], form: Form) -> Option<Form> {
    if !rest.is_empty() && enough(rest, form).is_ok() {
        return Some(form);
    }
    let sizes = distinct(rest.iter().map(|point| point.size));
    let amounts = distinct(rest.iter().map(|point| point.data));
    let tied = matches!(form, Form::Both | Form::BothTied) && sizes >= 2 && amounts >= 3 && rest.len() > 4;
    tied.then_some(Form::BothTied)
}
