//! A training that is watched, and one that is ended early.

use super::*;
use crate::candidate::labels::Labels;
use crate::candidate::tuned::Progress;

/// Points whose class is a coin's: there is little to learn.
fn noise(rows: usize) -> (Vec<f32>, Vec<u32>) {
    let values = (0..2 * rows).map(|at| (at as f32 * 1.7).sin()).collect();
    (values, (0..rows).map(|row| u32::from((row * 7919) % 13 > 5)).collect())
}

/// Trains on noise; watched with this target, or not at all.
fn trained(watched: bool, target: Option<f64>) -> NetworkFit<Mlp> {
    let ((x, y), (vx, vy)) = (noise(400), noise(101));
    let right = |answers: &[f32]| {
        let hit = |(answer, label): &(&[f32], &u32)| (answer[1] > 0.5) == (**label == 1);
        Some(answers.chunks(2).zip(&vy).filter(hit).count() as f64 / 101.0)
    };
    let part =
        |x, y| (Dense { rows: <[f32]>::len(x) / 2, columns: 2, values: x }, Labels::Classes { labels: y, classes: 2 });
    let data = Training {
        train: part(&x, &y),
        validation: Some(part(&vx, &vy)),
        settled: None,
        watch: watched.then_some(Watch { quality: &right, target }),
        weights: None,
    };
    let recipe =
        Recipe { least_steps: 300, most_steps: 300, patience: 40, rates: vec![3e-3, 1e-2], ..Recipe::default() };
    fit_mlp(&MlpShape { hidden: vec![16] }, data, &recipe, 7).unwrap()
}

#[test]
fn watching_changes_no_number() {
    let (alone, watched) = (trained(false, None), trained(true, None));
    assert_eq!(alone.model, watched.model);
    assert_eq!(alone.flops.to_bits(), watched.flops.to_bits());
    assert!(alone.history.iter().all(|point| point.quality.is_none()));
    assert!(watched.history.iter().all(|point| point.quality.is_some_and(|quality| (0.0..=1.0).contains(&quality))));
    let bare = |point: &Progress| Progress { quality: None, ..*point };
    assert_eq!(alone.history, watched.history.iter().map(bare).collect::<Vec<Progress>>());
}

#[test]
fn a_training_that_cannot_reach_its_target_ends_as_the_beginning_of_the_whole() {
    let (whole, easy, hopeless) = (trained(true, None), trained(true, Some(0.1)), trained(true, Some(5.0)));
    assert_eq!(whole, easy, "a target within reach is as none");
    let stop = hopeless.stopped.expect("no accuracy is 5");
    let count = hopeless.history.len();
    assert_eq!(hopeless.history[..], whole.history[..count]);
    assert_eq!(stop.step, hopeless.history[count - 1].step);
    assert!(stop.step * 5 <= stop.horizon * 3 && stop.ceiling < 5.0, "{stop:?}");
    // All that was not done is saved, but for the last look at training rows, which both take.
    let saved = whole.flops - hopeless.flops;
    let left = whole.history.last().unwrap().flops.unwrap() - whole.history[count - 1].flops.unwrap();
    assert!((saved - left).abs() < 1e-6 * left, "{saved} of {left}");
}
