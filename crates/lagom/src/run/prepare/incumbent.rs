//! The incumbent of a study: a candidate that is in use today. It has to be one of the study.

use super::Prepared;
use crate::run::error::RunError;
use crate::study::{FamilyId, Rule, nearest};

/// Names that are told where an incumbent is none of them.
const TOLD: usize = 20;

impl Prepared {
    /// Whether the incumbent is a candidate that could be needed.
    ///
    /// # Errors
    /// There is no candidate of this name; it only guesses; a bar is set, which asks nothing of another model.
    pub(super) fn check_incumbent(&self) -> Result<(), RunError> {
        let Some(name) = &self.terms.incumbent else { return Ok(()) };
        if matches!(self.terms.rule, Rule::Bar(_)) {
            return Err(RunError::Unfit {
                message: "[good-enough]: an incumbent and a bar exclude each other".to_owned(),
                hint: "set a margin in place of the bar: how much worse than the incumbent nobody would notice"
                    .to_owned(),
            });
        }
        let trained = &self.plan.candidates;
        if trained.iter().any(|one| one.name == *name && one.spec.family == FamilyId::BASELINE) {
            return Err(RunError::Unfit {
                message: format!(
                    "[good-enough]: the incumbent `{name}` only guesses: every study asks whether that would do"
                ),
                hint: "name a candidate that has learned something, or leave it out".to_owned(),
            });
        }
        let learners = trained.iter().filter(|one| one.spec.family != FamilyId::BASELINE).map(|one| one.name.as_str());
        let names: Vec<&str> =
            self.study.candidates.iter().map(|called| called.name.as_str()).chain(learners).collect();
        if names.contains(&name.as_str()) {
            return Ok(());
        }
        let meant = nearest(&names, name).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let more = if names.len() > TOLD { ", …" } else { "" };
        Err(RunError::Unfit {
            message: format!("[good-enough]: the incumbent `{name}` is no candidate of this study"),
            hint: format!("{meant}the candidates are: {}{more}", names[..names.len().min(TOLD)].join(", ")),
        })
    }
}
