//! The tests on the holdout, in order, in plain words.

use super::teller::Teller;
use crate::study::Rule;
use crate::verdict::{Test, TestKind};

/// One test in words.
#[derive(Clone, Debug)]
pub(in crate::report) struct Told {
    /// What is asked.
    pub(in crate::report) question: String,
    /// `Yes`, `No` or `Not shown`.
    pub(in crate::report) reply: &'static str,
    /// The figures behind it.
    pub(in crate::report) reason: String,
}

/// A test in words.
pub(in crate::report) fn told(teller: &Teller<'_>, test: &Test) -> Told {
    let reply = match test {
        test if test.passed => "Yes",
        test if test.upper < test.threshold => "No",
        _ => "Not shown",
    };
    Told { question: question(teller, test), reply, reason: reason(teller, test) }
}

fn question(teller: &Teller<'_>, test: &Test) -> String {
    let against = test.against.as_deref().unwrap_or("–");
    match test.kind {
        TestKind::Learned => format!("Is {} better than {against}, which only guesses?", test.candidate),
        TestKind::NonInferiority => {
            format!("Is {} at most {} worse than {against}?", test.candidate, teller.style.size(test.threshold))
        }
        TestKind::AboveBar => format!("Does {} clear the bar of {}?", test.candidate, bar(teller)),
    }
}

fn bar(teller: &Teller<'_>) -> String {
    match teller.findings.terms.rule {
        Rule::Bar(bar) => teller.style.value(bar),
        Rule::Margin(_) => "–".to_owned(),
    }
}

fn reason(teller: &Teller<'_>, test: &Test) -> String {
    let distance = if test.kind == TestKind::AboveBar { "from the bar" } else { "the difference" };
    let estimate = teller.estimate(&test.difference);
    let (lower, upper) = (teller.style.signed(test.lower), teller.style.signed(test.upper));
    let sure = teller.confidence();
    let needed = teller.style.signed(test.threshold);
    let figures = if test.kind == TestKind::AboveBar { format!("{estimate} {distance}") } else { format!("{distance} is {estimate}") };
    let bound = if !test.passed && test.upper < test.threshold {
        format!("surely below {upper} ({sure}), and {needed} was needed")
    } else {
        format!("surely above {lower} ({sure}); it had to be above {needed}")
    };
    let counted = if test.counted { "" } else { ". Not counted: an earlier test of the sequence had failed" };
    format!("{figures}, {bound}{counted}.")
}
