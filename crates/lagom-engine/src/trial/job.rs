//! What parent and worker say to each other: one JSON line each way.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{Failure, Measurement, Request, Stopped, TrialSpec, TrialStats};
use crate::bundle::Row;
use crate::candidate::{Candidate, TunedParams, fingerprint};
use crate::data::{Schema, Sealed};
use crate::measure::{Deployment, Loading};
use crate::metric::{Metric, MetricError, Outcomes};
use crate::probe::Figures;
use crate::study::Device;

/// What a worker is asked to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Job {
    /// Train a candidate on one split and measure it.
    Trial {
        /// What, on which rows, and when it may end early.
        request: Request,
        /// File of the prepared data set.
        data: PathBuf,
        /// How raw rows become columns: goes into the bundle.
        schema: Schema,
        /// Where to write the bundle, if it is wanted.
        bundle: Option<PathBuf>,
    },
    /// Train the choice on all rows, or all but a holdout that the user gave, and write its bundle.
    Refit {
        /// What to train.
        spec: RefitSpec,
        /// File of the prepared data set.
        data: PathBuf,
        /// How raw rows become columns.
        schema: Schema,
        /// Where to write the bundle.
        bundle: PathBuf,
        /// The measure of quality in the study.
        metric: Metric,
    },
    /// Time a bundle, alone on the machine.
    Deploy {
        /// The bundle.
        bundle: PathBuf,
        /// Rows to predict in turn.
        rows: Vec<Row>,
    },
    /// Load a bundle and let it answer once, alone on the machine.
    Load {
        /// The bundle.
        bundle: PathBuf,
        /// The row to predict.
        rows: Vec<Row>,
    },
    /// Look at the models of some repeats of one candidate.
    Probe(ProbeJob),
}

impl Job {
    /// The device that it trains on, of which there is one; none where it works on the processor.
    #[must_use]
    pub fn device(&self) -> Option<Device> {
        let candidate = match self {
            Self::Trial { request, .. } => &request.spec.candidate,
            Self::Refit { spec, .. } => &spec.candidate,
            Self::Deploy { .. } | Self::Load { .. } | Self::Probe(_) => return None,
        };
        candidate.compute.map(|compute| compute.device)
    }
}

/// What a probe is to look at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProbeJob {
    /// The name of the probe.
    pub probe: String,
    /// The trials whose models it looks at, by repeat.
    pub trials: Vec<TrialSpec>,
    /// Their bundles, in the same order.
    pub bundles: Vec<PathBuf>,
    /// File of the prepared data set.
    pub data: PathBuf,
    /// The measure of quality in the study.
    pub metric: Metric,
}

/// The refit of a choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefitSpec {
    /// What to train.
    pub candidate: Candidate,
    /// What its repeats settled on.
    pub settled: TunedParams,
    /// Seed of initial weights and order.
    pub seed: u64,
    /// Whether the rows that were sealed for the verdict are trained on as well; never those of a holdout that the user
    /// gave.
    pub give_back: bool,
    /// Whether it is brought to a temperature where that makes its probabilities surely truer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub calibrate: bool,
    /// Digest of the data set.
    pub data: String,
}

impl RefitSpec {
    /// Content address: the bundle carries it, so that an older one never passes for this one.
    #[must_use]
    pub fn key(&self) -> String {
        let settled = serde_json::to_string(&self.settled)
            .unwrap_or_else(|error| unreachable!("numbers by name are JSON: {error}"));
        let (family, back) = (fingerprint(&self.candidate), u8::from(self.give_back));
        let calibrated = if self.calibrate { "\ncalibrated" } else { "" };
        let text = format!("refit\n{family}\n{settled}\n{}\n{}\n{back}{calibrated}", self.seed, self.data);
        blake3::hash(text.as_bytes()).to_hex()[..32].to_string()
    }
}

/// What a refit brought.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RefitReport {
    /// The figures of its training.
    pub facts: TrialStats,
    /// Its quality on a sample of the rows that it was trained on, in the metric's unit; none where it has no value.
    #[serde(default)]
    pub train_quality: Option<f64>,
    /// Its outcomes on a holdout that the user gave, under seal; empty where every row is trained on.
    pub sealed: Sealed,
}

/// What a worker answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Report {
    /// The measurement of a trial.
    Trial(Box<TrialReport>),
    /// The trial was ended early, since it can't matter.
    Stopped(Box<Stopped>),
    /// What a refit brought.
    Refit(Box<RefitReport>),
    /// The costs of a bundle in use.
    Deploy(Deployment),
    /// How long a bundle took to be ready.
    Load(Loading),
    /// What a probe measured.
    Probe(Figures),
    /// The job could not be done.
    Failed(Failure),
}

impl Report {
    /// The report, or how the job failed.
    ///
    /// # Errors
    /// The job could not be done.
    pub fn into_ended(self) -> Result<Self, Failure> {
        match self {
            Self::Failed(failure) => Err(failure),
            report => Ok(report),
        }
    }

    /// The same where a process does several jobs and had used so many seconds of CPU time before this one. The kernel's figure of memory is
    /// that of all of them: unknown.
    pub(super) fn of_one_among_others(mut self, cpu_before: f64) -> Self {
        let facts = match &mut self {
            Self::Trial(report) => &mut report.facts,
            Self::Stopped(stopped) => &mut stopped.facts,
            Self::Refit(report) => &mut report.facts,
            Self::Deploy(_) | Self::Load(_) | Self::Probe(_) | Self::Failed(_) => return self,
        };
        facts.peak_memory = None;
        facts.cpu_seconds = (facts.cpu_seconds - cpu_before).max(0.0);
        self
    }
}

/// A [`Measurement`] on the wire: blocks of bytes in base 64, so that every bit arrives.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TrialReport {
    facts: TrialStats,
    rows: Vec<u32>,
    validation: String,
    train: String,
    sealed: String,
}

impl TrialReport {
    /// The report of a measurement.
    ///
    /// # Errors
    /// The outcomes' columns are of different lengths.
    pub fn new(found: &Measurement) -> Result<Self, MetricError> {
        Ok(Self {
            facts: found.facts.clone(),
            rows: found.rows.clone(),
            validation: STANDARD.encode(found.validation.to_bytes()?),
            train: STANDARD.encode(found.train.to_bytes()?),
            sealed: STANDARD.encode(found.sealed.bytes()),
        })
    }

    /// The measurement, or what is wrong with the report.
    ///
    /// # Errors
    /// A block is not base 64, or not the outcomes it should be.
    pub fn measurement(self) -> Result<Measurement, String> {
        let bytes = |text: &str| STANDARD.decode(text).map_err(|error| error.to_string());
        let outcomes = |text: &str| Outcomes::from_bytes(&bytes(text)?).map_err(|error| error.to_string());
        Ok(Measurement {
            validation: outcomes(&self.validation)?,
            train: outcomes(&self.train)?,
            sealed: Sealed::from_bytes(bytes(&self.sealed)?),
            facts: self.facts,
            rows: self.rows,
        })
    }
}
