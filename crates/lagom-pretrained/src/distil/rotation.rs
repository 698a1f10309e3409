//! Eigenvectors of a symmetric matrix without negative eigenvalues, in double precision.

use crate::wide::wide;

/// Passes over all pairs of rows; some ten are usual.
const MOST_PASSES: usize = 60;

/// The cosine of two rows from which on they are not yet at right angles.
const ANGLE: f64 = 1e-13;

/// Rows this much shorter than the longest are noise of the longer ones.
const NOISE: f64 = 1e-14;

/// An eigenvector of length 1 with its eigenvalue.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    pub(super) value: f64,
    pub(super) vector: Vec<f64>,
}

/// The eigenvectors of a symmetric matrix `[size, size]` that has no negative eigenvalue, the largest first; none where its rows do not come to
/// right angles. The largest number of each vector is positive. A direction without spread gets a vector of zeros.
///
/// Rows are turned in pairs until all are at right angles: each is then an eigenvector times its eigenvalue (one-sided Jacobi; Hestenes 1958, Demmel
/// & Veselić 1992). It is slower than a way over three diagonals and much shorter; a distillation takes a hundred times as long.
pub(super) fn axes(mut matrix: Vec<f64>, size: usize) -> Option<Vec<Axis>> {
    let turned = |matrix: &mut Vec<f64>| {
        let mut lengths: Vec<f64> = matrix.chunks_exact(size).map(|row| product(row, row)).collect();
        let noise = lengths.iter().copied().fold(0.0, f64::max) * NOISE * NOISE;
        let mut turned = false;
        for first in 0..size {
            for second in first + 1..size {
                if lengths[first].min(lengths[second]) <= noise {
                    continue;
                }
                let (head, tail) = matrix.split_at_mut(second * size);
                let (a, b) = (&mut head[first * size..][..size], &mut tail[..size]);
                let between = product(a, b);
                if between.abs() <= ANGLE * (lengths[first] * lengths[second]).sqrt() {
                    continue;
                }
                turn(a, b, (lengths[second] - lengths[first]) / (2.0 * between));
                (lengths[first], lengths[second]) = (product(a, a), product(b, b));
                turned = true;
            }
        }
        turned
    };
    if size == 0 || !(0..MOST_PASSES).any(|_| !turned(&mut matrix)) {
        return None;
    }
    let longest = matrix.chunks_exact(size).map(|row| product(row, row).sqrt()).fold(0.0, f64::max);
    let mut axes: Vec<Axis> = matrix.chunks_exact(size).map(|row| axis(row, longest * NOISE)).collect();
    axes.sort_by(|a, b| b.value.total_cmp(&a.value));
    Some(axes)
}

/// Turns two rows so that they are at right angles, by half the cotangent of twice the angle between them and these.
fn turn(a: &mut [f64], b: &mut [f64], cotangent: f64) {
    let tangent = cotangent.signum() / (cotangent.abs() + cotangent.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = cosine * tangent;
    wide!('a, (a: &'a mut [f64], b: &'a mut [f64], cosine: f64, sine: f64) {
        for (x, y) in a.iter_mut().zip(b.iter_mut()) {
            (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
        }
    });
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    wide!('a, (a: &'a [f64], b: &'a [f64]) -> f64 {
        const LANES: usize = 16;
        let mut sums = [0.0; LANES];
        let (a, b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
        let rest: f64 = a.remainder().iter().zip(b.remainder()).map(|(x, y)| x * y).sum();
        for (a, b) in a.zip(b) {
            for (sum, (x, y)) in sums.iter_mut().zip(a.iter().zip(b)) {
                *sum += x * y;
            }
        }
        sums.iter().sum::<f64>() + rest
    })
}

fn axis(row: &[f64], noise: f64) -> Axis {
    let value = product(row, row).sqrt();
    let largest = row.iter().copied().fold(0.0, |top: f64, x| if x.abs() > top.abs() { x } else { top });
    if value <= noise {
        return Axis { value: 0.0, vector: vec![0.0; row.len()] };
    }
    let scale = if largest < 0.0 { -1.0 / value } else { 1.0 / value };
    Axis { value, vector: row.iter().map(|x| x * scale).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn a_matrix_of_two_rows_has_the_axes_of_its_ellipse() {
        // [[2, 1], [1, 2]]: 3 along (1, 1) and 1 along (1, −1).
        let found = axes(vec![2.0, 1.0, 1.0, 2.0], 2).expect("axes");
        let half = 0.5_f64.sqrt();
        assert!(close(found[0].value, 3.0) && close(found[1].value, 1.0), "{found:?}");
        assert!(close(found[0].vector[0], half) && close(found[0].vector[1], half), "{found:?}");
        assert!(close(found[1].vector[0].abs(), half) && close(found[1].vector[0], -found[1].vector[1]), "{found:?}");
    }

    #[test]
    fn a_direction_without_spread_is_nothing() {
        // The outer product of (1, 2, 2) with itself: 9 along it, and nothing beside.
        let found = axes(vec![1.0, 2.0, 2.0, 2.0, 4.0, 4.0, 2.0, 4.0, 4.0], 3).expect("axes");
        assert!(close(found[0].value, 9.0) && close(found[0].vector[1], 2.0 / 3.0), "{found:?}");
        assert!(found[1..].iter().all(|axis| axis.value == 0.0 && axis.vector == [0.0; 3]), "{found:?}");
        let none = axes(vec![0.0; 9], 3).expect("axes");
        assert!(none.iter().all(|axis| axis.value == 0.0 && axis.vector == [0.0; 3]));
        assert_eq!(axes(vec![f64::NAN; 4], 2), None);
        assert_eq!(axes(Vec::new(), 0), None);
    }

    #[test]
    fn axes_stand_at_right_angles_and_make_the_matrix_again() {
        // Products of 40 made-up columns with each other, of 23 rows.
        let (size, count) = (23, 40);
        let column = |at: usize, row: usize| (0.731 * ((at + 1) * (row + 1)) as f64).sin() * (row + 1) as f64;
        let sum = |a: usize, b: usize| (0..count).map(|at| column(at, a) * column(at, b)).sum::<f64>();
        let matrix: Vec<f64> = (0..size * size).map(|at| sum(at / size, at % size)).collect();
        let found = axes(matrix.clone(), size).expect("axes");
        assert!(found.windows(2).all(|two| two[0].value >= two[1].value));
        for (at, one) in found.iter().enumerate() {
            for (other, two) in found.iter().enumerate() {
                let expected = if at == other { 1.0 } else { 0.0 };
                assert!((product(&one.vector, &two.vector) - expected).abs() < 1e-9, "{at} {other}");
            }
        }
        for (at, number) in matrix.iter().enumerate() {
            let again: f64 = found.iter().map(|a| a.value * a.vector[at / size] * a.vector[at % size]).sum();
            assert!((again - number).abs() < 1e-9 * found[0].value, "{at}: {again} {number}");
        }
    }
}
