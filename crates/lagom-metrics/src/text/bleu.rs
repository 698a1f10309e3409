//! BLEU (Papineni et al. 2002), as sacreBLEU has it (Post 2018).
//!
//! The numbers of an example: words of the answer, words of the reference of the nearest length, matches of order 1 to
//! 4, n-grams of order 1 to 4.

use super::cutter::Cutter;
use super::ngram::{Vocabulary, shared};
use super::space::lower;
use crate::text_settings::{BleuSettings, Smoothing};
use crate::tokeniser_error::TokeniserError;
use std::borrow::Cow;

/// The longest n-grams.
const ORDERS: usize = 4;
/// How many numbers an example has.
pub(super) const WIDTH: usize = 2 + 2 * ORDERS;

/// The numbers of one example, of one answer after the other.
///
/// # Errors
/// The tokeniser needs a program or a file that is not there.
pub(super) fn statistics(
    answers: &[&str],
    references: &[String],
    (settings, cutter): (&BleuSettings, &Cutter),
) -> Result<Vec<f64>, TokeniserError> {
    let lowered = |text| lower(text, settings.lowercase);
    let answers: Vec<Cow<'_, str>> = answers.iter().map(|answer| lowered(answer)).collect();
    let references: Vec<Cow<'_, str>> = references.iter().map(|reference| lowered(reference)).collect();
    let answers: Vec<Cow<'_, str>> = answers.iter().map(|answer| cutter.prepare(answer)).collect::<Result<_, _>>()?;
    let references: Vec<Cow<'_, str>> = references.iter().map(|one| cutter.prepare(one)).collect::<Result<_, _>>()?;
    let mut known = Vocabulary::with_room(references.iter().map(|reference| reference.len()).sum::<usize>() / 4);
    let mut numbered = |text| known.numbers(cutter.tokens(text));
    let theirs: Vec<Vec<u32>> = references.iter().map(|reference| numbered(reference)).collect();
    let theirs: Vec<&[u32]> = theirs.iter().map(Vec::as_slice).collect();
    let mut numbers = Vec::with_capacity(answers.len() * WIDTH);
    for answer in &answers {
        let ours = numbered(answer);
        let length = ours.len();
        let lengths = theirs.iter().map(|other| other.len());
        let nearest = lengths.min_by_key(|other| (other.abs_diff(length), *other)).unwrap_or(0);
        numbers.extend([length as f64, nearest as f64]);
        numbers.extend(shared(&ours, &theirs, ORDERS).into_iter().map(|hits| hits as f64));
        numbers.extend((1..=ORDERS).map(|order| (length + 1).saturating_sub(order) as f64));
    }
    Ok(numbers)
}

/// What the sums come to, order by order.
struct Reckoned {
    /// In percent, at most 100.
    precision: [f64; ORDERS],
    /// Over how many orders the mean is taken.
    orders: usize,
    /// How far the order's logarithm moves with a match more and with an n-gram more.
    slopes: [(f64, f64); ORDERS],
    /// The brevity penalty.
    brevity: f64,
}

/// None without any match: the score is 0 then.
fn reckon(sums: &[f64], settings: &BleuSettings) -> Option<Reckoned> {
    let (length, reference) = (sums[0], sums[1]);
    let (hits, totals) = sums[2..WIDTH].split_at(ORDERS);
    if hits.iter().all(|hits| *hits == 0.0) {
        return None;
    }
    let brevity = match (length < reference, length > 0.0) {
        (true, true) => (1.0 - reference / length).exp(),
        (true, false) => 0.0,
        (false, _) => 1.0,
    };
    let mut found = Reckoned { precision: [0.0; ORDERS], orders: ORDERS, slopes: [(0.0, 0.0); ORDERS], brevity };
    let mut halved = 1.0;
    for order in 0..ORDERS {
        let added = match settings.smoothing {
            Smoothing::AddK(k) if order > 0 => k,
            _ => 0.0,
        };
        let (hits, total) = (hits[order] + added, totals[order] + added);
        if total == 0.0 {
            break;
        }
        if settings.effective_order {
            found.orders = order + 1;
        }
        let numerator = match settings.smoothing {
            _ if hits > 0.0 => hits,
            Smoothing::Exponential => {
                halved *= 2.0;
                1.0 / halved
            }
            Smoothing::Floor(floor) => floor,
            Smoothing::None | Smoothing::AddK(_) => 0.0,
        };
        found.precision[order] = if hits > 0.0 { 100.0 * hits / total } else { smoothed(numerator, total, settings) };
        found.slopes[order] = (if hits > 0.0 { 1.0 / hits } else { 0.0 }, -1.0 / total);
    }
    Some(found)
}

/// The precision that stands for 0, reckoned in the order that sacreBLEU takes, to the last bit.
fn smoothed(numerator: f64, total: f64, settings: &BleuSettings) -> f64 {
    match settings.smoothing {
        Smoothing::Exponential => 100.0 / (total / numerator),
        _ => 100.0 * numerator / total,
    }
}

/// The score from the sums over examples, 0 to 100.
pub(super) fn value(sums: &[f64], settings: &BleuSettings) -> f64 {
    let Some(found) = reckon(sums, settings) else { return 0.0 };
    let orders = &found.precision[..found.orders];
    if orders.contains(&0.0) {
        return 0.0;
    }
    found.brevity * (orders.iter().map(|precision| precision.ln()).sum::<f64>() / found.orders as f64).exp()
}

/// How far the score moves with each of the sums.
pub(super) fn gradient(sums: &[f64], settings: &BleuSettings) -> Vec<f64> {
    let mut gradient = vec![0.0; WIDTH];
    let score = value(sums, settings);
    let Some(found) = reckon(sums, settings).filter(|_| score > 0.0) else { return gradient };
    for order in 0..found.orders {
        let (hit, total) = found.slopes[order];
        gradient[2 + order] = score * hit / found.orders as f64;
        gradient[2 + ORDERS + order] = score * total / found.orders as f64;
    }
    if sums[0] < sums[1] {
        // exp(1 − r / c): d/dc = r / c², d/dr = −1 / c
        gradient[0] = score * sums[1] / (sums[0] * sums[0]);
        gradient[1] = -score / sums[0];
    }
    gradient
}
