//! The explanation of one row.

use super::background::{Background, Learned, Usual};
use super::types::{Effects, ExplainError, Explanation, Way};
use super::{linear, replaced, trees, words};
use crate::candidate::preprocess::{Encoding, Preprocessor};
use crate::candidate::trees::Link;
use crate::candidate::{Features, FitError, Learner, Model, Peeled};
use crate::data::{Column, Inputs, Values};

/// Why a model gives its answer for the one row that `row` holds, columns in the order of training. `class` is the place of the class to explain;
/// without it, it is the one that is called.
///
/// # Errors
/// The model is a cascade, looks at no input, does not fit together or has no `background`; a text has no words; there is no such class.
pub fn explain(
    model: &Model,
    background: Option<&Background>,
    row: &[Column],
    class: Option<usize>,
) -> Result<Explanation, ExplainError> {
    let whole = Inputs { columns: row, rows: &[0] };
    let answer = model.predict(&whole)?;
    let peeled = model.peeled()?;
    let plain = peeled.model;
    match &plain.learner {
        Learner::Cascade(_) => return Err(ExplainError::Cascade),
        Learner::Constant(_) => return Err(ExplainError::SameForAll),
        _ => {}
    }
    let class = (answer.len() > 1).then(|| class.unwrap_or_else(|| called(&answer)));
    let own = *answer.get(class.unwrap_or(0)).ok_or_else(misfit)?;
    if row.iter().all(|column| matches!(column.values, Values::Texts(_))) {
        let left = words::left_out(model, row)?.ok_or(ExplainError::NoWords)?;
        let effect = |left: words::Left| (left.word, own - left.answer.get(class.unwrap_or(0)).copied().unwrap_or(own));
        let effects = Effects::Words { words: left.into_iter().map(effect).collect() };
        return sound(Explanation { class, answer, effects });
    }
    let background = background.ok_or(ExplainError::NoBackground)?;
    let effects = match (&plain.features, &background.learned) {
        (Features::Table(preprocess), learned @ (Learned::Means(_) | Learned::WentLeft(..))) => {
            let matrix = preprocess.transform(&whole);
            added(&peeled, (preprocess, learned), (&matrix, class), answer.len())?
        }
        _ => {
            let is_number = |usual: &Usual| !matches!(usual, Usual::Mean(mean) if !mean.is_finite());
            if background.usual.len() != row.len() || !background.usual.iter().all(is_number) {
                return Err(misfit().into());
            }
            let answers = replaced::replaced_answers(model, row, &background.usual)?;
            let others = answers.chunks_exact(answer.len()).skip(1);
            let columns = background.usual.iter().zip(others);
            let columns =
                columns.map(|(usual, other)| (replaced::told(usual), own - other[class.unwrap_or(0)])).collect();
            Effects::Replaced { columns }
        }
    };
    sound(Explanation { class, answer, effects })
}

/// The explanation, where all of it are numbers: those of a damaged file may not be.
fn sound(found: Explanation) -> Result<Explanation, ExplainError> {
    let are_numbers = match &found.effects {
        Effects::Added { base, score, columns, .. } => columns.iter().chain([base, score]).all(|one| one.is_finite()),
        Effects::Replaced { columns } => columns.iter().all(|(_, effect)| effect.is_finite()),
        Effects::Words { words } => words.iter().all(|(_, effect)| effect.is_finite()),
    };
    if are_numbers && found.answer.iter().all(|one| one.is_finite()) { Ok(found) } else { Err(misfit().into()) }
}

/// The place of the highest probability; the first of equals.
fn called(answer: &[f64]) -> usize {
    (0..answer.len()).fold(0, |best, at| if answer[at] > answer[best] { at } else { best })
}

fn misfit() -> FitError {
    FitError::Unfit("the parts of the model do not fit together".to_owned())
}

/// Exact effects: what the learner's sums are made of, in the unit of the answer, with weights of classes and temperature, by input column.
fn added(
    peeled: &Peeled<'_>,
    (preprocess, learned): (&Preprocessor, &Learned),
    (matrix, class): (&[f32], Option<usize>),
    outputs: usize,
) -> Result<Effects, ExplainError> {
    // One sum tells two classes apart: for the first its sign is the other.
    let (k, sign) = match (class, outputs) {
        (Some(class), 2) => (0, if class == 0 { -1.0 } else { 1.0 }),
        (class, _) => (class.unwrap_or(0), 1.0),
    };
    let (way, base, score, encoded) = match (&peeled.model.learner, learned) {
        (Learner::Linear(model), Learned::Means(means)) => {
            let found = linear::linear_effects(model, (means, k), matrix).ok_or_else(misfit)?;
            (Way::Linear, found.base, found.score, found.columns)
        }
        (Learner::Trees(forest), Learned::WentLeft(rows, left)) => {
            let fits = matches!((forest.link, outputs), (Link::Identity, 1) | (Link::Logistic, 2))
                || forest.link == Link::Softmax;
            let found =
                trees::forest_effects(forest, ((*rows, left), k), matrix).filter(|_| fits).ok_or_else(misfit)?;
            (Way::Trees, found.base, found.score, found.columns)
        }
        _ => return Err(misfit().into()),
    };
    let weight = |at: usize| peeled.weights.map_or(Ok(1.0), |weights| weights.get(at).copied().ok_or_else(misfit));
    // Weights of classes are added to the score, the same for every row.
    let shift = match class {
        Some(class) if outputs == 2 => weight(class)?.ln() - weight(1 - class)?.ln(),
        Some(class) => weight(class)?.ln(),
        None => 0.0,
    };
    let (factor, shift) = match (class, peeled.model.scale) {
        (None, Some(scale)) => (scale.deviation, scale.mean),
        _ => (sign / peeled.temperature, shift / peeled.temperature),
    };
    let mut columns = Vec::with_capacity(preprocess.encodings.len());
    let mut rest = encoded.as_slice();
    for width in preprocess.encodings.iter().map(Encoding::width) {
        let (own, others) = rest.split_at_checked(width).ok_or_else(misfit)?;
        columns.push(factor * own.iter().sum::<f64>());
        rest = others;
    }
    Ok(Effects::Added { way, base: factor * base + shift, score: factor * score + shift, columns })
}
