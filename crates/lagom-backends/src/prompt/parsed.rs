//! What an answer's text comes to: a value, or one of the ways in which it has none.

use serde::{Deserialize, Serialize};

/// What was read from the text of an answer.
///
/// Whether an answer was cut off is known from [`Finish`](crate::call::Finish), not from its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParsedText<T> {
    /// The answer.
    Read(T),
    /// Nothing but spaces.
    Empty,
    /// The model declines to answer.
    Refusal,
    /// Nothing of what was asked for.
    Unparsable,
    /// More than one thing that would be an answer.
    Ambiguous,
}

impl<T> ParsedText<T> {
    /// The answer, if one was read.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Read(value) => Some(value),
            _ => None,
        }
    }

    /// The same with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> ParsedText<U> {
        match self {
            Self::Read(value) => ParsedText::Read(change(value)),
            Self::Empty => ParsedText::Empty,
            Self::Refusal => ParsedText::Refusal,
            Self::Unparsable => ParsedText::Unparsable,
            Self::Ambiguous => ParsedText::Ambiguous,
        }
    }

    /// The name of the kind, as it is counted and shown.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Read(_) => "read",
            Self::Empty => "empty",
            Self::Refusal => "refusal",
            Self::Unparsable => "unparsable",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// Reads a text as it stands: all but nothing and refusals.
#[must_use]
pub fn read_text(text: &str) -> ParsedText<String> {
    if text.trim().is_empty() {
        ParsedText::Empty
    } else if is_refusal(text) {
        ParsedText::Refusal
    } else {
        ParsedText::Read(text.to_owned())
    }
}

/// How far into an answer a refusal begins and ends, in characters: what comes later is an answer with a caveat.
const OPENING: usize = 200;

/// Words before a refusal that change nothing.
const BEFORE: [&str; 9] = ["unfortunately", "but", "however", "so", "very", "really", "truly", "and", "apologies"];

/// The ways in which a model says that it will not.
const DECLINES: [&str; 17] = [
    "i can't",
    "i cannot",
    "i can not",
    "i won't",
    "i will not",
    "i'm unable to",
    "i am unable to",
    "i'm not able to",
    "i am not able to",
    "i'm not comfortable",
    "i am not comfortable",
    "i must decline",
    "i have to decline",
    "i must respectfully decline",
    "we can't",
    "we cannot",
    "i don't feel comfortable",
];

/// What it says that it will not do. `I can't find my card` is no refusal.
const DEEDS: [&str; 27] = [
    "assist",
    "help",
    "provide",
    "answer",
    "comply",
    "fulfil",
    "fulfill",
    "respond",
    "complete",
    "continue",
    "engage",
    "discuss",
    "do that",
    "do this",
    "give",
    "offer",
    "classify",
    "determine",
    "support",
    "participate",
    "create",
    "generate",
    "write",
    "share",
    "process",
    "translate",
    "summarize",
];

/// Whether a text declines to answer, in English.
///
/// Conservative: it must open with the refusal (after `I'm sorry, but`, `As an AI language model,` and the like), say
/// that *it* can't or won't, and name a deed of an assistant. An apology alone is none, nor is a text that quotes one.
#[must_use]
pub fn is_refusal(text: &str) -> bool {
    let opening: String = text.trim_start().chars().take(OPENING).collect();
    let opening = opening.to_lowercase().replace('’', "'");
    let mut rest = opening.trim_start_matches(['"', '*', '\'']).trim_start();
    let mut assistant = false;
    loop {
        let before = rest;
        for apology in ["i'm sorry", "i am sorry", "sorry", "i apologize", "i apologise", "i'm afraid", "i am afraid"] {
            rest = rest.strip_prefix(apology).unwrap_or(rest);
        }
        if let Some(after) = ["as an ai", "i'm an ai", "i am an ai"].iter().find_map(|start| rest.strip_prefix(start)) {
            assistant = true;
            rest = after.split_once([',', '.', ';']).map_or("", |(_, after)| after);
        }
        for word in BEFORE {
            let next = rest.strip_prefix(word).filter(|after| !after.starts_with(char::is_alphanumeric));
            rest = next.unwrap_or(rest);
        }
        rest = rest.trim_start_matches([' ', ',', '.', ';', ':', '—', '-', '\n']);
        if rest.len() == before.len() {
            break;
        }
    }
    let declines = DECLINES.iter().find_map(|start| rest.strip_prefix(start).map(|after| (*start, after)));
    let Some((start, after)) = declines else { return false };
    let sentence = after.split(['.', '!', '?', '\n']).next().unwrap_or("");
    let deed = DEEDS.iter().any(|deed| begins(sentence, deed));
    start.ends_with("decline") || deed || assistant
}

/// Whether a sentence begins with `deed`, after at most one word (`actually`, `directly`).
fn begins(sentence: &str, deed: &str) -> bool {
    let sentence = sentence.trim_start();
    let whole = |text: &str| text.strip_prefix(deed).is_some_and(|after| !after.starts_with(char::is_alphanumeric));
    whole(sentence) || sentence.split_once(' ').is_some_and(|(_, after)| whole(after))
}

#[cfg(test)]
mod tests {
    use super::{ParsedText, is_refusal, read_text};

    #[test]
    fn refusals_are_recognised() {
        for text in [
            "I'm sorry, but I can't assist with that.",
            "I’m sorry, I can’t help with that request.",
            "I cannot provide medical advice.",
            "As an AI language model, I cannot determine the sentiment.",
            "Sorry, I'm unable to answer this question.",
            "Unfortunately, I am not able to classify this text.",
            "I apologize, but I must decline.",
            "I won't continue with this.",
        ] {
            assert!(is_refusal(text), "{text}");
        }
    }

    #[test]
    fn what_only_sounds_like_one_is_none() {
        for text in [
            "I'm sorry for the delay; your card is on its way.",
            "I can't find my card.",
            "I can't see why my transfers are declined.",
            "I am not comfortable verifying my identity.",
            "I can't believe how good this film is!",
            "The customer says: I'm sorry, I can't help you.",
            "Sorry, wrong number.",
            "unable_to_verify_identity",
            "I cannot recommend this film highly enough.",
            "",
        ] {
            assert!(!is_refusal(text), "{text}");
        }
    }

    #[test]
    fn texts_are_read_as_they_stand() {
        assert_eq!(read_text(" a "), ParsedText::Read(" a ".to_owned()));
        assert_eq!(read_text("\n"), ParsedText::Empty);
    }
}
