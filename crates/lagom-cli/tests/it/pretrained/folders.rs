//! Tiny folders of weights, written by code: the words that they know and what their vectors tell.

use std::fmt::Write as _;
use std::path::Path;

/// Words of good rows, of bad rows, and those that tell nothing.
pub(super) const WORDS: [&str; 16] = [
    "fine", "great", "lovely", "super", "awful", "poor", "dire", "grim", "plain", "grey", "round", "long", "old",
    "new", "wide", "low",
];
/// Tokens before the words, as BERT has them.
const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
/// Tokens behind them that no text has.
const SPARE: usize = 3;

fn tokens() -> Vec<String> {
    let spare = (0..SPARE).map(|at| format!("spare{at}"));
    SPECIAL.iter().chain(&WORDS).map(|token| (*token).to_owned()).chain(spare).collect()
}

/// A tokenizer of whole words; with the marks of BERT around a text where `marks` says so.
fn tokenizer(marks: bool) -> String {
    let mut vocabulary = String::new();
    for (at, token) in tokens().iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        write!(vocabulary, "{comma}\"{token}\":{at}").unwrap();
    }
    let post = match marks {
        true => "{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",3],\"cls\":[\"[CLS]\",2]}",
        false => "null",
    };
    format!(
        "{{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[],\"normalizer\":null,\
         \"pre_tokenizer\":{{\"type\":\"Whitespace\"}},\"post_processor\":{post},\"decoder\":null,\
         \"model\":{{\"type\":\"WordLevel\",\"vocab\":{{{vocabulary}}},\"unk_token\":\"[UNK]\"}}}}"
    )
}

/// A tensor of numbers.
struct Tensor {
    name: String,
    shape: Vec<usize>,
    numbers: Vec<f32>,
}

/// A file as safetensors lays it out: the length of the head, the head, the numbers.
fn safetensors(tensors: &[Tensor]) -> Vec<u8> {
    let (mut head, mut body) = (String::from("{"), Vec::new());
    for (at, Tensor { name, shape, numbers }) in tensors.iter().enumerate() {
        let from = body.len();
        numbers.iter().for_each(|number| body.extend(number.to_le_bytes()));
        let comma = if at == 0 { "" } else { "," };
        write!(
            head,
            "{comma}\"{name}\":{{\"dtype\":\"F32\",\"shape\":{shape:?},\"data_offsets\":[{from},{}]}}",
            body.len()
        )
        .unwrap();
    }
    head.push('}');
    while head.len() % 8 != 0 {
        head.push(' ');
    }
    [&(head.len() as u64).to_le_bytes()[..], head.as_bytes(), &body].concat()
}

/// Numbers between −1 and 1 that look random (a hash of the place).
fn drawn(count: usize, seed: u64, scale: f32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next() * scale).collect()
}

/// Static embeddings of 24 tokens and four numbers: the first one is 1 of good words and −1 of bad ones.
pub(super) fn static_folder(folder: &Path, seed: u64) {
    std::fs::create_dir_all(folder).unwrap();
    let count = tokens().len();
    let mut numbers = drawn(count * 4, seed + 7, 0.3);
    for (at, token) in tokens().iter().enumerate() {
        numbers[at * 4] = match WORDS.iter().position(|word| word == token) {
            Some(0..4) => 1.0,
            Some(4..8) => -1.0,
            _ => 0.0,
        };
    }
    let tensor = Tensor { name: "embeddings".to_owned(), shape: vec![count, 4], numbers };
    std::fs::write(folder.join("config.json"), "{\"model_type\":\"model2vec\",\"normalize\":false}").unwrap();
    std::fs::write(folder.join("tokenizer.json"), tokenizer(false)).unwrap();
    std::fs::write(folder.join("model.safetensors"), safetensors(&[tensor])).unwrap();
}
