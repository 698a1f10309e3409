//! A file of answers as a backend: nobody is called.

use std::cell::OnceCell;
use std::path::PathBuf;

use super::answer_order::other_order;
use super::backend::file_identity;
use super::scores::Recorded;
use super::{Backend, BackendError, Budget, Flow, Identity, Manner, Query, Reply, Row, Sight, Stop};

/// How many rows the data have: answers in the order of rows are to all that are written, or to those alone that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowCounts {
    /// Rows that have a target.
    pub kept: usize,
    /// Rows in the file.
    pub written: usize,
}

/// Answers in a file, found by a column of the data or by the order of rows. It is read with the first question.
#[derive(Debug)]
pub struct AnswersBackend {
    /// The file.
    pub path: PathBuf,
    /// The column, of the file and of the data, that says which row an answer is to; none: they are in the order of rows.
    pub id: Option<String>,
    /// The column with the answers; none: the first of the usual names that is there.
    pub text: Option<String>,
    rows: RowCounts,
    columns: Vec<String>,
    file: OnceCell<(Recorded, usize)>,
}

impl AnswersBackend {
    /// Of data with so many rows and these columns.
    #[must_use]
    pub fn new(path: PathBuf, id: Option<String>, text: Option<String>, rows: RowCounts, columns: Vec<String>) -> Self {
        Self { path, id, text, rows, columns, file: OnceCell::new() }
    }

    /// The file, and to how many rows it answers.
    fn file(&self) -> Result<&(Recorded, usize), BackendError> {
        if let Some(file) = self.file.get() {
            return Ok(file);
        }
        let RowCounts { kept, written } = self.rows;
        let file = Recorded::read(&self.path, self.id.as_deref(), self.text.as_deref(), &self.columns)?;
        let joined = match self.id {
            Some(_) => kept,
            None => file.joined(&if kept == written { vec![kept] } else { vec![written, kept] })?,
        };
        Ok(self.file.get_or_init(|| (file, joined)))
    }

    /// What the file calls this row: its cell in the column of keys, else its number from 0.
    fn key(&self, row: &Row, joined: usize) -> String {
        match self.id.as_ref().map(|column| row.cells.get(column)) {
            Some(Some(serde_json::Value::String(text))) => text.clone(),
            Some(Some(other)) => other.to_string(),
            Some(None) => String::new(),
            None if joined == self.rows.written => row.written.to_string(),
            None => row.number.to_string(),
        }
    }
}

impl Backend for AnswersBackend {
    fn manner(&self) -> Manner {
        Manner { is_called: false, tries_again: true, counts_attempts: false }
    }

    fn identity(&self) -> Result<Identity, BackendError> {
        let file = file_identity(&self.path, u64::MAX)?;
        let model = format!("answers in {}", self.path.display());
        Ok(Identity { model, file: Some(file), ..Identity::default() })
    }

    fn look(&self) -> Result<Sight, BackendError> {
        let (path, rows) = (self.path.display(), self.file()?.1);
        let found = match &self.id {
            Some(column) => format!("{path} can be read; rows are found by {column}"),
            None => format!("{path} has an answer for each of {rows} rows"),
        };
        Ok(Sight { found, warning: None })
    }

    /// By keys: at least one row has an answer. By order: no column that both files have says that the rows are the same in another
    /// order.
    fn fits(&self, rows: &mut dyn Iterator<Item = Row>) -> Result<(), BackendError> {
        let (file, joined) = self.file()?;
        let fault = |message: String| Err(BackendError::File { path: self.path.clone(), message });
        let Some(column) = &self.id else {
            let numbered = rows.map(|row| (self.key(&row, *joined), row));
            return match other_order(&self.path, &self.columns, numbered)? {
                Some(found) => fault(found.to_string()),
                None => Ok(()),
            };
        };
        let keys: Vec<String> = rows.map(|row| self.key(&row, *joined)).collect();
        let (found, there) = file.known(&mut keys.iter().cloned());
        if found > 0 || keys.is_empty() {
            return Ok(());
        }
        let ours: Vec<String> = keys.iter().take(3).map(|key| format!("`{key}`")).collect();
        fault(format!(
            "has no answer to any of the {} rows: in the data {column} is such as {}, in the file such as {}",
            keys.len(),
            ours.join(", "),
            there.join(", ")
        ))
    }

    fn ask(
        &mut self,
        questions: &mut dyn Iterator<Item = Query>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        _budget: &Budget<'_>,
        stop: &Stop,
    ) -> Result<Vec<String>, BackendError> {
        let (file, joined) = self.file()?;
        // Each question is answered before the next one is taken.
        let key = std::cell::RefCell::new(String::new());
        let mut asked = questions.map(|query| {
            key.replace(self.key(&query.row, *joined));
            (query.number, query.question)
        });
        Ok(file.ask(&mut asked, &|_| key.borrow().clone(), keep, stop)?.notes)
    }
}
