//! Everything a report shows, in one value: `report.json` is this value, and no other form shows a
//! number that is not in it.

use serde::{Deserialize, Serialize};

use crate::data::quality::Quality;
use crate::data::{Caution, ColumnKind, ReviewCounts};
use crate::labels::LabelCurves;
use crate::levers::Ledger;
use crate::measure::Machine;
use crate::metric::Threshold;
use crate::probe::ProbeResult;
use crate::search::Why;
use crate::stats::Estimate;
use crate::store::LookRecord;
use crate::study::{Study, TaskKind};
use crate::trial::Calibration;
use crate::verdict::{Analysis, Terms, Uncascaded, Verdict};
use lagom_engine::overfitting::Overfitting;

/// What a study found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Version of this format.
    pub format: u32,
    /// Name of the study: the stem of its file.
    pub name: String,
    /// The checked study.
    pub study: Study,
    /// The study file as the user wrote it.
    pub source: String,
    /// The data.
    pub data: DataSummary,
    /// What "good enough" means here.
    pub terms: Terms,
    /// The measurements, compared.
    pub analysis: Analysis,
    /// The answer.
    pub verdict: Verdict,
    /// Quality of the choice (or the reference) over the share of the training rows; from the smallest share to all.
    pub curve: Option<LearningCurve>,
    /// What more training rows would bring.
    pub outlook: Option<DataOutlook>,
    /// Looks at the holdout so far.
    pub looks: Vec<LookRecord>,
    /// What the study took.
    pub effort: Effort,
    /// What the probes that the study asks for found of the choice and of what it is compared with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<ProbeResult>,
    /// Rows on which the two finalists differ, where both are asked: the worst of the choice first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// From which probability on the choice calls a row positive, where the metric ranks rows and names no classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Threshold>,
    /// The quality of the data: what `lagom data` found of them, else what is found without training. Rows are numbered as in their file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<Quality>,
    /// What the climb spent and what it left out; none for a sweep of the whole ladder.
    pub climb: Option<Climbed>,
    /// What the stage of levers found; none where it was not run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levers: Option<Ledger>,
    /// Which adaptation pays at which number of labels; none where fewer than two were measured on fewer rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<LabelCurves>,
    /// Overfitting by size; none where it was not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overfitting: Option<Overfitting>,
    /// The cascades that the study names and that could not be put together, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uncascaded: Vec<Uncascaded>,
    /// The model that is handed over.
    pub bundle: Option<Handover>,
    /// The machine and the versions.
    pub machine: Machine,
}

/// The data of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSummary {
    /// The kind of task.
    pub task: TaskKind,
    /// Rows to train and validate on.
    pub development: u64,
    /// Sealed rows.
    pub holdout: u64,
    /// Whether the user gave the holdout as a file of its own.
    pub given: bool,
    /// Name of the target column.
    pub target: String,
    /// Classes in the order of their numbers; empty for regression.
    pub classes: Vec<String>,
    /// Input columns and their kinds.
    pub columns: Vec<(String, ColumnKind)>,
    /// How many labels a person has reviewed, by which models are judged; none where nobody has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<ReviewCounts>,
    /// What was noticed while reading.
    pub notes: Vec<String>,
    /// What a reader of the verdict has to know of the data, the gravest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cautions: Vec<Caution>,
    /// Candidates on pretrained weights that do not read all texts to the end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cut: Vec<CutTexts>,
    /// BLAKE3 of the prepared data.
    pub digest: String,
    /// The margin that the holdout can resolve before anything is measured, at a power of 80 %.
    pub resolvable_margin: f64,
}

/// A candidate on pretrained weights that does not read all texts to the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutTexts {
    /// The candidate.
    pub candidate: String,
    /// Texts that are longer than what it reads: different ones of all rows, or training rows of one repeat.
    pub texts: u64,
    /// Whether they are those of training rows.
    pub of_training: bool,
    /// The most tokens that it reads of a text, special ones included.
    pub tokens: u32,
    /// What says so: `` `max_seq_length` of sentence_bert_config.json ``.
    pub from: String,
}

/// Quality over the amount of training data, for one candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningCurve {
    /// The candidate.
    pub candidate: String,
    /// Its points, from the fewest rows to all.
    pub points: Vec<CurvePoint>,
}

/// One point of a learning curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Share of the training rows, above 0 and up to 1.
    pub share: f64,
    /// Number of rows trained on.
    pub rows: u64,
    /// Quality on validation rows, in the metric's unit.
    pub quality: Estimate,
    /// Mean quality on training rows, in the metric's unit.
    pub train_quality: f64,
}

/// The forecast of a learning curve: odds, not a promise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataOutlook {
    /// The candidate.
    pub candidate: String,
    /// Training rows at the end of the measured curve.
    pub rows: u64,
    /// The forecast is of so many times these rows.
    pub times: f64,
    /// Quality there, in the metric's unit.
    pub quality: Forecast,
    /// The gain that would matter: the margin, or what is missing to the bar; none where the bar is met.
    pub gain: Option<f64>,
    /// The probability of gaining more than that, between 0 and 1.
    pub odds: Option<f64>,
    /// Training rows at which the bar would be met; none inside where no thousandfold is likely to; none
    /// outside where there is no bar or it is met.
    pub for_bar: Option<Option<RowsForBar>>,
    /// How the points run where no law describes them, in words: the forecast deserves less trust.
    pub ill: Option<String>,
}

/// A quality that is predicted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// As likely better as worse.
    pub point: f64,
    /// Lower end of the interval at the study's confidence.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// An amount of training rows that is predicted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowsForBar {
    /// As likely enough as not.
    pub point: f64,
    /// Lower end of the interval at the study's confidence.
    pub low: f64,
    /// Upper end; none where no amount is surely enough.
    pub high: Option<f64>,
}

/// Whether a count is left out of the JSON.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What a study took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Effort {
    /// Finished trials behind the verdict.
    pub trials: u64,
    /// Trainings that were ended early, since they can't matter.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub stopped: u64,
    /// Trainings of weights that are asked, which are no trials: each answers all rows.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub trained: u64,
    /// Failed trials.
    pub failed: u64,
    /// Floating-point operations of all finished trials, of those ended early, and of the trainings of weights that are asked.
    pub flops: f64,
    /// CPU seconds of the same.
    pub cpu_seconds: f64,
    /// Largest peak memory of any trial, in bytes; none where the kernel tells of none.
    pub peak_memory: Option<u64>,
}

/// What a climb measured of the ladder, and what bounds the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Climbed {
    /// Rungs of the whole ladder, the baseline included.
    pub rungs: u64,
    /// Rungs that were tried, those included whose trainings were ended early.
    pub tried: u64,
    /// Rungs whose trainings were ended early, since they can't matter.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub stopped: u64,
    /// Floating-point operations of the finished trials and of those ended early.
    pub flops: f64,
    /// Operations that a sweep of the whole ladder would take: measured where there is a measurement, else planned.
    pub sweep_flops: f64,
    /// The rungs that were not tried, from the smallest to the largest.
    pub untried: Vec<UntriedRung>,
}

/// A row on which two candidates differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Row of the data set, from 0.
    pub row: u32,
    /// The question, without instructions and shots; shortened.
    pub input: String,
    /// The right answers.
    pub references: Vec<String>,
    /// What each of the two answered: the one that is tested, then the one it is tested against.
    pub answers: Vec<DifferenceAnswer>,
}

/// What one candidate answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DifferenceAnswer {
    /// Who.
    pub candidate: String,
    /// The answer as it came, shortened; none where the call failed.
    pub answer: Option<String>,
    /// Its score, in the metric's unit.
    pub score: f64,
}

/// A rung that was not tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UntriedRung {
    /// Name of the candidate.
    pub name: String,
    /// Planned parameters.
    pub parameters: u64,
    /// Upper bound, at the study's confidence, of what it could gain over the best that was measured, in the
    /// metric's unit.
    pub gain: f64,
    /// What the bound rests on.
    pub why: Why,
}

/// The model that is handed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handover {
    /// The candidate.
    pub candidate: String,
    /// File name within the study's folder.
    pub file: String,
    /// Stored parameters.
    pub parameters: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of pretrained weights in folders that the file names.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bytes_beside: u64,
    /// Rows it was trained on: all, but for a holdout that the user gave.
    pub rows: u64,
    /// Its own quality on a holdout that the user gave, in the metric's unit; it stands beside the repeats' interval.
    pub holdout_quality: Option<f64>,
    /// Where its training came out worse than those that were measured; nothing where it did not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shortfalls: Vec<Shortfall>,
    /// What became of its calibration; none where the study does not ask for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// Whether it is the very model that answered, as a folder of weights; else it was trained once more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_asked: bool,
}

/// A final training that came out worse on its own rows than every one of the trainings that the verdict rests on, however often it was
/// trained: what is handed over may be worse than what was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shortfall {
    /// What was trained.
    pub candidate: String,
    /// Quality of the model that is handed over on the rows that it was trained on, in the metric's unit.
    pub quality: f64,
    /// That of the worst repeat on its rows.
    pub least: f64,
    /// How often it was trained; the best of them is handed over.
    pub trainings: u32,
}
