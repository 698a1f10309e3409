//! `[prices]`: what machines cost, the one that lagom trains on and the one that is to answer, and how much there is to answer.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::money::Money;

/// What the machine costs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Prices {
    /// What an hour of CPU time costs: the price of the machine's hour over its cores. `None`: nobody says.
    pub cpu_hour: Option<Money>,
    /// What an hour of the machine costs on which the model is to answer. `None`: nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_hour: Option<Money>,
    /// Requests a month. `None`: nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_month: Option<u64>,
}

const HOUR: f64 = 3600.0;

impl Prices {
    /// Whether the study names none.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Prices::default()
    }

    /// What so many seconds of CPU time cost; none without a price.
    #[must_use]
    pub fn of_cpu(&self, seconds: f64) -> Option<Money> {
        let price = self.cpu_hour.as_ref()?;
        Some(Money { amount: seconds / HOUR * price.amount, currency: price.currency.clone() })
    }

    /// The CPU time that so much money pays for, in the currency of the price; none without a price, or where it is more than
    /// can be counted.
    #[must_use]
    pub fn cpu_time(&self, money: &Money) -> Option<Duration> {
        let price = self.cpu_hour.as_ref().filter(|price| price.currency == money.currency)?;
        Duration::try_from_secs_f64(money.amount / price.amount * HOUR).ok()
    }
}
