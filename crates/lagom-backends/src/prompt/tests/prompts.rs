//! What a model reads, letter by letter.

use serde_json::json;

use super::super::instruction::Asked;
use super::super::{Draw, Example, Expected, Form, PromptError, Prompter, ShotPool, Template};
use super::{ask, example, labelled, row, texts, written};
use crate::call::Prompt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

fn pool(prompter: &Prompter, examples: &[Example], count: usize) -> ShotPool {
    ShotPool::draw(prompter, examples, count, Draw::Balanced, &mut ChaCha8Rng::seed_from_u64(1)).unwrap()
}

fn letters() -> Vec<Example> {
    let example = |question: &str, choices: &[&str], answer: &str| Example {
        row: row(json!({"q": question})),
        choices: texts(choices),
        answer: answer.to_owned(),
    };
    vec![example("1 + 1?", &["1", "2"], "2"), example("1 + 1?", &["1", "2"], "2"), example("2 + 2?", &["4", "5"], "4")]
}

#[test]
fn a_chat_with_a_shot_of_each_class() {
    let mut prompter = labelled(Form::Chat);
    prompter.system = Some(Template::parse("You read text messages.", "prompt.system").unwrap());
    let examples =
        [example("buy now", "spam"), example("see you", "ham"), example("see  You", "ham"), example("win", "spam")];
    let asked = row(json!({"text": "hi there"}));
    let prompt = prompter.prompt(ask(&asked, &[]), &pool(&prompter, &examples, 2)).unwrap();
    let before = "S: You read text messages.\n\nChoose the one label that fits best. The labels are:\nham\nspam\n\n\
        Answer with that label and nothing else.\n";
    let text = written(&prompt);
    let shots = text.strip_prefix(before).unwrap();
    let possible = ["see you", "see  You"].into_iter().flat_map(|ham| ["buy now", "win"].map(|spam| (ham, spam)));
    let mut possible = possible.flat_map(|(ham, spam)| {
        let (ham, spam) = (format!("U: {ham}\nA: ham\n"), format!("U: {spam}\nA: spam\n"));
        [format!("{spam}{ham}U: hi there"), format!("{ham}{spam}U: hi there")]
    });
    assert!(possible.any(|expected| expected == shots), "{shots}");
}

#[test]
fn a_model_without_a_system_role_reads_it_first_thing() {
    let mut prompter = labelled(Form::ChatWithoutSystem);
    prompter.instruction = Some(Template::parse("One of {{ labels | join(' or ') }}.", "prompt.instruction").unwrap());
    let asked = row(json!({"text": "hi"}));
    let prompt = prompter.prompt(ask(&asked, &[]), &ShotPool::none()).unwrap();
    assert_eq!(written(&prompt), "U: One of ham or spam.\n\nhi");
}

#[test]
fn running_text_and_its_continuations() {
    let mut prompter = labelled(Form::Text);
    prompter.instruction = None;
    let examples = [example("buy now", "spam"), example("buy this", "spam")];
    let asked = row(json!({"text": "hi"}));
    let prompt = prompter.prompt(ask(&asked, &[]), &pool(&prompter, &examples, 1)).unwrap();
    let text = written(&prompt);
    assert!(["buy now", "buy this"].iter().any(|shot| text == format!("{shot}\nLabel: spam\n\nhi\nLabel:")), "{text}");
    let (again, continuations) = prompter.continuations(prompt.clone(), ask(&asked, &[]));
    assert_eq!(again, prompt);
    assert_eq!(continuations.iter().map(|c| c.text.as_str()).collect::<Vec<_>>(), [" ham", " spam"]);
}

#[test]
fn spaces_at_the_end_of_a_prompt_move_onto_the_continuations() {
    let input = Template::parse("{{ text }} is ", "prompt.template").unwrap();
    let prompter = Prompter::new(input, Expected::ChoiceText, Form::Text);
    let asked = row(json!({"text": "snow"}));
    let choices = texts(&["white", "black"]);
    let prompt = prompter.prompt(ask(&asked, &choices), &ShotPool::none()).unwrap();
    let (prompt, continuations) = prompter.continuations(prompt, ask(&asked, &choices));
    assert_eq!(prompt, Prompt::Text("snow is".to_owned()));
    assert_eq!(continuations.iter().map(|c| c.text.as_str()).collect::<Vec<_>>(), [" white", " black"]);
}

#[test]
fn behind_a_chat_template_there_is_no_delimiter() {
    let prompter = labelled(Form::Chat);
    let asked = row(json!({"text": "hi"}));
    let prompt = prompter.prompt(ask(&asked, &[]), &ShotPool::none()).unwrap();
    let (_, continuations) = prompter.continuations(prompt, ask(&asked, &[]));
    assert_eq!(continuations.iter().map(|c| c.text.as_str()).collect::<Vec<_>>(), ["ham", "spam"]);
}

#[test]
fn choices_are_lettered_and_shots_answer_with_the_letter() {
    let prompter = Prompter::of_column("q", Expected::Letter, Form::Text);
    let examples = letters();
    let asked = row(json!({"q": "3 + 3?"}));
    let choices = texts(&["6", "7", "8"]);
    let asked = Asked { row: &asked, choices: &choices };
    let prompt = prompter.prompt(asked, &pool(&prompter, &examples, 1)).unwrap();
    let text = written(&prompt);
    let before = "Answer with the letter of the right choice and nothing else.\n\n";
    let (one, other) = ("1 + 1?\nA. 1\nB. 2\nAnswer: B\n\n", "2 + 2?\nA. 4\nB. 5\nAnswer: A\n\n");
    let question = "3 + 3?\nA. 6\nB. 7\nC. 8\nAnswer:";
    assert!([one, other].iter().any(|shot| text == format!("{before}{shot}{question}")), "{text}");
    let (_, continuations) = prompter.continuations(prompt, asked);
    assert_eq!(continuations.iter().map(|c| c.text.as_str()).collect::<Vec<_>>(), [" A", " B", " C"]);
}

#[test]
fn a_template_that_names_the_choices_lists_them_itself() {
    let input = Template::parse("{{ q }} {{ choices | join(' or ') }}?", "prompt.template").unwrap();
    let prompter = Prompter::new(input, Expected::Letter, Form::Chat);
    let asked = row(json!({"q": "Tea"}));
    let choices = texts(&["now", "later"]);
    assert_eq!(prompter.input(ask(&asked, &choices)), Ok("Tea now or later?".to_owned()));
}

#[test]
fn what_makes_no_prompt_is_said() {
    let prompter = Prompter::of_column("q", Expected::Letter, Form::Text);
    let asked = row(json!({"q": "?"}));
    let one = texts(&["only"]);
    assert_eq!(prompter.input(ask(&asked, &one)), Err(PromptError::Choices { found: 1 }));
    let many: Vec<String> = (0..27).map(|n| n.to_string()).collect();
    let error = prompter.input(ask(&asked, &many)).unwrap_err();
    assert_eq!(error.to_string(), "27 choices: a row needs 2 to 26");
    let wrong = Example { answer: "6".to_owned(), ..letters().remove(0) };
    let error = prompter.show(&wrong).unwrap_err();
    assert_eq!(error.to_string(), "the answer \"6\" is none of the choices [\"1\", \"2\"]");
    let missing = prompter.input(ask(&row(json!({})), &many[..2])).unwrap_err();
    assert!(missing.to_string().starts_with("the default template, line 1: this row has no value for"), "{missing}");
}

#[test]
fn every_default_instruction_is_a_template() {
    for (expected, said) in [
        (Expected::Label(texts(&["a"])), "a\n\nAnswer with that label and nothing else."),
        (Expected::Number, "Answer with one number and nothing else."),
        (Expected::Letter, "Answer with the letter of the right choice and nothing else."),
        (Expected::Json(Vec::new()), "Answer with one JSON object and nothing else."),
        (Expected::Json(texts(&["a \"b\" {{ c }}"])), "It has the field \"a \\\"b\\\" {{ c }}\"."),
        (Expected::Json(texts(&["a", "b"])), "It has the fields \"a\", \"b\"."),
    ] {
        let prompter = Prompter::of_column("text", expected, Form::ChatWithoutSystem);
        let asked = row(json!({"text": "T"}));
        let choices = texts(&["x", "y"]);
        let text = written(&prompter.prompt(ask(&asked, &choices), &ShotPool::none()).unwrap());
        assert!(text.contains(said), "{text}");
        assert_eq!(prompter.check(&["text"]), Ok(()));
    }
    for expected in [Expected::ChoiceText, Expected::Text] {
        assert_eq!(Prompter::of_column("text", expected, Form::Chat).instruction, None);
    }
}

#[test]
fn a_check_finds_the_faults_of_all_templates() {
    let mut prompter = labelled(Form::Chat);
    prompter.system = Some(Template::parse("{{ languge }}", "prompt.system").unwrap());
    prompter.instruction = Some(Template::parse("{{ labls }}", "prompt.instruction").unwrap());
    let faults = prompter.check(&["text", "language"]).unwrap_err();
    let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(keys, ["prompt.system", "prompt.instruction"]);
}
