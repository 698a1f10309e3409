//! The texts most similar to another one, by their runs of letters: no model, no language, the same on every machine.

use std::collections::{BTreeMap, HashMap};

/// Lengths of the runs that are compared, in characters: short ones bear with typing errors, long ones hold words.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=5;

/// Texts by the runs of letters in them: cosine of TF-IDF weights, where a run counts `1 + ln(times)` and
/// `ln((1 + texts) / (1 + texts with it)) + 1` (Manning, Raghavan & Schütze 2008, 6.4; smoothed as in scikit-learn).
#[derive(Clone, Debug)]
pub(super) struct Similar {
    /// For each run its weight, and the texts that it stands in with theirs, in order.
    runs: HashMap<u64, Run>,
    texts: usize,
}

#[derive(Clone, Debug)]
struct Run {
    rarity: f64,
    texts: Vec<(u32, f32)>,
}

impl Similar {
    /// Prepares these texts.
    pub(super) fn new<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let counted: Vec<BTreeMap<u64, u32>> = texts.map(runs).collect();
        let mut spread: HashMap<u64, u32> = HashMap::new();
        for run in counted.iter().flat_map(BTreeMap::keys) {
            *spread.entry(*run).or_default() += 1;
        }
        let texts = counted.len();
        let rarity = |within: u32| ((1.0 + texts as f64) / (1.0 + f64::from(within))).ln() + 1.0;
        let mut all: HashMap<u64, Run> =
            spread.into_iter().map(|(run, within)| (run, Run { rarity: rarity(within), texts: Vec::new() })).collect();
        for (at, counts) in counted.iter().enumerate() {
            let weight = |run: &u64, times: u32| all.get(run).map_or(0.0, |run| weight(times) * run.rarity);
            let weights: Vec<(u64, f64)> = counts.iter().map(|(run, times)| (*run, weight(run, *times))).collect();
            let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
            for (run, weight) in weights {
                if let Some(run) = all.get_mut(&run) {
                    run.texts.push((at as u32, (weight / length) as f32));
                }
            }
        }
        Self { runs: all, texts }
    }

    /// The places of the `count` most similar texts, the most similar first; of equally similar ones the earlier.
    pub(super) fn nearest(&self, text: &str, count: usize) -> Vec<usize> {
        let mut similarity = vec![0.0_f64; self.texts];
        // In the order of the runs, so that sums round alike on every machine.
        for (run, times) in runs(text) {
            if let Some(run) = self.runs.get(&run) {
                let own = weight(times) * run.rarity;
                for (at, other) in &run.texts {
                    similarity[*at as usize] += own * f64::from(*other);
                }
            }
        }
        let closer = |a: &usize, b: &usize| similarity[*b].total_cmp(&similarity[*a]).then(a.cmp(b));
        let mut places: Vec<usize> = (0..self.texts).collect();
        if count < places.len() {
            places.select_nth_unstable_by(count, closer);
            places.truncate(count);
        }
        places.sort_unstable_by(closer);
        places
    }
}

fn weight(times: u32) -> f64 {
    1.0 + f64::from(times).ln()
}

/// The runs of letters of a text and how often each occurs, by their hash.
fn runs(text: &str) -> BTreeMap<u64, u32> {
    let letters: Vec<char> = format!(" {text} ").chars().collect();
    let mut counts = BTreeMap::new();
    for length in LENGTHS {
        for run in letters.windows(length) {
            *counts.entry(hash(run)).or_default() += 1;
        }
    }
    counts
}

/// FNV-1a of the characters, 64 bits: among a hundred million runs two of the same hash are unlikely.
fn hash(run: &[char]) -> u64 {
    run.iter()
        .flat_map(|letter| u32::from(*letter).to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::Similar;

    #[test]
    fn the_most_similar_first_and_the_earlier_of_equals() {
        let texts = ["my card has not arrived", "what is the exchange rate", "where is my new card", "zzz", "zzz"];
        let similar = Similar::new(texts.into_iter());
        assert_eq!(similar.nearest("when will my card arrive", 2), [0, 2]);
        assert_eq!(similar.nearest("exchange rates", 1), [1]);
        assert_eq!(similar.nearest("zzz", 3)[..2], [3, 4]);
        assert_eq!(similar.nearest("", 9).len(), 5);
    }

    #[test]
    fn a_text_has_cosine_one_with_itself() {
        let similar = Similar::new(["abcdef", "abc xyz", "q"].into_iter());
        assert_eq!(similar.nearest("abc xyz", 1), [1]);
        assert_eq!(similar.nearest("q", 1), [2]);
    }
}
