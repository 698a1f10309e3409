//! `lagom data`: what is wrong with the data, and which labels.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lagom::data::quality::{Finding, Issue, Quality, Severity};
use lagom::data::read::{ReadOptions, read};
use lagom::data::{CUT, Caution, Column, Loaded, Place, Places, REVIEW_COLUMNS, SUSPECT_COLUMNS, Values, load};
use lagom::report::{ceiling, clean_data, finding, how, nothing, severity, without_formula};
use lagom::run::{DATA_FILE, Examination, Run, examine, page};
use lagom::study::units::grouped_count;
use lagom::study::{Overrides, Source, Study};

use super::cli_error::CliError;
use super::files::{self, default_folder, shell};
use super::layout::{self, plural};
use super::look_at::sight;
use super::printer;
use super::progress::Reporter;
use super::propose::{grouped, loaded, study as of_defaults, target};
use super::study::read as read_study;

const EXAMPLES: &str = "\
Examples:
  lagom data reviews.csv                        the target is guessed
  lagom data reviews.csv --target sentiment --out review
  lagom data train.csv --holdout test.csv       also what stands in both
  lagom data study.toml
  lagom data lagom-out/study                    and the report says it too

It writes suspects.csv (labels that are likely wrong, the worst first),
duplicates.csv, flagged.csv (all other rows that something was found of) and
data.json into --out, else into the folder data beside the results of the study
(lagom-out/STUDY/data). Cheap models are trained to check labels. Of a study,
labels of sealed rows are not looked at; a file of data alone has none yet.

Go through suspects.csv and write the right label into its last column, then
name the file in the study: reviewed = \"suspects.csv\" under [task].";

/// The file of labels that are likely wrong.
const SUSPECTS: &str = "suspects.csv";

/// Columns of the data that stand in it.
const SHOWN: usize = 20;
/// Characters of a text that stand there.
const LONGEST: usize = 2_000;

/// Findings beside the grave ones that are told one by one; the rest is counted.
const TOLD: usize = 12;

/// Find what is wrong with data: copies, leaks, gaps, rows in both parts, and labels that are likely wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A file of data, a study file, or the folder that `lagom run` wrote.
    #[arg(value_name = "DATA|STUDY.toml|STUDY_DIR")]
    path: PathBuf,
    /// The column to predict, of a file of data; else it is guessed as `lagom init` does.
    #[arg(long, short, value_name = "COLUMN")]
    target: Option<String>,
    /// The file of the holdout, of a file of data.
    #[arg(long, value_name = "FILE")]
    holdout: Option<PathBuf>,
    /// The folder to write into.
    #[arg(long, short, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// No progress on standard error.
    #[arg(long, short)]
    quiet: bool,
}

/// What is looked at.
struct Subject {
    study: Study,
    loaded: Loaded,
    places: Places,
    /// Identity of the data.
    digest: String,
    /// Where the files go unless another folder is named.
    folder: PathBuf,
}

/// Looks at data and writes what was found.
///
/// # Errors
/// The data can't be read, the target does not suit, or the folder can't be written.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let subject = subject(args)?;
    let Subject { study, loaded, places, .. } = &subject;
    let out = args.out.clone().unwrap_or_else(|| subject.folder.clone());
    keep_review(&out.join(SUSPECTS))?;
    let mut reporter = Reporter::new(args.quiet, 1);
    let mut found = examine(study, loaded, &mut |progress| reporter.update(progress));
    reporter.finish();
    found.quality.number(&|row| places.of(row).row);
    std::fs::create_dir_all(&out).map_err(|error| {
        CliError::user(format!("cannot make the folder `{}`: {error}", out.display()), "name another with --out")
    })?;
    subject.write(&found, &out)?;
    printer::answer(&told(&subject, &found, &out))?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses to write over a list that somebody has filled in: it is hours of work.
fn keep_review(path: &Path) -> Result<(), CliError> {
    let Some(filled) = filled_in(path).filter(|filled| *filled > 0) else { return Ok(()) };
    let what = plural(filled, "label was", "labels were");
    Err(CliError::user(
        format!("`{}` would be written anew, and {what} filled in there by hand", path.display()),
        format!(
            "move it beside the study and name it there (reviewed = \"{SUSPECTS}\" under [task]), or write into another folder with --out"
        ),
    ))
}

/// How many right labels a list of suspects has; none where there is no list that could be read.
fn filled_in(path: &Path) -> Option<usize> {
    let table = read(path, &ReadOptions { header: Some(true), every_row: true, ..ReadOptions::default() }).ok()?;
    let [.., right] = REVIEW_COLUMNS;
    let column = table.column(right)?;
    Some((0..table.rows()).filter(|row| column.raw(*row).is_some_and(|cell| !cell.trim().is_empty())).count())
}

/// The data that the path means, with its study.
fn subject(args: &Args) -> Result<Subject, CliError> {
    let is_study = args.path.is_dir() || args.path.extension().is_some_and(|extension| extension == "toml");
    if is_study && (args.target.is_some() || args.holdout.is_some()) {
        return Err(CliError::user(
            format!("--target and --holdout go with a file of data; `{}` is a study", args.path.display()),
            "the study names both: set target and holdout under [task]",
        ));
    }
    if args.path.is_dir() {
        return of_folder(&args.path);
    }
    if is_study {
        let prepared = read_study(&args.path, None)?;
        let places = Places::read(&prepared.study, &prepared.loaded)?;
        let folder = beside(&default_folder(&args.path));
        return Ok(Subject { study: prepared.study, loaded: prepared.loaded, places, digest: prepared.digest, folder });
    }
    let sight = sight(&args.path, None)?;
    let chosen = target(&sight, args.target.as_deref())?;
    let source = match &args.holdout {
        None => Source::Split(args.path.clone()),
        Some(holdout) => Source::Given { train: args.path.clone(), holdout: holdout.clone() },
    };
    let study = of_defaults(source, &chosen.name, &sight, &args.path);
    let loaded = loaded(&study)?;
    // Where rows are kept together unasked, why is still to be said.
    let keys: Vec<Caution> =
        loaded.cautions.iter().filter(|one| matches!(one, Caution::RepeatedKey { .. })).cloned().collect();
    let (study, mut loaded, _) = grouped(study, loaded);
    let is_new = |key: &Caution| !loaded.cautions.contains(key);
    let lost: Vec<Caution> = keys.into_iter().filter(is_new).collect();
    loaded.cautions.extend(lost);
    let places = Places::read(&study, &loaded)?;
    let digest = identity(&loaded)?;
    Ok(Subject { study, loaded, places, digest, folder: beside(&default_folder(&args.path)) })
}

/// The data of a study that was run: its files where they still hold the same, else what the run kept of them.
fn of_folder(folder: &Path) -> Result<Subject, CliError> {
    let run = Run::reopen(folder, &Overrides::default())?;
    let prepared = run.prepared().clone();
    let again =
        load(&prepared.study).ok().filter(|again| again.dataset.digest().ok().as_ref() == Some(&prepared.digest));
    let read = again.and_then(|again| Some((Places::read(&prepared.study, &again).ok()?, again)));
    let (places, loaded) = match read {
        Some((places, again)) => (places, Loaded { cautions: prepared.loaded.cautions, ..again }),
        None => (Places::unread(&prepared.study, &prepared.loaded), prepared.loaded),
    };
    Ok(Subject { study: prepared.study, loaded, places, digest: prepared.digest, folder: beside(folder) })
}

/// The folder of what was found of the data of a study, within that of its results.
fn beside(results: &Path) -> PathBuf {
    let file = results.join(DATA_FILE);
    file.parent().map_or(file.clone(), Path::to_owned)
}

fn identity(loaded: &Loaded) -> Result<String, CliError> {
    loaded.dataset.digest().map_err(|error| CliError::system(format!("the data have no identity: {error}")))
}

impl Subject {
    /// Writes all files.
    fn write(&self, found: &Examination, out: &Path) -> Result<(), CliError> {
        files::write(&out.join(SUSPECTS), &self.suspects(found)?)?;
        files::write(&out.join("duplicates.csv"), &self.duplicates(found)?)?;
        files::write(&out.join("flagged.csv"), &self.flagged(found)?)?;
        files::write(&out.join("data.json"), page(&self.digest, &found.quality).as_bytes())
    }

    /// Rows whose label is likely wrong, the worst first.
    fn suspects(&self, found: &Examination) -> Result<Vec<u8>, CliError> {
        // A label is not judged without what it is of.
        let is_own = |column: &&Column| SUSPECT_COLUMNS.contains(&column.name.as_str());
        let inputs: Vec<&Column> =
            self.loaded.dataset.columns.iter().filter(|column| !is_own(column)).take(SHOWN).collect();
        let line = |suspect: &lagom::run::SuspectRow| -> Vec<String> {
            let [row, line] = numbers(self.places.of(suspect.row));
            let exact = |number: f64| number.to_string();
            [
                row,
                line,
                cell(&suspect.given),
                cell(&suspect.likely),
                exact(suspect.given_probability),
                exact(suspect.likely_probability),
                exact(suspect.score),
            ]
            .into_iter()
            .chain(inputs.iter().map(|column| input(column, suspect.row)))
            // For whoever goes through them.
            .chain([String::new()])
            .collect()
        };
        let [own @ .., right] = SUSPECT_COLUMNS;
        let names = inputs.iter().map(|column| column.name.as_str());
        let head: Vec<String> = own.into_iter().chain(names).chain([right]).map(cell).collect();
        csv(&head, found.suspects.iter().map(line))
    }

    /// Rows that are alike, group by group.
    fn duplicates(&self, found: &Examination) -> Result<Vec<u8>, CliError> {
        let parts = self.training();
        let lines = found.alike.iter().enumerate().flat_map(|(at, group)| {
            let parts = &parts;
            group.rows.iter().map(move |row| {
                let [number, line] = numbers(self.places.of(*row));
                let like = if group.exact { "same" } else { "nearly" };
                vec![(at + 1).to_string(), like.to_owned(), number, line, part(parts, *row).to_owned()]
            })
        });
        csv(&["group", "likeness", "row", "line", "part"], lines)
    }

    /// All other rows that something was found of.
    fn flagged(&self, found: &Examination) -> Result<Vec<u8>, CliError> {
        let parts = self.training();
        let about = |found: &&Finding| !matches!(found.issue, Issue::WrongLabels { .. });
        let lines = found.quality.findings.iter().filter(about).flat_map(|found| {
            let issue = serde_json::to_value(&found.issue).unwrap_or_default();
            let told = |key: &str| issue.get(key).and_then(serde_json::Value::as_str).map(cell).unwrap_or_default();
            let (kind, column, parts) = (told("kind"), told("column"), &parts);
            found.rows.iter().map(move |row| {
                let [number, line] = numbers(self.places.of(*row));
                let grave = severity(found.severity).to_owned();
                vec![kind.clone(), grave, column.clone(), number, line, part(parts, *row).to_owned()]
            })
        });
        csv(&["finding", "severity", "column", "row", "line", "part"], lines)
    }

    /// The rows to train on.
    fn training(&self) -> HashSet<u32> {
        self.loaded.dataset.development.iter().copied().collect()
    }
}

fn part(training: &HashSet<u32>, row: u32) -> &'static str {
    if training.contains(&row) { "training" } else { "holdout" }
}

/// Row and line of a place as cells; an empty one where the line is not known.
fn numbers(place: Place) -> [String; 2] {
    [place.row.to_string(), place.line.map(|line| line.to_string()).unwrap_or_default()]
}

/// What a column has in a row, as a cell; a long text is cut.
fn input(column: &Column, row: u32) -> String {
    let row = row as usize;
    match &column.values {
        Values::Numbers(values) => {
            values.get(row).filter(|value| !value.is_nan()).map(f64::to_string).unwrap_or_default()
        }
        Values::Categories { codes, levels } => {
            codes.get(row).and_then(|code| levels.get(*code as usize)).map(|level| cell(level)).unwrap_or_default()
        }
        Values::Texts(texts) => {
            let text = texts.get(row).map(String::as_str).unwrap_or_default();
            let cut = text.char_indices().nth(LONGEST).map(|(at, _)| format!("{}{CUT}", &text[..at]));
            cell(cut.as_deref().unwrap_or(text))
        }
    }
}

/// A text of the data as a cell that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    without_formula(&clean_data(text))
}

fn csv<T: AsRef<[u8]>>(head: &[T], lines: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, CliError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: &dyn std::fmt::Display| CliError::system(format!("the list can't be written: {error}"));
    writer.write_record(head).map_err(|error| failed(&error))?;
    for line in lines {
        writer.write_record(&line).map_err(|error| failed(&error))?;
    }
    writer.into_inner().map_err(|error| failed(&error))
}

/// What was found, in words.
fn told(subject: &Subject, found: &Examination, out: &Path) -> String {
    let width = printer::prose();
    let (quality, files) = (&found.quality, &subject.places.files);
    let target = &subject.loaded.schema.target;
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let holdout = match quality.holdout {
        0 => String::new(),
        rows => format!(" and {} of the holdout, of which the inputs alone were looked at", grouped_count(rows)),
    };
    let head =
        format!("{}: {}{holdout}; target `{target}`.", names.join(", "), plural(quality.rows as usize, "row", "rows"));
    let mut text = String::new();
    let all: Vec<&Finding> = quality.findings.iter().collect();
    // What figures on these data would mean nothing for stands before everything else.
    let (shouted, others): (Vec<&Finding>, Vec<&Finding>) = all.into_iter().partition(|found| found.is_shouted());
    text.push_str(&list(&shouted, width));
    text.push_str(&layout::wrap(&head, width).join("\n"));
    text.push_str("\n\n");
    let (grave, light): (Vec<&Finding>, Vec<&Finding>) =
        others.into_iter().partition(|found| found.severity != Severity::Info);
    text.push_str(&list(&grave, width));
    text.push_str(&list(&light[..light.len().min(TOLD)], width));
    if light.len() > TOLD {
        text.push_str(&format!("  and {} more in data.json\n\n", light.len() - TOLD));
    }
    if quality.findings.is_empty() {
        text.push_str(&format!("  {}\n\n", nothing(quality)));
    }
    for (title, sentences) in [("How good a model can be", ceiling(quality)), ("How it was found", how(quality))] {
        if !sentences.is_empty() {
            text.push_str(&format!("{title}:\n{}\n", layout::remarks("-", &sentences, width)));
        }
    }
    text.push_str(&format!("Wrote {}:\n", shell(out)));
    let written = [
        (SUSPECTS, plural(found.suspects.len(), "label to look at", "labels to look at")),
        ("duplicates.csv", plural(found.alike.len(), "group of rows that are alike", "groups of rows that are alike")),
        ("flagged.csv", "all other rows that something was found of".to_owned()),
        ("data.json", "every number".to_owned()),
    ];
    text.push_str(&layout::facts(&written, width));
    if !found.suspects.is_empty() {
        text.push_str(&format!("\n{}\n", layout::wrap(&next(&subject.study), width).join("\n")));
    }
    text
}

/// What to do with the list of suspects.
fn next(study: &Study) -> String {
    let name = match study.task.reviewed {
        Some(_) => "add these lines to the file that the study names by `reviewed`".to_owned(),
        None => format!("move it beside the study, and name it there: `reviewed = \"{SUSPECTS}\"` under [task]"),
    };
    format!(
        "Next: go through {SUSPECTS} and write the right label into its last column, also where it is the given one; leave the others empty. Then {name}. Models are then judged by these labels, and `lagom levers` says what training on them brings."
    )
}

/// Findings one by one: how grave, what, and what to do.
fn list(findings: &[&Finding], width: usize) -> String {
    let mut text = String::new();
    for found in findings {
        let said = finding(found);
        let first: Vec<String> = found.first.iter().map(ToString::to_string).collect();
        let rows = match found.count as usize > first.len() {
            // Of what is only worth knowing the files have the rows.
            _ if first.is_empty() || found.severity == Severity::Info => String::new(),
            true => format!(" Rows {}, …", first.join(", ")),
            false => format!(" Rows {}.", first.join(", ")),
        };
        let head = format!("{}: {}", severity(found.severity), said.title);
        let head = if found.is_shouted() { head.replacen("grave", "GRAVE", 1) } else { head };
        text.push_str(&layout::wrap(&head, width).join("\n"));
        text.push('\n');
        for line in layout::wrap(&format!("{} {}{rows}", said.sentence, said.advice), width.saturating_sub(2)) {
            text.push_str(&format!("  {line}\n"));
        }
        text.push('\n');
    }
    text
}

/// What `check` says of the data: what is grave or a warning, in a line each, without what stands among its warnings already.
pub(crate) fn in_short(quality: &Quality, study: &Path, width: usize) -> String {
    let told = |found: &&Finding| {
        let known = matches!(
            found.issue,
            Issue::TellsTarget { .. }
                | Issue::RepeatedKey { .. }
                | Issue::Duplicates { .. }
                | Issue::Overlap { exact: true }
        );
        found.severity != Severity::Info && !known
    };
    let lines = quality.findings.iter().filter(told).map(|found| {
        (
            severity(found.severity),
            format!("{} ({})", finding(found).title, plural(found.count as usize, "row", "rows")),
        )
    });
    let lines: Vec<(&str, String)> = lines.collect();
    if lines.is_empty() {
        return String::new();
    }
    let facts = layout::facts(&lines, width);
    format!("\nData (`lagom data {}` says more, and looks for wrong labels):\n{facts}", shell(study))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_tells_in_short_what_no_warning_says() {
        let of = |issue, severity| Finding::of_rows(issue, severity, (3, 100));
        let findings = vec![
            of(Issue::Overlap { exact: true }, Severity::Grave),
            of(Issue::ConflictingTargets { groups: 1, minority: 1 }, Severity::Warning),
            of(Issue::SortedByTarget, Severity::Info),
        ];
        let quality = Quality { findings, ..Quality::default() };
        let told = in_short(&quality, Path::new("study.toml"), 80);
        assert_eq!(
            told,
            "\nData (`lagom data study.toml` says more, and looks for wrong labels):\n  warning  the same inputs with different targets (3 rows)\n"
        );
        assert_eq!(in_short(&Quality::default(), Path::new("study.toml"), 80), "");
    }

    #[test]
    fn labels_are_no_formulas() {
        let written = csv(&["given"], std::iter::once(vec![cell("=1+1")])).expect("written");
        assert_eq!(String::from_utf8(written).expect("text"), "given\n'=1+1\n");
    }
}
