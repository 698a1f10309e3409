//! Quality by class, what is taken for what, and the rows on which a candidate and the one that it is compared with differ.
//!
//! A row that several repeats validated counts once: with the share of them that says each class.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cell, Probe, ProbeResult, ProbeTable, Subject, Validated};
use crate::data::{Target, Units, Values};
use crate::metric::{ClassOutcomes, Outcomes};
use crate::stats::wilson;
use crate::study::{ProbeAbout, ProbeTakes};

/// The probe.
pub(super) struct Classes;

static ABOUT: ProbeAbout = ProbeAbout {
    name: "classes",
    title: "Class by class",
    summary: "how many rows of each class are found, which classes are taken for which, and the rows on which choice and reference differ",
    takes: ProbeTakes::Flag,
};

/// Most mistakes and rows that are listed, and characters of a cell of those.
const LISTED: usize = 20;
const LONGEST: usize = 80;

impl Probe for Classes {
    fn about(&self) -> &'static ProbeAbout {
        &ABOUT
    }

    fn run(&self, subject: &Subject<'_>) -> Option<ProbeResult> {
        let Target::Classes { names, .. } = &subject.dataset.target else { return None };
        let said = Said::of(subject.repeats)?;
        let name = |class: u32| names.get(class as usize).cloned().unwrap_or_else(|| "another".to_owned());
        let mut counted: Vec<OfClass> =
            (0..names.len() as u32).map(|class| said.of_class(class, subject.units)).collect();
        counted.retain(|one| one.rows > 0);
        counted.sort_by(|a, b| a.found.total_cmp(&b.found).then(a.class.cmp(&b.class)));
        let line = |one: &OfClass| {
            // The interval of a share of so many rows; copies, and rows of one group, are one.
            let (low, high) = wilson((one.found * one.units as f64).round() as u64, one.units, subject.confidence);
            vec![
                Cell::Text(name(one.class)),
                Cell::Count(one.rows),
                Cell::number(Some(one.found), 3),
                Cell::Text(format!("{low:.3} to {high:.3}")),
                Cell::number(one.right, 3),
            ]
        };
        let worst = counted.first()?;
        let mut told = if worst.found < 1.0 {
            format!(
                "Of the {} rows of class {} {} finds {:.1} %, the least of {} classes.",
                worst.rows,
                name(worst.class),
                subject.candidate,
                worst.found * 100.0,
                counted.len()
            )
        } else {
            format!("{} finds every row of all {} classes.", subject.candidate, counted.len())
        };
        let mistakes = said.mistakes();
        if let Some((truth, taken, rows)) = mistakes.first() {
            told.push_str(&format!(
                " Most often {} is taken for {} ({rows:.1} rows{}).",
                name(*truth),
                name(*taken),
                if subject.repeats.len() > 1 { " in the mean over repeats" } else { "" }
            ));
        }
        let mut tables = vec![confusions(&mistakes, &name)];
        if let Some(other) = subject.other {
            let differing = Said::of(other.repeats).map(|theirs| said.differing(&theirs)).unwrap_or_default();
            let lost = differing.iter().filter(|one| one.gain < 0.0).count();
            told.push_str(&format!(
                " It does worse than {} on {lost} rows and better on {}.",
                other.candidate,
                differing.len() - lost
            ));
            tables.push(differences(subject, other.candidate, &differing, &name));
        }
        Some(ProbeResult {
            probe: ABOUT.name.to_owned(),
            candidate: subject.candidate.to_owned(),
            said: told,
            columns: ["class", "rows", "found", "interval", "right where said"].map(str::to_owned).to_vec(),
            lines: counted.iter().map(line).collect(),
            tables,
            ..ProbeResult::default()
        })
    }
}

/// A class as a candidate knows it.
struct OfClass {
    class: u32,
    /// Rows of it.
    rows: u64,
    /// Those that are evidence apart.
    units: u64,
    /// Share of them that is found (recall).
    found: f64,
    /// Share of the rows that are taken for it that are of it (precision); none where none is.
    right: Option<f64>,
}

/// What a candidate says of each row.
struct Said {
    /// By row: its class, and what each repeat that validated it said.
    rows: BTreeMap<u32, (u32, Vec<u32>)>,
}

/// A row on which two candidates differ.
struct Differing {
    row: u32,
    /// Share of repeats in which the first is right, less that of the other.
    gain: f64,
    truth: u32,
    own: u32,
    theirs: u32,
}

impl Said {
    fn of(repeats: &[Validated<'_>]) -> Option<Self> {
        let mut rows: BTreeMap<u32, (u32, Vec<u32>)> = BTreeMap::new();
        for repeat in repeats {
            let Outcomes::Classes(ClassOutcomes { truth, predicted, .. }) = repeat.outcomes else { return None };
            for ((row, truth), said) in repeat.rows.iter().zip(truth).zip(predicted) {
                rows.entry(*row).or_insert((*truth, Vec::new())).1.push(*said);
            }
        }
        (!rows.is_empty()).then_some(Self { rows })
    }

    fn of_class(&self, class: u32, units: Option<&Units>) -> OfClass {
        let share = |said: &[u32]| said.iter().filter(|one| **one == class).count() as f64 / said.len() as f64;
        let own = || self.rows.values().filter(|(truth, _)| *truth == class);
        let hits: f64 = own().map(|(_, said)| share(said)).sum();
        let taken: f64 = self.rows.values().map(|(_, said)| share(said)).sum();
        let rows = own().count() as u64;
        let unit = |row: &u32| units.and_then(|units| units.of_rows().get(*row as usize)).copied().unwrap_or(*row);
        let of_class = self.rows.iter().filter(|(_, (truth, _))| *truth == class).map(|(row, _)| unit(row));
        let units = of_class.collect::<BTreeSet<u32>>().len() as u64;
        OfClass { class, rows, units, found: hits / rows.max(1) as f64, right: (taken > 0.0).then(|| hits / taken) }
    }

    /// Which class is taken for which, and in how many rows, the most frequent first.
    fn mistakes(&self) -> Vec<(u32, u32, f64)> {
        let mut counts: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for (truth, said) in self.rows.values() {
            for one in said.iter().filter(|one| *one != truth) {
                *counts.entry((*truth, *one)).or_default() += 1.0 / said.len() as f64;
            }
        }
        let mut found: Vec<(u32, u32, f64)> =
            counts.into_iter().map(|((truth, taken), rows)| (truth, taken, rows)).collect();
        found.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
        found
    }

    /// The rows on which one of both is right more often, the first one's worst before all.
    fn differing(&self, other: &Self) -> Vec<Differing> {
        let right =
            |truth: u32, said: &[u32]| said.iter().filter(|one| **one == truth).count() as f64 / said.len() as f64;
        let one = |(row, (truth, own)): (&u32, &(u32, Vec<u32>))| {
            let (_, theirs) = other.rows.get(row)?;
            let gain = right(*truth, own) - right(*truth, theirs);
            (gain.abs() > 1e-9).then(|| Differing { row: *row, gain, truth: *truth, own: own[0], theirs: theirs[0] })
        };
        let mut found: Vec<Differing> = self.rows.iter().filter_map(one).collect();
        found.sort_by(|a, b| a.gain.total_cmp(&b.gain).then(a.row.cmp(&b.row)));
        found
    }
}

fn confusions(mistakes: &[(u32, u32, f64)], name: &dyn Fn(u32) -> String) -> ProbeTable {
    let line = |(truth, taken, rows): &(u32, u32, f64)| {
        vec![Cell::Text(name(*truth)), Cell::Text(name(*taken)), Cell::number(Some(*rows), 1)]
    };
    ProbeTable {
        title: format!("What is taken for what{}", listed(mistakes.len())),
        columns: ["class", "taken for", "rows"].map(str::to_owned).to_vec(),
        lines: mistakes.iter().take(LISTED).map(line).collect(),
    }
}

/// How many of so many are listed, where not all are.
fn listed(all: usize) -> String {
    if all > LISTED { format!(" (the first {LISTED} of {all})") } else { String::new() }
}

/// Rows on which both differ: half of those listed are the candidate's losses, as far as there are so many.
fn differences(
    subject: &Subject<'_>,
    other: &str,
    differing: &[Differing],
    name: &dyn Fn(u32) -> String,
) -> ProbeTable {
    let lost = differing.iter().filter(|one| one.gain < 0.0).count();
    let gained = differing.len() - lost;
    let losses = lost.min(LISTED.saturating_sub(gained.min(LISTED / 2)));
    let gains = gained.min(LISTED - losses);
    let chosen = differing.iter().take(losses).chain(differing.iter().rev().take(gains));
    let line = |one: &Differing| {
        vec![
            Cell::Text(input(subject, one.row)),
            Cell::Text(name(one.truth)),
            Cell::Text(name(one.own)),
            Cell::Text(name(one.theirs)),
        ]
    };
    ProbeTable {
        title: format!("Rows on which {} and {other} differ{}", subject.candidate, listed(differing.len())),
        columns: ["row", "class", subject.candidate, other].map(str::to_owned).to_vec(),
        lines: chosen.map(line).collect(),
    }
}

/// What stands in a row, shortened.
fn input(subject: &Subject<'_>, row: u32) -> String {
    let text =
        |values: &Values| if let Values::Texts(texts) = values { texts.get(row as usize).cloned() } else { None };
    let cells = subject.dataset.columns.iter();
    let cells: Vec<String> = match cells.clone().find_map(|column| text(&column.values)) {
        Some(text) => vec![text],
        None => cells
            .zip(subject.dataset.raw_row(row))
            .filter_map(|(column, cell)| Some(format!("{} {}", column.name, cell?)))
            .collect(),
    };
    let whole = cells.join(", ");
    if whole.chars().count() <= LONGEST {
        return whole;
    }
    format!("{}…", whole.chars().take(LONGEST - 1).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Column, ColumnKind, Dataset};
    use crate::metric::Metric;
    use crate::probe::Other;
    use crate::study::TaskKind;

    fn outcomes(truth: &[u32], said: &[u32]) -> Outcomes {
        let mut found = ClassOutcomes::new(3);
        for (truth, said) in truth.iter().zip(said) {
            let shares: Vec<f32> = (0..3).map(|class| if class == *said { 0.8 } else { 0.1 }).collect();
            found.push(*truth, &shares).expect("three classes");
        }
        Outcomes::Classes(found)
    }

    fn run(own: &[&[u32]], theirs: &[u32]) -> ProbeResult {
        let truth = [0, 0, 0, 0, 1, 1, 2, 2];
        let texts = (0..8).map(|row| format!("text {row}")).collect();
        let column = Column { name: "t".to_owned(), kind: ColumnKind::Text, values: Values::Texts(texts) };
        let names = ["a", "b", "c"].map(str::to_owned).to_vec();
        let target = Target::Classes { labels: truth.to_vec(), names };
        let dataset = Dataset::without_holdout(TaskKind::TextClassification, vec![column], target, 8);
        let rows: Vec<u32> = (0..8).collect();
        let found: Vec<Outcomes> = own.iter().map(|said| outcomes(&truth, said)).collect();
        let repeats: Vec<Validated<'_>> = found.iter().map(|outcomes| Validated { rows: &rows, outcomes }).collect();
        let theirs = outcomes(&truth, theirs);
        let theirs = [Validated { rows: &rows, outcomes: &theirs }];
        let other = Some(Other { candidate: "large", repeats: &theirs });
        let subject = Subject {
            candidate: "small",
            repeats: &repeats,
            other,
            units: None,
            dataset: &dataset,
            slices: None,
            leads: true,
            metric: Metric::Accuracy,
            confidence: 0.95,
        };
        Classes.run(&subject).expect("classes")
    }

    #[test]
    fn classes_mistakes_and_differences_by_hand() {
        // Of a 3 of 4, of b 0 of 2 (both taken for c), of c both; the other errs on rows 1 and 4.
        let found = run(&[&[0, 0, 0, 1, 2, 2, 2, 2]], &[0, 1, 0, 0, 2, 1, 2, 2]);
        assert!(found.said.starts_with("Of the 2 rows of class b small finds 0.0 %, the least of 3 classes. Most often b is taken for c (2.0 rows)."), "{}", found.said);
        // Row 3 and 5 are lost, row 1 is won; row 4 both miss.
        assert!(found.said.ends_with("It does worse than large on 2 rows and better on 1."), "{}", found.said);
        let number = |value: f64| Cell::Number { value, half: None, decimals: 3 };
        // c: right in 2 of 4 where it is said.
        assert_eq!(
            (&found.lines[2][0], &found.lines[2][2], &found.lines[2][4]),
            (&Cell::Text("c".to_owned()), &number(1.0), &number(0.5))
        );
        let rows: Vec<&Cell> = found.tables[1].lines.iter().map(|line| &line[0]).collect();
        assert_eq!(rows, [3, 5, 1].map(|row| Cell::Text(format!("text {row}"))).iter().collect::<Vec<&Cell>>());
    }

    #[test]
    fn a_row_of_several_repeats_counts_once() {
        let once = run(&[&[0, 0, 0, 1, 2, 2, 2, 2]], &[0; 8]);
        let twice = run(&[&[0, 0, 0, 1, 2, 2, 2, 2], &[0, 0, 0, 1, 2, 2, 2, 2]], &[0; 8]);
        assert_eq!(once.lines, twice.lines);
        // Half of two repeats miss row 0: 2.5 of 4.
        let half = run(&[&[0, 0, 0, 1, 2, 2, 2, 2], &[1, 0, 0, 1, 2, 2, 2, 2]], &[0; 8]);
        assert_eq!(half.lines[1][2], Cell::Number { value: 0.625, half: None, decimals: 3 });
    }
}
