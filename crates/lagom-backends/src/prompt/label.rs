//! Which of the labels an answer names.

use std::collections::{BTreeMap, BTreeSet};

use super::parsed::{ParsedText, is_refusal};
use super::plain::{after_marker, bare, tokens};

/// Words that turn a label behind them into its opposite: `not spam` does not say `spam`.
const NEGATIONS: [&str; 12] =
    ["not", "no", "non", "never", "neither", "nor", "isn't", "wasn't", "doesn't", "don't", "aren't", "without"];

/// Labels, prepared for reading many answers.
#[derive(Clone, Debug)]
pub struct LabelReader {
    labels: Vec<String>,
    /// The labels by their plain form; several where that is the same.
    plain: BTreeMap<String, Vec<usize>>,
    /// The words of each label, by the first of them.
    phrases: BTreeMap<String, Vec<(Vec<String>, usize)>>,
}

/// Where a label stands in an answer, in words.
struct Place {
    from: usize,
    to: usize,
    label: usize,
}

impl LabelReader {
    /// Prepares these labels.
    #[must_use]
    pub fn new(labels: &[String]) -> Self {
        let mut plain: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut phrases: BTreeMap<String, Vec<(Vec<String>, usize)>> = BTreeMap::new();
        for (label, text) in labels.iter().enumerate() {
            plain.entry(folded(text)).or_default().push(label);
            let words = tokens(text);
            if let Some(first) = words.first() {
                phrases.entry(first.clone()).or_default().push((words, label));
            }
        }
        Self { labels: labels.to_vec(), plain, phrases }
    }

    /// The label that an answer names, by its place among the labels.
    ///
    /// In this order: the label letter for letter; the same without case, quotes, marks around it and `answer:` before it;
    /// the one label whose words stand in the answer. Longer ones come first, so `card payment fee` does not also say
    /// `card payment`; a label behind a negation does not count. Two different labels are [`ParsedText::Ambiguous`]. Where
    /// a line begins with a marker (`answer:`), the last such line is read before the whole.
    #[must_use]
    pub fn read(&self, text: &str) -> ParsedText<usize> {
        if let Some(label) = self.labels.iter().position(|label| label == text.trim()) {
            return ParsedText::Read(label);
        }
        if text.trim().is_empty() {
            return ParsedText::Empty;
        }
        let marked = after_marker(text);
        for answer in [marked, Some(text)].into_iter().flatten() {
            if let Some(label) = self.alone(answer) {
                return ParsedText::Read(label);
            }
        }
        if is_refusal(text) {
            return ParsedText::Refusal;
        }
        match marked.map(|answer| self.mentioned(answer)) {
            Some(read @ ParsedText::Read(_)) => read,
            _ => self.mentioned(text),
        }
    }

    /// The label that is all of `text`, but for quotes, marks and case; none where there is more.
    #[must_use]
    pub fn alone(&self, text: &str) -> Option<usize> {
        let exact = |text: &str| self.labels.iter().position(|label| label == text);
        let one = |text: &str| match self.plain.get(&folded(text)).map(Vec::as_slice) {
            Some([label]) => Some(*label),
            _ => None,
        };
        exact(text.trim()).or_else(|| exact(bare(text))).or_else(|| one(text))
    }

    /// The one label whose words stand in `text`.
    fn mentioned(&self, text: &str) -> ParsedText<usize> {
        let words = tokens(text);
        let mut places = Vec::new();
        for (from, word) in words.iter().enumerate() {
            for (phrase, label) in self.phrases.get(word).into_iter().flatten() {
                let here = words[from..].starts_with(phrase);
                let negated = from > 0 && NEGATIONS.contains(&words[from - 1].as_str());
                if here && !negated {
                    places.push(Place { from, to: from + phrase.len(), label: *label });
                }
            }
        }
        let found = outermost(&places);
        match found.iter().collect::<Vec<_>>().as_slice() {
            [] => ParsedText::Unparsable,
            [label] => ParsedText::Read(**label),
            _ => ParsedText::Ambiguous,
        }
    }
}

/// The labels of the places that lie in no longer one. The places are in the order of their beginnings.
fn outermost(places: &[Place]) -> BTreeSet<usize> {
    let mut furthest = 0;
    let mut found = BTreeSet::new();
    let mut at = 0;
    while at < places.len() {
        let from = places[at].from;
        let group = places[at..].iter().take_while(|place| place.from == from).count();
        let longest = places[at..at + group].iter().map(|place| place.to).max().unwrap_or(0);
        // Nothing that begins later reaches before `furthest` without lying in a longer place.
        if longest > furthest {
            found.extend(places[at..at + group].iter().filter(|place| place.to == longest).map(|place| place.label));
            furthest = longest;
        }
        at += group;
    }
    found
}

/// The text without case and marks around it, with single spaces for `_` and any other space.
fn folded(text: &str) -> String {
    let lower = bare(text).to_lowercase();
    let words: Vec<&str> =
        lower.split(|letter: char| letter.is_whitespace() || letter == '_').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The label that an answer names, by its place in `labels`; see [`LabelReader::read`]. For many answers prepare one.
#[must_use]
pub fn read_label(text: &str, labels: &[String]) -> ParsedText<usize> {
    LabelReader::new(labels).read(text)
}

#[cfg(test)]
mod tests {
    use super::{ParsedText, read_label};

    fn labels(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[track_caller]
    fn reads(text: &str, names: &[&str], expected: ParsedText<usize>) {
        assert_eq!(read_label(text, &labels(names)), expected, "{text}");
    }

    #[test]
    fn exact_and_nearly_exact() {
        let names = ["ham", "spam"];
        for text in [
            "spam",
            " Spam.",
            "\"SPAM\"",
            "**spam**",
            "Label: spam",
            "The answer is: spam.",
            "answer: `Spam`",
            "Spam!\n",
        ] {
            reads(text, &names, ParsedText::Read(1));
        }
        reads("card arrival", &["card_arrival", "age_limit"], ParsedText::Read(0));
        reads("Ja", &["ja", "Ja"], ParsedText::Read(1));
        reads("JA", &["ja", "Ja"], ParsedText::Ambiguous);
    }

    #[test]
    fn the_one_label_that_is_mentioned() {
        let names = ["ham", "spam"];
        reads("This is clearly spam, since it asks for money.", &names, ParsedText::Read(1));
        reads("It could be ham or spam.", &names, ParsedText::Ambiguous);
        reads("Hamburg spams", &names, ParsedText::Unparsable);
        reads("It might be ham or spam.\nAnswer: ham", &names, ParsedText::Read(0));
        reads("not spam", &names, ParsedText::Unparsable);
        reads("Not spam but ham.", &names, ParsedText::Read(0));
        reads("   ", &names, ParsedText::Empty);
        reads("I'm sorry, I can't classify this as ham.", &names, ParsedText::Refusal);
    }

    #[test]
    fn a_label_inside_a_longer_one_does_not_count() {
        let names = ["card payment", "card payment fee", "payment"];
        reads("I think: card payment fee", &names, ParsedText::Read(1));
        reads("card_payment it is", &names, ParsedText::Read(0));
        reads("card payment fee, or card payment", &names, ParsedText::Ambiguous);
        reads("C++ I'd say", &["C", "C++", "C#"], ParsedText::Read(1));
        reads("So C.", &["C", "C++", "C#"], ParsedText::Read(0));
    }

    #[test]
    fn labels_that_overlap_are_two() {
        reads("a card payment fee", &["card payment", "payment fee"], ParsedText::Ambiguous);
    }

    #[test]
    fn numbers_signs_and_other_scripts() {
        let names = ["-1", "0", "1"];
        reads("I give it -1.", &names, ParsedText::Read(0));
        reads("That is 1", &names, ParsedText::Read(2));
        reads("4.5", &["4", "5"], ParsedText::Unparsable);
        reads("这条评论是正面的", &["正面", "负面"], ParsedText::Read(0));
        reads("Überraschung!", &["überraschung", "freude"], ParsedText::Read(0));
    }
}
