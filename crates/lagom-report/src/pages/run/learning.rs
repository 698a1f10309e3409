//! Overfitting, the learning curve and training curves.

use crate::Shown;
use crate::charts::{Width, curve_chart, drawn, gap_chart, has_history, history_chart};
use crate::document::{Block, Figure, FigureSize, Key};
use crate::plot::stroke;
use crate::verdict::Row;
use crate::words::{ReportContext, outlook};

/// Whether more rows would help, and how far training rows are learned by heart; none where neither can be drawn.
pub(super) fn section(context: &ReportContext<'_>, shown: &Shown) -> Option<Block> {
    let curve = context.findings.curve.as_ref().map(|curve| curve.candidate.as_str()).unwrap_or_default();
    let forecast = outlook(context).map(|told| format!(" {told}")).unwrap_or_default();
    let rows = Figure {
        heading: "Would more data help?".to_owned(),
        caption: format!(
            "{curve} trained on fewer rows, by quality on validation rows. If the line still rises at the right, more rows help; if it is flat, they do not.{forecast}"
        ),
        size: FigureSize::Half,
        drawings: drawn(Width::Half, |width| curve_chart(context, shown, width)),
        legend: Vec::new(),
    };
    let gap = Figure {
        heading: "Overfitting".to_owned(),
        caption: "Hollow marks are training rows, filled ones validation rows, not those of the verdict. A wide gap is learning by heart: simplify, regularise or add rows.".to_owned(),
        size: FigureSize::Half,
        drawings: drawn(Width::Half, |width| gap_chart(context, shown, width)),
        legend: Vec::new(),
    };
    let figures: Vec<Figure> = [rows, gap].into_iter().filter(|figure| !figure.drawings.is_empty()).collect();
    (!figures.is_empty()).then(|| Block::Section("Learning".to_owned(), vec![Block::Figures(figures)]))
}

/// Training curves, folded; none where no candidate has one.
pub(super) fn histories(context: &ReportContext<'_>) -> Option<Block> {
    let rows: Vec<&Row> = context.findings.analysis.screening.rows.iter().filter(|row| has_history(row)).collect();
    let key = |class: &str, meaning: &str| Key { mark: stroke(class), meaning: meaning.to_owned() };
    let keys = Figure {
        heading: String::new(),
        caption: "Loss over training steps in the first repeat. The dot is the lowest validation loss. Each plot has its own scale.".to_owned(),
        size: FigureSize::Full,
        drawings: Vec::new(),
        legend: vec![key("series validation", "validation rows"), key("series train", "training rows")],
    };
    let one = |(number, row): (usize, &&Row)| Figure {
        heading: row.name.clone(),
        caption: String::new(),
        size: FigureSize::Small,
        drawings: vec![history_chart(row, number)],
        legend: Vec::new(),
    };
    let all = rows.iter().enumerate().map(one).collect();
    let blocks = vec![Block::Figures(vec![keys]), Block::Figures(all)];
    (!rows.is_empty()).then(|| Block::Fold("Training curves".into(), blocks))
}
