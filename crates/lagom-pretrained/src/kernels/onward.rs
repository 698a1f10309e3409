//! Attention of further tokens of a text to those that were read before: what the earlier ones came to is kept, so that each costs no more than itself.

use pulp::{Arch, Simd, WithSimd};

use super::attention::Attention;
use super::elementary::dot;

/// What was kept of a text: the new tokens' own keys and values stand last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeptTokens<'a> {
    /// `[tokens, key heads · head width]`.
    pub(crate) keys: &'a [f32],
    /// As the keys.
    pub(crate) values: &'a [f32],
}

/// The way forward, in the widest instructions.
struct Onward<'a> {
    of: Attention<'a>,
    rows: &'a [f32],
    kept: KeptTokens<'a>,
    out: &'a mut [f32],
}

impl WithSimd for Onward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { of, rows, kept, out } = self;
        let (width, columns) = (of.head_width, of.columns());
        let key_width = of.key_heads * width;
        let shared_by = (of.heads / of.key_heads.max(1)).max(1);
        let new = rows.len() / columns.max(1);
        let before = (kept.keys.len() / key_width.max(1)).saturating_sub(new);
        let mut shares = Vec::new();
        for at in 0..new {
            let seen = before + at + 1;
            for head in 0..of.heads {
                let from = head / shared_by * width;
                let query = &rows[at * columns + head * width..][..width];
                shares.clear();
                shares.extend((0..seen).map(|key| dot(query, &kept.keys[key * key_width + from..][..width])));
                of.softmax(&mut shares, seen - 1, head);
                let out = &mut out[(at * of.heads + head) * width..][..width];
                for (key, share) in shares.iter().enumerate() {
                    let value = &kept.values[key * key_width + from..][..width];
                    out.iter_mut().zip(value).for_each(|(sum, x)| *sum = share.mul_add(*x, *sum));
                }
            }
        }
    }
}

impl Attention<'_> {
    /// The same as [`Attention::forward`] for the last tokens of one text, whose rows `[new tokens, columns]` are given, and whose keys and values
    /// are kept: each attends to all before it and itself.
    pub(crate) fn onward(&self, rows: &[f32], kept: KeptTokens<'_>) -> Vec<f32> {
        let mut out = vec![0.0; rows.len() / self.columns().max(1) * self.out()];
        Arch::new().dispatch(Onward { of: *self, rows, kept, out: &mut out });
        out
    }
}
