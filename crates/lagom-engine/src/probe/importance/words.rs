//! What leaving out words does to the answer to a text.

use std::collections::BTreeMap;

use super::figures::Faithfulness;
use crate::candidate::Model;
use crate::data::{Column, ColumnKind, Inputs, Values};
use crate::probe::{Part, ProbeError};

/// Shares of the words that are taken, those that matter most first (DeYoung et al. 2020).
const SHARES: [f64; 5] = [0.01, 0.05, 0.1, 0.2, 0.5];
/// Most rows that are looked at, and most words that a model reads for it.
const ROWS: usize = 200;
const READ: usize = 3_000_000;
/// Rows that are looked at however long they are.
const FEWEST: usize = 10;
/// Fewest times that a word has to come before its mean effect is compared.
const TIMES: usize = 3;

/// What a model answers to texts.
type TextAnswers<'a> = dyn Fn(&[String]) -> Result<Vec<f64>, ProbeError> + 'a;

/// What words do to the answers of one model.
pub(super) struct Occluded {
    pub(super) faithfulness: Faithfulness,
    /// How far the probability of the answer falls without a word, of each time that it comes.
    effects: BTreeMap<String, Vec<f64>>,
}

/// The rows of a part with their words.
fn texts(part: &Part) -> Vec<Vec<String>> {
    let columns: Vec<&Vec<String>> = part
        .columns
        .iter()
        .filter_map(|column| if let Values::Texts(texts) = &column.values { Some(texts) } else { None })
        .collect();
    let words =
        |row: usize| columns.iter().flat_map(|texts| texts[row].split_whitespace()).map(str::to_owned).collect();
    (0..part.rows()).map(words).collect()
}

/// What words do to a model's answers on the first rows of a part.
pub(super) fn occluded(part: &Part, model: &Model, seed: u64) -> Result<Occluded, ProbeError> {
    let part = part.at_most(ROWS, seed);
    let others = part.columns.len().saturating_sub(1);
    let answers = |texts: &[String]| {
        // Further columns are empty: their words stand in the first.
        let column = |at: usize| Column {
            name: part.columns[at].name.clone(),
            kind: ColumnKind::Text,
            values: Values::Texts(if at == 0 { texts.to_vec() } else { vec![String::new(); texts.len()] }),
        };
        let columns: Vec<Column> = (0..=others).map(column).collect();
        let rows: Vec<u32> = (0..texts.len() as u32).collect();
        Ok(model.predict(&Inputs { columns: &columns, rows: &rows })?)
    };
    of_texts(&texts(&part), part.target.classes().max(1) as usize, &answers)
}

/// The same of any model: `answers` gives `[texts, width]`, probabilities of classes. A text that is a number's has no probability: its answer itself falls.
fn of_texts(texts: &[Vec<String>], width: usize, answers: &TextAnswers<'_>) -> Result<Occluded, ProbeError> {
    let (mut comprehensive, mut sufficient, mut count, mut read) = (0.0, 0.0, 0_u64, 0);
    let mut effects: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for words in texts.iter().filter(|words| !words.is_empty()) {
        read += words.len() * words.len();
        if read > READ && count >= FEWEST as u64 {
            break;
        }
        let whole = answers(&[words.join(" ")])?;
        let class = (0..width).fold(0, |best, at| if whole[at] > whole[best] { at } else { best });
        let kept = |keep: &dyn Fn(usize) -> bool| -> String {
            let left: Vec<&str> = (0..words.len()).filter(|at| keep(*at)).map(|at| words[at].as_str()).collect();
            left.join(" ")
        };
        let fall = |texts: &[String]| -> Result<Vec<f64>, ProbeError> {
            Ok(answers(texts)?.chunks_exact(width).map(|row| whole[class] - row[class]).collect())
        };
        let falls = fall(&(0..words.len()).map(|gone| kept(&|at| at != gone)).collect::<Vec<String>>())?;
        let mut order: Vec<usize> = (0..words.len()).collect();
        order.sort_by(|a, b| falls[*b].total_cmp(&falls[*a]));
        let top = |share: f64| &order[..((words.len() as f64 * share).ceil() as usize).clamp(1, words.len())];
        let without: Vec<String> = SHARES.iter().map(|share| kept(&|at| !top(*share).contains(&at))).collect();
        let alone: Vec<String> = SHARES.iter().map(|share| kept(&|at| top(*share).contains(&at))).collect();
        comprehensive += fall(&without)?.iter().sum::<f64>() / SHARES.len() as f64;
        sufficient += fall(&alone)?.iter().sum::<f64>() / SHARES.len() as f64;
        count += 1;
        for (word, fall) in words.iter().zip(falls) {
            effects.entry(word.to_lowercase()).or_default().push(fall);
        }
    }
    if count == 0 {
        return Err(ProbeError::Nothing("no text has a word".to_owned()));
    }
    let rows = count as f64;
    let faithfulness =
        Faithfulness { rows: count, comprehensiveness: comprehensive / rows, sufficiency: sufficient / rows };
    Ok(Occluded { faithfulness, effects })
}

/// The mean effects of the words that several models have met often enough, in one order for all.
pub(super) fn by_word(each: &[Occluded]) -> Vec<Vec<f64>> {
    let met = |word: &String| each.iter().all(|one| one.effects.get(word).is_some_and(|found| found.len() >= TIMES));
    let words: Vec<&String> =
        each.first().map_or_else(Vec::new, |one| one.effects.keys().filter(|word| met(word)).collect());
    each.iter().map(|one| words.iter().map(|word| crate::stats::mean(&one.effects[*word])).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_that_says_all() {
        // Yes with 0.9 where "good" stands, else with 0.4. Of 10 words every share takes one but the largest, which takes five, all with it.
        let text: Vec<String> = "a good film b c d e f g h".split(' ').map(str::to_owned).collect();
        let answers = |texts: &[String]| {
            Ok(texts.iter().flat_map(|text| if text.contains("good") { [0.1, 0.9] } else { [0.6, 0.4] }).collect())
        };
        let found = of_texts(&[text, Vec::new()], 2, &answers).expect("measured");
        // Without it 0.9 falls by 0.5 at every share; alone it stays at 0.9.
        let one = found.faithfulness;
        assert!(
            one.rows == 1 && (one.comprehensiveness - 0.5).abs() < 1e-12 && one.sufficiency.abs() < 1e-12,
            "{one:?}"
        );
        assert!(of_texts(&[Vec::new()], 2, &answers).is_err());
    }

    #[test]
    fn effects_are_compared_over_the_words_that_all_have_met() {
        let one = |effects: &[(&str, &[f64])]| Occluded {
            faithfulness: Faithfulness { rows: 1, comprehensiveness: 0.0, sufficiency: 0.0 },
            effects: effects.iter().map(|(word, found)| ((*word).to_owned(), found.to_vec())).collect(),
        };
        let a = one(&[("good", &[1.0, 2.0, 3.0]), ("bad", &[0.0; 3]), ("rare", &[9.0])]);
        let b = one(&[("good", &[4.0; 3]), ("bad", &[1.0; 4]), ("rare", &[9.0; 3])]);
        assert_eq!(by_word(&[a, b]), [vec![0.0, 2.0], vec![1.0, 4.0]]);
    }

    #[test]
    fn the_definition_written_out_comes_to_the_same() {
        let reference: serde_json::Value =
            serde_json::from_str(include_str!("../fixtures/reference.json")).expect("fixtures/make.py wrote it");
        let known = &reference["words"];
        let weights: BTreeMap<String, f64> = serde_json::from_value(known["weights"].clone()).expect("numbers");
        let texts: Vec<String> = serde_json::from_value(known["texts"].clone()).expect("texts");
        let answers = |texts: &[String]| {
            let yes = |text: &String| {
                let sum: f64 = text.split_whitespace().map(|word| weights[word]).sum();
                1.0 / (1.0 + (-sum).exp())
            };
            Ok(texts.iter().map(yes).flat_map(|yes| [1.0 - yes, yes]).collect())
        };
        let words: Vec<Vec<String>> =
            texts.iter().map(|text| text.split_whitespace().map(str::to_owned).collect()).collect();
        let found = of_texts(&words, 2, &answers).expect("measured").faithfulness;
        let wanted = |key: &str| known[key].as_f64().expect("a number");
        assert!((found.comprehensiveness - wanted("comprehensiveness")).abs() < 1e-6, "{found:?}");
        assert!((found.sufficiency - wanted("sufficiency")).abs() < 1e-6, "{found:?}");
    }
}
