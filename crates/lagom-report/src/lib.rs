//! The report: the same findings as words for a terminal, a page, a comment on a pull request, and JSON.
//!
//! ```text
//! Findings -> Shown (every derived figure, once) -> json
//!          -> words (plain sentences, one place for all five verdicts) -> pages -> Document -> terminal | html | markdown
//! ```
//!
//! All of it is pure: the same findings give the same bytes. `shown` and what it is made of hold the only arithmetic (an
//! interval from an estimate, a ratio of two sizes), and `json` writes its results beside the findings,
//! so that no form shows a number that is not in the JSON. In the page each number of a table
//! stands in a `<data value="…">` element with the value it has there.

use lagom_data as data;
use lagom_engine::labels;
use lagom_engine::levers;
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
mod bills;
mod charts;
mod clean;
mod costs;
mod document;
mod figures;
mod findings;
mod gains;
mod json;
mod numbers;
mod pages;
mod plot;
mod probes;
mod recipes;
mod render;
mod shown;
mod span;
#[cfg(test)]
mod tests;
mod words;

pub use answer::{Answer, Fact};
pub use asked::{ShownAgreement, ShownShot, ShownShots};
pub use bills::{Bill, Bills, BreakEven};
pub use clean::{clean, clean_data, without_formula};
pub use figures::{Figure, On};
pub use findings::{
    Climbed, CurvePoint, CutTexts, DataOutlook, DataSummary, Difference, DifferenceAnswer, Effort, Findings, Forecast,
    Handover, LearningCurve, RowsForBar, Shortfall, UntriedRung,
};
pub use gains::Gains;
pub use json::{json, json_page};
pub use pages::compare::{compare_html, compare_json, compare_markdown, compare_terminal};
pub use pages::run::{html, ledger, ledger_json, markdown, overfitting, overfitting_json, terminal};
pub use pages::scaling;
pub use recipes::ShownRecipe;
pub use shown::{Shown, ShownLabels, ShownLever, ShownRow};
pub use span::Span;
pub use words::{
    Said, Told, answer, caution, ceiling, finding, how, nothing, other_letters, severity, uncut, uncut_words,
};
