//! The fit for given exponents: the law is then linear in its other constants, which are found by
//! non-negative least squares, reweighted for the Huber loss on log residuals.

use super::law::{Form, Law, Term};
use super::observation::Observation;
use crate::median;

/// One point, ready for fitting.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    /// Logarithms of the positions on the axes of the law, centred.
    pub(super) at: [f64; 2],
    /// Logarithm of the loss.
    pub(super) log_loss: f64,
    /// Its weight in the objective.
    pub(super) weight: f64,
}

/// Constants in centred coordinates: the scales are those at the geometric mean of the positions, which
/// keeps the problem well conditioned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Constants {
    /// Floor and the scales of the one or two parts.
    pub(super) scales: [f64; 3],
    /// Exponents of the one or two parts.
    pub(super) exponents: [f64; 2],
}

/// Points and the law to be fitted to them.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// The law.
    pub(super) form: Form,
    /// The points.
    pub(super) points: Vec<Point>,
    /// Log residuals up to this size count by their square, larger ones by their size.
    pub(super) huber: f64,
    centre: [f64; 2],
}

impl Problem {
    /// Centres the positions and weighs the points by their standard errors.
    ///
    /// A weight is 1 / (s² + t²), where s is the point's standard error of the log loss and t the median of
    /// all: a point measured exactly must not outweigh the others, since the law itself is not exact.
    /// The weights average 1; without standard errors all are 1.
    pub(super) fn new(observations: &[Observation], form: Form, huber: f64) -> Self {
        let errors = log_errors(observations);
        let typical = median(&errors);
        let mut points: Vec<Point> = observations
            .iter()
            .zip(&errors)
            .map(|(point, error)| Point {
                at: positions(form, point),
                log_loss: point.loss.ln(),
                weight: if typical > 0.0 { 1.0 / (error * error + typical * typical) } else { 1.0 },
            })
            .collect();
        let n = points.len() as f64;
        let total: f64 = points.iter().map(|point| point.weight).sum();
        let mut centre = [0.0; 2];
        for (axis, value) in centre.iter_mut().enumerate() {
            *value = points.iter().map(|point| point.at[axis]).sum::<f64>() / n;
        }
        for point in &mut points {
            point.weight *= n / total;
            point.at = [point.at[0] - centre[0], point.at[1] - centre[1]];
        }
        Self { form, points, huber, centre }
    }

    /// Number of parts besides the floor.
    pub(super) fn parts(&self) -> usize {
        if matches!(self.form, Form::Both | Form::BothTied) { 2 } else { 1 }
    }

    /// The law with these constants, in the coordinates of the user.
    pub(super) fn law(&self, constants: &Constants) -> Law {
        let term = |part: usize| {
            let (scale, exponent) = (constants.scales[part + 1], constants.exponents[part]);
            let scale = if scale > 0.0 { (scale.ln() + exponent * self.centre[part]).exp() } else { 0.0 };
            Term { scale, exponent }
        };
        let floor = constants.scales[0];
        match self.form {
            Form::Size => Law { floor, size: Some(term(0)), data: None },
            Form::Data => Law { floor, size: None, data: Some(term(0)) },
            Form::Both | Form::BothTied => Law { floor, size: Some(term(0)), data: Some(term(1)) },
        }
    }

    /// The best scales for these exponents and the objective there: iteratively reweighted non-negative
    /// least squares on the linearised log residuals, at most `steps` times.
    pub(super) fn scales(&self, exponents: [f64; 2], steps: usize) -> (Constants, f64) {
        let rows = self.rows(exponents);
        let relative: Vec<f64> = self.points.iter().map(|point| (-point.log_loss).exp()).collect();
        let mut moments = Moments::default();
        for ((row, point), scale) in rows.iter().zip(&self.points).zip(&relative) {
            moments.add(row.map(|value| value * scale), 1.0, point.weight);
        }
        let mut scales = moments.solve();
        let mut best = self.linear_objective(&rows, &scales);
        for _ in 0..steps {
            let target = self.reweighted(&rows, &scales);
            let mut share = 1.0;
            let before = best;
            while share > 1e-3 {
                let mixed = mix(&scales, &target, share);
                let objective = self.linear_objective(&rows, &mixed);
                if objective < best {
                    (scales, best) = (mixed, objective);
                    break;
                }
                share *= 0.5;
            }
            if before - best <= 1e-9 * before {
                break;
            }
        }
        (Constants { scales, exponents }, best)
    }

    /// For each point 1 and what a part of scale 1 gives there.
    fn rows(&self, exponents: [f64; 2]) -> Vec<[f64; 3]> {
        let two = self.parts() == 2;
        self.points
            .iter()
            .map(|point| {
                let second = if two { (-exponents[1] * point.at[1]).exp() } else { 0.0 };
                [1.0, (-exponents[0] * point.at[0]).exp(), second]
            })
            .collect()
    }

    fn linear_objective(&self, rows: &[[f64; 3]], scales: &[f64; 3]) -> f64 {
        let mut sum = 0.0;
        for (row, point) in rows.iter().zip(&self.points) {
            let predicted = row[0] * scales[0] + row[1] * scales[1] + row[2] * scales[2];
            if predicted <= 0.0 {
                return f64::INFINITY;
            }
            sum += point.weight * huber(predicted.ln() - point.log_loss, self.huber);
        }
        sum
    }

    fn reweighted(&self, rows: &[[f64; 3]], scales: &[f64; 3]) -> [f64; 3] {
        let mut moments = Moments::default();
        for (row, point) in rows.iter().zip(&self.points) {
            let predicted = row[0] * scales[0] + row[1] * scales[1] + row[2] * scales[2];
            let residual = predicted.ln() - point.log_loss;
            let weight = point.weight * (self.huber / residual.abs()).min(1.0);
            moments.add(row.map(|value| value / predicted), 1.0 - residual, weight);
        }
        moments.solve()
    }
}

/// Huber's loss: r²/2 up to `delta`, then linear.
pub(super) fn huber(residual: f64, delta: f64) -> f64 {
    let size = residual.abs();
    if size <= delta { 0.5 * size * size } else { delta * (size - 0.5 * delta) }
}

/// The standard errors of the log losses; the median of the known ones where there is none, 0 where none
/// is known.
pub(super) fn log_errors(observations: &[Observation]) -> Vec<f64> {
    let known: Vec<f64> =
        observations.iter().filter_map(|point| point.standard_error.map(|error| error / point.loss)).collect();
    let typical = if known.is_empty() { 0.0 } else { median(&known) };
    observations.iter().map(|point| point.standard_error.map_or(typical, |error| error / point.loss)).collect()
}

/// Logarithms of the positions on the axes of the form.
fn positions(form: Form, point: &Observation) -> [f64; 2] {
    match form {
        Form::Size => [point.size.ln(), 0.0],
        Form::Data => [point.data.ln(), 0.0],
        Form::Both | Form::BothTied => [point.size.ln(), point.data.ln()],
    }
}

fn mix(from: &[f64; 3], to: &[f64; 3], share: f64) -> [f64; 3] {
    std::array::from_fn(|k| from[k] + share * (to[k] - from[k]))
}

/// Normal equations of a least-squares problem with three unknowns.
#[derive(Default)]
struct Moments {
    left: [[f64; 3]; 3],
    right: [f64; 3],
}

impl Moments {
    fn add(&mut self, row: [f64; 3], target: f64, weight: f64) {
        for (i, value) in row.iter().enumerate() {
            for (j, other) in row.iter().enumerate().take(i + 1) {
                self.left[i][j] += weight * value * other;
            }
            self.right[i] += weight * value * target;
        }
    }

    /// The non-negative solution of least squares: of the seven sets of unknowns that may be above 0, the
    /// best whose solution is.
    fn solve(&self) -> [f64; 3] {
        let mut best = ([0.0; 3], 0.0);
        for mask in 1_u8..8 {
            let free = [mask & 1 > 0, mask & 2 > 0, mask & 4 > 0];
            if let Some(found) = self.subset(free)
                && found.iter().all(|value| *value >= 0.0)
            {
                // at the minimum the sum of squares has fallen by right·solution
                let gain: f64 = found.iter().zip(&self.right).map(|(value, right)| value * right).sum();
                if gain > best.1 {
                    best = (found, gain);
                }
            }
        }
        best.0
    }

    /// The solution in which only the `free` unknowns are not 0, by Cholesky's method with unit diagonal.
    fn subset(&self, free: [bool; 3]) -> Option<[f64; 3]> {
        let scale: [f64; 3] = std::array::from_fn(|i| if free[i] { self.left[i][i].sqrt() } else { 1.0 });
        let mut factor = [[0.0; 3]; 3];
        let mut solution = [0.0; 3];
        for i in 0..3 {
            if free[i] && (scale[i].is_nan() || scale[i] <= 0.0) {
                return None;
            }
            for j in 0..=i {
                let given = if free[i] && free[j] { self.left[i][j] / (scale[i] * scale[j]) } else { 0.0 };
                let known: f64 = (0..j).map(|k| factor[i][k] * factor[j][k]).sum();
                if i == j {
                    let pivot = if free[i] { given - known } else { 1.0 };
                    if pivot < 1e-13 {
                        return None;
                    }
                    factor[i][i] = pivot.sqrt();
                } else {
                    factor[i][j] = (given - known) / factor[j][j];
                }
            }
            let right = if free[i] { self.right[i] / scale[i] } else { 0.0 };
            let known: f64 = (0..i).map(|k| factor[i][k] * solution[k]).sum();
            solution[i] = (right - known) / factor[i][i];
        }
        for i in (0..3).rev() {
            let known: f64 = (i + 1..3).map(|k| factor[k][i] * solution[k]).sum();
            solution[i] = (solution[i] - known) / factor[i][i];
        }
        Some(std::array::from_fn(|i| solution[i] / scale[i]))
    }
}
