//! Small networks of every architecture against transformers (`tests/reference/tiny.py`): tokens, hidden states, gradients, likelihoods.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;

use crate::fine_tune::{
    Adaptation, FineTuning, Look, Lora, Progress, Recipe, Target, Targets, TuneError, TunedModel, Watch,
};
use crate::network::{Batch, Gradients, Network, Wanted};
use crate::next_token::next_tokens;
use crate::slot::Slot;
use crate::{Architecture, Continuation, Decoder, Encoder, Folder, Pooling, StateError, WeightsError};

#[derive(serde::Deserialize)]
struct Reference {
    tokenizer: Value,
    texts: Vec<String>,
    models: BTreeMap<String, Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    config: Value,
    tensors: BTreeMap<String, Vec<usize>>,
    tokens: Vec<Vec<u32>>,
    hidden: Vec<Vec<f32>>,
    /// Natural logarithms of the probability of each token but the first.
    likelihoods: Vec<Vec<f64>>,
    gradients: BTreeMap<String, [f64; 2]>,
}

fn reference() -> Reference {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/tiny.json");
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// The numbers of the p-th tensor by name, as the script makes them.
fn made_up(p: usize, name: &str, shape: &[usize]) -> Vec<f32> {
    let gain = shape.len() == 1 && name.ends_with("weight");
    (0..shape.iter().product::<usize>())
        .map(|i| 0.4 * (0.7 * i as f64 + p as f64).sin())
        .map(|x| if gain { (1.0 + 0.2 * x) as f32 } else { x as f32 })
        .collect()
}

/// Name, shape and numbers of a tensor.
type Made<'a> = (&'a str, Vec<usize>, Vec<f32>);

/// Tensors as a file in safetensors' format.
fn file<'a>(tensors: impl IntoIterator<Item = (&'a str, Vec<usize>, Vec<f32>)>) -> Vec<u8> {
    let bytes: Vec<(&str, Vec<usize>, Vec<u8>)> = tensors
        .into_iter()
        .map(|(name, shape, values)| (name, shape, values.iter().flat_map(|x| x.to_le_bytes()).collect()))
        .collect();
    let views = bytes.iter().map(|(name, shape, bytes)| {
        (*name, safetensors::tensor::TensorView::new(safetensors::Dtype::F32, shape.clone(), bytes).unwrap())
    });
    safetensors::serialize(views, None).unwrap()
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), text).unwrap();
}

pub(crate) fn folder(case: &str) -> TempDir {
    let reference = reference();
    let case = &reference.models[case];
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "config.json", case.config.to_string());
    write(folder.path(), "tokenizer.json", reference.tokenizer.to_string());
    let tensors = case.tensors.iter().enumerate();
    let tensors = tensors.map(|(p, (name, shape))| (name.as_str(), shape.clone(), made_up(p, name, shape)));
    write(folder.path(), "model.safetensors", file(tensors));
    folder
}

pub(crate) fn encoder(case: &str) -> Encoder {
    Encoder::load(&Folder::open(folder(case).path()).unwrap()).unwrap()
}

/// The names of all small networks.
pub(crate) fn cases() -> Vec<String> {
    reference().models.into_keys().collect()
}

/// The tokens of the texts, as a network's tokenizer cuts them.
pub(crate) fn tokens(case: &str) -> Vec<Vec<u32>> {
    reference().models[case].tokens.clone()
}

pub(crate) fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * b.abs().max(1.0)
}

#[test]
fn every_architecture_agrees_with_transformers() {
    let reference = reference();
    for (name, case) in &reference.models {
        let encoder = encoder(name);
        for ((text, tokens), hidden) in reference.texts.iter().zip(&case.tokens).zip(&case.hidden) {
            let own = encoder.hidden_states(text).unwrap();
            assert_eq!(&own.tokens, tokens, "{name}: {text}");
            assert_eq!(own.values.len(), hidden.len());
            for (own, expected) in own.values.iter().zip(hidden) {
                assert!(close(f64::from(*own), f64::from(*expected), 2e-5), "{name}: {own} {expected}");
            }
        }
    }
}

/// The gradient of each tensor of the file, from those of the parameters that are made of them.
pub(crate) fn by_tensor(network: &Network, found: &Gradients, prefix: &str) -> BTreeMap<String, Vec<f32>> {
    let mut all = BTreeMap::new();
    for parameter in network.shape.parameters() {
        let gradient = match parameter.slot {
            // That of a training that counts the head's, too, is there as a whole.
            Slot::Tokens if !found.of.contains_key(&Slot::Tokens) => {
                let mut dense = vec![0.0; parameter.rows * parameter.columns];
                for (id, row) in &found.tokens {
                    dense[*id as usize * parameter.columns..][..parameter.columns].copy_from_slice(row);
                }
                dense
            }
            slot => found.of.get(&slot).cloned().unwrap_or_default(),
        };
        let mut from = 0;
        for source in network.shape.sources(&parameter, prefix) {
            let count: usize = source.shape.iter().product();
            if !gradient.is_empty() {
                all.insert(source.name, gradient[from..from + count].to_vec());
            }
            from += count;
        }
    }
    all
}

#[test]
fn gradients_of_every_architecture_agree_with_transformers() {
    for (name, case) in &reference().models {
        let encoder = encoder(name);
        let network = &encoder.network;
        let batch = Batch::new(case.tokens.iter().map(Vec::as_slice));
        let (hidden, tape) = network.forward_kept(&batch, None, None).unwrap();
        let gradient = (0..hidden.values.len()).map(|j| (0.5 * j as f64).sin() as f32).collect();
        let found = network.backward(&batch, None, tape, gradient, Wanted::All).unwrap();
        let prefix = if encoder.architecture().is_decoder() { "model." } else { "" };
        let own = by_tensor(network, &found, prefix);
        for (tensor, [length, along]) in &case.gradients {
            let own = own.get(tensor).unwrap_or_else(|| panic!("{name}: no gradient of {tensor}"));
            let size = own.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
            let product: f64 = own.iter().enumerate().map(|(i, g)| f64::from(*g) * (0.3 * i as f64).cos()).sum();
            // Of a sum of terms as large as the gradient: 1e-4 of its length.
            assert!(close(size, *length, 1e-4), "{name} {tensor}: length {size}, expected {length}");
            assert!((product - along).abs() < 1e-4 * length.max(1.0), "{name} {tensor}: {product}, expected {along}");
        }
    }
}

/// Loss and gradients of the next token, of a case of `tests/reference/language.py`.
#[derive(serde::Deserialize)]
struct NextTokenCase {
    loss: f64,
    gradients: BTreeMap<String, [f64; 2]>,
}

#[test]
fn the_loss_of_the_next_token_and_its_gradients_agree_with_transformers() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/language.json");
    let expected: BTreeMap<String, NextTokenCase> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(expected.len(), 4);
    for (name, expected) in &expected {
        let encoder = encoder(name);
        let (network, tokens) = (&encoder.network, &reference().models[name].tokens);
        // The last token of a text is predicted and not read.
        let batch = Batch::new(tokens.iter().map(|ids| &ids[..ids.len() - 1]));
        let next: Vec<u32> = tokens.iter().flat_map(|ids| &ids[1..]).copied().collect();
        let (hidden, tape) = network.forward_kept(&batch, None, None).unwrap();
        let found = next_tokens(network, &hidden, &next, true).unwrap();
        let loss = found.nats / next.len() as f64;
        assert!(close(loss, expected.loss, 1e-5), "{name}: {loss}, expected {}", expected.loss);
        let mut gradients = network.backward(&batch, None, tape, found.hidden, Wanted::All).unwrap();
        if network.shape.tied {
            for (id, row) in found.head.chunks_exact(network.shape.width).enumerate() {
                let sum = gradients.tokens.entry(id as u32).or_insert_with(|| vec![0.0; row.len()]);
                sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            }
        } else {
            gradients.of.insert(Slot::Output, found.head);
        }
        let own = by_tensor(network, &gradients, "model.");
        for (tensor, [length, along]) in &expected.gradients {
            let own = own.get(tensor).unwrap_or_else(|| panic!("{name}: no gradient of {tensor}"));
            let size = own.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
            let product: f64 = own.iter().enumerate().map(|(i, g)| f64::from(*g) * (0.3 * i as f64).cos()).sum();
            assert!(close(size, *length, 1e-4), "{name} {tensor}: length {size}, expected {length}");
            assert!((product - along).abs() < 1e-4 * length.max(1.0), "{name} {tensor}: {product}, expected {along}");
        }
    }
}

#[test]
fn likelihoods_agree_with_transformers() {
    let reference = reference();
    for (name, case) in &reference.models {
        if case.likelihoods.is_empty() {
            continue;
        }
        let folder = folder(name);
        let decoder = Decoder::load(&Folder::open(folder.path()).unwrap()).unwrap();
        for (text, expected) in reference.texts.iter().zip(&case.likelihoods) {
            let one = Continuation { prompt: "", text };
            let own = decoder.likelihoods(&[one, one], 2).unwrap();
            assert_eq!(own[0], own[1]);
            // `[CLS] [SEP]` of the empty prompt are two tokens, so what counts begins at the third.
            let sum: f64 = expected[1..].iter().sum();
            assert_eq!(own[0].tokens, expected.len() - 1);
            assert!(close(own[0].log, sum, 1e-5), "{name}: {} {sum}", own[0].log);
        }
    }
}

#[test]
fn embeddings_do_not_hang_on_the_batch() {
    let reference = reference();
    let texts: Vec<&str> = reference.texts.iter().map(String::as_str).collect();
    for case in ["bert", "mpnet", "llama"] {
        let encoder = encoder(case);
        let alone = encoder.embed(&texts, 1).unwrap();
        for batch in [2, 5, 100] {
            let together = encoder.embed(&texts, batch).unwrap();
            for (a, b) in alone.vectors.iter().zip(&together.vectors) {
                assert!((a - b).abs() < 1e-5, "{case}: {a} {b}");
            }
        }
        let again = encoder.embed(&texts, 2).unwrap();
        assert_eq!(again.vectors, encoder.embed(&texts, 2).unwrap().vectors);
    }
}

#[test]
fn pooling_is_what_the_folder_says() {
    let folder = folder("bert");
    let hidden = &reference().models["bert"].hidden[0];
    write(
        folder.path(),
        "modules.json",
        r#"[{"type": "sentence_transformers.models.Pooling", "path": "pool"}, {"type": "x.Normalize"}]"#,
    );
    std::fs::create_dir(folder.path().join("pool")).unwrap();
    for (mode, row) in [("cls_token", 0), ("lasttoken", hidden.len() / 16 - 1)] {
        write(
            &folder.path().join("pool"),
            "config.json",
            format!(r#"{{"pooling_mode_{mode}": true, "pooling_mode_mean_tokens": false}}"#),
        );
        let read = Folder::open(folder.path()).unwrap();
        assert!(read.states_pooling() && read.normalises());
        let own = Encoder::load(&read).unwrap().embed(&["Where is my card?"], 1).unwrap().vectors;
        let expected = &hidden[row * 16..][..16];
        let length = expected.iter().map(|x| x * x).sum::<f32>().sqrt();
        assert!(own.iter().zip(expected).all(|(own, x)| (own - x / length).abs() < 1e-5), "{mode}");
    }
    write(&folder.path().join("pool"), "config.json", r#"{"pooling_mode_max_tokens": true}"#);
    let fault = Folder::open(folder.path()).unwrap_err().to_string();
    assert!(fault.contains("max_tokens") && fault.contains("mean_tokens"), "{fault}");
}

#[test]
fn texts_longer_than_the_context_are_cut_and_counted() {
    // 12 positions: of 30 words ten are read, between [CLS] and [SEP].
    let encoder = encoder("bert");
    let long = "dog ".repeat(30);
    let embedded = encoder.embed(&[&long, "dog"], 8).unwrap();
    assert_eq!((embedded.cut, embedded.tokens), (1, 12 + 3));
    assert_eq!(encoder.tokens_of(&long).unwrap().len(), 12);
}

#[test]
fn the_least_bound_cuts_texts_and_is_named() {
    let folder = folder("bert");
    let own = |name: &str, text: &str| {
        write(folder.path(), name, text);
        let read = Folder::open(folder.path()).unwrap();
        (read.context(), read.context_from().to_owned())
    };
    let positions = (Some(12), "`max_position_embeddings` of config.json".to_owned());
    assert_eq!(own("tokenizer_config.json", r#"{"model_max_length": 1000000000000000019884624838656}"#), positions);
    assert_eq!(own("sentence_bert_config.json", r#"{"max_seq_length": 512}"#), positions);
    let stated = (Some(9), "`max_seq_length` of sentence_bert_config.json".to_owned());
    assert_eq!(own("sentence_bert_config.json", r#"{"max_seq_length": 9}"#), stated);
    let long = "dog ".repeat(8);
    // Eight words and two marks are ten tokens; seven words are nine.
    let texts = [long.as_str(), "dog", &long[4..]];
    let read = Folder::open(folder.path()).unwrap();
    assert_eq!(read.count_cut(&texts, None).unwrap(), 1);
    assert_eq!(read.count_cut(&texts, Some(8)).unwrap(), 2);
    let encoder = Encoder::load(&read).unwrap();
    assert_eq!((encoder.count_cut(&texts).unwrap(), encoder.embed(&texts, 8).unwrap().cut), (1, 1));
    let stated = (Some(8), "`model_max_length` of tokenizer_config.json".to_owned());
    own("sentence_bert_config.json", r#"{"max_seq_length": null}"#);
    assert_eq!(own("tokenizer_config.json", r#"{"model_max_length": 8}"#), stated);
}

#[test]
fn a_tokenizer_of_fewer_than_half_the_rows_is_doubted() {
    let folder = folder("bert");
    assert!(Folder::open(folder.path()).unwrap().doubts().is_empty());
    let mut small = reference().tokenizer;
    let tokens = small["model"]["vocab"].as_object_mut().unwrap();
    tokens.retain(|_, id| id.as_u64().unwrap() < 14);
    write(folder.path(), "tokenizer.json", small.to_string());
    let read = Folder::open(folder.path()).unwrap();
    assert!(
        read.doubts().len() == 1 && read.doubts()[0].contains("14 tokens and the embedding 30 rows"),
        "{:?}",
        read.doubts()
    );
}

#[test]
fn an_encoder_comes_back_from_its_bytes() {
    for case in ["mpnet", "qwen3"] {
        let encoder = encoder(case);
        let bytes = encoder.to_bytes().unwrap();
        let back = Encoder::from_bytes(&bytes).unwrap();
        assert_eq!(encoder.embed(&["a dog"], 1).unwrap(), back.embed(&["a dog"], 1).unwrap());
        assert_eq!(encoder.content_hash(), back.content_hash());
        assert_eq!(bytes, back.to_bytes().unwrap());
        for cut in [0, 7, bytes.len() / 2, bytes.len() - 1] {
            assert!(matches!(Encoder::from_bytes(&bytes[..cut]), Err(StateError::Malformed { .. })));
        }
    }
}

#[test]
fn a_folder_says_what_it_is_before_it_is_loaded() {
    let folder = folder("bert");
    let read = Folder::open(folder.path()).unwrap();
    let case = &reference().models["bert"];
    // All tensors but those of the pooler, which is not used.
    let used = case.tensors.iter().filter(|(name, _)| !name.starts_with("pooler"));
    let parameters: usize = used.map(|(_, shape)| shape.iter().product::<usize>()).sum();
    assert_eq!(read.parameters(), parameters as u64);
    assert_eq!(
        (read.architecture(), read.width(), read.layers(), read.context()),
        (Architecture::Bert, 16, 2, Some(12))
    );
    assert_eq!((read.pooling(), read.states_pooling(), read.normalises()), (Pooling::Mean, false, false));
    assert_eq!(Encoder::load(&read).unwrap().parameters(), parameters as u64);
    let hash = read.content_hash().unwrap();
    assert_eq!(hash, Folder::open(folder.path()).unwrap().content_hash().unwrap());
    assert_ne!(hash, read.with_pooling(Pooling::Cls).content_hash().unwrap());
}

/// What is done to a good folder, and what the message must name.
fn faulty(case: &str, change: impl FnOnce(&Path), named: &[&str]) {
    let folder = folder(case);
    change(folder.path());
    let fault = Folder::open(folder.path()).and_then(|folder| Encoder::load(&folder)).unwrap_err().to_string();
    for name in named {
        assert!(fault.contains(name), "{fault}\nlacks `{name}`");
    }
}

fn without(key: &str) -> String {
    let mut config = reference().models["bert"].config.clone();
    config.as_object_mut().unwrap().remove(key);
    config.to_string()
}

#[test]
fn faults_name_file_and_key() {
    let remove = |name: &'static str| move |folder: &Path| std::fs::remove_file(folder.join(name)).unwrap();
    faulty("bert", remove("config.json"), &["config.json"]);
    faulty("bert", remove("tokenizer.json"), &["tokenizer.json"]);
    faulty("bert", remove("model.safetensors"), &["model.safetensors", "model.safetensors.index.json"]);
    faulty("bert", |f| write(f, "config.json", without("hidden_size")), &["config.json", "`hidden_size`", "missing"]);
    faulty(
        "bert",
        |f| write(f, "config.json", r#"{"model_type": "gpt_neox"}"#),
        &["gpt_neox", "bert, mpnet, distilbert, llama"],
    );
    faulty("bert", |f| write(f, "config.json", "{"), &["config.json", "JSON"]);
    faulty("bert", |f| write(f, "config.json", without("model_type")), &["`model_type` is missing", "bert, mpnet"]);
    for number in ["0", "-5", "7", "8.5", "\"all\""] {
        let stated = format!(r#"{{"max_seq_length": {number}}}"#);
        let named = ["sentence_bert_config.json", "`max_seq_length`", number, "a whole number of tokens from 8"];
        faulty("bert", |f| write(f, "sentence_bert_config.json", stated), &named);
    }
    faulty("bert", |f| write(f, "tokenizer.json", "{}"), &["tokenizer.json"]);
    for cut in [4, 100, 5000] {
        let shorten = |f: &Path| {
            let bytes = std::fs::read(f.join("model.safetensors")).unwrap();
            write(f, "model.safetensors", &bytes[..cut]);
        };
        faulty("bert", shorten, &["model.safetensors"]);
    }
    let reference = reference();
    let case = &reference.models["bert"];
    let tensors = |f: &dyn Fn(&str) -> Option<Vec<usize>>| {
        let kept: Vec<_> = case.tensors.keys().filter_map(|name| Some((name.as_str(), f(name)?))).collect();
        file(kept.into_iter().map(|(name, shape)| (name, shape.clone(), vec![0.5; shape.iter().product()])))
    };
    let lost = "encoder.layer.1.output.dense.weight";
    let missing = tensors(&|name| (name != lost).then(|| case.tensors[name].clone()));
    faulty("bert", |f| write(f, "model.safetensors", missing), &[lost, "missing"]);
    let turned = tensors(&|name| {
        let mut shape = case.tensors[name].clone();
        if name == lost {
            shape.reverse();
        }
        Some(shape)
    });
    faulty("bert", |f| write(f, "model.safetensors", turned), &[lost, "[36, 16]", "[16, 36]"]);
    let mut small = reference.tokenizer.clone();
    for at in 30..40 {
        small["model"]["vocab"][format!("word{at}")] = at.into();
    }
    faulty("bert", |f| write(f, "tokenizer.json", small.to_string()), &["tokenizer.json", "40 tokens", "30 rows"]);
}

#[test]
fn a_wrong_type_is_named() {
    let reference = reference();
    let case = &reference.models["bert"];
    let lost = "encoder.layer.0.output.dense.bias";
    let bytes: BTreeMap<&str, Vec<u8>> = case
        .tensors
        .iter()
        .map(|(name, shape)| (name.as_str(), vec![0; 4 * shape.iter().product::<usize>()]))
        .collect();
    let views = bytes.iter().map(|(name, bytes)| {
        let dtype = if *name == lost { safetensors::Dtype::I32 } else { safetensors::Dtype::F32 };
        (*name, safetensors::tensor::TensorView::new(dtype, case.tensors[*name].clone(), bytes).unwrap())
    });
    let file = safetensors::serialize(views, None).unwrap();
    faulty("bert", |f| write(f, "model.safetensors", file), &[lost, "I32", "F32, F16 or BF16"]);
}

#[test]
fn shards_are_read_and_missed() {
    let whole = encoder("bert").embed(&["my dog"], 1).unwrap();
    let reference = reference();
    let case = &reference.models["bert"];
    let all: Vec<_> = case
        .tensors
        .iter()
        .enumerate()
        .map(|(p, (name, shape))| (name.as_str(), shape.clone(), made_up(p, name, shape)))
        .collect();
    let (first, second) = all.split_at(all.len() / 2);
    let folder = folder("bert");
    let path = folder.path();
    std::fs::remove_file(path.join("model.safetensors")).unwrap();
    write(path, "model-00001-of-00002.safetensors", file(first.to_vec()));
    write(path, "model-00002-of-00002.safetensors", file(second.to_vec()));
    let shard = |(names, shard): (&[Made<'_>], &str)| {
        names.iter().map(|(name, ..)| ((*name).to_owned(), shard.to_owned())).collect::<Vec<_>>()
    };
    let map: BTreeMap<String, String> =
        [(first, "model-00001-of-00002.safetensors"), (second, "model-00002-of-00002.safetensors")]
            .into_iter()
            .flat_map(shard)
            .collect();
    write(path, "model.safetensors.index.json", serde_json::json!({ "weight_map": map }).to_string());
    let read = Folder::open(path).unwrap();
    assert_eq!(Encoder::load(&read).unwrap().embed(&["my dog"], 1).unwrap(), whole);
    std::fs::remove_file(path.join("model-00002-of-00002.safetensors")).unwrap();
    let fault = Folder::open(path).unwrap_err();
    assert!(
        matches!(&fault, WeightsError::Missing { file, .. } if file == "model-00002-of-00002.safetensors"),
        "{fault}"
    );
}

#[test]
fn half_precision_is_read() {
    let reference = reference();
    let case = &reference.models["bert"];
    let halves: BTreeMap<&str, Vec<u8>> = case
        .tensors
        .iter()
        .enumerate()
        .map(|(p, (name, shape))| {
            let bytes = made_up(p, name, shape).iter().flat_map(|x| half::bf16::from_f32(*x).to_le_bytes()).collect();
            (name.as_str(), bytes)
        })
        .collect();
    let views = halves.iter().map(|(name, bytes)| {
        (
            *name,
            safetensors::tensor::TensorView::new(safetensors::Dtype::BF16, case.tensors[*name].clone(), bytes).unwrap(),
        )
    });
    let folder = folder("bert");
    write(folder.path(), "model.safetensors", safetensors::serialize(views, None).unwrap());
    let own = Encoder::load(&Folder::open(folder.path()).unwrap()).unwrap().embed(&["my dog"], 1).unwrap().vectors;
    let whole = encoder("bert").embed(&["my dog"], 1).unwrap().vectors;
    // Numbers of 8 bits: 2⁻⁹ of each weight, some dozens of which add up.
    assert!(own.iter().zip(&whole).all(|(a, b)| (a - b).abs() < 0.1) && own != whole);
}

// Fine-tuning.

const RUN: [&str; 6] = ["the dog runs fast", "a dog runs", "run fast", "my dog runs fast", "a fast dog", "the dog"];
const PAY: [&str; 6] = [
    "payment failed",
    "my card payment failed",
    "pay my card",
    "the card failed",
    "where is my payment",
    "my money is lost",
];

pub(crate) fn examples() -> (Vec<&'static str>, Vec<u32>) {
    let texts = RUN.into_iter().zip(PAY).flat_map(|(a, b)| [a, b]).collect();
    (texts, [0, 1].repeat(6))
}

fn recipe(adaptation: Adaptation, steps: u64) -> Recipe {
    Recipe { rate: 0.01, head_rate: 1.0, batch: 4, ..Recipe::usual(adaptation, steps) }
}

fn lora(targets: &[Target]) -> Adaptation {
    Adaptation::Lora(Lora { rank: 2, alpha: 4.0, targets: targets.to_vec() })
}

/// Keeps the last checkpoint and what the looks saw.
#[derive(Default)]
struct Notes {
    states: Vec<Vec<u8>>,
    looks: Vec<Progress>,
    best_at: Option<u64>,
    stop_at: Option<u64>,
    end_at: Option<u64>,
}

impl Watch for Notes {
    fn look(&mut self, progress: &Progress, _: &TunedModel) -> Look {
        self.looks.push(*progress);
        if self.best_at == Some(progress.step) {
            Look::Best
        } else if self.stop_at == Some(progress.step) {
            Look::Stop
        } else {
            Look::GoOn
        }
    }

    fn checkpoint(&mut self, progress: &Progress, state: &[u8]) -> std::ops::ControlFlow<()> {
        self.states.push(state.to_vec());
        if self.end_at == Some(progress.step) {
            std::ops::ControlFlow::Break(())
        } else {
            std::ops::ControlFlow::Continue(())
        }
    }
}

#[test]
fn every_adaptation_learns_what_is_there() {
    let (texts, classes) = examples();
    let all = [Target::Query, Target::Key, Target::Value, Target::Output, Target::Up, Target::Down];
    for case in ["bert", "mpnet", "distilbert", "llama", "qwen3"] {
        for adaptation in [Adaptation::Full, Adaptation::Scratch, lora(&all)] {
            let recipe = recipe(adaptation.clone(), 60);
            let targets = Targets::Classes { of: &classes, count: 2 };
            let tuning =
                FineTuning { encoder: Arc::new(encoder(case)), texts: &texts, targets, recipe: &recipe, seed: 1 };
            let tuned = tuning.run(None, &mut Notes::default()).unwrap();
            let logits = tuned.model.predict(&texts, 5).unwrap();
            let right =
                logits.chunks_exact(2).zip(&classes).filter(|(l, class)| u32::from(l[1] > l[0]) == **class).count();
            assert!(right >= 11, "{case} {adaptation:?}: {right} of 12 right");
        }
    }
}

#[test]
fn numbers_are_learned() {
    let (texts, classes) = examples();
    let numbers: Vec<f32> = classes.iter().map(|class| 2.0 * *class as f32 - 1.0).collect();
    let recipe = recipe(Adaptation::Full, 200);
    let tuning = FineTuning {
        encoder: Arc::new(encoder("bert")),
        texts: &texts,
        targets: Targets::Numbers(&numbers),
        recipe: &recipe,
        seed: 1,
    };
    let found = tuning.run(None, &mut Notes::default()).unwrap().model.predict(&texts, 3).unwrap();
    let error: f32 = found.iter().zip(&numbers).map(|(a, b)| (a - b).powi(2)).sum::<f32>() / 12.0;
    // Always the mean 0 would be off by 1.
    assert!(error < 0.2, "{error}");
}

#[test]
fn a_training_that_was_ended_goes_on_to_the_same_bits() {
    let (texts, classes) = examples();
    let targets = Targets::Classes { of: &classes, count: 2 };
    for adaptation in [Adaptation::Full, Adaptation::Scratch, lora(&[Target::Query, Target::Value])] {
        let recipe = Recipe { watch_every: 5, checkpoint_every: 3, layer_decay: 0.9, ..recipe(adaptation, 20) };
        let tuning =
            FineTuning { encoder: Arc::new(encoder("bert")), texts: &texts, targets, recipe: &recipe, seed: 7 };
        let mut whole = Notes { best_at: Some(10), ..Notes::default() };
        let expected = tuning.run(None, &mut whole).unwrap();
        assert_eq!(expected.best_step, 10);
        for end_at in [6, 12, 18] {
            let mut first = Notes { best_at: Some(10), end_at: Some(end_at), ..Notes::default() };
            assert!(matches!(tuning.run(None, &mut first), Err(TuneError::Ended { step }) if step == end_at));
            let mut second = Notes { best_at: Some(10), ..Notes::default() };
            let state = first.states.last().unwrap();
            let found = tuning.run(Some(state), &mut second).unwrap();
            assert_eq!(found.model.to_bytes().unwrap(), expected.model.to_bytes().unwrap());
            assert_eq!((found.best_step, found.progress), (expected.best_step, expected.progress));
            let looks: Vec<Progress> = first.looks.iter().chain(&second.looks).copied().collect();
            assert_eq!(looks, whole.looks);
        }
        let state = whole.states.last().unwrap();
        let other = FineTuning { seed: 8, encoder: tuning.encoder.clone(), ..tuning };
        assert!(matches!(other.run(Some(state), &mut Notes::default()), Err(TuneError::State(_))));
        for cut in [0, 9, state.len() / 2] {
            assert!(matches!(tuning.run(Some(&state[..cut]), &mut Notes::default()), Err(TuneError::State(_))));
        }
    }
}

#[test]
fn same_seed_same_bits_other_seed_others() {
    let (texts, classes) = examples();
    let targets = Targets::Classes { of: &classes, count: 2 };
    let recipe = recipe(Adaptation::Scratch, 5);
    let encoder = Arc::new(encoder("mpnet"));
    let bytes = |seed| {
        let tuning = FineTuning { encoder: encoder.clone(), texts: &texts, targets, recipe: &recipe, seed };
        tuning.run(None, &mut Notes::default()).unwrap().model.to_bytes().unwrap()
    };
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
}

#[test]
fn the_base_is_not_changed_by_a_training() {
    let (texts, classes) = examples();
    let encoder = Arc::new(encoder("bert"));
    let before = encoder.embed(&texts, 4).unwrap();
    let recipe = recipe(Adaptation::Full, 3);
    let tuning = FineTuning {
        encoder: encoder.clone(),
        texts: &texts,
        targets: Targets::Classes { of: &classes, count: 2 },
        recipe: &recipe,
        seed: 1,
    };
    tuning.run(None, &mut Notes::default()).unwrap();
    assert_eq!(encoder.embed(&texts, 4).unwrap(), before);
}

#[test]
fn merged_additions_give_the_same_logits() {
    let (texts, classes) = examples();
    for case in ["bert", "llama", "qwen2"] {
        let mut targets = vec![Target::Query, Target::Key, Target::Value, Target::Output, Target::Up, Target::Down];
        if case != "bert" {
            targets.push(Target::Gate);
        }
        let recipe = recipe(lora(&targets), 30);
        let tuning = FineTuning {
            encoder: Arc::new(encoder(case)),
            texts: &texts,
            targets: Targets::Classes { of: &classes, count: 2 },
            recipe: &recipe,
            seed: 1,
        };
        let model = tuning.run(None, &mut Notes::default()).unwrap().model;
        let merged = model.merged().unwrap();
        assert!(model.base().is_some() && merged.base().is_none());
        let (own, other) = (model.predict(&texts, 4).unwrap(), merged.predict(&texts, 4).unwrap());
        assert!(
            own.iter().zip(&other).all(|(a, b)| (a - b).abs() <= 1e-5 * a.abs().max(1.0)),
            "{case}: {own:?} {other:?}"
        );
        // The additions do something.
        let plain =
            FineTuning { encoder: tuning.encoder.clone(), recipe: &Recipe { steps: 1, ..recipe.clone() }, ..tuning };
        assert_ne!(plain.run(None, &mut Notes::default()).unwrap().model.predict(&texts, 4).unwrap(), own);
    }
}

#[test]
fn additions_are_kept_without_their_base() {
    let (texts, classes) = examples();
    let encoder = Arc::new(encoder("bert"));
    let recipe = recipe(lora(&[Target::Query, Target::Value]), 10);
    let tuning = FineTuning {
        encoder: encoder.clone(),
        texts: &texts,
        targets: Targets::Classes { of: &classes, count: 2 },
        recipe: &recipe,
        seed: 1,
    };
    // 2 blocks, 2 targets, rank 2, 16 inputs and outputs: 2 · 2 · 2 · 32; the head 2 · 17.
    assert_eq!(tuning.trainable(), 256 + 34);
    let model = tuning.run(None, &mut Notes::default()).unwrap().model;
    let bytes = model.to_bytes().unwrap();
    assert!(bytes.len() < encoder.to_bytes().unwrap().len() / 4);
    assert_eq!(TunedModel::base_of(&bytes).unwrap(), Some(encoder.content_hash()));
    let back = TunedModel::from_bytes(&bytes, Some(encoder.clone())).unwrap();
    assert_eq!(back.predict(&texts, 4).unwrap(), model.predict(&texts, 4).unwrap());
    assert!(matches!(TunedModel::from_bytes(&bytes, None), Err(StateError::Base { .. })));
    let other = Arc::new(self::encoder("mpnet"));
    assert!(matches!(TunedModel::from_bytes(&bytes, Some(other)), Err(StateError::Base { .. })));
}

#[test]
fn a_tuned_network_stands_alone() {
    let (texts, classes) = examples();
    let recipe = Recipe { tokens: 5, ..recipe(Adaptation::Full, 4) };
    let tuning = FineTuning {
        encoder: Arc::new(encoder("qwen2")),
        texts: &texts,
        targets: Targets::Classes { of: &classes, count: 2 },
        recipe: &recipe,
        seed: 1,
    };
    let tuned = tuning.run(None, &mut Notes::default()).unwrap();
    assert!(tuned.cut > 0);
    let bytes = tuned.model.to_bytes().unwrap();
    assert_eq!(TunedModel::base_of(&bytes).unwrap(), None);
    let back = TunedModel::from_bytes(&bytes, None).unwrap();
    assert_eq!(back.predict(&texts, 4).unwrap(), tuned.model.predict(&texts, 4).unwrap());
    assert_eq!(back.to_bytes().unwrap(), bytes);
}

#[test]
fn a_watch_stops_early_and_keeps_the_best() {
    let (texts, classes) = examples();
    let recipe = Recipe { watch_every: 2, ..recipe(Adaptation::Full, 20) };
    let tuning = FineTuning {
        encoder: Arc::new(encoder("bert")),
        texts: &texts,
        targets: Targets::Classes { of: &classes, count: 2 },
        recipe: &recipe,
        seed: 1,
    };
    let mut notes = Notes { best_at: Some(4), stop_at: Some(8), ..Notes::default() };
    let tuned = tuning.run(None, &mut notes).unwrap();
    assert_eq!((tuned.best_step, tuned.progress.step), (4, 8));
    let mut short = Notes { best_at: Some(4), stop_at: Some(6), ..Notes::default() };
    assert_eq!(tuned.model.to_bytes().unwrap(), tuning.run(None, &mut short).unwrap().model.to_bytes().unwrap());
}

#[test]
fn recipes_that_cannot_be_are_refused() {
    let (texts, classes) = examples();
    let encoder = Arc::new(encoder("bert"));
    let good = recipe(Adaptation::Full, 2);
    let refused = |recipe: &Recipe, classes: &[u32], count: usize| {
        let tuning = FineTuning {
            encoder: encoder.clone(),
            texts: &texts,
            targets: Targets::Classes { of: classes, count },
            recipe,
            seed: 1,
        };
        matches!(tuning.run(None, &mut Notes::default()), Err(TuneError::Recipe(_)))
    };
    assert!(!refused(&good, &classes, 2));
    assert!(refused(&good, &classes, 1));
    assert!(refused(&good, &classes[1..], 2));
    assert!(refused(&Recipe { adaptation: lora(&[Target::Gate]), ..good.clone() }, &classes, 2));
    assert!(refused(&Recipe { adaptation: lora(&[]), ..good.clone() }, &classes, 2));
    assert!(refused(&Recipe { rate: f32::NAN, ..good.clone() }, &classes, 2));
    assert!(refused(&Recipe { dropout: 1.0, ..good.clone() }, &classes, 2));
    assert!(refused(&Recipe { steps: 0, ..good.clone() }, &classes, 2));
    let wild = Recipe { rate: 1e30, clip: None, ..good };
    let tuning = FineTuning {
        encoder: encoder.clone(),
        texts: &texts,
        targets: Targets::Classes { of: &classes, count: 2 },
        recipe: &Recipe { steps: 20, ..wild },
        seed: 1,
    };
    assert!(matches!(tuning.run(None, &mut Notes::default()), Err(TuneError::Diverged { .. })));
}
