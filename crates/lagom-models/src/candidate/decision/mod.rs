//! What class is called: weights of the classes, tuned for a metric that counts called classes.
//!
//! ```text
//! training rows -> four fifths: a second model -> its probabilities of the fifth that it has not seen -> tune -> weights
//! probabilities of the model × weights, to a sum of 1 -> the likeliest class
//! ```
//!
//! With two classes it is a threshold; with more, one for each class against all others (Elkan 2001; Lipton, Elkan & Naryanaswamy 2014
//! for F1). Validation rows take no part, so what they say of the gain is not made by the tuning, and a refit without them comes to weights
//! in the same way.

mod tune;

use super::families::Family;
use super::model::{Features, Learner, Model, Reweighted};
use super::plan::{Decision, TrainingPlan};
use super::rows::parted;
use super::spec::{FitError, Size};
use super::training::{FitContext, Fitted, Purpose};
use crate::data::{Examples, Inputs};

/// Some of the rows in view.
fn of_rows<'a>(all: &Examples<'a>, rows: &'a [u32]) -> Examples<'a> {
    Examples { inputs: Inputs { columns: all.inputs.columns, rows }, target: all.target, reviewed: None }
}

/// Weighs the classes of a trained model: a second one is trained as it was, on four fifths of its rows, and the weights are tuned on
/// what it says of the other fifth.
///
/// # Errors
/// As the training of the second model; the rows are too few to be parted.
pub(super) fn weighed(
    (family, size): (&dyn Family, &Size),
    plan: &TrainingPlan,
    context: &FitContext<'_>,
    (fitted, decision): (Fitted, Decision),
) -> Result<Fitted, FitError> {
    let classes = context.train.target.classes() as usize;
    if classes < 2 || fitted.stopped.is_some() {
        return Ok(fitted);
    }
    let parts = parted(&context.train, context.seed)?;
    let rows = |places: &[usize]| places.iter().map(|&at| context.train.inputs.rows[at]).collect::<Vec<u32>>();
    let (own, held) = (rows(&parts.own), rows(&parts.held));
    let weights: Option<Vec<f32>> = context.weights.map(|weights| parts.own.iter().map(|&at| weights[at]).collect());
    let purpose = match context.purpose {
        Purpose::Measure { validation, .. } => Purpose::Measure { validation, watch: None },
        refit @ Purpose::Refit { .. } => refit,
    };
    let second = FitContext { train: of_rows(&context.train, &own), purpose, weights: weights.as_deref(), ..*context };
    let second = family.fit(size, plan, &second)?;
    let held = of_rows(&context.train, &held);
    let probabilities = second.model.predict(&held.inputs)?;
    let weights = tune::tuned(&probabilities, &held.labels(), classes, decision);
    let model = Reweighted::of(fitted.model, weights).map_err(|error| FitError::Unfit(error.to_string()))?;
    Ok(Fitted {
        model: Model { features: Features::None, learner: Learner::Reweighted(model), scale: None },
        flops: fitted.flops + second.flops,
        search_flops: fitted.search_flops + second.search_flops,
        shared: fitted.shared + second.shared,
        ..fitted
    })
}

#[cfg(test)]
mod tests {
    use rand::Rng as _;

    use crate::candidate::{Candidate, FitContext, Fitted, Outside, Purpose, Spec, effort, fit};
    use crate::candidate::{DataShape, FitError};
    use crate::data::{Column, ColumnKind, Dataset, Target, Values, seed};
    use crate::metric::{Metric, score};
    use crate::study::{Sample, Setting, TaskKind};

    const ROWS: u32 = 12_000;

    /// One row in ten is of class 1, and a standard deviation further on: a model that calls the likelier class finds few of them.
    fn rare() -> Dataset {
        let mut random = seed::generator(5, "rare", 0);
        let labels: Vec<u32> = (0..ROWS).map(|_| u32::from(random.random::<f64>() < 0.1)).collect();
        let mut normal = || (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
        let values = labels.iter().map(|label| normal() + 1.5 * f64::from(*label)).collect();
        let column = Column { name: "x".to_owned(), kind: ColumnKind::Numeric, values: Values::Numbers(values) };
        let names = ["no", "yes"].map(str::to_owned).to_vec();
        Dataset::without_holdout(TaskKind::Classification, vec![column], Target::Classes { labels, names }, ROWS)
    }

    fn candidate(spec: &Spec, decision: Option<&'static str>) -> Candidate {
        let levers = decision.map(|word| Setting::of("decision", Sample::Word(word)));
        Candidate { levers: levers.into_iter().collect(), ..Candidate::new("one", spec.clone(), 1) }
    }

    fn trained(one: &Candidate, data: &Dataset, refit: bool) -> Result<Fitted, FitError> {
        let (train, validation): (Vec<u32>, Vec<u32>) = (0..ROWS).partition(|row| row % 2 == 0);
        let context = FitContext {
            train: data.examples(&train),
            purpose: Purpose::Measure { validation: data.examples(&validation), watch: None },
            weights: None,
            seed: 5,
            outside: Outside::default(),
        };
        let measured = fit(one, &context)?;
        if !refit {
            return Ok(measured);
        }
        fit(one, &FitContext { purpose: Purpose::Refit { settled: measured.settled }, ..context })
    }

    fn quality(fitted: &Fitted, data: &Dataset, metric: Metric) -> f64 {
        let rows: Vec<u32> = (0..ROWS).filter(|row| row % 2 == 1).collect();
        let held = data.examples(&rows);
        let answers = fitted.model.predict(&held.inputs).expect("answers");
        score(metric, &held.outcomes(&answers).expect("outcomes")).expect("a score").value
    }

    /// Of N(0, 1) nine times as often as N(1.5, 1): called at the middle, 0.75, both recalls are Φ(0.75) = 0.773.
    #[test]
    fn a_rare_class_is_called_as_the_metric_wants_it_in_measuring_and_in_use() {
        let data = rare();
        for spec in [Spec::of("linear"), Spec::of("trees").with("leaves", 4).with("rounds", 20)] {
            let plain = trained(&candidate(&spec, None), &data, false).expect("fits");
            let balanced = candidate(&spec, Some("balanced-accuracy"));
            for refit in [false, true] {
                let weighed = trained(&balanced, &data, refit).expect("fits");
                let (before, after) = (
                    quality(&plain, &data, Metric::BalancedAccuracy),
                    quality(&weighed, &data, Metric::BalancedAccuracy),
                );
                assert!(before < 0.66 && after > 0.73 && after < 0.80, "{spec:?} {refit}: {before} to {after}");
                let ranks = |fitted: &Fitted| quality(fitted, &data, Metric::Auc);
                assert!((ranks(&weighed) - ranks(&plain)).abs() < 0.01, "what ranks rows is not changed");
                assert_eq!(weighed.model.parameters(), plain.model.parameters() + 2);
            }
            // F1 of the rare class is 0.35 at odds of one (called from 2.21 on) and 0.475 from 1.5 on; that of the other one 0.95 both times.
            let f1 = trained(&candidate(&spec, Some("macro-f1")), &data, false).expect("fits");
            let (before, after) = (quality(&plain, &data, Metric::MacroF1), quality(&f1, &data, Metric::MacroF1));
            assert!(after > before + 0.02, "{spec:?}: {before} to {after}");
        }
    }

    #[test]
    fn what_it_takes_is_planned_and_a_kept_model_is_read_again() {
        let data = rare();
        let spec = Spec::of("nearest").with("rows", 128);
        let (plain, weighed) = (candidate(&spec, None), candidate(&spec, Some("accuracy")));
        let shape = DataShape::of(&data, 0.5);
        let flops = |one: &Candidate| effort(one, &shape).expect("an effort").flops;
        assert!((flops(&weighed) / flops(&plain) - 1.8).abs() < 1e-9);
        let fitted = trained(&weighed, &data, false).expect("fits");
        let bytes = postcard::to_allocvec(&fitted.model).expect("bytes");
        let mut again: crate::candidate::Model = postcard::from_bytes(&bytes).expect("a model");
        let rows = data.examples(&[0, 1, 2]);
        assert!(again.predict(&rows.inputs).is_err(), "nothing has read the model inside yet");
        let load = |id, bytes: &[u8]| crate::candidate::family(id).expect("a family").load(bytes);
        again.read_by(&load).expect("read");
        assert_eq!(again.predict(&rows.inputs), fitted.model.predict(&rows.inputs));
    }
}
