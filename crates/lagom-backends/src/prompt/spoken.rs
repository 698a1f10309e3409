//! What of an answer was said aloud: models that reason write their thoughts into the same text, between marks of many
//! kinds, and one that runs out of tokens on the way has not answered at all.

use std::borrow::Cow;

/// The answer in a text, or that there is none yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spoken<'t> {
    /// What is no thought.
    Said(Cow<'t, str>),
    /// A thought that has no end: the answer was to come after it.
    Thinking,
}

/// The marks around thoughts: DeepSeek, Qwen and others; Mistral; Sky-T1; Kimi; Cohere; Seed.
const MARKS: [(&str, &str); 10] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("[THINK]", "[/THINK]"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("◁think▷", "◁/think▷"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<seed:think>", "</seed:think>"),
    ("<|thinking|>", "<|/thinking|>"),
];

/// The beginning of a channel in OpenAI's harmony format, and of the text in it.
const CHANNEL: &str = "<|channel|>";
const MESSAGE: &str = "<|message|>";
/// What may end a text of that format.
const ENDS: [&str; 4] = ["<|return|>", "<|end|>", "<|call|>", "<|start|>"];

/// The text without thoughts.
///
/// A closing mark without an opening one ends a thought that began in the prompt. An opening mark without a closing one is a
/// thought cut off. Of harmony's channels the last `final` one is the answer. What is left begins without spaces where
/// thoughts were taken away, and is the text itself where it held none.
#[must_use]
pub fn spoken(text: &str) -> Spoken<'_> {
    if text.contains(CHANNEL) {
        return of_channels(text);
    }
    // The same where a server has dropped the special tokens: `analysisThe user asks…assistantfinalyes`.
    if let Some(rest) = text.trim_start().strip_prefix("analysis")
        && rest.starts_with(char::is_uppercase)
    {
        let found = rest.rsplit_once("assistantfinal");
        return found.map_or(Spoken::Thinking, |(_, answer)| Spoken::Said(answer.trim_start().into()));
    }
    let mut rest = text;
    for (open, close) in MARKS {
        if let Some((before, after)) = rest.split_once(close)
            && !before.contains(open)
        {
            rest = after;
        }
    }
    let mut kept: Option<String> = None;
    loop {
        let next = MARKS.into_iter().filter_map(|(open, close)| rest.find(open).map(|at| (at, open, close)));
        let Some((at, open, close)) = next.min_by_key(|(at, ..)| *at) else { break };
        let Some((_, after)) = rest[at + open.len()..].split_once(close) else { return Spoken::Thinking };
        kept.get_or_insert_default().push_str(&rest[..at]);
        rest = after;
    }
    match kept {
        Some(kept) => Spoken::Said((kept + rest).trim_start().to_owned().into()),
        None if rest.len() < text.len() => Spoken::Said(rest.trim_start().into()),
        None => Spoken::Said(text.into()),
    }
}

/// The last text in the channel `final`.
fn of_channels(text: &str) -> Spoken<'_> {
    let mut answer = None;
    for part in text.split(CHANNEL).skip(1) {
        // `final <|constrain|>json` names a format behind the channel.
        let Some((name, said)) = part.split_once(MESSAGE) else { continue };
        if name.trim_start().starts_with("final") {
            let end = ENDS.iter().filter_map(|end| said.find(end)).min().unwrap_or(said.len());
            answer = Some(&said[..end]);
        }
    }
    answer.map_or(Spoken::Thinking, |answer| Spoken::Said(answer.trim_start().into()))
}

#[cfg(test)]
mod tests {
    use super::{Spoken, spoken};

    #[track_caller]
    fn says(text: &str, expected: &str) {
        assert_eq!(spoken(text), Spoken::Said(expected.into()), "{text}");
    }

    #[test]
    fn thoughts_that_ended_are_taken_away() {
        says("<think>\nnegative? No.\n</think>\n\npositive", "positive");
        says("hm, negative\n</think>positive", "positive");
        says("<reasoning>a</reasoning><thinking>b</thinking> c", "c");
        says("[THINK]negative[/THINK]positive", "positive");
        says("◁think▷no◁/think▷ yes", "yes");
        says("yes <think>or no</think>!", "yes !");
    }

    #[test]
    fn thoughts_without_an_end_are_no_answer() {
        for text in [
            "<think>it sounds negative",
            "\n<thinking>",
            "positive? <think>negative",
            "[THINK]so",
            "<|START_THINKING|>x",
            "<think>a</think>b<think>c",
        ] {
            assert_eq!(spoken(text), Spoken::Thinking, "{text}");
        }
    }

    #[test]
    fn of_harmony_the_final_channel_is_the_answer() {
        let analysis = "<|channel|>analysis<|message|>Perhaps negative.";
        assert_eq!(spoken(analysis), Spoken::Thinking);
        says(&format!("{analysis}<|end|><|start|>assistant<|channel|>final<|message|>positive<|return|>"), "positive");
        says("<|channel|>final <|constrain|>json<|message|>{\"a\": 1}", "{\"a\": 1}");
        says("analysisThe user asks. Negative?assistantfinalpositive", "positive");
        assert_eq!(spoken("analysisThe user asks. Neg"), Spoken::Thinking);
    }

    #[test]
    fn what_has_no_thoughts_is_left_as_it_is() {
        for text in [" positive\n", "analysis", "analysis of the data: fine", "a < b and c > d", "I think so", ""] {
            says(text, text);
        }
    }
}
