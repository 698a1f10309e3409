#![no_main]

use lagom::study::Study;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(faults) = Study::parse(text, "study.toml", &lagom::probe::registries()) {
        assert!(!faults.to_string().is_empty());
    }
});
