//! What a probe comes to, ready for every form of the report: sentences, tables and panels.

use serde::{Deserialize, Serialize};

use super::Probe;
use crate::metric::Metric;
use crate::stats::Estimate;

/// What a probe found: sentences, a table, and for probes over all sizes further tables and panels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProbeResult {
    /// The name of the probe.
    pub probe: String,
    /// The name of the candidate; empty where it is about all finalists.
    pub candidate: String,
    /// What it came to, in whole sentences.
    pub said: String,
    /// The heads of the table's columns.
    pub columns: Vec<String>,
    /// Its lines, of as many cells each; none where nothing was found.
    pub lines: Vec<Vec<Cell>>,
    /// Further tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<ProbeTable>,
    /// Small plots, drawn side by side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub panels: Vec<Panel>,
    /// How it was measured, and what was left out, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl ProbeResult {
    /// That a probe did not look at a candidate that is asked and not trained here.
    #[must_use]
    pub fn unseen(probe: &dyn Probe, candidate: &str) -> Self {
        Self {
            probe: probe.about().name.to_owned(),
            candidate: candidate.to_owned(),
            said: format!("{candidate} is asked and not trained here; only what is trained is looked at so far."),
            ..Self::default()
        }
    }
}

/// A further table of a probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeTable {
    /// What it shows.
    pub title: String,
    /// The heads of its columns.
    pub columns: Vec<String>,
    /// Its lines, of as many cells each.
    pub lines: Vec<Vec<Cell>>,
}

/// A small plot: lines over one axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// What it shows.
    pub title: String,
    /// What stands below it.
    pub across: String,
    /// Whether that axis is logarithmic.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub logarithmic: bool,
    /// Its lines.
    pub lines: Vec<PanelLine>,
}

/// A line of a plot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PanelLine {
    /// What it is.
    pub name: String,
    /// Its points, from left to right.
    pub points: Vec<PanelPoint>,
}

/// A point of a line.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PanelPoint {
    /// Where it stands.
    pub x: f64,
    /// How high.
    pub y: f64,
}

/// One cell of a probe's table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cell {
    /// Words.
    Text(String),
    /// How many.
    Count(u64),
    /// A quality.
    Quality {
        /// Its measure.
        metric: Metric,
        /// The quality, in the metric's unit.
        value: f64,
    },
    /// A difference of qualities, told without its sign.
    Difference {
        /// Their measure.
        metric: Metric,
        /// The difference, below 0 where the part is worse.
        estimate: Estimate,
        /// The confidence at which its interval holds.
        confidence: f64,
    },
    /// A number.
    Number {
        /// The number.
        value: f64,
        /// Half the length of its interval, where one is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        half: Option<f64>,
        /// Decimals that are shown.
        decimals: u8,
    },
    /// What is not known.
    Unknown,
}

impl Cell {
    /// A number, or that it is not known.
    #[must_use]
    pub fn number(value: Option<f64>, decimals: u8) -> Self {
        value.filter(|value| value.is_finite()).map_or(Self::Unknown, |value| Self::Number {
            value,
            half: None,
            decimals,
        })
    }

    /// A number with half the length of its interval.
    #[must_use]
    pub fn within(value: f64, half: f64, decimals: u8) -> Self {
        if !value.is_finite() {
            return Self::Unknown;
        }
        Self::Number { value, half: Some(half).filter(|half| half.is_finite()), decimals }
    }
}
