#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use super::law::{Law, Noise, Signal};
use super::{Kind, Known, Obtained, Quality, Sample};
use crate::dataset::{Column, Target, Values};

/// Rows of a large sample: an accuracy's standard error is at most 0.0011.
const MANY: usize = 200_000;

fn inputs(sample: &Sample, row: usize) -> Vec<f64> {
    let number = |column: &Column| match &column.values {
        Values::Numbers(numbers) => numbers[row],
        other => panic!("{other:?}"),
    };
    sample.columns.iter().map(number).collect()
}

/// The measured quality of `answer` on the noisy target of a sample, by the definition of the metric.
fn measured(sample: &Sample, answer: impl Fn(&[f64]) -> Vec<f64>) -> f64 {
    let rows = sample.rows();
    match &sample.target {
        Target::Classes { labels, .. } => {
            let said = |row: usize| {
                let shares = answer(&inputs(sample, row));
                (0..shares.len()).max_by(|&a, &b| shares[a].total_cmp(&shares[b]).then(b.cmp(&a))).unwrap()
            };
            (0..rows).filter(|&row| said(row) == labels[row] as usize).count() as f64 / rows as f64
        }
        Target::Numbers(numbers) => {
            let mean = numbers.iter().sum::<f64>() / rows as f64;
            let whole: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
            let left: f64 = (0..rows).map(|row| (numbers[row] - answer(&inputs(sample, row))[0]).powi(2)).sum();
            1.0 - left / whole
        }
        Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => panic!("no rule makes texts"),
    }
}

#[test]
fn the_best_answers_reach_the_truth_on_noisy_rows() {
    for kind in Kind::ALL {
        for seed in [1, 2] {
            let known = Known::new(kind, seed);
            let truth = known.truth();
            let found = measured(&known.draw(MANY, 7), |inputs| known.best(inputs));
            // Four standard errors of an accuracy near one half; R² errs less here.
            assert!((found - truth.best.value).abs() < 0.0045, "{kind}, {seed}: {found} against {truth:?}");
        }
    }
}

#[test]
fn the_closed_forms_are_those_of_the_books() {
    let best = |kind| Known::new(kind, 5).truth().best.value;
    // Variance 1 of the sum, 1/4 of the noise: 1/2 + asin(√0.8) / π, with asin(√0.8) = atan(2) = 1.107149.
    assert!((best(Kind::LinearClasses) - (0.5 + 1.107_148_717_794 / std::f64::consts::PI)).abs() < 1e-9);
    for (kind, expected) in [
        (Kind::LinearValues, 0.8),
        (Kind::TeacherValues, 0.8),
        (Kind::Plateau, 0.8),
        (Kind::Staircase, 0.9),
        (Kind::LabelNoise, 0.8),
        (Kind::PureNoise, 0.6),
    ] {
        assert!((best(kind) - expected).abs() < 1e-9, "{kind}: {}", best(kind));
    }
    assert_eq!(Known::new(Kind::TeacherClasses, 5).truth().obtained, Obtained::Integral(200_000));
}

#[test]
fn one_unit_has_the_variance_of_its_arcsine() {
    // E[erf(u/√2)²] = (2/π) asin(s / (1 + s)) with s the variance of u: for s = 1, asin(1/2) = π/6, so 1/3.
    // (erf(u/√2) = 2Φ(u) − 1 is then uniform between −1 and 1, of variance 1/3.)
    let unit = Signal::Network { into: vec![vec![0.6, 0.8]], out: vec![1.0] };
    assert!((unit.variance() - 1.0 / 3.0).abs() < 1e-12);
    // Its best line has the slope √(2/π) / √2 = 1/√π along the weights: R² (1/π) / (1/3) = 3/π.
    assert!((unit.linear_share() - 3.0 / std::f64::consts::PI).abs() < 1e-12);
}

#[test]
fn the_best_line_explains_what_is_said() {
    // On many rows the normal equations of independent standard inputs are nearly diagonal: the slope of
    // an input is the mean of its product with the target.
    for kind in [Kind::LinearValues, Kind::TeacherValues, Kind::Plateau] {
        let known = Known::new(kind, 3);
        let sample = known.draw(MANY, 1);
        let Target::Numbers(numbers) = &sample.target else { panic!() };
        let slope = |column: &Column| match &column.values {
            Values::Numbers(cells) => cells.iter().zip(numbers).map(|(x, y)| x * y).sum::<f64>() / MANY as f64,
            other => panic!("{other:?}"),
        };
        let slopes: Vec<f64> = sample.columns.iter().map(slope).collect();
        let line = |inputs: &[f64]| vec![inputs.iter().zip(&slopes).map(|(x, slope)| x * slope).sum()];
        let (found, said) = (measured(&known.draw(MANY, 2), line), known.truth().linear.unwrap());
        assert!((found - said).abs() < 0.01, "{kind}: {found} against {said}");
    }
    assert_eq!(Known::new(Kind::Staircase, 3).truth().linear, None);
}

#[test]
fn a_models_true_quality_needs_no_luck_with_the_noise() {
    for kind in Kind::ALL {
        let known = Known::new(kind, 4);
        let sample = known.draw(20_000, 3);
        let names = known.class_names();
        let answers: Vec<f64> = (0..20_000).flat_map(|row| known.best(&inputs(&sample, row))).collect();
        let found = known.quality(&sample, &answers, &names).unwrap();
        let truth = known.truth().best;
        let error = found.standard_error.hypot(truth.standard_error);
        assert!((found.value - truth.value).abs() <= 4.0 * error + 1e-9, "{kind}: {found:?} against {truth:?}");
    }
}

#[test]
fn other_answers_are_worth_what_a_formula_says() {
    // Always `b`: a quarter of the rows by symmetry of the four sums only on average; of a coin exactly 0.6.
    let known = Known::new(Kind::PureNoise, 1);
    let sample = known.draw(1_000, 0);
    let names = known.class_names();
    let always = |share: f64| vec![[1.0 - share, share]; 1_000].concat();
    assert!((known.quality(&sample, &always(1.0), &names).unwrap().value - 0.6).abs() < 1e-12);
    assert!((known.quality(&sample, &always(0.0), &names).unwrap().value - 0.4).abs() < 1e-12);
    // The same answers under class names in the other order.
    let turned: Vec<String> = names.iter().rev().cloned().collect();
    assert!((known.quality(&sample, &always(1.0), &turned).unwrap().value - 0.4).abs() < 1e-12);
    // Noise of variance 1/4 about a signal of variance 1, answered with 0: R² is 0 but for the sample.
    let known = Known::new(Kind::LinearValues, 1);
    let found = known.quality(&known.draw(MANY, 0), &vec![0.0; MANY], &[]).unwrap();
    assert!(found.value.abs() < 4.0 * found.standard_error && found.standard_error < 0.003, "{found:?}");
    assert_eq!(known.quality(&sample, &[0.0; 3], &[]), None);
    assert_eq!(known.quality(&known.draw(2, 0), &[0.0, f64::NAN], &[]), None);
}

#[test]
fn no_input_of_a_staircase_tells_anything_alone() {
    let known = Known::new(Kind::Staircase, 2);
    let Law { signal: Signal::Interaction { of, .. }, noise: Noise::Replaced(_), .. } = &known.law else { panic!() };
    assert_eq!(of.len(), 2);
    let sample = known.draw(MANY, 0);
    let Target::Classes { labels, .. } = &sample.target else { panic!() };
    for column in &sample.columns {
        let Values::Numbers(cells) = &column.values else { panic!() };
        let agree = cells.iter().zip(labels).filter(|(x, label)| (**x > 0.0) == (**label == 1)).count();
        // Four standard errors of a share of one half in 200,000 rows.
        assert!((agree as f64 / MANY as f64 - 0.5).abs() < 0.0045, "{}", column.name);
    }
}

#[test]
fn equal_numbers_draw_equal_rows_and_others_do_not() {
    for kind in Kind::ALL {
        let known = Known::new(kind, 9);
        assert_eq!(known, Known::new(kind, 9));
        let rows = known.draw(50, 1);
        assert_eq!(rows, known.draw(50, 1));
        assert_ne!(rows, known.draw(50, 2));
        assert_ne!(rows, Known::new(kind, 10).draw(50, 1));
        assert_eq!(Kind::parse(kind.name()), Some(kind));
    }
    assert_eq!(Kind::parse("linear"), None);
}

#[test]
fn the_truth_does_not_hang_on_the_seed_where_it_is_a_formula() {
    let spread = |kind| -> Vec<Quality> { (0..5).map(|seed| Known::new(kind, seed).truth().best).collect() };
    for kind in Kind::ALL {
        let found = spread(kind);
        if Known::new(kind, 0).truth().obtained == Obtained::ClosedForm {
            assert!(found.iter().all(|one| (one.value - found[0].value).abs() < 1e-9), "{kind}: {found:?}");
        }
    }
}

#[test]
fn the_normal_path_reads_the_table_as_it_was_drawn() {
    let folder = tempfile::tempdir().unwrap();
    for kind in Kind::ALL {
        let known = Known::new(kind, 6);
        let sample = known.draw(kind.usual_rows(), 0);
        let path = folder.path().join(format!("{kind}.csv"));
        std::fs::write(&path, sample.csv()).unwrap();
        let text = format!("[task]\ndata = \"{kind}.csv\"\ntarget = \"y\"\n");
        let study =
            crate::study::Study::parse(&text, folder.path().join("study.toml"), &crate::study::Registries::default())
                .unwrap();
        let loaded = crate::load(&study).unwrap();
        assert_eq!(loaded.dataset.columns, sample.columns, "{kind}");
        assert_eq!(loaded.dataset.task, kind.task(), "{kind}");
        assert_eq!(loaded.schema.classes.len(), known.classes(), "{kind}");
        if let Target::Numbers(_) = sample.target {
            assert_eq!(loaded.dataset.target, sample.target, "{kind}");
        }
    }
}
