//! Permutation importance and partial dependence of the columns of a table.

use rand::seq::SliceRandom as _;

use super::Answers;
use super::figures::{ColumnImportance, Dropped, Effect};
use crate::data::{Column, Target, Values, seed};
use crate::metric::Metric;
use crate::probe::sight::{Measured, cut};
use crate::probe::{Part, ProbeError, Sight};
use crate::stats::{jackknife_error, mean, percentile, variance};

/// How often the cells of a column are exchanged.
const TIMES: u64 = 10;
/// Columns whose effect is drawn: those that matter most.
const EFFECTS: usize = 6;
/// Values of a column at which the answer is taken.
const VALUES: usize = 10;
/// Rows over which it is averaged.
const AVERAGED: usize = 500;

/// The importance of every column to a model (Breiman 2001, as scikit-learn's `permutation_importance` has it), on rows that it was not trained on.
pub(super) fn importances(sight: &Sight<'_>, part: &Part) -> Result<Vec<Dropped>, ProbeError> {
    let answers = |columns: &[Column], _| part.answers(sight.model, columns);
    of_all(part, sight.metric, sight.seed, &answers)
}

/// The same of any model.
fn of_all(part: &Part, metric: Metric, seed: u64, answers: &Answers<'_>) -> Result<Vec<Dropped>, ProbeError> {
    let judge = Judge { part, metric, blocks: &part.blocks(seed), answers };
    let clean = judge.scored(&part.columns)?;
    let order = |at: u64| {
        let mut order: Vec<u32> = (0..part.rows() as u32).collect();
        order.shuffle(&mut seed::generator(seed, "importance", at));
        order
    };
    let one = |at: usize| {
        let orders: Vec<Vec<u32>> = (0..TIMES).map(|time| order(at as u64 * TIMES + time)).collect();
        judge.column(&clean, at, &orders)
    };
    (0..part.columns.len()).map(one).collect()
}

/// What scores a model on the rows of a part.
struct Judge<'a> {
    part: &'a Part,
    metric: Metric,
    blocks: &'a [usize],
    answers: &'a Answers<'a>,
}

impl Judge<'_> {
    fn scored(&self, columns: &[Column]) -> Result<Measured, ProbeError> {
        let answers = (self.answers)(columns, self.part.rows())?;
        Measured::of(self.metric, &self.part.outcomes(&answers)?, self.blocks)
    }

    /// What it costs that the cells of a column stand in these orders.
    fn column(&self, clean: &Measured, at: usize, orders: &[Vec<u32>]) -> Result<Dropped, ProbeError> {
        let exchanged = orders.iter().map(|order| {
            let mut columns = self.part.columns.clone();
            columns[at] = cut(&self.part.columns[at], order);
            self.scored(&columns)
        });
        let exchanged = exchanged.collect::<Result<Vec<Measured>, ProbeError>>()?;
        Ok(dropped(clean, &exchanged, &|value| self.metric.orient(value)))
    }
}

/// What permutations cost in the mean, and how sure that is.
fn dropped(clean: &Measured, exchanged: &[Measured], orient: &dyn Fn(f64) -> f64) -> Dropped {
    let drops: Vec<f64> = exchanged.iter().map(|one| orient(clean.value) - orient(one.value)).collect();
    let without = |block: usize| {
        let all: Vec<f64> =
            exchanged.iter().map(|one| orient(clean.without[block]) - orient(one.without[block])).collect();
        mean(&all)
    };
    let rows = jackknife_error(&(0..clean.without.len()).map(without).collect::<Vec<f64>>());
    let chance = if drops.len() < 2 { 0.0 } else { variance(&drops).max(0.0) / drops.len() as f64 };
    Dropped { drop: mean(&drops), error: (rows * rows + chance).sqrt() }
}

/// The effect of the columns that matter most: the mean answer of up to 500 rows where the column has each of its values.
pub(super) fn effects(
    part: &Part,
    columns: &[ColumnImportance],
    answers: &Answers<'_>,
) -> Result<Vec<Effect>, ProbeError> {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by(|a, b| columns[*b].drop.total_cmp(&columns[*a].drop));
    let rows: Vec<u32> = (0..part.rows().min(AVERAGED) as u32).collect();
    let few: Vec<Column> = part.columns.iter().map(|column| cut(column, &rows)).collect();
    let class = told_class(&part.target);
    let width = part.target.classes().max(1) as usize;
    let mut found = Vec::new();
    for at in order.into_iter().take(EFFECTS) {
        let values = values(&part.columns[at]);
        let mut points = Vec::new();
        for (x, filled) in &values.filled {
            let mut columns = few.clone();
            columns[at].values = filled(rows.len());
            let said = answers(&columns, rows.len())?;
            let of_class =
                said.chunks_exact(width).map(|row| row[class.map_or(0, |class| class as usize).min(width - 1)]);
            points.push((*x, mean(&of_class.collect::<Vec<f64>>())));
        }
        if points.len() > 1 {
            found.push(Effect { column: columns[at].name.clone(), class, categories: values.categories, points });
        }
    }
    Ok(found)
}

/// The class whose probability an effect is told of: the second of two, else the one with most rows.
fn told_class(target: &Target) -> Option<u32> {
    let Target::Classes { labels, names } = target else { return None };
    if names.len() == 2 {
        return Some(1);
    }
    let count = |class: u32| labels.iter().filter(|label| **label == class).count();
    (0..names.len() as u32).rev().max_by_key(|class| count(*class))
}

/// A column of so many rows that all hold one value.
type Filled = Box<dyn Fn(usize) -> Values>;

/// The values that a column is set to.
struct Grid {
    categories: Vec<String>,
    filled: Vec<(f64, Filled)>,
}

fn values(column: &Column) -> Grid {
    match &column.values {
        Values::Numbers(numbers) => {
            let mut sorted: Vec<f64> = numbers.iter().copied().filter(|number| number.is_finite()).collect();
            sorted.sort_by(f64::total_cmp);
            // The middles of ten parts of as many rows.
            let middle = |at: usize| percentile(&sorted, (at as f64 + 0.5) / VALUES as f64);
            let mut grid: Vec<f64> = if sorted.is_empty() { Vec::new() } else { (0..VALUES).map(middle).collect() };
            grid.dedup();
            let filled = |value: f64| (value, Box::new(move |rows| Values::Numbers(vec![value; rows])) as Filled);
            Grid { categories: Vec::new(), filled: grid.into_iter().map(filled).collect() }
        }
        Values::Categories { codes, levels } => {
            let count = |code: usize| codes.iter().filter(|other| **other as usize == code).count();
            let mut order: Vec<(usize, usize)> =
                (0..levels.len()).map(|code| (count(code), code)).filter(|one| one.0 > 0).collect();
            order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            order.truncate(VALUES);
            let filled = |(place, (_, code)): (usize, &(usize, usize))| {
                let (code, levels) = (*code as u32, levels.clone());
                let fill = move |rows| Values::Categories { codes: vec![code; rows], levels: levels.clone() };
                (place as f64, Box::new(fill) as Filled)
            };
            Grid {
                categories: order.iter().map(|(_, code)| levels[*code].clone()).collect(),
                filled: order.iter().enumerate().map(filled).collect(),
            }
        }
        Values::Texts(_) => Grid { categories: Vec::new(), filled: Vec::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::ColumnKind;
    use rand::Rng as _;

    fn column(name: &str, numbers: Vec<f64>) -> Column {
        Column { name: name.to_owned(), kind: ColumnKind::Numeric, values: Values::Numbers(numbers) }
    }

    fn numbers(columns: &[Column], at: usize) -> &[f64] {
        let Values::Numbers(numbers) = &columns[at].values else { panic!("numbers") };
        numbers
    }

    #[test]
    fn a_column_that_says_nothing_has_no_importance_within_its_interval() {
        // The class follows x; the model leans on a column of noise, too.
        let mut holds = [0, 0];
        for draw in 0..200 {
            let mut random = seed::generator(draw, "rows", 0);
            let mut list = || (0..400).map(|_| random.random::<f64>() - 0.5).collect::<Vec<f64>>();
            let (x, noise, luck) = (list(), list(), list());
            let labels = x.iter().zip(&luck).map(|(x, luck)| u32::from(x + 0.4 * luck > 0.0)).collect();
            let target = Target::Classes { labels, names: vec!["no".to_owned(), "yes".to_owned()] };
            let columns = vec![column("x", x), column("noise", noise), column("ignored", luck)];
            let part = Part { columns, target, units: (0..400).collect() };
            let answers = |columns: &[Column], rows: usize| {
                let (x, noise) = (numbers(columns, 0), numbers(columns, 1));
                Ok((0..rows)
                    .flat_map(|row| if x[row] + 0.3 * noise[row] > 0.0 { [0.2, 0.8] } else { [0.8, 0.2] })
                    .collect())
            };
            let found = of_all(&part, Metric::Accuracy, draw, &answers).expect("measured");
            // t(19) at 97.5 % is 2.093.
            holds[0] += u32::from(found[1].drop.abs() <= 2.093 * found[1].error);
            holds[1] += u32::from(found[0].drop > 2.093 * found[0].error);
            assert_eq!(found[2], Dropped { drop: 0.0, error: 0.0 });
        }
        assert!(holds[0] >= 188 && holds[1] == 200, "{holds:?} of 200");
    }

    #[test]
    fn the_effect_of_a_category_is_the_mean_answer_there() {
        let levels = vec!["a".to_owned(), "b".to_owned(), "never".to_owned()];
        let codes = vec![1, 1, 1, 0];
        let values = Values::Categories { codes, levels };
        let columns = vec![
            Column { name: "c".to_owned(), kind: ColumnKind::Categorical, values },
            column("x", vec![1.0, 2.0, 3.0, 6.0]),
        ];
        let part = Part { columns, target: Target::Numbers(vec![0.0; 4]), units: (0..4).collect() };
        let answers = |columns: &[Column], rows: usize| {
            let Values::Categories { codes, .. } = &columns[0].values else { panic!("categories") };
            let x = numbers(columns, 1);
            Ok((0..rows).map(|row| 10.0 * f64::from(codes[row]) + x[row]).collect())
        };
        let known = ["c", "x"].map(|name| ColumnImportance { name: name.to_owned(), drop: 1.0, error: 0.0 });
        let found = effects(&part, &known, &answers).expect("measured");
        // The mean of x is 3; b is met most.
        assert_eq!(
            (found[0].categories.as_slice(), found[0].points.as_slice()),
            (["b".to_owned(), "a".to_owned()].as_slice(), [(0.0, 13.0), (1.0, 3.0)].as_slice())
        );
    }

    #[test]
    fn scikit_learn_comes_to_the_same() {
        let reference: serde_json::Value =
            serde_json::from_str(include_str!("../fixtures/reference.json")).expect("fixtures/make.py wrote it");
        let known = &reference["columns"];
        let lists = |key: &str| -> Vec<Vec<f64>> { serde_json::from_value(known[key].clone()).expect("numbers") };
        let truth: Vec<f64> = serde_json::from_value(known["y"].clone()).expect("numbers");
        let orders: Vec<Vec<Vec<u32>>> = serde_json::from_value(known["orders"].clone()).expect("orders");
        let wanted: Vec<f64> = serde_json::from_value(known["importances"].clone()).expect("numbers");
        let columns: Vec<Column> =
            lists("x").into_iter().zip(["a", "b", "c"]).map(|(numbers, name)| column(name, numbers)).collect();
        let rows = truth.len();
        let part = Part { columns, target: Target::Numbers(truth), units: (0..rows as u32).collect() };
        let answers = |columns: &[Column], rows: usize| {
            let [a, b, c] = [0, 1, 2].map(|at| numbers(columns, at));
            Ok((0..rows).map(|row| 2.0 * a[row] + a[row] * b[row] + c[row].abs()).collect())
        };
        let judge = Judge { part: &part, metric: Metric::Mae, blocks: &part.blocks(1), answers: &answers };
        let clean = judge.scored(&part.columns).expect("scored");
        let found: Vec<Dropped> = (0..3).map(|at| judge.column(&clean, at, &orders[at]).expect("scored")).collect();
        for (found, wanted) in found.iter().zip(&wanted) {
            assert!((found.drop - wanted).abs() < 1e-6, "{found:?} in place of {wanted}");
        }
        let known: Vec<ColumnImportance> = ["a", "b", "c"]
            .iter()
            .zip([3.0, 2.0, 1.0])
            .map(|(name, drop)| ColumnImportance { name: (*name).to_owned(), drop, error: 0.0 })
            .collect();
        let effects = effects(&part, &known, &answers).expect("measured");
        for (effect, (grid, wanted)) in effects.iter().zip(lists("grids").iter().zip(lists("effects"))) {
            for ((x, y), (at, wanted)) in effect.points.iter().zip(grid.iter().zip(wanted)) {
                assert!(
                    (x - at).abs() < 1e-6 && (y - wanted).abs() < 1e-6,
                    "{} at {x}: {y} for {wanted}",
                    effect.column
                );
            }
        }
        assert_eq!(effects.len(), 3);
    }
}
