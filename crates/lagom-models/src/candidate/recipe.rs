//! A recipe: how a size is trained, as named settings.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::spec::FitError;
use crate::study::LeverValue;

/// How a size is trained: the settings of its family by name, changed by levers and read back by the family that trains.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recipe(Map<String, Value>);

impl Recipe {
    /// The settings of a structure.
    ///
    /// # Errors
    /// They can't be written by name.
    pub fn of(settings: &impl Serialize) -> Result<Self, FitError> {
        match serde_json::to_value(settings) {
            Ok(Value::Object(settings)) => Ok(Self(settings)),
            Ok(_) => Err(FitError::Unfit("its settings have no names".to_owned())),
            Err(error) => Err(FitError::Unfit(format!("its settings can't be written: {error}"))),
        }
    }

    /// The settings as the structure that they were made of; every number is the same to the bit.
    ///
    /// # Errors
    /// A lever has set what such a structure can't hold.
    pub fn to<T: DeserializeOwned>(&self) -> Result<T, FitError> {
        let settings = Value::Object(self.0.clone());
        serde_json::from_value(settings)
            .map_err(|error| FitError::Unfit(format!("its settings can't be read: {error}")))
    }

    /// The number of that name; none where the recipe has no such setting.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.0.get(name).and_then(Value::as_f64)
    }

    /// Sets one setting; a family that reads a recipe refuses what it does not know.
    pub fn set(&mut self, name: &str, value: &LeverValue) {
        let value = match value {
            LeverValue::Switch(on) => Value::from(*on),
            // Whole numbers are written as such: counts are read from them.
            LeverValue::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => Value::from(*number as i64),
            LeverValue::Number(number) => Value::from(*number),
            LeverValue::Word(word) => Value::from(word.as_str()),
            LeverValue::Columns(columns) => {
                columns.iter().map(|(name, word)| (name.clone(), Value::from(word.as_str()))).collect()
            }
        };
        self.0.insert(name.to_owned(), value);
    }

    /// All settings, by name.
    pub fn settings(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::{linear, neural};

    #[test]
    fn settings_come_back_to_the_bit_and_levers_change_what_is_there() {
        for recipe in [neural::Recipe::default(), neural::Recipe::values(), neural::Recipe::embedding()] {
            assert_eq!(Recipe::of(&recipe).and_then(|one| one.to::<neural::Recipe>()), Ok(recipe));
        }
        for recipe in [linear::Recipe::default(), linear::Recipe::text()] {
            assert_eq!(Recipe::of(&recipe).and_then(|one| one.to::<linear::Recipe>()), Ok(recipe));
        }
        let mut recipe = Recipe::of(&neural::Recipe::default()).expect("settings");
        recipe.set("dropout", &LeverValue::Number(0.25));
        assert_eq!(recipe.number("dropout"), Some(0.25));
        assert_eq!(recipe.to::<neural::Recipe>(), Ok(neural::Recipe { dropout: 0.25, ..neural::Recipe::default() }));
        recipe.set("patience", &LeverValue::Number(3.0));
        assert_eq!(recipe.to::<neural::Recipe>().map(|recipe| recipe.patience), Ok(3));
        recipe.set("no such setting", &LeverValue::Switch(true));
        assert!(recipe.to::<neural::Recipe>().is_err());
        assert!(Recipe::of(&3).is_err());
    }
}
