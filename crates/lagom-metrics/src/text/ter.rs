//! Translation edit rate (Snover et al. 2006), with the search and the limits of Tercom as sacreBLEU has them.
//!
//! The numbers of an example: edits to the nearest reference (words inserted, deleted, replaced, and blocks moved), and
//! the mean length of the references.

use super::ngram::Vocabulary;
use super::space::{trim_end, words};
use super::tokenise::{Western, western};
use crate::text_settings::TerSettings;

/// Longest block that is moved, in words (Tercom).
const LONGEST_BLOCK: usize = 10;
/// Furthest that a block is moved, in words (Tercom).
const FURTHEST: usize = 50;
/// How far from the diagonal the edit distance looks, in words (Tercom).
const BEAM: usize = 25;
/// After so many moves tried the search ends (sacreBLEU).
const MOST_TRIED: usize = 1000;
/// Stands for a cell that the beam left out.
const FAR: u32 = u32::MAX / 2;

/// The numbers of one example.
pub(super) fn statistics(answer: &str, references: &[String], settings: &TerSettings) -> Vec<f64> {
    let answer = normalise(answer, settings);
    // sacreBLEU normalises references twice: the second pass finds the `'s` that the first set free of a comma
    let twice = |reference: &String| {
        let joined = words(&normalise(reference, settings)).collect::<Vec<_>>().join(" ");
        if settings.normalised { normalise(&joined, settings) } else { joined }
    };
    let references: Vec<String> = references.iter().map(twice).collect();
    let mut known = Vocabulary::default();
    let ours = known.numbers(words(&answer));
    let (mut fewest, mut length) = (usize::MAX, 0);
    for reference in &references {
        let theirs = known.numbers(words(reference));
        fewest = fewest.min(edits(&ours, &theirs));
        length += theirs.len();
    }
    vec![fewest as f64, length as f64 / references.len() as f64]
}

/// Tercom's normaliser for Western scripts.
fn normalise(text: &str, settings: &TerSettings) -> String {
    let text = trim_end(text);
    let mut text = if settings.case_sensitive { text.to_owned() } else { text.to_lowercase() };
    if settings.normalised && !text.is_empty() {
        for (from, to) in [("\n-", ""), ("\n", " "), ("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
            text = text.replace(from, to);
        }
        text = western(&text, Western::Possessives).join(" ");
    }
    if settings.no_punctuation {
        text.retain(|letter| !matches!(letter, '.' | ',' | '?' | ':' | ';' | '!' | '"' | '(' | ')'));
    }
    text
}

/// The score from the sums over examples: edits for 100 words of reference. With no word of reference 100 if anything
/// has to be deleted, else 0.
pub(super) fn value(sums: &[f64]) -> f64 {
    let (edits, length) = (sums[0], sums[1]);
    match (length > 0.0, edits > 0.0) {
        (true, _) => 100.0 * (edits / length),
        (false, true) => 100.0,
        (false, false) => 0.0,
    }
}

/// Edits that make the answer the reference: moves as long as they pay, then the edit distance.
fn edits(answer: &[u32], reference: &[u32]) -> usize {
    if reference.is_empty() {
        return answer.len();
    }
    let mut words = answer.to_vec();
    let (mut moves, mut tried) = (0, 0);
    let mut grid = Grid::of(&words, reference);
    loop {
        let best = best_move(&words, reference, &grid, &mut tried);
        // as Tercom has it: a search that was cut off does not count its last find
        match best {
            Some((gain, moved)) if tried < MOST_TRIED && gain > 0 => {
                moves += 1;
                words = moved;
                grid = Grid::of(&words, reference);
            }
            _ => return moves + grid.distance() as usize,
        }
    }
}

/// What a move is better by: edits saved, length of the block, and how early it stands and goes.
type Merit = (i64, usize, isize, isize);

/// The move that lowers the edit distance most, with the words after it. Of equals the longest block, then the
/// earliest, then the earliest place.
fn best_move(words: &[u32], reference: &[u32], grid: &Grid, tried: &mut usize) -> Option<(i64, Vec<u32>)> {
    let aligned = grid.alignment(words.len(), reference.len());
    let before = i64::from(grid.distance());
    let mut best: Option<(Merit, Vec<u32>)> = None;
    for start in 0..words.len() {
        for at in 0..reference.len() {
            let most = if at.abs_diff(start) > FURTHEST { 0 } else { LONGEST_BLOCK };
            for length in 1..=most.min(common(&words[start..], &reference[at..])) {
                let wrong = |errors: &[bool], from: usize| errors[from..from + length].iter().any(|error| *error);
                let inside = (start as isize..(start + length) as isize).contains(&aligned.to[at]);
                if !wrong(&aligned.answer_errors, start) || !wrong(&aligned.reference_errors, at) || inside {
                    continue;
                }
                let mut last = None;
                for place in aligned.places(at, length) {
                    if last.replace(place) == Some(place) {
                        continue;
                    }
                    let moved = shifted(words, start, length, place);
                    let gain = before - i64::from(grid.distance_after(&moved, words, reference));
                    *tried += 1;
                    let rank = (gain, length, -(start as isize), -(place as isize));
                    if best.as_ref().is_none_or(|(other, _)| rank > *other) {
                        best = Some((rank, moved));
                    }
                }
                if *tried >= MOST_TRIED {
                    return best.map(|(rank, moved)| (rank.0, moved));
                }
            }
        }
    }
    best.map(|(rank, moved)| (rank.0, moved))
}

/// How many words both begin with.
fn common(one: &[u32], other: &[u32]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}

/// The words with the block of `length` at `start` put before the word that was at `place`; a place inside the block
/// counts from behind it.
fn shifted(words: &[u32], start: usize, length: usize, place: usize) -> Vec<u32> {
    let end = start + length;
    let block = &words[start..end];
    if place < start {
        [&words[..place], block, &words[place..start], &words[end..]].concat()
    } else if place > end {
        [&words[..start], &words[end..place], block, &words[place..]].concat()
    } else {
        let behind = (length + place).min(words.len());
        [&words[..start], &words[end..behind], block, &words[behind..]].concat()
    }
}

/// One step of turning the answer into the reference.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Keep,
    Replace,
    Delete,
    Insert,
    Unknown,
}

/// The table of edit distances near the diagonal: a row for each length of the answer's beginning.
struct Grid {
    costs: Vec<Vec<u32>>,
    steps: Vec<Vec<Step>>,
}

/// Where each word of the reference stands in the answer, and which words are wrong.
struct Alignment {
    /// The position in the answer; −1 before its beginning.
    to: Vec<isize>,
    answer_errors: Vec<bool>,
    reference_errors: Vec<bool>,
}

impl Alignment {
    /// Where a block may go that matches `length` words of the reference from `at`: behind what the word before it, and
    /// each word of it, is aligned to.
    fn places(&self, at: usize, length: usize) -> impl Iterator<Item = usize> {
        let before = if at == 0 { Some(0) } else { self.to.get(at - 1).map(|to| (to + 1) as usize) };
        before.into_iter().chain(self.to[at..at + length].iter().map(|to| (to + 1) as usize))
    }
}

impl Grid {
    fn of(answer: &[u32], reference: &[u32]) -> Grid {
        let columns = reference.len() + 1;
        let first: Vec<u32> = (0..columns as u32).collect();
        let mut grid = Grid { costs: vec![first], steps: vec![vec![Step::Insert; columns]] };
        for row in 1..=answer.len() {
            let mut costs = vec![FAR; columns];
            let mut steps = vec![Step::Unknown; columns];
            fill(&mut costs, Some(&mut steps), &grid.costs[row - 1], (answer, row), reference);
            grid.costs.push(costs);
            grid.steps.push(steps);
        }
        grid
    }

    fn distance(&self) -> u32 {
        self.costs.last().and_then(|row| row.last()).copied().unwrap_or(0)
    }

    /// The distance of `moved`, with the rows of `words` as far as both are the same.
    fn distance_after(&self, moved: &[u32], words: &[u32], reference: &[u32]) -> u32 {
        let same = common(moved, words);
        let mut above = self.costs[same].clone();
        let mut costs = vec![FAR; above.len()];
        for row in same + 1..=moved.len() {
            costs.fill(FAR);
            fill(&mut costs, None, &above, (moved, row), reference);
            std::mem::swap(&mut costs, &mut above);
        }
        above.last().copied().unwrap_or(FAR)
    }

    /// Follows the steps back from the end.
    fn alignment(&self, answer: usize, reference: usize) -> Alignment {
        let mut found = Alignment {
            to: vec![-1; reference],
            answer_errors: vec![false; answer],
            reference_errors: vec![false; reference],
        };
        let (mut row, mut column) = (answer, reference);
        while row > 0 || column > 0 {
            match self.steps[row][column] {
                step @ (Step::Keep | Step::Replace) => {
                    row -= 1;
                    column -= 1;
                    found.to[column] = row as isize;
                    found.answer_errors[row] = step == Step::Replace;
                    found.reference_errors[column] = step == Step::Replace;
                }
                Step::Delete => {
                    row -= 1;
                    found.answer_errors[row] = true;
                }
                // the beam always reaches the last cell, from cells that it has reached
                Step::Insert | Step::Unknown => {
                    column -= 1;
                    found.to[column] = row as isize - 1;
                    found.reference_errors[column] = true;
                }
            }
        }
        found
    }
}

/// One row of the table: from the row above and the cell to the left. Of equal costs keeping or replacing comes first,
/// then deleting, then inserting.
fn fill(
    costs: &mut [u32],
    mut steps: Option<&mut Vec<Step>>,
    above: &[u32],
    (answer, row): (&[u32], usize),
    reference: &[u32],
) {
    let ratio = reference.len() as f64 / answer.len() as f64;
    let beam = if (BEAM as f64) < ratio / 2.0 { (ratio / 2.0 + BEAM as f64).ceil() as usize } else { BEAM };
    let diagonal = (row as f64 * ratio).floor() as usize;
    let from = diagonal.saturating_sub(beam);
    let to = if row == answer.len() { costs.len() } else { costs.len().min(diagonal + beam) };
    let mut left = FAR;
    for column in from..to {
        let (mut cost, mut step) = (FAR, Step::Unknown);
        if column == 0 {
            (cost, step) = (above[0] + 1, Step::Delete);
        } else {
            let same = answer[row - 1] == reference[column - 1];
            let replaced = above[column - 1] + u32::from(!same);
            for (other, taken) in [
                (replaced, if same { Step::Keep } else { Step::Replace }),
                (above[column] + 1, Step::Delete),
                (left + 1, Step::Insert),
            ] {
                if other < cost {
                    (cost, step) = (other, taken);
                }
            }
        }
        costs[column] = cost;
        left = cost;
        if let Some(steps) = steps.as_deref_mut() {
            steps[column] = step;
        }
    }
}
