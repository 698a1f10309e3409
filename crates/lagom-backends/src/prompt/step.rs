//! Post-processing: named steps that take the answer out of a text before it is scored.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::number::numbers;
use super::object::{field, first_object};

/// One step, as a study writes it: `"strip"`, `{ regex = "Answer: (.*)" }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Drops spaces and newlines around the text.
    Strip,
    /// The first line that holds more than spaces, without the spaces around it.
    FirstLine,
    /// The last line that holds more than spaces, without the spaces around it.
    LastLine,
    /// What the first group of a pattern captures in its first match; the whole match where it has no group.
    Regex(Pattern),
    /// What stands at this dotted path in the first JSON object, in prose or a fenced block of code too. Texts as they are,
    /// anything else as JSON.
    JsonField(String),
    /// The last number, without separators of thousands and with a decimal point.
    LastNumber,
    /// The first number, in the same form.
    FirstNumber,
    /// All in lower case.
    Lowercase,
    /// Drops a pair of quotes around the text (`"…"`, `'…'`, backticks, typographic ones), and spaces around them.
    StripQuotes,
    /// Drops what a reasoning model thought aloud: `<think>…</think>` or `<thinking>…</thinking>`, also where the opening
    /// stood in the prompt, or where the answer was cut off before the closing. Then drops spaces at the beginning.
    RemoveThinking,
    /// What stands before this text; all of it where it does not occur.
    Before(String),
    /// What stands behind the last occurrence of this text (`####`).
    After(String),
}

/// A regular expression, compiled; syntax and guarantees of the `regex` crate: it never takes more than linear time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(regex::Regex);

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Where it is no regular expression, or too large when compiled; in the words of the `regex` crate.
    pub fn new(pattern: &str) -> Result<Self, regex::Error> {
        regex::Regex::new(pattern).map(Self)
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl TryFrom<String> for Pattern {
    type Error = regex::Error;

    fn try_from(pattern: String) -> Result<Self, Self::Error> {
        Self::new(&pattern)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.as_str().to_owned()
    }
}

/// A step that found nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("step {place} ({name}) found nothing", place = place + 1)]
pub struct NothingFound {
    /// Its place among the steps, from 0.
    pub place: usize,
    /// Its name.
    pub name: &'static str,
}

impl Step {
    /// The names of all steps, as a study writes them.
    pub const NAMES: [&'static str; 12] = [
        "strip",
        "first-line",
        "last-line",
        "regex",
        "json-field",
        "last-number",
        "first-number",
        "lowercase",
        "strip-quotes",
        "remove-thinking",
        "before",
        "after",
    ];

    /// The name of this one.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Strip => "strip",
            Self::FirstLine => "first-line",
            Self::LastLine => "last-line",
            Self::Regex(_) => "regex",
            Self::JsonField(_) => "json-field",
            Self::LastNumber => "last-number",
            Self::FirstNumber => "first-number",
            Self::Lowercase => "lowercase",
            Self::StripQuotes => "strip-quotes",
            Self::RemoveThinking => "remove-thinking",
            Self::Before(_) => "before",
            Self::After(_) => "after",
        }
    }

    /// What the step makes of a text; none where it finds nothing.
    #[must_use]
    pub fn apply<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        let filled = |line: &&str| !line.trim().is_empty();
        match self {
            Self::Strip => Some(text.trim().into()),
            Self::FirstLine => text.lines().find(filled).map(|line| line.trim().into()),
            Self::LastLine => text.lines().rev().find(filled).map(|line| line.trim().into()),
            Self::Regex(pattern) => {
                let groups = pattern.0.captures(text)?;
                let wanted = if groups.len() > 1 { groups.get(1) } else { groups.get(0) };
                wanted.map(|found| found.as_str().into())
            }
            Self::JsonField(path) => field(&first_object(text)?, path).map(Cow::Owned),
            Self::LastNumber => numbers(text).next_back().map(|found| found.value.to_string().into()),
            Self::FirstNumber => numbers(text).next().map(|found| found.value.to_string().into()),
            Self::Lowercase => Some(text.to_lowercase().into()),
            Self::StripQuotes => Some(unquoted(text).into()),
            Self::RemoveThinking => Some(without_thinking(text)),
            Self::Before(stop) => Some(text.split_once(stop.as_str()).map_or(text, |(before, _)| before).into()),
            Self::After(start) => text.rsplit_once(start.as_str()).map(|(_, after)| after.into()),
        }
    }
}

/// What all steps make of a text, one after the other.
///
/// # Errors
/// The first step that found nothing. An empty text is something.
pub fn apply_all<'t>(steps: &[Step], text: &'t str) -> Result<Cow<'t, str>, NothingFound> {
    let mut text = Cow::Borrowed(text);
    for (place, step) in steps.iter().enumerate() {
        let nothing = NothingFound { place, name: step.name() };
        text = match text {
            Cow::Borrowed(text) => step.apply(text).ok_or(nothing)?,
            Cow::Owned(text) => Cow::Owned(step.apply(&text).ok_or(nothing)?.into_owned()),
        };
    }
    Ok(text)
}

/// The text without one pair of quotes around it.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let pairs = [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’'), ('«', '»'), ('„', '“'), ('「', '」')];
    let inner = pairs.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    inner.map_or(text, str::trim)
}

/// The text without what stands in `<think>` or `<thinking>`.
fn without_thinking(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut rest = text;
    for (open, close) in [("<think>", "</think>"), ("<thinking>", "</thinking>")] {
        // A closing with no opening before it: the opening was the end of the prompt.
        if let Some((before, after)) = rest.split_once(close)
            && !before.contains(open)
        {
            rest = after;
        }
    }
    if !rest.contains("<think") {
        return rest.trim_start().into();
    }
    loop {
        let next = [("<think>", "</think>"), ("<thinking>", "</thinking>")]
            .into_iter()
            .filter_map(|(open, close)| rest.find(open).map(|at| (at, open, close)))
            .min_by_key(|(at, ..)| *at);
        let Some((at, open, close)) = next else { break };
        kept.push_str(&rest[..at]);
        rest = rest[at + open.len()..].split_once(close).map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept.trim_start().to_owned().into()
}

#[cfg(test)]
mod tests {
    use super::{NothingFound, Pattern, Step, apply_all};

    #[track_caller]
    fn gives(step: &Step, text: &str, expected: Option<&str>) {
        assert_eq!(step.apply(text).as_deref(), expected, "{} of {text:?}", step.name());
    }

    #[test]
    fn each_step() {
        gives(&Step::Strip, " a \n", Some("a"));
        gives(&Step::FirstLine, "\n  \n a \nb", Some("a"));
        gives(&Step::LastLine, "a\n b \n\n", Some("b"));
        gives(&Step::LastLine, " \n", None);
        gives(&Step::Regex(Pattern::new("Answer: (.*)").unwrap()), "x\nAnswer: yes\nz", Some("yes"));
        gives(&Step::Regex(Pattern::new("[0-9]+").unwrap()), "a 12 b", Some("12"));
        gives(&Step::Regex(Pattern::new("a(b)?").unwrap()), "a", None);
        gives(&Step::JsonField("a.b".to_owned()), "```json\n{\"a\": {\"b\": 3}}\n```", Some("3"));
        gives(&Step::JsonField("c".to_owned()), "{\"a\": 1}", None);
        gives(&Step::LastNumber, "3 and $1,234.50.", Some("1234.5"));
        gives(&Step::FirstNumber, "-3 and 4", Some("-3"));
        gives(&Step::FirstNumber, "none", None);
        gives(&Step::Lowercase, "ÀB", Some("àb"));
        gives(&Step::StripQuotes, " “a b” ", Some("a b"));
        gives(&Step::StripQuotes, "\"", Some("\""));
        gives(&Step::Before("\n\n".to_owned()), "a\n\nb", Some("a"));
        gives(&Step::Before("x".to_owned()), "a", Some("a"));
        gives(&Step::After("####".to_owned()), "so 5+7\n#### 12", Some(" 12"));
        gives(&Step::After("####".to_owned()), "12", None);
    }

    #[test]
    fn thinking_is_removed_however_it_was_cut() {
        gives(&Step::RemoveThinking, "<think>\nhm\n</think>\n\nyes", Some("yes"));
        gives(&Step::RemoveThinking, "hm, so\n</think>yes", Some("yes"));
        gives(&Step::RemoveThinking, "<think>hm, and", Some(""));
        gives(&Step::RemoveThinking, "a <thinking>x</thinking>b<think>y</think>c", Some("a bc"));
        gives(&Step::RemoveThinking, "yes", Some("yes"));
        gives(&Step::RemoveThinking, "I <thinker> am", Some("I <thinker> am"));
    }

    #[test]
    fn steps_run_in_order_and_say_which_found_nothing() {
        let steps = [Step::RemoveThinking, Step::FirstLine, Step::Lowercase];
        assert_eq!(apply_all(&steps, "<think>x</think>\nYES\nno").as_deref(), Ok("yes"));
        let nothing = apply_all(&steps, "<think>x");
        assert_eq!(nothing, Err(NothingFound { place: 1, name: "first-line" }));
        assert_eq!(nothing.unwrap_err().to_string(), "step 2 (first-line) found nothing");
    }

    #[test]
    fn steps_are_read_from_names_and_tables_and_written_so() {
        let text = "steps = [\"strip\", { regex = \"Answer: (.*)\" }, { json-field = \"a.b\" }, \"last-number\"]\n";
        #[derive(serde::Serialize, serde::Deserialize)]
        struct Study {
            steps: Vec<Step>,
        }
        let study: Study = toml::from_str(text).unwrap();
        assert_eq!(study.steps[1], Step::Regex(Pattern::new("Answer: (.*)").unwrap()));
        let again: Study = toml::from_str(&toml::to_string(&study).unwrap()).unwrap();
        assert_eq!(again.steps, study.steps);
        let json = serde_json::to_string(&study.steps).unwrap();
        assert_eq!(json, r#"["strip",{"regex":"Answer: (.*)"},{"json-field":"a.b"},"last-number"]"#);
    }

    #[test]
    fn unknown_steps_are_refused_with_the_names_there_are() {
        let of = |text: &str| serde_json::from_str::<Step>(text).unwrap_err().to_string();
        let unknown = of("\"stirp\"");
        for name in Step::NAMES {
            assert!(unknown.contains(&format!("`{name}`")), "{unknown}");
        }
        assert!(of("{\"regex\": \"(\"}").contains("unclosed group"));
        assert!(serde_json::from_str::<Step>("{\"regex\": \"a\", \"strip\": null}").is_err());
        assert!(serde_json::from_str::<Step>("\"regex\"").is_err());
    }

    #[test]
    fn every_name_is_that_of_its_step() {
        let text = |name: &str| match name {
            "regex" | "json-field" | "before" | "after" => format!("{{\"{name}\": \"a\"}}"),
            _ => format!("\"{name}\""),
        };
        for name in Step::NAMES {
            assert_eq!(serde_json::from_str::<Step>(&text(name)).unwrap().name(), name);
        }
    }
}
