//! From the scores of all candidates to the verdict on each task, and on all together.

use super::cost::{Order, costs, fronts, order};
use super::decide::{Case, decide, standings};
use super::error::CompareError;
use super::field::Field;
use super::findings::{CompareFindings, CompareRow, ComparedWith, Comparison, Costs, Evidence, Judgement};
use super::joint::Joint;
use super::terms::CompareTerms;
use super::{pool, propose, replay};
use crate::scores::{Results, Scores, Summaries};
use crate::stats::{Estimate, StatsError};
use crate::study::{Rule, check_confidence};
use crate::verdict::Standing;

/// Version of the findings' format.
const FORMAT: u32 = 1;
/// With fewer clusters than this their interval is told to be somewhat too narrow.
const FEW_CLUSTERS: u64 = 30;

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
    notes: &'a [String],
}

fn of_scores(scores: &Scores, tasks: u64, terms: &CompareTerms) -> Result<Judgement, CompareError> {
    let about = About { task: &scores.task, tasks, metric: &scores.metric, notes: &scores.notes };
    one(&Field::of_scores(scores), &about, terms)
}

fn of_summaries(means: &Summaries, tasks: u64, terms: &CompareTerms) -> Result<Judgement, CompareError> {
    let field = Field::of_summaries(means).map_err(|at| CompareError::NoStandardError {
        candidate: means.rows[at].candidate.clone(),
        task: means.task.clone(),
        metric: means.metric.clone(),
    })?;
    one(&field, &About { task: &means.task, tasks, metric: &means.metric, notes: &means.notes }, terms)
}

/// Everything about one field before it is compared.
struct Ground<'a> {
    field: &'a Field,
    terms: &'a CompareTerms,
    costs: Vec<Costs>,
    order: Order,
    means: Vec<Estimate>,
    /// Positions within the limits, the cheapest first.
    members: Vec<usize>,
    /// Position of the reference.
    reference: Option<usize>,
}

fn one(field: &Field, about: &About<'_>, terms: &CompareTerms) -> Result<Judgement, CompareError> {
    let failed = |source: StatsError| CompareError::Stats {
        task: about.task.to_owned(),
        metric: about.metric.to_owned(),
        source,
    };
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
    let mut rows = rows(&ground, with, bound).map_err(failed)?;
    let reference = ground.reference.and_then(|at| rows.iter().position(|row| row.name == field.names[at]));
    let case = Case { rows: &rows, reference, turn: field.turn, rule, with, bound };
    let verdict = decide(&case);
    let standings = standings(&case, &verdict);
    rows.iter_mut().zip(standings).for_each(|(row, standing)| row.standing = standing);
    let replay = if terms.replay { replay::replay(field, (&rows, &verdict), &settled).map_err(failed)? } else { None };
    let mut judgement = Judgement {
        task: about.task.to_owned(),
        task_count: about.tasks,
        metric: about.metric.to_owned(),
        higher_is_better: field.turn > 0.0,
        evidence: field.evidence(),
        examples: field.examples,
        clusters: field.clusters(),
        seeds: field.seeds(),
        ordered_by: ground.order.by,
        order_assumed: ground.order.assumed,
        rule,
        proposed: false,
        compared_with: with,
        bound_confidence: bound,
        fronts: fronts(&rows, field.turn),
        rows,
        verdict,
        replay,
        notes: Vec::new(),
    };
    judgement.notes = notes(&judgement, &ground);
    judgement.notes.extend(about.notes.iter().cloned());
    Ok(judgement)
}

fn check_margin(field: &Field, about: &About<'_>, terms: &CompareTerms) -> Result<(), CompareError> {
    match (terms.margin(), field.width()) {
        (Some(margin), Some(width)) if margin >= width => {
            Err(CompareError::MarginTooWide { margin, width, metric: about.metric.to_owned() })
        }
        _ => Ok(()),
    }
}

fn ground<'a>(field: &'a Field, means: Vec<Estimate>, terms: &'a CompareTerms) -> Result<Ground<'a>, CompareError> {
    let costs = costs(&field.facts);
    let heights: Vec<f64> = means.iter().map(|mean| mean.point).collect();
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
    ground.order.places.iter().map(|&at| row(ground, at, (with, bound))).collect()
}

fn row(ground: &Ground<'_>, at: usize, (with, bound): (ComparedWith, f64)) -> Result<CompareRow, StatsError> {
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
        ComparedWith::TheBest => {
            let rivals = ground.members.iter().filter(|rival| **rival != at);
            let all =
                rivals.map(|rival| field.compare((at, *rival), sure, threshold)).collect::<Result<Vec<_>, _>>()?;
            all.into_iter().reduce(|least, found| if found.lower < least.lower { found } else { least })
        }
    };
    let mean = &ground.means[at];
    let half = 0.5 + ground.terms.confidence / 2.0;
    let ends = [field.mean_lower(at, mean, half), field.mean_upper(at, mean, half)].map(|end| field.turn * end);
    Ok(CompareRow {
        name: field.names[at].clone(),
        costs: ground.costs[at],
        quality: Estimate { point: field.turn * mean.point, ..mean.clone() },
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
        estimate: Estimate { point: mean.point - bar, ..mean.clone() },
        lower: field.mean_lower(at, mean, bound) - bar,
        upper: field.mean_upper(at, mean, bound) - bar,
        threshold: 0.0,
        interval: (field.mean_lower(at, mean, half) - bar, field.mean_upper(at, mean, half) - bar),
        discordant: None,
    }
}

/// What a reader has to know to judge the judgement.
fn notes(judgement: &Judgement, ground: &Ground<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if judgement.order_assumed {
        notes.push("Nothing says which of the two is cheaper, so the worse one is taken to be; if it is the dearer one, there is no reason to use it. `--order CHEAPEST,DEAREST` or a table of candidates tells.".to_owned());
    }
    if judgement.evidence == Evidence::Unpaired {
        notes.push("These files hold means and standard errors alone, so the candidates are compared as if they had been scored on different examples. That is weaker than a paired comparison: the logs of single examples (lm-evaluation-harness: --log_samples) would give narrower intervals.".to_owned());
    }
    if ground.field.averaged() {
        notes.push("The candidates have different numbers of seeds, so each example counts with its mean over seeds; the chance of the seeds themselves is not in the intervals.".to_owned());
    }
    if let Some(clusters) = judgement.clusters.filter(|clusters| *clusters < FEW_CLUSTERS) {
        notes.push(format!(
            "There are only {clusters} clusters; with fewer than {FEW_CLUSTERS} the intervals are somewhat too narrow."
        ));
    }
    notes
}
