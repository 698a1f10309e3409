//! The verdict where the question is whether the candidate in use today is needed.

use super::context::{ReportContext, Told};
use super::standing::excess;
use super::{tangible, undecided};
use crate::costs::figure;
use crate::numbers::{list, ratio};
use crate::study::costs::{MoneyPerThousand, Parameters};
use crate::verdict::{Row, Test, VerdictKind};

/// The headline and the sentences where the study names an incumbent; none where it names none, or where the answer is about all
/// candidates alike.
pub(super) fn tell(context: &ReportContext<'_>) -> Option<Told> {
    let name = context.incumbent()?;
    if context.findings.analysis.screening.reference.is_none() {
        return Some(unmeasured(context, name));
    }
    match context.findings.verdict.kind {
        // Said of what else was not measured.
        VerdictKind::Undecided if !context.findings.verdict.unmeasured.is_empty() => None,
        VerdictKind::SmallerIsEnough => Some(enough(context, name)),
        VerdictKind::BiggerPays => Some(pays(context, name)),
        VerdictKind::Undecided => Some(open(context, name)),
        VerdictKind::NothingQualifies => Some(nothing_else(context, name)),
        VerdictKind::NothingLearned => None,
    }
}

fn enough(context: &ReportContext<'_>, name: &str) -> Told {
    let choice = context.findings.verdict.choice.as_deref().unwrap_or(name);
    let Some(test) = context.deciding().filter(|_| choice != name) else { return kept(context, name) };
    let better = test.lower > 0.0;
    let headline = if better {
        format!("No: you do not need {name}; {choice} is better, and {}.", saving(context, choice, name))
    } else {
        format!("No: you do not need {name}; {choice} does the job.")
    };
    let mut sentences = vec![compared(context, test, !better)];
    sentences.extend(dearer(context, name));
    (headline, sentences)
}

/// The incumbent is the smallest that there is.
fn kept(context: &ReportContext<'_>, name: &str) -> Told {
    let Some(test) = context.deciding() else {
        let headline = format!("Keep {name}: there was nothing else to compare it with.");
        return (headline, vec!["Every other candidate exceeds a limit, failed or only guesses.".to_owned()]);
    };
    let headline = format!("Keep {name}: {}, and bigger ones do not pay.", nothing_smaller(context, name));
    let first = format!("{}, is {} than {name}.", context.rival(test), context.at_best(-test.lower));
    (headline, vec![first])
}

/// Why no smaller one is in question.
fn nothing_smaller(context: &ReportContext<'_>, name: &str) -> String {
    if context.smaller_guess(name) {
        "nothing smaller is shown to beat guessing".to_owned()
    } else {
        format!("nothing smaller{} was measured", context.within())
    }
}

fn pays(context: &ReportContext<'_>, name: &str) -> Told {
    let choice = context.findings.verdict.choice.as_deref().unwrap_or(name);
    if choice != name {
        let headline = format!("{name} is not enough: {choice} is better.");
        let how = context.deciding().map(|test| {
            format!("It is {} than {name}; {}.", context.at_worst(-test.upper), nothing_smaller(context, name))
        });
        return (headline, how.into_iter().collect());
    }
    let mut sentences = Vec::new();
    if let Some(test) = context.deciding() {
        let what = tangible::at_least(context, test)
            .map_or_else(|| format!("it is {}", context.at_best(test.upper)), |errors| format!("it makes {errors}"));
        sentences.push(format!(
            "{} comes nearest of the smaller ones and is surely worse: {what}, though it {}.",
            test.candidate,
            saving(context, &test.candidate, name)
        ));
    }
    sentences.extend(over_limits(context, name));
    sentences.extend(dearer(context, name));
    (format!("Yes: keep {name}; nothing smaller does its job."), sentences)
}

fn open(context: &ReportContext<'_>, name: &str) -> Told {
    let smaller = context.deciding().filter(|test| test.candidate != name);
    let mut sentences = undecided::open(context, smaller.map(|test| compared(context, test, true)));
    sentences.push(match context.findings.verdict.choice.as_deref() {
        Some(choice) if choice != name => undecided::meanwhile(context),
        _ => format!("Until then {name} is the safe choice."),
    });
    sentences.extend(over_limits(context, name));
    sentences.extend(dearer(context, name));
    (format!("Can't tell yet whether you need {name}."), sentences)
}

fn nothing_else(context: &ReportContext<'_>, name: &str) -> Told {
    let headline = format!("No model meets your limits, {name} included.");
    let nearest = context.findings.verdict.nearest.as_ref().map(|(nearest, misses)| {
        let misses: Vec<String> = misses.iter().map(excess).collect();
        format!("{nearest} comes nearest: {}.", list(&misses))
    });
    (headline, nearest.into_iter().collect())
}

fn unmeasured(context: &ReportContext<'_>, name: &str) -> Told {
    let headline = format!("Can't tell whether you need {name}: it was not measured.");
    let row = context.row(name);
    let cause = row.filter(|row| row.unmeasured.is_some()).map(|row| super::unmeasured::told(&[row]).join(" "));
    let failed = row
        .and_then(|row| row.failures.first())
        .map(|why| format!("{name} failed: {}.", why.lines().next().unwrap_or_default().trim_end_matches('.')));
    let advice = if row.is_none_or(|row| row.failures.is_empty() && row.calls.is_none()) {
        format!("The run had no need of it; `lagom run` with `incumbent = \"{name}\"` under [good-enough] measures it.")
    } else {
        "Mend the cause and run the same command again: all that was measured is kept.".to_owned()
    };
    let all = cause.or(failed).into_iter().chain([advice]);
    (headline, all.collect())
}

/// `small makes 19 more errors in 1,000 answers than hosted (at most 31 more, 95 %), and is 5 times cheaper.`
fn compared(context: &ReportContext<'_>, test: &Test, saved: bool) -> String {
    let (name, other) = (&test.candidate, test.against.as_deref().unwrap_or("–"));
    let difference = match tangible::difference(context, test) {
        Some(errors) if errors.contains("error") => format!("{name} makes {errors}"),
        plain => {
            let plain = plain.map(|text| format!(": {text}")).unwrap_or_default();
            format!(
                "{name} is {} than {other} ({}){plain}",
                context.style.difference(test.difference.point),
                context.at_worst(test.lower)
            )
        }
    };
    if saved { format!("{difference}, and {}.", saving(context, name, other)) } else { format!("{difference}.") }
}

/// What the smaller one saves, in a few words.
pub(super) fn saving(context: &ReportContext<'_>, small: &str, large: &str) -> String {
    let (Some(a), Some(b)) = (context.row(small), context.row(large)) else { return "is smaller".to_owned() };
    if let Some(said) = saving_by_order(context, a, b) {
        return said;
    }
    let money = |row: &Row| row.cost(&MoneyPerThousand);
    let amount = |value: f64| crate::numbers::amount(value, &context.currency());
    match (money(a), money(b)) {
        (Some(own), Some(other)) if own > 0.0 && other >= own * 1.05 => {
            return format!(
                "is {} times cheaper ({} against {} for 1,000 answers)",
                ratio(other / own),
                amount(own),
                amount(other)
            );
        }
        (Some(own), Some(other)) if own > 0.0 && own >= other * 1.05 => {
            return format!("is dearer in money ({} against {} for 1,000 answers)", amount(own), amount(other));
        }
        (Some(own), Some(other)) if own <= 0.0 && other > 0.0 => {
            return format!("costs nothing for an answer, where 1,000 answers of {large} cost {}", amount(other));
        }
        _ => {}
    }
    let sizes = a.parameters.zip(b.parameters).map(|(own, other)| other as f64 / own.max(1) as f64);
    match sizes {
        Some(times) if times >= 1.05 => format!("is {} times smaller", ratio(times)),
        _ => "is cheaper by the measure of this study".to_owned(),
    }
}

/// What it saves of what the study orders by, where that is neither the number of parameters nor money: `is 2.2 times faster (5.39 µs against 12.1 µs p95
/// latency)`.
fn saving_by_order(context: &ReportContext<'_>, small: &Row, large: &Row) -> Option<String> {
    let by = context.findings.terms.smallest_by;
    let words = by.about().row.filter(|_| !by.is(&Parameters) && !by.is(&MoneyPerThousand))?;
    let (own, other) = (small.cost(by)?, large.cost(by)?);
    let times = Some(other / own).filter(|times| times.is_finite() && *times >= 1.05)?;
    let [own, other] = [own, other].map(|value| figure(context.findings, by, value));
    let noun = by.about().noun;
    let saved = match words.less {
        "less" => format!("takes {} times less {noun} ({own} against {other})", ratio(times)),
        less if less.starts_with("fewer") || less.starts_with("less") => {
            format!("has {} times {less} ({own} against {other})", ratio(times))
        }
        less => format!("is {} times {less} ({own} against {other} {noun})", ratio(times)),
    };
    Some(saved)
}

/// That the incumbent is itself beyond the limits.
fn over_limits(context: &ReportContext<'_>, name: &str) -> Option<String> {
    let row = context.row(name).filter(|row| !row.excess.is_empty())?;
    let told: Vec<String> = row.excess.iter().map(excess).collect();
    Some(format!("{name} itself exceeds your limits: {}.", list(&told)))
}

/// Whether something dearer than the incumbent is surely better.
fn dearer(context: &ReportContext<'_>, name: &str) -> Option<String> {
    let (row, found) = context.surely_better()?;
    let (best, lower) = (&row.name, context.bounds_beyond(found).0);
    let limits = if row.excess.is_empty() { "" } else { ", though it exceeds your limits" };
    Some(format!("{best} is dearer than {name} and better: {}{limits}.", context.at_worst(lower)))
}
