//! A language model that counts: how often each byte stood behind the bytes before it (Witten & Bell 1991, method C).
//!
//! With `c(h b)` the count of byte `b` behind the history `h`, `c(h)` that of the history, and `t(h)` the number of different bytes behind it:
//!
//! ```text
//! P(b | h) = (c(h b) + t(h) · P(b | h without its first byte)) / (c(h) + t(h))        P(b) = (c(b) + t · 1/256) / (c + t)
//! ```
//!
//! A history that was never seen adds nothing. Each text begins with a mark that only stands in histories, so that beginnings are learned too. There is nothing
//! to tune, and the order is the size: what is stored are the counts.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::documents::documents;
use super::predictor::Predictor;
use super::spec::FitError;
use crate::data::Inputs;

/// The mark before a text.
const START: u64 = 256;
/// Bits of a byte or the mark in a key.
const BITS: u32 = 9;
/// The longest pieces that fit into a key.
pub(super) const MOST: u32 = 7;

/// What is written.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counts {
    /// For pieces of one symbol, of two, and so on: each piece that occurs, in ascending order, with its count.
    by_length: Vec<Vec<(u64, u32)>>,
}

/// What stands behind a history.
#[derive(Clone, Copy, Debug, Default)]
struct Behind {
    count: u64,
    different: u32,
}

/// The model.
#[derive(Debug)]
pub(super) struct ByteGrams {
    counts: Counts,
    /// As [`Counts::by_length`], to look up.
    pieces: Vec<HashMap<u64, u32>>,
    histories: Vec<HashMap<u64, Behind>>,
}

impl ByteGrams {
    /// Counts pieces of at most `order` bytes.
    pub(super) fn count(texts: &[&str], order: u32) -> Self {
        let mut found: Vec<HashMap<u64, u32>> = (0..order.clamp(1, MOST)).map(|_| HashMap::new()).collect();
        for text in texts {
            for (at, before) in up_to_each_byte(text) {
                for (length, counts) in found.iter_mut().enumerate().take(at + 2) {
                    let count = counts.entry(piece(before, length)).or_default();
                    *count = count.saturating_add(1);
                }
            }
        }
        let sorted = |counts: HashMap<u64, u32>| {
            let mut all: Vec<(u64, u32)> = counts.into_iter().collect();
            all.sort_unstable();
            all
        };
        Self::of(Counts { by_length: found.into_iter().map(sorted).collect() })
    }

    fn of(counts: Counts) -> Self {
        let pieces = counts.by_length.iter().map(|all| all.iter().copied().collect()).collect();
        let behind = |all: &Vec<(u64, u32)>| {
            let mut histories: HashMap<u64, Behind> = HashMap::new();
            for (key, count) in all {
                let own = histories.entry(key >> BITS).or_default();
                own.count += u64::from(*count);
                own.different += 1;
            }
            histories
        };
        let histories = counts.by_length.iter().map(behind).collect();
        Self { counts, pieces, histories }
    }

    /// What [`Predictor::to_bytes`] wrote.
    ///
    /// # Errors
    /// The bytes are none.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, FitError> {
        let none = |what: String| FitError::Unfit(format!("no counts of bytes: {what}"));
        let counts: Counts = postcard::from_bytes(bytes).map_err(|error| none(error.to_string()))?;
        let orders = counts.by_length.len();
        let sound = |(length, all): (usize, &Vec<(u64, u32)>)| {
            let symbols = |key: u64| (0..=length as u32).all(|at| (key >> (BITS * at)) & 511 <= START);
            let fits = |key: u64| key >> (BITS * (length as u32 + 1)) == 0 && key & 511 < START && symbols(key);
            all.iter().all(|(key, count)| *count > 0 && fits(*key)) && all.windows(2).all(|two| two[0].0 < two[1].0)
        };
        if !(1..=MOST as usize).contains(&orders) || !counts.by_length.iter().enumerate().all(sound) {
            return Err(none("they do not fit together".to_owned()));
        }
        Ok(Self::of(counts))
    }

    /// The natural logarithm of the probability of a text.
    pub(super) fn log_likelihood(&self, text: &str) -> f64 {
        up_to_each_byte(text).map(|(at, before)| self.chance(at, before).ln()).sum()
    }

    /// The probability of the byte at a place, by ever longer histories.
    fn chance(&self, at: usize, before: u64) -> f64 {
        let mut chance = 1.0 / 256.0;
        for (length, (pieces, histories)) in self.pieces.iter().zip(&self.histories).enumerate().take(at + 2) {
            let key = piece(before, length);
            let Some(behind) = histories.get(&(key >> BITS)) else { break };
            let (count, different) = (pieces.get(&key).copied().unwrap_or(0), f64::from(behind.different));
            chance = (f64::from(count) + different * chance) / (behind.count as f64 + different);
        }
        chance
    }
}

/// The place of each byte of a text, and the symbols up to it, the byte itself last: before it stand as many bytes as its place says, and the mark.
fn up_to_each_byte(text: &str) -> impl Iterator<Item = (usize, u64)> {
    let mut before = START;
    text.bytes().enumerate().map(move |(at, byte)| {
        before = (before << BITS) | u64::from(byte);
        (at, before)
    })
}

/// The last symbols, one and `length` more, as a key.
fn piece(before: u64, length: usize) -> u64 {
    before & ((1u64 << (BITS * (length as u32 + 1))) - 1)
}

/// How many different pieces of at most `order` symbols texts hold.
pub(super) fn different(texts: &[&str], order: u32) -> u64 {
    ByteGrams::count(texts, order).parameters()
}

impl Predictor for ByteGrams {
    fn parameters(&self) -> u64 {
        self.counts.by_length.iter().map(|all| all.len() as u64).sum()
    }

    /// The natural logarithm of the probability of each text.
    fn predict(&self, inputs: &Inputs<'_>) -> Result<Vec<f64>, FitError> {
        Ok(documents(inputs)?.into_iter().map(|text| self.log_likelihood(text)).collect())
    }

    fn to_bytes(&self) -> Result<Vec<u8>, FitError> {
        postcard::to_stdvec(&self.counts)
            .map_err(|error| FitError::Unfit(format!("it can't be written as bytes: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_those_of_witten_and_bell() {
        // "ab" and "aa": bytes a 3, b 1; t = 2: P(a) = (3 + 2/256) / 6 = 0.5013021, P(b) = (1 + 2/256) / 6 = 0.1679688.
        let texts = ["ab", "aa"];
        let one = ByteGrams::count(&texts, 1);
        assert!((one.log_likelihood("a").exp() - 0.501_302_083).abs() < 1e-9);
        assert!((one.log_likelihood("ab").exp() - 0.501_302_083 * 0.167_968_75).abs() < 1e-9);
        // Never seen: 2/256 / 6.
        assert!((one.log_likelihood("z").exp() - 0.001_302_083).abs() < 1e-9);
        // Two symbols. Behind the mark: a 2, t = 1: P(a | mark) = (2 + 0.5013021) / 3 = 0.8337674. Behind a: a 1, b 1, t = 2:
        // P(b | a) = (1 + 2 · 0.1679688) / 4 = 0.3339844. Behind b nothing was seen: P(a | b) = P(a).
        let two = ByteGrams::count(&texts, 2);
        assert!((two.log_likelihood("ab").exp() - 0.833_767_361 * 0.333_984_375).abs() < 1e-8);
        assert!((two.log_likelihood("aba").exp() - 0.833_767_361 * 0.333_984_375 * 0.501_302_083).abs() < 1e-8);
        // a, b; mark a, a b, a a.
        assert_eq!((one.parameters(), two.parameters()), (2, 5));
        assert_eq!(two.log_likelihood(""), 0.0);
    }

    #[derive(Deserialize)]
    struct Fixture {
        train: Vec<String>,
        test: Vec<String>,
        orders: std::collections::BTreeMap<u32, Expected>,
    }

    #[derive(Deserialize)]
    struct Expected {
        counts: u64,
        nats: Vec<f64>,
    }

    #[test]
    fn likelihoods_are_those_of_another_program() {
        let fixture: Fixture = serde_json::from_str(include_str!("fixtures/byte_grams.json")).expect("a fixture");
        let texts: Vec<&str> = fixture.train.iter().map(String::as_str).collect();
        assert_eq!(fixture.orders.len(), MOST as usize);
        for (order, expected) in &fixture.orders {
            let model = ByteGrams::count(&texts, *order);
            assert_eq!(model.parameters(), expected.counts, "{order}");
            for (text, nats) in fixture.test.iter().zip(&expected.nats) {
                let own = -model.log_likelihood(text);
                assert!((own - nats).abs() < 1e-9 * nats, "{order} {text}: {own}, expected {nats}");
            }
        }
    }

    #[test]
    fn all_next_bytes_together_have_probability_one() {
        let model = ByteGrams::count(&["hello world", "help", "yellow"], 4);
        for before in ["", "h", "hel", "qq", "worl"] {
            let own = model.log_likelihood(before);
            // Single bytes that are texts: those below 128.
            let ascii: f64 =
                (0u8..128).map(|byte| (model.log_likelihood(&format!("{before}{}", byte as char)) - own).exp()).sum();
            // The other 128 are as likely as any byte never seen, each t(h)/256 of it all the way down.
            let unseen = (model.log_likelihood(&format!("{before}\u{1}")) - own).exp();
            assert!((ascii + 128.0 * unseen - 1.0).abs() < 1e-9, "{before}: {ascii} {unseen}");
        }
    }

    #[test]
    fn counts_come_back_from_their_bytes_and_others_are_refused() {
        let model = ByteGrams::count(&["hello world", "größer"], 7);
        let bytes = model.to_bytes().expect("bytes");
        let again = ByteGrams::read(&bytes).expect("a model");
        assert_eq!(again.counts, model.counts);
        assert_eq!(again.log_likelihood("hello größe"), model.log_likelihood("hello größe"));
        let of = |by_length| ByteGrams::read(&postcard::to_stdvec(&Counts { by_length }).expect("bytes"));
        for wrong in [
            vec![],
            vec![vec![]; 8],
            // No count, twice the same, the mark as a byte, a piece that is too long.
            vec![vec![(97, 0)]],
            vec![vec![(97, 1), (97, 1)]],
            vec![vec![(256, 1)]],
            vec![vec![(97 << 9 | 97, 1)]],
            vec![vec![(97, 1)], vec![(300 << 9 | 97, 1)]],
        ] {
            assert!(of(wrong.clone()).is_err(), "{wrong:?}");
        }
        assert!(ByteGrams::read(&bytes[..bytes.len() / 2]).is_err());
    }
}
