//! Vocabulary, likelihoods, loss and training against known answers.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::*;
use crate::fine_tune::{Look, Progress, TuneError, Unwatched, Watch};
use crate::network::{Batch, Network, Wanted};
use crate::next_token::{log_probabilities, next_tokens};
use crate::product::Rows;
use crate::slot::Slot;

/// Small texts with something to learn.
fn texts() -> Vec<String> {
    let words = ["the dog", "a cat", "my card", "the money"];
    let ends = ["runs fast", "is lost", "was found again"];
    (0..24).map(|at| format!("{} {}.", words[at % 4], ends[at % 3])).collect()
}

fn views(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

fn small() -> LanguageShape {
    LanguageShape { width: 32, layers: 1, heads: 1, hidden: 32, vocabulary: 280, context: 8 }
}

fn recipe(steps: u64) -> LanguageRecipe {
    LanguageRecipe {
        rate: 3e-3,
        weight_decay: 0.1,
        warm_up: 0.1,
        steps,
        tokens: 64,
        dropout: 0.1,
        clip: Some(1.0),
        watch_every: 0,
        checkpoint_every: 0,
    }
}

fn trained(steps: u64, seed: u64) -> TrainedLanguage {
    let texts = texts();
    let texts = views(&texts);
    let vocabulary = Arc::new(BytePairs::train(&texts, 280).unwrap());
    let recipe = recipe(steps);
    let training = LanguageTraining { shape: small(), vocabulary, texts: &texts, recipe: &recipe, seed };
    training.run(None, &mut Unwatched).unwrap()
}

#[test]
fn pairs_are_merged_by_how_often_they_are_there() {
    // Words (a space belongs to the word behind it): "ab" twice, " abc" three times, " ab" once. Pairs: (a, b) 6, (space, a) 4, (b, c) 3. First "ab";
    // then (space, ab) 4 and (ab, c) 3: " ab"; then (" ab", c) 3: " abc"; then nothing is there twice.
    let vocabulary = BytePairs::train(&["ab abc abc", "ab abc ab"], 300).unwrap();
    assert_eq!(vocabulary.tokens(), 259);
    let json: serde_json::Value = serde_json::from_str(vocabulary.json()).unwrap();
    let merges = json["model"]["merges"].clone();
    assert_eq!(merges, serde_json::json!([["a", "b"], ["Ġ", "ab"], ["Ġab", "c"]]));
    assert_eq!(vocabulary.encode("ab abc", 0).unwrap(), [256, 258]);
    // No more than asked for, and the bytes always.
    assert_eq!(BytePairs::train(&["ab abc abc"], 257).unwrap().tokens(), 257);
    assert_eq!(BytePairs::train(&[], 10).unwrap().tokens(), 256);
}

#[test]
fn overlapping_pairs_are_merged_from_the_left() {
    // "aaaaa" four times: (a, a) stands 4 times in each. "aa" "aa" "a": then ("aa", "aa") and ("aa", "a") 4 each, the smaller numbers first: "aa" is 256, so
    // (256, a) comes before (256, 256).
    let vocabulary = BytePairs::train(&["aaaaa"; 4], 258).unwrap();
    let json: serde_json::Value = serde_json::from_str(vocabulary.json()).unwrap();
    assert_eq!(json["model"]["merges"], serde_json::json!([["a", "a"], ["aa", "a"]]));
    assert_eq!(vocabulary.encode("aaaaa", 0).unwrap(), [256, 257]);
}

#[test]
fn every_text_has_tokens_and_the_same_texts_the_same_vocabulary() {
    let texts = texts();
    let texts = views(&texts);
    let vocabulary = BytePairs::train(&texts, 300).unwrap();
    assert_eq!(vocabulary.json(), BytePairs::train(&texts, 300).unwrap().json());
    // Bytes that no training text has, control characters and what looks like a special token: each of the bytes is there.
    for text in ["日本語 🦊", "a\u{0}\r\n\t b", "<|endoftext|>", "  ", "é\u{301}"] {
        let plain = BytePairs::train(&[], 256).unwrap();
        assert_eq!(plain.encode(text, 0).unwrap().len(), text.len(), "{text:?}");
        assert!(!vocabulary.encode(text, 0).unwrap().is_empty());
    }
}

#[test]
fn the_dial_derives_the_shape() {
    let small = LanguageShape::of_width(64);
    assert_eq!((small.layers, small.heads, small.hidden, small.vocabulary), (2, 2, 192, 512));
    // 4 · 64² + 3 · 64 · 192 + 2 · 64 = 53,376 a block, two of them, and 64 gains: 106,816; the embedding 513 · 64 = 32,832.
    assert_eq!((small.blocks(), small.parameters(512)), (106_816, 139_648));
    let vocabulary = Arc::new(BytePairs::train(&[], 256).unwrap());
    let model = LanguageModel::random(small, vocabulary, 1).unwrap();
    assert_eq!(model.parameters(), small.parameters(256));
    // The head, too, has 257 rows: 2 · (106,816 + 16,448 + 2 · 64 · 10) for each token.
    assert_eq!(small.operations(3, 256, 10), 3 * 2 * (106_816 + 16_448 + 1_280));
    for width in [1, 32, 100, 129, 256, 512] {
        let shape = LanguageShape::of_width(width);
        assert!(shape.is_sound() && shape.width >= width && shape.width.is_multiple_of(shape.heads), "{shape:?}");
    }
}

#[test]
fn a_model_of_zeros_finds_all_tokens_as_likely() {
    let vocabulary = Arc::new(BytePairs::train(&[], 256).unwrap());
    let mut model = LanguageModel::random(small(), vocabulary, 1).unwrap();
    model.network.change(Slot::Tokens, |values| values.fill(0.0)).unwrap();
    // 256 bytes and the token before a text: each byte costs ln 257 nats, also in the ten windows of 80 bytes.
    let long = "x".repeat(80);
    let found = model.log_likelihoods(&["", "né", &long]).unwrap();
    let each = -(257.0f64).ln();
    for (found, bytes) in found.iter().zip([0.0, 3.0, 80.0]) {
        assert!((found - bytes * each).abs() < 1e-4, "{found}");
    }
}

#[test]
fn likelihoods_do_not_hang_on_what_stands_beside() {
    let model = trained(20, 1).model;
    let texts = ["the dog is lost.", "my card", "something else that is longer than the context of eight tokens"];
    let all = model.log_likelihoods(&texts).unwrap();
    for (text, together) in texts.iter().zip(&all) {
        let alone = model.log_likelihoods(&[text]).unwrap()[0];
        assert!((alone - together).abs() < 1e-4 * together.abs(), "{alone} {together}");
    }
    assert_eq!(all, model.log_likelihoods(&texts).unwrap());
}

/// What the loss is, in `f64`.
fn exact(hidden: &[f64], head: &[f64], (width, rows): (usize, usize), next: &[u32]) -> f64 {
    let loss = |(row, id): (&[f64], &u32)| {
        let logits: Vec<f64> =
            (0..rows).map(|at| row.iter().zip(&head[at * width..]).map(|(x, w)| x * w).sum()).collect();
        logits.iter().map(|x| x.exp()).sum::<f64>().ln() - logits[*id as usize]
    };
    hidden.chunks_exact(width).zip(next).map(loss).sum::<f64>() / next.len() as f64
}

#[test]
fn the_loss_and_its_gradients_are_those_of_the_definition() {
    let shape = LanguageShape { width: 8, layers: 1, heads: 1, hidden: 8, vocabulary: 256, context: 8 };
    let vocabulary = Arc::new(BytePairs::train(&[], 256).unwrap());
    let model = LanguageModel::random(shape, vocabulary, 3).unwrap();
    let mut network = model.network;
    network.change(Slot::Tokens, |values| values.iter_mut().for_each(|x| *x *= 30.0)).unwrap();
    // More tokens than are taken at once.
    let tokens = 300;
    let numbers: Vec<f32> = (0..tokens * 8).map(|i| ((i as f64 * 12.9898).sin() * 43_758.545).fract() as f32).collect();
    let next: Vec<u32> = (0..tokens as u32).map(|at| at * 7 % 257).collect();
    let hidden = Rows::new(numbers.clone(), 8);
    let found = next_tokens(&network, &hidden, &next, true).unwrap();
    let head = network.numbers().unwrap().into_iter().find(|(slot, _)| *slot == Slot::Tokens).unwrap().1;
    let wide = |values: &[f32]| -> Vec<f64> { values.iter().map(|x| f64::from(*x)).collect() };
    let (hidden_wide, head_wide) = (wide(&numbers), wide(&head));
    let own = found.nats / tokens as f64;
    assert!((own - exact(&hidden_wide, &head_wide, (8, 257), &next)).abs() < 1e-6, "{own}");
    let logs = log_probabilities(&network, &hidden, &next).unwrap();
    assert!((logs.iter().sum::<f64>() + found.nats).abs() < 1e-3);
    let slope = |at: usize, of_head: bool| {
        let moved = |step: f64| {
            let (mut hidden, mut head) = (hidden_wide.clone(), head_wide.clone());
            *if of_head { &mut head[at] } else { &mut hidden[at] } += step;
            exact(&hidden, &head, (8, 257), &next)
        };
        (moved(1e-4) - moved(-1e-4)) / 2e-4
    };
    for at in (0..tokens * 8).step_by(97) {
        assert!((slope(at, false) - f64::from(found.hidden[at])).abs() < 1e-7, "hidden {at}");
    }
    for at in (0..257 * 8).step_by(89) {
        assert!((slope(at, true) - f64::from(found.head[at])).abs() < 2e-6, "head {at}");
    }
}

/// Mean nats a token of a network on windows.
fn loss_of(network: &Network, batch: &Batch, next: &[u32]) -> f64 {
    let hidden = network.forward(batch, None).unwrap();
    -log_probabilities(network, &hidden, next).unwrap().iter().sum::<f64>() / next.len() as f64
}

#[test]
fn the_gradient_of_every_parameter_is_the_slope_of_the_loss() {
    let vocabulary = Arc::new(BytePairs::train(&[], 256).unwrap());
    let shape = LanguageShape { layers: 2, heads: 2, ..small() };
    let mut network = LanguageModel::random(shape, vocabulary, 5).unwrap().network;
    for parameter in network.shape.parameters().into_iter().filter(|parameter| parameter.is_matrix) {
        network.change(parameter.slot, |values| values.iter_mut().for_each(|x| *x *= 8.0)).unwrap();
    }
    let texts: [&[u32]; 2] = [&[256, 7, 9, 200, 7], &[256, 31, 31]];
    let next: Vec<u32> = vec![7, 9, 200, 7, 11, 31, 31, 32];
    let batch = Batch::new(texts);
    let (hidden, tape) = network.forward_kept(&batch, None, None).unwrap();
    let mut loss = next_tokens(&network, &hidden, &next, true).unwrap();
    let mut found = network.backward(&batch, None, tape, loss.hidden, Wanted::All).unwrap();
    for (id, row) in found.tokens {
        for (sum, x) in loss.head[id as usize * 32..].iter_mut().zip(row) {
            *sum += x;
        }
    }
    found.of.insert(Slot::Tokens, loss.head);
    // Along the gradient of one parameter the loss rises by the gradient's length for each step of length 1. The numbers are `f32`, so that the
    // difference is known to some parts in a thousand.
    for parameter in network.shape.parameters() {
        let gradient = &found.of[&parameter.slot];
        let length = gradient.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
        assert!(length > 1e-5, "{}", parameter.slot);
        let step = 2e-2 / length.max(1.0);
        let moved = |sign: f64| {
            let mut network = network.clone();
            let by = (sign * step / length) as f32;
            network
                .change(parameter.slot, |values| values.iter_mut().zip(gradient).for_each(|(x, g)| *x += by * g))
                .unwrap();
            loss_of(&network, &batch, &next)
        };
        let slope = (moved(1.0) - moved(-1.0)) / (2.0 * step);
        assert!((slope - length).abs() < 0.01 * length + 1e-4, "{}: {slope} but {length}", parameter.slot);
    }
}

#[test]
fn a_model_learns_what_is_there_and_comes_back_from_its_bytes() {
    let TrainedLanguage { model, progress, best_step } = trained(150, 1);
    assert!(best_step == 150 && progress.step == 150 && progress.operations > 0);
    let [seen, other] = ["the dog is lost.", "zq!xv kk wpt QQ."].map(|text| model.log_likelihoods(&[text]).unwrap()[0]);
    // A byte guessed at random costs ln 256 = 5.5 nats; of 16 bytes 89.
    assert!(seen > -20.0 && other < 2.0 * seen, "{seen} {other}");
    let bytes = model.to_bytes().unwrap();
    let again = LanguageModel::from_bytes(&bytes).unwrap();
    assert_eq!(again.to_bytes().unwrap(), bytes);
    assert_eq!(again.log_likelihoods(&["my card"]).unwrap(), model.log_likelihoods(&["my card"]).unwrap());
    for at in (0..bytes.len()).step_by(bytes.len() / 50) {
        assert!(LanguageModel::from_bytes(&bytes[..at]).is_err());
    }
}

#[test]
fn same_seed_same_bits_other_seed_others() {
    let bytes = |seed| trained(7, seed).model.to_bytes().unwrap();
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
}

/// Looks each few steps, keeps the checkpoints and ends after some of them.
#[derive(Default)]
struct Keeping {
    states: BTreeMap<u64, Vec<u8>>,
    losses: Vec<f64>,
    ends: Option<u64>,
}

impl Watch<LanguageModel> for Keeping {
    fn look(&mut self, progress: &Progress, model: &LanguageModel) -> Look {
        let loss = -model.log_likelihoods(&["my card is lost."]).unwrap()[0];
        let best = self.losses.iter().all(|other| loss < *other);
        self.losses.push(loss);
        assert!(progress.loss.is_finite());
        if best { Look::Best } else { Look::GoOn }
    }

    fn checkpoint(&mut self, progress: &Progress, state: &[u8]) -> ControlFlow<()> {
        self.states.insert(progress.step, state.to_vec());
        if self.ends == Some(progress.step) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[test]
fn a_training_that_was_ended_goes_on_to_the_same_bits() {
    let texts = texts();
    let texts = views(&texts);
    let vocabulary = Arc::new(BytePairs::train(&texts, 280).unwrap());
    let recipe = LanguageRecipe { watch_every: 4, checkpoint_every: 5, ..recipe(20) };
    let training = |seed| LanguageTraining {
        shape: small(),
        vocabulary: vocabulary.clone(),
        texts: &texts,
        recipe: &recipe,
        seed,
    };
    let whole = training(1).run(None, &mut Keeping::default()).unwrap();
    let mut ended = Keeping { ends: Some(10), ..Keeping::default() };
    assert!(matches!(training(1).run(None, &mut ended), Err(TuneError::Ended { step: 10 })));
    let state = &ended.states[&10];
    let mut on = Keeping { losses: ended.losses.clone(), ..Keeping::default() };
    let resumed = training(1).run(Some(state), &mut on).unwrap();
    assert_eq!(resumed.model.to_bytes().unwrap(), whole.model.to_bytes().unwrap());
    assert_eq!((resumed.progress, resumed.best_step), (whole.progress, whole.best_step));
    // The state of another training, and half of one, are none.
    assert!(matches!(training(2).run(Some(state), &mut Keeping::default()), Err(TuneError::State(_))));
    assert!(training(1).run(Some(&state[..state.len() / 2]), &mut Keeping::default()).is_err());
}

#[test]
fn what_cannot_be_trained_is_refused() {
    let vocabulary = Arc::new(BytePairs::train(&[], 256).unwrap());
    let plain = recipe(3);
    let faults = [
        (LanguageRecipe { rate: 0.0, ..plain.clone() }, "the rate"),
        (LanguageRecipe { dropout: 1.0, ..plain.clone() }, "dropout"),
        (LanguageRecipe { steps: 0, ..plain.clone() }, "steps"),
        (LanguageRecipe { tokens: 0, ..plain.clone() }, "tokens"),
        (LanguageRecipe { weight_decay: f32::NAN, ..plain.clone() }, "weight decay"),
        (LanguageRecipe { clip: Some(0.0), ..plain.clone() }, "gradient"),
    ];
    let run = |recipe: &LanguageRecipe, texts: &[&str]| {
        let training = LanguageTraining { shape: small(), vocabulary: vocabulary.clone(), texts, recipe, seed: 1 };
        training.run(None, &mut Unwatched).unwrap_err().to_string()
    };
    for (recipe, named) in &faults {
        assert!(run(recipe, &["a"]).contains(named), "{named}");
    }
    assert!(run(&plain, &["", ""]).contains("nothing") || run(&plain, &[]).contains("predict"));
    let wild = LanguageRecipe { rate: 1e30, clip: None, steps: 50, ..plain };
    assert!(run(&wild, &["abc abc abc"]).contains("diverged"));
}

#[test]
fn other_weights_are_those_of_the_embedding() {
    // Head and embedding are one matrix: it is written once.
    let model = trained(1, 1).model;
    let slots: Vec<Slot> = model.network.shape.parameters().iter().map(|parameter| parameter.slot).collect();
    assert!(slots.contains(&Slot::Tokens) && !slots.contains(&Slot::Output));
    assert_eq!(model.numbers(Slot::Tokens).len(), (model.vocabulary().tokens() + 1) * 32);
}
