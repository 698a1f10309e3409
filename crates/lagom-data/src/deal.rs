//! Dealing out rows of which some are copies of one another: whole units to each side, each class in its share.

use std::collections::HashMap;

use rand::seq::SliceRandom;

use super::dataset::{Dataset, Target};
use super::seed;
use super::strata::{Split, share};

/// Rows that stand together, in ascending order.
type Unit = Vec<u32>;

/// As the split of independent rows, by whole units: of every class its share, and at least one unit of each that has two on
/// both sides. Training rows come in an order of which every prefix holds whole units but for its last, and is stratified.
pub(super) fn stratified(dataset: &Dataset, rows: &[u32], units: &[u32], (part, seed): (f64, u64)) -> Split {
    let mut random = seed::generator(seed, "stratified", 0);
    let mut placed = Vec::new();
    let mut validation = Vec::new();
    for mut stratum in strata(rows, units, dataset.given()) {
        stratum.shuffle(&mut random);
        let wanted = share(stratum.iter().map(Vec::len).sum(), part);
        let last = stratum.len() - 1;
        let mut kept = Vec::new();
        let mut taken = 0;
        for (at, unit) in stratum.into_iter().enumerate() {
            let fits = taken + unit.len() / 2 < wanted && at < last;
            if last > 0 && (at == 0 || fits) {
                taken += unit.len();
                validation.extend(unit);
            } else {
                kept.push(unit);
            }
        }
        placed.extend(spaced(kept));
    }
    Split { train: in_order(placed), validation }
}

/// Folds that share no unit, of nearly equal size, each class dealt out evenly.
pub(super) fn folds(dataset: &Dataset, rows: &[u32], units: &[u32], (count, seed): (usize, u64)) -> Vec<Vec<u32>> {
    let mut random = seed::generator(seed, "stratified", 0);
    let mut folds: Vec<Vec<u32>> = vec![Vec::new(); count];
    for mut stratum in strata(rows, units, dataset.given()) {
        stratum.shuffle(&mut random);
        // The largest first, each to the fold that has the fewest of this class, then the fewest of all.
        stratum.sort_by_key(|unit| std::cmp::Reverse(unit.len()));
        let mut of_class = vec![0; count];
        for unit in stratum {
            let least = (0..count).min_by_key(|&at| (of_class[at], folds[at].len()));
            if let Some(at) = least {
                of_class[at] += unit.len();
                folds[at].extend(unit);
            }
        }
    }
    folds
}

/// The rows that called models answer, `wanted` of them and one of each unit, and all rows of other units to train on.
///
/// `fixed` draws who is asked, the same in every repeat; `own` the order of the training rows.
pub(super) fn explored(
    dataset: &Dataset,
    rows: &[u32],
    units: &[u32],
    (wanted, fixed, own): (usize, u64, u64),
) -> Split {
    let mut random = seed::generator(fixed, "stratified", 0);
    let mut chosen = Vec::new();
    for mut stratum in strata(rows, units, dataset.given()) {
        stratum.shuffle(&mut random);
        let single = stratum.len() == 1;
        let mut placed: Vec<(f64, Unit)> = spaced(stratum).collect();
        // One of each class that has two first; the only one of a class last, since there is something to train on first.
        if let Some(first) = placed.first_mut() {
            first.0 = if single { 1.0 } else { 0.0 };
        }
        chosen.extend(placed);
    }
    sort(&mut chosen);
    let rest = chosen.split_off(wanted.min(chosen.len()));
    let validation = chosen.into_iter().filter_map(|(_, unit)| unit.first().copied()).collect();
    let mut rest: Vec<u32> = rest.into_iter().flat_map(|(_, unit)| unit).collect();
    rest.sort_unstable();
    let mut random = seed::generator(own, "stratified", 0);
    let mut placed = Vec::new();
    for mut stratum in strata(&rest, units, dataset.given()) {
        stratum.shuffle(&mut random);
        placed.extend(spaced(stratum));
    }
    Split { train: in_order(placed), validation }
}

/// Rows to keep at the head of `train` for `kept` rows: further ones where these would cut a unit in two.
pub(super) fn whole(train: &[u32], units: &[u32], kept: usize) -> usize {
    let unit = |at: usize| train.get(at).and_then(|&row| units.get(row as usize));
    let mut end = kept;
    while end > 0 && end < train.len() && unit(end) == unit(end - 1) {
        end += 1;
    }
    end
}

/// The units of each class, that of most of their rows; of any other target, all of them.
fn strata(rows: &[u32], units: &[u32], target: &Target) -> Vec<Vec<Unit>> {
    let mut place: HashMap<u32, usize> = HashMap::new();
    let mut members: Vec<Unit> = Vec::new();
    for &row in rows {
        let at = *place.entry(units[row as usize]).or_insert_with(|| {
            members.push(Vec::new());
            members.len() - 1
        });
        members[at].push(row);
    }
    let mut strata: Vec<Vec<Unit>> = vec![Vec::new(); target.classes().max(1) as usize];
    for unit in members {
        if let Some(stratum) = strata.get_mut(class(&unit, target)) {
            stratum.push(unit);
        }
    }
    strata.retain(|stratum| !stratum.is_empty());
    strata
}

/// The commonest class of a unit, the first to come of several.
fn class(unit: &[u32], target: &Target) -> usize {
    let Target::Classes { labels, .. } = target else { return 0 };
    let count = |row: &&u32| unit.iter().filter(|&&other| labels[other as usize] == labels[**row as usize]).count();
    let mut best: Option<(usize, u32)> = None;
    // Copies are few; of many with one input a handful tells as much.
    for row in unit.iter().take(32) {
        let found = count(&row);
        if best.is_none_or(|(most, _)| found > most) {
            best = Some((found, labels[*row as usize]));
        }
    }
    best.map_or(0, |(_, label)| label as usize)
}

/// Units with places from 0 to 1, spaced by their rows: in the order of places every prefix is stratified.
fn spaced(stratum: Vec<Unit>) -> impl Iterator<Item = (f64, Unit)> {
    let all = stratum.iter().map(Vec::len).sum::<usize>().max(1) as f64;
    let mut before = 0;
    stratum.into_iter().map(move |unit| {
        let place = (before as f64 + unit.len() as f64 / 2.0) / all;
        before += unit.len();
        (place, unit)
    })
}

fn sort(placed: &mut [(f64, Unit)]) {
    placed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
}

fn in_order(mut placed: Vec<(f64, Unit)>) -> Vec<u32> {
    sort(&mut placed);
    placed.into_iter().flat_map(|(_, unit)| unit).collect()
}
