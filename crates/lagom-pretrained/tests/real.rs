//! Real weights against transformers and model2vec; `reference/real.py` writes what they make of them.
//!
//! ```sh
//! LAGOM_TEST_DATA=… LAGOM_TEST_WEIGHTS=… cargo test --release -p lagom-pretrained --test real -- --ignored --nocapture
//! ```

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use lagom_pretrained::fine_tune::{Adaptation, FineTuning, Lora, Recipe, Target, Targets, Unwatched};
use lagom_pretrained::{Beginning, Continuation, Decoder, Distillation, Encoder, Ended, Folder, StaticEmbedding};
use safetensors::SafeTensors;

#[derive(serde::Deserialize)]
struct Expected {
    texts: Vec<String>,
    #[serde(default)]
    tokens: Vec<Vec<u32>>,
}

fn weights() -> PathBuf {
    std::env::var_os("LAGOM_TEST_WEIGHTS").expect("LAGOM_TEST_WEIGHTS names the folder of real weights").into()
}

fn data() -> PathBuf {
    std::env::var_os("LAGOM_TEST_DATA").expect("LAGOM_TEST_DATA names the folder of public data").into()
}

fn expected<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let text = std::fs::read(weights().join("expected").join(format!("{name}.json"))).expect("run reference/real.py");
    serde_json::from_slice(&text).unwrap()
}

fn numbers(tensors: &SafeTensors<'_>, name: &str) -> Vec<f32> {
    let bytes = tensors.tensor(name).unwrap().data();
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// Tokens of all texts and data sets equal; hidden states and embeddings within `tolerance` (relative to numbers above 1), and hidden states within 1e-5 of
/// transformers' own in double precision, or where its own in single precision are farther, no more than half as far again.
fn agrees(name: &str, folder: PathBuf, tolerance: f32) {
    let encoder = Encoder::load(&Folder::open(folder).unwrap()).unwrap();
    let texts: Expected = expected(name);
    let file = std::fs::read(weights().join("expected").join(format!("{name}.safetensors"))).unwrap();
    let tensors = SafeTensors::deserialize(&file).unwrap();
    let (mut worst, mut scale) = (0.0f32, 0.0f32);
    let (mut off, mut their_off) = (0.0f32, 0.0f32);
    for (at, (text, tokens)) in texts.texts.iter().zip(&texts.tokens).enumerate() {
        let own = encoder.hidden_states(text).unwrap();
        assert_eq!(&own.tokens, tokens, "{text}");
        let expected = numbers(&tensors, &at.to_string());
        worst = worst.max(largest_difference(&own.values, &expected));
        scale = expected.iter().fold(scale, |top, x| top.max(x.abs()));
        let theirs = numbers(&tensors, &format!("{at}-off"));
        their_off = theirs.iter().fold(their_off, |top, x| top.max(x.abs()));
        let differences =
            own.values.iter().zip(&expected).zip(&theirs).map(|((own, there), off)| (own - there - off).abs());
        off = differences.fold(off, f32::max);
    }
    let all: Vec<&str> = texts.texts.iter().map(String::as_str).collect();
    let pooled = encoder.embed(&all, 16).unwrap();
    let pooled = largest_difference(&pooled.vectors, &numbers(&tensors, "pooled"));
    let sets: BTreeMap<String, Expected> = expected(&format!("{name}-tokens"));
    let mut count = 0;
    for (set, expected) in &sets {
        for (text, tokens) in expected.texts.iter().zip(&expected.tokens) {
            assert_eq!(&encoder.tokens_of(text).unwrap(), tokens, "{set}: {text}");
            count += 1;
        }
    }
    println!(
        "{name}: {} texts, hidden states differ by at most {worst:e} (largest number {scale}), embeddings by {pooled:e}; \
         tokens of {count} texts equal",
        texts.texts.len()
    );
    println!(
        "{name}: from double precision lagom is off by {off:e}, transformers in single precision by {their_off:e}"
    );
    assert!(worst <= tolerance * scale.max(1.0) && pooled <= tolerance * scale.max(1.0), "{worst} {pooled} of {scale}");
    assert!(off <= (1.5 * their_off).max(1e-5), "{off} {their_off}");
}

#[test]
#[ignore = "reads real weights"]
fn minilm_agrees_with_transformers() {
    agrees("minilm-l6", weights().join("minilm-l6"), 1e-5);
}

#[test]
#[ignore = "reads real weights"]
fn mpnet_agrees_with_transformers() {
    agrees("mpnet", weights().join("mpnet"), 1e-5);
}

#[test]
#[ignore = "reads real weights"]
fn smollm2_agrees_with_transformers() {
    agrees("smollm2-hf", weights().join("smollm2-hf"), 1e-5);
}

#[test]
#[ignore = "reads real weights"]
fn a_small_llama_agrees_with_transformers() {
    agrees("tinystories", data().join("weights/tinystories-llama/stories3M"), 1e-5);
}

#[test]
#[ignore = "reads real weights"]
fn static_embeddings_agree_with_model2vec() {
    let fixtures = data().join("weights/model2vec-fixtures");
    let mut tried = 0;
    for (name, folder) in [
        ("static-256", weights().join("static-256")),
        ("test-model-float32", fixtures.join("test-model-float32")),
        ("test-model-float16", fixtures.join("test-model-float16")),
        ("test-model-int8", fixtures.join("test-model-int8")),
        ("test-model-vocab-quantized", fixtures.join("test-model-vocab-quantized")),
    ] {
        if !folder.is_dir() {
            continue;
        }
        tried += 1;
        let model = StaticEmbedding::load(&Folder::open(folder).unwrap()).unwrap();
        let texts: Expected = expected(name);
        let all: Vec<&str> = texts.texts.iter().map(String::as_str).collect();
        let own = model.embed(&all, 64).unwrap();
        let file = std::fs::read(weights().join("expected").join(format!("{name}.safetensors"))).unwrap();
        let expected = numbers(&SafeTensors::deserialize(&file).unwrap(), "pooled");
        let worst = largest_difference(&own.vectors, &expected);
        // The last three texts are one of 512 tokens, whose sum model2vec rounds at each of them, an empty one and one of unknown tokens.
        let most = expected.len() - 3 * own.width;
        assert!(largest_difference(&own.vectors[..most], &expected[..most]) <= 1e-6, "{name}");
        println!("{name}: {} texts, vectors differ by at most {worst:e}, {} cut", all.len(), own.cut);
        assert!(worst <= 2e-6, "{name}: {worst}");
    }
    assert!(tried >= 4);
}

fn write(decoder: &Decoder, prompt: &str, most_tokens: usize) -> lagom_pretrained::Written {
    let of = Beginning { prompt, most_tokens, stops: &[] };
    decoder.write(&of, &mut || std::ops::ControlFlow::Continue(())).unwrap()
}

/// Sixty tokens each, from a forward pass in numpy (`crates/lagom-cli/tests/it/gguf/writing.rs` has the same of the GGUF file); the nearest rival of a token there is
/// 0.07 in logits behind.
#[test]
#[ignore = "reads real data"]
fn real_data_a_small_llama_goes_on_as_another_implementation_does() {
    let folder = Folder::open(data().join("weights/tinystories-llama/stories260K")).unwrap();
    let decoder = Decoder::load(&folder).unwrap();
    assert_eq!(decoder.ends(), [1, 2]);
    let begin = ", there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball. She wanted to play with it, but \
                 it was too high.\nLily";
    let expected = [
        ("Once upon a time", begin),
        (
            "Lily and Tom went to the",
            " park. They saw a big box with a big box. They wanted to play with it. They wanted to play with the box. They wanted to play with the box.\n\
             \"Look, Mom!\" Lily said",
        ),
        (
            "The little dog",
            " was a little girl named Lily. She loved to play with her toys and her toys. One day, she saw a big box with a big box. It was a big, red ball. \
             She wanted to play with it",
        ),
    ];
    for (prompt, expected) in expected {
        let found = write(&decoder, prompt, 60);
        assert_eq!(found.text.trim_start(), expected.trim_start(), "{prompt}");
        assert_eq!((found.ended, found.tokens.len()), (Ended::Length, 60));
    }
}

#[derive(serde::Deserialize)]
struct Greedy {
    prompts: Vec<String>,
    tokens: Vec<Vec<u32>>,
    ahead: Vec<f64>,
    choices: Vec<String>,
    likelihoods: Vec<Vec<f64>>,
}

/// `reference/writing_real.py` writes what is expected.
#[test]
#[ignore = "reads real weights"]
fn smollm2_goes_on_as_under_transformers() {
    let decoder = Decoder::load(&Folder::open(weights().join("smollm2-hf")).unwrap()).unwrap();
    let greedy: Greedy = expected("smollm2-hf-greedy");
    let (start, mut written) = (Instant::now(), 0);
    for (prompt, expected) in greedy.prompts.iter().zip(&greedy.tokens) {
        let found = write(&decoder, prompt, 32);
        let ended = found.ended == Ended::Itself;
        let expected = &expected[..expected.len() - usize::from(ended)];
        assert_eq!(found.tokens, expected, "{prompt}");
        written += found.tokens.len();
    }
    let seconds = start.elapsed().as_secs_f64();
    let mut worst = 0.0f64;
    for (prompt, row) in greedy.prompts.iter().zip(&greedy.likelihoods) {
        let of: Vec<Continuation<'_>> = greedy.choices.iter().map(|text| Continuation { prompt, text }).collect();
        for (found, expected) in decoder.likelihoods(&of, 8).unwrap().iter().zip(row) {
            worst = worst.max((found.log - expected).abs() / expected.abs().max(1.0));
        }
    }
    let nearest = greedy.ahead.iter().copied().fold(f64::INFINITY, f64::min);
    println!(
        "{} prompts, {written} tokens equal in {seconds:.1} s; the closest rival was {nearest:.4} behind; likelihoods differ by at most {worst:e}",
        greedy.prompts.len()
    );
    assert_eq!(greedy.prompts.len(), 20);
    // Sums of several tokens, each off in its seventh digit in logits of some twenty.
    assert!(worst < 5e-5, "{worst}");
}

/// The cosines of all pairs of texts, from vectors of length 1.
fn cosines(vectors: &[f32], width: usize) -> Vec<f64> {
    let rows: Vec<&[f32]> = vectors.chunks_exact(width).collect();
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    rows.iter().flat_map(|a| rows.iter().map(|b| product(a, b))).collect()
}

/// What model2vec distils out of the same weights lies in `static-256`. The signs of components are anybody's, so angles between texts are compared.
#[test]
#[ignore = "reads real weights"]
fn a_distillation_agrees_with_model2vec() {
    let encoder = Encoder::load(&Folder::open(weights().join("minilm-l6")).unwrap()).unwrap();
    let distillation = Distillation::of(&encoder).unwrap();
    let start = Instant::now();
    let vectors = distillation.vectors(0..distillation.tokens()).unwrap();
    let passed = start.elapsed();
    let distilled = distillation.whole(vectors).unwrap();
    let own = distilled.embedding(256).unwrap();
    let peer = StaticEmbedding::load(&Folder::open(weights().join("static-256")).unwrap()).unwrap();
    assert_eq!(own.parameters(), peer.parameters());
    let texts = std::fs::read_to_string(data().join("text-classification/banking77/test.csv")).unwrap();
    let texts: Vec<&str> =
        texts.lines().skip(1).filter_map(|line| line.rsplit_once(',')).map(|(text, _)| text).step_by(7).collect();
    let found = |model: &StaticEmbedding| cosines(&model.embed(&texts, 64).unwrap().vectors, 256);
    let (ours, theirs) = (found(&own), found(&peer));
    let worst = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    println!(
        "{} tokens through the network in {passed:?}, turned and weighed after {:?}; cosines of {} texts differ by at most {worst:e}",
        distilled.tokens(),
        start.elapsed(),
        texts.len()
    );
    // Both are numbers of half precision, which have three digits.
    assert!(worst < 2e-3, "{worst}");
}

/// Questions and their classes; some of the files are in Latin-1.
fn trec(name: &str) -> (Vec<String>, Vec<u32>) {
    let file = data().join("text-classification/sst-mr-trec-subj-cr-mpqa").join(name);
    let text: String = std::fs::read(file).unwrap().into_iter().map(char::from).collect();
    let rows = text.lines().filter_map(|line| line.split_once(' '));
    rows.map(|(class, question)| (question.to_owned(), class.parse::<u32>().unwrap())).unzip()
}

#[test]
#[ignore = "reads real weights"]
fn minilm_fine_tuned_on_trec() {
    let (train, classes) = trec("TREC.train.all");
    let (test, truth) = trec("TREC.test.all");
    let (train, test): (Vec<&str>, Vec<&str>) =
        (train.iter().map(String::as_str).collect(), test.iter().map(String::as_str).collect());
    let encoder = Arc::new(Encoder::load(&Folder::open(weights().join("minilm-l6")).unwrap()).unwrap());
    let all = vec![Target::Query, Target::Key, Target::Value, Target::Output, Target::Up, Target::Down];
    let low_rank = Adaptation::Lora(Lora { rank: 8, alpha: 16.0, targets: all });
    // transformers: 0.966 after one pass over the texts, 0.964 after two, all weights.
    for (adaptation, rate, least) in
        [(Adaptation::Full, 2e-4, 0.955), (low_rank, 2e-3, 0.94), (Adaptation::Scratch, 5e-4, 0.5)]
    {
        let steps = (train.len().div_ceil(16)) as u64;
        let recipe = Recipe { rate, head_rate: 5.0, tokens: 64, ..Recipe::usual(adaptation.clone(), steps) };
        let targets = Targets::Classes { of: &classes, count: 6 };
        let tuning = FineTuning { encoder: encoder.clone(), texts: &train, targets, recipe: &recipe, seed: 1 };
        let start = Instant::now();
        let tuned = tuning.run(None, &mut Unwatched).unwrap();
        let logits = tuned.model.predict(&test, 32).unwrap();
        let likeliest = |row: &[f32]| (0..6).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap() as u32;
        let right = logits.chunks_exact(6).map(likeliest).zip(&truth).filter(|(own, truth)| own == *truth).count();
        let share = right as f64 / truth.len() as f64;
        println!("{adaptation:?}: {share} of {} questions right, {:?}", truth.len(), start.elapsed());
        assert!(share >= least);
    }
}
