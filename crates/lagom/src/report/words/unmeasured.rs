//! What was not measured, in words: the cause stands in the headline.

use super::teller::Teller;
use super::verdicts::Told;
use crate::report::numbers::{count, list, percent, plural};
use crate::verdict::{CallFacts, Row, UnmeasuredKind};

/// The headline and the sentences where no verdict is possible since a candidate was not measured; none where that is
/// not the reason.
pub(super) fn tell(teller: &Teller<'_>) -> Option<Told> {
    let verdict = &teller.findings.verdict;
    let rows: Vec<&Row> = verdict.unmeasured.iter().filter_map(|name| teller.row(name)).collect();
    let first = rows.first()?;
    let out_of_memory = |row: &&&Row| {
        matches!(row.unmeasured.as_ref().map(|one| one.kind), Some(UnmeasuredKind::Trials { memory: true, .. }))
    };
    let why = if rows.iter().filter(out_of_memory).count() == rows.len() {
        "ran out of memory"
    } else {
        "could not be measured"
    };
    let headline = match rows.as_slice() {
        [_] => format!("Can't tell: {} {why}.", first.name),
        [_, second] => format!("Can't tell: {} and {} {why}.", first.name, second.name),
        several => {
            format!("Can't tell: {} and {} other candidates {why}.", first.name, count(several.len() as u64 - 1))
        }
    };
    let mut sentences: Vec<String> = rows.iter().filter_map(|row| cause(row)).collect();
    let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    sentences.push(format!(
        "What was not measured says nothing of how good it is, so no answer rests on {} or against {}.",
        list(&names),
        if names.len() == 1 { "it" } else { "them" }
    ));
    sentences.push("Mend the cause and run the same command again: all that was measured is kept.".to_owned());
    Some((headline, sentences))
}

/// Refusals that are so many that a reader has to know what they count as.
pub(super) fn refusals(teller: &Teller<'_>) -> Vec<String> {
    let share = |calls: &CallFacts| calls.problems.refused as f64 / calls.answered.max(1) as f64;
    let told = |(row, calls): (&Row, &CallFacts)| {
        let counted = if calls.refusals_left_out {
            "such rows are left out"
        } else {
            "that counts as wrong (refusals = \"leave-out\" under [prompt] leaves such rows out)"
        };
        format!("{} or its provider refused {} of the questions: {counted}.", row.name, percent(share(calls)))
    };
    super::asking::called(teller).into_iter().filter(|(_, calls)| share(calls) > NOTABLE).map(told).collect()
}

/// Refusals above this share are told in a sentence: as many as may be missing.
const NOTABLE: f64 = crate::study::Budget::MISSING;

/// What is missing of one candidate, and why: `llm: 24 of 300 answers are missing (8 %): …`.
pub(super) fn cause(row: &Row) -> Option<String> {
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
        UnmeasuredKind::Trials { failed, of, .. } => {
            format!("{} of {} failed, also when tried again", count(failed), plural(of, "training", "trainings"))
        }
    };
    Some(format!("{}: {what}: {}.", row.name, found.cause.trim_end_matches('.')))
}
