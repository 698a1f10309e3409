//! Changed copies of texts.
//!
//! Swaps and word dropout are those of Wei & Zou 2019 ("EDA: Easy data augmentation techniques for boosting performance on text
//! classification tasks", EMNLP; their random swap and random deletion, with their share of a tenth of the words); leaving out a run of
//! words is the span cutoff of Shen et al. 2020 (arXiv 2009.13818); typing errors are those of Pruthi et al. 2019 (ACL): a letter dropped,
//! doubled, or exchanged with its neighbour.

use rand::Rng;
use rand::seq::index;

use super::step::Augmentation;
use super::step::Done;
use super::training_rows::TrainingRows;
use crate::candidate::spec::FitError;
use crate::data::{Values, seed};

/// Share of the words that are changed.
const WORDS: f64 = 0.1;
/// A run of words that is left out is one in so many.
const RUN: usize = 5;

/// Adds one changed copy of each row. Texts of one word can't be swapped or cut; their copies are the same.
pub(super) fn augment(rows: &mut TrainingRows<'_>, how: Augmentation, seed: u64) -> Result<Done, FitError> {
    if !rows.columns().iter().any(|column| matches!(column.values, Values::Texts(_))) {
        return Err(FitError::Unfit("`augmentation` changes texts, and no input column holds any".to_owned()));
    }
    let own = rows.len();
    rows.repeat(&(0..own).collect::<Vec<usize>>())?;
    let mut random = seed::generator(seed, "augmentation", 0);
    for column in rows.cells() {
        if let Values::Texts(texts) = &mut column.values {
            texts[own..].iter_mut().for_each(|text| *text = changed(text, how, &mut random));
        }
    }
    Ok(Done::rows(own))
}

/// A text with one kind of change; words are parted by single spaces.
pub(super) fn changed(text: &str, how: Augmentation, random: &mut impl Rng) -> String {
    let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let count = words.len();
    if count == 0 {
        return text.to_owned();
    }
    let some = ((WORDS * count as f64).round() as usize).max(1);
    match how {
        Augmentation::WordDropout => {
            // Something is left of every text: a word that is drawn beforehand.
            let spared = words[random.random_range(0..count)].clone();
            words.retain(|_| random.random::<f64>() >= WORDS);
            if words.is_empty() {
                words.push(spared);
            }
        }
        Augmentation::Swap => {
            for _ in 0..if count > 1 { some } else { 0 } {
                let pair = index::sample(random, count, 2);
                words.swap(pair.index(0), pair.index(1));
            }
        }
        Augmentation::Typos => {
            for place in index::sample(random, count, some) {
                words[place] = mistyped(&words[place], random);
            }
        }
        Augmentation::Delete => {
            if count > 1 {
                let run = (count / RUN).max(1);
                let start = random.random_range(0..=count - run);
                words.drain(start..start + run);
            }
        }
    }
    words.join(" ")
}

/// A word with one letter dropped, doubled, or exchanged with the next one.
fn mistyped(word: &str, random: &mut impl Rng) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let place = random.random_range(0..letters.len().max(1));
    let Some(&letter) = letters.get(place) else { return word.to_owned() };
    // A word of one letter can only get a second one.
    match if letters.len() > 1 { random.random_range(0..3) } else { 0 } {
        0 => letters.insert(place, letter),
        1 => {
            letters.remove(place);
        }
        _ => {
            let first = place.min(letters.len() - 2);
            letters.swap(first, first + 1);
        }
    }
    letters.into_iter().collect()
}
