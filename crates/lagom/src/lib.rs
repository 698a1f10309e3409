//! lagom answers, for a user's own task: *do I need the bigger model?*
//!
//! ```text
//! study.toml -> Study -> Plan -> Trial -> Measurement -> Store -> Analysis -> Verdict -> Report
//!                                                                               \-> Bundle -> predict
//! ```
//!
//! Each arrow is a room of this crate; ARCHITECTURE.md says which room may know which. The library knows
//! no terminal and no exit code; the program is the package `lagom-cli`.

pub mod bundle;
pub mod call;
pub mod candidate;
pub mod child;
pub mod climb;
pub mod compare;
pub mod data;
pub mod input;
pub mod measure;
pub mod metric;
pub mod prompt;
pub mod report;
pub mod scaling;
pub mod scores;
pub mod secret;
pub mod session;
pub mod stats;
pub mod store;
pub mod study;
pub mod trial;
pub mod verdict;
