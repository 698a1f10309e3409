//! Two candidates of which nobody knows the cheaper one: both readings, in words.

use super::context::CompareContext;
use super::words::by_kind;
use crate::verdict::VerdictKind;
use lagom_import::compare::{Judgement, OrderReading};

/// The headline and one sentence for each reading; none where the order is known, or makes no difference.
pub(super) fn either_order(context: &CompareContext<'_>) -> Option<(String, Vec<String>)> {
    let judgement = context.judgement;
    if judgement.readings.is_empty() || judgement.verdict.kind == VerdictKind::NothingQualifies {
        return None;
    }
    let headline = match (&judgement.verdict.choice, judgement.verdict.is_decided()) {
        (Some(choice), true) => format!("Which is cheaper is not known; either way, use {choice}."),
        _ if hangs_on_the_order(judgement) => "Which is cheaper is not known, and the answer hangs on it.".to_owned(),
        _ => "Can't tell yet, and which is cheaper is not known.".to_owned(),
    };
    Some((headline, judgement.readings.iter().map(|reading| told(context, reading)).collect()))
}

/// Whether both readings of the order decide, and for different candidates.
pub(super) fn hangs_on_the_order(judgement: &Judgement) -> bool {
    let both = judgement.readings.iter().all(|reading| reading.verdict.is_decided());
    !judgement.readings.is_empty() && both && !judgement.verdict.is_decided()
}

/// One reading: `If a is the cheaper one: …`.
fn told(context: &CompareContext<'_>, reading: &OrderReading) -> String {
    let mut read = context.judgement.clone();
    read.rows.sort_by_key(|row| row.name != reading.cheaper);
    read.verdict = reading.verdict.clone();
    read.readings = Vec::new();
    let (headline, sentences) = by_kind(&CompareContext { judgement: &read, ..*context });
    format!("If {} is the cheaper one: {headline} {}", reading.cheaper, sentences.join(" ")).trim_end().to_owned()
}
