//! Right and wrong scores in clusters: coverage and width of the interval of a difference, by simulation.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::sample::right_wrong;
use crate::compare::matrix::ScoreMatrix;
use crate::scores::Scores;
use crate::stats::{mean, normal_quantile};

/// How clusters differ.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Not at all.
    Alike,
    /// In which share of examples each candidate alone has right.
    Mixed,
    /// In some the one is better, in others the other.
    Split,
    /// As mixed, with one example in thirty apart.
    Rare,
}

/// The shares won and lost in one cluster; both have the same mean over clusters.
fn shares(kind: Kind, rng: &mut ChaCha8Rng) -> (f64, f64) {
    // a lognormal factor of mean 1
    let factor = |rng: &mut ChaCha8Rng| {
        let normal: f64 = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        (0.6 * normal - 0.18).exp()
    };
    match kind {
        Kind::Alike => (0.1, 0.1),
        Kind::Mixed => ((0.1 * factor(rng)).min(0.45), (0.1 * factor(rng)).min(0.45)),
        Kind::Split => {
            if rng.random_bool(0.5) {
                (0.3, 0.0)
            } else {
                (0.0, 0.3)
            }
        }
        Kind::Rare => ((0.015 * factor(rng)).min(0.45), (0.015 * factor(rng)).min(0.45)),
    }
}

/// Two candidates that are equally good on the whole, in clusters of these sizes.
fn study(sizes: &[usize], kind: Kind, seed: u64) -> Scores {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut first, mut second, mut clusters) = (Vec::new(), Vec::new(), Vec::new());
    for (cluster, size) in sizes.iter().enumerate() {
        let (won, lost) = shares(kind, &mut rng);
        for _ in 0..*size {
            let at: f64 = rng.random();
            let both = if rng.random_bool(0.6) { 1.0 } else { 0.0 };
            let (a, b) = if at < won {
                (1.0, 0.0)
            } else if at < won + lost {
                (0.0, 1.0)
            } else {
                (both, both)
            };
            first.push(a);
            second.push(b);
            clusters.push(cluster as u32);
        }
    }
    Scores { clusters: Some(clusters), ..right_wrong(vec![first, second]) }
}

/// The width of statsmodels' interval, `OLS(d, 1).fit(cov_type="cluster", cov_kwds={"groups": …}).conf_int()`: normal
/// quantiles times `√(C / (C − 1) Σ_c (Σ (d − d̄))²) / n`.
fn reference_width(scores: &Scores) -> f64 {
    let [a, b] = [0, 1].map(|at| &scores.candidates[at].seeds[0].scores);
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| f64::from(a - b)).collect();
    let centre = mean(&differences);
    let ids = scores.clusters.as_ref().unwrap();
    let count = 1 + *ids.iter().max().unwrap() as usize;
    let mut sums = vec![0.0; count];
    ids.iter().zip(&differences).for_each(|(id, value)| sums[*id as usize] += value - centre);
    let square: f64 = sums.iter().map(|sum| sum * sum).sum::<f64>() * count as f64 / (count as f64 - 1.0);
    2.0 * normal_quantile(0.975) * square.sqrt() / differences.len() as f64
}

/// The share of studies whose 95 % interval holds 0, the mean width over the reference's, and the shares of one-sided
/// 95 % bounds beyond 0 on either side.
fn rates(sizes: &[usize], kind: Kind, studies: u64) -> [f64; 4] {
    let mut sums = [0.0; 4];
    for seed in 0..studies {
        let scores = study(sizes, kind, seed);
        let found = ScoreMatrix::of_scores(&scores).unwrap().compare((0, 1), (0.95, 0.95), 0.0).unwrap();
        let (low, high) = found.interval;
        let wide = reference_width(&scores);
        sums[0] += f64::from(low <= 0.0 && 0.0 <= high);
        sums[1] += if wide > 0.0 { (high - low) / wide } else { 1.0 };
        sums[2] += f64::from(found.lower > 0.0);
        sums[3] += f64::from(found.upper < 0.0);
    }
    sums.map(|sum| sum / studies as f64)
}

/// 1,000 studies a row. The figures are in `log/2026-11-28-compare.md`.
///
/// `cargo test --release --locked --lib compare::tests::clusters -- --include-ignored --nocapture`
#[test]
#[ignore = "takes minutes"]
fn intervals_cover_and_are_hardly_wider_than_the_usual_ones() {
    let uneven: Vec<usize> = (0..57).map(|at| 100 + 1400 * (at * at * at) / (56 * 56 * 56)).collect();
    let settings: [(&str, Vec<usize>); 6] = [
        ("30 x 10", vec![10; 30]),
        ("30 x 300", vec![300; 30]),
        ("57 x 246", vec![246; 57]),
        ("57 of 100 to 1,500", uneven),
        ("5 x 50", vec![50; 5]),
        ("10 x 50", vec![50; 10]),
    ];
    for (name, sizes) in settings {
        for kind in [Kind::Alike, Kind::Mixed, Kind::Split, Kind::Rare] {
            let [cover, width, above, below] = rates(&sizes, kind, 1000);
            println!(
                "{name:20} {kind:?}: coverage {:.1} %, width {width:.3}, one-sided {:.1} and {:.1} %",
                100.0 * cover,
                100.0 * above,
                100.0 * below
            );
            // 93 % less two standard errors of 1,000 studies, 2 · √(0.93 · 0.07 / 1000) = 0.016
            assert!(cover >= 0.93 - 0.016, "{name} {kind:?}: {cover}");
            let plain = sizes.len() >= 30 && sizes.iter().all(|size| *size == sizes[0]) && !matches!(kind, Kind::Rare);
            assert!(!plain || (cover >= 0.93 && width <= 1.1), "{name} {kind:?}: {cover} {width}");
        }
    }
}

#[test]
fn a_few_studies_cover_and_are_no_wider() {
    let [cover, width, ..] = rates(&[10; 30], Kind::Mixed, 60);
    // 60 · 0.05 = 3 expected outside; 10 or more has a chance below 0.1 %. Student's t with 29 degrees is 2.045 / 1.960
    assert!(cover > 1.0 - 10.0 / 60.0 && (1.0..1.1).contains(&width), "{cover} {width}");
}

#[test]
fn made_up_examples_do_not_outweigh_clusters() {
    // 30 clusters of 10, one example in five apart: the standard error is about √(0.2 / 300) = 0.026;
    // four made-up clusters would make it at least 2 / 34 = 0.059
    let scores = study(&[10; 30], Kind::Alike, 3);
    let found = ScoreMatrix::of_scores(&scores).unwrap().compare((0, 1), (0.95, 0.95), 0.0).unwrap();
    assert!(found.estimate.standard_error < 0.035, "{found:?}");
    assert!(found.lower > found.estimate.point - 0.06, "{found:?}");
}
