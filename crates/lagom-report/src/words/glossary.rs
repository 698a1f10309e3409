//! The words of the report, explained.

use super::context::ReportContext;
use crate::candidate::every;
use crate::costs::further;
use crate::study::{FamilyAbout, FamilyId, Rule};

/// A word and what it means here.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The word.
    pub(crate) word: String,
    /// What it means.
    pub(crate) meaning: String,
}

/// The words that this report uses, those of the study first.
pub(crate) fn glossary(context: &ReportContext<'_>) -> Vec<Entry> {
    let terms = &context.findings.terms;
    let sure = context.confidence();
    let mut entries = vec![
        entry(
            context.metric(),
            &format!("The measure of quality in this study: {}. {}", terms.metric.summary(), direction(context)),
        ),
        entry("candidate", "One thing that could do the job: a kind of model at one size."),
        entry(
            "ladder",
            &format!(
                "The candidates in their order, from the cheapest to the dearest; here cheap means {}.",
                terms.smallest_by.about().cheap
            ),
        ),
        entry("reference", if context.incumbent().is_some() { INCUMBENT } else { REFERENCE }),
        entry("choice", "The answer: the cheapest candidate that is confirmed to be good enough."),
    ];
    let whose = if terms.proposed { ", which is lagom's guess since the study names none" } else { "" };
    entries.push(match terms.rule {
        Rule::Margin(_) => entry("margin", &format!("The loss of quality nobody would notice: {} here{whose}. A candidate is good enough if it is surely not worse than the reference by more than that.", context.rule())),
        Rule::Bar(_) => entry("bar", &format!("The quality a model must have: {} here. A candidate is good enough if it is surely past it.", context.rule())),
    });
    entries.extend([
        entry("staircase", if terms.margin().is_some() { STAIRCASE } else { BARS }),
        entry("limits", "What deployment allows: the most parameters, bytes, memory or time a model may need. A candidate that exceeds one is not considered."),
        entry("validation", "Rows a model was not trained on, used to tune it and to choose which candidates to test. Each repeat draws others."),
        if context.cross_fitted() { cross_fitting() } else { entry("holdout", "Rows that were sealed from the start. Nothing trained, tuned or chose on them; they are read only for the final tests, so their answer is not flattered by choosing.") },
        entry("repeat", "The same candidate trained again on another split of the rows, from another random start. The spread between repeats is part of every interval."),
        entry("interval, ±", &format!("The range that holds the true value with a confidence of {sure}; it covers the chance of the rows and that of the repeats.")),
        entry("confidence", &format!("How sure a claim has to be before it is made: {sure} means wrong at most {} times in 100.", wrong(terms.confidence))),
        entry("paired", "Two models are compared on the same rows and the same repeats, so that hard rows and lucky splits cancel out."),
        entry("baseline", "A model that ignores the inputs and always gives the same answer: guessing."),
        entry("overfitting", "Answering the training rows much better than new rows: learned by heart in place of understood."),
        entry("p50, p95, p99", "Half, 95 % or 99 % of single predictions took at most this long, measured alone on the machine named below."),
        entry("Pareto front", "The candidates that no other one beats in both quality and cost. Everything below the line is dominated: something is as cheap and better."),
        entry("FLOPs", "Floating-point operations: how much arithmetic a training took, whatever the machine."),
    ]);
    let costs = further(context.findings).into_iter().map(|(cost, _)| cost.about());
    entries.extend(costs.filter_map(|about| Some(entry(about.noun, about.meaning?))));
    entries.extend(
        families(context)
            .into_iter()
            .map(|family| entry(family.id.name(), &format!("A family of models: {}.", family.summary))),
    );
    entries
}

const REFERENCE: &str =
    "The best candidate within the limits, by quality on validation rows. The others are compared with it.";
const INCUMBENT: &str = "The candidate that is in use today, whatever the limits. The question is whether it is needed: the others are compared with it.";
const STAIRCASE: &str = "For each smaller candidate the smallest margin at which it would be good enough. All of these hold at once, so you may choose the margin after you have seen them.";
const BARS: &str = "For each smaller candidate the strictest bar that it is shown to clear. All of these hold at once, so you may choose the bar after you have seen them.";

fn cross_fitting() -> Entry {
    entry(
        "cross-fitting",
        "Each repeat seals another part of the rows and trains on the others, so that every row is tested by models that had not seen it and every label takes part in the verdict. Other repeats validate on those rows, so all plausible candidates are tested, each against a stricter bound.",
    )
}

/// The families that occur, in the order of their cost.
fn families(context: &ReportContext<'_>) -> Vec<&'static FamilyAbout> {
    let rows = &context.findings.analysis.screening.rows;
    let occurs = |about: &&FamilyAbout| rows.iter().any(|row| row.family == about.id);
    every().filter(|about| about.id != FamilyId::BASELINE).filter(occurs).collect()
}

fn entry(word: &str, meaning: &str) -> Entry {
    Entry { word: word.to_owned(), meaning: meaning.to_owned() }
}

fn direction(context: &ReportContext<'_>) -> &'static str {
    if context.higher_is_better() { "Higher is better." } else { "Lower is better." }
}

/// How often in a hundred a claim may be wrong.
fn wrong(confidence: f64) -> String {
    let text = format!("{:.1}", (1.0 - confidence) * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
