//! What a cost is called, and the words that surfaces show of it.

use super::unit::Unit;

/// Names and words of a cost. All texts are fragments without a full stop unless they say otherwise.
#[derive(Debug)]
pub struct About {
    /// Its name as a value of `smallest-by` and in JSON.
    pub name: &'static str,
    /// The key of its limit under `[good-enough]`.
    pub key: &'static str,
    /// The option of `lagom verdict` that sets its limit, without the dashes.
    pub option: &'static str,
    /// What a ratio of it is called in `report.json`.
    pub ratio: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// Whether it is measured by timing a finished model, alone on the machine: known only once that was done.
    pub timed: bool,
    /// Whether a `[[candidate]]` may tell it, under its name.
    pub declared: bool,
    /// Whether it is estimated from a sample, so that measuring it again gives another figure: then [`super::Cost::range`] says how well it is known.
    pub noisy: bool,
    /// The probe that measures it; none of what is known of every candidate. A candidate that the probe has not looked at is neither within a
    /// limit nor beyond it.
    pub probe: Option<&'static str>,
    /// Where results of other tools may tell it: what `lagom compare` has of it, which orders and limits by it then.
    pub imported: Option<Imported>,
    /// Whether every report shows it where it is known; else only one whose terms limit it or order by it.
    pub usual: bool,
    /// What its limit is: `the most parameters`.
    pub limit: &'static str,
    /// A limit as it may be written: `50k`.
    pub example: &'static str,
    /// What little of it is, in the glossary: `a small file`.
    pub cheap: &'static str,
    /// Its line of the glossary, in whole sentences; none where another line tells it.
    pub meaning: Option<&'static str>,
    /// What it is where it exceeds a limit: `p95 latency`.
    pub noun: &'static str,
    /// A limit in a list of limits, with `{}` for the amount: `a file of {}`.
    pub at_most: &'static str,
    /// Its column in the table of candidates; none where another table or column tells it.
    pub column: Option<Heading>,
    /// Its plot; none where another one says as much.
    pub chart: Option<Chart>,
    /// Its row under the answer; none where nothing does.
    pub row: Option<Words>,
}

impl About {
    /// What it is called over a column or an axis.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.column.map_or(self.noun, |heading| heading.title)
    }
}

/// What `lagom compare` has of a cost.
#[derive(Clone, Copy, Debug)]
pub struct Imported {
    /// The option that sets its limit, without the dashes.
    pub option: &'static str,
    /// What that limit is, with an example where it needs one.
    pub limit: &'static str,
}

/// The heading of a column.
#[derive(Clone, Copy, Debug)]
pub struct Heading {
    /// In full.
    pub title: &'static str,
    /// Where room is scarce.
    pub short: &'static str,
}

/// The words of a plot of quality over the cost.
#[derive(Clone, Copy, Debug)]
pub struct Chart {
    /// Unique among plots; part of the names of its elements.
    pub id: &'static str,
    /// On the axis: `memory in use`.
    pub axis: &'static str,
    /// Before a figure: `p95`.
    pub short: &'static str,
    /// Over the plot: `Quality over memory`.
    pub title: &'static str,
    /// Under the title, in whole sentences, with `{currency}` for that of the study's prices.
    pub caption: &'static str,
}

/// The words of a row under the answer.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Its label: `speed`.
    pub label: &'static str,
    /// After the figure: `p95 a prediction`.
    pub detail: &'static str,
    /// Of the one that has less of it: `faster`.
    pub less: &'static str,
    /// Of the one that has more of it: `slower`.
    pub more: &'static str,
}
