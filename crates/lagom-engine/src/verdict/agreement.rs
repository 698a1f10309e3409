//! Where candidates err together: which examples both get right, one alone, or neither.

use super::compare::{Shared, validation};
use super::types::{Agreement, CandidateResults, Scored};
use crate::metric::{Metric, NO_ANSWER, Outcomes, score};
use crate::study::FamilyId;

/// Every pair of candidates that shares validation rows, where some candidate is asked; baselines are left out. Nothing for a
/// metric that gives an example a grade rather than right or wrong.
pub(super) fn agreements(entries: &[&CandidateResults], metric: Metric) -> Vec<Agreement> {
    if entries.iter().all(|entry| entry.calls.is_none()) {
        return Vec::new();
    }
    let learner = |entry: &&&CandidateResults| entry.candidate.spec.family != FamilyId::BASELINE;
    let learners: Vec<&&CandidateResults> = entries.iter().filter(learner).collect();
    let mut found = Vec::new();
    for (at, first) in learners.iter().enumerate() {
        found.extend(learners[at + 1..].iter().filter_map(|second| agreement(first, second, metric)));
    }
    found
}

fn agreement(first: &CandidateResults, second: &CandidateResults, metric: Metric) -> Option<Agreement> {
    let (ours, theirs) = (validation(first), validation(second));
    let mut found = Agreement {
        candidates: [first.candidate.name.clone(), second.candidate.name.clone()],
        examples: 0,
        both: 0,
        only_first: 0,
        only_second: 0,
        neither: 0,
        same: None,
    };
    for one in &ours {
        let partner: Option<&Scored<'_>> = theirs.iter().find(|partner| partner.repeat == one.repeat);
        let Some(shared) = partner.and_then(|partner| Shared::of(*one, *partner)) else { continue };
        let (mine, yours) = (right(&shared.ours, metric)?, right(&shared.theirs, metric)?);
        found.examples = found.examples.max(shared.examples.len() as u64);
        for pair in mine.iter().zip(&yours) {
            match pair {
                (true, true) => found.both += 1,
                (true, false) => found.only_first += 1,
                (false, true) => found.only_second += 1,
                (false, false) => found.neither += 1,
            }
        }
        if let (Outcomes::Classes(mine), Outcomes::Classes(yours)) = (&*shared.ours, &*shared.theirs) {
            let same = found.same.get_or_insert_default();
            for ((a, b), truth) in mine.predicted.iter().zip(&yours.predicted).zip(&mine.truth) {
                let is_same = a == b && *a != NO_ANSWER;
                same.answered += u64::from(is_same);
                same.wrong += u64::from(is_same && a != truth);
            }
        }
    }
    (found.outcomes() > 0).then_some(found)
}

/// Which examples are right: of classes whatever the metric makes of them, of texts where the metric says right or wrong.
fn right(outcomes: &Outcomes, metric: Metric) -> Option<Vec<bool>> {
    match outcomes {
        Outcomes::Classes(of) => Some(of.truth.iter().zip(&of.predicted).map(|(truth, said)| truth == said).collect()),
        _ if metric.is_right_or_wrong() => {
            let scores = score(metric, outcomes).ok()?.per_example();
            Some(scores.into_iter().map(|score| score > 0.5).collect())
        }
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::types::Both;
    use super::*;
    use crate::metric::ClassOutcomes;

    fn said(answers: &[Option<usize>]) -> Outcomes {
        let mut outcomes = ClassOutcomes::new(3);
        for (at, answer) in answers.iter().enumerate() {
            let truth = (at % 3) as u32;
            match answer {
                Some(class) => {
                    let chances: Vec<f32> = (0..3).map(|one| f32::from(u8::from(one == *class))).collect();
                    outcomes.push(truth, &chances).unwrap();
                }
                None => outcomes.push_no_answer(truth),
            }
        }
        Outcomes::Classes(outcomes)
    }

    /// A candidate that has answered these rows, whose truth is their place modulo 3.
    pub(in crate::verdict) fn entry(
        name: &str,
        family: crate::candidate::Spec,
        rows: &[u32],
        answers: &[Option<usize>],
    ) -> CandidateResults {
        use crate::candidate::Candidate;
        let candidate = Candidate::new(name, family, 1);
        let facts = crate::trial::TrialStats { parameters: 1, bytes: 1, ..Default::default() };
        let validation = said(answers);
        let repeat = super::super::types::RepeatOutcomes {
            repeat: 0,
            facts,
            rows: rows.to_vec(),
            train: validation.clone(),
            validation,
            gaps: None,
            sealed: crate::data::Sealed::from_bytes(Vec::new()),
        };
        CandidateResults { repeats: vec![repeat], ..CandidateResults::bare(candidate) }
    }

    /// Truth of rows 0 to 5: 0 1 2 0 1 2. One says 0 1 2 1 – –, the other 0 1 0 1 1 – : both right on rows 0 and 1, the first
    /// alone on 2, the second alone on 4, neither on 3 (the same wrong class) and 5 (no answer of either, not the same one).
    #[test]
    fn pairs_are_counted_on_the_rows_that_both_have() {
        let first = entry(
            "a",
            crate::candidate::Spec::of("linear"),
            &[0, 1, 2, 3, 4, 5],
            &[Some(0), Some(1), Some(2), Some(1), None, None],
        );
        let second = entry(
            "b",
            crate::candidate::Spec::of("linear"),
            &[0, 1, 2, 3, 4, 5],
            &[Some(0), Some(1), Some(0), Some(1), Some(1), None],
        );
        let found = agreement(&first, &second, Metric::Accuracy).unwrap();
        assert_eq!((found.both, found.only_first, found.only_second, found.neither), (2, 1, 1, 2));
        assert_eq!((found.examples, found.same), (6, Some(Both { answered: 3, wrong: 1 })));
        let turned = found.turned();
        assert_eq!((turned.only_first, turned.only_second, turned.candidates[0].as_str()), (1, 1, "b"));
        // Given up after three rows: only those are shared, whatever their order.
        let fewer = entry("c", crate::candidate::Spec::of("linear"), &[0, 1, 2], &[Some(0), Some(1), Some(0)]);
        let found = agreement(&first, &fewer, Metric::MacroF1).unwrap();
        assert_eq!((found.examples, found.both, found.only_first, found.neither), (3, 2, 1, 0));
        let nothing = entry("d", crate::candidate::Spec::of("linear"), &[7, 8, 9], &[Some(0); 3]);
        assert!(agreement(&first, &nothing, Metric::Accuracy).is_none());
        // Where nobody is asked there is no table.
        assert!(agreements(&[&first, &second], Metric::Accuracy).is_empty());
    }
}
