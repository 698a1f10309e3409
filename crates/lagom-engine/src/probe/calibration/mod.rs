//! Calibration: how far the confidence that a model states can be trusted, by size; for numbers, how wide an interval has to be to hold the truth.
//!
//! Whatever is fitted (a temperature, an isotonic curve, a threshold, the width of an interval) is judged on rows that it was not fitted to: by
//! cross-fitting over five parts of the validation rows.

mod figures;
mod look;
mod tell;
mod tempering;

use crate::metric::Metric;
use crate::stats::jackknife_error;
use crate::study::costs::Estimated;
use crate::study::{ProbeAbout, ProbeTakes};

use super::sight::estimated;
use super::{Figures, LooksAtModels, Probe, ProbeError, ProbeResult, Seen, Sight, Subject, Told};
use figures::{Calibrated, Found};

pub use tempering::{Tempering, tempering};

/// The probe.
pub(super) struct Calibration;

static ABOUT: ProbeAbout = ProbeAbout {
    name: "calibration",
    title: "Calibration by size",
    summary: "how far stated probabilities can be trusted, what a temperature mends, and how many rows can be answered at a wanted accuracy; for numbers, intervals that hold the truth",
    takes: ProbeTakes::Flag,
};

impl Probe for Calibration {
    fn about(&self) -> &'static ProbeAbout {
        &ABOUT
    }

    fn run(&self, _: &Subject<'_>) -> Option<ProbeResult> {
        None
    }

    fn models(&self) -> Option<&dyn LooksAtModels> {
        Some(self)
    }
}

impl LooksAtModels for Calibration {
    fn version(&self) -> u32 {
        1
    }

    fn look(&self, sights: &[Sight<'_>]) -> Result<Figures, ProbeError> {
        let sight = sights.first().ok_or_else(|| ProbeError::Nothing("there is no model".to_owned()))?;
        Figures::of(&look::look(sight)?)
    }

    fn estimate(&self, figures: &Figures, (_, confidence): (Metric, f64)) -> Option<Estimated> {
        match figures.read::<Calibrated>()?.found {
            Found::Classes(found) => {
                let stated = found.stated.width;
                Some(estimated(stated.value, jackknife_error(&stated.without), confidence))
            }
            // Numbers come without probabilities.
            Found::Numbers(_) => None,
        }
    }

    fn tell(&self, seen: &[Seen<'_>], told: &Told<'_>) -> Option<ProbeResult> {
        tell::tell(seen, told)
    }
}
