//! Where the choice and the reference differ: a sample of rows with both answers, the worst first.

use std::collections::HashSet;

use super::Concluder;
use crate::call::Answer;
use crate::data::{HoldoutAccess, Target};
use crate::metric::score;
use crate::report::{Difference, DifferenceAnswer};
use crate::run::answers::StoredAnswers;
use crate::run::conclusion::Conclusion;
use crate::run::error::RunError;
use crate::run::prompted::PromptedModel;

/// Most rows of the sample.
const MOST: usize = 40;
/// Most characters of one text in it.
const LENGTH: usize = 1_000;

impl Concluder<'_> {
    /// The sealed rows that both finalists have answered and on which their scores differ, the choice's worst first; then
    /// those that the choice does better.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn differences(&self, conclusion: &Conclusion) -> Result<Vec<Difference>, RunError> {
        let Conclusion { analysis, verdict, .. } = conclusion;
        let prepared = &self.workspace.prepared;
        let test = verdict.carried_by.and_then(|at| analysis.tests.get(at));
        let pair = test.and_then(|test| Some([test.candidate.clone(), test.against.clone()?]));
        let Some(pair) = pair.filter(|_| prepared.has_calls()) else { return Ok(Vec::new()) };
        let callers = prepared.callers()?;
        let find = |name: &String| callers.iter().find(|caller| caller.called.name == *name);
        let (Some(mine), Some(theirs)) = (find(&pair[0]), find(&pair[1])) else { return Ok(Vec::new()) };
        let examples = test.and_then(|test| test.sequential).map_or(0, |found| found.examples as usize);
        let mut rows = prepared.sealed_order(&HoldoutAccess::at(&pair));
        rows.truncate(examples);
        let metric = prepared.terms.metric;
        let judged = |caller: &PromptedModel, rows: &[u32]| StoredAnswers::of(self.workspace, caller).judged(rows, 0);
        // What is missing of either can't be compared.
        for caller in [mine, theirs] {
            let known: HashSet<u32> = judged(caller, &rows)?.0.rows.into_iter().collect();
            rows.retain(|row| known.contains(row));
        }
        let mut sides = Vec::new();
        for caller in [mine, theirs] {
            let (found, kept) = judged(caller, &rows)?;
            let Ok(scored) = score(metric, &found.outcomes) else { return Ok(Vec::new()) };
            let answers: Vec<Option<Answer>> = kept.into_iter().map(|one| one.answer).collect();
            sides.push((caller, answers, scored.per_example()));
        }
        let mut order: Vec<(usize, f64)> = (0..rows.len())
            .map(|at| (at, metric.orient(sides[0].2[at]) - metric.orient(sides[1].2[at])))
            .filter(|(_, gain)| gain.abs() > 1e-12)
            .collect();
        order.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let worse = order.iter().take_while(|(_, gain)| *gain < 0.0).count();
        // At least a quarter of the sample is kept for what the choice does better.
        let kept = worse.min(MOST - (MOST / 4).min(order.len() - worse));
        let better = order.iter().rev().take((order.len() - worse).min(MOST - kept));
        let picked: Vec<(usize, f64)> = order.iter().take(kept).chain(better).copied().collect();
        let one = |(at, _): (usize, f64)| -> Result<Difference, RunError> {
            let answer = |side: &(&PromptedModel, Vec<Option<Answer>>, Vec<f64>)| DifferenceAnswer {
                candidate: side.0.called.name.clone(),
                answer: side.1[at].as_ref().map(|answer| shortened(&answer.text)),
                score: side.2[at],
            };
            Ok(Difference {
                row: rows[at],
                input: shortened(&mine.shown_input(&prepared.loaded.dataset, rows[at])?),
                references: self.truth(rows[at]).iter().map(|text| shortened(text)).collect(),
                answers: sides.iter().map(answer).collect(),
            })
        };
        picked.into_iter().map(one).collect()
    }

    /// The right answers to a row.
    fn truth(&self, row: u32) -> Vec<String> {
        let dataset = &self.workspace.prepared.loaded.dataset;
        match &dataset.target {
            Target::Classes { labels, names } => {
                names.get(labels[row as usize] as usize).cloned().into_iter().collect()
            }
            Target::Numbers(values) => vec![values[row as usize].to_string()],
            Target::Choices { choices, gold } => {
                let of_row = &choices[row as usize];
                gold[row as usize].iter().filter_map(|&place| of_row.get(place as usize).cloned()).collect()
            }
            Target::Texts { .. } => dataset.references(row).to_vec(),
            // Nobody is asked for texts themselves.
            Target::Itself { .. } => Vec::new(),
        }
    }
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(LENGTH).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
