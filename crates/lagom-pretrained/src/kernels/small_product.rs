//! Products of small matrices inside attention, where a call of the tensor library for each head and text would cost more than
//! the product. Tiles of sums are held in registers.

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

/// `left · right`.
#[inline(always)]
pub(super) fn product(left: Left<'_>, right: Right<'_>, mut out: Out<'_>, size: Size) {
    let mut at = 0;
    while at + 8 <= size.rows {
        band::<8>(left, right, &mut out, size, at);
        at += 8;
    }
    while at + 4 <= size.rows {
        band::<4>(left, right, &mut out, size, at);
        at += 4;
    }
    while at < size.rows {
        band::<1>(left, right, &mut out, size, at);
        at += 1;
    }
}

/// `M` rows of the product.
#[inline(always)]
fn band<const M: usize>(left: Left<'_>, right: Right<'_>, out: &mut Out<'_>, size: Size, at: usize) {
    let mut column = 0;
    while column + 32 <= size.columns {
        tile::<M, 32>(left, right, out, size, (at, column));
        column += 32;
    }
    while column + 16 <= size.columns {
        tile::<M, 16>(left, right, out, size, (at, column));
        column += 16;
    }
    while column + 4 <= size.columns {
        tile::<M, 4>(left, right, out, size, (at, column));
        column += 4;
    }
    while column < size.columns {
        tile::<M, 1>(left, right, out, size, (at, column));
        column += 1;
    }
}

#[inline(always)]
fn tile<const M: usize, const N: usize>(
    left: Left<'_>,
    right: Right<'_>,
    out: &mut Out<'_>,
    size: Size,
    at: (usize, usize),
) {
    let mut sums = [[0.0f32; N]; M];
    let right_rows = &right.values[at.1..];
    if left.column == 1 {
        let rows: [&[f32]; M] = std::array::from_fn(|i| &left.values[(at.0 + i) * left.row..][..size.inner]);
        for k in 0..size.inner {
            let right: &[f32; N] = fixed(&right_rows[k * right.row..]);
            for i in 0..M {
                let a = rows[i][k];
                for j in 0..N {
                    sums[i][j] = a.mul_add(right[j], sums[i][j]);
                }
            }
        }
    } else {
        let columns = &left.values[at.0 * left.row..];
        for k in 0..size.inner {
            let right: &[f32; N] = fixed(&right_rows[k * right.row..]);
            let left: &[f32; M] = fixed(&columns[k * left.column..]);
            for i in 0..M {
                for j in 0..N {
                    sums[i][j] = left[i].mul_add(right[j], sums[i][j]);
                }
            }
        }
    }
    for (i, sums) in sums.iter().enumerate() {
        let out_row = &mut out.values[(at.0 + i) * out.row + at.1..][..N];
        if out.adds {
            out_row.iter_mut().zip(sums).for_each(|(out, sum)| *out += sum);
        } else {
            out_row.copy_from_slice(sums);
        }
    }
}

/// The first `N` numbers. The caller's sizes say that there are as many.
#[inline(always)]
fn fixed<const N: usize>(values: &[f32]) -> &[f32; N] {
    match values.first_chunk::<N>() {
        Some(chunk) => chunk,
        None => &[0.0; N],
    }
}
