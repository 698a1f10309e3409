//! How much of a model's answers simple models say.

use std::collections::BTreeMap;

use super::figures::Surrogate;
use crate::data::{Column, MISSING, Values};
use crate::probe::Part;
use crate::probe::sight::{BLOCKS, Measured};
use crate::stats::{Numbers, SurrogateKind, fidelity, median, surrogate};

/// The surrogates by name.
pub(super) const KINDS: [(&str, SurrogateKind); 2] =
    [("tree of depth 4", SurrogateKind::Tree(4)), ("linear, ten inputs", SurrogateKind::Linear(10))];
/// Most levels of a category, and most words of a text, that are an input.
const LEVELS: usize = 20;
const WORDS: usize = 200;
/// Fewest rows in which an input differs from 0.
const FEWEST: usize = 5;

/// The fidelity of each surrogate to `answers`, `[rows, width]`: fitted to the blocks of even number, judged on the others.
pub(super) fn fidelities(part: &Part, answers: &[f64], seed: u64) -> Vec<Surrogate> {
    let rows = part.rows();
    let width = answers.len() / rows.max(1);
    let blocks = part.blocks(seed);
    let inputs = inputs(&part.columns, rows);
    if width == 0 || inputs.is_empty() {
        return Vec::new();
    }
    let side = |even: bool| -> Vec<usize> { (0..rows).filter(|row| blocks[*row].is_multiple_of(2) == even).collect() };
    let (fitted, judged) = (side(true), side(false));
    let table =
        |rows: &[usize]| -> Vec<f64> { rows.iter().flat_map(|row| inputs.iter().map(|input| input[*row])).collect() };
    let said = |rows: &[usize]| -> Vec<f64> {
        rows.iter().flat_map(|row| &answers[row * width..(row + 1) * width]).copied().collect()
    };
    let (own, others, own_answers, truth) = (table(&fitted), table(&judged), said(&fitted), said(&judged));
    let one = |(name, kind): (&str, SurrogateKind)| {
        let mimic =
            surrogate(kind, numbers(&own, inputs.len()), numbers(&own_answers, width), numbers(&others, inputs.len()))?;
        let on = |keep: &dyn Fn(usize) -> bool| {
            let kept: Vec<usize> = (0..judged.len()).filter(|at| keep(blocks[judged[*at]])).collect();
            let pick = |from: &[f64]| -> Vec<f64> {
                kept.iter().flat_map(|at| &from[at * width..(at + 1) * width]).copied().collect()
            };
            fidelity(numbers(&pick(&truth), width), &pick(&mimic))
        };
        let value = on(&|_| true)?;
        let without =
            (0..BLOCKS).filter(|block| block % 2 == 1).map(|block| on(&|other| other != block).unwrap_or(value));
        let agreement = (width > 1).then(|| {
            let same =
                truth.chunks_exact(width).zip(mimic.chunks_exact(width)).filter(|(a, b)| best(a) == best(b)).count();
            same as f64 / judged.len().max(1) as f64
        });
        Some(Surrogate { name: name.to_owned(), fidelity: Measured { value, without: without.collect() }, agreement })
    };
    KINDS.into_iter().filter_map(one).collect()
}

/// A list of numbers as rows of a width.
fn numbers(values: &[f64], width: usize) -> Numbers<'_> {
    Numbers { values, width }
}

/// The first of the largest.
fn best(row: &[f64]) -> usize {
    (0..row.len()).fold(0, |best, at| if row[at] > row[best] { at } else { best })
}

/// The inputs of surrogates, a list of numbers each: numbers with gaps at the median, levels, words and gaps as 0 or 1.
fn inputs(columns: &[Column], rows: usize) -> Vec<Vec<f64>> {
    let mut inputs: Vec<Vec<f64>> = Vec::new();
    let flag = |is: &dyn Fn(usize) -> bool| -> Vec<f64> { (0..rows).map(|row| f64::from(u8::from(is(row)))).collect() };
    for column in columns {
        match &column.values {
            Values::Numbers(numbers) => {
                let there: Vec<f64> = numbers.iter().copied().filter(|number| number.is_finite()).collect();
                let middle = if there.is_empty() { 0.0 } else { median(&there) };
                inputs.push(numbers.iter().map(|number| if number.is_finite() { *number } else { middle }).collect());
                inputs.push(flag(&|row| !numbers[row].is_finite()));
            }
            Values::Categories { codes, .. } => {
                let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
                codes.iter().for_each(|code| *counts.entry(*code).or_default() += 1);
                let mut order: Vec<(usize, u32)> = counts.into_iter().map(|(code, count)| (count, code)).collect();
                order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
                let kept = order.into_iter().take(LEVELS);
                inputs.extend(kept.map(|(_, code)| flag(&|row| codes[row] == code)));
                inputs.push(flag(&|row| codes[row] == MISSING));
            }
            Values::Texts(texts) => {
                let words: Vec<Vec<String>> = texts.iter().map(|text| plain_words(text)).collect();
                let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
                words.iter().flatten().for_each(|word| *counts.entry(word).or_default() += 1);
                let mut order: Vec<(usize, &String)> = counts.into_iter().map(|(word, count)| (count, word)).collect();
                order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
                let kept = order.into_iter().take(WORDS);
                inputs.extend(kept.map(|(_, word)| flag(&|row| words[row].contains(word))));
            }
        }
    }
    inputs.retain(|input| input.iter().filter(|value| **value != 0.0).count() >= FEWEST);
    inputs
}

/// The words of a text, each once, in small letters and without what stands around them.
fn plain_words(text: &str) -> Vec<String> {
    let word = |word: &str| word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    let mut words: Vec<String> = text.split_whitespace().map(word).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    words
}
