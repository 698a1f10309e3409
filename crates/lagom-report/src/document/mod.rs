//! What a report says before anybody says how it looks: a title and blocks. The pages build it out of findings; the
//! renderers make a terminal's lines, a page or Markdown of it and know nothing of findings.

mod table;
mod text;

use maud::Markup;

pub(crate) use table::{Cell, Column, Emphasis, Field, Row, Table};
pub(crate) use text::{Look, Part, Text};

use crate::answer::Fact;

/// What a document is rendered as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Lines of text: without folds and figures.
    Terminal,
    /// A file to read and keep: all there is.
    Html,
    /// A comment on a pull request: short, with what stands under a title folded.
    Markdown,
}

/// A report.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// Title of the window.
    pub(crate) title: String,
    /// What it is about: `study`, and its name.
    pub(crate) subject: (&'static str, String),
    /// The version of lagom that made it.
    pub(crate) lagom: String,
    /// What it says.
    pub(crate) blocks: Vec<Block>,
    /// The small print at the end: how it came about, and where its numbers are.
    pub(crate) colophon: Vec<String>,
}

/// A part of a document.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    /// The answer.
    Lead(Lead),
    /// Figures that carry the answer, large where there is room.
    Tiles(Vec<Fact>),
    /// Words or figures, and what is said of each, one a line.
    Terms(Vec<Term>),
    /// A paragraph.
    Prose(Text),
    /// A remark below something else.
    Small(Text),
    /// What a reader has to know to judge the rest.
    Note(Text),
    /// Points.
    List(Vec<Text>),
    /// Text as it stands in a file or came from a model.
    Code(String),
    /// Rows and columns.
    Table(Table),
    /// Plots, for a page alone.
    Figures(Vec<Figure>),
    /// Two parts side by side where the page is wide.
    Beside(Vec<Block>, Vec<Block>),
    /// A part with a title.
    Section(String, Vec<Block>),
    /// A part that is opened by its title; a terminal leaves it out.
    Fold(Text, Vec<Block>),
    /// What only some forms show.
    Only(&'static [Form], Vec<Block>),
}

/// The answer at the top.
#[derive(Clone, Debug)]
pub(crate) struct Lead {
    /// What was asked.
    pub(crate) question: String,
    /// What kind of answer it is.
    pub(crate) tone: Tone,
    /// The answer in one short sentence.
    pub(crate) headline: String,
    /// What it means, in sentences.
    pub(crate) sentences: Vec<String>,
    /// Whether each of these stands for itself.
    pub(crate) apart: bool,
    /// What could make the answer wrong.
    pub(crate) cautions: Vec<String>,
}

/// The kind of an answer, which colours it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Less is enough.
    Good,
    /// More pays.
    Pays,
    /// Not known.
    Open,
    /// Nothing will do.
    Bad,
}

/// A word or the label of a figure, and what is said of it.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    /// The word.
    pub(crate) word: String,
    /// What is said.
    pub(crate) said: Text,
    /// What is gained, apart from the rest where there is room; may be empty.
    pub(crate) gain: String,
}

impl Term {
    /// A word and what is said of it.
    pub(crate) fn new(word: impl Into<String>, said: impl Into<Text>) -> Self {
        Self { word: word.into(), said: said.into(), gain: String::new() }
    }
}

impl From<&Fact> for Term {
    fn from(fact: &Fact) -> Self {
        Self { gain: fact.gain.clone(), ..Self::new(&fact.label, fact.text()) }
    }
}

/// A plot with its words.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// What it shows; may be empty.
    pub(crate) heading: String,
    /// How to read it; may be empty.
    pub(crate) caption: String,
    /// How much of the page it takes.
    pub(crate) size: FigureSize,
    /// The drawing for wide screens, and one for narrow ones where it differs.
    pub(crate) drawings: Vec<Markup>,
    /// What each mark means.
    pub(crate) legend: Vec<Key>,
}

/// How much of the page's width a figure takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FigureSize {
    /// All.
    Full,
    /// Half.
    Half,
    /// A quarter.
    Small,
}

/// A mark and what it means.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// The mark.
    pub(crate) mark: Markup,
    /// What it means.
    pub(crate) meaning: String,
}
