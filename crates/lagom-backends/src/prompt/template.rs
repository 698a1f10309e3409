//! Templates over the columns of a row: parsed once, checked against the columns, filled in for each row.

use std::collections::BTreeMap;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value};

use super::Row;
use super::error::TemplateFault;
use super::filters::{self, FILTERS, TESTS};
use super::names::instead;
use super::scan::{Role, Word, words};

/// What a template may name beside columns: the row as a whole (`row["a column"]`), the labels of a classification, the
/// choices of this row. Columns named `labels` or `choices` come first; one named `row` is `row["row"]`.
pub const GIVEN: [&str; 3] = ["row", "labels", "choices"];

/// Steps that filling in a template may take: a loop over ten thousand cells passes, one without end does not.
const FUEL: u64 = 1_000_000;

/// How deep a template may call into itself.
const DEPTH: usize = 50;

/// The longest template, in bytes: more is a file named by mistake.
const LONGEST: usize = 1 << 20;

/// A template over the columns of a row, in the language of Jinja: `{{ review | trim }}`, `{% if … %}`.
///
/// Nothing is escaped. A missing cell (`null`) is written as nothing, and `default` replaces it; a column that the row
/// does not have at all is an error. A template stands alone: it includes no other one.
#[derive(Clone, Debug)]
pub struct Template {
    source: String,
    key: String,
    /// Names that the template does not set itself, in order.
    names: Vec<String>,
    environment: Environment<'static>,
}

/// What a template is filled in from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cells<'a> {
    pub(super) row: &'a Row,
    pub(super) labels: &'a [String],
    pub(super) choices: &'a [String],
}

impl Template {
    /// Reads a template that stands under `key` in the study.
    ///
    /// One newline at its end is dropped, as Jinja does, so that a text block of a TOML file ends where it seems to.
    ///
    /// # Errors
    /// Where its syntax is wrong, with the line.
    pub fn parse(source: &str, key: &str) -> Result<Self, TemplateFault> {
        let fault =
            |line, message, hint: &str| TemplateFault { key: key.to_owned(), line, message, hint: hint.to_owned() };
        if source.len() > LONGEST {
            let message = format!("the template has {} bytes, at most {LONGEST} are read", source.len());
            return Err(fault(1, message, "write the template itself here, not data"));
        }
        let environment = environment();
        let names = match environment.template_from_named_str(key, source) {
            Ok(template) => {
                let mut names: Vec<String> = template.undeclared_variables(false).into_iter().collect();
                names.sort();
                names
            }
            Err(error) => {
                let detail = error.detail().map_or_else(|| error.to_string(), str::to_owned);
                return Err(fault(
                    error.line().unwrap_or(1).max(1),
                    format!("the template cannot be read: {detail}"),
                    "values are written {{ column }}, conditions {% if column %} … {% endif %}",
                ));
            }
        };
        Ok(Self { source: source.to_owned(), key: key.to_owned(), names, environment })
    }

    /// The template that is one column as it stands.
    #[must_use]
    pub fn of_column(column: &str, key: &str) -> Self {
        // JSON writes a text as the template language reads one.
        let quoted = serde_json::Value::from(column).to_string();
        let source = format!("{{{{ row[{quoted}] }}}}");
        Self { source, key: key.to_owned(), names: vec!["row".to_owned()], environment: environment() }
    }

    /// The text of the template.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the template names this variable and does not set it itself.
    #[must_use]
    pub fn names(&self, variable: &str) -> bool {
        self.names.iter().any(|name| name == variable)
    }

    /// Checks all names against the columns that every row has; nothing is filled in.
    ///
    /// # Errors
    /// All that name no column, no filter and no test, in the order of the template.
    pub fn check<S: AsRef<str>>(&self, columns: &[S]) -> Result<(), Vec<TemplateFault>> {
        let functions: Vec<&str> = self.environment.globals().map(|(name, _)| name).collect();
        let is_column = |name: &str| columns.iter().any(|column| column.as_ref() == name);
        let known = |name: &str| is_column(name) || GIVEN.contains(&name) || functions.contains(&name);
        let words = words(&self.source);
        let mut faults = Vec::new();
        for name in self.names.iter().filter(|name| !known(name)) {
            let place = words.iter().find(|word| word.role == Role::Name && word.text == **name);
            faults.push(self.no_column(name, place.map_or(1, |word| word.line), columns));
        }
        for word in &words {
            match word.role {
                Role::Column if !is_column(&word.text) => {
                    faults.push(self.no_column(&word.text, word.line, columns));
                }
                Role::Filter if !FILTERS.contains(&&*word.text) => {
                    faults.push(self.no_word("filter", word, &FILTERS));
                }
                Role::Test if !TESTS.contains(&&*word.text) => {
                    faults.push(self.no_word("test", word, &TESTS));
                }
                _ => {}
            }
        }
        faults.sort_by_key(|fault| fault.line);
        faults.dedup();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn no_column<S: AsRef<str>>(&self, name: &str, line: usize, columns: &[S]) -> TemplateFault {
        TemplateFault {
            key: self.key.clone(),
            line,
            message: format!("the template names `{name}`, which is no column"),
            hint: instead("the columns", columns, name),
        }
    }

    fn no_word(&self, what: &str, word: &Word, known: &[&str]) -> TemplateFault {
        TemplateFault {
            key: self.key.clone(),
            line: word.line,
            message: format!("there is no {what} `{}`", word.text),
            hint: instead(&format!("the {what}s"), known, &word.text),
        }
    }

    /// The text for a row.
    ///
    /// # Errors
    /// A column that this row does not have, an operation that its value does not allow, too many steps; with the line.
    pub fn render(&self, row: &Row) -> Result<String, TemplateFault> {
        self.fill(Cells { row, labels: &[], choices: &[] })
    }

    /// The text for a row, with labels and choices at hand.
    pub(super) fn fill(&self, cells: Cells<'_>) -> Result<String, TemplateFault> {
        let mut context: BTreeMap<&str, Value> = BTreeMap::new();
        for name in &self.names {
            let value = match (cells.row.get(name), name.as_str()) {
                (_, "row") => Value::from(Serde(cells.row)),
                (Some(cell), _) => Value::from(Serde(cell)),
                (None, "labels") => Value::from(Serde(cells.labels)),
                (None, "choices") => Value::from(Serde(cells.choices)),
                _ => continue,
            };
            context.insert(name, value);
        }
        let template = self.environment.template_from_named_str(&self.key, &self.source);
        template.and_then(|template| template.render(context)).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &minijinja::Error) -> TemplateFault {
        let place =
            error.range().and_then(|range| self.source.get(range)).map(str::trim).filter(|text| !text.is_empty());
        let place = place.map(|text| format!(" `{text}`")).unwrap_or_default();
        let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        let (message, hint) = match error.kind() {
            ErrorKind::UndefinedError => (
                format!("this row has no value for{place}"),
                "give every row this column, or write what to take instead: {{ column | default(\"none\") }}",
            ),
            ErrorKind::OutOfFuel => {
                (format!("filling in the template took more than {FUEL} steps"), "shorten its loops")
            }
            _ => (format!("the template cannot be filled in:{place} {detail}"), "look at the value in this row"),
        };
        TemplateFault { key: self.key.clone(), line: error.line().unwrap_or(1).max(1), message, hint: hint.to_owned() }
    }
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.key == other.key
    }
}

/// The engine as every template gets it.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_recursion_limit(DEPTH);
    environment.set_fuel(Some(FUEL));
    environment.set_formatter(
        |out, state, value| {
            if value.is_none() { Ok(()) } else { minijinja::escape_formatter(out, state, value) }
        },
    );
    filters::add(&mut environment);
    environment
}
