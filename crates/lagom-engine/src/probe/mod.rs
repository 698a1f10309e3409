//! Probes: measurements of a candidate on validation rows beyond its quality. A file and a line in [`PROBES`] each.
//!
//! ```text
//! stored outcomes of every repeat ---------------------- Probe::run --> ProbeResult, one a finalist
//! bundles of finalists -> worker: Model -> look -> Figures -> store --> tell --> ProbeResult, one over all sizes
//! ```
//!
//! A probe reads what was kept of a candidate's validation rows, so that it costs no training and an older run has it too; or it looks at the
//! trained model ([`LooksAtModels`]): once, in a worker, on the validation rows of the model's own repeat. Its figures are stored, and told anew for
//! every verdict. No sealed row is among them.

mod calibration;
mod classes;
mod error_slices;
mod importance;
mod result;
mod robustness;
mod row_scores;
mod sight;
mod slice_by;

use crate::candidate;
use crate::data::{Column, Dataset, SliceColumn, Units};
use crate::metric::{Metric, Outcomes};
use crate::study::costs::Estimated;
use crate::study::{ProbeAbout, Registries};

pub use calibration::{Tempering, tempering};
pub use result::{Cell, Panel, PanelLine, PanelPoint, ProbeResult, ProbeTable};
pub use sight::{Figures, Part, ProbeError, Sight, look_key};

/// Every probe, in the order in which reports show them.
pub static PROBES: &[&dyn Probe] = &[
    &error_slices::ErrorSlices,
    &slice_by::SliceBy,
    &classes::Classes,
    &robustness::Robustness,
    &calibration::Calibration,
    &importance::Importance,
];

/// A measurement of a trained or asked model on validation rows. One that needs the model itself is a [`LooksAtModels`], too.
pub trait Probe: Sync {
    /// Its name and what it finds out, without its code.
    fn about(&self) -> &'static ProbeAbout;

    /// What it found in stored outcomes; none where there is nothing to measure, such as a candidate that was never trained.
    fn run(&self, subject: &Subject<'_>) -> Option<ProbeResult>;

    /// How it looks at trained models; none where stored outcomes are all that it needs.
    fn models(&self) -> Option<&dyn LooksAtModels> {
        None
    }

    /// How it looks at models that are asked, where the study pays for it (`corrupted` under `[budget]`); none where it does not.
    fn asked(&self) -> Option<&dyn AsksModels> {
        None
    }
}

/// A probe that looks at trained models.
pub trait LooksAtModels: Sync {
    /// Version of its code: part of the address under which its figures are kept.
    fn version(&self) -> u32;

    /// The models of how many repeats it looks at, at least 1.
    fn repeats(&self) -> u32 {
        1
    }

    /// What it measures of one candidate. In a worker; the same on every run.
    ///
    /// # Errors
    /// A model can't answer, or there is nothing to look at.
    fn look(&self, sights: &[Sight<'_>]) -> Result<Figures, ProbeError>;

    /// The figure that limits and orders of sizes go by, worse the larger it is and at least 0, with its interval at a confidence; none of a probe without
    /// one, and where these figures have none.
    fn estimate(&self, _: &Figures, _: (Metric, f64)) -> Option<Estimated> {
        None
    }

    /// What the figures of all finalists say together, from the smallest to the largest; none without any.
    fn tell(&self, seen: &[Seen<'_>], told: &Told<'_>) -> Option<ProbeResult>;
}

/// A probe that has models that are asked answer some rows once more, in other forms.
pub trait AsksModels: Sync {
    /// These rows in every form.
    fn variants(&self, columns: &[Column], seed: u64) -> Vec<Variant>;

    /// What a model came to on them.
    fn tell_asked(&self, seen: &AskedSeen<'_>, told: &Told<'_>) -> ProbeResult;
}

/// Some rows in another form.
#[derive(Clone, Debug)]
pub struct Variant {
    /// What was done to them.
    pub name: &'static str,
    /// Their columns, of these rows alone.
    pub columns: Vec<Column>,
}

/// A model that is asked, with what it said to rows as they are and in other forms.
#[derive(Clone, Debug)]
pub struct AskedSeen<'a> {
    /// The name of the candidate.
    pub name: &'a str,
    /// Rows that it was to answer.
    pub rows: u64,
    /// By form.
    pub variants: Vec<AskedVariant>,
    /// Forms that change nothing of what it reads.
    pub idle: Vec<&'static str>,
}

/// What a model that is asked said to rows in one form.
#[derive(Clone, Debug)]
pub struct AskedVariant {
    /// What was done to the rows.
    pub name: &'static str,
    /// Outcomes on the rows as they are, of those that it answered in both forms.
    pub plain: Outcomes,
    /// Outcomes on the same rows in this form.
    pub changed: Outcomes,
}

/// What a probe looks at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The name of the candidate.
    pub candidate: &'a str,
    /// Its outcomes on the validation rows of every repeat.
    pub repeats: &'a [Validated<'a>],
    /// The other finalist, where there is one: the choice beside what it is compared with, and the reverse.
    pub other: Option<Other<'a>>,
    /// The rows that are no evidence apart, where there are any.
    pub units: Option<&'a Units>,
    /// The data, whose sealed rows a probe never needs.
    pub dataset: &'a Dataset,
    /// The column that rows are told apart by, where the study names one.
    pub slices: Option<&'a SliceColumn>,
    /// Whether it is the first of the finalists: what is about both stands with it.
    pub leads: bool,
    /// The measure of quality in the study.
    pub metric: Metric,
    /// How sure a finding has to be.
    pub confidence: f64,
}

/// The other finalist.
#[derive(Clone, Copy, Debug)]
pub struct Other<'a> {
    /// Its name.
    pub candidate: &'a str,
    /// Its outcomes on the validation rows of every repeat.
    pub repeats: &'a [Validated<'a>],
}

/// What one repeat came to on its validation rows.
#[derive(Clone, Copy, Debug)]
pub struct Validated<'a> {
    /// The rows.
    pub rows: &'a [u32],
    /// The outcomes, in the order of the rows.
    pub outcomes: &'a Outcomes,
}

/// A finalist with what was measured of it.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The name of the candidate.
    pub name: &'a str,
    /// Its stored parameters.
    pub parameters: u64,
    /// The figures of its models; none where they were not measured, or could not be.
    pub figures: Option<&'a Figures>,
    /// Why there are none, in a fragment; empty where there are.
    pub why: &'a str,
}

/// What figures are told for.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The measure of quality in the study.
    pub metric: Metric,
    /// How sure a finding has to be.
    pub confidence: f64,
    /// The choice, if there is one.
    pub choice: Option<&'a str>,
    /// The classes by name; empty for numbers.
    pub classes: &'a [String],
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
