//! Prices and the limit of money.

use lagom::call::endpoint::ClientOptions;
use lagom::call::{BackendError, Most, Price};

use super::scripted::{self, Fault, Script};
use super::support::{ask, endpoint, questions, quick};

#[test]
fn money_is_counted_and_its_limit_kept() {
    let server = scripted::Server::start(Script::default());
    let mut priced = endpoint(&server);
    // 3 tokens in and 4 out each: 3 × 1000 + 4 × 10,000 = 43,000 millionths.
    priced.price = Some(Price { input: 1000.0, output: 10_000.0, cached: None, per_call: 0.0 });
    let came = ask(&priced, &quick(), questions(10));
    assert!(came.replies.iter().all(|reply| (reply.money.unwrap() - 0.043).abs() < 1e-12));
    assert!((came.end.unwrap().money.unwrap() - 0.43).abs() < 1e-9);

    let options = ClientOptions { most: Most { money: Some(3.0), calls: None }, ..quick() };
    let came = ask(&priced, &options, questions(10_000));
    let spent: f64 = came.replies.iter().map(|reply| reply.money.unwrap()).sum();
    assert!(spent <= 3.0 && spent > 2.0, "{spent}");
    assert!(
        matches!(came.end, Err(BackendError::Money { limit, .. }) if (limit - 3.0).abs() < 1e-12),
        "{:?}",
        came.end
    );
    assert_eq!(came.replies.len() as u64, server.questions() - 10, "what was paid for was handed over");
    let told = came.error();
    assert!(told.contains("the limit of 3 is reached") && told.contains("raise the limit"), "{told}");
}

#[test]
fn attempts_that_broke_off_count_towards_the_limit() {
    let server = scripted::Server::start(Script::with(|_| Fault::HalfStream));
    let mut priced = endpoint(&server);
    priced.price = Some(Price { input: 0.0, output: 10_000.0, cached: None, per_call: 0.0 });
    // Each attempt may have written 64 tokens: 0.64.
    let options = ClientOptions { most: Most { money: Some(2.0), calls: None }, in_flight: 1, ..quick() };
    let came = ask(&priced, &options, questions(100));
    assert_eq!(server.questions(), 3);
    assert!(
        matches!(came.end, Err(BackendError::Money { spent, .. }) if (spent - 1.92).abs() < 1e-9),
        "{:?}",
        came.end
    );
}

#[test]
fn settings_that_cannot_be_meant_are_told() {
    let server = scripted::Server::start(Script::default());
    let told = |change: &dyn Fn(&mut lagom::call::endpoint::Endpoint, &mut ClientOptions)| {
        let (mut endpoint, mut options) = (endpoint(&server), quick());
        change(&mut endpoint, &mut options);
        lagom::call::endpoint::Server::open(&endpoint, &options).unwrap_err().to_string()
    };
    assert!(told(&|_, options| options.most.money = Some(1.0)).contains("prices"));
    assert!(
        told(&|endpoint, _| endpoint.price = Some(Price { input: -1.0, output: 1.0, cached: None, per_call: 0.0 }))
            .contains("-1")
    );
    assert!(told(&|_, options| options.in_flight = 0).contains("at least 1"));
    assert!(told(&|endpoint, _| endpoint.model = " ".to_owned()).contains("`model` is empty"));
    assert!(told(&|endpoint, _| endpoint.url = "localhost".to_owned()).contains("`url` is"));
}
