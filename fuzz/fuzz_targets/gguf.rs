#![no_main]

use lagom::call::gguf::header::Header;
use lagom_fuzz::on_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    on_file("m.gguf", bytes, |path| {
        if let Err(error) = Header::read(path) {
            assert!(!error.to_string().is_empty());
        }
    });
});
