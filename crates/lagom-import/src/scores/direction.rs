//! Which way of a metric is better, by its name: the usual names of errors, costs and scores, however they are written.
//!
//! A name is cut into words (`test_RMSE (kWh)` is `test`, `rmse`; `neg_mean_squared_error` and `eval/rougeL` likewise), and the
//! last word that says anything decides, as the last noun does in English: `accuracy_loss` is a loss, `edit_similarity` a
//! similarity. `neg`, `inverse`, `1 -` and the like turn it round. A name that says nothing is answered by nothing: whoever
//! guessed would invert half of the answers.
//!
//! The names are those of lm-evaluation-harness (`lm_eval/api/metrics.py`, `higher_is_better`), HELM
//! (`src/helm/benchmark/static/schema_*.yaml`, `lower_is_better`), scikit-learn's scorers, torchmetrics, and the usual ones
//! of regression, forecasting, speech, retrieval and images.

use super::direction_words::{HIGHER, LOWER, PHRASES, SPLITS, TURNS, WEAK};

/// Whether a higher score is better, by the metric's name; `None` where the name does not say. The filter after a comma
/// (`exact_match,strict-match`) says nothing, nor does a unit in brackets.
pub(super) fn by_name(metric: &str) -> Option<bool> {
    let name = bare(metric);
    let turned_sign = name.starts_with(['-', '−']) || name.starts_with("1-") || name.starts_with("1 -");
    let name = name.trim_start_matches("1-").trim_start_matches("1 -");
    let mut words = words(name);
    let whole =
        |words: &[String]| PHRASES.iter().find(|(phrase, _)| words.join("_") == *phrase).map(|(_, found)| *found);
    let first = |words: &[String], of: &[&str]| {
        words.len() > 1 && words.first().is_some_and(|word| of.contains(&word.as_str()))
    };
    while whole(&words).is_none() && first(&words, SPLITS) {
        words.remove(0);
    }
    let turned = whole(&words).is_none() && first(&words, TURNS);
    if turned {
        words.remove(0);
    }
    Some(decided(&words)? != (turned != turned_sign))
}

/// Whether a column's name is one of a metric, and not of what an answer took or cost.
pub(super) fn names_metric(column: &str) -> bool {
    const COSTS: [&str; 8] = ["time", "latency", "cost", "price", "second", "duration", "token", "elapsed"];
    let name = column.to_lowercase();
    by_name(column).is_some() && !COSTS.iter().any(|cost| name.contains(cost))
}

/// The name without what stands in brackets and after a comma, with its capitals.
fn bare(metric: &str) -> String {
    let name = metric.split(',').next().unwrap_or(metric);
    let (mut depth, mut kept) = (0_u32, String::new());
    for letter in name.chars() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            letter if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    if kept.trim().is_empty() { name.trim().to_owned() } else { kept.trim().to_owned() }
}

/// The words of a name in lower case: parted by signs, and within what no sign parts by capitals unless it is known whole.
fn words(name: &str) -> Vec<String> {
    let name = name.replace('²', "2").replace('%', " percent ");
    let chunks = name.split(|letter: char| !letter.is_alphanumeric()).filter(|chunk| !chunk.is_empty());
    let mut words = Vec::new();
    for chunk in chunks {
        let whole = chunk.to_lowercase();
        if known(&whole) {
            words.push(whole);
        } else {
            words.extend(humps(chunk));
        }
    }
    words
}

/// `wordErrorRate` as `word`, `error`, `rate`; `RMSELoss` as `rmse`, `loss`.
fn humps(chunk: &str) -> Vec<String> {
    let letters: Vec<char> = chunk.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        match words.last_mut() {
            Some(word) if !begins => word.extend(letter.to_lowercase()),
            _ => words.push(letter.to_lowercase().collect()),
        }
    }
    words
}

/// Whether a word says anything, as it stands.
fn known(word: &str) -> bool {
    strong(word).is_some() || WEAK.contains(&word)
}

/// What the words say: a phrase first, else the last word that says something, else the last that says it weakly.
fn decided(words: &[String]) -> Option<bool> {
    let joined = format!("_{}_", words.join("_"));
    let phrase = PHRASES.iter().find(|(phrase, _)| joined.contains(&format!("_{phrase}_")));
    if let Some((_, higher)) = phrase {
        return Some(*higher);
    }
    let strong = words.iter().rev().find_map(|word| strong(word));
    strong.or_else(|| words.iter().any(|word| WEAK.contains(&word.as_str())).then_some(true))
}

/// What one word says: as it stands, without its number (`rouge1`, `ece10`), without a plural's s, or without the name of a
/// split that is glued to it (`testrmse`, `valloss`).
fn strong(word: &str) -> Option<bool> {
    let listed = |word: &str| {
        let higher = HIGHER.binary_search(&word).is_ok();
        let lower = LOWER.binary_search(&word).is_ok();
        (higher || lower).then_some(higher)
    };
    let unnumbered = word.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let singular = unnumbered.strip_suffix('s').filter(|rest| rest.len() > 2);
    if let Some(found) = listed(word).or_else(|| listed(unnumbered)).or_else(|| singular.and_then(listed)) {
        return Some(found);
    }
    let glued = SPLITS.iter().filter(|split| split.len() > 2).find_map(|split| {
        let rest = word.strip_prefix(split).or_else(|| word.strip_suffix(split)).filter(|rest| rest.len() > 2)?;
        listed(rest.trim_end_matches(|letter: char| letter.is_ascii_digit()))
    });
    let ends = |ending: &str| word.len() > ending.len() + 1 && word.ends_with(ending);
    glued.or_else(|| {
        if ["loss", "error", "errorrate", "perplexity", "latency"].iter().any(|ending| ends(ending)) {
            Some(false)
        } else if ["accuracy", "recall", "precision", "similarity"].iter().any(|ending| ends(ending)) {
            Some(true)
        } else {
            None
        }
    })
}

#[cfg(test)]
#[path = "direction_tests.rs"]
mod tests;
