//! What is wrong with a study, and where: shown as compilers do, with the line and a mark under it.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::secret::{masked, masked_source};

/// One thing wrong with a study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; 0 where the file as a whole is at fault.
    pub line: usize,
    /// The column in characters, from 1; 0 where the file as a whole is at fault.
    pub column: usize,
    /// How many characters are at fault, at least 1.
    pub width: usize,
    /// That line of the file, with anything that looks like a key left out.
    pub source: String,
    /// The key, with its table: `good-enough.margin`; empty where no key is at fault.
    pub key: String,
    /// What was found and what was expected.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// All that is wrong with a study, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyFaults {
    /// The file.
    pub path: PathBuf,
    /// Its faults; never empty.
    pub faults: Vec<Fault>,
}

impl StudyFaults {
    /// The one fault of a file that cannot be read as text.
    pub(super) fn whole_file(path: &Path, message: String, hint: &str) -> StudyFaults {
        let fault = Fault {
            line: 0,
            column: 0,
            width: 1,
            source: String::new(),
            key: String::new(),
            message,
            hint: hint.to_owned(),
        };
        StudyFaults { path: path.to_owned(), faults: vec![fault] }
    }
}

impl std::error::Error for StudyFaults {}

impl fmt::Display for StudyFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.faults.iter().enumerate() {
            if place > 0 {
                write!(f, "\n\n")?;
            }
            write!(f, "{}", self.path.display())?;
            if fault.line > 0 {
                write!(f, ":{}:{}", fault.line, fault.column)?;
            }
            write!(f, ": {fault}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        write!(f, "{}", self.message)?;
        if self.line > 0 {
            // Tabs stay tabs, so that the mark stands under what it marks.
            let before = self.source.chars().take(self.column.saturating_sub(1));
            let indent: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let number = self.line.to_string();
            let gutter = " ".repeat(number.len());
            write!(f, "\n{}", format!(" {number} | {}", self.source).trim_end())?;
            write!(f, "\n {gutter} | {indent}{}", "^".repeat(self.width))?;
        }
        write!(f, "\n   hint: {}", self.hint)
    }
}

/// What is wrong with a value, before it is known where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// What was found and what was expected.
    pub(super) message: String,
    /// What to do about it.
    pub(super) hint: String,
    /// The bytes at fault, where that is only a part of the value.
    pub(super) at: Option<Range<usize>>,
}

impl Wrong {
    /// Something wrong with the whole value.
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Wrong {
        Wrong { message: message.into(), hint: hint.into(), at: None }
    }

    /// The same, for these bytes of the file alone.
    pub(super) fn at(self, at: Range<usize>) -> Wrong {
        Wrong { at: Some(at), ..self }
    }
}

/// The faults of one text as they are found.
#[derive(Debug)]
pub(super) struct Faults<'t> {
    text: &'t str,
    found: Vec<Fault>,
}

impl<'t> Faults<'t> {
    /// No faults in this text yet.
    pub(super) fn new(text: &'t str) -> Self {
        Faults { text, found: Vec::new() }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Notes a fault at these bytes of the text.
    pub(super) fn push(&mut self, at: Range<usize>, key: impl Into<String>, wrong: Wrong) {
        let at = wrong.at.unwrap_or(at);
        let start = floor(self.text, at.start);
        let end = floor(self.text, at.end).max(start);
        let (before, after) = self.text.split_at(start);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = after.find('\n').map_or(self.text.len(), |newline| start + newline);
        let marked = self.text.get(start..end.min(line_end)).unwrap_or("");
        self.found.push(Fault {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or("").chars().count() + 1,
            width: marked.trim_end().chars().count().max(1),
            source: masked_source(self.text.get(line_start..line_end).unwrap_or("").trim_end()),
            key: key.into(),
            message: masked(&wrong.message),
            hint: masked(&wrong.hint),
        });
    }

    /// The faults in the order of the file.
    pub(super) fn into_faults(mut self, path: &Path) -> StudyFaults {
        self.found.sort_by_key(|fault| (fault.line, fault.column));
        StudyFaults { path: path.to_owned(), faults: self.found }
    }
}

/// The last boundary of a character at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0)
}
