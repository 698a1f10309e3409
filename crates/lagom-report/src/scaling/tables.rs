//! The tables that terminal and page share: heads and cells as text.

use super::numbers::{LossStyle, amount, digits, power, range};
use super::words::{measure, unit};
use crate::numbers::{MISSING, percent, ratio};
use lagom_import::scaling::{Constant, PredictedLoss, ScalingFindings, Span};

/// A table of text: a head, rows, and which columns are words (set to the left).
pub(super) struct Table {
    /// What the columns are called.
    pub(super) head: Vec<String>,
    /// The cells.
    pub(super) rows: Vec<Vec<Cell>>,
    /// Columns of words.
    pub(super) words: Vec<usize>,
}

/// A cell, with the number it shows.
pub(super) struct Cell {
    /// What is written.
    pub(super) text: String,
    /// The number behind it.
    pub(super) value: Option<f64>,
}

fn cell(text: String, value: f64) -> Cell {
    Cell { text, value: Some(value).filter(|value| value.is_finite()) }
}

fn words(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), value: None }
}

fn heads(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The head of a column of intervals: `95 % interval`.
fn interval(findings: &ScalingFindings) -> String {
    format!("{} interval", percent(findings.settings.confidence))
}

/// The constants of the law.
pub(super) fn constants(findings: &ScalingFindings) -> Table {
    let style = LossStyle::of(findings);
    let row = |constant: &Constant| {
        let ends = Span { value: constant.value, low: constant.low, high: constant.high };
        // the floor is a loss like the others
        let write = |value: f64| if constant.symbol == "E" { style.write(value) } else { digits(value, 4) };
        vec![
            words(constant.symbol),
            cell(write(constant.value), constant.value),
            cell(digits(constant.standard_error, 2), constant.standard_error),
            words(range(&ends, write)),
            words(constant.meaning),
        ]
    };
    Table {
        head: heads(&["", "value", "std. error", &interval(findings), "meaning"]),
        rows: findings.fit.constants.iter().map(row).collect(),
        words: vec![0, 3, 4],
    }
}

/// A span as a cell with its interval; a dash where the law was not to be followed so far.
fn written(style: LossStyle, span: Option<&Span>) -> (Cell, String) {
    match span {
        Some(span) => (cell(style.write(span.value), span.value), style.ends(span)),
        None => (words(MISSING), "refused".to_owned()),
    }
}

/// The losses asked for, and how far beyond the points they lie.
pub(super) fn predictions(findings: &ScalingFindings) -> Table {
    let style = LossStyle::of(findings);
    let form = findings.settings.form;
    let row = |found: &PredictedLoss| {
        let size = found.size.map(|size| cell(amount(size), size));
        let data = found.data.map(|data| cell(amount(data), data));
        let (loss, ends) = written(style, found.loss.as_ref());
        let quality = findings.source.range.is_some();
        let right = quality.then(|| written(style, found.quality.as_ref())).map(|(right, ends)| [right, words(ends)]);
        let far = if found.extrapolates > 1.0 + 1e-9 {
            format!("{} times beyond the points", ratio(found.extrapolates))
        } else {
            "among the points".to_owned()
        };
        size.into_iter()
            .chain(data)
            .chain([loss, words(ends)])
            .chain(right.into_iter().flatten())
            .chain([words(far)])
            .collect::<Vec<Cell>>()
    };
    let places = match form {
        "size" => vec!["parameters"],
        "data" => vec![unit(findings)],
        _ => vec!["parameters", unit(findings)],
    };
    let at = places.len();
    let interval = interval(findings);
    let right = if findings.source.range.is_some() { vec!["quality", &interval] } else { vec![] };
    let told = [measure(findings), &interval].into_iter().chain(right).chain([""]);
    let head: Vec<&str> = places.into_iter().chain(told).collect();
    Table { head: heads(&head), rows: findings.predictions.iter().map(row).collect(), words: vec![at + 1, at + 2] }
}

/// The points with the law's loss beside the measured one.
pub(super) fn points(findings: &ScalingFindings) -> Table {
    let style = LossStyle::of(findings);
    let row = |point: &lagom_import::scaling::Measured| {
        let or_none = |value: Option<f64>| value.map_or_else(|| words(MISSING), |value| cell(amount(value), value));
        vec![
            cell(point.row.to_string(), point.row as f64),
            or_none(point.size),
            or_none(point.data),
            cell(style.write(point.loss), point.loss),
            cell(style.write(point.fitted), point.fitted),
        ]
    };
    Table {
        head: heads(&["row", "parameters", unit(findings), measure(findings), "by the law"]),
        rows: findings.points.iter().map(row).collect(),
        words: vec![],
    }
}

/// A level that a line is drawn at: `12.5B tokens`, `6e20 FLOPs`.
pub(super) fn level(findings: &ScalingFindings, line: &lagom_import::scaling::Line) -> String {
    match (line.held, line.value) {
        ("compute", Some(flops)) => format!("{} FLOPs", power(flops)),
        ("data", Some(data)) => format!("{} {}", amount(data), unit(findings)),
        _ => "the law".to_owned(),
    }
}
