//! Tiny folders of weights, written by code: the words that they know and what their vectors tell.

use std::fmt::Write as _;
use std::path::Path;

/// Words of good rows, of bad rows, and those that tell nothing.
pub(in super::super) const WORDS: [&str; 16] = [
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
pub(in super::super) fn static_folder(folder: &Path, seed: u64) {
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

/// Width, layers, width of the inner layer and positions of the tiny BERT.
const BERT: (usize, usize, usize, usize) = (8, 2, 16, 32);

/// A BERT of two layers with random weights: 1,680 numbers.
///
/// Embeddings 24 × 8 + 32 × 8 + 2 × 8 + 16 = 480; a layer 4 × (64 + 8) + 16 + (128 + 16) + (128 + 8) + 16 = 600.
pub(in super::super) fn bert_folder(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let (width, layers, inner, positions) = BERT;
    let vocabulary = tokens().len();
    let mut tensors = Vec::new();
    let mut put = |name: String, shape: &[usize]| {
        let count = shape.iter().product();
        let numbers = match name.contains("LayerNorm.weight") {
            true => vec![1.0; count],
            false => drawn(count, tensors.len() as u64 + 11, 0.5),
        };
        tensors.push(Tensor { name, shape: shape.to_vec(), numbers });
    };
    for (name, rows) in [("word", vocabulary), ("position", positions), ("token_type", 2)] {
        put(format!("embeddings.{name}_embeddings.weight"), &[rows, width]);
    }
    put("embeddings.LayerNorm.weight".to_owned(), &[width]);
    put("embeddings.LayerNorm.bias".to_owned(), &[width]);
    for layer in 0..layers {
        let own = |rest: &str| format!("encoder.layer.{layer}.{rest}");
        let parts = [
            ("attention.self.query", width, width),
            ("attention.self.key", width, width),
            ("attention.self.value", width, width),
            ("attention.output.dense", width, width),
            ("intermediate.dense", inner, width),
            ("output.dense", width, inner),
        ];
        for (name, rows, columns) in parts {
            put(own(&format!("{name}.weight")), &[rows, columns]);
            put(own(&format!("{name}.bias")), &[rows]);
        }
        for name in ["attention.output.LayerNorm", "output.LayerNorm"] {
            put(own(&format!("{name}.weight")), &[width]);
            put(own(&format!("{name}.bias")), &[width]);
        }
    }
    let config = format!(
        "{{\"model_type\":\"bert\",\"architectures\":[\"BertModel\"],\"hidden_size\":{width},\"num_hidden_layers\":{layers},\
         \"num_attention_heads\":2,\"intermediate_size\":{inner},\"max_position_embeddings\":{positions},\"vocab_size\":{vocabulary},\
         \"type_vocab_size\":2,\"hidden_act\":\"gelu\",\"layer_norm_eps\":1e-12,\"pad_token_id\":0}}"
    );
    std::fs::write(folder.join("config.json"), config).unwrap();
    std::fs::write(folder.join("tokenizer.json"), tokenizer(true)).unwrap();
    std::fs::write(folder.join("model.safetensors"), safetensors(&tensors)).unwrap();
}

/// A Llama of two layers and width 8 that is made to know something: each token attends to all before it alike, and what it finds there is added to
/// it. Of the good words the first number is 1, of the bad ones −1, so that the name of the class whose words stand before is the likelier.
///
/// 1,512 numbers: embeddings 24 × 8 = 192, a layer 4 × 64 + 3 × 128 + 16 = 656, and 8 behind the last.
pub(in super::super) fn llama_folder(folder: &Path, positions: usize) {
    llama(folder, positions, false);
}

/// The same with a token that ends a text, and with numbers in its second layer, which still adds nothing: a training has something to begin with.
pub(in super::super) fn lively_folder(folder: &Path, positions: usize) {
    llama(folder, positions, true);
    std::fs::write(folder.join("generation_config.json"), "{\"eos_token_id\": 3}").unwrap();
}

fn llama(folder: &Path, positions: usize, is_lively: bool) {
    std::fs::create_dir_all(folder).unwrap();
    let (width, inner, vocabulary) = (8, 16, tokens().len());
    let mut tensors = Vec::new();
    let mut put = |name: &str, shape: &[usize], numbers: Vec<f32>| {
        tensors.push(Tensor { name: name.to_owned(), shape: shape.to_vec(), numbers });
    };
    let mut embeddings = drawn(vocabulary * width, 5, 0.2);
    for (at, token) in tokens().iter().enumerate() {
        let told = match WORDS.iter().position(|word| word == token) {
            Some(0..4) => 1.0,
            Some(4..8) => -1.0,
            _ => 0.0,
        };
        // Words that tell something differ in nothing else, so that nothing else prefers a name.
        let own = &mut embeddings[at * width..(at + 1) * width];
        own[0] = told;
        if told != 0.0 {
            own[1..].fill(0.0);
        }
    }
    put("model.embed_tokens.weight", &[vocabulary, width], embeddings);
    let same: Vec<f32> = (0..width * width).map(|at| if at % (width + 1) == 0 { 1.0 } else { 0.0 }).collect();
    for layer in 0..2 {
        let own = |rest: &str| format!("model.layers.{layer}.{rest}.weight");
        // The second layer adds nothing.
        let is_drawn = is_lively && layer == 1;
        for (at, name) in ["q_proj", "k_proj", "v_proj", "o_proj"].into_iter().enumerate() {
            let numbers = match (is_drawn, layer, name) {
                (true, _, "q_proj" | "k_proj" | "v_proj") => drawn(width * width, 31 + at as u64, 0.7),
                (_, 0, "v_proj" | "o_proj") => same.clone(),
                _ => vec![0.0; width * width],
            };
            put(&own(&format!("self_attn.{name}")), &[width, width], numbers);
        }
        for (name, rows, columns) in
            [("gate_proj", inner, width), ("up_proj", inner, width), ("down_proj", width, inner)]
        {
            let numbers = match is_drawn && name != "down_proj" {
                true => drawn(rows * columns, 41 + name.len() as u64, 0.7),
                false => vec![0.0; rows * columns],
            };
            put(&own(&format!("mlp.{name}")), &[rows, columns], numbers);
        }
        for name in ["input_layernorm", "post_attention_layernorm"] {
            put(&own(name), &[width], vec![1.0; width]);
        }
    }
    put("model.norm.weight", &[width], vec![1.0; width]);
    let config = format!(
        "{{\"model_type\":\"llama\",\"architectures\":[\"LlamaForCausalLM\"],\"hidden_size\":{width},\"num_hidden_layers\":2,\
         \"num_attention_heads\":2,\"num_key_value_heads\":2,\"intermediate_size\":{inner},\"max_position_embeddings\":{positions},\
         \"vocab_size\":{vocabulary},\"rms_norm_eps\":1e-5,\"rope_theta\":10000.0,\"tie_word_embeddings\":true,\"hidden_act\":\"silu\"}}"
    );
    std::fs::write(folder.join("config.json"), config).unwrap();
    std::fs::write(folder.join("tokenizer.json"), tokenizer(false)).unwrap();
    std::fs::write(folder.join("model.safetensors"), safetensors(&tensors)).unwrap();
}
