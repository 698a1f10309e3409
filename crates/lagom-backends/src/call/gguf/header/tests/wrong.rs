//! Files that are no models, and what is said of them.

use super::super::{Header, HeaderError};
use super::known::{of_bytes, read};
use super::writer::Writer;

fn message(bytes: &[u8]) -> String {
    of_bytes(bytes).unwrap_err().to_string()
}

#[test]
fn what_is_no_gguf_is_named() {
    assert_eq!(message(b""), "m.gguf: found an empty file, expected a GGUF file");
    assert_eq!(message(b"GG"), "m.gguf: found fewer than four bytes, expected a GGUF file");
    assert_eq!(
        message(b"PK\x03\x04 and more"),
        "m.gguf: found a ZIP archive, as of PyTorch weights, expected a GGUF file"
    );
    assert!(message(b"version https://git-lfs").contains("Git LFS pointer"));
    assert!(message(b"<!DOCTYPE html>").contains("a web page"));
    assert!(message(b"tjggml").contains("the format before GGUF"));
    assert_eq!(message(b"hello"), "m.gguf: found \"hell\" at its beginning, expected a GGUF file");
    assert_eq!(message(&[0, 1, 2, 255]), "m.gguf: found the bytes 00 01 02 ff at its beginning, expected a GGUF file");
    assert!(of_bytes(b"").unwrap_err().hint().contains(".gguf"));
}

#[test]
fn versions_that_are_not_known_are_refused() {
    for (version, found) in [(1, "found GGUF version 1"), (4, "found GGUF version 4"), (0, "found GGUF version 0")] {
        let mut file = Writer::model();
        file.version = version;
        assert!(read(&file).unwrap_err().to_string().contains(found), "{version}");
    }
    let mut file = Writer::model();
    file.version = 3_u32.swap_bytes();
    assert!(matches!(read(&file), Err(HeaderError::BigEndian { .. })));
}

/// Cut at every byte, it is cut off; and the message says what was being read.
#[test]
fn a_file_cut_anywhere_is_cut_off() {
    let whole = Writer::model().bytes();
    let (mut seen, mut last) = (Vec::new(), String::new());
    for end in 4..whole.len() {
        match of_bytes(&whole[..end]) {
            Err(HeaderError::Truncated { reading, size, .. }) => {
                assert_eq!(size, end as u64);
                if reading != last {
                    seen.push(reading.clone());
                    last = reading;
                }
            }
            other => panic!("cut at {end}: {other:?}"),
        }
    }
    assert!(seen.iter().any(|reading| reading == "the version"), "{seen:?}");
    let end = "weights up to the end of tensor `blk.1.attn_q.weight`";
    assert!(seen.iter().any(|reading| reading == end), "{seen:?}");
}

#[test]
fn the_message_of_a_cut_file_says_where() {
    let whole = Writer::model().bytes();
    let text = message(&whole[..whole.len() - 1]);
    let size = whole.len() - 1;
    assert!(
        text.starts_with(&format!("m.gguf: the file is cut off: it has {size} bytes, and weights up to")),
        "{text}"
    );
}

#[test]
fn values_that_cannot_be_are_refused() {
    let model = Writer::model;
    let tensor = |shape: &[u64], kind| Writer::new("llama").tensor("t", shape, kind, 64);
    for (file, found) in [
        (model().raw("x", 13, &[0; 8]), "the value of `x` is of kind 13"),
        (model().array("x", 9, 1, &[0; 64]), "an array of kind 9"),
        (model().number("general.alignment", 24), "no power of two"),
        (model().number("general.file_type", 1), "`general.file_type` is there twice"),
        (tensor(&[1; 5], 0), "tensor `t` has 5 dimensions"),
        (tensor(&[u64::MAX, 2], 0), "tensor `t` is impossibly large"),
        (tensor(&[1 << 62], 28), "tensor `t` is impossibly large"),
        (tensor(&[16], 4), "tensor `t` is stored in type 4"),
        (tensor(&[16], 8), "tensor `t` has rows of 16, not a multiple of the 32 of a Q8_0 block"),
    ] {
        let error = read(&file).unwrap_err();
        assert!(matches!(error, HeaderError::Malformed { .. }), "{error}");
        assert!(error.to_string().contains(found), "{error}");
    }
}

/// Two tensors in the same place claim more than there is.
#[test]
fn tensors_that_share_their_bytes_are_refused() {
    let file = Writer::new("llama").tensor("a", &[64], 0, 0).tensor("b", &[64], 0, 256);
    assert!(read(&file).unwrap_err().to_string().contains("the tensors take 512 bytes together, and 256 are there"));
}

#[test]
fn wild_counts_end_at_once() {
    for count in [u64::MAX, 1 << 40] {
        let mut bytes = Writer::model().bytes();
        bytes[16..24].copy_from_slice(&count.to_le_bytes());
        assert!(matches!(of_bytes(&bytes), Err(HeaderError::Truncated { .. })), "keys");
        let mut bytes = Writer::model().bytes();
        bytes[8..16].copy_from_slice(&count.to_le_bytes());
        assert!(matches!(of_bytes(&bytes), Err(HeaderError::Truncated { .. })), "tensors");
        for kind in [0, 8, 12] {
            let file = Writer::model().array("x", kind, count, &[]);
            assert!(matches!(read(&file), Err(HeaderError::Truncated { .. })), "array of kind {kind}");
        }
    }
}

#[test]
fn what_holds_no_model_is_refused() {
    for file in [Writer::empty(), Writer::new("llama"), Writer::new("").tensor("a", &[2], 0, 8)] {
        assert!(matches!(read(&file), Err(HeaderError::NoArchitecture { .. })));
    }
    let file = Writer::empty().raw("general.architecture", 4, &[0; 4]).tensor("a", &[2], 0, 8);
    assert!(matches!(read(&file), Err(HeaderError::NoArchitecture { .. })));
}

#[test]
fn a_folder_and_a_missing_file_are_said() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Header::read(folder.path()).unwrap_err().to_string().contains("found a folder"));
    let missing = Header::read(&folder.path().join("no.gguf")).unwrap_err();
    assert!(matches!(missing, HeaderError::Io { .. }));
}
