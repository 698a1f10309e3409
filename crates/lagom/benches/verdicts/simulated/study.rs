//! One simulated study from the climb to the verdict, held against the truth.

use lagom::data::seed;
use lagom::metric::Metric;
use lagom::search::{self, Decision, Goal, Rung, SearchResult, SearchTerms};
use lagom::stats::Estimate;
use lagom::study::costs::Parameters;
use lagom::study::{Certify, Limits, Rule};
use lagom::verdict::{
    Analysis, CandidateResults, Terms, TestKind, Verdict, VerdictKind, confirm, decide, look, screen,
};

use super::POLICIES;
use super::draw::{Drawn, ROWS};
use super::truth::{Scenario, Truth, ladder};

/// The smallest of lagom's usual margins that 4,000 holdout examples resolve with a power of 80 % for models of
/// two families, which disagree on an eighth of them: (1.645 + 0.842) · √(0.125 / 4,000) = 0.0139.
const MARGIN: f64 = 0.015;
const CONFIDENCE: f64 = 0.95;
const REPEATS: u32 = 5;

/// How one study ended.
pub(super) struct Answer {
    pub(super) kind: VerdictKind,
    pub(super) wrong: bool,
    /// Whether the verdict is right; none where the truth is too near the line to be decided.
    pub(super) right: Option<bool>,
    /// Share of the full sweep's operations.
    pub(super) spent: f64,
    pub(super) waves: usize,
    /// Rungs left untried, and of these how many gain more than their bound says.
    pub(super) untried: (usize, usize),
    /// Intervals by kind: printed, and holding the truth.
    pub(super) intervals: [(usize, usize); KINDS.len()],
}

/// Kinds of intervals: two-sided ones but for the last two, which are one-sided.
pub(super) const KINDS: [&str; 8] = [
    "holdout difference of a test",
    "holdout quality",
    "validation quality, all repeats",
    "validation quality, fewer repeats",
    "difference to the reference, all repeats",
    "difference to the reference, fewer",
    "lower bound of a test",
    "upper bound of an untried rung's gain",
];
const LOWER: usize = 6;
const UNTRIED: usize = 7;

/// How the trials of a study are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    /// All rungs, all repeats.
    Sweep,
    /// The climb.
    Climb(Certify),
}

/// Draws one ladder of a scenario and decides it under each policy, on the same trials.
pub(super) fn answers(scenario: Scenario, seed: u64, number: u64) -> [Answer; POLICIES.len()] {
    let own = seed::derive(seed, "study", number);
    let ladder = ladder(scenario, &mut seed::generator(own, "ladder", 0));
    let mut drawn = Drawn::new(&ladder, own);
    POLICIES.map(|(policy, _)| answer(&ladder, &mut drawn, policy))
}

fn answer(ladder: &[Truth], drawn: &mut Drawn<'_>, policy: Policy) -> Answer {
    drawn.ask_nothing();
    let (ascent, waves) = match policy {
        Policy::Climb(certify) => ascend(drawn, certify),
        Policy::Sweep => {
            (0..ladder.len()).for_each(|rung| drawn.ask(rung, REPEATS));
            (SearchResult { repeats: drawn.asked().to_vec(), stopped: Vec::new(), untried: Vec::new() }, 1)
        }
    };
    let (analysis, verdict) = judge(drawn);
    let sweep: f64 = ladder.iter().map(|rung| rung.flops * f64::from(REPEATS)).sum();
    let best = ladder.iter().map(|rung| rung.quality).fold(0.0, f64::max);
    let chosen = verdict.choice.as_deref().and_then(|name| of(ladder, name)).map(|rung| rung.quality);
    let within = chosen.is_some_and(|quality| quality >= best - MARGIN);
    let mut intervals = intervals(&analysis, ladder);
    let broken = bounds(&ascent, ladder, &analysis);
    intervals[UNTRIED] = (ascent.untried.len(), ascent.untried.len() - broken);
    Answer {
        kind: verdict.kind,
        wrong: verdict.kind == VerdictKind::SmallerIsEnough && !within,
        right: decidable(ladder).map(|learned| is_right(ladder, &verdict, learned)),
        spent: drawn.spent() / sweep,
        waves,
        untried: (ascent.untried.len(), broken),
        intervals,
    }
}

fn of<'a>(ladder: &'a [Truth], name: &str) -> Option<&'a Truth> {
    ladder.iter().find(|rung| rung.name == name)
}

fn ascend(drawn: &mut Drawn<'_>, certify: Certify) -> (SearchResult, usize) {
    let rung = |truth: &Truth| Rung {
        name: truth.name.clone(),
        family: truth.family,
        baseline: truth.family == 0,
        parameters: truth.parameters,
        flops: truth.flops,
    };
    let rungs: Vec<Rung> = drawn.ladder.iter().map(rung).collect();
    let rule = Goal::Margin(MARGIN);
    let terms = SearchTerms { rule, confidence: CONFIDENCE, repeats: REPEATS, certify, range: (0.0, 1.0) };
    let mut waves = 0;
    loop {
        match search::next(&rungs, drawn.asked(), drawn, &terms) {
            Decision::Done(ascent) => {
                // As the search of a run does: the verdict may order otherwise and hang on others.
                let short = short(drawn);
                if short.is_empty() {
                    return (ascent, waves);
                }
                short.into_iter().for_each(|rung| drawn.ask(rung, REPEATS));
            }
            Decision::Measure(wave) => {
                assert!(!wave.is_empty(), "an empty wave would never end");
                wave.into_iter().for_each(|wanted| drawn.ask(wanted.rung, wanted.repeats));
            }
        }
        waves += 1;
    }
}

/// The rungs that the verdict hangs on and that lack repeats.
fn short(drawn: &Drawn<'_>) -> Vec<usize> {
    let entries: Vec<CandidateResults> =
        drawn.entries().into_iter().filter(|entry| !entry.repeats.is_empty()).collect();
    let screening = screen(&entries, &terms(), (u64::from(ROWS.1), u64::from(ROWS.2)));
    let names = screening.decisive();
    let lacks = |at: &usize| drawn.asked()[*at] < REPEATS && names.contains(&drawn.ladder[*at].name.as_str());
    (0..drawn.ladder.len()).filter(lacks).collect()
}

fn terms() -> Terms {
    Terms {
        metric: Metric::Accuracy,
        settings: lagom::metric::TextSettings::default(),
        tokeniser_files: lagom::metric::TokeniserFiles::default(),
        rule: Rule::Margin(MARGIN),
        proposed: false,
        confidence: CONFIDENCE,
        smallest_by: &Parameters,
        profile: None,
        limits: Limits::default(),
        incumbent: None,
    }
}

fn judge(drawn: &Drawn<'_>) -> (Analysis, Verdict) {
    let terms = terms();
    let (entries, sizes) = (drawn.entries(), (u64::from(ROWS.1), u64::from(ROWS.2)));
    let screening = screen(&entries, &terms, sizes);
    let look = look(&screening);
    let mut analysis = confirm(&entries, screening, &terms, look.as_ref().map(|(look, _)| (look, 1)), sizes);
    let verdict = decide(&mut analysis, &terms);
    (analysis, verdict)
}

/// Whether there is anything to learn; none where the truth lies near the line.
fn decidable(ladder: &[Truth]) -> Option<bool> {
    let baseline = ladder.iter().filter(|rung| rung.family == 0).map(|rung| rung.quality).fold(0.0, f64::max);
    let learners: Vec<&Truth> = ladder.iter().filter(|rung| rung.family > 0).collect();
    let best = learners.iter().copied().reduce(|a, b| if b.quality > a.quality { b } else { a })?;
    if best.quality <= baseline {
        return Some(false);
    }
    let smaller = learners.iter().filter(|rung| rung.parameters < best.parameters).map(|rung| rung.quality);
    let shortfall = smaller.reduce(f64::max).map_or(0.0, |next| best.quality - next);
    (shortfall <= MARGIN / 2.0 || shortfall >= 2.0 * MARGIN).then_some(true)
}

fn is_right(ladder: &[Truth], verdict: &Verdict, learned: bool) -> bool {
    let best = ladder.iter().map(|rung| rung.quality).fold(0.0, f64::max);
    let choice = verdict.choice.as_deref().and_then(|name| of(ladder, name));
    let within = choice.is_some_and(|choice| choice.quality >= best - MARGIN);
    match verdict.kind {
        VerdictKind::NothingLearned => !learned,
        VerdictKind::SmallerIsEnough => learned && within,
        // Bigger than what? Than a smaller one that would do just as well.
        VerdictKind::BiggerPays => {
            let size = choice.map_or(0, |choice| choice.parameters);
            let spared = |rung: &Truth| rung.parameters < size && rung.quality >= best - MARGIN / 2.0;
            learned && within && !ladder.iter().any(spared)
        }
        VerdictKind::Undecided | VerdictKind::NothingQualifies => false,
    }
}

fn intervals(analysis: &Analysis, ladder: &[Truth]) -> [(usize, usize); KINDS.len()] {
    let mut counts = [(0, 0); KINDS.len()];
    let mut count = |kind: usize, held: bool| {
        counts[kind].0 += 1;
        counts[kind].1 += usize::from(held);
    };
    let quality = |name: &str| of(ladder, name).map_or(f64::NAN, |rung| rung.quality);
    let holds = |found: &Estimate, truth: f64| {
        let (low, high) = found.interval(CONFIDENCE);
        low <= truth && truth <= high
    };
    for test in analysis.tests.iter().filter(|test| test.kind == TestKind::NonInferiority) {
        let truth = quality(&test.candidate) - test.against.as_deref().map_or(f64::NAN, quality);
        count(0, holds(&test.difference, truth));
        count(LOWER, test.lower <= truth);
    }
    for row in &analysis.screening.rows {
        let truth = quality(&row.name);
        if row.parameters.is_some_and(|count| count <= 1) {
            continue;
        }
        if let Some(found) = &row.holdout_quality {
            count(1, holds(found, truth));
        }
        if let Some(found) = &row.quality {
            count(if found.repeats == REPEATS { 2 } else { 3 }, holds(found, truth));
        }
        if let Some(found) = &row.difference {
            let truth = truth - analysis.screening.reference.as_deref().map_or(f64::NAN, quality);
            count(if found.repeats == REPEATS { 4 } else { 5 }, holds(found, truth));
        }
    }
    counts
}

/// How many untried rungs truly gain more over the reference than their bound says.
fn bounds(ascent: &SearchResult, ladder: &[Truth], analysis: &Analysis) -> usize {
    let reference = analysis.screening.reference.as_deref().and_then(|name| of(ladder, name));
    let level = reference.map_or(0.0, |rung| rung.quality);
    ascent.untried.iter().filter(|one| ladder[one.rung].quality - level > one.gain).count()
}
