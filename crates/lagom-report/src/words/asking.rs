//! What asking took and cost, in figures under the answer.

use super::context::ReportContext;
use crate::answer::Fact;
use crate::numbers::{amount, count, percent, plural};
use crate::verdict::{CallFacts, ProblemExample, Row};

/// What asking came to, and which answers were none; empty where nobody was asked.
pub(super) fn tell(context: &ReportContext<'_>) -> Vec<Fact> {
    let called: Vec<(&Row, &CallFacts)> = called(context);
    if called.is_empty() {
        return Vec::new();
    }
    let currency = context.currency();
    let (asked, full) =
        called.iter().fold((0, 0), |(asked, full), (_, calls)| (asked + calls.answered, full + calls.full));
    let mut detail = format!("of the {} that a full evaluation asks", count(full));
    if let Some((spent, whole)) = money(&called) {
        detail.push_str(&format!(", for {} in place of about {}", amount(spent, &currency), amount(whole, &currency)));
    }
    let mut facts = vec![Fact::new("asked", plural(asked, "question", "questions"), detail)];
    let of = |pick: &dyn Fn(&Row, &CallFacts) -> Option<String>| -> Vec<String> {
        called.iter().filter_map(|(row, calls)| Some(format!("{}: {}", row.name, pick(row, calls)?))).collect()
    };
    let missing = of(&|_, calls| missing(calls));
    if !missing.is_empty() {
        facts.push(Fact::new("missing", missing.join("; "), "; they count as neither right nor wrong"));
    }
    let refused = of(&|_, calls| refused(calls));
    if !refused.is_empty() {
        facts.push(Fact::new("refused", refused.join("; "), ""));
    }
    let unreadable = of(&|_, calls| unreadable(calls));
    if !unreadable.is_empty() {
        facts.push(Fact::new("unreadable", unreadable.join("; "), "; the study counts them as wrong"));
    }
    let cut = of(&|_, calls| {
        let count = calls.problems.cut_read;
        (count > 0).then(|| format!("{} read as they stand", plural(count, "answer", "answers")))
    });
    if !cut.is_empty() {
        facts.push(Fact::new("cut off", cut.join("; "), ""));
    }
    facts
}

/// The candidates that were asked.
pub(crate) fn called<'a>(context: &ReportContext<'a>) -> Vec<(&'a Row, &'a CallFacts)> {
    let rows = &context.findings.analysis.screening.rows;
    rows.iter().filter_map(|row| Some((row, row.calls.as_ref()?))).collect()
}

/// What was spent, and what a full evaluation of all would have cost at the same price an answer; none without prices.
fn money(called: &[(&Row, &CallFacts)]) -> Option<(f64, f64)> {
    let priced = || called.iter().filter_map(|(_, calls)| Some((calls, calls.money?)));
    priced().next()?;
    let whole = |(calls, money): (&&CallFacts, f64)| {
        if calls.answered > 0 { money * calls.full as f64 / calls.answered as f64 } else { 0.0 }
    };
    Some((priced().map(|(_, money)| money).sum(), priced().map(whole).sum()))
}

/// What is missing of a candidate, by kind, with a reason or an example of the commonest:
/// `24 of 300, 8 % (20 failed calls, 4 cut off; status 500: overloaded)`. None where nothing is.
pub(crate) fn missing(calls: &CallFacts) -> Option<String> {
    let counted = |&(number, what): &(u64, &'static str)| {
        number > 0 && what != "refused" && !(calls.unreadable_wrong && is_unreadable(what))
    };
    let kinds: Vec<(u64, &'static str)> = calls.problems.kinds().into_iter().filter(counted).collect();
    if calls.missing == 0 || kinds.is_empty() {
        return None;
    }
    let parts: Vec<String> = kinds.iter().map(|(number, what)| format!("{} {what}", count(*number))).collect();
    let share = calls.missing as f64 / calls.asked.max(1) as f64;
    let mut text =
        format!("{} of {}, {} ({}", count(calls.missing), count(calls.asked), percent(share), parts.join(", "));
    let commonest = kinds.iter().max_by_key(|(number, _)| *number).map(|(_, what)| *what);
    let such = match commonest {
        Some("failed calls") => calls.problems.reasons.first().map(|reason| reason.text.clone()),
        Some(kind) => calls.problems.examples.iter().find(|one| is_of(one, kind)).map(such),
        None => None,
    };
    if let Some(such) = such.filter(|text| !text.is_empty()) {
        text += &format!("; {such}");
    }
    text.push(')');
    Some(text)
}

/// Whether an example is of this kind: examples are named one by one, as `tool call`, and kinds together, as `tool calls`.
fn is_of(example: &ProblemExample, kind: &str) -> bool {
    example.what == kind || kind.strip_suffix('s') == Some(example.what.as_str())
}

/// `such as "Hm, well" to row 12`; nothing of an empty answer.
fn such(example: &ProblemExample) -> String {
    let words: Vec<&str> = example.text.split_whitespace().collect();
    let text: String = words.join(" ").chars().take(SUCH).collect();
    if text.is_empty() { String::new() } else { format!("such as \"{text}\" to row {}", example.row + 1) }
}

/// Longest example of an answer in a line of figures, in characters.
const SUCH: usize = 60;

fn is_unreadable(kind: &str) -> bool {
    matches!(kind, "unparsable" | "ambiguous")
}

/// What was refused, by the model or its provider; none where nothing was.
pub(crate) fn refused(calls: &CallFacts) -> Option<String> {
    let number = calls.problems.refused;
    let counted = if calls.refusals_left_out { "left out" } else { "counted as wrong" };
    (number > 0).then(|| format!("{} of {}, {counted}", count(number), plural(calls.answered, "answer", "answers")))
}

/// What nothing could be read from, where the study counts that as wrong; none where it does not, or there is none.
fn unreadable(calls: &CallFacts) -> Option<String> {
    let number = calls.problems.unparsable + calls.problems.ambiguous;
    let told = || format!("{} of {}", count(number), plural(calls.answered, "answer", "answers"));
    (calls.unreadable_wrong && number > 0).then(told)
}
