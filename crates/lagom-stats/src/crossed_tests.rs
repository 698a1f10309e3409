//! Tests of `crossed`: hand-worked designs, laws, faults.

use super::*;
use proptest::prelude::*;

fn estimate(examples: &[Vec<u32>], values: &[Vec<f64>], floor: Option<f64>) -> Estimate {
    let repeats: Vec<Repeat<'_>> =
        examples.iter().zip(values).map(|(examples, values)| Repeat { examples, values }).collect();
    crossed(&repeats, floor).unwrap()
}

#[test]
fn one_repeat_is_the_t_interval_of_a_mean() {
    // mean 3, variance 2.5, standard error √(2.5 / 5) = √0.5, 4 degrees, t = 2.776445
    let got = estimate(&[vec![9, 4, 7, 1, 2]], &[vec![1.0, 2.0, 3.0, 4.0, 5.0]], None);
    assert_eq!((got.point, got.repeats, got.examples, got.degrees_of_freedom), (3.0, 1, 5, 4.0));
    assert!((got.standard_error - 0.5f64.sqrt()).abs() < 1e-12);
    assert!((got.interval(0.95).1 - (3.0 + 2.776_445_105 * 0.5f64.sqrt())).abs() < 1e-8);
    assert!((got.lower(0.975) - got.interval(0.95).0).abs() < 1e-12);
}

#[test]
fn balanced_design_is_the_analysis_of_variance() {
    // rows repeats, columns examples; row means 3, 4; column means 1.5, 3.5, 5.5; mean 3.5
    // [1 3 5]   MS_repeats  = 3 (0.25 + 0.25) / 1 = 1.5
    // [2 4 6]   MS_examples = 2 (4 + 0 + 4) / 2 = 8, residuals all 0
    // V = (1.5 + 8 − 0) / 6; V_repeats = 1.5 / 6, V_examples = 8 / 6
    let ids = vec![0, 1, 2];
    let got = estimate(&[ids.clone(), ids.clone()], &[vec![1.0, 3.0, 5.0], vec![2.0, 4.0, 6.0]], None);
    assert!((got.standard_error.powi(2) - 9.5 / 6.0).abs() < 1e-12);
    assert!((got.variance_repeats - 0.25).abs() < 1e-12 && (got.variance_examples - 8.0 / 6.0).abs() < 1e-12);
    // 1.583333² / (0.25² / 1 + 1.333333² / 2) = 2.506944 / 0.951389 = 2.635036
    assert!((got.degrees_of_freedom - 2.506_944_444 / 0.951_388_889).abs() < 1e-6);
    // [1 3 5]   row means 3, 5; column means 2, 2.5, 7.5; mean 4; MS_repeats = 3 (1 + 1) = 6
    // [3 2 10]  MS_examples = 2 (4 + 2.25 + 12.25) / 2 = 18.5
    //           residuals row 1: 1−2−3+4 = 0, 1.5, −1.5; MS_residual = 2 · 4.5 / 2 = 4.5
    let got = estimate(&[ids.clone(), ids], &[vec![1.0, 3.0, 5.0], vec![3.0, 2.0, 10.0]], None);
    assert!((got.standard_error.powi(2) - (6.0 + 18.5 - 4.5) / 6.0).abs() < 1e-12);
}

#[test]
fn separate_examples_are_the_variance_between_repeats() {
    // No example shared: nothing but the spread of the means counts. 1.5, 5.5, 9.5: 16 / 3.
    let ids = [vec![0, 1], vec![2, 3], vec![4, 5]];
    let got = estimate(&ids, &[vec![1.0, 2.0], vec![5.0, 6.0], vec![9.0, 10.0]], None);
    assert!((got.standard_error.powi(2) - 16.0 / 3.0).abs() < 1e-12);
    assert!((got.degrees_of_freedom - 2.0).abs() < 1e-3);
}

#[test]
fn floor_adds_made_up_examples() {
    // 50 pairs, 2 lost, none won: mean −0.04, sum of squares 2 − 50 · 0.0016 = 1.92 (50/49 of it, by
    // n − 1); with ±1 twice each 4 more, and 4 · 50 · 0.0016 / 54 for the mean's move; over 54²
    let mut values = vec![0.0; 50];
    (values[3], values[30]) = (-1.0, -1.0);
    let got = estimate(&[(0..50).collect()], &[values], Some(1.0));
    let expected = (1.92 * 50.0 / 49.0 + 4.0 + 4.0 * 50.0 * 0.0016 / 54.0) / 2916.0;
    assert!((got.standard_error.powi(2) - expected).abs() < 1e-12);
    assert_eq!(got.point, -0.04);
    // no disagreement: √4 / 54, and the bound near the rule of three, 3 / 50
    let none = estimate(&[(0..50).collect()], &[vec![0.0; 50]], Some(1.0));
    assert!((none.standard_error - 2.0 / 54.0).abs() < 1e-12);
    assert!((none.lower(0.95) + 0.062).abs() < 1e-3);
}

#[test]
fn faults_are_named() {
    let one = |examples: &[u32], values: &[f64]| crossed(&[Repeat { examples, values }], None).unwrap_err();
    assert_eq!(crossed(&[], None), Err(StatsError::NoRepeats));
    assert_eq!(one(&[1], &[1.0]), StatsError::TooFewExamples { repeat: 0, examples: 1 });
    assert_eq!(one(&[1, 2], &[1.0]), StatsError::Lengths { repeat: 0, examples: 2, values: 1 });
    assert_eq!(one(&[7, 7], &[1.0, 2.0]), StatsError::DuplicateExample { repeat: 0, example: 7 });
    assert_eq!(one(&[7, 8], &[1.0, f64::NAN]), StatsError::NotFinite { repeat: 0, example: 8 });
    let fine = [Repeat { examples: &[0, 1], values: &[1.0, 2.0] }];
    assert_eq!(crossed(&fine, Some(-1.0)), Err(StatsError::Floor(-1.0)));
    let sure = crossed(&fine, None).unwrap();
    assert_eq!(sure.interval(1.0), (f64::NEG_INFINITY, f64::INFINITY));
}

proptest! {
    #[test]
    fn shift_scale_and_order_laws(
        values in prop::collection::vec(prop::collection::vec(-5.0f64..5.0, 12), 1..5),
        (shift, scale) in (-3.0f64..3.0, 0.1f64..4.0),
    ) {
        // overlapping splits: repeat r has examples 3r to 3r + 11, in falling order
        let ids: Vec<Vec<u32>> = (0..values.len() as u32).map(|r| (0..12).map(|i| 3 * r + 11 - i).collect()).collect();
        let map = |f: &dyn Fn(f64) -> f64| values.iter().map(|row| row.iter().map(|&v| f(v)).collect()).collect::<Vec<Vec<f64>>>();
        let plain = estimate(&ids, &values, None);
        let moved = estimate(&ids, &map(&|v| v + shift), None);
        let scaled = estimate(&ids, &map(&|v| v * scale), None);
        prop_assert!((moved.point - plain.point - shift).abs() < 1e-9);
        prop_assert!((moved.standard_error - plain.standard_error).abs() < 1e-9);
        prop_assert!((moved.degrees_of_freedom - plain.degrees_of_freedom).abs() < 1e-4);
        prop_assert!((scaled.point - plain.point * scale).abs() < 1e-9);
        prop_assert!((scaled.standard_error - plain.standard_error * scale).abs() < 1e-9);
        let (low, high) = plain.interval(0.9);
        prop_assert!(low <= plain.point && plain.point <= high);
        prop_assert!(plain.interval(0.99).0 <= low && plain.lower(0.9) >= low && plain.upper(0.9) <= high);
        let mut back = (ids.clone(), values.clone());
        back.0.reverse();
        back.1.reverse();
        prop_assert!((estimate(&back.0, &back.1, None).standard_error - plain.standard_error).abs() < 1e-9);
        prop_assert!(estimate(&ids, &values, Some(1.0)).standard_error >= plain.standard_error);
    }
}

fn clustered(examples: &[Vec<u32>], values: &[Vec<f64>], floor: Option<f64>, (of, copies): (&[u32], bool)) -> Estimate {
    let repeats: Vec<Repeat<'_>> =
        examples.iter().zip(values).map(|(examples, values)| Repeat { examples, values }).collect();
    CrossedMean::clustered(&repeats, floor.map(Flip::Difference), Some(Clusters { of, copies })).unwrap().estimate()
}

proptest! {
    /// Copying every example k times changes neither the point nor the interval; taken as independent they would be
    /// √k too narrow.
    #[test]
    fn copies_add_nothing(values in prop::collection::vec(prop::collection::vec(-3.0..3.0f64, 12), 1..4), times in 2u32..5) {
        let ids: Vec<u32> = (0..12).collect();
        let once = estimate(&vec![ids; values.len()], &values, Some(1.0));
        let of: Vec<u32> = (0..12 * times).map(|example| example % 12).collect();
        let copied: Vec<Vec<f64>> = values.iter().map(|one| one.repeat(times as usize)).collect();
        let all = vec![(0..12 * times).collect::<Vec<u32>>(); values.len()];
        let found = clustered(&all, &copied, Some(1.0), (&of, true));
        prop_assert!((found.point - once.point).abs() < 1e-9);
        prop_assert!((found.standard_error - once.standard_error).abs() < 1e-9);
        prop_assert!((found.degrees_of_freedom - once.degrees_of_freedom).abs() < 1e-6);
        prop_assert_eq!(found.examples, u64::from(12 * times));
    }

    /// Clusters of one example each are no clusters.
    #[test]
    fn clusters_of_one_are_none(values in prop::collection::vec(prop::collection::vec(-3.0..3.0f64, 9), 1..4)) {
        let ids: Vec<u32> = (0..9).rev().collect();
        let once = estimate(&vec![ids.clone(); values.len()], &values, Some(0.5));
        let own: Vec<u32> = (0..9).map(|id| 100 - id).collect();
        for copies in [true, false] {
            let found = clustered(&vec![ids.clone(); values.len()], &values, Some(0.5), (&own, copies));
            prop_assert!((found.standard_error - once.standard_error).abs() < 1e-12);
            prop_assert!((found.degrees_of_freedom - once.degrees_of_freedom).abs() < 1e-9);
        }
    }
}

#[test]
fn clusters_are_the_robust_variance_of_a_mean() {
    // One repeat, clusters {1, 2}, {4}, {6, 7} about the mean 4: sums −5, 0, 5; n = 5, three clusters:
    // V = 3/2 · (25 + 0 + 25) / 25 = 3, with 2 degrees of freedom (statsmodels' cluster-robust variance of a mean
    // has 3/2 · 4/4 for its factor).
    let got = clustered(&[vec![0, 1, 2, 3, 4]], &[vec![1.0, 2.0, 4.0, 6.0, 7.0]], None, (&[0, 0, 1, 2, 2], false));
    assert!((got.standard_error.powi(2) - 3.0).abs() < 1e-12);
    assert_eq!((got.degrees_of_freedom, got.examples), (2.0, 5));
    // A single cluster has no spread to see: its examples count.
    let one = clustered(&[vec![0, 1, 2, 3, 4]], &[vec![1.0, 2.0, 3.0, 4.0, 5.0]], None, (&[7; 5], false));
    assert!((one.standard_error - 0.5f64.sqrt()).abs() < 1e-12);
}

#[test]
fn the_floor_of_groups_is_that_of_examples() {
    // 40 pairs in 10 groups, all agreeing: √4 / 44 as for 40 examples on their own, not √4 / 14.
    let of: Vec<u32> = (0..40).map(|example| example / 4).collect();
    let got = clustered(&[(0..40).collect()], &[vec![0.0; 40]], Some(1.0), (&of, false));
    assert!((got.standard_error - 2.0 / 44.0).abs() < 1e-12);
    // Copies turn together: ten examples.
    let got = clustered(&[(0..40).collect()], &[vec![0.0; 40]], Some(1.0), (&of, true));
    assert!((got.standard_error - 2.0 / 14.0).abs() < 1e-12);
}

#[test]
fn examples_that_are_all_right_are_no_proof_that_none_ever_is_wrong() {
    // m = 150 ones and four made up, two of them 0: centre 0.5, off by 0.5.
    // Variance (4 · 0.25 + 4 · 150 · 0.25 / 154) / 154² = 8.3237e-5, distance of the centres 4 · 0.5 / 154 = 0.012987.
    let ids: Vec<u32> = (0..150).collect();
    let flip = Some(Flip::Score { right: 1.0, wrong: 0.0 });
    let of = |values: &[f64]| CrossedMean::of(&[Repeat { examples: &ids, values }], flip).unwrap().estimate();
    let all = of(&[1.0; 150]);
    assert!((all.standard_error - (8.3237e-5_f64 + 0.012987_f64.powi(2)).sqrt()).abs() < 1e-7, "{all:?}");
    // The exact bound is 0.05^(1/150) = 0.9802 (Clopper & Pearson 1934): not above it.
    assert_eq!(all.point, 1.0);
    assert!((0.96..0.9803).contains(&all.lower(0.95)), "{}", all.lower(0.95));
    // All wrong is the same from the other side, and in the middle nothing changes: √(0.25 · 150 / 149 / 150).
    assert!((of(&[0.0; 150]).standard_error - all.standard_error).abs() < 1e-12);
    let half: Vec<f64> = (0..150).map(|at| f64::from(at % 2)).collect();
    assert!((of(&half).standard_error - (0.25_f64 / 149.0).sqrt()).abs() < 1e-12);
}
