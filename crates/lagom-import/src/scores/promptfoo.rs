//! promptfoo: what `promptfoo eval --output` writes as `results.json` or `results.jsonl`.
//!
//! Fields as in `src/types/index.ts` of `promptfoo/promptfoo` (`EvaluateResult`, `EvaluateSummaryV2`,
//! `EvaluateSummaryV3`): the list stands under `results.results`, or under `results` where a program wrote the
//! summary itself. An older result has no `testIdx`: its variables name the test.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::cell::Cell;
use super::cells::Row;
use super::error::ScoresError;
use super::files;
use super::gather::Gather;
use super::json;
use super::settle::Direction;
use super::types::DirectionFrom;

#[derive(Deserialize)]
struct Output<'a> {
    #[serde(borrow)]
    results: &'a RawValue,
}

#[derive(Deserialize)]
struct Summary<'a> {
    #[serde(borrow)]
    results: Vec<&'a RawValue>,
}

/// One result.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry<'a> {
    #[serde(default)]
    test_idx: Option<u64>,
    #[serde(default)]
    prompt_idx: Option<u64>,
    #[serde(default)]
    provider: Option<Value>,
    #[serde(borrow, default)]
    prompt: Option<Prompt<'a>>,
    #[serde(default)]
    vars: Option<Value>,
    #[serde(default)]
    success: Option<bool>,
    #[serde(borrow, default)]
    score: Option<&'a RawValue>,
    #[serde(borrow, default)]
    latency_ms: Option<&'a RawValue>,
    #[serde(borrow, default)]
    cost: Option<&'a RawValue>,
    #[serde(borrow, default)]
    named_scores: Option<BTreeMap<String, &'a RawValue>>,
    /// 2 where the call itself failed.
    #[serde(default)]
    failure_reason: Option<u64>,
}

#[derive(Deserialize)]
struct Prompt<'a> {
    /// The template; `raw` is the prompt with the variables filled in, another one for each test.
    #[serde(borrow, default)]
    label: Option<Cow<'a, str>>,
}

impl Entry<'_> {
    /// The provider's label, else its id.
    fn provider(&self) -> Option<String> {
        let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let provider = self.provider.as_ref()?;
        text(provider).or_else(|| provider.get("label").and_then(text)).or_else(|| provider.get("id").and_then(text))
    }

    fn prompt(&self) -> String {
        let label = self.prompt.as_ref().and_then(|prompt| prompt.label.as_ref());
        label.map(|label| super::cell::shown(label.as_bytes())).unwrap_or_default()
    }
}

/// The results of an output, each read by itself, so that a fault in one is told with its line.
pub(super) fn document<'a>(path: &Path, text: &'a str) -> Result<Vec<Entry<'a>>, ScoresError> {
    let output: Output<'a> = json::read(path, text, 1, true)?;
    let list = output.results.get();
    let first = 1 + json::line_ends(text, 0, json::offset(text, list));
    let list = match list.trim_start().starts_with('[') {
        true => json::read(path, list, first, true)?,
        false => json::read::<Summary<'a>>(path, list, first, true)?.results,
    };
    // line ends are counted once
    let (mut entries, mut line, mut from) = (Vec::with_capacity(list.len()), 1, 0);
    for raw in list {
        let at = json::offset(text, raw.get());
        line += json::line_ends(text, from, at);
        from = at;
        entries.push(json::read::<Entry<'a>>(path, raw.get(), line, false)?);
    }
    Ok(entries)
}

/// The results of an output as JSON Lines, one a line.
pub(super) fn lines<'a>(path: &Path, text: &'a str) -> Result<Vec<Entry<'a>>, ScoresError> {
    json::Lines::new(text).map(|line| json::read(path, line.text, line.number, line.last)).collect()
}

/// Reads an output. A candidate is a provider, or a provider with a prompt where it was given several; tests that
/// repeat the same variables are one cluster.
pub(super) fn read(
    gather: &mut Gather<'_>,
    path: &Path,
    parse: for<'a> fn(&Path, &'a str) -> Result<Vec<Entry<'a>>, ScoresError>,
) -> Result<(), ScoresError> {
    let text = files::text(path)?;
    let text = json::without_nan(&text);
    let entries = parse(path, &text)?;
    if entries.is_empty() {
        return Err(ScoresError::NoRows { path: path.to_path_buf() });
    }
    gather.places.begin(path, "result");
    let names = candidates(gather, &entries)?;
    let task = files::stem(path);
    failures(gather, (path, &task), entries.iter().zip(&names))?;
    let differ = entries
        .iter()
        .any(|entry| entry.success.map(|pass| Cell::Score(f64::from(u8::from(pass)))) != entry.score.map(json::score));
    let mut repeats: BTreeMap<(String, String), u32> = BTreeMap::new();
    for ((entry, candidate), number) in entries.iter().zip(&names).zip(1_u64..) {
        let vars = entry.vars.as_ref().map(Value::to_string).unwrap_or_default();
        let example = match entry.test_idx {
            Some(test) => format!("test {test}"),
            None => {
                let count = repeats.entry((candidate.clone(), vars.clone())).or_default();
                *count += 1;
                if *count > 1 { format!("{vars} (repeat {count})") } else { vars.clone() }
            }
        };
        let scores = entry_scores(gather, entry, number, differ)?;
        for (metric, score) in scores {
            let Some(table) = gather.table(&task, &metric) else { continue };
            // an assertion's score is how well it holds
            gather.says(table, Direction { higher: true, from: DirectionFrom::Format })?;
            if entry.failed() {
                gather.unscored(table, example.as_bytes());
                continue;
            }
            let row = Row {
                example: example.as_bytes(),
                candidate: candidate.as_bytes(),
                score,
                cluster: (!vars.is_empty()).then_some(vars.as_bytes()),
                latency: json::amount(entry.latency_ms.as_ref()).map(|time| time / 1000.0),
                cost: json::amount(entry.cost.as_ref()),
                content: Some(json::digest(&[&vars])),
                ..Row::default()
            };
            gather.add(table, number, &row)?;
        }
    }
    Ok(())
}

impl Entry<'_> {
    /// Whether the call failed, and was not merely answered wrongly.
    fn failed(&self) -> bool {
        self.failure_reason == Some(2)
    }
}

/// Notes how many calls of each candidate failed: they say nothing of it, and are left out.
///
/// # Errors
/// All calls of a candidate failed: left out with them it would be missing from the comparison.
fn failures<'a>(
    gather: &mut Gather<'_>,
    (path, task): (&Path, &str),
    results: impl Iterator<Item = (&'a Entry<'a>, &'a String)>,
) -> Result<(), ScoresError> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (entry, candidate) in results {
        let (failed, all) = counts.entry(candidate).or_default();
        *failed += usize::from(entry.failed());
        *all += 1;
    }
    for (candidate, (failed, all)) in counts.into_iter().filter(|(_, (failed, _))| *failed > 0) {
        if failed == all {
            let why = format!("all {all} calls of {candidate} failed; run them again, or leave it out");
            return Err(ScoresError::NoPerExample { path: path.to_path_buf(), task: task.to_owned(), why });
        }
        gather
            .note(format!("{failed} of {all} calls of {candidate} failed: they say nothing of it, and are left out."));
    }
    Ok(())
}

/// The scores of one result: `pass` for its success, `score` where that ever differs, and the named scores where the
/// user asks for a metric.
fn entry_scores(
    gather: &mut Gather<'_>,
    entry: &Entry<'_>,
    number: u64,
    differ: bool,
) -> Result<Vec<(String, f64)>, ScoresError> {
    let mut scores = Vec::new();
    scores.extend(entry.success.map(|pass| ("pass".to_owned(), f64::from(u8::from(pass)))));
    let asked = gather.reading.metric.is_some();
    let named = entry.named_scores.iter().flatten().filter(|_| asked).map(|(name, raw)| (name.as_str(), *raw));
    let plain = entry.score.filter(|_| differ || asked || entry.success.is_none()).map(|raw| ("score", raw));
    for (name, raw) in plain.into_iter().chain(named) {
        match json::score(raw) {
            Cell::Score(score) => scores.push((name.to_owned(), score)),
            other => return Err(gather.not_score(number, name, other, raw.get())),
        }
    }
    if scores.is_empty() {
        let place = gather.place(number);
        return Err(ScoresError::MissingKey { place, key: "success".to_owned(), expected: "\"success\" or \"score\"" });
    }
    Ok(scores)
}

/// The candidate of each result.
fn candidates(gather: &mut Gather<'_>, entries: &[Entry<'_>]) -> Result<Vec<String>, ScoresError> {
    let mut providers = Vec::with_capacity(entries.len());
    for (entry, number) in entries.iter().zip(1_u64..) {
        let Some(provider) = entry.provider() else {
            let (place, key) = (gather.place(number), "provider".to_owned());
            return Err(ScoresError::MissingKey { place, key, expected: "the provider's id or label" });
        };
        providers.push((provider, entry.prompt(), entry.prompt_idx));
    }
    let mut prompts: BTreeMap<&str, Vec<(&str, Option<u64>)>> = BTreeMap::new();
    for (provider, prompt, at) in &providers {
        let known = prompts.entry(provider).or_default();
        if !known.contains(&(prompt.as_str(), *at)) {
            known.push((prompt, *at));
        }
    }
    let name = |(provider, prompt, at): &(String, String, Option<u64>)| {
        let several = prompts.get(provider.as_str()).map_or(0, Vec::len) > 1;
        let same =
            prompts.get(provider.as_str()).is_some_and(|all| all.iter().filter(|(one, _)| one == prompt).count() > 1);
        match (several, same, at) {
            (false, ..) => provider.clone(),
            (true, true, Some(at)) => format!("{provider} | prompt {at}"),
            (true, ..) => format!("{provider} | {prompt}"),
        }
    };
    Ok(providers.iter().map(name).collect())
}
