//! The rival against which a candidate shows least.

use super::findings::Comparison;
use super::matrix::ScoreMatrix;
use crate::stats::StatsError;

/// With more candidates than this not every pair is compared: the bounds share their error as Bonferroni has it, which is
/// safe whatever their correlations, and a candidate is compared with those that may be the best alone.
pub const MANY: usize = 200;

/// Whom a candidate has to stand up to.
pub(super) struct Rivals {
    /// Positions; where there are [`MANY`] those that may be the best, the best measured first.
    places: Vec<usize>,
    /// The members that come before the reference, where there are [`MANY`].
    cheaper: Option<Vec<usize>>,
}

impl Rivals {
    /// From the members, the cheapest first, with the best measured of them as the reference; `bound` is the confidence of
    /// each single bound. Of [`MANY`] those that are surely worse than the reference are no rivals: where all bounds against
    /// the truly best one hold, as they do at once, that one is not among them.
    ///
    /// # Errors
    /// Fewer than two examples or clusters.
    pub(super) fn of(
        matrix: &ScoreMatrix,
        (members, reference): (&[usize], Option<usize>),
        bound: f64,
    ) -> Result<Self, StatsError> {
        let Some(best) = reference.filter(|_| members.len() > MANY) else {
            return Ok(Self { places: members.to_vec(), cheaper: None });
        };
        let mut heights = Vec::new();
        for at in members.iter().copied() {
            if at == best || matrix.upper((at, best), bound)? >= 0.0 {
                heights.push((matrix.mean(at)?.estimate().point, at));
            }
        }
        heights.sort_by(|a, b| b.0.total_cmp(&a.0));
        let cheaper = members.iter().copied().take_while(|at| *at != best).collect();
        Ok(Self { places: heights.into_iter().map(|(_, at)| at).collect(), cheaper: Some(cheaper) })
    }

    /// The comparison with the least lower bound. Of [`MANY`] candidates one that is dearer than the reference, or fails
    /// against it, is compared with it alone, and the first rival against which another fails ends its search: no verdict
    /// takes more from them. `difference` is that from the reference.
    ///
    /// # Errors
    /// Fewer than two examples or clusters.
    pub(super) fn hardest(
        &self,
        (matrix, at): (&ScoreMatrix, usize),
        difference: Option<&Comparison>,
        (sure, threshold): ((f64, f64), f64),
    ) -> Result<Option<Comparison>, StatsError> {
        if let (Some(cheaper), Some(found)) = (&self.cheaper, difference)
            && !(found.passed() && cheaper.contains(&at))
        {
            return Ok(Some(found.clone()));
        }
        let mut least: Option<(f64, usize)> = None;
        for rival in self.places.iter().copied().filter(|rival| *rival != at) {
            let lower = matrix.lower((at, rival), sure.1)?;
            if least.is_none_or(|(known, _)| lower < known) {
                least = Some((lower, rival));
            }
            if self.cheaper.is_some() && lower <= threshold {
                break;
            }
        }
        least.map(|(_, rival)| matrix.compare((at, rival), sure, threshold)).transpose()
    }
}
