//! A row as prompts see it: every column by name, what is right apart.

use serde_json::{Map, Number, Value};

use super::dataset::{Column, Dataset, Target, Values};
use super::kind::ColumnKind;
use crate::study::{Task, TaskKind};

/// The largest whole number that `f64` holds without a gap: 2⁵³.
const WHOLE: f64 = 9_007_199_254_740_992.0;

impl Dataset {
    /// Every column of a row by name, for templates: numbers as numbers, text as text, nothing where a cell is missing.
    /// For multiple choice there is `choices` too, a list of texts. What is right is not among them.
    ///
    /// Empty where there is no such row.
    #[must_use]
    pub fn fields(&self, row: u32) -> Map<String, Value> {
        let mut fields: Map<String, Value> = self
            .columns
            .iter()
            .chain(&self.beside)
            .filter_map(|column| Some((column.name.clone(), column.value(row)?)))
            .collect();
        if let Target::Choices { choices, .. } = &self.target
            && let Some(choices) = choices.get(row as usize)
        {
            fields.insert("choices".to_owned(), choices.iter().map(String::as_str).collect());
        }
        fields
    }

    /// The names under which templates find something, in the order of the columns.
    #[must_use]
    pub fn field_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.columns.iter().chain(&self.beside).map(|column| column.name.as_str()).collect();
        if matches!(self.target, Target::Choices { .. }) && !names.contains(&"choices") {
            names.push("choices");
        }
        names
    }

    /// The accepted texts of a row; none where the target is something else.
    #[must_use]
    pub fn references(&self, row: u32) -> &[String] {
        match &self.target {
            Target::Texts { references } => references.get(row as usize).map_or(&[], Vec::as_slice),
            _ => &[],
        }
    }

    /// What a row offers to choose from; nothing where the target is something else.
    #[must_use]
    pub fn choices(&self, row: u32) -> &[String] {
        match &self.target {
            Target::Choices { choices, .. } => choices.get(row as usize).map_or(&[], Vec::as_slice),
            _ => &[],
        }
    }

    /// The positions of the right choices of a row among [`Dataset::choices`]; none where the target is something else.
    #[must_use]
    pub fn gold(&self, row: u32) -> &[u32] {
        match &self.target {
            Target::Choices { gold, .. } => gold.get(row as usize).map_or(&[], Vec::as_slice),
            _ => &[],
        }
    }

    /// The class of a row by name; none where the target is something else, or the class is only the holdout's.
    #[must_use]
    pub fn label(&self, row: u32) -> Option<&str> {
        match &self.target {
            Target::Classes { labels, names } => names.get(*labels.get(row as usize)? as usize).map(String::as_str),
            _ => None,
        }
    }

    /// The columns that a prompt is made of where the study has no template: those that the task names as `input` or `text`,
    /// else those of text, else all that a model could learn from.
    #[must_use]
    pub fn prompt_columns(&self, task: &Task) -> Vec<String> {
        let named = if task.input.is_empty() { &task.text } else { &task.input };
        if !named.is_empty() {
            return named.clone();
        }
        let texts = |column: &&Column| column.kind == ColumnKind::Text;
        let names = |columns: Vec<&Column>| columns.into_iter().map(|column| column.name.clone()).collect();
        let texts: Vec<&Column> = self.columns.iter().filter(texts).collect();
        // A table with a text among its columns is no task of that text alone.
        let all = texts.is_empty() || self.task == TaskKind::Classification || self.task == TaskKind::Regression;
        if all { names(self.columns.iter().collect()) } else { names(texts) }
    }
}

impl Column {
    /// A cell as JSON; null where it is missing, none where there is no such row.
    #[must_use]
    pub fn value(&self, row: u32) -> Option<Value> {
        let at = row as usize;
        Some(match &self.values {
            Values::Numbers(numbers) => number(*numbers.get(at)?),
            Values::Categories { codes, levels } => {
                levels.get(*codes.get(at)? as usize).map_or(Value::Null, |level| Value::from(level.as_str()))
            }
            Values::Texts(texts) => match texts.get(at)?.as_str() {
                "" => Value::Null,
                text => Value::from(text),
            },
        })
    }
}

/// A number as people write it: `3` and not `3.0`; null where it is missing.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < WHOLE {
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::MISSING;

    fn column(name: &str, kind: ColumnKind, values: Values) -> Column {
        Column { name: name.to_owned(), kind, values }
    }

    #[test]
    fn a_row_has_every_column_and_not_what_is_right() {
        let columns = vec![
            column("age", ColumnKind::Numeric, Values::Numbers(vec![3.0, 2.5, f64::NAN])),
            column(
                "town",
                ColumnKind::Categorical,
                Values::Categories { codes: vec![1, 0, MISSING], levels: vec!["Oslo".into(), "Rome".into()] },
            ),
        ];
        let target = Target::Classes { labels: vec![0, 1, u32::MAX], names: vec!["no".into(), "yes".into()] };
        let mut data = Dataset::without_holdout(TaskKind::Classification, columns, target, 3);
        let plain = data.digest().unwrap();
        data.beside.push(column(
            "id",
            ColumnKind::Identifier,
            Values::Texts(vec!["a".into(), String::new(), "c".into()]),
        ));
        assert_ne!(data.digest().unwrap(), plain, "what a prompt sees is part of the identity");
        let shown = |row| serde_json::to_string(&data.fields(row)).unwrap_or_default();
        assert_eq!(shown(0), r#"{"age":3,"id":"a","town":"Rome"}"#);
        assert_eq!(shown(1), r#"{"age":2.5,"id":null,"town":"Oslo"}"#);
        assert_eq!(shown(2), r#"{"age":null,"id":"c","town":null}"#);
        assert_eq!(shown(3), "{}");
        assert_eq!(data.field_names(), ["age", "town", "id"]);
        assert_eq!((data.label(1), data.label(2)), (Some("yes"), None));
        assert!(data.references(0).is_empty() && data.choices(0).is_empty() && data.gold(0).is_empty());
    }

    #[test]
    fn choices_are_a_list_and_the_right_ones_are_apart() {
        let target = Target::Choices {
            choices: vec![vec!["red".into(), "blue".into()], vec!["1".into(), "2".into(), "3".into()]],
            gold: vec![vec![1], vec![0, 2]],
        };
        let data = Dataset::without_holdout(TaskKind::MultipleChoice, Vec::new(), target, 2);
        assert_eq!(serde_json::to_string(&data.fields(0)).unwrap_or_default(), r#"{"choices":["red","blue"]}"#);
        assert_eq!((data.choices(0)[1].as_str(), data.gold(0), data.gold(1)), ("blue", &[1][..], &[0, 2][..]));
        assert!(data.choices(2).is_empty() && data.gold(2).is_empty());
        assert_eq!((data.target.rows(), data.target.classes(), data.label(0)), (2, 0, None));
    }
}
