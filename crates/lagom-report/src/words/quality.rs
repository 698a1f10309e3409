//! What was found of the quality of the data, in plain words.

use serde::Serialize;

use super::cautions::quoted;
use crate::data::quality::{Finding, Issue, Likeness, Limited, Part, Quality, ReviewFound, Severity};
use crate::data::{Measure, ReviewCounts};
use crate::numbers::{count, list, percent, plural, ratio};

/// Columns and classes that are named one by one.
const NAMED: usize = 5;

/// A finding in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// What was found, as a heading.
    pub title: String,
    /// What it means, in a sentence or two.
    pub sentence: String,
    /// What to do about it.
    pub advice: String,
}

impl Said {
    fn new(title: impl Into<String>, sentence: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { title: title.into(), sentence: sentence.into(), advice: advice.into() }
    }
}

/// The word for how grave something is.
#[must_use]
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Grave => "grave",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// A finding in words.
#[must_use]
pub fn finding(finding: &Finding) -> Said {
    match &finding.issue {
        Issue::TellsTarget { .. }
        | Issue::NearlyTells { .. }
        | Issue::RepeatedKey { .. }
        | Issue::FollowsTarget { .. }
        | Issue::SortedByTarget
        | Issue::MissingTells { .. } => leak(finding),
        Issue::Duplicates { .. }
        | Issue::ConflictingTargets { .. }
        | Issue::NearDuplicates { .. }
        | Issue::Overlap { .. } => alike(finding),
        Issue::FarCells { .. } | Issue::LonelyRows { .. } | Issue::Missing { .. } | Issue::MissingTogether { .. } => {
            cells(finding)
        }
        Issue::RareClasses { .. }
        | Issue::Imbalance { .. }
        | Issue::Shift { .. }
        | Issue::ShiftedColumn { .. }
        | Issue::WrongLabels { .. } => whole(finding),
    }
}

/// `3 of 100 rows (3 %)`.
fn of_rows(finding: &Finding) -> String {
    let share = finding.count as f64 / finding.of.max(1) as f64;
    format!("{} of {} ({})", count(finding.count), plural(finding.of, "row", "rows"), percent(share))
}

fn named(names: &[String]) -> String {
    let mut told: Vec<String> = names.iter().take(NAMED).map(|name| quoted(name)).collect();
    if names.len() > NAMED {
        told.push(format!("{} more", count((names.len() - NAMED) as u64)));
    }
    list(&told)
}

fn measure_name(measure: Measure) -> &'static str {
    if measure == Measure::Accuracy { "accuracy" } else { "R²" }
}

/// The answer stands in the inputs.
fn leak(finding: &Finding) -> Said {
    match &finding.issue {
        Issue::TellsTarget { column, measure, score } => {
            let name = measure_name(*measure);
            let shout = if finding.is_shouted() { "THE TARGET IS IN THE INPUTS: " } else { "" };
            Said::new(
                format!("{shout}{} alone tells the target", quoted(column)),
                format!(
                    "It alone predicts the target with {name} {score:.3} on rows that its rule was not made from. If it is known only after the answer is, every figure on these data means nothing."
                ),
                format!(
                    "Leave it out with `ignore = [{column:?}]` under [task], unless it is known when the model is asked."
                ),
            )
        }
        Issue::RepeatedKey { column, keys } => Said::new(
            format!("{} says which rows are of the same thing", quoted(column)),
            format!(
                "{} have {} values: a model that recognises one looks better than it is on a new one.",
                plural(finding.count, "row", "rows"),
                count(*keys)
            ),
            format!("If the model is to serve new ones, set `group = {column:?}` under [task]."),
        ),
        Issue::FollowsTarget { column, levels } => Said::new(
            format!("{} follows from the target", quoted(column)),
            format!(
                "It has one of its {} values in each class, as a coarser name of the class has: it may be derived from the target.",
                count(*levels)
            ),
            format!(
                "Leave it out with `ignore = [{column:?}]` under [task], unless it is known when the model is asked."
            ),
        ),
        Issue::NearlyTells { column, measure, score } => Said::new(
            format!("{} alone nearly tells the target", quoted(column)),
            format!(
                "It alone predicts the target with {} {score:.3} on rows that its rule was not made from. A good input does, and so does a noisy copy of the target, or what is filled in after the answer.",
                measure_name(*measure)
            ),
            "If it is known when the model is asked, a rule on it may be all the model that is needed; if not, leave it out.",
        ),
        Issue::MissingTells { column, strength } => Said::new(
            format!("whether {} is missing tells of the target", quoted(column)),
            format!(
                "It is missing in {}, and those have other targets than the rest (strength {strength:.2} of 1). So it is with what is filled in only after the answer is known.",
                of_rows(finding)
            ),
            "Find out when the column is filled in; if after the answer, leave it out.",
        ),
        _ => Said::new(
            "the rows are in the order of the target",
            "Rows that stand beside each other have the same target. That harms no random split, but a column that counts the rows would tell the target, and the first rows alone are no sample.",
            "If the order is that of time, set `time` under [task]; never take the first rows for a sample.",
        ),
    }
}

/// Rows that are the same, or nearly so.
fn alike(finding: &Finding) -> Said {
    match &finding.issue {
        Issue::Duplicates { groups } => Said::new(
            "copies of rows",
            format!(
                "{} have the same inputs as a row before them ({}).",
                of_rows(finding),
                plural(*groups, "set of copies", "sets of copies")
            ),
            "Remove them if they were not meant. `lagom check` says whether splits keep them on one side.",
        ),
        Issue::ConflictingTargets { groups, minority } => Said::new(
            "the same inputs with different targets",
            format!(
                "{} share their inputs with a row of another target ({}). A model answers equal inputs alike, so {} will be wrong whatever it is.",
                of_rows(finding),
                plural(*groups, "set of equal inputs", "sets of equal inputs"),
                plural(*minority, "row", "rows")
            ),
            "Look at them: either a target is wrong, or the inputs lack what tells them apart.",
        ),
        Issue::NearDuplicates { likeness, groups, other_target } => {
            let how = match likeness {
                Likeness::Pieces(share) => {
                    format!("share {} of their pieces or more with a row before them", percent(*share))
                }
                Likeness::Distance(times) => {
                    format!("lie within {times} times the usual distance of a row before them")
                }
            };
            let other = match other_target {
                0 => String::new(),
                other => format!(
                    " {} another target.",
                    if *other == 1 { "1 has".to_owned() } else { format!("{} have", count(*other)) }
                ),
            };
            Said::new(
                "rows that are nearly the same",
                format!("{} {how} ({}).{other}", of_rows(finding), plural(*groups, "group", "groups")),
                "They may stand on both sides of a split and flatter models that memorise; remove them if they were not meant.",
            )
        }
        _ => {
            let exact = matches!(finding.issue, Issue::Overlap { exact: true });
            let (nearly, head) = if exact { ("", "the same") } else { ("nearly ", "nearly the same") };
            Said::new(
                format!("rows of the holdout that are {head} as rows to train on"),
                format!(
                    "{} of the holdout have {nearly}the same inputs as a row to train on: this flatters models that memorise.",
                    of_rows(finding)
                ),
                "Take them out of one of the two sides.",
            )
        }
    }
}

/// Cells.
fn cells(finding: &Finding) -> Said {
    match &finding.issue {
        Issue::FarCells { column, farthest, deviations, code } => {
            let what = match code {
                Some(code) => format!(" Most of them are {code}, which may stand for a missing one."),
                None => format!(" The farthest is {farthest}, {} times the usual spread away.", ratio(*deviations)),
            };
            Said::new(
                format!("cells of {} far from all others", quoted(column)),
                format!("They stand in {}.{what}", of_rows(finding)),
                match code {
                    Some(code) => format!("If it means missing, say so with `missing = [\"{code}\"]` under [task]."),
                    None => "Look whether they are right.".to_owned(),
                },
            )
        }
        Issue::LonelyRows { times } => Said::new(
            "rows far from every other row",
            format!(
                "{} lie more than 5 times as far from their nearest row as rows do in the median, up to {} times.",
                of_rows(finding),
                ratio(*times)
            ),
            "Look whether they belong to the data.",
        ),
        Issue::MissingTogether { columns } => Said::new(
            "columns that are missing together",
            format!("{} are missing in the same {}.", named(columns), plural(finding.count, "row", "rows")),
            "They may come from one source that some rows lack: find out which rows those are.",
        ),
        Issue::Missing { column } => Said::new(
            format!("missing cells of {}", quoted(column)),
            format!("It is missing in {}.", of_rows(finding)),
            "Nothing has to be done: models are trained with missing cells.",
        ),
        _ => Said::new("", "", ""),
    }
}

/// Classes, labels and the holdout as a whole.
fn whole(finding: &Finding) -> Said {
    match &finding.issue {
        Issue::RareClasses { classes } => Said::new(
            "classes with too few rows",
            format!(
                "{} of classes that have fewer than 10: {}. Some part of some split has none of them.",
                plural(finding.count, "row is", "rows are"),
                named(classes)
            ),
            "Collect more rows of these classes, or join them with others.",
        ),
        Issue::Imbalance { commonest, rarest, times } => Said::new(
            "uneven classes",
            format!(
                "{} has {} times as many rows as {} ({}).",
                quoted(commonest),
                ratio(*times),
                quoted(rarest),
                plural(finding.count, "row", "rows")
            ),
            "Accuracy says little of the rare class here: auc or macro-f1 say more.",
        ),
        Issue::Shift { auc, low, high } => Said::new(
            "the holdout is not like the rows to train on",
            format!(
                "A model tells rows of the two apart with an area under the curve of {auc:.2} (95 %: {low:.2} to {high:.2}; 0.5 would be not at all)."
            ),
            "Quality on the holdout is that on other rows than a model learns from: find out how the two were collected.",
        ),
        Issue::ShiftedColumn { column, distance } => Said::new(
            format!("{} is distributed otherwise in the holdout", quoted(column)),
            format!("Up to {} of the rows would have to change for the two sides to be alike.", percent(*distance)),
            "Find out how the two were collected.",
        ),
        Issue::WrongLabels { noise } => Said::new(
            "labels that are likely wrong",
            match noise {
                Some(noise) => format!(
                    "Models that have not seen them find another label more likely in {}; by estimate {} of all labels are wrong, unless the inputs do not tell the class.",
                    of_rows(finding),
                    percent((noise * 1_000.0).round() / 1_000.0)
                ),
                None => format!(
                    "Models that have not seen them find another label more likely in {}. The models are weak: most of these may be their own mistakes.",
                    of_rows(finding)
                ),
            },
            "Go through suspects.csv, the worst first, and write the right label into its last column: named by `reviewed` under [task], it is what models are judged by, and may be trained on. Of such suspects in ten known sets about half were truly wrong (Northcutt and others, 2021).",
        ),
        _ => Said::new("", "", ""),
    }
}

/// What no model can honestly pass, one sentence a bound; says which is exact and which an estimate.
#[must_use]
pub fn ceiling(quality: &Quality) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(equal) = quality.ceiling.equal_inputs.filter(|equal| equal.wrong > 0) {
        told.push(format!(
            "No model can have more than {} of these labels right (accuracy), since it answers equal inputs alike: {} of {} with the same inputs as another have a label that most of their copies do not have. This is exact, for these rows.",
            just_below_one(equal.accuracy),
            count(equal.wrong),
            plural(equal.repeated, "row", "rows")
        ));
    }
    if let Some(wrong) = &quality.ceiling.wrong_labels {
        told.push(format!(
            "A model that is always right would have about {:.3} of the labels right (accuracy), by the estimated share of wrong ones. Take it for a hint, not for a bound: the model that the estimate rests on takes some hard rows for wrong labels, which makes it too low, and learns wrong labels that follow a rule, which makes it too high.",
            wrong.accuracy
        ));
    }
    if !told.is_empty() {
        told.push("For other metrics than accuracy the ceiling is not worked out.".to_owned());
    }
    told
}

/// A share near 1 with two digits of what it lacks: `0.9987`.
fn just_below_one(share: f64) -> String {
    let decimals = (-(1.0 - share).max(1e-9).log10()).ceil().clamp(1.0, 9.0) as usize + 1;
    format!("{share:.decimals$}")
}

/// What is said where nothing was found.
#[must_use]
pub fn nothing(quality: &Quality) -> &'static str {
    match quality.reviewed {
        Some(_) => "Beside what was reviewed nothing was found that is worth a word.",
        None => "Nothing was found that is worth a word.",
    }
}

/// How labels were checked, or why not; what was looked at in part.
#[must_use]
pub fn how(quality: &Quality) -> Vec<String> {
    let mut told: Vec<String> =
        quality.reviewed.as_ref().map(|found| reviewed(found, quality.rows)).into_iter().collect();
    if let Some(checked) = &quality.checked {
        told.push(format!(
            "Labels were checked by `{}`, trained on {} of every {} parts and asked about the other one: it gives {} of {} the label they have (guessing: {}).",
            checked.model,
            checked.folds.saturating_sub(1),
            checked.folds,
            percent(checked.accuracy),
            plural(checked.rows, "row", "rows"),
            percent(checked.guessing)
        ));
        if checked.is_weak() {
            told.push(
                "That is too little for an estimate of the share of wrong labels, and so for a ceiling by them."
                    .to_owned(),
            );
        }
        if !checked.left_out.is_empty() {
            told.push(format!("Classes with too few rows to be judged: {}.", named(&checked.left_out)));
        }
    }
    told.extend(quality.unchecked.as_ref().map(|why| format!("Labels were not checked: {why}.")));
    if let Some(auc) =
        quality.told_apart.filter(|_| !quality.findings.iter().any(|one| matches!(one.issue, Issue::Shift { .. })))
    {
        told.push(format!("Rows of the holdout are like those to train on: a model tells them apart with an area under the curve of {auc:.2}."));
    }
    told.extend(quality.limited.iter().map(limited));
    told
}

/// What a person found of labels, and what that says of the others: it says something only where the rows were drawn at random.
/// `rows_open` are those to train and validate on.
fn reviewed(found: &ReviewFound, rows_open: u64) -> String {
    let ReviewCounts { rows, changed, of } = found.counts;
    let part = |share: f64| percent((share * 1_000.0).round() / 1_000.0);
    let sealed = if rows_open < of { ", sealed rows among them" } else { "" };
    let told = if found.counts.is_whole() {
        let share = part(changed as f64 / rows.max(1) as f64);
        format!(
            "Somebody has reviewed all {}{sealed}: {} ({share}) changed.",
            plural(rows, "label", "labels"),
            count(changed)
        )
    } else {
        let all = plural(of, "label", "labels");
        format!("Somebody has reviewed {} of {all}{sealed}: {} changed.", count(rows), count(changed))
    };
    let others = match (&found.if_random, found.suspects) {
        (Some(share), _) => format!(
            " If these rows were drawn at random, {} to {} of all labels would change ({}); of rows that somebody picked nothing follows for the others.",
            percent((share.low * 1_000.0).floor() / 1_000.0),
            percent((share.high * 1_000.0).ceil() / 1_000.0),
            percent(share.confidence)
        ),
        (None, Some(suspects)) if !found.counts.is_whole() => format!(
            " Models would suspect {} of these, more than of random rows: so nothing follows for the others.",
            count(suspects)
        ),
        (None, _) => String::new(),
    };
    format!(
        "{told}{others} What is said here of wrong labels is about those given, and gives no ceiling: models are judged by the reviewed ones."
    )
}

fn limited(limited: &Limited) -> String {
    let what = match limited.part {
        Part::Texts => "texts were compared with each other",
        Part::Rows => "rows were compared with each other",
        Part::Labels => "labels were checked",
        Part::Samples => "rows were told apart as training or holdout",
    };
    let which = if limited.part == Part::Labels {
        "those of classes with enough rows, evenly spaced where they are many"
    } else {
        "evenly spaced ones"
    };
    format!("{} of {} {what}: {which}.", count(limited.rows), count(limited.of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::quality::{Ceiling, ChangedShare, EqualInputs};

    #[test]
    fn a_column_that_tells_the_target_in_every_row_is_shouted() {
        let issue = |score| Issue::TellsTarget { column: "again".into(), measure: Measure::Accuracy, score };
        let told = finding(&Finding::of_rows(issue(1.0), Severity::Grave, (100, 100)));
        assert_eq!(told.title, "THE TARGET IS IN THE INPUTS: `again` alone tells the target");
        let told = finding(&Finding::of_rows(issue(0.995), Severity::Grave, (100, 100)));
        assert_eq!(told.title, "`again` alone tells the target");
    }

    #[test]
    fn every_issue_has_words() {
        let column = || "c".to_owned();
        let issues = [
            Issue::RepeatedKey { column: column(), keys: 3 },
            Issue::FollowsTarget { column: column(), levels: 3 },
            Issue::SortedByTarget,
            Issue::Duplicates { groups: 1 },
            Issue::ConflictingTargets { groups: 1, minority: 1 },
            Issue::NearDuplicates { likeness: Likeness::Pieces(0.8), groups: 1, other_target: 1 },
            Issue::NearDuplicates { likeness: Likeness::Distance(0.13), groups: 1, other_target: 0 },
            Issue::Overlap { exact: true },
            Issue::Overlap { exact: false },
            Issue::FarCells { column: column(), farthest: 9.0, deviations: 40.0, code: Some(-999.0) },
            Issue::FarCells { column: column(), farthest: 9.0, deviations: 40.0, code: None },
            Issue::LonelyRows { times: 7.0 },
            Issue::Missing { column: column() },
            Issue::MissingTogether { columns: vec![column(), column()] },
            Issue::NearlyTells { column: column(), measure: Measure::R2, score: 0.992 },
            Issue::MissingTells { column: column(), strength: 0.5 },
            Issue::RareClasses { classes: vec![column()] },
            Issue::Imbalance { commonest: column(), rarest: "d".into(), times: 12.0 },
            Issue::Shift { auc: 0.7, low: 0.6, high: 0.8 },
            Issue::ShiftedColumn { column: column(), distance: 0.4 },
            Issue::WrongLabels { noise: Some(0.1) },
            Issue::WrongLabels { noise: None },
        ];
        for issue in issues {
            let told = finding(&Finding::of_rows(issue.clone(), Severity::Info, (3, 100)));
            for text in [&told.title, &told.sentence, &told.advice] {
                assert!(text.len() > 10, "{issue:?}: {told:?}");
            }
        }
    }

    #[test]
    fn of_reviewed_labels_nothing_is_said_of_others_unless_they_may_be_random() {
        let counts = ReviewCounts { rows: 240, changed: 61, of: 2_045 };
        let share = ChangedShare { low: 0.203_1, high: 0.312_6, confidence: 0.95 };
        let told =
            |found: ReviewFound| how(&Quality { reviewed: Some(found), rows: 2_045, ..Quality::default() })[0].clone();
        let random = told(ReviewFound { counts, suspects: Some(20), if_random: Some(share) });
        assert!(random.starts_with("Somebody has reviewed 240 of 2,045 labels: 61 changed. If these rows were drawn at random, 20.3 % to 31.3 % of all labels would change (95 %);"), "{random}");
        let picked = told(ReviewFound { counts, suspects: Some(239), if_random: None });
        assert!(picked.contains("Models would suspect 239 of these") && !picked.contains('%'), "{picked}");
        let counted = told(ReviewFound { counts, suspects: None, if_random: None });
        assert_eq!(
            counted,
            "Somebody has reviewed 240 of 2,045 labels: 61 changed. What is said here of wrong labels is about those given, and gives no ceiling: models are judged by the reviewed ones."
        );
        let whole = ReviewCounts { rows: 2_045, changed: 1_017, of: 2_045 };
        let whole = told(ReviewFound { counts: whole, suspects: Some(300), if_random: None });
        let part = ReviewFound { counts, suspects: None, if_random: None };
        let part = how(&Quality { reviewed: Some(part), rows: 1_636, ..Quality::default() })[0].clone();
        assert!(
            part.starts_with("Somebody has reviewed 240 of 2,045 labels, sealed rows among them: 61 changed."),
            "{part}"
        );
        // 1,017 of 2,045 are 49.73 %.
        assert!(whole.starts_with("Somebody has reviewed all 2,045 labels: 1,017 (49.7 %) changed. What"), "{whole}");
    }

    #[test]
    fn the_ceiling_says_which_bound_is_exact() {
        let equal = EqualInputs { accuracy: 0.998_7, wrong: 13, repeated: 40, rows: 10_000 };
        let ceiling = Ceiling { equal_inputs: Some(equal), wrong_labels: None };
        let told = super::ceiling(&Quality { ceiling, ..Quality::default() });
        assert!(
            told[0].contains("more than 0.9987 of") && told[0].contains("exact") && told[1].contains("not worked out")
        );
        assert!(super::ceiling(&Quality::default()).is_empty());
        // 1 of 26,049 rows: it lacks 0.000038.
        assert_eq!((just_below_one(1.0 - 1.0 / 26_049.0), just_below_one(0.75)), ("0.999962".into(), "0.75".into()));
    }
}
