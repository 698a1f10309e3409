//! The figures under the answer.

use super::context::ReportContext;
use crate::answer::Fact;
use crate::costs::{priced_figure, shows};
use crate::findings::Shortfall;
use crate::numbers::{bytes, count, large, plural, seconds, times};
use crate::study::Cost;
use crate::study::costs::{Bytes, COSTS, Parameters, Words, untimed_first};
use crate::verdict::{Row, Test, TestKind, VerdictKind};

/// The figures that carry the answer, the most important first.
pub(super) fn tell(context: &ReportContext<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    facts.extend(quality(context));
    facts.extend(super::carried::tell(context));
    facts.extend(super::tangible::tell(context));
    facts.extend(super::staircase::tell(context));
    facts.extend(costs(context));
    facts.extend(super::asking::tell(context));
    facts.extend(super::shots::tell(context));
    facts.extend(super::agreement::tell(context));
    facts.extend(limits(context));
    facts.extend(model(context));
    facts.extend(super::calibration::tell(context));
    facts.extend(super::outlook::tell(context));
    facts.extend(super::climb::tell(context));
    facts.extend(effort(context));
    facts
}

fn quality(context: &ReportContext<'_>) -> Option<Fact> {
    match context.carrier() {
        Some(test) => tested(context, test),
        None => {
            let name = subject(context)?.name.as_str();
            let (value, place) = context.quality(name)?;
            Some(Fact::new(context.metric(), value, format!("for {name} {place}")))
        }
    }
}

/// The quality figure of the test that carries the verdict.
fn tested(context: &ReportContext<'_>, test: &Test) -> Option<Fact> {
    let metric = context.metric();
    if test.kind == TestKind::AboveBar {
        let (value, place) = context.quality(&test.candidate)?;
        let (style, words) = (context.style, ("past it", "short of it"));
        let bound = match (test.passed, context.findings.verdict.kind) {
            (true, _) => style.at_worst(test.lower, words),
            (_, VerdictKind::Undecided) => {
                let [low, high] = [style.at_worst(test.lower, words), style.at_best(test.upper, words)];
                format!("{low} and {high}")
            }
            _ => style.at_best(test.upper, words),
        };
        let detail = format!(
            "for {} {place}; your bar is {}, {bound} ({})",
            test.candidate,
            context.rule(),
            context.confidence()
        );
        return Some(Fact::new(metric, value, detail));
    }
    let other = test.against.as_deref()?;
    if test.score.is_some() {
        // What its bounds are about is not the study's metric: its own figure, and the bounds with their name.
        let (value, place) = context.quality(&test.candidate)?;
        let (score, gain) =
            (super::tests_told::score(context, test), super::tests_told::against_guessing(context, test));
        let name = &test.candidate;
        return Some(Fact::new(metric, value, format!("for {name} {place}; against guessing, in {score}, {gain}")));
    }
    let turned = context.findings.verdict.kind == VerdictKind::BiggerPays && test.kind == TestKind::NonInferiority;
    let (first, second) = if turned { (other, test.candidate.as_str()) } else { (test.candidate.as_str(), other) };
    let ((value, place), (against, _)) = (context.quality(first)?, context.quality(second)?);
    let detail = match test.kind {
        _ if turned => format!("against {against} {place}; {}", context.at_worst(-test.upper)),
        TestKind::NonInferiority if context.findings.verdict.kind == VerdictKind::Undecided => format!(
            "for {first} against {against} for {second} {place}; {first} is {}",
            context.between(test.lower, test.upper)
        ),
        TestKind::NonInferiority => format!(
            "against {against} {place}; {}, {} is {}",
            context.at_worst(test.lower),
            context.rule_name(),
            context.rule()
        ),
        _ => format!("against {against} for guessing, {place}; {}", context.at_best(test.upper)),
    };
    Some(Fact::new(metric, value, detail))
}

/// The candidate whose costs are shown: the choice, else the nearest, else the reference.
fn subject<'a>(context: &ReportContext<'a>) -> Option<&'a Row> {
    let verdict = &context.findings.verdict;
    let nearest = verdict.nearest.as_ref().map(|(name, _)| name);
    let name = verdict.choice.as_ref().or(nearest).or(verdict.reference.as_ref())?;
    context.row(name)
}

fn costs(context: &ReportContext<'_>) -> Vec<Fact> {
    let kind = context.findings.verdict.kind;
    let Some(row) = subject(context).filter(|_| kind != VerdictKind::NothingLearned) else { return Vec::new() };
    let gains = context.gains();
    let is_small = gains.as_ref().is_some_and(|gains| gains.candidate == row.name);
    let other = gains.as_ref().map(|gains| if is_small { gains.against.as_str() } else { gains.candidate.as_str() });
    let named = other.filter(|name| Some(*name) != context.findings.verdict.reference.as_deref() || !is_small);
    let gain = |ratio: Option<f64>, words: (&str, &str)| {
        let turned = ratio.map(|ratio| if is_small { ratio } else { 1.0 / ratio });
        turned.map(|turned| times(turned, words, named)).unwrap_or_default()
    };
    let told = |cost: &'static dyn Cost| {
        let words = cost.about().row.filter(|_| shows(context.findings, cost))?;
        // What costs nothing has no row; NaN is told as unknown.
        let value = row.cost(cost).filter(|value| *value != 0.0)?;
        let ratio = gains.as_ref().and_then(|gains| gains.ratio(cost));
        Some(Fact { gain: gain(ratio, (words.less, words.more)), ..fact(context, (row, cost), (words, value)) })
    };
    // The size of the file stands beside the parameters.
    let costs = COSTS.iter().copied().filter(|cost| !cost.is(&Bytes));
    untimed_first(costs).into_iter().filter_map(told).collect()
}

/// The row of a cost: parameters with the size of the file beside them.
fn fact(context: &ReportContext<'_>, (row, cost): (&Row, &dyn Cost), (words, value): (Words, f64)) -> Fact {
    if cost.is(&Parameters) {
        let size = row.bytes.map_or_else(String::new, |size| format!(", {}", bytes(size)));
        return Fact::new(words.label, plural(value as u64, "parameter", "parameters"), size);
    }
    Fact::new(words.label, priced_figure(context.findings, cost, value), words.detail)
}

fn limits(context: &ReportContext<'_>) -> Option<Fact> {
    let cost = context.findings.analysis.limits_cost.as_ref().filter(|cost| cost.point.is_finite())?;
    let best = context.findings.analysis.screening.best.as_deref()?;
    let value = context.estimate(cost);
    let sure = cost.upper(context.findings.terms.confidence) < 0.0;
    let rest = if sure {
        format!("{best} is better but exceeds them")
    } else {
        format!("{best} exceeds them, but may be better by chance alone")
    };
    Some(Fact::new("limits", value, format!("{} is what your limits cost: {rest}", context.metric())))
}

fn model(context: &ReportContext<'_>) -> Option<Fact> {
    let bundle = context.findings.bundle.as_ref()?;
    if bundle.as_asked {
        let detail = format!(
            "({}), the weights of {} as they answered: a folder as Hugging Face has it, trained on {}",
            bytes(bundle.bytes),
            bundle.candidate,
            plural(bundle.rows, "row", "rows")
        );
        return Some(Fact::new("model", bundle.file.clone(), detail));
    }
    let own = bundle.holdout_quality.filter(|found| found.is_finite());
    let own = own
        .map(|found| format!("; {} {} on the holdout", context.style.value(found), context.metric()))
        .unwrap_or_default();
    let repeats = context.deciding().map(|test| test.difference.repeats).filter(|repeats| *repeats > 1);
    let above = repeats.filter(|_| own.is_empty()).map(|repeats| {
        format!("; the figures above are from the {} that were tested", plural(u64::from(repeats), "model", "models"))
    });
    let beside = match bundle.bytes_beside {
        0 => String::new(),
        beside => format!(", and {} of weights that it names", bytes(beside)),
    };
    let detail = format!(
        "({}{beside}), {} trained once more on all {}{own}{}",
        bytes(bundle.bytes),
        bundle.candidate,
        plural(bundle.rows, "row", "rows"),
        above.unwrap_or_default()
    ) + &bundle.shortfalls.iter().map(|short| unlucky(short, context)).collect::<String>();
    Some(Fact::new("model", bundle.file.clone(), detail))
}

/// That a final training came out worse than what was measured.
fn unlucky(short: &Shortfall, context: &ReportContext<'_>) -> String {
    format!(
        "; warning: on its own rows {} came out at {} {} and each repeat at {} or better, in the best of {}: an unlucky \
         training, so check it on rows of your own before you use it",
        short.candidate,
        context.style.value(short.quality),
        context.metric(),
        context.style.value(short.least),
        plural(u64::from(short.trainings), "training", "trainings")
    )
}

/// What the trials took; nothing where there are none.
fn effort(context: &ReportContext<'_>) -> Option<Fact> {
    let effort = &context.findings.effort;
    if effort.trials + effort.stopped + effort.failed + effort.trained == 0 {
        return None;
    }
    let rows = &context.findings.analysis.screening.rows;
    // One that was given up early has no quality, but took its part.
    let measured = |row: &&Row| row.quality.is_some() || row.once().is_some() || row.ceiling().is_some();
    let measured = rows.iter().filter(measured).count() as u64;
    let early =
        if effort.stopped > 0 { format!("and {} stopped early, ", count(effort.stopped)) } else { String::new() };
    let training = plural(effort.trained, "training", "trainings");
    let (main, asked) = match (effort.trials, effort.trained) {
        (0, 1..) => (training, String::new()),
        (trials, 0) => (plural(trials, "trial", "trials"), String::new()),
        (trials, _) => (plural(trials, "trial", "trials"), format!("and {training} of weights that are asked, ")),
    };
    let memory = effort.peak_memory.map_or_else(String::new, |most| format!(", at most {} of memory", bytes(most)));
    let detail = format!(
        "{early}{asked}of {} candidates: {} of CPU time, {} floating-point operations{memory}",
        count(measured),
        seconds(effort.cpu_seconds),
        large(effort.flops)
    );
    Some(Fact::new("effort", main, detail))
}
