//! The tables of a curve.

use super::numbers::{LossStyle, amount, digits, power, range};
use super::words::{measure, unit};
use crate::document::{Cell, Field, Table, Text};
use crate::numbers::{percent, ratio};
use lagom_import::scaling::{Constant, Line, Measured, PredictedLoss, ScalingFindings, Span};

/// The head of a column of intervals: `95 % interval`.
fn interval(findings: &ScalingFindings) -> String {
    format!("{} interval", percent(findings.settings.confidence))
}

/// The constants of the law.
pub(super) fn constants(findings: &ScalingFindings) -> Table {
    let style = LossStyle::of(findings);
    // the floor is a loss like the others
    let write = |of: &Constant, value: f64| if of.symbol == "E" { style.write(value) } else { digits(value, 4) };
    let ends = |of: &Constant| Span { value: of.value, low: of.low, high: of.high };
    let fields = vec![
        Field::words("", |of: &Constant| of.symbol),
        Field::new("value", |of: &Constant| Text::number(of.value, write(of, of.value))),
        Field::new("std. error", |of: &Constant| Text::number(of.standard_error, digits(of.standard_error, 2))),
        Field::words(interval(findings), |of: &Constant| range(&ends(of), |value| write(of, value))).gone_at(2),
        Field::words("meaning", |of: &Constant| of.meaning).gone_at(1),
    ];
    Table::of("Constants of the law", &findings.fit.constants, fields)
}

/// The losses asked for, and how far beyond the points they lie.
pub(super) fn predictions(findings: &ScalingFindings) -> Table {
    let style = LossStyle::of(findings);
    let value = |span: Option<&Span>| Cell::maybe(span, |span| Text::number(span.value, style.write(span.value)));
    // A dash where the law was not to be followed so far.
    let ends = |span: Option<&Span>| span.map_or_else(|| "refused".to_owned(), |span| style.ends(span));
    let given = |value: Option<f64>| Cell::maybe(value, |value| Text::number(value, amount(value)));
    let far = |found: &PredictedLoss| match found.extrapolates > 1.0 + 1e-9 {
        true => format!("{} times beyond the points", ratio(found.extrapolates)),
        false => "among the points".to_owned(),
    };
    let mut fields = Vec::new();
    if findings.settings.form != "data" {
        fields.push(Field::new("parameters", move |found: &PredictedLoss| given(found.size)));
    }
    if findings.settings.form != "size" {
        fields.push(Field::new(unit(findings), move |found: &PredictedLoss| given(found.data)));
    }
    fields.push(Field::new(measure(findings), move |found: &PredictedLoss| value(found.loss.as_ref())));
    fields.push(Field::words(interval(findings), move |found: &PredictedLoss| ends(found.loss.as_ref())).gone_at(4));
    if findings.source.range.is_some() {
        fields.push(Field::new("quality", move |found: &PredictedLoss| value(found.quality.as_ref())).gone_at(3));
        fields.push(
            Field::words(interval(findings), move |found: &PredictedLoss| ends(found.quality.as_ref())).gone_at(2),
        );
    }
    fields.push(Field::words("", far).gone_at(1));
    Table::of("What the law predicts", &findings.predictions, fields)
}

/// The points with the law's loss beside the measured one.
pub(super) fn points(findings: &ScalingFindings) -> Table {
    let style = LossStyle::of(findings);
    let given = |value: Option<f64>| Cell::maybe(value, |value| Text::number(value, amount(value)));
    let loss = |loss: f64| Text::number(loss, style.write(loss));
    let fields = vec![
        Field::new("row", |point: &Measured| Text::number(point.row as f64, point.row.to_string())),
        Field::new("parameters", move |point: &Measured| given(point.size)),
        Field::new(unit(findings), move |point: &Measured| given(point.data)),
        Field::new(measure(findings), move |point: &Measured| loss(point.loss)),
        Field::new("by the law", move |point: &Measured| loss(point.fitted)),
    ];
    Table::of("The points", &findings.points, fields)
}

/// A level that a line is drawn at: `12.5B tokens`, `6e20 FLOPs`.
pub(super) fn level(findings: &ScalingFindings, line: &Line) -> String {
    match (line.held, line.value) {
        ("compute", Some(flops)) => format!("{} FLOPs", power(flops)),
        ("data", Some(data)) => format!("{} {}", amount(data), unit(findings)),
        _ => "the law".to_owned(),
    }
}
