//! The quality below which a trial can't matter, so that its training may end early.

use super::family::Measured;
use super::types::{Evidence, Rung, SearchTerms, Target, TrialRequest};

/// The targets of those rungs in a wave that are sent ahead with one trial; none where they are to be trained in full.
///
/// With two trials one may end early and the other not, and that alone would flatter the rung. A training that ends early is
/// no point of its family's curve, so only a rung that next to nothing lies beyond may: the untried rungs of its family
/// above it cost no more than itself. The target is the quality of the best so far on the validation rows of the same
/// repeat, less what a rung may be below it and still matter (a dearer one has to be above it), less the noise of one
/// repeat's difference at the study's confidence.
#[must_use]
pub fn targets(
    rungs: &[Rung],
    asked: &[u32],
    evidence: &dyn Evidence,
    (terms, wave): (&SearchTerms, &[TrialRequest]),
) -> Vec<Target> {
    let asked: Vec<u32> = (0..rungs.len()).map(|at| asked.get(at).copied().unwrap_or(0)).collect();
    let measured = Measured::of(rungs, &asked, evidence, terms);
    let (Some(best), Some(noise)) = (measured.best, measured.noise()) else { return Vec::new() };
    let ahead = |wanted: &&TrialRequest| asked.get(wanted.rung) == Some(&0) && wanted.repeats == 1;
    let last = wave.iter().filter(ahead).filter(|wanted| is_last(&measured, wanted.rung));
    let of = |wanted: &TrialRequest| {
        let rung = wanted.rung;
        let quality = evidence.of_repeat(best, 0)? - measured.allowance(rung)? - noise;
        Some(Target { rung, repeat: 0, quality })
    };
    last.filter_map(of).filter(|target| target.quality.is_finite()).collect()
}

/// Whether what lies beyond a rung in its family costs no more than the rung itself.
fn is_last(measured: &Measured<'_>, rung: usize) -> bool {
    let family = measured.family(measured.rungs[rung].family);
    let beyond = family.into_iter().skip_while(|&at| at != rung).skip(1).filter(|&at| measured.asked[at] == 0);
    beyond.map(|at| measured.rungs[at].flops).sum::<f64>() <= measured.rungs[rung].flops
}
