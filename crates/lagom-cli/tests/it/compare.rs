//! `lagom compare`: whole commands on small files made here, and on published results.

use serde_json::{Value, json};

use super::support::{Dice, Place};

const MODELS: &str = "candidate,parameters,price\nsmall,8B,0.2\nlarge,400B,3\n";

/// A long CSV: `both`, only small, only large and none right.
fn long(counts: [usize; 4]) -> String {
    let mut text = "question,model,correct\n".to_owned();
    let kinds = counts.iter().zip([(1, 1), (1, 0), (0, 1), (0, 0)]);
    let pairs = kinds.flat_map(|(count, pair)| std::iter::repeat_n(pair, *count));
    for (at, (small, large)) in pairs.enumerate() {
        text.push_str(&format!("q{at},small,{small}\nq{at},large,{large}\n"));
    }
    text
}

fn place() -> Place {
    let place = Place::new();
    place.write("s.csv", long([600, 50, 250, 100]));
    place.write("m.csv", MODELS);
    place
}

pub(super) fn findings(place: &Place, arguments: &[&str]) -> Value {
    let mut all = vec!["compare"];
    all.extend(arguments);
    all.push("--json");
    let ran = place.lagom(&all);
    assert!([0, 3].contains(&ran.code), "{ran:?}");
    serde_json::from_str(&ran.out).unwrap()
}

pub(super) fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn a_table_is_judged_and_told() {
    let place = place();
    let ran = place.lagom(&["compare", "s.csv", "--candidates", "m.csv", "--margin", "0.05"]);
    // 50 against 250 of 1,000: accuracies 0.65 and 0.85, difference −0.2;
    // Wald: 1.959964 · √(300 − 200²/1000) / 1000 = 1.959964 · 0.0161245 = 0.0316
    ran.ends(0).says(&[
        "Yes: the bigger model pays.",
        "0.850 against 0.650 on 1,000 examples",
        "50 against 250",
        "−0.232 to −0.168, Wald",
        "50 times larger than small",
    ]);
    let wide = place.lagom(&["compare", "s.csv", "--candidates", "m.csv", "--margin", "0.3"]);
    wide.ends(0).says(&["No: a smaller model is enough.", "small does the job of large", "15 times cheaper"]);
    let open = place.lagom(&["compare", "s.csv", "--candidates", "m.csv", "--margin", "0.21"]);
    open.ends(3).says(&["Can't tell yet.", "To decide it, score about", "Meanwhile large"]);
    place.lagom(&["compare", "s.csv", "--candidates", "m.csv", "--bar", "0.6"]).ends(0).says(&["clears your bar"]);
    place.lagom(&["compare", "s.csv", "--bar", "0.95"]).ends(3).says(&["No model clears your bar."]);
    let limit = ["compare", "s.csv", "--candidates", "m.csv", "--margin", "0.05", "--max-parameters", "1B"];
    place.lagom(&limit).ends(3).says(&["No model meets your limits.", "8 times your limit of 1B"]);
}

#[test]
fn every_number_of_the_page_is_in_the_json() {
    let place = place();
    let arguments = ["s.csv", "--candidates", "m.csv", "--margin", "0.05", "--replay", "--html", "r.html"];
    let found = findings(&place, &arguments);
    let mut known = Vec::new();
    numbers(&found, &mut known);
    let page = place.text("r.html");
    let shown: Vec<f64> = page
        .split("<data value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().parse::<f64>().unwrap())
        .collect();
    assert!(shown.len() > 15, "{}", shown.len());
    for value in shown {
        assert!(known.contains(&value), "{value} is on the page and not in the JSON");
    }
    assert!(page.contains("<svg class=\"plot") && !page.contains("<script") && !page.contains("http"));
    let replay = &found["answers"][0]["replay"];
    let after = replay["decided_after"].as_u64().unwrap();
    assert!(after > 10 && after < 1000, "{after}");
    assert_eq!(findings(&place, &arguments), found, "the same input, other numbers");
}

fn numbers(value: &Value, found: &mut Vec<f64>) {
    match value {
        Value::Number(number) => found.extend(number.as_f64()),
        Value::Array(all) => all.iter().for_each(|one| numbers(one, found)),
        Value::Object(all) => all.values().for_each(|one| numbers(one, found)),
        _ => {}
    }
}

#[test]
fn lines_are_no_wider_than_the_terminal() {
    let place = place();
    for width in ["40", "80", "120"] {
        let mut command = assert_cmd::Command::new(super::support::LAGOM);
        command.args(["compare", "s.csv", "--candidates", "m.csv", "--margin", "0.05"]);
        let output = command.current_dir(place.path(".")).env("COLUMNS", width).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let most = width.parse::<usize>().unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= most), "{width}:\n{text}");
        assert!(text.contains("the best") && text.contains("too weak"), "{width}:\n{text}");
    }
}

#[test]
fn clusters_seeds_and_columns_are_named() {
    let place = Place::new();
    let mut dice = Dice(3);
    let mut text = "item,doc,run,system,points\n".to_owned();
    for item in 0..200 {
        for run in 0..3 {
            for (system, mean) in [("a", 5.0), ("b", 5.1)] {
                let points = mean + dice.normal();
                text.push_str(&format!("{item},{},{run},{system},{points:.3}\n", item / 4));
            }
        }
    }
    place.write("p.csv", text);
    let arguments =
        ["p.csv", "--example", "item", "--candidate", "system", "--score", "points", "--seed-column", "run"];
    let mut more = arguments.to_vec();
    more.extend(["--cluster", "doc", "--order", "a,b", "--margin", "1"]);
    let found = findings(&place, &more);
    let answer = &found["answers"][0];
    assert_eq!((answer["clusters"].as_u64(), answer["seeds"].as_u64()), (Some(50), Some(3)));
    assert_eq!(answer["verdict"]["kind"], "smaller-is-enough");
    assert_eq!(answer["verdict"]["choice"], "a");
}

#[test]
fn promptfoo_output_is_judged() {
    let place = Place::new();
    let mut results = Vec::new();
    for at in 0..200 {
        for (provider, right) in [("openai:small", at % 4 != 0), ("openai:large", at % 20 != 0)] {
            results.push(json!({
                "provider": {"id": provider, "label": ""}, "success": right, "score": if right { 1 } else { 0 },
                "latencyMs": 100 + at, "cost": 0.001, "testIdx": at, "promptIdx": 0, "vars": {"q": at.to_string()},
                "promptId": "p", "response": {"output": "x"}, "testCase": {"vars": {"q": at.to_string()}}
            }));
        }
    }
    let log = json!({"evalId": "e", "results": {"version": 3, "timestamp": "2026-01-01T00:00:00Z", "results": results, "prompts": [], "stats": {}}, "config": {}});
    place.write("p.json", log.to_string());
    let found = findings(&place, &["p.json", "--margin", "0.05", "--order", "openai:small,openai:large"]);
    assert_eq!(found["answers"][0]["verdict"]["kind"], "bigger-pays", "{found}");
    assert!((number(&found["answers"][0]["rows"][0]["quality"]["point"]) - 0.75).abs() < 1e-9);
}

#[test]
fn bad_input_is_refused_with_a_way_out() {
    let place = place();
    let refused = |arguments: &[&str], words: &[&str]| {
        let mut all = vec!["compare"];
        all.extend(arguments);
        place.lagom(&all).fails(words);
    };
    place.write("three.csv", "example,candidate,score\n1,a,1\n1,b,0\n1,c,1\n2,a,0\n2,b,1\n2,c,1\n");
    refused(&["three.csv", "--margin", "0.05"], &["which of the 3 candidates is cheaper", "--order a,b,c"]);
    refused(&["three.csv", "--margin", "0.05", "--order", "a,b"], &["leaves out c"]);
    refused(&["three.csv", "--margin", "0.05", "--order", "a,b,c", "--reference", "z"], &["no candidate `z`"]);
    refused(&["three.csv", "--margin", "0.05", "--order", "a,b,c", "--reference", "a"], &["cheapest"]);
    refused(&["three.csv", "--margin", "2", "--order", "a,b,c"], &["margin"]);
    refused(&["three.csv", "--margin", "-1", "--order", "a,b,c"], &["margin above 0"]);
    refused(&["three.csv", "--margin", "0.1", "--confidence", "95", "--order", "a,b,c"], &["between 0.5 and 1"]);
    refused(&["s.csv", "--margin", "0.05", "--smallest-by", "latency"], &["latency of small, large is not known"]);
    refused(&["s.csv", "--margin", "0.05", "--html", "nowhere/r.html"], &["nowhere/r.html"]);
    refused(&["missing.csv", "--margin", "0.05"], &["missing.csv"]);
    place.write("twice.csv", "example,candidate,score\n1,a,1\n1,a,1\n1,b,0\n");
    refused(&["twice.csv", "--margin", "0.05"], &["twice"]);
    place.write("empty.csv", "");
    refused(&["empty.csv", "--margin", "0.05"], &["empty.csv"]);
    let ran = place.lagom(&["compare", "s.csv", "--seed", "3"]);
    assert!(ran.code == 1 && ran.err.contains("--replay"), "{ran:?}");
}

#[test]
fn without_a_margin_one_is_proposed() {
    let place = place();
    let found = findings(&place, &["s.csv", "--candidates", "m.csv"]);
    let answer = &found["answers"][0];
    // variance of the difference (300 − 200² / 1000) / (1000 · 999) = 2.6026e-4; with four made-up examples
    // (260.26 + 4 + 0.159) / 1004² = 2.6232e-4, so its standard error is 0.016196;
    // (1.6449 + 0.8416) · 0.016196 = 0.0403, and the next usual margin is 0.05
    let error = number(&answer["verdict"]["carried_by"]["estimate"]["standard_error"]);
    assert!((error - 0.016_196).abs() < 1e-5, "{error}");
    assert_eq!((&answer["rule"], &answer["proposed"]), (&json!({"margin": 0.05}), &json!(true)));
    assert_eq!(answer["verdict"]["kind"], "bigger-pays");
    let told =
        ["You named no margin; lagom took 0.050, the smallest usual one that 1,000 examples can resolve", "`--margin`"];
    place.lagom(&["compare", "s.csv", "--candidates", "m.csv"]).ends(0).says(&told);
    let named = findings(&place, &["s.csv", "--candidates", "m.csv", "--margin", "0.05"]);
    assert_eq!(
        (&named["answers"][0]["verdict"], &named["answers"][0]["proposed"]),
        (&answer["verdict"], &json!(false))
    );
    // scores from 0 to 100 take margins a hundred times as wide
    let hundred = place.text("s.csv").replace(",1\n", ",100\n").replace("correct", "points");
    place.write("h.csv", hundred);
    let wide = findings(&place, &["h.csv", "--score", "points", "--range", "0,100", "--candidates", "m.csv"]);
    assert_eq!(wide["answers"][0]["rule"], json!({"margin": 5.0}));
}

#[test]
fn markdown_holds_the_answer_and_the_table() {
    let place = place();
    place.lagom(&["compare", "s.csv", "--candidates", "m.csv", "--margin", "0.05", "--md", "r.md"]).ends(0);
    let text = place.text("r.md");
    let words = [
        "**Yes: the bigger model pays.**",
        "| score | 0.850 against 0.650",
        "| **large** | 0.850 |  |  |  | the best |",
    ];
    for words in words.map(|words| words.replace("score", "correct")) {
        assert!(text.contains(&words), "{words}:\n{text}");
    }
    assert!(text.contains("| small | 0.650 | −0.200 | "), "{text}");
}

/// The published answers of Mixtral-8x7B and GPT-4 on MMLU (RouteLLM, lm-sys/RouteLLM at 0b64fda).
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_routellm_mmlu() {
    let folder = std::env::var("LAGOM_TEST_DATA").expect("LAGOM_TEST_DATA names the folder of test data");
    let answers = format!("{folder}/model-outputs/routellm/mmlu/responses");
    let found = findings(&Place::new(), &[&answers, "--margin", "0.05", "--replay"]);
    let answer = &found["answers"][0];
    assert_eq!((answer["examples"].as_u64(), &answer["verdict"]["kind"]), (Some(14_042), &json!("bigger-pays")));
    let points = [0, 1].map(|at| number(&answer["rows"][at]["quality"]["point"]));
    assert!((points[0] - 0.6808).abs() < 5e-5 && (points[1] - 0.8058).abs() < 5e-5, "{points:?}");
    let carrier = &answer["verdict"]["carried_by"];
    let pair = &carrier["discordant"];
    assert_eq!((pair["wins"].as_u64(), pair["losses"].as_u64()), (Some(742), Some(2497)));
    // difference (742 − 2497) / 14042 = −0.1249822; Wald: 1.959964 · √(3239 − 1755² / 14042) / 14042 = 0.0076700
    let wald = [0, 1].map(|at| number(&pair["wald"][at]));
    assert!((wald[0] + 0.124_982_2 + 0.007_670_0).abs() < 1e-6, "{wald:?}");
    assert!((wald[1] + 0.124_982_2 - 0.007_670_0).abs() < 1e-6, "{wald:?}");
    let p = number(&pair["p_exact"]);
    assert!(p > 1e-221 && p < 1e-218, "{p:e}");
    let after = answer["replay"]["decided_after"].as_u64().unwrap();
    println!("replay: {after} of 14,042 questions");
    assert!(after <= 1404, "{after}");
}

/// From a CSV of 2.5 million questions and two candidates to the verdict:
///
/// `cargo test --release --test it compare:: -- --ignored --nocapture`
///
/// Measured on one core of a shared machine: 2.0 million a second.
#[test]
#[ignore = "writes 75 MB"]
fn a_million_scored_examples_a_second() {
    let place = Place::new();
    let mut dice = Dice(1);
    let mut text = "example,candidate,score\n".to_owned();
    for at in 0..2_500_000 {
        let (small, large) = (dice.share() < 0.7, dice.share() < 0.8);
        text.push_str(&format!("{at},small,{}\n{at},large,{}\n", u8::from(small), u8::from(large)));
    }
    place.write("big.csv", text);
    // Processor time, so that other work on the machine does not count.
    let begin = seconds_of_children();
    place.lagom(&["compare", "big.csv", "--margin", "0.05"]).ends(0);
    let rate = 5e6 / (seconds_of_children() - begin);
    println!("{:.2} million scored examples a second", rate / 1e6);
    assert!(rate >= 1e6, "{rate}");
}

/// Processor seconds of all child processes that have ended.
fn seconds_of_children() -> f64 {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    seconds(usage.user_time()) + seconds(usage.system_time())
}
