//! A document as Markdown to paste into a pull request: short, with what stands under a title folded away.

use crate::clean::clean;
use crate::document::{Block, Column, Document, Emphasis, Form, Lead, Look, Table, Term, Text};

/// The document as Markdown.
pub(crate) fn markdown(document: &Document) -> String {
    let mut text = String::new();
    blocks(&mut text, &document.blocks);
    let colophon: Vec<String> = document.colophon.iter().map(|part| escape(part)).collect();
    text.push_str(&format!("\n<sub>lagom {} · {}</sub>\n", escape(&document.lagom), colophon.join(" · ")));
    clean(&text)
}

fn blocks(text: &mut String, all: &[Block]) {
    for block in all {
        if let Block::Only(forms, some) = block {
            if forms.contains(&Form::Markdown) {
                blocks(text, some);
            }
            continue;
        }
        let mut part = String::new();
        self::block(&mut part, block);
        if !text.is_empty() && !part.is_empty() {
            text.push('\n');
        }
        text.push_str(&part);
    }
}

fn block(text: &mut String, block: &Block) {
    match block {
        Block::Lead(lead) => text.push_str(&self::lead(lead)),
        Block::Tiles(facts) => text.push_str(&terms(&facts.iter().map(Term::from).collect::<Vec<Term>>())),
        Block::Terms(all) => text.push_str(&terms(all)),
        Block::Prose(said) | Block::Small(said) => line(text, "", said),
        Block::Note(said) => line(text, "> ", said),
        Block::List(points) => points.iter().for_each(|point| line(text, "- ", point)),
        Block::Code(code) => code.lines().for_each(|said| line(text, "> ", &said.into())),
        Block::Table(table) => text.push_str(&self::table(table)),
        Block::Beside(first, second) => {
            blocks(text, first);
            let mut beside = String::new();
            blocks(&mut beside, second);
            if !beside.is_empty() {
                text.push_str(&format!("\n{beside}"));
            }
        }
        Block::Section(title, all) => folded(text, &escape(title), all),
        Block::Fold(title, all) => folded(text, &escape(&title.plain()), all),
        Block::Figures(_) | Block::Only(..) => {}
    }
}

fn folded(text: &mut String, title: &str, all: &[Block]) {
    let mut inner = String::new();
    blocks(&mut inner, all);
    if !inner.is_empty() {
        text.push_str(&format!("<details><summary>{title}</summary>\n\n{inner}\n</details>\n"));
    }
}

fn line(text: &mut String, before: &str, said: &Text) {
    if !said.0.is_empty() {
        text.push_str(&format!("{before}{}\n", inline(said)));
    }
}

fn inline(said: &Text) -> String {
    let part = |text: &str, look: Look| match look {
        Look::Strong => format!("**{}**", escape(text)),
        Look::Plain | Look::Soft => escape(text),
    };
    said.0.iter().map(|one| part(&one.text, one.look)).collect()
}

fn lead(lead: &Lead) -> String {
    let mut text = format!("**{}** {}\n", escape(&lead.headline), escape(&lead.sentences.join(" ")));
    for caution in &lead.cautions {
        text.push_str(&format!("\n**{}**\n", escape(caution)));
    }
    text
}

fn terms(terms: &[Term]) -> String {
    let gain = |term: &Term| if term.gain.is_empty() { String::new() } else { format!("; {}", escape(&term.gain)) };
    let row = |term: &Term| format!("| {} | {}{} |\n", escape(&term.word), inline(&term.said), gain(term));
    let rows: String = terms.iter().map(row).collect();
    if rows.is_empty() { rows } else { format!("| | |\n|---|---|\n{rows}") }
}

fn table(table: &Table) -> String {
    if table.rows.is_empty() {
        return String::new();
    }
    let columns = table.columns(Form::Markdown);
    let joined = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let rule = |(_, column): &(usize, &Column)| if column.words { "---|" } else { "--:|" };
    let mut text = joined(columns.iter().map(|(_, column)| escape(&column.head)).collect());
    text.push_str(&format!("|{}\n", columns.iter().map(rule).collect::<String>()));
    for row in &table.rows {
        let strong = row.emphasis == Emphasis::Chosen;
        let cell = |(at, _): &(usize, &Column)| {
            let text = row.cells.get(*at).map_or_else(String::new, |cell| inline(&cell.text).trim_end().to_owned());
            if strong && *at == 0 { format!("**{text}**") } else { text }
        };
        text.push_str(&joined(columns.iter().map(cell).collect()));
    }
    text
}

/// Text that is nothing but text in a Markdown table.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            // Backticks come from our own advice; they stay code.
            '|' | '\\' | '*' | '_' | '[' | ']' | '~' => safe.extend(['\\', letter]),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\n' | '\r' => safe.push(' '),
            _ => safe.push(letter),
        }
    }
    safe
}
