//! Error slices: rows with something in common on which a model does surely worse than on the others.
//!
//! Slices are cut along each column: the levels of a category, its rare values together, quarters of its numbers, quarters of the length of its texts, the
//! missing cells, and the classes of the target. Each is compared with all other rows, where copies of a row and rows of one group
//! count as one for the error, at a confidence divided among all that are looked at (Bonferroni), so that none of those named is
//! expected to be there by chance.

use std::collections::BTreeMap;

use super::row_scores::{FEWEST, RowScores};
use super::{Cell, Probe, ProbeResult, ProbeTable, Subject};
use crate::data::{Column, Dataset, MISSING, Target, Values};
use crate::metric::Metric;
use crate::stats::Estimate;
use crate::study::{ProbeAbout, ProbeTakes};

/// The probe.
pub(super) struct ErrorSlices;

static ABOUT: ProbeAbout = ProbeAbout {
    name: "error-slices",
    title: "Where it errs",
    summary: "rows with something in common on which the model does surely worse than on the others",
    takes: ProbeTakes::Flag,
};

/// Parts that numbers and lengths are cut into.
const PARTS: usize = 4;
/// A value that less than one row in so many holds is rare.
const RARE: usize = 100;
/// The most characters of a level.
const LONGEST: usize = 60;
/// The most slices that are named.
const NAMED: usize = 10;

impl Probe for ErrorSlices {
    fn about(&self) -> &'static ProbeAbout {
        &ABOUT
    }

    fn run(&self, subject: &Subject<'_>) -> Option<ProbeResult> {
        let measured = RowScores::of(subject)?;
        let slices = slices(subject.dataset, &measured.rows);
        let compared: Vec<Compared> = slices.into_iter().filter_map(|slice| measured.compare(slice)).collect();
        let looked_at = compared.len();
        let each = 1.0 - (1.0 - subject.confidence) / looked_at.max(1) as f64;
        // The gravest first: what its rows cost all rows together.
        let mut compared = compared;
        compared.sort_by(|a, b| a.cost().total_cmp(&b.cost()).then_with(|| a.slice.name.cmp(&b.slice.name)));
        let worse: Vec<&Compared> = compared.iter().filter(|one| one.difference.interval(each).1 < 0.0).collect();
        let found = worse.len();
        let metric = measured.metric;
        let line = |one: &Compared| {
            vec![
                Cell::Text(one.slice.name.clone()),
                Cell::Count(one.rows),
                Cell::Quality { metric, value: one.inside },
                Cell::Quality { metric, value: one.outside },
                Cell::Difference { metric, estimate: one.difference.clone(), confidence: each },
            ]
        };
        let candidate = subject.candidate.to_owned();
        let counted = Counted { looked_at, found };
        let said = said(&candidate, &measured, &counted, subject.confidence);
        let columns = ["rows where", "rows", metric.title(), "on the others", "worse by"];
        Some(ProbeResult {
            probe: ABOUT.name.to_owned(),
            candidate,
            said,
            columns: columns.map(str::to_owned).to_vec(),
            lines: worse.into_iter().take(NAMED).map(line).collect(),
            tables: (looked_at > 0).then(|| every(&compared, metric, each)).into_iter().collect(),
            ..ProbeResult::default()
        })
    }
}

/// Every part that was compared, from what costs most to what is better than the rest: also those that are not surely worse.
fn every(compared: &[Compared], metric: Metric, each: f64) -> ProbeTable {
    let line = |one: &Compared| {
        let (low, high) = one.difference.interval(each);
        vec![
            Cell::Text(one.slice.name.clone()),
            Cell::Count(one.rows),
            Cell::Quality { metric, value: one.inside },
            Cell::within(one.difference.point, (high - low) / 2.0, 3),
        ]
    };
    ProbeTable {
        title: "Every part that was looked at, with what it is better by than the other rows".to_owned(),
        columns: ["rows where", "rows", metric.title(), "better by"].map(str::to_owned).to_vec(),
        lines: compared.iter().map(line).collect(),
    }
}

/// How many slices there are.
struct Counted {
    /// Those that were compared with the other rows.
    looked_at: usize,
    /// Those of them that are surely worse.
    found: usize,
}

fn said(candidate: &str, measured: &RowScores, counted: &Counted, confidence: f64) -> String {
    let Counted { looked_at, found } = *counted;
    let percent = confidence * 100.0;
    let digits = if (percent - percent.round()).abs() < 1e-9 { 0 } else { 1 };
    let by = format!("by {} ({percent:.digits$} % for all of them together)", measured.metric.title());
    let parts = if looked_at == 1 { "1 part".to_owned() } else { format!("{looked_at} parts") };
    let apart = measured.apart();
    match (looked_at, found) {
        (0, _) if apart < measured.rows.len() => format!(
            "The {} validation rows make up only {apart} independent ones (rows of one group and copies count as one). To say where {candidate} errs, at least {FEWEST} are needed in a part and outside it.",
            measured.rows.len()
        ),
        (0, _) => format!("There are too few validation rows to look for rows on which {candidate} errs more often."),
        (_, 0) => {
            format!("Of {parts} of the validation rows none is surely worse for {candidate} than the others, {by}.")
        }
        _ => format!(
            "Of {parts} of the validation rows {} surely worse for {candidate} than the others, {by}.{}",
            if found == 1 { "1 is".to_owned() } else { format!("{found} are") },
            if found > NAMED { format!(" The {NAMED} that cost most are shown.") } else { String::new() }
        ),
    }
}

impl RowScores {
    /// A slice beside all other rows; none where one of them has too few. The difference of two means with a standard error that
    /// is robust to rows of one unit going together (Liang & Zeger 1986), whether they stand in one part or in both.
    fn compare(&self, slice: Slice) -> Option<Compared> {
        let mean_of = |inside: bool| {
            let own = || self.scores.iter().zip(&slice.inside).filter(move |(_, one)| **one == inside);
            own().map(|(score, _)| score).sum::<f64>() / own().count() as f64
        };
        let (inside, outside) = (mean_of(true), mean_of(false));
        let rows = slice.inside.iter().filter(|inside| **inside).count() as f64;
        let others = self.rows.len() as f64 - rows;
        // What each unit adds to the difference, and in which part it has rows.
        let mut units: BTreeMap<u32, (f64, bool, bool)> = BTreeMap::new();
        for ((score, unit), &is_inside) in self.scores.iter().zip(&self.units).zip(&slice.inside) {
            let added = units.entry(*unit).or_insert((0.0, false, false));
            added.0 += if is_inside { (score - inside) / rows } else { (outside - score) / others };
            added.1 |= is_inside;
            added.2 |= !is_inside;
        }
        let within = units.values().filter(|unit| unit.1).count();
        let without = units.values().filter(|unit| unit.2).count();
        if within < FEWEST || without < FEWEST {
            return None;
        }
        let all = units.len() as f64;
        let variance = units.values().map(|unit| unit.0.powi(2)).sum::<f64>() * all / (all - 1.0);
        // Two parts without any spread would be told apart by a rounding error.
        (variance > 0.0).then(|| Compared {
            rows: rows as u64,
            inside: self.metric.orient(inside),
            outside: self.metric.orient(outside),
            difference: Estimate {
                point: inside - outside,
                standard_error: variance.sqrt(),
                degrees_of_freedom: (within.min(without) - 1) as f64,
                repeats: 1,
                examples: within as u64,
                variance_repeats: 0.0,
                variance_examples: variance,
                gap: 0.0,
            },
            slice,
        })
    }
}

/// Rows with something in common.
struct Slice {
    /// What it is: `colour = red`.
    name: String,
    /// Whether each validated row is one of them.
    inside: Vec<bool>,
}

/// A slice beside the other rows.
struct Compared {
    slice: Slice,
    rows: u64,
    /// Quality in the metric's own direction.
    inside: f64,
    outside: f64,
    /// Inside minus outside, oriented.
    difference: Estimate,
}

impl Compared {
    fn cost(&self) -> f64 {
        self.difference.point * self.rows as f64
    }
}

fn slices(dataset: &Dataset, rows: &[u32]) -> Vec<Slice> {
    let mut slices: Vec<Slice> = dataset.columns.iter().flat_map(|column| of_column(column, rows)).collect();
    if let Target::Classes { labels, names } = &dataset.target {
        let label = |row: u32| labels.get(row as usize).copied();
        for (class, name) in names.iter().enumerate() {
            let inside = rows.iter().map(|row| label(*row) == Some(class as u32)).collect();
            slices.push(Slice { name: format!("{} = {}", dataset.target_name, short(name)), inside });
        }
    }
    slices
}

fn of_column(column: &Column, rows: &[u32]) -> Vec<Slice> {
    match &column.values {
        Values::Numbers(numbers) => {
            let of = |row: &u32| numbers.get(*row as usize).copied().unwrap_or(f64::NAN);
            parts(&column.name, &rows.iter().map(of).collect::<Vec<f64>>())
        }
        Values::Texts(texts) => {
            let words = |row: &u32| texts.get(*row as usize).map_or(0, |text| text.split_whitespace().count());
            let lengths: Vec<f64> = rows.iter().map(|row| words(row) as f64).collect();
            parts(&format!("words in {}", column.name), &lengths)
        }
        Values::Categories { codes, levels } => {
            let code = |row: &u32| codes.get(*row as usize).copied().unwrap_or(MISSING);
            let slice = |wanted: u32, name: String| Slice {
                name,
                inside: rows.iter().map(|row| code(row) == wanted).collect(),
            };
            let levels = levels.iter().enumerate();
            let mut slices: Vec<Slice> =
                levels.map(|(at, level)| slice(at as u32, format!("{} = {}", column.name, short(level)))).collect();
            slices.push(slice(MISSING, format!("{} is missing", column.name)));
            slices.extend(rare(column, codes, rows));
            slices
        }
    }
}

/// The rows of the rare values of a category together, each held by less than one row in [`RARE`]; none where no value is rare, or only one is,
/// which is a part of its own.
fn rare(column: &Column, codes: &[u32], rows: &[u32]) -> Option<Slice> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    codes.iter().filter(|code| **code != MISSING).for_each(|code| *counts.entry(*code).or_default() += 1);
    counts.retain(|_, count| *count * RARE < codes.len());
    let inside = |row: &u32| codes.get(*row as usize).is_some_and(|code| counts.contains_key(code));
    (counts.len() > 1).then(|| Slice {
        name: format!("{} is one of {} rare values", column.name, counts.len()),
        inside: rows.iter().map(inside).collect(),
    })
}

/// A level as a line of a table has it: not longer than that takes.
fn short(level: &str) -> String {
    if level.chars().count() <= LONGEST {
        return level.to_owned();
    }
    let kept: String = level.chars().take(LONGEST - 1).collect();
    format!("{kept}…")
}

/// Quarters of numbers by size, those between the same bounds together, and where they are missing.
fn parts(name: &str, numbers: &[f64]) -> Vec<Slice> {
    let mut sorted: Vec<f64> = numbers.iter().copied().filter(|number| number.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let mut bounds: Vec<f64> = (1..PARTS).filter_map(|part| sorted.get(sorted.len() * part / PARTS)).copied().collect();
    bounds.dedup();
    let mut slices = Vec::new();
    let slice = |name: String, inside: &dyn Fn(f64) -> bool| Slice {
        name,
        inside: numbers.iter().map(|number| inside(*number)).collect(),
    };
    if let (Some(first), Some(last)) = (bounds.first().copied(), bounds.last().copied()) {
        slices.push(slice(format!("{name} below {first}"), &|number| number < first));
        for pair in bounds.windows(2) {
            let (low, high) = (pair[0], pair[1]);
            slices.push(slice(format!("{name} from {low} to below {high}"), &|number| number >= low && number < high));
        }
        slices.push(slice(format!("{name} from {last}"), &|number| number >= last));
    }
    slices.push(slice(format!("{name} is missing"), &|number| number.is_nan()));
    slices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ColumnKind, Units, seed};
    use crate::metric::{ClassOutcomes, Outcomes};
    use crate::probe::Validated;
    use crate::study::TaskKind;

    /// What a candidate came to in its repeats, and which rows are no evidence apart.
    struct Kept {
        repeats: Vec<(Vec<u32>, Outcomes)>,
        units: Option<Units>,
    }

    /// A candidate that is right on these rows of as many, once a repeat.
    fn entry(repeats: &[Vec<bool>]) -> Kept {
        let one = |right: &Vec<bool>| {
            let mut outcomes = ClassOutcomes::new(2);
            for right in right {
                let chance = if *right { 0.9 } else { 0.1 };
                outcomes.push(0, &[chance, 1.0 - chance]).expect("two classes");
            }
            ((0..right.len() as u32).collect(), Outcomes::Classes(outcomes))
        };
        Kept { repeats: repeats.iter().map(one).collect(), units: None }
    }

    fn dataset(columns: Vec<Column>, rows: u32) -> Dataset {
        let target = Target::Classes { labels: vec![0; rows as usize], names: vec!["no".to_owned(), "yes".to_owned()] };
        Dataset::without_holdout(TaskKind::Classification, columns, target, rows)
    }

    fn colours(codes: Vec<u32>) -> Column {
        let levels = vec!["red".to_owned(), "blue".to_owned()];
        Column {
            name: "colour".to_owned(),
            kind: ColumnKind::Categorical,
            values: Values::Categories { codes, levels },
        }
    }

    fn run(entry: &Kept, dataset: &Dataset) -> ProbeResult {
        let repeats: Vec<Validated<'_>> =
            entry.repeats.iter().map(|(rows, outcomes)| Validated { rows, outcomes }).collect();
        let subject = Subject {
            candidate: "linear",
            repeats: &repeats,
            other: None,
            units: entry.units.as_ref(),
            dataset,
            slices: None,
            leads: true,
            metric: Metric::Auc,
            confidence: 0.95,
        };
        ErrorSlices.run(&subject).expect("measured")
    }

    #[test]
    fn a_level_on_which_the_model_errs_more_is_named_with_its_quality() {
        // 100 red rows, 40 of them wrong; 100 blue ones, 10 wrong.
        let right: Vec<bool> = (0..200).map(|row| if row < 100 { row % 10 >= 4 } else { row % 10 >= 1 }).collect();
        let data = dataset(vec![colours((0..200).map(|row| u32::from(row >= 100)).collect())], 200);
        let found = run(&entry(&[right]), &data);
        assert_eq!(found.lines.len(), 1, "{found:?}");
        let [
            Cell::Text(name),
            Cell::Count(rows),
            Cell::Quality { metric, value: inside },
            Cell::Quality { value: outside, .. },
            Cell::Difference { estimate: difference, confidence: each, .. },
        ] = found.lines[0].as_slice()
        else {
            panic!("{found:?}")
        };
        // AUC is of no row alone: rows are compared by how many are right.
        assert_eq!((name.as_str(), *rows, *metric), ("colour = red", 100, Metric::Accuracy));
        assert!((inside - 0.6).abs() < 1e-12 && (outside - 0.9).abs() < 1e-12);
        // 100 × 0.6 × 0.4 / 100² and 100 × 0.9 × 0.1 / 100², and 200 rows for 199: 0.0033 × 200 / 199.
        let error = (0.0033_f64 * 200.0 / 199.0).sqrt();
        assert!((difference.point + 0.3).abs() < 1e-12 && (difference.standard_error - error).abs() < 1e-12);
        // Two slices can be compared, red and blue: each at 1 − 0.05 / 2. (No row is missing, and all are of one class.)
        assert!((each - 0.975).abs() < 1e-12);
        assert!(
            found.said.starts_with("Of 2 parts of the validation rows 1 is surely worse for linear"),
            "{}",
            found.said
        );
    }

    #[test]
    fn a_row_that_several_repeats_validated_counts_once() {
        let right: Vec<bool> = (0..200).map(|row| if row < 100 { row % 10 >= 4 } else { row % 10 >= 1 }).collect();
        let data = dataset(vec![colours((0..200).map(|row| u32::from(row >= 100)).collect())], 200);
        let once = run(&entry(std::slice::from_ref(&right)), &data);
        assert_eq!(run(&entry(&[right.clone(), right.clone(), right]), &data), once);
    }

    #[test]
    fn rows_of_one_group_are_sliced_each_for_itself_and_count_as_one_for_the_error() {
        // 80 groups of a red and a blue row each, or of four: all rows of a group are right or wrong together.
        let of = |copies: usize| {
            let rows = 160 * copies;
            let right: Vec<bool> =
                (0..rows).map(|row| row % 2 == 1 || (row / (2 * copies)).is_multiple_of(2)).collect();
            let codes = (0..rows).map(|row| (row % 2) as u32).collect();
            let data = dataset(vec![colours(codes)], rows as u32);
            let groups: Vec<u32> = (0..rows).map(|row| (row / (2 * copies)) as u32).collect();
            let mut grouped = data.clone();
            grouped.groups = Some(groups);
            // Rows that count as one are found when data are read.
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("data.bin");
            grouped.write(&path).expect("written");
            let grouped = Dataset::read(&path).expect("read");
            let entry = Kept { units: grouped.units().map(|units| Units::clone(units)), ..entry(&[right]) };
            run(&entry, &data)
        };
        let (once, twice) = (of(1), of(2));
        for (found, rows) in [(&once, 80), (&twice, 160)] {
            assert_eq!(found.lines.len(), 1, "{found:?}");
            assert!(
                matches!(&found.lines[0][..3], [Cell::Text(name), Cell::Count(count), Cell::Quality { value: quality, .. }]
                if name == "colour = red" && *count == rows && (quality - 0.5).abs() < 1e-12),
                "{found:?}"
            );
        }
        // 80 groups of ± 0.5 / 80 each: 80 × 0.00625² × 80 / 79; each row twice within its group tells nothing new.
        let error = (80.0 * 0.00625_f64.powi(2) * 80.0 / 79.0).sqrt();
        assert!(
            matches!(&once.lines[0][4], Cell::Difference { estimate: one, .. } if (one.standard_error - error).abs() < 1e-12)
        );
        assert_eq!(once.lines[0][4], twice.lines[0][4]);
    }

    #[test]
    fn numbers_are_cut_into_quarters_and_missing_cells_stand_for_themselves() {
        let numbers: Vec<f64> = (0..240).map(|row| if row < 200 { f64::from(row) } else { f64::NAN }).collect();
        let names: Vec<String> = parts("age", &numbers).into_iter().map(|slice| slice.name).collect();
        assert_eq!(
            names,
            ["age below 50", "age from 50 to below 100", "age from 100 to below 150", "age from 150", "age is missing"]
        );
        let sizes: Vec<usize> =
            parts("age", &numbers).iter().map(|slice| slice.inside.iter().filter(|inside| **inside).count()).collect();
        assert_eq!(sizes, [50, 50, 50, 50, 40]);
        // Where half of the numbers are the same there are fewer parts, and each row is in one of them.
        let same: Vec<f64> = (0..100).map(|row| f64::from(row.max(60))).collect();
        let slices = parts("x", &same);
        assert!((0..100).all(|row| slices.iter().filter(|slice| slice.inside[row]).count() == 1));
    }

    #[test]
    fn rare_values_are_looked_at_together() {
        // 40 values of five rows each among 1,000: a two hundredth, and all of them wrong; 800 rows of one value, one in ten wrong.
        let codes: Vec<u32> = (0..1_000).map(|row| if row < 200 { row % 40 } else { 40 }).collect();
        let levels = (0..41).map(|level| format!("v{level}")).collect();
        let column = Column {
            name: "town".to_owned(),
            kind: ColumnKind::Categorical,
            values: Values::Categories { codes, levels },
        };
        let right: Vec<bool> = (0..1_000).map(|row| row >= 200 && row % 10 > 0).collect();
        let found = run(&entry(&[right]), &dataset(vec![column], 1_000));
        let [Cell::Text(name), Cell::Count(rows), ..] = found.lines[0].as_slice() else { panic!("{found:?}") };
        assert_eq!((name.as_str(), *rows), ("town is one of 40 rare values", 200));
        // The other part is the value of the 800, which is better: it stands among all parts alone.
        assert_eq!((found.lines.len(), found.tables[0].lines.len()), (1, 2));
    }

    #[test]
    fn a_planted_slice_is_found_before_all_others() {
        use rand::Rng as _;
        let mut first = 0;
        for draw in 0..100 {
            let mut random = seed::generator(draw, "planted", 0);
            let codes: Vec<u32> = (0..800).map(|_| u32::from(random.random_bool(0.15))).collect();
            let right = codes.iter().map(|code| random.random_bool(if *code == 1 { 0.6 } else { 0.85 })).collect();
            let noise = Values::Numbers((0..800).map(|_| random.random::<f64>()).collect());
            let noise = Column { name: "x".to_owned(), kind: ColumnKind::Numeric, values: noise };
            let found = run(&entry(&[right]), &dataset(vec![noise, colours(codes)], 800));
            first +=
                usize::from(found.lines.first().is_some_and(|line| line[0] == Cell::Text("colour = blue".to_owned())));
        }
        // 120 rows: a difference of 0.25 with an error of 0.047, at 2.5 % over six parts (z = 2.6): a power of 0.997.
        assert!(first >= 95, "{first} of 100");
    }

    #[test]
    fn errors_at_random_are_seldom_taken_for_a_slice() {
        use rand::Rng as _;
        let mut random = seed::generator(7, "slices", 0);
        let mut named = 0;
        for _ in 0..200 {
            let right: Vec<bool> = (0..400).map(|_| random.random_bool(0.8)).collect();
            let column = |random: &mut dyn rand::RngCore| Column {
                name: "x".to_owned(),
                kind: ColumnKind::Numeric,
                values: Values::Numbers((0..400).map(|_| random.random::<f64>()).collect()),
            };
            let columns = (0..5).map(|_| column(&mut random)).collect();
            named += usize::from(!run(&entry(&[right]), &dataset(columns, 400)).lines.is_empty());
        }
        // Twenty quarters at one-sided 2.5 % together: 5 of 200 are expected, 12 are four standard errors more.
        assert!(named <= 12, "{named} of 200");
    }

    #[test]
    fn too_few_rows_are_said_to_be_too_few() {
        let data = dataset(vec![colours(vec![0; 40])], 40);
        let found = run(&entry(&[vec![true; 40]]), &data);
        assert!(
            found.lines.is_empty() && found.said.starts_with("There are too few validation rows"),
            "{}",
            found.said
        );
    }
}
