//! Rows with equal inputs.

use std::collections::HashMap;

use super::step::Done;
use super::training_rows::{Relabelled, TrainingRows};
use crate::data::{Column, Values};

/// Places of rows with equal inputs together, in the order of the first of each. Texts are compared without case and with one space
/// between words, as everywhere in lagom.
pub(super) fn equal_rows(rows: &TrainingRows<'_>) -> Vec<Vec<usize>> {
    let mut known: HashMap<[u8; 32], usize> = HashMap::with_capacity(rows.len());
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for place in 0..rows.len() {
        let mut hasher = blake3::Hasher::new();
        rows.columns().iter().for_each(|column| feed(column, rows.row(place), &mut hasher));
        let group = *known.entry(*hasher.finalize().as_bytes()).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(places) => places.push(place),
            None => groups.push(vec![place]),
        }
    }
    groups
}

fn feed(column: &Column, row: usize, hasher: &mut blake3::Hasher) {
    match &column.values {
        Values::Numbers(numbers) => {
            // All missing cells are equal, and so are both zeros.
            let number = if numbers[row].is_nan() { f64::NAN } else { numbers[row] + 0.0 };
            hasher.update(&number.to_bits().to_le_bytes());
        }
        Values::Categories { codes, .. } => {
            hasher.update(&codes[row].to_le_bytes());
        }
        Values::Texts(texts) => {
            for word in texts[row].split_whitespace() {
                hasher.update(word.to_lowercase().as_bytes());
                hasher.update(b" ");
            }
            // No text holds this byte.
            hasher.update(&[0xff]);
        }
    }
}

/// Keeps the first of rows with equal inputs, with the commonest of their labels (of equally common ones that of the first row), or
/// the mean of their numbers.
pub(super) fn deduplicate(rows: &mut TrainingRows<'_>) -> Done {
    let groups = equal_rows(rows);
    let (labels, numbers) = (rows.labels(), rows.examples().numbers());
    let (mut relabelled, mut means) = (Vec::new(), Vec::new());
    for group in groups.iter().filter(|group| group.len() > 1) {
        let place = group[0];
        if numbers.is_empty() {
            let mut counts = vec![0_usize; rows.names().len()];
            group.iter().for_each(|&place| counts[labels[place] as usize] += 1);
            let most = counts.iter().max().copied().unwrap_or(0);
            let common = group.iter().map(|&place| labels[place]).find(|label| counts[*label as usize] == most);
            let label = common.unwrap_or(labels[place]);
            if label != labels[place] {
                relabelled.push(Relabelled { place, label });
            }
        } else {
            let sum: f64 = group.iter().map(|&place| numbers[place]).sum();
            means.push((place, sum / group.len() as f64));
        }
    }
    rows.relabel(&relabelled);
    rows.set_numbers(&means);
    let kept: Vec<usize> = groups.iter().map(|group| group[0]).collect();
    let before = rows.len();
    rows.keep(&kept);
    Done::rows(before - kept.len())
}
