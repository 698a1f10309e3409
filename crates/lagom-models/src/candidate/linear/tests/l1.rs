//! The penalty on absolute weights: scikit-learn 1.9's `Lasso`, `ElasticNet` and `LogisticRegression(solver="saga", l1_ratio=1)` with
//! `tol=1e-12`, and what defines the optimum.

use super::super::{Linear, Matrix, Recipe, Training, fit};
use super::sample::{close, dense, exact, features, sparse, three, train, two, values};
use crate::candidate::labels::Labels;

/// The penalty alone, or beside one on squares.
fn penal(l1: f64, l2: Option<f64>) -> Recipe {
    Recipe { l1, fixed_l2: l2, tolerance: 1e-9, ..exact(1.0) }
}

#[test]
fn values_are_scikit_learns() {
    let (x, y, rows) = (features(), values(), sparse());
    // Lasso(alpha=l1 / 12); ElasticNet(alpha=3.2 / 12, l1_ratio=1.2 / 3.2) of squares, too.
    for (l1, l2, weights, bias) in [
        (1.2, None, [-0.267_409, -0.108_347, -0.086_070], 0.037_314),
        (0.3, None, [-0.334_734, -0.157_119, -0.146_509], 0.036_358),
        (1.2, Some(2.0), [-0.234_136, -0.099_416, -0.072_705], 0.040_079),
    ] {
        for x in [dense(&x), Matrix::Sparse(&rows)] {
            let fitted = train(x, Labels::Values(&y), &penal(l1, l2));
            close(&fitted.model.weights, &weights, 1e-5);
            close(&fitted.model.biases, &[bias], 1e-5);
        }
    }
}

#[test]
fn two_classes_are_scikit_learns_with_its_zeros() {
    let (x, y, rows) = (features(), two(), sparse());
    for (l1, weights, bias) in [
        (0.5, [0.309_340, 1.069_434, 0.133_237], -0.405_576),
        (1.0, [0.118_348, 0.858_568, 0.0], -0.377_279),
        (2.0, [0.0, 0.464_602, 0.0], -0.354_500),
    ] {
        for x in [dense(&x), Matrix::Sparse(&rows)] {
            let fitted = train(x, Labels::Classes { labels: &y, classes: 2 }, &penal(l1, None));
            close(&fitted.model.weights, &weights, 1e-5);
            close(&fitted.model.biases, &[bias], 1e-5);
            let zeros = |weights: &[f32]| weights.iter().map(|weight| *weight == 0.0).collect::<Vec<bool>>();
            assert_eq!(zeros(&fitted.model.weights), zeros(&weights), "a weight is 0 or it is not");
        }
    }
}

#[test]
fn three_classes_are_scikit_learns() {
    let (x, y) = (features(), three());
    // coef_.T at C=1.0: a bias may be moved together with the others, probabilities may not.
    let fitted = train(dense(&x), Labels::Classes { labels: &y, classes: 3 }, &penal(1.0, None));
    let wanted = [-0.087_436, 0.0, 0.0, -0.231_136, 0.306_553, 0.0, 0.023_107, 0.0, -0.247_605];
    close(&fitted.model.weights, &wanted, 1e-5);
    let p = fitted.model.predict(&dense(&x)).unwrap();
    close(&p[..6], &[0.400_226, 0.423_648, 0.176_126, 0.438_023, 0.337_267, 0.224_708], 1e-5);
}

/// The slope of the sum of losses by each weight, in f64.
fn slopes(model: &Linear, labels: &Labels<'_>) -> Vec<f64> {
    let (x, outputs) = (features(), model.biases.len());
    let mut slopes = vec![0.0; model.weights.len()];
    for (row, own) in x.chunks(3).enumerate() {
        let score = |k: usize| {
            let sum = own.iter().enumerate().map(|(j, x)| f64::from(*x) * f64::from(model.weights[j * outputs + k]));
            sum.sum::<f64>() + f64::from(model.biases[k])
        };
        let scores: Vec<f64> = (0..outputs).map(score).collect();
        let of_score: Vec<f64> = match labels {
            Labels::Values(values) => vec![scores[0] - f64::from(values[row])],
            Labels::Classes { labels, classes: 2 } => {
                vec![1.0 / (1.0 + (-scores[0]).exp()) - f64::from(labels[row])]
            }
            Labels::Classes { labels, .. } => {
                let all: f64 = scores.iter().map(|score| score.exp()).sum();
                (0..outputs).map(|k| scores[k].exp() / all - f64::from(u8::from(labels[row] as usize == k))).collect()
            }
        };
        for (j, x) in own.iter().enumerate() {
            (0..outputs).for_each(|k| slopes[j * outputs + k] += f64::from(*x) * of_score[k]);
        }
    }
    slopes
}

/// At the optimum the slope of the losses is as steep as the penalty wherever a weight is not 0, against it, and no steeper where one is
/// (Karush, Kuhn & Tucker); from the steepest slope at zero on no weight is left.
#[test]
fn the_conditions_of_the_optimum_hold_and_a_large_penalty_leaves_nothing() {
    let (x, y3, y2, y) = (features(), three(), two(), values());
    for labels in
        [Labels::Values(&y), Labels::Classes { labels: &y2, classes: 2 }, Labels::Classes { labels: &y3, classes: 3 }]
    {
        for l1 in [0.01, 0.1, 0.5, 1.0, 1.7, 2.5] {
            let model = train(dense(&x), labels, &penal(l1, None)).model;
            for (weight, slope) in model.weights.iter().zip(slopes(&model, &labels)) {
                let wanted = -l1 * f64::from(*weight).signum();
                let holds = if *weight == 0.0 { slope.abs() <= l1 + 1e-5 } else { (slope - wanted).abs() < 1e-5 };
                assert!(holds, "weight {weight} and slope {slope} at {l1}");
            }
        }
        let at_zero = train(dense(&x), labels, &penal(1e6, None)).model;
        assert!(at_zero.weights.iter().all(|weight| *weight == 0.0));
        let steepest = slopes(&at_zero, &labels).iter().fold(0.0, |most: f64, slope| most.max(slope.abs()));
        let weights = |l1: f64| train(dense(&x), labels, &penal(l1, None)).model.weights;
        assert!(weights(steepest * 1.001).iter().all(|weight| *weight == 0.0));
        assert!(weights(steepest * 0.999).iter().any(|weight| *weight != 0.0));
    }
}

/// A row that weighs two is two rows; a refit without validation rows comes to the same weights.
#[test]
fn rows_weigh_and_a_refit_settles_on_the_same() {
    let (x, y) = (features(), two());
    let weights: Vec<f32> = (0..12).map(|row| if row < 6 { 2.0 } else { 1.0 }).collect();
    let weighed = Training {
        train: (dense(&x), Labels::Classes { labels: &y, classes: 2 }),
        weights: Some(&weights),
        validation: None,
        settled: None,
    };
    let (twice, labels) = ([&x[..18], &x].concat(), [&y[..6], &y].concat());
    let own = fit(&weighed, &penal(0.7, None), 7).unwrap();
    let other = train(dense(&twice), Labels::Classes { labels: &labels, classes: 2 }, &penal(0.7, None));
    close(&own.model.weights, &other.model.weights, 1e-5);
    let plain = Training { weights: None, ..weighed };
    let first = fit(&Training { validation: Some(plain.train), ..plain }, &penal(0.7, None), 7).unwrap();
    assert_eq!((first.search.len(), first.settled.l2), (1, 0.0), "no strength of squares is looked for");
    let again = fit(&Training { settled: Some(first.settled), ..plain }, &penal(0.7, None), 7).unwrap();
    assert_eq!(again.model, first.model);
    for wrong in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(fit(&plain, &Recipe { l1: wrong, ..exact(1.0) }, 7).is_err(), "{wrong}");
    }
}

/// 200 rows of 12 columns: `x[i][j] = sin((i + 1)(j + 1) 0.37 + j)`, `y = 2 x[1] - x[4] + 0.5 x[9] + cos(1.7 i)`.
fn waves() -> (Vec<f32>, Vec<f32>) {
    let entry = |i: usize, j: usize| (((i + 1) * (j + 1)) as f64).mul_add(0.37, j as f64).sin() as f32;
    let x: Vec<f32> = (0..200).flat_map(|i| (0..12).map(move |j| entry(i, j))).collect();
    let sum = |(i, row): (usize, &[f32])| {
        let [b, e, j] = [1, 4, 9].map(|at: usize| f64::from(row[at]));
        (2.0 * b - e + 0.5 * j + (i as f64 * 1.7).cos()) as f32
    };
    let y = x.chunks(12).enumerate().map(sum).collect();
    (x, y)
}

/// `Lasso(alpha=20 / 200)`, and `LogisticRegression` at C = 1/4 on `y > 0.2` and on three classes cut at -0.5 and 1.
#[test]
fn many_columns_of_which_few_matter_are_scikit_learns() {
    let (x, y) = waves();
    let matrix = Matrix::Dense { rows: 200, columns: 12, values: &x };
    let sparse = |kept: &[(usize, f32)], size: usize| {
        let mut weights = vec![0.0; size];
        kept.iter().for_each(|&(at, weight)| weights[at] = weight);
        weights
    };
    let same = |found: &Linear, kept: &[(usize, f32)]| {
        close(&found.weights, &sparse(kept, found.weights.len()), 1e-5);
        assert_eq!(found.weights.iter().filter(|weight| **weight != 0.0).count(), kept.len());
    };
    let lasso = train(matrix, Labels::Values(&y), &penal(20.0, None)).model;
    same(&lasso, &[(1, 1.806_754_4), (4, -0.760_487_7), (9, 0.306_22)]);
    close(&lasso.biases, &[0.002_019_6], 1e-5);
    let two: Vec<u32> = y.iter().map(|y| u32::from(*y > 0.2)).collect();
    let logistic = train(matrix, Labels::Classes { labels: &two, classes: 2 }, &penal(4.0, None)).model;
    same(&logistic, &[(1, 3.116_91), (4, -1.127_925_3), (9, 0.628_786_3)]);
    close(&logistic.biases, &[-0.444_989_9], 1e-5);
    let three: Vec<u32> = y.iter().map(|y| if *y > 1.0 { 2 } else { u32::from(*y > -0.5) }).collect();
    let softmax = train(matrix, Labels::Classes { labels: &three, classes: 3 }, &penal(4.0, None)).model;
    let kept = [
        (3, -2.523_661_8),
        (5, 1.934_641_4),
        (7, -0.009_325_2),
        (10, 0.233_595_1),
        (12, 1.051_071_5),
        (14, -0.998_790_3),
        (20, 0.051_585),
        (22, 0.113_729_9),
        (25, 0.147_007),
        (27, -0.202_971_4),
        (29, 0.654_058),
    ];
    same(&softmax, &kept);
    let p = softmax.predict(&matrix).unwrap();
    close(&p[..6], &[0.006_013_8, 0.098_519_7, 0.895_466_6, 0.258_925_6, 0.547_008_2, 0.194_066_2], 1e-5);
}
