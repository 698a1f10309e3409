//! An explanation as a table and as JSON.

use lagom::bundle::Bundle;
use lagom::explanation::{Effects, Explanation, Way};
use lagom::report::clean;
use serde_json::{Map, json};

use super::super::layout::{brief, cut, plural, table, wrap};
use super::super::rows;
use super::row::Row;

/// Widest name of a column, widest cell, and widest cell that stands beside another.
const WIDEST: (usize, usize, usize) = (24, 22, 14);

/// An explanation as it is told.
pub(super) struct Told<'a> {
    pub(super) bundle: &'a Bundle,
    pub(super) row: &'a Row,
    pub(super) found: &'a Explanation,
}

/// A column or word with what it does.
struct Line {
    name: String,
    cell: String,
    usual: Option<String>,
    effect: f64,
}

impl Told<'_> {
    /// The name of the class that is explained.
    fn class(&self) -> Option<&str> {
        self.bundle.schema.classes.get(self.found.class?).map(String::as_str)
    }

    /// What the effects are of, in words.
    fn unit(&self) -> String {
        let exact = matches!(self.found.effects.way(), Way::Trees | Way::Linear);
        match self.class() {
            Some(class) if !exact => format!("the probability of `{class}`"),
            Some(class) if self.bundle.schema.classes.len() == 2 => format!("the log-odds of `{class}`"),
            Some(class) => format!("the score of `{class}`"),
            None => format!("`{}`", self.bundle.schema.target),
        }
    }

    /// Columns in their order, or words in that of the text.
    fn lines(&self) -> Vec<Line> {
        let inputs = self.bundle.schema.inputs.iter().zip(&self.row.cells);
        let column = |(input, cell): (&lagom::data::InputColumn, &Option<String>), usual, effect| Line {
            name: input.name.clone(),
            cell: cell.clone().unwrap_or_else(|| "(missing)".to_owned()),
            usual,
            effect,
        };
        match &self.found.effects {
            Effects::Added { columns, .. } => {
                inputs.zip(columns).map(|(input, effect)| column(input, None, *effect)).collect()
            }
            Effects::Replaced { columns } => {
                let told = |usual: &str| match (usual, usual.parse::<f64>()) {
                    ("", _) => "(missing)".to_owned(),
                    (_, Ok(number)) => brief(number, 4),
                    _ => usual.to_owned(),
                };
                inputs.zip(columns).map(|(input, (usual, effect))| column(input, Some(told(usual)), *effect)).collect()
            }
            Effects::Words { words } => {
                let line = |(word, effect): &(String, f64)| Line {
                    name: word.clone(),
                    cell: String::new(),
                    usual: None,
                    effect: *effect,
                };
                words.iter().map(line).collect()
            }
        }
    }

    /// The answer in a sentence.
    fn answer(&self) -> String {
        let (name, target, number) = (&self.bundle.origin.candidate, &self.bundle.schema.target, self.row.number);
        let answer = &self.found.answer;
        let best = (0..answer.len()).fold(0, |best, at| if answer[at] > answer[best] { at } else { best });
        let Some(called) = self.bundle.schema.classes.get(best) else {
            return format!("Row {number}: {name} predicts {} for `{target}`.", rows::tidy(answer[0]));
        };
        let other = match self.class().filter(|class| class != called) {
            Some(class) => format!(", and `{class}` with {:.3}", answer[self.found.class.unwrap_or(0)]),
            None => String::new(),
        };
        format!("Row {number}: {name} calls `{called}` with probability {:.3}{other}.", answer[best])
    }

    /// Lines for a terminal of this width: the `top` parts that matter most.
    pub(super) fn text(&self, top: usize, width: usize) -> String {
        let unit = self.unit();
        let head = match &self.found.effects {
            Effects::Added { way, .. } => {
                let of = if *way == Way::Trees { "trees" } else { "a linear model" };
                format!("What each column adds to {unit} (exact SHAP values of {of}):")
            }
            Effects::Replaced { .. } => format!(
                "By how much {unit} is higher than with the column set to what is usual in the training rows (not exact: no SHAP values):"
            ),
            Effects::Words { .. } => format!("By how much {unit} is higher than without the word:"),
        };
        let mut text = String::new();
        for paragraph in [self.answer(), head] {
            wrap(&clean(&paragraph), width).iter().for_each(|line| text.push_str(&format!("{line}\n")));
        }
        let cells = self.cells(top);
        let numbers = cells.first().map_or(0, |row| row.len().saturating_sub(1));
        text.push_str(&table(&cells, &[numbers], width));
        wrap(&clean(&self.remark()), width).iter().for_each(|line| text.push_str(&format!("{line}\n")));
        text
    }

    /// The table: a head, those that matter most, and what the rest comes to.
    fn cells(&self, top: usize) -> Vec<Vec<String>> {
        let mut lines = self.lines();
        lines.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
        let rest = lines.split_off(lines.len().min(top));
        let effects = &self.found.effects;
        let signed = |effect: f64| format!("{}{}", if effect < 0.0 { "-" } else { "+" }, brief(effect.abs(), 3));
        let one_line = |text: &str, width| cut(&clean(&text.split_whitespace().collect::<Vec<_>>().join(" ")), width);
        let (name, value) = (|text: &str| one_line(text, WIDEST.0), |text: &str| one_line(text, WIDEST.1));
        let row = |line: &Line| match (effects, &line.usual) {
            (Effects::Words { .. }, _) => vec![value(&line.name), signed(line.effect)],
            (_, Some(usual)) => {
                vec![name(&line.name), value(&line.cell), one_line(usual, WIDEST.2), signed(line.effect)]
            }
            (_, None) => vec![name(&line.name), value(&line.cell), signed(line.effect)],
        };
        let head: &[&str] = match effects {
            Effects::Added { .. } => &["column", "value", "adds"],
            Effects::Replaced { .. } => &["column", "value", "set to", "higher by"],
            Effects::Words { .. } => &["word", "higher by"],
        };
        let mut cells = vec![head.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>()];
        let whole = |name: &str, number: String| vec![name.to_owned(), String::new(), number];
        if let Effects::Added { base, .. } = effects {
            cells.push(whole("(base)", signed(*base)));
        }
        cells.extend(lines.iter().map(row));
        match effects {
            Effects::Added { score, .. } => {
                if !rest.is_empty() {
                    let sum = rest.iter().map(|line| line.effect).sum();
                    cells.push(whole(&format!("({})", plural(rest.len(), "other", "others")), signed(sum)));
                }
                cells.push(whole("(sum)", signed(*score)));
            }
            Effects::Replaced { .. } | Effects::Words { .. } => {}
        }
        cells
    }

    /// What the numbers mean.
    fn remark(&self) -> String {
        let unit = self.unit();
        match &self.found.effects {
            Effects::Added { way, score, .. } => {
                let comes = match (self.found.class, self.bundle.schema.classes.len()) {
                    (Some(class), 2) => format!(", which is a probability of {:.3}", self.found.answer[class]),
                    (Some(_), _) => ", from which the softmax over all classes makes the probabilities".to_owned(),
                    (None, _) => String::new(),
                };
                let base = match way {
                    Way::Linear => {
                        "The base is the answer to the mean of the training rows, with columns taken as independent"
                    }
                    _ => "The base is the mean over the training rows, which split as they did in each tree",
                };
                format!("{base}. Base and all columns add up to {}{comes}.", brief(*score, 4))
            }
            Effects::Replaced { .. } => format!(
                "Each line is one question to the model: {unit} less that with this one column changed. They do not add up, and columns that tell the same each show little."
            ),
            Effects::Words { words } => {
                let runs = if words.iter().any(|(word, _)| word.contains(' ')) {
                    " The text is long: runs of words are left out together."
                } else {
                    ""
                };
                format!(
                    "Each of {} is left out alone; the lines do not add up.{runs}",
                    plural(words.len(), "word or run", "words or runs")
                )
            }
        }
    }

    /// All of it as JSON.
    pub(super) fn json(&self) -> String {
        let (found, schema) = (self.found, &self.bundle.schema);
        let (method, exact) = match found.effects.way() {
            Way::Trees => ("tree-shap", true),
            Way::Linear => ("linear-shap", true),
            Way::Replaced => ("replaced-by-usual", false),
            Way::Words => ("words-left-out", false),
        };
        let unit = match (found.class, exact) {
            (None, _) => "target",
            (_, false) => "probability",
            _ if schema.classes.len() == 2 => "log-odds",
            _ => "score",
        };
        let mut all = json!({
            "row": self.row.number, "candidate": self.bundle.origin.candidate, "target": schema.target,
            "method": method, "exact": exact, "unit": unit,
        });
        if schema.classes.is_empty() {
            all["answer"] = json!(found.answer[0]);
        } else {
            let shares = schema.classes.iter().zip(&found.answer);
            all["class"] = json!(self.class());
            all["probabilities"] =
                shares.map(|(class, share)| (class.clone(), json!(share))).collect::<Map<_, _>>().into();
        }
        let cell = |at: usize| self.row.cells.get(at).cloned().flatten();
        let name = |at: usize| schema.inputs.get(at).map(|input| input.name.as_str());
        all["effects"] = match &found.effects {
            Effects::Added { base, score, columns, .. } => {
                (all["base"], all["sum"]) = (json!(base), json!(score));
                let one = |(at, effect)| json!({ "column": name(at), "value": cell(at), "effect": effect });
                columns.iter().enumerate().map(one).collect()
            }
            Effects::Replaced { columns } => {
                let one = |(at, (usual, effect)): (usize, &(String, f64))| {
                    let usual = Some(usual).filter(|usual| !usual.is_empty());
                    json!({ "column": name(at), "value": cell(at), "set_to": usual, "effect": effect })
                };
                columns.iter().enumerate().map(one).collect()
            }
            Effects::Words { words } => {
                words.iter().map(|(word, effect)| json!({ "word": word, "effect": effect })).collect()
            }
        };
        serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
    }
}
