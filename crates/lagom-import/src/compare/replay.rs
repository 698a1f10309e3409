//! The examples taken one by one in a random order: after how many the verdict would have stood.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::findings::{CompareRow, CompareVerdict, Replayed};
use super::joint::bonferroni;
use super::matrix::ScoreMatrix;
use super::paired::minus;
use super::terms::CompareTerms;
use crate::stats::{Replay, SequentialDecision, StatsError};
use crate::verdict::VerdictKind;

/// One comparison that has to stand, as positions in the field: a candidate against another or the bar.
struct Pair {
    candidate: usize,
    against: Option<usize>,
    /// Whether it has to be shown good enough, or to be worse.
    good_enough: bool,
}

/// Replays the comparisons that the verdict consists of, all in the same random order of examples, and keeps the
/// one that took longest.
///
/// Smaller is enough stands once the choice is shown to be good enough against every rival (or the bar);
/// bigger pays once every cheaper candidate is shown to be worse than the reference by more than the margin
/// (or below the bar). An undecided verdict never stands; its path shows how far it got. The confidence
/// sequence is of the labelled examples themselves (drawn without replacement), valid at every stopping time, at the
/// study's confidence shared by Bonferroni among the candidates that are compared. None where a verdict
/// has nothing to compare.
///
/// # Errors
/// As [`crate::stats::replay`].
pub(super) fn replay(
    matrix: &ScoreMatrix,
    (rows, verdict): (&[CompareRow], &CompareVerdict),
    terms: &CompareTerms,
) -> Result<Option<Replayed>, StatsError> {
    let pairs = pairs(matrix, rows, verdict, terms);
    let members = rows.iter().filter(|row| row.excess.is_empty()).count();
    let shared = if terms.bar().is_some() { members } else { members.saturating_sub(1) };
    let confidence = bonferroni(terms.confidence, shared);
    let mut longest: Option<Replayed> = None;
    for pair in &pairs {
        let found = one(matrix, pair, terms, confidence)?;
        let stands = verdict.kind != VerdictKind::Undecided && agrees(&found, pair);
        let told = Replayed {
            decided_after: found.decided_after.filter(|_| stands),
            examples: found.examples,
            candidate: matrix.names[pair.candidate].clone(),
            against: pair.against.map(|at| matrix.names[at].clone()),
            threshold: terms.margin().map_or(0.0, |margin| -margin),
            confidence,
            path: found.path,
            comparisons: pairs.len() as u64,
        };
        let took = |replayed: &Replayed| replayed.decided_after.unwrap_or(u64::MAX);
        if longest.as_ref().is_none_or(|so_far| took(&told) > took(so_far)) {
            longest = Some(told);
        }
    }
    Ok(longest)
}

fn agrees(found: &Replay, pair: &Pair) -> bool {
    match found.decision {
        SequentialDecision::GoodEnough | SequentialDecision::Equivalent => pair.good_enough,
        SequentialDecision::Worse => !pair.good_enough,
        SequentialDecision::CantTell => false,
    }
}

/// The comparisons that the verdict consists of.
fn pairs(matrix: &ScoreMatrix, rows: &[CompareRow], verdict: &CompareVerdict, terms: &CompareTerms) -> Vec<Pair> {
    let place = |name: &String| matrix.names.iter().position(|known| known == name);
    let members = || rows.iter().filter(|row| row.excess.is_empty()).filter_map(|row| place(&row.name));
    let reference = verdict.reference.as_ref().and_then(place);
    let cheaper = || members().take_while(|at| Some(*at) != reference);
    let bar = terms.bar().is_some();
    let to_the_bar = |candidate: usize, good_enough: bool| Pair { candidate, against: None, good_enough };
    match (verdict.kind, verdict.choice.as_ref().and_then(place)) {
        (VerdictKind::SmallerIsEnough, Some(choice)) if bar => vec![to_the_bar(choice, true)],
        (VerdictKind::SmallerIsEnough, Some(choice)) => {
            let rivals: Vec<usize> = match terms.reference {
                Some(_) => reference.into_iter().collect(),
                None => members().collect(),
            };
            let rivals = rivals.into_iter().filter(|rival| *rival != choice);
            rivals.map(|rival| Pair { candidate: choice, against: Some(rival), good_enough: true }).collect()
        }
        (VerdictKind::BiggerPays, Some(choice)) if bar => {
            cheaper().map(|at| to_the_bar(at, false)).chain([to_the_bar(choice, true)]).collect()
        }
        (VerdictKind::BiggerPays, Some(choice)) => {
            cheaper().map(|at| Pair { candidate: at, against: Some(choice), good_enough: false }).collect()
        }
        (VerdictKind::NothingQualifies, _) if bar => members().map(|at| to_the_bar(at, false)).collect(),
        (VerdictKind::Undecided, _) => {
            let carrier = verdict.carried_by.as_ref();
            let pair = carrier.and_then(|found| Some((place(&found.candidate)?, found.against.as_ref().map(place))));
            let pair = pair.and_then(|(candidate, against)| match against {
                None => Some(to_the_bar(candidate, true)),
                Some(against) => Some(Pair { candidate, against: Some(against?), good_enough: true }),
            });
            pair.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn one(matrix: &ScoreMatrix, pair: &Pair, terms: &CompareTerms, confidence: f64) -> Result<Replay, StatsError> {
    let own = matrix.values(pair.candidate);
    let (low, high) = matrix.range();
    let (mut differences, range) = match (pair.against, terms.bar()) {
        (Some(against), _) => (minus(own, matrix.values(against)), (low - high, high - low)),
        (None, Some(bar)) => {
            let bar = matrix.turn * bar;
            (own.iter().map(|value| value - bar).collect(), (low - bar, high - bar))
        }
        (None, None) => (own.to_vec(), (low, high)),
    };
    differences.shuffle(&mut ChaCha8Rng::seed_from_u64(terms.seed));
    let margin = terms.margin().unwrap_or(0.0);
    crate::stats::replay(&differences, range, margin, confidence, Some(differences.len() as u64))
}
