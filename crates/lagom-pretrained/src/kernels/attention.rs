//! Attention of the tokens of each text to those of the same text, forward and back.
//!
//! Texts lie behind each other, so no work goes into padding. Rows are query, key and value of all heads behind each other; a head
//! of one text is small enough for the nearest cache, so scores, softmax and the weighted sum of values follow each other there.

use super::elementary::{dot, exp, largest, sum};
use super::small_product::{Left, Out, Right, Size, product};
use pulp::{Arch, Simd, WithSimd};

/// The shape of attention.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attention<'a> {
    pub(crate) heads: usize,
    /// Heads of keys and values.
    pub(crate) key_heads: usize,
    pub(crate) head_width: usize,
    /// Whether a token attends to those before it and itself alone.
    pub(crate) causal: bool,
    /// What is added to the scores.
    pub(crate) bias: Option<Bias<'a>>,
}

/// A bias of scores by the distance of key and query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bias<'a> {
    /// `[buckets, heads]`.
    pub(crate) table: &'a [f32],
    /// Bucket of each distance `key - query`, from `-reach` on.
    pub(crate) buckets: &'a [u16],
    pub(crate) reach: usize,
}

/// The way forward, in the widest instructions.
struct Forward<'a> {
    of: Attention<'a>,
    rows: &'a [f32],
    starts: &'a [usize],
    kept: Option<&'a mut Vec<f32>>,
    out: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { of, rows, starts, mut kept, out } = self;
        let mut room = Room::default();
        for head in of.all(starts) {
            of.head_forward(simd, rows, head, &mut room, out);
            if let Some(kept) = kept.as_mut() {
                kept.extend_from_slice(&room.scores);
            }
        }
    }
}

/// The way back, in the widest instructions.
struct Backward<'a> {
    of: Attention<'a>,
    rows: &'a [f32],
    starts: &'a [usize],
    kept: &'a [f32],
    gradient: &'a [f32],
    bias_gradient: Option<&'a mut [f32]>,
    back: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { of, rows, starts, kept, gradient, mut bias_gradient, back } = self;
        let mut room = Room::default();
        let mut from = 0;
        for at in of.all(starts) {
            let shares = &kept[from..][..at.length * at.length];
            from += shares.len();
            of.head_backward(simd, HeadBack { rows, at, shares, gradient }, &mut room, back);
            if let (Some(table), Some(bias)) = (bias_gradient.as_mut(), of.bias) {
                of.bias_backward(&room.scores, at, bias, table);
            }
        }
    }
}

/// What the way back of one head reads.
struct HeadBack<'a> {
    rows: &'a [f32],
    at: Head,
    shares: &'a [f32],
    gradient: &'a [f32],
}

/// Where a head's numbers are in a row.
struct Columns {
    query: usize,
    key: usize,
    value: usize,
}

/// One head of one text.
#[derive(Clone, Copy)]
struct Head {
    start: usize,
    length: usize,
    head: usize,
}

/// Room for one head, used again and again.
#[derive(Default)]
struct Room {
    transposed: Vec<f32>,
    scores: Vec<f32>,
    shares: Vec<f32>,
}

impl Attention<'_> {
    /// Numbers in a row of queries, keys and values.
    #[inline(always)]
    pub(crate) fn columns(&self) -> usize {
        (self.heads + 2 * self.key_heads) * self.head_width
    }

    /// Numbers in a row of what comes out.
    #[inline(always)]
    pub(crate) fn out(&self) -> usize {
        self.heads * self.head_width
    }

    #[inline(always)]
    fn scale(&self) -> f32 {
        1.0 / (self.head_width as f32).sqrt()
    }

    #[inline(always)]
    fn places(&self, head: usize) -> Columns {
        let shared = head / (self.heads / self.key_heads.max(1)).max(1);
        Columns {
            query: head * self.head_width,
            key: (self.heads + shared) * self.head_width,
            value: (self.heads + self.key_heads + shared) * self.head_width,
        }
    }

    /// All heads of all texts, in the order in which their shares are kept.
    fn all(&self, starts: &[usize]) -> impl Iterator<Item = Head> {
        let heads = self.heads;
        let texts: Vec<(usize, usize)> = starts.windows(2).map(|text| (text[0], text[1] - text[0])).collect();
        texts.into_iter().flat_map(move |(start, length)| (0..heads).map(move |head| Head { start, length, head }))
    }

    /// `softmax(query · keyᵀ / √width + bias) · value` of rows `[tokens, columns]`, texts beginning at `starts` (and one more, the end).
    ///
    /// `kept` gets the shares, head by head: what the way back needs.
    pub(crate) fn forward(&self, rows: &[f32], starts: &[usize], kept: Option<&mut Vec<f32>>) -> Vec<f32> {
        let mut out = vec![0.0; rows.len() / self.columns().max(1) * self.out()];
        Arch::new().dispatch(Forward { of: *self, rows, starts, kept, out: &mut out });
        out
    }

    #[inline(always)]
    fn head_forward<S: Simd>(&self, simd: S, rows: &[f32], at: Head, room: &mut Room, out: &mut [f32]) {
        let (width, columns, length) = (self.head_width, self.columns(), at.length);
        let places = self.places(at.head);
        let first = at.start * columns;
        transpose(&rows[first + places.key..], columns, (length, width), &mut room.transposed);
        room.scores.resize(length * length, 0.0);
        product(
            simd,
            Left { values: &rows[first + places.query..], row: columns, column: 1 },
            Right { values: &room.transposed, row: length },
            Out { values: &mut room.scores, row: length, adds: false },
            Size { rows: length, columns: length, inner: width },
        );
        for query in 0..length {
            self.softmax(&mut room.scores[query * length..][..length], query, at.head);
        }
        let out_columns = self.out();
        product(
            simd,
            Left { values: &room.scores, row: length, column: 1 },
            Right { values: &rows[first + places.value..], row: columns },
            Out { values: &mut out[at.start * out_columns + at.head * width..], row: out_columns, adds: false },
            Size { rows: length, columns: width, inner: length },
        );
    }

    /// Scores of one query to shares that sum to 1.
    #[inline(always)]
    pub(super) fn softmax(&self, row: &mut [f32], query: usize, head: usize) {
        let scale = self.scale();
        let seen = if self.causal { (query + 1).min(row.len()) } else { row.len() };
        let (row, unseen) = row.split_at_mut(seen);
        unseen.fill(0.0);
        match self.bias {
            None => row.iter_mut().for_each(|score| *score *= scale),
            Some(bias) => {
                for (key, score) in row.iter_mut().enumerate() {
                    let bucket = usize::from(bias.buckets[bias.reach + key - query]);
                    *score = score.mul_add(scale, bias.table[bucket * self.heads + head]);
                }
            }
        }
        let top = largest(row);
        row.iter_mut().for_each(|score| *score = exp(*score - top));
        let share = 1.0 / sum(row, |score| score);
        row.iter_mut().for_each(|score| *score *= share);
    }

    /// The gradient of the rows from that of what came out; that of the bias's table is added to `bias_gradient` (`[buckets, heads]`).
    pub(crate) fn backward(
        &self,
        rows: &[f32],
        starts: &[usize],
        kept: &[f32],
        gradient: &[f32],
        bias_gradient: Option<&mut [f32]>,
    ) -> Vec<f32> {
        let mut back = vec![0.0; rows.len()];
        let back_of = Backward { of: *self, rows, starts, kept, gradient, bias_gradient, back: &mut back };
        Arch::new().dispatch(back_of);
        back
    }

    #[inline(always)]
    fn head_backward<S: Simd>(&self, simd: S, of: HeadBack<'_>, room: &mut Room, back: &mut [f32]) {
        let HeadBack { rows, at, shares, gradient } = of;
        let (width, columns, length, scale) = (self.head_width, self.columns(), at.length, self.scale());
        let places = self.places(at.head);
        let (first, out_columns) = (at.start * columns, self.out());
        let out = &gradient[at.start * out_columns + at.head * width..];
        // Shares: their gradient is out · valueᵀ, that of values is sharesᵀ · out.
        transpose(&rows[first + places.value..], columns, (length, width), &mut room.transposed);
        room.scores.resize(length * length, 0.0);
        product(
            simd,
            Left { values: out, row: out_columns, column: 1 },
            Right { values: &room.transposed, row: length },
            Out { values: &mut room.scores, row: length, adds: false },
            Size { rows: length, columns: length, inner: width },
        );
        product(
            simd,
            Left { values: shares, row: 1, column: length },
            Right { values: out, row: out_columns },
            Out { values: &mut back[first + places.value..], row: columns, adds: true },
            Size { rows: length, columns: width, inner: length },
        );
        // Softmax: share · (gradient - their mean under the shares).
        for (row, shares) in room.scores.chunks_exact_mut(length).zip(shares.chunks_exact(length)) {
            let mean = dot(row, shares);
            row.iter_mut().zip(shares).for_each(|(g, share)| *g = share * (*g - mean));
        }
        room.shares.clear();
        room.shares.extend(room.scores.iter().map(|g| g * scale));
        product(
            simd,
            Left { values: &room.shares, row: length, column: 1 },
            Right { values: &rows[first + places.key..], row: columns },
            Out { values: &mut back[first + places.query..], row: columns, adds: true },
            Size { rows: length, columns: width, inner: length },
        );
        product(
            simd,
            Left { values: &room.shares, row: 1, column: length },
            Right { values: &rows[first + places.query..], row: columns },
            Out { values: &mut back[first + places.key..], row: columns, adds: true },
            Size { rows: length, columns: width, inner: length },
        );
    }

    /// Adds the gradients of the scores to those of the bias's table.
    #[inline(always)]
    fn bias_backward(&self, scores: &[f32], at: Head, bias: Bias<'_>, of: &mut [f32]) {
        for (query, row) in scores.chunks_exact(at.length).enumerate() {
            for (key, g) in row.iter().enumerate() {
                let bucket = usize::from(bias.buckets[bias.reach + key - query]);
                of[bucket * self.heads + at.head] += g;
            }
        }
    }
}

/// Rows `[length, width]`, `step` numbers apart, as `[width, length]`.
#[inline(always)]
fn transpose(rows: &[f32], step: usize, (length, width): (usize, usize), into: &mut Vec<f32>) {
    into.resize(length * width, 0.0);
    for at in 0..length {
        let row = &rows[at * step..][..width];
        for (column, value) in row.iter().enumerate() {
            into[column * length + at] = *value;
        }
    }
}
