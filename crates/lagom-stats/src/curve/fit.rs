//! From points to a fitted law with the test on its largest rung and the shape of its points.

use super::fitted::{Fit, bare};
use super::fitting::Fitting;
use super::held_out::held_out;
use super::law::{Form, Term};
use super::observation::{Axis, CurveError, Observation, check, enough};
use super::shape::{Shape, grouped, shape_about};

/// Fits a law of the given form: exponents by a grid and descent, the other constants by non-negative
/// least squares (variable projection), under a Huber loss on log residuals, weighted by the standard
/// errors where given. The held-out test and the bootstrap are included.
///
/// # Errors
/// Where a number is not finite or not above 0, where an axis of the form has fewer than three different
/// positions, where there are fewer points than constants, and where `how.huber` is not above 0.
pub fn fit(observations: &[Observation], form: Form, how: &Fitting) -> Result<Fit, CurveError> {
    check(observations, form)?;
    enough(observations, form)?;
    if !(how.huber.is_finite() && how.huber > 0.0) {
        return Err(CurveError::Option { what: "the Huber threshold", found: how.huber });
    }
    let mut fit = bare(observations, form, how);
    fit.held_out = held_out(observations, form, how);
    fit.shape = shape_of_fit(observations, &fit);
    Ok(fit)
}

/// The shape of the points of a fit: along each of its axes, with the law's other part taken away; the
/// first that is ill.
fn shape_of_fit(observations: &[Observation], fit: &Fit) -> Shape {
    let free = fit.observations.saturating_sub(fit.form.constants()) as f64;
    let about_law = fit.noise.map(|noise| (noise, free));
    // with two parts the law's other part is taken away, and its misfit differs from place to place: repeats of
    // one place would understate it, and count once
    let places =
        if fit.form.has_size() && fit.form.has_data() { averaged(observations) } else { observations.to_vec() };
    let along = |axis: Axis, other: Option<(Axis, Term)>| {
        let plain: Vec<Observation> = places
            .iter()
            .map(|point| match other {
                None => *point,
                Some((axis, term)) => {
                    let most = if axis == Axis::Size { fit.range.1.0 } else { fit.range.1.1 };
                    let loss = point.loss - term.at(axis.of(point)) + term.at(most);
                    Observation { loss, ..*point }
                }
            })
            .collect();
        shape_about(&plain, axis, about_law)
    };
    match fit.form {
        Form::Size => along(Axis::Size, None),
        Form::Data => along(Axis::Data, None),
        Form::Both | Form::BothTied => {
            let of_size = along(Axis::Size, fit.law.data.map(|term| (Axis::Data, term)));
            let of_data = along(Axis::Data, fit.law.size.map(|term| (Axis::Size, term)));
            if of_size.is_ill() || !of_data.is_ill() { of_size } else { of_data }
        }
    }
}

/// The points with those at the same size and amount of data averaged, and their standard errors with them.
fn averaged(observations: &[Observation]) -> Vec<Observation> {
    let mut places: Vec<Vec<Observation>> = Vec::new();
    for sizes in grouped(observations, Axis::Size) {
        let sizes: Vec<Observation> = sizes.into_iter().copied().collect();
        places.extend(grouped(&sizes, Axis::Data).into_iter().map(|place| place.into_iter().copied().collect()));
    }
    let mean = |place: &Vec<Observation>| {
        let n = place.len() as f64;
        let errors: Option<Vec<f64>> = place.iter().map(|point| point.standard_error).collect();
        let error = errors.map(|errors| errors.iter().map(|error| error * error).sum::<f64>().sqrt() / n);
        let loss = place.iter().map(|point| point.loss).sum::<f64>() / n;
        place.first().map(|first| Observation { loss, standard_error: error, ..*first })
    };
    places.iter().filter_map(mean).collect()
}
