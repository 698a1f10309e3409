//! Models in GGUF files where the program was built without the feature for them.

#![cfg(not(feature = "gguf"))]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use lagom::call::gguf::{BUILT, Reply, Unable};

use super::support::LAGOM;

#[test]
fn the_worker_says_that_it_has_no_llama_cpp() {
    const { assert!(!BUILT) };
    let mut child = Command::new(LAGOM)
        .arg("gguf-worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(serde_json::from_str::<Reply>(&line).unwrap(), Reply::Unable(Unable::NotBuilt));
    assert!(child.wait().unwrap().success());
}
