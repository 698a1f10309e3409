//! In which direction the answers of trees may go along a column.

use super::{Lever, LeverScene};
use crate::candidate::plan::{Direction, TrainingPlan};
use crate::candidate::spec::FitError;
use crate::study::{LeverAbout, LeverGroup, LeverValue, LeverValues, TaskKind};

/// Monotone constraints, as XGBoost's `monotone_constraints`: those of `forust-ml`.
pub(super) struct Monotone;

static ABOUT: LeverAbout = LeverAbout {
    name: "monotone",
    group: LeverGroup::Regularisation,
    summary: "columns of numbers along which the answer never falls (up) or never rises (down), all else equal; of two classes the answer is the probability of the second",
    values: LeverValues::Columns(&["up", "down"]),
    // Which columns is for somebody to say who knows what they mean.
    tries: &[],
    changes: "trees, for numbers and two classes (lagom's own: none)",
};

impl Lever for Monotone {
    fn about(&self) -> &'static LeverAbout {
        &ABOUT
    }

    fn applies(&self, scene: &LeverScene<'_>) -> bool {
        let is_one_sum = scene.task == TaskKind::Regression || scene.classes == 2;
        scene.family.name() == "trees" && is_one_sum
    }

    fn apply(&self, value: &LeverValue, plan: &mut TrainingPlan) -> Result<(), FitError> {
        let unknown = || FitError::Unfit(format!("the lever `{}` has no setting {value}", ABOUT.name));
        let LeverValue::Columns(columns) = value else { return Err(unknown()) };
        for (column, word) in columns {
            let direction = match word.as_str() {
                "up" => Direction::Up,
                "down" => Direction::Down,
                _ => return Err(unknown()),
            };
            plan.monotone.insert(column.clone(), direction);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rand::Rng as _;

    use crate::candidate::{Candidate, FitContext, FitError, Model, Outside, Purpose, Spec, check_preprocessing, fit};
    use crate::data::{Column, ColumnKind, Dataset, Inputs, Target, Values, seed};
    use crate::study::{LeverValue, Setting, TaskKind};

    const ROWS: u32 = 900;

    /// `sin 6a + 2a + b` with noise: it rises as a whole along `a`, and falls within each wave.
    fn waves(classes: bool) -> Dataset {
        let mut random = seed::generator(11, "waves", 0);
        let mut draw = || random.random::<f64>() * 2.0 - 1.0;
        let (a, b): (Vec<f64>, Vec<f64>) = (0..ROWS).map(|_| (draw(), draw())).unzip();
        let codes = (0..ROWS).map(|row| row % 2).collect();
        let sums: Vec<f64> = a.iter().zip(&b).map(|(a, b)| (6.0 * a).sin() + 2.0 * a + b + 0.3 * draw()).collect();
        let number = |name: &str, values| Column {
            name: name.into(),
            kind: ColumnKind::Numeric,
            values: Values::Numbers(values),
        };
        let levels = vec!["red".to_owned(), "blue".to_owned()];
        let colour = Values::Categories { codes, levels };
        let colour = Column { name: "colour".into(), kind: ColumnKind::Categorical, values: colour };
        // The constrained columns stand behind others, of which one takes several columns of the matrix.
        let columns = vec![colour, number("b", b), number("a", a)];
        if !classes {
            return Dataset::without_holdout(TaskKind::Regression, columns, Target::Numbers(sums), ROWS);
        }
        let labels = sums.iter().map(|sum| u32::from(*sum > 0.0)).collect();
        let target = Target::Classes { labels, names: vec!["no".into(), "yes".into()] };
        Dataset::without_holdout(TaskKind::Classification, columns, target, ROWS)
    }

    fn set(columns: &[(&str, &str)]) -> Vec<Setting> {
        let columns: BTreeMap<String, String> =
            columns.iter().map(|(name, word)| ((*name).to_owned(), (*word).to_owned())).collect();
        if columns.is_empty() { Vec::new() } else { vec![Setting::of("monotone", LeverValue::Columns(columns))] }
    }

    fn trained(data: &Dataset, columns: &[(&str, &str)]) -> Result<Model, FitError> {
        let spec = Spec::of("trees").with("leaves", 16).with("rounds", 60);
        let candidate = Candidate { levers: set(columns), ..Candidate::new("one", spec, 1) };
        let rows: Vec<u32> = (0..ROWS).collect();
        check_preprocessing(&candidate, &data.examples(&rows))?;
        let purpose = Purpose::Measure { validation: data.examples(&rows[..200]), watch: None };
        let train = data.examples(&rows[200..]);
        Ok(fit(&candidate, &FitContext { train, purpose, weights: None, seed: 1, outside: Outside::default() })?.model)
    }

    /// The largest fall, and the largest rise, from one step of a column to the next, at 30 values of the others.
    fn moves(data: &Dataset, model: &Model, at: usize) -> (f64, f64) {
        let classes = data.classes().max(1) as usize;
        let (mut fall, mut rise) = (0.0_f64, 0.0_f64);
        for row in 0..30_usize {
            let steps = 81;
            let columns: Vec<Column> = (data.columns.iter().enumerate())
                .map(|(place, column)| {
                    let values = match &column.values {
                        Values::Numbers(_) if place == at => {
                            Values::Numbers((0..steps).map(|step| f64::from(step) / 40.0 - 1.0).collect())
                        }
                        Values::Numbers(numbers) => Values::Numbers(vec![numbers[row]; steps as usize]),
                        Values::Categories { codes, levels } => {
                            Values::Categories { codes: vec![codes[row]; steps as usize], levels: levels.clone() }
                        }
                        Values::Texts(_) => unreachable!("no texts here"),
                    };
                    Column { values, ..column.clone() }
                })
                .collect();
            let rows: Vec<u32> = (0..steps as u32).collect();
            let answers = model.predict(&Inputs { columns: &columns, rows: &rows }).expect("answers");
            let last: Vec<f64> = answers.chunks_exact(classes).map(|row| row[classes - 1]).collect();
            for pair in last.windows(2) {
                (fall, rise) = (fall.max(pair[0] - pair[1]), rise.max(pair[1] - pair[0]));
            }
        }
        (fall, rise)
    }

    #[test]
    fn answers_go_one_way_alone_along_columns_that_say_so() {
        for classes in [false, true] {
            let data = waves(classes);
            let (fall, rise) = moves(&data, &trained(&data, &[]).expect("fits"), 2);
            assert!(fall > 0.05 && rise > 0.05, "without it they go both ways: {fall} and {rise}");
            let up = trained(&data, &[("a", "up"), ("b", "up")]).expect("fits");
            for at in [1, 2] {
                let (fall, rise) = moves(&data, &up, at);
                assert!(fall <= 1e-7 && rise > 0.05, "{at}: {fall} and {rise}");
            }
            let down = trained(&data, &[("a", "down")]).expect("fits");
            assert!(moves(&data, &down, 2).1 <= 1e-7);
        }
    }

    #[test]
    fn columns_without_a_direction_are_named() {
        let data = waves(false);
        for (name, words) in [("colour", "holds no numbers"), ("gone", "is no input; these are: colour, b, a")] {
            let error = trained(&data, &[("a", "up"), (name, "up")]).expect_err("refused").to_string();
            assert!(error.contains(name) && error.contains(words), "{error}");
        }
        assert!(trained(&data, &[("a", "sideways")]).is_err());
    }
}
