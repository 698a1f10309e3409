//! The staircase: which model would do at which margin.

use super::context::ReportContext;
use crate::answer::Fact;
use crate::numbers::{count, plural};
use crate::study::Rule;
use crate::verdict::{Basis, Stair, Untested};

/// A step at which the answer changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'a> {
    /// The step.
    pub(crate) stair: &'a Stair,
    /// The margin above which it is good enough, or the bar that it clears.
    pub(crate) holds: f64,
}

/// The steps that change the answer, as one figure; none where no smaller candidate was tested.
pub(super) fn tell(context: &ReportContext<'_>) -> Option<Fact> {
    let steps = climbing(context);
    if steps.is_empty() {
        return None;
    }
    let told: Vec<String> = steps.iter().enumerate().map(|(at, step)| step_told(context, *step, at == 0)).collect();
    let one = told.len() == 1;
    let sure = if one { context.confidence() } else { format!("all at once, {}", context.confidence()) };
    let label = if is_bar(context) { "bars" } else { "margins" };
    Some(Fact::new(label, told.join(", "), format!("({sure}){}", untested(context))))
}

/// How sure the steps are, below their table.
pub(crate) fn sure(context: &ReportContext<'_>) -> String {
    let what = match context.findings.terms.rule {
        Rule::Margin(_) => {
            format!("Losses are of {}, and {} is {}", context.metric(), context.rule_name(), context.rule())
        }
        Rule::Bar(_) => format!("Bars are of {}, and yours is {}", context.metric(), context.rule()),
    };
    let alone = match is_bar(context) {
        false => " Asked for one margin alone, `lagom verdict --margin` may allow a smaller model.",
        true => "",
    };
    format!("{what}. All lines hold at once ({}){}.{alone}", context.confidence(), untested(context))
}

/// What would do although nothing was shown at the study's margin; none where nothing would.
pub(super) fn sentence(context: &ReportContext<'_>) -> Option<String> {
    let margin = context.findings.terms.margin()?;
    let steps = climbing(context);
    // What the others are compared with waits for no margin.
    let stands = [context.incumbent(), context.findings.verdict.reference.as_deref()];
    let waits = |step: &&Step<'_>| step.holds >= margin && !stands.contains(&Some(step.stair.candidate.as_str()));
    let next = steps.iter().find(waits)?;
    Some(format!("At any margin above {} {} would do.", written(context, next.holds), next.stair.candidate))
}

/// What a step shows, for a table: `0.024`; a dash where it shows nothing.
pub(crate) fn step(context: &ReportContext<'_>, step: &Stair) -> Option<String> {
    step.holds.filter(|holds| holds.is_finite()).map(|holds| written(context, holds))
}

/// What each step shows, rounded as it is written.
pub(crate) fn steps(context: &ReportContext<'_>) -> Vec<Option<f64>> {
    let value = |found: &Stair| found.holds.filter(|holds| holds.is_finite()).map(|holds| rounded(context, holds));
    context.findings.analysis.staircase.steps.iter().map(value).collect()
}

/// What a step rests on, in a sentence.
pub(crate) fn basis(context: &ReportContext<'_>, step: &Stair) -> String {
    match step.basis {
        Basis::Bound => format!("holds together with all others ({})", context.confidence()),
        Basis::Test if is_bar(context) => "passed the test at the bar of this study".to_owned(),
        Basis::Test => "passed the test at the margin of this study; its own bound shows less".to_owned(),
        Basis::Untested(Untested::FewRepeats) => "not tested: trained too few times".to_owned(),
        Basis::Untested(Untested::NotAsked) => {
            "not tested: it, or what it is compared with, was not asked all rows of the verdict".to_owned()
        }
        Basis::Untested(Untested::Growth) => {
            "not tested: how the difference grows with the rows was not measured, since it is far beyond the margin"
                .to_owned()
        }
    }
}

/// The title of the column.
pub(crate) fn title(context: &ReportContext<'_>) -> &'static str {
    match (is_bar(context), context.higher_is_better()) {
        (false, _) => "will do above",
        (true, true) => "clears bars up to",
        (true, false) => "clears bars down to",
    }
}

/// What the column shows, in a sentence.
pub(crate) fn meaning(context: &ReportContext<'_>) -> &'static str {
    if is_bar(context) {
        "the strictest bar that it is shown to clear; all hold at once"
    } else {
        "the smallest margin at which it is good enough; all hold at once"
    }
}

/// Whether the study has a bar in place of a margin.
pub(crate) fn is_bar(context: &ReportContext<'_>) -> bool {
    matches!(context.findings.terms.rule, Rule::Bar(_))
}

fn step_told(context: &ReportContext<'_>, step: Step<'_>, first: bool) -> String {
    let (name, value) = (&step.stair.candidate, written(context, step.holds));
    match (is_bar(context), first) {
        (true, _) => {
            let way = if context.higher_is_better() { "up" } else { "down" };
            format!("{name} clears any bar {way} to {value}")
        }
        (false, true) => format!("{name} will do at any margin above {value}"),
        (false, false) => format!("{name} above {value}"),
    }
}

/// What a step shows, as it is written.
fn written(context: &ReportContext<'_>, holds: f64) -> String {
    context.style.value(rounded(context, holds))
}

/// A margin rounded up, or a bar rounded to the side that is easier to clear: no more is claimed than is shown.
pub(crate) fn rounded(context: &ReportContext<'_>, holds: f64) -> f64 {
    match (is_bar(context), context.higher_is_better()) {
        (false, _) => context.style.up(holds),
        (true, true) => context.style.floor(holds),
        (true, false) => context.style.ceil(holds),
    }
}

/// The steps at which the answer changes, from the narrowest margin (or the highest bar) on: each leads to a cheaper candidate.
pub(crate) fn climbing<'a>(context: &ReportContext<'a>) -> Vec<Step<'a>> {
    let metric = context.findings.terms.metric;
    let easier = |a: f64, b: f64| if is_bar(context) { metric.orient(a) > metric.orient(b) } else { a < b };
    let mut kept: Vec<Step<'_>> = Vec::new();
    // From the cheapest on: a dearer one is a step only where it does with less.
    for stair in &context.findings.analysis.staircase.steps {
        let Some(holds) = stair.holds.filter(|holds| holds.is_finite() && is_told(context, *holds)) else { continue };
        if kept.last().is_none_or(|last| easier(holds, last.holds)) {
            kept.push(Step { stair, holds });
        }
    }
    kept.reverse();
    kept
}

/// Whether a margin is one that anybody could want: within what the metric can be.
fn is_told(context: &ReportContext<'_>, holds: f64) -> bool {
    let (low, high) = context.findings.terms.metric.range();
    is_bar(context) || !(high - low).is_finite() || holds < high - low
}

/// How many smaller ones were not tested, and why.
fn untested(context: &ReportContext<'_>) -> String {
    let steps = &context.findings.analysis.staircase.steps;
    let of = |why: Untested| steps.iter().filter(|step| step.basis == Basis::Untested(why)).count() as u64;
    let few = of(Untested::FewRepeats);
    let mut text = String::new();
    if few > 0 {
        text.push_str(&format!(
            "; {} trained too few times to tell",
            plural(few, "smaller one was", "smaller ones were")
        ));
    }
    let apart = of(Untested::NotAsked);
    if apart > 0 {
        let who = if few > 0 { count(apart) } else { plural(apart, "smaller one was", "smaller ones were") };
        text.push_str(&format!("; {who} not compared on all rows"));
    }
    let grown = of(Untested::Growth);
    if grown > 0 {
        let who = if few + apart > 0 { count(grown) } else { plural(grown, "smaller one was", "smaller ones were") };
        text.push_str(&format!("; {who} not tested, since how they grow with the rows was not measured"));
    }
    text
}
