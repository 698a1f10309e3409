//! The recipes, folded.

use crate::Shown;
use crate::document::{Block, Term};
use crate::recipes::ShownRecipe;
use crate::words::ReportContext;

/// The recipes of the families that were trained, folded; none where nothing was.
pub(super) fn fold(context: &ReportContext<'_>, shown: &Shown) -> Option<Block> {
    let said = match context.findings.study.recipe.is_empty() {
        true => "The settings of each family, by name, as lagom sets them.",
        false => "The settings of each family, by name, with those of [recipe] in place of lagom's own.",
    };
    let terms: Vec<Term> = shown.recipes.iter().map(term).collect();
    let blocks = vec![Block::Prose(said.into()), Block::Terms(terms.clone())];
    (!terms.is_empty()).then(|| Block::Fold("Recipes: how each family was trained".into(), blocks))
}

/// `mlp: dropout 0.1; epochs 30`.
fn term(recipe: &ShownRecipe) -> Term {
    let name = if recipe.whole_family { recipe.family.name().to_owned() } else { recipe.candidates.join(", ") };
    let setting = |(name, value): (&String, &serde_json::Value)| {
        format!("{} {}", name.replace('_', " "), value.to_string().replace(',', ", "))
    };
    Term::new(name, recipe.settings.iter().map(setting).collect::<Vec<String>>().join("; "))
}
