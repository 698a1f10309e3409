//! The figures, by scenario and over all.

use lagom::verdict::VerdictKind;

use super::study::{Answer, KINDS};
use super::truth::Scenario;

pub(super) fn print(answers: &[(Scenario, Answer)], policy: &str) {
    println!("\n{} simulated studies: {policy}", answers.len());
    println!(
        "{:14} studies  wrong  decidable  right  smaller  bigger  undecided  nothing  spent: median  mean  most  waves  untried  gain more",
        "scenario"
    );
    for scenario in Scenario::ALL {
        let of: Vec<&Answer> = answers.iter().filter(|(one, _)| *one == scenario).map(|(_, answer)| answer).collect();
        line(&format!("{scenario:?}"), &of);
    }
    line("all", &answers.iter().map(|(_, answer)| answer).collect::<Vec<&Answer>>());
    for (at, kind) in KINDS.iter().enumerate() {
        let sum = answers.iter().map(|(_, answer)| answer.intervals[at]);
        let (printed, held) = sum.fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
        println!("{kind:40} {printed:7} printed, {:6.2} % hold the truth", share(held, printed));
    }
}

fn line(name: &str, of: &[&Answer]) {
    if of.is_empty() {
        return;
    }
    let count = |test: &dyn Fn(&Answer) -> bool| of.iter().filter(|answer| test(answer)).count();
    let kind = |kind: VerdictKind| share(count(&|answer| answer.kind == kind), of.len());
    let mut spent: Vec<f64> = of.iter().map(|answer| 100.0 * answer.spent).collect();
    spent.sort_by(f64::total_cmp);
    let decidable = count(&|answer| answer.right.is_some());
    let sum = |pick: &dyn Fn(&Answer) -> usize| of.iter().map(|answer| pick(answer)).sum::<usize>();
    println!(
        "{name:14} {:7} {:6.2} {decidable:10} {:6.1} {:8.1} {:7.1} {:10.1} {:8.1} {:14.1} {:5.1} {:5.1} {:6.1} {:8} {:10}",
        of.len(),
        share(count(&|answer| answer.wrong), of.len()),
        share(count(&|answer| answer.right == Some(true)), decidable),
        kind(VerdictKind::SmallerIsEnough),
        kind(VerdictKind::BiggerPays),
        kind(VerdictKind::Undecided),
        kind(VerdictKind::NothingLearned),
        lagom::stats::percentile(&spent, 0.5),
        lagom::stats::mean(&spent),
        spent.last().copied().unwrap_or(f64::NAN),
        sum(&|answer| answer.waves) as f64 / of.len() as f64,
        sum(&|answer| answer.untried.0),
        sum(&|answer| answer.untried.1),
    );
}

/// Percent.
fn share(part: usize, of: usize) -> f64 {
    100.0 * part as f64 / of as f64
}
