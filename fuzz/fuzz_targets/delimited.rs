#![no_main]

use lagom::data::read::{Format, ReadOptions, read};
use lagom_fuzz::on_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    on_file("d.csv", bytes, |path| {
        let options = ReadOptions { format: Some(Format::Csv), ..ReadOptions::default() };
        if let Err(error) = read(path, &options) {
            assert!(!error.to_string().is_empty());
        }
    });
});
