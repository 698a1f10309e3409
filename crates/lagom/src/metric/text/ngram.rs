//! Counting n-grams: packed into one number each and sorted, so that equal ones stand together.

use hashbrown::HashMap;

/// The words of one example as numbers, the same for the same word.
#[derive(Debug, Default)]
pub(super) struct Vocabulary<'a> {
    numbers: HashMap<&'a str, u32>,
}

impl<'a> Vocabulary<'a> {
    /// The number of each word.
    pub(super) fn numbers(&mut self, words: impl IntoIterator<Item = &'a str>) -> Vec<u32> {
        let known = &mut self.numbers;
        let number = |word| {
            let next = known.len() as u32;
            *known.entry(word).or_insert(next)
        };
        words.into_iter().map(number).collect()
    }
}

/// Which words both the answer and some reference have: no n-gram with another one can match.
pub(super) fn shared(answer: &[u32], references: &[Vec<u32>]) -> Vec<bool> {
    let most = answer.iter().chain(references.iter().flatten()).max().map_or(0, |most| *most as usize + 1);
    let (mut shared, mut theirs) = (vec![false; most], vec![false; most]);
    references.iter().flatten().for_each(|word| theirs[*word as usize] = true);
    answer.iter().for_each(|word| shared[*word as usize] = theirs[*word as usize]);
    shared
}

/// The n-grams of `order` in which all words are shared, sorted.
pub(super) fn sorted_shared(words: &[u32], order: usize, shared: &[bool]) -> Vec<u128> {
    let kept = |gram: &&[u32]| gram.iter().all(|word| shared[*word as usize]);
    let pack = |gram: &[u32]| gram.iter().fold(0u128, |packed, word| packed << 32 | u128::from(*word));
    let mut grams: Vec<u128> = words.windows(order.max(1)).filter(kept).map(pack).collect();
    grams.sort_unstable();
    grams
}

/// How many bits a symbol has: a word's number, or a character's code point.
#[derive(Debug, Clone, Copy)]
pub(super) enum Symbols {
    /// Up to four to an n-gram.
    Words,
    /// Up to six to an n-gram.
    Characters,
}

/// The n-grams of `order`, sorted.
pub(super) fn sorted(symbols: &[u32], order: usize, kind: Symbols) -> Vec<u128> {
    let bits = match kind {
        Symbols::Words => 32,
        Symbols::Characters => 21,
    };
    let pack = |gram: &[u32]| gram.iter().fold(0u128, |packed, symbol| packed << bits | u128::from(*symbol));
    let mut grams: Vec<u128> = symbols.windows(order.max(1)).map(pack).collect();
    grams.sort_unstable();
    grams
}

/// How many of the n-grams of `answer` have a partner in one of the `references`: each distinct one as often as it
/// occurs in both, in the reference that has it most. All are sorted.
pub(super) fn matches(answer: &[u128], references: &[Vec<u128>]) -> usize {
    let mut at = vec![0; references.len()];
    let mut found = 0;
    for run in answer.chunk_by(|a, b| a == b) {
        let gram = run[0];
        let mut most = 0;
        for (reference, at) in references.iter().zip(&mut at) {
            while reference.get(*at).is_some_and(|other| *other < gram) {
                *at += 1;
            }
            let start = *at;
            while reference.get(*at).is_some_and(|other| *other == gram) {
                *at += 1;
            }
            most = most.max(*at - start);
        }
        found += most.min(run.len());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_are_clipped_by_the_reference_that_has_most() {
        let words = |text: &'static str, known: &mut Vocabulary<'static>| known.numbers(text.split(' '));
        let mut known = Vocabulary::default();
        let answer = sorted(&words("the the the cat", &mut known), 1, Symbols::Words);
        let one = sorted(&words("the dog", &mut known), 1, Symbols::Words);
        let two = sorted(&words("the cat the", &mut known), 1, Symbols::Words);
        // the: min(3, 1) or min(3, 2); cat: 1 in the second
        assert_eq!(matches(&answer, std::slice::from_ref(&one)), 1);
        assert_eq!(matches(&answer, &[one, two]), 3);
        assert_eq!((sorted(&[1, 2], 3, Symbols::Words).len(), matches(&[], &[])), (0, 0));
    }
}
