//! The effect of shots: the same model asked with fewer and with more solved examples before each question.

use super::compare::{difference, validation};
use super::types::{CandidateResults, ShotEffect, ShotStep};
use crate::metric::Metric;

/// What shots bring to each table of the study that names several numbers of them, in the order of `entries`.
pub(super) fn shot_effects(entries: &[CandidateResults], metric: Metric) -> Vec<ShotEffect> {
    let called = || entries.iter().filter_map(|entry| Some((entry, entry.calls.as_ref()?)));
    let mut tables: Vec<&str> = called().map(|(_, calls)| calls.table.as_str()).collect();
    let mut seen = std::collections::BTreeSet::new();
    tables.retain(|table| seen.insert(*table));
    let one = |table: &str| {
        let mut of_table: Vec<(&CandidateResults, u32)> =
            called().filter(|(_, calls)| calls.table == table).map(|(entry, calls)| (entry, calls.shots)).collect();
        of_table.sort_by_key(|(_, shots)| *shots);
        let (fewest, _) = *of_table.first().filter(|_| of_table.len() > 1)?;
        let step = |(at, (entry, shots)): (usize, &(&CandidateResults, u32))| ShotStep {
            candidate: entry.candidate.name.clone(),
            shots: *shots,
            difference: (at > 0).then(|| difference(metric, &validation(entry), &validation(fewest))).flatten(),
        };
        Some(ShotEffect { table: table.to_owned(), steps: of_table.iter().enumerate().map(step).collect() })
    };
    tables.into_iter().filter_map(one).collect()
}

/// Facts of calls that say nothing.
#[cfg(test)]
pub(super) fn call_facts() -> super::types::CallFacts {
    super::types::CallFacts {
        model: String::new(),
        table: String::new(),
        shots: 0,
        parameters: None,
        bytes: None,
        asked: 0,
        missing: 0,
        refusals_left_out: false,
        unreadable_wrong: false,
        answered: 0,
        full: 0,
        problems: super::types::Problems::default(),
        tokens: super::types::Tokens::default(),
        money: None,
        money_per_thousand: None,
        total: None,
        first_token: None,
        per_token: None,
        tokens_per_second: None,
        given_up: None,
        prompts_cut: 0,
        training: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::Spec;
    use crate::study::FamilyId;
    use crate::verdict::CallFacts;
    use crate::verdict::agreement::tests::entry;

    fn asked(table: &str, shots: u32, rows: &[u32], answers: &[Option<usize>]) -> CandidateResults {
        let spec = Spec::called(FamilyId::ENDPOINT);
        let (table_name, answered) = (table.to_owned(), rows.len() as u64);
        let calls = CallFacts { table: table_name, shots, answered, full: 6, ..call_facts() };
        CandidateResults { calls: Some(calls), ..entry(&format!("{table}-{shots}shot"), spec, rows, answers) }
    }

    /// The truth is 0 1 2 0 1 2. With four shots all six are right; without, given up after three rows, two of three: 1/3 better
    /// on the three that both have.
    #[test]
    fn shots_are_compared_with_the_fewest_of_the_same_table_on_shared_rows() {
        let all = [0, 1, 2, 3, 4, 5];
        let right = [Some(0), Some(1), Some(2), Some(0), Some(1), Some(2)];
        let entries = [
            asked("a", 4, &all, &right),
            asked("b", 0, &all, &right),
            asked("a", 0, &all[..3], &[Some(0), Some(1), None]),
            entry("linear", Spec::of("linear"), &all, &right),
        ];
        let found = shot_effects(&entries, Metric::Accuracy);
        assert_eq!(found.len(), 1);
        let steps: Vec<(&str, u32)> = found[0].steps.iter().map(|step| (step.candidate.as_str(), step.shots)).collect();
        assert_eq!(steps, [("a-0shot", 0), ("a-4shot", 4)]);
        assert_eq!(found[0].steps[0].difference, None);
        let gain = found[0].steps[1].difference.as_ref().unwrap();
        assert!((gain.point - 1.0 / 3.0).abs() < 1e-12 && gain.examples == 3, "{gain:?}");
    }
}
