//! Tests of whole trainings on small made data.

use super::*;
use crate::candidate::labels::Labels;
use crate::candidate::tuned::TunedParams;

/// Two interleaved rings of points: not linearly separable.
fn rings(rows: usize) -> (Vec<f32>, Vec<u32>) {
    let point = |i: usize| {
        let (angle, class) = (i as f32 * 0.7, (i % 2) as u32);
        let radius = 0.5 + class as f32 + 0.1 * (i as f32 * 1.3).sin();
        ([radius * angle.cos(), radius * angle.sin()], class)
    };
    let points = (0..rows).map(point);
    let (values, labels): (Vec<[f32; 2]>, Vec<u32>) = points.unzip();
    (values.concat(), labels)
}

fn dense(values: &[f32], columns: usize) -> Dense<'_> {
    Dense { rows: values.len() / columns, columns, values }
}

fn classes(labels: &[u32], classes: u32) -> Labels<'_> {
    Labels::Classes { labels, classes }
}

fn quick() -> Recipe {
    Recipe { least_steps: 300, most_steps: 300, rates: vec![3e-3, 1e-2], ..Recipe::default() }
}

fn fit_rings(recipe: &Recipe, seed: u64) -> NetworkFit<Mlp> {
    let ((x, y), (vx, vy)) = (rings(400), rings(101));
    let data = Training {
        train: (dense(&x, 2), classes(&y, 2)),
        validation: Some((dense(&vx, 2), classes(&vy, 2))),
        settled: None,
        watch: None,
        weights: None,
    };
    fit_mlp(&MlpShape { hidden: vec![16, 16] }, data, recipe, seed).unwrap()
}

/// Texts of class c hold ids 10 c .. 10 c + 5 and some common ones.
fn topics(rows: u32) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let (mut offsets, mut ids, mut labels) = (vec![0], Vec::new(), Vec::new());
    for row in 0..rows {
        let class = row % 3;
        ids.extend((0..3).map(|k| 10 * class + (row / 3 + k * 7) % 5));
        ids.extend((0..4).map(|k| 1_000_000 + (row * 5 + k) % 17));
        offsets.push(ids.len() as u32);
        labels.push(class);
    }
    (offsets, ids, labels)
}

fn fit_topics(seed: u64) -> (NetworkFit<Embedding>, Vec<f32>) {
    let (offsets, ids, labels) = topics(240);
    let bags = Bags { offsets: &offsets, ids: &ids, weights: None };
    let data = Training {
        train: (bags, classes(&labels, 3)),
        validation: Some((bags, classes(&labels, 3))),
        settled: None,
        watch: None,
        weights: None,
    };
    let shape = EmbeddingShape { buckets: 512, dimension: 4, hidden: vec![] };
    let recipe = Recipe { least_steps: 300, most_steps: 300, ..Recipe::embedding() };
    let fitted = fit_embedding(&shape, data, &recipe, seed).unwrap();
    let answers = fitted.model.predict(bags).unwrap();
    (fitted, answers)
}

#[test]
fn loss_falls_and_the_report_is_complete() {
    let fitted = fit_rings(&quick(), 1);
    let first = fitted.history[0].validation_loss.unwrap();
    assert!(fitted.validation_loss.unwrap() < 0.1 && fitted.validation_loss.unwrap() < first);
    assert!(fitted.train_loss < 0.1);
    assert_eq!(fitted.search.len(), 2);
    assert!(fitted.settled.steps <= fitted.settled.horizon);
    let least = 6.0 * fitted.model.parameters() as f64 * fitted.settled.steps as f64 * 16.0;
    assert!(fitted.flops > least);
}

#[test]
fn eight_examples_are_learnt_by_heart() {
    let x: Vec<f32> = (0..24).map(|i| (i as f32 * 2.399).sin()).collect();
    let y = [0, 1, 2, 0, 1, 2, 0, 1];
    let settled = Some(TunedParams { steps: 400, horizon: 400, learning_rate: 1e-2, l2: 0.0 });
    let data =
        Training { train: (dense(&x, 3), classes(&y, 3)), validation: None, settled, watch: None, weights: None };
    let recipe = Recipe { dropout: 0.0, label_smoothing: 0.0, weight_decay: 0.0, ..quick() };
    let fitted = fit_mlp(&MlpShape { hidden: vec![32] }, data, &recipe, 3).unwrap();
    assert!(fitted.train_loss < 0.05, "{}", fitted.train_loss);
    assert_eq!((fitted.settled.steps, fitted.search.len()), (400, 0));
}

#[test]
fn a_number_is_learnt() {
    let x: Vec<f32> = (0..600).map(|i| (i as f32 * 1.7).sin() * 1.5).collect();
    let y: Vec<f32> = x.chunks(2).map(|p| p[0] * p[0] - p[1]).collect();
    let part = (dense(&x, 2), Labels::Values(&y));
    let data = Training { train: part, validation: Some(part), settled: None, watch: None, weights: None };
    let fitted = fit_mlp(&MlpShape { hidden: vec![24] }, data, &quick(), 5).unwrap();
    assert!(fitted.validation_loss.unwrap() < 0.15, "{:?}", fitted.validation_loss);
    assert_eq!(fitted.model.predict(part.0).unwrap().len(), 300);
}

#[test]
fn same_seed_same_bits_other_seed_others() {
    let recipe = Recipe { dropout: 0.1, ..quick() };
    let (a, b, c) = (fit_rings(&recipe, 7), fit_rings(&recipe, 7), fit_rings(&recipe, 8));
    assert_eq!(postcard::to_stdvec(&a).unwrap(), postcard::to_stdvec(&b).unwrap());
    assert_ne!(a.model, c.model);
    let (a, b) = (fit_topics(7), fit_topics(7));
    assert_eq!(postcard::to_stdvec(&a.0).unwrap(), postcard::to_stdvec(&b.0).unwrap());
}

#[test]
fn one_row_alone_answers_as_in_a_batch() {
    let (model, (x, _)) = (fit_rings(&quick(), 2).model, rings(50));
    let together = model.predict(dense(&x, 2)).unwrap();
    for (row, expected) in x.chunks(2).zip(together.chunks(2)) {
        let alone = model.predict(dense(row, 2)).unwrap();
        assert!(alone.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5));
        assert!((alone.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}

#[test]
fn texts_are_learnt_and_one_alone_answers_as_in_a_batch() {
    let (fitted, together) = fit_topics(1);
    let (offsets, ids, labels) = topics(240);
    let right = |(p, y): &(&[f32], &u32)| p[**y as usize] > 0.5;
    assert!(together.chunks(3).zip(&labels).filter(right).count() > 235);
    for row in [0usize, 17, 239] {
        let span = offsets[row] as usize..offsets[row + 1] as usize;
        let alone = Bags { offsets: &[0, span.len() as u32], ids: &ids[span.clone()], weights: None };
        let alone = fitted.model.predict(alone).unwrap();
        assert!(alone.iter().zip(&together[row * 3..]).all(|(a, b)| (a - b).abs() < 1e-5));
    }
    let empty = Bags { offsets: &[0, 0], ids: &[], weights: None };
    assert_eq!(fitted.model.predict(empty).unwrap().len(), 3);
}

#[test]
fn a_refit_repeats_the_settled_steps() {
    let recipe = quick();
    let first = fit_rings(&recipe, 4);
    let (x, y) = rings(400);
    let data = Training {
        train: (dense(&x, 2), classes(&y, 2)),
        validation: None,
        settled: Some(first.settled),
        watch: None,
        weights: None,
    };
    let again = fit_mlp(&MlpShape { hidden: vec![16, 16] }, data, &recipe, 4).unwrap();
    assert_eq!(again.settled, first.settled);
    assert_eq!(again.model, first.model);
    assert!(again.validation_loss.is_none());
}

#[test]
fn parameters_are_counted_as_by_hand() {
    assert_eq!(fit_rings(&quick(), 1).model.parameters(), 2 * 16 + 16 + 16 * 16 + 16 + 16 * 2 + 2);
    assert_eq!(MlpShape { hidden: vec![] }.parameters(64, 10), 650);
    assert_eq!(MlpShape { hidden: vec![5] }.parameters(64, 10), 64 * 5 + 5 + 50 + 10);
    let shape = EmbeddingShape { buckets: 512, dimension: 4, hidden: vec![] };
    assert_eq!(shape.parameters(3), 512 * 4 + 4 * 3 + 3);
    assert_eq!(fit_topics(1).0.model.parameters(), shape.parameters(3));
}

#[test]
fn divergence_and_malformed_data_are_errors() {
    let ((x, y), mut bad) = (rings(400), rings(400).0);
    let part = (dense(&x, 2), classes(&y, 2));
    let data = Training { train: part, validation: Some(part), settled: None, watch: None, weights: None };
    let shape = MlpShape { hidden: vec![16, 16] };
    let wild = Recipe { rates: vec![1e6], ..quick() };
    assert!(matches!(fit_mlp(&shape, data, &wild, 1), Err(NeuralError::Diverged { .. })));
    let wild = Recipe { rates: vec![1e6, 1e7], ..quick() };
    assert!(matches!(fit_mlp(&shape, data, &wild, 1), Err(NeuralError::Diverged { .. })));
    bad[7] = f32::NAN;
    let broken = Training { train: (dense(&bad, 2), part.1), ..data };
    assert!(matches!(fit_mlp(&shape, broken, &quick(), 1), Err(NeuralError::Data(_))));
    let unsettled = Training { validation: None, ..data };
    assert_eq!(fit_mlp(&shape, unsettled, &quick(), 1), Err(NeuralError::Unsettled));
    let few = Training { train: (part.0, classes(&y[1..], 2)), ..data };
    assert!(matches!(fit_mlp(&shape, few, &quick(), 1), Err(NeuralError::Data(_))));
    let empty = MlpShape { hidden: vec![0] };
    assert!(matches!(fit_mlp(&empty, data, &quick(), 1), Err(NeuralError::Shape(_))));
    let model = fit_rings(&quick(), 1).model;
    assert!(matches!(model.predict(dense(&x, 4)), Err(NeuralError::Data(_))));
}

#[test]
fn stored_models_come_back_to_the_bit() {
    let model = fit_rings(&quick(), 1).model;
    let back: Mlp = postcard::from_bytes(&postcard::to_stdvec(&model).unwrap()).unwrap();
    let (x, _) = rings(30);
    let bits = |m: &Mlp| m.predict(dense(&x, 2)).unwrap().iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&model), bits(&back));
    let text = fit_topics(1).0.model;
    let back: Embedding = postcard::from_bytes(&postcard::to_stdvec(&text).unwrap()).unwrap();
    assert_eq!(text, back);
}

#[test]
fn ladders_rise_within_their_limit() {
    for (inputs, outputs, largest) in [(64, 10, 1_000_000), (110, 2, 1_000_000), (13, 1, 200_000), (3, 2, 50_000)] {
        let size = |hidden: &Vec<u32>| MlpShape { hidden: hidden.clone() }.parameters(inputs as u64, outputs as u64);
        let sizes: Vec<u64> = mlp_ladder(inputs, outputs, largest).iter().map(size).collect();
        assert!(sizes.len() >= 4, "{sizes:?}");
        assert!(sizes.windows(2).all(|p| p[0] < p[1]), "{sizes:?}");
        assert!(sizes.iter().all(|s| *s <= largest), "{sizes:?}");
        assert!(sizes.last().is_some_and(|s| *s * 10 > largest * 9), "{sizes:?}");
    }
    let sizes: Vec<u64> = embedding_ladder(77, 5_000_000).iter().map(|s| s.parameters(77)).collect();
    assert!(sizes.len() >= 4 && sizes.windows(2).all(|p| p[0] < p[1]), "{sizes:?}");
    assert!(sizes.iter().all(|s| *s <= 5_000_000));
    assert!(embedding_ladder(2, 10).is_empty());
}

/// The first 16 digits of the BLAKE3 digest of a training, whole.
fn digest(fitted: &impl serde::Serialize) -> String {
    blake3::hash(&postcard::to_stdvec(fitted).unwrap()).to_hex()[..16].to_owned()
}

/// Digests recorded before networks had any lever but `dropout`. The order in which the tensor library adds hangs on the processor, so other
/// processors come to others: for those who change the training, before and after on one machine.
#[test]
#[ignore = "the bits of one processor (AVX-512, glibc 2.36)"]
fn a_plain_training_comes_to_the_bits_it_always_came_to() {
    let x: Vec<f32> = (0..600).map(|i| (i as f32 * 1.7).sin() * 1.5).collect();
    let y: Vec<f32> = x.chunks(2).map(|p| p[0] * p[0] - p[1]).collect();
    let part = (dense(&x, 2), Labels::Values(&y));
    let data = Training { train: part, validation: Some(part), settled: None, watch: None, weights: None };
    let values = fit_mlp(
        &MlpShape { hidden: vec![24] },
        data,
        &Recipe { least_steps: 300, most_steps: 300, ..Recipe::values() },
        5,
    )
    .unwrap();
    let found = [digest(&fit_rings(&quick(), 7)), digest(&values), digest(&fit_topics(7).0)];
    assert_eq!(found, ["092f67f5d72f1f50", "c84133b85449ec05", "bb4beda4ecf25e78"]);
}

/// A training of the rings under a recipe that differs in one thing.
fn changed(change: impl FnOnce(&mut Recipe)) -> NetworkFit<Mlp> {
    let mut recipe = quick();
    change(&mut recipe);
    fit_rings(&recipe, 1)
}

#[test]
fn every_setting_of_a_training_changes_it_and_learns() {
    let plain = fit_rings(&quick(), 1);
    let optimisers = [Optimiser::Adam, Optimiser::Sgd, Optimiser::RmsProp, Optimiser::Lion];
    let schedules = [Schedule::Constant, Schedule::Step, Schedule::Linear, Schedule::OneCycle];
    let mut fits: Vec<(String, NetworkFit<Mlp>)> = Vec::new();
    for optimiser in optimisers {
        let fitted = changed(|recipe| {
            recipe.optimiser = optimiser;
            recipe.rates = Recipe::default().rates.iter().map(|rate| rate * optimiser.rates()).collect();
            recipe.weight_decay *= optimiser.decay();
        });
        fits.push((format!("{optimiser:?}"), fitted));
    }
    for schedule in schedules {
        fits.push((format!("{schedule:?}"), changed(|recipe| recipe.schedule = schedule)));
    }
    fits.push(("l1".to_owned(), changed(|recipe| recipe.l1 = 1e-3)));
    fits.push(("l2".to_owned(), changed(|recipe| recipe.l2 = 1e-2)));
    fits.push(("clipping".to_owned(), changed(|recipe| recipe.gradient_clipping = 0.1)));
    fits.push(("mixup".to_owned(), changed(|recipe| recipe.mixup = 0.1)));
    fits.push(("ema".to_owned(), changed(|recipe| recipe.weight_averaging = WeightAveraging::Ema)));
    fits.push(("swa".to_owned(), changed(|recipe| recipe.weight_averaging = WeightAveraging::Swa)));
    fits.push(("depth".to_owned(), changed(|recipe| recipe.depth = 3)));
    fits.push(("focal".to_owned(), changed(|recipe| recipe.class_loss = ClassLoss::Focal)));
    fits.push(("hinge".to_owned(), changed(|recipe| recipe.class_loss = ClassLoss::Hinge)));
    let (vx, vy) = rings(101);
    for (name, fitted) in fits {
        assert_ne!(fitted.model, plain.model, "{name}");
        let right = fitted.model.predict(dense(&vx, 2)).unwrap();
        let right = right.chunks(2).zip(&vy).filter(|(p, label)| p[**label as usize] > 0.5).count();
        assert!(right >= 92, "{name}: {right} of 101");
    }
}

#[test]
fn without_early_stopping_the_whole_schedule_is_gone_through_and_the_last_weights_are_kept() {
    let fitted = changed(|recipe| {
        recipe.early_stopping = false;
        recipe.patience = 1;
        // With one rate there is no search, so that all steps are the training's.
        recipe.rates = vec![3e-2];
    });
    assert_eq!((fitted.settled.steps, fitted.settled.horizon), (300, 300));
    assert_eq!(fitted.history.last().unwrap().step, 300);
    assert_eq!(fitted.validation_loss, fitted.history.last().unwrap().validation_loss);
    let again = changed(|recipe| {
        recipe.patience = 1;
        recipe.rates = vec![3e-2];
    });
    assert!(again.settled.steps < 300, "it would have stopped");
}

#[test]
fn penalties_and_decay_make_smaller_weights_and_l1_more_of_almost_nothing() {
    let weights = |fitted: &NetworkFit<Mlp>| -> Vec<f32> {
        fitted.model.clone().into_stack().into_layers().into_iter().flat_map(|layer| layer.weights).collect()
    };
    let size = |fitted: &NetworkFit<Mlp>| weights(fitted).iter().map(|w| w * w).sum::<f32>();
    let free = |recipe: &mut Recipe| (recipe.weight_decay, recipe.early_stopping) = (0.0, false);
    let plain = changed(free);
    let l2 = changed(|recipe| {
        free(recipe);
        recipe.l2 = 1e-2;
    });
    let l1 = changed(|recipe| {
        free(recipe);
        recipe.l1 = 3e-3;
    });
    let decay = changed(|recipe| {
        free(recipe);
        recipe.weight_decay = 1.0;
    });
    let small = |fitted: &NetworkFit<Mlp>| weights(fitted).iter().filter(|w| w.abs() < 1e-2).count();
    assert!(size(&l2) < 0.8 * size(&plain) && size(&l1) < 0.8 * size(&plain) && size(&decay) < 0.8 * size(&plain));
    assert!(small(&l1) > 3 * small(&plain).max(5), "{} {}", small(&l1), small(&plain));
}

#[test]
fn kept_weights_are_the_mean_of_those_on_the_way() {
    // The last quarter of 8 steps begins with step 6: the mean is over three steps, each got by a training that ends there.
    let fit = |steps, averaging| {
        let (x, y) = rings(400);
        let settled = Some(TunedParams { steps, horizon: 8, learning_rate: 1e-2, l2: 0.0 });
        let data =
            Training { train: (dense(&x, 2), classes(&y, 2)), validation: None, settled, watch: None, weights: None };
        let recipe = Recipe { weight_averaging: averaging, ..quick() };
        let model = fit_mlp(&MlpShape { hidden: vec![4] }, data, &recipe, 1).unwrap().model;
        model.into_stack().into_layers().into_iter().flat_map(|layer| layer.weights).collect::<Vec<f32>>()
    };
    let last: Vec<Vec<f32>> = (6..=8).map(|steps| fit(steps, WeightAveraging::None)).collect();
    for (at, found) in fit(8, WeightAveraging::Swa).iter().enumerate() {
        let mean = last.iter().map(|one| one[at]).sum::<f32>() / 3.0;
        assert!((found - mean).abs() < 1e-6, "{found} {mean}");
    }
    // A running mean begins with the first step and takes a hundredth of each later one.
    let (first, second) = (fit(1, WeightAveraging::None), fit(2, WeightAveraging::None));
    for (at, found) in fit(2, WeightAveraging::Ema).iter().enumerate() {
        assert!((found - (0.99 * first[at] + 0.01 * second[at])).abs() < 1e-6);
    }
}

#[test]
fn weights_of_rows_pull_as_their_copies_would() {
    // Rows of class 1 count three times as much: answers move towards it.
    let (x, y) = rings(400);
    let settled = Some(TunedParams { steps: 60, horizon: 60, learning_rate: 1e-2, l2: 0.0 });
    let weights: Vec<f32> = y.iter().map(|label| if *label == 1 { 1.5 } else { 0.5 }).collect();
    let fit = |weights| {
        let data = Training { train: (dense(&x, 2), classes(&y, 2)), validation: None, settled, watch: None, weights };
        let model = fit_mlp(&MlpShape { hidden: vec![4] }, data, &quick(), 1).unwrap().model;
        model.predict(dense(&x, 2)).unwrap().chunks(2).map(|p| p[1]).sum::<f32>() / 400.0
    };
    let ones = vec![1.0; 400];
    assert!((fit(None) - fit(Some(&ones))).abs() < 1e-3);
    assert!(fit(Some(&weights)) > fit(None) + 0.1);
    for bad in [vec![1.0; 399], vec![f32::NAN; 400], vec![-1.0; 400], vec![0.0; 400]] {
        let data = Training {
            train: (dense(&x, 2), classes(&y, 2)),
            validation: None,
            settled,
            watch: None,
            weights: Some(&bad),
        };
        assert!(matches!(fit_mlp(&MlpShape { hidden: vec![4] }, data, &quick(), 1), Err(NeuralError::Data(_))));
    }
}

/// Something to change in a recipe, by name.
type Change<'a> = (&'a str, &'a dyn Fn(&mut Recipe));

#[test]
fn embeddings_learn_under_every_setting_they_have_and_refuse_the_others() {
    let (offsets, ids, labels) = topics(240);
    let bags = Bags { offsets: &offsets, ids: &ids, weights: None };
    let part = (bags, classes(&labels, 3));
    let data = Training { train: part, validation: Some(part), settled: None, watch: None, weights: None };
    let shape = EmbeddingShape { buckets: 512, dimension: 4, hidden: vec![] };
    let plain = Recipe { least_steps: 300, most_steps: 300, ..Recipe::embedding() };
    let own = fit_embedding(&shape, data, &plain, 1).unwrap().model;
    let with = |change: &dyn Fn(&mut Recipe)| {
        let mut recipe = plain.clone();
        change(&mut recipe);
        fit_embedding(&shape, data, &recipe, 1)
    };
    let optimiser = |optimiser: Optimiser| {
        move |recipe: &mut Recipe| {
            recipe.optimiser = optimiser;
            recipe.rates.iter_mut().for_each(|rate| *rate *= optimiser.rates());
            recipe.weight_decay *= optimiser.decay();
        }
    };
    let changes: [Change<'_>; 11] = [
        ("adam", &optimiser(Optimiser::Adam)),
        ("sgd", &optimiser(Optimiser::Sgd)),
        ("rmsprop", &optimiser(Optimiser::RmsProp)),
        ("lion", &optimiser(Optimiser::Lion)),
        ("l1", &|recipe| recipe.l1 = 1e-5),
        ("l2", &|recipe| recipe.l2 = 1e-4),
        ("clipping", &|recipe| recipe.gradient_clipping = 0.05),
        ("ema", &|recipe| recipe.weight_averaging = WeightAveraging::Ema),
        ("hinge", &|recipe| recipe.class_loss = ClassLoss::Hinge),
        ("one-cycle", &|recipe| recipe.schedule = Schedule::OneCycle),
        ("word dropout", &|recipe| recipe.word_dropout = 0.6),
    ];
    for (name, change) in changes {
        let model = with(change).unwrap().model;
        assert_ne!(model, own, "{name}");
        let answers = model.predict(bags).unwrap();
        let right = answers.chunks(3).zip(&labels).filter(|(p, label)| p[**label as usize] > 0.5).count();
        assert!(right > 200, "{name}: {right} of 240");
    }
    assert!(matches!(with(&|recipe| recipe.mixup = 0.2), Err(NeuralError::Shape(_))));
    assert!(matches!(with(&|recipe| recipe.ensemble = 2), Err(NeuralError::Shape(_))));
    assert!(matches!(with(&|recipe| recipe.activation = Activation::Tanh), Err(NeuralError::Shape(_))));
}

#[test]
fn recipes_out_of_range_are_refused() {
    let wrong: [fn(&mut Recipe); 6] = [
        |recipe| recipe.pruning = 1.0,
        |recipe| recipe.l1 = -1.0,
        |recipe| recipe.gradient_clipping = f64::NAN,
        |recipe| recipe.mixup = f64::INFINITY,
        |recipe| recipe.ensemble = 0,
        |recipe| recipe.depth = 9,
    ];
    for change in wrong {
        let mut recipe = quick();
        change(&mut recipe);
        assert!(recipe.check().is_err(), "{recipe:?}");
    }
    // The plain recipes are written as they always were: without a word of what came later.
    for recipe in [Recipe::default(), Recipe::values(), Recipe::embedding()] {
        let text = serde_json::to_string(&recipe).unwrap();
        assert_eq!(text.matches(':').count(), 18, "{text}");
    }
}

/// 2 inputs, 16, 16 and 2 outputs: 2 (2·16 + 16·16 + 16·2) sums and products, 32 comparisons: 2 · 320 + 32.
#[test]
fn operations_of_dense_layers_are_those_counted_by_hand() {
    assert_eq!(fit_rings(&quick(), 1).model.operations(), 672.0);
}

/// Of the same layers the one in the middle holds most: 16 inputs and 16 outputs.
#[test]
fn a_prediction_holds_the_inputs_and_outputs_of_the_widest_layer() {
    assert_eq!(fit_rings(&quick(), 1).model.held(), 32);
}
