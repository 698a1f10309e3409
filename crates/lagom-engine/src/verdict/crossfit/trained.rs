//! Studies with real training: ridge regression on random cosine features, some hundred to a second.
//!
//! Each trial draws its own features (its initialisation) and is trained on its own rows, so folds share training
//! rows as in a real study. Candidates differ in the number of features alone: equal numbers are equal in
//! truth, and what a smaller number costs is measured on fresh rows over all studies.

use super::*;

const INPUTS: usize = 6;
const NOISE: f64 = 0.1;
const PENALTY: f64 = 1.0;
const FRESH: usize = 4_000;
const STUDIES: u64 = 100;

/// Rows of a made-up task: which of two classes, by a curved border, with a tenth of the labels turned round.
struct Task {
    inputs: Vec<[f64; INPUTS]>,
    labels: Vec<u32>,
}

fn task(rows: usize, random: &mut ChaCha8Rng) -> Task {
    let mut task = Task { inputs: Vec::new(), labels: Vec::new() };
    for _ in 0..rows {
        let x: [f64; INPUTS] = std::array::from_fn(|_| normal(random));
        let side = x[0] + 0.8 * x[1] * x[2] + 0.6 * (x[3] * x[3] - 1.0) + 0.4 * x[4];
        let turned = random.random::<f64>() < NOISE;
        task.labels.push(u32::from((side > 0.0) != turned));
        task.inputs.push(x);
    }
    task
}

/// A classifier: random directions and phases, and a weight for each; it says 1 where the sum is positive.
struct Classifier {
    features: Vec<([f64; INPUTS], f64)>,
    weights: Vec<f64>,
}

impl Classifier {
    fn train(task: &Task, rows: &[u32], width: usize, random: &mut ChaCha8Rng) -> Self {
        let draw = |random: &mut ChaCha8Rng| std::array::from_fn(|_| 0.45 * normal(random));
        let features = (0..width).map(|_| (draw(random), std::f64::consts::TAU * random.random::<f64>())).collect();
        let mut model = Self { features, weights: Vec::new() };
        let mut gram = vec![vec![0.0; width]; width];
        let mut moments = vec![0.0; width];
        for &row in rows {
            let z = model.at(&task.inputs[row as usize]);
            let y = if task.labels[row as usize] == 1 { 1.0 } else { -1.0 };
            for i in 0..width {
                moments[i] += z[i] * y;
                for j in 0..=i {
                    gram[i][j] += z[i] * z[j];
                }
            }
        }
        (0..width).for_each(|i| gram[i][i] += PENALTY);
        model.weights = solve(gram, moments);
        model
    }

    fn at(&self, x: &[f64; INPUTS]) -> Vec<f64> {
        let one = |(direction, phase): &([f64; INPUTS], f64)| {
            (direction.iter().zip(x).map(|(a, b)| a * b).sum::<f64>() + phase).cos()
        };
        self.features.iter().map(one).collect()
    }

    fn is_right(&self, task: &Task, row: usize) -> bool {
        let sum: f64 = self.at(&task.inputs[row]).iter().zip(&self.weights).map(|(z, w)| z * w).sum();
        u32::from(sum > 0.0) == task.labels[row]
    }
}

/// Solves a positive definite system, of which the lower half is given, by Cholesky's decomposition.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for j in 0..n {
        for i in j..n {
            let dot: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            a[i][j] -= dot;
            a[i][j] = if i == j { a[i][j].sqrt() } else { a[i][j] / a[j][j] };
        }
    }
    for i in 0..n {
        let dot: f64 = (0..i).map(|k| a[i][k] * b[k]).sum();
        b[i] = (b[i] - dot) / a[i][i];
    }
    for i in (0..n).rev() {
        let dot: f64 = (i + 1..n).map(|k| a[k][i] * b[k]).sum();
        b[i] = (b[i] - dot) / a[i][i];
    }
    b
}

/// A study of candidates with these numbers of features, and the accuracy of each on fresh rows: over its repeats, and of
/// one training on all rows.
fn study(widths: &[usize], rows: usize, design: Design, seed: u64) -> (Vec<CandidateResults>, (Vec<f64>, Vec<f64>)) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let data = task(rows, &mut random);
    let fresh = task(FRESH, &mut random);
    let splits = splits(&data.labels, design, seed);
    let all: Vec<u32> = (0..rows as u32).collect();
    let fresh_accuracy = |model: &Classifier| {
        mean(&(0..FRESH).map(|row| f64::from(u8::from(model.is_right(&fresh, row)))).collect::<Vec<f64>>())
    };
    let (mut entries, mut truth, mut handed) = (Vec::new(), Vec::new(), Vec::new());
    for (at, &width) in widths.iter().enumerate() {
        let (mut repeats, mut halves, mut right) = (Vec::new(), Vec::new(), Vec::new());
        for (number, on) in splits.iter().enumerate() {
            for share in [1.0, 0.5] {
                let used = (on.train.len() as f64 * share) as usize;
                let tested = on.tested.iter().chain(&on.train[used..]).copied().collect();
                let on = Rows { train: on.train[..used].to_vec(), validation: on.validation.clone(), tested };
                let model = Classifier::train(&data, &on.train, width, &mut random);
                let validation = outcomes(&on.validation, &data.labels, |row| model.is_right(&data, row as usize));
                let tested = outcomes(&on.tested, &data.labels, |row| model.is_right(&data, row as usize));
                let found = repeat(number, &on, design, (validation, &tested));
                if share < 1.0 {
                    halves.push(found);
                } else {
                    right.push(fresh_accuracy(&model));
                    repeats.push(found);
                }
            }
        }
        entries.push(CandidateResults { halves, handed_over_on: Some(rows as u64), ..entry(at, repeats) });
        truth.push(mean(&right));
        handed.push(fresh_accuracy(&Classifier::train(&data, &all, width, &mut random)));
    }
    (entries, (truth, handed))
}

/// Runs the studies; `margin` is given, or made from the true accuracies.
fn train(widths: &[usize], rows: usize, design: Design, margin: impl Fn(&[f64]) -> f64) -> (Tally, Vec<f64>, f64) {
    let all: Vec<_> = (0..STUDIES).map(|seed| study(widths, rows, design, 77_000 + seed)).collect();
    // Candidates of one width are equal in truth: they share the mean over all of them.
    let pooled = |width: usize| {
        let of = |truth: &Vec<f64>| widths.iter().zip(truth).filter(|(w, _)| **w == width).map(|(_, t)| *t).collect();
        mean(&all.iter().flat_map(|(_, (truth, _))| -> Vec<f64> { of(truth) }).collect::<Vec<f64>>())
    };
    let truth: Vec<f64> = widths.iter().map(|&width| pooled(width)).collect();
    let margin = margin(&truth);
    let mut tally = Tally::default();
    for (entries, (_, handed)) in &all {
        add(&mut tally, entries, (&truth, handed), margin);
    }
    let tally = shares(tally, STUDIES);
    println!("trained {widths:?}, {rows} rows, {design:?}, truth {truth:.4?}, margin {margin:.4}: {tally:.3?}");
    (tally, truth, margin)
}

/// Measured over 100 studies of 1,000 rows, with two rounds of five folds and of the mean over repeats: 0.16 confirmed a
/// study from a sealed fifth, 0.57 by cross-fitting. Not measured again for one round of ten.
#[test]
#[ignore = "minutes; the command is at the head of crossfit.rs"]
fn trained_equal_candidates_are_confirmed_twice_as_often() {
    for (rows, margin) in [(1_000, 0.02), (5_000, 0.01)] {
        let (sealed, ..) = train(&[40; 4], rows, Design::Sealed, |_| margin);
        let (folded, ..) = train(&[40; 4], rows, Design::CrossFit(10), |_| margin);
        assert!(folded.confirmed >= 2.0 * sealed.confirmed, "{rows} rows: {folded:?} against {sealed:?}");
        assert!(folded.covered >= 0.95 - slack(STUDIES), "{folded:?}");
    }
}

/// Measured over 100 studies of 1,000 rows: confirmed in none; intervals of a fixed pair hold the truth in 96. Before, of the
/// mean over repeats alone: worse than the best by the margin in 10 (1,000 rows) and 6 (5,000 rows).
#[test]
#[ignore = "minutes; the command is at the head of crossfit.rs"]
fn trained_candidates_worse_by_just_the_margin_are_rarely_confirmed() {
    // The margin is what the smaller ones lack in truth, less a hair: confirming any of them is wrong.
    let lacking = |truth: &[f64]| (truth[3] - truth[0]) * 0.999;
    for rows in [1_000, 5_000] {
        let (tally, ..) = train(&[28, 28, 28, 40], rows, Design::CrossFit(10), lacking);
        let wrong = tally.wrong.max(tally.wrong_to_best).max(tally.broken);
        assert!(wrong <= 0.05 + slack(STUDIES), "{tally:?}");
    }
}
