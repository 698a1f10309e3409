#![no_main]

use lagom::metric::Outcomes;
use libfuzzer_sys::fuzz_target;

// The blobs of a store: outcomes, whose bytes come back as they were read.
fuzz_target!(|bytes: &[u8]| {
    if let Ok(outcomes) = Outcomes::from_bytes(bytes) {
        let again = outcomes.to_bytes().and_then(|bytes| Outcomes::from_bytes(&bytes));
        assert!(again.is_ok(), "what was read is not written as it was");
    }
});
