//! Known answers: scikit-learn 1.9's with `tol=1e-12`, and the mathematics' own.

use super::super::Matrix;
use super::super::lbfgs::Lbfgs;
use super::super::omega::omega;
use super::super::solver::Solver;
use super::sample::{close, dense, exact, features, sparse, three, train, two, values};
use crate::candidate::labels::Labels;

#[test]
fn dense_softmax_is_scikit_learns() {
    // LogisticRegression(C=2.0).fit(X, y).predict_proba(X)[:2]
    let (x, y) = (features(), three());
    let fitted = train(dense(&x), Labels::Classes { labels: &y, classes: 3 }, &exact(0.5));
    let p = fitted.model.predict(&dense(&x)).unwrap();
    close(&p[..6], &[0.565_801, 0.369_205, 0.064_993, 0.569_465, 0.251_694, 0.178_842], 1e-4);
    assert_eq!(fitted.model.parameters(), 12);
}

#[test]
fn dense_logistic_is_scikit_learns() {
    let (x, y) = (features(), two());
    let fitted = train(dense(&x), Labels::Classes { labels: &y, classes: 2 }, &exact(0.5));
    close(&fitted.model.weights, &[0.475_542, 1.043_115, 0.324_036], 1e-4);
    close(&fitted.model.biases, &[-0.4207], 1e-4);
    assert_eq!(fitted.model.parameters(), 4);
}

#[test]
fn sparse_softmax_is_scikit_learns() {
    // LogisticRegression(C=2.0, fit_intercept=False) on X with a column of ones.
    let (x, y) = (sparse(), three());
    let labels = Labels::Classes { labels: &y, classes: 3 };
    let model = train(Matrix::Sparse(&x), labels, &exact(0.5)).model;
    let wanted = [-0.225_104, -0.024_323, 0.249_428, -0.572_366, 0.509_746, 0.062_62, 0.354_008, 0.056_431];
    close(&model.weights[..8], &wanted, 2e-3);
    let p = model.predict(&Matrix::Sparse(&x)).unwrap();
    close(&p[..6], &[0.569_327, 0.361_874, 0.068_798, 0.573_984, 0.240_857, 0.185_159], 5e-3);
}

#[test]
fn sparse_logistic_is_scikit_learns() {
    let (x, y) = (sparse(), two());
    let fitted = train(Matrix::Sparse(&x), Labels::Classes { labels: &y, classes: 2 }, &exact(0.5));
    close(&fitted.model.weights, &[0.481_925, 1.034_074, 0.3117], 2e-3);
    close(&fitted.model.biases, &[-0.337_034], 2e-3);
}

#[test]
fn ridge_is_scikit_learns_in_closed_form_and_by_descent() {
    // Ridge(alpha=2.0)
    let (x, y, rows) = (features(), values(), sparse());
    let closed = train(dense(&x), Labels::Values(&y), &exact(2.0));
    let descended = train(Matrix::Sparse(&rows), Labels::Values(&y), &exact(2.0));
    for fitted in [closed, descended] {
        close(&fitted.model.weights, &[-0.312_046, -0.158_952, -0.143_08], 1e-4);
        close(&fitted.model.biases, &[0.039_032], 1e-4);
    }
}

#[test]
fn the_gradient_is_the_slope_of_the_objective() {
    let (x, three, two, values) = (features(), three(), two(), values());
    let cases = [
        Labels::Classes { labels: &three, classes: 3 },
        Labels::Classes { labels: &two, classes: 2 },
        Labels::Values(&values),
    ];
    for labels in cases {
        let mut descent = Lbfgs::new(dense(&x), labels, None);
        let size = descent.model().parameters() as usize;
        let at: Vec<f64> = (0..size).map(|i| (i as f64 * 0.7).sin() * 0.4).collect();
        let gradient = descent.evaluate(&at, 0.3).2;
        for index in 0..size {
            let mut moved = [at.clone(), at.clone()];
            moved[0][index] += 1e-2;
            moved[1][index] -= 1e-2;
            let slope = (descent.evaluate(&moved[0], 0.3).0 - descent.evaluate(&moved[1], 0.3).0) / 2e-2;
            assert!((slope - gradient[index]).abs() < 2e-4, "{slope} but {}", gradient[index]);
        }
    }
}

#[test]
fn omega_is_the_inverse_of_w_plus_ln_w() {
    for step in -120..=200 {
        let v = step as f64 / 8.0;
        let w = f64::from(omega(v as f32));
        let slope = 1.0 + 1.0 / w;
        // The error of w, to first order, relative to w.
        assert!(((w + w.ln() - v) / slope / w).abs() < 1e-4, "omega({v}) = {w}");
    }
}
