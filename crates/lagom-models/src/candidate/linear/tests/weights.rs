//! Rows that weigh differently: scikit-learn's `sample_weight` (fixtures/weights.py), and rows that stand there several times.

use serde::Deserialize;

use super::super::{Matrix, Sparse, Training, fit};
use super::sample::{close, dense, exact, features, sparse, three, two};
use crate::candidate::labels::Labels;

#[derive(Deserialize)]
struct Told {
    x: Vec<f32>,
    weights: Vec<f32>,
    new: Vec<f32>,
    models: Vec<Weighed>,
}

#[derive(Deserialize)]
struct Weighed {
    classes: u32,
    l2: f64,
    target: Vec<f32>,
    expected: Vec<f32>,
}

#[test]
fn dense_models_of_weighed_rows_are_scikit_learns() {
    let told: Told = serde_json::from_str(include_str!("fixtures/weights.json")).expect("the fixture");
    for case in &told.models {
        let labels: Vec<u32> = case.target.iter().map(|label| *label as u32).collect();
        let labels = match case.classes {
            0 => Labels::Values(&case.target),
            classes => Labels::Classes { labels: &labels, classes },
        };
        let data =
            Training { train: (dense(&told.x), labels), weights: Some(&told.weights), validation: None, settled: None };
        let found = fit(&data, &exact(case.l2), 7).expect("a model").model.predict(&dense(&told.new)).expect("answers");
        // The descent ends where losses of f32 no longer fall, as without weights; ridge is solved exactly.
        close(&found, &case.expected, if case.classes > 0 { 3e-4 } else { 1e-5 });
    }
}

/// Rows of which some stand there twice.
fn repeated(x: &Sparse, labels: &[u32]) -> (Sparse, Vec<u32>) {
    let (mut rows, mut all) = (Sparse { columns: x.columns, offsets: vec![0], ..Sparse::default() }, Vec::new());
    for (row, &label) in labels.iter().enumerate() {
        for _ in 0..if row % 3 == 0 { 3 } else { 1 } {
            let (indices, values) = x.row(row);
            rows.indices.extend(indices);
            rows.values.extend(values);
            rows.offsets.push(rows.values.len());
            all.push(label);
        }
    }
    (rows, all)
}

#[test]
fn a_sparse_row_of_weight_three_is_three_rows() {
    let x = sparse();
    let weights: Vec<f32> = (0..12).map(|row| if row % 3 == 0 { 3.0 } else { 1.0 }).collect();
    for (labels, classes) in [(two(), 2), (three(), 3)] {
        let (more, all) = repeated(&x, &labels);
        let recipe = exact(0.5);
        let of = |x: &Sparse, labels: &[u32], weights: Option<&[f32]>| {
            let train = (Matrix::Sparse(x), Labels::Classes { labels, classes });
            let data = Training { train, weights, validation: None, settled: None };
            fit(&data, &recipe, 7).expect("a model").model.predict(&Matrix::Sparse(&sparse())).expect("answers")
        };
        close(&of(&x, &labels, Some(&weights)), &of(&more, &all, None), 2e-3);
        // And not what they say when all weigh the same.
        let plain = of(&x, &labels, None);
        let apart = plain.iter().zip(of(&x, &labels, Some(&weights))).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart > 0.01, "{apart}");
    }
}

#[test]
fn a_row_that_weighs_nothing_is_as_if_left_out() {
    let (x, labels) = (features(), two());
    let mut weights = vec![1.0; 12];
    weights[11] = 0.0;
    let of = |rows: usize, weights: Option<&[f32]>| {
        let train = (dense(&x[..rows * 3]), Labels::Classes { labels: &labels[..rows], classes: 2 });
        let data = Training { train, weights, validation: None, settled: None };
        fit(&data, &exact(0.5), 7).expect("a model").model.predict(&dense(&x)).expect("answers")
    };
    close(&of(12, Some(&weights)), &of(11, None), 1e-4);
}

#[test]
fn weights_that_do_not_fit_are_refused() {
    let (x, labels) = (features(), two());
    for weights in [vec![1.0; 11], vec![-1.0; 12], vec![0.0; 12], vec![f32::NAN; 12]] {
        let train = (dense(&x), Labels::Classes { labels: &labels, classes: 2 });
        let data = Training { train, weights: Some(&weights), validation: None, settled: None };
        assert!(fit(&data, &exact(0.5), 7).is_err_and(|error| error.to_string().contains("weights of rows")));
    }
}
