//! What a reader has to know to judge a judgement: whole sentences.

use super::context::ComparisonContext;
use super::findings::{Evidence, Judgement};

/// With fewer clusters than this it is said how much hangs on each.
const FEW_CLUSTERS: u64 = 10;

/// The notes, the weightiest first.
pub(super) fn notes(judgement: &Judgement, context: &ComparisonContext<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(order(judgement, context));
    if judgement.evidence == Evidence::Unpaired {
        notes.push("These files hold means and standard errors alone, so the candidates are compared as if they had been scored on different examples. That is weaker than a paired comparison: the logs of single examples (lm-evaluation-harness: --log_samples) would give narrower intervals.".to_owned());
    }
    notes.extend(seeds(context));
    if let Some(clusters) = judgement.clusters.filter(|clusters| *clusters < FEW_CLUSTERS) {
        notes.push(format!(
            "There are only {clusters} clusters, and what differs between clusters is known from so few: more clusters would narrow the intervals most."
        ));
    }
    notes
}

/// That nothing, or only a reference, says which is the cheaper.
fn order(judgement: &Judgement, context: &ComparisonContext<'_>) -> Option<String> {
    if let Some((other, reference)) = &context.order.implied {
        return Some(format!(
            "You named {reference} as what to compare with, so {other} is taken to be the cheaper one; `--order CHEAPEST,DEAREST` says otherwise."
        ));
    }
    if !judgement.order_unknown {
        return None;
    }
    let timed = judgement.rows.iter().all(|row| row.costs.latency.is_some());
    let latency = if timed { " How long they took does not say it (`--smallest-by latency` takes it to)." } else { "" };
    Some(format!(
        "No size, price or order says which of the two is cheaper.{latency} `--order CHEAPEST,DEAREST` or a table of candidates with sizes or prices tells."
    ))
}

/// What the claim is about, where there are several seeds.
fn seeds(context: &ComparisonContext<'_>) -> Option<String> {
    let matrix = context.matrix;
    let counts = matrix.seeds();
    let luck = matrix.luck(&(0..counts.len()).collect::<Vec<_>>())?;
    let mut note = String::new();
    if counts.iter().any(|count| Some(count) != counts.first()) {
        let each: Vec<String> =
            matrix.names.iter().zip(&counts).map(|(name, count)| format!("{name} {count}")).collect();
        note = format!(
            "The candidates have different numbers of seeds ({}); one with a single seed is taken to vary as the others do. ",
            super::error::some(&each)
        );
    }
    let shift = if luck.variance > 0.0 {
        format!(
            "a seed shifts a mean by about {} (standard deviation) beyond what the examples account for, pooled over the candidates",
            two_digits(luck.deviation())
        )
    } else {
        "nothing shows that a seed shifts a mean beyond what the examples account for".to_owned()
    };
    note.push_str(&format!(
        "Each example counts with its mean over the seeds, and the claim is about the candidates under seeds like these, not about these runs alone: {shift}."
    ));
    Some(note)
}

/// A positive number with two digits that count.
fn two_digits(value: f64) -> String {
    let decimals = (1.0 - value.log10().floor()).clamp(0.0, 12.0) as usize;
    format!("{value:.decimals$}")
}
