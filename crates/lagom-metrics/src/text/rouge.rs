//! ROUGE (Lin 2004), as Google's rouge-score has it. The number of an example: its F1, precision or recall. The words of
//! an example are cut and numbered once for all four metrics.

use super::longest;
use super::ngram::{Vocabulary, shared};
use super::porter::stem;
use crate::Metric;
use crate::text_settings::{RougePart, RougeSettings, RougeTokens};
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Words of at most so many letters are never cut to a stem.
const SHORT: usize = 3;

/// Precision and recall.
#[derive(Clone, Copy)]
struct Found {
    precision: f64,
    recall: f64,
}

impl Found {
    fn of(hits: usize, answer: usize, reference: usize) -> Found {
        Found { precision: hits as f64 / answer.max(1) as f64, recall: hits as f64 / reference.max(1) as f64 }
    }

    fn f1(self) -> f64 {
        let sum = self.precision + self.recall;
        if sum > 0.0 { 2.0 * self.precision * self.recall / sum } else { 0.0 }
    }
}

/// A text as the numbers of its words, line by line.
struct Cut {
    words: Vec<u32>,
    /// Where each line ends.
    ends: Vec<usize>,
}

impl Cut {
    fn lines(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.words[start..end])
    }
}

/// What an answer and a reference share, as far as some metric asks for it.
#[derive(Default)]
struct Shared {
    grams: Option<Vec<usize>>,
    by_order: Option<usize>,
}

/// The numbers of one example for each of the metrics, which are of ROUGE: of one answer after the other, against the
/// reference with the best F1; the first of equals.
pub(super) fn scores(
    metrics: &[Metric],
    answers: &[&str],
    references: &[String],
    settings: &RougeSettings,
) -> Vec<Vec<f64>> {
    // lower case first: `İ` and the Kelvin sign have letters of a-z in it
    let lower = |text: &str| text.to_lowercase();
    let answers: Vec<String> = answers.iter().map(|answer| lower(answer)).collect();
    let references: Vec<String> = references.iter().map(|reference| lower(reference)).collect();
    let room = references.iter().map(String::len).sum::<usize>() / 4;
    let mut known = Vocabulary::with_room(room);
    let theirs: Vec<Cut> = references.iter().map(|reference| cut(reference, settings, &mut known)).collect();
    let mut numbers = vec![Vec::with_capacity(answers.len()); metrics.len()];
    for answer in &answers {
        let ours = cut(answer, settings, &mut known);
        let mut shared: Vec<Shared> = theirs.iter().map(|_| Shared::default()).collect();
        for (metric, numbers) in metrics.iter().zip(&mut numbers) {
            let found = theirs.iter().zip(&mut shared).map(|(theirs, shared)| found(*metric, &ours, theirs, shared));
            let best = found.reduce(|best, found| if found.f1() > best.f1() { found } else { best });
            numbers.push(best.map_or(0.0, |best| match settings.part {
                RougePart::F1 => best.f1(),
                RougePart::Precision => best.precision,
                RougePart::Recall => best.recall,
            }));
        }
    }
    numbers
}

fn found(metric: Metric, ours: &Cut, theirs: &Cut, known: &mut Shared) -> Found {
    let (answer, reference) = (&ours.words, &theirs.words);
    let order = match metric {
        Metric::RougeLsum => return by_lines(ours, theirs),
        Metric::RougeL => {
            let hits = *known.by_order.get_or_insert_with(|| longest::length(answer, reference));
            return Found::of(hits, answer.len(), reference.len());
        }
        Metric::Rouge2 => 2,
        _ => 1,
    };
    let grams = known.grams.get_or_insert_with(|| shared(answer, &[reference], 2));
    let count = |words: &[u32]| (words.len() + 1).saturating_sub(order);
    Found::of(grams[order - 1], count(answer), count(reference))
}

/// The words of each line, by the numbers of a vocabulary; no word goes over the end of a line.
fn cut<'a>(text: &'a str, settings: &RougeSettings, known: &mut Vocabulary<'a>) -> Cut {
    let mut found = Cut { words: Vec::with_capacity(text.len() / 4), ends: Vec::new() };
    for line in text.split('\n') {
        found.words.extend(tokens(line, settings).map(|word| known.number(word)));
        found.ends.push(found.words.len());
    }
    found
}

/// The words of a text that is in lower case already: cut, then stemmed.
pub(super) fn tokens<'a>(text: &'a str, settings: &RougeSettings) -> impl Iterator<Item = Cow<'a, str>> {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\p{L}\p{M}\p{N}]+").ok());
    let (latin, unicode) = match settings.tokens {
        // bytes of longer characters are none of these, and stand together
        RougeTokens::Latin => {
            let part = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            let words = text.as_bytes().split(move |byte| !part(byte));
            (Some(words.filter_map(|word| std::str::from_utf8(word).ok())), None)
        }
        RougeTokens::Unicode => (None, WORDS.as_ref().map(|words| words.find_iter(text).map(|found| found.as_str()))),
    };
    let stemmer = settings.stemmer;
    let stemmed = move |word: &'a str| {
        if stemmer && word.chars().count() > SHORT { Cow::Owned(stem(word)) } else { Cow::Borrowed(word) }
    };
    let words = latin.into_iter().flatten().chain(unicode.into_iter().flatten());
    words.filter(|word| !word.is_empty()).map(stemmed)
}

/// Summary-level: for each line of the reference the union of its longest common subsequences with all lines of the
/// answer; a word counts at most as often as both have it.
fn by_lines(answer: &Cut, reference: &Cut) -> Found {
    let words = answer.words.iter().chain(&reference.words).max().map_or(0, |most| *most as usize + 1);
    let tally = |text: &Cut| {
        let mut left = vec![0usize; words];
        text.words.iter().for_each(|word| left[*word as usize] += 1);
        left
    };
    let (mut ours, mut theirs, mut hits) = (tally(answer), tally(reference), 0);
    for line in reference.lines() {
        let mut marked = vec![false; line.len()];
        answer.lines().for_each(|other| longest::mark(line, other, &mut marked));
        for (&word, _) in line.iter().zip(&marked).filter(|(_, marked)| **marked) {
            let word = word as usize;
            if ours[word] > 0 && theirs[word] > 0 {
                hits += 1;
                ours[word] -= 1;
                theirs[word] -= 1;
            }
        }
    }
    Found::of(hits, answer.words.len(), reference.words.len())
}
