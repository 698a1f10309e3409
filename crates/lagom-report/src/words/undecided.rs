//! Sentences of the verdict that nothing is decided: what is open, why no number of labels decides it, and what to do meanwhile.

use super::context::{ReportContext, Told};
use super::staircase;
use crate::numbers::{about, count, plural};
use crate::stats::Needed;
use crate::study::{Rule, Trials};
use crate::verdict::{Test, TestKind};

/// The headline: whether more could decide it at all.
pub(super) fn headline(context: &ReportContext<'_>) -> String {
    match &context.findings.verdict.needed {
        Some(needed) if needed.at_margin => format!("Too close to {} to call.", context.rule_name()),
        _ => "Can't tell yet.".to_owned(),
    }
}

/// That another candidate than the reference is the best on the rows of the verdict, by more than the margin; none where that is not
/// what is open.
pub(super) fn outdone(context: &ReportContext<'_>) -> Option<Told> {
    let found = context.findings.verdict.outdone.as_ref()?;
    let (candidate, by, reference) = (&found.candidate, &found.by, context.reference());
    let first = format!(
        "{candidate} does the job of {reference}, which looked best on validation rows. But on the rows of the verdict {by} is {} better than {candidate}, and {} is {}: which model is the best is not known well enough.",
        context.style.size(found.difference),
        context.rule_name(),
        context.rule()
    );
    let mend = format!(
        "More rows or more `repeats` under [trials] would tell; or name the model that you would use otherwise: `lagom verdict --incumbent {by}` asks about that one."
    );
    let meanwhile = format!("Meanwhile {by} is the safe choice.");
    Some(("Can't tell yet.".to_owned(), vec![first, mend, meanwhile]))
}

/// What is open, and what would decide it; `compared` comes behind the question.
pub(super) fn open(context: &ReportContext<'_>, compared: Option<String>) -> Vec<String> {
    let mut sentences: Vec<String> = unseen(context).into_iter().chain(unconfirmed(context)).collect();
    let test = context.deciding();
    sentences.extend(test.map(|test| open_question(context, test)).into_iter().chain(compared));
    if test.is_some_and(awaits_growth) {
        sentences.push("How the two grow with the rows is not measured under these terms; run the study with them to have that done.".to_owned());
        return sentences;
    }
    sentences.extend(staircase::sentence(context));
    let needed = context.findings.verdict.needed.as_ref();
    sentences.extend(match test.and_then(|test| grown_apart(context, test)) {
        Some(grown) => Some(grown),
        None => needed.map(|needed| missing(context, needed)),
    });
    sentences
}

/// Why there is no test that could have decided; none where there is one.
fn unseen(context: &ReportContext<'_>) -> Option<String> {
    let findings = context.findings;
    if !findings.analysis.screening.learned {
        let cut = super::cut::cause(context).map_or_else(String::new, |cut| format!(" Or {cut}."));
        return Some(format!(
            "No model is shown to beat guessing, and what was measured could hardly have shown it: there are too few repeats, too few rows (of the rarer class, where there are two), or answers are missing.{cut}"
        ));
    }
    (findings.verdict.carried_by.is_none() && findings.verdict.needed.is_none())
        .then(|| "The tests could not be worked out on the rows of the verdict.".to_owned())
}

/// Whether a test would decide, were it not for want of its growth with the rows.
pub(super) fn awaits_growth(test: &Test) -> bool {
    test.carried.as_ref().is_some_and(|carried| carried.awaits_growth)
}

/// What a test shows as measured, where nothing is claimed before its growth with the rows is known.
pub(super) fn as_measured(context: &ReportContext<'_>, test: &Test, against: &str) -> String {
    let name = &test.candidate;
    if test.upper < 0.0 {
        return format!("As measured, {name} is {} than {against}.", context.at_best(test.upper));
    }
    format!(
        "As measured, {name} may stand in for {against}: it is {}, and {} is {}.",
        context.at_worst(test.lower),
        context.rule_name(),
        context.rule()
    )
}

/// That the sealed rows do not confirm that anything was learned; none where that is not what is open.
pub(super) fn unconfirmed(context: &ReportContext<'_>) -> Option<String> {
    let test = context.carrier().filter(|test| test.kind == TestKind::Learned)?;
    let sealed = if context.cross_fitted() { "the rows it had not seen".to_owned() } else { "the holdout".to_owned() };
    let title = super::tests_told::score(context, test);
    Some(format!(
        "{} beats guessing on the validation rows, but {sealed} can't confirm it: in {title} it is {} there.",
        test.candidate,
        super::tests_told::against_guessing(context, test)
    ))
}

/// Why no number of labels or repeats is named; none where one is.
pub(super) fn never(context: &ReportContext<'_>, needed: &Needed) -> Option<String> {
    let terms = &context.findings.terms;
    if let Rule::Bar(bar) = terms.rule
        && terms.metric.orient(bar) >= terms.metric.oriented_range().1
    {
        let (rule, metric) = (context.rule(), context.metric());
        return Some(format!(
            "No number of rows can show that: {rule} is the best {metric} there is, and there may always be a mistake not yet seen. Set a bar that leaves room for some."
        ));
    }
    match context.deciding() {
        Some(test) if needed.at_margin => Some(at_margin(context, test)),
        _ => (needed.out_of_reach && needed.repeats.is_none()).then(|| out_of_reach(context)),
    }
}

/// That the difference lies at the margin, so that labels would only tell on which side of a line nobody notices.
fn at_margin(context: &ReportContext<'_>, test: &Test) -> String {
    // Which margins take the smaller one is the staircase's to say, whose bounds hold for any.
    let least = context.style.floor(-test.upper);
    let grown = test.carried.as_ref().is_none_or(|carried| carried.growth.is_some());
    let keeps = test.against.as_deref().filter(|_| grown && least > 0.0 && test.candidate != context.reference());
    let keeps = keeps.map(|other| format!(": one of less than {} keeps {other}", context.style.value(least)));
    format!(
        "{} will not decide it: {} is {} by the estimate, and {} is {}. Either choice is defensible. To settle it, name the margin that says whether such a loss matters{}.",
        more_of(context),
        test.candidate,
        context.style.difference(test.difference.point),
        context.rule_name(),
        context.rule(),
        keeps.unwrap_or_default()
    )
}

/// What there could be more of.
fn more_of(context: &ReportContext<'_>) -> &'static str {
    if context.of_language() { "More texts" } else { "Labels" }
}

/// That it would take more labels than anybody would give.
fn out_of_reach(context: &ReportContext<'_>) -> String {
    let rows = plural(context.findings.analysis.holdout_examples, "row", "rows");
    let kind = more_of(context);
    format!("{kind} will not decide it within reason: it would take more than 20 times the {rows} there are.")
}

/// Whether a candidate was shown to beat guessing on the rows of the verdict, where that was what there was to decide.
fn is_shown(context: &ReportContext<'_>, name: &str) -> bool {
    let tests = &context.findings.analysis.tests;
    context.deciding().is_none()
        && tests.iter().any(|test| test.kind == TestKind::Learned && test.passed && test.candidate == name)
}

/// What to use while nothing is decided.
pub(super) fn meanwhile(context: &ReportContext<'_>) -> String {
    let reference = context.reference();
    if !context.findings.analysis.screening.learned {
        return format!("Meanwhile nothing says that {reference} is better than guessing.");
    }
    match context.findings.verdict.choice.as_deref() {
        Some(choice) if choice != reference && !is_shown(context, choice) => format!(
            "Meanwhile use {choice}: the smallest that by the estimate keeps within half of {} (or one standard error) of {reference}, {}.",
            context.rule_name(),
            context.best()
        ),
        Some(choice) if choice != reference => format!("Meanwhile use {choice}, which is shown to beat guessing."),
        _ => format!("Meanwhile {reference}, {}, is the safe choice.", context.best()),
    }
}

/// What is open about the one that the deciding test is of.
fn open_question(context: &ReportContext<'_>, test: &Test) -> String {
    let candidate = &test.candidate;
    if test.kind == TestKind::AboveBar {
        return format!(
            "{candidate} may clear your bar of {} {}, but these data can't show it.",
            context.rule(),
            context.metric()
        );
    }
    let against = test.against.as_deref().unwrap_or("–");
    if awaits_growth(test) {
        return as_measured(context, test, against);
    }
    format!(
        "{candidate} may be good enough to stand in for {against}, but these data can't show it: it could be as much as {} worse, and {} is {}.",
        context.style.size_up(test.lower.min(0.0)),
        context.rule_name(),
        context.rule()
    )
}

/// That what was measured passes, and what the two grow apart by from the rows of a repeat to all of them does not.
fn grown_apart(context: &ReportContext<'_>, test: &Test) -> Option<String> {
    let carried = test.carried.as_ref().filter(|carried| !test.passed && carried.growth.is_some())?;
    let rows = match context.cross_fitted() {
        true => "more `repeats` under [trials], which leave each of them more rows to train on",
        false => "a smaller `validation` under [trials], which leaves each repeat more rows to train on",
    };
    (carried.measured_lower > test.threshold).then(|| {
        format!(
            "The models that were tested, on {} training rows each, pass; carried to one training on all {}, by how the two grow with the rows and how far trainings differ, they do not. To decide it: {rows}; or {}.",
            count(carried.trained_on),
            count(carried.handed_over_on),
            easier(context)
        )
    })
}

/// What asks for less.
fn easier(context: &ReportContext<'_>) -> &'static str {
    match context.findings.terms.margin() {
        Some(_) => "a wider margin",
        None if context.higher_is_better() => "a lower bar",
        None => "a higher bar",
    }
}

/// What would decide it: labels or repeats.
fn missing(context: &ReportContext<'_>, needed: &Needed) -> String {
    if let Some(never) = never(context, needed) {
        return never;
    }
    let holdout = context.findings.analysis.holdout_examples;
    let repeats = u64::from(context.findings.study.trials.repeats);
    let language = context.of_language();
    let labels = needed.examples.filter(|all| *all > holdout).map(|all| {
        let (more, all) = (about(all - holdout), about(all));
        let place = if context.cross_fitted() { "" } else { " for the holdout" };
        let (collect, rows) = if language { ("collect", "texts") } else { ("label", "rows") };
        format!("{collect} about {} more {rows}{place}, {} in all", count(more), count(all))
    });
    // More repeats than a study may have decide nothing.
    let possible = |all: &u64| *all > repeats && *all <= u64::from(Trials::MOST_REPEATS);
    let more = needed.repeats.map(u64::from).filter(possible).map(|all| {
        format!("set `repeats = {all}` under [trials], {} more trainings of each candidate", count(all - repeats))
    });
    let easier = easier(context);
    let assumed = match needed.assumed_equal {
        true => " This assumes that the two are in truth equally good; as measured, the cheaper one falls short.",
        false => "",
    };
    let kind = if language { "texts" } else { "labels" };
    match (labels, more) {
        (Some(labels), Some(more)) => format!("To decide it, {labels}; or {more}.{assumed}"),
        (Some(one), None) | (None, Some(one)) => format!("To decide it, {one}.{assumed}"),
        (None, None) if context.cross_fitted() => {
            format!(
                "More {kind} alone would not decide it: the repeats differ too much; set more `repeats` under [trials], or {easier}."
            )
        }
        (None, None) => {
            format!("Neither more {kind} nor more repeats alone would decide it: it takes both, or {easier}.")
        }
    }
}
