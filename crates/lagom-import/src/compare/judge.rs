//! From the scores of all candidates to the verdict on each task, and on all together.

use super::cost::{costs, fronts, order};
use super::decide::{Case, decide, standings};
use super::error::CompareError;
use super::field::{Field, Mean};
use super::findings::{CompareFindings, CompareRow, CompareVerdict, ComparedWith, Comparison, Judgement, Reading};
use super::ground::Ground;
use super::hardest::Rivals;
use super::joint::Joint;
use super::terms::CompareTerms;
use super::{notes, pool, propose, readings, replay};
use crate::scores::{DirectionFrom, Results, Scores, Summaries};
use crate::stats::{Estimate, StatsError};
use crate::study::{Rule, check_confidence};
use crate::verdict::Standing;

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
    one(&Field::of_scores(scores).map_err(failed)?, &about, terms)
}

fn of_summaries(means: &Summaries, tasks: u64, terms: &CompareTerms) -> Result<Judgement, CompareError> {
    let field = Field::of_summaries(means).map_err(|at| CompareError::NoStandardError {
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
    one(&field, &about, terms)
}

fn one(field: &Field, about: &About<'_>, terms: &CompareTerms) -> Result<Judgement, CompareError> {
    let failed = |source: StatsError| about.failed(source);
    check_margin(field, about, terms)?;
    let means = (0..field.names.len()).map(|at| field.mean(at)).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let mut ground = ground(field, means, terms)?;
    let (with, bound) = simultaneous(&ground);
    let rule = match terms.rule {
        Some(rule) => rule,
        None => Rule::Margin(
            propose::margin(field, (&ground.members, ground.reference), (&ground.means, bound)).map_err(failed)?,
        ),
    };
    let settled = CompareTerms { rule: Some(rule), ..terms.clone() };
    ground.terms = &settled;
    let (mut rows, mut verdict) = read(&ground, (with, bound), rule).map_err(failed)?;
    let mut readings: Vec<Reading> = Vec::new();
    // of two of which nobody knows the cheaper one, the other order is as likely to be right
    if ground.order.unknown && ground.members.len() > 1 {
        ground.order.places.reverse();
        ground.members.reverse();
        let (turned, other) = read(&ground, (with, bound), rule).map_err(failed)?;
        ground.order.places.reverse();
        ground.members.reverse();
        readings.extend(readings::reading(&rows, &verdict).into_iter().chain(readings::reading(&turned, &other)));
        verdict = readings::together(verdict, &readings);
        readings::standings(&mut rows, &turned, &verdict);
    }
    let replay = if terms.replay { replay::replay(field, (&rows, &verdict), &settled).map_err(failed)? } else { None };
    let luck = field.luck(&(0..field.names.len()).collect::<Vec<_>>());
    let mut judgement = Judgement {
        task: about.task.to_owned(),
        task_count: about.tasks,
        metric: about.metric.to_owned(),
        higher_is_better: field.turn > 0.0,
        direction_from: about.direction_from,
        evidence: field.evidence(),
        examples: field.examples,
        clusters: field.clusters(),
        seeds: field.seeds().into_iter().min().unwrap_or(1),
        seed_deviation: luck.map(|luck| luck.deviation()),
        ordered_by: ground.order.by,
        order_unknown: ground.order.unknown,
        rule,
        proposed: false,
        compared_with: with,
        bound_confidence: bound,
        fronts: fronts(&rows, field.turn),
        rows,
        verdict,
        readings,
        replay,
        notes: Vec::new(),
    };
    judgement.notes = notes::notes(&judgement, &ground);
    judgement.notes.extend(about.notes.iter().cloned());
    Ok(judgement)
}

/// The rows in the present order, and the verdict.
fn read(
    ground: &Ground<'_>,
    (with, bound): (ComparedWith, f64),
    rule: Rule,
) -> Result<(Vec<CompareRow>, CompareVerdict), StatsError> {
    let field = ground.field;
    let mut rows = rows(ground, with, bound)?;
    let reference = ground.reference.and_then(|at| rows.iter().position(|row| row.name == field.names[at]));
    // seeds are pooled alike whichever two are compared, as long as all have as many
    let pair: Vec<usize> = ground.members.iter().copied().take(2).collect();
    let degrees = field.luck(&pair).map(|luck| luck.degrees_of_freedom);
    let case = Case { rows: &rows, reference, turn: field.turn, rule, with, bound, seed_degrees: degrees };
    let verdict = decide(&case);
    let standings = standings(&case, &verdict);
    rows.iter_mut().zip(standings).for_each(|(row, standing)| row.standing = standing);
    Ok((rows, verdict))
}

fn check_margin(field: &Field, about: &About<'_>, terms: &CompareTerms) -> Result<(), CompareError> {
    match (terms.margin(), field.width()) {
        (Some(margin), Some(width)) if margin >= width => {
            Err(CompareError::MarginTooWide { margin, width, metric: about.metric.to_owned() })
        }
        _ => Ok(()),
    }
}

fn ground<'a>(field: &'a Field, means: Vec<Mean>, terms: &'a CompareTerms) -> Result<Ground<'a>, CompareError> {
    let costs = costs(&field.facts);
    let heights: Vec<f64> = means.iter().map(|mean| mean.estimate().point).collect();
    let order = order(terms, (&field.names, &costs), &heights)?;
    let within = |at: &usize| costs[*at].excess(&terms.limits).is_empty();
    let members: Vec<usize> = order.places.iter().copied().filter(within).collect();
    let best = members.iter().copied().reduce(|best, at| if heights[at] > heights[best] { at } else { best });
    let reference = match &terms.reference {
        None => best,
        Some(name) => Some(named(name, (field, &members), terms)?),
    };
    Ok(Ground { field, terms, costs, order, means, members, reference })
}

/// The position of the reference that the user named.
fn named(name: &str, (field, members): (&Field, &[usize]), terms: &CompareTerms) -> Result<usize, CompareError> {
    let at = field.names.iter().position(|known| known == name);
    let at = at.ok_or_else(|| CompareError::NoCandidate { name: name.to_owned(), names: field.names.clone() })?;
    if !members.contains(&at) {
        return Err(CompareError::ReferenceOverLimits(name.to_owned()));
    }
    if terms.bar().is_none() && members.len() > 1 && members.first() == Some(&at) {
        return Err(CompareError::ReferenceIsCheapest(name.to_owned()));
    }
    Ok(at)
}

/// What the candidates are compared with, and the confidence of each bound that makes all hold at once.
fn simultaneous(ground: &Ground<'_>) -> (ComparedWith, f64) {
    let joint = Joint::of(ground.field, ground.terms.confidence);
    match (ground.terms.bar(), &ground.terms.reference) {
        (Some(_), _) => (ComparedWith::TheBar, joint.means(&ground.members)),
        (None, None) => (ComparedWith::TheBest, joint.with_the_best(&ground.members)),
        (None, Some(_)) => {
            let control = ground.reference.unwrap_or(0);
            // one of the same cost as the reference stands before or after it by its mean, so it counts in any case
            let cost = |at: usize| ground.order.by.and_then(|cost| ground.costs[at].value(cost));
            let same = |at: usize| at != control && cost(at).is_some() && cost(at) == cost(control);
            let tested = ground.members.iter().copied();
            let tested: Vec<usize> = tested.filter(|at| cheaper(ground, *at) || same(*at)).collect();
            (ComparedWith::TheNamed, joint.against(&tested, control))
        }
    }
}

fn rows(ground: &Ground<'_>, with: ComparedWith, bound: f64) -> Result<Vec<CompareRow>, StatsError> {
    let rivals = Rivals::of(ground.field, (&ground.members, ground.reference), bound)?;
    ground.order.places.iter().map(|&at| row((ground, &rivals), at, (with, bound))).collect()
}

fn row(
    (ground, rivals): (&Ground<'_>, &Rivals),
    at: usize,
    (with, bound): (ComparedWith, f64),
) -> Result<CompareRow, StatsError> {
    let field = ground.field;
    let sure = (ground.terms.confidence, bound);
    let threshold = ground.terms.margin().map_or(0.0, |margin| -margin);
    let difference = match ground.reference.filter(|reference| *reference != at) {
        Some(reference) => Some(field.compare((at, reference), sure, threshold)?),
        None => None,
    };
    let member = ground.members.contains(&at);
    let hardest = match with {
        _ if !member => None,
        ComparedWith::TheBar => Some(over_bar(ground, at, bound)),
        ComparedWith::TheNamed => difference.clone().filter(|_| cheaper(ground, at)),
        ComparedWith::TheBest => rivals.hardest((field, at), difference.as_ref(), (sure, threshold))?,
    };
    let mean = &ground.means[at];
    let half = 0.5 + ground.terms.confidence / 2.0;
    let ends = [mean.lower(half), mean.upper(half)].map(|end| field.turn * end);
    Ok(CompareRow {
        name: field.names[at].clone(),
        costs: ground.costs[at],
        quality: Estimate { point: field.turn * mean.estimate().point, ..mean.estimate().clone() },
        interval: (ends[0].min(ends[1]), ends[0].max(ends[1])),
        difference,
        hardest,
        excess: ground.costs[at].excess(&ground.terms.limits),
        standing: Standing::Undecided,
    })
}

/// Whether a candidate comes before the reference.
fn cheaper(ground: &Ground<'_>, at: usize) -> bool {
    ground.members.iter().take_while(|member| Some(**member) != ground.reference).any(|member| *member == at)
}

/// A candidate's distance above the bar.
fn over_bar(ground: &Ground<'_>, at: usize, bound: f64) -> Comparison {
    let (field, mean) = (ground.field, &ground.means[at]);
    let bar = field.turn * ground.terms.bar().unwrap_or(0.0);
    let half = 0.5 + ground.terms.confidence / 2.0;
    Comparison {
        candidate: field.names[at].clone(),
        against: None,
        estimate: Estimate { point: mean.estimate().point - bar, ..mean.estimate().clone() },
        lower: mean.lower(bound) - bar,
        upper: mean.upper(bound) - bar,
        threshold: 0.0,
        interval: (mean.lower(half) - bar, mean.upper(half) - bar),
        discordant: None,
    }
}
