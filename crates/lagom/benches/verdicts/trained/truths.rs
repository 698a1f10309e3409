//! The true quality of each candidate on the data of a study.

use std::collections::BTreeMap;
use std::error::Error;
use std::ops::ControlFlow;

use lagom::bundle::Bundle;
use lagom::data::Inputs;
use lagom::data::known::{Known, Sample};
use lagom::run::Run;
use lagom::stats;
use lagom::trial::{Ended, Executor, Job, JobEvent, Report, Request, TrialSpec};

/// Rows of the fresh sample: the standard error of an accuracy is at most 0.0035 before, and far less
/// with the noise of the labels out of it.
pub(crate) const FRESH_ROWS: usize = 20_000;
/// The number of the fresh sample; the study itself is sample 0.
pub(crate) const FRESH: u64 = 1;

/// What a candidate is truly worth when trained on rows of this study.
#[derive(Clone, Debug)]
pub(crate) struct TrueQuality {
    /// The mean over trainings on splits of their own, in the metric of the kind (higher is better).
    pub(crate) value: f64,
    /// Its standard error from the spread of the trainings.
    pub(crate) standard_error: f64,
    /// Mean floating-point operations of a training.
    pub(crate) flops: f64,
}

/// Trains every candidate of the ladder `count` times on splits that the study did not use, and
/// weighs the answers of each model on the fresh sample. Candidates that can't be trained are missing.
pub(crate) fn all(
    run: &Run,
    executor: &dyn Executor,
    (known, fresh): (&Known, &Sample),
    count: u32,
) -> Result<BTreeMap<String, TrueQuality>, Box<dyn Error>> {
    let specs = specs(run, count);
    let models = tempfile::tempdir()?;
    let path = |at: usize| models.path().join(format!("{at}.lagom"));
    let data = std::path::absolute(run.folder().join("data.bin"))?;
    let schema = &run.prepared().loaded.schema;
    let job = |(at, spec): (usize, &TrialSpec)| Job::Trial {
        request: Request { spec: spec.clone(), metric: run.prepared().terms.metric, target: None },
        data: data.clone(),
        schema: schema.clone(),
        bundle: Some(path(at)),
    };
    let jobs: Vec<Job> = specs.iter().enumerate().map(job).collect();
    let mut found: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    let mut keep = |at: usize, ended: Ended| -> Result<(), Box<dyn Error>> {
        if let Some(flops) = trained(ended)? {
            let value = of(&Bundle::read(&path(at))?, known, fresh)?;
            found.entry(specs[at].candidate.name.clone()).or_default().push((value, flops));
        }
        Ok(())
    };
    let mut fault = None;
    let ended = executor.run(&jobs, executor.workers(), &mut |event| {
        let JobEvent::Ended(at, ended) = event else { return ControlFlow::Continue(()) };
        match keep(at, *ended) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                fault = Some(error);
                ControlFlow::Break(())
            }
        }
    });
    fault.map_or_else(|| ended.map_err(|error| error.to_string().into()), Err)?;
    Ok(found.into_iter().map(|(name, trainings)| (name, mean(&trainings))).collect())
}

/// Trainings like those of the study, with the numbers of repeats after its own.
fn specs(run: &Run, count: u32) -> Vec<TrialSpec> {
    let plan = &run.prepared().plan;
    let first = plan.trials.iter().filter(|spec| spec.split.repeat == 0);
    let further = |spec: &TrialSpec| {
        let spec = spec.clone();
        (plan.repeats..plan.repeats + count).map(move |repeat| {
            let mut spec = spec.clone();
            spec.split.repeat = repeat;
            spec
        })
    };
    first.flat_map(further).collect()
}

/// Floating-point operations of a finished training; none where the candidate can't be trained.
fn trained(ended: Ended) -> Result<Option<f64>, Box<dyn Error>> {
    match ended {
        Ok(Report::Trial(report)) => Ok(Some(report.measurement()?.facts.flops)),
        Ok(other) => Err(format!("a trial was answered with {other:?}").into()),
        Err(failure) if failure.worth_retrying() => Err(format!("a training ended: {failure}").into()),
        Err(_) => Ok(None),
    }
}

/// What the answers of a model on the fresh sample are truly worth.
pub(crate) fn of(bundle: &Bundle, known: &Known, fresh: &Sample) -> Result<f64, Box<dyn Error>> {
    let rows: Vec<u32> = (0..fresh.rows() as u32).collect();
    let answers = bundle.model.predict(&Inputs { columns: &fresh.columns, rows: &rows })?;
    let quality = known.quality(fresh, &answers, &bundle.schema.classes);
    Ok(quality.ok_or("a model's answers do not fit the sample")?.value)
}

fn mean(trainings: &[(f64, f64)]) -> TrueQuality {
    let values: Vec<f64> = trainings.iter().map(|(value, _)| *value).collect();
    let flops: Vec<f64> = trainings.iter().map(|(_, flops)| *flops).collect();
    TrueQuality {
        value: stats::mean(&values),
        standard_error: (stats::variance(&values).max(0.0) / values.len() as f64).sqrt(),
        flops: stats::mean(&flops),
    }
}
