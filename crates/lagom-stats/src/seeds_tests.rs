use super::*;
use crate::clustered;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[test]
fn parts_by_hand() {
    // two seeds on three examples: 1 2 3 and 3 4 8; means 2 and 5, variance of the means 4.5.
    // Deviations −1 0 1 and −2 −1 3; half their differences ∓0.5 ∓0.5 ±1: squares 2 · (0.25 + 0.25 + 1) = 3;
    // noise 3 / 1 · 3/2 / 9 = 0.5, excess 4
    let found = SeedSpread::of(&[vec![1.0, 2.0, 3.0], vec![3.0, 4.0, 8.0]], &[]).unwrap();
    assert_eq!(found.seeds, 2);
    assert!((found.excess - 4.0).abs() < 1e-12 && (found.noise - 0.5).abs() < 1e-12, "{found:?}");
    let own = SeedSpread::of(&[vec![1.0, 2.0, 3.0], vec![3.0, 4.0, 8.0]], &[4, 9, 1]).unwrap();
    assert!((own.excess - found.excess).abs() < 1e-12 && (own.noise - found.noise).abs() < 1e-12);
    assert_eq!(SeedSpread::of(&[vec![1.0, 2.0]], &[]).unwrap().seeds, 1);
    assert_eq!(SeedSpread::of(&[], &[]), Err(StatsError::NoRepeats));
    assert!(SeedSpread::of(&[vec![1.0, 2.0], vec![1.0]], &[]).is_err());
}

fn spread(seeds: u32, excess: f64, noise: f64) -> SeedSpread {
    SeedSpread { seeds, excess, noise }
}

#[test]
fn pooled_over_the_two_compared_and_moderated_by_the_others() {
    // own: 1 · 4 and 3 · 2 over 4 degrees: 2.5; noise 1 · 1 and 3 · 3: 2.5; share 1/2 + 1/4
    let own = [spread(2, 4.0, 1.0), spread(4, 2.0, 3.0)];
    let alone = SeedLuck::pooled(&own, &[]).unwrap();
    assert!((alone.variance - 2.5).abs() < 1e-12 && alone.degrees_of_freedom == 4.0 && alone.share == 0.75);
    // six further degrees at 1.0 count four: (10 + 4) / 8
    let more = SeedLuck::pooled(&own, &[spread(4, 1.0, 1.0), spread(4, 1.0, 1.0)]).unwrap();
    assert!((more.variance - 1.75).abs() < 1e-12 && more.degrees_of_freedom == 8.0);
    // nobody has two seeds; one that has tells of one that has not
    assert_eq!(SeedLuck::pooled(&[spread(1, 0.0, 0.0); 2], &[]), None);
    let borrowed = SeedLuck::pooled(&[spread(1, 0.0, 0.0), spread(3, 0.5, 0.1)], &[]).unwrap();
    assert!((borrowed.variance - 0.5).abs() < 1e-12 && (borrowed.share - 4.0 / 3.0).abs() < 1e-12);
    // noise below nothing is nothing
    let none = SeedLuck::pooled(&[spread(2, -0.3, 0.5)], &[]).unwrap();
    assert_eq!((none.variance, none.deviation()), (0.0, 0.0));
}

#[test]
fn the_whole_has_satterthwaite_s_degrees() {
    let examples = clustered(&(0..101).map(|at| f64::from(at % 2)).collect::<Vec<_>>(), &[]).unwrap();
    let square = examples.standard_error.powi(2);
    // one luck as large as the examples' part over a share of 1, no noise: degrees 4 / (1/2 + 1/100)
    let luck =
        SeedLuck { variance: square, degrees_of_freedom: 2.0, noise: 0.0, measured: square, share: 1.0, seeds: 2 };
    let whole = luck.into(&examples);
    assert!((whole.standard_error.powi(2) - 2.0 * square).abs() < 1e-15);
    assert!((whole.degrees_of_freedom - 4.0 / 0.51).abs() < 1e-6, "{whole:?}");
    assert_eq!((whole.point, whole.examples, whole.repeats), (examples.point, 101, 2));
    // without any luck or noise nothing changes
    let none = SeedLuck { variance: 0.0, noise: 0.0, measured: 0.0, ..luck }.into(&examples);
    assert!((none.standard_error - examples.standard_error).abs() < 1e-15);
    assert!((none.degrees_of_freedom - examples.degrees_of_freedom).abs() < 1e-9);
}

#[test]
fn unbiased_with_clusters_and_without() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for each in [1_u32, 4] {
        let ids: Vec<u32> = if each > 1 { (0..80).map(|at| at / each).collect() } else { Vec::new() };
        let (mut excess, mut noise) = (0.0, 0.0);
        let studies = 1500;
        for _ in 0..studies {
            let seeds: Vec<Vec<f64>> = (0..3)
                .map(|_| {
                    let luck: f64 = rng.random_range(-0.5..0.5);
                    let shared: Vec<f64> = (0..80).map(|_| rng.random_range(-1.0..1.0)).collect();
                    (0..80_usize).map(|at| luck + shared[at / each as usize]).collect()
                })
                .collect();
            let found = SeedSpread::of(&seeds, &ids).unwrap();
            excess += found.excess / f64::from(studies);
            noise += found.noise / f64::from(studies);
        }
        // variances of uniform draws: 1/12, and 4/12 over 80 or 20 units
        assert!((excess - 1.0 / 12.0).abs() < 0.01, "{excess}");
        let wanted = 1.0 / 3.0 / (80.0 / f64::from(each));
        assert!((noise - wanted).abs() < 0.03 * wanted, "{noise} {wanted}");
    }
}
