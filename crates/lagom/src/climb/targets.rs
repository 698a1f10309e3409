//! The quality below which a trial can't matter, so that its training may end early.

use super::family::Measured;
use super::types::{ClimbTerms, Evidence, Goal, Rung, Target, Wanted};

/// The targets of the first trials of rungs in a wave; none for those that are to be trained in full.
///
/// A training that ends early is no point of its family's curve, so only a rung that next to nothing lies beyond may: the
/// untried rungs of its family above it cost no more than itself. A rung that is sure to be dearer than the best so
/// far matters only if it is better: the choice is never one that a cheaper one outdoes. Any other matters if it comes
/// within the margin. Both on the rows that the best was validated on in the same repeat, less the noise of
/// one repeat's difference at the study's confidence.
#[must_use]
pub fn targets(
    rungs: &[Rung],
    asked: &[u32],
    evidence: &dyn Evidence,
    (terms, wave): (&ClimbTerms, &[Wanted]),
) -> Vec<Target> {
    let asked: Vec<u32> = (0..rungs.len()).map(|at| asked.get(at).copied().unwrap_or(0)).collect();
    let measured = Measured::of(rungs, &asked, evidence, terms);
    let (Some(best), Some(noise)) = (measured.best, measured.noise()) else { return Vec::new() };
    let new = wave.iter().filter(|wanted| asked.get(wanted.rung) == Some(&0) && !rungs[wanted.rung].baseline);
    let last = new.filter(|wanted| is_last(&measured, wanted.rung));
    let of = |wanted: &Wanted| {
        let rung = wanted.rung;
        let allowed = match terms.rule {
            _ if evidence.is_dearer(rung, best) => Some(0.0),
            Goal::Margin(margin) => Some(margin),
            Goal::Bar(_) => None,
        };
        let quality = move |repeat| Some(evidence.of_repeat(best, repeat)? - allowed? - noise);
        (0..wanted.repeats).filter_map(move |repeat| Some(Target { rung, repeat, quality: quality(repeat)? }))
    };
    last.flat_map(of).filter(|target| target.quality.is_finite()).collect()
}

/// Whether what lies beyond a rung in its family costs no more than the rung itself.
fn is_last(measured: &Measured<'_>, rung: usize) -> bool {
    let family = measured.family(measured.rungs[rung].family);
    let beyond = family.into_iter().skip_while(|&at| at != rung).skip(1).filter(|&at| measured.asked[at] == 0);
    beyond.map(|at| measured.rungs[at].flops).sum::<f64>() <= measured.rungs[rung].flops
}
