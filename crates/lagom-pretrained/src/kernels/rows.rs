//! Small things done to rows of numbers.

use super::elementary::{exp, largest, sum};
use crate::wide::wide;

/// Adds numbers to numbers.
pub(crate) fn add(to: &mut [f32], values: &[f32]) {
    wide!('a, (to: &'a mut [f32], values: &'a [f32]) {
        to.iter_mut().zip(values).for_each(|(to, value)| *to += value);
    });
}

/// Adds `scale` times numbers to numbers.
pub(crate) fn add_scaled(to: &mut [f32], values: &[f32], scale: f32) {
    wide!('a, (to: &'a mut [f32], values: &'a [f32], scale: f32) {
        to.iter_mut().zip(values).for_each(|(to, value)| *to = value.mul_add(scale, *to));
    });
}

/// Multiplies numbers with numbers.
pub(crate) fn multiply(to: &mut [f32], values: &[f32]) {
    wide!('a, (to: &'a mut [f32], values: &'a [f32]) {
        to.iter_mut().zip(values).for_each(|(to, value)| *to *= value);
    });
}

/// Adds the same row to each row; nothing if it is empty.
pub(crate) fn add_bias(to: &mut [f32], bias: &[f32]) {
    if bias.is_empty() {
        return;
    }
    wide!('a, (to: &'a mut [f32], bias: &'a [f32]) {
        for row in to.chunks_exact_mut(bias.len()) {
            row.iter_mut().zip(bias).for_each(|(to, bias)| *to += bias);
        }
    });
}

/// Adds `scale` times rows of `width` numbers to the columns from `from` of rows of `columns` numbers.
pub(crate) fn add_columns(to: &mut [f32], columns: usize, from: usize, values: &[f32], width: usize, scale: f32) {
    wide!('a, (to: &'a mut [f32], columns: usize, from: usize, values: &'a [f32], width: usize, scale: f32) {
        for (row, values) in to.chunks_exact_mut(columns.max(1)).zip(values.chunks_exact(width.max(1))) {
            for (to, value) in row[from..from + width].iter_mut().zip(values) {
                *to = value.mul_add(scale, *to);
            }
        }
    });
}

/// Adds the sum of the rows to `sums`.
pub(crate) fn column_sums(rows: &[f32], sums: &mut [f32]) {
    wide!('a, (rows: &'a [f32], sums: &'a mut [f32]) {
        let width = sums.len().max(1);
        for row in rows.chunks_exact(width) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
    });
}

/// Brings each row to length 1, as `torch.nn.functional.normalize` does (a row of zeros stays one).
pub(crate) fn unit_length(rows: &mut [f32], width: usize) {
    for row in rows.chunks_exact_mut(width.max(1)) {
        let length = row.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt().max(1e-12);
        let scale = (1.0 / length) as f32;
        row.iter_mut().for_each(|x| *x *= scale);
    }
}

/// The natural logarithm of the softmax of a row at one place, and whether that place is the likeliest.
pub(crate) fn log_softmax(row: &[f32], at: usize) -> (f64, bool) {
    let (top, total) = wide!('a, (row: &'a [f32]) -> (f32, f32) {
        let top = largest(row);
        (top, sum(row, |x| exp(x - top)))
    });
    let own = row.get(at).copied().unwrap_or(f32::NEG_INFINITY);
    (f64::from(own) - f64::from(top) - f64::from(total).ln(), own >= top)
}

/// Cross-entropy of rows of `columns` logits against one place each, summed, in nats; in the place of the logits stands then `scale` times the
/// gradient of the sum, softmax less one-hot.
pub(crate) fn cross_entropy(logits: &mut [f32], columns: usize, of: &[u32], scale: f32) -> f64 {
    let mut nats = 0.0;
    for (row, at) in logits.chunks_exact_mut(columns.max(1)).zip(of) {
        let own = row.get(*at as usize).copied().unwrap_or(f32::NEG_INFINITY);
        let (top, total) = wide!('a, (row: &'a mut [f32], scale: f32) -> (f32, f32) {
            let top = largest(row);
            row.iter_mut().for_each(|x| *x = exp(*x - top));
            let total = sum(row, |x| x);
            let share = scale / total;
            row.iter_mut().for_each(|x| *x *= share);
            (top, total)
        });
        nats += f64::from(top) + f64::from(total).ln() - f64::from(own);
        if let Some(own) = row.get_mut(*at as usize) {
            *own -= scale;
        }
    }
    nats
}
