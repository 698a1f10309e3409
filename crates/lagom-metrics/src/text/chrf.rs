//! chrF (Popović 2015) and chrF++ (Popović 2017), as sacreBLEU has them.
//!
//! The numbers of an example: for each order of characters, then of words, the n-grams of the answer, those of the
//! reference, and the matches.

use super::ngram::{Symbols, Vocabulary, matches, sorted};
use super::space::{is_space, lower, words};
use crate::text_settings::ChrfSettings;

/// What stands for a precision or recall that is not there, where such orders count.
const EPSILON: f64 = 1e-16;

/// The longest n-grams of characters and of words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Orders {
    pub(super) characters: usize,
    pub(super) words: usize,
}

impl Orders {
    pub(super) fn width(self) -> usize {
        3 * (self.characters + self.words)
    }
}

/// The numbers of one example, against the reference with the best score of its own; the first of equals.
pub(super) fn statistics(answer: &str, references: &[String], settings: &ChrfSettings, orders: Orders) -> Vec<f64> {
    let answer = lower(answer, settings.lowercase);
    let texts: Vec<_> = references.iter().map(|reference| lower(reference, settings.lowercase)).collect();
    let mut known = Vocabulary::default();
    let ours = grams(&answer, settings, orders, &mut known);
    let mut best = (vec![0.0; orders.width()], -1.0);
    for text in &texts {
        let theirs = grams(text, settings, orders, &mut known);
        let mut numbers = Vec::with_capacity(orders.width());
        for (ours, theirs) in ours.iter().zip(&theirs) {
            let count = if theirs.is_empty() { 0 } else { ours.len() };
            numbers.extend([count as f64, theirs.len() as f64, matches(ours, std::slice::from_ref(theirs)) as f64]);
        }
        let score = value(&numbers, settings);
        if score > best.1 {
            best = (numbers, score);
        }
    }
    best.0
}

/// The sorted n-grams of each order.
fn grams<'a>(text: &'a str, settings: &ChrfSettings, orders: Orders, known: &mut Vocabulary<'a>) -> Vec<Vec<u128>> {
    let kept = |letter: &char| settings.whitespace || !is_space(*letter);
    let characters: Vec<u32> = text.chars().filter(kept).map(u32::from).collect();
    let mut grams: Vec<Vec<u128>> =
        (1..=orders.characters).map(|order| sorted(&characters, order, Symbols::Characters)).collect();
    if orders.words > 0 {
        let words = known.numbers(words(text).flat_map(punctuation_apart).filter(|part| !part.is_empty()));
        grams.extend((1..=orders.words).map(|order| sorted(&words, order, Symbols::Words)));
    }
    grams
}

/// A word with its last character apart if that is ASCII punctuation, else with its first; `(hi)` is `(hi` and `)`.
fn punctuation_apart(word: &str) -> [&str; 2] {
    let last = word.char_indices().next_back();
    match (word.chars().next(), last) {
        (_, Some((0, _))) | (None, _) | (_, None) => [word, ""],
        (_, Some((at, letter))) if letter.is_ascii_punctuation() => [&word[..at], &word[at..]],
        (Some(first), _) if first.is_ascii_punctuation() => [&word[..1], &word[1..]],
        _ => [word, ""],
    }
}

fn f_score(precision: f64, recall: f64, factor: f64) -> f64 {
    (1.0 + factor) * precision * recall / (factor * precision + recall)
}

/// Precision and recall of each order that both sides have.
fn both(sums: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    let there = sums.chunks_exact(3).filter(|order| order[0] > 0.0 && order[1] > 0.0);
    there.map(|order| (order[2] / order[0], order[2] / order[1]))
}

/// The score from the sums over examples, 0 to 100.
pub(super) fn value(sums: &[f64], settings: &ChrfSettings) -> f64 {
    let factor = f64::from(settings.beta).powi(2);
    if settings.epsilon_smoothing {
        let orders = sums.len() / 3;
        let one = |order: &[f64]| {
            let share = |of: f64| if of > 0.0 { order[2] / of } else { EPSILON };
            let (precision, recall) = (share(order[0]), share(order[1]));
            if factor * precision + recall > 0.0 { f_score(precision, recall, factor) } else { EPSILON }
        };
        return 100.0 * sums.chunks_exact(3).map(one).sum::<f64>() / orders as f64;
    }
    let (mut orders, mut precision, mut recall) = (0.0, 0.0, 0.0);
    for (p, r) in both(sums) {
        orders += 1.0;
        precision += p;
        recall += r;
    }
    if orders == 0.0 || precision + recall == 0.0 {
        return 0.0;
    }
    100.0 * f_score(precision / orders, recall / orders, factor)
}

/// How far the score moves with each of the sums: F = (1 + f) P R / (f P + R) has the derivatives
/// (1 + f) R² / (f P + R)² by P and (1 + f) f P² / (f P + R)² by R.
pub(super) fn gradient(sums: &[f64], settings: &ChrfSettings) -> Vec<f64> {
    let factor = f64::from(settings.beta).powi(2);
    let mut gradient = vec![0.0; sums.len()];
    let slopes = |precision: f64, recall: f64| {
        let below = (factor * precision + recall).powi(2);
        (100.0 * (1.0 + factor) * recall.powi(2) / below, 100.0 * (1.0 + factor) * factor * precision.powi(2) / below)
    };
    let orders = if settings.epsilon_smoothing { sums.len() / 3 } else { both(sums).count() } as f64;
    let mean = |pick: fn((f64, f64)) -> f64| both(sums).map(pick).sum::<f64>() / orders;
    let joint = slopes(mean(|(precision, _)| precision), mean(|(_, recall)| recall));
    for (order, out) in sums.chunks_exact(3).zip(gradient.chunks_exact_mut(3)) {
        let &[ours, theirs, hits] = order else { continue };
        if ours == 0.0 || theirs == 0.0 || (settings.epsilon_smoothing && hits == 0.0) {
            continue;
        }
        let own = if settings.epsilon_smoothing { slopes(hits / ours, hits / theirs) } else { joint };
        let (by_precision, by_recall) = (own.0 / orders, own.1 / orders);
        if by_precision.is_finite() && by_recall.is_finite() {
            out[0] = -by_precision * hits / (ours * ours);
            out[1] = -by_recall * hits / (theirs * theirs);
            out[2] = by_precision / ours + by_recall / theirs;
        }
    }
    gradient
}
