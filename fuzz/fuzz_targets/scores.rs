#![no_main]

use lagom::scores::{Reading, read};
use lagom_fuzz::on_file;
use libfuzzer_sys::fuzz_target;

/// The first byte says what the file is called.
const NAMES: [&str; 6] = ["s.csv", "samples_t.jsonl", "results.json", "log.json", "log.eval", "per_instance_stats.json"];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    on_file(NAMES[usize::from(*first) % NAMES.len()], rest, |path| {
        let reading = Reading { files: vec![path.to_owned()], intersect: first & 128 != 0, ..Reading::default() };
        if let Err(error) = read(&reading) {
            assert!(!error.to_string().is_empty());
        }
    });
});
