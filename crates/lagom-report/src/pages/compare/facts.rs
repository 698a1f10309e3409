//! The figures under the answer.

use super::context::{CompareContext, cost_text, cost_title, p_value};
use crate::answer::Fact;
use crate::numbers::{count, percent, plural, times};
use crate::study::Cost;
use crate::study::costs::{Bytes, imported};
use crate::verdict::VerdictKind;
use lagom_import::compare::{ComparedWith, Comparison, DirectionFrom, Evidence, MANY};

/// The figures that carry the answer, the most important first.
pub(super) fn tell(context: &CompareContext<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    facts.extend(quality(context));
    if let Some(found) = context.carrier() {
        facts.extend(pairs(context, found));
        facts.push(interval(context, found));
    }
    facts.extend(costs(context));
    facts.extend(replay(context));
    facts.push(direction(context));
    facts.push(evidence(context));
    facts
}

/// Which way is better, and what said so.
fn direction(context: &CompareContext<'_>) -> Fact {
    let judgement = context.judgement;
    let (value, other) =
        if judgement.higher_is_better { ("higher is better", "lower") } else { ("lower is better", "higher") };
    let detail = match judgement.direction_from {
        DirectionFrom::Told => ", as you said".to_owned(),
        DirectionFrom::File => ", as the files say".to_owned(),
        DirectionFrom::Format => ", as of all scores of this kind".to_owned(),
        // What a table calls nothing is called a score.
        DirectionFrom::Name if judgement.metric == "score" => {
            format!(", as of scores of which nothing says otherwise; --direction {other} does")
        }
        DirectionFrom::Name => {
            format!(", going by the name {}; --direction {other} says otherwise", judgement.metric)
        }
    };
    Fact::new("direction", value, detail)
}

fn quality(context: &CompareContext<'_>) -> Option<Fact> {
    let metric = context.judgement.metric.as_str();
    let on = context.on_examples();
    let Some(found) = context.carrier() else {
        let verdict = &context.judgement.verdict;
        let name = verdict.choice.as_deref().or(verdict.reference.as_deref())?;
        return Some(Fact::new(metric, context.quality(name), format!("for {name}{on}")));
    };
    let kind = context.judgement.verdict.kind;
    let Some(against) = found.against.as_deref() else {
        let (style, words) = (context.style, ("past it", "short of it"));
        let bound = match (found.passed(), kind) {
            (true, _) => style.at_worst(found.lower, words),
            (_, VerdictKind::Undecided) => {
                format!("{} and {}", style.at_worst(found.lower, words), style.at_best(found.upper, words))
            }
            _ => style.at_best(found.upper, words),
        };
        let (name, rule, sure) = (&found.candidate, context.rule(), context.confidence());
        let detail = format!("for {name}{on}; your bar is {rule}, {bound} ({sure})");
        return Some(Fact::new(metric, context.quality(&found.candidate), detail));
    };
    let (own, other) = (context.quality(&found.candidate), context.quality(against));
    Some(match kind {
        VerdictKind::BiggerPays => {
            Fact::new(metric, other, format!("against {own}{on}; {}", context.at_worst(-found.upper)))
        }
        VerdictKind::Undecided => {
            let (name, said) = (&found.candidate, context.between(found.lower, found.upper));
            Fact::new(metric, own, format!("for {name} against {other} for {against}{on}; {name} is {said}"))
        }
        _ => {
            let said = format!("{}, {} is {}", context.at_worst(found.lower), context.margin_title(), context.rule());
            Fact::new(metric, own, format!("against {other}{on}; {said}"))
        }
    })
}

/// The examples on which just one of the two is right.
fn pairs(context: &CompareContext<'_>, found: &Comparison) -> Option<Fact> {
    let discordant = found.discordant.as_ref()?;
    let against = found.against.as_deref()?;
    let corrected = if context.judgement.rows.len() > 2 { ", of this pair alone" } else { "" };
    let value = format!("{} against {}", count(discordant.wins), count(discordant.losses));
    let detail = format!(
        "examples that only {} or only {against} has right; exact McNemar p {}{corrected}",
        found.candidate,
        equals(discordant.p_exact)
    );
    Some(Fact::new("pairs", value, detail))
}

fn equals(p: f64) -> String {
    let text = p_value(p);
    if text.starts_with('<') { text } else { format!("= {text}") }
}

/// The difference with its two-sided interval.
fn interval(context: &CompareContext<'_>, found: &Comparison) -> Fact {
    let sure = context.confidence();
    let value = context.style.signed(found.estimate.point);
    let range = context.range(found.interval);
    let detail = match (&found.discordant, context.judgement.evidence) {
        (Some(discordant), _) => {
            format!("({range} with {sure}, Tango; by hand {}, Wald)", context.range(discordant.wald))
        }
        (None, Evidence::Unpaired) => format!("({range} with {sure}, unpaired)"),
        (None, _) => format!("({range} with {sure})"),
    };
    let label = if found.against.is_some() { "difference" } else { "to the bar" };
    Fact::new(label, value, detail)
}

/// What the candidate to use costs, and what that saves against the other of the two compared.
fn costs(context: &CompareContext<'_>) -> Vec<Fact> {
    let verdict = &context.judgement.verdict;
    let nearest = verdict.nearest.as_ref().map(|(name, _)| name);
    let Some(row) = verdict.choice.as_ref().or(nearest).and_then(|name| context.row(name)) else { return Vec::new() };
    let other = context.carrier().and_then(|found| {
        let own = if found.candidate == row.name { found.against.as_ref() } else { Some(&found.candidate) };
        own.and_then(|name| context.row(name))
    });
    let fact = |cost: &'static dyn Cost| {
        let (own, words) = (row.costs.value(cost)?, cost.about().row?);
        let against = other.and_then(|other| other.costs.value(cost)).map(|theirs| theirs / own);
        let name = other.map(|other| other.name.as_str());
        let gain = against.map(|ratio| times(ratio, (words.less, words.more), name));
        let title = cost_title(cost, &context.judgement.rows);
        let detail = if cost.is(&Bytes) { String::new() } else { title };
        Some(Fact { gain: gain.unwrap_or_default(), ..Fact::new(words.label, cost_text(cost, &row.costs), detail) })
    };
    imported().into_iter().filter_map(fact).collect()
}

fn replay(context: &CompareContext<'_>) -> Option<Fact> {
    let replay = context.judgement.replay.as_ref()?;
    let all = count(replay.examples);
    let of = if replay.comparisons > 1 {
        format!(" of all {} comparisons", count(replay.comparisons))
    } else {
        String::new()
    };
    Some(match replay.decided_after {
        Some(after) => Fact::new(
            "replay",
            count(after),
            format!(
                "of {all} examples ({}) in random order would have been enough for the verdict{of}",
                percent(after as f64 / replay.examples.max(1) as f64)
            ),
        ),
        None => Fact::new("replay", all, format!("examples do not settle the verdict{of}")),
    })
}

fn evidence(context: &CompareContext<'_>) -> Fact {
    let judgement = context.judgement;
    let candidates = judgement.rows.iter().filter(|row| row.excess.is_empty()).count() as u64;
    let compared = match judgement.compared_with {
        ComparedWith::TheBest if candidates > MANY as u64 => {
            "each compared with the best measured, and what does its job with all that may be the best"
        }
        ComparedWith::TheBest => "each compared with every other",
        ComparedWith::TheNamed => "the cheaper ones compared with your reference",
        ComparedWith::TheBar => "each compared with your bar",
    };
    let mut detail = format!(", {compared}");
    if judgement.bound_confidence > context.terms.confidence + 1e-9 {
        let each = percent_fine(judgement.bound_confidence);
        detail.push_str(&format!(
            "; each bound holds with {each}, so that all hold at once with {}",
            context.confidence()
        ));
    }
    if let Some(clusters) = judgement.clusters {
        detail.push_str(&format!("; {}", plural(clusters, "cluster", "clusters")));
    }
    if judgement.seeds > 1 {
        detail.push_str(&format!("; {} seeds each", count(judgement.seeds)));
    }
    if judgement.evidence == Evidence::Unpaired {
        detail.push_str("; unpaired");
    }
    Fact::new("evidence", plural(candidates, "candidate", "candidates"), detail)
}

/// A share close to 1 in per cent, with two decimals, and with more where two would make it all.
fn percent_fine(share: f64) -> String {
    let rest = (100.0 - share * 100.0).max(1e-9);
    let decimals = (1.0 - rest.log10().floor()).clamp(2.0, 10.0) as usize;
    let text = format!("{:.decimals$}", share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}
