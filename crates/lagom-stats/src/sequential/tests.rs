use super::*;
use crate::median;
use proptest::prelude::*;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::{Path, PathBuf};

fn filled(values: &[f64], population: Option<u64>) -> Sequence {
    let mut sequence = Sequence::new(-1.0, 1.0, 0.05, population).unwrap();
    values.iter().for_each(|value| sequence.push(*value).unwrap());
    sequence
}

fn trinomial(rng: &mut ChaCha8Rng, losses: f64, wins: f64) -> f64 {
    let u: f64 = rng.random();
    if u < losses { -1.0 } else { f64::from(u8::from(u < losses + wins)) }
}

/// The logarithm of the largest capital, over time, of the bets that the mean is above `m`, step by step
/// from the formulas: values in the unit interval, horizons as named, no grid and no window.
fn log_capital(values: &[f64], m: f64, horizons: &[f64], population: Option<f64>) -> f64 {
    let mut largest = 0.0_f64;
    for end in 1..=values.len() {
        let mut total = 0.0;
        for horizon in horizons {
            let mut log = 0.0;
            for t in 0..end {
                let sum: f64 = values[..t].iter().sum();
                let centre = |i: usize| (0.5 + values[..i].iter().sum::<f64>()) / (i as f64 + 1.0);
                let squares: f64 = (1..=t).map(|i| (values[i - 1] - centre(i)).powi(2)).sum();
                let variance = (0.25 + squares) / (t as f64 + 1.0);
                let left = population.map_or(m, |size| (size * m - sum) / (size - t as f64));
                let stake = (2.0 * 40.0_f64.ln() / (variance * horizon)).sqrt().min(0.75 / left);
                log += (1.0 + stake * (values[t] - left)).ln();
            }
            total += log.exp() / horizons.len() as f64;
        }
        largest = largest.max(total.ln());
    }
    largest
}

#[test]
fn bounds_are_where_the_capital_gets_to_its_limit() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let values: Vec<f64> = (0..60).map(|_| (trinomial(&mut rng, 0.1, 0.4) + 1.0) / 2.0).collect();
    for (population, horizons) in [(Some(80), vec![16.0, 64.0, 80.0]), (Some(200), vec![16.0, 64.0, 200.0])] {
        let mut sequence = Sequence::new(0.0, 1.0, 0.05, population).unwrap();
        values.iter().for_each(|value| sequence.push(*value).unwrap());
        let size = population.map(|size| size as f64);
        let mirrored: Vec<f64> = values.iter().map(|value| 1.0 - value).collect();
        let (low, high) = sequence.interval();
        let bounds = [(&values, low, 40.0_f64), (&mirrored, 1.0 - high, 40.0), (&values, sequence.lower(), 20.0)];
        for (values, bound, limit) in bounds {
            // the bound itself is rejected, the next point of the grid is not
            let at = log_capital(values, bound, &horizons, size);
            let beyond = log_capital(values, bound + 1.0 / 4000.0, &horizons, size);
            assert!(at >= limit.ln() && beyond < limit.ln(), "{population:?} {bound}: {at} {beyond}, {}", limit.ln());
        }
    }
}

#[test]
fn the_sum_alone_bounds_a_population_by_hand() {
    // 1 seen of 16: the mean is at least 1/16, whatever is left
    let mut sequence = Sequence::new(0.0, 1.0, 0.05, Some(16)).unwrap();
    sequence.push(1.0).unwrap();
    assert!((sequence.lower() - 0.0625).abs() < 1e-9 && sequence.upper() == 1.0);
    // and 15 of them with sum 1: at most 2/16
    (0..14).for_each(|_| sequence.push(0.0).unwrap());
    let (low, high) = sequence.interval();
    assert!((low - 0.0625).abs() < 1e-9 && (high - 0.125).abs() < 1e-9, "{low} {high}");
}

#[test]
fn all_of_the_population_is_its_mean() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let values: Vec<f64> = (0..500).map(|_| rng.random_range(-1.0..1.0)).collect();
    let mean = values.iter().sum::<f64>() / 500.0;
    let sequence = filled(&values, Some(500));
    let (low, high) = sequence.interval();
    assert!(low <= mean && mean <= high && high - low < 1e-11, "{low} {mean} {high}");
    // all but 5: 2 · 5 / 500 wide at most
    let (low, high) = filled(&values[..495], Some(500)).interval();
    assert!(high - low <= 0.02 + 1e-11 && low <= mean && mean <= high);
    // without a population as many leave a wide interval
    let (low, high) = filled(&values, None).interval();
    assert!(high - low > 0.1 && low < mean && mean < high);
}

#[test]
fn no_disagreement_is_decided_soon() {
    // exact for a fixed number: 0.95^n = 0.05 at n = 58.4; the price of any stopping time is about 1.7-fold
    let got = replay(&[0.0; 400], (-1.0, 1.0), 0.05, 0.95, None).unwrap();
    let after = got.decided_after.unwrap();
    println!("no disagreement: {after}");
    assert_eq!((got.decision, got.at_end), (SequentialDecision::Equivalent, SequentialDecision::Equivalent));
    assert!((59..=110).contains(&after), "{after}");
    assert!(got.path.windows(2).all(|pair| pair[0].0 < pair[1].0) && got.path.len() < 250);
    assert!(got.path.iter().any(|point| point.0 == after) && got.path.last().map(|point| point.0) == Some(400));
}

#[test]
fn each_decision_is_reached() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut run = |losses, wins, length| {
        let values: Vec<f64> = (0..length).map(|_| trinomial(&mut rng, losses, wins)).collect();
        replay(&values, (-1.0, 1.0), 0.05, 0.95, None).unwrap()
    };
    let better = run(0.05, 0.35, 2_000);
    assert_eq!((better.decision, better.at_end), (SequentialDecision::GoodEnough, SequentialDecision::GoodEnough));
    let worse = run(0.3, 0.1, 2_000);
    assert_eq!(worse.decision, SequentialDecision::Worse);
    assert!(worse.interval.0 <= worse.mean && worse.mean <= worse.interval.1);
    let same = run(0.05, 0.05, 20_000);
    assert_eq!(same.at_end, SequentialDecision::Equivalent);
    let open = run(0.3, 0.3, 200);
    assert_eq!((open.decision, open.decided_after), (SequentialDecision::CantTell, None));
    let none = replay(&[], (-1.0, 1.0), 0.05, 0.95, None).unwrap();
    assert_eq!((none.decision, none.interval, none.examples), (SequentialDecision::CantTell, (-1.0, 1.0), 0));
}

#[test]
fn bad_input_is_named() {
    let new = |low, high, alpha| Sequence::new(low, high, alpha, None).err();
    assert_eq!(new(1.0, 1.0, 0.05), Some(StatsError::Range { low: 1.0, high: 1.0 }));
    assert!(new(f64::NEG_INFINITY, 1.0, 0.05).is_some() && new(0.0, f64::NAN, 0.05).is_some());
    assert!(new(f64::MIN, f64::MAX, 0.05).is_some());
    assert_eq!(new(0.0, 1.0, 1.0), Some(StatsError::Probability(1.0)));
    let mut sequence = Sequence::new(0.0, 1.0, 0.05, Some(2)).unwrap();
    assert_eq!(sequence.push(1.5), Err(StatsError::Outside { value: 1.5, low: 0.0, high: 1.0 }));
    assert!(sequence.push(f64::NAN).is_err() && sequence.count() == 0);
    assert_eq!((sequence.push(1.0), sequence.push(0.0)), (Ok(()), Ok(())));
    assert_eq!((sequence.push(0.0), sequence.count()), (Err(StatsError::Exhausted(2)), 2));
    assert_eq!(sequence.mean(), 0.5);
    let wrong = |margin, confidence| replay(&[0.0], (-1.0, 1.0), margin, confidence, None).err();
    assert_eq!(wrong(-0.1, 0.95), Some(StatsError::Margin(-0.1)));
    assert_eq!(wrong(0.1, 0.0), Some(StatsError::Probability(1.0)));
}

proptest! {
    #[test]
    fn intervals_only_tighten_and_mirror(values in prop::collection::vec(-1.0f64..=1.0, 1..120), left in 0u64..50) {
        for population in [None, Some(values.len() as u64 + left)] {
            let mut sequence = Sequence::new(-1.0, 1.0, 0.1, population).unwrap();
            let mut mirror = sequence.clone();
            let mut before = sequence.interval();
            for value in &values {
                sequence.push(*value).unwrap();
                mirror.push(-value).unwrap();
                let now = sequence.interval();
                prop_assert!(before.0 <= now.0 && now.1 <= before.1);
                prop_assert!(now.0 <= sequence.lower() && sequence.upper() <= now.1);
                let other = mirror.interval();
                prop_assert!((now.0 + other.1).abs() < 1e-9 && (now.1 + other.0).abs() < 1e-9);
                before = now;
            }
        }
    }
}

/// The differences (Mixtral less GPT-4) on the MMLU questions of RouteLLM, in the order of the files' names.
fn routellm(folder: &Path) -> Vec<f64> {
    let folder = folder.join("model-outputs/routellm/mmlu/responses");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let right = |cell: Option<&str>| f64::from(u8::from(cell == Some("True")));
    let mut differences = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        let (mut quoted, mut from) = (false, 0);
        for (at, letter) in text.char_indices() {
            quoted ^= letter == '"';
            if letter == '\n' && !quoted {
                let mut cells = text[from..at].trim_end().rsplit(',');
                let (large, small) = (cells.next(), cells.next());
                if small == Some("True") || small == Some("False") {
                    differences.push(right(small) - right(large));
                }
                from = at + 1;
            }
        }
    }
    differences
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_a_tenth_of_the_questions_settles_mixtral_against_gpt_4() {
    let folder = std::env::var_os("LAGOM_TEST_DATA").expect("LAGOM_TEST_DATA names the folder of test data");
    let mut differences = routellm(Path::new(&folder));
    let count = |value: f64| differences.iter().filter(|difference| **difference == value).count();
    assert_eq!((differences.len(), count(1.0), count(-1.0)), (14_042, 742, 2_497));
    let size = differences.len() as u64;
    let mut after = Vec::new();
    for seed in 0..20 {
        differences.sort_by(f64::total_cmp);
        differences.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        let got = replay(&differences, (-1.0, 1.0), 0.05, 0.95, Some(size)).unwrap();
        assert_eq!((got.decision, got.at_end), (SequentialDecision::Worse, SequentialDecision::Worse));
        after.push(got.decided_after.unwrap() as f64);
    }
    after.sort_by(f64::total_cmp);
    println!("decided after {after:?}; median {} of {size}", median(&after));
    assert!(median(&after) <= 0.1 * size as f64);
}
