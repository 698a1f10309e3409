//! Exact log-likelihoods.

use std::f64::consts::LN_2;

use lagom::call::gguf::Settings;
use lagom::call::{CallFailure, Usage};

use super::scene::{ask, backend, data, likelihoods, one, score, stories};

/// The stories, as the description beside the models cuts them.
fn texts() -> Vec<String> {
    let path = data().join("language-modelling/tinystories-2mib/stories-600-x01-separated.txt");
    std::fs::read_to_string(path).unwrap().split('\u{1}').map(str::to_owned).collect()
}

/// Bits per byte of the first 230 bytes of the first 100 stories, as the description beside the models has them under
/// llama.cpp with a 32-bit cache and without flash attention. The 32-bit files differ by rounding alone; quantised
/// ones also by the processor's instructions.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_bits_per_byte_are_those_of_the_description() {
    let texts = texts();
    for (name, expected, within) in [
        ("stories260K-f32", 0.96220, 0.0001),
        ("stories3M-f32", 0.67811, 0.0001),
        ("stories3M-f16", 0.67812, 0.0005),
        ("stories3M-q8_0", 0.67694, 0.005),
        ("stories3M-q4_0", 0.75708, 0.005),
    ] {
        let model = stories(name);
        let begun: Vec<&str> = texts[..100].iter().map(|text| &text[..230]).collect();
        let questions = begun.iter().map(|text| score("", &[text])).collect();
        let (answers, observed) = ask(&backend(&model), questions).unwrap();
        let sum: f64 = answers.iter().map(|answer| answer.as_ref().unwrap().likelihoods[0].log_probability).sum();
        let found = -sum / LN_2 / 23_000.0;
        println!("{name}: {found:.5} bits a byte, peak memory {} bytes", observed.peak_memory);
        assert!((found / expected - 1.0).abs() <= within, "{name}: {found}, expected {expected}");
    }
}

/// The reference is the forward pass of its own that mod.rs names.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_continuations_are_as_likely_as_in_another_implementation() {
    let model = stories("stories260K-f32");
    let backend = backend(&model);
    for (prompt, texts, expected) in [
        (
            "Once upon a time, there was a little",
            [" girl", " boy named Tom", " banana"].as_slice(),
            [(-0.451_416, 3, true), (-4.879_412, 6, false), (-8.299_765, 4, false)].as_slice(),
        ),
        ("The sun is", &[" hot and bright.", " sad"], &[(-11.895_966, 9, false), (-3.820_713, 2, false)]),
    ] {
        let found = likelihoods(&backend, prompt, texts);
        for (found, (log_probability, tokens, greedy)) in found.iter().zip(expected) {
            assert!((found.log_probability - log_probability).abs() < 2e-4, "{prompt}: {found:?}");
            assert_eq!((found.tokens, found.greedy), (*tokens, *greedy), "{prompt}");
        }
    }
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_together_or_alone_they_are_the_same() {
    let model = stories("stories260K-f32");
    let backend = backend(&model);
    let texts = [" dog", " cat that was very happy", " girl named Lily", " dog"];
    let together = likelihoods(&backend, "Once upon a time, there was a", &texts);
    assert_eq!(together[0], together[3], "the first and the last are one text");
    for (text, found) in texts.iter().zip(&together) {
        let alone = likelihoods(&backend, "Once upon a time, there was a", &[text])[0];
        assert_eq!(alone, *found, "{text}");
    }
}

/// P(a b) = P(a) P(b | a), where the cut is one between tokens.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_likelihoods_multiply() {
    let model = stories("stories260K-f32");
    let backend = backend(&model);
    let whole = likelihoods(&backend, "", &["Once upon a time, there was a little girl"])[0];
    let first = likelihoods(&backend, "", &["Once upon a time"])[0];
    let second = likelihoods(&backend, "Once upon a time", &[", there was a little girl"])[0];
    let product = first.log_probability + second.log_probability;
    assert!((whole.log_probability - product).abs() < 1e-4, "{whole:?} {first:?} {second:?}");
    assert_eq!(whole.tokens, first.tokens + second.tokens);
}

/// A space at the end of the prompt belongs to the continuation's first token.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_spaces_at_the_end_of_the_prompt_are_moved() {
    let model = stories("stories260K-f32");
    let backend = backend(&model);
    let moved = likelihoods(&backend, "The sun is ", &["sad"]);
    assert_eq!(moved, likelihoods(&backend, "The sun is", &[" sad"]));
}

/// A story of 1,487 tokens in windows of 100: the same windows in the reference.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_a_text_longer_than_the_context_is_scored_in_windows() {
    let texts = texts();
    let model = stories("stories260K-f32");
    let mut backend = backend(&model);
    backend.settings = Settings { context: Some(100), ..backend.settings };
    let found = likelihoods(&backend, "", &[&texts[3]])[0];
    assert_eq!(found.tokens, 1_487);
    assert!((found.log_probability + 3_147.730_890).abs() < 0.01, "{found:?}");
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_what_has_no_token_or_no_room_is_no_likelihood() {
    let model = stories("stories260K-f32");
    let long = "Once upon a time there was a cat. ".repeat(120);
    let questions = vec![score("The", &[" cat", ""]), score(&long, &[" The"]), score("The", &[" cat"])];
    let (answers, observed) = ask(&backend(&model), questions).unwrap();
    assert!(
        matches!(&answers[0], Err(CallFailure::Rejected { message }) if message.starts_with("continuation 2 (\"\")"))
    );
    assert!(matches!(&answers[1], Err(CallFailure::TooLong { message }) if message.ends_with("the context has 512")));
    assert_eq!((answers[2].as_ref().unwrap().likelihoods.len(), observed.workers), (1, 1));
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_tokens_are_counted_once() {
    let model = stories("stories260K-f32");
    let backend = backend(&model);
    let answer = one(&backend, score("The sun is", &[" sad", " hot and bright."]));
    let prompt = one(&backend, super::scene::write("The sun is", 1)).usage.prompt.unwrap();
    assert_eq!(answer.usage, Usage { prompt: Some(prompt + 2 + 9), cached: Some(0), completion: Some(0), cut: None });
    assert!(answer.text.is_empty() && answer.timing.first_token.is_none() && answer.timing.total > 0.0);
}
