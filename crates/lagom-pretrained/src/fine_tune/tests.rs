//! Fine-tuning on made-up folders.
