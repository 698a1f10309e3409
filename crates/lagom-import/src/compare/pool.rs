//! Several tasks taken together, by one metric and on the same candidates.

use crate::scores::{CandidateFacts, Scored, Scores, SeedScores, Summaries, SummaryRow};

/// For each metric with several tasks on the same candidates: all their examples as one task, and the number
/// of tasks. Every example counts the same, so larger tasks count more.
pub(super) fn scores(all: &[Scores]) -> Vec<(Scores, u64)> {
    let metrics = distinct(all.iter().map(|scores| scores.metric.as_str()));
    let groups = metrics.into_iter().map(|metric| all.iter().filter(|scores| scores.metric == metric).collect());
    groups.filter(|group: &Vec<&Scores>| poolable(group)).map(|group| (together(&group), group.len() as u64)).collect()
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// Whether tasks have the same candidates, each with the same number of seeds everywhere.
fn poolable(group: &[&Scores]) -> bool {
    let Some((first, rest)) = group.split_first() else { return false };
    let same = |scores: &&&Scores| {
        scores.higher_is_better == first.higher_is_better
            && scores.candidates.len() == first.candidates.len()
            && first
                .candidates
                .iter()
                .all(|scored| find(scores, &scored.name).is_some_and(|found| found.seeds.len() == scored.seeds.len()))
    };
    !rest.is_empty() && rest.iter().all(|scores| same(&scores))
}

fn find<'a>(scores: &'a Scores, name: &str) -> Option<&'a Scored> {
    scores.candidates.iter().find(|scored| scored.name == name)
}

fn together(group: &[&Scores]) -> Scores {
    let first = group[0];
    let examples = group.iter().flat_map(|scores| scores.examples.iter().map(|name| format!("{}/{name}", scores.task)));
    let sizes: Vec<f64> = group.iter().map(|scores| scores.examples.len() as f64).collect();
    let candidate = |scored: &Scored| {
        let parts: Vec<&Scored> = group.iter().filter_map(|scores| find(scores, &scored.name)).collect();
        let seed = |(at, seed): (usize, &SeedScores)| SeedScores {
            seed: seed.seed.clone(),
            scores: parts.iter().flat_map(|part| part.seeds[at].scores.iter().copied()).collect(),
        };
        let facts: Vec<&CandidateFacts> = parts.iter().map(|part| &part.facts).collect();
        Scored {
            name: scored.name.clone(),
            seeds: scored.seeds.iter().enumerate().map(seed).collect(),
            facts: mixed(&facts, &sizes),
        }
    };
    let low = group.iter().map(|scores| scores.range.map(|range| range.0)).collect::<Option<Vec<f64>>>();
    let high = group.iter().map(|scores| scores.range.map(|range| range.1)).collect::<Option<Vec<f64>>>();
    let range = low.zip(high).map(|(low, high)| {
        (low.into_iter().fold(f64::INFINITY, f64::min), high.into_iter().fold(f64::NEG_INFINITY, f64::max))
    });
    Scores {
        task: format!("all {} tasks", group.len()),
        metric: first.metric.clone(),
        examples: examples.collect(),
        clusters: clusters(group),
        candidates: first.candidates.iter().map(candidate).collect(),
        range,
        higher_is_better: first.higher_is_better,
        direction_from: first.direction_from,
        left_out: group.iter().map(|scores| scores.left_out).sum(),
        notes: repeated(group.iter().map(|scores| scores.notes.as_slice())),
    }
}

/// Numbers of clusters over all tasks; an example without one is its own.
fn clusters(group: &[&Scores]) -> Option<Vec<u32>> {
    group.iter().find(|scores| scores.clusters.is_some())?;
    let mut numbers = Vec::new();
    let mut next = 0_u32;
    for scores in group {
        let count = u32::try_from(scores.examples.len()).unwrap_or(u32::MAX);
        let own: Vec<u32> = scores.clusters.clone().unwrap_or_else(|| (0..count).collect());
        let most = own.iter().max().map_or(0, |most| most.saturating_add(1));
        numbers.extend(own.into_iter().map(|number| number.saturating_add(next)));
        next = next.saturating_add(most);
    }
    Some(numbers)
}

/// What is known of a candidate over several tasks: what is the same in all, and the means of what was measured.
/// A percentile over all can't be had from those of the parts.
fn mixed(facts: &[&CandidateFacts], sizes: &[f64]) -> CandidateFacts {
    let mean = |pick: fn(&CandidateFacts) -> Option<f64>| {
        let values = facts.iter().map(|fact| pick(fact)).collect::<Option<Vec<f64>>>()?;
        let all: f64 = sizes.iter().sum();
        (all > 0.0).then(|| values.iter().zip(sizes).map(|(value, size)| value * size).sum::<f64>() / all)
    };
    let same = |pick: fn(&CandidateFacts) -> Option<f64>| {
        let values = facts.iter().map(|fact| pick(fact)).collect::<Option<Vec<f64>>>()?;
        values.first().copied().filter(|first| values.iter().all(|value| value == first))
    };
    CandidateFacts {
        parameters: facts.iter().find_map(|fact| fact.parameters),
        bytes: facts.iter().find_map(|fact| fact.bytes),
        latency_p95: same(|fact| fact.latency_p95),
        latency_mean: mean(|fact| fact.latency_mean),
        cost: mean(|fact| fact.cost),
        price: facts.iter().find_map(|fact| fact.price),
    }
}

/// Every note once.
fn repeated<'a>(notes: impl Iterator<Item = &'a [String]>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for note in notes.flatten() {
        if !found.contains(note) {
            found.push(note.clone());
        }
    }
    found
}

/// As [`scores`], for means: the mean over tasks, each counting the same, with the standard error √(Σ se²) / tasks.
pub(super) fn summaries(all: &[Summaries]) -> Vec<(Summaries, u64)> {
    let metrics = distinct(all.iter().map(|means| means.metric.as_str()));
    let groups = metrics.into_iter().map(|metric| all.iter().filter(|means| means.metric == metric).collect());
    groups.filter_map(|group: Vec<&Summaries>| Some((mean_of_tasks(&group)?, group.len() as u64))).collect()
}

/// The mean over tasks; none of a single task, nor where a candidate is missing from one or has no standard error.
fn mean_of_tasks(group: &[&Summaries]) -> Option<Summaries> {
    let (first, rest) = group.split_first().filter(|(_, rest)| !rest.is_empty())?;
    if rest.iter().any(|means| means.rows.len() != first.rows.len() || means.higher_is_better != first.higher_is_better)
    {
        return None;
    }
    let row = |own: &SummaryRow| {
        let of = |means: &&Summaries| means.rows.iter().find(|row| row.candidate == own.candidate).cloned();
        let parts: Vec<SummaryRow> = group.iter().map(of).collect::<Option<Vec<_>>>()?;
        let count = parts.len() as f64;
        let errors = parts.iter().map(|part| part.standard_error).collect::<Option<Vec<f64>>>()?;
        let facts: Vec<&CandidateFacts> = parts.iter().map(|part| &part.facts).collect();
        Some(SummaryRow {
            candidate: own.candidate.clone(),
            mean: parts.iter().map(|part| part.mean).sum::<f64>() / count,
            standard_error: Some(errors.iter().map(|error| error.powi(2)).sum::<f64>().sqrt() / count),
            examples: parts.iter().map(|part| part.examples).sum(),
            facts: mixed(&facts, &vec![1.0; parts.len()]),
        })
    };
    Some(Summaries {
        task: format!("all {} tasks", group.len()),
        metric: first.metric.clone(),
        higher_is_better: first.higher_is_better,
        direction_from: first.direction_from,
        range: first.range,
        rows: first.rows.iter().map(row).collect::<Option<Vec<_>>>()?,
        notes: repeated(group.iter().map(|means| means.notes.as_slice())),
    })
}
