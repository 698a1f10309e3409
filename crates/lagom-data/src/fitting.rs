//! Whether the parts of a prepared data set fit together: a file under a right checksum may still have been made up.

use super::dataset::{Column, Dataset, MISSING, Target, UNSEEN, Values};
use crate::study::TaskKind;

impl Dataset {
    /// What does not fit: columns of other lengths, codes without a category, rows that are not there.
    pub(super) fn misfit(&self) -> Option<String> {
        let rows = self.target.rows();
        let columns = self.columns.iter().chain(&self.beside).find_map(|column| column.misfit(rows));
        let lengths = || {
            let others = self.groups.iter().chain(&self.times).any(|numbers| numbers.len() != rows);
            others.then(|| "groups or times are not those of its rows".to_owned())
        };
        let places = || {
            let beyond = self.development.iter().chain(&self.sealed).find(|&&row| row as usize >= rows);
            beyond.map(|row| format!("row {row} is not there: it has {rows}"))
        };
        let given = || self.reviewed.as_ref().and_then(|one| one.misfit(&self.target).or(one.given.misfit(self.task)));
        columns.or_else(|| self.target.misfit(self.task)).or_else(given).or_else(lengths).or_else(places)
    }
}

impl Column {
    fn misfit(&self, rows: usize) -> Option<String> {
        let (cells, known) = match &self.values {
            Values::Numbers(numbers) => (numbers.len(), true),
            Values::Texts(texts) => (texts.len(), true),
            Values::Categories { codes, levels } => {
                (codes.len(), codes.iter().all(|&code| code == MISSING || (code as usize) < levels.len()))
            }
        };
        match (cells == rows, known) {
            (false, _) => Some(format!("column `{}` has {cells} cells, the target {rows}", self.name)),
            (_, false) => Some(format!("column `{}` has a code without a category", self.name)),
            _ => None,
        }
    }
}

impl Target {
    fn misfit(&self, task: TaskKind) -> Option<String> {
        let (fits, known) = match self {
            Target::Classes { labels, names } => (
                matches!(task, TaskKind::Classification | TaskKind::TextClassification),
                labels.iter().all(|&label| label == UNSEEN || (label as usize) < names.len()),
            ),
            Target::Numbers(_) => (task == TaskKind::Regression, true),
            Target::Texts { .. } => (matches!(task, TaskKind::TextGeneration | TaskKind::Extraction), true),
            Target::Itself { .. } => (task == TaskKind::LanguageModelling, true),
            Target::Choices { choices, gold } => {
                let there =
                    |(choices, gold): (&Vec<String>, &Vec<u32>)| gold.iter().all(|&at| (at as usize) < choices.len());
                let known = choices.len() == gold.len() && choices.iter().zip(gold).all(there);
                (task == TaskKind::MultipleChoice, known)
            }
        };
        match (fits, known) {
            (false, _) => Some(format!("the target is none of {}", task.name())),
            (_, false) => Some("the target has a label without a class".to_owned()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ColumnKind;

    fn of(codes: Vec<u32>, labels: Vec<u32>) -> Dataset {
        let levels = vec!["red".to_owned()];
        let column = Column {
            name: "c".to_owned(),
            kind: ColumnKind::Categorical,
            values: Values::Categories { codes, levels },
        };
        let target = Target::Classes { labels, names: vec!["no".to_owned(), "yes".to_owned()] };
        Dataset::without_holdout(TaskKind::Classification, vec![column], target, 3)
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let fitting = of(vec![0, MISSING, 0], vec![0, 1, UNSEEN]);
        assert_eq!(fitting.misfit(), None);
        let told = |dataset: Dataset| dataset.misfit().expect("a misfit");
        assert_eq!(told(of(vec![0, 0], vec![0, 1, 1])), "column `c` has 2 cells, the target 3");
        assert_eq!(told(of(vec![0, 1, 0], vec![0, 1, 1])), "column `c` has a code without a category");
        assert_eq!(told(of(vec![0, 0, 0], vec![0, 2, 1])), "the target has a label without a class");
        assert_eq!(told(Dataset { task: TaskKind::Regression, ..fitting.clone() }), "the target is none of regression");
        assert_eq!(told(Dataset { development: vec![0, 3], ..fitting.clone() }), "row 3 is not there: it has 3");
        assert_eq!(told(Dataset { groups: Some(vec![1]), ..fitting }), "groups or times are not those of its rows");
    }
}
