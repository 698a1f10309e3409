//! A real llama.cpp server, where one runs: `LAGOM_LLAMA_SERVER` names its address. CONTRIBUTING says how to start one.

use lagom::call::endpoint::{Api, Endpoint, LikelihoodRoute, Needs, Server};
use lagom::call::{Continuation, Question, Stop};

use super::support::{ask_known, question, quick};

#[test]
fn a_real_server_answers_streams_and_scores_or_refuses() {
    let Ok(url) = std::env::var("LAGOM_LLAMA_SERVER") else {
        eprintln!("LAGOM_LLAMA_SERVER is not set: nothing tested");
        return;
    };
    let options = lagom::call::endpoint::ClientOptions {
        first_byte: std::time::Duration::from_secs(60),
        silence: std::time::Duration::from_secs(60),
        in_flight: 2,
        ..quick()
    };
    let models = Server::open(&of(&url, "any"), &options).unwrap();
    let name = match models.handshake(&Needs::default(), &Stop::default()).map(Option::unwrap) {
        Ok(known) => known.models.first().cloned().unwrap_or_else(|| "any".to_owned()),
        Err(lagom::call::BackendError::UnknownModel { there, .. }) => there[0].clone(),
        Err(error) => panic!("{error}"),
    };
    let endpoint = of(&url, &name);
    let known = Server::open(&endpoint, &options)
        .unwrap()
        .handshake(&Needs { likelihoods: true, sampling: None }, &Stop::default())
        .unwrap()
        .unwrap();
    println!("{known:#?}");
    let mut asked = question("Once upon a time, there was a");
    asked.sampling.max_tokens = 24;
    let came = ask_known(&endpoint, &options, &known, std::iter::once((0, asked.clone())));
    println!("{:#?}", came.answer());
    assert!(known.streams && came.answer().timing.first_token.is_some() && !came.answer().text.is_empty());
    let again = ask_known(&endpoint, &options, &known, std::iter::once((0, asked)));
    assert_eq!(again.answer().text, came.answer().text, "temperature 0 answers alike");
    let text = "Once upon a time, there was a little girl";
    let continuations = [" named", " zebra"].map(|text| Continuation { text: text.to_owned() }).to_vec();
    let scored = Question { continuations, ..question(text) };
    match known.likelihoods.as_ref().unwrap() {
        LikelihoodRoute::Refused { why } => println!("refused: {why}"),
        route => {
            let came = ask_known(&endpoint, &options, &known, std::iter::once((0, scored)));
            println!("{route:?}: {:#?}", came.replies);
            if let Ok(answer) = &came.replies[0].outcome {
                assert!(answer.likelihoods[0].log_probability > answer.likelihoods[1].log_probability);
            }
        }
    }
}

fn of(url: &str, model: &str) -> Endpoint {
    Endpoint {
        url: url.to_owned(),
        model: model.to_owned(),
        api: Api::Completions,
        key_env: None,
        headers: Vec::new(),
        certificate: None,
        price: None,
    }
}
