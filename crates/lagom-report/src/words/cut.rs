//! Texts that pretrained weights do not read to the end.

use super::context::ReportContext;
use crate::numbers::{count, list, plural};
use crate::{CutTexts, Findings};

/// That the choice or what it is measured against does not read all texts to the end.
pub(super) fn tell(context: &ReportContext<'_>) -> Option<String> {
    let cut = context.findings.data.cut.iter();
    let told: Vec<String> = cut.filter(|one| is_foremost(context.findings, one)).map(sentence).collect();
    (!told.is_empty()).then(|| told.join(" "))
}

/// The same of each other candidate.
pub(crate) fn others(findings: &Findings) -> Vec<String> {
    findings.data.cut.iter().filter(|one| !is_foremost(findings, one)).map(sentence).collect()
}

/// Whether it is the choice, the reference, or what comes nearest where nothing qualifies.
fn is_foremost(findings: &Findings, cut: &CutTexts) -> bool {
    let verdict = &findings.verdict;
    let nearest = verdict.nearest.as_ref().map(|(name, _)| name);
    [verdict.choice.as_ref(), verdict.reference.as_ref(), nearest].contains(&Some(&cut.candidate))
}

/// The same as a likely cause of a verdict that no model learned anything; none where all texts were read.
pub(super) fn cause(context: &ReportContext<'_>) -> Option<String> {
    let cut = &context.findings.data.cut;
    let first = cut.iter().max_by_key(|one| one.texts)?;
    let names: Vec<String> = cut.iter().map(|one| one.candidate.clone()).collect();
    let verb = if names.len() == 1 { "does" } else { "do" };
    Some(format!(
        "what tells the target stands behind the part of the texts that is read ({} {verb} not read all of them to the end; {} reads {} tokens and cuts {}: {})",
        list(&names),
        first.candidate,
        count(u64::from(first.tokens)),
        texts(first),
        first.from
    ))
}

/// The sentence of one candidate.
fn sentence(cut: &CutTexts) -> String {
    format!(
        "{} does not read {} to the end: they are longer than {} tokens ({}).",
        cut.candidate,
        texts(cut),
        count(u64::from(cut.tokens)),
        cut.from
    )
}

fn texts(cut: &CutTexts) -> String {
    match cut.of_training {
        true => plural(cut.texts, "training text", "training texts"),
        false => plural(cut.texts, "text", "texts"),
    }
}
