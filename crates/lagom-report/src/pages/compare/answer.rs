//! The answer: the verdict in words, or both readings of it, with what has to be known beside.

use super::context::CompareContext;
use super::either_order::{either_order, hangs_on_the_order};
use super::facts;
use super::words::by_kind;
use crate::answer::Answer;
use crate::numbers::{count, plural};
use crate::verdict::VerdictKind;
use lagom_import::compare::Judgement;

/// The answer of one judgement.
pub(super) fn answer(context: &CompareContext<'_>) -> Answer {
    let (headline, sentences) = either_order(context).unwrap_or_else(|| {
        let (headline, sentences) = by_kind(context);
        (headline.to_owned(), sentences)
    });
    let mut notes: Vec<String> = proposed(context).into_iter().collect();
    notes.extend(context.judgement.notes.iter().cloned());
    notes.extend(several_tasks(context));
    Answer { headline, sentences, cautions: Vec::new(), facts: facts::tell(context), notes }
}

/// The verdict in two or three words, for a table of tasks.
pub(super) fn short(judgement: &Judgement) -> &'static str {
    match judgement.verdict.kind {
        _ if hangs_on_the_order(judgement) => "hangs on the order",
        VerdictKind::SmallerIsEnough => "smaller is enough",
        VerdictKind::BiggerPays => "bigger pays",
        VerdictKind::Undecided => "can't tell yet",
        VerdictKind::NothingQualifies | VerdictKind::NothingLearned => "nothing qualifies",
    }
}

/// That lagom chose the margin.
fn proposed(context: &CompareContext<'_>) -> Option<String> {
    let judgement = context.judgement;
    let these = judgement.examples.map_or_else(|| "these means".to_owned(), |all| plural(all, "example", "examples"));
    judgement.proposed.then(|| {
        format!(
            "You named no margin; lagom took {}, the smallest usual one that {these} can resolve. Name the loss of {} you would not notice with `--margin`, or what is enough in itself with `--bar`.",
            context.rule(),
            judgement.metric
        )
    })
}

/// That verdicts on single tasks are many claims.
fn several_tasks(context: &CompareContext<'_>) -> Option<String> {
    let tasks = context.judgement.task_count;
    (tasks > 1).then(|| {
        format!(
            "The answer is about all {}; the verdicts on single ones are {} separate claims, each with {} of its own.",
            plural(tasks, "task", "tasks"),
            count(tasks),
            context.confidence()
        )
    })
}
