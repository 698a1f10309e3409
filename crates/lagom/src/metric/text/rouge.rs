//! ROUGE (Lin 2004), as Google's rouge-score has it. The number of an example: its F1, precision or recall.

use super::longest::{length, mark};
use super::ngram::{Vocabulary, matches, shared, sorted_shared};
use super::porter::stem;
use super::settings::{RougePart, RougeSettings, RougeTokens};
use crate::metric::Metric;
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

/// The number of one example, against the reference with the best F1; the first of equals.
pub(super) fn score(metric: Metric, answer: &str, references: &[String], settings: &RougeSettings) -> f64 {
    let by_line = metric == Metric::RougeLsum;
    // lower case first: `İ` and the Kelvin sign have letters of a-z in it
    let answer = answer.to_lowercase();
    let references: Vec<String> = references.iter().map(|reference| reference.to_lowercase()).collect();
    let ours = lines(&answer, by_line, settings);
    let theirs: Vec<_> = references.iter().map(|reference| lines(reference, by_line, settings)).collect();
    let mut known = Vocabulary::default();
    let ours = numbered(&ours, &mut known);
    let mut best: Option<Found> = None;
    for reference in &theirs {
        let reference = numbered(reference, &mut known);
        let found = match metric {
            Metric::RougeLsum => by_lines(&ours, &reference),
            Metric::RougeL => by_order(&ours[0], &reference[0]),
            Metric::Rouge2 => by_grams(&ours[0], &reference[0], 2),
            _ => by_grams(&ours[0], &reference[0], 1),
        };
        if best.is_none_or(|best| found.f1() > best.f1()) {
            best = Some(found);
        }
    }
    best.map_or(0.0, |best| match settings.part {
        RougePart::F1 => best.f1(),
        RougePart::Precision => best.precision,
        RougePart::Recall => best.recall,
    })
}

/// The words of each line, or of the whole text as one.
fn lines<'a>(text: &'a str, by_line: bool, settings: &RougeSettings) -> Vec<Vec<Cow<'a, str>>> {
    if by_line {
        text.split('\n').filter(|line| !line.is_empty()).map(|line| tokens(line, settings)).collect()
    } else {
        vec![tokens(text, settings)]
    }
}

fn numbered<'a>(lines: &'a [Vec<Cow<'a, str>>], known: &mut Vocabulary<'a>) -> Vec<Vec<u32>> {
    lines.iter().map(|line| known.numbers(line.iter().map(AsRef::as_ref))).collect()
}

/// The words of a text that is in lower case already: cut, then stemmed.
pub(super) fn tokens<'a>(text: &'a str, settings: &RougeSettings) -> Vec<Cow<'a, str>> {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\p{L}\p{M}\p{N}]+").ok());
    let words: Vec<&str> = match settings.tokens {
        // bytes of longer characters are none of these, and stand together
        RougeTokens::Latin => {
            let part = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            text.as_bytes().split(|byte| !part(byte)).filter_map(|word| std::str::from_utf8(word).ok()).collect()
        }
        RougeTokens::Unicode => {
            WORDS.iter().flat_map(|words| words.find_iter(text)).map(|found| found.as_str()).collect()
        }
    };
    let stemmed = |word: &'a str| {
        if settings.stemmer && word.chars().count() > SHORT { Cow::Owned(stem(word)) } else { Cow::Borrowed(word) }
    };
    words.into_iter().filter(|word| !word.is_empty()).map(stemmed).collect()
}

fn by_grams(answer: &[u32], reference: &[u32], order: usize) -> Found {
    let shared = shared(answer, &[reference.to_vec()]);
    let (ours, theirs) = (sorted_shared(answer, order, &shared), sorted_shared(reference, order, &shared));
    let count = |words: &[u32]| (words.len() + 1).saturating_sub(order);
    Found::of(matches(&ours, &[theirs]), count(answer), count(reference))
}

/// Words that only one side has are in no common subsequence.
fn by_order(answer: &[u32], reference: &[u32]) -> Found {
    let shared = shared(answer, &[reference.to_vec()]);
    let kept = |words: &[u32]| words.iter().filter(|word| shared[**word as usize]).copied().collect::<Vec<u32>>();
    Found::of(length(&kept(answer), &kept(reference)), answer.len(), reference.len())
}

/// Summary-level: for each line of the reference the union of its longest common subsequences with all lines of the
/// answer; a word counts at most as often as both have it.
fn by_lines(answer: &[Vec<u32>], reference: &[Vec<u32>]) -> Found {
    let count = |lines: &[Vec<u32>]| lines.iter().map(Vec::len).sum::<usize>();
    let words = answer.iter().chain(reference).flatten().max().map_or(0, |most| *most as usize + 1);
    let tally = |lines: &[Vec<u32>]| {
        let mut left = vec![0usize; words];
        lines.iter().flatten().for_each(|word| left[*word as usize] += 1);
        left
    };
    let (mut ours, mut theirs, mut hits) = (tally(answer), tally(reference), 0);
    for line in reference {
        let mut marked = vec![false; line.len()];
        answer.iter().for_each(|other| mark(line, other, &mut marked));
        for (&word, _) in line.iter().zip(&marked).filter(|(_, marked)| **marked) {
            let word = word as usize;
            if ours[word] > 0 && theirs[word] > 0 {
                hits += 1;
                ours[word] -= 1;
                theirs[word] -= 1;
            }
        }
    }
    Found::of(hits, count(answer), count(reference))
}
