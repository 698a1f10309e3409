//! The quality of the data, folded: what was found, the gravest first, and the ceiling.

use crate::Findings;
use crate::document::{Block, Look, Text};
use crate::words::{ceiling, finding, how, nothing, severity};

/// What was found of the quality of the data; none where nobody looked.
pub(super) fn fold(findings: &Findings) -> Option<Block> {
    let quality = findings.quality.as_ref()?;
    let mut blocks = Vec::new();
    if quality.findings.is_empty() {
        blocks.push(Block::Prose(nothing(quality).into()));
    }
    let told = quality.findings.iter().map(|found| {
        let said = finding(found);
        let rows = match found.first.is_empty() {
            true => String::new(),
            false => {
                let first: Vec<String> = found.first.iter().map(ToString::to_string).collect();
                let more = if found.count > first.len() as u64 { ", …" } else { "" };
                format!(" Rows {}{more}.", first.join(", "))
            }
        };
        Text::strong(format!("{}: {}.", severity(found.severity), said.title))
            .and(format!(" {} {}", said.sentence, said.advice))
            .and(Text::from(rows).looking(Look::Soft))
    });
    let told: Vec<Text> = told.collect();
    if !told.is_empty() {
        blocks.push(Block::List(told));
    }
    let bounds = ceiling(quality);
    if !bounds.is_empty() {
        let list = Block::List(bounds.into_iter().map(Text::from).collect());
        blocks.push(Block::Section("How good a model can be".to_owned(), vec![list]));
    }
    let how = how(quality);
    let looked = match quality.checked.is_none() && quality.unchecked.is_none() {
        true => {
            vec!["Nothing was trained for this: `lagom data` with this folder looks for wrong labels too.".to_owned()]
        }
        false => Vec::new(),
    };
    blocks.push(Block::Section(
        "How it was found".to_owned(),
        vec![Block::List(how.into_iter().chain(looked).map(Text::from).collect())],
    ));
    Some(Block::Fold("Quality of the data".into(), blocks))
}
