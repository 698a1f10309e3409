//! Headers of real models, in the folder that `LAGOM_TEST_DATA` names:
//!
//! ```sh
//! LAGOM_TEST_DATA=... cargo test --release --locked -- --ignored real_data --nocapture
//! ```

use std::path::PathBuf;

use super::super::{CachePrecision, Header, VocabularyKind};

fn models() -> PathBuf {
    let folder = std::env::var_os("LAGOM_TEST_DATA").expect("LAGOM_TEST_DATA names the folder of test data");
    PathBuf::from(folder).join("weights/tinystories-llama")
}

/// Parameters, bytes and shapes as the description beside the files has them.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_the_tiny_stories_are_read() {
    let folder = models();
    for (name, parameters, bytes, quantisation) in [
        ("stories260K-f32", 260_032, 1_054_592, "F32"),
        ("stories3M-f32", 3_148_224, 12_689_888, "F32"),
        ("stories3M-f16", 3_148_224, 6_398_432, "F16"),
        ("stories3M-q8_0", 3_148_224, 3_449_312, "Q8_0"),
        ("stories3M-q4_0", 3_148_224, 1_876_448, "Q4_0"),
    ] {
        let header = Header::read(&folder.join(format!("{name}.gguf"))).unwrap();
        println!("{name}: {header:#?}");
        assert_eq!((header.parameters, header.bytes), (parameters, bytes), "{name}");
        assert_eq!((header.quantisation.name(), header.quantisation.dominant.name()), (quantisation, quantisation));
        assert_eq!((header.architecture.name.as_str(), header.warnings()), ("llama", vec![]));
        assert_eq!((header.context_length, header.chat_template), (Some(512), false));
        assert_eq!(header.vocabulary.kind, VocabularyKind::SentencePiece);
        let shape = (header.layers, header.embedding_width, header.heads, header.kv_heads, header.vocabulary.size);
        let small = parameters == 260_032;
        let expected = if small { (5, 64, 8, 4, 512) } else { (6, 192, 6, 2, 4096) };
        let some = (Some(expected.0), Some(expected.1), Some(expected.2), Some(expected.3), Some(expected.4));
        assert_eq!(shape, some);
        // Layers · heads of keys and values · 2 · width of a head (8, and 32), in 4 bytes, for 512 tokens.
        let cache = if small { 5 * 4 * 2 * 8 } else { 6 * 2 * 2 * 32 } * 4 * 512;
        assert_eq!(header.memory(512, CachePrecision::F32).cache, cache);
    }
}
