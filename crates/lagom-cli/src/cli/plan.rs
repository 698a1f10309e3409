//! `lagom plan`: the trials and what they will cost.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use lagom::candidate::Candidate;
use lagom::run::{Estimate, Prepared, Work};
use lagom::store::{Store, StoreError};
use lagom::study::options::{INCUMBENT, POLICY};
use lagom::study::units::{grouped_count, human_bytes};
use lagom::study::{LeverBudget, LeverSpec, Policy};
use lagom::trial::TrialSpec;

use super::cli_error::CliError;
use super::files::{default_folder, shell, word};
use super::keys::{help, help_over_study};
use super::layout::{brief, plural};
use super::progress::rough;
use super::{calls, describe, layout, pipeline, printer, study};

const EXAMPLES: &str = "\
Examples:
  lagom plan study.toml
  lagom plan study.toml --out results     with what was done there already

The figures are worked out from sizes alone, before anything is measured: times
are right within a factor of about three on a current machine that has nothing
else to do.";

/// Show the trials and questions of a study and what they will cost.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The study file; `lagom init` writes one.
    #[arg(value_name = "STUDY.toml")]
    study: PathBuf,
    /// The folder of `lagom run`, whose finished trials are used again [default: lagom-out/ and the name
    /// of the study file].
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long, value_name = "NAME", help = format!("{}; or none", help(INCUMBENT)))]
    incumbent: Option<String>,
    #[arg(long, value_name = "POLICY", value_parser = study::policies(), help = help_over_study(POLICY))]
    policy: Option<Policy>,
}

/// Prints the ladder, its costs, and what is done already.
///
/// # Errors
/// The study or its data are at fault, or the folder holds something else.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let prepared = study::read_for(&args.study, args.policy, args.incumbent.as_deref())?;
    let folder = args.out.clone().unwrap_or_else(|| default_folder(&args.study));
    let done = done(&prepared, &folder)?;
    let estimates = prepared.estimates();
    let width = printer::prose();
    let mut text = String::new();
    if !prepared.plan.candidates.is_empty() {
        text.push_str(&layout::table(&table(&prepared, &estimates, &done), &[1, 2, 3, 4, 5], width));
        text.push('\n');
    }
    text.push_str(&calls::table(&prepared, width)?);
    text.push_str(&layout::facts(&totals(&prepared, &estimates, &done), width));
    text.push('\n');
    let warnings = describe::warnings(&prepared);
    text.push_str(&layout::remarks("warning:", &warnings, width));
    text.push_str(&describe::remarks(&prepared.loaded, &[], width));
    let out = args.out.as_ref().map(|folder| format!(" --out {}", shell(folder))).unwrap_or_default();
    let incumbent = args.incumbent.as_ref().map(|name| format!(" --incumbent {}", word(name))).unwrap_or_default();
    text.push_str(&format!("Next: lagom run {}{out}{incumbent}\n", shell(&args.study)));
    printer::answer(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether each trial of the plan, in its order, is in the store already.
fn done(prepared: &Prepared, folder: &Path) -> Result<Vec<bool>, CliError> {
    let trials = &prepared.plan.trials;
    let store = match Store::open(folder) {
        Ok(store) => store,
        Err(StoreError::Missing { .. }) => return Ok(vec![false; trials.len()]),
        Err(StoreError::Busy { path }) => {
            printer::note(&format!(
                "note: another lagom is running on `{}`; what it has done is not counted here",
                path.display()
            ));
            return Ok(vec![false; trials.len()]);
        }
        Err(error) => return Err(lagom::run::RunError::from(error).into()),
    };
    let found: Result<Vec<bool>, StoreError> = trials.iter().map(|trial| store.has_trial(&trial.key())).collect();
    found.map_err(|error| lagom::run::RunError::from(error).into())
}

fn table(prepared: &Prepared, estimates: &[Estimate], done: &[bool]) -> Vec<Vec<String>> {
    let head = ["candidate", "parameters", "operations", "memory", "a trial", "trials", ""];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for estimate in estimates {
        let of = |(trial, _): &(&TrialSpec, &bool)| trial.candidate.name == estimate.name;
        let mine: Vec<bool> = prepared.plan.trials.iter().zip(done).filter(of).map(|(_, done)| *done).collect();
        let finished = mine.iter().filter(|done| **done).count();
        rows.push(vec![
            estimate.name.clone(),
            grouped_count(estimate.parameters),
            operations(estimate.flops),
            human_bytes(two_digits(estimate.memory)),
            time(estimate.seconds),
            mine.len().to_string(),
            if finished > 0 { format!("{finished} done") } else { String::new() },
        ]);
    }
    rows
}

fn totals(prepared: &Prepared, estimates: &[Estimate], done: &[bool]) -> Vec<(&'static str, String)> {
    let finished = |trial: &TrialSpec| prepared.plan.trials.iter().zip(done).any(|(one, done)| *done && one == trial);
    let least: Vec<TrialSpec> = prepared.at_least().into_iter().filter(|trial| !finished(trial)).collect();
    let most = || prepared.plan.trials.iter().zip(done).filter(|(_, done)| !**done).map(|(trial, _)| trial);
    let estimate = |name: &str| estimates.iter().find(|estimate| estimate.name == name);
    let made = || prepared.plan.trials.iter().zip(done).filter(|(_, done)| **done).map(|(trial, _)| trial);
    let of = |trial: &TrialSpec| estimate(&trial.candidate.name);
    let low = Work::of(least.iter().filter_map(of), made().filter_map(of));
    let high = Work::of(most().filter_map(of), made().filter_map(of));
    let workers = pipeline::default_workers(prepared);
    let mut memory: Vec<u64> = estimates.iter().map(|estimate| estimate.memory).collect();
    memory.sort_unstable_by(|a, b| b.cmp(a));
    let finished = done.iter().filter(|done| **done).count();
    let reused = if finished > 0 { format!(", {finished} of them done already") } else { String::new() };
    let at_once = prepared.own_memory() + memory.iter().take(workers).sum::<u64>();
    let facts = [
        ("data", describe::data(prepared)),
        ("ladder", format!("{}{reused}", describe::ladder(prepared))),
        ("time", clock((low.seconds, high.seconds), workers)),
        ("operations", between(operations(low.flops), operations(high.flops))),
        ("memory", format!("at most about {}", human_bytes(two_digits(at_once)))),
        ("question", describe::question(prepared)),
        ("rule", describe::rule(prepared)),
        ("limits", describe::limits(prepared)),
    ];
    let trains = !prepared.plan.candidates.is_empty();
    let facts =
        facts.into_iter().filter(|(key, _)| trains || !["ladder", "time", "operations", "memory"].contains(key));
    let facts = facts.chain(devices(prepared)).chain(labels(prepared));
    facts.chain(stages(&prepared.study.levers).into_iter().filter(|_| trains)).collect()
}

/// What is trained on a graphics card, whose times are not known.
fn devices(prepared: &Prepared) -> Option<(&'static str, String)> {
    let on = |candidate: &Candidate| Some(format!("{} on {}", candidate.name, candidate.compute?));
    let told: Vec<String> = prepared.plan.candidates.iter().filter_map(on).collect();
    let most = prepared.study.trials.device_workers.unwrap_or(1);
    (!told.is_empty()).then(|| {
        let told = format!(
            "{}; {} on a device at a time; what stands above of them are the times of a processor, and those of a device are not known",
            told.join(", "),
            plural(usize::try_from(most).unwrap_or(usize::MAX), "training", "trainings"),
        );
        ("devices", told)
    })
}

/// What it takes to see which adaptation pays at which number of labels, after the verdict.
fn labels(prepared: &Prepared) -> Option<(&'static str, String)> {
    let found = prepared.label_estimate()?;
    let numbers: Vec<String> = found.labels.iter().map(|number| grouped_count(*number)).collect();
    let told = format!(
        "one candidate of each adaptation is trained on {} rows too, after the verdict: at most {}, {} operations, {} core-seconds more",
        numbers.join(", "),
        plural(usize::try_from(found.trainings).unwrap_or(usize::MAX), "training", "trainings"),
        operations(found.flops),
        grouped_count(found.seconds.round() as u64),
    );
    Some(("labels", told))
}

/// What comes after the verdict, beside what is planned above.
fn stages(levers: &LeverSpec) -> Vec<(&'static str, String)> {
    let most = match &levers.budget {
        Some(LeverBudget::Operations(most)) => format!("at most {} operations more", operations(*most)),
        Some(LeverBudget::Money(most)) => format!("at most {most} of CPU time more"),
        None => {
            "at most as many operations more as the search for the size takes, or 1e13 where that is less".to_owned()
        }
    };
    let levers_told = levers
        .run
        .then(|| ("levers", format!("tried after the verdict: {most}, and the trainings of the confirmation")));
    let overfitting_told = levers.overfitting.then(|| {
        let told = "sizes of one family are trained again with wrong labels after the verdict: at most twice the operations of the search more";
        ("overfitting", told.to_owned())
    });
    levers_told.into_iter().chain(overfitting_told).collect()
}

/// The time that is left, from the first wave alone to the whole ladder.
fn clock((low, high): (f64, f64), workers: usize) -> String {
    if high <= 0.0 {
        return "nothing is left to train; then some seconds of timing and of the final model".to_owned();
    }
    let each = |seconds: f64| time(seconds / workers as f64);
    format!(
        "about {} with {} side by side ({} core-seconds, within a factor of three); then some seconds of timing and of \
         the final model",
        between(each(low), each(high)),
        plural(workers, "trial", "trials"),
        between(grouped_count(low.round() as u64), grouped_count(high.round() as u64)),
    )
}

/// `low to high`, or one of them where they read the same.
fn between(low: String, high: String) -> String {
    if low == high { high } else { format!("{low} to {high}") }
}

fn time(seconds: f64) -> String {
    match seconds {
        ..0.1 => "< 0.1 s".to_owned(),
        0.1..2.0 => format!("{seconds:.1} s"),
        _ => rough(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)),
    }
}

fn two_digits(bytes: u64) -> u64 {
    let power = 10_u64.saturating_pow(bytes.checked_ilog10().unwrap_or(0).saturating_sub(1));
    bytes / power * power
}

/// Operations as a power of ten: `3.1e12`.
fn operations(flops: f64) -> String {
    if flops < 1_000.0 { brief(flops.round().abs(), 1) } else { format!("{flops:.1e}") }
}
