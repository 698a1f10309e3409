//! Screening: the reference and the sequence of tests, chosen on validation scores alone.

use super::agreement::agreements;
use super::compare::{
    difference, difference_in_parts, has_gaps, moderated, over_bar, quality, quality_in_parts, validation,
};
use super::costs::{bytes, excess, parameters, unknown};
use super::learned::{learning, name_surest};
use super::sequence::{Member, cheaper_than, cheapest_as_sure, cost_order, rivals};
use super::shots::shot_effects;
use super::staircase;
use super::stand_in::stand_in;
use super::terms::Terms;
use super::types::{Against, CandidateResults, CandidateStatus, Learning, Row, Screening, StoppedRepeat, Unmeasured};
use super::unmeasured;
use crate::metric::{Metric, score};
use crate::stats::{self, CrossedMean, Estimate};
use crate::study::costs::cheaper_first;
use crate::study::{FamilyId, Rule};
use crate::trial::{Stopped, TrialStats};

/// Most members of the sequence.
const MEMBERS: usize = 4;
/// Fewest finished repeats for a candidate to be considered: fewer have no spread between repeats.
const FEWEST: usize = 2;

/// Chooses what to test: looks at validation outcomes and costs, never at the holdout.
///
/// `sizes` is the number of validation examples of a repeat and of holdout examples.
#[must_use]
pub fn screen(entries: &[CandidateResults], terms: &Terms, sizes: (u64, u64)) -> Screening {
    let mut rows: Vec<(Row, &CandidateResults)> = entries.iter().map(|entry| (row(entry, terms), entry)).collect();
    rows.sort_by(|(a, _), (b, _)| cost_order(a, b, terms).then_with(|| a.name.cmp(&b.name)));
    measure_all(&mut rows, terms);
    let usable = |row: &Row| row.quality.is_some();
    let learner = |row: &Row| row.family != FamilyId::BASELINE;
    // A cascade has to hold against the best single model: it is never what others are compared with.
    let single = |row: &Row| learner(row) && row.cascade.is_none();
    let best = best_of(rows.iter().filter(|(row, _)| usable(row) && single(row)), terms.metric);
    let within = |row: &Row| usable(row) && learner(row) && row.is_within();
    // An incumbent is what the others are held against, whatever the limits: they are for what would take its place.
    let counted = |row: &Row| within(row) || (terms.incumbent.is_some() && usable(row) && learner(row));
    let leader = best_of(rows.iter().filter(|(row, _)| counted(row) && single(row)), terms.metric);
    let baseline = rows.iter().find(|(row, _)| usable(row) && !learner(row));
    // One that was given up early could have been the best of many guesses as well.
    let given_up = |row: &Row| row.ceiling().is_some() || row.once().is_some();
    let tried = rows.iter().filter(|(row, _)| counted(row) || (learner(row) && given_up(row))).count();
    let tries: Vec<&CandidateResults> = rows.iter().filter(|(row, _)| counted(row)).map(|(_, entry)| *entry).collect();
    let found = baseline.map(|(_, base)| learning(&tries, base, terms, tried));
    let learned = leader.is_some() && found.as_ref().is_none_or(|found| !found.shown.is_empty());
    let learning = Learning { leader: leader.clone(), ..found.unwrap_or_default() };
    // The best by its point estimate may be an erratic one that shows nothing.
    let shown = |row: &Row| within(row) && learning.is_shown(&row.name);
    let measured = |name: &&String| rows.iter().any(|(row, _)| row.name == **name && usable(row));
    let reference = match &terms.incumbent {
        Some(name) => Some(name).filter(measured).cloned(),
        None => best_of(rows.iter().filter(|(row, _)| shown(row) && single(row)), terms.metric).or(leader),
    };
    let learned = learned && reference.is_some();
    let baseline = baseline.map(|(row, _)| row.name.clone());
    if let Some(reference) = &reference {
        compare_all(&mut rows, reference, terms);
    }
    let singles = rows.iter().filter(|(row, _)| row.cascade.is_none());
    let ordered: Vec<&CandidateResults> = singles.map(|(_, entry)| *entry).collect();
    let (agreements, shots) = (agreements(&ordered, terms.metric), shot_effects(entries, terms.metric));
    let rows: Vec<Row> = rows.into_iter().map(|(row, _)| row).collect();
    let cross_fitted = entries.iter().any(CandidateResults::is_cross_fitted);
    let mut screening = Screening {
        rows,
        baseline,
        reference,
        incumbent: terms.incumbent.is_some(),
        best,
        learned,
        learning,
        stand_in: None,
        against: Against::Nothing,
        sequence: Vec::new(),
        staircase: Vec::new(),
        cross_fitted,
        withheld: false,
        agreements,
        shots,
    };
    if screening.learned {
        name_surest(&mut screening, terms, sizes);
        choose_sequence(&mut screening, terms, sizes);
        screening.stand_in = stand_in(&screening, terms);
    }
    unmeasured::withhold(&mut screening, terms);
    screening.staircase = staircase::members(&screening, terms);
    screening
}

fn row(entry: &CandidateResults, terms: &Terms) -> Row {
    // One training curve is enough to look at: the others would fill most of the report.
    let bare = |facts: &TrialStats| TrialStats { history: Vec::new(), ..facts.clone() };
    // What is asked trains nothing: it has no figures of trials.
    let trained = entry.repeats.iter().filter(|_| entry.calls.is_none());
    let trials: Vec<TrialStats> = trained.map(|one| bare(&one.facts)).collect();
    let enough = entry.repeats.len() >= fewest(entry);
    let ended = entry.stopped.iter().map(|(_, found)| &found.facts);
    let first = entry.repeats.iter().map(|one| &one.facts).chain(ended).next();
    let value = |outcomes| score(terms.metric, outcomes).map_or(f64::NAN, |scored| scored.value);
    let train = train_by_repeat(entry, terms.metric);
    let mut row = Row {
        name: entry.candidate.name.clone(),
        family: entry.candidate.spec.family,
        parameters: parameters(entry),
        bytes: bytes(entry),
        quality: None,
        difference: None,
        train_quality: if train.is_empty() { None } else { Some(stats::mean(&train)) },
        train_by_repeat: train,
        holdout_quality: None,
        holdout_difference: None,
        by_repeat: entry.repeats.iter().map(|one| value(&one.validation)).filter(|value| value.is_finite()).collect(),
        deployment: entry.deployment.clone(),
        history: first.map(|facts| facts.history.clone()).unwrap_or_default(),
        stopped: entry.stopped.iter().map(|(repeat, found)| stopped(*repeat, found, terms.metric)).collect(),
        trials,
        failures: entry.failures.clone(),
        calls: entry.calls.clone(),
        cascade: entry.cascade.as_ref().map(|cascade| cascade.facts.clone()),
        probed: entry.probed.clone(),
        excess: Vec::new(),
        unknown: unknown(entry, terms),
        unmeasured: entry.unmeasured.clone(),
        standing: CandidateStatus::Undecided,
    };
    if enough || entry.unmeasured.is_some() {
        row.excess = excess(entry, terms);
    }
    if entry.unmeasured.is_some() {
        row.excess = unmeasured::sure_excess(entry, row.excess);
    }
    row
}

/// Quality on training rows of each finished repeat, where it has a value.
pub(crate) fn train_by_repeat(entry: &CandidateResults, metric: Metric) -> Vec<f64> {
    let value = |outcomes| score(metric, outcomes).map_or(f64::NAN, |scored| scored.value);
    entry.repeats.iter().map(|one| value(&one.train)).filter(|value| value.is_finite()).collect()
}

fn stopped(repeat: u32, found: &Stopped, metric: Metric) -> StoppedRepeat {
    StoppedRepeat {
        repeat,
        step: found.stop.step,
        horizon: found.stop.horizon,
        quality: metric.orient(found.stop.quality),
        ceiling: metric.orient(found.stop.ceiling),
        target: metric.orient(found.target),
        flops: found.facts.flops,
        cpu_seconds: found.facts.cpu_seconds,
        peak_memory: found.facts.peak_memory,
    }
}

/// Fewest finished repeats: a model that is asked has no luck of training, so that one says all there is to know of it.
fn fewest(entry: &CandidateResults) -> usize {
    if entry.calls.is_some() { 1 } else { FEWEST }
}

/// The candidate of the best quality; the cheaper one of a tie, since rows come in the order of cost.
///
/// Where some have fewer repeats or examples than others their means are not over the same: then the lead goes on
/// to whoever is ahead on what both have, until nobody is who has not led before.
fn best_of<'a>(rows: impl Iterator<Item = &'a (Row, &'a CandidateResults)>, metric: Metric) -> Option<String> {
    let rows: Vec<&(Row, &CandidateResults)> = rows.collect();
    let mut best: Option<(usize, f64)> = None;
    for (at, (row, _)) in rows.iter().enumerate() {
        let quality = row.quality.as_ref().map_or(f64::NEG_INFINITY, |quality| metric.orient(quality.point));
        if best.is_none_or(|(_, record)| quality > record) {
            best = Some((at, quality));
        }
    }
    let leader = best?.0;
    let seen = |at: usize| rows[at].1.repeats.iter().map(|one| one.rows.len()).collect::<Vec<usize>>();
    let alike = (0..rows.len()).all(|at| seen(at) == seen(leader));
    let leader = if alike { leader } else { ahead_of_all(&rows, leader, metric) };
    Some(rows[leader].0.name.clone())
}

/// Who is ahead on shared repeats, from `leader` on, until nobody is who has not led before.
fn ahead_of_all(rows: &[&(Row, &CandidateResults)], mut leader: usize, metric: Metric) -> usize {
    let mut led = vec![leader];
    loop {
        let partner = validation(rows[leader].1);
        let lead = |at: usize| difference(metric, &validation(rows[at].1), &partner).map(|found| (at, found.point));
        let others = (0..rows.len()).filter(|at| !led.contains(at)).filter_map(lead);
        let ahead = others.filter(|(_, lead)| *lead > 0.0).reduce(|a, b| if b.1 > a.1 { b } else { a });
        let Some((at, _)) = ahead else { return leader };
        led.push(at);
        leader = at;
    }
}

/// The quality of all candidates that count. The learners' intervals are moderated by each other's repeats; a baseline
/// has no luck of its own to learn from.
fn measure_all(rows: &mut [(Row, &CandidateResults)], terms: &Terms) {
    let counts = |entry: &CandidateResults| entry.repeats.len() >= fewest(entry) && entry.unmeasured.is_none();
    let measure =
        |entry: &CandidateResults| quality_in_parts(terms.metric, &validation(entry)).filter(|_| counts(entry));
    fill(rows, |_, entry| measure(entry), |row, found| row.quality = found);
    for (row, _) in rows.iter_mut().filter(|(row, entry)| row.quality.is_none() && counts(entry)) {
        row.unmeasured = Some(Unmeasured::unscored());
    }
    // What is missing has no luck of repeats to be moderated by: it is bounded.
    for (row, entry) in rows.iter_mut().filter(|(_, entry)| counts(entry) && has_gaps(&validation(entry))) {
        row.quality = quality(terms.metric, &validation(entry));
    }
}

/// The differences to the reference of all other candidates that count.
fn compare_all(rows: &mut [(Row, &CandidateResults)], reference: &str, terms: &Terms) {
    let Some(other) = rows.iter().find(|(row, _)| row.name == reference).map(|(_, entry)| *entry) else { return };
    let partner = validation(other);
    let compare = |row: &Row, entry: &CandidateResults| {
        let compared = row.quality.is_some() && row.name != reference;
        compared.then(|| difference_in_parts(terms.metric, &validation(entry), &partner)).flatten()
    };
    fill(rows, compare, |row, found| row.difference = found);
    let of_reference = has_gaps(&partner);
    for (row, entry) in rows.iter_mut().filter(|(row, _)| row.quality.is_some() && row.name != reference) {
        if of_reference || has_gaps(&validation(entry)) {
            row.difference = difference(terms.metric, &validation(entry), &partner);
        }
    }
}

/// Measures every row and writes down the estimate: moderated among the learners, as it stands for a baseline, for what is
/// asked, whose repeats are no luck, and for a cascade, whose luck is that of its members once more.
fn fill(
    rows: &mut [(Row, &CandidateResults)],
    measure: impl Fn(&Row, &CandidateResults) -> Option<CrossedMean>,
    write: impl Fn(&mut Row, Option<Estimate>),
) {
    let found: Vec<Option<CrossedMean>> = rows.iter().map(|(row, entry)| measure(row, entry)).collect();
    let learner = |at: usize| {
        let (row, entry) = &rows[at];
        row.family != FamilyId::BASELINE && entry.calls.is_none() && entry.cascade.is_none()
    };
    let among: Vec<Option<CrossedMean>> =
        found.iter().enumerate().map(|(at, one)| one.clone().filter(|_| learner(at))).collect();
    let moderated = moderated(&among);
    for (at, (row, _)) in rows.iter_mut().enumerate() {
        write(row, moderated[at].clone().or_else(|| found[at].as_ref().map(CrossedMean::estimate)));
    }
}

/// Puts the cheaper candidates in a sequence, the most surely good enough first.
fn choose_sequence(screening: &mut Screening, terms: &Terms, sizes: (u64, u64)) {
    let Some(reference) = screening.reference.clone() else { return };
    let members = match terms.rule {
        Rule::Bar(bar) => {
            screening.against = Against::Bar;
            above_bar(screening, terms, (bar, sizes))
        }
        Rule::Margin(margin) => {
            let (cheaper, known) = rivals(screening, &reference, terms);
            if !cheaper.is_empty() {
                let members =
                    cheaper.iter().filter_map(|row| member(row, row.difference.as_ref(), terms, (margin, sizes)));
                let members = members.map(|one| Member { plausible: known && one.plausible, ..one }).collect();
                screening.against = Against::Candidate(reference);
                members
            } else {
                // The reference is the cheapest that learned anything: it is tested against the best dearer one.
                let (against, members) = cheapest_is_best(screening, &reference, terms, (margin, sizes));
                screening.against = against;
                members
            }
        }
    };
    screening.sequence = arrange(members, screening.cross_fitted);
}

fn above_bar(screening: &Screening, terms: &Terms, (bar, sizes): (f64, (u64, u64))) -> Vec<Member> {
    let Some(reference) = screening.reference.as_deref() else { return Vec::new() };
    let mut rows = cheaper_than(screening, reference, terms);
    rows.extend(screening.row(reference));
    let over = |row: &Row| row.quality.as_ref().map(|quality| over_bar(quality, terms.metric, bar));
    rows.into_iter().filter_map(|row| member(row, over(row).as_ref(), terms, (0.0, sizes))).collect()
}

fn cheapest_is_best(
    screening: &Screening,
    reference: &str,
    terms: &Terms,
    (margin, sizes): (f64, (u64, u64)),
) -> (Against, Vec<Member>) {
    let within = |row: &Row| row.difference.is_some() && row.is_within() && row.family != FamilyId::BASELINE;
    let eligible = |row: &&Row| within(row) && row.cascade.is_none() && screening.learning.is_shown(&row.name);
    let point = |row: &Row| row.difference.as_ref().map_or(f64::NEG_INFINITY, |difference| difference.point);
    let rival = screening.rows.iter().filter(eligible).max_by(|a, b| point(a).total_cmp(&point(b)));
    let (Some(rival), Some(row)) = (rival, screening.row(reference)) else { return (Against::Nothing, Vec::new()) };
    let turned = rival.difference.as_ref().map(|found| Estimate { point: -found.point, ..found.clone() });
    let members = member(row, turned.as_ref(), terms, (margin, sizes)).into_iter().collect();
    (Against::Candidate(rival.name.clone()), members)
}

fn member(
    row: &Row,
    found: Option<&Estimate>,
    terms: &Terms,
    (margin, (validation, holdout)): (f64, (u64, u64)),
) -> Option<Member> {
    let found = found?;
    let chance = stats::confirmation_power(found, margin, validation, holdout, terms.confidence);
    Some(Member {
        name: row.name.clone(),
        cost: row.cost(terms.smallest_by),
        chance,
        plausible: found.upper(terms.confidence) > -margin,
        shortfall: -found.point,
    })
}

/// Surest first; a dearer candidate that is no surer than a cheaper one is left out. If none is
/// plausible, the nearest is tested alone: only a test says whether the difference is real.
///
/// With cross-fitting the validation rows are other repeats' sealed rows, so being surest there is no
/// order that was fixed beforehand: all that are plausible are tested, and `confirm` pays for their number.
fn arrange(mut members: Vec<Member>, cross_fitted: bool) -> Vec<String> {
    if !members.iter().any(|member| member.plausible) {
        let nearest = members.into_iter().min_by(|a, b| a.shortfall.total_cmp(&b.shortfall));
        return nearest.map(|member| vec![member.name]).unwrap_or_default();
    }
    members.retain(|member| member.plausible);
    if cross_fitted {
        return members.into_iter().map(|member| member.name).collect();
    }
    members.sort_by(|a, b| b.chance.total_cmp(&a.chance).then(cheaper_first(a.cost, b.cost)));
    let mut kept: Vec<Member> = Vec::new();
    for member in members {
        if kept.iter().all(|other| cheaper_first(member.cost, other.cost).is_lt()) {
            kept.push(member);
        }
    }
    cheapest_as_sure(kept).into_iter().take(MEMBERS).map(|member| member.name).collect()
}
