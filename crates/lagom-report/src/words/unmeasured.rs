//! What was not measured, in words: the cause stands in the headline.

use super::context::{ReportContext, Told};
use crate::candidate::about;
use crate::numbers::{bytes, count, list, percent, plural};
use crate::study::costs::CalibrationError;
use crate::study::{Cost, TaskKind};
use crate::verdict::{CallFacts, Row, UnmeasuredKind};

/// So many different causes are told in full; the table has the others.
const TOLD: usize = 4;

/// The headline and the sentences where no verdict is possible since a candidate was not measured; none where that is
/// not the reason.
pub(super) fn tell(context: &ReportContext<'_>) -> Option<Told> {
    let verdict = &context.findings.verdict;
    let rows: Vec<&Row> = verdict.unmeasured.iter().filter_map(|name| context.row(name)).collect();
    // Of these all is measured but what a probe has to.
    if !rows.is_empty() && rows.iter().all(|row| row.unmeasured.is_none() && !row.unknown.is_empty()) {
        return Some(unprobed(context, &rows));
    }
    // What was left out for the sake of another one is not the cause.
    let causes: Vec<&Row> = rows.iter().copied().filter(|row| kind(row) != Some(UnmeasuredKind::Untried)).collect();
    let named = if causes.is_empty() { &rows } else { &causes };
    let first = named.first()?;
    let why = why(named);
    let headline = match named.as_slice() {
        [one] => one_missing(one).unwrap_or_else(|| format!("Can't tell: {} {why}.", first.name)),
        [_, second] => format!("Can't tell: {} and {} {why}.", first.name, second.name),
        several => {
            format!("Can't tell: {} and {} other candidates {why}.", first.name, count(several.len() as u64 - 1))
        }
    };
    let mut sentences = told(&rows);
    sentences.push(format!(
        "What was not measured says nothing of how good it is, so no answer rests on {} or against {}.",
        names(&rows),
        if rows.len() == 1 { "it" } else { "them" }
    ));
    sentences.extend(known(context));
    sentences.push(advice(context, named));
    Some((headline, sentences))
}

/// That a figure which decides was not measured of some candidates, and what measures it.
fn unprobed(context: &ReportContext<'_>, rows: &[&Row]) -> Told {
    let mut costs: Vec<&dyn Cost> = Vec::new();
    for cost in rows.iter().flat_map(|row| &row.unknown) {
        if !costs.iter().any(|other| other.is(*cost)) {
            costs.push(*cost);
        }
    }
    let nouns = list(&costs.iter().map(|cost| cost.about().noun.to_owned()).collect::<Vec<String>>());
    let others = rows.len() as u64 - 1;
    let of = match rows {
        [one] => one.name.clone(),
        [first, second] => format!("{} and {}", first.name, second.name),
        _ => format!("{} and {} other candidates", rows[0].name, count(others)),
    };
    let part = if others == 0 { "It is" } else { "They are" };
    let limited = costs.iter().any(|cost| context.findings.terms.limits.get(*cost).is_some());
    let stands = if limited { "neither within your limit nor beyond it" } else { "nowhere in the order of sizes" };
    let mut sentences =
        vec![format!("{part} {stands}, and might be the choice, or what the others are compared with.")];
    let trained: Vec<&&Row> = rows.iter().filter(|row| row.calls.is_none() && row.cascade.is_none()).collect();
    let probes: Vec<&str> = costs.iter().filter_map(|cost| cost.about().probe).collect();
    // What no probe can measure here, however often it is run.
    let none =
        context.findings.data.task == TaskKind::Regression && costs.iter().any(|cost| cost.is(&CalibrationError));
    if none {
        sentences.push(
            "Models of numbers state no probabilities and have no calibration error: leave that limit out.".to_owned(),
        );
    } else if probes.is_empty() {
        sentences.push(format!(
            "Their families do not count {nouns}, so no run measures it: set another `smallest-by` under [good-enough], or leave these families out of `families` under [ladder]."
        ));
    } else if !trained.is_empty() {
        let keys: Vec<String> = probes.iter().map(|probe| format!("`{probe} = true`")).collect();
        sentences.push(format!(
            "To have it measured, set {} under [probes] and the same terms under [good-enough], and `lagom run` the study again: its trials are used again, and all sizes are looked at.",
            list(&keys)
        ));
    }
    let left: Vec<String> =
        rows.iter().filter(|row| row.calls.is_some() || row.cascade.is_some()).map(|row| row.name.clone()).collect();
    if !left.is_empty() {
        sentences.push(format!(
            "{} can't be looked at: probes look at single models that are trained here. Without these terms, or without {}, there is a verdict.",
            list(&left),
            if left.len() == 1 { "it" } else { "them" }
        ));
    }
    sentences.extend(known(context));
    let headline = match probes.is_empty() {
        true => format!("Can't tell: {nouns} of {of} are not counted."),
        false => format!("Can't tell: the {nouns} of {of} was not measured."),
    };
    (headline, sentences)
}

/// The most characters of a cause that a headline takes.
const SHORT: usize = 70;

/// The headline about one model that was asked, with the cause as far as it is short; none for others.
fn one_missing(row: &Row) -> Option<String> {
    let found = row.unmeasured.as_ref()?;
    match found.kind {
        UnmeasuredKind::Answers { missing, asked } => {
            let share = percent(missing as f64 / asked.max(1) as f64);
            Some(format!("Can't tell: {share} of the answers of {} are missing.", row.name))
        }
        UnmeasuredKind::Backend { .. } => {
            // The address stands in the sentences below.
            let words = found.cause.split_whitespace().filter(|word| !word.contains("://"));
            let cause = words.collect::<Vec<&str>>().join(" ");
            let cause = cause.split(". ").next().unwrap_or_default().trim_end_matches(['.', ':']);
            let told =
                if cause.is_empty() || cause.chars().count() > SHORT { String::new() } else { format!(" ({cause})") };
            Some(format!("Can't tell: {} could not be measured{told}.", row.name))
        }
        UnmeasuredKind::Trials { .. } | UnmeasuredKind::Costs | UnmeasuredKind::Untried | UnmeasuredKind::Unscored => {
            None
        }
    }
}

/// What was not measured beside a verdict that does not hang on it; none where all was.
pub(super) fn beside(context: &ReportContext<'_>) -> Option<String> {
    let findings = context.findings;
    let left = |row: &&Row| row.unmeasured.is_some() && !findings.verdict.unmeasured.contains(&row.name);
    let rows: Vec<&Row> =
        findings.analysis.screening.rows.iter().filter(left).filter(|row| row.excess.is_empty()).collect();
    let (one, many) = ("it takes no part in this verdict", "they take no part in this verdict");
    let part = if rows.len() == 1 { one } else { many };
    (!rows.is_empty()).then(|| format!("{} {} ({}); {part}.", names(&rows), why(&rows), reasons(&rows)))
}

fn kind(row: &Row) -> Option<UnmeasuredKind> {
    row.unmeasured.as_ref().map(|found| found.kind)
}

fn is_out_of_memory(row: &Row) -> bool {
    matches!(kind(row), Some(UnmeasuredKind::Trials { memory: true, .. }))
}

/// What happened to all of them, as the end of a sentence.
fn why(rows: &[&Row]) -> &'static str {
    let all = |is: fn(UnmeasuredKind) -> bool| rows.iter().all(|row| kind(row).is_some_and(is));
    if rows.iter().all(|row| is_out_of_memory(row)) {
        "ran out of memory"
    } else if all(|kind| matches!(kind, UnmeasuredKind::Trials { .. })) {
        "could not be trained"
    } else if all(|kind| kind == UnmeasuredKind::Costs) {
        "could not be timed"
    } else {
        "could not be measured"
    }
}

/// Refusals that are so many that a reader has to know what they count as.
pub(super) fn refusals(context: &ReportContext<'_>) -> Vec<String> {
    let share = |calls: &CallFacts| calls.problems.refused as f64 / calls.answered.max(1) as f64;
    let told = |(row, calls): (&Row, &CallFacts)| {
        let counted = if calls.refusals_left_out {
            "such rows are left out"
        } else {
            "that counts as wrong (refusals = \"leave-out\" under [prompt] leaves such rows out)"
        };
        format!("{} or its provider refused {} of the questions: {counted}.", row.name, percent(share(calls)))
    };
    super::asking::called(context).into_iter().filter(|(_, calls)| share(calls) > NOTABLE).map(told).collect()
}

/// Refusals above this share are told in a sentence: as many as may be missing.
const NOTABLE: f64 = crate::study::Budget::MISSING;

/// What is missing of a candidate and why, as a fragment: `24 of 300 answers are missing (8 %): …`.
fn what(row: &Row) -> Option<String> {
    let found = row.unmeasured.as_ref()?;
    let what = match found.kind {
        UnmeasuredKind::Answers { missing, asked } => {
            format!(
                "{} of {} are missing ({})",
                count(missing),
                plural(asked, "answer", "answers"),
                percent(missing as f64 / asked.max(1) as f64)
            )
        }
        UnmeasuredKind::Backend { answered, wanted } => {
            format!("asking it was stopped after {} of {}", count(answered), plural(wanted, "answer", "answers"))
        }
        UnmeasuredKind::Trials { failed, of, lasting, .. } => {
            let again = if lasting { "as they would again" } else { "also when tried again with nothing beside" };
            format!("{} of {} failed, {again}", count(failed), plural(of, "training", "trainings"))
        }
        UnmeasuredKind::Costs => "its latency and memory in use could not be measured".to_owned(),
        UnmeasuredKind::Untried => "not tried".to_owned(),
        UnmeasuredKind::Unscored => "its quality can't be worked out".to_owned(),
    };
    Some(format!("{what}: {}", found.cause.trim_end_matches('.')))
}

/// One sentence for each cause, with all that it happened to.
pub(super) fn told(rows: &[&Row]) -> Vec<String> {
    let mut by_cause: Vec<(String, Vec<&Row>)> = Vec::new();
    for &row in rows {
        let Some(what) = what(row) else { continue };
        match by_cause.iter_mut().find(|(other, _)| *other == what) {
            Some((_, of)) => of.push(row),
            None => by_cause.push((what, vec![row])),
        }
    }
    let more = by_cause.len().saturating_sub(TOLD);
    let mut told: Vec<String> =
        by_cause.iter().take(TOLD).map(|(what, of)| format!("{}: {what}.", names(of))).collect();
    if more > 0 {
        told.push(format!("The table has the {} of the others.", if more == 1 { "cause" } else { "causes" }));
    }
    told
}

fn reasons(rows: &[&Row]) -> String {
    let mut causes: Vec<&str> = rows.iter().filter_map(|row| Some(row.unmeasured.as_ref()?.cause.as_str())).collect();
    causes.dedup();
    causes.join("; ")
}

fn names(rows: &[&Row]) -> String {
    list(&rows.iter().map(|row| row.name.clone()).collect::<Vec<String>>())
}

/// What can be said without them: the best, where the reference was picked for that and is so in the figures shown.
fn known(context: &ReportContext<'_>) -> Option<String> {
    let name = context.findings.verdict.reference.as_deref()?;
    if context.incumbent().is_some() || context.is_overtaken() {
        return None;
    }
    let (value, rows) = context.quality(name)?;
    Some(format!(
        "Of what was measured {name} is the best{}, with {} {value} {rows}; that is no verdict.",
        context.within(),
        context.metric()
    ))
}

/// What to do.
fn advice(context: &ReportContext<'_>, rows: &[&Row]) -> String {
    let kept = "then run the same command again: all that was measured is kept.";
    let them = if rows.len() == 1 { "it" } else { "them" };
    if rows.iter().all(|row| is_out_of_memory(row)) {
        let memory = context.findings.machine.memory;
        let there = memory.map_or_else(String::new, |most| format!(" than the {} of this machine", bytes(most)));
        return format!("Give {them} more memory{there}, or leave {them} out ({}), {kept}", leave_out(context, rows));
    }
    let lasting = |row: &&&Row| matches!(kind(row), Some(UnmeasuredKind::Trials { lasting: true, .. }));
    if rows.iter().any(|row| lasting(&row)) {
        return format!(
            "To have a verdict without what can't be trained, leave it out ({}), {kept}",
            leave_out(context, rows)
        );
    }
    format!("Mend the cause, {kept}")
}

/// The keys of a study that leave candidates out.
fn leave_out(context: &ReportContext<'_>, rows: &[&Row]) -> String {
    // The sizes of these are what is planned, so that a bound on it leaves the measured ones in.
    let grows = |row: &&Row| about(row.family).is_some_and(|about| about.exact_size);
    let smallest = rows.iter().filter_map(|row| row.parameters).min();
    let family = rows.first().map(|row| row.family);
    let measured = &context.findings.analysis.screening.rows;
    let smaller = measured.iter().filter(|row| Some(row.family) == family && row.quality.is_some());
    let most = smaller.filter_map(|row| row.parameters).filter(|size| Some(*size) < smallest).max();
    match most.filter(|_| rows.iter().all(grows)) {
        Some(most) => format!("`largest = \"{most}\"` under [ladder]"),
        None => "`families` and `largest` under [ladder] say what is tried".to_owned(),
    }
}
