//! Products of small matrices inside attention, where a call of the tensor library for each head and text would cost more than
//! the product. Tiles of sums are held in registers.

use pulp::Simd;

/// The left factor: element `(i, k)` lies at `i · row + k · column`, and one of the two steps is 1.
#[derive(Clone, Copy)]
pub(super) struct Left<'a> {
    pub(super) values: &'a [f32],
    pub(super) row: usize,
    pub(super) column: usize,
}

/// The right factor: rows of consecutive numbers, `row` numbers apart.
#[derive(Clone, Copy)]
pub(super) struct Right<'a> {
    pub(super) values: &'a [f32],
    pub(super) row: usize,
}

/// Where the product goes: rows of consecutive numbers, `row` numbers apart.
pub(super) struct Out<'a> {
    pub(super) values: &'a mut [f32],
    pub(super) row: usize,
    /// Whether the product is added to what is there.
    pub(super) adds: bool,
}

/// Rows and columns of the product, and length of the sums.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) inner: usize,
}

/// `left · right`, in the instructions that `simd` stands for.
#[inline(always)]
pub(super) fn product<S: Simd>(simd: S, left: Left<'_>, right: Right<'_>, mut out: Out<'_>, size: Size) {
    let mut at = 0;
    while at + 4 <= size.rows {
        band::<S, 4>(simd, left, right, &mut out, size, at);
        at += 4;
    }
    while at < size.rows {
        band::<S, 1>(simd, left, right, &mut out, size, at);
        at += 1;
    }
}

/// `M` rows of the product.
#[inline(always)]
fn band<S: Simd, const M: usize>(simd: S, left: Left<'_>, right: Right<'_>, out: &mut Out<'_>, size: Size, at: usize) {
    let lanes = S::F32_LANES;
    let mut column = 0;
    while column + 2 * lanes <= size.columns {
        tile::<S, M, 2>(simd, left, right, out, size, (at, column));
        column += 2 * lanes;
    }
    while column + lanes <= size.columns {
        tile::<S, M, 1>(simd, left, right, out, size, (at, column));
        column += lanes;
    }
    if column < size.columns {
        edge::<S, M>(simd, left, right, out, size, (at, column));
    }
}

/// The elements `k` of `M` rows of the left factor.
#[inline(always)]
fn column_of<const M: usize>(left: Left<'_>, at: usize, k: usize) -> [f32; M] {
    if left.column == 1 {
        std::array::from_fn(|i| left.values[(at + i) * left.row + k])
    } else {
        let from = at * left.row + k * left.column;
        let rows = &left.values[from..from + M];
        std::array::from_fn(|i| rows[i])
    }
}

/// `M` rows and `N` vectors of columns: four by two sums keep both multipliers of a core busy, and their registers free.
#[inline(always)]
fn tile<S: Simd, const M: usize, const N: usize>(
    simd: S,
    left: Left<'_>,
    right: Right<'_>,
    out: &mut Out<'_>,
    size: Size,
    at: (usize, usize),
) {
    let width = N * S::F32_LANES;
    let zero = simd.splat_f32s(0.0);
    let mut sums = [[zero; N]; M];
    for k in 0..size.inner {
        let from = k * right.row + at.1;
        let row = vectors::<S, N>(&right.values[from..from + width], zero);
        let left: [f32; M] = column_of(left, at.0, k);
        for (sums, a) in sums.iter_mut().zip(left) {
            let a = simd.splat_f32s(a);
            for (sum, b) in sums.iter_mut().zip(row) {
                *sum = simd.mul_add_f32s(a, b, *sum);
            }
        }
    }
    for (i, sums) in sums.into_iter().enumerate() {
        let from = (at.0 + i) * out.row + at.1;
        let (to, _) = S::as_mut_simd_f32s(&mut out.values[from..from + width]);
        for (to, sum) in to.iter_mut().zip(sums) {
            *to = if out.adds { simd.add_f32s(*to, sum) } else { sum };
        }
    }
}

/// `N` vectors of a row that has as many.
#[inline(always)]
fn vectors<S: Simd, const N: usize>(row: &[f32], zero: S::f32s) -> [S::f32s; N] {
    let (row, _) = S::as_simd_f32s(row);
    row.first_chunk::<N>().copied().unwrap_or([zero; N])
}

/// The last columns, fewer than a vector has.
#[inline(always)]
fn edge<S: Simd, const M: usize>(
    simd: S,
    left: Left<'_>,
    right: Right<'_>,
    out: &mut Out<'_>,
    size: Size,
    at: (usize, usize),
) {
    let width = size.columns - at.1;
    let mut sums = [simd.splat_f32s(0.0); M];
    for k in 0..size.inner {
        let from = k * right.row + at.1;
        let row = simd.partial_load_f32s(&right.values[from..from + width]);
        let left: [f32; M] = column_of(left, at.0, k);
        for (sum, a) in sums.iter_mut().zip(left) {
            *sum = simd.mul_add_f32s(simd.splat_f32s(a), row, *sum);
        }
    }
    for (i, sum) in sums.into_iter().enumerate() {
        let from = (at.0 + i) * out.row + at.1;
        let to = &mut out.values[from..from + width];
        let sum = if out.adds { simd.add_f32s(simd.partial_load_f32s(to), sum) } else { sum };
        simd.partial_store_f32s(to, sum);
    }
}
