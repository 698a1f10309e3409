//! Repeatability, search, refit, storage and refusals.

use super::super::{Linear, LinearError, Matrix, Recipe, Sparse, Training, fit};
use super::sample::{close, dense, exact, features, sparse, three, train, two, values};
use crate::candidate::labels::Labels;

#[test]
fn the_same_seed_gives_the_same_bits() {
    let (x, y) = (sparse(), three());
    let labels = Labels::Classes { labels: &y, classes: 3 };
    let [a, b] = [0; 2].map(|_| train(Matrix::Sparse(&x), labels, &Recipe::text()));
    assert_eq!(a, b);
}

#[test]
fn eight_examples_are_learned_by_heart() {
    let x = features();
    let y = [0, 1, 2, 3, 4, 5, 6, 7];
    let one_hot = Sparse { columns: 8, offsets: (0..=8).collect(), indices: (0..8).collect(), values: vec![1.0; 8] };
    let values: Vec<f32> = (0..64).map(|i| if i % 9 == 0 { 1.0 } else { x[i % 7] * 0.1 }).collect();
    let wide = Matrix::Dense { rows: 8, columns: 8, values: &values };
    for x in [Matrix::Sparse(&one_hot), wide] {
        let model = train(x, Labels::Classes { labels: &y, classes: 8 }, &exact(1e-3)).model;
        for (row, p) in model.predict(&x).unwrap().chunks(8).enumerate() {
            assert!(p[row] > 0.9, "{p:?}");
            assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }
}

#[test]
fn validation_chooses_the_strength_and_a_refit_reuses_it() {
    let (x, y, rows) = (features(), two(), sparse());
    for x in [dense(&x), Matrix::Sparse(&rows)] {
        let set = (x, Labels::Classes { labels: &y, classes: 2 });
        let data = Training { weights: None, train: set, validation: Some(set), settled: None };
        let recipe = Recipe { l2: vec![3.0, 1.0, 0.3, 0.1], ..exact(1.0) };
        let found = fit(&data, &recipe, 3).unwrap();
        let lowest = found.search.iter().filter_map(|t| t.validation_loss).fold(f64::INFINITY, f64::min);
        let last = found.history.last().unwrap();
        assert_eq!(last.validation_loss, Some(lowest));
        assert_eq!(last.step, found.settled.steps);
        let best = found.search.iter().find(|tried| tried.validation_loss == Some(lowest)).unwrap();
        assert_eq!(best.l2, found.settled.l2);
        let again = Training { weights: None, train: set, validation: None, settled: Some(found.settled) };
        let refit = fit(&again, &recipe, 3).unwrap();
        assert_eq!((refit.search.len(), refit.settled.l2), (1, found.settled.l2));
        assert!(refit.flops < found.flops);
        close(&refit.model.predict(&x).unwrap(), &found.model.predict(&x).unwrap(), 0.05);
    }
}

#[test]
fn a_model_survives_storage() {
    let (x, y) = (features(), three());
    let model = train(dense(&x), Labels::Classes { labels: &y, classes: 3 }, &Recipe::default()).model;
    let read: Linear = postcard::from_bytes(&postcard::to_stdvec(&model).unwrap()).unwrap();
    assert_eq!(read, model);
}

#[test]
fn what_cannot_be_learned_is_refused() {
    let (mut x, y) = (features(), three());
    let attempt = |x: &[f32], labels: Labels, recipe: &Recipe| {
        fit(&Training { weights: None, train: (dense(x), labels), validation: None, settled: None }, recipe, 0)
    };
    let labels = Labels::Classes { labels: &y, classes: 3 };
    let plain = Recipe::default();
    assert!(matches!(attempt(&x[..9], labels, &plain), Err(LinearError::Shape(_))));
    assert!(matches!(attempt(&[], Labels::Values(&[]), &plain), Err(LinearError::Empty)));
    let few = Labels::Classes { labels: &y, classes: 2 };
    assert!(matches!(attempt(&x, few, &plain), Err(LinearError::Labels(_))));
    let rising = Recipe { l2: vec![1.0, 2.0], ..Recipe::default() };
    assert!(matches!(attempt(&x, labels, &rising), Err(LinearError::Recipe(_))));
    let model = attempt(&x, labels, &plain).unwrap().model;
    let narrow = Matrix::Dense { rows: 1, columns: 2, values: &[0.0, 0.0] };
    assert!(matches!(model.predict(&narrow), Err(LinearError::Shape(_))));
    x[4] = f32::NAN;
    let targets = values();
    for labels in [labels, Labels::Values(&targets)] {
        assert!(matches!(attempt(&x, labels, &plain), Err(LinearError::Diverged { .. })));
    }
    for value in [f32::NAN, f32::INFINITY, 1e30] {
        let mut rows = sparse();
        rows.values[5] = value;
        let two = two();
        for labels in [labels, Labels::Classes { labels: &two, classes: 2 }] {
            let set = (Matrix::Sparse(&rows), labels);
            let outcome = fit(&Training { weights: None, train: set, validation: None, settled: None }, &plain, 0);
            assert!(value == 1e30 || matches!(outcome, Err(LinearError::Diverged { .. })), "{outcome:?}");
        }
    }
}
