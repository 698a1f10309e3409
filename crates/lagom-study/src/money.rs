//! Money: an amount with its currency, as people write it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::units::UnitError;

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// How much, in units of the currency; finite and not negative.
    pub amount: f64,
    /// Which money: a code of three capital letters (ISO 4217), such as `USD`.
    pub currency: String,
}

const EXPECTED: &str = "an amount with its currency such as \"5 USD\"";

impl Money {
    /// Reads `5 USD`, `0.50 EUR`.
    ///
    /// # Errors
    /// No number, no currency, or something that is not the code of one.
    pub fn parse(text: &str) -> Result<Money, UnitError> {
        let written = text.trim();
        let end = written.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(written.len());
        let (number, rest) = written.split_at(end);
        let unit = rest.trim();
        let found = || text.to_owned();
        let amount: f64 = number.replace('_', "").parse().map_err(|_| match symbol(written) {
            Some(code) => UnitError::UnknownUnit {
                found: found(),
                unit: written.chars().take(1).collect(),
                hint: format!("write the amount first and then the code: `{} {code}`", number_in(written)),
            },
            None => UnitError::NoNumber { found: found(), expected: EXPECTED },
        })?;
        if unit.is_empty() {
            let hint = format!("an amount needs its currency: `{written} USD`, `{written} EUR`");
            return Err(UnitError::NoUnit { found: found(), hint });
        }
        match check_currency(unit) {
            Ok(()) if amount.is_finite() => Ok(Money { amount, currency: unit.to_owned() }),
            Ok(()) => Err(UnitError::TooLarge { found: found() }),
            Err(hint) => Err(UnitError::UnknownUnit { found: found(), unit: unit.to_owned(), hint }),
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// Whether `code` can be that of a currency: three capital letters.
///
/// # Errors
/// It cannot; what to write in its place.
pub(super) fn check_currency(code: &str) -> Result<(), String> {
    if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(());
    }
    let upper = code.to_ascii_uppercase();
    if upper.len() == 3 && upper.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(format!("write it in capital letters: {upper}"));
    }
    match symbol(code) {
        Some(known) => Err(format!("write the code of the currency: {known}")),
        None => Err("a currency is written as its code of three letters, such as USD, EUR or CNY".to_owned()),
    }
}

/// The usual code of the sign that `text` begins with.
fn symbol(text: &str) -> Option<&'static str> {
    match text.chars().next()? {
        '$' => Some("USD"),
        '€' => Some("EUR"),
        '£' => Some("GBP"),
        '¥' => Some("JPY"),
        _ => None,
    }
}

/// The number that stands in a text, as it is written.
fn number_in(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect()
}
