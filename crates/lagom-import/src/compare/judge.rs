//! From the scores of all candidates to the verdict on each task, and on all together.

use super::context::ComparisonContext;
use super::cost::{costs, fronts, order};
use super::decide::{Case, decide, standings};
use super::error::CompareError;
use super::findings::{CompareFindings, CompareRow, CompareVerdict, ComparedWith, Comparison, Judgement, OrderReading};
use super::hardest::Rivals;
use super::joint::Joint;
use super::matrix::{Mean, ScoreMatrix};
use super::terms::CompareTerms;
use super::{notes, pool, propose, readings, replay};
use crate::scores::{DirectionFrom, Results, Scores, Summaries};
use crate::stats::{Estimate, StatsError};
use crate::study::{Rule, check_confidence};
use crate::verdict::CandidateStatus;

/// Version of the findings' format.
const FORMAT: u32 = 2;

/// Judges what was read: each task by itself, and for each metric all its tasks together where they have the
/// same candidates. `files` are the names of what was read, for the report.
///
/// # Errors
/// Terms that make no sense for these results; candidates that nothing orders; fewer than two examples or
/// clusters; means without standard errors.
pub fn judge(results: &Results, files: &[String], terms: &CompareTerms) -> Result<CompareFindings, CompareError> {
    terms.rule.map_or(Ok(()), |rule| rule.check(None))?;
    check_confidence(terms.confidence)?;
    let (mut answers, mut tasks) = match results {
        Results::PerExample(all) => {
            let pooled = pool::scores(all);
            let over = pooled.iter().map(|(scores, tasks)| of_scores(scores, *tasks, terms));
            let over = over.collect::<Result<Vec<_>, _>>()?;
            let each = all.iter().map(|scores| of_scores(scores, 1, &same_rule(terms, &over, &scores.metric)));
            sorted(over.clone(), each.collect::<Result<Vec<_>, _>>()?)
        }
        Results::Summaries(_) if terms.replay => return Err(CompareError::NothingToReplay),
        Results::Summaries(all) => {
            let pooled = pool::summaries(all);
            let over = pooled.iter().map(|(means, tasks)| of_summaries(means, *tasks, terms));
            let over = over.collect::<Result<Vec<_>, _>>()?;
            let each = all.iter().map(|means| of_summaries(means, 1, &same_rule(terms, &over, &means.metric)));
            sorted(over.clone(), each.collect::<Result<Vec<_>, _>>()?)
        }
    };
    answers.iter_mut().chain(&mut tasks).for_each(|judgement| judgement.proposed = terms.rule.is_none());
    let lagom = env!("CARGO_PKG_VERSION").to_owned();
    Ok(CompareFindings { format: FORMAT, lagom, files: files.to_vec(), terms: terms.clone(), answers, tasks })
}

/// The terms of a single task: a margin that was proposed for all tasks of a metric counts for each of them.
fn same_rule(terms: &CompareTerms, over: &[Judgement], metric: &str) -> CompareTerms {
    let proposed = over.iter().find(|all| all.metric == metric).map(|all| all.rule);
    CompareTerms { rule: terms.rule.or(proposed), ..terms.clone() }
}

/// The answers: those over several tasks, and the tasks that are in none of them. The tasks of an answer
/// over several are apart.
fn sorted(mut over: Vec<Judgement>, each: Vec<Judgement>) -> (Vec<Judgement>, Vec<Judgement>) {
    let (within, alone): (Vec<Judgement>, Vec<Judgement>) =
        each.into_iter().partition(|task| over.iter().any(|all| all.metric == task.metric));
    over.extend(alone);
    (over, within)
}

/// What a judgement is about.
struct About<'a> {
    task: &'a str,
    tasks: u64,
    metric: &'a str,
    direction_from: DirectionFrom,
    notes: &'a [String],
}

impl About<'_> {
    fn failed(&self, source: StatsError) -> CompareError {
        CompareError::Stats { task: self.task.to_owned(), metric: self.metric.to_owned(), source }
    }
}

fn of_scores(scores: &Scores, tasks: u64, terms: &CompareTerms) -> Result<Judgement, CompareError> {
    let about = About {
        task: &scores.task,
        tasks,
        metric: &scores.metric,
        direction_from: scores.direction_from,
        notes: &scores.notes,
    };
    let failed = |source: StatsError| about.failed(source);
    one(&ScoreMatrix::of_scores(scores).map_err(failed)?, &about, terms)
}

fn of_summaries(means: &Summaries, tasks: u64, terms: &CompareTerms) -> Result<Judgement, CompareError> {
    let matrix = ScoreMatrix::of_summaries(means).map_err(|at| CompareError::NoStandardError {
        candidate: means.rows[at].candidate.clone(),
        task: means.task.clone(),
        metric: means.metric.clone(),
    })?;
    let about = About {
        task: &means.task,
        tasks,
        metric: &means.metric,
        direction_from: means.direction_from,
        notes: &means.notes,
    };
    one(&matrix, &about, terms)
}

fn one(matrix: &ScoreMatrix, about: &About<'_>, terms: &CompareTerms) -> Result<Judgement, CompareError> {
    let failed = |source: StatsError| about.failed(source);
    check_margin(matrix, about, terms)?;
    let means = (0..matrix.names.len()).map(|at| matrix.mean(at)).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let mut context = context(matrix, means, terms)?;
    let (with, bound) = simultaneous(&context);
    let rule = match terms.rule {
        Some(rule) => rule,
        None => Rule::Margin(
            propose::margin(matrix, (&context.members, context.reference), (&context.means, bound)).map_err(failed)?,
        ),
    };
    let settled = CompareTerms { rule: Some(rule), ..terms.clone() };
    context.terms = &settled;
    let (mut rows, mut verdict) = read(&context, (with, bound), rule).map_err(failed)?;
    let mut readings: Vec<OrderReading> = Vec::new();
    // of two of which nobody knows the cheaper one, the other order is as likely to be right
    if context.order.unknown && context.members.len() > 1 {
        context.order.places.reverse();
        context.members.reverse();
        let (turned, other) = read(&context, (with, bound), rule).map_err(failed)?;
        context.order.places.reverse();
        context.members.reverse();
        readings.extend(readings::reading(&rows, &verdict).into_iter().chain(readings::reading(&turned, &other)));
        verdict = readings::together(verdict, &readings);
        readings::standings(&mut rows, &turned, &verdict);
    }
    let replay = if terms.replay { replay::replay(matrix, (&rows, &verdict), &settled).map_err(failed)? } else { None };
    let luck = matrix.luck(&(0..matrix.names.len()).collect::<Vec<_>>());
    let mut judgement = Judgement {
        task: about.task.to_owned(),
        task_count: about.tasks,
        metric: about.metric.to_owned(),
        higher_is_better: matrix.turn > 0.0,
        direction_from: about.direction_from,
        evidence: matrix.evidence(),
        examples: matrix.examples,
        clusters: matrix.clusters(),
        seeds: matrix.seeds().into_iter().min().unwrap_or(1),
        seed_deviation: luck.map(|luck| luck.deviation()),
        ordered_by: context.order.by,
        order_unknown: context.order.unknown,
        rule,
        proposed: false,
        compared_with: with,
        bound_confidence: bound,
        fronts: fronts(&rows, matrix.turn),
        rows,
        verdict,
        readings,
        replay,
        notes: Vec::new(),
    };
    judgement.notes = notes::notes(&judgement, &context);
    judgement.notes.extend(about.notes.iter().cloned());
    Ok(judgement)
}

/// The rows in the present order, and the verdict.
fn read(
    context: &ComparisonContext<'_>,
    (with, bound): (ComparedWith, f64),
    rule: Rule,
) -> Result<(Vec<CompareRow>, CompareVerdict), StatsError> {
    let matrix = context.matrix;
    let mut rows = rows(context, with, bound)?;
    let reference = context.reference.and_then(|at| rows.iter().position(|row| row.name == matrix.names[at]));
    // seeds are pooled alike whichever two are compared, as long as all have as many
    let pair: Vec<usize> = context.members.iter().copied().take(2).collect();
    let degrees = matrix.luck(&pair).map(|luck| luck.degrees_of_freedom);
    let case = Case { rows: &rows, reference, turn: matrix.turn, rule, with, bound, seed_degrees: degrees };
    let verdict = decide(&case);
    let standings = standings(&case, &verdict);
    rows.iter_mut().zip(standings).for_each(|(row, standing)| row.standing = standing);
    Ok((rows, verdict))
}

fn check_margin(matrix: &ScoreMatrix, about: &About<'_>, terms: &CompareTerms) -> Result<(), CompareError> {
    match (terms.margin(), matrix.width()) {
        (Some(margin), Some(width)) if margin >= width => {
            Err(CompareError::MarginTooWide { margin, width, metric: about.metric.to_owned() })
        }
        _ => Ok(()),
    }
}

fn context<'a>(
    matrix: &'a ScoreMatrix,
    means: Vec<Mean>,
    terms: &'a CompareTerms,
) -> Result<ComparisonContext<'a>, CompareError> {
    let costs = costs(&matrix.facts);
    let heights: Vec<f64> = means.iter().map(|mean| mean.estimate().point).collect();
    let order = order(terms, (&matrix.names, &costs), &heights)?;
    let within = |at: &usize| costs[*at].excess(&terms.limits).is_empty();
    let members: Vec<usize> = order.places.iter().copied().filter(within).collect();
    let best = members.iter().copied().reduce(|best, at| if heights[at] > heights[best] { at } else { best });
    let reference = match &terms.reference {
        None => best,
        Some(name) => Some(named(name, (matrix, &members), terms)?),
    };
    Ok(ComparisonContext { matrix, terms, costs, order, means, members, reference })
}

/// The position of the reference that the user named.
fn named(name: &str, (matrix, members): (&ScoreMatrix, &[usize]), terms: &CompareTerms) -> Result<usize, CompareError> {
    let at = matrix.names.iter().position(|known| known == name);
    let at = at.ok_or_else(|| CompareError::NoCandidate { name: name.to_owned(), names: matrix.names.clone() })?;
    if !members.contains(&at) {
        return Err(CompareError::ReferenceOverLimits(name.to_owned()));
    }
    if terms.bar().is_none() && members.len() > 1 && members.first() == Some(&at) {
        return Err(CompareError::ReferenceIsCheapest(name.to_owned()));
    }
    Ok(at)
}

/// What the candidates are compared with, and the confidence of each bound that makes all hold at once.
fn simultaneous(context: &ComparisonContext<'_>) -> (ComparedWith, f64) {
    let joint = Joint::of(context.matrix, context.terms.confidence);
    match (context.terms.bar(), &context.terms.reference) {
        (Some(_), _) => (ComparedWith::TheBar, joint.means(&context.members)),
        (None, None) => (ComparedWith::TheBest, joint.with_the_best(&context.members)),
        (None, Some(_)) => {
            let control = context.reference.unwrap_or(0);
            // one of the same cost as the reference stands before or after it by its mean, so it counts in any case
            let cost = |at: usize| context.order.by.and_then(|cost| context.costs[at].value(cost));
            let same = |at: usize| at != control && cost(at).is_some() && cost(at) == cost(control);
            let tested = context.members.iter().copied();
            let tested: Vec<usize> = tested.filter(|at| cheaper(context, *at) || same(*at)).collect();
            (ComparedWith::TheNamed, joint.against(&tested, control))
        }
    }
}

fn rows(context: &ComparisonContext<'_>, with: ComparedWith, bound: f64) -> Result<Vec<CompareRow>, StatsError> {
    let rivals = Rivals::of(context.matrix, (&context.members, context.reference), bound)?;
    context.order.places.iter().map(|&at| row((context, &rivals), at, (with, bound))).collect()
}

fn row(
    (context, rivals): (&ComparisonContext<'_>, &Rivals),
    at: usize,
    (with, bound): (ComparedWith, f64),
) -> Result<CompareRow, StatsError> {
    let matrix = context.matrix;
    let sure = (context.terms.confidence, bound);
    let threshold = context.terms.margin().map_or(0.0, |margin| -margin);
    let difference = match context.reference.filter(|reference| *reference != at) {
        Some(reference) => Some(matrix.compare((at, reference), sure, threshold)?),
        None => None,
    };
    let member = context.members.contains(&at);
    let hardest = match with {
        _ if !member => None,
        ComparedWith::TheBar => Some(over_bar(context, at, bound)),
        ComparedWith::TheNamed => difference.clone().filter(|_| cheaper(context, at)),
        ComparedWith::TheBest => rivals.hardest((matrix, at), difference.as_ref(), (sure, threshold))?,
    };
    let mean = &context.means[at];
    let half = 0.5 + context.terms.confidence / 2.0;
    let ends = [mean.lower(half), mean.upper(half)].map(|end| matrix.turn * end);
    Ok(CompareRow {
        name: matrix.names[at].clone(),
        costs: context.costs[at],
        quality: Estimate { point: matrix.turn * mean.estimate().point, ..mean.estimate().clone() },
        interval: (ends[0].min(ends[1]), ends[0].max(ends[1])),
        difference,
        hardest,
        excess: context.costs[at].excess(&context.terms.limits),
        standing: CandidateStatus::Undecided,
    })
}

/// Whether a candidate comes before the reference.
fn cheaper(context: &ComparisonContext<'_>, at: usize) -> bool {
    context.members.iter().take_while(|member| Some(**member) != context.reference).any(|member| *member == at)
}

/// A candidate's distance above the bar.
fn over_bar(context: &ComparisonContext<'_>, at: usize, bound: f64) -> Comparison {
    let (matrix, mean) = (context.matrix, &context.means[at]);
    let bar = matrix.turn * context.terms.bar().unwrap_or(0.0);
    let half = 0.5 + context.terms.confidence / 2.0;
    Comparison {
        candidate: matrix.names[at].clone(),
        against: None,
        estimate: Estimate { point: mean.estimate().point - bar, ..mean.estimate().clone() },
        lower: mean.lower(bound) - bar,
        upper: mean.upper(bound) - bar,
        threshold: 0.0,
        interval: (mean.lower(half) - bar, mean.upper(half) - bar),
        discordant: None,
    }
}
