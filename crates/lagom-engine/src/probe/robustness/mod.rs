//! Robustness: what quality is left where inputs are corrupted, by size.
//!
//! Every corruption comes in five severities ([`tables`], [`texts`]); it is drawn from the seed of the split alone, so that all candidates meet the very same
//! corrupted rows. The mean corruption error sets the errors of a model against those of the smallest one, and the relative one only what
//! corruption adds to them (Hendrycks & Dietterich 2019): a model that is only more accurate has a low first and no lower second.

mod asked;
mod figures;
mod tables;
mod tell;
mod texts;

use crate::data::Column;
use crate::metric::Metric;
use crate::study::costs::Estimated;
use crate::study::{ProbeAbout, ProbeTakes};

use super::sight::Measured;
use super::{
    AskedSeen, AsksModels, Figures, LooksAtModels, Probe, ProbeError, ProbeResult, Seen, Sight, Subject, Told, Variant,
};
use figures::{Corrupted, Robust};

/// The probe.
pub(super) struct Robustness;

static ABOUT: ProbeAbout = ProbeAbout {
    name: "robustness",
    title: "Robustness by size",
    summary: "quality on corrupted inputs (noise, gaps, typos, …) at five severities, and whether larger sizes are more robust or only more accurate",
    takes: ProbeTakes::Flag,
};

/// Most rows that are corrupted.
const ROWS: usize = 2_000;
/// Severities of a corruption.
const SEVERITIES: usize = 5;

/// A way in which inputs go wrong.
struct Corruption {
    /// What it is, for readers.
    name: &'static str,
    /// How much of the inputs it changes at each severity, in its own unit.
    amounts: [f64; SEVERITIES],
    /// What the columns lack for it, in a fragment; none where it applies.
    lacks: fn(&[Column]) -> Option<&'static str>,
    /// The columns with so much of it.
    corrupt: fn(&[Column], f64, &mut dyn rand::RngCore) -> Vec<Column>,
}

/// All corruptions of tables and texts, in the order in which they are told.
fn corruptions() -> impl Iterator<Item = &'static Corruption> {
    tables::CORRUPTIONS.iter().chain(texts::CORRUPTIONS)
}

impl Probe for Robustness {
    fn about(&self) -> &'static ProbeAbout {
        &ABOUT
    }

    fn run(&self, _: &Subject<'_>) -> Option<ProbeResult> {
        None
    }

    fn models(&self) -> Option<&dyn LooksAtModels> {
        Some(self)
    }

    fn asked(&self) -> Option<&dyn AsksModels> {
        Some(self)
    }
}

impl LooksAtModels for Robustness {
    fn version(&self) -> u32 {
        2
    }

    fn look(&self, sights: &[Sight<'_>]) -> Result<Figures, ProbeError> {
        let sight = sights.first().ok_or_else(|| ProbeError::Nothing("there is no model".to_owned()))?;
        let part = sight.part.at_most(ROWS, sight.seed);
        let blocks = part.blocks(sight.seed);
        let measured = |columns: &[Column]| {
            let answers = part.answers(sight.model, columns)?;
            Measured::of(sight.metric, &part.outcomes(&answers)?, &blocks)
        };
        let (mut found, mut left_out) = (Vec::new(), Vec::new());
        for corruption in corruptions() {
            if let Some(why) = (corruption.lacks)(&part.columns) {
                left_out.push((corruption.name.to_owned(), why.to_owned()));
                continue;
            }
            let severities = (0_u64..).zip(corruption.amounts).map(|(severity, amount)| {
                let mut random = crate::data::seed::generator(sight.seed, corruption.name, severity);
                measured(&(corruption.corrupt)(&part.columns, amount, &mut random))
            });
            let severities = severities.collect::<Result<Vec<Measured>, ProbeError>>()?;
            found.push(Corrupted { name: corruption.name.to_owned(), severities });
        }
        Figures::of(&Robust {
            rows: part.rows() as u64,
            others: part.of_other_classes(),
            clean: measured(&part.columns)?,
            corrupted: found,
            left_out,
        })
    }

    fn estimate(&self, figures: &Figures, (metric, confidence): (Metric, f64)) -> Option<Estimated> {
        figures.read::<Robust>()?.loss(metric, confidence)
    }

    fn tell(&self, seen: &[Seen<'_>], told: &Told<'_>) -> Option<ProbeResult> {
        tell::tell(seen, told)
    }
}

impl AsksModels for Robustness {
    fn variants(&self, columns: &[Column], seed: u64) -> Vec<Variant> {
        asked::variants(columns, seed)
    }

    fn tell_asked(&self, seen: &AskedSeen<'_>, told: &Told<'_>) -> ProbeResult {
        asked::tell(seen, told)
    }
}
