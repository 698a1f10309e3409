//! Splits: which rows are sealed, and which rows of the rest each repeat trains and validates on.

use rand::seq::SliceRandom;

use super::dataset::{Dataset, Target};
use super::deal;
use super::explore::explore;
use super::seed;
use super::strata::{Split, SplitSpec, by_group, in_order, in_time, part, seed_of, share, spaced, strata};

/// Splits the development rows as the study asks: by time, by group, else at random, stratified by class; copies stay on
/// one side but in time, whose order goes before.
#[must_use]
pub fn split(dataset: &Dataset, spec: &SplitSpec) -> Split {
    let outside = fold(dataset, spec).map(|(outside, _)| outside);
    let rows = outside.as_ref().unwrap_or(&dataset.development);
    let mut split = match (spec.explored, &dataset.times, dataset.whole_groups()) {
        (Some(most), ..) => explore(dataset, rows, spec, most),
        (None, Some(times), _) => window(rows, times, spec),
        (None, None, Some(groups)) => part(by_group(rows, groups, seed_of(spec)), rows, spec.validation),
        (None, None, None) => at_random(dataset, rows, (spec.validation, seed_of(spec))),
    };
    let kept = share(split.train.len(), spec.fraction).max(1);
    match dataset.copies() {
        _ if dataset.times.is_some() => drop(split.train.drain(..split.train.len() - kept.min(split.train.len()))),
        Some(units) => split.train.truncate(deal::whole(&split.train, units, kept)),
        None => split.train.truncate(kept),
    }
    split
}

/// The fold that cross-fitting seals in one repeat: the rows outside it and those in it, both in ascending order.
///
/// The folds of one round (`folds` repeats in turn) share no row and cover all; the next round draws
/// others. Whole groups where the data have groups, else each class is dealt out evenly; copies are in one fold. None
/// where `spec` asks for no folds.
#[must_use]
pub fn fold(dataset: &Dataset, spec: &SplitSpec) -> Option<(Vec<u32>, Vec<u32>)> {
    let round = spec.repeat.checked_div(spec.folds)?;
    let own = (spec.repeat % spec.folds) as usize;
    let count = spec.folds as usize;
    let seed = seed::derive(spec.seed, "fold", u64::from(round));
    let rows = &dataset.development;
    let mut folds: Vec<Vec<u32>> = vec![Vec::new(); count];
    if let Some(groups) = dataset.whole_groups() {
        let mut groups = by_group(rows, groups, seed);
        // The largest first, each to the smallest fold so far: folds come out nearly equal.
        groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
        for group in groups {
            if let Some(smallest) = folds.iter_mut().min_by_key(|fold| fold.len()) {
                smallest.extend(group);
            }
        }
    } else if let Some(units) = dataset.copies() {
        folds = deal::folds(dataset, rows, units, (count, seed));
    } else {
        let mut random = seed::generator(seed, "stratified", 0);
        let mut strata = strata(rows, dataset.given());
        strata.iter_mut().for_each(|stratum| stratum.shuffle(&mut random));
        for (at, row) in strata.into_iter().flatten().enumerate() {
            folds[at % count].push(row);
        }
    }
    let mut tested = std::mem::take(&mut folds[own]);
    let mut outside = folds.concat();
    tested.sort_unstable();
    outside.sort_unstable();
    Some((outside, tested))
}

/// The rows to seal out of one file: the latest in time, whole groups, or a stratified sample.
///
/// Returns the development rows and the sealed rows, both in ascending order.
#[must_use]
pub fn seal(dataset: &Dataset, holdout: f64, seed: u64) -> (Vec<u32>, Vec<u32>) {
    let rows: Vec<u32> = (0..u32::try_from(dataset.target.rows()).unwrap_or(u32::MAX)).collect();
    let mut split = match (&dataset.times, dataset.whole_groups()) {
        (Some(times), _) => {
            let ordered = in_time(&rows, times);
            let kept = ordered.len() - share(ordered.len(), holdout).max(1);
            Split { train: ordered[..kept].to_vec(), validation: ordered[kept..].to_vec() }
        }
        (None, Some(groups)) => part(by_group(&rows, groups, seed::derive(seed, "holdout", 0)), &rows, holdout),
        (None, None) => at_random(dataset, &rows, (holdout, seed::derive(seed, "holdout", 0))),
    };
    split.train.sort_unstable();
    split.validation.sort_unstable();
    (split.train, split.validation)
}

/// The same share of every class; copies stay on one side.
fn at_random(dataset: &Dataset, rows: &[u32], (part, seed): (f64, u64)) -> Split {
    match dataset.copies() {
        Some(units) => deal::stratified(dataset, rows, units, (part, seed)),
        None => stratified(rows, dataset.given(), part, seed),
    }
}

/// Takes the same share of every class, at least one row of each that has two; training rows come
/// in an order of which every prefix is stratified too.
fn stratified(rows: &[u32], target: &Target, part: f64, seed: u64) -> Split {
    let mut random = seed::generator(seed, "stratified", 0);
    let mut strata = strata(rows, target);
    let mut train: Vec<(f64, u32)> = Vec::with_capacity(rows.len());
    let mut validation = Vec::new();
    for stratum in &mut strata {
        stratum.shuffle(&mut random);
        let least = usize::from(stratum.len() > 1);
        let taken = share(stratum.len(), part).clamp(least, stratum.len().saturating_sub(1).max(least));
        validation.extend_from_slice(&stratum[..taken]);
        train.extend(spaced(&stratum[taken..]));
    }
    Split { train: in_order(train), validation }
}

/// Trains on the past and validates on what follows: repeat `r` validates on the `r`-th of the
/// windows over the later half (rolling origin: Tashman 2000).
fn window(rows: &[u32], times: &[u32], spec: &SplitSpec) -> Split {
    let ordered = in_time(rows, times);
    let windows = spec.windows.max(1) as usize;
    let first = ordered.len() / 2;
    let width = ((ordered.len() - first) / windows).max(1);
    let start = (first + spec.repeat as usize * width).clamp(1, ordered.len().saturating_sub(1).max(1));
    let end = (start + width).min(ordered.len());
    Split { train: ordered[..start].to_vec(), validation: ordered[start..end].to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::TaskKind;

    fn dataset(labels: Vec<u32>, classes: usize) -> Dataset {
        let rows = labels.len() as u32;
        Dataset {
            task: TaskKind::Classification,
            columns: Vec::new(),
            target_name: "y".into(),
            target: Target::Classes { labels, names: (0..classes).map(|c| c.to_string()).collect() },
            groups: None,
            times: None,
            beside: Vec::new(),
            development: (0..rows).collect(),
            sealed: Vec::new(),
            units: None,
            reviewed: None,
        }
    }

    fn spec(repeat: u32, fraction: f64) -> SplitSpec {
        SplitSpec { seed: 7, repeat, windows: 5, validation: 0.2, fraction, folds: 0, explored: None }
    }

    fn folded(repeat: u32) -> SplitSpec {
        SplitSpec { windows: 0, folds: 5, ..spec(repeat, 1.0) }
    }

    #[test]
    fn a_round_of_folds_tests_every_row_once_by_models_that_have_not_seen_it() {
        let labels: Vec<u32> = (0..103).map(|row| u32::from(row % 7 == 0)).collect();
        let data = dataset(labels.clone(), 2);
        for round in 0..2 {
            let mut all = Vec::new();
            for repeat in 5 * round..5 * round + 5 {
                let (outside, tested) = fold(&data, &folded(repeat)).expect("folds are asked for");
                // 15 of 103 rows are of class 1: three in each fold; 103 rows are 20 or 21 a fold.
                assert_eq!(tested.iter().filter(|&&row| labels[row as usize] == 1).count(), 3);
                assert!((20..=21).contains(&tested.len()));
                let split = split(&data, &folded(repeat));
                let mut seen = [split.train, split.validation].concat();
                seen.sort_unstable();
                assert_eq!(seen, outside, "trains and validates on all rows outside its fold");
                assert!(tested.iter().all(|row| !outside.contains(row)));
                all.extend(tested);
            }
            all.sort_unstable();
            assert_eq!(all, (0..103).collect::<Vec<u32>>());
        }
        assert_ne!(fold(&data, &folded(0)), fold(&data, &folded(5)), "the next round draws other folds");
        assert_eq!(fold(&data, &spec(0, 1.0)), None);
    }

    #[test]
    fn folds_keep_groups_whole_and_nearly_equal() {
        // Group sizes 1, 2, ..., 13 make 91 rows: 18.2 a fold.
        let groups: Vec<u32> = (0..13).flat_map(|group| vec![group; group as usize + 1]).collect();
        let mut data = dataset(vec![0; 91], 2);
        data.groups = Some(groups.clone());
        for repeat in 0..5 {
            let (outside, tested) = fold(&data, &folded(repeat)).expect("folds are asked for");
            assert!((16..=21).contains(&tested.len()), "{}", tested.len());
            assert!(
                tested.iter().all(|&row| outside.iter().all(|&other| groups[row as usize] != groups[other as usize]))
            );
        }
    }

    #[test]
    fn about_ten_repeats_make_a_round() {
        let found: Vec<u32> = [4, 5, 9, 10, 11, 15, 19, 20, 21, 30].map(crate::strata::folds).to_vec();
        assert_eq!(found, [4, 5, 9, 10, 11, 15, 19, 10, 11, 10]);
    }

    #[test]
    fn stratified_split_keeps_shares_and_is_disjoint() {
        // 100 rows of class 0, 20 of class 1, 3 of class 2: 20 % is 20, 4 and 1 (0.6 rounded up).
        let labels = [vec![0; 100], vec![1; 20], vec![2; 3]].concat();
        let data = dataset(labels.clone(), 3);
        let split = split(&data, &spec(0, 1.0));
        let count = |rows: &[u32], class| rows.iter().filter(|&&row| labels[row as usize] == class).count();
        assert_eq!([0, 1, 2].map(|c| count(&split.validation, c)), [20, 4, 1]);
        assert_eq!([0, 1, 2].map(|c| count(&split.train, c)), [80, 16, 2]);
        let mut all = [split.train, split.validation].concat();
        all.sort_unstable();
        assert_eq!(all, (0..123).collect::<Vec<u32>>());
    }

    #[test]
    fn fractions_are_nested_and_repeats_differ() {
        let data = dataset((0..200).map(|row| row % 2).collect(), 2);
        let whole = split(&data, &spec(1, 1.0));
        let half = split(&data, &spec(1, 0.5));
        assert_eq!(half.train, whole.train[..80]);
        assert_eq!(half.validation, whole.validation);
        assert_ne!(split(&data, &spec(2, 1.0)).validation, whole.validation);
    }

    #[test]
    fn groups_stay_whole() {
        let mut data = dataset(vec![0; 100], 2);
        data.groups = Some((0..100).map(|row| row / 10).collect());
        let split = split(&data, &spec(0, 1.0));
        assert_eq!(split.validation.len(), 20);
        let of = |rows: &[u32]| rows.iter().map(|row| row / 10).collect::<std::collections::BTreeSet<_>>();
        assert!(of(&split.train).is_disjoint(&of(&split.validation)));
    }

    #[test]
    fn time_splits_never_train_on_the_future() {
        let mut data = dataset(vec![0; 100], 2);
        data.times = Some((0..100).rev().collect());
        for repeat in 0..5 {
            let split = split(&data, &spec(repeat, 1.0));
            // Row 99 is the earliest: every training row is a later row number than any validation row.
            assert!(split.train.iter().min() > split.validation.iter().max());
            assert_eq!(split.validation.len(), 10);
        }
        let (development, sealed) = seal(&data, 0.2, 1);
        assert_eq!(sealed, (0..20).collect::<Vec<u32>>());
        assert_eq!(development.len(), 80);
    }
}
