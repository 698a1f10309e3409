//! The rows that called models answer at first: the validation rows of every repeat.

use rand::seq::SliceRandom;

use super::dataset::Dataset;
use super::deal;
use super::seed;
use super::strata::{Split, SplitSpec, by_group, in_order, in_time, part, seed_of, share, spaced, strata};

/// Splits `rows` so that every repeat validates on the same ones, at most `most` of them and at most the share that
/// `spec` validates on; each repeat trains on all others, in an order of its own of which every prefix is stratified.
///
/// In time the latest rows are validated on. Of groups whole ones are; what such a group has beyond `most` rows is
/// left out altogether. So are the further copies of a row that is asked.
pub(super) fn explore(dataset: &Dataset, rows: &[u32], spec: &SplitSpec, most: u32) -> Split {
    let wanted = share(rows.len(), spec.validation).min(most as usize).clamp(1, rows.len().max(1));
    let fixed = seed::derive(spec.seed, "explored", 0);
    match (&dataset.times, dataset.whole_groups()) {
        (Some(times), _) => {
            let mut train = in_time(rows, times);
            let validation = train.split_off(train.len() - wanted.min(train.len()));
            Split { train, validation }
        }
        (None, Some(groups)) => {
            let portion = wanted as f64 / rows.len().max(1) as f64;
            let Split { train, mut validation } = part(by_group(rows, groups, fixed), rows, portion);
            validation.truncate(wanted);
            let train = by_group(&train, groups, seed_of(spec)).concat();
            Split { train, validation }
        }
        (None, None) if dataset.copies().is_some() => {
            let units = dataset.copies().unwrap_or_default();
            deal::explored(dataset, rows, units, (wanted, fixed, seed_of(spec)))
        }
        (None, None) => {
            let mut chosen = drawn(rows, dataset, fixed);
            let rest = chosen.split_off(wanted.min(chosen.len()));
            let mut random = seed::generator(seed_of(spec), "stratified", 0);
            let mut placed = Vec::with_capacity(rest.len());
            let mut sorted = rest;
            sorted.sort_unstable();
            for mut stratum in strata(&sorted, dataset.given()) {
                stratum.shuffle(&mut random);
                placed.extend(spaced(&stratum));
            }
            Split { train: in_order(placed), validation: chosen }
        }
    }
}

/// The rows in an order of which every prefix is stratified: first one row of each class that has two, then all in
/// proportion; a class of one row comes last, since there is something to train on first.
fn drawn(rows: &[u32], dataset: &Dataset, seed: u64) -> Vec<u32> {
    let mut random = seed::generator(seed, "stratified", 0);
    let mut placed = Vec::with_capacity(rows.len());
    for mut stratum in strata(rows, dataset.given()) {
        stratum.shuffle(&mut random);
        let first = if stratum.len() > 1 { 0.0 } else { 1.0 };
        placed
            .extend(spaced(&stratum).enumerate().map(|(at, (place, row))| (if at == 0 { first } else { place }, row)));
    }
    in_order(placed)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::dataset::Target;
    use crate::split::split;
    use crate::study::TaskKind;

    fn dataset(labels: Vec<u32>) -> Dataset {
        let rows = labels.len() as u32;
        let names = (0..3).map(|class| class.to_string()).collect();
        Dataset::without_holdout(TaskKind::Classification, Vec::new(), Target::Classes { labels, names }, rows)
    }

    fn spec(repeat: u32, explored: u32) -> SplitSpec {
        let (seed, windows, validation) = (7, 0, 0.2);
        SplitSpec { seed, repeat, windows, validation, fraction: 1.0, folds: 0, explored: Some(explored) }
    }

    #[test]
    fn every_repeat_validates_on_the_same_rows_and_trains_on_all_others() {
        // 1,000 rows of class 0, 480 of class 1, 20 of class 2. Of 30 rows one of each class comes first, then those
        // with the places 1.5/n, 2.5/n, …: 20 of class 0, 9 or 10 of class 1, and class 2 keeps its one (0.4 rounded up).
        let labels = [vec![0; 1000], vec![1; 480], vec![2; 20]].concat();
        let data = dataset(labels.clone());
        let first = split(&data, &spec(0, 30));
        let count = |class| first.validation.iter().filter(|&&row| labels[row as usize] == class).count();
        assert_eq!(first.validation.len(), 30);
        assert!((19..=20).contains(&count(0)) && (9..=10).contains(&count(1)) && count(2) == 1);
        for repeat in 0..5 {
            let other = split(&data, &spec(repeat, 30));
            assert_eq!(other.validation, first.validation);
            let all: BTreeSet<u32> = other.train.iter().chain(&other.validation).copied().collect();
            assert_eq!((all.len(), other.train.len()), (1_500, 1_470));
            assert!(repeat == 0 || other.train != first.train, "another order");
            // A tenth of the training rows is stratified too: about 96.9, 46.1 and 1.9 of 147 rows... by class.
            let tenth = split(&data, &SplitSpec { fraction: 0.1, ..spec(repeat, 30) }).train;
            let rare = tenth.iter().filter(|&&row| labels[row as usize] == 2).count();
            assert_eq!((tenth.len(), rare), (147, 2));
        }
    }

    #[test]
    fn no_more_than_the_share_that_is_validated_on() {
        let data = dataset(vec![0; 100]);
        assert_eq!(split(&data, &spec(0, 300)).validation.len(), 20);
        assert_eq!(split(&data, &spec(0, 7)).validation.len(), 7);
    }

    #[test]
    fn groups_stay_on_one_side_and_time_goes_forward() {
        let mut data = dataset(vec![0; 200]);
        let groups: Vec<u32> = (0..200).map(|row| row / 8).collect();
        data.groups = Some(groups.clone());
        let of = |rows: &[u32]| rows.iter().map(|row| groups[*row as usize]).collect::<BTreeSet<u32>>();
        let first = split(&data, &spec(0, 20));
        assert!(first.validation.len() <= 20 && first.validation.len() >= 8);
        for repeat in 0..3 {
            let split = split(&data, &spec(repeat, 20));
            assert_eq!(split.validation, first.validation);
            assert!(of(&split.train).is_disjoint(&of(&split.validation)));
            assert_eq!(of(&split.train).len() + of(&split.validation).len(), 25);
        }
        data.groups = None;
        data.times = Some((0..200).rev().collect());
        let split = split(&data, &spec(3, 20));
        assert_eq!(split.validation, (0..20).rev().collect::<Vec<u32>>());
        assert_eq!(split.train.len(), 180);
    }
}
