//! A document as one file to read, print and keep: no network, no script. Each number of a table stands in a `<data>` element with
//! the value it has in the JSON.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::answer::Fact;
use crate::clean::clean;
use crate::document::{
    Block, Cell, Column, Document, Emphasis, Figure, FigureSize, Form, Lead, Look, Part, Row, Table, Term, Text, Tone,
};
use crate::plot::colours;

const STYLE: &str = include_str!("style.css");
/// What a page may load: nothing but its own style and pictures that stand in it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
/// A table of more columns than these becomes cards on a narrow screen.
const COLUMNS: usize = 3;

/// The document as one HTML file.
pub(crate) fn html(document: &Document) -> String {
    let (kind, name) = &document.subject;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                // The page is all there is: whatever got into it may load and run nothing. (Names have no case here; in small letters
                // it would be the only place of the page that looks like an address.)
                meta HTTP-EQUIV="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "lagom " (document.lagom) };
                title { (document.title) }
                style { (PreEscaped(STYLE)) (PreEscaped(colours())) }
            }
            body {
                header { span.brand { "lagom" } span { (kind) " " b { (name) } } }
                main { (parts(&document.blocks)) }
                footer { "Made by lagom " (document.lagom) @for part in &document.colophon { " · " (prose(&part.as_str().into())) } }
            }
        }
    };
    clean(&page.into_string())
}

/// The blocks that a page shows, those within `Only` among them.
fn shown(blocks: &[Block]) -> Vec<&Block> {
    let mut found = Vec::new();
    for block in blocks {
        match block {
            Block::Only(forms, some) if forms.contains(&Form::Html) => found.extend(shown(some)),
            Block::Only(..) => {}
            other => found.push(other),
        }
    }
    found
}

/// The page in sections: one from each answer on, one for each title.
fn parts(blocks: &[Block]) -> Markup {
    let mut parts: Vec<(&'static str, Vec<&Block>)> = Vec::new();
    for block in shown(blocks) {
        let class = match block {
            Block::Lead(lead) => tone(lead.tone),
            Block::Section(..) => "part",
            Block::Fold(..) => "folds",
            _ => "",
        };
        match parts.last_mut() {
            Some((last, part)) if class.is_empty() || (class == "folds" && *last == class) => part.push(block),
            _ => parts.push((class, vec![block])),
        }
    }
    html! { @for (class, part) in &parts { section class=(class) { @for one in part { (block(one, 0)) } } } }
}

/// The class that colours an answer.
fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "answer good",
        Tone::Pays => "answer pays",
        Tone::Open => "answer open",
        Tone::Bad => "answer bad",
    }
}

fn all(blocks: &[Block], depth: usize) -> Markup {
    html! { @for one in shown(blocks) { (block(one, depth)) } }
}

fn block(block: &Block, depth: usize) -> Markup {
    html! {
        @match block {
            Block::Lead(lead) => (self::lead(lead)),
            Block::Tiles(facts) => div.tiles { @for fact in facts { (tile(fact)) } },
            Block::Prose(text) => p { (prose(text)) },
            Block::Small(text) => p.small { (prose(text)) },
            Block::Note(text) => p.note { (prose(text)) },
            Block::List(points) => ul { @for point in points { li { (prose(point)) } } },
            Block::Terms(terms) => (self::terms(terms)),
            Block::Code(text) => pre { code { (text) } },
            Block::Table(table) => (self::table(table)),
            Block::Figures(figures) => (self::figures(figures)),
            Block::Beside(first, second) => div.beside { div { (all(first, depth)) } div { (all(second, depth)) } },
            Block::Section(title, blocks) if depth == 0 => { h2 { (title) } (all(blocks, depth + 1)) },
            Block::Section(title, blocks) => { h3 { (title) } (all(blocks, depth + 1)) },
            Block::Fold(title, blocks) => details { summary { (inline(title)) } div.folded { (all(blocks, depth + 1)) } },
            Block::Only(..) => {},
        }
    }
}

fn lead(lead: &Lead) -> Markup {
    let joined = [lead.sentences.join(" ")];
    let paragraphs: &[String] = if lead.apart { &lead.sentences } else { &joined };
    html! {
        p.question { (lead.question) }
        h1 { (words(&lead.headline)) }
        @for text in paragraphs { p.lead { (prose(&text.as_str().into())) } }
        @for caution in &lead.cautions { p.caution { (prose(&caution.as_str().into())) } }
    }
}

/// One figure as a tile.
fn tile(fact: &Fact) -> Markup {
    // A detail that continues the sentence reads alone without its comma.
    let detail = fact.detail.trim_start_matches([',', ';', ' ']);
    let (figure, unit) = fact.value.split_once(' ').unwrap_or((&fact.value, ""));
    html! {
        div.tile {
            p.what { (fact.label) }
            p.figure { (figure) @if !unit.is_empty() { " " span.unit { (unit) } } }
            @if !fact.gain.is_empty() { p.gain { (prose(&fact.gain.as_str().into())) } }
            @if !detail.is_empty() { p.detail { (prose(&detail.into())) } }
        }
    }
}

fn terms(terms: &[Term]) -> Markup {
    html! {
        dl.terms {
            @for term in terms {
                div { dt { (term.word) } dd { (prose(&term.said)) @if !term.gain.is_empty() { "; " (term.gain) } } }
            }
        }
    }
}

/// Text in which backticks are no more than that.
fn inline(text: &Text) -> Markup {
    html! { @for part in &text.0 { (written(part, |text| html! { (text) })) } }
}

/// Sentences: what stands in backticks is code, and names with a hyphen stay on one line.
fn prose(text: &Text) -> Markup {
    html! { @for part in &text.0 { (written(part, words)) } }
}

fn words(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 {
                code { (part) }
            } @else {
                @for word in part.split_inclusive(' ') {
                    @if word.contains('-') { span.whole { (word.trim_end_matches(' ')) } @if word.ends_with(' ') { " " } }
                    @else { (word) }
                }
            }
        }
    }
}

fn written(part: &Part, write: impl Fn(&str) -> Markup) -> Markup {
    let text = html! {
        @match part.value { Some(value) => data value=(value) { (part.text) }, None => (write(&part.text)) }
    };
    match part.look {
        Look::Plain => text,
        Look::Soft => html! { span.soft { (text) } },
        Look::Strong => html! { b { (text) } },
    }
}

fn table(table: &Table) -> Markup {
    let columns = table.columns(Form::Html);
    let stacks = (columns.len() > COLUMNS).then_some("stacks");
    html! {
        @if !table.rows.is_empty() {
            div.sheet tabindex="0" role="region" aria-label=(table.label) {
                table class=[stacks] {
                    thead {
                        tr {
                            @for (_, column) in &columns {
                                th scope="col" class=[side(column)] title=[some(column.meaning)] { (column.head) }
                            }
                        }
                    }
                    tbody { @for one in &table.rows { (row(one, &columns)) } }
                }
            }
        }
    }
}

fn row(row: &Row, columns: &[(usize, &Column)]) -> Markup {
    let class = match row.emphasis {
        Emphasis::None => None,
        Emphasis::Chosen => Some("chosen"),
        Emphasis::Main => Some("main"),
        Emphasis::Out => Some("out"),
    };
    let nothing = Cell::default();
    html! {
        tr class=[class] {
            @for (place, (at, column)) in columns.iter().enumerate() {
                @let cell = row.cells.get(*at).unwrap_or(&nothing);
                @if place == 0 {
                    th scope="row" title=[some(&cell.meaning)] {
                        @if let Some(mark) = &row.mark { (mark) } (inline(&cell.text))
                        @if !cell.below.is_empty() { small { (words(&cell.below)) } }
                    }
                } @else {
                    td class=[side(column)] data-label=(column.head) title=[some(&cell.meaning)] {
                        (inline(&cell.text))
                        @if !cell.below.is_empty() { small { (words(&cell.below)) } }
                    }
                }
            }
        }
    }
}

fn side(column: &Column) -> Option<&'static str> {
    column.words.then_some("words")
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn figures(figures: &[Figure]) -> Markup {
    let class = match figures.first().map(|figure| figure.size) {
        Some(FigureSize::Half) => "halves",
        Some(FigureSize::Small) => "quarters",
        _ => "whole-width",
    };
    html! { @if !figures.is_empty() { div class=(class) { @for one in figures { (figure(one)) } } } }
}

fn figure(figure: &Figure) -> Markup {
    html! {
        figure {
            @if !figure.heading.is_empty() { h3 { (figure.heading) } }
            @for drawing in &figure.drawings { (drawing) }
            @if !figure.legend.is_empty() {
                ul.legend { @for key in &figure.legend { li { (key.mark) (key.meaning) } } }
            }
            @if !figure.caption.is_empty() { figcaption { p { (prose(&figure.caption.as_str().into())) } } }
        }
    }
}
