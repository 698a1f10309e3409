//! What the climb spent and what it left out.

use std::collections::{BTreeMap, BTreeSet};

use super::Concluder;
use crate::report::{Climbed, UntriedRung};
use crate::run::conclusion::Conclusion;
use crate::run::search::rungs;
use crate::search::Rung;
use crate::stats;
use crate::study::Policy;

impl Concluder<'_> {
    /// What the climb spent and what it left out, for the report; none for a sweep.
    pub(super) fn climbed(&self, conclusion: &Conclusion) -> Option<Climbed> {
        let (found, analysis) = (&conclusion.found, &conclusion.analysis);
        if self.workspace.ladder.policy == Policy::Sweep {
            return None;
        }
        let rungs = rungs(self.workspace);
        let repeats = self.workspace.prepared.plan.repeats;
        let spent = |rung: &Rung| {
            let trials = analysis.screening.row(&rung.name).map_or(&[][..], |row| &row.trials);
            trials.iter().map(|facts| facts.flops).collect::<Vec<f64>>()
        };
        // What a trial of an untried rung would take: planned, at the ratio that the nearest smaller rung of its
        // family turned out to have.
        let mut ratios: BTreeMap<u32, f64> = BTreeMap::new();
        let mut sweep = 0.0;
        for rung in &rungs {
            let own = spent(rung);
            if !own.is_empty() && rung.flops > 0.0 {
                ratios.insert(rung.family, stats::mean(&own) / rung.flops);
            }
            let one = if own.is_empty() {
                rung.flops * ratios.get(&rung.family).copied().unwrap_or(1.0)
            } else {
                stats::mean(&own)
            };
            sweep += one * f64::from(repeats);
        }
        // A training that was ended early says nothing of what a whole one takes.
        let stopped = analysis.screening.rows.iter().flat_map(|row| &row.stopped);
        let ended: f64 = stopped.map(|one| one.flops).sum();
        let untried = found.untried.iter().filter_map(|one| {
            let rung = rungs.get(one.rung)?;
            Some(UntriedRung { name: rung.name.clone(), parameters: rung.parameters, gain: one.gain, why: one.why })
        });
        Some(Climbed {
            rungs: rungs.len() as u64,
            tried: found.repeats.iter().filter(|&&repeats| repeats > 0).count() as u64,
            stopped: found.stopped.iter().map(|target| target.rung).collect::<BTreeSet<usize>>().len() as u64,
            flops: rungs.iter().flat_map(spent).sum::<f64>() + ended,
            sweep_flops: sweep,
            untried: untried.collect(),
        })
    }
}
