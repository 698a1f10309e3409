//! Exact match and F1 over words, as the evaluation scripts of SQuAD v1.1 (Rajpurkar et al. 2016) and v2 (2018).

use super::space::words;
use hashbrown::HashMap;

/// The normalised text: lower case, without ASCII punctuation, articles and spare white space.
fn normalise(text: &str) -> String {
    let lower: String = text.to_lowercase().chars().filter(|letter| !letter.is_ascii_punctuation()).collect();
    let mut kept = String::with_capacity(lower.len());
    // an article is a whole run of what Python's `\b` takes for word characters
    let mut run = String::new();
    for letter in lower.chars().chain([' ']) {
        if is_word(letter) {
            run.push(letter);
        } else {
            kept.push_str(if matches!(run.as_str(), "a" | "an" | "the") { " " } else { &run });
            run.clear();
            kept.push(letter);
        }
    }
    words(&kept).collect::<Vec<_>>().join(" ")
}

/// Python's `\w`: letters, digits and numbers of every script, and the underscore, which is punctuation here.
fn is_word(letter: char) -> bool {
    letter.is_alphanumeric()
}

/// 1 if the normalised answer is one of the normalised references.
pub(super) fn exact(answer: &str, references: &[String]) -> f64 {
    let answer = normalise(answer);
    f64::from(u8::from(references.iter().any(|reference| normalise(reference) == answer)))
}

/// The best F1 over the references by v1.1: 0 where nothing is shared, even if both are empty.
pub(super) fn f1(answer: &str, references: &[String]) -> f64 {
    let answer = normalise(answer);
    references.iter().map(|reference| shared(&answer, &normalise(reference))).fold(0.0, f64::max)
}

/// The best F1 by v2: references that are empty once normalised are dropped; if none is left there is no answer, and
/// an empty one is right.
pub(super) fn f1_v2(answer: &str, references: &[String]) -> f64 {
    let answer = normalise(answer);
    let references: Vec<String> =
        references.iter().map(|reference| normalise(reference)).filter(|reference| !reference.is_empty()).collect();
    if answer.is_empty() || references.is_empty() {
        return f64::from(u8::from(answer.is_empty() && references.is_empty()));
    }
    references.iter().map(|reference| shared(&answer, reference)).fold(0.0, f64::max)
}

/// F1 over the words of two normalised texts, each as often as both have it.
fn shared(answer: &str, reference: &str) -> f64 {
    let (ours, theirs): (Vec<&str>, Vec<&str>) = (words(answer).collect(), words(reference).collect());
    let mut left: HashMap<&str, usize> = HashMap::new();
    theirs.iter().for_each(|word| *left.entry(word).or_default() += 1);
    let mut same = 0;
    for word in &ours {
        if let Some(count) = left.get_mut(word).filter(|count| **count > 0) {
            *count -= 1;
            same += 1;
        }
    }
    if same == 0 {
        return 0.0;
    }
    let (precision, recall) = (f64::from(same) / ours.len() as f64, f64::from(same) / theirs.len() as f64);
    2.0 * precision * recall / (precision + recall)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(of: &[&str]) -> Vec<String> {
        of.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn texts_are_normalised_as_the_script_does() {
        for (text, expected) in [
            ("The  X-ray, of an Apple!", "xray of apple"),
            ("1,000", "1000"),
            ("“a” — the", "“ ” —"),
            ("a_b theory an", "ab theory"),
            ("The", ""),
        ] {
            assert_eq!(normalise(text), expected, "{text}");
        }
    }

    #[test]
    fn f1_of_both_versions() {
        // shares "brown" and "fox" of 3 and 2 words: P 2/3, R 1, F 0.8
        assert!((f1("a quick brown fox", &texts(&["lynx", "the brown fox"])) - 0.8).abs() < 1e-12);
        assert_eq!(
            (exact("", &texts(&["the"])), f1("", &texts(&["the"])), f1_v2("", &texts(&["the"]))),
            (1.0, 0.0, 1.0)
        );
        assert_eq!((f1_v2("", &texts(&["the", "fox"])), f1_v2("fox", &texts(&[""]))), (0.0, 0.0));
        assert_eq!((exact("An X-Ray", &texts(&["no", "xray"])), exact("x ray", &texts(&["xray"]))), (1.0, 0.0));
    }
}
