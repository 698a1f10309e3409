//! Puts a data set together from its parts.

use std::collections::HashMap;

use super::cautions::cautions;
use super::choices::choices;
use super::error::{DataError, DataFault};
use super::inputs::{inputs, kind_of, ranks};
use super::labels::{counted, without_unlabelled};
use super::reviewed::{Review, ReviewTable, Spelling};
use super::rows::{Rows, decimal, named_kind};
use super::sides::check_sides;
use super::target::{beside_text, classes, numbers, task_kind};
use super::texts;
use crate::caution::Caution;
use crate::dataset::{Column, Dataset, Target, UNSEEN};
use crate::kind::{ColumnKind, ColumnProfile, Judged, doubts, judged};
use crate::schema::{InputColumn, Schema};
use crate::slices::{MOST_SLICES, SliceColumn};
use crate::split::seal;
use crate::strata::SplitSpec;
use crate::study::units::grouped_count;
use crate::study::{Backend, Choices, Source, SplitBy, Study, Task, TaskKind};

/// The data of a study, ready for trials.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The data set.
    pub dataset: Dataset,
    /// How raw rows become its columns.
    pub schema: Schema,
    /// What a careful reader would notice, in sentences.
    pub notes: Vec<String>,
    /// What a reader of the verdict has to know, the gravest first.
    pub cautions: Vec<Caution>,
    /// Where each row stands in its files, from 0, where rows without a target were left out; else empty.
    pub numbers: Vec<u32>,
    /// How many rows the files hold, those left out included.
    pub written: usize,
    /// The column that a probe tells rows apart by, where the study names one.
    pub slices: Option<SliceColumn>,
}

/// Fewest development rows that can be split, trained on and compared at all.
const FEWEST_ROWS: usize = 20;
/// Fewest holdout rows: with fewer no margin that anyone would care about can be confirmed.
const FEWEST_HOLDOUT: usize = 5;

/// Reads and checks the data of a study.
///
/// # Errors
/// A file that can't be read, or every fault that was found in the data at once.
pub fn load(study: &Study) -> Result<Loaded, DataError> {
    let task = &study.task;
    let mut rows = Rows::read(task)?;
    let (mut faults, mut unread) = (named_columns(&rows, study), Vec::new());
    let reviewed = ReviewTable::read(task, &mut unread);
    let target = rows.find(&task.target);
    let found = target.filter(|_| faults.is_empty());
    faults.extend(unread);
    let Some(target) = found else {
        return Err(DataError::Faults { path: rows.first.path, faults });
    };
    let mut notes = rows.notes();
    let written = (rows.first.rows(), rows.count());
    without_unlabelled(&mut rows, task, &mut notes);
    let judged = judged(&rows.first, task.cells.decimal.map(decimal));
    let (profiles, numbers): (Vec<ColumnProfile>, Vec<Option<Vec<f64>>>) =
        judged.into_iter().map(|Judged { profile, numbers }| (profile, numbers)).unzip();
    notes.extend(doubts(&rows.first, &profiles, &|name| named_kind(task, name)));
    let parts = match task.kind {
        Some(TaskKind::LanguageModelling) => of_language(&rows, task, target, &mut faults, &mut notes),
        Some(kind) if !kind.is_trained() => of_texts(&rows, (study, kind), &profiles, &mut faults, &mut notes),
        _ => of_table(&rows, study, (&profiles, numbers, target), &mut faults, &mut notes),
    };
    let parts = with_review(parts, &rows, (study, reviewed, written.0), (target, &profiles[target]), &mut faults);
    let slices = slices(&rows, study, &mut faults);
    let loaded = assemble(&rows, study, &profiles, (parts, faults, notes))?;
    let numbers = if rows.count() < written.1 { rows.numbers(written.0) } else { Vec::new() };
    Ok(Loaded { numbers, written: written.1, slices, ..loaded })
}

/// What the columns of a file come to.
struct Parts {
    kind: TaskKind,
    columns: Vec<Column>,
    schema: Vec<InputColumn>,
    beside: Vec<Column>,
    target: Target,
    /// What a person says of the target.
    review: Option<Review>,
}

/// The positions of the columns of groups and of time.
fn order(rows: &Rows, task: &Task) -> (Option<usize>, Option<usize>) {
    match &task.split_by {
        SplitBy::Rows => (None, None),
        SplitBy::Group(name) => (rows.find(name), None),
        SplitBy::Time(name) => (None, rows.find(name)),
    }
}

/// A task of text: cells as they are, references or choices.
fn of_texts(
    rows: &Rows,
    (study, kind): (&Study, TaskKind),
    profiles: &[ColumnProfile],
    faults: &mut Vec<DataFault>,
    notes: &mut Vec<String>,
) -> Parts {
    let task = &study.task;
    let places = |names: &[String]| names.iter().filter_map(|name| rows.find(name)).collect::<Vec<usize>>();
    let answers = places(task.answers());
    let offered = places(task.choices.as_ref().map(Choices::columns).unwrap_or_default());
    let roles = [&answers[..], &offered[..]].concat();
    let (columns, schema, mut beside) = texts::columns(rows, task, profiles, &roles, faults);
    beside.extend(ids(rows, study, &[&columns[..], &beside[..]].concat()));
    let target = match (&task.choices, kind) {
        (Some(offered), TaskKind::MultipleChoice) => choices(rows, offered, &answers, faults, notes),
        _ => texts::references(rows, &answers, faults),
    };
    Parts { kind, columns, schema, beside, target, review: None }
}

/// Texts that are predicted themselves: one column, each cell as it is written.
fn of_language(rows: &Rows, task: &Task, target: usize, faults: &mut Vec<DataFault>, notes: &mut Vec<String>) -> Parts {
    let name = rows.first.columns[target].name.clone();
    let column = texts::raw(rows, target, ColumnKind::Text);
    let empty: Vec<(usize, String)> = rows
        .raw(target)
        .enumerate()
        .filter(|(_, cell)| cell.trim().is_empty())
        .map(|(row, _)| (row, String::new()))
        .collect();
    if !empty.is_empty() {
        faults.push(DataFault::new(
            format!("no text in {}: `{name}` is empty there", texts::named(rows, &empty)),
            "remove these rows, or write missing-target = \"drop\" under [task]",
        ));
    }
    let (group, time) = order(rows, task);
    let idle = |at: &usize| ![Some(target), group, time].contains(&Some(*at));
    let names = (0..rows.first.columns.len()).filter(idle).map(|at| &rows.first.columns[at].name);
    let unused: Vec<String> =
        names.filter(|name| !task.ignore.contains(name)).map(|name| format!("`{name}`")).collect();
    if !unused.is_empty() {
        notes.push(format!("columns that are not used, since `{name}` is the text: {}", unused.join(", ")));
    }
    let bytes = rows.raw(target).map(|cell| u32::try_from(cell.len()).unwrap_or(u32::MAX)).collect();
    let schema = vec![InputColumn { name, kind: ColumnKind::Text, decimal: crate::kind::Decimal::Point }];
    let kind = TaskKind::LanguageModelling;
    Parts { kind, columns: vec![column], schema, beside: Vec::new(), target: Target::Itself { bytes }, review: None }
}

/// The columns by which answers on disk are found, where they are not among `there`.
fn ids(rows: &Rows, study: &Study, there: &[Column]) -> Vec<Column> {
    let mut ids: Vec<Column> = Vec::new();
    for called in &study.candidates {
        let Backend::Answers { id: Some(name), .. } = &called.backend else { continue };
        if let Some(at) = rows.find(name)
            && !there.iter().chain(&ids).any(|column| column.name == *name)
        {
            ids.push(texts::raw(rows, at, ColumnKind::Identifier));
        }
    }
    ids
}

/// A task that models are trained for: typed columns, classes or numbers.
fn of_table(
    rows: &Rows,
    study: &Study,
    (profiles, numbers_read, target): (&[ColumnProfile], Vec<Option<Vec<f64>>>, usize),
    faults: &mut Vec<DataFault>,
    notes: &mut Vec<String>,
) -> Parts {
    let task = &study.task;
    let (group, time) = order(rows, task);
    let role = |at: usize| at == target || Some(at) == group || Some(at) == time;
    let kind = |(at, look): (usize, &ColumnProfile)| {
        let name = rows.first.columns[at].name.as_str();
        let unused = role(at) || task.ignore.iter().any(|ignored| ignored == name);
        (!unused).then(|| kind_of(task, name, look))
    };
    let kinds: Vec<Option<ColumnKind>> = profiles.iter().enumerate().map(kind).collect();
    let known = beside_text(rows, (&kinds, profiles), task, notes);
    let counted = counted(&rows.first, target, &profiles[target]);
    let kind = task.kind.unwrap_or_else(|| task_kind(&counted, !task.text.is_empty(), &known));
    let (columns, schema) = inputs(rows, &kinds, (profiles, numbers_read, kind), faults, notes);
    let target_values = if kind == TaskKind::Regression {
        numbers(rows, target, &profiles[target], faults)
    } else {
        classes(rows, target, (task, &counted, least(task)), faults, notes)
    };
    // Prompts may name what no trained model has a use for, but not what the study ignores.
    let unseen = |at: &usize| {
        let name = &rows.first.columns[*at].name;
        *at != target && !task.ignore.contains(name) && !columns.iter().any(|column| column.name == *name)
    };
    let mut beside = Vec::new();
    if !study.candidates.is_empty() {
        beside.extend((0..profiles.len()).filter(unseen).map(|at| texts::raw(rows, at, profiles[at].kind)));
        beside.extend(ids(rows, study, &[&columns[..], &beside[..]].concat()));
    }
    Parts { kind, columns, schema, beside, target: target_values, review: None }
}

/// How many rows each class needs.
fn least(task: &Task) -> usize {
    if matches!(task.source, Source::Given { .. }) { 2 } else { 3 }
}

/// The same with what a person has reviewed of the target, a column of the first file, which held `first` rows.
fn with_review(
    parts: Parts,
    rows: &Rows,
    (study, table, first): (&Study, Option<ReviewTable>, usize),
    (target, look): (usize, &ColumnProfile),
    faults: &mut Vec<DataFault>,
) -> Parts {
    // Where the target is at fault itself there is nothing to hold it to.
    let Some(table) = table.filter(|_| parts.target.rows() == rows.count()) else { return parts };
    let exact = study.task.columns.contains_key(&rows.first.columns[target].name);
    let review = {
        let labels = Spelling::of(&parts.target, exact, look.decimal);
        let name = rows.first.columns[target].name.as_str();
        table.review((rows, name, &parts.target), (&labels, first, least(&study.task)), faults)
    };
    Parts { review, ..parts }
}

/// The data set of all parts, divided and checked; or every fault.
fn assemble(
    rows: &Rows,
    study: &Study,
    profiles: &[ColumnProfile],
    (parts, mut faults, notes): (Parts, Vec<DataFault>, Vec<String>),
) -> Result<Loaded, DataError> {
    let task = &study.task;
    let (group, time) = order(rows, task);
    let mut dataset = Dataset {
        task: parts.kind,
        columns: parts.columns,
        target_name: task.answers().join(", "),
        target: parts.target,
        groups: group.map(|at| groups(rows, at)),
        times: time.map(|at| ranks(rows, at, &profiles[at], &mut faults)),
        development: Vec::new(),
        sealed: Vec::new(),
        beside: parts.beside,
        units: None,
        reviewed: None,
    };
    if let Some(Review { right, rows, of }) = parts.review {
        dataset = dataset.with_reviewed(right, rows, of);
    }
    let mut told = Vec::new();
    if faults.is_empty() {
        let copies = dataset.find_units();
        divide(&mut dataset, study, rows.first.rows(), &mut faults);
        if faults.is_empty() {
            let trials = SplitSpec::settled(&dataset, &study.trials, study.explored());
            check_sides(&dataset, &trials, study.explored(), &mut faults);
            dataset.seal_units();
            told = cautions(rows, study, profiles, (&dataset, copies));
        }
    }
    if !faults.is_empty() {
        return Err(DataError::Faults { path: rows.first.path.clone(), faults });
    }
    let names = if let Target::Classes { names, .. } = &dataset.target { names.clone() } else { Vec::new() };
    let target = dataset.target_name.clone();
    let schema = Schema { task: dataset.task, inputs: parts.schema, target, classes: names };
    debug_assert_eq!(rows.count(), dataset.development.len() + dataset.sealed.len());
    Ok(Loaded { dataset, schema, notes, cautions: told, numbers: Vec::new(), written: rows.count(), slices: None })
}

/// Every column that the study names has to exist.
fn named_columns(rows: &Rows, study: &Study) -> Vec<DataFault> {
    let task = &study.task;
    let mut named: Vec<(&str, &str)> = match task.references.is_empty() {
        true => vec![("target", task.target.as_str())],
        false => task.references.iter().map(|name| ("references", name.as_str())).collect(),
    };
    let chosen = task.choices.as_ref().map(Choices::columns).unwrap_or_default();
    named.extend(chosen.iter().map(|name| ("choices", name.as_str())));
    named.extend(task.input.iter().map(|name| ("input", name.as_str())));
    for called in &study.candidates {
        if let Backend::Answers { id: Some(id), .. } = &called.backend {
            named.push(("[[candidate]] id", id.as_str()));
        }
    }
    named.extend(study.slice_by.iter().map(|name| ("[probes] slice-by", name.as_str())));
    named.extend(task.text.iter().map(|name| ("text", name.as_str())));
    named.extend(task.ignore.iter().map(|name| ("ignore", name.as_str())));
    named.extend(task.columns.keys().map(|name| ("[task.columns]", name.as_str())));
    match &task.split_by {
        SplitBy::Rows => {}
        SplitBy::Group(name) => named.push(("group", name)),
        SplitBy::Time(name) => named.push(("time", name)),
    }
    named
        .into_iter()
        .filter(|(_, name)| rows.find(name).is_none())
        .map(|(key, name)| rows.no_column(key, name))
        .collect()
}

/// The column that a probe tells rows apart by.
fn slices(rows: &Rows, study: &Study, faults: &mut Vec<DataFault>) -> Option<SliceColumn> {
    let name = study.slice_by.as_deref()?;
    let found = SliceColumn::of(name, rows.raw(rows.find(name)?));
    let many = |count: usize| {
        DataFault::new(
            format!(
                "[probes] slice-by `{name}`: it has {} values, and at most {MOST_SLICES} can be told apart",
                grouped_count(count as u64)
            ),
            "name a column of fewer values, such as one of ranges or regions",
        )
    };
    found.map_err(|count| faults.push(many(count))).ok()
}

fn groups(rows: &Rows, at: usize) -> Vec<u32> {
    let mut index: HashMap<&str, u32> = HashMap::new();
    rows.raw(at)
        .map(|cell| {
            let next = index.len() as u32;
            *index.entry(cell.trim()).or_insert(next)
        })
        .collect()
}

/// Puts rows on either side of the seal, and checks that there are enough on both.
pub(super) fn divide(dataset: &mut Dataset, study: &Study, first: usize, faults: &mut Vec<DataFault>) {
    let rows = dataset.target.rows();
    let distinct = dataset.distinct(&(0..rows as u32).collect::<Vec<u32>>());
    if let Some(groups) = &dataset.groups {
        let count = groups[..first].iter().collect::<std::collections::HashSet<_>>().len();
        if count < 10 {
            faults.push(DataFault::new(
                format!("the group column has {count} groups; splits that keep groups whole need at least 10"),
                "leave group out if rows are independent, or collect more groups",
            ));
            return;
        }
    }
    (dataset.development, dataset.sealed) = match study.task.source {
        Source::Split(_) if study.cross_fits(distinct) => ((0..rows as u32).collect(), Vec::new()),
        Source::Split(_) => seal(dataset, study.trials.holdout, study.trials.seed),
        Source::Given { .. } => ((0..first as u32).collect(), (first as u32..rows as u32).collect()),
    };
    if dataset.is_cross_fitted() {
        if rows < FEWEST_ROWS + FEWEST_HOLDOUT {
            let found = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
            faults.push(DataFault::new(
                format!("found {found}, expected at least {}", FEWEST_ROWS + FEWEST_HOLDOUT),
                more_rows(dataset.task),
            ));
        }
    } else if dataset.development.len() < FEWEST_ROWS || dataset.sealed.len() < FEWEST_HOLDOUT {
        faults.push(DataFault::new(
            format!(
                "found {} rows to train on and {} for the holdout, expected at least {FEWEST_ROWS} and {FEWEST_HOLDOUT}",
                dataset.development.len(),
                dataset.sealed.len()
            ),
            more_rows(dataset.task),
        ));
    }
    if let Target::Classes { labels, .. } = &dataset.target {
        let all_unseen = dataset.sealed.iter().all(|&row| labels[row as usize] == UNSEEN);
        if all_unseen && !dataset.sealed.is_empty() {
            faults.push(DataFault::new(
                "no label of the holdout file occurs in the training file".to_owned(),
                "check that both files have the same target column, spelt in the same way",
            ));
        }
    }
}

/// What to do where there are too few rows.
fn more_rows(task: TaskKind) -> &'static str {
    match task {
        TaskKind::LanguageModelling => {
            "add texts, each a row; a file of one long text is best cut into paragraphs, one a row: with so few no comparison of models means anything"
        }
        _ => "label more rows: with so few no comparison of models means anything",
    }
}
