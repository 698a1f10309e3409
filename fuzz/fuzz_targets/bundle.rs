#![no_main]

use lagom::bundle::Bundle;
use lagom_fuzz::on_file;
use libfuzzer_sys::fuzz_target;

// The body of a bundle, under a right checksum: what reads it may not trust what it says.
fuzz_target!(|body: &[u8]| {
    let whole = [b"lagom\0\0\x01".as_slice(), &blake3::hash(body).as_bytes()[..16], body].concat();
    on_file("m.lagom", &whole, |path| match Bundle::read(path) {
        Ok(bundle) => {
            let row = vec![Some("1".to_owned()); bundle.schema.inputs.len()];
            let _ = bundle.predict(&[row.clone(), Vec::new()]);
            let _ = bundle.explain(&bundle.schema.columns(&[row]), None);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    });
});
