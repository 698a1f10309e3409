//! Probabilities out of sample: each row is judged by a cheap model that has not seen it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use crate::candidate::{Candidate, FitContext, FitError, Fitted, Outside, Purpose, Spec, fit};
use crate::data::{Dataset, SplitSpec, Target, fold, seed, split};
use crate::run::progress::Tracker;
use crate::study::TaskKind;

/// Parts that the rows are dealt into: each is judged by a model trained on the others. Five as cleanlab's tutorials have it.
pub(super) const FOLDS: u32 = 5;
/// The share of the other rows that a model is stopped and chosen on.
const VALIDATION: f64 = 0.15;

/// What models make of rows that they have not seen.
#[derive(Debug)]
pub(super) struct OutOfSample {
    /// The candidate that did best on the validation rows of the first part.
    pub(super) model: String,
    /// Row-major: rows of the data set × classes.
    pub(super) probabilities: Vec<f64>,
}

/// Judges every row of a data set of classes, of which nothing is sealed. The same seed gives the same bits.
///
/// # Errors
/// No candidate can be trained.
pub(super) fn out_of_sample(data: &Dataset, seed: u64, tracker: &mut Tracker<'_>) -> Result<OutOfSample, FitError> {
    let classes = data.classes() as usize;
    let candidates = candidates(data.task);
    tracker.progress.add(candidates.len() + FOLDS as usize - 1, 0);
    tracker.progress.work_total = (candidates.len() + FOLDS as usize - 1) as f64;
    tracker.progress.running = candidates.iter().map(|candidate| candidate.name.clone()).collect();
    tracker.tell();
    let first: Vec<Part> = candidates.iter().map(|candidate| Part { candidate, fold: 0 }).collect();
    let mut tried = judged(data, &first, seed, tracker);
    let best = (0..tried.len())
        .filter_map(|at| Some((at, tried[at].as_ref().ok()?.loss)))
        .min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let Some((best, _)) = best else {
        return Err(tried.into_iter().find_map(Result::err).unwrap_or_else(|| FitError::Unfit("no model".to_owned())));
    };
    let candidate = &candidates[best];
    tracker.progress.running = vec![candidate.name.clone()];
    let others: Vec<Part> = (1..FOLDS).map(|fold| Part { candidate, fold }).collect();
    let mut parts = vec![tried.swap_remove(best)?];
    parts.extend(judged(data, &others, seed, tracker).into_iter().collect::<Result<Vec<Judged>, FitError>>()?);
    let mut probabilities = vec![0.0; data.target.rows() * classes];
    for Judged { rows, answers, .. } in parts {
        for (row, answer) in rows.into_iter().zip(answers.chunks_exact(classes.max(1))) {
            probabilities[row as usize * classes..][..classes].copy_from_slice(answer);
        }
    }
    Ok(OutOfSample { model: candidate.name.clone(), probabilities })
}

/// The cheap models that may judge.
fn candidates(task: TaskKind) -> Vec<Candidate> {
    let of = |name: &str, spec: Spec| Candidate::new(name, spec, 0);
    match task {
        TaskKind::TextClassification => {
            vec![of("ngrams-65536", Spec::of("ngrams").with("buckets", 65_536))]
        }
        _ => vec![
            of("linear", Spec::of("linear")),
            of("trees-8x250", Spec::of("trees").with("leaves", 8).with("rounds", 250)),
        ],
    }
}

/// A part of the rows, and who judges them.
#[derive(Clone, Copy)]
struct Part<'a> {
    candidate: &'a Candidate,
    fold: u32,
}

/// A part that was judged.
struct Judged {
    /// Mean log loss on validation rows of the rest.
    loss: f64,
    rows: Vec<u32>,
    answers: Vec<f64>,
}

/// Trains and judges, as many side by side as there are processors; the results are in the order of the parts, whichever comes first.
fn judged(data: &Dataset, parts: &[Part<'_>], seed: u64, tracker: &mut Tracker<'_>) -> Vec<Result<Judged, FitError>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(parts.len());
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let (done, ended) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let done = done.clone();
            let (next, found) = (&next, &found);
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(part) = parts.get(at).copied() else { break };
                    let judged = judge(data, part, seed);
                    if let Ok(mut found) = found.lock() {
                        found.push((at, judged));
                    }
                    // Nobody listens any more only where the process ends.
                    let _ = done.send(());
                }
            });
        }
        drop(done);
        while ended.recv().is_ok() {
            tracker.progress.done += 1;
            tracker.progress.work_done += 1.0;
            tracker.tell();
        }
    });
    let mut found = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, judged)| judged).collect()
}

fn judge(data: &Dataset, Part { candidate, fold: own }: Part<'_>, seed: u64) -> Result<Judged, FitError> {
    let spec = SplitSpec {
        seed: seed::derive(seed, "data quality", 0),
        repeat: own,
        windows: 0,
        validation: VALIDATION,
        fraction: 1.0,
        folds: FOLDS,
        explored: None,
    };
    let (_, rows) = fold(data, &spec).ok_or_else(|| FitError::Unfit("no part to judge".to_owned()))?;
    let kept = split(data, &spec);
    let (train, validation) = (data.examples(&kept.train), data.examples(&kept.validation));
    let context = FitContext {
        train,
        purpose: Purpose::Measure { validation, watch: None },
        weights: None,
        seed: seed::derive(seed, "data quality model", u64::from(own)),
        outside: Outside::default(),
    };
    let Fitted { model, .. } = fit(candidate, &context)?;
    let loss = log_loss(&model.predict(&validation.inputs)?, &validation.labels(), data.classes() as usize);
    let answers = model.predict(&data.examples(&rows).inputs)?;
    Ok(Judged { loss, rows, answers })
}

/// The mean of −ln p of the given class, in nats; a probability of nothing counts as a billionth.
fn log_loss(answers: &[f64], labels: &[u32], classes: usize) -> f64 {
    let own = |(answer, label): (&[f64], &u32)| -answer.get(*label as usize).copied().unwrap_or(0.0).max(1e-9).ln();
    answers.chunks_exact(classes.max(1)).zip(labels).map(own).sum::<f64>() / labels.len().max(1) as f64
}

/// The labels of a data set of classes.
pub(super) fn labels(data: &Dataset) -> &[u32] {
    match &data.target {
        Target::Classes { labels, .. } => labels,
        Target::Numbers(_) | Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => &[],
    }
}
