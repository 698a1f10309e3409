//! Simulated ladders: scores drawn from a known truth, no training, through the real path
//! `climb::next -> entries -> screen -> look -> confirm -> decide`.
//!
//! - *Wrong*: "smaller is enough" of a choice that is truly worse than the best of the whole ladder, tried or
//!   not, by more than the margin.
//! - *Decidable*: of the rungs smaller than the truly best, the best is at most half the margin below it
//!   (then a smaller one is enough) or at least twice the margin (then bigger pays); or nothing beats the
//!   baseline by more than the margin, or the best is the smallest that learns. What lies between half and
//!   twice the margin is near enough to the line that no sample of this size tells the sides apart.
//! - *Right*: the choice is truly within the margin of the best of the whole ladder, and the verdict is of the
//!   decidable kind ("nothing learned" where nothing beats the baseline).
//! - *Spent*: operations of the trials asked for, over those of all rungs with all repeats.

mod draw;
mod study;
mod table;
mod truth;

use study::Answer;
use truth::Scenario;

/// Runs `studies` studies, the scenarios in turn, and prints what came out.
pub fn run(studies: usize) {
    for certify in [lagom::climb::Certify::Curve, lagom::climb::Certify::Measure] {
        let mut answers: Vec<(Scenario, Answer)> = Vec::with_capacity(studies);
        for number in 0..studies {
            let scenario = Scenario::ALL[number % Scenario::ALL.len()];
            answers.push((scenario, study::answer(scenario, number as u64, certify)));
        }
        table::print(&answers, certify);
    }
}
