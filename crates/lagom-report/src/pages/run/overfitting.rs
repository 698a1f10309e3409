//! Overfitting by size: gaps, what is learned by heart, and what wrong labels cost.

use crate::document::{Block, Cell, Document, Field, Look, Table, Text};
use crate::numbers::{count, percent};
use crate::render;
use crate::words::ReportContext;
use crate::words::overfitting::{HOW, failed, left_out, summary};
use crate::{Findings, json::pretty};
use lagom_engine::overfitting::{NOISE, NoiseLoss, OverfitSize};

/// The section for a terminal of `width` columns, as `lagom overfitting` prints it; one line where it was not measured.
#[must_use]
pub fn overfitting(findings: &Findings, width: usize) -> String {
    let context = &ReportContext::new(findings);
    let nothing = || Block::Prose("overfitting was not measured on this study".into());
    let document = Document {
        title: String::new(),
        subject: ("study", findings.name.clone()),
        lagom: findings.machine.lagom.clone(),
        blocks: vec![section(context).unwrap_or_else(nothing)],
        colophon: Vec::new(),
    };
    render::terminal(&document, width)
}

/// The same as JSON, as it stands under `overfitting` in `report.json`; `null` where it was not measured.
#[must_use]
pub fn overfitting_json(findings: &Findings) -> String {
    pretty(&findings.overfitting)
}

/// The section of the report; none where it was not measured.
pub(super) fn section(context: &ReportContext<'_>) -> Option<Block> {
    let found = context.findings.overfitting.as_ref()?;
    let said = summary(context, found).into_iter().map(|sentence| Block::Prose(sentence.into()));
    let mut blocks: Vec<Block> = said.collect();
    blocks.push(Block::Table(table(context, &found.sizes)));
    blocks.extend(failed(found).into_iter().map(|told| Block::Small(told.into())));
    blocks.extend(left_out(found).map(|told| Block::Small(told.into())));
    blocks.push(Block::Small(HOW.into()));
    Some(Block::Section("Overfitting by size".to_owned(), blocks))
}

fn table(context: &ReportContext<'_>, sizes: &[OverfitSize]) -> Table {
    let style = context.style;
    let value =
        move |value: Option<f64>| value.map_or_else(Text::missing, |value| Text::number(value, style.value(value)));
    let mut fields = vec![
        Field::words("size", |size: &OverfitSize| size.name.clone()),
        Field::new("parameters", |size: &OverfitSize| {
            size.parameters.map_or_else(Text::missing, |number| Text::number(number as f64, count(number)))
        })
        .gone_at(1),
        Field::new("training", move |size: &OverfitSize| value(size.train)).gone_at(3),
        Field::new("validation", move |size: &OverfitSize| value(size.validation.as_ref().map(|found| found.point)))
            .gone_at(5),
        Field::new("gap", move |size: &OverfitSize| {
            size.gap.map_or_else(Text::missing, |gap| Text::number(gap, style.signed(gap)))
        }),
        Field::new("by heart", move |size: &OverfitSize| value(size.memorised)).gone_at(6),
    ];
    // The column of the most wrong labels stays longest.
    for (share, level) in NOISE.into_iter().zip([2, 4, u8::MAX]) {
        let cell = move |size: &OverfitSize| {
            let found = size.noise.iter().find(|noise| noise.share == share);
            found.map_or_else(|| Cell::from(Text::missing()), |noise| lost(context, noise))
        };
        fields.push(Field::new(format!("lost at {}", percent(share)), cell).gone_at(level).brief_at(7, ""));
    }
    Table::of("Overfitting by size", sizes, fields)
}

/// What is lost, with half the length of its interval.
fn lost(context: &ReportContext<'_>, noise: &NoiseLoss) -> Cell {
    let (style, point) = (context.style, noise.lost.point);
    let told = Text::number(point, style.signed(point));
    let half = noise.lost.interval(context.findings.terms.confidence).1 - point;
    if !half.is_finite() {
        return told.into();
    }
    let spread = Text::from(" ± ").and(Text::number(half, style.size(half))).looking(Look::Soft);
    Cell::from(told.and(spread)).brief(style.signed(point))
}
