//! Probes: measurements of a candidate on validation rows beyond its quality. A file and a line in [`PROBES`] each.
//!
//! A probe reads what was kept of a candidate's validation rows, so that it costs no training and an older run has it too;
//! no sealed row is among them.

mod error_slices;

use serde::{Deserialize, Serialize};

use crate::candidate;
use crate::data::Dataset;
use crate::metric::Metric;
use crate::stats::Estimate;
use crate::study::{ProbeAbout, Registries};
use crate::verdict::CandidateResults;

/// Every probe, in the order in which reports show them.
pub static PROBES: &[&dyn Probe] = &[&error_slices::ErrorSlices];

/// A measurement of a trained or asked model on validation rows.
pub trait Probe: Sync {
    /// Its name and what it finds out, without its code.
    fn about(&self) -> &'static ProbeAbout;

    /// What it found; none where there is nothing to measure, such as a candidate that was never trained.
    fn run(&self, subject: &Subject<'_>) -> Option<ProbeResult>;
}

/// What a probe looks at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The candidate, with its outcomes on the validation rows of every repeat.
    pub entry: &'a CandidateResults,
    /// The data, whose sealed rows a probe never needs.
    pub dataset: &'a Dataset,
    /// The measure of quality in the study.
    pub metric: Metric,
    /// How sure a finding has to be.
    pub confidence: f64,
}

/// What a probe found of one candidate: a sentence and a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeResult {
    /// The name of the probe.
    pub probe: String,
    /// The name of the candidate.
    pub candidate: String,
    /// What it came to, in whole sentences.
    pub said: String,
    /// The heads of the table's columns.
    pub columns: Vec<String>,
    /// Its lines, of as many cells each; none where nothing was found.
    pub lines: Vec<Vec<Cell>>,
}

impl ProbeResult {
    /// That a probe did not look at a candidate that is asked and not trained here.
    #[must_use]
    pub fn unseen(probe: &dyn Probe, candidate: &str) -> Self {
        Self {
            probe: probe.about().name.to_owned(),
            candidate: candidate.to_owned(),
            said: format!("{candidate} is asked and not trained here; only what is trained is looked at so far."),
            columns: Vec::new(),
            lines: Vec::new(),
        }
    }
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
}

/// What a study may name: the families that are trained, the levers and the probes.
#[must_use]
pub fn registries() -> Registries {
    Registries { probes: PROBES.iter().map(|probe| probe.about()).collect(), ..candidate::registries() }
}

/// The probe of that name.
#[must_use]
pub fn probe(name: &str) -> Option<&'static dyn Probe> {
    PROBES.iter().copied().find(|probe| probe.about().name == name)
}
