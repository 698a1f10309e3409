//! Byte-level byte-pair encoding (Sennrich et al. 2016; Radford et al. 2019), trained on texts; every text has tokens of it, and no byte is lost.
//!
//! The merges are found here and not by the trainer of `tokenizers`: where two pairs come to the same token, its result hangs on which of two equal
//! entries a heap gives back first, and these were put there in the order of a hash table that is seeded anew in each process. Sixteen trainings of it came to the
//! same all the same, but nothing promises that. How texts are cut into words and encoded is that library's.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value, json};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer};

use crate::error::{StateError, WeightsError};
use crate::tokenizer::Vocabulary;

/// A pair that stands there once gives no token: it says nothing of other texts.
const LEAST_COUNT: i64 = 2;

/// A vocabulary of byte pairs.
#[derive(Debug, Clone)]
pub struct BytePairs {
    pub(super) vocabulary: Vocabulary,
}

/// Two tokens behind each other.
type Pair = (u32, u32);

/// The words of the texts, and how often each pair of tokens stands in them.
struct Words {
    /// The tokens of each different word, and how often it is there.
    words: Vec<(Vec<u32>, i64)>,
    counts: HashMap<Pair, i64>,
    /// The words that a pair is in, or was.
    places: HashMap<Pair, BTreeSet<usize>>,
    /// Pairs by count, the smallest numbers of equal ones last.
    order: BTreeSet<(i64, Reverse<Pair>)>,
}

impl BytePairs {
    /// Trains at most `size` tokens on texts: the 256 bytes, and the pairs that are there most often, merged one after the other; of equal counts
    /// the pair of the smallest numbers. The same texts give the same vocabulary.
    ///
    /// # Errors
    /// If the library that cuts texts into words fails.
    pub fn train(texts: &[&str], size: usize) -> Result<Self, WeightsError> {
        let letters = letters();
        let numbers: HashMap<char, u32> = letters.iter().enumerate().map(|(at, letter)| (*letter, at as u32)).collect();
        let mut tokens: Vec<String> = letters.iter().map(char::to_string).collect();
        let mut known: HashMap<String, u32> = tokens.iter().cloned().zip(0..).collect();
        let mut merges: Vec<[String; 2]> = Vec::new();
        let mut words = Words::of(texts, &numbers)?;
        while tokens.len() < size {
            let Some(&(count, Reverse(pair))) = words.order.last() else { break };
            if count < LEAST_COUNT {
                break;
            }
            let [left, right] = [pair.0, pair.1].map(|at| tokens[at as usize].clone());
            let merged = format!("{left}{right}");
            let next = tokens.len() as u32;
            // Two pairs may come to the same token.
            let number = *known.entry(merged.clone()).or_insert(next);
            if number == next {
                tokens.push(merged);
            }
            merges.push([left, right]);
            words.merge(pair, number);
        }
        Self::of(&tokens, &merges).map_err(WeightsError::Product)
    }

    fn of(tokens: &[String], merges: &[[String; 2]]) -> Result<Self, String> {
        let vocabulary: Map<String, Value> =
            tokens.iter().enumerate().map(|(at, token)| (token.clone(), json!(at))).collect();
        let level = json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true});
        let json = json!({
            "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
            "pre_tokenizer": level, "post_processor": null, "decoder": level,
            "model": {
                "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
                "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
                "vocab": vocabulary, "merges": merges,
            },
        });
        Ok(Self { vocabulary: Vocabulary::from_json(json.to_string())? })
    }

    /// A vocabulary from what [`BytePairs::json`] gave.
    ///
    /// # Errors
    /// If it is none.
    pub fn from_json(json: &str) -> Result<Self, StateError> {
        let vocabulary = Vocabulary::from_json(json.to_owned())
            .map_err(|found| StateError::Malformed { of: "vocabulary", found })?;
        Ok(Self { vocabulary })
    }

    /// As tokenizer.json of Hugging Face has it.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.vocabulary.json
    }

    /// How many tokens it has.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.vocabulary.rows()
    }

    /// The tokens of a text, the `at`-th of several.
    ///
    /// # Errors
    /// If the tokenizer fails.
    pub fn encode(&self, text: &str, at: usize) -> Result<Vec<u32>, WeightsError> {
        Ok(self.vocabulary.encode(text, at, false)?.ids)
    }
}

/// The letters that stand for the 256 bytes, by their code points.
fn letters() -> Vec<char> {
    ByteLevel::alphabet().into_iter().collect::<BTreeSet<char>>().into_iter().collect()
}

impl Words {
    fn of(texts: &[&str], numbers: &HashMap<char, u32>) -> Result<Self, WeightsError> {
        let level = ByteLevel::new(false, true, true);
        let mut found: BTreeMap<String, i64> = BTreeMap::new();
        for (at, text) in texts.iter().enumerate() {
            let failed = |error: tokenizers::Error| WeightsError::Text { at, error: error.to_string() };
            let mut cut = PreTokenizedString::from(*text);
            level.pre_tokenize(&mut cut).map_err(failed)?;
            for (word, _, _) in cut.get_splits(OffsetReferential::Normalized, OffsetType::None) {
                match found.get_mut(word) {
                    Some(count) => *count += 1,
                    None => {
                        found.insert(word.to_owned(), 1);
                    }
                }
            }
        }
        let tokens = |word: &str| word.chars().filter_map(|letter| numbers.get(&letter).copied()).collect();
        let words = found.iter().map(|(word, count)| (tokens(word), *count)).collect();
        let mut all = Self { words, counts: HashMap::new(), places: HashMap::new(), order: BTreeSet::new() };
        for at in 0..all.words.len() {
            let count = all.words[at].1;
            for pair in all.words[at].0.windows(2) {
                let pair = (pair[0], pair[1]);
                *all.counts.entry(pair).or_default() += count;
                all.places.entry(pair).or_default().insert(at);
            }
        }
        all.order = all.counts.iter().map(|(pair, count)| (*count, Reverse(*pair))).collect();
        Ok(all)
    }

    /// Puts one token in the place of a pair, from left to right, in every word.
    fn merge(&mut self, pair: Pair, number: u32) {
        let mut changes: BTreeMap<Pair, i64> = BTreeMap::new();
        for at in self.places.remove(&pair).unwrap_or_default() {
            let (word, count) = &mut self.words[at];
            for two in word.windows(2) {
                *changes.entry((two[0], two[1])).or_default() -= *count;
            }
            *word = merged(word, pair, number);
            for two in word.windows(2) {
                *changes.entry((two[0], two[1])).or_default() += *count;
                self.places.entry((two[0], two[1])).or_default().insert(at);
            }
        }
        for (pair, change) in changes.into_iter().filter(|(_, change)| *change != 0) {
            let count = self.counts.entry(pair).or_default();
            self.order.remove(&(*count, Reverse(pair)));
            *count += change;
            if *count > 0 {
                self.order.insert((*count, Reverse(pair)));
            }
        }
    }
}

/// A word with one token in the place of each pair, found from left to right.
fn merged(word: &[u32], pair: Pair, number: u32) -> Vec<u32> {
    let mut out = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((first, behind)) = rest.split_first() {
        let found = *first == pair.0 && behind.first() == Some(&pair.1);
        out.push(if found { number } else { *first });
        rest = if found { &behind[1..] } else { behind };
    }
    out
}
