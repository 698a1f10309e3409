//! `lagom init`: from data to a commented study.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lagom::data::Loaded;
use lagom::probe::registries;
use lagom::study::units::grouped_count;
use lagom::study::{Proposal, Source, SplitBy, template};

use super::cli_error::CliError;
use super::files::{self, shell};
use super::layout::{self, brief};
use super::look_at::{Sight, sight};
use super::propose::{Chosen, grouped, loaded, proposal, study, target};
use super::{describe, printer};

const EXAMPLES: &str = "\
Examples:
  lagom init reviews.csv
  lagom init reviews.csv --target sentiment --out reviews.toml
  lagom init train.parquet --holdout test.parquet     split already

It reads CSV, TSV, JSON Lines, Parquet and lines of a label and a text. Nothing
is trained.";

/// Look at data and write a commented study for it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The data: one row an example, one column the answer.
    #[arg(value_name = "DATA")]
    data: PathBuf,
    /// A second file that the verdict is read from; without it rows of the first are sealed for that.
    #[arg(long, value_name = "FILE")]
    holdout: Option<PathBuf>,
    /// Where to write the study.
    #[arg(long, short, value_name = "FILE", default_value = "study.toml")]
    out: PathBuf,
    /// The column to predict [default: guessed by names, kinds and places].
    #[arg(long, short, value_name = "COLUMN")]
    target: Option<String>,
    /// Overwrite the study file if it is there.
    #[arg(long, short)]
    force: bool,
}

/// Writes the study and prints what was found.
///
/// # Errors
/// The data can't be read or used, or the study file is there already.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    if args.out.exists() && !args.force {
        return Err(CliError::user(
            format!("`{}` is there already", args.out.display()),
            "give --force to overwrite it, or --out to write another file",
        ));
    }
    let sight = sight(&args.data, None)?;
    let chosen = target(&sight, args.target.as_deref())?;
    let source = match &args.holdout {
        None => Source::Split(args.data.clone()),
        Some(holdout) => Source::Given { train: args.data.clone(), holdout: holdout.clone() },
    };
    let study = study(source, &chosen.name, &sight, &args.out);
    let loaded = match loaded(&study) {
        Ok(loaded) => loaded,
        Err(problem) => {
            // What was found helps to see what is wrong with it.
            printer::note(&format!("{}\n", sight.describe(&chosen.name, printer::prose()).trim_end()));
            return Err(problem);
        }
    };
    let (study, loaded, key) = grouped(study, loaded);
    let proposal = proposal((&study, key), &loaded, &chosen, &args.out);
    files::write(&args.out, template(&proposal, &registries()).as_bytes())?;
    printer::answer(&found((&sight, &chosen), &loaded, &proposal, &args.out))?;
    Ok(ExitCode::SUCCESS)
}

fn found((sight, chosen): (&Sight, &Chosen), loaded: &Loaded, proposal: &Proposal, out: &Path) -> String {
    let width = printer::prose();
    let dataset = &loaded.dataset;
    let classes = match dataset.classes() {
        0 => proposal.reasons.kind.clone(),
        _ => describe::classes(&loaded.schema.classes, &dataset.target.counts(&dataset.development)),
    };
    let tested = describe::tested(dataset);
    let confirm = proposal.resolvable.map(|least| format!("; {tested} can confirm about {}", brief(least, 2)));
    let mut facts = vec![
        ("target", format!("{}: {}", proposal.target, chosen.why)),
        ("task", format!("{}: {classes}", proposal.kind.name())),
        ("metric", format!("{}: {}", proposal.metric, proposal.reasons.metric)),
        (
            "margin",
            format!("{}, lagom's guess: {}{}", proposal.margin, proposal.reasons.margin, confirm.unwrap_or_default()),
        ),
    ];
    if let SplitBy::Group(column) = &proposal.split_by {
        facts.push(("group", format!("{column}: {}", proposal.reasons.split_by)));
    }
    if let Source::Given { holdout, .. } = &proposal.source {
        facts.push(("holdout", format!("{}: {} rows", holdout.display(), grouped_count(proposal.holdout_rows))));
    }
    let mut text = sight.describe(&proposal.target, width);
    text.push('\n');
    text.push_str(&layout::facts(&facts, width));
    let warnings: Vec<String> = describe::too_fine(proposal).into_iter().collect();
    let remarks = format!(
        "{}{}",
        layout::remarks("warning:", &warnings, width),
        describe::remarks(loaded, &remarks(sight, proposal), width)
    );
    if !remarks.is_empty() {
        text.push_str(&format!("\n{remarks}"));
    }
    let study = shell(out);
    text.push_str(&format!("\nWrote {}: look at it and correct what was guessed wrongly. Next:\n", out.display()));
    text.push_str(&format!("  lagom check {study}\n  lagom plan {study}\n  lagom run {study}\n"));
    text
}

fn remarks(sight: &Sight, proposal: &Proposal) -> Vec<String> {
    let mut remarks = Vec::new();
    if !proposal.ignore.is_empty() {
        remarks.push(format!("not used, since every row has another value: {}", proposal.ignore.join(", ")));
    }
    let dates = sight.dates();
    if !dates.is_empty() {
        let columns = dates.join(", ");
        remarks.push(format!("{columns}: dates; if the past is to predict the future, set time under [task]"));
    }
    remarks
}
