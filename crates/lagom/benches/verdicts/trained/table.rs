//! The figures as text.

use std::fmt::Write;

use lagom::verdict::VerdictKind;

use super::judged::{Coverage, Judged, Outcome};
use super::options::Options;

/// One study in a line.
pub(crate) fn line(study: &Judged) -> String {
    let outcome = match study.outcome {
        Outcome::Right => "right",
        Outcome::Open => "open",
        Outcome::Wrong => "WRONG",
    };
    let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"));
    format!(
        "{:<16} seed {:<4} {outcome:<6} {:<18} {:<14} best {:<14} {:.4} of {:.4}  lost {:>7}  handed {:>7}  {:.2} of the sweep",
        study.kind.name(),
        study.seed,
        said(study.said),
        study.choice.as_deref().unwrap_or("-"),
        study.best.0,
        study.best.1,
        study.bayes,
        shown(study.loss),
        shown(study.handed),
        study.share
    )
}

fn said(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::SmallerIsEnough => "smaller is enough",
        VerdictKind::BiggerPays => "bigger pays",
        VerdictKind::Undecided => "undecided",
        VerdictKind::NothingQualifies => "nothing qualifies",
        VerdictKind::NothingLearned => "nothing learned",
    }
}

/// The table by kind and what it comes to.
pub(crate) fn page(found: &[Judged], options: &Options) -> String {
    let mut text = format!(
        "\nReal training: {} repeats, margin {}; the truth is the mean of {} further trainings on rows of the same study,\n\
         on a fresh sample. Intervals at 95 %: those that hold the truth / all.\n\n{:<16} {:>4} {:>6} {:>5} {:>6} {:>14} \
         {:>9} {:>9} {:>9} {:>9} {:>6}\n",
        options.repeats,
        options.margin,
        options.truths,
        "kind",
        "n",
        "right",
        "open",
        "wrong",
        "wrong smaller",
        "quality",
        "differ.",
        "holdout",
        "tested",
        "flops"
    );
    for &kind in &options.kinds {
        let of: Vec<&Judged> = found.iter().filter(|study| study.kind == kind).collect();
        row(&mut text, kind.name(), &of);
    }
    let all: Vec<&Judged> = found.iter().collect();
    row(&mut text, "all", &all);
    close(&mut text, &all);
    text
}

fn row(text: &mut String, name: &str, of: &[&Judged]) {
    let count = |outcome| of.iter().filter(|study| study.outcome == outcome).count();
    let cover = |pick: fn(&Judged) -> Coverage| {
        let sum = of.iter().map(|study| pick(study)).fold(Coverage::default(), Coverage::and);
        format!("{}/{}", sum.held, sum.all)
    };
    let (wrong, said) = smaller(of);
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{name:<16} {:>4} {:>6} {:>5} {:>6} {:>14} {:>9} {:>9} {:>9} {:>9} {:>6.2}",
        of.len(),
        count(Outcome::Right),
        count(Outcome::Open),
        count(Outcome::Wrong),
        format!("{wrong} of {said}"),
        cover(|study| study.qualities),
        cover(|study| study.differences),
        cover(|study| study.holdouts),
        cover(|study| study.tests),
        median(of.iter().map(|study| study.share).collect())
    );
}

/// How often "smaller is enough" was said wrongly, and how often it was said at all.
fn smaller(of: &[&Judged]) -> (usize, usize) {
    let said = of.iter().filter(|study| study.said == VerdictKind::SmallerIsEnough);
    (said.clone().filter(|study| study.outcome == Outcome::Wrong).count(), said.count())
}

fn close(text: &mut String, all: &[&Judged]) {
    let blur = all.iter().map(|study| study.blur).sum::<f64>() / all.len().max(1) as f64;
    let decided = all.iter().filter(|study| study.outcome != Outcome::Open).count();
    let right = all.iter().filter(|study| study.outcome == Outcome::Right).count();
    let (wrong, _) = smaller(all);
    let studies = all.len().max(1) as f64;
    let _ = writeln!(
        text,
        "\nright: {right} of {decided} decided; wrong \"smaller is enough\": {:.1} % of all studies (at most 5 % allowed).\n\
         The true qualities have a mean standard error of {blur:.4} themselves, which makes intervals look a little worse.",
        100.0 * wrong as f64 / studies
    );
}

fn median(values: Vec<f64>) -> f64 {
    lagom::stats::median(&values)
}
