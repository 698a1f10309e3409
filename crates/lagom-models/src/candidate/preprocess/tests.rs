//! Scalings and encodings are scikit-learn's (fixtures/preprocessing.py); what a plan changes, and nothing else.

use serde::Deserialize;

use super::numbers::number_encoding;
use super::rank::normal_rank;
use super::target::{Levels, of_all_rows, out_of_fold};
use super::*;
use crate::data::{Column, ColumnKind, Dataset, Inputs, MISSING, Target, Values};
use crate::study::TaskKind;

#[derive(Deserialize)]
struct Told {
    quantiles: Vec<Ranked>,
    robust: Robust,
    names: Vec<String>,
    codes: Vec<u32>,
    encoded: Vec<Encoded>,
}

#[derive(Deserialize)]
struct Ranked {
    train: Vec<f64>,
    new: Vec<f64>,
    expected: Vec<f64>,
}

#[derive(Deserialize)]
struct Robust {
    train: Vec<f64>,
    expected: Vec<f64>,
}

#[derive(Deserialize)]
struct Encoded {
    classes: u32,
    target: Vec<f64>,
    levels: Vec<Vec<f64>>,
    training: Vec<Vec<f64>>,
}

fn told() -> Told {
    serde_json::from_str(include_str!("fixtures/preprocessing.json")).expect("the fixture")
}

fn column(name: &str, kind: ColumnKind, values: Values) -> Column {
    Column { name: name.to_owned(), kind, values }
}

fn numbers(values: &[f64]) -> Column {
    column("number", ColumnKind::Numeric, Values::Numbers(values.to_vec()))
}

fn categories(codes: &[u32], levels: &[&str]) -> Column {
    let levels = levels.iter().map(|&level| level.to_owned()).collect();
    column("category", ColumnKind::Categorical, Values::Categories { codes: codes.to_vec(), levels })
}

/// The treatment of some columns with a target of two classes in turn.
fn treated(columns: Vec<Column>, rows: u32, style: Style, plan: &PreprocessPlan) -> Result<(Treated, Dataset), String> {
    let labels = (0..rows).map(|row| row % 2).collect();
    let target = Target::Classes { labels, names: vec!["no".to_owned(), "yes".to_owned()] };
    let data = Dataset::without_holdout(TaskKind::Classification, columns, target, rows);
    let all: Vec<u32> = (0..rows).collect();
    let treated =
        Preprocessor::for_training(&data.examples(&all), style, plan, 1).map_err(|error| error.to_string())?;
    Ok((treated, data))
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-5, "{found} but {expected} wanted");
}

#[test]
fn ranks_are_scikit_learns_quantile_transform() {
    for case in told().quantiles {
        let Encoding::Quantile { quantiles, .. } =
            number_encoding(case.train.iter().copied(), Style::Scaled, Scaling::Quantile)
        else {
            unreachable!("a quantile transform")
        };
        assert_eq!(quantiles.len(), case.train.len().min(256));
        for (value, expected) in case.new.iter().zip(case.expected) {
            close(normal_rank(*value, &quantiles), expected);
        }
    }
    assert_eq!(normal_rank(3.0, &[]), 0.0);
}

#[test]
fn robust_scaling_is_scikit_learns() {
    let Robust { train, expected } = told().robust;
    let plan = PreprocessPlan { scaling: Some(Scaling::Robust), ..PreprocessPlan::default() };
    let (treated, _) = treated(vec![numbers(&train)], train.len() as u32, Style::Scaled, &plan).expect("numbers");
    for (found, expected) in treated.values.iter().zip(expected) {
        // Beyond eight distances between the quartiles a number is cut off.
        close(f64::from(*found), expected.clamp(-8.0, 8.0));
    }
}

#[test]
fn target_encoding_is_scikit_learns_out_of_fold_too() {
    let Told { codes, encoded, names, .. } = told();
    let of_row: Vec<usize> = codes.iter().map(|code| *code as usize).collect();
    let levels = Levels { of_row: &of_row, count: names.len() };
    let folds: Vec<usize> = (0..codes.len()).map(|row| row / 30).collect();
    for case in encoded {
        let columns = if case.classes > 2 { case.classes } else { 1 };
        for class in 0..columns {
            let is = |target: &f64| f64::from(u8::from(*target == f64::from(class)));
            let target: Vec<f64> =
                if case.classes > 2 { case.target.iter().map(is).collect() } else { case.target.clone() };
            let means = of_all_rows(levels, &target);
            let at = class as usize;
            for (found, expected) in means.of_level.iter().chain([&means.of_all]).zip(&case.levels) {
                close(*found, expected[at]);
            }
            for (found, expected) in out_of_fold(levels, &target, &folds).iter().zip(&case.training) {
                close(*found, expected[at]);
            }
        }
    }
}

#[test]
fn a_training_row_does_not_see_its_own_target() {
    // Every row has a level of its own: whoever encodes by all rows hands the label over.
    let levels: Vec<String> = (0..40).map(|row| format!("level {row}")).collect();
    let names: Vec<&str> = levels.iter().map(String::as_str).collect();
    let plan = PreprocessPlan { categories: Some(Categories::Target), ..PreprocessPlan::default() };
    let codes: Vec<u32> = (0..40).collect();
    for style in [Style::Scaled, Style::Raw] {
        let (treated, data) = treated(vec![categories(&codes, &names)], 40, style, &plan).expect("categories");
        let told = |row: usize| treated.values[row] > treated.values.iter().sum::<f32>() / 40.0;
        let right = (0..40).filter(|row| told(*row) == (row % 2 == 1)).count();
        // Out of fold nothing is known of a level: what is left is the mean of the other folds, which points the wrong way if anywhere.
        assert!(right <= 20, "{right} of 40");
        // New rows of these levels get what their row says.
        let all: Vec<u32> = (0..40).collect();
        let known = treated.preprocess.transform(&Inputs { columns: &data.columns, rows: &all });
        assert!((0..40).all(|row| (known[row] > known[(row + 1) % 40]) == (row % 2 == 1)));
    }
}

#[test]
fn unknown_and_missing_levels_are_encoded_apart() {
    let plan = PreprocessPlan { categories: Some(Categories::Target), ..PreprocessPlan::default() };
    // Even rows are of class 0. `red` is always 0, `blue` always 1, and missing cells are 1 as well.
    let codes = [0, 1, 0, MISSING, 0, 1, 0, MISSING, 0, 1];
    let (treated, _) = treated(vec![categories(&codes, &["red", "blue"])], 10, Style::Raw, &plan).expect("categories");
    let new = [categories(&[0, 1, MISSING, 2], &["red", "blue", "green"])];
    let found = treated.preprocess.transform(&Inputs { columns: &new, rows: &[0, 1, 2, 3] });
    // Within each level all targets agree, so nothing is drawn towards the mean of 0.5.
    assert_eq!(found, [0.0, 1.0, 1.0, 0.5]);
}

#[test]
fn numbers_may_be_left_as_they_are_and_missing_ones_are_still_filled() {
    let plan = PreprocessPlan { scaling: Some(Scaling::None), ..PreprocessPlan::default() };
    let (treated, _) = treated(vec![numbers(&[1.0, 300.0, f64::NAN, 2.0])], 4, Style::Scaled, &plan).expect("numbers");
    assert_eq!(treated.values, [1.0, 0.0, 300.0, 0.0, 2.0, 1.0, 2.0, 0.0]);
    let huge = [numbers(&[1e300])];
    assert!(treated.preprocess.transform(&Inputs { columns: &huge, rows: &[0] })[0].is_finite());
}

#[test]
fn categories_may_be_one_hot_or_hashed_whatever_their_number() {
    let names: Vec<String> = (0..100).map(|level| format!("level {level}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let codes: Vec<u32> = (0..1000).map(|row| row % 100).collect();
    let width = |choice, style| {
        let plan = PreprocessPlan { categories: choice, ..PreprocessPlan::default() };
        treated(vec![categories(&codes, &names)], 1000, style, &plan).expect("categories").0.preprocess.width()
    };
    // By itself: hashed into 64 columns, for trees one rank.
    assert_eq!((width(None, Style::Scaled), width(None, Style::Raw)), (64, 1));
    for style in [Style::Scaled, Style::Raw] {
        assert_eq!(width(Some(Categories::OneHot), style), 101);
        assert_eq!(width(Some(Categories::Hashed), style), 64);
        assert_eq!(width(Some(Categories::Target), style), 1);
    }
}

#[test]
fn dates_and_amounts_become_numbers() {
    let dates = categories(&[0, 1, 2, MISSING], &["2024-02-29", "2024-03-01", "2024-02-01 06:00"]);
    let amounts = categories(&[0, 1, 1, 2], &["12 kg", "7 kg", "heavy"]);
    let amounts = Column { name: "weight".to_owned(), ..amounts };
    let texts =
        column("price", ColumnKind::Text, Values::Texts(["£3,400", "£1", "£20", "£30"].map(str::to_owned).to_vec()));
    let plan = PreprocessPlan { date_parts: true, numeric_text: true, ..PreprocessPlan::default() };
    let (found, data) = treated(vec![dates, amounts, texts], 4, Style::Raw, &plan).expect("dates and amounts");
    let width = found.preprocess.width();
    let row = |at: usize| &found.values[at * width..(at + 1) * width];
    assert_eq!(row(0)[..5], [2024.0, 2.0, 4.0, 0.0, 1.0]);
    assert_eq!(row(2)[..5], [2024.0, 2.0, 4.0, 6.0, 28.75]);
    assert!(row(3)[..5].iter().all(|value| value.is_nan()));
    // Three in four cells of the weight hold a number, which is too few; those of the price all do, beside their words.
    let Encoding::Parsed { reader: Reader::Amounts, own: Some(own), .. } = &found.preprocess.encodings[2] else {
        panic!("{:?}", found.preprocess.encodings[2])
    };
    assert!(matches!(found.preprocess.encodings[1], Encoding::OneHot { .. }) && own.width() == 256);
    let price = 5 + found.preprocess.encodings[1].width();
    assert_eq!([0, 1, 2, 3].map(|at| row(at)[price]), [3_400.0, 1.0, 20.0, 30.0]);
    // Back from bytes it says the same.
    let bytes = postcard::to_stdvec(&found.preprocess).expect("bytes");
    let back: Preprocessor = postcard::from_bytes(&bytes).expect("a treatment");
    let again = back.transform(&data.examples(&[0, 1, 2, 3]).inputs);
    assert!(again.iter().zip(&found.values).all(|(a, b)| a.to_bits() == b.to_bits()));
}

#[test]
fn a_plan_with_nothing_to_change_says_so() {
    let number = || vec![numbers(&[1.0, 2.0, 3.0, 4.0])];
    let category = || vec![categories(&[0, 1, 0, 1], &["red", "blue"])];
    let plain = PreprocessPlan::default;
    let cases = [
        (category(), PreprocessPlan { scaling: Some(Scaling::Quantile), ..plain() }, "`scaling` changes numbers"),
        (
            number(),
            PreprocessPlan { categories: Some(Categories::Target), ..plain() },
            "`categories` changes categories",
        ),
        (category(), PreprocessPlan { date_parts: true, ..plain() }, "`date-parts` changes ISO dates"),
        (
            category(),
            PreprocessPlan { numeric_text: true, ..plain() },
            "`numeric-text` changes categories or texts with",
        ),
    ];
    for (columns, plan, expected) in cases {
        let error = treated(columns, 4, Style::Scaled, &plan).expect_err("nothing to change");
        assert!(error.starts_with(expected), "{error}");
    }
}
