//! The command line: one file a verb.
//!
//! ```text
//! verbs     demo init check data plan run verdict levers overfitting report predict explain-row bundle compare fit score explain known completions, and the hidden workers
//! shared    study (from file to plan), inputs (of a model, in a file), pipeline (from plan to verdict), describe (what a plan is)
//! below     printer, layout, progress, stop, files, keys (help from the study's keys), cli_error
//! ```

mod bundle;
mod calls;
mod check;
mod cli_error;
mod compare;
mod completions;
mod data;
mod demo;
mod describe;
mod explain;
mod explain_row;
mod files;
mod fit;
mod gguf_worker;
mod init;
mod inputs;
mod keys;
mod known;
mod layout;
mod levers;
mod limits;
mod look_at;
mod overfitting;
mod pipeline;
mod plan;
mod predict;
mod printer;
mod progress;
mod propose;
mod report;
mod rows;
mod run;
mod score;
mod stop;
mod strange;
mod study;
mod tied;
mod trust;
mod verdict;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use cli_error::{CliError, USER};

/// What `lagom --help` says below the list of verbs.
const AFTER: &str = "\
Begin with:
  lagom demo                    a built-in study, in some seconds
  lagom init reviews.csv        look at your data and write study.toml
  lagom run study.toml          measure, decide, report
  lagom compare scores.csv --margin 0.02
                                decide on what other tools measured

Exit codes:
  0  a verdict was reached, also \"bigger pays\"; or the command did its work
  1  something you gave is at fault: a flag, a study, data, a folder, a full disk
  2  lagom could not run, or was stopped (finished trials are kept), or the final model failed
  3  undecided, nothing qualifies, nothing was learned, or a prediction was refused

Answers go to standard output; progress, notes and errors to standard error.";

/// Do I need the bigger model?
///
/// lagom measures a ladder of models on your own task and says which is the smallest that is good
/// enough, how sure that is, and hands over that model.
#[derive(Debug, Parser)]
#[command(name = "lagom", version, after_help = AFTER, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one of it in a process")]
enum Verb {
    Demo(demo::Args),
    Init(init::Args),
    Check(check::Args),
    Data(data::Args),
    Plan(plan::Args),
    Run(run::Args),
    Verdict(verdict::Args),
    Levers(levers::Args),
    Overfitting(overfitting::Args),
    Report(report::Args),
    Predict(predict::Args),
    ExplainRow(explain_row::Args),
    Bundle(bundle::Args),
    Known(known::Args),
    Compare(compare::Args),
    Fit(fit::Args),
    Score(score::Args),
    Explain(explain::Args),
    Completions(completions::Args),
    /// Do one trial: reads a job on standard input, answers on standard output.
    #[command(hide = true)]
    Worker,
    /// Run the model of one GGUF file: reads a setup and questions on standard input, answers on standard output.
    #[command(hide = true)]
    GgufWorker,
    /// Become another program that ends with the one that started this one.
    #[command(hide = true)]
    Tied(tied::Args),
}

/// Reads the command line, does what it says and tells how it ended.
pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is the only way this fails, and then nobody reads.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { USER } else { 0 });
        }
    };
    match cli.verb.perform() {
        Ok(code) => code,
        Err(problem) => {
            printer::problem(&problem);
            ExitCode::from(problem.code)
        }
    }
}

impl Verb {
    fn perform(self) -> Result<ExitCode, CliError> {
        match self {
            Verb::Demo(args) => demo::perform(&args),
            Verb::Init(args) => init::perform(&args),
            Verb::Check(args) => check::perform(&args),
            Verb::Data(args) => data::perform(&args),
            Verb::Plan(args) => plan::perform(&args),
            Verb::Run(args) => run::perform(&args),
            Verb::Verdict(args) => verdict::perform(&args),
            Verb::Levers(args) => levers::perform(&args),
            Verb::Overfitting(args) => overfitting::perform(&args),
            Verb::Report(args) => report::perform(&args),
            Verb::Predict(args) => predict::perform(&args),
            Verb::ExplainRow(args) => explain_row::perform(&args),
            Verb::Bundle(args) => bundle::perform(&args),
            Verb::Known(args) => known::perform(&args),
            Verb::Compare(args) => compare::perform(&args),
            Verb::Fit(args) => fit::perform(&args),
            Verb::Score(args) => score::perform(&args),
            Verb::Explain(args) => explain::perform(&args),
            Verb::Completions(args) => completions::perform(&args),
            Verb::Worker => worker::perform(),
            Verb::GgufWorker => gguf_worker::perform(),
            Verb::Tied(args) => tied::perform(&args),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
