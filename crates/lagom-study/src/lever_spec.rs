//! `[levers]`: what is tried on the choice beside its size, and how much of it.

use serde::{Deserialize, Serialize};

use super::money::Money;

/// The stage that tries levers on the choice of a verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LeverSpec {
    /// Whether `lagom run` goes on with it after the verdict.
    pub run: bool,
    /// Whether `lagom run` goes on to measure overfitting by size.
    #[serde(default)]
    pub overfitting: bool,
    /// The levers that are tried, by name; `None`: all that change anything.
    pub tried: Option<Vec<String>>,
    /// The most that it may take; `None`: as many operations as the search for the size took, or where that is little
    /// what all levers take.
    pub budget: Option<LeverBudget>,
    /// The largest expected share of false findings among levers that are said to help or hurt.
    pub false_discovery: f64,
}

/// The most that the stage may take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeverBudget {
    /// Floating-point operations of all its trainings.
    Operations(f64),
    /// What its CPU time costs, at the price of an hour of it.
    Money(Money),
}

impl Default for LeverSpec {
    fn default() -> Self {
        Self { run: false, overfitting: false, tried: None, budget: None, false_discovery: Self::FALSE_DISCOVERY }
    }
}

impl LeverSpec {
    /// One finding in ten may be false: the usual rate of screenings, of which what matters is confirmed on sealed rows.
    pub const FALSE_DISCOVERY: f64 = 0.1;

    /// Whether nothing is said of it.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl LeverBudget {
    /// What may be written.
    pub const EXPECTED: &'static str =
        "a number of operations such as \"1e15\", or an amount with its currency such as \"2 EUR\"";

    /// Reads `1e15`, `2 EUR`.
    ///
    /// # Errors
    /// It is neither, or not more than nothing: what was found and expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let found = match text.trim().replace('_', "").parse::<f64>() {
            Ok(operations) => Some(Self::Operations(operations)),
            Err(_) => Money::parse(text).ok().map(Self::Money),
        };
        let amount = found.as_ref().map(|found| match found {
            Self::Operations(operations) => *operations,
            Self::Money(money) => money.amount,
        });
        let paid = amount.is_some_and(|amount| amount.is_finite() && amount > 0.0);
        found.filter(|_| paid).ok_or_else(|| format!("found \"{text}\", expected {}", Self::EXPECTED))
    }
}

impl std::fmt::Display for LeverBudget {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Operations(operations) => write!(to, "{operations:e} operations"),
            Self::Money(money) => write!(to, "{money}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_and_money_are_told_apart() {
        assert_eq!(LeverBudget::parse("1e15"), Ok(LeverBudget::Operations(1e15)));
        assert_eq!(LeverBudget::parse(" 2_000 "), Ok(LeverBudget::Operations(2_000.0)));
        let money = Money { amount: 0.5, currency: "EUR".to_owned() };
        assert_eq!(LeverBudget::parse("0.5 EUR"), Ok(LeverBudget::Money(money)));
        for wrong in ["", "0", "-1", "nan", "inf", "0 EUR", "5", "much", "5 euros"] {
            let found = LeverBudget::parse(wrong);
            assert!(found.is_err() || wrong == "5", "{wrong}: {found:?}");
        }
    }
}
