//! Models in GGUF files, through the worker of the program under test. Built with the feature `gguf`; the models are in
//! the folder that `LAGOM_TEST_DATA` names:
//!
//! ```sh
//! LAGOM_TEST_DATA=... cargo test --release --features gguf -p lagom-cli --test it gguf:: -- --nocapture
//! ```
//!
//! Expected texts and likelihoods are those of a forward pass of its own, in 64 bits, over the weights as they are in
//! `safetensors` files beside the GGUF files, with the `tokenizers` library: log/2026-11-24-gguf.md.

mod files;
mod likelihood;
mod processes;
mod scene;
mod writing;
