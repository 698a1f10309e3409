//! Repeats: they go where the verdict hangs.

use super::contenders::contenders;
use super::explore::FREE;
use super::family::Measured;
use super::types::{Goal, TrialRequest};

/// Repeats of a rung that looks decisive by two: only what is still promising by then gets all.
const SECOND: u32 = 3;

/// Repeats still missing between the best and the rungs that the verdict may test against it, or that may be the best
/// themselves.
pub(super) fn missing(measured: &Measured<'_>) -> Vec<TrialRequest> {
    let full = measured.terms.repeats;
    let Some(best) = measured.best else { return Vec::new() };
    let contenders = contenders(measured);
    let mut decisive = rivals(measured, best);
    decisive.push(best);
    decisive.extend(&contenders);
    decisive.sort_unstable();
    decisive.dedup();
    let wanted = |rung: usize| {
        let asked = measured.asked[rung];
        let promising = || contenders.contains(&rung) || is_promising(measured, rung, &decisive);
        let all = rung == best || (asked >= SECOND && promising());
        let repeats = if all { full } else { SECOND.min(full) };
        TrialRequest { rung, repeats }
    };
    decisive.iter().copied().map(wanted).filter(|wanted| wanted.repeats > measured.asked[wanted.rung]).collect()
}

/// The rungs that the verdict may test: by the same rules as its screening, on the repeats there are.
fn rivals(measured: &Measured<'_>, best: usize) -> Vec<usize> {
    let (evidence, confidence) = (measured.evidence, measured.terms.confidence);
    let usable = |at: &usize| *at != best && evidence.within_limits(*at);
    let others: Vec<usize> = measured.learners().into_iter().filter(usable).collect();
    if let Goal::Bar(bar) = measured.terms.rule {
        let plausible = |at: &usize| evidence.quality(*at).is_some_and(|found| found.upper(confidence) > bar);
        return smaller(measured, &others, best).into_iter().filter(plausible).collect();
    }
    let Goal::Margin(margin) = measured.terms.rule else { return Vec::new() };
    let point = |at: usize| evidence.difference(at, best).map_or(f64::NEG_INFINITY, |found| found.point);
    let nearest = |rungs: &[usize]| rungs.iter().copied().reduce(|a, b| if point(b) > point(a) { b } else { a });
    let cheaper = smaller(measured, &others, best);
    if cheaper.is_empty() {
        // The best is the smallest: it is tested against the best of the larger ones.
        return nearest(&others).into_iter().collect();
    }
    let plausible = |at: &usize| evidence.difference(*at, best).is_some_and(|found| found.upper(confidence) > -margin);
    let members: Vec<usize> = cheaper.iter().copied().filter(plausible).collect();
    if members.is_empty() { nearest(&cheaper).into_iter().collect() } else { members }
}

fn smaller(measured: &Measured<'_>, rungs: &[usize], than: usize) -> Vec<usize> {
    let size = |at: usize| (measured.rungs[at].parameters, at);
    rungs.iter().copied().filter(|&at| size(at) < size(than)).collect()
}

/// Whether a rung that looks decisive by three repeats is worth all: the nearest to the best is, and what costs next to
/// nothing; not one that a smaller one equals, since the verdict would take that, nor one that is short of the best by
/// more than the margin.
fn is_promising(measured: &Measured<'_>, rung: usize, decisive: &[usize]) -> bool {
    let (Goal::Margin(margin), Some(best)) = (measured.terms.rule, measured.best) else { return true };
    let full = measured.terms.repeats;
    let sweep: f64 = measured.rungs.iter().map(|rung| rung.flops).sum::<f64>() * f64::from(full);
    let missing = f64::from(full.saturating_sub(measured.asked[rung]));
    if measured.rungs[rung].flops * missing <= FREE * sweep {
        return true;
    }
    let point = |at: usize| measured.evidence.difference(at, best).map_or(f64::NEG_INFINITY, |found| found.point);
    let (own, size) = (point(rung), measured.rungs[rung].parameters);
    let mut others = decisive.iter().copied().filter(|&at| at != best && at != rung);
    let equalled = others.clone().any(|at| measured.rungs[at].parameters < size && point(at) >= own);
    let nearest = others.all(|at| point(at) <= own);
    nearest || (!equalled && own > -margin)
}
