//! Slice by slice: quality on the rows of each value of a column that the study names, and whether choice and reference differ there.
//!
//! The column need not be an input: what models may not see (a region, a sex) is often what their errors are to be told apart by. The intervals hold for all
//! values together (Bonferroni), and rows of one unit count as one.

use super::row_scores::{FEWEST, RowScores};
use super::{Cell, Probe, ProbeResult, Subject};
use crate::metric::Metric;
use crate::stats::Estimate;
use crate::study::{ProbeAbout, ProbeTakes};

/// The probe.
pub(super) struct SliceBy;

static ABOUT: ProbeAbout = ProbeAbout {
    name: "slice-by",
    title: "Slice by slice",
    summary: "quality on the rows of each value of this column, an input or not, and whether choice and reference differ there; at most 50 values",
    takes: ProbeTakes::Column,
};

/// The rows of one value.
struct Of {
    value: String,
    rows: u64,
    own: Option<Estimate>,
    theirs: Option<Estimate>,
    /// What the candidate gains over the other one; positive is better.
    gain: Option<Estimate>,
}

impl Probe for SliceBy {
    fn about(&self) -> &'static ProbeAbout {
        &ABOUT
    }

    fn run(&self, subject: &Subject<'_>) -> Option<ProbeResult> {
        // What is about both stands with the first.
        let slices = subject.slices.filter(|_| subject.leads)?;
        let own = RowScores::of(subject)?;
        let other = subject.other.and_then(|other| Some((other, RowScores::of_repeats(subject, other.repeats)?)));
        let gains = other.as_ref().map(|(_, theirs)| own.less(theirs));
        let of = |place: usize| {
            let inside = |scores: &RowScores| -> Vec<bool> {
                scores.rows.iter().map(|row| slices.of_row(*row) == Some(place)).collect()
            };
            let value = slices.values[place].clone();
            Of {
                value: if value.is_empty() { "(missing)".to_owned() } else { value },
                rows: inside(&own).iter().filter(|inside| **inside).count() as u64,
                own: own.mean(&inside(&own)),
                theirs: other.as_ref().and_then(|(_, theirs)| theirs.mean(&inside(theirs))),
                gain: gains.as_ref().and_then(|gains| gains.mean(&inside(gains))),
            }
        };
        let mut all: Vec<Of> = (0..slices.values.len()).map(of).filter(|one| one.rows > 0).collect();
        let point = |one: &Of| one.own.as_ref().map_or(f64::INFINITY, |own| own.point);
        all.sort_by(|a, b| point(a).total_cmp(&point(b)).then_with(|| a.value.cmp(&b.value)));
        let looked_at = all.iter().filter(|one| one.own.is_some()).count();
        let statements = looked_at * if other.is_some() { 3 } else { 1 };
        let each = 1.0 - (1.0 - subject.confidence) / statements.max(1) as f64;
        let metric = own.metric;
        let name = other.as_ref().map(|(other, _)| other.candidate);
        let mut columns = vec![slices.name.clone(), "rows".to_owned(), subject.candidate.to_owned()];
        columns.extend(name.map(str::to_owned));
        columns.extend(name.map(|_| "better by".to_owned()));
        Some(ProbeResult {
            probe: ABOUT.name.to_owned(),
            candidate: subject.candidate.to_owned(),
            said: said(subject, (&slices.name, metric), (&all, name), each),
            columns,
            lines: all.iter().map(|one| line(one, (metric, each), name.is_some())).collect(),
            notes: vec![format!(
                "Measured on validation rows, by {}, with intervals that hold for all of them together. A value needs {FEWEST} independent rows.",
                metric.title()
            )],
            ..ProbeResult::default()
        })
    }
}

fn said(
    subject: &Subject<'_>,
    (column, metric): (&str, Metric),
    (all, other): (&[Of], Option<&str>),
    each: f64,
) -> String {
    let known: Vec<&Of> = all.iter().filter(|one| one.own.is_some()).collect();
    let (Some(worst), Some(best)) = (known.first(), known.last()) else {
        return format!(
            "No value of {column} has as many as {FEWEST} independent validation rows: nothing can be said of any."
        );
    };
    let quality = |one: &Of| one.own.as_ref().map_or(f64::NAN, |own| metric.orient(own.point));
    let mut told = format!(
        "Of {} values of {column} {} have rows enough. By {} {} is at {:.3} where it is {} and at {:.3} where it is {}.",
        all.len(),
        known.len(),
        metric.title(),
        subject.candidate,
        quality(worst),
        worst.value,
        quality(best),
        best.value
    );
    if known.len() == 1 {
        told = format!(
            "Of {} values of {column} one has rows enough: {}, where {} is at {:.3} by {}.",
            all.len(),
            worst.value,
            subject.candidate,
            quality(worst),
            metric.title()
        );
    }
    let Some(other) = other else { return told };
    let named = |is: &dyn Fn(&Estimate) -> bool| {
        let found = known.iter().filter(|one| one.gain.as_ref().is_some_and(is));
        found.map(|one| one.value.as_str()).collect::<Vec<&str>>().join(", ")
    };
    let (worse, better) = (named(&|gain| gain.interval(each).1 < 0.0), named(&|gain| gain.interval(each).0 > 0.0));
    told.push_str(&match (worse.as_str(), better.as_str()) {
        ("", "") => format!(" On none of them it is surely worse or better than {other}."),
        (worse, "") => format!(" It is surely worse than {other} where {column} is {worse}."),
        ("", better) => format!(" It is surely better than {other} where {column} is {better}."),
        (worse, better) => {
            format!(" It is surely worse than {other} where {column} is {worse}, and better where it is {better}.")
        }
    });
    told
}

fn line(one: &Of, (metric, each): (Metric, f64), both: bool) -> Vec<Cell> {
    let half = |found: &Estimate| (found.interval(each).1 - found.interval(each).0) / 2.0;
    let cell = |found: &Option<Estimate>, turned: bool| {
        let value = |found: &Estimate| if turned { metric.orient(found.point) } else { found.point };
        // Rows that all come to the same have no spread, which is no certainty.
        let told = |found: &Estimate| match found.standard_error > 0.0 {
            true => Cell::within(value(found), half(found), 3),
            false => Cell::number(Some(value(found)), 3),
        };
        found.as_ref().map_or(Cell::Unknown, told)
    };
    let mut cells = vec![Cell::Text(one.value.clone()), Cell::Count(one.rows), cell(&one.own, true)];
    if both {
        cells.extend([cell(&one.theirs, true), cell(&one.gain, false)]);
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Dataset, SliceColumn, Target};
    use crate::metric::{ClassOutcomes, Outcomes};
    use crate::probe::{Other, Validated};
    use crate::study::TaskKind;

    fn outcomes(right: &[bool]) -> Outcomes {
        let mut found = ClassOutcomes::new(2);
        right
            .iter()
            .for_each(|right| found.push(0, &if *right { [0.9, 0.1] } else { [0.1, 0.9] }).expect("two classes"));
        Outcomes::Classes(found)
    }

    fn run(own: &[bool], theirs: &[bool], cells: &[&str], leads: bool) -> Option<ProbeResult> {
        let rows: Vec<u32> = (0..own.len() as u32).collect();
        let target = Target::Classes { labels: vec![0; own.len()], names: vec!["no".to_owned(), "yes".to_owned()] };
        let dataset = Dataset::without_holdout(TaskKind::Classification, Vec::new(), target, own.len() as u32);
        let slices = SliceColumn::of("region", cells.iter().copied()).expect("few values");
        let (own, theirs) = (outcomes(own), outcomes(theirs));
        let (own, theirs) =
            ([Validated { rows: &rows, outcomes: &own }], [Validated { rows: &rows, outcomes: &theirs }]);
        SliceBy.run(&Subject {
            candidate: "small",
            repeats: &own,
            other: Some(Other { candidate: "large", repeats: &theirs }),
            units: None,
            dataset: &dataset,
            slices: Some(&slices),
            leads,
            metric: Metric::Auc,
            confidence: 0.95,
        })
    }

    #[test]
    fn quality_by_value_by_hand_and_where_the_other_is_better() {
        // 100 rows of the north, 60 right; 100 of the south, 90 right; ten of the west. The other one is right on 90 of the north.
        let region: Vec<&str> = (0..210).map(|row| ["north", "south", "west"][(row / 100).min(2)]).collect();
        let own: Vec<bool> = (0..210).map(|row| if row < 100 { row % 10 >= 4 } else { row % 10 >= 1 }).collect();
        let theirs: Vec<bool> = (0..210).map(|row| row % 10 >= 1).collect();
        let found = run(&own, &theirs, &region, true).expect("told");
        assert!(run(&own, &theirs, &region, false).is_none(), "what is about both stands with the first");
        assert_eq!(
            found.said,
            "Of 3 values of region 2 have rows enough. By accuracy small is at 0.600 where it is north and at 0.900 where it is south. It is surely worse than large where region is north."
        );
        let [
            Cell::Text(north),
            Cell::Count(100),
            Cell::Number { value: own, half: Some(half), .. },
            _,
            Cell::Number { value: gain, .. },
        ] = found.lines[0].as_slice()
        else {
            panic!("{found:?}")
        };
        assert_eq!(north, "north");
        // √(0.6 · 0.4 / 99) · t(99) at 1 − 0.05 / 6 / 2, of three statements on two values: 2.6944.
        assert!((own - 0.6).abs() < 1e-12 && (gain + 0.3).abs() < 1e-12);
        assert!((half - 2.694 * (0.24_f64 / 99.0).sqrt()).abs() < 2e-4, "{half}");
        // Ten rows of the west are too few.
        assert_eq!(found.lines[2][2..], [Cell::Unknown, Cell::Unknown, Cell::Unknown]);
    }

    #[test]
    fn nothing_is_said_of_values_with_few_rows() {
        let found = run(&[true; 40], &[true; 40], &["a", "b"].repeat(20), true).expect("told");
        assert!(found.said.starts_with("No value of region has as many as 30"), "{}", found.said);
    }
}
