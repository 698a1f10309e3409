//! Small decoders that go on with texts, and that are trained to: against transformers (`tests/reference/writing.py`), and by what must hold.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use crate::fine_tune::{
    Adaptation, FineTuning, Look, Lora, Progress, Recipe, Target, Targets, TuneError, TunedModel, Unwatched, Watch,
};
use crate::network::{Adapters, Batch, Pair, Past, Wanted};
use crate::next_token::next_tokens;
use crate::product::{Rows, matrix};
use crate::tiny_tests::{by_tensor, close, encoder, folder};
use crate::{Beginning, Continuation, Decoder, Ended, Folder, WeightsError, Written};

const DECODERS: [&str; 4] = ["llama", "llama-long", "qwen2", "qwen3"];

#[derive(serde::Deserialize)]
struct Reference {
    pairs: Vec<(String, String)>,
    models: BTreeMap<String, Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    greedy: Vec<Vec<u32>>,
    choices: Vec<Vec<f64>>,
    loss: f64,
    gradients: BTreeMap<String, [f64; 2]>,
    additions_loss: f64,
    additions: BTreeMap<String, [f64; 2]>,
}

fn reference() -> Reference {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/writing.json");
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

const TEXTS: [&str; 5] = [
    "Where is my card?",
    "the dog runs fast.",
    "payment failed",
    "how do I top up my card? the money is lost. how do i do",
    "zebra",
];

fn decoder(case: &str) -> Decoder {
    // Not every configuration that transformers writes names a token that ends a text.
    Decoder::load(&Folder::open(folder(case).path()).unwrap()).unwrap().with_ends(vec![2])
}

fn beginning(prompt: &str, most_tokens: usize) -> Beginning<'_> {
    Beginning { prompt, most_tokens, stops: &[] }
}

fn write(decoder: &Decoder, of: &Beginning<'_>) -> Written {
    decoder.write(of, &mut || ControlFlow::Continue(())).unwrap()
}

#[test]
fn a_text_read_in_parts_comes_to_what_it_comes_to_as_a_whole() {
    let ids: Vec<u32> = (0..20).map(|at| (at * 7 + 3) % 30).collect();
    for case in DECODERS {
        let network = encoder(case).network;
        let whole = network.forward(&Batch::new([ids.as_slice()]), None).unwrap();
        for parts in [vec![20], vec![1; 20], vec![7, 1, 1, 11], vec![12, 8]] {
            let (mut past, mut found, mut from) = (Past::default(), Vec::new(), 0);
            for part in parts {
                found.extend(network.onward(&ids[from..from + part], &mut past).unwrap().values);
                from += part;
            }
            assert_eq!((past.tokens(), found.len()), (20, whole.values.len()));
            let worst = found.iter().zip(&whole.values).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 1e-5, "{case}: {worst}");
        }
        // Several that go on from the same tokens see nothing of one another.
        let mut past = Past::default();
        network.onward(&ids[..9], &mut past).unwrap();
        let (one, other) = ([1, 2, 3, 4], [5, 6]);
        let both = network.branches(&Batch::new([&one[..], &other]), &past).unwrap();
        assert_eq!(past.tokens(), 9);
        for (rest, found) in [(&one[..], &both.values[..4 * both.columns]), (&other, &both.values[4 * both.columns..])]
        {
            let alone = network.forward(&Batch::new([[&ids[..9], rest].concat().as_slice()]), None).unwrap();
            let worst = found.iter().zip(&alone.values[9 * alone.columns..]).map(|(a, b)| (a - b).abs());
            assert!(worst.fold(0.0, f32::max) < 1e-5, "{case}");
        }
    }
}

#[test]
fn what_is_written_is_what_transformers_writes() {
    for (name, case) in &reference().models {
        let decoder = decoder(name);
        for (text, expected) in TEXTS.iter().zip(&case.greedy) {
            let found = write(&decoder, &beginning(text, 8));
            let ended = expected.last() == Some(&2);
            let expected = &expected[..expected.len() - usize::from(ended)];
            assert_eq!((found.tokens.as_slice(), found.ended == Ended::Itself), (expected, ended), "{name}: {text}");
        }
    }
}

#[test]
fn choices_are_as_likely_as_under_transformers() {
    let Reference { pairs, models } = reference();
    for (name, case) in &models {
        let decoder = decoder(name);
        for ((prompt, _), row) in pairs.iter().zip(&case.choices) {
            let of: Vec<Continuation<'_>> = pairs.iter().map(|(_, text)| Continuation { prompt, text }).collect();
            for (found, expected) in decoder.likelihoods(&of, 2).unwrap().iter().zip(row) {
                assert!(close(found.log, *expected, 1e-5), "{name}: {} {expected}", found.log);
            }
        }
    }
}

#[test]
fn what_questions_begin_with_is_read_once_and_changes_nothing() {
    let decoder = decoder("llama-long");
    let before = "how do i top up my card ? the money is lost . the dog runs fast .";
    let prompts: Vec<String> = TEXTS.iter().map(|text| format!("{before} {text}")).collect();
    let of: Vec<Continuation<'_>> = prompts
        .iter()
        .flat_map(|prompt| [" the card", " money", " my dog runs"].map(|text| Continuation { prompt, text }))
        .collect();
    let together = decoder.likelihoods(&of, 4).unwrap();
    for (one, found) in of.iter().zip(&together) {
        let alone = decoder.likelihoods(&[*one], 1).unwrap()[0];
        assert!(close(found.log, alone.log, 1e-5), "{} {}", found.log, alone.log);
        assert_eq!((found.tokens, found.greedy, found.cut), (alone.tokens, alone.greedy, alone.cut));
    }
}

#[test]
fn a_long_prompt_is_cut_at_its_front_and_counted() {
    let decoder = decoder("llama");
    assert_eq!(decoder.context(), 24);
    let long = format!("{}my card", "the dog ".repeat(20));
    // [CLS], 42 words and [SEP] are 44 tokens; 24 + 1 - 8 are read before eight are written.
    let found = write(&decoder, &beginning(&long, 8));
    assert_eq!((found.read, found.cut, decoder.cut_before(&beginning(&long, 8)).unwrap()), (17, 27, 27));
    let tail: Vec<&str> = long.split(' ').rev().take(16).collect();
    let ids = decoder.encoder().tokens_of(&tail.into_iter().rev().collect::<Vec<_>>().join(" ")).unwrap();
    let mut past = Past::default();
    let hidden = decoder.encoder.network.onward(&ids[1..], &mut past).unwrap();
    assert_eq!(hidden.values.len(), 17 * hidden.columns);
    let fault = decoder.write(&beginning("my card", 25), &mut || ControlFlow::Continue(())).unwrap_err();
    assert!(matches!(&fault, WeightsError::TooLong { error, .. } if error.contains("25 tokens")), "{fault}");
    assert_eq!(write(&decoder, &beginning("", 3)).read, 2);
}

#[test]
fn writing_ends_at_stop_texts_ends_and_when_told() {
    let decoder = decoder("llama");
    let plain = write(&decoder.clone().with_ends(Vec::new()), &beginning("the dog", 8));
    assert_eq!((plain.tokens.len(), plain.ended), (8, Ended::Length));
    // Words are joined by spaces, since the tokenizer says no more of how: the third one ends it.
    let words: Vec<&str> = plain.text.split(' ').collect();
    let third = words[2].to_owned();
    let first = words.iter().position(|word| *word == third).unwrap();
    let stops = [String::new(), third.clone(), "no such".to_owned()];
    let of = Beginning { stops: &stops, ..beginning("the dog", 8) };
    let stopped = write(&decoder.clone().with_ends(Vec::new()), &of);
    assert_eq!((stopped.ended, stopped.tokens.len()), (Ended::Itself, first + 1));
    assert_eq!(stopped.text, plain.text[..plain.text.find(&third).unwrap()]);
    let ends = write(&decoder.clone().with_ends(vec![plain.tokens[0]]), &beginning("the dog", 8));
    assert_eq!((ends.text.as_str(), ends.ended, ends.tokens.len()), ("", Ended::Itself, 0));
    let mut left = 3;
    let mut each = || {
        left -= 1;
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let told = decoder.with_ends(Vec::new()).write(&beginning("the dog", 8), &mut each).unwrap();
    assert_eq!((told.ended, told.tokens.as_slice()), (Ended::Interrupted, &plain.tokens[..3]));
}

#[test]
fn what_ends_a_text_is_read_from_where_it_stands() {
    let folder = folder("llama");
    let ends = || Folder::open(folder.path()).unwrap().ends();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    assert_eq!(ends().unwrap(), [2]);
    put("generation_config.json", r#"{"eos_token_id": [1, 3]}"#);
    assert_eq!(ends().unwrap(), [1, 3]);
    for wrong in [r#"{"eos_token_id": "x"}"#, r#"{"eos_token_id": []}"#, r#"{"eos_token_id": [1, -1]}"#] {
        put("generation_config.json", wrong);
        let fault = ends().unwrap_err().to_string();
        assert!(fault.contains("generation_config.json") && fault.contains("`eos_token_id`"), "{fault}");
    }
    put("generation_config.json", "{}");
    let config = std::fs::read_to_string(folder.path().join("config.json")).unwrap();
    let mut config: serde_json::Value = serde_json::from_str(&config).unwrap();
    config["eos_token_id"] = 2.into();
    put("config.json", &config.to_string());
    assert_eq!(ends().unwrap(), [2]);
    config["eos_token_id"] = serde_json::Value::Null;
    put("config.json", &config.to_string());
    assert!(ends().unwrap().is_empty());
    put("tokenizer_config.json", r#"{"eos_token": {"content": "[SEP]"}}"#);
    assert_eq!(ends().unwrap(), [3]);
}

/// Texts, what follows them, and the first and last place of it.
fn sequences(pairs: &[(String, String)], decoder: &Decoder) -> Vec<(Vec<u32>, Vec<u32>)> {
    let one = |(prompt, following): &(String, String)| {
        let read = decoder.encoder().tokens_of(prompt).unwrap();
        let mut next = decoder.encoder().vocabulary.encode(following, 0, false).unwrap().ids;
        next.push(2);
        (read, next)
    };
    pairs.iter().map(one).collect()
}

/// Loss, hidden states and their gradient, of pairs; as a training has them.
fn agrees(own: &[f32], [length, along]: [f64; 2], what: &str) {
    let size = own.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
    let product: f64 = own.iter().enumerate().map(|(i, g)| f64::from(*g) * (0.3 * i as f64).cos()).sum();
    assert!(close(size, length, 1e-4), "{what}: length {size}, expected {length}");
    assert!((product - along).abs() < 1e-4 * length.max(1.0), "{what}: {product}, expected {along}");
}

/// The additions of `writing.py`.
fn additions(shape: &crate::shape::Shape) -> Adapters {
    let mut pairs = BTreeMap::new();
    for block in 0..shape.layers as u16 {
        for target in Target::ALL {
            let place = target.place(shape).unwrap();
            let of =
                |count: usize, f: &dyn Fn(f64) -> f64| (0..count).map(|i| f(i as f64) as f32).collect::<Vec<f32>>();
            let a = of(2 * place.inputs, &|i| 0.3 * (0.9 * i + f64::from(block)).sin());
            let b = of(place.outputs * 2, &|i| 0.2 * (0.4 * i + f64::from(block)).cos());
            let pair = Pair { a: matrix(a, 2, place.inputs), b: matrix(b, place.outputs, 2) };
            pairs.insert((block, target), pair);
        }
    }
    Adapters { scale: 2.0, pairs }
}

#[test]
fn loss_and_gradients_of_what_follows_agree_with_transformers() {
    let Reference { pairs, models } = reference();
    for (name, case) in &models {
        let decoder = decoder(name);
        let network = &decoder.encoder.network;
        let all = sequences(&pairs, &decoder);
        let read: Vec<Vec<u32>> =
            all.iter().map(|(read, next)| [read.as_slice(), &next[..next.len() - 1]].concat()).collect();
        let batch = Batch::new(read.iter().map(Vec::as_slice));
        let next: Vec<u32> = all.iter().flat_map(|(_, next)| next).copied().collect();
        let width = network.shape.width;
        let adapters = additions(&network.shape);
        for (adapters, expected) in [(None, case.loss), (Some(&adapters), case.additions_loss)] {
            let (hidden, tape) = network.forward_kept(&batch, adapters, None).unwrap();
            let (mut rows, mut places) = (Vec::new(), Vec::new());
            for (text, (_, next)) in batch.starts.windows(2).zip(&all) {
                for row in text[1] - next.len()..text[1] {
                    rows.extend_from_slice(&hidden.values[row * width..][..width]);
                    places.push(row);
                }
            }
            let found = next_tokens(network, &Rows::new(rows, width), &next, adapters.is_none()).unwrap();
            let loss = found.nats / next.len() as f64;
            assert!(close(loss, expected, 1e-5), "{name}: {loss}, expected {expected}");
            let mut back = vec![0.0; hidden.values.len()];
            for (row, gradient) in places.iter().zip(found.hidden.chunks_exact(width)) {
                back[row * width..][..width].copy_from_slice(gradient);
            }
            let wanted = if adapters.is_some() { Wanted::Additions } else { Wanted::All };
            let mut gradients = network.backward(&batch, adapters, tape, back, wanted).unwrap();
            if adapters.is_none() {
                gradients.add_head(network, found.head);
                let own = by_tensor(network, &gradients, "model.");
                for (tensor, expected) in &case.gradients {
                    agrees(&own[tensor], *expected, &format!("{name} {tensor}"));
                }
                continue;
            }
            let names = ["q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "gate_proj", "down_proj"];
            assert_eq!(gradients.additions.len(), network.shape.layers * 7);
            for ((block, target), [a, b]) in &gradients.additions {
                let name_of = names[Target::ALL.iter().position(|one| one == target).unwrap()];
                for (which, own) in [("a", a), ("b", b)] {
                    let key = format!("{block}.{name_of}.{which}");
                    agrees(own, case.additions[&key], &format!("{name} {key}"));
                }
            }
        }
    }
}

#[test]
fn what_a_training_sees_is_what_the_reference_sees() {
    let Reference { pairs, models } = reference();
    let texts: Vec<&str> = pairs.iter().map(|(text, _)| text.as_str()).collect();
    let following: Vec<&str> = pairs.iter().map(|(_, text)| text.as_str()).collect();
    for (name, case) in &models {
        // One step at a rate that changes next to nothing: the model is the one that it was.
        let recipe = Recipe { rate: 1e-12, dropout: 0.0, batch: 3, tokens: 64, ..Recipe::usual(Adaptation::Full, 1) };
        let targets = Targets::Continuations { of: &following, end: 2 };
        let tuning = FineTuning { encoder: Arc::new(encoder(name)), texts: &texts, targets, recipe: &recipe, seed: 1 };
        let tuned = tuning.run(None, &mut Unwatched).unwrap();
        assert!(close(tuned.progress.loss, case.loss, 1e-5), "{name}: {} {}", tuned.progress.loss, case.loss);
        for batch in [1, 2, 3] {
            let found = tuned.model.follows(&texts, (&following, 2), batch).unwrap();
            let mean = found.nats / found.tokens as f64;
            assert!(close(mean, case.loss, 1e-5), "{name}: {mean} {}", case.loss);
        }
    }
}

const PAIRS: [(&str, &str); 4] = [
    ("where is my card", " the card is lost"),
    ("how do i pay", " top up my card"),
    ("the dog", " runs fast."),
    ("my payment failed", " the money is lost"),
];

fn pairs() -> (Vec<&'static str>, Vec<&'static str>) {
    PAIRS.into_iter().unzip()
}

fn adaptations() -> [Adaptation; 2] {
    let targets = Target::ALL.to_vec();
    [Adaptation::Full, Adaptation::Lora(Lora { rank: 4, alpha: 8.0, targets })]
}

fn recipe(adaptation: Adaptation, steps: u64) -> Recipe {
    Recipe { rate: 0.02, batch: 4, dropout: 0.0, ..Recipe::usual(adaptation, steps) }
}

#[test]
fn what_follows_is_learned_and_written() {
    let (texts, following) = pairs();
    for case in DECODERS {
        for adaptation in adaptations() {
            let recipe = recipe(adaptation, 200);
            let targets = Targets::Continuations { of: &following, end: 2 };
            let tuning =
                FineTuning { encoder: Arc::new(encoder(case)), texts: &texts, targets, recipe: &recipe, seed: 1 };
            let model = tuning.run(None, &mut Unwatched).unwrap().model;
            assert_eq!(model.outputs(), 0);
            let decoder = model.decoder(&[2]).unwrap();
            let back = TunedModel::from_bytes(&model.to_bytes().unwrap(), Some(tuning.encoder.clone())).unwrap();
            assert_eq!(back.to_bytes().unwrap(), model.to_bytes().unwrap());
            let back = back.decoder(&[2]).unwrap();
            let before = TunedModel::follows(&untrained(&tuning), &texts, (&following, 2), 4).unwrap();
            let after = model.follows(&texts, (&following, 2), 4).unwrap();
            assert!(after.nats < 0.6 * before.nats, "{case} {:?}: {} {}", recipe.adaptation, before.nats, after.nats);
            for (text, expected) in texts.iter().zip(&following) {
                let found = write(&decoder, &beginning(text, 10));
                assert_eq!(write(&back, &beginning(text, 10)), found);
                // Made-up embeddings leave a low-rank change too little room to tell all tokens apart.
                if recipe.adaptation == Adaptation::Full {
                    let ids = decoder.encoder().vocabulary.encode(expected, 0, false).unwrap().ids;
                    assert_eq!((found.ended, &found.tokens), (Ended::Itself, &ids), "{case}: {text}");
                }
            }
        }
    }
}

/// The model of a training that has changed next to nothing.
fn untrained(of: &FineTuning<'_>) -> TunedModel {
    let recipe = Recipe { rate: 1e-12, steps: 1, ..of.recipe.clone() };
    let tuning = FineTuning { encoder: of.encoder.clone(), recipe: &recipe, ..*of };
    tuning.run(None, &mut Unwatched).unwrap().model
}

/// Keeps checkpoints; ends where it is told.
#[derive(Default)]
struct Notes {
    states: Vec<Vec<u8>>,
    end_at: Option<u64>,
    leave_at: Option<u64>,
}

impl Watch for Notes {
    fn look(&mut self, progress: &Progress, _: &TunedModel) -> Look {
        if progress.step == 10 { Look::Best } else { Look::GoOn }
    }

    fn goes_on(&mut self, progress: &Progress) -> ControlFlow<()> {
        if self.leave_at == Some(progress.step) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn checkpoint(&mut self, progress: &Progress, state: &[u8]) -> ControlFlow<()> {
        self.states.push(state.to_vec());
        if self.end_at == Some(progress.step) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[test]
fn a_training_that_was_ended_goes_on_to_the_same_bits() {
    let (texts, following) = pairs();
    let targets = Targets::Continuations { of: &following, end: 2 };
    for adaptation in adaptations() {
        let recipe = Recipe { watch_every: 5, checkpoint_every: 3, batch: 3, dropout: 0.1, ..recipe(adaptation, 20) };
        let tuning =
            FineTuning { encoder: Arc::new(encoder("qwen3")), texts: &texts, targets, recipe: &recipe, seed: 7 };
        let expected = tuning.run(None, &mut Notes::default()).unwrap();
        for mut notes in [
            Notes { end_at: Some(6), ..Notes::default() },
            Notes { end_at: Some(12), ..Notes::default() },
            // Between two checkpoints: one is made.
            Notes { leave_at: Some(7), ..Notes::default() },
            Notes { leave_at: Some(11), ..Notes::default() },
        ] {
            assert!(matches!(tuning.run(None, &mut notes), Err(TuneError::Ended { .. })));
            let found = tuning.run(notes.states.last().map(Vec::as_slice), &mut Notes::default()).unwrap();
            assert_eq!(found.model.to_bytes().unwrap(), expected.model.to_bytes().unwrap());
            assert_eq!((found.best_step, found.progress), (10, expected.progress));
        }
        let others = ["the card", "top up", "fast", "lost"];
        let other = FineTuning {
            targets: Targets::Continuations { of: &others, end: 2 },
            encoder: tuning.encoder.clone(),
            ..tuning
        };
        let mut notes = Notes { end_at: Some(6), ..Notes::default() };
        assert!(tuning.run(None, &mut notes).is_err());
        let state = notes.states.last().map(Vec::as_slice);
        assert!(matches!(other.run(state, &mut Notes::default()), Err(TuneError::State(_))));
    }
}

#[test]
fn what_is_too_long_is_cut_and_counted() {
    let long = "the dog ".repeat(30);
    let texts = [long.as_str(), "the dog", "my card"];
    let following = [" runs fast", long.as_str(), " is lost"];
    let recipe = Recipe { tokens: 12, ..recipe(Adaptation::Full, 1) };
    let targets = Targets::Continuations { of: &following, end: 2 };
    let encoder = Arc::new(encoder("llama"));
    let tuning = FineTuning { encoder: encoder.clone(), texts: &texts, targets, recipe: &recipe, seed: 1 };
    let tuned = tuning.run(None, &mut Unwatched).unwrap();
    assert_eq!(tuned.cut, 2);
    // `run ##s fast` and `is lost`, each with the token behind it, and of the long text as many as are read.
    assert_eq!(tuned.model.follows(&texts, (&following, 2), 4).unwrap().tokens, 4 + 12 + 3);
}

#[test]
fn what_can_t_be_trained_to_go_on_is_refused() {
    let (texts, following) = pairs();
    let refused = |case: &str, recipe: &Recipe, end: u32, following: &[&str]| {
        let targets = Targets::Continuations { of: following, end };
        let tuning = FineTuning { encoder: Arc::new(encoder(case)), texts: &texts, targets, recipe, seed: 1 };
        match tuning.run(None, &mut Unwatched) {
            Err(TuneError::Recipe(fault)) => fault,
            other => panic!("{other:?}"),
        }
    };
    let good = recipe(Adaptation::Full, 1);
    assert!(refused("bert", &good, 2, &following).contains("`bert` does not go on"));
    assert!(refused("llama", &good, 30, &following).contains("token 30 of 30"));
    assert!(refused("llama", &good, 2, &following[1..]).contains("4 texts and 3 targets"));
    let smooth = Recipe { label_smoothing: 0.1, ..good };
    assert!(refused("llama", &smooth, 2, &following).contains("classes alone"));
}

#[test]
fn a_tuned_network_is_a_folder_like_the_one_it_came_of() {
    let (texts, following) = pairs();
    for case in ["llama-long", "qwen2"] {
        let from = folder(case);
        let like = Folder::open(from.path()).unwrap();
        let [_, lora] = adaptations();
        let recipe = recipe(lora, 30);
        let targets = Targets::Continuations { of: &following, end: 2 };
        let tuning = FineTuning { encoder: Arc::new(encoder(case)), texts: &texts, targets, recipe: &recipe, seed: 1 };
        let decoder = tuning.run(None, &mut Unwatched).unwrap().model.decoder(&[2]).unwrap();
        let place = tempfile::tempdir().unwrap();
        let to = place.path().join("tuned");
        for _ in 0..2 {
            decoder.encoder().write_folder(&like, &to).unwrap();
        }
        let read = Folder::open(&to).unwrap();
        assert_eq!(read.parameters(), like.parameters());
        assert_ne!(read.content_hash().unwrap(), like.content_hash().unwrap());
        let back = Decoder::load(&read).unwrap().with_ends(vec![2]);
        for text in texts.iter().chain(&TEXTS) {
            assert_eq!(write(&back, &beginning(text, 6)), write(&decoder, &beginning(text, 6)), "{case}: {text}");
        }
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1, "nothing half-written");
        let other = folder("llama");
        let fault = decoder.encoder().write_folder(&Folder::open(other.path()).unwrap(), &to).unwrap_err();
        assert!(fault.to_string().contains("another network"), "{fault}");
        assert!(Folder::open(&to).is_ok(), "what was there stays");
    }
}
