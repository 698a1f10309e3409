//! Definitions held to PyTorch: `fixtures/pytorch.json`, written by `fixtures/generate.py`.

use serde::Deserialize;
use std::collections::BTreeMap;

use super::data::Dense;
use super::objective::Objective;
use super::optimiser::{Update, squared};
use super::recipe::Recipe;
use super::schedule::{momentum_at, rate_at};
use super::settings::{Activation, ClassLoss, Normalisation, NumberLoss, Optimiser, Schedule};
use super::stack::blend;
use super::tailored::{Built, Part, Piece, activate, slopes};
use crate::candidate::labels::Labels;

#[derive(Deserialize)]
struct Fixtures {
    optimisers: Optimisers,
    one_cycle: OneCycle,
    losses: Losses,
    clipping: Clipping,
    averaging: Averaging,
    activations: Activations,
    networks: Vec<NetworkCase>,
    periodic: Periodic,
}

#[derive(Deserialize)]
struct Optimisers {
    start: Vec<f32>,
    gradients: Vec<Vec<f32>>,
    rate: f64,
    decay: f64,
    after: BTreeMap<String, Vec<Vec<f32>>>,
}

#[derive(Deserialize)]
struct OneCycle {
    rates: Vec<f64>,
    momenta: Vec<f64>,
}

#[derive(Deserialize)]
struct Losses {
    scores: Vec<Vec<f32>>,
    labels: Vec<u32>,
    answers: Vec<f32>,
    values: Vec<f32>,
    of: BTreeMap<String, Sloped>,
}

#[derive(Deserialize)]
struct Sloped {
    loss: f64,
    gradient: Vec<f32>,
}

#[derive(Deserialize)]
struct Clipping {
    gradients: Vec<f32>,
    clipped: BTreeMap<String, Vec<f32>>,
}

#[derive(Deserialize)]
struct Averaging {
    weights: Vec<Vec<f32>>,
    ema: Vec<f32>,
    swa: Vec<f32>,
}

#[derive(Deserialize)]
struct Activations {
    inputs: Vec<f32>,
    of: BTreeMap<String, Activated>,
}

#[derive(Deserialize)]
struct Activated {
    value: Vec<f32>,
    slope: Vec<f32>,
}

#[derive(Deserialize)]
struct NetworkCase {
    activation: Activation,
    normalisation: Normalisation,
    residual: bool,
    inputs: Vec<f32>,
    labels: Vec<u32>,
    parameters: Vec<Vec<f32>>,
    loss: f64,
    gradients: Vec<Vec<f32>>,
    answers: Vec<f32>,
}

#[derive(Deserialize)]
struct Periodic {
    frequencies: Vec<f32>,
    weights: Vec<f32>,
    biases: Vec<f32>,
    inputs: Vec<f32>,
    pull: Vec<f32>,
    outputs: Vec<f32>,
    gradients: Vec<Vec<f32>>,
}

fn fixtures() -> Fixtures {
    serde_json::from_str(include_str!("fixtures/pytorch.json")).expect("fixtures")
}

#[track_caller]
fn near(found: &[f32], expected: &[f32], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (at, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!((a - b).abs() < 1e-5 * b.abs().max(1.0), "{what} {at}: {a} {b}");
    }
}

#[test]
fn optimisers_move_weights_as_pytorchs_do() {
    let Optimisers { start, gradients, rate, decay, after } = fixtures().optimisers;
    for (name, expected) in after {
        let optimiser: Optimiser = serde_json::from_value(name.as_str().into()).expect("an optimiser");
        let recipe = Recipe { optimiser, weight_decay: decay, ..Recipe::default() };
        let (mut weights, mut first, mut second) = (start.clone(), vec![0.0; 4], vec![0.0; 4]);
        for (number, (gradient, expected)) in (1..).zip(gradients.iter().zip(&expected)) {
            let update = Update::new(&recipe, rate, None, number);
            update.apply(&mut weights, gradient, (&mut first, &mut second), true);
            near(&weights, expected, &format!("{name} {number}"));
        }
    }
}

#[test]
fn without_decay_nothing_shrinks_and_with_it_by_the_stated_factor() {
    for optimiser in [Optimiser::AdamW, Optimiser::Lion] {
        let recipe = Recipe { optimiser, weight_decay: 0.5, ..Recipe::default() };
        let step = |decays| {
            let mut weights = vec![2.0f32];
            Update::new(&recipe, 0.1, None, 1).apply(&mut weights, &[0.0], (&mut [0.0], &mut [0.0]), decays);
            weights[0]
        };
        // 2 (1 - 0.1 · 0.5).
        assert!((step(true) - 1.9).abs() < 1e-6 && step(false) == 2.0, "{optimiser:?}");
    }
    let recipe = Recipe { l1: 0.5, l2: 0.25, ..Recipe::default() };
    let mut gradient = [0.0f32, 1.0, 1.0];
    Update::new(&recipe, 0.1, None, 1).penalise(&[2.0, -4.0, 0.0], &mut gradient);
    // 0.5 sign(w) + 0.25 w: 0.5 + 0.5; 1 - 0.5 - 1; nothing at 0.
    assert_eq!(gradient, [1.0, -0.5, 1.0]);
}

#[test]
fn one_cycle_is_pytorchs() {
    let OneCycle { rates, momenta } = fixtures().one_cycle;
    let recipe = Recipe { schedule: Schedule::OneCycle, warm_up: 0.3, ..Recipe::default() };
    for (step, (rate, momentum)) in (1..).zip(rates.iter().zip(momenta)) {
        assert!((rate_at(&recipe, step, 50, 0.1) - rate).abs() < 1e-8, "{step}");
        assert!((momentum_at(&recipe, step, 50).unwrap() - momentum).abs() < 1e-8, "{step}");
    }
}

#[test]
fn losses_and_their_gradients_are_pytorchs() {
    let Losses { scores, labels, answers, values, of } = fixtures().losses;
    let rows: Vec<u32> = (0..5).collect();
    let classes = |class_loss, label_smoothing| Recipe { class_loss, label_smoothing, ..Recipe::default() };
    let numbers = |number_loss| Recipe { number_loss, ..Recipe::values() };
    let recipes = [
        ("cross-entropy", classes(ClassLoss::CrossEntropy, 0.0)),
        ("smoothed", classes(ClassLoss::CrossEntropy, 0.1)),
        ("class-weighted", classes(ClassLoss::ClassWeighted, 0.0)),
        ("class-weighted-smoothed", classes(ClassLoss::ClassWeighted, 0.1)),
        ("focal", classes(ClassLoss::Focal, 0.0)),
        ("hinge", classes(ClassLoss::Hinge, 0.0)),
        ("squared", numbers(NumberLoss::Squared)),
        ("absolute", numbers(NumberLoss::Absolute)),
        ("huber", numbers(NumberLoss::Huber)),
        ("quantile", numbers(NumberLoss::Quantile)),
    ];
    assert_eq!(recipes.len(), of.len());
    for (at, (name, recipe)) in recipes.iter().enumerate() {
        let (labels, outputs) = if at < 6 {
            (Labels::Classes { labels: &labels, classes: 3 }, scores.concat())
        } else {
            (Labels::Values(&values), answers.clone())
        };
        let found = Objective::training(recipe, labels, None).of(outputs, &rows);
        assert!((found.mean - of[*name].loss).abs() < 1e-5, "{name}: {} {}", found.mean, of[*name].loss);
        near(&found.gradient, &of[*name].gradient, name);
    }
}

#[test]
fn gradients_are_clipped_as_by_clip_grad_norm() {
    let Clipping { gradients, clipped } = fixtures().clipping;
    for (most, expected) in clipped {
        let recipe = Recipe { gradient_clipping: most.parse().unwrap(), ..Recipe::default() };
        let factor = Update::new(&recipe, 0.1, None, 1).clipping(|| squared(&gradients)).unwrap_or(1.0);
        near(&gradients.iter().map(|g| g * factor).collect::<Vec<_>>(), &expected, &most);
    }
    assert_eq!(Update::new(&Recipe::default(), 0.1, None, 1).clipping(|| 1e9), None);
}

#[test]
fn weights_are_averaged_as_by_averaged_model() {
    let Averaging { weights, ema, swa } = fixtures().averaging;
    let mut means = [weights[0].clone(), weights[0].clone()];
    for (step, one) in weights.iter().enumerate().skip(1) {
        blend(&mut means[0], one, 1.0 - 0.99);
        blend(&mut means[1], one, 1.0 / (step + 1) as f32);
    }
    near(&means[0], &ema, "ema");
    near(&means[1], &swa, "swa");
}

#[test]
fn activations_and_their_slopes_are_pytorchs() {
    let Activations { inputs, of } = fixtures().activations;
    for (name, Activated { value, slope }) in of {
        let kind: Activation = serde_json::from_value(name.as_str().into()).expect("an activation");
        let (mut values, mut gradient) = (inputs.clone(), vec![1.0; inputs.len()]);
        activate(kind, &mut values);
        slopes(kind, &inputs, &mut gradient);
        near(&values, &value, &name);
        near(&gradient, &slope, &name);
    }
}

#[test]
fn networks_their_gradients_and_running_statistics_are_pytorchs() {
    for case in fixtures().networks {
        let NetworkCase { activation, normalisation, residual, inputs, labels, parameters, .. } = &case;
        let name = format!("{activation:?} {normalisation:?} {residual}");
        let recipe = Recipe {
            activation: *activation,
            normalisation: *normalisation,
            residual: *residual,
            label_smoothing: 0.0,
            ..Recipe::default()
        };
        let mut network = Built::of(&[4, 4], (&[Part::Other(3)], 2), &recipe, 1);
        let mut own = network.parameters_mut();
        assert_eq!(own.len(), parameters.len(), "{name}");
        own.iter_mut().zip(parameters).for_each(|((own, _), given)| own.clone_from(given));
        let objective = Objective::training(&recipe, Labels::Classes { labels, classes: 2 }, None);
        let rows: Vec<u32> = (0..9).collect();
        let found = network.gradients((inputs.clone(), 9), None, |y| objective.of(y, &rows)).unwrap();
        assert!((found.loss - case.loss).abs() < 1e-5, "{name}: {} {}", found.loss, case.loss);
        for (at, (found, expected)) in found.gradients.iter().zip(&case.gradients).enumerate() {
            near(found, expected, &format!("{name} {at}"));
        }
        // By the running statistics after that one step; one row alone as in a batch.
        near(&network.forward(inputs.clone(), 9).unwrap(), &case.answers, &name);
        near(&network.forward(inputs[..3].to_vec(), 1).unwrap(), &case.answers[..2], &name);
    }
}

#[test]
fn periodic_embeddings_and_their_gradients_are_pytorchs() {
    let Periodic { frequencies, weights, biases, inputs, pull, outputs, gradients } = fixtures().periodic;
    let piece = Piece::periodic(frequencies, (6, 2, weights), biases);
    let mut found: Vec<Vec<f32>> = gradients.iter().map(|one| vec![0.0; one.len()]).collect();
    let mut all = Vec::new();
    for (x, pull) in inputs.iter().zip(pull.chunks(2)) {
        let mut out = vec![0.0; 2];
        piece.write(&[*x], &mut out);
        piece.back((&[*x], &out, pull), &mut found);
        all.extend(out);
    }
    near(&all, &outputs, "outputs");
    for (found, expected) in found.iter().zip(&gradients) {
        near(found, expected, "gradients");
    }
}

#[test]
fn rows_of_a_table_are_read_as_they_stand() {
    let values = [1.0f32, 2.0, 3.0, 4.0];
    let table = Dense { rows: 2, columns: 2, values: &values };
    assert_eq!(super::mlp::gather(&table, &[1, 0]), [3.0, 4.0, 1.0, 2.0]);
}
