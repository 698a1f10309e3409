//! Rare large losses: how often a candidate worse by just the margin is said to be good enough, by simulation.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::sample::right_wrong;
use crate::compare::matrix::ScoreMatrix;
use crate::scores::Scores;
use crate::stats::clustered;

/// How the scores of two candidates differ; scores lie from 0 to 1.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Right or wrong: this share of what the other has right is lost, nothing is won.
    Lost(f64),
    /// Graded: the same but for this share, which is lost whole.
    Zero(f64),
    /// Graded, both with noise of that deviation, and this share is lost whole.
    Noisy(f64, f64),
    /// Graded: this share loses a part, mostly a small one.
    Parts(f64),
    /// Graded, symmetric noise of that deviation and a shift: the ordinary case.
    Even(f64),
}

/// A normal draw, as the sum of twelve uniform ones.
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0
}

/// Scores of the reference and of the candidate on one example.
fn pair(kind: Kind, rng: &mut ChaCha8Rng) -> (f64, f64) {
    let at: f64 = rng.random();
    let clipped = |value: f64| value.clamp(0.0, 1.0);
    match kind {
        Kind::Lost(share) => (1.0, f64::from(at >= share)),
        Kind::Zero(share) => {
            let own = 0.7 + 0.2 * rng.random::<f64>();
            (own, if at < share { 0.0 } else { own })
        }
        Kind::Noisy(share, wide) => {
            let own = 0.75 + 0.05 * normal(rng);
            (clipped(own), if at < share { 0.0 } else { clipped(own + wide * normal(rng)) })
        }
        Kind::Parts(share) => {
            let part = -rng.random::<f64>().max(1e-12).ln() / 4.0;
            (1.0, if at < share { clipped(1.0 - part) } else { 1.0 })
        }
        Kind::Even(wide) => {
            let own = 0.5 + 0.1 * normal(rng);
            (clipped(own), clipped(own - 0.01 + wide * normal(rng)))
        }
    }
}

fn study(kind: Kind, examples: usize, seed: u64) -> Scores {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let pairs: Vec<(f64, f64)> = (0..examples).map(|_| pair(kind, &mut rng)).collect();
    let column = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(|pair| of(pair) as f32).collect();
    right_wrong(vec![column(|pair| pair.1), column(|pair| pair.0)])
}

/// The mean loss, from many draws.
fn truth(kind: Kind) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(99);
    let draws = 400_000;
    (0..draws).map(|_| pair(kind, &mut rng)).map(|(own, other)| other - own).sum::<f64>() / f64::from(draws)
}

/// The shares of studies whose lower bound exceeds the truth, ours and Student's t; and how much longer ours reaches, in
/// the median.
fn rates(kind: Kind, examples: usize, studies: u64) -> [f64; 3] {
    let truth = truth(kind);
    let (mut ours, mut plain, mut reach) = (0, 0, Vec::new());
    for seed in 0..studies {
        let scores = study(kind, examples, seed);
        let found = ScoreMatrix::of_scores(&scores).unwrap().compare((0, 1), (0.95, 0.95), 0.0).unwrap();
        let values: Vec<f64> = [0, 1]
            .map(|at| scores.candidates[at].seeds[0].scores.clone())
            .iter()
            .fold(vec![0.0; examples], |sum, column| {
                sum.iter().zip(column).map(|(sum, value)| f64::from(*value) - sum).collect()
            });
        let values: Vec<f64> = values.iter().map(|value| -value).collect();
        let by_t = clustered(&values, &[]).unwrap();
        ours += u32::from(found.lower > truth + 1e-9);
        plain += u32::from(by_t.lower(0.95) > truth + 1e-9);
        reach.push((found.estimate.point - found.lower) / (by_t.point - by_t.lower(0.95)).max(1e-12));
    }
    reach.sort_by(f64::total_cmp);
    [f64::from(ours) / studies as f64, f64::from(plain) / studies as f64, reach[reach.len() / 2]]
}

/// 2,000 studies a row. The figures are in `log/2026-11-28-compare.md`.
///
/// `cargo test --release --locked --lib compare::tests::rare -- --include-ignored --nocapture`
#[test]
#[ignore = "takes minutes"]
fn rare_losses_are_told_wrongly_in_at_most_one_of_twenty() {
    let mut kinds = Vec::new();
    for share in [0.03, 0.01] {
        kinds.extend([Kind::Lost(share), Kind::Zero(share), Kind::Noisy(share, 0.05), Kind::Noisy(share, 0.2)]);
        kinds.push(Kind::Parts(share));
    }
    kinds.extend([Kind::Even(0.05), Kind::Even(0.1), Kind::Even(0.3)]);
    for kind in kinds {
        for examples in [200, 400, 1000] {
            let [ours, plain, reach] = rates(kind, examples, 2000);
            println!("{kind:?} {examples}: {:.1} %, t {:.1} %, reach {reach:.2}", 100.0 * ours, 100.0 * plain);
            // 5.5 % and three standard errors of 2,000 studies: 3 · √(0.055 · 0.945 / 2000) = 0.0153
            assert!(ours <= 0.055 + 0.0153, "{kind:?} {examples}: {ours}");
        }
    }
}

#[test]
fn a_few_studies_of_rare_losses_are_rarely_wrong() {
    let [ours, plain, _] = rates(Kind::Noisy(0.03, 0.05), 200, 300);
    // at 5 % 15 of 300 are expected, and 30 or more have a chance below 0.05 %; t comes to about 10 %
    assert!(ours < 0.06 && plain > 0.06, "{ours} {plain}");
}

#[test]
fn the_ordinary_case_is_student_s_t() {
    let [ours, plain, reach] = rates(Kind::Even(0.3), 400, 60);
    assert!((ours - plain).abs() <= 1.0 / 60.0 && (1.0..1.001).contains(&reach), "{ours} {plain} {reach}");
}

#[test]
fn what_was_not_seen_bounds_every_claim() {
    // a hundred graded differences of next to nothing: 3 % that lose everything could have been missed
    let columns = [0.75_f32, 0.7501].map(|base| (0..100).map(|at| base + 0.0001 * (at % 3) as f32).collect()).to_vec();
    let found = ScoreMatrix::of_scores(&right_wrong(columns)).unwrap().compare((0, 1), (0.95, 0.95), 0.0).unwrap();
    // 1 − 0.05^(1/100) = 0.0295, times the distance to −1
    assert!((found.lower + 0.0001 + 0.0295).abs() < 2e-4, "{found:?}");
}
