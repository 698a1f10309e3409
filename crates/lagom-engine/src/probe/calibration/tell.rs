//! What the figures of all finalists say of size and calibration.

use super::ABOUT;
use super::figures::{Answered, COVERAGES, Calibrated, ClassFigures, Found, Interval, WANTED};
use super::tempering::ERRORS;
use crate::probe::sight::{BLOCKS, Measured};
use crate::probe::{Cell, Panel, PanelLine, PanelPoint, ProbeResult, ProbeTable, Seen, Told};
use crate::stats::{jackknife_error, t_quantile, wilson};

/// Rows below which a reliability curve is mostly chance.
const FEW: u64 = 300;
/// Answers below which the accuracy of the surest ones is not told.
const ANSWERS: f64 = 30.0;
/// Which of the wanted accuracies and coverages stand in the table.
const MIDDLE: usize = 1;

/// A finalist with its figures.
struct One<'a, T> {
    name: &'a str,
    parameters: u64,
    rows: u64,
    found: T,
}

impl One<'_, ClassFigures> {
    /// Whether there are right and wrong answers enough to fit a temperature to.
    fn tells_temperature(&self) -> bool {
        let wrong: f64 = self.found.bins.iter().map(|bin| bin.rows as f64 * (1.0 - bin.accuracy)).sum();
        wrong.min(self.rows as f64 - wrong) >= ERRORS as f64 - 1e-6
    }

    /// The share of rows that can be answered at one of the wanted accuracies; none where the answers did not reach it on rows that had no part in the
    /// threshold, or are too few to tell.
    fn answered(&self, at: usize, confidence: f64) -> Option<f64> {
        let found = self.found.answered.get(at)?;
        let (answers, accuracy) = (found.share * self.rows as f64, found.accuracy?);
        let (_, high) = wilson((accuracy * answers).round() as u64, answers.round() as u64, confidence);
        (answers >= ANSWERS && high >= found.wanted).then_some(found.share)
    }
}

/// The sentences, tables and plots.
pub(super) fn tell(seen: &[Seen<'_>], told: &Told<'_>) -> Option<ProbeResult> {
    let known: Vec<(&Seen<'_>, Calibrated)> =
        seen.iter().filter_map(|one| Some((one, one.figures?.read::<Calibrated>()?))).collect();
    let missing = seen.iter().filter(|one| !known.iter().any(|(other, _)| other.name == one.name));
    let missing: Vec<String> = missing.map(|one| format!("{} was not looked at: {}.", one.name, one.why)).collect();
    let Some((_, first)) = known.first() else {
        let said = missing.join(" ");
        return (!said.is_empty()).then(|| ProbeResult {
            probe: ABOUT.name.to_owned(),
            said,
            ..ProbeResult::default()
        });
    };
    let rows = first.rows;
    let half = |error: f64| t_quantile(1.0 - (1.0 - told.confidence) / 2.0, (BLOCKS - 1) as f64) * error;
    let (mut classes, mut numbers) = (Vec::new(), Vec::new());
    for (seen, found) in known {
        let (name, parameters) = (seen.name, seen.parameters);
        match found.found {
            Found::Classes(of_classes) => classes.push(One { name, parameters, rows: found.rows, found: *of_classes }),
            Found::Numbers(of_numbers) => numbers.push(One { name, parameters, rows: found.rows, found: of_numbers }),
        }
    }
    let mut result = if classes.is_empty() { of_numbers(&numbers, told) } else { of_classes(&classes, told, &half) };
    result.probe = ABOUT.name.to_owned();
    result.notes.splice(0..0, missing);
    result.notes.push(format!("Measured on {rows} validation rows of the first repeat. What is fitted is judged on parts of them that it was not fitted to."));
    if rows < FEW {
        let chance = if classes.is_empty() { "the width of an interval" } else { "a calibration error" };
        result.notes.push(format!("{rows} rows are few: below {FEW} much of {chance} is chance."));
    }
    Some(result)
}

fn error_of(found: &Measured) -> f64 {
    jackknife_error(&found.without)
}

/// Whether one is too sure, or not sure enough, with the temperature.
fn sureness(one: &One<'_, ClassFigures>, half: &dyn Fn(f64) -> f64) -> String {
    let heat = &one.found.heat;
    let reach = half(error_of(heat));
    let name = one.name;
    let stated = &one.found.stated;
    let off = format!("its stated confidence is off by {:.3} in the mean (ECE)", stated.width.value);
    if !one.tells_temperature() {
        format!("{name}: {off}; it makes too few errors to say whether it is too sure.")
    } else if heat.value - reach > 0.0 {
        format!("{name} is too sure: {off}.")
    } else if heat.value + reach < 0.0 {
        format!("{name} is right more often than it says: {off}.")
    } else {
        format!("{name} is neither too sure nor too unsure as a whole; {off}.")
    }
}

fn of_classes(all: &[One<'_, ClassFigures>], told: &Told<'_>, half: &dyn Fn(f64) -> f64) -> ProbeResult {
    let rows = all.first().map_or(0, |one| one.rows);
    let main = all.iter().find(|one| Some(one.name) == told.choice).or(all.last());
    let mut said: Vec<String> = main.map(|one| sureness(one, half)).into_iter().collect();
    said.extend(main.map(mended));
    if let [small, .., large] = all {
        said.push(compared((small, large), rows, half));
    }
    let line = |one: &One<'_, ClassFigures>| {
        let (stated, tempered, heat) = (&one.found.stated, &one.found.tempered, &one.found.heat);
        let temperature = heat.value.exp();
        // The interval of the logarithm, carried over (the delta method).
        let reach = temperature * half(error_of(heat));
        let answered = one.answered(MIDDLE, told.confidence);
        let fits = one.tells_temperature();
        vec![
            Cell::Text(one.name.to_owned()),
            Cell::Count(one.parameters),
            Cell::within(stated.width.value, half(error_of(&stated.width)), 3),
            if fits { Cell::within(temperature, reach, 2) } else { Cell::Unknown },
            Cell::number(fits.then_some(tempered.width.value), 3),
            Cell::number(Some(stated.loss.value), 3),
            Cell::number(fits.then_some(tempered.loss.value), 3),
            Cell::number(Some(stated.brier), 3),
            Cell::number(answered, 3),
        ]
    };
    let answered = format!("answered at {} %", WANTED[MIDDLE] * 100.0);
    let columns = [
        "size",
        "parameters",
        "ECE",
        "temperature",
        "ECE tempered",
        "log loss",
        "tempered",
        "Brier",
        answered.as_str(),
    ];
    ProbeResult {
        said: said.join(" "),
        columns: columns.map(str::to_owned).to_vec(),
        lines: all.iter().map(line).collect(),
        tables: vec![variants(all), selective(all), bins(all)],
        panels: panels(all, told),
        notes: answered_notes(all, told),
        ..ProbeResult::default()
    }
}

/// Of whom it is not told how many rows can be answered.
fn answered_notes(all: &[One<'_, ClassFigures>], told: &Told<'_>) -> Vec<String> {
    let short = all.iter().filter(|one| one.answered(MIDDLE, told.confidence).is_none()).map(|one| one.name);
    let short: Vec<&str> = short.collect();
    if short.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "How many rows can be answered at {} % is not known for {}: the answers surer than the threshold did not reach it on rows that had no part in it, or \
         are fewer than {ANSWERS}.",
        WANTED[MIDDLE] * 100.0,
        short.join(", ")
    )]
}

/// What a temperature does to one, on rows that it was not fitted to.
fn mended(one: &One<'_, ClassFigures>) -> String {
    let (stated, tempered) = (&one.found.stated, &one.found.tempered);
    let gains: Vec<f64> =
        stated.loss.without.iter().zip(&tempered.loss.without).map(|(before, after)| before - after).collect();
    let (gain, heat) = (stated.loss.value - tempered.loss.value, one.found.heat.value.exp());
    if !one.tells_temperature() {
        format!("No temperature is told: that takes {ERRORS} wrong answers and as many right ones.")
    } else if gain > 2.0 * jackknife_error(&gains) {
        format!(
            "Dividing its log-odds by a temperature of {heat:.2} mends that: ECE {:.3}, log loss {:.3} in place of {:.3}.",
            tempered.width.value, tempered.loss.value, stated.loss.value
        )
    } else {
        "A temperature brings nothing that is sure.".to_owned()
    }
}

/// Whether the largest states its confidence better than the smallest.
fn compared(
    (small, large): (&One<'_, ClassFigures>, &One<'_, ClassFigures>),
    rows: u64,
    half: &dyn Fn(f64) -> f64,
) -> String {
    if rows < FEW {
        return format!("{rows} rows are too few to compare the calibration of sizes.");
    }
    // Both ways to cut rows into bins have to say the same: what one alone says hangs on where its bins end.
    let by_mass = large.found.stated.mass - small.found.stated.mass;
    let (own, other) = (&large.found.stated.width, &small.found.stated.width);
    let apart: Vec<f64> = own.without.iter().zip(&other.without).map(|(own, other)| own - other).collect();
    let (difference, reach) = (own.value - other.value, half(jackknife_error(&apart)));
    let told = format!("{:.3} ± {reach:.3}", difference.abs());
    let (small, large) = (small.name, large.name);
    if difference - reach > 0.0 && by_mass > 0.0 {
        format!(
            "The largest of these, {large}, is worse calibrated than the smallest, {small}: its ECE is higher by {told}."
        )
    } else if difference + reach < 0.0 && by_mass < 0.0 {
        format!(
            "The largest of these, {large}, is better calibrated than the smallest, {small}: its ECE is lower by {told}."
        )
    } else {
        format!(
            "Between the largest of these, {large}, and the smallest, {small}, no difference in calibration is shown ({told})."
        )
    }
}

/// Every error of every way to state probabilities.
fn variants(all: &[One<'_, ClassFigures>]) -> ProbeTable {
    let columns = ["size", "probabilities", "ECE", "ECE equal mass", "Brier", "log loss"];
    let lines = all.iter().flat_map(|one| {
        let found = &one.found;
        let ways = [
            ("as stated", Some(&found.stated)),
            ("tempered", Some(&found.tempered).filter(|_| one.tells_temperature())),
            ("isotonic", found.isotonic.as_ref()),
        ];
        ways.into_iter().filter_map(move |(name, errors)| {
            let errors = errors?;
            let numbers = [errors.width.value, errors.mass, errors.brier, errors.loss.value];
            let words = [one.name, name].map(|word| Cell::Text(word.to_owned()));
            Some(words.into_iter().chain(numbers.map(|value| Cell::number(Some(value), 4))).collect())
        })
    });
    ProbeTable {
        title: "Errors of the probabilities as stated, tempered, and on an isotonic curve".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        lines: lines.collect(),
    }
}

/// How many rows can be answered at which accuracy.
fn selective(all: &[One<'_, ClassFigures>]) -> ProbeTable {
    let columns = ["size", "accuracy wanted", "answered", "accuracy of the answers"];
    let line = |name: &str, found: &Answered| {
        let numbers = [Some(found.wanted), Some(found.share), found.accuracy];
        let cells = numbers.into_iter().map(|value| Cell::number(value, 3));
        std::iter::once(Cell::Text(name.to_owned())).chain(cells).collect()
    };
    ProbeTable {
        title: "Answering only the surest rows".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        lines: all.iter().flat_map(|one| one.found.answered.iter().map(|found| line(one.name, found))).collect(),
    }
}

/// The reliability curves.
fn bins(all: &[One<'_, ClassFigures>]) -> ProbeTable {
    let columns = ["size", "rows", "mean confidence", "right"];
    let lines = all.iter().flat_map(|one| {
        one.found.bins.iter().map(|bin| {
            vec![
                Cell::Text(one.name.to_owned()),
                Cell::Count(bin.rows),
                Cell::number(Some(bin.confidence), 3),
                Cell::number(Some(bin.accuracy), 3),
            ]
        })
    });
    ProbeTable {
        title: "Reliability: how often answers of each confidence are right".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        lines: lines.collect(),
    }
}

fn over_sizes<T>(all: &[One<'_, T>], name: &str, pick: impl Fn(&T) -> Option<f64>) -> PanelLine {
    let point = |one: &One<'_, T>| Some(PanelPoint { x: one.parameters as f64, y: pick(&one.found)? });
    PanelLine { name: name.to_owned(), points: all.iter().filter_map(point).collect() }
}

fn panels(all: &[One<'_, ClassFigures>], told: &Told<'_>) -> Vec<Panel> {
    let two = |title: &str, stated: fn(&ClassFigures) -> f64, tempered: fn(&ClassFigures) -> f64| Panel {
        title: title.to_owned(),
        across: "parameters".to_owned(),
        logarithmic: true,
        lines: vec![
            over_sizes(all, "as stated", |found| Some(stated(found))),
            PanelLine {
                name: "tempered".to_owned(),
                points: all
                    .iter()
                    .filter(|one| one.tells_temperature())
                    .map(|one| PanelPoint { x: one.parameters as f64, y: tempered(&one.found) })
                    .collect(),
            },
        ],
    };
    let answered = |at: usize| PanelLine {
        name: format!("at {} %", WANTED[at] * 100.0),
        points: all
            .iter()
            .filter_map(|one| Some(PanelPoint { x: one.parameters as f64, y: one.answered(at, told.confidence)? }))
            .collect(),
    };
    let curve = |one: &One<'_, ClassFigures>| PanelLine {
        name: one.name.to_owned(),
        points: one.found.bins.iter().map(|bin| PanelPoint { x: bin.confidence, y: bin.accuracy }).collect(),
    };
    let mut panels = vec![
        two("calibration error (ECE)", |found| found.stated.width.value, |found| found.tempered.width.value),
        two("log loss", |found| found.stated.loss.value, |found| found.tempered.loss.value),
        two("Brier score", |found| found.stated.brier, |found| found.tempered.brier),
        Panel {
            title: "share of rows that can be answered".to_owned(),
            across: "parameters".to_owned(),
            logarithmic: true,
            lines: (0..WANTED.len()).map(answered).collect(),
        },
    ];
    if all.len() < 2 {
        panels.clear();
    }
    panels.push(Panel {
        title: "reliability".to_owned(),
        across: "stated confidence".to_owned(),
        logarithmic: false,
        lines: all.iter().map(curve).collect(),
    });
    panels
}

fn of_numbers(all: &[One<'_, Vec<Interval>>], told: &Told<'_>) -> ProbeResult {
    let main = all.iter().find(|one| Some(one.name) == told.choice).or(all.last());
    let percent = COVERAGES[MIDDLE] * 100.0;
    let said = main.and_then(|one| {
        let found = one.found.get(MIDDLE)?;
        Some(match found.half {
            Some(half) => format!(
                "To hold the truth in {percent} of 100 rows, an interval around the answers of {} has to reach {} to both sides; such intervals held {:.1} % of rows that they were not fitted to.",
                one.name,
                figure(half),
                found.held * 100.0
            ),
            None => format!("There are too few rows for an interval that holds the truth in {percent} of 100 rows."),
        })
    });
    let line = |one: &One<'_, Vec<Interval>>| {
        let mut cells = vec![Cell::Text(one.name.to_owned()), Cell::Count(one.parameters)];
        for found in &one.found {
            cells.push(found.half.map_or(Cell::Unknown, |half| Cell::Text(format!("± {}", figure(half)))));
            cells.push(Cell::number(Some(found.held), 3));
        }
        cells
    };
    let mut columns = vec!["size".to_owned(), "parameters".to_owned()];
    for wanted in COVERAGES {
        columns.extend([format!("{} % interval", wanted * 100.0), "held".to_owned()]);
    }
    let width = |at: usize| {
        over_sizes(all, &format!("{} %", COVERAGES[at] * 100.0), move |found: &Vec<Interval>| found.get(at)?.half)
    };
    let widths = Panel {
        title: "half the width of an interval".to_owned(),
        across: "parameters".to_owned(),
        logarithmic: true,
        lines: (0..COVERAGES.len()).map(width).collect(),
    };
    ProbeResult {
        said: said.unwrap_or_default(),
        columns,
        lines: all.iter().map(line).collect(),
        panels: vec![widths],
        ..ProbeResult::default()
    }
}

/// A number in the target's unit with four digits that count.
fn figure(value: f64) -> String {
    let decimals = if value > 0.0 { (3.0 - value.log10().floor()).clamp(0.0, 9.0) as usize } else { 0 };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::super::look::tests::sharpened;
    use super::*;
    use crate::metric::Metric;
    use crate::probe::Figures;

    fn told(figures: &[Figures]) -> ProbeResult {
        let names = ["small", "large"];
        let seen: Vec<Seen<'_>> = figures
            .iter()
            .zip(names)
            .zip([10, 1_000])
            .map(|((figures, name), parameters)| Seen { name, parameters, figures: Some(figures), why: "" })
            .collect();
        let told = Told { metric: Metric::Accuracy, confidence: 0.95, choice: Some("large"), classes: &[] };
        tell(&seen, &told).expect("told")
    }

    #[test]
    fn a_sharpened_copy_is_flagged_and_a_calibrated_model_seldom_is() {
        let mut flagged = [0, 0];
        for draw in 0..100 {
            let found = [1.0, 0.6].map(|by| Figures::of(&sharpened(600, by, draw)).expect("kept"));
            let [honest, sharp] = [&found[..1], &found[1..]].map(|figures| {
                // One alone is the last, and so the one that is told of.
                told(figures).said
            });
            flagged[0] += u32::from(honest.contains("is too sure") || honest.contains("right more often than it says"));
            flagged[1] += u32::from(sharp.contains("small is too sure"));
        }
        // Two-sided 5 %: 5 of 100 are expected, 12 are three standard errors more.
        assert!(flagged[0] <= 12 && flagged[1] >= 95, "{flagged:?}");
    }

    #[test]
    fn sizes_are_compared_and_few_rows_are_said_to_be_few() {
        let found = [1.0, 0.3].map(|by| Figures::of(&sharpened(250, by, 3)).expect("kept"));
        let result = told(&found);
        assert!(result.said.contains("250 rows are too few to compare the calibration of sizes."), "{}", result.said);
        let more = told(&[1.0, 0.3].map(|by| Figures::of(&sharpened(600, by, 3)).expect("kept")));
        assert!(
            more.said.contains("The largest of these, large, is worse calibrated than the smallest, small"),
            "{}",
            more.said
        );
        assert!(result.said.contains("temperature of") && result.said.contains("mends that"), "{}", result.said);
        assert!(result.notes.iter().any(|note| note.starts_with("250 rows are few")), "{:?}", result.notes);
        assert_eq!((result.lines.len(), result.lines[0].len()), (2, result.columns.len()));
        // Below 1,000 rows there is no isotonic curve.
        assert_eq!(result.tables[0].lines.len(), 4);
    }

    #[test]
    fn intervals_are_told_in_the_unit_of_the_target() {
        let interval = |wanted, half| Interval { wanted, half, held: 0.9 };
        let found = Found::Numbers(vec![interval(0.8, Some(1.0)), interval(0.9, Some(12_345.6)), interval(0.95, None)]);
        let result = told(&[Figures::of(&Calibrated { rows: 900, found }).expect("kept")]);
        assert!(
            result.said.contains("around the answers of small has to reach 12346 to both sides"),
            "{}",
            result.said
        );
        assert_eq!(result.lines[0][6], Cell::Unknown);
    }
}
