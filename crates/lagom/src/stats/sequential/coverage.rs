//! Coverage at all times by simulation: how often is the truth *ever* outside?

use super::sequence::Sequence;
use super::{SequentialDecision, replay};
use crate::stats::median;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[test]
fn probe() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut population: Vec<f64> = Vec::new();
    population.extend(vec![1.0; 742]);
    population.extend(vec![-1.0; 2497]);
    population.extend(vec![0.0; 14042 - 742 - 2497]);
    let start = std::time::Instant::now();
    let mut after = Vec::new();
    for _ in 0..40 {
        population.shuffle(&mut rng);
        let got = replay(&population, (-1.0, 1.0), 0.05, 0.95, Some(14042)).unwrap();
        after.push(got.decided_after.unwrap() as f64);
    }
    after.sort_by(f64::total_cmp);
    println!("{after:?} median {} {:?}", median(&after), start.elapsed() / 40);
    for gap in [(0.10, 0.10), (0.02, 0.02), (0.0, 0.0), (0.01, 0.02), (0.15, 0.05)] {
        let mut after = Vec::new();
        for _ in 0..40 {
            let values: Vec<f64> = (0..10000)
                .map(|_| {
                    let u: f64 = rng.random();
                    if u < gap.0 {
                        -1.0
                    } else if u < gap.0 + gap.1 {
                        1.0
                    } else {
                        0.0
                    }
                })
                .collect();
            let got = replay(&values, (-1.0, 1.0), 0.03, 0.95, None).unwrap();
            after.push(got.decided_after.map_or(1e9, |n| n as f64));
        }
        println!("{gap:?}: {}", median(&after));
    }
    let values: Vec<f64> = (0..1_000_000)
        .map(|_| {
            let u: f64 = rng.random();
            if u < 0.1 {
                -1.0
            } else if u < 0.2 {
                1.0
            } else {
                0.0
            }
        })
        .collect();
    let start = std::time::Instant::now();
    let got = replay(&values, (-1.0, 1.0), 0.03, 0.95, None).unwrap();
    println!("{:?} {:?} {:?} {} {:?}", got.decided_after, got.decision, got.at_end, got.path.len(), start.elapsed());
    println!("{:?}", got.path.last());
    println!("{:?}", SequentialDecision::CantTell);
}
