//! How a document looks: on a terminal, as a page, as Markdown. None of these knows what a report is about.

mod html;
mod markdown;
mod terminal;

pub(crate) use html::html;
pub(crate) use markdown::markdown;
pub(crate) use terminal::terminal;
