//! Coverage at all times by simulation: how often is the truth *ever* outside?
//!
//! The bounds only ever tighten, so whether the truth was ever outside shows at the end. The truth is
//! watched, so that no grid hides an error; the long simulations have no other grid, which saves time and
//! changes nothing at the watched values.

use super::SequentialDecision;
use super::decision::run;
use super::sequence::Sequence;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Draws the next value, given how many came before and their sum. All have mean 0 given the past.
type Draw = fn(&mut ChaCha8Rng, u64, f64) -> f64;

fn coin(rng: &mut ChaCha8Rng, up: f64) -> bool {
    rng.random::<f64>() < up
}

/// A win with probability 1/2.
fn sign(rng: &mut ChaCha8Rng) -> f64 {
    if coin(rng, 0.5) { 1.0 } else { -1.0 }
}

/// Shapes that a sequence may find hard.
const SHAPES: [(&str, Draw); 6] = [
    ("one in ten disagree", |rng, _, _| if coin(rng, 0.1) { sign(rng) } else { 0.0 }),
    ("all disagree", |rng, _, _| sign(rng)),
    ("rare losses", |rng, _, _| if coin(rng, 0.01) { -0.99 } else { 0.01 }),
    ("rare wins", |rng, _, _| if coin(rng, 0.02) { 0.98 } else { -0.02 }),
    ("variance drifts", |rng, count, _| if (count / 150).is_multiple_of(2) { 0.02 * sign(rng) } else { sign(rng) }),
    ("quiet while ahead", |rng, _, sum| if sum > 3.0 { 0.01 * sign(rng) } else { sign(rng) }),
];

/// The shares of runs in which 0 was ever outside the interval, at or below the lower bound, at or above
/// the upper bound.
fn ever_outside(draw: Draw, steps: u32, (runs, length): (usize, u64), seed: u64) -> [f64; 3] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut outside = [0; 3];
    for _ in 0..runs {
        let mut sequence = Sequence::on_grid((-1.0, 1.0), 0.05, None, &[0.0], steps).unwrap();
        let mut sum = 0.0;
        for count in 0..length {
            let value = draw(&mut rng, count, sum);
            sum += value;
            sequence.push(value).unwrap();
        }
        count_outside(&mut outside, &sequence, 0.0);
    }
    outside.map(|count| count as f64 / runs as f64)
}

/// Bounds are rejected values, so a truth that equals one was rejected.
fn count_outside(outside: &mut [usize; 3], sequence: &Sequence, truth: f64) {
    let (low, high) = sequence.interval();
    outside[0] += usize::from(low >= truth || high <= truth);
    outside[1] += usize::from(sequence.lower() >= truth);
    outside[2] += usize::from(sequence.upper() <= truth);
}

/// Populations of which all are drawn but the last.
fn populations() -> Vec<(&'static str, Vec<f64>)> {
    let of = |wins: usize, losses: usize, size: usize| {
        let values = |value: f64, count: usize| std::iter::repeat_n(value, count);
        values(1.0, wins).chain(values(-1.0, losses)).chain(values(0.0, size - wins - losses)).collect::<Vec<_>>()
    };
    vec![
        ("five losses of 400", of(0, 5, 400)),
        ("one loss of 400", of(0, 1, 400)),
        ("53 wins, 178 losses of 1000", of(53, 178, 1000)),
        ("half and half of 300", of(150, 150, 300)),
        ("even steps", (0..500).map(|i| f64::from(i) / 500.0 - 0.3).collect()),
    ]
}

/// As [`ever_outside`], drawing a population in random order. Stops one short of the end: after it the mean
/// is known and the interval is a point.
fn ever_outside_population(population: &[f64], steps: u32, runs: usize, seed: u64) -> [f64; 3] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut values = population.to_vec();
    let size = values.len() as u64;
    let truth = values.iter().sum::<f64>() / size as f64;
    let mut outside = [0; 3];
    for _ in 0..runs {
        values.shuffle(&mut rng);
        let mut sequence = Sequence::on_grid((-1.0, 1.0), 0.05, Some(size), &[truth], steps).unwrap();
        for value in &values[..values.len() - 1] {
            sequence.push(*value).unwrap();
        }
        count_outside(&mut outside, &sequence, truth);
    }
    outside.map(|count| count as f64 / runs as f64)
}

fn check(name: &str, rates: [f64; 3], runs: usize) {
    println!("{name}: outside the interval {:.4}, lower {:.4}, upper {:.4}", rates[0], rates[1], rates[2]);
    let most = 0.05 + 3.0 * (0.05 * 0.95 / runs as f64).sqrt();
    assert!(rates.iter().all(|rate| *rate <= most), "{name}: {rates:?}");
}

#[test]
fn the_truth_is_hardly_ever_outside() {
    for (seed, (name, draw)) in SHAPES.into_iter().enumerate() {
        check(name, ever_outside(draw, 400, (300, 600), seed as u64), 300);
    }
    for (seed, (name, population)) in populations().into_iter().enumerate() {
        check(name, ever_outside_population(&population, 400, 300, seed as u64), 300);
    }
}

/// `cargo test --release --lib the_truth_is_hardly_ever_outside_at_length -- --ignored --nocapture`.
/// Measured, 2,000 runs of 10,000 values each: of the shapes the truth was ever outside the 95 % interval
/// in 1.1 to 2.9 %, beyond a one-sided bound in at most 4.0 % (rare losses); of the populations outside the
/// interval in 0.8 to 4.0 %, beyond a bound in at most 4.3 %. Never more than 5 %.
#[test]
#[ignore = "two minutes; the figures are above"]
fn the_truth_is_hardly_ever_outside_at_length() {
    for (seed, (name, draw)) in SHAPES.into_iter().enumerate() {
        check(name, ever_outside(draw, 1, (2_000, 10_000), 50 + seed as u64), 2_000);
    }
    for (seed, (name, population)) in populations().into_iter().enumerate() {
        check(name, ever_outside_population(&population, 1, 2_000, 50 + seed as u64), 2_000);
    }
}

/// The shares of replays that decide each way, and the median of examples needed, if `losses` and `wins`
/// are the chances of a difference of −1 and 1; one more than there are stands for never.
fn decisions(losses: f64, wins: f64, margin: f64, (runs, length): (usize, u64)) -> ([f64; 4], f64) {
    let mut rng = ChaCha8Rng::seed_from_u64(77);
    let (mut shares, mut after) = ([0; 4], Vec::new());
    for _ in 0..runs {
        let draw = |_| match rng.random::<f64>() {
            u if u < losses => -1.0,
            u if u < losses + wins => 1.0,
            _ => 0.0,
        };
        let values: Vec<f64> = (0..length).map(draw).collect();
        let sequence = Sequence::on_grid((-1.0, 1.0), 0.05, None, &[-margin, margin], 1).unwrap();
        let got = run(sequence, &values, margin).unwrap();
        shares[got.decision as usize] += 1;
        after.push(got.decided_after.unwrap_or(length + 1) as f64);
    }
    (shares.map(|count| count as f64 / runs as f64), crate::median(&after))
}

#[test]
fn at_the_margin_neither_claim_is_made_too_often() {
    for (losses, wins) in [(0.05, 0.0), (0.1, 0.05), (0.25, 0.2)] {
        let ([good, worse, equivalent, _], _) = decisions(losses, wins, 0.05, (300, 2_000));
        println!("lost {losses}, won {wins}: good enough {}, worse {worse}", good + equivalent);
        assert!(good + equivalent <= 0.09 && worse <= 0.09, "{losses} {wins}");
    }
    let ([_, _, equivalent, _], _) = decisions(0.02, 0.07, 0.05, (300, 2_000));
    assert!(equivalent <= 0.09, "equivalent, though better by the margin: {equivalent}");
}

/// `cargo test --release --lib what_decisions_cost -- --ignored --nocapture`. Measured, margin 0.05, 2,000
/// replays of at most 5,000: where the truth is −margin exactly, "good enough" in at most 2.8 %, "worse" in
/// at most 2.9 %; lost 10 %, won 10 %: 629 examples in the median (a test of one fixed number needs 495 for a
/// power of 80 %); 2 % and 2 %: 150 (99); 18 % and 5 %: 248; no disagreement: 104 (59).
#[test]
#[ignore = "a minute; the figures are above"]
fn what_decisions_cost() {
    for (losses, wins) in [(0.05, 0.0), (0.1, 0.05), (0.25, 0.2), (0.1, 0.1), (0.02, 0.02), (0.18, 0.05), (0.0, 0.0)] {
        let (shares, median) = decisions(losses, wins, 0.05, (2_000, 5_000));
        println!("lost {losses}, won {wins}: good, worse, equivalent, can't tell {shares:.4?}; median {median}");
        let good = shares[SequentialDecision::GoodEnough as usize] + shares[SequentialDecision::Equivalent as usize];
        assert!(losses - wins < 0.0499 || good <= 0.065, "{losses} {wins}");
    }
}
