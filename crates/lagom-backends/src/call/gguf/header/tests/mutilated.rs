//! Whatever the bytes are, reading ends, with a header or an error, and without a panic.

use proptest::prelude::*;

use super::known::of_bytes;
use super::writer::Writer;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn changed_bytes_do_no_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = Writer::model().bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        sound(&bytes);
    }

    #[test]
    fn wild_numbers_do_no_harm(at in any::<prop::sample::Index>(), number in any::<u64>(), shift in 0_u32..64) {
        let mut bytes = Writer::model().bytes();
        let at = at.index(bytes.len() - 8);
        bytes[at..at + 8].copy_from_slice(&(number >> shift).to_le_bytes());
        sound(&bytes);
    }

    #[test]
    fn anything_after_the_opening_does_no_harm(rest in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = b"GGUF\x03\0\0\0".to_vec();
        bytes.extend(rest);
        sound(&bytes);
    }

    #[test]
    fn a_cut_and_changed_file_does_no_harm(end in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let mut bytes = Writer::model().bytes();
        bytes.truncate(end.index(bytes.len()) + 1);
        let at = at.index(bytes.len());
        bytes[at] ^= 0x80;
        sound(&bytes);
    }
}

/// What is read is no larger than the file could hold, and every message can be written.
fn sound(bytes: &[u8]) {
    match of_bytes(bytes) {
        Ok(header) => {
            assert!(header.weight_bytes <= bytes.len() as u64);
            assert!(header.parameters <= 8 * bytes.len() as u64 && header.parameters > 0);
            let _ = (header.memory(u64::MAX, super::super::CachePrecision::F32), header.warnings());
        }
        Err(error) => assert!(!error.to_string().is_empty() && !error.hint().is_empty()),
    }
}
