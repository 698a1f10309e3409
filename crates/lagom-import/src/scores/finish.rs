//! From gathered rows to candidates scored on the same examples.

use super::cells::{Cells, Column};
use super::error::ScoresError;
use super::few::{SHOWN, some};
use super::gather::Gather;
use super::scale;
use super::settle::{Asked, Direction, settle};
use super::types::{ImportOptions, Results, Scored, Scores, SeedScores};

/// Examples without a score are left out unasked if they are no more than one in this many; the bounds allow for them.
const FEW_UNSCORED: usize = 20;

/// Turns what was gathered into scores, or says what is missing.
pub(super) fn finish(gather: Gather<'_>) -> Result<Results, ScoresError> {
    let Gather { reading, tables, notes, seen, .. } = gather;
    let tables: Vec<Cells> = tables.into_iter().filter(|table| !table.columns.is_empty()).collect();
    let Some(first) = tables.first() else { return Err(seen.nothing(reading)) };
    let lonely = first.candidates.get(0).to_owned();
    let (compared, alone): (Vec<Cells>, Vec<Cells>) = tables.into_iter().partition(|table| table.candidates.len() > 1);
    if compared.is_empty() {
        return Err(ScoresError::OneCandidate { candidate: lonely });
    }
    let mut notes = notes;
    let of = |table: &Cells| Asked { metric: table.metric.clone(), said: table.direction };
    let (settled, unknown) = settle(compared.into_iter().map(|table| (of(&table), table)).collect(), reading)?;
    notes.extend(unknown);
    if !alone.is_empty() {
        let mut tasks: Vec<&str> = alone.iter().map(|table| table.task.as_str()).collect();
        tasks.dedup();
        notes.push(format!("Left out, with only one candidate: {}.", some(&tasks)));
    }
    let scores = settled.into_iter().map(|(table, way)| scores((table, way), reading, &notes));
    Ok(Results::PerExample(scores.collect::<Result<_, _>>()?))
}

fn scores((table, way): (Cells, Direction), reading: &ImportOptions, notes: &[String]) -> Result<Scores, ScoresError> {
    let (total, intersect, told_range) = (table.examples.len(), reading.intersect, reading.range.is_some());
    let mut notes: Vec<String> = notes.iter().cloned().chain(table.notes.iter().cloned()).collect();
    let count = |column: &Column| column.scores.iter().filter(|score| !score.is_nan()).count();
    let fewest = table.columns.iter().min_by_key(|column| count(column)).filter(|column| count(column) < total);
    let unscored = fewest.is_some() && !intersect && !table.unscored.is_empty();
    let numbers: Vec<u32> = match fewest {
        None => (0..u32::try_from(total).unwrap_or(u32::MAX)).collect(),
        Some(column) if unscored => without_unscored(&table, column, &mut notes)?,
        Some(column) if !intersect => return Err(different(&table, column)),
        Some(_) => {
            let common = common(&table)?;
            notes.push(format!(
                "Compared on the {} of {total} examples that all candidates have; the others are left out.",
                common.len()
            ));
            common
        }
    };
    let pick = |column: &Column| -> Vec<f32> {
        let score = |number: &u32| column.scores.get(*number as usize).copied().unwrap_or(f32::NAN);
        numbers.iter().map(score).collect()
    };
    let mut candidates: Vec<Scored> = Vec::with_capacity(table.candidates.len());
    for (name, number) in table.candidates.all().zip(0_u32..) {
        let own = table.columns.iter().filter(|column| column.candidate == number);
        let seeds =
            own.map(|column| SeedScores { seed: table.seeds.get(column.seed).to_owned(), scores: pick(column) });
        candidates.push(Scored { name: name.to_owned(), seeds: seeds.collect(), facts: table.facts(number) });
    }
    let mut scores = Scores {
        clusters: table.clusters(&numbers),
        examples: numbers.iter().map(|number| table.examples.get(*number).to_owned()).collect(),
        task: table.task,
        metric: table.metric,
        candidates,
        range: table.range,
        higher_is_better: way.higher,
        direction_from: way.from,
        left_out: if unscored { (total - numbers.len()) as u64 } else { 0 },
        notes,
    };
    scores.notes.extend(way.note(&scores.metric));
    if !told_range {
        scale::check(&mut scores)?;
    }
    if scores.range.is_none() && (scores.right_or_wrong() || shares(&scores)) {
        scores.range = Some((0.0, 1.0));
    }
    Ok(scores)
}

/// Whether scores of which more is better look like shares: from 0 to 1, and not all far below 1. Errors may exceed 1
/// where none that was seen does.
fn shares(scores: &Scores) -> bool {
    let (low, high) = scores.observed();
    scores.higher_is_better && low >= 0.0 && (0.5..=1.0).contains(&high)
}

/// The examples that every column has, in order.
fn common(table: &Cells) -> Result<Vec<u32>, ScoresError> {
    let has = |column: &Column, number: u32| column.scores.get(number as usize).is_some_and(|score| !score.is_nan());
    let total = u32::try_from(table.examples.len()).unwrap_or(u32::MAX);
    let common: Vec<u32> = (0..total).filter(|n| table.columns.iter().all(|column| has(column, *n))).collect();
    if common.is_empty() {
        let candidates = table.candidates.all().map(str::to_owned).collect();
        return Err(ScoresError::NothingInCommon { task: table.task.clone(), candidates });
    }
    Ok(common)
}

/// The common examples, where the others are few and all of those that a log tells to have no score.
fn without_unscored(table: &Cells, fewest: &Column, notes: &mut Vec<String>) -> Result<Vec<u32>, ScoresError> {
    let (common, total) = (common(table)?, table.examples.len());
    let left: Vec<u32> =
        (0..u32::try_from(total).unwrap_or(u32::MAX)).filter(|n| common.binary_search(n).is_err()).collect();
    if left.iter().any(|number| !table.unscored.contains(number)) {
        return Err(different(table, fewest));
    }
    if left.len() * FEW_UNSCORED > total {
        let such = left.iter().take(SHOWN).map(|number| table.examples.get(*number).to_owned()).collect();
        return Err(ScoresError::TooManyUnscored {
            task: table.task.clone(),
            missing: left.len(),
            examples: total,
            such,
        });
    }
    notes.push(format!(
        "Compared on the {} of {total} examples that have a score of every candidate. The {} left out may be anything: all bounds allow for that (`--intersect` takes them to be as the others).",
        common.len(),
        left.len()
    ));
    Ok(common)
}

/// Which examples the candidate with the fewest lacks.
fn different(table: &Cells, column: &Column) -> ScoresError {
    let has = |number: usize| column.scores.get(number).is_some_and(|score| !score.is_nan());
    let lacking: Vec<&str> = table.examples.all().enumerate().filter(|(n, _)| !has(*n)).map(|(_, name)| name).collect();
    ScoresError::DifferentExamples {
        task: table.task.clone(),
        candidate: table.candidates.get(column.candidate).to_owned(),
        seed: table.seeds.get(column.seed).to_owned(),
        missing: lacking.len(),
        examples: table.examples.len(),
        such: lacking.iter().take(SHOWN).map(|name| super::cell::shown(name.as_bytes())).collect(),
    }
}
