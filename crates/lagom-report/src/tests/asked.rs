//! Two models behind endpoints, each with no and with four shots: what shots bring, and where the two err together.

use super::sample::{Line, digits, estimate, rows, test};
use crate::metric::Metric;
use crate::study::{Api, Backend, FamilyId, ModelSpec, Price, ShotsBy};
use crate::verdict::{
    Against, Agreement, Beyond, Both, CallFacts, CandidateStatus, Distribution, ProblemExample, Problems, ShotEffect,
    ShotStep, TestKind, Tokens, VerdictKind,
};
use crate::{Difference, DifferenceAnswer, Findings, Shown, html, markdown, terminal};

/// The candidates: name, table, shots, parameters, tokens read an answer, dollars for 1,000 answers.
const MODELS: [(&str, &str, u32, u64, u64, f64); 4] = [
    ("small-0shot", "small", 0, 4_000_000_000, 60, 0.0072),
    ("small-4shot", "small", 4, 4_000_000_000, 312, 0.0324),
    ("large-0shot", "large", 0, 400_000_000_000, 60, 0.18),
    ("large-4shot", "large", 4, 400_000_000_000, 312, 0.81),
];

/// The smaller model with shots is enough.
pub(super) fn asked() -> Findings {
    const LINES: [Line; 5] = [
        ("majority", FamilyId::BASELINE, 1, 0.013, 0.013, 1.1, CandidateStatus::TooWeak),
        ("small-0shot", FamilyId::ENDPOINT, 4_000_000_000, 0.902, f64::NAN, 41_000.0, CandidateStatus::TooWeak),
        ("small-4shot", FamilyId::ENDPOINT, 4_000_000_000, 0.944, f64::NAN, 52_000.0, CandidateStatus::Choice),
        ("large-0shot", FamilyId::ENDPOINT, 400_000_000_000, 0.958, f64::NAN, 210_000.0, CandidateStatus::Undecided),
        ("large-4shot", FamilyId::ENDPOINT, 400_000_000_000, 0.962, f64::NAN, 260_000.0, CandidateStatus::Reference),
    ];
    let mut findings = digits();
    findings.name = "bank".to_owned();
    findings.study.candidates = MODELS.iter().map(called).collect();
    findings.terms.rule = crate::study::Rule::Margin(0.05);
    findings.terms.limits = crate::study::Limits::default();
    let mut table = rows(&LINES, Metric::Accuracy, "large-4shot", 0.009);
    for row in &mut table {
        let Some(model) = MODELS.iter().find(|model| model.0 == row.name) else { continue };
        row.calls = Some(calls(model));
        (row.bytes, row.train_quality) = (None, None);
        (row.trials, row.history) = (Vec::new(), Vec::new());
        if let Some(found) = &mut row.deployment {
            found.memory = None;
        }
    }
    let screening = &mut findings.analysis.screening;
    screening.rows = table;
    screening.reference = Some("large-4shot".to_owned());
    screening.best = Some("large-4shot".to_owned());
    screening.against = Against::Candidate("large-4shot".to_owned());
    screening.sequence = vec!["small-4shot".to_owned()];
    screening.shots = vec![effect("small", 0.042, 0.011), effect("large", 0.004, 0.006)];
    screening.agreements = agreements();
    findings.analysis.limits_cost = None;
    (findings.analysis.staircase, findings.analysis.tangible) = (Default::default(), Vec::new());
    findings.analysis.tests = vec![
        test(TestKind::Learned, ("large-4shot", Some("majority")), estimate(0.949, 0.01), 0.0),
        test(TestKind::NonInferiority, ("small-4shot", Some("large-4shot")), estimate(-0.018, 0.009), -0.05),
    ];
    let verdict = &mut findings.verdict;
    verdict.kind = VerdictKind::SmallerIsEnough;
    (verdict.choice, verdict.reference) = (Some("small-4shot".to_owned()), Some("large-4shot".to_owned()));
    verdict.carried_by = Some(1);
    verdict.beyond = Beyond { dearer: 0, best: None, difference: None };
    (findings.effort.trials, findings.effort.failed) = (5, 0);
    findings.differences = vec![difference()];
    (findings.curve, findings.outlook, findings.climb, findings.bundle) = (None, None, None, None);
    findings
}

fn called(model: &(&str, &str, u32, u64, u64, f64)) -> ModelSpec {
    let &(name, table, shots, parameters, _, _) = model;
    ModelSpec {
        name: name.to_owned(),
        table: table.to_owned(),
        backend: Backend::Endpoint {
            url: "127.0.0.1:9000/v1".to_owned(),
            model: table.to_owned(),
            api: Api::Chat,
            key_env: None,
            key_header: None,
            certificate: None,
        },
        parameters: Some(parameters),
        bytes: None,
        memory: None,
        price: Some(Price { input: 0.1, cached: None, output: 0.4, per_call: 0.0, currency: "USD".to_owned() }),
        shots,
        shots_by: ShotsBy::Random,
        context: None,
        in_flight: None,
        requests_per_minute: None,
        timeout: None,
        own: crate::study::OwnPrompt::default(),
    }
}

fn calls(model: &(&str, &str, u32, u64, u64, f64)) -> CallFacts {
    let &(_, table, shots, parameters, tokens, money) = model;
    let spread = |median: f64| {
        Some(Distribution {
            count: 500,
            mean: median * 1.1,
            p50: median,
            p90: median * 1.4,
            p95: median * 1.6,
            p99: median * 2.2,
        })
    };
    let slow = parameters as f64 / 4e9;
    CallFacts {
        model: format!("{table} at 127.0.0.1:9000/v1"),
        table: table.to_owned(),
        shots,
        parameters: Some(parameters),
        bytes: None,
        answered: 500,
        asked: 500,
        missing: 0,
        refusals_left_out: false,
        unreadable_wrong: false,
        full: 3_480,
        problems: Problems::default(),
        tokens: Tokens { prompt: tokens * 500, cached: 0, completion: 1_500 },
        money: Some(money / 2.0),
        money_per_thousand: Some(money),
        total: spread(0.03 * slow.sqrt()),
        first_token: spread(0.012 * slow.sqrt()),
        per_token: spread(0.004 * slow.sqrt()),
        tokens_per_second: spread(250.0 / slow.sqrt()),
        given_up: None,
        prompts_cut: 0,
        training: None,
    }
}

fn effect(table: &str, gain: f64, error: f64) -> ShotEffect {
    let step = |shots: u32, difference| ShotStep { candidate: format!("{table}-{shots}shot"), shots, difference };
    ShotEffect { table: table.to_owned(), steps: vec![step(0, None), step(4, Some(estimate(gain, error)))] }
}

/// Counts on 1,000 rows.
fn agreement((first, second): (&str, &str), counts: [u64; 4], same: (u64, u64)) -> Agreement {
    let [both, only_first, only_second, neither] = counts;
    Agreement {
        candidates: [first.to_owned(), second.to_owned()],
        examples: counts.iter().sum(),
        both,
        only_first,
        only_second,
        neither,
        same: Some(Both { answered: same.0, wrong: same.1 }),
    }
}

fn agreements() -> Vec<Agreement> {
    vec![
        agreement(("small-0shot", "small-4shot"), [890, 12, 54, 44], (930, 40)),
        agreement(("small-0shot", "large-0shot"), [868, 34, 90, 8], (870, 2)),
        agreement(("small-0shot", "large-4shot"), [880, 22, 82, 16], (884, 4)),
        agreement(("small-4shot", "large-0shot"), [921, 23, 37, 19], (930, 9)),
        agreement(("small-4shot", "large-4shot"), [936, 8, 26, 30], (960, 24)),
        agreement(("large-0shot", "large-4shot"), [950, 8, 12, 30], (975, 25)),
    ]
}

fn difference() -> Difference {
    let answer = |candidate: &str, text: &str, score| DifferenceAnswer {
        candidate: candidate.to_owned(),
        answer: Some(text.to_owned()),
        score,
    };
    Difference {
        row: 4_711,
        input: "my card still has not come".to_owned(),
        references: vec!["card_arrival".to_owned()],
        answers: vec![answer("small-4shot", "lost_card", 0.0), answer("large-4shot", "card_arrival", 1.0)],
    }
}

/// The page between two headings, an element a line.
fn between(page: &str, from: &str, to: &str) -> String {
    let (_, rest) = page.split_once(&format!("<h2>{from}")).unwrap();
    let (part, _) = rest.split_once(&format!("<h2>{to}")).unwrap();
    part.replace("><", ">\n<")
}

/// The middle of what missing answers leave open is no gain: 0.042 ± 0.3.
#[test]
fn what_missing_answers_leave_open_is_a_range() {
    let mut findings = asked();
    findings.analysis.screening.shots[0].steps[1].difference.as_mut().expect("a difference").gap = 0.3;
    let row = findings.analysis.screening.rows.iter_mut().find(|row| row.name == "small-4shot").expect("a row");
    row.quality.as_mut().expect("a quality").gap = 0.02;
    let shown = Shown::of(&findings);
    let span = shown.shots[0].steps[1].difference.expect("a difference");
    assert!(span.low < -0.258 && span.high > 0.342 && span.gap == 0.3, "{span:?}");
    let page = html(&findings);
    let told = between(&page, "The effect of shots", "Where they differ");
    let (low, high) = (format!("\u{2212}{:.3}", -span.low), format!("+{:.3}", span.high));
    let sentence =
        format!("No difference between 4 shots and 0 shots is shown for small ({low} to {high}, for missing answers)");
    assert!(told.contains(&sentence), "{told}");
    assert!(!told.contains("+0.042"), "{told}");
    let line = terminal(&findings, 120);
    assert!(line.contains(&format!("small: {low} to {high}, for missing answers")), "{line}");
}

#[test]
fn shots_and_shared_errors_are_told() {
    let page = html(&asked());
    insta::assert_snapshot!("asked-page", between(&page, "What was asked", "Where they differ"));
}

/// small-4shot is wrong on 26 + 30 = 56 rows, on 30 of which (53.6 %) large-4shot is wrong too; large-4shot on 8 + 30 = 38,
/// 78.9 % of them shared. Of 1,000 rows: both right 93.6 %.
#[test]
fn shares_are_of_the_pair_that_the_verdict_compares_first() {
    let shown = Shown::of(&asked());
    let first = &shown.agreements[0];
    assert_eq!(first.candidates, ["small-4shot".to_owned(), "large-4shot".to_owned()]);
    assert_eq!((first.both, first.only_first, first.only_second, first.neither), (0.936, 0.008, 0.026, 0.03));
    assert_eq!(first.shared_errors, [Some(30.0 / 56.0), Some(30.0 / 38.0)]);
    // Wilson of 30 in 56 is 0.41 to 0.66: nothing is said of it.
    assert_eq!(first.sentence, None);
    // Then those with the choice or the reference, the most different first: 104, 66, 60 and 20 rows apart.
    let apart: Vec<f64> = shown.agreements[1..5].iter().map(|one| one.only_first + one.only_second).collect();
    assert!(apart.windows(2).all(|pair| pair[0] >= pair[1]), "{apart:?}");
    assert_eq!(shown.agreements[5].candidates[0], "small-0shot");
    // 312 / 60 tokens, 0.0324 / 0.0072 dollars
    let step = &shown.shots[0].steps[1];
    assert_eq!((step.times_tokens, step.prompt_tokens), (Some(5.2), Some(312.0)));
    assert!((step.times_money.unwrap() - 4.5).abs() < 1e-12);
}

/// What is said follows from how many of 60 errors are shared: Wilson of 45 is 0.63 to 0.84, of 10 is 0.09 to 0.28.
#[test]
fn a_word_on_shared_errors_only_where_the_numbers_support_one() {
    let told = |only_second: u64, neither: u64, wrong: u64| {
        let mut findings = asked();
        let rest = 1_000 - 10 - only_second - neither;
        let counts = [rest, 10, only_second, neither];
        findings.analysis.screening.agreements =
            vec![agreement(("small-4shot", "large-4shot"), counts, (rest + wrong, wrong))];
        Shown::of(&findings).agreements[0].sentence.clone()
    };
    let alike = told(15, 45, 40).unwrap();
    assert!(alike.contains("large-4shot gets 75 % wrong as well") && alike.contains("whether the labels are right"));
    assert!(!told(15, 45, 10).unwrap().contains("labels are right"));
    let apart = told(50, 10, 0).unwrap();
    assert!(apart.contains("gets 83.3 % right") && !apart.contains("does not help"), "{apart}");
    assert_eq!(told(30, 30, 0), None);
    // Nine errors are too few for a word, shared or not.
    assert_eq!(told(0, 9, 9), None);
}

#[test]
fn parameters_stand_beside_money_and_latency() {
    let page = html(&asked());
    assert!(page.contains("small-4shot (4B)") && page.contains("large-4shot (400B)"));
    assert!(page.contains("4B parameters") && !page.contains("4G"));
    let findings = asked();
    assert!(markdown(&findings).contains("accuracy\\|version:1"));
    assert!(terminal(&findings, 72).contains("400B"));
}

/// Of 3 tool calls, 2 that were cut off and 9 that nothing can be read from (which the study counts as wrong, so that they are not
/// missing) the commonest kind that is missing is shown by an example of its own.
#[test]
fn an_example_of_what_is_missing_is_of_the_commonest_kind() {
    let mut findings = asked();
    let row = findings.analysis.screening.rows.iter_mut().find(|row| row.name == "large-4shot").unwrap();
    let calls = row.calls.as_mut().unwrap();
    (calls.missing, calls.asked, calls.unreadable_wrong) = (5, 500, true);
    (calls.problems.tool_call, calls.problems.truncated, calls.problems.unparsable) = (3, 2, 9);
    let example = |(what, row, text): (&str, u32, &str)| ProblemExample { what: what.into(), row, text: text.into() };
    calls.problems.examples =
        [("unparsable", 4, "Hm"), ("cut off", 5, "It is"), ("tool call", 6, "look()")].map(example).to_vec();
    let told = |findings: &Findings| {
        let facts = crate::answer(findings).facts;
        facts.into_iter().find(|fact| fact.label == "missing").expect("the line").value
    };
    let of = "large-4shot: 5 of 500, 1 %";
    assert_eq!(told(&findings), format!("{of} (2 cut off, 3 tool calls; such as \"look()\" to row 7)"));
    let row = findings.analysis.screening.rows.iter_mut().find(|row| row.name == "large-4shot").unwrap();
    let problems = &mut row.calls.as_mut().unwrap().problems;
    (problems.tool_call, problems.ambiguous, problems.empty) = (0, 0, 3);
    assert_eq!(told(&findings), format!("{of} (2 cut off, 3 empty)"), "none of another kind stands for them");
}
