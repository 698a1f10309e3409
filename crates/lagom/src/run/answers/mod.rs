//! What asking a candidate has come to so far: its outcomes as the verdict takes them, its costs, its problems. All of it is read
//! from the store; nobody is asked.

mod answer_scorer;
mod hear;
mod kept;
mod tally;

use std::collections::BTreeMap;

use super::error::RunError;
use super::prompted::PromptedModel;
use super::workspace::Workspace;
use crate::call::{Answer, CallFailure, ModelFacts, Usage};
use crate::data::Sealed;
use crate::measure::Deployment;
use crate::prompt::digest;
use crate::study::{Price, Refusals, Unreadable};
use crate::trial::TrialStats;
use crate::verdict::{
    Answered, CallFacts, CandidateResults, Distribution, RepeatOutcomes, Responses, Tokens, Unmeasured, UnmeasuredKind,
};
use answer_scorer::AnswerScorer;
use kept::Kept;
use tally::Tally;

/// The answers of one candidate in the store.
pub(super) struct StoredAnswers<'a> {
    workspace: &'a Workspace,
    caller: &'a PromptedModel,
}

/// How far a candidate was asked.
#[derive(Default)]
pub(super) struct Extent<'a> {
    /// Rows that it was asked.
    pub(super) rows: &'a [u32],
    /// After how many rows it was given up, where it was.
    pub(super) given_up: Option<u64>,
    /// Why asking it was stopped, where it was.
    pub(super) fault: Option<&'a str>,
}

/// What the rows that a candidate was asked came to.
pub(super) struct AnsweredRows {
    /// Its outcomes, by repeat.
    pub(super) answered: Answered,
    /// How many of its answers are missing.
    pub(super) missing: u64,
}

impl<'a> StoredAnswers<'a> {
    /// Those of this candidate.
    pub(super) fn of(workspace: &'a Workspace, caller: &'a PromptedModel) -> Self {
        Self { workspace, caller }
    }

    /// What the store has of the questions about these rows.
    ///
    /// # Errors
    /// The store can't be read; a row that cannot fill in a template.
    pub(super) fn kept(&self, rows: &[u32], repeat: u32) -> Result<Vec<Kept>, RunError> {
        let (caller, store) = (self.caller, &self.workspace.store);
        let one = |&row: &u32| {
            let key = caller.key(&digest(&caller.question(&self.workspace.prepared.loaded.dataset, row, repeat)?));
            let answer = store.answer(&key)?.map(|record| record.answer);
            // A fault that stopped the asking is of the model, not of the question that met it.
            let failure = match &answer {
                Some(_) => None,
                None => store.call_failure(&key)?.map(|record| record.failure).filter(|found| !is_stop(found)),
            };
            Ok(Kept { key, answer, failure })
        };
        rows.iter().map(one).collect()
    }

    /// What these rows came to, in one repeat, with the answers that they got.
    ///
    /// # Errors
    /// As [`kept`](Self::kept).
    pub(super) fn judged(&self, rows: &[u32], repeat: u32) -> Result<(Responses, Vec<Kept>), RunError> {
        let kept = self.kept(rows, repeat)?;
        Ok((self.scorer().judge(rows, &kept, repeat, &mut Tally::default())?, kept))
    }

    /// What these rows came to, by repeat.
    ///
    /// # Errors
    /// As [`kept`](Self::kept).
    pub(super) fn answered(&self, rows: &[u32]) -> Result<AnsweredRows, RunError> {
        let judge = self.scorer();
        let mut tally = Tally::default();
        let mut own: Vec<Responses> = Vec::new();
        for repeat in 0..self.caller.repeats {
            own.push(judge.judge(rows, &self.kept(rows, repeat)?, repeat, &mut tally)?);
        }
        Ok(AnsweredRows { answered: self.paired(own), missing: tally.missing })
    }

    fn scorer(&self) -> AnswerScorer<'a> {
        AnswerScorer::new(self.caller, &self.workspace.prepared)
    }

    /// The entry of a candidate that was asked so far: one repeat a trained repeat, so that both can be paired. Where more
    /// of its answers are missing than the study allows, or asking it was stopped, it can't be judged; one that was given up
    /// is: whatever its missing answers had been, it would have been.
    ///
    /// # Errors
    /// As [`kept`](Self::kept).
    pub(super) fn entry(&self, extent: &Extent<'_>) -> Result<CandidateResults, RunError> {
        let (caller, rows) = (self.caller, extent.rows);
        let judge = self.scorer();
        let mut tally = Tally::default();
        let mut answers: BTreeMap<String, Answer> = BTreeMap::new();
        let mut own: Vec<Responses> = Vec::new();
        for repeat in 0..caller.repeats {
            let kept = self.kept(rows, repeat)?;
            own.push(judge.judge(rows, &kept, repeat, &mut tally)?);
            answers.extend(kept.into_iter().filter_map(|one| Some((one.key, one.answer?))));
        }
        let answers: Vec<Answer> = answers.into_values().collect();
        let known = self.workspace.store.model(&caller.settings)?;
        let model = known.unwrap_or_else(|| caller.identity.facts.clone());
        let facts = CallFacts { given_up: extent.given_up, ..self.call_facts(&model, &answers, &tally) };
        let repeat = |found: Responses| RepeatOutcomes {
            repeat: found.repeat,
            facts: TrialStats::default(),
            rows: found.rows,
            train: found.outcomes.select(&[]).unwrap_or_else(|_| found.outcomes.clone()),
            validation: found.outcomes,
            gaps: found.gaps,
            sealed: Sealed::from_bytes(Vec::new()),
        };
        let most_tokens = caller.manner.is_called.then_some(caller.max_tokens);
        let too_much = || tally.unmeasured(self.workspace.prepared.study.budget.missing(), most_tokens);
        let unmeasured = match extent.fault {
            Some(cause) => {
                let wanted = rows.len() as u64 * u64::from(caller.repeats);
                let kind = UnmeasuredKind::Backend { answered: tally.asked - tally.missing, wanted };
                Some(Unmeasured { kind, cause: cause.to_owned() })
            }
            None if extent.given_up.is_some() => None,
            None => too_much(),
        };
        Ok(CandidateResults {
            repeats: self.paired(own).into_iter().map(repeat).collect(),
            deployment: deployment(&facts, caller.called.memory.or(model.memory)),
            calls: Some(facts),
            units: self.workspace.prepared.loaded.dataset.units().cloned(),
            unmeasured,
            ..CandidateResults::bare(caller.candidate.clone())
        })
    }

    /// The repeats of a candidate's own (one, or several where it is sampled) numbered as those of the trained
    /// candidates: what does not vary from repeat to repeat stands in each.
    fn paired(&self, own: Vec<Responses>) -> Vec<Responses> {
        let plan = &self.workspace.prepared.plan;
        let trained = if plan.candidates.is_empty() { 0 } else { plan.repeats };
        let count = trained.max(own.len() as u32);
        let of = |number: u32| {
            own.get(number as usize % own.len().max(1)).map(|one| Responses { repeat: number, ..one.clone() })
        };
        (0..count).filter_map(of).collect()
    }

    /// What these answers took and cost.
    fn call_facts(&self, model: &ModelFacts, answers: &[Answer], tally: &Tally) -> CallFacts {
        let (caller, prepared) = (self.caller, &self.workspace.prepared);
        let called = &caller.called;
        let sum = |pick: fn(&Answer) -> Option<u64>| answers.iter().filter_map(pick).sum::<u64>();
        let tokens = Tokens {
            prompt: sum(|answer| answer.usage.prompt),
            cached: sum(|answer| answer.usage.cached),
            completion: sum(|answer| answer.usage.completion),
        };
        let money: Option<f64> =
            called.price.as_ref().and_then(|price| answers.iter().map(|answer| cost(price, &answer.usage)).sum());
        let figures =
            |pick: &dyn Fn(&Answer) -> Option<f64>| Distribution::of(answers.iter().filter_map(pick).collect());
        let per_token = |answer: &Answer| answer.timing.per_token(answer.usage.completion?);
        let rows = prepared.explored_rows().len() as u64 + prepared.loaded.dataset.tested_units() as u64;
        CallFacts {
            model: caller.identity.model.clone(),
            table: called.table.clone(),
            shots: called.shots,
            parameters: called.parameters.or(model.parameters),
            bytes: called.bytes.or(model.bytes),
            answered: answers.len() as u64,
            full: rows * u64::from(caller.repeats),
            asked: tally.asked,
            missing: tally.missing,
            refusals_left_out: caller.prompt.refusals == Refusals::LeaveOut,
            unreadable_wrong: caller.prompt.unreadable == Unreadable::Wrong,
            problems: tally.problems(),
            tokens,
            money,
            money_per_thousand: match &called.price {
                None => Some(0.0),
                Some(_) if answers.is_empty() => None,
                Some(_) => money.map(|money| 1_000.0 * money / answers.len() as f64),
            },
            // An answer that was on disk already took no time that says anything.
            total: figures(&|answer| Some(answer.timing.total).filter(|seconds| *seconds > 0.0)),
            first_token: figures(&|answer| answer.timing.first_token),
            per_token: figures(&per_token),
            tokens_per_second: figures(&|answer| per_token(answer).filter(|s| *s > 0.0).map(|seconds| 1.0 / seconds)),
            given_up: None,
            prompts_cut: answers.iter().filter(|answer| answer.usage.cut.is_some_and(|tokens| tokens > 0)).count()
                as u64,
            training: model.training.clone(),
        }
    }
}

/// Whether this is not the question's own failure, but that of all asking.
fn is_stop(found: &CallFailure) -> bool {
    matches!(found, CallFailure::Stopped { .. })
}

/// What an answer cost; `None` where it is priced by tokens that nobody told: unknown, not free.
fn cost(price: &Price, usage: &Usage) -> Option<f64> {
    let told = |count: Option<u64>, price: f64| count.or((price == 0.0).then_some(0));
    let (prompt, completion) = (told(usage.prompt, price.input)?, told(usage.completion, price.output)?);
    Some(price.of(prompt, usage.cached.unwrap_or(0), completion).amount)
}

/// Costs in use, as far as answers tell them.
fn deployment(facts: &CallFacts, memory: Option<u64>) -> Option<Deployment> {
    let total = facts.total?;
    Some(Deployment {
        latency_p50: total.p50,
        latency_p95: total.p95,
        latency_p99: total.p99,
        predictions: total.count,
        throughput: if total.mean > 0.0 { 1.0 / total.mean } else { 0.0 },
        load_seconds: None,
        memory,
        timings: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_that_nobody_told_are_not_free() {
        let price = |input, output| Price { input, output, cached: None, per_call: 0.25, currency: "USD".to_owned() };
        let told = Usage { prompt: Some(2_000_000), completion: Some(1_000_000), ..Usage::default() };
        // 0.25 + 2 × 1 + 1 × 3
        assert_eq!(cost(&price(1.0, 3.0), &told), Some(5.25));
        let untold = Usage { completion: None, ..told };
        assert_eq!(cost(&price(1.0, 3.0), &untold), None);
        // Where these tokens cost nothing they need not be known: 0.25 + 2 × 1
        assert_eq!(cost(&price(1.0, 0.0), &untold), Some(2.25));
        assert_eq!(cost(&price(0.0, 0.0), &Usage::default()), Some(0.25));
    }
}
