//! The search over the exponents: a grid, each point of which is solved for the other constants (variable
//! projection: Golub & Pereyra 1973), then all constants together from the best grid points.

use super::law::Form;
use super::solve::{Constants, Problem, huber};

/// Exponents that are tried: published ones lie between 0.07 and 0.5 for language models, up to about 2 on
/// small tasks.
const GRID: [f64; 9] = [0.03, 0.08, 0.15, 0.25, 0.37, 0.52, 0.75, 1.1, 1.9];
/// Bounds of an exponent: below the first a power is a logarithm, above the second a step.
const BOUNDS: (f64, f64) = (0.005, 6.0);
/// Grid points from which the search goes on.
const STARTS: usize = 3;
/// Most steps of one descent.
const STEPS: usize = 120;

/// A minimum and the objective there.
pub(super) type Found = (Constants, f64);

/// The best constants over the whole grid, and from `also` where given.
pub(super) fn search(problem: &Problem, also: Option<&Constants>, thorough: bool) -> Found {
    let mut starts: Vec<Found> = grid(problem, thorough);
    starts.sort_by(|a, b| a.1.total_cmp(&b.1));
    starts.truncate(if thorough { 2 * STARTS } else { STARTS });
    starts.extend(also.map(|constants| problem.scales(constants.exponents, 40)));
    let mut best: Option<Found> = None;
    for start in starts {
        // a start that is far off is not worth a descent, but the grid is coarse: be generous
        if best.as_ref().is_some_and(|(_, objective)| start.1 > 8.0 * objective + f64::MIN_POSITIVE) && !thorough {
            continue;
        }
        let found = refine(problem, start);
        if best.as_ref().is_none_or(|(_, objective)| found.1 < *objective) {
            best = Some(found);
        }
    }
    best.unwrap_or((Constants { scales: [0.0; 3], exponents: [1.0; 2] }, f64::INFINITY))
}

fn grid(problem: &Problem, thorough: bool) -> Vec<Found> {
    let steps = if thorough { 12 } else { 3 };
    let every = if thorough { 1 } else { 2 };
    let mut found = Vec::new();
    for first in GRID.into_iter().step_by(every) {
        if problem.form == Form::Both {
            found.extend(GRID.into_iter().step_by(every).map(|second| problem.scales([first, second], steps)));
        } else {
            found.push(problem.scales([first, first], steps));
        }
    }
    found
}

/// Descends with all constants together, and solves anew for the scales in between, so that a part which
/// was left out can come back.
fn refine(problem: &Problem, start: Found) -> Found {
    let mut best = start;
    for _ in 0..4 {
        let descended = descend(problem, best);
        let solved = problem.scales(descended.0.exponents, 60);
        let next = if solved.1 < descended.1 { solved } else { descended };
        let gain = best.1 - next.1;
        if next.1 < best.1 {
            best = next;
        }
        if gain <= 1e-8 * best.1 {
            break;
        }
    }
    best
}

/// The constants that are not 0, as logarithms: floor, scales, exponents.
#[derive(Clone, Copy)]
struct Free {
    which: [bool; 5],
    tied: bool,
}

impl Free {
    fn of(problem: &Problem, constants: &Constants) -> Self {
        let [floor, first, second] = constants.scales.map(|scale| scale > 0.0);
        let tied = problem.form == Form::BothTied;
        let second = second && problem.parts() == 2;
        Self { which: [floor, first, second, first || (tied && second), second && !tied], tied }
    }

    fn logs(constants: &Constants) -> [f64; 5] {
        let [floor, first, second] = constants.scales;
        let [alpha, beta] = constants.exponents;
        [floor.ln(), first.ln(), second.ln(), alpha.ln(), beta.ln()]
    }

    fn constants(&self, logs: &[f64; 5]) -> Constants {
        let scale = |k: usize| if self.which[k] { logs[k].exp() } else { 0.0 };
        let clamp = |log: f64| log.exp().clamp(BOUNDS.0, BOUNDS.1);
        let alpha = clamp(logs[3]);
        let beta = if self.tied { alpha } else { clamp(logs[4]) };
        Constants { scales: [scale(0), scale(1), scale(2)], exponents: [alpha, beta] }
    }
}

/// Objective, gradient by the logarithms of the constants, and the curvature of the reweighted least
/// squares.
struct Slope {
    objective: f64,
    gradient: [f64; 5],
    curvature: [[f64; 5]; 5],
}

fn slope(problem: &Problem, free: Free, constants: &Constants) -> Slope {
    let [floor, first, second] = constants.scales;
    let [alpha, beta] = constants.exponents;
    let mut slope = Slope { objective: 0.0, gradient: [0.0; 5], curvature: [[0.0; 5]; 5] };
    for point in &problem.points {
        let a = if first > 0.0 { first * (-alpha * point.at[0]).exp() } else { 0.0 };
        let b = if second > 0.0 { second * (-beta * point.at[1]).exp() } else { 0.0 };
        let predicted = floor + a + b;
        let residual = predicted.ln() - point.log_loss;
        slope.objective += point.weight * huber(residual, problem.huber);
        let by_alpha = -alpha * point.at[0] * a;
        let by_beta = -beta * point.at[1] * b;
        let raw = if free.tied { [floor, a, b, by_alpha + by_beta, 0.0] } else { [floor, a, b, by_alpha, by_beta] };
        let row = raw.map(|value| value / predicted);
        let pull = point.weight * residual.clamp(-problem.huber, problem.huber);
        let weight = point.weight * (problem.huber / residual.abs()).min(1.0);
        for i in 0..5 {
            slope.gradient[i] += pull * row[i];
            for j in 0..=i {
                slope.curvature[i][j] += weight * row[i] * row[j];
            }
        }
    }
    slope
}

/// Quasi-Newton descent (Broyden, Fletcher, Goldfarb & Shanno) that starts from the curvature of the
/// reweighted least squares and takes it anew whenever it gets stuck.
fn descend(problem: &Problem, start: Found) -> Found {
    let free = Free::of(problem, &start.0);
    let mut logs = Free::logs(&start.0);
    let mut now = slope(problem, free, &start.0);
    let mut inverse = inverted(&now.curvature, &free);
    let (mut fresh, mut small) = (true, 0);
    for _ in 0..STEPS {
        let direction = step(&inverse, &now.gradient, &free);
        let Some((next_logs, next)) = line(problem, free, (&logs, &now), &direction) else {
            if fresh {
                break;
            }
            inverse = inverted(&now.curvature, &free);
            fresh = true;
            continue;
        };
        let gain = now.objective - next.objective;
        small = if gain <= 1e-9 * now.objective { small + 1 } else { 0 };
        update(&mut inverse, (&logs, &now.gradient), (&next_logs, &next.gradient), &free);
        (logs, now, fresh) = (next_logs, next, false);
        if small >= 3 {
            break;
        }
    }
    let constants = free.constants(&logs);
    if now.objective < start.1 { (constants, now.objective) } else { start }
}

fn step(inverse: &[[f64; 5]; 5], gradient: &[f64; 5], free: &Free) -> [f64; 5] {
    let mut direction = [0.0; 5];
    for i in (0..5).filter(|&i| free.which[i]) {
        direction[i] = -(0..5).filter(|&j| free.which[j]).map(|j| inverse[i][j] * gradient[j]).sum::<f64>();
    }
    // no constant changes by more than a factor of e² in one step
    let largest = direction.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    if largest > 2.0 { direction.map(|value| value * 2.0 / largest) } else { direction }
}

/// The first of ever shorter steps that lowers the objective enough (Armijo's rule).
fn line(
    problem: &Problem,
    free: Free,
    (logs, now): (&[f64; 5], &Slope),
    direction: &[f64; 5],
) -> Option<([f64; 5], Slope)> {
    let falls: f64 =
        direction.iter().zip(&now.gradient).zip(free.which).filter(|(_, free)| *free).map(|((d, g), _)| d * g).sum();
    if falls.is_nan() || falls >= 0.0 {
        return None;
    }
    let mut length = 1.0;
    for _ in 0..25 {
        let mut next: [f64; 5] = std::array::from_fn(|i| logs[i] + length * direction[i]);
        for exponent in &mut next[3..] {
            *exponent = exponent.clamp(BOUNDS.0.ln(), BOUNDS.1.ln());
        }
        let found = slope(problem, free, &free.constants(&next));
        if found.objective <= now.objective + 1e-4 * length * falls {
            return Some((next, found));
        }
        length *= 0.5;
    }
    None
}

/// The BFGS update of the inverse curvature; left as it is where the gradient has not turned.
fn update(inverse: &mut [[f64; 5]; 5], old: (&[f64; 5], &[f64; 5]), new: (&[f64; 5], &[f64; 5]), free: &Free) {
    let difference = |a: &[f64; 5], b: &[f64; 5]| -> [f64; 5] {
        std::array::from_fn(|i| if free.which[i] { a[i] - b[i] } else { 0.0 })
    };
    let (moved, turned) = (difference(new.0, old.0), difference(new.1, old.1));
    let along: f64 = moved.iter().zip(&turned).map(|(s, y)| s * y).sum();
    if along.is_nan() || along <= 1e-300 {
        return;
    }
    let image: [f64; 5] = std::array::from_fn(|i| (0..5).map(|j| inverse[i][j] * turned[j]).sum());
    let length: f64 = turned.iter().zip(&image).map(|(y, h)| y * h).sum();
    for i in 0..5 {
        for j in 0..5 {
            inverse[i][j] += (1.0 + length / along) * moved[i] * moved[j] / along
                - (image[i] * moved[j] + moved[i] * image[j]) / along;
        }
    }
}

/// The inverse of the curvature over the free constants, with a small ridge; 0 elsewhere.
fn inverted(lower: &[[f64; 5]; 5], free: &Free) -> [[f64; 5]; 5] {
    let mut left: [[f64; 5]; 5] = std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            let value = if i >= j { lower[i][j] } else { lower[j][i] };
            match (free.which[i] && free.which[j], i == j) {
                (true, true) => value * (1.0 + 1e-7) + f64::MIN_POSITIVE,
                (true, false) => value,
                (false, same) => f64::from(same),
            }
        })
    });
    let mut right: [[f64; 5]; 5] = std::array::from_fn(|i| std::array::from_fn(|j| f64::from(i == j)));
    // Gauss and Jordan; the matrix is positive definite, so the diagonal serves as pivot
    for k in 0..5 {
        let pivot = left[k][k].max(1e-300);
        for j in 0..5 {
            left[k][j] /= pivot;
            right[k][j] /= pivot;
        }
        for i in (0..5).filter(|&i| i != k) {
            let factor = left[i][k];
            for j in 0..5 {
                left[i][j] -= factor * left[k][j];
                right[i][j] -= factor * right[k][j];
            }
        }
    }
    right
}
