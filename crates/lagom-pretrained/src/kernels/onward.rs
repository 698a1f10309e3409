//! Attention of further tokens to those that were read before: what the earlier ones came to is kept, so that each costs no more than itself.

use pulp::{Arch, Simd, WithSimd};

use super::attention::Attention;
use super::elementary::dot;

/// Keys and values of tokens that were read before.
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
    starts: &'a [usize],
    kept: KeptTokens<'a>,
    out: &'a mut [f32],
}

impl WithSimd for Onward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { of, rows, starts, kept, out } = self;
        let (width, columns) = (of.head_width, of.columns());
        let key_width = of.key_heads * width;
        let shared_by = (of.heads / of.key_heads.max(1)).max(1);
        let before = kept.keys.len() / key_width.max(1);
        let (keys, values) = (of.heads * width, of.heads * width + key_width);
        let mut shares = Vec::new();
        for text in starts.windows(2) {
            for at in text[0]..text[1] {
                for head in 0..of.heads {
                    let from = head / shared_by * width;
                    let query = &rows[at * columns + head * width..][..width];
                    let own = |of: usize, token: usize| &rows[token * columns + of + from..][..width];
                    shares.clear();
                    shares.extend((0..before).map(|key| dot(query, &kept.keys[key * key_width + from..][..width])));
                    shares.extend((text[0]..=at).map(|token| dot(query, own(keys, token))));
                    let last = shares.len() - 1;
                    of.softmax(&mut shares, last, head);
                    let out = &mut out[(at * of.heads + head) * width..][..width];
                    let (earlier, later) = shares.split_at(before);
                    let earlier = earlier.iter().enumerate();
                    let earlier = earlier.map(|(key, share)| (share, &kept.values[key * key_width + from..][..width]));
                    let later = later.iter().zip(text[0]..).map(|(share, token)| (share, own(values, token)));
                    for (share, value) in earlier.chain(later) {
                        out.iter_mut().zip(value).for_each(|(sum, x)| *sum = share.mul_add(*x, *sum));
                    }
                }
            }
        }
    }
}

impl Attention<'_> {
    /// The same as [`Attention::forward`] where before each text stand tokens that were read: each token attends to all of these, to those of its own text before
    /// it, and to itself.
    pub(crate) fn onward(&self, rows: &[f32], starts: &[usize], kept: KeptTokens<'_>) -> Vec<f32> {
        let mut out = vec![0.0; rows.len() / self.columns().max(1) * self.out()];
        Arch::new().dispatch(Onward { of: *self, rows, starts, kept, out: &mut out });
        out
    }
}
