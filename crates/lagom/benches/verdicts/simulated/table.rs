//! The figures, by scenario and over all.

use lagom::verdict::VerdictKind;

use super::Study;
use super::study::{Answer, KINDS};
use super::truth::Scenario;

/// Prints the answers under the policy at this position, which the first is held against.
pub(super) fn print(studies: &[Study], at: usize, policy: &str) {
    println!("\n{} simulated studies: {policy}", studies.len());
    println!(
        "{:12} studies  wrong  decidable  right  of sweep's  smaller  bigger  undecided  nothing  spent: median  mean  most  waves  untried  gain more",
        "scenario"
    );
    let pairs = |scenario: Option<Scenario>| {
        let of = studies.iter().filter(|(one, _)| scenario.is_none_or(|scenario| scenario == *one));
        of.map(|(_, answers)| (&answers[0], &answers[at])).collect::<Vec<Pair<'_>>>()
    };
    for scenario in Scenario::ALL {
        line(&format!("{scenario:?}"), &pairs(Some(scenario)));
    }
    line("all", &pairs(None));
    for (kind, name) in KINDS.iter().enumerate() {
        let sum = studies.iter().map(|(_, answers)| answers[at].intervals[kind]);
        let (printed, held) = sum.fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
        if printed > 0 {
            println!("{name:40} {printed:7} printed, {:6.2} % hold the truth", share(held, printed));
        }
    }
}

/// The sweep's answer and the policy's, on the same draws.
type Pair<'a> = (&'a Answer, &'a Answer);

fn line(name: &str, of: &[Pair<'_>]) {
    if of.is_empty() {
        return;
    }
    let count = |test: &dyn Fn(&Answer) -> bool| of.iter().filter(|(_, answer)| test(answer)).count();
    let kind = |kind: VerdictKind| share(count(&|answer| answer.kind == kind), of.len());
    let mut spent: Vec<f64> = of.iter().map(|(_, answer)| 100.0 * answer.spent).collect();
    spent.sort_by(f64::total_cmp);
    let decidable = count(&|answer| answer.right.is_some());
    let right = |answer: &Answer| answer.right == Some(true);
    let by_sweep = of.iter().filter(|(sweep, _)| right(sweep)).count();
    let by_both = of.iter().filter(|(sweep, answer)| right(sweep) && right(answer)).count();
    let sum = |pick: &dyn Fn(&Answer) -> usize| of.iter().map(|(_, answer)| pick(answer)).sum::<usize>();
    println!(
        "{name:12} {:7} {:6.2} {decidable:10} {:6.1} {:11.1} {:8.1} {:7.1} {:10.1} {:8.1} {:14.1} {:5.1} {:5.1} {:6.1} {:8} {:10}",
        of.len(),
        share(count(&|answer| answer.wrong), of.len()),
        share(count(&right), decidable),
        share(by_both, by_sweep),
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
