//! Whether questions fit into what a decoder reads at once, before any of them is asked.

use lagom_backends::call::{Prompt, Question};
use lagom_pretrained::Folder;

use super::super::fault::WeightsFault;
use crate::study::Weights;
use crate::study::units::grouped_count;

/// How questions fit into what a decoder reads at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Questions that were looked at.
    pub looked: usize,
    /// Those of them whose prompts are cut at their front.
    pub cut: usize,
}

/// Holds questions against what the weights read at once. Reads the tokenizer and no weight.
///
/// # Errors
/// The folder is not there any more, the tokenizer fails on a question, or not one of the questions fits in whole.
pub fn room(name: &str, weights: &Weights, questions: &[Question]) -> Result<Room, WeightsFault> {
    let folder = Folder::open(&weights.folder)?;
    let texts: Vec<String> = questions.iter().flat_map(whole).collect();
    let mut counts = folder.count_tokens(&texts)?.into_iter();
    let context = folder.context().unwrap_or(usize::MAX);
    let mut needed: Vec<usize> = Vec::with_capacity(questions.len());
    for question in questions {
        let longest = counts.by_ref().take(whole(question).len()).max().unwrap_or(0);
        let written = if question.continuations.is_empty() { question.sampling.max_tokens as usize } else { 0 };
        // The last token is only predicted, never read.
        needed.push((longest + written).saturating_sub(1));
    }
    let cut = needed.iter().filter(|tokens| **tokens > context).count();
    let Some(least) = needed.iter().min().filter(|_| cut == needed.len()) else {
        return Ok(Room { looked: needed.len(), cut });
    };
    let asked = match questions.first().filter(|first| first.continuations.is_empty()) {
        Some(first) => {
            format!("with the {} tokens that an answer may have", grouped_count(u64::from(first.sampling.max_tokens)))
        }
        None => "with what stands behind it".to_owned(),
    };
    Err(WeightsFault {
        message: format!(
            "`{name}` reads {} tokens at once ({}), and the shortest of {} prompts has {} {asked}",
            grouped_count(context as u64),
            folder.context_from(),
            grouped_count(needed.len() as u64),
            grouped_count((least + 1) as u64)
        ),
        hint: "allow shorter answers (max-tokens), ask with fewer shots or a shorter template, or name weights with a longer context"
            .to_owned(),
    })
}

/// The texts that a question takes room for: its prompt, with each continuation where there are any.
fn whole(question: &Question) -> Vec<String> {
    let prompt = match &question.prompt {
        Prompt::Text(text) => text.clone(),
        Prompt::Chat(messages) => {
            messages.iter().map(|message| message.content.as_str()).collect::<Vec<_>>().join("\n")
        }
    };
    match question.continuations.as_slice() {
        [] => vec![prompt],
        all => all.iter().map(|one| format!("{prompt}{}", one.text)).collect(),
    }
}
