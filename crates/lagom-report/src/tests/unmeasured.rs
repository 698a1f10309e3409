//! What could not be measured stands in the headline; beside the verdict where that holds all the same.

use super::sample::digits;
use crate::study::LimitViolation;
use crate::study::costs::{Bytes, Exceeded};
use crate::verdict::{CandidateStatus, Unmeasured, UnmeasuredKind, VerdictKind};
use crate::{Answer, Findings, answer, markdown, terminal};

/// The digits without these candidates, for this reason.
fn without(names: &[&str], found: &Unmeasured) -> Findings {
    let mut findings = digits();
    for row in findings.analysis.screening.rows.iter_mut().filter(|row| names.contains(&row.name.as_str())) {
        (row.quality, row.difference, row.holdout_quality) = (None, None, None);
        row.excess.clear();
        (row.unmeasured, row.standing) = (Some(found.clone()), CandidateStatus::Unmeasured);
    }
    findings
}

/// The same, where nothing can be said without them.
fn refused(names: &[&str], found: &Unmeasured) -> Answer {
    let mut findings = without(names, found);
    let verdict = &mut findings.verdict;
    (verdict.kind, verdict.choice, verdict.carried_by) = (VerdictKind::Undecided, None, None);
    verdict.unmeasured = names.iter().map(|name| (*name).to_owned()).collect();
    findings.analysis.tests.clear();
    (findings.curve, findings.bundle) = (None, None);
    // Every form shows it.
    let told = answer(&findings);
    assert!(
        markdown(&findings).starts_with(&format!("**{}**", told.headline.replace('`', "\\`"))),
        "{}",
        told.headline
    );
    assert!(terminal(&findings, 200).starts_with(&told.headline));
    told
}

fn trials(failed: u64, memory: bool, lasting: bool, cause: &str) -> Unmeasured {
    Unmeasured { kind: UnmeasuredKind::Trials { failed, of: 5, memory, lasting }, cause: cause.to_owned() }
}

#[test]
fn a_size_that_ran_out_of_memory_is_the_headline() {
    let told = refused(&["mlp-2M"], &trials(5, true, false, "killed by signal 9, most often for want of memory"));
    assert_eq!(told.headline, "Can't tell: mlp-2M ran out of memory.");
    let said = told.sentences.join(" ");
    for words in [
        "mlp-2M: 5 of 5 trainings failed, also when tried again with nothing beside: killed by signal 9",
        "no answer rests on mlp-2M or against it",
        "Of what was measured mlp-790k is the best within your limits, with accuracy",
        "that is no verdict",
        "`largest = \"790282\"` under [ladder]",
        "all that was measured is kept",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("safe choice") && !said.contains("enough"), "{said}");
}

#[test]
fn each_cause_has_its_own_words() {
    let diverged = refused(&["linear", "mlp-2M"], &trials(5, false, true, "the loss is not a number"));
    assert_eq!(diverged.headline, "Can't tell: linear and mlp-2M could not be trained.");
    assert!(
        diverged.sentences[0].starts_with("linear and mlp-2M: 5 of 5 trainings failed, as they would again: the loss")
    );
    let untimed = Unmeasured { kind: UnmeasuredKind::Costs, cause: "killed by signal 11".to_owned() };
    assert_eq!(refused(&["mlp-2M"], &untimed).headline, "Can't tell: mlp-2M could not be timed.");
    let three = refused(&["linear", "mlp-1k", "mlp-2M"], &trials(2, false, false, "killed by signal 15"));
    assert_eq!(three.headline, "Can't tell: linear and 2 other candidates could not be trained.");
}

#[test]
fn what_was_left_out_for_the_sake_of_another_is_no_cause() {
    let mut findings =
        without(&["mlp-790k"], &trials(2, true, false, "killed by signal 9, most often for want of memory"));
    let beyond = findings.analysis.screening.rows.iter_mut().find(|row| row.name == "mlp-2M").unwrap();
    (beyond.quality, beyond.unmeasured) = (None, Some(Unmeasured::untried()));
    findings.verdict.kind = VerdictKind::Undecided;
    (findings.verdict.choice, findings.verdict.carried_by) = (None, None);
    findings.verdict.unmeasured = vec!["mlp-790k".to_owned(), "mlp-2M".to_owned()];
    let told = answer(&findings);
    assert_eq!(told.headline, "Can't tell: mlp-790k ran out of memory.");
    assert!(told.sentences.join(" ").contains("mlp-2M: not tried: a smaller one of its family ran out of memory."));
}

#[test]
fn where_the_verdict_stands_the_sentence_is_beside_it_and_not_at_the_foot() {
    let mut findings = without(&["mlp-1k"], &trials(5, false, true, "the loss is not a number"));
    let told = answer(&findings);
    assert_eq!(told.headline, answer(&digits()).headline);
    let last = told.sentences.last().expect("sentences");
    assert_eq!(last, "mlp-1k could not be trained (the loss is not a number); it takes no part in this verdict.");
    // One that exceeds a limit would take none in any case.
    let row = findings.analysis.screening.rows.iter_mut().find(|row| row.name == "mlp-1k").unwrap();
    row.excess = vec![LimitViolation { limit: Exceeded::Cost(&Bytes), allowed: 1.0, found: Some(2.0) }];
    assert_eq!(answer(&findings).sentences, answer(&digits()).sentences);
}
