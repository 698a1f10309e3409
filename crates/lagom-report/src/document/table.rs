//! Tables: columns that may be left out where there is no room, and cells with their values.

use maud::Markup;

use super::{Form, Text};

/// Rows and columns; the first column names the row.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// What it shows, for those who do not see it.
    pub(crate) label: String,
    /// The columns.
    pub(crate) columns: Vec<Column>,
    /// The rows.
    pub(crate) rows: Vec<Row>,
    /// A terminal shows no more rows than these.
    pub(crate) most: usize,
}

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Its head.
    pub(crate) head: String,
    /// A shorter head; empty where there is none.
    pub(crate) brief: String,
    /// What it shows, in a sentence; may be empty.
    pub(crate) meaning: &'static str,
    /// Whether it holds words; else numbers.
    pub(crate) words: bool,
    /// From which level of want of room on a terminal takes the shorter head and the shorter cells.
    pub(crate) brief_at: u8,
    /// From which level on it leaves the column out.
    pub(crate) gone_at: u8,
    /// The forms that have it.
    pub(crate) forms: &'static [Form],
}

/// A row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Its cells, one a column.
    pub(crate) cells: Vec<Cell>,
    /// How it looks.
    pub(crate) emphasis: Emphasis,
    /// A mark before its name, for a page.
    pub(crate) mark: Option<Markup>,
}

/// How a row looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Emphasis {
    /// As rows do.
    #[default]
    None,
    /// The answer.
    Chosen,
    /// What the others are compared with.
    Main,
    /// Out of the race.
    Out,
}

/// A cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    /// What is written.
    pub(crate) text: Text,
    /// The same, shorter, where there is a shorter way.
    pub(crate) brief: Option<String>,
    /// What to know of it, for those who point at it; may be empty.
    pub(crate) meaning: String,
    /// A line below it, on a page; may be empty.
    pub(crate) below: String,
}

impl<T: Into<Text>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl Cell {
    /// A figure, or a dash where there is none.
    pub(crate) fn maybe<T>(value: Option<T>, write: impl FnOnce(T) -> Text) -> Self {
        value.map_or_else(Text::missing, write).into()
    }

    /// With a shorter way to write it.
    pub(crate) fn brief(mut self, brief: impl Into<String>) -> Self {
        self.brief = Some(brief.into());
        self
    }

    /// With what to know of it.
    pub(crate) fn meaning(mut self, meaning: impl Into<String>) -> Self {
        self.meaning = meaning.into();
        self
    }
}

/// A column of a table of `T`s, and what stands in it for each of them.
pub(crate) struct Field<'a, T> {
    column: Column,
    cell: Box<dyn Fn(&T) -> Cell + 'a>,
}

impl<'a, T> Field<'a, T> {
    /// A column of numbers.
    pub(crate) fn new<C: Into<Cell>>(head: impl Into<String>, cell: impl Fn(&T) -> C + 'a) -> Self {
        let column = Column {
            head: head.into(),
            brief: String::new(),
            meaning: "",
            words: false,
            brief_at: u8::MAX,
            gone_at: u8::MAX,
            forms: &[Form::Terminal, Form::Html, Form::Markdown],
        };
        Self { column, cell: Box::new(move |of| cell(of).into()) }
    }

    /// A column of words.
    pub(crate) fn words<C: Into<Cell>>(head: impl Into<String>, cell: impl Fn(&T) -> C + 'a) -> Self {
        let mut field = Self::new(head, cell);
        field.column.words = true;
        field
    }

    /// With what it shows, in a sentence.
    pub(crate) fn meaning(mut self, meaning: &'static str) -> Self {
        self.column.meaning = meaning;
        self
    }

    /// With its cells and, where this is not empty, its head shorter on a terminal from this level of want of room on.
    pub(crate) fn brief_at(mut self, level: u8, head: &str) -> Self {
        (self.column.brief_at, self.column.brief) = (level, head.to_owned());
        self
    }

    /// Not on a terminal from this level of want of room on.
    pub(crate) fn gone_at(mut self, level: u8) -> Self {
        self.column.gone_at = level;
        self
    }

    /// In these forms only.
    pub(crate) fn only(mut self, forms: &'static [Form]) -> Self {
        self.column.forms = forms;
        self
    }
}

impl Table {
    /// A table of these items, one a row.
    pub(crate) fn of<T>(label: impl Into<String>, items: &[T], fields: Vec<Field<'_, T>>) -> Self {
        let row = |item: &T| Row {
            cells: fields.iter().map(|field| (field.cell)(item)).collect(),
            emphasis: Emphasis::None,
            mark: None,
        };
        let rows = items.iter().map(row).collect();
        let columns = fields.into_iter().map(|field| field.column).collect();
        Self { label: label.into(), columns, rows, most: usize::MAX }
    }

    /// With each row looking like this.
    pub(crate) fn looking(mut self, looks: impl Iterator<Item = (Emphasis, Option<Markup>)>) -> Self {
        for (row, (emphasis, mark)) in self.rows.iter_mut().zip(looks) {
            (row.emphasis, row.mark) = (emphasis, mark);
        }
        self
    }

    /// The columns of a form, with their places.
    pub(crate) fn columns(&self, form: Form) -> Vec<(usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| column.forms.contains(&form)).collect()
    }
}
