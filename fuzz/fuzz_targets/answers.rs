#![no_main]

use lagom::call::scores::Recorded;
use lagom_fuzz::on_file;
use libfuzzer_sys::fuzz_target;

// The first byte says which file it is and how answers are found.
fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let name = if first & 1 == 0 { "a.csv" } else { "a.jsonl" };
    on_file(name, rest, |path| {
        let key = (first & 2 != 0).then_some("id");
        if let Err(error) = Recorded::read(path, key, None) {
            assert!(!error.to_string().is_empty());
        }
    });
});
