//! Which adaptation pays at which number of labels, in every form of the report.

use super::sample::{digits, estimate};
use crate::labels::{Contest, LabelCurve, LabelCurves, LabelDifference, LabelPoint, Outcome, Side, SizeContest, Way};
use crate::study::{Adaptation, FamilyId};
use crate::verdict::Row;
use crate::{Findings, Shown, html, json, markdown, terminal};

/// Numbers of labels of the made curves.
const LABELS: [u64; 4] = [153, 613, 2_453, 4_906];

fn curve(candidate: &str, way: Way, weights: Option<u64>, qualities: [f64; 4]) -> LabelCurve {
    let point = |(labels, quality): (&u64, f64)| LabelPoint {
        labels: *labels,
        quality: estimate(quality, 0.008),
        cpu_seconds: 0.1 * *labels as f64,
    };
    LabelCurve {
        candidate: candidate.to_owned(),
        way,
        weights,
        points: LABELS.iter().zip(qualities).map(point).collect(),
        failures: Vec::new(),
    }
}

fn contest(one: &str, other: &str, outcome: Outcome) -> Contest {
    let difference = |labels: &u64| LabelDifference { labels: *labels, difference: estimate(0.01, 0.004) };
    Contest {
        one: one.to_owned(),
        other: other.to_owned(),
        differences: LABELS.iter().map(difference).collect(),
        outcome,
    }
}

fn apart(ahead: Side, from: u64, before: Option<u64>, needs: Option<u64>) -> Outcome {
    Outcome::Apart { ahead, from, before, needs }
}

/// Candidates of the sample in the parts of adaptations: their rows are what the page knows of families.
fn with(contests: Vec<Contest>) -> Findings {
    let asked = LabelCurve {
        points: vec![LabelPoint { labels: 0, quality: estimate(0.95, 0.006), cpu_seconds: 0.0 }],
        ..curve("big", Way::Asked, None, [0.0; 4])
    };
    let curves = vec![
        curve("mlp-12k", Way::Rows, None, [0.62, 0.74, 0.83, 0.87]),
        curve("m-frozen", Way::Adapted(Adaptation::Frozen), Some(22_700_000), [0.80, 0.86, 0.89, 0.90]),
        curve("m-full", Way::Adapted(Adaptation::Full), Some(22_700_000), [0.70, 0.85, 0.94, 0.96]),
        curve("m-scratch", Way::Adapted(Adaptation::Scratch), Some(22_700_000), [0.30, 0.45, 0.62, 0.70]),
        asked,
        curve("m-static-128", Way::Adapted(Adaptation::Static), None, [0.60, 0.72, 0.82, 0.88]),
    ];
    let mut found = digits();
    found.labels = Some(LabelCurves { confidence: 0.95, repeats: 3, curves, contests, sizes: None });
    // The page draws what the table of candidates has.
    let last = found.analysis.screening.rows.last().expect("rows").clone();
    let families = [
        ("m-frozen", "frozen"),
        ("m-full", "fine-tuned"),
        ("m-scratch", "from-scratch"),
        ("big", "endpoint"),
        ("m-static-128", "static"),
    ];
    for (name, family) in families {
        let row = Row { name: name.to_owned(), family: FamilyId::new(family), ..last.clone() };
        found.analysis.screening.rows.push(row);
    }
    found
}

fn sentence(contests: Vec<Contest>) -> String {
    Shown::of(&with(contests)).labels.expect("labels").sentence
}

#[test]
fn a_crossing_is_told_between_two_numbers_that_were_measured() {
    let told = sentence(vec![
        contest("m-full", "m-frozen", apart(Side::One, 2_453, Some(613), None)),
        contest("m-scratch", "m-frozen", apart(Side::Other, 153, None, Some(21_000))),
        contest("mlp-12k", "m-frozen", apart(Side::Other, 153, None, Some(4_906))),
    ]);
    assert_eq!(
        told,
        "Fine-tuning m (22.7M) overtakes the frozen vectors of m between 613 and 2,453 labels; training the shape of m from scratch would need \
         more than 21,000 labels to do as well as the frozen vectors of m with 4,906, by its own learning curve; training from your rows alone \
         (mlp-12k) would need more than 4,906 labels, all that there are, to do as well as the frozen vectors of m."
    );
}

#[test]
fn a_static_ladder_is_told_by_its_size_and_what_it_came_from() {
    let told = sentence(vec![
        contest("m-full", "m-frozen", apart(Side::One, 2_453, Some(613), None)),
        contest("m-static-128", "m-frozen", apart(Side::Other, 153, None, Some(4_906))),
    ]);
    assert_eq!(
        told,
        "Fine-tuning m (22.7M) overtakes the frozen vectors of m between 613 and 2,453 labels; static embeddings out of m (m-static-128) would need \
         more than 4,906 labels, all that there are, to do as well as the frozen vectors of m."
    );
}

#[test]
fn what_is_open_is_told_as_open() {
    let told = |outcome| sentence(vec![contest("m-full", "m-frozen", outcome)]);
    assert!(
        told(apart(Side::One, 4_906, Some(153), None)).contains(
            "is surely behind the frozen vectors of m with 153 labels, surely ahead from 4,906 on, and between them it can't be told"
        )
    );
    assert!(told(apart(Side::One, 153, None, None)).contains("from 153 labels on, the fewest that were measured"));
    assert!(told(apart(Side::One, 613, None, None)).contains("from 613 labels on, and with fewer it can't be told"));
    assert!(
        told(apart(Side::Other, 2_453, Some(153), None)).contains("with 153 labels and surely behind from 2,453 on")
    );
    assert_eq!(
        told(Outcome::Open { one: None, other: Some(153) }),
        "With 4,906 labels the validation rows can't tell whether fine-tuning m (22.7M) or the frozen vectors of m is better (the second is surely ahead with 153)."
    );
    assert!(told(Outcome::Open { one: None, other: None }).ends_with("is better, nor with fewer of 153 or more."));
}

#[test]
fn what_is_asked_stands_apart_from_the_sentence() {
    let found = with(vec![
        contest("m-full", "m-frozen", apart(Side::One, 2_453, Some(613), None)),
        contest("m-full", "big", apart(Side::One, 4_906, Some(613), None)),
    ]);
    let shown = Shown::of(&found).labels.expect("labels");
    assert!(!shown.sentence.contains("asking"), "{}", shown.sentence);
    assert_eq!(
        shown.others,
        [
            "Fine-tuning m (22.7M) is surely behind asking big with 613 labels, surely ahead from 4,906 on, and between them it can't be told."
        ]
    );
}

#[test]
fn small_and_trained_against_large_and_frozen() {
    let told = |point: f64, within: Option<bool>| {
        let mut found = with(Vec::new());
        let sizes = SizeContest {
            small: "m-full".to_owned(),
            small_weights: 22_700_000,
            large: "big-frozen".to_owned(),
            large_weights: 109_000_000,
            difference: estimate(point, 0.002),
            within_margin: within,
        };
        found.labels.as_mut().expect("labels").sizes = Some(sizes);
        Shown::of(&found).labels.expect("labels").others.remove(0)
    };
    assert!(
        told(0.02, Some(true)).starts_with("m-full (22.7M weights, trained) is better than big-frozen (109M weights")
    );
    assert!(told(0.0, Some(true)).contains("does the job of big-frozen (109M weights, as they are) within the margin"));
    assert!(told(-0.05, Some(false)).contains("does not do the job of"));
    assert!(told(-0.008, Some(false)).starts_with("Whether m-full"));
}

#[test]
fn every_form_has_the_sentence_and_the_page_one_chart() {
    let found = with(vec![contest("m-full", "m-frozen", apart(Side::One, 2_453, Some(613), None))]);
    let said = "overtakes the frozen vectors of m between 613 and 2,453 labels";
    let page = html(&found);
    assert!(
        page.contains(said) && page.contains("id=\"labels-wide-title\"") && page.contains("id=\"labels-narrow-title\"")
    );
    assert!(page.contains("curve beyond f-"), "what is asked is a dashed line");
    assert!(markdown(&found).contains(said) && json(&found).contains(said));
    let wide = terminal(&found, 120);
    assert!(wide.contains("153 labels") && wide.contains("4,906 labels") && wide.contains("0.960 ± 0.0"), "{wide}");
    let narrow = terminal(&found, 50);
    assert!(narrow.lines().all(|line| line.chars().count() <= 50), "{narrow}");
    assert!(narrow.contains("m-full") && narrow.contains("0.960"), "{narrow}");
    // Without it there is not a word.
    assert!(!terminal(&digits(), 120).contains("Which adaptation pays"));
}

#[test]
fn trainings_that_failed_are_said() {
    let mut found = with(vec![contest("m-full", "m-frozen", apart(Side::One, 153, None, None))]);
    found.labels.as_mut().expect("labels").curves[2].failures = vec!["the worker was killed.".to_owned()];
    assert!(terminal(&found, 120).contains("Trainings of m-full on fewer rows failed: the worker was killed."));
}
