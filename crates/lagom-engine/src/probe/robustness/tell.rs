//! What the figures of all finalists say of size and robustness.

use super::figures::{CorruptionErrors, Robust, corruption_errors};
use super::{ABOUT, SEVERITIES};
use crate::metric::{Direction, Metric};
use crate::probe::sight::BLOCKS;
use crate::probe::{Cell, Panel, PanelLine, PanelPoint, ProbeResult, ProbeTable, Seen, Told};
use crate::stats::t_quantile;

/// Rows of other classes than the most frequent one below which sizes are not compared.
const FEW: u64 = 10;

/// A finalist with its figures.
struct One<'a> {
    name: &'a str,
    parameters: u64,
    robust: Robust,
    /// Beside the smallest; none where that makes no errors.
    beside: Option<CorruptionErrors>,
}

/// The sentences, tables and plots.
pub(super) fn tell(seen: &[Seen<'_>], told: &Told<'_>) -> Option<ProbeResult> {
    let known = seen.iter().filter_map(|one| Some((one, one.figures?.read::<Robust>()?)));
    let known: Vec<(&Seen<'_>, Robust)> = known.collect();
    let missing = seen.iter().filter(|one| !known.iter().any(|(other, _)| other.name == one.name));
    let missing: Vec<String> = missing.map(|one| format!("{} was not looked at: {}.", one.name, one.why)).collect();
    let smallest = known.first().map(|(_, robust)| robust.clone());
    let all: Vec<One<'_>> = known
        .into_iter()
        .map(|(seen, robust)| One {
            name: seen.name,
            parameters: seen.parameters,
            beside: smallest.as_ref().and_then(|smallest| corruption_errors(told.metric, &robust, smallest)),
            robust,
        })
        .collect();
    let half = |error: f64| t_quantile(1.0 - (1.0 - told.confidence) / 2.0, (BLOCKS - 1) as f64) * error;
    let mut notes = notes(&all, &missing);
    let said = match (all.first(), all.last()) {
        (Some(small), Some(large)) if all.len() > 1 => compared(small, large, told, &half),
        (Some(one), _) => format!(
            "Only {} was looked at: whether larger sizes are more robust takes two. {}",
            one.name,
            worst(&one.robust, told).map_or_else(
                || "Nothing that was tried hurts it.".to_owned(),
                |found| format!("It is hurt most by {}.", found.0)
            )
        ),
        _ => {
            let why = missing.join(" ");
            notes.clear();
            if why.is_empty() { return None } else { why }
        }
    };
    Some(ProbeResult {
        probe: ABOUT.name.to_owned(),
        said,
        columns: ["size", "parameters", told.metric.title(), "corrupted", "errors ×", "added ×", "hurt most by"]
            .map(str::to_owned)
            .to_vec(),
        lines: all.iter().map(|one| line(one, told, &half)).collect(),
        tables: if all.is_empty() { Vec::new() } else { vec![table(&all, told)] },
        panels: panels(&all),
        notes,
        ..ProbeResult::default()
    })
}

/// Whether the largest is more robust than the smallest, or only more accurate.
fn compared(small: &One<'_>, large: &One<'_>, told: &Told<'_>, half: &dyn Fn(f64) -> f64) -> String {
    if small.robust.others.min(small.robust.rows) < FEW {
        return format!(
            "Of the {} rows {} are not of the most frequent class: too few to compare sizes by.",
            small.robust.rows, small.robust.others
        );
    }
    let (Some(beside), small, large) = (&large.beside, small.name, large.name) else {
        return format!("{} makes no errors to compare with.", small.name);
    };
    // What is counted wrong is an error; of other metrics it is how far they are from their best.
    let what = match told.metric {
        Metric::Accuracy => "the errors".to_owned(),
        metric if metric.direction() == Direction::HigherIsBetter => format!("the distance to {} 1", metric.title()),
        metric => format!("the {}", metric.title()),
    };
    let mean = beside.mean;
    let errors = format!(
        "On corrupted rows {large} has {:.2} ± {:.2} times {what} of {small}, the smallest (the mean over corruptions).",
        mean.value,
        half(mean.error)
    );
    let reach = half(mean.error);
    let apart = (mean.value - 1.0) * (beside.together - 1.0) < 0.0;
    let errors = if apart {
        format!(
            "{errors} Of all corrupted rows together it is {:.2} times: corruptions differ much in what they cost.",
            beside.together
        )
    } else {
        errors
    };
    let Some(added) = beside.relative else {
        return format!(
            "{errors} Corruption adds nothing that is sure to {what} of {small}, so it tells nothing of robustness."
        );
    };
    let added = format!(
        "What corruption adds to {what} is {:.2} ± {:.2} times what it adds to those of {small}",
        added.value,
        half(added.error)
    );
    let (difference, within) = (beside.difference.value, half(beside.difference.error));
    let fewer = mean.value + reach < 1.0 && !apart;
    let meaning = if difference + within < 0.0 {
        "it is more robust, not only more accurate"
    } else if difference - within > 0.0 && fewer {
        "it is more accurate, and less robust"
    } else if difference - within > 0.0 {
        "it is less robust"
    } else if fewer {
        "it is more accurate, and not shown to be more robust"
    } else {
        "no difference in robustness is shown"
    };
    format!("{errors} {added}: {meaning}.")
}

fn line(one: &One<'_>, told: &Told<'_>, half: &dyn Fn(f64) -> f64) -> Vec<Cell> {
    let metric = told.metric;
    let all: Vec<f64> =
        one.robust.corrupted.iter().flat_map(|corrupted| &corrupted.severities).map(|found| found.value).collect();
    let beside = one.beside.as_ref();
    let figure = |found: Option<super::figures::Figure>| {
        found.map_or(Cell::Unknown, |found| Cell::within(found.value, half(found.error), 2))
    };
    vec![
        Cell::Text(one.name.to_owned()),
        Cell::Count(one.parameters),
        Cell::Quality { metric, value: one.robust.clean.value },
        if all.is_empty() { Cell::Unknown } else { Cell::Quality { metric, value: crate::stats::mean(&all) } },
        figure(beside.map(|beside| beside.mean)),
        figure(beside.and_then(|beside| beside.relative)),
        worst(&one.robust, told).map_or(Cell::Unknown, |found| Cell::Text(found.0.to_owned())),
    ]
}

/// The corruption that costs most in the mean over its severities, and how much.
fn worst<'a>(robust: &'a Robust, told: &Told<'_>) -> Option<(&'a str, f64)> {
    let lost = |severities: &[crate::probe::sight::Measured]| {
        let lost = |found: &crate::probe::sight::Measured| {
            told.metric.orient(robust.clean.value) - told.metric.orient(found.value)
        };
        severities.iter().map(lost).sum::<f64>() / severities.len() as f64
    };
    let all = robust.corrupted.iter().map(|one| (one.name.as_str(), lost(&one.severities)));
    all.filter(|(_, lost)| *lost > 0.0).max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Quality by corruption and severity, in the middle and at the end.
fn table(all: &[One<'_>], told: &Told<'_>) -> ProbeTable {
    let metric = told.metric;
    let shown = [SEVERITIES / 2, SEVERITIES - 1];
    let mut columns = vec!["corruption".to_owned(), "severity".to_owned()];
    columns.extend(all.iter().map(|one| one.name.to_owned()));
    let names = all.first().map_or(&[][..], |one| &one.robust.corrupted);
    let line = |name: &str, severity: usize| {
        let quality = |one: &One<'_>| {
            let found = one.robust.of(name).and_then(|found| found.severities.get(severity));
            found.map_or(Cell::Unknown, |found| Cell::Quality { metric, value: found.value })
        };
        let mut cells = vec![Cell::Text(name.to_owned()), Cell::Count(severity as u64 + 1)];
        cells.extend(all.iter().map(quality));
        cells
    };
    ProbeTable {
        title: format!("{} by corruption, at severities 3 and 5 of 5", metric.title()),
        columns,
        lines: names.iter().flat_map(|one| shown.map(|severity| line(&one.name, severity))).collect(),
    }
}

/// Errors by size, then each corruption by severity.
fn panels(all: &[One<'_>]) -> Vec<Panel> {
    let over_sizes = |name: &str, pick: &dyn Fn(&CorruptionErrors) -> Option<f64>| PanelLine {
        name: name.to_owned(),
        points: all
            .iter()
            .filter_map(|one| Some(PanelPoint { x: one.parameters as f64, y: pick(one.beside.as_ref()?)? }))
            .collect(),
    };
    let sizes = Panel {
        title: "errors under corruption, as a multiple of the smallest size's".to_owned(),
        across: "parameters".to_owned(),
        logarithmic: true,
        lines: vec![
            over_sizes("errors", &|found| Some(found.mean.value)),
            over_sizes("added by corruption", &|found| found.relative.map(|found| found.value)),
        ],
    };
    let names = all.first().map_or(&[][..], |one| &one.robust.corrupted);
    let of = |name: &str| Panel {
        title: name.to_owned(),
        across: "severity".to_owned(),
        logarithmic: false,
        lines: all
            .iter()
            .map(|one| {
                let clean = PanelPoint { x: 0.0, y: one.robust.clean.value };
                let found = one.robust.of(name).map_or(&[][..], |found| &found.severities);
                let at = |(at, found): (usize, &crate::probe::sight::Measured)| PanelPoint {
                    x: at as f64 + 1.0,
                    y: found.value,
                };
                PanelLine {
                    name: one.name.to_owned(),
                    points: std::iter::once(clean).chain(found.iter().enumerate().map(at)).collect(),
                }
            })
            .collect(),
    };
    let curves = names.iter().map(|one| of(&one.name));
    if all.len() > 1 { std::iter::once(sizes).chain(curves).collect() } else { curves.collect() }
}

/// How it was measured, and what was left out.
fn notes(all: &[One<'_>], missing: &[String]) -> Vec<String> {
    let mut notes = missing.to_vec();
    let Some(first) = all.first() else { return notes };
    notes.push(format!(
        "Measured on {} validation rows of the first repeat; all sizes meet the same corrupted rows. `errors ×` is the mean corruption error, the mean over corruptions of the errors as a multiple of the smallest size's; `added ×` is what all corruptions together add to the errors, as a multiple of what they add to the smallest size's.",
        first.robust.rows
    ));
    // What lacks the same stands together: the corruptions of texts follow each other.
    let left = first.robust.left_out.chunk_by(|a, b| a.1 == b.1).map(|same| {
        let names: Vec<&str> = same.iter().map(|(name, _)| name.as_str()).collect();
        format!("{} ({})", names.join(", "), same[0].1)
    });
    let left: Vec<String> = left.collect();
    if !left.is_empty() {
        notes.push(format!("Left out: {}.", left.join("; ")));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::super::figures::tests::robust;
    use super::*;
    use crate::probe::Figures;

    fn said(small: &Robust, large: &Robust) -> ProbeResult {
        let figures = [small, large].map(|robust| Figures::of(robust).expect("kept"));
        let seen = |name, at: usize| Seen {
            name,
            parameters: 10_u64.pow(at as u32 + 1),
            figures: Some(&figures[at]),
            why: "",
        };
        let told = Told { metric: Metric::Accuracy, confidence: 0.95, choice: None, classes: &[] };
        tell(&[seen("small", 0), seen("large", 1)], &told).expect("told")
    }

    #[test]
    fn more_robust_and_only_more_accurate_are_told_apart() {
        let small = robust(0.8, &[("noise", [0.6; 5]), ("gaps", [0.7; 5])]);
        let robust_one = said(&small, &robust(0.9, &[("noise", [0.8; 5]), ("gaps", [0.85; 5])]));
        assert!(robust_one.said.ends_with(": it is more robust, not only more accurate."), "{}", robust_one.said);
        // Errors 0.4 of 0.4 and 0.25 of 0.3; added 0.3 of 0.2 and 0.15 of 0.1.
        let fragile = said(&small, &robust(0.9, &[("noise", [0.6; 5]), ("gaps", [0.75; 5])]));
        assert!(
            fragile.said.contains("0.92 ± 0.00 times the errors of small, the smallest")
                && fragile.said.contains("1.50 ± 0.00 times")
        );
        assert!(fragile.said.ends_with(": it is more accurate, and less robust."), "{}", fragile.said);
        assert_eq!((fragile.lines.len(), fragile.lines[1].len(), fragile.columns.len()), (2, 7, 7));
        assert_eq!(fragile.lines[1][6], Cell::Text("noise".to_owned()));
        assert_eq!(fragile.tables[0].lines.len(), 4);
        assert_eq!(
            fragile.panels.iter().map(|panel| panel.title.as_str()).skip(1).collect::<Vec<_>>(),
            ["noise", "gaps"]
        );
    }

    #[test]
    fn what_was_not_looked_at_is_said() {
        let told = Told { metric: Metric::Accuracy, confidence: 0.95, choice: None, classes: &[] };
        let seen = Seen { name: "large", parameters: 9, figures: None, why: "it was not measured yet" };
        let found = tell(&[seen], &told).expect("told");
        assert_eq!(found.said, "large was not looked at: it was not measured yet.");
        assert!(found.lines.is_empty() && tell(&[], &told).is_none());
    }
}
