//! From a first look at the data to a study to propose.

use std::path::{Path, PathBuf};

use lagom::data::kind::{ColumnKind, guess_target};
use lagom::data::{Caution, DataError, Loaded, load};
use lagom::metric::Metric;
use lagom::study::units::grouped_count;
use lagom::study::{
    Budget, GoodEnough, LadderSpec, LeverSpec, Prices, PromptSpec, Proposal, Reasons, Source, SplitBy, Study, Task,
    TaskKind, Trials,
};
use lagom::verdict::Terms;

use super::cli_error::CliError;
use super::describe;
use super::files::relative;
use super::look_at::Sight;

/// The column to predict, and why it.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    /// Its name.
    pub(crate) name: String,
    /// Why, as a fragment; empty where the user named it.
    pub(crate) why: String,
}

/// The target that the user names, or the one that the data suggest.
///
/// # Errors
/// There is no such column, or none that could be the target.
pub(crate) fn target(sight: &Sight, named: Option<&str>) -> Result<Chosen, CliError> {
    let names = || sight.table.names().take(20).collect::<Vec<_>>().join(", ");
    if let Some(name) = named {
        return match sight.table.column(name) {
            Some(_) => Ok(Chosen { name: name.to_owned(), why: "named with --target".to_owned() }),
            None => Err(CliError::user(
                format!("{}: no column `{name}`", sight.table.path.display()),
                format!("the columns are: {}", names()),
            )),
        };
    }
    match guess_target(&sight.table, &sight.profiles) {
        Some(guess) => Ok(Chosen {
            name: sight.table.columns[guess.target].name.clone(),
            why: fragment(&guess.why, &sight.table.columns[guess.target].name),
        }),
        None => Err(CliError::user(
            format!(
                "{}: fewer than two columns could take part: one to predict and one to predict it from",
                sight.table.path.display()
            ),
            format!("identifiers and columns with one value alone do not count; the columns are: {}", names()),
        )),
    }
}

/// A reason without the name and the full stop: `"y" is the last column.` is `it is the last column`.
fn fragment(why: &str, name: &str) -> String {
    let why = why.trim_end_matches('.');
    why.strip_prefix(&format!("\"{name}\" ")).map_or_else(|| why.to_owned(), |rest| format!("it {rest}"))
}

/// A study on these data with every default.
pub(crate) fn study(source: Source, target: &str, sight: &Sight, path: &Path) -> Study {
    let task = Task {
        source,
        target: target.to_owned(),
        references: Vec::new(),
        choices: None,
        input: Vec::new(),
        kind: None,
        text: Vec::new(),
        metric: None,
        split_by: SplitBy::Rows,
        ignore: sight.of_kind(ColumnKind::Identifier).into_iter().filter(|name| name != target).collect(),
        header: None,
        separator: None,
        format: None,
        reviewed: None,
        cells: Default::default(),
        columns: Default::default(),
    };
    Study {
        path: path.to_owned(),
        task,
        metric: lagom::metric::TextSettings::default(),
        tokeniser_files: lagom::metric::TokeniserFiles::default(),
        good_enough: GoodEnough::default(),
        recipe: Vec::new(),
        probes: Vec::new(),
        slice_by: None,
        levers: LeverSpec::default(),
        ladder: LadderSpec::default(),
        trials: Trials::default(),
        candidates: Vec::new(),
        cascades: Vec::new(),
        pretrained: Vec::new(),
        prompt: PromptSpec::default(),
        budget: Budget::default(),
        prices: Prices::default(),
        calibrate: false,
    }
}

/// Reads the data as the study would.
///
/// # Errors
/// The data are at fault, or the target does not suit.
pub(crate) fn loaded(study: &Study) -> Result<Loaded, CliError> {
    load(study).map_err(|error| {
        let faulty = matches!(error, DataError::Faults { .. });
        let mut problem = CliError::from(error);
        if let (true, Some(fault)) = (faulty, problem.faults.first_mut()) {
            let hint = fault.hint.take().map(|hint| format!("{hint}; or ")).unwrap_or_default();
            fault.hint = Some(format!("{hint}name another column to predict with --target"));
        }
        problem
    })
}

/// The key that the data suggest, if any: the study is split by it where name and rows both say that it is one, and
/// where that leaves something on every side.
pub(crate) fn grouped(study: Study, loaded: Loaded) -> (Study, Loaded, Option<Key>) {
    let key = loaded.cautions.iter().find_map(Key::of);
    let Some(key) = key else { return (study, loaded, None) };
    let mut split = study.clone();
    split.task.split_by = SplitBy::Group(key.column.clone());
    match load(&split) {
        Ok(whole) if key.certain => (split, whole, Some(key)),
        _ => (study, loaded, Some(key)),
    }
}

/// A column that tells which rows are of the same thing.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    column: String,
    why: String,
    /// Whether its name says so, and the rows of one are much alike.
    certain: bool,
}

/// Rows of a key are this much alike in their target where a study is split by it unasked.
const ALIKE: f64 = 0.3;

impl Key {
    fn of(caution: &Caution) -> Option<Self> {
        let Caution::RepeatedKey { column, keys, rows, alike, named, .. } = caution else { return None };
        let targets = match alike {
            alike if *alike >= 0.995 => "the target is the same in all rows of one",
            alike if *alike >= ALIKE => "targets are alike in rows of one",
            _ => "if the model is to serve new ones",
        };
        let why = format!("{} values in {} rows; {targets}", grouped_count(*keys), grouped_count(*rows));
        Some(Self { column: column.clone(), why, certain: *named && *alike >= ALIKE })
    }
}

/// The study to propose, for a file at `path`, with a key that its rows may have.
pub(crate) fn proposal((study, key): (&Study, Option<Key>), loaded: &Loaded, chosen: &Chosen, path: &Path) -> Proposal {
    let dataset = &loaded.dataset;
    let metric = Terms::default_metric(dataset);
    let confidence = GoodEnough::CONFIDENCE;
    let folder = path.parent().unwrap_or(Path::new(""));
    let place = |data: &PathBuf| relative(data, folder);
    let source = match &study.task.source {
        Source::Split(data) => Source::Split(place(data)),
        Source::Given { train, holdout } => Source::Given { train: place(train), holdout: place(holdout) },
    };
    let text =
        loaded.schema.inputs.iter().filter(|input| input.kind == ColumnKind::Text).map(|input| input.name.clone());
    let holdout_rows = dataset.holdout_rows() as u64;
    Proposal {
        source,
        target: chosen.name.clone(),
        kind: dataset.task,
        text: if dataset.task == TaskKind::TextClassification { text.collect() } else { Vec::new() },
        metric,
        split_by: study.task.split_by.clone(),
        key: key.as_ref().map(|key| key.column.clone()),
        ignore: study.task.ignore.clone(),
        margin: Terms::proposed_margin(metric, dataset),
        rows: dataset.development.len() as u64 + holdout_rows,
        holdout_rows,
        resolvable: Some(Terms::resolvable_margin(metric, dataset, confidence)).filter(|margin| margin.is_finite()),
        reasons: Reasons {
            target: chosen.why.clone(),
            kind: kind(loaded),
            text: String::new(),
            metric: why_metric(metric, loaded),
            split_by: key.map(|key| key.why).unwrap_or_default(),
            ignore: "another value in every row".to_owned(),
            margin: describe::guess(metric),
        },
    }
}

fn kind(loaded: &Loaded) -> String {
    match loaded.dataset.classes() {
        0 => "the target is a number".to_owned(),
        classes => format!("the target has {classes} different values"),
    }
}

fn why_metric(metric: Metric, loaded: &Loaded) -> String {
    let counts = || loaded.dataset.target.counts(&loaded.dataset.development);
    if metric == Metric::Auc {
        let counts = counts();
        if let Some((count, name)) = counts.iter().zip(&loaded.schema.classes).min_by_key(|(count, _)| **count) {
            let share = super::layout::percent(*count, loaded.dataset.development.len() as u64);
            return format!(
                "only {share} of the rows are \"{name}\", so it measures how well they are ranked first; for answers of yes or no a threshold has to be chosen, and the report names one"
            );
        }
    }
    if metric == Metric::MacroF1 {
        let counts = counts();
        let commonest = counts.iter().zip(&loaded.schema.classes).max_by_key(|(count, _)| **count);
        if let Some((count, name)) = commonest {
            let share = super::layout::percent(*count, loaded.dataset.development.len() as u64);
            return format!("{share} of the rows are \"{name}\", so guessing it would look accurate");
        }
    }
    metric.summary().to_owned()
}
