//! That models are judged by labels that a person has reviewed, and what else there is to know of it.

use super::context::ReportContext;
use crate::candidate::takes_reviewed;
use crate::data::ReviewCounts;
use crate::numbers::{count, list, plural};
use crate::study::{LeverValue, Setting, TaskKind};

/// What was reviewed, as a noun: labels of classes, else numbers.
pub(crate) fn noun(task: TaskKind, rows: u64) -> &'static str {
    match (task == TaskKind::Regression, rows == 1) {
        (false, true) => "label",
        (false, false) => "labels",
        (true, true) => "number",
        (true, false) => "numbers",
    }
}

/// What judges and what trains; none where nobody has reviewed anything.
pub(super) fn tell(context: &ReportContext<'_>) -> Option<String> {
    let findings = context.findings;
    let data = &findings.data;
    let counts = data.reviewed.as_ref()?;
    let recipe = &findings.study.recipe;
    let changed: Vec<String> = recipe.iter().filter(|one| changes_targets(one)).map(|one| format!("`{one}`")).collect();
    let changed =
        if changed.is_empty() { String::new() } else { format!(", changed by {} under [recipe]", list(&changed)) };
    let trained = match (recipe.iter().any(takes_reviewed), findings.levers.is_some()) {
        (true, _) => format!("Models are trained on them, too{changed}."),
        (false, true) => format!("The plain recipe is trained on what was given{changed}."),
        (false, false) => format!(
            "Models are trained on what was given{changed}: `lagom levers` says what training on the reviewed ones brings."
        ),
    };
    let holdout = if data.given { " Those of the holdout file are taken as they stand." } else { "" };
    Some(format!("{}{holdout} {trained}", judged(counts, data.task)))
}

/// Whether a setting of a study leaves out training rows for their target, or changes it, without a person's word.
fn changes_targets(setting: &Setting) -> bool {
    let is_on = setting.value != LeverValue::Switch(false) && setting.value != LeverValue::Number(0.0);
    is_on
        && ["cleaning", "shuffled-labels", "label-noise"].contains(&setting.lever.as_str())
        && !takes_reviewed(setting)
}

/// `Judged by 2,045 reviewed labels, 1,017 of which differ from those given.`
fn judged(counts: &ReviewCounts, task: TaskKind) -> String {
    let differ = match counts.changed {
        0 => "none of which differs from that given".to_owned(),
        1 => "1 of which differs from that given".to_owned(),
        changed => format!("{} of which differ from those given", count(changed)),
    };
    let whole = format!("Judged by {} reviewed {}, {differ}", count(counts.rows), noun(task, counts.rows));
    let left = counts.of.saturating_sub(counts.rows);
    match (left, task) {
        (0, _) => format!("{whole}."),
        (left, TaskKind::Regression) => format!("{whole}, and the other {} as given.", plural(left, "row", "rows")),
        (left, _) => format!(
            "{whole}, and the other {} as given. If only suspects were reviewed, figures favour models like those that suspected them.",
            plural(left, "row", "rows")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_change_targets_without_a_person_are_named() {
        let word = |word: &str| Setting::of("cleaning", LeverValue::Word(word.to_owned()));
        let all = [
            (word("relabel"), true),
            (word("drop"), true),
            (word("reviewed"), false),
            (Setting::of("shuffled-labels", LeverValue::Switch(true)), true),
            (Setting::of("shuffled-labels", LeverValue::Switch(false)), false),
            (Setting::of("label-noise", LeverValue::Number(0.2)), true),
            (Setting::of("dropout", LeverValue::Number(0.2)), false),
        ];
        for (setting, changes) in all {
            assert_eq!(changes_targets(&setting), changes, "{setting}");
        }
    }

    #[test]
    fn the_sentence_counts_what_was_reviewed_and_what_was_not() {
        let of = |rows, changed| judged(&ReviewCounts { rows, changed, of: 2_045 }, TaskKind::TextClassification);
        assert_eq!(of(2_045, 1_017), "Judged by 2,045 reviewed labels, 1,017 of which differ from those given.");
        assert_eq!(
            of(240, 1),
            "Judged by 240 reviewed labels, 1 of which differs from that given, and the other 1,805 rows as given. If only suspects were reviewed, figures favour models like those that suspected them."
        );
        let numbers = judged(&ReviewCounts { rows: 1, changed: 0, of: 2 }, TaskKind::Regression);
        assert_eq!(
            numbers,
            "Judged by 1 reviewed number, none of which differs from that given, and the other 1 row as given."
        );
    }
}
