//! Targets that a larger model teaches (Hinton, Vinyals & Dean 2015, "Distilling the knowledge in a neural network").
//!
//! ```text
//! training rows -> five parts; of each part what a teacher says that was trained on three others and stopped on the fourth
//! target = (1 - share) * own + share * the teacher's   ->   rows repeated by class and weighed, or other numbers
//! ```
//!
//! No teacher is asked about a row that it has seen: what it knows by heart teaches nothing. The teacher is the same for all sizes, whatever the
//! ladder holds: boosted trees for tables, a linear model of n-grams for texts. So a distilled size keeps its content address in every study.

use super::families::{Effort, Family, family};
use super::outside::Outside;
use super::plan::TrainingPlan;
use super::rows::{PARTS, RowChange, Taught, TrainingRows, dealt, taught};
use super::shape::DataShape;
use super::spec::{Candidate, FitError, Size, Spec};
use super::training::{FitContext, Purpose};
use crate::data::{Examples, Inputs};
use crate::study::FamilyId;

/// The lever's name in what it changed.
pub(super) const LEVER: &str = "distillation";
/// Leaves and rounds of the teacher of tables: larger ones gain little (log/2026-11-22-recipes.md).
const TREES: (u32, u32) = (8, 250);
/// Buckets of the teacher of texts: banking77 gains little beyond (0.91 with 262,144).
const BUCKETS: u32 = 1 << 16;
/// About so many rows for each training row of a student that tells classes: those with a second likely class come twice.
const GROWTH: f64 = 1.5;

/// The teacher of a student.
fn teacher(student: FamilyId) -> Candidate {
    let spec = match student.name() {
        "ngrams" | "embedding" => Spec::of("ngrams").with("buckets", BUCKETS),
        _ => Spec::of("trees").with("leaves", TREES.0).with("rounds", TREES.1),
    };
    Candidate::new("teacher", spec, 0)
}

/// Gives training rows the targets that a teacher has for them, as a share of what they are trained on; returns what was changed, and the
/// floating-point operations that it took.
///
/// # Errors
/// A part leaves the teacher nothing to learn from.
pub(super) fn distil(
    rows: &mut TrainingRows<'_>,
    (student, share): (FamilyId, f64),
    seed: u64,
) -> Result<(RowChange, f64), FitError> {
    let teacher = teacher(student);
    let known = known(&teacher)?;
    let size = &teacher.spec.size;
    let (said, flops) = {
        let examples = rows.examples();
        let plan = TrainingPlan::plain(known.recipe(size, examples.target.classes())?);
        said((known, size, &plan), &examples, &dealt(rows, seed)?, seed)?
    };
    let changed = taught(rows, &Taught { said: &said, share })?;
    Ok((RowChange { lever: LEVER.to_owned(), rows: changed as u64, spared: 0 }, flops))
}

/// What teachers say of rows that they have not seen: `[rows, classes]` or `[rows]`, and what it took.
fn said(
    (family, size, plan): (&dyn Family, &Size, &TrainingPlan),
    all: &Examples<'_>,
    parts: &[usize],
    seed: u64,
) -> Result<(Vec<f64>, f64), FitError> {
    let width = all.target.classes().max(1) as usize;
    let (mut said, mut flops) = (vec![0.0; all.len() * width], 0.0);
    for part in 0..PARTS {
        let stopped_on = (part + 1) % PARTS;
        let places = |is_of: &dyn Fn(usize) -> bool| (0..all.len()).filter(|at| is_of(parts[*at])).collect::<Vec<_>>();
        let rows = |places: &[usize]| places.iter().map(|&at| all.inputs.rows[at]).collect::<Vec<u32>>();
        let held = places(&|one| one == part);
        let (own, stop) =
            (rows(&places(&|one| one != part && one != stopped_on)), rows(&places(&|one| one == stopped_on)));
        let asked = rows(&held);
        let view = |rows| Examples {
            inputs: Inputs { columns: all.inputs.columns, rows },
            target: all.target,
            reviewed: None,
        };
        let purpose = Purpose::Measure { validation: view(&stop), watch: None };
        let outside = Outside::default();
        let fitted =
            family.fit(size, plan, &FitContext { train: view(&own), purpose, weights: None, seed, outside })?;
        flops += fitted.flops;
        let answers = fitted.model.predict(&view(&asked).inputs)?;
        for (place, of_row) in held.iter().zip(answers.chunks_exact(width)) {
            said[place * width..(place + 1) * width].copy_from_slice(of_row);
        }
    }
    Ok((said, flops))
}

/// What the teachers take beside the student, and how many rows the student is trained on then.
///
/// # Errors
/// The teacher is not of its family.
pub(super) fn effort(student: FamilyId, shape: &DataShape<'_>, rows: f64) -> Result<(Effort, f64), FitError> {
    let teacher = teacher(student);
    let parts = PARTS as f64;
    let one = known(&teacher)?.effort(&teacher, &shape.with_rows(rows * (parts - 2.0) / parts))?;
    let all = Effort { flops: one.flops * parts, seconds: one.seconds * parts, ..one };
    Ok((all, if shape.classes > 0 { rows * GROWTH } else { rows }))
}

fn known(teacher: &Candidate) -> Result<&'static dyn Family, FitError> {
    let id = teacher.spec.family;
    family(id).ok_or_else(|| FitError::Unfit(format!("this lagom has no family `{id}`, of which the teacher is")))
}

#[cfg(test)]
mod tests {
    use rand::Rng as _;

    use super::*;
    use crate::candidate::{effort, fit};
    use crate::data::{Column, ColumnKind, Dataset, Target, Values, seed};
    use crate::metric::{Metric, score};
    use crate::study::{Sample, Setting, TaskKind};

    const ROWS: u32 = 1_600;

    /// Two steps: what trees tell. A quarter of the labels is wrong.
    fn steps(classes: bool) -> Dataset {
        let mut random = seed::generator(7, "steps", 0);
        let mut number = |_| random.random::<f64>() * 4.0;
        let (x, z): (Vec<f64>, Vec<f64>) = ((0..ROWS).map(&mut number).collect(), (0..ROWS).map(&mut number).collect());
        let told = |at: usize| u32::from(x[at] > 2.0 || z[at] > 3.0);
        let mut noise = seed::generator(8, "steps", 0);
        let target = if classes {
            let labels = (0..ROWS as usize).map(|at| told(at) ^ u32::from(noise.random::<f64>() < 0.25)).collect();
            Target::Classes { labels, names: ["no", "yes"].map(str::to_owned).to_vec() }
        } else {
            Target::Numbers((0..ROWS as usize).map(|at| 10.0 * f64::from(told(at)) + noise.random::<f64>()).collect())
        };
        let column = |name: &str, values| Column {
            name: name.to_owned(),
            kind: ColumnKind::Numeric,
            values: Values::Numbers(values),
        };
        let task = if classes { TaskKind::Classification } else { TaskKind::Regression };
        Dataset::without_holdout(task, vec![column("x", x.clone()), column("z", z.clone())], target, ROWS)
    }

    fn candidate(share: Option<f64>) -> Candidate {
        let levers = share.map(|share| Setting::of("distillation", Sample::Number(share)));
        Candidate {
            levers: levers.into_iter().collect(),
            ..Candidate::new("one", Spec::of("trees").with("leaves", 16).with("rounds", 60), 1)
        }
    }

    fn quality(share: Option<f64>, data: &Dataset, metric: Metric) -> f64 {
        let (train, validation): (Vec<u32>, Vec<u32>) = (0..ROWS).partition(|row| row % 2 == 0);
        let purpose = Purpose::Measure { validation: data.examples(&validation), watch: None };
        let outside = Outside::default();
        let context = FitContext { train: data.examples(&train), purpose, weights: None, seed: 5, outside };
        let fitted = fit(&candidate(share), &context).expect("fits");
        let again = fit(&candidate(share), &context).expect("fits");
        assert_eq!(fitted.model, again.model, "equal contexts give equal bits");
        assert_eq!(fitted.changes.iter().any(|one| one.lever == LEVER), share.is_some());
        let answers = fitted.model.predict(&data.examples(&validation).inputs).expect("answers");
        let outcomes = data.examples(&validation).outcomes(&answers).expect("outcomes");
        score(metric, &outcomes).expect("a score").value
    }

    /// A student that takes half of its target from what the others say of a row is no longer sure where labels contradict each other.
    #[test]
    fn a_student_learns_what_the_rows_have_in_common() {
        let classes = steps(true);
        let (plain, taught) = (quality(None, &classes, Metric::LogLoss), quality(Some(0.5), &classes, Metric::LogLoss));
        assert!(taught < plain + 0.02, "{plain} to {taught}");
        assert!(quality(Some(0.9), &classes, Metric::Accuracy) > 0.68, "three quarters can be known");
        let numbers = steps(false);
        assert!(quality(Some(0.5), &numbers, Metric::R2) > 0.8);
    }

    #[test]
    fn teachers_are_planned_for() {
        let data = steps(true);
        let shape = DataShape::of(&data, 0.5);
        let flops = |share| effort(&candidate(share), &shape).expect("an effort").flops;
        assert!(flops(Some(0.5)) > 3.0 * flops(None), "five teachers of 250 rounds beside a student of 60");
    }
}
