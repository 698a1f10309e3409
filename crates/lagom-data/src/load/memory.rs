//! A data set from columns that are in memory already.

use super::build::{Loaded, divide};
use super::error::{DataError, DataFault};
use super::sides::check_sides;
use crate::dataset::{Column, Dataset, Target, Values};
use crate::kind::Decimal;
use crate::schema::{InputColumn, Schema};
use crate::strata::SplitSpec;
use crate::study::{Source, SplitBy, Study, TaskKind};

/// The data of a study from typed columns in place of its file, whose name stands in messages alone. The rows are divided as those of
/// a file are: a share is sealed, or each row in its turn. Nothing is guessed, so there is nothing to note of it.
///
/// # Errors
/// Every fault at once: a column of another length than the target, a class or a category that its list does not have, a number of the target
/// that is not finite, a target of texts or choices, too few rows.
pub fn in_memory(study: &Study, columns: Vec<Column>, target: Target) -> Result<Loaded, DataError> {
    let (rows, mut faults) = (target.rows(), Vec::new());
    let mut fault = |message: String, hint: &str| faults.push(DataFault::new(message, hint));
    if matches!(study.task.source, Source::Given { .. }) || study.task.split_by != SplitBy::Rows {
        fault(
            "the study names a holdout file, a group or a time".to_owned(),
            "data in memory are divided row by row: leave these keys out, or read the data from files",
        );
    }
    if study.task.reviewed.is_some() {
        fault(
            "the study names a file of reviewed labels".to_owned(),
            "leave `reviewed` out: it goes with data that are read from a file",
        );
    }
    for Column { name, values, .. } in &columns {
        let (length, beyond) = match values {
            Values::Numbers(numbers) => (numbers.len(), false),
            Values::Texts(texts) => (texts.len(), false),
            Values::Categories { codes, levels } => {
                let known = |code: &u32| *code == crate::dataset::MISSING || (*code as usize) < levels.len();
                (codes.len(), !codes.iter().all(known))
            }
        };
        if length != rows {
            fault(
                format!("column \"{name}\" has {length} rows, the target {rows}"),
                "give every column a cell for each row",
            );
        }
        if beyond {
            fault(
                format!("column \"{name}\" has a code beyond its levels"),
                "codes are positions in `levels`, or MISSING",
            );
        }
    }
    let task = match &target {
        Target::Classes { labels, names } => {
            if labels.iter().any(|label| *label as usize >= names.len()) {
                fault("the target has a label beyond its names".to_owned(), "labels are positions in `names`");
            }
            study.task.kind.filter(|kind| kind.has_classes()).unwrap_or(TaskKind::Classification)
        }
        Target::Numbers(values) => {
            if values.iter().any(|value| !value.is_finite()) {
                fault("the target has a number that is not finite".to_owned(), "leave such rows out");
            }
            TaskKind::Regression
        }
        Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => {
            fault(
                "the target holds texts or choices".to_owned(),
                "give classes or numbers: texts are read from files alone",
            );
            TaskKind::Classification
        }
    };
    let input = |column: &Column| InputColumn { name: column.name.clone(), kind: column.kind, decimal: Decimal::Point };
    let classes = if let Target::Classes { names, .. } = &target { names.clone() } else { Vec::new() };
    let inputs = columns.iter().map(input).collect();
    let schema = Schema { task, inputs, target: study.task.target.clone(), classes };
    let mut dataset =
        Dataset { target_name: study.task.target.clone(), ..Dataset::without_holdout(task, columns, target, 0) };
    if faults.is_empty() {
        dataset.find_units();
        divide(&mut dataset, study, rows, &mut faults);
    }
    if faults.is_empty() {
        let trials = SplitSpec::settled(&dataset, &study.trials, study.explored());
        check_sides(&dataset, &trials, study.explored(), &mut faults);
        dataset.seal_units();
    }
    if !faults.is_empty() {
        return Err(DataError::Faults { path: study.path.clone(), faults });
    }
    Ok(Loaded {
        dataset,
        schema,
        notes: Vec::new(),
        cautions: Vec::new(),
        numbers: Vec::new(),
        written: rows,
        slices: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::ColumnKind;

    fn study(more: &str) -> Study {
        let text = format!("[task]\ndata = \"memory\"\ntarget = \"y\"\n{more}");
        Study::parse(&text, "memory.toml", &crate::study::Registries::default()).expect("a study")
    }

    fn numbers(name: &str, count: usize) -> Column {
        let values = Values::Numbers((0..count).map(|row| row as f64).collect());
        Column { name: name.to_owned(), kind: ColumnKind::Numeric, values }
    }

    fn classes(count: usize) -> Target {
        let labels = (0..count).map(|row| (row % 2) as u32).collect();
        Target::Classes { labels, names: vec!["no".to_owned(), "yes".to_owned()] }
    }

    #[test]
    fn each_row_is_sealed_in_its_turn_or_a_share_for_good() {
        let found = in_memory(&study(""), vec![numbers("a", 100)], classes(100)).expect("loaded");
        assert!(found.dataset.is_cross_fitted() && found.dataset.development.len() == 100);
        assert_eq!((found.schema.inputs.len(), found.schema.classes.len(), found.schema.target.as_str()), (1, 2, "y"));
        let found =
            in_memory(&study("[trials]\nholdout = 0.2\n"), vec![numbers("a", 100)], classes(100)).expect("loaded");
        assert_eq!((found.dataset.development.len(), found.dataset.holdout_rows()), (80, 20));
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let Target::Classes { mut labels, names } = classes(100) else { return };
        labels[7] = 2;
        let level = Values::Categories { codes: vec![3; 100], levels: vec!["x".to_owned()] };
        let level = Column { name: "c".to_owned(), kind: ColumnKind::Categorical, values: level };
        let error = in_memory(&study(""), vec![numbers("a", 99), level], Target::Classes { labels, names });
        let told = error.expect_err("faults").to_string();
        for part in ["column \"a\" has 99 rows, the target 100", "\"c\" has a code beyond", "label beyond its names"] {
            assert!(told.contains(part), "{part}: {told}");
        }
        let few = in_memory(&study(""), vec![numbers("a", 10)], classes(10)).expect_err("too few").to_string();
        assert!(few.contains("found 10 rows"), "{few}");
    }
}
