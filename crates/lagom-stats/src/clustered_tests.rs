use super::*;
use crate::{Repeat, crossed};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[test]
fn known_answers() {
    // mean 3.5; sums of deviations by cluster −4, 0, 4: 3/2 · 32 / 36 = 4/3
    let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let got = clustered(&values, &[7, 7, 3, 3, 9, 9]).unwrap();
    assert!((got.point - 3.5).abs() < 1e-15 && (got.standard_error.powi(2) - 4.0 / 3.0).abs() < 1e-12);
    assert_eq!((got.examples, got.repeats), (6, 1));
    assert!((got.degrees_of_freedom - 2.0).abs() < 1e-12);
    // the order of rows does not matter to what a cluster is: −2.5 + 0.5, −1.5 + 1.5, −0.5 + 2.5
    let mixed = clustered(&values, &[1, 2, 3, 1, 2, 3]).unwrap();
    assert!((mixed.standard_error.powi(2) - 1.5 * 8.0 / 36.0).abs() < 1e-12);
    // each its own: variance 3.5 / 6
    let plain = clustered(&values, &[]).unwrap();
    assert!((plain.standard_error.powi(2) - 3.5 / 6.0).abs() < 1e-12);
    let own = clustered(&values, &[5, 4, 3, 2, 1, 0]).unwrap();
    assert!((own.standard_error - plain.standard_error).abs() < 1e-15 && (own.degrees_of_freedom - 5.0).abs() < 1e-9);
}

#[test]
fn clusters_of_other_sizes_are_corrected_one_by_one() {
    // sizes 4 and 1 and 1 of values 0 0 0 0, 3, 3: mean 1; sums of deviations −4, 2, 2
    // CR2: (16 / (1 − 4/6) + 4 / (1 − 1/6) + 4 / (1 − 1/6)) / 36 = (48 + 4.8 + 4.8) / 36 = 1.6
    let got = clustered(&[0.0, 0.0, 0.0, 0.0, 3.0, 3.0], &[1, 1, 1, 1, 2, 3]).unwrap();
    assert!((got.standard_error.powi(2) - 1.6).abs() < 1e-12, "{got:?}");
    // shares 2/3, 1/6, 1/6; h² a = 4/9 · 3 = 4/3, 1/36 · 6/5 = 1/30 twice. Off the diagonal
    // 36 · ((4/3 + 1/15)² − (16/9 + 2/900)) = 36 · (1.96 − 1.78) = 6.48; on it 16 + 1 + 1; 36 / 24.48 = 1.470588
    assert!((got.degrees_of_freedom - 36.0 / 24.48).abs() < 1e-9, "{got:?}");
    // of equal sizes it is one less than the clusters
    let ids: Vec<u32> = (0..40).map(|at| at / 5).collect();
    let values: Vec<f64> = (0..40).map(|at| f64::from(at % 7)).collect();
    assert!((clustered(&values, &ids).unwrap().degrees_of_freedom - 7.0).abs() < 1e-9);
}

#[test]
fn without_clusters_it_is_one_repeat_of_the_crossed_design() {
    let values = [0.0, 0.0, -1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0];
    let examples: Vec<u32> = (0..10).collect();
    for floor in [None, Some(1.0), Some(0.3)] {
        let ours = clustered_difference(&values, &[], floor).unwrap();
        let theirs = crossed(&[Repeat { examples: &examples, values: &values }], floor).unwrap();
        assert!((ours.standard_error - theirs.standard_error).abs() < 1e-15, "{floor:?}");
        assert_eq!(ours.degrees_of_freedom, theirs.degrees_of_freedom);
    }
    // no disagreement in 10 examples of 2 clusters: made-up examples, not clusters, √(4 / (10 + 4)²) = 1/7
    let none = clustered_difference(&[0.0; 10], &[0, 0, 0, 0, 0, 1, 1, 1, 1, 1], Some(1.0)).unwrap();
    assert!((none.standard_error - 1.0 / 7.0).abs() < 1e-15);
}

#[test]
fn bad_input_is_named() {
    assert_eq!(clustered(&[1.0, 2.0], &[4, 4]), Err(StatsError::TooFewClusters { clusters: 1 }));
    assert_eq!(clustered(&[], &[]), Err(StatsError::TooFewClusters { clusters: 0 }));
    assert_eq!(clustered(&[1.0, 2.0], &[4]), Err(StatsError::Clusters { clusters: 1, values: 2 }));
    assert_eq!(clustered(&[1.0, f64::NAN], &[]), Err(StatsError::NotFinite { repeat: 0, example: 1 }));
    assert_eq!(clustered_difference(&[1.0, 2.0], &[], Some(-1.0)), Err(StatsError::Floor(-1.0)));
}

/// The shares of 2,000 studies whose 95 % interval holds the truth, with clusters and as if there were none.
///
/// 40 clusters of 1 to 9 examples; half of the variance is the cluster's.
#[test]
fn covers_where_examples_of_a_cluster_agree() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let (mut ours, mut naive) = (0, 0);
    for _ in 0..2_000 {
        let (mut values, mut clusters) = (Vec::new(), Vec::new());
        for cluster in 0..40 {
            let shared: f64 = rng.random_range(-1.0..1.0);
            for _ in 0..rng.random_range(1..10) {
                values.push(shared + rng.random_range(-1.0..1.0));
                clusters.push(cluster);
            }
        }
        let holds = |clusters: &[u32]| {
            let (low, high) = clustered(&values, clusters).unwrap().interval(0.95);
            usize::from(low <= 0.0 && 0.0 <= high)
        };
        ours += holds(&clusters);
        naive += holds(&[]);
    }
    println!("clustered {ours}, naive {naive} of 2000");
    assert!((1_860..=1_960).contains(&ours), "{ours}");
    assert!(naive < 1_700, "the simulation has no clusters to speak of: {naive}");
}
