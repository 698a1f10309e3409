//! The cascades of a study: both members have to be candidates of it, and the first has to be trained here.

use super::Prepared;
use crate::run::error::RunError;
use crate::study::units::human_count;
use crate::study::{CascadeSpec, FamilyId, nearest};

/// Names that are told where a member is none of them.
const TOLD: usize = 20;

impl Prepared {
    /// What is to be said of cascades whose first member is planned to be larger than the second: a whole sentence each.
    pub(super) fn reversed_cascades(&self) -> Vec<String> {
        let planned = |name: &str| {
            let own = self.plan.candidates.iter().find(|one| one.name == name);
            own.map(|one| one.planned_parameters)
        };
        let told = |pair: &CascadeSpec| {
            let (first, second) = (planned(&pair.small)?, planned(&pair.large)?);
            (first > second).then(|| {
                format!(
                    "The cascade of `{small}` and `{large}` asks the larger one first ({} parameters, then {}): rows that are handed on cost both, and \
                     those that are not cost the larger. The other way round it is pairs = [[\"{large}\", \"{small}\"]].",
                    human_count(first),
                    human_count(second),
                    small = pair.small,
                    large = pair.large,
                )
            })
        };
        self.study.cascades.iter().filter_map(told).collect()
    }

    /// Whether every cascade can be put together.
    ///
    /// # Errors
    /// A member is no candidate of this study, only guesses, or is asked where it has to be trained; the task has no classes.
    pub(super) fn check_cascades(&self) -> Result<(), RunError> {
        if self.study.cascades.is_empty() {
            return Ok(());
        }
        let unfit =
            |message: String, hint: String| Err(RunError::Unfit { message: format!("[cascade]: {message}"), hint });
        if !self.loaded.dataset.task.has_classes() {
            let task = self.loaded.dataset.task.name();
            return unfit(
                format!("models of {task} have no confidence that could say which rows to hand on"),
                "leave the table out: cascades are for classification".to_owned(),
            );
        }
        let asked: Vec<&str> = self.study.candidates.iter().map(|called| called.name.as_str()).collect();
        let learners = self.plan.candidates.iter().filter(|one| one.spec.family != FamilyId::BASELINE);
        let trained: Vec<&str> = learners.map(|one| one.name.as_str()).collect();
        for pair in &self.study.cascades {
            if asked.contains(&pair.small.as_str()) {
                return unfit(
                    format!(
                        "`{}` is asked: its answers tell no confidence that could say which rows to hand on",
                        pair.small
                    ),
                    "name a model first that is trained here".to_owned(),
                );
            }
            let known: Vec<&str> = trained.iter().chain(&asked).copied().collect();
            for (name, names) in [(&pair.small, &trained), (&pair.large, &known)] {
                if !names.contains(&name.as_str()) {
                    let meant = nearest(names, name).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
                    let more = if names.len() > TOLD { ", …" } else { "" };
                    let list = names[..names.len().min(TOLD)].join(", ");
                    return unfit(
                        format!("`{name}` is no candidate of this study that learns anything"),
                        format!("{meant}the candidates are: {list}{more}"),
                    );
                }
            }
            if known.contains(&pair.name().as_str()) {
                return unfit(
                    format!(
                        "the cascade of `{}` and `{}` would be called as a candidate is: `{}`",
                        pair.small,
                        pair.large,
                        pair.name()
                    ),
                    "give the [[candidate]] another name".to_owned(),
                );
            }
        }
        Ok(())
    }
}
