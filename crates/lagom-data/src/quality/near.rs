//! Texts that are nearly the same: MinHash (Broder 1997) with locality-sensitive hashing, verified by their true likeness.
//!
//! ```text
//! text -> pieces -> signature of 120 minima -> 20 bands of 6: texts that share a band are compared -> Jaccard >= 0.8 -> groups
//! ```
//!
//! Two texts of likeness s share a band with the chance 1 − (1 − s⁶)²⁰: 99.8 % at 0.8, 27 % at 0.5.

use std::collections::{BTreeMap, HashMap};

use rand::RngCore;
use twox_hash::XxHash3_128;

use crate::seed::generator;

/// Texts with at least this share of common pieces are nearly the same (Lee et al. 2022 take 0.8).
pub(super) const ALIKE: f64 = 0.8;
/// Bands of a signature, and minima in each.
const BANDS: (usize, usize) = (20, 6);
/// Characters of a piece, and words of one where texts are long.
const PIECE: (usize, usize) = (5, 3);
/// Median characters from which on pieces are of words.
const LONG: usize = 400;
/// Texts with fewer pieces are compared as equal ones alone: one word more would make them another.
const FEWEST: usize = 10;
/// Texts of one band that a text is compared with: those that stand for groups, so that a form filled in a thousand times takes no
/// million comparisons.
const COMPARED: usize = 16;

/// Texts that are nearly the same as one before them.
pub(super) struct Near {
    /// The text that each one is nearly the same as, as places in the slice; itself where there is none.
    pub(super) like: Vec<usize>,
    /// The first text of the group of each one.
    pub(super) group: Vec<usize>,
}

impl Near {
    /// The members of each group of more than one, in their order.
    pub(super) fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        self.group.iter().enumerate().for_each(|(at, first)| groups.entry(*first).or_default().push(at));
        groups.into_values().filter(|members| members.len() > 1).collect()
    }
}

/// Finds texts that are nearly the same as others.
pub(super) fn near(texts: &[String]) -> Near {
    let long = is_long(texts);
    let pieces: Vec<Vec<u64>> = texts.iter().map(|text| pieces(text, long)).collect();
    let functions = functions();
    let mut bands: Vec<HashMap<u64, Vec<usize>>> = vec![HashMap::new(); BANDS.0];
    let (mut like, mut group): (Vec<usize>, Vec<usize>) = ((0..texts.len()).collect(), (0..texts.len()).collect());
    for (at, own) in pieces.iter().enumerate().filter(|(_, own)| own.len() >= FEWEST) {
        let keys = keys(own, &functions);
        let mut candidates: Vec<usize> = Vec::new();
        for (band, key) in bands.iter().zip(&keys) {
            candidates.extend(band.get(key).into_iter().flatten());
        }
        candidates.sort_unstable();
        candidates.dedup();
        if let Some(&first) = candidates.iter().find(|other| jaccard(own, &pieces[**other]) >= ALIKE) {
            like[at] = first;
            group[at] = group[first];
        }
        for (band, key) in bands.iter_mut().zip(keys) {
            let kept = band.entry(key).or_default();
            if kept.len() < COMPARED {
                kept.push(at);
            }
        }
    }
    Near { like, group }
}

fn is_long(texts: &[String]) -> bool {
    let mut lengths: Vec<usize> = texts.iter().map(String::len).collect();
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).is_some_and(|middle| *middle >= LONG)
}

/// The different pieces of a text, as hashes in ascending order: characters of its words in lower case, or words.
fn pieces(text: &str, long: bool) -> Vec<u64> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let hash = |piece: &str| XxHash3_128::oneshot(piece.as_bytes()) as u64;
    let mut pieces: Vec<u64> = if long {
        words.windows(PIECE.1).map(|piece| hash(&piece.join(" "))).collect()
    } else {
        let joined: Vec<char> = words.join(" ").chars().collect();
        joined.windows(PIECE.0).map(|piece| hash(&piece.iter().collect::<String>())).collect()
    };
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

/// Multipliers and summands of the hash functions, the same always: chance has no part in what is found.
fn functions() -> Vec<(u64, u64)> {
    let mut random = generator(0, "minhash", 0);
    (0..BANDS.0 * BANDS.1).map(|_| (random.next_u64() | 1, random.next_u64())).collect()
}

/// The key of each band: a hash of its minima.
fn keys(pieces: &[u64], functions: &[(u64, u64)]) -> Vec<u64> {
    let least = |(factor, summand): &(u64, u64)| {
        // The upper half of a product by an odd number is as good as random (multiply-shift, Dietzfelbinger et al. 1997).
        let mixed = |piece: &u64| (piece.wrapping_mul(*factor).wrapping_add(*summand)) >> 32;
        pieces.iter().map(mixed).min().unwrap_or(0)
    };
    let minima: Vec<u64> = functions.iter().map(least).collect();
    let key = |band: &[u64]| {
        let bytes: Vec<u8> = band.iter().flat_map(|minimum| minimum.to_le_bytes()).collect();
        XxHash3_128::oneshot(&bytes) as u64
    };
    minima.chunks_exact(BANDS.1).map(key).collect()
}

/// The share of common pieces among all of two sets in ascending order.
fn jaccard(one: &[u64], other: &[u64]) -> f64 {
    let (mut a, mut b, mut common) = (0, 0, 0_usize);
    while let (Some(left), Some(right)) = (one.get(a), other.get(b)) {
        common += usize::from(left == right);
        a += usize::from(left <= right);
        b += usize::from(right <= left);
    }
    common as f64 / (one.len() + other.len() - common).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(seed: u64, words: usize) -> String {
        let mut random = generator(seed, "sentence", 0);
        (0..words).map(|_| format!("w{}", random.next_u32() % 5_000)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn likeness_is_the_share_of_common_pieces() {
        assert_eq!(jaccard(&[1, 2, 3, 4], &[3, 4, 5, 6]), 2.0 / 6.0);
        assert_eq!((jaccard(&[1, 2], &[1, 2]), jaccard(&[], &[])), (1.0, 0.0));
        // "abcdefg" has abcde, bcdef, cdefg; case and signs do not count.
        assert_eq!(pieces("ABC-defg", false).len(), 4);
        assert_eq!(pieces("abc defg!", false), pieces("Abc,  DEFG", false));
    }

    #[test]
    fn texts_of_one_word_more_are_found_and_others_are_not() {
        let mut texts: Vec<String> = (0..300).map(|at| sentence(at, 30)).collect();
        for at in 0..100_u64 {
            texts.push(format!("{} indeed", sentence(at, 30)));
        }
        let found = near(&texts);
        let right = (300..400).filter(|at| found.like[*at] == at - 300).count();
        assert!(right >= 99, "{right} of 100");
        assert!((0..300).all(|at| found.like[at] == at), "none of the others");
        assert_eq!(found.groups().len(), right);
    }

    #[test]
    fn long_texts_are_cut_into_words_and_a_form_takes_no_square_of_time() {
        let long = sentence(1, 400);
        let texts: Vec<String> = (0..2_000).map(|at| format!("{long} number {at}")).collect();
        let found = near(&texts);
        assert_eq!(found.groups().len(), 1);
        assert_eq!(found.groups()[0].len(), 2_000);
    }

    #[test]
    fn short_texts_are_left_to_equality() {
        let texts = ["yes please", "yes please!", "", ""].map(str::to_owned);
        assert!(near(&texts).groups().is_empty());
    }
}
