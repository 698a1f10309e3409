#![no_main]

use std::sync::Once;

use lagom::data::read::{Format, ReadOptions, read};
use lagom_fuzz::on_file;
use libfuzzer_sys::fuzz_target;

/// The `parquet` crate panics on some corrupt files. lagom catches that, but libFuzzer's hook ends the process before.
static HOOK: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    HOOK.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    on_file("d.parquet", bytes, |path| {
        let options = ReadOptions { format: Some(Format::Parquet), nested: true, ..ReadOptions::default() };
        if let Err(error) = read(path, &options) {
            assert!(!error.to_string().is_empty());
        }
    });
});
