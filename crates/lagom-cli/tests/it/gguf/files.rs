//! Files that can't be run.

use lagom::call::gguf::GgufError;
use lagom::call::gguf::header::HeaderError;

use super::scene::{ask, backend, stories, write};

fn fails(bytes: Vec<u8>) -> GgufError {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.gguf");
    std::fs::write(&path, bytes).unwrap();
    ask(&backend(&path), vec![write("Once", 5)]).unwrap_err()
}

fn model() -> Vec<u8> {
    std::fs::read(stories("stories260K-f32")).unwrap()
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_a_cut_file_and_no_model_are_said_before_anything_is_started() {
    let bytes = model();
    let error = fails(bytes[..bytes.len() - 1].to_vec());
    assert!(matches!(error, GgufError::Header(HeaderError::Truncated { .. })), "{error}");
    let error = fails(b"PK\x03\x04".to_vec());
    assert!(matches!(error, GgufError::Header(HeaderError::NotGguf { .. })), "{error}");
}

/// The architecture is the value after its key: 8 bytes of length, 5 letters.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_an_unknown_architecture_is_named_with_what_llama_cpp_says() {
    let mut bytes = model();
    let key = b"general.architecture";
    let at = bytes.windows(key.len()).position(|window| window == key).unwrap() + key.len() + 4 + 8;
    assert_eq!(&bytes[at..at + 5], b"llama");
    bytes[at..at + 5].copy_from_slice(b"lorem");
    let error = fails(bytes);
    assert!(matches!(&error, GgufError::UnknownArchitecture { name, .. } if name == "lorem"), "{error}");
    assert!(error.to_string().contains("unknown model architecture: 'lorem'"), "{error}");
}

/// A tensor that the architecture needs has another name: the header is sound, and llama.cpp says what it lacks.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_a_model_that_lacks_a_tensor_is_refused_with_what_llama_cpp_says() {
    let mut bytes = model();
    let name = b"output_norm.weight";
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    bytes[at..at + 6].copy_from_slice(b"outpot");
    let error = fails(bytes);
    assert!(matches!(&error, GgufError::Load { .. }), "{error}");
    assert!(error.to_string().contains("output_norm"), "{error}");
}
