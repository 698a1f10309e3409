//! Classes of unequal size: more rows of the rare ones, or more weight.

use rand::Rng;
use rand::seq::SliceRandom;

use super::step::Done;
use super::training_rows::TrainingRows;
use crate::candidate::spec::FitError;
use crate::data::{Values, seed};
use crate::stats;

/// Nearest rows of its class that a new row may lie towards (Chawla et al. 2002: five).
const NEIGHBOURS: usize = 5;
/// Rows of a class among which neighbours are looked for: in larger classes a random part of them.
const SEARCHED: usize = 2_000;

/// Adds rows to every class until it has as many as the commonest. In tables with numbers they are made as SMOTE does (Chawla, Bowyer,
/// Hall & Kegelmeyer 2002, JAIR 16): on the way from a random row of the class to one of its five nearest, by Euclidean distance in
/// standard deviations; categories and missing numbers are the row's own. Elsewhere they are repeats of random rows.
pub(super) fn oversample(rows: &mut TrainingRows<'_>, seed: u64) -> Result<Done, FitError> {
    let classes = rows.names().len();
    if classes < 2 {
        return Err(FitError::Unfit("`oversampling` evens out classes, and there are none".to_owned()));
    }
    let labels = rows.labels();
    let mut of_class: Vec<Vec<usize>> = vec![Vec::new(); classes];
    labels.iter().enumerate().for_each(|(place, label)| of_class[*label as usize].push(place));
    let most = of_class.iter().map(Vec::len).max().unwrap_or(0);
    let mut random = seed::generator(seed, "oversampling", 0);
    let standard = standardised(rows);
    let (mut from, mut towards) = (Vec::new(), Vec::new());
    for places in of_class.iter().filter(|places| !places.is_empty() && places.len() < most) {
        let mut searched = places.clone();
        searched.shuffle(&mut random);
        searched.truncate(SEARCHED);
        for _ in places.len()..most {
            let place = places[random.random_range(0..places.len())];
            from.push(place);
            towards.push(neighbour(place, &searched, &standard, &mut random));
        }
    }
    let own = rows.len();
    rows.repeat(&from)?;
    let shares: Vec<f64> = from.iter().map(|_| random.random()).collect();
    for column in rows.cells() {
        let Values::Numbers(numbers) = &mut column.values else { continue };
        for (added, (other, share)) in towards.iter().zip(&shares).enumerate() {
            let (here, there) = (numbers[own + added], numbers[*other]);
            if !here.is_nan() && !there.is_nan() {
                numbers[own + added] = here + share * (there - here);
            }
        }
    }
    Ok(Done { rows: from.len(), ..Done::default() })
}

/// One of the nearest of the searched rows, drawn at random; the row itself where there is no other.
fn neighbour(place: usize, searched: &[usize], standard: &[Vec<f64>], random: &mut impl Rng) -> usize {
    let mut near: Vec<(f64, usize)> = Vec::with_capacity(NEIGHBOURS + 1);
    for &other in searched.iter().filter(|other| **other != place) {
        let distance: f64 = standard.iter().map(|numbers| (numbers[place] - numbers[other]).powi(2)).sum();
        if near.len() == NEIGHBOURS && near.last().is_some_and(|last| distance >= last.0) {
            continue;
        }
        near.truncate(NEIGHBOURS - 1);
        let at = near.partition_point(|one| one.0 <= distance);
        near.insert(at, (distance, other));
    }
    if near.is_empty() { place } else { near[random.random_range(0..near.len())].1 }
}

/// The numbers of each column by place, in standard deviations from their mean; a missing one at the mean.
fn standardised(rows: &TrainingRows<'_>) -> Vec<Vec<f64>> {
    let column = |values: &Values| {
        let Values::Numbers(numbers) = values else { return None };
        let here: Vec<f64> = (0..rows.len()).map(|place| numbers[rows.row(place)]).collect();
        let known: Vec<f64> = here.iter().copied().filter(|value| value.is_finite()).collect();
        let mean = if known.is_empty() { 0.0 } else { stats::mean(&known) };
        let deviation = if known.len() < 2 { 0.0 } else { stats::variance(&known).sqrt() };
        let scale = if deviation > 0.0 { deviation } else { 1.0 };
        Some(here.iter().map(|value| if value.is_finite() { (value - mean) / scale } else { 0.0 }).collect())
    };
    rows.columns().iter().filter_map(|one| column(&one.values)).collect()
}

/// Weighs each row by `rows / (classes × rows of its class)`, classes without rows left out: scikit-learn's
/// `class_weight="balanced"` (King & Zeng 2001).
pub(super) fn balanced(rows: &mut TrainingRows<'_>) -> Result<Done, FitError> {
    let counts = rows.counts();
    let present = counts.iter().filter(|count| **count > 0).count();
    if present < 2 {
        return Err(FitError::Unfit(
            "`class-weights` evens out classes, and the training rows have fewer than two".to_owned(),
        ));
    }
    let all = rows.len() as f64;
    let weight = |label: &u32| all / (present as f64 * counts[*label as usize] as f64);
    let factors: Vec<f64> = rows.labels().iter().map(weight).collect();
    rows.weigh(&factors);
    Ok(Done::rows(factors.iter().filter(|factor| **factor != 1.0).count()))
}
