//! One study on a part of a real data set, and its pair on the other rows.

use std::error::Error;
use std::fmt::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use lagom::bundle::Bundle;
use lagom::candidate::TunedParams;
use lagom::data::seed;
use lagom::probe::registries;
use lagom::run::{Run, prepare};
use lagom::stats;
use lagom::study::Study;
use lagom::trial::{Executor, Job, JobEvent, Local, RefitSpec, Report, ThisProgram};
use lagom::verdict::{Analysis, TestKind, VerdictKind};
use rand::seq::SliceRandom;

use super::sets::Set;

/// Most rows that the pair is compared on.
const OTHERS: usize = 5_000;

/// A study and what became of its pair.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub(crate) set: &'static str,
    pub(crate) seed: u64,
    pub(crate) said: VerdictKind,
    /// None where nothing was compared, or no model was handed over.
    pub(crate) pair: Option<Pair>,
}

/// A tested pair, refitted on all rows of the study. Differences: positive is better.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) candidate: String,
    pub(crate) against: String,
    /// The mean over the repeats.
    pub(crate) measured: f64,
    pub(crate) lower: f64,
    pub(crate) upper: f64,
    /// On the other rows.
    pub(crate) found: f64,
    /// Standard error of that by the chance of those rows.
    pub(crate) noise: f64,
    /// Whether the verdict claims that the candidate is worse, so that the upper bound is what it says.
    worse: bool,
}

impl Checked {
    /// Whether the verdict says something of the pair.
    pub(crate) fn claims(&self) -> bool {
        matches!(self.said, VerdictKind::SmallerIsEnough | VerdictKind::BiggerPays)
    }
}

impl Pair {
    /// Whether the bound holds, the difference on the other rows being allowed so many of its standard errors.
    pub(crate) fn holds(&self, errors: f64) -> bool {
        let allowed = errors * self.noise;
        if self.worse { self.found <= self.upper + allowed } else { self.found >= self.lower - allowed }
    }
}

/// Makes the split, runs the study and compares its pair on the other rows.
pub(crate) fn run(set: &Set, number: u64, workers: usize) -> Result<Checked, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut order: Vec<usize> = (0..set.rows.len()).collect();
    order.shuffle(&mut seed::generator(number, set.name, 0));
    let (own, others) = order.split_at(set.study_rows.min(order.len() / 2));
    std::fs::write(folder.path().join("study.csv"), csv(set, own))?;
    let text = study(set, number);
    let parsed = Study::parse(&text, folder.path().join("study.toml"), &registries())?;
    let executor = Local {
        this: ThisProgram { path: std::env::current_exe()?, ..ThisProgram::default() },
        workers,
        on_a_device: 1,
    };
    let run = Run::start(prepare(parsed, text)?, &folder.path().join("out"))?;
    let found = run.conclude(&executor, &mut |_| {})?;
    let (analysis, verdict) = (&found.analysis, &found.verdict);
    let deciding = verdict.carried_by.and_then(|at| analysis.tests.get(at));
    let deciding = deciding.filter(|test| test.kind != TestKind::Learned && verdict.choice.is_some());
    let pair = match deciding.and_then(|test| Some((test, test.against.as_deref()?))) {
        None => None,
        Some((test, against)) => {
            let models = refit(&run, analysis, [&test.candidate, against], &executor)?;
            let others = &others[..others.len().min(OTHERS)];
            let (found, noise) = difference(set, &models, others)?;
            let (candidate, against) = (test.candidate.clone(), against.to_owned());
            let worse = verdict.kind == VerdictKind::BiggerPays;
            let (measured, lower, upper) = (test.difference.point, test.lower, test.upper);
            Some(Pair { candidate, against, measured, lower, upper, found, noise, worse })
        }
    };
    Ok(Checked { set: set.name, seed: number, said: verdict.kind, pair })
}

/// As a user would write it, but for smaller ladders, so that a study takes seconds.
fn study(set: &Set, number: u64) -> String {
    let target = &set.header[set.target];
    let (kind, text, largest) = match (set.texts, set.numeric) {
        (true, _) => ("text-classification", "text = \"text\"\n", "20k"),
        (false, true) => ("regression", "", "2.5k"),
        (false, false) => ("classification", "", "2.5k"),
    };
    let metric = if set.numeric { "r2" } else { "accuracy" };
    format!(
        "[task]\ndata = \"study.csv\"\ntarget = \"{target}\"\nkind = \"{kind}\"\n{text}metric = \"{metric}\"\n\n\
         [ladder]\nlargest = \"{largest}\"\n\n[trials]\nseed = {number}\n"
    )
}

fn csv(set: &Set, rows: &[usize]) -> String {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |cells: &[String]| cells.iter().map(quoted).collect::<Vec<String>>().join(",");
    let mut text = line(&set.header);
    for &row in rows {
        let _ = write!(text, "\n{}", line(&set.rows[row]));
    }
    text.push('\n');
    text
}

/// Both candidates refitted on all rows, as the choice is when it is handed over.
fn refit(
    run: &Run,
    analysis: &Analysis,
    names: [&str; 2],
    executor: &dyn Executor,
) -> Result<Vec<Bundle>, Box<dyn Error>> {
    let prepared = run.prepared();
    let path = |at: usize| -> PathBuf { run.folder().join(format!("pair-{at}.lagom")) };
    let job = |(at, name): (usize, &&str)| {
        let candidate = prepared.plan.candidates.iter().find(|one| one.name == **name)?.clone();
        let settled: Vec<TunedParams> =
            analysis.screening.row(name)?.trials.iter().map(|facts| facts.settled).collect();
        let seed = seed::derive(prepared.study.trials.seed, "refit", 0);
        let data = prepared.digest.clone();
        Some(Job::Refit {
            spec: RefitSpec {
                candidate,
                settled: TunedParams::median(&settled),
                seed,
                give_back: true,
                calibrate: false,
                data,
            },
            data: absolute(&run.folder().join("data.bin")),
            schema: prepared.loaded.schema.clone(),
            bundle: absolute(&path(at)),
            metric: prepared.terms.metric,
        })
    };
    let jobs: Vec<Job> = names.iter().enumerate().filter_map(job).collect();
    let mut failed = None;
    executor
        .run(&jobs, executor.workers(), &mut |event| {
            if let JobEvent::Ended(_, ended) = event
                && !matches!(*ended, Ok(Report::Refit(..)))
            {
                failed = Some(format!("{ended:?}"));
            }
            ControlFlow::Continue(())
        })
        .map_err(|error| error.to_string())?;
    match failed {
        Some(failed) => Err(format!("a refit failed: {failed}").into()),
        None => Ok((0..jobs.len()).map(|at| Bundle::read(&path(at))).collect::<Result<_, _>>()?),
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The difference of the two models on some rows, and its standard error.
fn difference(set: &Set, models: &[Bundle], rows: &[usize]) -> Result<(f64, f64), Box<dyn Error>> {
    let [ours, theirs] = models else { return Err("a model of the pair is missing".into()) };
    let (ours, theirs) = (scores(set, ours, rows)?, scores(set, theirs, rows)?);
    let differences: Vec<f64> = ours.iter().zip(&theirs).map(|(a, b)| a - b).collect();
    let scale = if set.numeric {
        // R²: squared errors over the variance of the target.
        let truth: Vec<f64> = rows.iter().filter_map(|&row| set.rows[row][set.target].parse().ok()).collect();
        stats::variance(&truth)
    } else {
        1.0
    };
    let noise = (stats::variance(&differences) / differences.len() as f64).sqrt();
    Ok((stats::mean(&differences) / scale, noise / scale))
}

/// 1 for a right class and 0 for a wrong one; minus the squared error for numbers.
fn scores(set: &Set, model: &Bundle, rows: &[usize]) -> Result<Vec<f64>, Box<dyn Error>> {
    let place = |name: &String| set.header.iter().position(|other| other == name);
    let places: Vec<Option<usize>> = model.schema.inputs.iter().map(|input| place(&input.name)).collect();
    let cell = |row: usize, place: &Option<usize>| {
        place.and_then(|at| set.rows[row].get(at)).filter(|cell| !cell.is_empty()).cloned()
    };
    let inputs: Vec<Vec<Option<String>>> =
        rows.iter().map(|&row| places.iter().map(|place| cell(row, place)).collect()).collect();
    let answers = model.predict(&inputs)?;
    let classes = &model.schema.classes;
    let width = classes.len().max(1);
    let score = |(&row, answer): (&usize, &[f64])| {
        let truth = &set.rows[row][set.target];
        if set.numeric {
            return -(answer[0] - truth.parse::<f64>().unwrap_or(f64::NAN)).powi(2);
        }
        let best = (0..width).reduce(|a, b| if answer[b] > answer[a] { b } else { a }).unwrap_or(0);
        f64::from(u8::from(classes.get(best) == Some(truth)))
    };
    Ok(rows.iter().zip(answers.chunks(width)).map(score).collect())
}
