//! The program as its users meet it: whole commands on real files.
//!
//! Long tests are ignored; run them with `cargo test --release --test it -- --ignored`.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod answering;
mod asking;
mod bad_data;
mod bad_folder;
mod bad_study;
mod beyond_size;
mod bounds;
mod calibrating;
mod canaries;
mod canary;
mod cascade;
mod climb;
mod compare;
mod compare_bad;
mod compare_direction;
mod compare_logs;
mod cross_fit;
mod data;
mod disk_full;
mod disturbed;
mod documents;
mod executors;
mod explaining;
mod failing;
mod fit;
mod gate;
#[cfg(feature = "gguf")]
mod gguf;
mod gguf_absent;
mod good_paths;
mod incumbent;
mod interrupted;
mod killed;
mod known;
mod known_levers;
mod labels;
mod language;
mod looks;
mod missing;
mod moments;
mod monotone;
mod mutated;
mod overfitting;
mod predicting;
mod pretrained;
mod processes;
mod prompted;
mod reading;
mod reproducible;
mod reviewed;
mod rows;
mod score;
#[path = "../../../lagom/tests/scripted/mod.rs"]
mod scripted;
mod secrets;
mod shuffled;
mod stopped;
mod support;
mod tokenisers;
mod whole_sets;
