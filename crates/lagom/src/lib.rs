//! lagom answers, for a user's own task: *do I need the bigger model?*
//!
//! ```text
//! study.toml -> Study -> Plan -> Trial -> Measurement -> Store -> Analysis -> Verdict -> Report
//!                                                                               \-> Bundle -> predict
//! ```
//!
//! This crate runs a study from its file to its findings (`run`), and is the public face of the crates below it, each of which
//! holds a step of that. ARCHITECTURE.md says what each may know. The library knows no terminal and no exit code; the program is the
//! package `lagom-cli`.

pub mod run;

pub use lagom_backends::{call, prompt};
pub use lagom_data as data;
pub use lagom_engine::{measure, probe, search, store, trial, verdict};
pub use lagom_host::{child, input, secret};
pub use lagom_import::{compare, scaling, scores};
pub use lagom_metrics as metric;
pub use lagom_models::{bundle, candidate};
pub use lagom_report as report;
pub use lagom_stats as stats;
pub use lagom_study as study;
