//! Answers that are there already: a file with a key and an answer a row.
//!
//! ```text
//! answers.csv | .tsv | .parquet | .jsonl -> Recorded -> Reply for each question, by its key or its number
//! ```
//!
//! A table has a header; JSON Lines has an object a line. The columns: `key` if the questions have keys (without one, rows answer
//! questions by their number, from 0), and either `text` (or `answer`, `prediction`, `output`) or `log_probabilities` (a list
//! of numbers, one a continuation; in a table as JSON: `[-1.5, -0.2]`).

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use lagom_table::{Decimal, Evidence, RawColumn, RawTable, ReadOptions, parse_number_as, settled};
use serde_json::Value;

use super::batch;
use super::{
    Answer, BackendError, CallFailure, Finish, Flow, Likelihood, Question, Reply, Stop, Timing, Usage, UsageSummary,
};
use crate::input;

/// Names of the column with the text, the first one there counts.
const TEXTS: [&str; 4] = ["text", "answer", "prediction", "output"];
/// The column of likelihoods.
const LOGS: &str = "log_probabilities";
/// Faults that are listed; more are counted.
const LISTED: usize = 10;

/// What a row says.
#[derive(Clone, Debug, PartialEq)]
enum Row {
    Text(batch::ParsedAnswer),
    Logs(Vec<f64>),
    /// No answer, and why.
    Failed(String),
}

impl Row {
    /// A text of which nothing says that it is not whole.
    fn text(text: String) -> Self {
        Self::Text(batch::ParsedAnswer { text, finish: Finish::Stop })
    }
}

/// Answers out of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    path: PathBuf,
    rows: HashMap<String, Row>,
    /// How many blank lines the file ends with, where these may be empty answers.
    blank: usize,
    /// Where the answers are those of a batch without a column to find them by: how its ids count the rows.
    counted: Option<Counted>,
}

/// How the ids of a batch count the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counted {
    from_one: bool,
    end: usize,
}

impl Recorded {
    /// Reads `path`: JSON Lines, or a table (CSV, TSV, Parquet and what else [`lagom_table::read`] reads), by its ending, else by
    /// how it begins. `key`: the column that says
    /// which question a row answers; none: its number, from 0. `text`: the column with the answers; none: the first of the
    /// usual names that is there and is none of `taken`, the names of the data's own columns, before one that is.
    ///
    /// # Errors
    /// The file cannot be read, has no usable column, or rows are faulty or answer the same question twice: all of
    /// these at once, by their line.
    pub fn read(path: &Path, key: Option<&str>, text: Option<&str>, taken: &[String]) -> Result<Self, BackendError> {
        let fault = |message: String| BackendError::File { path: path.to_owned(), message };
        let file = input::open_within(path, input::FILE_BYTES).map_err(|error| fault(error.into_io().to_string()))?;
        let mut reading = AnswerReader {
            key,
            text,
            usual: usual(taken),
            rows: HashMap::new(),
            faults: Vec::new(),
            number: 0,
            batch: Vec::new(),
            blank: 0,
            counted: None,
        };
        if is_json(path) {
            reading.json_lines(file).map_err(fault)?;
        } else {
            reading.table(path).map_err(fault)?;
        }
        reading.number_batch();
        let AnswerReader { rows, faults, blank, counted, .. } = reading;
        if !faults.is_empty() {
            let more = faults.len().saturating_sub(LISTED);
            let mut message = faults.into_iter().take(LISTED).collect::<Vec<_>>().join("; ");
            if more > 0 {
                message += &format!("; and {more} more");
            }
            return Err(fault(message));
        }
        if rows.is_empty() {
            return Err(fault("holds no answers".to_owned()));
        }
        Ok(Self { path: path.to_owned(), rows, blank, counted })
    }

    /// How many of the answers there are as many as rows, where both are joined by their order: the first of the counts of
    /// `rows` that fits.
    ///
    /// # Errors
    /// None does: then an answer more or less would shift all that follow.
    pub fn joined(&self, rows: &[usize]) -> Result<usize, BackendError> {
        let found = self.rows.len();
        // Numbers of a batch have to be those of all rows that are meant: a gap, or a count from 1 that may be one from 0 without
        // its first row, would join answers to other rows.
        let whole = |count: usize| match self.counted {
            Some(counted) if counted.from_one => rows.first() == Some(&count),
            Some(counted) => counted.end == count,
            None => true,
        };
        let fits = |count: &&usize| (found - self.blank..=found).contains(*count) && whole(**count);
        rows.iter().find(fits).copied().ok_or_else(|| BackendError::File {
            path: self.path.clone(),
            message: format!(
                "found {found} answers, expected {}: one for each row of the data, as they are joined by their order; or name the \
                 column by which to join them with id = \"…\" under [[candidate]]",
                rows.iter().map(usize::to_string).collect::<Vec<String>>().join(" or ")
            ),
        })
    }

    /// How many of these keys it has an answer to, and some of those that it has.
    pub(super) fn known(&self, keys: &mut dyn Iterator<Item = String>) -> (usize, Vec<String>) {
        let found = keys.filter(|key| self.rows.contains_key(key)).count();
        (found, self.some_keys())
    }

    /// Some of its keys, as they are told.
    fn some_keys(&self) -> Vec<String> {
        let mut keys: Vec<&String> = self.rows.keys().collect();
        keys.sort();
        keys.iter().take(3).map(|key| format!("`{key}`")).collect()
    }

    /// Hands over the answer to each question, by what `key_of` says of its number: its key, or without keys the number of its
    /// row in the file, from 0; questions without one fail, are counted,
    /// and the first few are named in the notes.
    ///
    /// # Errors
    /// Not one question has an answer: the file is another data set's, most likely.
    pub fn ask(
        &self,
        questions: &mut dyn Iterator<Item = (usize, Question)>,
        key_of: &dyn Fn(usize) -> String,
        keep: &mut dyn FnMut(Reply) -> Flow,
        stop: &Stop,
    ) -> Result<UsageSummary, BackendError> {
        let (mut spent, mut missing, mut examples) = (UsageSummary::default(), 0_u64, Vec::new());
        for (index, question) in questions {
            if stop.is_pressed() {
                spent.stopped = true;
                break;
            }
            let key = key_of(index);
            let row = self.rows.get(&key);
            if row.is_none() {
                missing += 1;
                if examples.len() < 5 {
                    examples.push(format!("`{key}`"));
                }
            }
            let outcome = match row {
                Some(row) => answer(row, &question),
                None => {
                    Err(CallFailure::Rejected { message: format!("{} has no answer to `{key}`", self.path.display()) })
                }
            };
            let reply = Reply { index, outcome, money: None, cold: false };
            spent.count(&reply);
            if keep(reply) == Flow::Stop {
                spent.stopped = true;
                break;
            }
        }
        if missing > 0 {
            let of = spent.answered + spent.failed;
            let names = examples.join(", ");
            let note = format!("no answer to {missing} of {of} questions: {names}");
            if spent.answered == 0 && missing == of {
                let message = format!("{note}; what it calls its rows are such as {}", self.some_keys().join(", "));
                return Err(BackendError::File { path: self.path.clone(), message });
            }
            spent.note(format!("{} has {note}", self.path.display()));
        }
        Ok(spent)
    }
}

/// The usual names of the column with the text: those that the data have, too, come last, since a file of answers often holds the
/// data beside them.
fn usual(taken: &[String]) -> Vec<&'static str> {
    let is_taken = |name: &&'static str| taken.iter().any(|column| column == name);
    let (last, first): (Vec<&str>, Vec<&str>) = TEXTS.iter().partition(|name| is_taken(name));
    [first, last].concat()
}

/// Whether a file holds an object a line.
pub(super) fn is_json(path: &Path) -> bool {
    let ends = |ending: &&str| path.extension().is_some_and(|end| end.eq_ignore_ascii_case(ending));
    let head = input::beginning(path, 1 << 12).unwrap_or_default();
    let head = String::from_utf8_lossy(&head);
    // A list of objects is read as a table is.
    if lagom_table::is_list(&head) || ["csv", "tsv", "tab", "parquet", "pq"].iter().any(ends) {
        return false;
    }
    head.trim_start().starts_with('{') || ["jsonl", "ndjson", "json"].iter().any(ends)
}

fn answer(row: &Row, question: &Question) -> Result<Answer, CallFailure> {
    let malformed = |message: String| Err(CallFailure::Malformed { message });
    if let Row::Failed(message) = row {
        return Err(CallFailure::Rejected { message: message.clone() });
    }
    let finish = match row {
        Row::Text(said) => said.finish.clone(),
        Row::Logs(_) | Row::Failed(_) => Finish::Stop,
    };
    let (text, likelihoods) = match (row, question.continuations.len()) {
        (Row::Text(said), 0) => (said.text.clone(), Vec::new()),
        (Row::Logs(logs), number) if logs.len() == number => {
            let one = |log: &f64| Likelihood { log_probability: *log, tokens: 1, greedy: false };
            (String::new(), logs.iter().map(one).collect())
        }
        (Row::Logs(logs), number) => {
            return malformed(format!("{} `{LOGS}` for {number} continuations", logs.len()));
        }
        (_, number) => return malformed(format!("a text where {number} `{LOGS}` are wanted")),
    };
    let (usage, timing) = (Usage::default(), Timing::default());
    Ok(Answer { text, finish, likelihoods, usage, timing, attempts: 1 })
}

/// A file that is being read.
struct AnswerReader<'a> {
    key: Option<&'a str>,
    text: Option<&'a str>,
    /// Names of the column with the text, the first one there counts.
    usual: Vec<&'static str>,
    rows: HashMap<String, Row>,
    faults: Vec<String>,
    number: usize,
    /// The ids of answers from a batch that no column of the study names.
    batch: Vec<String>,
    blank: usize,
    counted: Option<Counted>,
}

impl AnswerReader<'_> {
    fn table(&mut self, path: &Path) -> Result<(), String> {
        let options = ReadOptions { header: Some(true), every_row: true, nested: true, ..ReadOptions::default() };
        let table = lagom_table::read(path, &options).map_err(|error| within(path, &error.to_string()))?;
        let place = |name: &str| table.columns.iter().find(|column| column.name.trim() == name);
        let named = |name: &str| place(name).ok_or_else(|| lacks(&format!("`{name}`"), &table));
        let key = self.key.map(named).transpose()?;
        let text = match self.text {
            Some(name) => Some(named(name)?),
            None => self.usual.iter().find_map(|name| place(name)),
        };
        let logs = place(LOGS);
        if text.or(logs).is_none() {
            return Err(lacks(&format!("`{}` or `{LOGS}`", TEXTS[0]), &table));
        }
        let cell = |column: Option<&RawColumn>, row: usize| Some(column?.raw(row).unwrap_or_default().to_owned());
        // Numbers with a decimal comma are written with a point, as who reads an answer expects.
        let comma = text.is_some_and(|text| settled(&Evidence::of(text), &[], table.separator).0 == Decimal::Comma);
        let said = |row: usize| {
            cell(text, row).map(|cell| match parse_number_as(&cell, Decimal::Comma).filter(|_| comma) {
                Some(number) => number.to_string(),
                None => cell,
            })
        };
        for at in 0..table.rows() {
            let row = match (cell(logs, at), said(at)) {
                (Some(cell), _) if !cell.trim().is_empty() => {
                    logs_of(serde_json::from_str::<Value>(&cell).ok().as_ref(), &cell)
                }
                (_, Some(text)) => Ok(Row::text(text)),
                _ => Err("neither a text nor log-probabilities".to_owned()),
            };
            self.put(table.line(at).unwrap_or(at as u64 + 1), cell(key, at), row);
        }
        // Where each line is one cell, blank ones at the end may be empty answers.
        if let [column] = table.columns.as_slice() {
            let blank = |row: &usize| column.raw(*row).is_none_or(|cell| cell.trim().is_empty());
            self.blank = (0..table.rows()).rev().take_while(blank).count();
        }
        Ok(())
    }

    fn json_lines(&mut self, file: File) -> Result<(), String> {
        for (at, line) in BufReader::new(file).lines().enumerate() {
            let line = line.map_err(|error| error.to_string())?;
            if line.trim().is_empty() {
                continue;
            }
            let number = at as u64 + 1;
            let Some(object) = serde_json::from_str::<Value>(&line).ok().filter(Value::is_object) else {
                self.faults.push(format!("line {number} is no JSON object"));
                self.number += 1;
                continue;
            };
            if let Some(found) = batch::line(&object) {
                self.put_batch(number, found);
                continue;
            }
            let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let key = match self.key.map(|name| (name, object.get(name).filter(|value| !value.is_null()))) {
                Some((name, None)) => {
                    self.faults.push(format!("line {number} has no `{name}`"));
                    continue;
                }
                Some((_, Some(value))) => Some(plain(value)),
                None => None,
            };
            let text = match self.text {
                Some(name) => object.get(name),
                None => self.usual.iter().find_map(|name| object.get(*name)),
            };
            let row = match (object.get(LOGS), text) {
                (Some(logs), _) => logs_of(Some(logs), &logs.to_string()),
                (None, Some(Value::Null)) => Ok(Row::Failed("its answer is null".to_owned())),
                (None, Some(text)) => Ok(Row::text(plain(text))),
                (None, None) => Err(format!("no `{}` and no `{LOGS}`", self.text.unwrap_or(TEXTS[0]))),
            };
            self.put(number, key, row);
        }
        Ok(())
    }

    /// An answer of a batch, by the id that the asker gave; a line's own `id` is the service's.
    fn put_batch(&mut self, line: u64, found: batch::Line) {
        let row = match found.answer {
            Ok(said) => Row::Text(said),
            Err(message) => Row::Failed(message),
        };
        if self.key.is_none() {
            self.batch.push(found.id.clone());
        }
        self.put(line, Some(found.id), Ok(row));
    }

    /// Names the answers of a batch by the numbers of their rows.
    fn number_batch(&mut self) {
        if self.batch.is_empty() || !self.faults.is_empty() {
            return;
        }
        let ids: Vec<&str> = self.batch.iter().map(String::as_str).collect();
        match batch::numbers(&ids).filter(|_| ids.len() == self.rows.len()) {
            Some(numbers) => {
                self.counted = Some(Counted { from_one: numbers.from_one, end: numbers.end });
                let named = ids.iter().zip(numbers.of);
                let row = |(id, number): (&&str, usize)| Some((number.to_string(), self.rows.get(*id)?.clone()));
                self.rows = named.filter_map(row).collect();
            }
            None => self.faults.push(format!(
                "its custom_id are such as `{}`, which do not count the rows from 0, or from 1 without a gap: name the column of the \
                 data that holds them with id = \"…\" under [[candidate]]",
                ids.first().copied().unwrap_or_default()
            )),
        }
    }

    fn put(&mut self, line: u64, key: Option<String>, row: Result<Row, String>) {
        let key = key.unwrap_or_else(|| self.number.to_string());
        self.number += 1;
        match row {
            Err(fault) => self.faults.push(format!("line {line}: {fault}")),
            Ok(row) => {
                if self.rows.insert(key.clone(), row).is_some() {
                    self.faults.push(format!("line {line} answers `{key}` a second time"));
                }
            }
        }
    }
}

/// A fault of a file, without the path before it, which who tells it puts there.
fn within(path: &Path, fault: &str) -> String {
    let path = path.display().to_string();
    fault.strip_prefix(&path).map_or(fault, |rest| rest.trim_start_matches([':', ',', ' '])).to_owned()
}

fn lacks(what: &str, table: &RawTable) -> String {
    let there: Vec<String> = table.names().map(|name| format!("`{name}`")).collect();
    format!("has no column {what}; the columns are {}", there.join(", "))
}

fn logs_of(value: Option<&Value>, shown: &str) -> Result<Row, String> {
    let numbers =
        value.and_then(Value::as_array).and_then(|list| list.iter().map(Value::as_f64).collect::<Option<Vec<_>>>());
    let good = numbers.filter(|list| !list.is_empty() && list.iter().all(|log| log.is_finite() && *log <= 0.0));
    good.map(Row::Logs).ok_or_else(|| format!("`{LOGS}` is `{shown}`; expected a list of numbers up to 0"))
}
