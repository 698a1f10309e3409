//! The answer to a study's question.

use super::context::ReportContext;
use super::{cautions, close, facts, levers, notes, verdicts};
use crate::Findings;
use crate::answer::Answer;

/// The answer to the study's question in plain words, for all five verdicts.
#[must_use]
pub fn answer(findings: &Findings) -> Answer {
    let context = ReportContext::new(findings);
    let (mut headline, mut sentences) = verdicts::tell(&context);
    if let Some((moved, told)) = levers::moved(&context) {
        let plain = format!("By the plain recipes alone the answer is: {headline}");
        headline = moved;
        sentences = told.into_iter().chain([plain]).chain(sentences).collect();
    }
    sentences.extend(levers::first(&context));
    // What hangs on noise comes first: it is about this verdict, the others about the data.
    let cautions = close::tell(&context).into_iter().chain(cautions::tell(&findings.data.cautions)).collect();
    Answer { headline, sentences, cautions, facts: facts::tell(&context), notes: notes::tell(&context) }
}
