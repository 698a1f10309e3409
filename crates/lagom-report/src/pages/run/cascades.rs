//! Cascades: what two candidates in a row come to.

use super::{spread, time};
use crate::document::{Block, Cell, Field, Table, Text};
use crate::numbers::{amount, percent};
use crate::span::Span;
use crate::verdict::{CascadeFacts, Row};
use crate::words::{ReportContext, cascade_sentence, uncascadable, uncascaded};

/// A cascade.
type Line<'a> = (&'a Row, &'a CascadeFacts);

/// The section; none where the study names no cascade.
pub(super) fn section(context: &ReportContext<'_>) -> Option<Block> {
    let rows = &context.findings.analysis.screening.rows;
    let lines: Vec<Line<'_>> = rows.iter().filter_map(|row| Some((row, row.cascade.as_ref()?))).collect();
    let missing = &context.findings.uncascaded;
    if lines.is_empty() && missing.is_empty() {
        return None;
    }
    let mut blocks: Vec<Block> =
        lines.iter().map(|(row, cascade)| Block::Prose(cascade_sentence(context, row, cascade).into())).collect();
    blocks.extend(missing.iter().map(|one| Block::Note(uncascadable(one).into())));
    blocks.extend(uncascaded(context).map(|told| Block::Note(told.into())));
    if !lines.is_empty() {
        blocks.push(Block::Table(table(context, &lines)));
        let legend = "The threshold is chosen on validation rows: the smallest share handed on from which on the pair loses at most half the margin there (with a bar: half of what the large model is above it). The sealed rows had no part in it; the same test as for every candidate decides on them. A row is handed on where the sum of the squared class probabilities is below the threshold. Mean waits add what the share handed on takes; the latency in the table of candidates is an upper bound.";
        blocks.push(Block::Small(legend.into()));
    }
    Some(Block::Section("Small first, large when unsure".to_owned(), blocks))
}

fn table(context: &ReportContext<'_>, lines: &[Line<'_>]) -> Table {
    let confidence = context.findings.terms.confidence;
    let currency = context.currency();
    let share = |value: f64| Text::number(value, percent(value));
    let saved = |own: Option<f64>, large: Option<f64>| {
        let found = own.zip(large).map(|(own, large)| 1.0 - own / large).filter(|share| share.is_finite());
        Cell::maybe(found, share)
    };
    let quality = |(row, _): &Line<'_>| {
        let found = row.holdout_quality.as_ref().or(row.quality.as_ref());
        let span = found.and_then(|found| Span::of(found, confidence));
        Cell::maybe(span, |span| spread(context, &span, |value| context.style.value(value)))
    };
    let to_large = |(_, cascade): &Line<'_>| {
        let span = cascade.to_large.as_ref().and_then(|found| Span::of(found, confidence));
        Cell::maybe(span, |span| spread(context, &span, |value| context.style.signed(value)))
    };
    let fields = vec![
        Field::words("cascade", |(row, _): &Line<'_>| row.name.clone()),
        Field::new("handed on", move |(_, cascade): &Line<'_>| share(cascade.sealed_share.unwrap_or(cascade.share)))
            .meaning("Share of the rows of the verdict that the small one hands on; of a model that is asked, of the validation rows."),
        Field::new("quality", quality),
        Field::new("to large alone", to_large).brief_at(3, "to large").gone_at(4),
        Field::new("threshold", |(_, cascade): &Line<'_>| {
            Text::number(cascade.threshold, format!("{:.3}", cascade.threshold))
        })
        .gone_at(1),
        Field::new("mean wait", |(_, cascade): &Line<'_>| Cell::maybe(cascade.seconds, time)).gone_at(3),
        Field::new("saved", move |(_, cascade): &Line<'_>| saved(cascade.seconds, cascade.large_seconds)).gone_at(3),
        Field::new("1,000 answers", move |(_, cascade): &Line<'_>| {
            Cell::maybe(cascade.money_per_thousand.filter(|_| cascade.asked), |value| Text::number(value, amount(value, &currency)))
        })
        .gone_at(2),
        Field::new("money saved", move |(_, cascade): &Line<'_>| {
            saved(cascade.money_per_thousand.filter(|_| cascade.asked), cascade.large_money)
        })
        .gone_at(2),
    ];
    Table::of("Table of cascades", lines, fields)
}
