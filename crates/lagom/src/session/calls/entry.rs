//! What asking a candidate has come to so far: its outcomes as the verdict takes them, its costs, its problems.

use std::collections::BTreeMap;

use super::answer_scorer::AnswerScorer;
use super::ask::is_stop;
use super::kept::Kept;
use super::prompted_model::PromptedModel;
use super::tally::Tally;
use crate::call::{Answer, ModelFacts};
use crate::data::{Sealed, split};
use crate::measure::Deployment;
use crate::prompt::digest;
use crate::session::error::SessionError;
use crate::session::start::Session;
use crate::study::{Price, Refusals, Unreadable};
use crate::trial::TrialStats;
use crate::verdict::{
    CallFacts, CandidateResults, Distribution, RepeatOutcomes, Responses, Tokens, Unmeasured, UnmeasuredKind,
};

impl Session {
    /// The development rows that every asked candidate answers, in the order of asking: the validation rows of every
    /// repeat, shuffled.
    pub(super) fn explored_rows(&self) -> Vec<u32> {
        let dataset = &self.prepared.loaded.dataset;
        let mut rows = split(dataset, &self.prepared.first_split()).validation;
        super::shuffle(&mut rows, self.prepared.study.trials.seed, "explore");
        rows
    }

    /// What the store has of the questions about these rows.
    ///
    /// # Errors
    /// The store can't be read; a row that cannot fill in a template.
    pub(super) fn kept(&self, caller: &PromptedModel, rows: &[u32], repeat: u32) -> Result<Vec<Kept>, SessionError> {
        let dataset = &self.prepared.loaded.dataset;
        let one = |&row: &u32| {
            let key = caller.key(&digest(&caller.question(dataset, row, repeat)?));
            let answer = self.store.answer(&key)?.map(|record| record.answer);
            // A fault that stopped the asking is of the model, not of the question that met it.
            let failure = match &answer {
                Some(_) => None,
                None => self.store.call_failure(&key)?.map(|record| record.failure).filter(|found| !is_stop(found)),
            };
            Ok(Kept { key, answer, failure })
        };
        rows.iter().map(one).collect()
    }

    /// The entry of a candidate that was asked these rows: one repeat a trained repeat, so that both can be paired. Where more
    /// of its answers are missing than the study allows, or asking it was stopped, it can't be judged; one that was given up
    /// is: whatever its missing answers had been, it would have been.
    ///
    /// # Errors
    /// As [`Session::kept`].
    pub(super) fn called_entry(
        &self,
        caller: &PromptedModel,
        rows: &[u32],
        given_up: Option<u64>,
    ) -> Result<CandidateResults, SessionError> {
        let judge = AnswerScorer::new(caller, &self.prepared);
        let mut tally = Tally::default();
        let mut answers: BTreeMap<String, Answer> = BTreeMap::new();
        let mut own: Vec<Responses> = Vec::new();
        for repeat in 0..caller.repeats {
            let kept = self.kept(caller, rows, repeat)?;
            own.push(judge.judge(rows, &kept, repeat, &mut tally)?);
            answers.extend(kept.into_iter().filter_map(|one| Some((one.key, one.answer?))));
        }
        let answers: Vec<Answer> = answers.into_values().collect();
        let model = self.store.model(&caller.settings)?.unwrap_or_else(|| caller.identity.facts.clone());
        let facts = self.call_facts((caller, &model), &answers, (&tally, given_up));
        let repeat = |found: Responses| RepeatOutcomes {
            repeat: found.repeat,
            facts: bare(&facts),
            rows: found.rows,
            train: found.outcomes.select(&[]).unwrap_or_else(|_| found.outcomes.clone()),
            validation: found.outcomes,
            gaps: found.gaps,
            sealed: Sealed::from_bytes(Vec::new()),
        };
        let most_tokens = caller.manner.is_called.then_some(caller.max_tokens);
        let too_much = || tally.unmeasured(self.prepared.study.budget.missing(), most_tokens);
        let unmeasured = match self.asking.faults.borrow().get(&caller.called.name) {
            Some(cause) => {
                let wanted = rows.len() as u64 * u64::from(caller.repeats);
                let kind = UnmeasuredKind::Backend { answered: tally.asked - tally.missing, wanted };
                Some(Unmeasured { kind, cause: cause.clone() })
            }
            None if given_up.is_some() => None,
            None => too_much(),
        };
        Ok(CandidateResults {
            repeats: self.paired(own).into_iter().map(repeat).collect(),
            deployment: deployment(&facts, caller.called.memory.or(model.memory)),
            calls: Some(facts),
            units: self.prepared.loaded.dataset.units().cloned(),
            unmeasured,
            ..CandidateResults::bare(caller.candidate.clone())
        })
    }

    /// The repeats of a candidate's own (one, or several where it is sampled) numbered as those of the trained
    /// candidates: what does not vary from repeat to repeat stands in each.
    pub(super) fn paired(&self, own: Vec<Responses>) -> Vec<Responses> {
        let trained = if self.prepared.plan.candidates.is_empty() { 0 } else { self.prepared.plan.repeats };
        let count = trained.max(own.len() as u32);
        let of = |number: u32| {
            own.get(number as usize % own.len().max(1)).map(|one| Responses { repeat: number, ..one.clone() })
        };
        (0..count).filter_map(of).collect()
    }

    /// What these answers took and cost.
    fn call_facts(
        &self,
        (caller, model): (&PromptedModel, &ModelFacts),
        answers: &[Answer],
        (tally, given_up): (&Tally, Option<u64>),
    ) -> CallFacts {
        let called = &caller.called;
        let sum = |pick: fn(&Answer) -> Option<u64>| answers.iter().filter_map(pick).sum::<u64>();
        let tokens = Tokens {
            prompt: sum(|answer| answer.usage.prompt),
            cached: sum(|answer| answer.usage.cached),
            completion: sum(|answer| answer.usage.completion),
        };
        let money: Option<f64> =
            called.price.as_ref().map(|price| answers.iter().map(|answer| cost(price, answer)).sum());
        let figures =
            |pick: &dyn Fn(&Answer) -> Option<f64>| Distribution::of(answers.iter().filter_map(pick).collect());
        let per_token = |answer: &Answer| answer.timing.per_token(answer.usage.completion?);
        let dataset = &self.prepared.loaded.dataset;
        let rows = self.explored_rows().len() as u64 + dataset.tested_units() as u64;
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
            money_per_thousand: match money {
                Some(money) if !answers.is_empty() => Some(1_000.0 * money / answers.len() as f64),
                Some(_) => None,
                None => Some(0.0),
            },
            // An answer that was on disk already took no time that says anything.
            total: figures(&|answer| Some(answer.timing.total).filter(|seconds| *seconds > 0.0)),
            first_token: figures(&|answer| answer.timing.first_token),
            per_token: figures(&per_token),
            tokens_per_second: figures(&|answer| per_token(answer).filter(|s| *s > 0.0).map(|seconds| 1.0 / seconds)),
            given_up,
        }
    }
}

/// What an answer cost.
pub(super) fn cost(price: &Price, answer: &Answer) -> f64 {
    let usage = &answer.usage;
    let tokens = |count: Option<u64>| count.unwrap_or(0);
    price.of(tokens(usage.prompt), tokens(usage.cached), tokens(usage.completion)).amount
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
        load_seconds: 0.0,
        memory: memory.unwrap_or(0),
    })
}

/// The figures of a repeat that trained nothing.
fn bare(facts: &CallFacts) -> TrialStats {
    TrialStats { parameters: facts.parameters.unwrap_or(0), bytes: facts.bytes.unwrap_or(0), ..TrialStats::default() }
}
