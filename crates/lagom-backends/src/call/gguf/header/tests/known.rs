//! ServerCapabilities answers, by the arithmetic of files that are written here.

use std::io::Cursor;
use std::path::Path;

use super::super::{CachePrecision, Header, HeaderError, VocabularyKind, Warning};
use super::writer::Writer;

pub(super) fn read(file: &Writer) -> Result<Header, HeaderError> {
    of_bytes(&file.bytes())
}

pub(super) fn of_bytes(bytes: &[u8]) -> Result<Header, HeaderError> {
    Header::from_input(&mut Cursor::new(bytes), bytes.len() as u64, Path::new("m.gguf"))
}

#[test]
fn a_small_model_is_described() {
    let file = Writer::model();
    let header = read(&file).unwrap();
    assert_eq!((header.version, header.tensors, header.parameters), (3, 5, 272));
    assert_eq!((header.weight_bytes, header.bytes, header.files), (4 * 272, file.bytes().len() as u64, 1));
    assert_eq!((header.name.as_deref(), header.architecture.name.as_str()), (Some("tiny"), "llama"));
    assert_eq!((header.context_length, header.layers, header.embedding_width), (Some(64), Some(2), Some(8)));
    assert_eq!((header.heads, header.kv_heads), (Some(4), Some(2)));
    assert_eq!((&header.vocabulary.kind, header.vocabulary.size), (&VocabularyKind::SentencePiece, Some(16)));
    assert_eq!((header.quantisation.name(), header.quantisation.bits, header.quantisation.share), ("F32", 32.0, 1.0));
    assert!(!header.chat_template && header.warnings().is_empty());
}

#[test]
fn memory_is_weights_and_cache() {
    let header = read(&Writer::model()).unwrap();
    // A head is 8 / 4 = 2 wide; a token takes 2 layers · 2 heads · (2 + 2) = 16 numbers.
    assert_eq!(header.cache_width, Some(16));
    let memory = header.memory(64, CachePrecision::F32);
    assert_eq!((memory.weights, memory.cache, memory.total()), (1088, 64 * 16 * 4, 5184));
    assert_eq!(header.memory(64, CachePrecision::F16).cache, 64 * 16 * 2);
    assert_eq!(header.memory(u64::MAX, CachePrecision::F32).total(), u64::MAX, "never overflows");
}

#[test]
fn what_does_not_fit_is_said_with_figures() {
    let header = read(&Writer::model()).unwrap();
    let fit = |available| header.fit(64, CachePrecision::F32, available, Path::new("m.gguf"));
    assert_eq!(fit(5184).unwrap().total(), 5184);
    let error = fit(5183).unwrap_err();
    assert_eq!(
        error.to_string(),
        "m.gguf: the model needs about 5.18 kB (1.09 kB of weights and 4.10 kB for a context of 64 tokens), and 5.18 kB \
         are free"
    );
    assert!(error.hint().contains("smaller quantisation"));
}

#[test]
fn widths_of_heads_that_the_file_names_count() {
    let file = Writer::model().number("llama.attention.key_length", 3).number("llama.attention.value_length", 5);
    // 2 layers · 2 heads · (3 + 5).
    assert_eq!(read(&file).unwrap().cache_width, Some(32));
}

#[test]
fn layers_may_differ() {
    let kv_heads: Vec<u8> = [2_i32, 0, 1].iter().flat_map(|heads| heads.to_le_bytes()).collect();
    let file = Writer::new("jamba")
        .number("jamba.block_count", 3)
        .number("jamba.embedding_length", 8)
        .number("jamba.attention.head_count", 4)
        .array("jamba.attention.head_count_kv", 5, 3, &kv_heads)
        .tensor("token_embd.weight", &[8, 2], 0, 64);
    let header = read(&file).unwrap();
    // Heads 2 + 0 + 1, each with a key and a value of width 2.
    assert_eq!((header.kv_heads, header.cache_width), (Some(2), Some(12)));
}

#[test]
fn types_are_counted_by_parameters() {
    let file = Writer::new("llama")
        .number("general.file_type", 15)
        .tensor("a", &[256, 4], 12, 4 * 144)
        .tensor("b", &[256], 14, 210)
        .tensor("c", &[256], 0, 1024);
    let header = read(&file).unwrap();
    assert_eq!((header.parameters, header.weight_bytes), (6 * 256, 4 * 144 + 210 + 1024));
    let quantisation = &header.quantisation;
    assert_eq!((quantisation.dominant.name(), quantisation.name()), ("Q4_K", "Q4_K_M"));
    assert!((quantisation.share - 4.0 / 6.0).abs() < 1e-12);
    assert!((quantisation.bits - 8.0 * 1810.0 / 1536.0).abs() < 1e-12);
    let guessed = Writer::new("llama").number("general.file_type", 1024 + 7).tensor("a", &[32], 8, 34);
    assert_eq!(read(&guessed).unwrap().quantisation.name(), "Q8_0");
    let unknown = Writer::new("llama").number("general.file_type", 777).tensor("a", &[32], 8, 34);
    assert_eq!(read(&unknown).unwrap().quantisation.file_type, None);
}

#[test]
fn the_template_is_seen_however_long_it_is() {
    let long = "{{ x }}".repeat(100_000);
    assert!(read(&Writer::model().text("tokenizer.chat_template", &long)).unwrap().chat_template);
    assert!(read(&Writer::model().text("tokenizer.chat_template", "{{ x }}")).unwrap().chat_template);
}

#[test]
fn every_kind_of_value_is_passed_over() {
    let mut file = Writer::empty();
    for (kind, width) in [(0, 1), (1, 1), (2, 2), (3, 2), (4, 4), (5, 4), (6, 4), (7, 1), (10, 8), (11, 8), (12, 8)] {
        file = file.raw(&format!("x.{kind}"), kind, &vec![1; width]);
        file = file.array(&format!("xs.{kind}"), kind, 3, &vec![1; 3 * width]);
    }
    let file = file.text("general.architecture", "llama").tensor("a", &[2, 3, 4, 5], 1, 240);
    assert_eq!(read(&file).unwrap().parameters, 120);
}

#[test]
fn both_versions_and_any_alignment_are_read() {
    let mut file = Writer::model();
    file.version = 2;
    assert_eq!(read(&file).unwrap().version, 2);
    let aligned =
        Writer::new("llama").number("general.alignment", 256).tensor("a", &[3], 0, 12).tensor("b", &[3], 0, 12);
    assert_eq!(read(&aligned).unwrap().parameters, 6);
}

#[test]
fn what_speaks_against_a_model_is_a_warning() {
    let with =
        |architecture: &str| Writer::new(architecture).text("tokenizer.ggml.model", "gpt2").tensor("a", &[2], 0, 8);
    let warnings = |file: &Writer| read(file).unwrap().warnings();
    let unknown = warnings(&with("llama-of-2031"));
    assert_eq!(unknown, [Warning::UnknownArchitecture { name: "llama-of-2031".to_owned() }]);
    assert!(unknown[0].to_string().contains("`llama-of-2031` is unknown"));
    assert_eq!(warnings(&with("bert")), [Warning::WritesNoText { name: "bert".to_owned() }]);
    let encoder = with("qwen3").raw("qwen3.attention.causal", 7, &[0]);
    assert_eq!(warnings(&encoder), [Warning::WritesNoText { name: "qwen3".to_owned() }]);
    assert_eq!(warnings(&Writer::new("llama").tensor("a", &[2], 0, 8)), [Warning::NoVocabulary]);
}

#[test]
fn it_comes_back_from_json() {
    let header = read(&Writer::model()).unwrap();
    let text = serde_json::to_string(&header).unwrap();
    assert_eq!(serde_json::from_str::<Header>(&text).unwrap(), header);
}
