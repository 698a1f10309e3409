//! Rows drawn from a known truth.

use std::fmt::Write;

use rand::{Rng, RngCore};

use super::Known;
use super::law::{Law, Noise, normal};
use crate::dataset::{Column, Target, Values};
use crate::kind::ColumnKind;
use crate::seed::generator;

/// Name of the target column.
const TARGET: &str = "y";

/// Some rows with their target.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The input columns `x1`, `x2` and so on: standard normal numbers to five decimals.
    pub columns: Vec<Column>,
    /// The target, one a row.
    pub target: Target,
}

impl Known {
    /// Sample number `index`, with its noise. Samples of different numbers are independent.
    #[must_use]
    pub fn draw(&self, rows: usize, index: u64) -> Sample {
        let mut cells = generator(self.seed, "known inputs", index);
        let mut noise = generator(self.seed, "known noise", index);
        let mut columns = vec![Vec::with_capacity(rows); self.inputs()];
        let mut answers = Vec::with_capacity(rows);
        let mut inputs = vec![0.0; self.inputs()];
        for _ in 0..rows {
            for (input, column) in inputs.iter_mut().zip(&mut columns) {
                // Short in a file and the same when read back.
                *input = (normal(&mut cells) * 1e5).round() / 1e5;
                column.push(*input);
            }
            answers.push(answer(&self.law, &self.best(&inputs), &mut noise));
        }
        let column = |(at, numbers)| Column {
            name: format!("x{}", at + 1),
            kind: ColumnKind::Numeric,
            values: Values::Numbers(numbers),
        };
        let target = if self.classes() == 0 {
            Target::Numbers(answers)
        } else {
            Target::Classes { labels: answers.iter().map(|&class| class as u32).collect(), names: self.class_names() }
        };
        Sample { columns: columns.into_iter().enumerate().map(column).collect(), target }
    }

    /// How the classes are spelt, in their order: `no` and `yes`, or `a`, `b` and so on.
    #[must_use]
    pub fn class_names(&self) -> Vec<String> {
        match self.classes() {
            2 => vec!["no".to_owned(), "yes".to_owned()],
            several => ('a'..='z').take(several).map(String::from).collect(),
        }
    }
}

/// A target for a row whose `best` answer is known: a number, or the number of a class.
fn answer(law: &Law, best: &[f64], noise: &mut impl RngCore) -> f64 {
    if let Noise::Added(variance) = law.noise {
        let mean = best.first().copied().unwrap_or(0.0);
        return mean + variance.sqrt() * normal(noise);
    }
    let mut left: f64 = noise.random();
    for (class, share) in best.iter().enumerate() {
        left -= share;
        if left < 0.0 {
            return class as f64;
        }
    }
    // Shares add up to one but for rounding.
    best.len().saturating_sub(1) as f64
}

impl Sample {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.target.rows()
    }

    /// The rows as CSV with a header; the target is the last column, `y`.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text: String = self.columns.iter().map(|column| format!("{},", column.name)).collect();
        text.push_str(TARGET);
        text.push('\n');
        for row in 0..self.rows() {
            for column in &self.columns {
                if let Values::Numbers(numbers) = &column.values {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "{},", numbers[row]);
                }
            }
            match &self.target {
                Target::Classes { labels, names } => text.push_str(&names[labels[row] as usize]),
                Target::Numbers(numbers) => {
                    let _ = write!(text, "{}", numbers[row]);
                }
                // No rule of this room makes texts.
                Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => {}
            }
            text.push('\n');
        }
        text
    }

    /// The input numbers of one row.
    pub(super) fn inputs(&self, row: usize) -> Vec<f64> {
        let number = |column: &Column| match &column.values {
            Values::Numbers(numbers) => numbers[row],
            Values::Categories { .. } | Values::Texts(_) => f64::NAN,
        };
        self.columns.iter().map(number).collect()
    }
}
