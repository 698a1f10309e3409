//! Optimiser, schedule and loss against known answers; whole trainings are in `tiny_tests`.

use super::head::{Head, loss};
use super::optimiser::Step;
use super::recipe::{Adaptation, Recipe, Targets};

#[test]
fn adamw_is_pytorchs() {
    // torch.optim.AdamW([1.0, -2.0], lr=0.1, weight_decay=0.01) with gradients [0.5, -1] and [0.1, 2]. Step 1: m / (1 - 0.9) = g and
    // sqrt(v / (1 - 0.999)) = |g|, so each moves by the rate: 1 · (1 - 0.001) - 0.1 = 0.899, -2 · 0.999 + 0.1 = -1.898.
    // Step 2, first: m = 0.9 · 0.05 + 0.01 = 0.055, v = 0.999 · 0.00025 + 0.00001 = 0.00025975; m̂ = 0.055 / 0.19 = 0.2894737,
    // v̂ = 0.00025975 / 0.001999 = 0.1299400, root 0.3604719; 0.899 · 0.999 - 0.1 · 0.8030410 = 0.8177969.
    let (mut values, mut first, mut second) = ([1.0, -2.0], [0.0; 2], [0.0; 2]);
    for (number, gradient) in [(1, [0.5, -1.0]), (2, [0.1, 2.0])] {
        Step { number, rate: 0.1, weight_decay: 0.01 }.apply(&mut values, &gradient, &mut first, &mut second);
        if number == 1 {
            assert!((values[0] - 0.899).abs() < 1e-6 && (values[1] + 1.898).abs() < 1e-6, "{values:?}");
        }
    }
    assert!((values[0] - 0.817_797).abs() < 1e-6, "{values:?}");
}

#[test]
fn the_rate_rises_and_falls() {
    let recipe = Recipe { warm_up: 0.2, ..Recipe::usual(Adaptation::Full, 10) };
    let shares: Vec<f64> = (0..11).map(|step| recipe.schedule(step)).collect();
    // Two steps of warm-up, then 8 down to 0.
    assert!((shares[0] - 1.0 / 3.0).abs() < 1e-6 && (shares[1] - 2.0 / 3.0).abs() < 1e-6 && shares[2] == 1.0);
    assert!(shares[2..].windows(2).all(|pair| pair[0] > pair[1]) && shares[10] == 0.0);
}

#[test]
fn cross_entropy_is_known() {
    // Logits 0 and ln 3: shares 1/4 and 3/4. Class 1, no smoothing: -ln 0.75 = 0.2876821; gradient [0.25, -0.25].
    let outputs = [0.0, 3.0f32.ln()];
    let targets = Targets::Classes { of: &[1], count: 2 };
    let plain = loss(&outputs, &targets, &[0], 0.0);
    assert!((plain.mean - 0.287_682_1).abs() < 1e-6 && (plain.gradient[0] - 0.25).abs() < 1e-6);
    // Smoothing 0.2: shares 0.1 and 0.9: 0.1 · ln 4 + 0.9 · 0.2876821 = 0.3975433; gradient [0.15, -0.15].
    let smooth = loss(&outputs, &targets, &[0], 0.2);
    assert!((smooth.mean - 0.397_543_3).abs() < 1e-6 && (smooth.gradient[1] + 0.15).abs() < 1e-6);
    let squares = loss(&[3.0, 1.0], &Targets::Numbers(&[1.0, 1.0]), &[0, 1], 0.0);
    assert!((squares.mean - 2.0).abs() < 1e-12 && squares.gradient == [2.0, 0.0]);
}

#[test]
fn the_head_goes_back_as_differences_say() {
    let head = Head { weights: vec![0.3, -0.2, 0.5, 0.1, 0.7, -0.4], biases: vec![0.1, -0.1] };
    let pooled = [0.5, -1.0, 2.0, 1.5, 0.2, -0.3];
    let targets = Targets::Classes { of: &[0, 1], count: 2 };
    let of = |head: &Head, pooled: &[f32]| loss(&head.outputs(pooled, 3), &targets, &[0, 1], 0.1).mean;
    let found = head.backward(&pooled, 3, &loss(&head.outputs(&pooled, 3), &targets, &[0, 1], 0.1).gradient);
    for at in 0..6 {
        let (mut more, mut less) = (head.clone(), head.clone());
        more.weights[at] += 1e-2;
        less.weights[at] -= 1e-2;
        let slope = (of(&more, &pooled) - of(&less, &pooled)) / 2e-2;
        assert!((slope - f64::from(found.weights[at])).abs() < 1e-4, "{slope} {}", found.weights[at]);
        let (mut right, mut left) = (pooled, pooled);
        right[at] += 1e-2;
        left[at] -= 1e-2;
        let slope = (of(&head, &right) - of(&head, &left)) / 2e-2;
        assert!((slope - f64::from(found.pooled[at])).abs() < 1e-4, "{slope} {}", found.pooled[at]);
    }
}
