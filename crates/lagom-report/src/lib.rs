//! The report: the same findings as words for a terminal, a page, a comment on a pull request, and JSON.
//!
//! ```text
//! Findings -> Shown (every derived figure, once) -> terminal | html | markdown | json
//!                 \-> answer (plain words, one place for all five verdicts)
//! ```
//!
//! All of it is pure: the same findings give the same bytes. `shown` and `asked` hold the only arithmetic (an
//! interval from an estimate, a ratio of two sizes), and `json` writes its results beside the findings,
//! so that no form shows a number that is not in the JSON. In the page each number of a table or
//! tile stands in a `<data value="…">` element with the value it has there.

use lagom_data as data;
use lagom_engine::measure;
use lagom_engine::probe;
use lagom_engine::search;
use lagom_engine::store;
use lagom_engine::trial;
use lagom_engine::verdict;
use lagom_metrics as metric;
use lagom_models::candidate;
use lagom_stats as stats;
use lagom_study as study;

mod answer;
mod asked;
mod charts;
mod clean;
mod costs;
mod document;
mod figures;
mod findings;
mod html;
mod json;
mod markdown;
mod numbers;
mod pages;
mod plot;
mod probes;
mod render;
mod shown;
mod terminal;
#[cfg(test)]
mod tests;
mod words;

pub use answer::{Answer, Fact};
pub use asked::{ShownAgreement, ShownShot, ShownShots};
pub use clean::{clean, clean_data, without_formula};
pub use pages::compare::{compare_html, compare_json, compare_markdown, compare_terminal};
pub use pages::scaling;
pub use figures::{Figure, On};
pub use findings::{
    Climbed, CurvePoint, DataOutlook, DataSummary, Difference, DifferenceAnswer, Effort, Findings, Forecast, Handover,
    LearningCurve, RowsForBar, UntriedRung,
};
pub use html::html;
pub use json::json;
pub use markdown::markdown;
pub use shown::{Gains, Shown, ShownRow, Span};
pub use terminal::terminal;
pub use words::{Told, answer, caution, other_letters, uncut, uncut_words};
