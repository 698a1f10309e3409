//! What the words of a text do to an answer: how that changes without each (occlusion, DeYoung et al. 2020).

use std::ops::Range;

use crate::candidate::{FitError, Model};
use crate::data::{Column, Inputs, Values};

/// Most questions to the model for one row: of longer texts, runs of words are left out together.
const STEPS: usize = 1_000;
/// Texts that are asked at a time.
const BATCH: usize = 64;

/// A word, or a run of words, in one of the columns.
struct Run {
    column: usize,
    bytes: Range<usize>,
}

/// What stands in a text row, and the answer without it.
pub(super) struct Left {
    /// The word, or the words with single spaces.
    pub(super) word: String,
    /// The answer to the row without it.
    pub(super) answer: Vec<f64>,
}

/// The answer without each word of a row of texts; none where it has no words.
pub(super) fn left_out(model: &Model, row: &[Column]) -> Result<Option<Vec<Left>>, FitError> {
    let texts: Vec<&str> = row.iter().map(first).collect();
    let words = texts.iter().map(|text| text.split_whitespace().count()).sum::<usize>();
    let runs: Vec<Run> = texts
        .iter()
        .enumerate()
        .flat_map(|(column, text)| runs(text, words.div_ceil(STEPS)).map(move |bytes| Run { column, bytes }))
        .collect();
    let mut found = Vec::with_capacity(runs.len());
    for batch in runs.chunks(BATCH) {
        let without = |run: &Run, at: usize| match run.column == at {
            true => [&texts[at][..run.bytes.start], &texts[at][run.bytes.end..]].concat(),
            false => texts[at].to_owned(),
        };
        let column = |(at, own): (usize, &Column)| Column {
            name: own.name.clone(),
            kind: own.kind,
            values: Values::Texts(batch.iter().map(|run| without(run, at)).collect()),
        };
        let columns: Vec<Column> = row.iter().enumerate().map(column).collect();
        let positions: Vec<u32> = (0..batch.len() as u32).collect();
        let answers = model.predict(&Inputs { columns: &columns, rows: &positions })?;
        for (run, answer) in batch.iter().zip(answers.chunks_exact((answers.len() / batch.len()).max(1))) {
            let words: Vec<&str> = texts[run.column][run.bytes.clone()].split_whitespace().collect();
            found.push(Left { word: words.join(" "), answer: answer.to_vec() });
        }
    }
    Ok((!found.is_empty()).then_some(found))
}

/// The first text of a column.
fn first(column: &Column) -> &str {
    match &column.values {
        Values::Texts(texts) => texts.first().map_or("", String::as_str),
        Values::Numbers(_) | Values::Categories { .. } => "",
    }
}

/// Where runs of so many words stand in a text, each with the space behind it.
fn runs(text: &str, words: usize) -> impl Iterator<Item = Range<usize>> {
    let mut starts: Vec<usize> = Vec::new();
    let mut within = false;
    for (at, letter) in text.char_indices() {
        if !letter.is_whitespace() && !within {
            starts.push(at);
        }
        within = !letter.is_whitespace();
    }
    let firsts: Vec<usize> = starts.into_iter().step_by(words.max(1)).collect();
    let ends: Vec<usize> = firsts.iter().skip(1).copied().chain([text.len()]).collect();
    firsts.into_iter().zip(ends).map(|(from, to)| from..to)
}
