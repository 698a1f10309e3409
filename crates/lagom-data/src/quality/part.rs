//! A part of a data set as a data set of its own: for models that judge its rows.

use crate::dataset::{Column, Dataset, Target, Values};
use crate::study::TaskKind;

/// At most so many of the rows, evenly spaced.
#[must_use]
pub fn spaced(rows: &[u32], most: usize) -> Vec<u32> {
    if rows.len() <= most {
        return rows.to_vec();
    }
    (0..most).map(|at| rows[at * rows.len() / most]).collect()
}

impl Dataset {
    /// The rows at `rows` as a data set of which nothing is sealed, with classes of its own: `labels` has one a row, as positions in
    /// `names`. Columns and groups come along, and copies are found again; the order of time does not.
    ///
    /// A table stays one, whatever its target was, and texts stay texts.
    #[must_use]
    pub fn part(&self, rows: &[u32], labels: Vec<u32>, names: Vec<String>) -> Self {
        let columns = self.columns.iter().map(|column| picked(column, rows)).collect();
        let texts = self.columns.iter().all(|column| matches!(column.values, Values::Texts(_)));
        let task = if texts { TaskKind::TextClassification } else { TaskKind::Classification };
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let mut part = Self::without_holdout(task, columns, Target::Classes { labels, names }, count);
        let groups = self.groups.as_ref();
        part.groups = groups.map(|groups| rows.iter().map(|&row| groups[row as usize]).collect());
        part.find_units();
        part
    }
}

/// Rows of both sides of the seal as a data set of its own, whose classes are the sides: their targets are not in it.
#[derive(Clone, Debug)]
pub struct Sides {
    /// The rows: those to train on, then those of the holdout.
    pub part: Dataset,
    /// Whether each row is of the holdout.
    pub sealed: Vec<bool>,
    /// Rows of both sides there are.
    pub of: usize,
}

impl Dataset {
    /// The sides of the seal, at most so many evenly spaced rows of each; none where nothing is sealed for good.
    #[must_use]
    pub fn sides(&self, most: usize) -> Option<Sides> {
        let (one, other) = (spaced(&self.development, most), spaced(&self.sealed, most));
        let sealed: Vec<bool> = one.iter().map(|_| false).chain(other.iter().map(|_| true)).collect();
        let labels = sealed.iter().map(|sealed| u32::from(*sealed)).collect();
        let names = ["training", "holdout"].map(str::to_owned).to_vec();
        let part = self.part(&[one, other].concat(), labels, names);
        let of = self.development.len() + self.sealed.len();
        (!self.sealed.is_empty()).then_some(Sides { part, sealed, of })
    }
}

fn picked(column: &Column, rows: &[u32]) -> Column {
    let at = || rows.iter().map(|row| *row as usize);
    let values = match &column.values {
        Values::Numbers(numbers) => Values::Numbers(at().map(|row| numbers[row]).collect()),
        Values::Categories { codes, levels } => {
            Values::Categories { codes: at().map(|row| codes[row]).collect(), levels: levels.clone() }
        }
        Values::Texts(texts) => Values::Texts(at().map(|row| texts[row].clone()).collect()),
    };
    Column { name: column.name.clone(), kind: column.kind, values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::ColumnKind;

    #[test]
    fn as_many_rows_as_are_asked_for_are_evenly_spaced() {
        assert_eq!(spaced(&[0, 1, 2, 3, 4], 3), [0, 1, 3]);
        assert_eq!((spaced(&[5, 6], 9), spaced(&[5, 6], 0)), (vec![5, 6], Vec::new()));
    }

    #[test]
    fn a_part_has_its_rows_its_labels_and_its_copies() {
        let values = Values::Numbers((0..100).map(|row| f64::from(row % 50)).collect());
        let column = Column { name: "x".to_owned(), kind: ColumnKind::Numeric, values };
        let whole = Dataset::without_holdout(TaskKind::Regression, vec![column], Target::Numbers(vec![0.0; 100]), 100);
        let rows: Vec<u32> = (0..30).chain([55, 99]).collect();
        let part = whole.part(&rows, vec![0; 32], vec!["one".to_owned()]);
        assert_eq!((part.task, part.development.len()), (TaskKind::Classification, 32));
        // Row 55 holds 5 as row 5 does; row 99 holds 49, which nobody else has.
        let units = part.units().expect("copies").of_rows().to_vec();
        assert_eq!((units[30], units[31]), (5, 31));
        assert!(whole.sides(10).is_none(), "nothing is sealed");
        let sealed = Dataset { development: (0..80).collect(), sealed: (80..100).collect(), ..whole };
        let sides = sealed.sides(10).expect("both sides");
        assert_eq!((sides.sealed.iter().filter(|sealed| **sealed).count(), sides.of), (10, 100));
        assert_eq!(sides.part.target.counts(&sides.part.development), [10, 10]);
    }
}
