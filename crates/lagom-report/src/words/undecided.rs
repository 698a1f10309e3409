//! Sentences of the verdict that nothing is decided: what is open, why no number of labels decides it, and what to do meanwhile.

use super::staircase;
use super::teller::Teller;
use super::verdicts::{Told, missing, open_question};
use crate::numbers::plural;
use crate::stats::Needed;
use crate::study::Rule;
use crate::verdict::{Test, TestKind};

/// The headline: whether more could decide it at all.
pub(super) fn headline(teller: &Teller<'_>) -> String {
    match &teller.findings.verdict.needed {
        Some(needed) if needed.at_margin => format!("Too close to {} to call.", teller.rule_name()),
        _ => "Can't tell yet.".to_owned(),
    }
}

/// That another candidate than the reference is the best on the rows of the verdict, by more than the margin; none where that is not
/// what is open.
pub(super) fn outdone(teller: &Teller<'_>) -> Option<Told> {
    let found = teller.findings.verdict.outdone.as_ref()?;
    let (candidate, by, reference) = (&found.candidate, &found.by, teller.reference());
    let first = format!(
        "{candidate} does the job of {reference}, which looked best on validation rows. But on the rows of the verdict {by} is {} better than {candidate}, and {} is {}: which model is the best is not known well enough.",
        teller.style.size(found.difference),
        teller.rule_name(),
        teller.rule()
    );
    let mend = format!(
        "More rows or more `repeats` under [trials] would tell; or name the model that you would use otherwise: `lagom verdict --incumbent {by}` asks about that one."
    );
    let meanwhile = format!("Meanwhile {by} is the safe choice.");
    Some(("Can't tell yet.".to_owned(), vec![first, mend, meanwhile]))
}

/// What is open, and what would decide it; `compared` comes behind the question.
pub(super) fn open(teller: &Teller<'_>, compared: Option<String>) -> Vec<String> {
    let mut sentences: Vec<String> = unseen(teller).into_iter().chain(unconfirmed(teller)).collect();
    let test = teller.deciding();
    sentences.extend(test.map(|test| open_question(teller, test)).into_iter().chain(compared));
    if test.is_some_and(awaits_growth) {
        sentences.push("How the two grow with the rows is not measured under these terms; run the study with them to have that done.".to_owned());
        return sentences;
    }
    sentences.extend(staircase::sentence(teller));
    sentences.extend(teller.findings.verdict.needed.as_ref().map(|needed| missing(teller, needed)));
    sentences
}

/// Why there is no test that could have decided; none where there is one.
fn unseen(teller: &Teller<'_>) -> Option<String> {
    let findings = teller.findings;
    if !findings.analysis.screening.learned {
        return Some("No model is shown to beat guessing, and these rows could hardly have shown it: too few are of the rarer class, there are too few repeats, or answers are missing.".to_owned());
    }
    (findings.verdict.carried_by.is_none() && findings.verdict.needed.is_none())
        .then(|| "The tests could not be worked out on the rows of the verdict.".to_owned())
}

/// Whether a test would decide, were it not for want of its growth with the rows.
pub(super) fn awaits_growth(test: &Test) -> bool {
    test.carried.as_ref().is_some_and(|carried| carried.awaits_growth)
}

/// What a test shows as measured, where nothing is claimed before its growth with the rows is known.
pub(super) fn as_measured(teller: &Teller<'_>, test: &Test, against: &str) -> String {
    let name = &test.candidate;
    if test.upper < 0.0 {
        return format!("As measured, {name} is {} than {against}.", teller.at_best(test.upper));
    }
    format!(
        "As measured, {name} may stand in for {against}: it is {}, and {} is {}.",
        teller.at_worst(test.lower),
        teller.rule_name(),
        teller.rule()
    )
}

/// That the sealed rows do not confirm that anything was learned; none where that is not what is open.
pub(super) fn unconfirmed(teller: &Teller<'_>) -> Option<String> {
    let test = teller.carrier().filter(|test| test.kind == TestKind::Learned)?;
    let sealed = if teller.cross_fitted() { "the rows it had not seen".to_owned() } else { "the holdout".to_owned() };
    let title = super::tests_told::score(teller, test);
    Some(format!(
        "{} beats guessing on the validation rows, but {sealed} can't confirm it: in {title} it is {} there.",
        test.candidate,
        super::tests_told::against_guessing(teller, test)
    ))
}

/// Why no number of labels or repeats is named; none where one is.
pub(super) fn never(teller: &Teller<'_>, needed: &Needed) -> Option<String> {
    let terms = &teller.findings.terms;
    if let Rule::Bar(bar) = terms.rule
        && terms.metric.orient(bar) >= terms.metric.oriented_range().1
    {
        let (rule, metric) = (teller.rule(), teller.metric());
        return Some(format!(
            "No number of rows can show that: {rule} is the best {metric} there is, and there may always be a mistake not yet seen. Set a bar that leaves room for some."
        ));
    }
    match teller.deciding() {
        Some(test) if needed.at_margin => Some(at_margin(teller, test)),
        _ => (needed.out_of_reach && needed.repeats.is_none()).then(|| out_of_reach(teller)),
    }
}

/// That the difference lies at the margin, so that labels would only tell on which side of a line nobody notices.
fn at_margin(teller: &Teller<'_>, test: &Test) -> String {
    // Which margins take the smaller one is the staircase's to say, whose bounds hold for any.
    let least = teller.style.floor(-test.upper);
    let grown = test.carried.as_ref().is_none_or(|carried| carried.growth.is_some());
    let keeps = test.against.as_deref().filter(|_| grown && least > 0.0 && test.candidate != teller.reference());
    let keeps = keeps.map(|other| format!(": one of less than {} keeps {other}", teller.style.value(least)));
    format!(
        "Labels will not decide it: {} is {} by the estimate, and {} is {}. Either choice is defensible. To settle it, name the margin that says whether such a loss matters{}.",
        test.candidate,
        teller.difference(test.difference.point),
        teller.rule_name(),
        teller.rule(),
        keeps.unwrap_or_default()
    )
}

/// That it would take more labels than anybody would give.
fn out_of_reach(teller: &Teller<'_>) -> String {
    let rows = plural(teller.findings.analysis.holdout_examples, "row", "rows");
    format!("Labels will not decide it within reason: it would take more than 20 times the {rows} there are.")
}

/// Whether a candidate was shown to beat guessing on the rows of the verdict, where that was what there was to decide.
fn is_shown(teller: &Teller<'_>, name: &str) -> bool {
    let tests = &teller.findings.analysis.tests;
    teller.deciding().is_none()
        && tests.iter().any(|test| test.kind == TestKind::Learned && test.passed && test.candidate == name)
}

/// What to use while nothing is decided.
pub(super) fn meanwhile(teller: &Teller<'_>) -> String {
    let reference = teller.reference();
    if !teller.findings.analysis.screening.learned {
        return format!("Meanwhile nothing says that {reference} is better than guessing.");
    }
    match teller.findings.verdict.choice.as_deref() {
        Some(choice) if choice != reference && !is_shown(teller, choice) => format!(
            "Meanwhile use {choice}: the smallest that by the estimate keeps within half of {} (or one standard error) of {reference}, {}.",
            teller.rule_name(),
            teller.best()
        ),
        Some(choice) if choice != reference => format!("Meanwhile use {choice}, which is shown to beat guessing."),
        _ => format!("Meanwhile {reference}, {}, is the safe choice.", teller.best()),
    }
}
