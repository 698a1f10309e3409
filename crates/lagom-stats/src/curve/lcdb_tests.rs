//! The outlook on the learning curves of LCDB 1.1 (28 learners on 40 data sets; Yan et al. 2025, arXiv
//! 2505.15657), read from the folder named by `LAGOM_TEST_DATA`:
//!
//! ```text
//! LAGOM_TEST_DATA=... cargo test --release --locked -- --ignored real_data --nocapture
//! ```

use std::path::Path;

use super::real_tests::data;
use super::{Axis, Observation, Outlook, Shape, outlook, shape};
use crate::percentile;

/// The test error of each learner on each data set, by rows of training data.
fn curves() -> Vec<Vec<Observation>> {
    let folder = data("tables/lcdb");
    let read =
        |path: &Path| -> serde_json::Value { serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap() };
    let meta = read(&folder.join("meta.json"));
    let anchors: Vec<f64> = meta["anchors"].as_array().unwrap().iter().map(|anchor| anchor.as_f64().unwrap()).collect();
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.file_stem().unwrap().to_str().unwrap().parse::<u32>().is_ok());
    paths.sort();
    let mut curves = Vec::new();
    for table in paths.iter().map(|path| read(path)) {
        for learner in table.as_array().unwrap() {
            let point = |(at, rows): (usize, &f64)| {
                let loss = learner[0][at][2].as_f64()?;
                Some(Observation { size: 1.0, data: *rows, loss, standard_error: learner[1][at][2].as_f64() })
            };
            curves.push(anchors.iter().enumerate().filter_map(point).collect());
        }
    }
    curves
}

/// What was predicted of one curve from a part of its data, and what came.
struct Case {
    predicted: f64,
    /// By the published baseline, see [`power_law`].
    by_law: f64,
    inside: bool,
    odds: f64,
    last: f64,
    came: f64,
    rows: f64,
}

/// Predicts the end of each curve from the anchors up to `1 / part` of it: all of them, or only those
/// nearest to 1/8, 1/4, 1/2 and 1 of that part.
fn cases(curves: &[Vec<Observation>], part: f64, nested: bool) -> Vec<Case> {
    let case = |curve: &Vec<Observation>| {
        let end = curve.last()?;
        let mut known: Vec<Observation> = curve.iter().copied().filter(|p| p.data * part <= end.data).collect();
        let last = *known.last()?;
        if nested {
            let nearest = |share: f64| known.iter().rev().find(|p| p.data <= last.data * share * 1.02).copied();
            known = [0.125, 0.25, 0.5, 1.0].into_iter().filter_map(nearest).collect();
        }
        let by_law = power_law(&known, end.data);
        // an error of 0 on the scored rows is an error below their resolution
        known.iter_mut().for_each(|point| point.loss = point.loss.max(1e-4));
        let outlook: Outlook = outlook(&known).ok()?;
        let predicted = outlook.error(end.data / last.data, 0.9);
        // the forecast is of the error itself; what came was measured with noise
        let noise = 1.645 * end.standard_error.unwrap_or(0.0);
        let (down, up) =
            ((predicted.point - predicted.low).hypot(noise), (predicted.high - predicted.point).hypot(noise));
        let inside = predicted.point - down <= end.loss && end.loss <= predicted.point + up;
        let odds = outlook.odds(end.data / last.data, 0.01);
        Some(Case { predicted: predicted.point, by_law, inside, odds, last: last.loss, came: end.loss, rows: end.data })
    };
    curves.iter().filter_map(case).collect()
}

/// The published baseline: the law E + B·n^−β with E and B at least 0, by least squares on the amounts within a factor of
/// eight of the largest, read off at `amount`.
fn power_law(known: &[Observation], amount: f64) -> f64 {
    let largest = known.last().map_or(1.0, |point| point.data);
    let near: Vec<&Observation> = known.iter().filter(|point| point.data * 8.0 >= largest).collect();
    let count = near.len() as f64;
    let fit = |exponent: f64| {
        let powers: Vec<f64> = near.iter().map(|point| (point.data / largest).powf(-exponent)).collect();
        let sum = |of: &dyn Fn(f64, f64) -> f64| powers.iter().zip(&near).map(|(u, p)| of(*u, p.loss)).sum::<f64>();
        let (u, y) = (sum(&|u, _| u) / count, sum(&|_, y| y) / count);
        let slope = sum(&|x, z| (x - u) * (z - y)) / sum(&|x, _| (x - u).powi(2)).max(1e-30);
        let (floor, factor) = match (y - slope * u, slope) {
            (_, slope) if slope < 0.0 => (y, 0.0),
            (floor, _) if floor < 0.0 => (0.0, sum(&|u, y| u * y) / sum(&|u, _| u * u)),
            found => found,
        };
        let misfit = sum(&|u, y| (y - floor - factor * u).powi(2));
        (misfit, floor + factor * (amount / largest).powf(-exponent))
    };
    let exponents = (1..=50).map(|k| 0.02 * f64::from(k)).chain((1..=20).map(|k| 1.0 + 0.1 * f64::from(k)));
    exponents.map(fit).min_by(|a, b| a.0.total_cmp(&b.0)).map_or(f64::NAN, |best| best.1)
}

/// The median of an absolute error.
fn median(cases: &[&Case], error: fn(&Case) -> f64) -> f64 {
    let mut errors: Vec<f64> = cases.iter().map(|case| error(case)).collect();
    errors.sort_by(f64::total_cmp);
    percentile(&errors, 0.5)
}

/// The share of right decisions whether the rest of the data gains more than a point.
fn right(cases: &[&Case], predicted: fn(&Case) -> f64) -> f64 {
    let right = |case: &&&Case| (case.last - predicted(case) > 0.01) == (case.last - case.came > 0.01);
    cases.iter().filter(right).count() as f64 / cases.len() as f64
}

/// Median absolute error, the same of the last value, and the share of right decisions.
fn figures(cases: &[&Case]) -> (f64, f64, f64) {
    (
        median(cases, |case| (case.predicted - case.came).abs()),
        median(cases, |case| (case.last - case.came).abs()),
        right(cases, |case| case.predicted),
    )
}

/// The share of curves that gained more than a point, by the odds that were given, in tenths, with counts.
fn calibration(cases: &[Case]) -> Vec<(f64, usize)> {
    (0..10)
        .map(|tenth| {
            let given: Vec<&Case> = cases.iter().filter(|case| ((case.odds * 10.0) as usize).min(9) == tenth).collect();
            let gained = given.iter().filter(|case| case.last - case.came > 0.01).count();
            (gained as f64 / given.len() as f64, given.len())
        })
        .collect()
}

/// Every anchor from a quarter is the published baseline's use, four fractions from a half that of a study. Measured:
///
/// | from | curves of | error | last value | right | 90 % holds |
/// |---|---|---|---|---|---|
/// | 1/4, every anchor | all, 1,058 | 0.0081 | 0.0160 | 0.784 | 0.786 |
/// | 1/4, every anchor | 2,000 rows or more, 436 | 0.0042 | 0.0090 | 0.794 | 0.784 |
/// | 1/2, four fractions | all, 1,030 | 0.0045 | 0.0068 | 0.803 | 0.900 |
/// | 1/2, four fractions | 2,000 rows or more, 436 | 0.0018 | 0.0035 | 0.846 | 0.913 |
///
/// The reach of the outlook was chosen on every second data set (543 curves from a quarter: error 0.0105, last value
/// 0.0195, 0.775 right); on the others (515 curves) it is 0.0064, 0.0129 and 0.792, against 0.0070 and 0.790 before.
///
/// Four times the data is far: there the 90 % interval holds what comes in only 78 to 79 %.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_a_quarter_of_the_data_foretells_the_rest_and_the_odds_are_honest() {
    let curves = curves();
    for (part, nested) in [(4.0, false), (2.0, true)] {
        let cases = cases(&curves, part, nested);
        let all: Vec<&Case> = cases.iter().collect();
        // the published baselines (last value: 0.0089) are of data sets of this size
        let large: Vec<&Case> = cases.iter().filter(|case| case.rows >= 2000.0).collect();
        println!("from 1/{part} of the data, {}:", if nested { "four fractions" } else { "every anchor" });
        for (name, cases) in [("all", &all), ("of 2,000 rows or more", &large)] {
            let (error, last, right) = figures(cases);
            let inside = cases.iter().filter(|case| case.inside).count() as f64 / cases.len() as f64;
            let n = cases.len();
            println!(
                "  {name}: {n} curves, error {error:.4} (last value {last:.4}), right {right:.3}, 90 % holds {inside:.3}"
            );
        }
        let calibration = calibration(&cases);
        println!("  gained by tenths of the odds: {calibration:.2?}");
        if part == 4.0 && !nested {
            let (error, _, right) = figures(&large);
            assert!(error <= 0.0049, "{error}");
            assert!(right >= 0.79, "{right}");
        }
        let predicted: f64 = cases.iter().map(|case| case.odds).sum::<f64>() / cases.len() as f64;
        let came = cases.iter().filter(|case| case.last - case.came > 0.01).count() as f64 / cases.len() as f64;
        assert!((predicted - came).abs() < 0.05, "{predicted} {came}");
        for (tenth, (share, count)) in calibration.iter().enumerate() {
            let middle = (tenth as f64 + 0.5) / 10.0;
            let chance = (middle * (1.0 - middle) / *count as f64).sqrt();
            assert!((share - middle).abs() < 0.15 + 2.0 * chance, "odds of {middle}: {share}");
        }
    }
}

/// Published (LCDB 1.1, another selection of its data sets): from a quarter the last value errs by 0.0089 and a power law
/// by 0.0049, with 79 % right. Sets of 2,000 rows or more are where last value and law err so here; on all sets, of
/// which more are small and noisy, the same law errs by 0.0098 with 75.4 % right.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_the_outlook_beats_the_published_baseline_on_the_same_curves() {
    let curves = curves();
    let cases = cases(&curves, 4.0, false);
    let all: Vec<&Case> = cases.iter().collect();
    let large: Vec<&Case> = cases.iter().filter(|case| case.rows >= 2000.0).collect();
    for (name, cases) in [("all", &all), ("of 2,000 rows or more", &large)] {
        let law = (median(cases, |case| (case.by_law - case.came).abs()), right(cases, |case| case.by_law));
        let (error, last, decided) = figures(cases);
        println!(
            "{name}: last value {last:.4}; law {:.4}, right {:.3}; outlook {error:.4}, {decided:.3}",
            law.0, law.1
        );
        assert!(error <= 0.85 * law.0 && decided >= law.1, "{error} {decided} {law:?}");
        if cases.len() == large.len() {
            assert!((last - 0.0089).abs() < 0.0005 && (law.0 - 0.0049).abs() < 0.0005, "{last} {law:?}");
            assert!((law.1 - 0.79).abs() < 0.015, "{law:?}");
        }
    }
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_ill_behaved_curves_are_named_as_often_as_published() {
    let curves = curves();
    let curves: Vec<_> = curves.into_iter().filter(|curve| curve.len() >= 5).collect();
    let mut counts = std::collections::BTreeMap::new();
    for curve in &curves {
        let name = format!("{:?}", shape(curve, Axis::Data, None));
        *counts.entry(name.split([' ', '{']).next().unwrap_or("").to_owned()).or_insert(0) += 1;
    }
    let ill = |curve: &&Vec<Observation>| {
        let shape = shape(curve, Axis::Data, None);
        shape.is_ill() && shape != Shape::TooNoisy
    };
    let share = curves.iter().filter(ill).count() as f64 / curves.len() as f64;
    println!("{share:.3} of {} curves are ill-behaved: {counts:?}", curves.len());
    assert!((0.10..0.35).contains(&share));
}
