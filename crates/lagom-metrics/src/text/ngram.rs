//! Counting n-grams: each is one number, and sorted, so that equal ones stand together.

use hashbrown::HashMap;
use std::borrow::Cow;

/// The words of one example as numbers, the same for the same word.
#[derive(Debug, Default)]
pub(super) struct Vocabulary<'a> {
    numbers: HashMap<Cow<'a, str>, u32>,
}

impl<'a> Vocabulary<'a> {
    /// One with room for so many words.
    pub(super) fn with_room(words: usize) -> Self {
        Self { numbers: HashMap::with_capacity(words) }
    }

    /// The number of a word.
    pub(super) fn number(&mut self, word: Cow<'a, str>) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(word).or_insert(next)
    }

    /// The number of each word.
    pub(super) fn numbers(&mut self, words: impl IntoIterator<Item = &'a str>) -> Vec<u32> {
        // Sentences are rarely longer.
        let mut numbers = Vec::with_capacity(48);
        numbers.extend(words.into_iter().map(|word| self.number(Cow::Borrowed(word))));
        numbers
    }
}

/// The number of a place where no n-gram can match.
const NONE: u32 = u32::MAX;

/// An n-gram at a place of a text, named by the two shorter ones that it is made of.
struct Place {
    gram: u64,
    text: u32,
    at: u32,
}

/// How many n-grams of words of each order up to `longest` the answer shares with the references: each distinct one as
/// often as both have it, in the reference that has it most.
///
/// An n-gram that both have is made of two shorter ones that both have, so only places where that is so are looked at.
pub(super) fn shared(answer: &[u32], references: &[&[u32]], longest: usize) -> Vec<usize> {
    let mut found = vec![0; longest];
    let (first, mut grams) = shared_words(answer, references);
    found[0] = first;
    let mut places: Vec<Place> = Vec::with_capacity(grams.iter().map(Vec::len).sum());
    for count in &mut found[1..] {
        places.clear();
        for (text, grams) in grams.iter_mut().enumerate() {
            let both = |pair: &[u32]| pair[0] != NONE && pair[1] != NONE;
            let pairs = grams.windows(2).enumerate().filter(|(_, pair)| both(pair));
            let place = |(at, pair): (usize, &[u32])| Place {
                gram: u64::from(pair[0]) << 32 | u64::from(pair[1]),
                text: text as u32,
                at: at as u32,
            };
            places.extend(pairs.map(place));
            grams.fill(NONE);
        }
        if places.is_empty() {
            break;
        }
        places.sort_unstable_by_key(|place| place.gram);
        for (number, run) in places.chunk_by(|a, b| a.gram == b.gram).enumerate() {
            let of = |text: usize| run.iter().filter(|place| place.text as usize == text).count();
            let (ours, theirs) = (of(0), (1..grams.len()).map(of).max().unwrap_or(0));
            if ours.min(theirs) > 0 {
                *count += ours.min(theirs);
                run.iter().for_each(|place| grams[place.text as usize][place.at as usize] = number as u32);
            }
        }
    }
    found
}

/// How many words are shared, and the words of all texts, the answer's first, in which those that are not are [`NONE`].
fn shared_words(answer: &[u32], references: &[&[u32]]) -> (usize, Vec<Vec<u32>>) {
    let words = answer.iter().chain(references.iter().copied().flatten()).max().map_or(0, |most| *most as usize + 1);
    let tally = |text: &[u32]| {
        let mut tally = vec![0_u32; words];
        text.iter().for_each(|word| tally[*word as usize] += 1);
        tally
    };
    let ours = tally(answer);
    let mut most = vec![0; words];
    for reference in references {
        most.iter_mut().zip(tally(reference)).for_each(|(most, count)| *most = count.max(*most));
    }
    // From here on: how often the word is shared.
    most.iter_mut().zip(&ours).for_each(|(most, ours)| *most = (*most).min(*ours));
    let found = most.iter().map(|count| *count as usize).sum();
    let kept = |word: &u32| if most[*word as usize] > 0 { *word } else { NONE };
    let texts = std::iter::once(answer).chain(references.iter().copied());
    (found, texts.map(|text| text.iter().map(kept).collect()).collect())
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
    use proptest::prelude::*;

    #[test]
    fn shared_ones_are_clipped_by_the_reference_that_has_most() {
        let mut known = Vocabulary::default();
        let mut words = |text: &'static str| known.numbers(text.split(' '));
        let (answer, one, two) = (words("the the the cat"), words("the dog"), words("the cat the the cat"));
        assert_eq!(shared(&answer, &[&one], 2), [1, 0]);
        // the: min(3, 1) or min(3, 3); cat: 1; the the: min(2, 1); the cat: min(1, 2); the the cat
        assert_eq!(shared(&answer, &[&one, &two], 4), [4, 2, 1, 0]);
        assert_eq!((shared(&[], &[&one], 3), shared(&answer, &[], 2)), (vec![0; 3], vec![0; 2]));
    }

    proptest! {
        /// Against counting every n-gram in a map.
        #[test]
        fn shared_ones_are_those_of_a_plain_count(texts in prop::collection::vec(prop::collection::vec(0u32..4, 0..30), 1..4)) {
            let tally = |text: &[u32], order: usize| {
                let mut tally: HashMap<Vec<u32>, usize> = HashMap::new();
                text.windows(order).for_each(|gram| *tally.entry(gram.to_vec()).or_default() += 1);
                tally
            };
            let references: Vec<&[u32]> = texts[1..].iter().map(Vec::as_slice).collect();
            let plain = |order: usize| -> usize {
                let theirs: Vec<_> = references.iter().map(|text| tally(text, order)).collect();
                let most = |gram: &Vec<u32>| theirs.iter().filter_map(|one| one.get(gram)).max().copied().unwrap_or(0);
                tally(&texts[0], order).iter().map(|(gram, count)| most(gram).min(*count)).sum()
            };
            prop_assert_eq!(shared(&texts[0], &references, 4), (1..=4).map(plain).collect::<Vec<usize>>());
        }
    }

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
