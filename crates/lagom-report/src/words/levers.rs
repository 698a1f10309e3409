//! Levers in words: what a gain is worth in size, what to do next, and what of it belongs on the first screen.

use super::context::{ReportContext, Told};
use super::reviewed::noun as reviewed_noun;
use crate::candidate::takes_reviewed;
use crate::costs::priced_figure;
use crate::levers::{Confirmation, Ledger, LedgerRow, ShownGain, SizeEquivalent, Standing, WhyNot};
use crate::numbers::{capital, count, large, list, percent, plural, ratio};
use crate::study::Setting;
use crate::study::costs::{Cost, Unit};

/// `dropout = 0.2 and l2 = 0.1`.
pub(crate) fn settings(settings: &[Setting]) -> String {
    list(&settings.iter().map(ToString::to_string).collect::<Vec<String>>())
}

/// The same in a sentence, each as it stands in a file.
fn coded(settings: &[Setting]) -> String {
    list(&settings.iter().map(|one| format!("`{one}`")).collect::<Vec<String>>())
}

/// A gain that has no price in size.
const NOT_MEASURABLE: &str = "not measurable";

/// What a gain is worth in size: `×8 (3 to 20)`.
pub(crate) fn worth(found: &SizeEquivalent) -> String {
    match found {
        SizeEquivalent::Factor { point, low, high } => {
            let ends = match (low, high) {
                (Some(low), Some(high)) => format!("{} to {}", times(*low), times(*high)),
                (Some(low), None) => format!("{} or more", times(*low)),
                (None, Some(high)) => format!("{} or less", times(*high)),
                // It could be worth less than the smallest size, or more than the largest.
                (None, None) => return NOT_MEASURABLE.to_owned(),
            };
            format!("×{} ({ends})", times(*point))
        }
        SizeEquivalent::Beyond { largest } => format!("beyond any size (over ×{})", times(*largest)),
        SizeEquivalent::LessThanNothing => "less than nothing".to_owned(),
        SizeEquivalent::Flat => NOT_MEASURABLE.to_owned(),
        SizeEquivalent::NoLarger => "no larger size".to_owned(),
        SizeEquivalent::Unknown => crate::numbers::MISSING.to_owned(),
    }
}

/// The same, shorter: without its interval.
pub(crate) fn worth_brief(found: &SizeEquivalent) -> String {
    match found {
        SizeEquivalent::Factor { low: None, high: None, .. } => NOT_MEASURABLE.to_owned(),
        SizeEquivalent::Factor { point, .. } => format!("×{}", times(*point)),
        SizeEquivalent::Beyond { .. } => "beyond any".to_owned(),
        other => worth(other),
    }
}

/// A factor with digits that say something: `0.5`, `1.3`, `8`.
fn times(factor: f64) -> String {
    if factor < 0.995 { format!("{factor:.2}").trim_end_matches('0').to_owned() } else { ratio(factor) }
}

/// What the pairs of a line show.
pub(crate) fn shows(standing: Standing) -> &'static str {
    match standing {
        Standing::Helps => "helps",
        Standing::NoEffect => "no effect seen",
        Standing::Hurts => "hurts",
        Standing::Failed => "failed",
    }
}

/// Whether a cost is the same with a lever: within a hundredth where it is counted, within a tenth where it is measured by a clock.
pub(crate) fn is_same(cost: &dyn Cost, plain: f64, with: f64) -> bool {
    let near = if matches!(cost.about().unit, Unit::Count) { 0.01 } else { 0.1 };
    (with - plain).abs() <= near * plain.abs()
}

/// `0.021 (0.012 to 0.030)`, the ends rounded outwards; in front of it a sign.
pub(crate) fn gain_told(context: &ReportContext<'_>, gain: &ShownGain) -> String {
    let style = context.style;
    format!(
        "{} ({} to {})",
        style.signed(gain.point),
        style.signed(style.floor(gain.low)),
        style.signed(style.ceil(gain.high))
    )
}

/// The confirmation of exactly these settings at this size.
fn confirmation<'a>(ledger: &'a Ledger, row: &LedgerRow, good_enough: bool) -> Option<&'a Confirmation> {
    let mut all = ledger.confirmations.iter();
    all.find(|one| one.size == row.size && one.settings == row.settings && one.good_enough == good_enough)
}

/// What to do next about a line, and how many training rows it is about where it is about rows.
pub(crate) fn next(context: &ReportContext<'_>, ledger: &Ledger, row: &LedgerRow) -> String {
    let rows = row.rows_changed.filter(|rows| *rows > 0 && row.standing != Standing::Failed);
    let rows = rows.map(|rows| format!(" It changes {} in each training.", plural(rows, "row", "rows")));
    format!("{}{}", advice(context, ledger, row), rows.unwrap_or_default())
}

/// ``set `dropout = 0.2` under [recipe]``; of labels that a person has reviewed, that they are trained on.
fn setting_out(context: &ReportContext<'_>, settings: &[Setting]) -> String {
    let counts = context.findings.data.reviewed.as_ref().filter(|_| settings.iter().any(takes_reviewed));
    let Some(counts) = counts else { return format!("set {} under [recipe]", coded(settings)) };
    let noun = reviewed_noun(context.findings.data.task, counts.rows);
    let were = if counts.rows == 1 { "was" } else { "were" };
    format!("train on the {} {noun} that {were} reviewed ({} under [recipe])", count(counts.rows), coded(settings))
}

fn advice(context: &ReportContext<'_>, ledger: &Ledger, row: &LedgerRow) -> String {
    let set = setting_out(context, &row.settings);
    match (row.standing, &row.gain) {
        (Standing::Helps, _) => match confirmation(ledger, row, false) {
            Some(one) if one.test.passed => capital(&format!("{set}: the gain holds on sealed rows, too.")),
            Some(_) => "Promising, but not shown on sealed rows: collect more rows before you rely on it.".to_owned(),
            None => match confirmation(ledger, row, true) {
                Some(one) if one.test.passed => {
                    let is_choice = ledger
                        .moved
                        .as_ref()
                        .is_some_and(|moved| moved.size == row.size && moved.settings == row.settings);
                    let against = one
                        .test
                        .against
                        .as_deref()
                        .map_or_else(String::new, |other| format!(" beside {other} by its plain recipe"));
                    let rest = if is_choice { ": it is the choice now" } else { "" };
                    format!(
                        "{} passes your test with it on sealed rows{against}{rest}. Under [recipe] it would change the larger models, too.",
                        row.size
                    )
                }
                Some(_) => format!("It helps {}, which does not pass your test with it.", row.size),
                None => capital(&format!("{set} and run the study again to have it tested on sealed rows.")),
            },
        },
        (Standing::Hurts, _) => "Leave it as it is.".to_owned(),
        (Standing::Failed, _) => {
            let why = row.failures.first().map(|why| why.trim_end_matches('.')).unwrap_or_default();
            if why.is_empty() { "Its trainings failed.".to_owned() } else { format!("Its trainings failed: {why}.") }
        }
        (Standing::NoEffect, _) if row.idle => "It finds nothing to change in these rows.".to_owned(),
        (Standing::NoEffect, Some(gain)) if gain.high < ledger.worth => {
            "Leave it: it surely brings next to nothing.".to_owned()
        }
        (Standing::NoEffect, Some(gain)) => {
            let style = context.style;
            format!("Open: it may bring up to {}; more rows or repeats would tell.", style.size_up(gain.high))
        }
        (Standing::NoEffect, None) => String::new(),
    }
}

/// What a reader of the answer has to know: a lever that beats every larger model, and a smaller size that passes with one.
pub(super) fn first(context: &ReportContext<'_>) -> Vec<String> {
    let Some(ledger) = &context.findings.levers else { return Vec::new() };
    let refuted = |row: &LedgerRow| confirmation(ledger, row, false).is_some_and(|one| !one.test.passed);
    let beating = ledger.rows.iter().find(|row| row.size == ledger.choice && row.beats_larger && !refuted(row));
    let before = beating.and_then(|row| {
        let gain = row.gain.as_ref()?;
        let seen = match confirmation(ledger, row, false) {
            Some(_) => " and better than without it on sealed rows",
            None => "",
        };
        Some(format!(
            "Before a larger model: {}. It gains {} on validation rows, which is more than any larger model measured here brings{seen}.",
            setting_out(context, &row.settings),
            gain_told(context, gain).trim_start_matches('+')
        ))
    });
    let is_moved = |one: &Confirmation| {
        ledger.moved.as_ref().is_some_and(|moved| moved.size == one.size && moved.settings == one.settings)
    };
    let passed = ledger.confirmations.iter().filter(|one| one.good_enough && one.test.passed && !is_moved(one));
    let lower = passed.map(|one| match (one.smaller, &one.test.against) {
        (true, Some(reference)) => format!(
            "With {} the smaller {} is good enough, too: on sealed rows it is {} than {reference}. It is not the choice, since it does not cost less, exceeds a limit, or the verdict leaves more open than the size.",
            coded(&one.settings),
            one.size,
            context.style.at_worst(one.test.lower, ("better", "worse")),
        ),
        (true, None) => format!(
            "With {} the smaller {} clears {}, too. It is not the choice, since it does not cost less, exceeds a limit, or the verdict leaves more open than the size.",
            coded(&one.settings),
            one.size,
            context.rule_name()
        ),
        (false, _) => format!(
            "With {} {} is good enough on sealed rows, which its plain recipe is not shown to be.",
            coded(&one.settings),
            one.size
        ),
    });
    before.into_iter().chain(lower).collect()
}

/// Where a lever moved the choice down: the headline, and what to know of it; none where the choice by the plain recipe stands.
pub(crate) fn moved(context: &ReportContext<'_>) -> Option<Told> {
    let ledger = context.findings.levers.as_ref()?;
    let moved = ledger.moved.as_ref()?;
    let passed = |one: &&Confirmation| {
        one.good_enough && one.test.passed && one.size == moved.size && one.settings == moved.settings
    };
    let one = ledger.confirmations.iter().find(passed)?;
    let by = format!("{} with {}", moved.size, coded(&moved.settings));
    let first = match &moved.against {
        Some(reference) => format!(
            "{by} does the job of {reference}: on sealed rows that had not chosen it (look {}) it is {} than {reference}.",
            one.look,
            context.style.at_worst(one.test.lower, ("better", "worse"))
        ),
        None => format!(
            "{by} clears your bar of {} {} on sealed rows that had not chosen it (look {}).",
            context.rule(),
            context.metric(),
            one.look
        ),
    };
    let smallest_by = context.findings.terms.smallest_by;
    let cost = moved.costs.iter().find(|change| change.cost.is(smallest_by)).map(|change| {
        format!(
            "A lever moved the choice down from {}: {} in place of {} ({}).",
            ledger.choice,
            priced_figure(context.findings, smallest_by, change.with),
            priced_figure(context.findings, smallest_by, change.plain),
            smallest_by.about().name
        )
    });
    let sentences = std::iter::once(first).chain(cost).collect();
    Some(("No: a smaller model is enough, with a lever.".to_owned(), sentences))
}

/// How the ledger came about, and how to read it.
pub(crate) fn how(context: &ReportContext<'_>, ledger: &Ledger) -> String {
    let sizes = match &ledger.smaller {
        Some(smaller) => format!("{} and {smaller}", ledger.choice),
        None => ledger.choice.clone(),
    };
    let budget = ledger.budget.map_or_else(String::new, |most| format!(" of at most {}", large(most)));
    format!(
        "Each lever was trained on {sizes} on the same splits and from the same starts as the plain recipe ({}, {} operations{budget}); gains are mean differences in {} to it on validation rows, with intervals of {}. Of the lines that help or hurt, {} are expected to be false at most (Benjamini–Hochberg).",
        plural(ledger.trials, "training", "trainings"),
        large(ledger.flops),
        context.metric(),
        percent(ledger.confidence),
        percent(ledger.false_discovery)
    )
}

/// What "worth in size" means.
pub(crate) const WORTH: &str = "Worth in size: so many times the parameters bring the plain recipe as far. Beyond any size: surely better than every measured size. Not measurable: a larger size brings nothing here that the noise lets be seen.";

/// What the ledger shows in one sentence.
pub(crate) fn summary(ledger: &Ledger) -> String {
    let shown = || ledger.rows.iter().filter(|row| !row.idle);
    let count = |standing: Standing| shown().filter(|row| row.standing == standing).count() as u64;
    let (helps, hurts, failed) = (count(Standing::Helps), count(Standing::Hurts), count(Standing::Failed));
    let lines = plural(shown().count() as u64, "line", "lines");
    let helping = match helps {
        0 => format!("Of {lines} none is shown to help"),
        1 => format!("Of {lines} 1 helps"),
        _ => format!("Of {lines} {helps} help"),
    };
    let hurting =
        if hurts == 0 { String::new() } else { format!(", {hurts} {}", if hurts == 1 { "hurts" } else { "hurt" }) };
    let failing = if failed == 0 { String::new() } else { format!(", {failed} failed") };
    format!("{helping}{hurting}{failing}.")
}

/// What sealed rows said of the best arms, a sentence each.
pub(crate) fn confirmed(context: &ReportContext<'_>, ledger: &Ledger) -> Vec<String> {
    let one = |one: &Confirmation| {
        let style = context.style;
        let bounds = style.between(one.test.lower, one.test.upper);
        let what = format!("{} with {}", one.size, coded(&one.settings));
        let against = one.test.against.as_deref().unwrap_or("your bar");
        let sure = percent(one.test.confidence.unwrap_or(context.findings.terms.confidence));
        let asked = match (one.good_enough, one.test.passed) {
            (true, true) => format!("passes your test beside {against}"),
            (true, false) => format!("does not pass your test beside {against}"),
            (false, true) => "is better than without".to_owned(),
            (false, false) => "is not shown to be better than without".to_owned(),
        };
        format!("On sealed rows (look {}) {what} {asked}: {bounds} ({sure}, one-sided).", one.look)
    };
    let mut told: Vec<String> = ledger.confirmations.iter().map(one).collect();
    let stricter = ledger
        .confirmations
        .iter()
        .filter_map(|one| one.test.confidence)
        .any(|sure| sure > context.findings.terms.confidence);
    if stricter {
        let arms = if context.cross_fitted() {
            " and, since every row has chosen settings in another repeat, with every setting that was tried: give the study a holdout for a less strict test"
        } else {
            ""
        };
        told.push(format!(
            "These tests share the error rate of {} with each other{arms}.",
            percent(1.0 - context.findings.terms.confidence)
        ));
    }
    told
}

/// Levers that are named of those that were not measured; more are counted, and all stand in the JSON.
const NAMED: usize = 5;

/// The levers that were not measured and why, a sentence a cause.
pub(crate) fn left_out(ledger: &Ledger) -> Vec<String> {
    let mut causes: Vec<(String, Vec<String>)> = Vec::new();
    let nothing = || "Nothing to change in these data".to_owned();
    let left = ledger.not_tried.iter().map(|one| match &one.why {
        WhyNot::Budget => {
            ("Not measured, since the budget ended before".to_owned(), format!("{} ({})", one.lever, one.size))
        }
        WhyNot::Unfit(_) => (nothing(), one.lever.clone()),
    });
    let idle = ledger.rows.iter().filter(|row| row.idle);
    let idle = idle.flat_map(|row| &row.settings).map(|setting| (nothing(), setting.lever.clone()));
    for (cause, name) in left.chain(idle) {
        match causes.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => causes.push((cause, vec![name])),
        }
    }
    let told = |(cause, names): (String, Vec<String>)| {
        let more = names.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{cause}: {}{more}.", names[..names.len().min(NAMED)].join(", "))
    };
    causes.into_iter().map(told).collect()
}
