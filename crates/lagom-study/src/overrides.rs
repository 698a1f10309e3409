//! Another margin, other limits: the same measurements asked again.

use super::costs::{Amount, Cost, LimitChange, LimitError, Unit};
use super::model::{GoodEnough, Study};
use super::profile::Profile;
use super::rule::{Rule, RuleError, check_confidence};

/// What `lagom verdict` may say in place of the study; `None` keeps what the study says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// A margin, in units of the metric; it replaces a bar.
    pub margin: Option<f64>,
    /// A bar, in units of the metric; it replaces a margin.
    pub bar: Option<f64>,
    /// How sure the verdict must be, between 0.5 and 1.
    pub confidence: Option<f64>,
    /// What "smallest" means.
    pub smallest_by: Option<&'static dyn Cost>,
    /// A named set of limits; it replaces all limits of the study.
    pub profile: Option<Profile>,
    /// Limits that replace those of the study or the profile one by one.
    pub limits: Vec<LimitChange>,
    /// Name of the candidate that is in use today; `none` asks without one. It replaces a bar of the study by lagom's guess
    /// at a margin, where no margin is given.
    pub incumbent: Option<String>,
}

impl Overrides {
    /// Whether nothing is overridden.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Overrides::default()
    }
}

/// Why overrides make no sense.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OverrideError {
    /// Both a margin and a bar.
    #[error("margin and bar exclude each other")]
    MarginAndBar,
    /// Both an incumbent and a bar.
    #[error("incumbent and bar exclude each other")]
    IncumbentAndBar,
    /// A margin that makes no sense.
    #[error("margin: {0}")]
    Margin(RuleError),
    /// A bar that makes no sense.
    #[error("bar: {0}")]
    Bar(RuleError),
    /// A confidence that makes no sense.
    #[error("confidence: {0}")]
    Confidence(RuleError),
    /// A limit that can't be had in this study.
    #[error("{key}: {error}")]
    Limit {
        /// The key of the limit.
        key: &'static str,
        /// Why not.
        error: LimitError,
    },
    /// Money is to decide where nothing is paid for.
    #[error("{0}: no candidate of the study has a price")]
    NoPrice(String),
    /// A limit in another money than the prices.
    #[error("{key}: the limit is in {found}, the prices of the study are in {expected}")]
    Currency {
        /// The key of the limit.
        key: &'static str,
        /// The currency of the limit.
        found: String,
        /// That of the prices.
        expected: String,
    },
}

impl OverrideError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            OverrideError::MarginAndBar => {
                "give the margin for as good as the best, or the bar for good enough in itself".to_owned()
            }
            OverrideError::IncumbentAndBar => {
                "give the incumbent for as good as what is in use, or the bar for good enough in itself".to_owned()
            }
            OverrideError::NoPrice(_) => {
                "give the [[candidate]]s that are paid for a price, or decide by something else".to_owned()
            }
            OverrideError::Limit { error, .. } => error.hint(),
            OverrideError::Currency { expected, .. } => format!("write the limit in {expected}"),
            OverrideError::Margin(rule) | OverrideError::Bar(rule) | OverrideError::Confidence(rule) => rule.hint(),
        }
    }
}

impl GoodEnough {
    /// These settings with what `overrides` says in their place.
    ///
    /// A margin replaces a bar and the other way about; a profile replaces all limits of the study; a
    /// single limit replaces that limit alone. [`Study::with`] also knows the metric.
    /// # Errors
    /// Both a margin and a bar, or one that makes no sense for any metric; a confidence outside 0.5 to 1.
    pub fn with(&self, overrides: &Overrides) -> Result<GoodEnough, OverrideError> {
        let mut changed = self.clone();
        match (overrides.margin, overrides.bar) {
            (Some(_), Some(_)) => return Err(OverrideError::MarginAndBar),
            (Some(margin), None) => changed.rule = Some(Rule::Margin(margin)),
            (None, Some(bar)) => changed.rule = Some(Rule::Bar(bar)),
            (None, None) => {}
        }
        if let Some(rule) = changed.rule {
            rule.check(None).map_err(|error| of_rule(rule, error))?;
        }
        changed.take_incumbent(overrides)?;
        changed.confidence = overrides.confidence.unwrap_or(self.confidence);
        check_confidence(changed.confidence).map_err(OverrideError::Confidence)?;
        changed.smallest_by = overrides.smallest_by.unwrap_or(self.smallest_by);
        if let Some(profile) = overrides.profile {
            changed.profile = Some(profile);
            changed.limits = profile.limits();
        }
        for change in &overrides.limits {
            changed.limits.change(change.clone());
        }
        Ok(changed)
    }
}

impl GoodEnough {
    /// The incumbent of the overrides in place of the study's; whichever of incumbent and bar is new replaces the other.
    fn take_incumbent(&mut self, overrides: &Overrides) -> Result<(), OverrideError> {
        let named = overrides.incumbent.as_deref();
        if named.is_some_and(|name| name != "none") && overrides.bar.is_some() {
            return Err(OverrideError::IncumbentAndBar);
        }
        match named {
            Some("none") => self.incumbent = None,
            Some(name) => {
                self.incumbent = Some(name.to_owned());
                self.rule = self.rule.filter(|rule| matches!(rule, Rule::Margin(_)));
            }
            None if overrides.bar.is_some() => self.incumbent = None,
            None => {}
        }
        Ok(())
    }
}

impl Study {
    /// This study with what `overrides` says in place of its `[good-enough]`; see [`GoodEnough::with`].
    ///
    /// # Errors
    /// Those of [`GoodEnough::with`], and a margin or bar that makes no sense for the study's metric.
    pub fn with(&self, overrides: &Overrides) -> Result<Study, OverrideError> {
        let good_enough = self.good_enough.with(&self.settled(overrides)?)?;
        if let Some(rule) = good_enough.rule {
            rule.check(self.task.metric).map_err(|error| of_rule(rule, error))?;
        }
        self.check_money(&good_enough)?;
        Ok(Study { good_enough, ..self.clone() })
    }
}

impl Study {
    /// The overrides with their limits in the units of the costs; see [`Unit::settle`].
    fn settled(&self, overrides: &Overrides) -> Result<Overrides, OverrideError> {
        let settled = |LimitChange { cost, limit }: &LimitChange| {
            let about = cost.about();
            let limit = about.unit.settle(limit.clone(), &self.prices);
            let limit = limit.map_err(|error| OverrideError::Limit { key: about.key, error })?;
            Ok(LimitChange { cost: *cost, limit })
        };
        let limits: Result<Vec<LimitChange>, OverrideError> = overrides.limits.iter().map(settled).collect();
        Ok(Overrides { limits: limits?, ..overrides.clone() })
    }

    /// What is asked of money against what the candidates cost.
    fn check_money(&self, asked: &GoodEnough) -> Result<(), OverrideError> {
        let priced = self.candidates.iter().find_map(|called| called.price.as_ref());
        for (cost, amount) in asked.limits.iter() {
            let (Amount::Money(limit), key) = (amount, cost.about().key) else { continue };
            let Some(price) = priced else { return Err(OverrideError::NoPrice(format!("a limit on {key}"))) };
            if price.currency != limit.currency {
                let (found, expected) = (limit.currency.clone(), price.currency.clone());
                return Err(OverrideError::Currency { key, found, expected });
            }
        }
        let by = asked.smallest_by.about();
        match priced {
            None if by.unit == Unit::Money => Err(OverrideError::NoPrice(format!("smallest by {}", by.name))),
            _ => Ok(()),
        }
    }
}

fn of_rule(rule: Rule, error: RuleError) -> OverrideError {
    match rule {
        Rule::Margin(_) => OverrideError::Margin(error),
        Rule::Bar(_) => OverrideError::Bar(error),
    }
}
