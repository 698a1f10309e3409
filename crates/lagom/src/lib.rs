//! lagom answers, for a user's own task: *do I need the bigger model?*
//!
//! ```text
//! Study::read -> prepare -> Run::start -> Run::execute(&dyn Executor) -> Findings -> report
//!                                                                     \-> Bundle -> predict
//! ```
//!
//! The face of the library, beside the modules that hold the details of each:
//!
//! | | |
//! |---|---|
//! | a study from its file to its findings | [`Study`], [`prepare`], [`Run`], [`Findings`] |
//! | who does the jobs of a run | [`Executor`]: [`Local`](trial::Local) worker processes, [`Here`](trial::Here) in this one |
//! | who answers, where models are asked | [`Backend`], brought by [`Prepared::bring`] |
//! | what can be trained, changed, measured, limited | [`Family`], [`Lever`], [`Probe`], [`Cost`]: one file and one line each |
//! | the model that was handed over | [`Bundle`] |
//! | scores and losses that other tools measured | [`compare`](mod@compare), [`scaling`] |
//!
//! `examples/` has a program for each of the first, the third and the last two. ARCHITECTURE.md says what each module may know. The library
//! knows no terminal and no exit code; the program is the package `lagom-cli`. Whoever only predicts needs `lagom-models` alone.

pub mod run;

pub use bundle::Bundle;
pub use call::Backend;
pub use candidate::{Family, Lever};
pub use probe::Probe;
pub use report::Findings;
pub use run::{Execution, Prepared, Run, RunError, RunEvent, prepare, prepare_loaded};
pub use study::Study;
pub use study::costs::Cost;
pub use trial::Executor;

pub(crate) use lagom_backends::prompt;

pub use lagom_backends::call;
pub use lagom_data as data;
pub use lagom_engine::{labels, levers, measure, overfitting, probe, search, store, trial, verdict};
pub use lagom_host::{child, input, secret};
pub use lagom_import::{compare, scaling, scores};
pub use lagom_metrics as metric;
pub use lagom_models::{bundle, candidate, explanation};
pub use lagom_report as report;
pub use lagom_stats as stats;
pub use lagom_study as study;
