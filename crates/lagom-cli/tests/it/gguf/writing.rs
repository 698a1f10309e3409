//! Generated texts.

use std::path::{Path, PathBuf};

use lagom::call::gguf::Settings;
use lagom::call::{CallFailure, Finish, Message, Prompt, Question, Role, Sampling};

use super::scene::{ask, backend, one, stories, write};

/// Sixty tokens each, from the forward pass of its own that mod.rs names; the nearest rival of a token there is 0.07 in
/// logits behind.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_greedy_texts_are_those_of_another_implementation() {
    let model = stories("stories260K-f32");
    let begin = ", there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, \
                 red ball. She wanted to play with it, but it was too high.\nLily";
    let expected = [
        ("Once upon a time", begin),
        (
            "Lily and Tom went to the",
            " park. They saw a big box with a big box. They wanted to play with it. They wanted to play with the box. \
             They wanted to play with the box.\n\"Look, Mom!\" Lily said",
        ),
        (
            "The little dog",
            " was a little girl named Lily. She loved to play with her toys and her toys. One day, she saw a big box \
             with a big box. It was a big, red ball. She wanted to play with it",
        ),
        (
            "",
            " Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she \
             saw a big, red ball. She wanted to play with it, but it was too high",
        ),
    ];
    let questions = expected.iter().map(|(prompt, _)| write(prompt, 60)).collect();
    let (answers, observed) = ask(&backend(&model), questions).unwrap();
    for ((prompt, expected), answer) in expected.iter().zip(answers) {
        let answer = answer.unwrap();
        assert_eq!(answer.text, *expected, "{prompt}");
        assert_eq!((answer.finish, answer.usage.completion, answer.usage.cached), (Finish::Length, Some(60), Some(0)));
        let first = answer.timing.first_token.unwrap();
        assert!(first > 0.0 && first < answer.timing.total && answer.attempts == 1);
    }
    let (prompt, writing) = (observed.prompt_speed().unwrap(), observed.writing_speed().unwrap());
    println!("{prompt:.0} tokens read a second, {writing:.0} written, {} bytes", observed.peak_memory);
    let loaded = observed.loaded.unwrap();
    assert_eq!((loaded.context, loaded.vocabulary, loaded.threads), (512, 512, 1));
    // At least the weights, at most what a worker of a megabyte of weights may take.
    assert!((1_000_000..400_000_000).contains(&observed.peak_memory), "{}", observed.peak_memory);
}

/// These models end a story with the token that begins one: the vocabulary knows, one id would not.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_a_story_ends_where_the_model_ends_it() {
    let model = stories("stories260K-f32");
    let questions =
        ["Once upon a time", "The little dog", "Tom was sad.", "Lily said"].map(|prompt| write(prompt, 2_000));
    let (answers, _) = ask(&backend(&model), questions.into()).unwrap();
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().any(|answer| answer.finish == Finish::Stop), "{answers:#?}");
    for answer in answers {
        assert!(!answer.text.contains("<s>") && !answer.text.contains("</s>"), "{}", answer.text);
        let all = answer.usage.prompt.unwrap() + answer.usage.completion.unwrap();
        // Without an end it goes on until the context of 512 is full; the last token needs no place in it.
        assert!(if answer.finish == Finish::Stop { all <= 513 } else { all == 513 }, "{answer:?}");
    }
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_stop_texts_end_an_answer_and_are_no_part_of_it() {
    let model = stories("stories260K-f32");
    let with = |stop: &[&str], max_tokens| {
        let mut question = write("Once upon a time", max_tokens);
        question.sampling.stop = stop.iter().map(|text| (*text).to_owned()).collect();
        one(&backend(&model), question)
    };
    let stopped = with(&["She loved", "a big", "", "She"], 60);
    assert_eq!((stopped.text.as_str(), stopped.finish), (", there was a little girl named Lily. ", Finish::Stop));
    let nothing = with(&["no such text"], 3);
    assert_eq!((nothing.usage.completion, nothing.finish), (Some(3), Finish::Length));
    assert_eq!(with(&[], 0).text, "");
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_chance_comes_from_seed_and_repeat_alone() {
    let model = stories("stories260K-f32");
    let with = |temperature, top_p, seed, repeat| {
        let sampling = Sampling { temperature, top_p, seed, max_tokens: 30, stop: vec![] };
        Question { sampling, repeat, ..write("Once upon a time", 30) }
    };
    let questions = vec![
        with(1.0, 1.0, 7, 0),
        with(1.0, 1.0, 7, 0),
        with(1.0, 1.0, 8, 0),
        with(1.0, 1.0, 7, 1),
        with(0.0, 1.0, 7, 0),
        with(0.0, 1.0, 8, 1),
        with(1.0, 1e-9, 7, 0),
        with(-1.0, 1.0, 7, 0),
        with(1.0, 0.0, 7, 0),
    ];
    let (mut answers, _) = ask(&backend(&model), questions).unwrap();
    for wrong in answers.split_off(7) {
        assert!(matches!(wrong, Err(CallFailure::Rejected { .. })), "{wrong:?}");
    }
    let texts: Vec<String> = answers.into_iter().map(|answer| answer.unwrap().text).collect();
    assert_eq!(texts[0], texts[1], "the same seed writes the same");
    assert_ne!(texts[0], texts[2], "another seed writes something else");
    assert_eq!(texts[2], texts[3], "the repeat is added to the seed");
    assert_eq!(texts[4], texts[5], "at temperature 0 chance has no part");
    assert_eq!(texts[4], texts[6], "nor where only the likeliest token is left");
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_a_prompt_longer_than_the_context_is_too_long() {
    let model = stories("stories260K-f32");
    let long = "Once upon a time there was a cat. ".repeat(120);
    let (answers, observed) = ask(&backend(&model), vec![write(&long, 5), write("The", 5)]).unwrap();
    assert!(matches!(&answers[0], Err(CallFailure::TooLong { message }) if message.ends_with("the context has 512")));
    assert!(answers[1].is_ok() && observed.workers == 1, "the next one is answered by the same worker");
}

fn chat(messages: &[(Role, &str)]) -> Question {
    let message = |(role, content): &(Role, &str)| Message { role: *role, content: (*content).to_owned() };
    Question { prompt: Prompt::Chat(messages.iter().map(message).collect()), ..write("", 20) }
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_without_a_template_messages_are_joined_and_that_is_said() {
    let model = stories("stories260K-f32");
    let joined = write("Be kind.\n\nOnce upon a time", 20);
    let messages = chat(&[(Role::System, "Be kind."), (Role::User, "Once upon a time")]);
    let (answers, observed) = ask(&backend(&model), vec![joined, messages]).unwrap();
    assert_eq!(answers[0].as_ref().unwrap().text, answers[1].as_ref().unwrap().text);
    let notes = observed.loaded.unwrap().notes;
    assert!(notes.len() == 1 && notes[0].starts_with("the file has no chat template"), "{notes:?}");
}

/// Writes the model with one more key in its header, filled up with a comment so that the weights stay aligned.
fn with_template(model: &Path, folder: &Path, template: &str) -> PathBuf {
    let bytes = std::fs::read(model).unwrap();
    let length = |text: &str| (text.len() as u64).to_le_bytes();
    let (key, mut text) = ("tokenizer.chat_template", template.to_owned());
    let size = |text: &str| 8 + key.len() + 4 + 8 + text.len();
    let fill = 32 - (size(&text) + 4) % 32;
    text.push_str(&format!("{{#{}#}}", " ".repeat(fill)));
    let keys = u64::from_le_bytes(bytes[16..24].try_into().unwrap()) + 1;
    let mut whole = [&bytes[..16], &keys.to_le_bytes(), &length(key), key.as_bytes()].concat();
    whole.extend([&8_u32.to_le_bytes()[..], &length(&text), text.as_bytes(), &bytes[24..]].concat());
    let path = folder.join("chat.gguf");
    std::fs::write(&path, whole).unwrap();
    path
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_the_file_s_own_template_is_used() {
    let model = stories("stories260K-f32");
    let folder = tempfile::tempdir().unwrap();
    let template = "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system message') }}\
                    {% endif %}{{ bos_token }}{{ m.content.strip() }}{% endfor %}{% if add_generation_prompt %}, there{% endif %}";
    let path = with_template(&model, folder.path(), template);
    let questions = vec![
        write("<s>Once upon a time, there", 20),
        write("Once upon a time, there", 20),
        chat(&[(Role::User, " Once upon a time ")]),
        chat(&[(Role::System, "Be kind."), (Role::User, "Once upon a time")]),
    ];
    let (answers, observed) = ask(&backend(&path), questions).unwrap();
    let plain = answers[1].as_ref().unwrap();
    // The token that begins a text is not put there twice.
    for same in [0, 2] {
        let answer = answers[same].as_ref().unwrap();
        assert_eq!((&answer.text, answer.usage), (&plain.text, plain.usage));
    }
    let refused = "the model's chat template: no system message (line 1)";
    assert!(matches!(&answers[3], Err(CallFailure::Rejected { message }) if message == refused), "{:?}", answers[3]);
    assert!(observed.loaded.unwrap().notes.is_empty());
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_the_other_precision_is_close_and_a_longer_context_is_noted() {
    let model = stories("stories260K-f32");
    let mut exact = backend(&model);
    let text = "Once upon a time, there was a little girl named Lily.";
    let value = super::scene::likelihoods(&exact, "", &[text])[0];
    let cache = lagom::call::gguf::header::CachePrecision::F16;
    exact.settings = Settings { cache, flash_attention: true, context: Some(600), ..exact.settings };
    let (answers, observed) = ask(&exact, vec![super::scene::score("", &[text])]).unwrap();
    let other = answers[0].as_ref().unwrap().likelihoods[0];
    assert!((value.log_probability - other.log_probability).abs() < 0.05 && other.tokens == value.tokens);
    let notes = observed.loaded.unwrap().notes;
    assert!(notes.iter().any(|note| note.starts_with("the context of 600 tokens is longer than the 512")), "{notes:?}");
}
