//! Which examples are shown.

use std::collections::{BTreeMap, BTreeSet};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::super::{Draw, Example, Expected, Form, PromptError, Prompter, ShotPool};
use super::{example, labelled, texts};

fn draw(
    prompter: &Prompter,
    examples: &[Example],
    count: usize,
    draw: Draw,
    seed: u64,
) -> Result<ShotPool, PromptError> {
    ShotPool::draw(prompter, examples, count, draw, &mut ChaCha8Rng::seed_from_u64(seed))
}

/// `each` examples of each of `classes` classes.
fn examples(classes: usize, each: usize) -> (Prompter, Vec<Example>) {
    let labels: Vec<String> = (0..classes).map(|class| format!("class {class}")).collect();
    let all = (0..classes * each).map(|n| example(&format!("text {n}"), &labels[n % classes])).collect();
    (Prompter::of_column("text", Expected::Label(labels), Form::Chat), all)
}

fn inputs(pool: &ShotPool, question: &str) -> Vec<String> {
    pool.shots(question).iter().map(|shot| shot.input.clone()).collect()
}

#[test]
fn classes_take_turns() {
    let (prompter, examples) = examples(5, 4);
    for count in [1, 3, 5, 7, 10, 19] {
        let pool = draw(&prompter, &examples, count, Draw::Balanced, 3).unwrap();
        let mut classes: BTreeMap<String, usize> = BTreeMap::new();
        for shot in pool.shots("?") {
            *classes.entry(shot.answer.clone()).or_default() += 1;
        }
        assert_eq!(classes.len(), count.min(5), "{count}");
        let (least, most) = (classes.values().min().unwrap(), classes.values().max().unwrap());
        assert!(most - least <= 1, "{count}: {classes:?}");
    }
}

#[test]
fn a_rare_class_is_filled_up_from_the_others() {
    let (prompter, mut examples) = examples(2, 6);
    examples.retain(|example| example.answer == "class 0" || example.row["text"] == "text 1");
    let pool = draw(&prompter, &examples, 5, Draw::Balanced, 1).unwrap();
    let rare = pool.shots("?").iter().filter(|shot| shot.answer == "class 1").count();
    assert_eq!((pool.shots("?").len(), rare), (5, 1));
}

#[test]
fn the_same_seed_shows_the_same_and_another_one_others() {
    let (prompter, examples) = examples(3, 30);
    for kind in [Draw::Balanced, Draw::Random] {
        let shown = |seed| inputs(&draw(&prompter, &examples, 6, kind, seed).unwrap(), "?");
        assert_eq!(shown(1), shown(1));
        assert_ne!(shown(1), shown(2));
    }
}

#[test]
fn every_form_of_prompt_shows_the_same_examples() {
    let (chat, examples) = examples(3, 10);
    let text = Prompter { form: Form::Text, ..chat.clone() };
    let of = |prompter: &Prompter| inputs(&draw(prompter, &examples, 4, Draw::Balanced, 9).unwrap(), "?");
    assert_eq!(of(&chat), of(&text));
}

#[test]
fn a_question_never_shows_itself_nor_its_double() {
    let (prompter, mut examples) = examples(2, 4);
    examples.push(example("TEXT  3 ", "class 1"));
    for kind in [Draw::Balanced, Draw::Random, Draw::Nearest] {
        for count in 1..=7 {
            let pool = draw(&prompter, &examples, count, kind, 5).unwrap();
            for own in &examples {
                let question = own.row["text"].as_str().unwrap();
                let shown = inputs(&pool, question);
                let folded = |text: &str| text.to_lowercase().split_whitespace().collect::<String>();
                assert_eq!(shown.len(), count, "{kind:?} {count} {question}");
                assert!(
                    shown.iter().all(|shot| folded(shot) != folded(question)),
                    "{kind:?} {count} {question}: {shown:?}"
                );
                assert_eq!(shown.iter().map(|shot| folded(shot)).collect::<BTreeSet<_>>().len(), count);
            }
        }
    }
}

#[test]
fn the_stand_in_is_of_the_same_class() {
    let (prompter, examples) = examples(4, 3);
    let pool = draw(&prompter, &examples, 8, Draw::Balanced, 2).unwrap();
    for question in inputs(&pool, "?") {
        let mut classes: Vec<String> = pool.shots(&question).iter().map(|shot| shot.answer.clone()).collect();
        classes.sort();
        let twice: Vec<String> = (0..8).map(|n| format!("class {}", n / 2)).collect();
        assert_eq!(classes, twice, "{question}");
    }
}

#[test]
fn the_nearest_come_last() {
    let prompter = labelled(Form::Chat);
    let examples = [
        example("my new card has not arrived yet", "ham"),
        example("cheap watches for you", "spam"),
        example("my card is late", "ham"),
        example("what is the exchange rate of the pound", "ham"),
    ];
    let pool = draw(&prompter, &examples, 2, Draw::Nearest, 1).unwrap();
    assert_eq!(inputs(&pool, "has my card not arrived?"), ["my card is late", "my new card has not arrived yet"]);
    assert_eq!(inputs(&pool, "exchange rates")[1], "what is the exchange rate of the pound");
}

#[test]
fn too_few_examples_are_told() {
    let prompter = labelled(Form::Chat);
    let examples = [example("a", "ham"), example("A ", "ham"), example("b", "spam"), example("c", " ")];
    for kind in [Draw::Balanced, Draw::Random, Draw::Nearest] {
        assert!(draw(&prompter, &examples, 1, kind, 1).is_ok());
        let error = draw(&prompter, &examples, 2, kind, 1).unwrap_err();
        assert_eq!(error, PromptError::FewExamples { wanted: 2, found: 2 }, "{kind:?}");
        let said = "2 shots need at least 3 training rows with different inputs and an answer each, found 2";
        assert_eq!(error.to_string(), said);
    }
    assert_eq!(draw(&prompter, &[], 0, Draw::Balanced, 1).unwrap().shots("?").len(), 0);
}

#[test]
fn draws_are_named_as_a_study_writes_them() {
    let named: Vec<String> =
        [Draw::Balanced, Draw::Random, Draw::Nearest].iter().map(|draw| serde_json::to_string(draw).unwrap()).collect();
    assert_eq!(named, texts(&["\"balanced\"", "\"random\"", "\"nearest\""]));
}
