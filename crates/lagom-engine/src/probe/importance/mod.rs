//! Interpretability by size: what a model goes by, how steady that is, and how much of it a simple model can say.
//!
//! - [`columns`]: permutation importance (Breiman 2001) and partial dependence (Friedman 2001) of the columns of a table.
//! - [`words`]: what leaving out words does to a text's answer (DeYoung et al. 2020).
//! - [`surrogates`]: a tree of depth 4 and a linear model of ten inputs that mimic the model: all sizes stand on one scale.

mod columns;
mod figures;
mod surrogates;
mod tell;
mod words;

use crate::data::{Column, Values};
use crate::study::{ProbeAbout, ProbeTakes};

use super::{Figures, LooksAtModels, Part, Probe, ProbeError, ProbeResult, Seen, Sight, Subject, Told};
use figures::Interpreted;

/// The probe.
pub(super) struct Importance;

static ABOUT: ProbeAbout = ProbeAbout {
    name: "importance",
    title: "Interpretability by size",
    summary: "which columns or words a model goes by, how steady that is from repeat to repeat, and how much of its answers a small tree or a short formula can say",
    takes: ProbeTakes::Flag,
};

/// Most rows that are looked at, of each repeat: with half of them, and half of the permutations, chance decides the ranks of what matters little.
const ROWS: usize = 2_000;
/// Models whose importances are compared for their steadiness.
const REPEATS: u32 = 3;

/// What a model answers on columns in place of its own.
type Answers<'a> = dyn Fn(&[Column], usize) -> Result<Vec<f64>, ProbeError> + 'a;

impl Probe for Importance {
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

impl LooksAtModels for Importance {
    fn version(&self) -> u32 {
        1
    }

    fn repeats(&self) -> u32 {
        REPEATS
    }

    fn look(&self, sights: &[Sight<'_>]) -> Result<Figures, ProbeError> {
        let parts: Vec<Part> = sights.iter().map(|sight| sight.part.at_most(ROWS, sight.seed)).collect();
        let (first, part) =
            sights.first().zip(parts.first()).ok_or_else(|| ProbeError::Nothing("there is no model".to_owned()))?;
        let answers = |columns: &[Column], rows: usize| {
            let rows: Vec<u32> = (0..rows as u32).collect();
            Ok(first.model.predict(&crate::data::Inputs { columns, rows: &rows })?)
        };
        let mut found =
            Interpreted { rows: part.rows() as u64, repeats: sights.len() as u32, ..Interpreted::default() };
        found.surrogates = surrogates::fidelities(part, &answers(&part.columns, part.rows())?, first.seed);
        let texts = part.columns.iter().all(|column| matches!(column.values, Values::Texts(_)));
        if texts {
            let each = sights.iter().zip(&parts).map(|(sight, part)| words::occluded(part, sight.model, sight.seed));
            let each = each.collect::<Result<Vec<words::Occluded>, ProbeError>>()?;
            found.stability = figures::stability(&words::by_word(&each));
            found.words = each.into_iter().next().map(|one| one.faithfulness);
        }
        if part.columns.len() > 1 {
            let each = sights.iter().zip(&parts).map(|(sight, part)| columns::importances(sight, part));
            let each = each.collect::<Result<Vec<Vec<figures::Dropped>>, ProbeError>>()?;
            let drops: Vec<Vec<f64>> =
                each.iter().map(|one| one.iter().map(|dropped| dropped.drop).collect()).collect();
            found.stability = figures::stability(&drops);
            found.columns = figures::columns(&part.columns, &each);
            found.effects = columns::effects(part, &found.columns, &answers)?;
        }
        Figures::of(&found)
    }

    fn tell(&self, seen: &[Seen<'_>], told: &Told<'_>) -> Option<ProbeResult> {
        tell::tell(seen, told)
    }
}
