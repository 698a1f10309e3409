//! Dropout (Srivastava et al. 2014): each step of a training leaves out a part of the hidden units.

use super::Lever;
use crate::candidate::recipe::Recipe;
use crate::candidate::spec::FitError;
use crate::study::{FamilyId, LeverAbout};

/// The lever.
pub(super) struct Dropout;

static ABOUT: LeverAbout = LeverAbout {
    name: "dropout",
    summary: "share of hidden units left out in each step of a training; networks of fewer parameters than rows get less of it",
    range: (0.0, 0.9),
    example: 0.2,
    changes: "mlp (lagom's own: 0.1 for classes, 0 for numbers)",
};

impl Lever for Dropout {
    fn about(&self) -> &'static LeverAbout {
        &ABOUT
    }

    /// Networks with hidden layers; those of embeddings have none.
    fn applies(&self, family: FamilyId, recipe: &Recipe) -> bool {
        family.name() == "mlp" && recipe.number(ABOUT.name).is_some()
    }

    fn apply(&self, value: f64, recipe: &mut Recipe) -> Result<(), FitError> {
        let set = recipe.set(ABOUT.name, value);
        if set { Ok(()) } else { Err(FitError::Unfit("there is no dropout to set".to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::neural;

    #[test]
    fn it_is_for_networks_with_hidden_layers_and_sets_what_they_train_by() {
        let mut recipe = Recipe::of(&neural::Recipe::default()).expect("settings");
        assert!(Dropout.applies(FamilyId::new("mlp"), &recipe));
        assert!(!Dropout.applies(FamilyId::new("embedding"), &recipe));
        assert!(!Dropout.applies(FamilyId::new("mlp"), &Recipe::default()));
        Dropout.apply(0.4, &mut recipe).expect("a dropout");
        assert_eq!(recipe.to::<neural::Recipe>().map(|recipe| recipe.dropout), Ok(0.4));
        assert!(Dropout.apply(0.4, &mut Recipe::default()).is_err());
    }
}
