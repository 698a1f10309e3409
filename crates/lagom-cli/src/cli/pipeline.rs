//! From a plan to its verdict: what `run` and `demo` share.

use std::path::Path;
use std::process::ExitCode;
use std::thread::available_parallelism;

use lagom::report::{self, Findings};
use lagom::run::{ErrorKind, Prepared, Run, RunError, RunEvent};
use lagom::study::units::grouped_count;
use lagom::study::{ModelSpec, Policy};
use lagom::trial::{Local, ThisProgram};

use super::cli_error::CliError;
use super::files::shell;
use super::progress::Reporter;
use super::{describe, layout, printer, stop, study};

/// How a study is carried out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RunOptions<'a> {
    /// Where the results go.
    pub(crate) folder: &'a Path,
    /// Trials side by side; none: what the study says, else one a core.
    pub(crate) workers: Option<usize>,
    /// Whether progress and notes are left out.
    pub(crate) quiet: bool,
    /// The command that goes on where this one stopped.
    pub(crate) again: &'a str,
}

/// What came of a study.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Everything the reports show.
    pub(crate) findings: Findings,
    /// Why there is no model to hand over although the verdict asks for one.
    pub(crate) unfinished: Option<CliError>,
}

impl Outcome {
    /// The exit code: that of the verdict; that of a failure where the model is missing, which is told.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match &self.unfinished {
            None => study::exit_code(&self.findings),
            Some(problem) => {
                printer::problem(problem);
                ExitCode::from(problem.code)
            }
        }
    }
}

/// Measures what the store does not have, decides, hands the model over and writes the reports.
///
/// # Errors
/// The folder can't be used, it was stopped, or no worker can be started.
pub(crate) fn execute(prepared: Prepared, options: RunOptions<'_>) -> Result<Outcome, CliError> {
    let executor = executor(&prepared, options.workers)?;
    stop::survive_full_files();
    let run = Run::start(prepared, options.folder)?;
    if !options.quiet {
        printer::note(&opening(run.prepared(), executor.workers));
        let warnings = layout::remarks("warning:", &describe::warnings(run.prepared()), printer::width());
        if !warnings.is_empty() {
            printer::note(warnings.trim_end());
        }
        let notes = describe::remarks(&run.prepared().loaded, &[], printer::width());
        if !notes.is_empty() {
            printer::note(notes.trim_end());
        }
    }
    measure(&run, &executor, options.quiet).map_err(|error| match error.kind() {
        ErrorKind::Stopped => CliError::stopped(options.again),
        _ => error.into(),
    })
}

/// Tells the user of what happens in a run.
pub(crate) fn hear(event: RunEvent<'_>, reporter: &mut Reporter, quiet: bool) {
    match event {
        RunEvent::Progress(progress) => reporter.update(progress),
        RunEvent::StageOver => reporter.finish(),
        RunEvent::Notes(notes) => {
            let notes = layout::remarks("note:", &notes, printer::width());
            if !quiet && !notes.is_empty() {
                printer::note(notes.trim_end());
            }
        }
    }
}

fn measure(run: &Run, executor: &Local, quiet: bool) -> Result<Outcome, RunError> {
    let mut reporter = Reporter::new(quiet, executor.workers);
    let found = run.execute(executor, &mut |event| hear(event, &mut reporter, quiet))?;
    Ok(Outcome { findings: found.findings, unfinished: found.unfinished.map(CliError::from) })
}

/// The executor of a study: worker processes of this program.
///
/// # Errors
/// The program itself can't be found.
pub(crate) fn executor(prepared: &Prepared, workers: Option<usize>) -> Result<Local, CliError> {
    let path = std::env::current_exe()
        .map_err(|error| CliError::system(format!("cannot find the program itself, to start workers: {error}")))?;
    let workers = workers.unwrap_or_else(|| default_workers(prepared));
    let on_a_device = prepared.study.trials.device_workers.and_then(|most| usize::try_from(most).ok()).unwrap_or(1);
    Ok(Local { this: ThisProgram { path, stop: stop::flag() }, workers, on_a_device })
}

/// Trials side by side where the command line says nothing.
pub(crate) fn default_workers(prepared: &Prepared) -> usize {
    let told = prepared.study.trials.workers.and_then(|workers| usize::try_from(workers).ok());
    told.unwrap_or_else(|| available_parallelism().map_or(1, usize::from)).max(1)
}

fn opening(prepared: &Prepared, workers: usize) -> String {
    let dataset = &prepared.loaded.dataset;
    let climbs = prepared.study.ladder.policy == Policy::Climb;
    if prepared.plan.candidates.is_empty() {
        let called = layout::plural(prepared.study.candidates.len(), "model", "models");
        let sealed = grouped_count(dataset.holdout_rows() as u64);
        let rows = layout::plural(dataset.development.len(), "row", "rows");
        let is_tuned = |called: &&ModelSpec| called.backend.own_weights().is_some_and(|own| own.adapt.is_tuned());
        let trained: Vec<&str> =
            prepared.study.candidates.iter().filter(is_tuned).map(|called| called.name.as_str()).collect();
        let first = match trained.as_slice() {
            [] => "nothing is trained".to_owned(),
            names => format!("trained first: {}", names.join(", ")),
        };
        return format!("{called} to ask on {rows} ({sealed} sealed for the verdict); {first}");
    }
    let trials = layout::plural(prepared.plan.repeats as usize, "trial", "trials");
    let how = if climbs { format!(" from the smallest up, at most {trials} each") } else { format!(", {trials} each") };
    let sealed = if dataset.is_cross_fitted() {
        "each sealed for the verdict in its turn".to_owned()
    } else {
        format!("{} sealed for the verdict", grouped_count(dataset.holdout_rows() as u64))
    };
    format!(
        "{}{how} on {} ({}); {} side by side",
        layout::plural(prepared.plan.candidates.len(), "candidate", "candidates"),
        layout::plural(dataset.development.len(), "row", "rows"),
        sealed,
        workers
    )
}

/// The verdict for standard output, with where the report is and how the model is used.
pub(crate) fn verdict_page(findings: &Findings, folder: &Path) -> String {
    let mut facts = vec![("report", folder.join("report.html").display().to_string())];
    if findings.bundle.as_ref().is_some_and(|bundle| !bundle.as_asked) {
        facts.push(("use it", format!("lagom predict {} rows.csv", shell(folder))));
    }
    let width = printer::width();
    format!("{}\n{}", report::terminal(findings, width), layout::facts(&facts, printer::prose()))
}
