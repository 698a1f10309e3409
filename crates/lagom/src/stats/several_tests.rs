use super::*;
use crate::stats::{clustered, normal_quantile};

/// Columns of ±1 that sum to 0 and are orthogonal to each other (Walsh functions), `times` 16 long.
pub(in crate::stats) fn walsh(columns: usize, times: usize) -> Vec<Vec<f64>> {
    let sign = |column: usize, row: usize| if ((column + 1) & row).count_ones() % 2 == 0 { 1.0 } else { -1.0 };
    (0..columns).map(|column| (0..16 * times).map(|row| sign(column, row % 16)).collect()).collect()
}

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

/// Differences to a common control: correlated by a half.
fn to_control(count: usize, times: usize) -> Vec<Vec<f64>> {
    let all = walsh(count + 1, times);
    all[1..].iter().map(|column| column.iter().zip(&all[0]).map(|(a, b)| a - b).collect()).collect()
}

#[test]
fn the_tables_of_dunnett() {
    // Dunnett 1955, table 1: one-sided 95 %, correlation 1/2, 15 degrees of freedom and infinitely many
    for (count, few, many) in [(1, 1.75, 1.64), (2, 2.07, 1.92), (3, 2.24, 2.06), (4, 2.36, 2.16), (9, 2.67, 2.42)] {
        for (times, expected) in [(1, few), (2_000, many)] {
            let got = max_t_quantile(&slices(&to_control(count, times)), None, 0.95, 1);
            assert!((got - expected).abs() < 0.022, "{count} candidates, {times}: {got}, not {expected}");
        }
    }
    // Dunnett 1964: two-sided 95 %, infinitely many
    for (count, expected) in [(1, 1.96), (2, 2.21), (3, 2.35), (4, 2.44), (5, 2.51)] {
        let got = max_abs_t_quantile(&slices(&to_control(count, 2_000)), None, 0.95, 1);
        assert!((got - expected).abs() < 0.022, "{count} candidates: {got}, not {expected}");
    }
}

#[test]
fn agreement_is_worth_something() {
    // independent: Φ^-1(0.95^(1/4)) = 2.234; the same four times: as one
    let apart = walsh(4, 2_000);
    let got = max_t_quantile(&slices(&apart), None, 0.95, 7);
    assert!((got - normal_quantile(0.95_f64.powf(0.25))).abs() < 0.02, "{got}");
    let same = vec![apart[0].as_slice(); 4];
    assert!((max_t_quantile(&same, None, 0.95, 7) - 1.645).abs() < 0.02);
    // one without spread counts as one more
    let none = vec![0.0; apart[0].len()];
    let got = max_t_quantile(&[&apart[0], &none], None, 0.95, 7);
    assert!((got - normal_quantile(0.95_f64.sqrt())).abs() < 0.02, "{got}");
    // clusters of two equal rows: half as many degrees of freedom. 8 clusters, one column: t(0.95, 7)
    let twice: Vec<f64> = (0..16).map(|row| f64::from(row / 2)).collect();
    let clusters: Vec<u32> = (0..16).map(|row| row / 2).collect();
    assert!((max_t_quantile(&[&twice], Some(&clusters), 0.95, 7) - 1.894_579).abs() < 1e-5);
    assert_eq!(max_t_quantile(&slices(&apart), None, 0.95, 7), max_t_quantile(&slices(&apart), None, 0.95, 7));
}

#[test]
fn nothing_to_go_by_allows_no_claim() {
    assert_eq!(max_t_quantile(&[], None, 0.95, 1), f64::INFINITY);
    assert_eq!(max_t_quantile(&[&[1.0]], None, 0.95, 1), f64::INFINITY);
    assert_eq!(max_t_quantile(&[&[1.0, 2.0], &[1.0]], None, 0.95, 1), f64::INFINITY);
    assert_eq!(max_abs_t_quantile(&[&[1.0, f64::NAN]], None, 0.95, 1), f64::INFINITY);
    assert_eq!(max_t_quantile(&[&[1.0, 2.0], &[2.0, 1.0]], None, 1.0, 1), f64::INFINITY);
}

#[test]
fn holm_by_hand() {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") = 0.03 0.06 0.06 0.02
    let got = holm(&[0.01, 0.04, 0.03, 0.005]);
    for (got, expected) in got.iter().zip([0.03, 0.06, 0.06, 0.02]) {
        assert!((got - expected).abs() < 1e-15, "{got} {expected}");
    }
    assert_eq!(holm(&[0.6, 0.7]), [1.0, 1.0]);
    assert!(holm(&[]).is_empty());
    let odd = holm(&[f64::NAN, 0.01]);
    assert!(odd[0].is_nan() && (odd[1] - 0.02).abs() < 1e-15);
}

/// Right/wrong differences of `count` candidates to one reference that are all equally good.
fn null(rng: &mut ChaCha8Rng, count: usize, examples: usize) -> Vec<Vec<f64>> {
    let mut columns = vec![Vec::with_capacity(examples); count];
    for _ in 0..examples {
        let hard: f64 = rng.random();
        let reference = rng.random::<f64>() < hard;
        for column in &mut columns {
            column.push(f64::from(u8::from(rng.random::<f64>() < hard)) - f64::from(u8::from(reference)));
        }
    }
    columns
}

/// The shares of studies with any false rejection: max-T one-sided, Holm, and each test for itself.
fn family_wise(count: usize, examples: usize, studies: usize) -> [f64; 3] {
    let mut rng = ChaCha8Rng::seed_from_u64(41 + count as u64);
    let mut wrong = [0; 3];
    for study in 0..studies {
        let columns = null(&mut rng, count, examples);
        let score = |column: &Vec<f64>| clustered(column, &[]).map(|got| got.point / got.standard_error).unwrap();
        let scores: Vec<f64> = columns.iter().map(score).collect();
        let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let p: Vec<f64> = scores.iter().map(|score| crate::stats::normal_cdf(-score)).collect();
        wrong[0] += usize::from(largest > max_t_quantile(&slices(&columns), None, 0.95, study as u64));
        wrong[1] += usize::from(holm(&p).iter().any(|p| *p <= 0.05));
        wrong[2] += usize::from(largest > normal_quantile(0.95));
    }
    wrong.map(|wrong| wrong as f64 / studies as f64)
}

#[test]
fn several_candidates_do_not_inflate_the_error() {
    let [max_t, holm, alone] = family_wise(6, 300, 300);
    println!("max-T {max_t}, Holm {holm}, uncorrected {alone}");
    // four standard errors of a share of 0.05 in 300
    assert!(max_t <= 0.1 && holm <= 0.1, "{max_t} {holm}");
    assert!(alone > 0.1, "the simulation is too easy: {alone}");
}

/// `cargo test --release --lib several_candidates_at_length -- --ignored --nocapture`, MEASURED
#[test]
#[ignore = "a minute; the figures are above"]
fn several_candidates_at_length() {
    for (count, examples) in [(2, 100), (4, 300), (8, 300), (8, 2_000)] {
        let rates = family_wise(count, examples, 2_000);
        println!("{count} candidates, {examples} examples: max-T, Holm, uncorrected {rates:.4?}");
        assert!(rates[0] <= 0.065 && rates[1] <= 0.065, "{rates:?}");
    }
}
