//! The worker's side: one job, in a process of its own.

use std::collections::HashSet;
use std::path::Path;
use std::time::Instant;

use super::calibration::calibrated;
use super::{
    Failure, Job, Measurement, ProbeJob, RefitReport, RefitSpec, Report, Request, Stopped, TrialReport, TrialSpec,
    TrialStats,
};
use crate::bundle::{Beside, Bundle, BundleError, Origin};
use crate::candidate::{Candidate, FitContext, FitError, Fitted, Model, Outside, Purpose, TRAIN_SAMPLE, Watch, fit};
use crate::data::{Dataset, Inputs, Schema, Sealed, Split, SplitSpec, fold, is_full, seed, split};
use crate::measure::{self, cpu_seconds, measure, peak_memory};
use crate::metric::{Metric, MetricError, score};
use crate::probe::{Part, Sight, probe};

/// Independent validation rows below which no probe looks at a model: what it says of fewer is chance.
const FEWEST: usize = 30;

/// Does one job; everything that goes wrong is in the report.
#[must_use]
pub fn perform(job: Job) -> Report {
    let done = match job {
        Job::Trial { request, data, schema, bundle } => trial(&request, &data, schema, bundle.as_deref()),
        Job::Refit { spec, data, schema, bundle, metric } => refit(&spec, (&data, &bundle), schema, metric),
        Job::Deploy { bundle, rows } => measure(&bundle, &rows).map(Report::Deploy).map_err(Failure::from),
        Job::Load { bundle, rows } => measure::load(&bundle, &rows).map(Report::Load).map_err(Failure::from),
        Job::Probe(job) => look(&job),
    };
    done.unwrap_or_else(Report::Failed)
}

/// What a probe measures of models, on the validation rows of each one's own repeat.
fn look(job: &ProbeJob) -> Result<Report, Failure> {
    let unknown = || Failure::Unfit { message: format!("this lagom has no probe `{}` of models", job.probe) };
    let looks = probe(&job.probe).and_then(|probe| probe.models()).ok_or_else(unknown)?;
    let dataset = load(&job.data)?;
    let mut seen = Vec::new();
    for (spec, path) in job.trials.iter().zip(&job.bundles) {
        let bundle = Bundle::read(path)?;
        if bundle.origin.trial != spec.key() {
            let message = format!("`{}` is not the model of the trial {}", path.display(), spec.key());
            return Err(Failure::Crashed { code: 0, message });
        }
        seen.push((bundle.model, Part::of(&dataset, &split(&dataset, &spec.split).validation), spec.split.seed));
    }
    // From here on no row of the data is within reach but those.
    drop(dataset);
    let sights: Vec<Sight<'_>> =
        seen.iter().map(|(model, part, seed)| Sight { model, part, metric: job.metric, seed: *seed }).collect();
    let independent = sights.iter().map(|sight| sight.part.independent()).min().unwrap_or(0);
    if independent < FEWEST {
        let message =
            format!("{independent} independent validation rows tell nothing of it: at least {FEWEST} are needed");
        return Err(Failure::Unfit { message });
    }
    looks.look(&sights).map(Report::Probe).map_err(|error| Failure::Unfit { message: error.to_string() })
}

fn trial(request: &Request, data: &Path, schema: Schema, to: Option<&Path>) -> Result<Report, Failure> {
    let start = Instant::now();
    let Request { spec, metric, target } = request;
    let (metric, target) = (*metric, *target);
    let dataset = load(data)?;
    let rows = split(&dataset, &spec.split);
    let (train, validation) = (dataset.training(&rows.train), dataset.examples(&rows.validation));
    let seed = seed::derive(spec.split.seed, "trial", u64::from(spec.split.repeat));
    let quality = |answers: &[f64]| {
        let found = score(metric, &validation.outcomes(answers).ok()?).ok()?;
        Some(metric.orient(found.value))
    };
    let watch = Some(Watch { quality: &quality, target });
    let purpose = Purpose::Measure { validation, watch };
    let outside = outside(data, &dataset);
    let fitted = fit(&spec.candidate, &FitContext { train, purpose, weights: None, seed, outside })?;
    if fitted.stopped.is_some() {
        return Ok(stopped(fitted, schema, (request, rows.train.len()), start));
    }
    let predict = |inputs: Inputs<'_>| Ok(fitted.model.predict(&inputs)?);
    let found = scored(&dataset, (spec, &rows), &predict)?;
    let origin = origin(&spec.candidate, spec.key(), rows.train.len());
    let train = fitted.trained.clone().unwrap_or(found.train);
    let (mut facts, bundle) = finish(fitted, schema, origin)?;
    if let Some(path) = to {
        bundle.write(path).map_err(unwritten)?;
    }
    facts.watched = facts.history.iter().any(|point| point.quality.is_some()).then_some(metric);
    stamp(&mut facts, &spec.candidate, start);
    Ok(Report::Trial(Box::new(TrialReport::new(&Measurement { facts, train, ..found })?)))
}

/// What a model comes to on the rows of a trial, without the figures of its training.
pub(super) fn scored(
    dataset: &Dataset,
    (spec, rows): (&TrialSpec, &Split),
    predict: &dyn Fn(Inputs<'_>) -> Result<Vec<f64>, Failure>,
) -> Result<Measurement, Failure> {
    let validation = dataset.examples(&rows.validation);
    let validation = validation.outcomes(&predict(validation.inputs)?)?;
    let sample = dataset.examples(&rows.train[..rows.train.len().min(TRAIN_SAMPLE)]);
    let train = sample.outcomes(&predict(sample.inputs)?)?;
    let sealed = match fold(dataset, &spec.split) {
        Some((_, tested)) => dataset.score_fold(&with_left_out(dataset, spec, tested), predict)?,
        None => dataset.score_holdout(predict)?,
    };
    Ok(Measurement { facts: TrialStats::default(), rows: rows.validation.clone(), validation, train, sealed })
}

/// The rows of a fold with those that a training on a share of its rows left out: none of them has been seen.
fn with_left_out(dataset: &Dataset, spec: &TrialSpec, mut tested: Vec<u32>) -> Vec<u32> {
    let own = split(dataset, &spec.split);
    let whole = split(dataset, &SplitSpec { fraction: 1.0, ..spec.split });
    let seen: HashSet<u32> = own.train.iter().chain(&own.validation).copied().collect();
    tested.extend(whole.train.iter().filter(|row| !seen.contains(row)));
    tested.sort_unstable();
    tested
}

/// The report of a training that ended early: it predicts nothing, since nothing may be read off it.
fn stopped(fitted: Fitted, schema: Schema, (request, rows): (&Request, usize), start: Instant) -> Report {
    let (mut facts, _) = match finish(fitted, schema, origin(&request.spec.candidate, request.spec.key(), rows)) {
        Ok(finished) => finished,
        Err(failure) => return Report::Failed(failure),
    };
    facts.watched = Some(request.metric);
    stamp(&mut facts, &request.spec.candidate, start);
    let ended = request.target.and_then(|target| Stopped::of(&facts, target, facts.history.len()));
    let lost = || Failure::Crashed { code: 0, message: "a training ended early without a reason".to_owned() };
    ended.map_or_else(|| Report::Failed(lost()), |ended| Report::Stopped(Box::new(ended)))
}

fn refit(spec: &RefitSpec, (data, to): (&Path, &Path), schema: Schema, metric: Metric) -> Result<Report, Failure> {
    let start = Instant::now();
    let dataset = load(data)?;
    let rows = dataset.handed_over_rows(spec.give_back);
    let train = dataset.training(&rows);
    let purpose = Purpose::Refit { settled: spec.settled };
    let outside = outside(data, &dataset);
    let fitted = fit(&spec.candidate, &FitContext { train, purpose, weights: None, seed: spec.seed, outside })?;
    // As the repeats were measured: without a temperature.
    let train = match fitted.trained.clone() {
        Some(outcomes) => outcomes,
        None => {
            // Spread over the file, which may be sorted.
            let sampled: Vec<u32> = rows.iter().copied().step_by(rows.len().div_ceil(TRAIN_SAMPLE).max(1)).collect();
            let sample = dataset.examples(&sampled);
            sample.outcomes(&fitted.model.predict(&sample.inputs)?)?
        }
    };
    let train_quality = score(metric, &train).ok().map(|found| found.value).filter(|value| value.is_finite());
    let wanted = spec.calibrate && dataset.task.has_classes();
    let (fitted, calibration) = match wanted {
        true => calibrated(fitted, (&spec.candidate, spec.settled, spec.seed), &dataset, outside)
            .map(|(fitted, found)| (fitted, Some(found)))?,
        false => (fitted, None),
    };
    let origin = origin(&spec.candidate, spec.key(), rows.len());
    let (mut facts, bundle) = finish(fitted, schema, origin)?;
    facts.calibration = calibration;
    let predict = |inputs: Inputs<'_>| Ok::<_, Failure>(bundle.model.predict(&inputs)?);
    // Where every row is trained on nothing is left to score the refit on.
    let left = !spec.give_back && dataset.holdout_rows() > 0;
    let sealed = if left { dataset.score_holdout(predict)? } else { Sealed::from_bytes(Vec::new()) };
    bundle.write(to).map_err(unwritten)?;
    stamp(&mut facts, &spec.candidate, start);
    Ok(Report::Refit(Box::new(RefitReport { facts, train_quality, sealed })))
}

/// What a training may read and keep beside the file of its data.
fn outside<'a>(data: &'a Path, dataset: &'a Dataset) -> Outside<'a> {
    Outside { folder: data.parent(), columns: Some(&dataset.columns), ..Outside::default() }
}

fn origin(candidate: &Candidate, trial: String, rows: usize) -> Origin {
    Origin { candidate: candidate.name.clone(), trial, rows: rows as u64, lagom: env!("CARGO_PKG_VERSION").to_owned() }
}

/// The facts of a fitted model, but for time and memory, and its bundle.
fn finish(fitted: Fitted, schema: Schema, origin: Origin) -> Result<(TrialStats, Bundle), Failure> {
    let Fitted { model, settled, history, flops, search_flops, shared, changes, .. } = fitted;
    let train_rows = origin.rows;
    let bundle = Bundle { schema, model, origin, beside: Beside::default(), background: None };
    let facts = TrialStats {
        parameters: Model::parameters(&bundle.model),
        bytes: bundle.to_bytes().map_err(unwritten)?.len() as u64 + bundle.model.bytes_beside(),
        bytes_beside: bundle.model.bytes_beside(),
        train_rows,
        settled,
        watched: None,
        history,
        flops,
        search_share: if flops > 0.0 { search_flops / flops } else { 0.0 },
        wall_seconds: 0.0,
        cpu_seconds: 0.0,
        shared,
        peak_memory: None,
        changes,
        calibration: None,
        computed_on: None,
    };
    Ok((facts, bundle))
}

fn stamp(facts: &mut TrialStats, candidate: &Candidate, start: Instant) {
    facts.computed_on = candidate.compute.map(|compute| compute.to_string());
    facts.wall_seconds = start.elapsed().as_secs_f64();
    facts.cpu_seconds = cpu_seconds() + facts.shared.cpu_seconds;
    facts.peak_memory = Some(peak_memory()).filter(|bytes| *bytes > 0);
}

/// The data of the run; that they can't be read is no fault of a candidate.
pub(super) fn load(path: &Path) -> Result<Dataset, Failure> {
    Dataset::read(path).map_err(|error| {
        // What the system says where this process may take no more memory.
        if error.detail.contains("out of memory") || error.detail.contains("allocate memory") {
            return Failure::Crashed { code: 0, message: error.to_string() };
        }
        Failure::Folder { path: error.path, detail: error.detail }
    })
}

/// A bundle that can't be written: a fault of the disk or of the folder.
fn unwritten(error: BundleError) -> Failure {
    match error {
        BundleError::Io { path, error, .. } if is_full(&error) => Failure::DiskFull { path },
        BundleError::Io { path, error, .. } => Failure::Folder { path, detail: error.to_string() },
        other @ (BundleError::Format { .. } | BundleError::Encoding(_) | BundleError::Weights { .. }) => {
            Failure::Crashed { code: 0, message: other.to_string() }
        }
    }
}

impl From<FitError> for Failure {
    fn from(error: FitError) -> Self {
        let message = error.to_string();
        match error {
            FitError::Diverged(_) => Self::Diverged { message },
            FitError::Unfit(_) => Self::Unfit { message },
            // Another attempt may find it whole.
            FitError::Device(_) => Self::Crashed { code: 0, message },
            FitError::Weights { folder, detail } => Self::Folder { path: folder, detail },
            FitError::Folder { path, detail } => Self::Folder { path, detail },
        }
    }
}

impl From<MetricError> for Failure {
    fn from(error: MetricError) -> Self {
        Self::Diverged { message: error.to_string() }
    }
}

impl From<BundleError> for Failure {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::Weights { folder, detail, .. } => Self::Folder { path: folder, detail },
            error => Self::Crashed { code: 0, message: error.to_string() },
        }
    }
}
