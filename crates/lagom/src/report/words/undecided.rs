//! Sentences of the verdict that nothing is decided: why no number of labels decides it, and what to do meanwhile.

use super::teller::Teller;
use super::verdicts::Told;
use crate::report::numbers::plural;
use crate::stats::Needed;
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
    match teller.deciding() {
        Some(test) if needed.at_margin => Some(at_margin(teller, test)),
        _ => (needed.out_of_reach && needed.repeats.is_none()).then(|| out_of_reach(teller)),
    }
}

/// That the difference lies at the margin, so that labels would only tell on which side of a line nobody notices.
fn at_margin(teller: &Teller<'_>, test: &Test) -> String {
    format!(
        "Labels will not decide it: {} is {} by the estimate, and {} is {}. Either choice is defensible. To settle it, say whether a loss of {} matters: a margin of that or more takes {}, one of {} or less keeps {}.",
        test.candidate,
        teller.difference(test.difference.point),
        teller.rule_name(),
        teller.rule(),
        teller.style.size(test.lower),
        test.candidate,
        teller.style.size(test.upper.min(0.0)),
        test.against.as_deref().unwrap_or("the bigger one")
    )
}

/// That it would take more labels than anybody would give.
fn out_of_reach(teller: &Teller<'_>) -> String {
    let rows = plural(teller.findings.analysis.holdout_examples, "row", "rows");
    match teller.deciding() {
        Some(test) if test.kind == TestKind::NonInferiority => format!(
            "Labels will not decide it within reason: it would take more than 20 times the {rows} there are. A margin of {} or more would be met as far as these can tell.",
            teller.style.size(test.lower.min(0.0))
        ),
        _ => format!("Labels will not decide it within reason: it would take more than 20 times the {rows} there are."),
    }
}

/// What to use while nothing is decided.
pub(super) fn meanwhile(teller: &Teller<'_>) -> String {
    let reference = teller.reference();
    match teller.findings.verdict.choice.as_deref() {
        Some(choice) if choice != reference && teller.deciding().is_some() => format!(
            "Meanwhile use {choice}: the smallest that by the estimate keeps within half of {} of {reference}, {}.",
            teller.rule_name(),
            teller.best()
        ),
        Some(choice) if choice != reference => format!("Meanwhile use {choice}, which is shown to beat guessing."),
        _ => format!("Meanwhile {reference}, {}, is the safe choice.", teller.best()),
    }
}
