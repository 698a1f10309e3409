//! How the weights of networks are found: optimiser, schedule, learning rate, batch.

use super::alters::{Alters, number, word};
use super::sets::Sets;
use crate::candidate::neural::{Optimiser, Schedule};
use crate::study::{LeverAbout, LeverGroup, LeverValue, LeverValues, Sample};

/// The families that are networks.
const NETWORKS: &[&str] = &["mlp", "embedding"];

/// Which optimiser. It comes before the levers of rates and weight decay, whose grids and amounts it fits to itself.
pub(super) static OPTIMISER: Alters = Alters {
    about: &LeverAbout {
        name: "optimiser",
        group: LeverGroup::Optimisation,
        summary: "how weights follow the gradient. `sgd` has momentum 0.9. The learning rates that are tried fit it (`sgd`: 30 times those of \
                  `adamw`, `lion`: a tenth), and so does lagom's own weight decay: with `adam`, `sgd` and `rmsprop` it is added to the gradient and \
                  a thousandth of that of `adamw`, with `lion` ten times that",
        values: LeverValues::OneOf(&["adamw", "adam", "sgd", "rmsprop", "lion"]),
        tries: &[Sample::Word("sgd"), Sample::Word("lion")],
        changes: "mlp, embedding (lagom's own: adamw)",
    },
    families: NETWORKS,
    tasks: &[],
    alter: |recipe, value| {
        let optimiser: Optimiser = word(value)?;
        // From those of `adamw`, whichever was set before.
        let factor = |of: fn(Optimiser) -> f64| of(optimiser) / of(recipe.optimiser);
        let (rates, decay) = (factor(Optimiser::rates), factor(Optimiser::decay));
        if optimiser != recipe.optimiser {
            recipe.rates.iter_mut().for_each(|rate| *rate *= rates);
            recipe.weight_decay *= decay;
        }
        recipe.optimiser = optimiser;
        Some(())
    },
};

/// Share of the steps in which the rate of one-cycle rises, unless `warm-up` says another (PyTorch's `pct_start`).
const RISES: f64 = 0.3;

/// How the rate goes on.
pub(super) static SCHEDULE: Alters = Alters {
    about: &LeverAbout {
        name: "schedule",
        group: LeverGroup::Optimisation,
        summary: "how the learning rate goes through a training, behind the warm-up: down to 0 along half a cosine or a line, on and on, or a tenth \
                  at half and a hundredth at three quarters of the steps (`step`). `one-cycle` rises to the peak for 30 % of the steps and falls, \
                  while momentum does the reverse",
        values: LeverValues::OneOf(&["cosine", "constant", "step", "linear", "one-cycle"]),
        tries: &[Sample::Word("one-cycle"), Sample::Word("constant")],
        changes: "mlp, embedding (lagom's own: cosine)",
    },
    families: NETWORKS,
    tasks: &[],
    alter: |recipe, value| {
        recipe.schedule = word(value)?;
        if recipe.schedule == Schedule::OneCycle {
            recipe.warm_up = RISES;
        }
        Some(())
    },
};

/// How long the rate rises.
pub(super) static WARM_UP: Sets = Sets {
    about: &LeverAbout {
        name: "warm-up",
        group: LeverGroup::Optimisation,
        summary: "share of the steps of a training in which the learning rate rises to its peak; 0: none",
        values: LeverValues::Number(0.0, 0.9),
        tries: &[Sample::Number(0.2), Sample::Number(0.0)],
        changes: "mlp, embedding, weights that are trained further, decoder (lagom's own: 0.05, 0.1 of these weights and of decoders; 0.3 with the schedule one-cycle)",
    },
    setting: "warm_up",
    families: &["mlp", "embedding", "lora", "fine-tuned", "from-scratch", "decoder"],
    tasks: &[],
};

/// How many rows a step learns from.
pub(super) static BATCH_SIZE: Alters = Alters {
    about: &LeverAbout {
        name: "batch-size",
        group: LeverGroup::Optimisation,
        summary: "training rows in each step; the passes over the rows stay, within the least and most steps of a training",
        values: LeverValues::Whole(16, 4096),
        // Neither is ever lagom's own.
        tries: &[Sample::Number(512.0), Sample::Number(16.0)],
        changes: "mlp, embedding (lagom's own: a 64th of the training rows, from 32 to 256)",
    },
    families: NETWORKS,
    tasks: &[],
    alter: |recipe, value| {
        let rows = number(value)?;
        if rows.fract() != 0.0 || !(1.0..=f64::from(u32::MAX)).contains(&rows) {
            return None;
        }
        (recipe.least_batch, recipe.most_batch) = (rows as u32, rows as u32);
        Some(())
    },
};

/// Whether rates are tried.
pub(super) static RATE_SEARCH: Alters = Alters {
    about: &LeverAbout {
        name: "rate-search",
        group: LeverGroup::Optimisation,
        summary: "whether learning rates are tried, each by a short training; else the second of them is taken, which is 0.003 for mlp and 0.03 for \
                  embedding with `adamw`",
        values: LeverValues::Switch,
        tries: &[Sample::Switch(false)],
        changes: "mlp, embedding (lagom's own: true)",
    },
    families: NETWORKS,
    tasks: &[],
    alter: |recipe, value| {
        let LeverValue::Switch(on) = value else { return None };
        if !on {
            recipe.rates = vec![*recipe.rates.get(1).or(recipe.rates.first())?];
        }
        Some(())
    },
};

/// The one rate.
pub(super) static LEARNING_RATE: Alters = Alters {
    about: &LeverAbout {
        name: "learning-rate",
        group: LeverGroup::Optimisation,
        summary: "the learning rate at its peak; none is looked for then",
        values: LeverValues::Number(1e-6, 10.0),
        tries: &[],
        changes: "mlp, embedding (lagom's own: the best of three or four on validation rows)",
    },
    families: NETWORKS,
    tasks: &[],
    alter: |recipe, value| {
        recipe.rates = vec![number(value)?];
        Some(())
    },
};

#[cfg(test)]
mod tests {
    use super::super::{Lever, LeverScene, planned};
    use super::*;
    use crate::candidate::neural::Recipe;
    use crate::candidate::plan::TrainingPlan;
    use crate::candidate::spec::Size;
    use crate::study::{FamilyId, Setting, TaskKind};

    fn mlp(settings: &[Setting]) -> Recipe {
        planned((FamilyId::new("mlp"), &Size::default()), 2, settings)
            .and_then(|plan| plan.recipe.to())
            .expect("a recipe")
    }

    fn set(lever: &str, value: impl Into<LeverValue>) -> Recipe {
        mlp(&[Setting::of(lever, value)])
    }

    #[test]
    fn each_sets_what_is_trained_by() {
        let plain = Recipe::default();
        let near =
            |a: &[f64], b: &[f64]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a / b - 1.0).abs() < 1e-9);
        let sgd = set("optimiser", Sample::Word("sgd"));
        assert!(sgd.optimiser == Optimiser::Sgd && near(&sgd.rates, &[3e-2, 9e-2, 3e-1, 9e-1]));
        assert!(near(&[sgd.weight_decay], &[1e-4]));
        let lion = set("optimiser", Sample::Word("lion"));
        assert!(near(&lion.rates, &[1e-4, 3e-4, 1e-3, 3e-3]) && near(&[lion.weight_decay], &[1.0]));
        assert_eq!(set("optimiser", Sample::Word("adamw")), plain);
        let cycle = set("schedule", Sample::Word("one-cycle"));
        assert_eq!((cycle.schedule, cycle.warm_up), (Schedule::OneCycle, 0.3));
        assert_eq!(set("schedule", Sample::Word("cosine")), plain);
        assert_eq!(set("warm-up", Sample::Number(0.0)), Recipe { warm_up: 0.0, ..plain.clone() });
        let batch = set("batch-size", Sample::Number(100.0));
        assert_eq!((batch.batch(10), batch.batch(1_000_000)), (100, 100));
        assert_eq!(set("rate-search", Sample::Switch(false)), Recipe { rates: vec![3e-3], ..plain.clone() });
        assert_eq!(set("rate-search", Sample::Switch(true)), plain);
        assert_eq!(set("learning-rate", Sample::Number(0.02)), Recipe { rates: vec![0.02], ..plain });
    }

    #[test]
    fn what_is_given_stands_whatever_the_order() {
        let all = [
            Setting::of("weight-decay", Sample::Number(0.5)),
            Setting::of("learning-rate", Sample::Number(0.7)),
            Setting::of("warm-up", Sample::Number(0.1)),
            Setting::of("schedule", Sample::Word("one-cycle")),
            Setting::of("rate-search", Sample::Switch(false)),
            Setting::of("optimiser", Sample::Word("sgd")),
        ];
        let recipe = mlp(&all);
        assert_eq!((recipe.weight_decay, recipe.rates, recipe.warm_up), (0.5, vec![0.7], 0.1));
    }

    #[test]
    fn they_are_for_networks_and_refuse_what_is_none_of_theirs() {
        for lever in [&OPTIMISER as &dyn Lever, &SCHEDULE, &WARM_UP, &BATCH_SIZE, &RATE_SEARCH, &LEARNING_RATE] {
            let applies = |family| {
                let plan = &TrainingPlan::default();
                lever.applies(&LeverScene {
                    family: FamilyId::new(family),
                    task: TaskKind::Classification,
                    classes: 2,
                    plan,
                })
            };
            assert!(applies("mlp") && applies("embedding") && !applies("trees"), "{}", lever.about().name);
        }
        let mut plan = planned((FamilyId::new("mlp"), &Size::default()), 2, &[]).expect("a plan");
        assert!(OPTIMISER.apply(&LeverValue::Word("none such".to_owned()), &mut plan).is_err());
        assert!(BATCH_SIZE.apply(&LeverValue::Number(16.5), &mut plan).is_err());
        assert!(RATE_SEARCH.apply(&LeverValue::Number(1.0), &mut plan).is_err());
    }
}
