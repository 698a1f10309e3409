//! Tests of whole trainings of networks that are built otherwise.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::matrix::Matrix;
use super::network::Built;
use super::*;
use crate::candidate::labels::Labels;
use crate::candidate::neural::settings::{Activation, Normalisation};
use crate::candidate::neural::{Bags, EmbeddingShape, fit_embedding};
use crate::candidate::neural::{Dense, MlpShape, NetworkFit, NeuralError, Recipe, Training, fit_mlp};

impl Built {
    /// A network with random weights of hidden layers of these widths.
    pub(in crate::candidate::neural) fn of(
        hidden: &[u32],
        columns: (&[Part], u32),
        recipe: &Recipe,
        seed: u64,
    ) -> Self {
        Self::new(&MlpShape { hidden: hidden.to_vec() }, columns, recipe, &mut ChaCha8Rng::seed_from_u64(seed))
    }
}

impl Piece {
    /// A periodic embedding of these numbers.
    pub(in crate::candidate::neural) fn periodic(
        frequencies: Vec<f32>,
        (inputs, outputs, weights): (u32, u32, Vec<f32>),
        biases: Vec<f32>,
    ) -> Self {
        Self::Periodic { frequencies, weights: Matrix::new(inputs, outputs, weights), biases }
    }
}

/// A number, a category of three levels and a column of noise: the class hangs on the number's sign and the level.
fn rows(count: usize) -> (Vec<f32>, Vec<u32>) {
    let row = |at: usize| {
        let (number, level) = ((at as f32 * 1.7).sin() * 1.5, (at * 7) % 3);
        let mut row = vec![number, 0.0, 0.0, 0.0, (at as f32 * 0.9).cos()];
        row[1 + level] = 1.0;
        (row, u32::from((number > 0.0) != (level == 1)))
    };
    let (values, labels): (Vec<Vec<f32>>, Vec<u32>) = (0..count).map(row).unzip();
    (values.concat(), labels)
}

const PARTS: &[Part] = &[Part::Number, Part::Category(3), Part::Other(1)];

fn quick() -> Recipe {
    Recipe { least_steps: 300, most_steps: 300, rates: vec![3e-3, 1e-2], ..Recipe::default() }
}

fn trained(recipe: &Recipe, seed: u64) -> NetworkFit<Perceptron> {
    let ((x, y), (vx, vy)) = (rows(400), rows(99));
    let part =
        |x, y| (Dense { rows: <[f32]>::len(x) / 5, columns: 5, values: x }, Labels::Classes { labels: y, classes: 2 });
    let data =
        Training { train: part(&x, &y), validation: Some(part(&vx, &vy)), settled: None, watch: None, weights: None };
    fit_perceptron(&MlpShape { hidden: vec![16, 16] }, PARTS, data, recipe, seed).unwrap()
}

fn tailored(recipe: &Recipe) -> Tailored {
    match trained(recipe, 1).model {
        Perceptron::Tailored(model) => model,
        Perceptron::Plain(_) => panic!("a plain network of {recipe:?}"),
    }
}

fn answers(model: &Tailored) -> Vec<f32> {
    let (x, _) = rows(99);
    model.predict(Dense { rows: 99, columns: 5, values: &x }).unwrap()
}

/// Every setting that makes another network.
fn recipes() -> Vec<Recipe> {
    let of = |change: fn(&mut Recipe)| {
        let mut recipe = quick();
        change(&mut recipe);
        recipe
    };
    vec![
        of(|r| r.activation = Activation::Gelu),
        of(|r| r.activation = Activation::Silu),
        of(|r| r.activation = Activation::Tanh),
        of(|r| r.normalisation = Normalisation::Batch),
        of(|r| r.normalisation = Normalisation::Layer),
        of(|r| r.residual = true),
        of(|r| r.periodic_embeddings = 0.3),
        of(|r| r.category_embeddings = true),
        of(|r| r.ensemble = 3),
        of(|r| r.pruning = 0.3),
        of(|r| r.quantisation = true),
        of(|r| {
            (r.activation, r.normalisation, r.residual, r.depth) = (Activation::Silu, Normalisation::Batch, true, 3);
            (r.periodic_embeddings, r.category_embeddings, r.ensemble) = (0.3, true, 2);
            (r.pruning, r.quantisation, r.mixup) = (0.2, true, 0.2);
        }),
    ]
}

#[test]
fn every_kind_learns_comes_back_to_the_bit_and_answers_one_row_as_many() {
    let (x, y) = rows(99);
    let mut seen = Vec::new();
    for recipe in recipes() {
        let model = tailored(&recipe);
        let together = answers(&model);
        let right = together.chunks(2).zip(&y).filter(|(p, label)| p[**label as usize] > 0.5).count();
        assert!(right > 85, "{right} of 99: {recipe:?}");
        for (row, expected) in x.chunks(5).zip(together.chunks(2)).take(20) {
            let alone = model.predict(Dense { rows: 1, columns: 5, values: row }).unwrap();
            assert!(alone.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5), "{recipe:?}");
        }
        let back: Tailored = postcard::from_bytes(&postcard::to_stdvec(&model).unwrap()).unwrap();
        assert_eq!(back, model);
        assert!(answers(&back).iter().zip(&together).all(|(a, b)| a.to_bits() == b.to_bits()));
        assert_eq!(model, tailored(&recipe), "the same seed gives the same bits");
        seen.push(together);
    }
    for (at, one) in seen.iter().enumerate() {
        assert!(seen[..at].iter().all(|other| other != one), "two settings come to the same");
    }
}

#[test]
fn a_recipe_without_any_of_it_is_the_plain_training() {
    let plain = trained(&quick(), 3);
    let ((x, y), (vx, vy)) = (rows(400), rows(99));
    let part =
        |x, y| (Dense { rows: <[f32]>::len(x) / 5, columns: 5, values: x }, Labels::Classes { labels: y, classes: 2 });
    let data =
        Training { train: part(&x, &y), validation: Some(part(&vx, &vy)), settled: None, watch: None, weights: None };
    let alone = fit_mlp(&MlpShape { hidden: vec![16, 16] }, data, &quick(), 3).unwrap();
    assert_eq!(plain, alone.map(Perceptron::Plain));
}

#[test]
fn an_ensemble_is_the_mean_of_its_networks_of_which_the_first_is_the_one_alone() {
    let settled = trained(&quick(), 1).settled;
    let (x, y) = rows(400);
    let train = (Dense { rows: 400, columns: 5, values: &x }, Labels::Classes { labels: &y, classes: 2 });
    let data = Training { train, validation: None, settled: Some(settled), watch: None, weights: None };
    let fit = |ensemble| {
        let recipe = Recipe { ensemble, ..quick() };
        fit_perceptron(&MlpShape { hidden: vec![16, 16] }, PARTS, data, &recipe, 1).unwrap()
    };
    let (one, three) = (fit(1), fit(3));
    let (Perceptron::Plain(alone), Perceptron::Tailored(together)) = (one.model, three.model) else { panic!("kinds") };
    let part = train.0;
    let each: Vec<Vec<f32>> = together
        .members
        .iter()
        .map(|member| Tailored { members: vec![member.clone()], classes: true }.predict(part).unwrap())
        .collect();
    let mean = |at: usize| each.iter().map(|one| one[at]).sum::<f32>() / 3.0;
    assert!(together.predict(part).unwrap().iter().enumerate().all(|(at, p)| (p - mean(at)).abs() < 1e-5));
    assert!(alone.predict(part).unwrap().iter().zip(&each[0]).all(|(a, b)| (a - b).abs() < 1e-5));
    assert!(each[0] != each[1] && each[1] != each[2]);
    assert_eq!(together.parameters(), 3 * alone.parameters());
    assert!((three.flops / one.flops - 3.0).abs() < 1e-9);
}

/// All weights of a network, without biases.
fn weights(network: &Built) -> Vec<f32> {
    let mut network = network.clone();
    network.parameters_mut().into_iter().filter(|(_, decays)| *decays).flat_map(|(values, _)| values.clone()).collect()
}

#[test]
fn pruning_sets_the_smallest_weights_to_0_and_no_other() {
    let whole = tailored(&Recipe { ensemble: 2, ..quick() }).members.remove(0);
    let mut pruned = whole.clone();
    pruned.prune(0.4);
    let (before, after) = (weights(&whole), weights(&pruned));
    // 5 · 16, 16 · 16 and 16 · 2 weights, of which 32, 102.4 and 12.8 are two fifths.
    assert_eq!(after.iter().filter(|w| **w == 0.0).count(), 147);
    for layer in [0..80, 80..336, 336..368] {
        let (before, after) = (&before[layer.clone()], &after[layer]);
        let gone =
            before.iter().zip(after).filter(|(_, after)| **after == 0.0).map(|(w, _)| w.abs()).fold(0.0, f32::max);
        let left = after.iter().filter(|w| **w != 0.0).map(|w| w.abs()).fold(f32::MAX, f32::min);
        assert!(gone <= left);
    }
    assert!(before.iter().zip(&after).all(|(before, after)| *after == 0.0 || before == after));
}

#[test]
fn pruning_reaches_its_share_and_the_others_are_trained_on() {
    let fits = [0.0, 0.4].map(|pruning| trained(&Recipe { ensemble: 2, pruning, ..quick() }, 1));
    // A fifth of the steps more, each of about 6 operations a parameter and row; the search had other 60 steps.
    let [whole, pruned] = &fits;
    assert!(pruned.flops > 1.1 * whole.flops && pruned.flops < 1.4 * whole.flops && pruned.settled == whole.settled);
    let [whole, pruned] = fits.map(|fitted| match fitted.model {
        Perceptron::Tailored(model) => model,
        Perceptron::Plain(_) => panic!("an ensemble"),
    });
    for (whole, pruned) in whole.members.iter().zip(&pruned.members) {
        let (before, after) = (weights(whole), weights(pruned));
        assert_eq!(after.iter().filter(|w| **w == 0.0).count(), 147);
        // The rate is a tenth: what is left is near where it was, and has moved.
        let moved = before.iter().zip(&after).filter(|(_, after)| **after != 0.0).map(|(a, b)| (a - b).abs());
        let moved = moved.fold(0.0, f32::max);
        assert!(moved > 0.0 && moved < 0.2, "{moved}");
    }
    assert_eq!(whole.parameters() - pruned.parameters(), 2 * 147);
    let bytes = |model: &Tailored| postcard::to_stdvec(model).unwrap().len();
    // Four bytes less for each weight that is gone, one bit more for each that there was.
    assert!(bytes(&whole) - bytes(&pruned) > 2 * (147 * 4 - 368 / 8 - 8));
}

#[test]
fn bytes_make_the_model_nearly_a_quarter_as_large() {
    let bytes = |model: &Tailored| postcard::to_stdvec(model).unwrap().len();
    let (whole, small) = (Recipe { ensemble: 2, ..quick() }, Recipe { ensemble: 2, quantisation: true, ..quick() });
    let (whole, small) = (tailored(&whole), tailored(&small));
    // 2 · 368 weights lose three bytes each; 2 · 34 scales of four bytes come beside them.
    let saved = bytes(&whole) - bytes(&small);
    assert!((2 * (368 * 3 - 34 * 4) - 20..=2 * 368 * 3).contains(&saved), "{saved}");
    assert_eq!(whole.parameters(), small.parameters());
}

#[test]
fn depth_keeps_the_parameters_and_solves_the_width() {
    for hidden in [vec![64, 64], vec![20], vec![256, 256]] {
        let shape = MlpShape { hidden };
        let own = shape.parameters(30, 5);
        for depth in 1..=4 {
            let widths = shape.widths(30, 5, depth);
            assert_eq!((widths.len(), widths[0], widths[widths.len() - 1]), (depth as usize + 2, 30, 5));
            let found = MlpShape { hidden: widths[1..=depth as usize].to_vec() }.parameters(30, 5);
            // One unit more or less in each layer is what is left open.
            let one = MlpShape { hidden: widths[1..=depth as usize].iter().map(|w| w + 1).collect() }.parameters(30, 5)
                - found;
            assert!(own.abs_diff(found) <= one / 2 + 1, "{depth}: {found} for {own}");
        }
    }
    assert_eq!(MlpShape { hidden: vec![7, 9] }.widths(3, 2, 2), [3, 7, 9, 2]);
    assert_eq!(MlpShape { hidden: vec![7] }.widths(3, 2, 0), [3, 7, 2]);
}

#[test]
fn gradients_of_embeddings_are_slopes() {
    let recipe = Recipe { periodic_embeddings: 0.5, category_embeddings: true, ..Recipe::default() };
    let (x, y) = rows(12);
    let mut network = Built::of(&[6], (PARTS, 2), &recipe, 2);
    let loss = |network: &mut Built| {
        let labels = Labels::Classes { labels: &y, classes: 2 };
        let rows: Vec<u32> = (0..12).collect();
        network
            .gradients((x.clone(), 12), None, |out| crate::candidate::neural::loss::loss(out, &labels, &rows, 0.0))
            .unwrap()
    };
    let exact = loss(&mut network).gradients;
    assert_eq!(exact.len(), network.parameters_mut().len());
    for (part, exact) in exact.iter().enumerate() {
        for at in (0..exact.len()).step_by(3) {
            let mut moved = |by: f32| {
                network.parameters_mut()[part].0[at] += by;
                let loss = loss(&mut network).loss;
                network.parameters_mut()[part].0[at] -= by;
                loss
            };
            let slope = (moved(2e-3) - moved(-2e-3)) / 4e-3;
            assert!((slope - f64::from(exact[at])).abs() < 2e-3, "{part} {at}: {slope} {}", exact[at]);
        }
    }
}

#[test]
fn parameters_are_counted_as_by_hand() {
    let count = |change: fn(&mut Recipe)| {
        let mut recipe = quick();
        change(&mut recipe);
        tailored(&recipe).parameters()
    };
    // 5 · 16 + 16 + 16 · 16 + 16 + 16 · 2 + 2.
    assert_eq!(count(|r| r.activation = Activation::Silu), 402);
    // Gain and shift of 32 units, and with running statistics twice as many.
    assert_eq!(count(|r| r.normalisation = Normalisation::Layer), 402 + 64);
    assert_eq!(count(|r| r.normalisation = Normalisation::Batch), 402 + 128);
    // 8 frequencies, 16 · 4 weights, 4 biases; three columns more in the first layer.
    assert_eq!(count(|r| r.periodic_embeddings = 0.3), 402 + 76 + 3 * 16);
    // 3 vectors of 2 numbers; one column less.
    assert_eq!(count(|r| r.category_embeddings = true), 402 + 6 - 16);
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let model = tailored(&Recipe { normalisation: Normalisation::Batch, ..quick() });
    let x = [0.0f32; 8];
    assert!(model.predict(Dense { rows: 2, columns: 4, values: &x }).is_err());
    let none = Tailored { members: Vec::new(), classes: true };
    assert!(none.predict(Dense { rows: 2, columns: 4, values: &x }).is_err());
    let mut mixed = model.clone();
    mixed.members.push(Built::of(&[3], (&[Part::Other(4)], 2), &quick(), 1));
    assert!(mixed.predict(Dense { rows: 1, columns: 5, values: &x[..5] }).is_err());
    let bytes = postcard::to_stdvec(&model).unwrap();
    for length in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        assert!(postcard::from_bytes::<Tailored>(&bytes[..length]).is_err());
    }
    // A byte that is changed is refused, or gives a model that answers or says that it can't.
    for at in 0..bytes.len().min(200) {
        let mut broken = bytes.clone();
        broken[at] ^= 0x11;
        if let Ok(broken) = postcard::from_bytes::<Tailored>(&broken) {
            let _ = broken.predict(Dense { rows: 1, columns: 5, values: &x[..5] });
        }
    }
    let (values, labels) = rows(40);
    let train = (Dense { rows: 40, columns: 5, values: &values }, Labels::Classes { labels: &labels, classes: 2 });
    let data = Training { train, validation: Some(train), settled: None, watch: None, weights: None };
    let recipe = Recipe { residual: true, ..quick() };
    let fit = |parts: &[Part], recipe: &Recipe| fit_perceptron(&MlpShape { hidden: vec![4] }, parts, data, recipe, 1);
    assert!(fit(&PARTS[1..], &recipe).is_err());
    // An embedding of what is not there changes nothing, and is told.
    for recipe in [Recipe { periodic_embeddings: 0.1, ..quick() }, Recipe { category_embeddings: true, ..quick() }] {
        assert!(matches!(fit(&[Part::Other(5)], &recipe), Err(NeuralError::Idle(_))));
    }
}

/// Texts of class c hold ids 10 c .. 10 c + 5 and some common ones.
fn texts() -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let (mut offsets, mut ids, mut labels) = (vec![0], Vec::new(), Vec::new());
    for row in 0..240u32 {
        ids.extend(
            (0..3).map(|k| 10 * (row % 3) + (row / 3 + k * 7) % 5).chain((0..4).map(|k| 1_000 + (row * 5 + k) % 17)),
        );
        offsets.push(ids.len() as u32);
        labels.push(row % 3);
    }
    (offsets, ids, labels)
}

#[test]
fn networks_of_embeddings_may_be_several_pruned_and_of_bytes() {
    let (offsets, ids, labels) = texts();
    let bags = Bags { offsets: &offsets, ids: &ids, weights: None };
    let part = (bags, Labels::Classes { labels: &labels, classes: 3 });
    let data = Training { train: part, validation: Some(part), settled: None, watch: None, weights: None };
    let shape = EmbeddingShape { buckets: 512, dimension: 4, hidden: vec![] };
    let plain = Recipe { least_steps: 300, most_steps: 300, ..Recipe::embedding() };
    let fit = |recipe: &Recipe| fit_texts(&shape, data, recipe, 1).unwrap();
    let tailored = |recipe: &Recipe| match fit(recipe).model {
        TextNetwork::Tailored(model) => model,
        TextNetwork::Plain(_) => panic!("a plain network"),
    };
    assert_eq!(fit(&plain), fit_embedding(&shape, data, &plain, 1).unwrap().map(TextNetwork::Plain));
    let two = tailored(&Recipe { ensemble: 2, ..plain.clone() });
    let pruned = tailored(&Recipe { pruning: 0.5, ..plain.clone() });
    let bytes = tailored(&Recipe { quantisation: true, ..plain.clone() });
    let all = tailored(&Recipe { ensemble: 2, pruning: 0.5, quantisation: true, ..plain.clone() });
    // 512 · 4 of the table, 4 · 3 and 3 of the layer; half of the 2,048 and of the 12 weights are gone.
    assert_eq!([&two, &pruned, &bytes].map(TailoredTexts::parameters), [2 * 2_063, 1_033, 2_063]);
    let size = |model: &TailoredTexts| postcard::to_stdvec(model).unwrap().len();
    assert!(size(&bytes) < 2_063 + 150 && size(&pruned) < 4 * 1_033 + 2_060 / 8 + 100);
    for model in [&two, &pruned, &bytes, &all] {
        let answers = model.predict(bags).unwrap();
        let right = answers.chunks(3).zip(&labels).filter(|(p, label)| p[**label as usize] > 0.5).count();
        assert!(right > 225, "{right} of 240");
        let alone = Bags { offsets: &[0, 7], ids: &ids[..7], weights: None };
        assert!(model.predict(alone).unwrap().iter().zip(&answers).all(|(a, b)| (a - b).abs() < 1e-5));
        let back: TailoredTexts = postcard::from_bytes(&postcard::to_stdvec(model).unwrap()).unwrap();
        assert_eq!((&back, back.predict(bags).unwrap()), (model, answers));
    }
    let mut broken = postcard::to_stdvec(&all).unwrap();
    broken.truncate(200);
    assert!(postcard::from_bytes::<TailoredTexts>(&broken).is_err());
}

#[test]
fn where_the_truth_is_periodic_periodic_embeddings_find_it() {
    // The class changes four times in each standard deviation of the one column: 16 hidden units see an average, frequencies see it.
    let row = |at: usize| (at as f32 * 0.754_877_7).fract() * 3.4 - 1.7;
    let sample = |from: usize, count: usize| -> (Vec<f32>, Vec<u32>) {
        let values: Vec<f32> = (from..from + count).map(row).collect();
        let labels = values.iter().map(|x| u32::from((std::f32::consts::TAU * 2.0 * x).sin() > 0.0)).collect();
        (values, labels)
    };
    let ((x, y), (vx, vy)) = (sample(0, 600), sample(600, 300));
    let part =
        |x, y| (Dense { rows: <[f32]>::len(x), columns: 1, values: x }, Labels::Classes { labels: y, classes: 2 });
    let data =
        Training { train: part(&x, &y), validation: Some(part(&vx, &vy)), settled: None, watch: None, weights: None };
    let loss = |periodic_embeddings| {
        let recipe = Recipe { periodic_embeddings, ..quick() };
        let fitted = fit_perceptron(&MlpShape { hidden: vec![16] }, &[Part::Number], data, &recipe, 1).unwrap();
        fitted.validation_loss.unwrap()
    };
    let (plain, periodic) = (loss(0.0), loss(1.0));
    assert!(plain > 0.6 && periodic < 0.3, "{plain} {periodic}");
}
