//! Likelihoods: only over a route that was tried with texts whose order is known; never scores of chance.

use lagom::call::endpoint::{ClientOptions, LikelihoodRoute, Needs, Server, ServerCapabilities};
use lagom::call::{BackendError, Continuation, Message, Most, Price, Prompt, Question, Role, Stop};

use super::scripted::{self, Labelled, Likelihoods, Model, Script};
use super::support::{ask, ask_known, endpoint, question, quick};

fn server(likelihoods: Likelihoods) -> scripted::Server {
    let model = Model::Labels(Labelled::new(vec![("the sky".to_owned(), "blue".to_owned())], 1.0, 0));
    scripted::Server::start(Script { likelihoods, model, ..Script::default() })
}

fn known(server: &scripted::Server) -> ServerCapabilities {
    Server::open(&endpoint(server), &quick())
        .unwrap()
        .handshake(&Needs { likelihoods: true, sampling: None }, &Stop::default())
        .unwrap()
        .unwrap()
}

fn choice(prompt: &str, continuations: &[&str]) -> Question {
    let continuations = continuations.iter().map(|text| Continuation { text: (*text).to_owned() }).collect();
    Question { continuations, ..question(prompt) }
}

#[test]
fn an_honest_server_ranks_the_right_continuation_first() {
    for (kind, generated) in [
        (Likelihoods::Honoured, true),
        (Likelihoods::HonouredWithoutWritten, false),
        (Likelihoods::HonouredWithHiddenFirst, true),
    ] {
        let server = server(kind);
        let known = known(&server);
        assert_eq!(known.likelihoods, Some(LikelihoodRoute::Echo { generated }), "{kind:?}");
        let asked = [
            (0, choice("Colour of the sky:", &[" red", " blue", " very dark green"])),
            // A space at the end of the prompt belongs to the continuation.
            (1, choice("Colour of the sky: ", &["red", "blue", "very dark green"])),
        ];
        let mut came = ask_known(&endpoint(&server), &quick(), &known, asked.into_iter());
        came.replies.sort_by_key(|reply| reply.index);
        let scores: Vec<_> = came.replies.iter().map(|reply| reply.outcome.clone().unwrap().likelihoods).collect();
        assert_eq!(scores[0], scores[1], "{kind:?}");
        let [red, blue, green] = scores[0][..] else { panic!("{scores:?}") };
        assert_eq!((red.tokens, blue.tokens, green.tokens), (1, 1, 3));
        assert!(blue.log_probability > -0.2 && blue.greedy, "{kind:?} {blue:?}");
        assert!(red.log_probability < -3.0 && !red.greedy && green.log_probability < -9.0, "{kind:?}");
        // The prompt alone and before each of three continuations.
        assert_eq!(came.end.unwrap().requests, 8);
    }
}

#[test]
fn a_server_that_only_pretends_is_refused_with_what_was_found() {
    for (kind, expected) in [
        (Likelihoods::IgnoresEcho, "the first token has a probability"),
        (Likelihoods::Ignored, "the answer has no `logprobs`"),
        (Likelihoods::Fake, "alike"),
        (Likelihoods::Refused, "Only no echo is supported"),
        (Likelihoods::OfLlamaAfterSampling, "`/completion` with `n_probs`"),
    ] {
        let server = server(kind);
        let known = known(&server);
        let Some(LikelihoodRoute::Refused { why }) = &known.likelihoods else { panic!("{kind:?}: {known:?}") };
        assert!(why.contains("`/v1/completions` with `echo`") && why.contains(expected), "{kind:?}: {why}");
        let asked = (0..100).map(|index| (index, choice("the sky", &[" red", " blue"])));
        let came = ask_known(&endpoint(&server), &quick(), &known, asked);
        assert!(came.replies.is_empty(), "no score at all, rather than one of chance");
        let told = came.error();
        assert!(told.contains("no likelihoods that can be trusted") && told.contains("GGUF"), "{told}");
    }
}

#[test]
fn without_a_handshake_there_are_no_likelihoods() {
    let server = server(Likelihoods::Honoured);
    let came = ask(&endpoint(&server), &quick(), std::iter::once((0, choice("the sky", &[" red"]))));
    assert!(came.replies.is_empty() && came.error().contains("not told to try"), "{}", came.error());
}

#[test]
fn a_llama_server_scores_labels_of_one_token_and_refuses_longer_ones() {
    let server = server(Likelihoods::OfLlama);
    let known = known(&server);
    assert_eq!(known.likelihoods, Some(LikelihoodRoute::NextToken));
    // ` no` comes only when all of the vocabulary is asked for.
    for labels in [&[" red", " blue"][..], &[" no", " blue"]] {
        let asked = std::iter::once((0, choice("Colour of the sky:", labels)));
        let came = ask_known(&endpoint(&server), &quick(), &known, asked);
        let [other, blue] = came.answer().likelihoods[..] else { panic!("{came:?}", came = came.replies) };
        assert!(blue.log_probability > other.log_probability && blue.greedy && !other.greedy, "{labels:?}");
    }
    let asked = std::iter::once((0, choice("Colour of the sky:", &[" blue", " light blue"])));
    let came = ask_known(&endpoint(&server), &quick(), &known, asked);
    let told = came.failure().to_string();
    assert!(told.contains("` light blue` is 2 tokens") && told.contains("single tokens alone"), "{told}");
}

#[test]
fn no_route_is_tried_that_the_money_may_not_suffice_for() {
    let server = server(Likelihoods::Honoured);
    let mut priced = endpoint(&server);
    priced.price = Some(Price { input: 0.0, output: 0.0, cached: None, per_call: 1.0 });
    // One small question; a text, and two requests for each of its two ends.
    for (money, spent) in [(5.5, 1.0), (6.0, 6.0)] {
        let options = ClientOptions { most: Most { money: Some(money), calls: None }, ..quick() };
        let opened = Server::open(&priced, &options).unwrap();
        let known = opened.handshake(&Needs { likelihoods: true, sampling: None }, &Stop::default());
        assert!((opened.used().money - spent).abs() < 1e-9, "{:?} {known:?}", opened.used());
        assert_eq!(matches!(known, Err(BackendError::Money { .. })), spent < money, "{known:?}");
    }
}

#[test]
fn questions_that_have_no_likelihood_are_refused_alone() {
    let server = server(Likelihoods::Honoured);
    let known = known(&server);
    let mut chat = choice("", &[" red"]);
    chat.prompt = Prompt::Chat(vec![Message { role: Role::User, content: "the sky".to_owned() }]);
    for (asked, expected) in [
        (chat, "not the messages of a chat"),
        (choice(" ", &[" red"]), "a prompt that is not empty"),
        (choice("the sky", &[" red", ""]), "a continuation is empty"),
    ] {
        let came = ask_known(&endpoint(&server), &quick(), &known, std::iter::once((0, asked)));
        assert!(came.failure().to_string().contains(expected), "{}", came.failure());
    }
}
