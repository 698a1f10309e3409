//! The derived figures of models that are asked: what shots bring and cost, and where candidates err together.

use serde::Serialize;

use super::Findings;
use super::gains::compared;
use super::span::Span;
use crate::verdict::{Agreement, Screening, ShotEffect, ShotStep};

/// What more shots bring to one model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShownShots {
    /// The name of its table in the study.
    pub table: String,
    /// In words.
    pub sentence: String,
    /// From the fewest shots to the most.
    pub steps: Vec<ShownShot>,
}

/// One number of shots.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShownShot {
    /// The candidate.
    pub candidate: String,
    /// Solved examples before each question.
    pub shots: u32,
    /// Quality on the validation rows that it has answered.
    pub quality: Option<Span>,
    /// Difference to the fewest shots on the rows that both have answered; positive is better.
    pub difference: Option<Span>,
    /// Validation rows behind the difference.
    pub examples: Option<u64>,
    /// Tokens read for one answer, on average; none where the backend does not tell.
    pub prompt_tokens: Option<f64>,
    /// How many times the tokens that the fewest shots read.
    pub times_tokens: Option<f64>,
    /// What 1,000 answers cost; none without a price.
    pub money_per_thousand: Option<f64>,
    /// How many times the money that the fewest shots cost.
    pub times_money: Option<f64>,
}

/// Where two candidates err together, as shares between 0 and 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShownAgreement {
    /// The two: of the compared ones the cheaper first.
    pub candidates: [String; 2],
    /// Validation rows that both have.
    pub examples: u64,
    /// Both are right.
    pub both: f64,
    /// Only the first is right.
    pub only_first: f64,
    /// Only the second is right.
    pub only_second: f64,
    /// Neither is right.
    pub neither: f64,
    /// Both answer the same class, right or wrong; only where answers are classes.
    pub same: Option<f64>,
    /// Of what the first gets wrong, the share that the second gets wrong too; and the other way round. None without errors.
    pub shared_errors: [Option<f64>; 2],
    /// What that means for the two that the verdict compares, where the numbers support a word on it.
    pub sentence: Option<String>,
}

/// What shots bring, for every model that was asked at several numbers of them.
pub(super) fn shots(findings: &Findings) -> Vec<ShownShots> {
    let screening = &findings.analysis.screening;
    let one = |effect: &ShotEffect| {
        let fewest = effect.steps.first();
        let steps =
            effect.steps.iter().map(|step| shot(screening, (step, fewest), findings.terms.confidence)).collect();
        ShownShots { table: effect.table.clone(), sentence: String::new(), steps }
    };
    screening.shots.iter().map(one).collect()
}

fn shot(screening: &Screening, (step, fewest): (&ShotStep, Option<&ShotStep>), confidence: f64) -> ShownShot {
    let costs = |step: &ShotStep| {
        let calls = screening.row(&step.candidate).and_then(|row| row.calls.as_ref());
        let tokens = calls
            .filter(|calls| calls.answered > 0 && calls.tokens.prompt > 0)
            .map(|calls| calls.tokens.prompt as f64 / calls.answered as f64);
        (tokens, calls.filter(|calls| calls.money.is_some()).and_then(|calls| calls.money_per_thousand))
    };
    let (prompt_tokens, money_per_thousand) = costs(step);
    let (least_tokens, least_money) = fewest.map_or((None, None), costs);
    let times = |own: Option<f64>, least: Option<f64>| {
        let ratio = own? / least?;
        (step.difference.is_some() && ratio.is_finite() && ratio > 0.0).then_some(ratio)
    };
    ShownShot {
        candidate: step.candidate.clone(),
        shots: step.shots,
        quality: screening
            .row(&step.candidate)
            .and_then(|row| row.quality.as_ref())
            .and_then(|found| Span::of(found, confidence)),
        difference: step.difference.as_ref().and_then(|found| Span::of(found, confidence)),
        examples: step.difference.as_ref().map(|found| found.examples),
        prompt_tokens,
        times_tokens: times(prompt_tokens, least_tokens),
        money_per_thousand,
        times_money: times(money_per_thousand, least_money),
    }
}

/// Where candidates err together: the two that the verdict compares first, then pairs with the choice or the reference, those
/// that differ most first, then the others.
pub(super) fn agreements(findings: &Findings) -> Vec<Pair> {
    let verdict = &findings.verdict;
    let pair = compared(findings).map(|(small, large)| [small.name.as_str(), large.name.as_str()]);
    let is_pair = |one: &Agreement| pair.is_some_and(|names| names.iter().all(|name| one.is_about(name)));
    let is_main =
        |one: &Agreement| [&verdict.choice, &verdict.reference].into_iter().flatten().any(|name| one.is_about(name));
    let rank = |one: &Agreement| if is_pair(one) { 0 } else { 1 + u32::from(!is_main(one)) };
    let mut all: Vec<&Agreement> = findings.analysis.screening.agreements.iter().collect();
    let apart = |one: &Agreement| (one.only_first + one.only_second) as f64 / one.outcomes().max(1) as f64;
    all.sort_by(|a, b| rank(a).cmp(&rank(b)).then(apart(b).total_cmp(&apart(a))));
    let first = |one: &Agreement| match pair {
        Some([small, _]) if is_pair(one) => small.to_owned(),
        _ => match (&verdict.choice, &verdict.reference) {
            (Some(choice), _) if one.is_about(choice) => choice.clone(),
            (_, Some(reference)) if one.is_about(reference) => reference.clone(),
            _ => one.candidates[0].clone(),
        },
    };
    let one = |one: &Agreement| {
        let counts = if one.candidates[0] == first(one) { one.clone() } else { one.turned() };
        Pair { counts, compared: is_pair(one) }
    };
    all.into_iter().map(one).collect()
}

/// Two candidates on the rows that both have.
pub(super) struct Pair {
    /// How often each is right; of the compared ones the cheaper first.
    pub(super) counts: Agreement,
    /// Whether they are the two that the verdict compares.
    pub(super) compared: bool,
}

impl Pair {
    /// The counts as shares.
    pub(super) fn shares(&self) -> ShownAgreement {
        let found = &self.counts;
        let all = found.outcomes().max(1) as f64;
        let share = |count: u64| count as f64 / all;
        let shared = |alone: u64| {
            let errors = found.neither + alone;
            (errors > 0).then(|| found.neither as f64 / errors as f64)
        };
        ShownAgreement {
            candidates: found.candidates.clone(),
            examples: found.examples,
            both: share(found.both),
            only_first: share(found.only_first),
            only_second: share(found.only_second),
            neither: share(found.neither),
            same: found.same.map(|same| share(same.answered)),
            // What the first gets wrong is what neither gets right and what the second alone does.
            shared_errors: [shared(found.only_second), shared(found.only_first)],
            sentence: None,
        }
    }
}
