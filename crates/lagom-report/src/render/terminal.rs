//! A document as lines of text: no wider than asked for, and without colours.

mod columns;
mod table;

use columns::{cut, left, line, width_of, wrap};

use crate::document::{Block, Document, Form, Lead, Term, Text};

const INDENT: usize = 2;
/// Between a figure's text and what is gained.
const GAP: usize = 3;
/// Narrower terminals are treated as this wide.
const NARROWEST: usize = 24;
/// Sentences are no wider than this: longer lines are hard to follow.
const PROSE: usize = 100;

/// The document for a terminal of `width` columns. No line is wider (or than 24, whichever is more) and no row of a table is broken:
/// columns are shortened and left out instead.
pub(crate) fn terminal(document: &Document, width: usize) -> String {
    let mut page = Page { width: width.max(NARROWEST), lines: Vec::new() };
    page.blocks(&document.blocks);
    let mut text = String::new();
    for one in &page.lines {
        text.push_str(one.trim_end());
        text.push('\n');
    }
    text
}

struct Page {
    width: usize,
    lines: Vec<String>,
}

impl Page {
    /// The blocks, each apart from the one before but for sentences and remarks that follow their kind.
    fn blocks(&mut self, blocks: &[Block]) {
        let mut before: Option<&Block> = None;
        for block in blocks {
            if let Block::Only(forms, blocks) = block {
                if forms.contains(&Form::Terminal) {
                    self.blocks(blocks);
                    before = blocks.iter().rfind(|block| is_shown(block)).or(before);
                }
                continue;
            }
            if !is_shown(block) {
                continue;
            }
            let same = before.is_some_and(|before| std::mem::discriminant(before) == std::mem::discriminant(block));
            let together = same && matches!(block, Block::Note(_) | Block::Prose(_) | Block::Small(_));
            if !together && self.lines.last().is_some_and(|line| !line.is_empty()) {
                self.lines.push(String::new());
            }
            self.block(block);
            before = Some(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Lead(lead) => self.lead(lead),
            Block::Tiles(facts) => self.terms(&facts.iter().map(Term::from).collect::<Vec<Term>>()),
            Block::Terms(terms) => self.terms(terms),
            Block::Prose(text) | Block::Small(text) | Block::Note(text) => self.indented(&text.plain(), INDENT),
            Block::List(points) => points.iter().for_each(|point| self.indented(&point.plain(), 2 * INDENT)),
            Block::Code(text) => text.lines().for_each(|line| self.indented(line, 2 * INDENT)),
            Block::Table(table) => {
                let (lines, more) = table::lines(table, self.width);
                self.lines.extend(lines);
                if more > 0 {
                    self.indented(&format!("{more} more in the report"), INDENT);
                }
            }
            Block::Beside(first, second) => {
                self.blocks(first);
                self.blocks(second);
            }
            Block::Section(title, blocks) => {
                self.lines.extend(wrap(title, self.width));
                self.blocks_below(blocks);
            }
            Block::Figures(_) | Block::Fold(..) | Block::Only(..) => {}
        }
    }

    /// The blocks of a section, the first right below its title.
    fn blocks_below(&mut self, blocks: &[Block]) {
        let mut part = Page { width: self.width, lines: Vec::new() };
        part.blocks(blocks);
        self.lines.append(&mut part.lines);
    }

    fn lead(&mut self, lead: &Lead) {
        self.lines.extend(wrap(&lead.headline, self.width.min(PROSE)));
        if !lead.sentences.is_empty() {
            self.lines.push(String::new());
        }
        lead.sentences.iter().for_each(|sentence| self.indented(sentence, INDENT));
        for caution in &lead.cautions {
            self.lines.push(String::new());
            self.indented(caution, INDENT);
        }
    }

    /// Wrapped lines, moved in.
    fn indented(&mut self, text: &str, indent: usize) {
        let lines = wrap(text, self.width.min(PROSE).saturating_sub(indent));
        self.lines.extend(lines.into_iter().map(|line| format!("{}{line}", " ".repeat(indent))));
    }

    /// In three columns: word, what is said and what is gained; the gain follows the rest where there is no room.
    fn terms(&mut self, terms: &[Term]) {
        let label = terms.iter().map(|term| width_of(&line(&term.word))).max().unwrap_or(0) + 2;
        let label = label.min(self.width / 2);
        let room = self.width.min(PROSE).saturating_sub(INDENT + label);
        let said: Vec<String> = terms.iter().map(|term| line(&term.said.plain())).collect();
        let gaining = || terms.iter().zip(&said).filter(|(term, _)| !term.gain.is_empty());
        let text = gaining().map(|(_, said)| width_of(said)).max().unwrap_or(0);
        let aligned = gaining().all(|(term, _)| text + GAP + width_of(&term.gain) <= room);
        for (term, said) in terms.iter().zip(&said) {
            let body = match term.gain.as_str() {
                "" => wrap(said, room),
                gain if aligned => vec![format!("{}{gain}", left(said, text + GAP))],
                gain => wrap(&format!("{said}; {gain}"), room),
            };
            let word = cut(&line(&term.word), label.saturating_sub(1));
            for (at, said) in body.into_iter().enumerate() {
                let word = if at == 0 { word.as_str() } else { "" };
                self.lines.push(format!("{}{}{said}", " ".repeat(INDENT), left(word, label)));
            }
        }
    }
}

/// Whether a terminal shows anything of a block.
fn is_shown(block: &Block) -> bool {
    match block {
        Block::Figures(_) | Block::Fold(..) => false,
        Block::Tiles(facts) => !facts.is_empty(),
        Block::Terms(terms) => !terms.is_empty(),
        Block::Prose(Text(parts)) | Block::Small(Text(parts)) | Block::Note(Text(parts)) => !parts.is_empty(),
        Block::Table(table) => !table.rows.is_empty(),
        Block::Beside(first, second) => first.iter().chain(second).any(is_shown),
        Block::Section(_, blocks) => blocks.iter().any(is_shown),
        Block::Only(forms, blocks) => forms.contains(&Form::Terminal) && blocks.iter().any(is_shown),
        _ => true,
    }
}
