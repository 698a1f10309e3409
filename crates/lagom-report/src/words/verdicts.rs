//! The five verdicts: a headline and sentences.

use super::context::{ReportContext, Told};
use super::standing::excess;
use super::unmeasured;
use super::{incumbent, tangible, undecided};
use crate::candidate;
use crate::numbers::{count, list, metric_title, plural};
use crate::study::costs::Exceeded;
use crate::study::{FamilyId, Rule};
use crate::verdict::{CandidateStatus, Test, VerdictKind};

/// The headline and the sentences of the verdict.
pub(super) fn tell(context: &ReportContext<'_>) -> Told {
    // What keeps an answer back comes first, but an incumbent that is missing itself has words of its own.
    let missing = &context.findings.verdict.unmeasured;
    let of_others = context.incumbent().is_none_or(|name| !missing.iter().any(|one| one == name));
    let missing = unmeasured::tell(context).filter(|_| of_others);
    let (headline, mut sentences) = missing.or_else(|| incumbent::tell(context)).unwrap_or_else(|| of_kind(context));
    sentences.extend(unmeasured::beside(context));
    sentences.extend(unmeasured::refusals(context));
    (headline, sentences)
}

fn of_kind(context: &ReportContext<'_>) -> Told {
    match context.findings.verdict.kind {
        VerdictKind::SmallerIsEnough => smaller(context),
        VerdictKind::BiggerPays => bigger(context),
        VerdictKind::Undecided => open(context),
        VerdictKind::NothingQualifies => nothing_qualifies(context),
        VerdictKind::NothingLearned => nothing_learned(context),
    }
}

fn told(headline: &str, sentences: Vec<String>) -> Told {
    (headline.to_owned(), sentences)
}

fn smaller(context: &ReportContext<'_>) -> Told {
    let reference = context.reference();
    let choice = context.findings.verdict.choice.as_deref().unwrap_or(reference);
    if choice == reference {
        return cheapest_is_best(context, choice);
    }
    let sentence = match context.findings.terms.rule {
        Rule::Margin(_) => format!("{choice} does the job of {reference}, {}.", context.best()),
        Rule::Bar(_) => format!(
            "{choice} clears your bar of {} {} on its own; {reference}, {}, is not needed.",
            context.rule(),
            context.metric(),
            context.best()
        ),
    };
    told("No: a smaller model is enough.", vec![sentence, consequence(context, choice, reference)])
}

/// What it means to take the smaller one: what is saved, and what is lost in errors or in the target's unit.
fn consequence(context: &ReportContext<'_>, choice: &str, reference: &str) -> String {
    let saving = incumbent::saving(context, choice, reference);
    let compared = |test: &&Test| test.candidate == choice && test.against.as_deref() == Some(reference);
    match context.deciding().filter(compared).and_then(|test| tangible::difference(context, test)) {
        Some(errors) if errors.contains("error") => format!("It {saving}, and makes {errors}."),
        Some(plain) => format!("It {saving}, and has {plain}."),
        None => format!("It {saving}."),
    }
}

fn cheapest_is_best(context: &ReportContext<'_>, choice: &str) -> Told {
    let rows = &context.findings.analysis.screening.rows;
    // A baseline is a model, too; what is asked was not trained here.
    let model = if rows.iter().any(|row| row.calls.is_some()) { "model" } else { "trained model" };
    let others =
        rows.iter().filter(|row| row.name != choice && row.quality.is_some() && row.family != FamilyId::BASELINE);
    if others.count() == 0 {
        let guessed = rows.iter().any(|row| row.family == FamilyId::BASELINE && row.quality.is_some());
        let good = match (context.findings.terms.rule, context.deciding()) {
            (Rule::Bar(_), Some(_)) => {
                format!(", and it clears your bar of {} {}", context.rule(), context.metric())
            }
            _ if guessed => ", and it learned something".to_owned(),
            _ => String::new(),
        };
        let sentence = format!(
            "{choice} is the only {model} that was measured{good}; there was nothing bigger to compare it with."
        );
        let advice = "Add families or raise `largest` under [ladder] to measure bigger ones.".to_owned();
        return told("No bigger model was measured.", vec![sentence, advice]);
    }
    match (context.findings.terms.rule, context.deciding()) {
        (Rule::Bar(_), Some(_)) => {
            let sentence = format!(
                "{choice}, the smallest {model}{}, clears your bar of {} {}.",
                context.within(),
                context.rule(),
                context.metric()
            );
            told(&format!("No: the smallest {model} is good enough."), vec![sentence])
        }
        (_, Some(test)) => {
            let rival = context.rival(test);
            let within = context.at_best(-test.lower);
            let smallest = if context.smaller_guess(choice) {
                format!("smallest {model} that is shown to beat guessing")
            } else {
                format!("smallest {model}")
            };
            if context.is_overtaken() {
                let first = format!("{choice} is the {smallest}, and was {}.", context.best());
                let bigger = format!(
                    "Bigger ones may be better: {rival}, is {within} than {choice}, and {} is {}.",
                    context.rule_name(),
                    context.rule()
                );
                return told(&format!("No: the {smallest} is good enough."), vec![first, bigger]);
            }
            let first = format!("{choice} is both the {smallest} and {}.", context.best());
            let bigger = format!("Bigger ones were no better: {rival}, is {within} than {choice}.");
            told(&format!("No: the {smallest} is already the best."), vec![first, bigger])
        }
        _ => {
            let sentence = format!("{choice} is the only {model}{} that is shown to beat guessing.", context.within());
            let unknown =
                if rows.iter().any(|row| !row.unknown.is_empty()) { "has a cost that is not known, " } else { "" };
            let advice = format!(
                "Every other candidate {unknown}exceeds a limit, failed or only guesses; the table says which."
            );
            told("No: only one model is left to choose.", vec![sentence, advice])
        }
    }
}

fn bigger(context: &ReportContext<'_>) -> Told {
    let reference = context.reference();
    let first = match (context.findings.terms.rule, context.deciding()) {
        (Rule::Bar(_), _) => {
            format!("{reference} clears your bar of {} {}; the cheaper ones do not.", context.rule(), context.metric())
        }
        (_, Some(test)) => format!(
            "No cheaper model is shown to keep within {} of {reference}: {}, the likeliest to, is surely worse.",
            context.rule_at_hand(),
            test.candidate
        ),
        (_, None) => format!("No cheaper model is shown to keep within {} of {reference}.", context.rule_at_hand()),
    };
    let errors = context.deciding().and_then(|test| Some((test, tangible::at_least(context, test)?)));
    let errors = errors.map(|(test, errors)| format!("{} makes {errors}.", test.candidate));
    let sentences = std::iter::once(first).chain(errors).chain([beyond(context)]);
    told("Yes: the bigger model pays.", sentences.collect())
}

/// What is known of bigger models where none dearer than the reference was measured.
fn nothing_beyond(context: &ReportContext<'_>) -> String {
    let reference = context.reference();
    if let Some((number, gain)) = super::climb::bounded(context) {
        let which = if number == 1 { "the one".to_owned() } else { format!("the {}", count(number)) };
        let sure = context.confidence();
        return format!(
            "{reference} is the dearest model measured; {which} left untrained could gain at most {gain} ({sure})."
        );
    }
    // Only these families have larger rungs where more parameters are allowed.
    let grows = |family| candidate::about(family).is_some_and(|about| about.grows);
    let advice = if context.row(reference).is_some_and(|row| grows(row.family)) {
        "; raise `largest` under [ladder] to find out"
    } else {
        ": its family has no larger size here"
    };
    format!("{reference} is the dearest model measured, so whether a still bigger one would help more is open{advice}.")
}

/// Whether still bigger models than the reference would help more.
fn beyond(context: &ReportContext<'_>) -> String {
    let reference = context.reference();
    let beyond = &context.findings.verdict.beyond;
    let (Some(best), Some(found)) = (&beyond.best, &beyond.difference) else {
        return nothing_beyond(context);
    };
    let limits = |name: &str| {
        let over = context.row(name).is_some_and(|row| row.standing == CandidateStatus::OverLimits);
        if over { ", which exceeds your limits," } else { "" }
    };
    if let Some((row, better)) = context.surely_better() {
        return format!(
            "{}{} would be better still: by {} ({}).",
            row.name,
            limits(&row.name),
            context.style.size(better.point),
            context.at_worst(context.bounds_beyond(better).0)
        );
    }
    let (limits, high) = (limits(best), context.bounds_beyond(found).1);
    let others = match beyond.dearer {
        1 => format!("The one dearer model, {best}{limits}"),
        number => format!(
            "None of the {} dearer models is shown to be better: the best of them, {best}{limits}",
            count(u64::from(number))
        ),
    };
    // The clause about limits brings its own comma.
    let comma = if limits.is_empty() { "," } else { "" };
    if let Some(missing) = context.missing_to_best(reference).filter(|missing| high > *missing) {
        return format!(
            "{others}{comma} may have the best {} there is, {} better than {reference}: its interval does not end before that ({}).",
            context.metric(),
            context.style.size_up(missing),
            context.confidence()
        );
    }
    format!("{others}{comma} is {} than {reference}.", context.at_best(high))
}

fn open(context: &ReportContext<'_>) -> Told {
    if let Some(found) = unmeasured::tell(context) {
        return found;
    }
    if let Some(found) = undecided::outdone(context) {
        return found;
    }
    let mut sentences = undecided::open(context, None);
    sentences.push(undecided::meanwhile(context));
    told(&undecided::headline(context), sentences)
}

fn nothing_qualifies(context: &ReportContext<'_>) -> Told {
    let Some((name, excesses)) = &context.findings.verdict.nearest else {
        let rows = &context.findings.analysis.screening.rows;
        let failed = rows.iter().filter(|row| row.standing == CandidateStatus::Failed).count() as u64;
        let first = format!(
            "{} could not be measured often enough to judge; the table says why.",
            plural(failed, "candidate", "candidates")
        );
        return told(
            "No model could be judged.",
            vec![first, "Mend the failures and run the study again; finished trials are kept.".to_owned()],
        );
    };
    let bar = excesses.iter().find(|excess| excess.limit == Exceeded::Bar);
    if let Some(bar) = bar {
        let first = format!(
            "{name} comes nearest to your bar of {} {} and still misses it by {}.",
            context.rule(),
            context.metric(),
            context.style.size(bar.found.unwrap_or(0.0))
        );
        let mend = if context.of_language() {
            "What may help: more texts, larger models (`largest` under [ladder]), a family that is not on the ladder yet; or a higher bar."
        } else {
            "What may help: cleaner labels, more rows, inputs that say more about the target, a family that is not on the ladder yet; or a lower bar."
        };
        return told("No model clears your bar.", vec![first, mend.to_owned()]);
    }
    let misses: Vec<String> = excesses.iter().map(excess).collect();
    let first = format!("{name} comes nearest: {}.", list(&misses));
    let again = if context.findings.study.candidates.is_empty() {
        "answers at once, without training again."
    } else {
        "trains nothing again; where answers are missing it says so, and `lagom run` asks for them."
    };
    let mend = format!(
        "What may help: add smaller candidates, or ease that limit. `lagom verdict` with another limit {again}"
    );
    told("No model meets your limits.", vec![first, mend])
}

fn nothing_learned(context: &ReportContext<'_>) -> Told {
    let baseline = context.findings.analysis.screening.baseline.as_deref().unwrap_or("the baseline");
    let guess = if context.of_language() {
        "knows how often each byte is there and nothing else"
    } else if context.findings.data.classes.is_empty() {
        "always answers with the mean"
    } else {
        "always answers with the commonest class"
    };
    let first = format!(
        "{baseline}, which {guess}, does as well as far as these data can show; no model of any size is worth its cost yet."
    );
    let headline =
        if context.limited() { "No model within your limits beats guessing." } else { "No model beats guessing." };
    let cut = super::cut::cause(context).map_or_else(String::new, |cut| format!("{cut}, "));
    let causes = if context.of_language() {
        "Likely causes: the bytes of the texts do not depend on those before them (as in random, packed or encrypted data), the wrong column is the text, or there are too few texts.".to_owned()
    } else {
        format!(
            "Likely causes: {cut}the inputs say nothing about the target, the wrong column is the target, labels are wrong or shuffled, or there are too few rows."
        )
    };
    let mut sentences = vec![first];
    sentences.extend(tried(context));
    sentences.push(causes);
    told(headline, sentences)
}

/// How many models were tried, and in which scores.
fn tried(context: &ReportContext<'_>) -> Option<String> {
    let gains = &context.findings.analysis.screening.learning.gains;
    let mut scores = vec![metric_title(context.findings.terms.gate_metric()).to_owned()];
    for gain in gains.iter().filter(|gain| gain.among > 1 || gain.score != context.findings.terms.metric) {
        let title = metric_title(gain.score).to_owned();
        if !scores.contains(&title) {
            scores.push(title);
        }
    }
    if gains.len() == 1 {
        return Some(format!("The one model was held against it, in {}; it was not surely better.", list(&scores)));
    }
    (!gains.is_empty()).then(|| {
        format!(
            "Each of {} was held against it, in {}; none was surely better.",
            plural(gains.len() as u64, "model", "models"),
            list(&scores)
        )
    })
}
