//! A scripted model behind OpenAI's protocol, for tests and studies without a model.
//!
//! ```sh
//! cargo run --release --example scripted_server -- --data train.csv --data test.csv --accuracy 0.95 --latency-ms 20
//! ```
//!
//! It prints its address and answers until its standard input ends. `--data`: CSV files with the columns `--text` (`text`)
//! and `--label` (`label` or, where there is none, `category`); the answer to a prompt is the label of the input that
//! stands last in it, right with the probability `--accuracy`, by a hash of `--seed` and the input. Without data it repeats
//! the prompt. Besides: `--name`, `--parameters`, `--port`, `--likelihoods honoured|ignored|fake`, `--fail RATE` (so many of its
//! requests get status 500 or break off).

#![allow(clippy::unwrap_used, reason = "a tool for tests, in which a panic is the report")]

#[path = "../tests/scripted/mod.rs"]
mod scripted;

use std::collections::HashMap;
use std::io::Read;
use std::time::Duration;

use scripted::{Fault, Labelled, Likelihoods, Model, Script, Server};

fn main() {
    let mut options: HashMap<String, Vec<String>> = HashMap::new();
    let mut arguments = std::env::args().skip(1);
    let known = [
        "data",
        "text",
        "label",
        "accuracy",
        "seed",
        "latency-ms",
        "name",
        "parameters",
        "port",
        "likelihoods",
        "fail",
    ];
    while let Some(name) = arguments.next() {
        let name = name.trim_start_matches("--").to_owned();
        assert!(known.contains(&name.as_str()), "unknown option `--{name}`; expected one of {known:?}");
        let value = arguments.next().unwrap_or_else(|| panic!("`--{name}` needs a value"));
        options.entry(name).or_default().push(value);
    }
    let one = |name: &str| options.get(name).and_then(|values| values.last()).cloned();
    let number = |name: &str, default: f64| one(name).map_or(default, |text| text.parse().unwrap());
    let examples: Vec<(String, String)> =
        options.get("data").into_iter().flatten().flat_map(|path| read(path, one("text"), one("label"))).collect();
    let (accuracy, seed, fail) = (number("accuracy", 1.0), number("seed", 0.0) as u64, number("fail", 0.0));
    let model =
        if examples.is_empty() { Model::Repeats } else { Model::Labels(Labelled::new(examples, accuracy, seed)) };
    let script = Script {
        model,
        name: one("name").unwrap_or_else(|| "scripted".to_owned()),
        meta: one("parameters")
            .map_or(serde_json::Value::Null, |n| serde_json::json!({ "n_params": n.parse::<u64>().unwrap() })),
        fault: Box::new(move |request| {
            // The golden ratio's multiples spread evenly over the unit interval.
            let place = (request.number as f64 * 0.618_033_988_749_894_9).fract();
            match place {
                _ if place >= fail => Fault::None,
                _ if request.number % 2 == 0 => Fault::Status(500, Vec::new(), "scripted".to_owned()),
                _ => Fault::HalfStream,
            }
        }),
        likelihoods: match one("likelihoods").as_deref() {
            None | Some("honoured") => Likelihoods::Honoured,
            Some("ignored") => Likelihoods::IgnoresEcho,
            Some("fake") => Likelihoods::Fake,
            Some(other) => panic!("`--likelihoods {other}`; expected honoured, ignored or fake"),
        },
        latency: Duration::from_secs_f64(number("latency-ms", 0.0) / 1000.0),
        ..Script::default()
    };
    let server = Server::start_at(script, number("port", 0.0) as u16);
    println!("{}", server.url());
    // Whoever started it ends it by closing its standard input.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

fn read(path: &str, text: Option<String>, label: Option<String>) -> Vec<(String, String)> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let header = reader.headers().unwrap().clone();
    let place = |names: &[String]| {
        let found = names.iter().find_map(|name| header.iter().position(|column| column == name));
        found.unwrap_or_else(|| panic!("{path}: no column {names:?}; the columns are {header:?}"))
    };
    let text = place(&[text.unwrap_or_else(|| "text".to_owned())]);
    let label = place(&label.map_or_else(|| vec!["label".to_owned(), "category".to_owned()], |label| vec![label]));
    reader
        .records()
        .map(|record| record.unwrap())
        .map(|record| (record[text].to_owned(), record[label].to_owned()))
        .collect()
}
