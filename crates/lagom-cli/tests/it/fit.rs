//! `lagom fit` as its users meet it: laws that are known, points that can't be used, and published ones.

mod faults;

use std::path::Path;

use serde_json::Value;

use super::support::{Dice, LAGOM, Place};

/// L = 1.5 + 300 / N^0.35 + 1200 / D^0.37, the law of the points below.
fn law(size: f64, data: f64) -> f64 {
    1.5 + 300.0 / size.powf(0.35) + 1200.0 / data.powf(0.37)
}

/// Sixty runs of twelve sizes with five amounts of data each; each loss off by 0.3 %.
fn runs() -> String {
    let mut dice = Dice(7);
    let mut text = "params,tokens,val_loss\n".to_owned();
    for step in 0..12 {
        for more in [1.0, 2.0, 5.0, 15.0, 40.0] {
            let size = 1e7 * 1.7_f64.powi(step);
            let data = 4e8 * 1.4_f64.powi(step) * more;
            let loss = law(size, data) * (1.0 + 0.003 * dice.normal());
            text.push_str(&format!("{size:.0},{data:.0},{loss:.5}\n"));
        }
    }
    text
}

/// Points of one column of sizes and one of losses.
fn ladder(points: &[(&str, &str)]) -> String {
    let rows: Vec<String> = points.iter().map(|(size, loss)| format!("{size},{loss}\n")).collect();
    format!("n_params,loss\n{}", rows.concat())
}

fn findings(place: &Place, name: &str) -> Value {
    serde_json::from_str(&place.text(name)).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Every number of the JSON.
fn numbers(value: &Value, found: &mut Vec<f64>) {
    match value {
        Value::Number(number) => found.extend(number.as_f64()),
        Value::Array(all) => all.iter().for_each(|value| numbers(value, found)),
        Value::Object(all) => all.values().for_each(|value| numbers(value, found)),
        _ => {}
    }
}

fn constant(found: &Value, symbol: &str) -> Value {
    let all = found["fit"]["constants"].as_array().unwrap();
    all.iter().find(|constant| constant["symbol"] == symbol).unwrap().clone()
}

/// A value and its interval hold `truth`.
#[track_caller]
fn holds(span: &Value, truth: f64) {
    let (low, high) = (number(&span["low"]), number(&span["high"]));
    assert!(low <= truth && truth <= high, "{truth} is not in {low} to {high}");
    assert!(low <= number(&span["value"]) && number(&span["value"]) <= high, "{span}");
}

#[test]
fn a_known_law_is_found_and_predicted() {
    let place = Place::new();
    place.write("runs.csv", runs());
    let asked = ["--at", "20G,400G", "--budget", "1e21", "--served", "1T", "--confidence", "0.99"];
    let to = ["--json", "f.json", "--html", "f.html", "--resamples", "400"];
    let ran = place.lagom(&[&["fit", "runs.csv"][..], &asked, &to].concat());
    ran.ends(0).says(&["Twice the size would lower the loss by", "fitted to 60 points: L = E + A / N^α + B / D^β"]);
    let found = findings(&place, "f.json");
    for (symbol, truth) in [("E", 1.5), ("A", 300.0), ("α", 0.35), ("B", 1200.0), ("β", 0.37)] {
        holds(&constant(&found, symbol), truth);
    }
    // 33 times the largest size: 1.5 + 300 / (2e10)^0.35 + 1200 / (4e11)^0.37 = 1.624
    let predicted = &found["predictions"][0];
    holds(&predicted["loss"], law(2e10, 4e11));
    assert!(number(&predicted["extrapolates"]) > 5.0, "{predicted}");
    // α·A / β·B = 105 / 444, so G = 0.23649^(1/0.72) = 0.13495 and N = G·(1e21/6)^(0.37/0.72)
    let best = 0.23649_f64.powf(1.0 / 0.72) * (1e21_f64 / 6.0).powf(0.37 / 0.72);
    let budget = &found["budgets"][0];
    holds(&budget["size"], best);
    holds(&budget["data"], 1e21 / 6.0 / best);
    // who serves a model pays for its size each time: smaller, on more data, and cheaper in all
    let serving = &found["serving"];
    assert!(number(&serving["size"]["value"]) < number(&budget["size"]["value"]), "{serving}");
    assert!(number(&serving["data"]["value"]) > number(&budget["data"]["value"]), "{serving}");
    assert!(number(&serving["flops"]) < number(&serving["flops_of_training_alone"]), "{serving}");
    // twice the largest size gains as much as so many times its data
    let exchange = &found["exchange"];
    let (size, data) = (number(&exchange["size"]), number(&exchange["data"]));
    let gain = law(size, data) - law(2.0 * size, data);
    let left = 1200.0 / data.powf(0.37) - gain;
    holds(&exchange["data_factor"], (1200.0 / left).powf(1.0 / 0.37) / data);
    let page = place.text("f.html");
    assert!(page.contains("<svg class=\"plot wide\"") && page.contains("<svg class=\"plot narrow\""), "no plot");
    let mut known = Vec::new();
    numbers(&found, &mut known);
    let shown: Vec<f64> =
        page.split("<data value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect();
    assert!(shown.len() > 60, "{} numbers", shown.len());
    let unknown: Vec<&f64> = shown.iter().filter(|number| !known.contains(number)).collect();
    assert!(unknown.is_empty(), "not in the JSON: {unknown:?}");
    assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("<script"), "not alone");
}

#[test]
fn the_same_points_give_the_same_bytes_and_another_seed_others() {
    let place = Place::new();
    place.write("runs.csv", runs());
    let fit = |seed: &str| place.lagom(&["fit", "runs.csv", "--resamples", "100", "--seed", seed, "--json", "-"]).out;
    let first = fit("1");
    assert_eq!(first, fit("1"));
    let (one, other): (Value, Value) =
        (serde_json::from_str(&first).unwrap(), serde_json::from_str(&fit("2")).unwrap());
    assert_eq!(one["fit"]["objective"], other["fit"]["objective"]);
    assert_ne!(constant(&one, "α")["low"], constant(&other, "α")["low"]);
}

#[test]
fn columns_are_named_and_amounts_have_units() {
    let place = Place::new();
    let rows = [("1M", "3.2", 0.0), ("4M", "2.9", 0.0), ("16M", "2.7", 0.0), ("64M", "2.56", 0.0)];
    let lines: Vec<String> =
        rows.iter().map(|(size, loss, _)| format!("{{\"big\": \"{size}\", \"ce\": {loss}, \"loss\": 9}}\n")).collect();
    place.write("p.jsonl", lines.concat());
    let ran =
        place.lagom(&["fit", "p.jsonl", "--size", "big", "--loss", "ce", "--json", "f.json", "--resamples", "100"]);
    ran.ends(0).says(&["size from `big`, loss from `ce`", "L = E + A / N^α"]);
    let found = findings(&place, "f.json");
    assert_eq!(number(&found["points"][3]["size"]), 64e6);
    assert_eq!(found["settings"]["form"], "size");
}

#[test]
fn data_follow_from_compute_and_the_highest_losses_are_left_out() {
    let place = Place::new();
    let mut text = "Model Size\tTraining FLOPs\tloss\n1e8\t6e17\t99\n".to_owned();
    for size in [1e8, 2e8, 4e8, 8e8] {
        for data in [1e9, 4e9, 16e9] {
            text.push_str(&format!("{size}\t{}\t{}\n", 6.0 * size * data, law(size, data)));
        }
    }
    place.write("p.tsv", text);
    let fit = ["fit", "p.tsv", "--drop-highest", "1", "--form", "both", "--resamples", "100", "--json", "f.json"];
    place.lagom(&fit).ends(0).says(&["data = compute / (6 · size)", "Left out: the 1 point with the highest"]);
    let found = findings(&place, "f.json");
    let rows = found["points"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["row"]), (12, &Value::from(2)));
    assert!((number(&rows[0]["data"]) / 1e9 - 1.0).abs() < 1e-9, "{}", rows[0]);
    // without noise the constants come out as they went in
    for (symbol, truth) in [("E", 1.5), ("A", 300.0), ("α", 0.35), ("B", 1200.0), ("β", 0.37)] {
        let value = number(&constant(&found, symbol)["value"]);
        assert!((value / truth - 1.0).abs() < 1e-3, "{symbol} is {value}");
    }
}

#[test]
fn an_accuracy_is_never_predicted_above_one() {
    let place = Place::new();
    let mut dice = Dice(3);
    let mut text = "params,acc\n".to_owned();
    for step in 0..8 {
        for _ in 0..2 {
            let size = 1e5 * 3_f64.powi(step);
            let wrong = 30.0 / size.powf(0.45) * (1.0 + 0.01 * dice.normal());
            text.push_str(&format!("{size},{:.6}\n", 1.0 - wrong));
        }
    }
    place.write("p.csv", &text);
    let fit = ["fit", "p.csv", "--metric", "accuracy", "--at", "1e9", "--at", "50G", "--json", "f.json"];
    place.lagom(&fit).ends(0).says(&["Twice the size would lower the error rate", "1 − quality"]);
    let found = findings(&place, "f.json");
    for (at, size) in [(0, 1e9_f64), (1, 5e10)] {
        let quality = &found["predictions"][at]["quality"];
        holds(quality, 1.0 - 30.0 / size.powf(0.45));
        assert!(number(&quality["high"]) <= 1.0, "{quality}");
    }
    let percent = text.replace(",0.", ",");
    place.write("percent.csv", percent);
    place
        .lagom(&["fit", "percent.csv", "--metric", "accuracy"])
        .fails(&["row 1 (line 2), column `acc`", "from 0 to 1"]);
}

/// Accuracy = 1 / (1 + e^(2·loss − 5)) of a loss that falls as a law does: the link goes through the loss.
#[test]
fn an_accuracy_that_follows_the_loss_is_predicted_through_it() {
    let place = Place::new();
    let mut dice = Dice(5);
    let right = |loss: f64| 1.0 / (1.0 + (2.0 * loss - 5.0).exp());
    let loss_at = |size: f64| 1.6 + 60.0 / size.powf(0.3);
    let mut text = "params,loss,acc\n".to_owned();
    for step in 0..20 {
        let size = 1e5 * 1.6_f64.powi(step);
        let loss = loss_at(size) * (1.0 + 0.002 * dice.normal());
        text.push_str(&format!("{size},{loss:.5},{:.5}\n", right(loss)));
    }
    place.write("p.csv", text);
    let fit = ["fit", "p.csv", "--metric", "accuracy", "--at", "10G", "--json", "f.json"];
    place.lagom(&fit).ends(0).says(&["loss from `loss`, quality from `acc`", "a logistic link leads from it"]);
    let found = findings(&place, "f.json");
    holds(&found["predictions"][0]["loss"], loss_at(1e10));
    holds(&found["predictions"][0]["quality"], right(loss_at(1e10)));
    let slope = number(&found["source"]["link"]["slope"]);
    assert!((slope - 2.0).abs() < 0.02, "{slope}");
}

#[test]
fn points_that_rise_again_are_named_and_not_followed() {
    let place = Place::new();
    let losses = ["3.0", "2.4", "2.1", "2.4", "2.7", "2.9"];
    let rows: Vec<String> =
        losses.iter().enumerate().map(|(at, loss)| format!("{},{loss},0.01\n", 10_u64.pow(at as u32 + 4))).collect();
    place.write("p.csv", format!("n,loss,se\n{}", rows.concat()));
    let ran = place.lagom(&["fit", "p.csv", "--at", "10G", "--json", "f.json", "--resamples", "200"]);
    ran.ends(3).says(&["This curve can't be followed beyond its points", "rise again after 1M", "refused"]);
    let found = findings(&place, "f.json");
    assert_eq!((&found["fit"]["shape"], &found["predictions"][0]["loss"]), (&Value::from("rising"), &Value::Null));
    assert!(found["refusal"].as_str().unwrap().contains("rise again"), "{}", found["refusal"]);
    // among its points it still says what the law gives
    let ran = place.lagom(&["fit", "p.csv", "--at", "50k", "--resamples", "200"]);
    ran.ends(0).says(&["among the points"]);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let place = Place::new();
    place.write("runs.csv", runs());
    for width in [60, 80, 120] {
        let mut command = assert_cmd::Command::new(LAGOM);
        command.args(["fit", "runs.csv", "--at", "20G,400G", "--budget", "1e21", "--resamples", "100"]);
        let output = command.current_dir(place.path(".")).env("COLUMNS", width.to_string()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("20B"), "{text}");
        for line in text.lines() {
            assert!(line.chars().count() <= width, "{line}");
        }
    }
}

/// The published constants of Hoffmann et al. 2022's points, as Besiroglu et al. 2024 (arXiv 2404.10102)
/// found them again: E 1.817, A 482.0, B 2085.4, α 0.348, β 0.366, on 240 points.
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_the_published_constants_come_out() {
    let data = std::env::var_os("LAGOM_TEST_DATA").expect("LAGOM_TEST_DATA names the folder of test data");
    let points = Path::new(&data).join("model-outputs/chinchilla-points/svg_extracted_data.csv");
    let place = Place::new();
    let fit = ["fit", points.to_str().unwrap(), "--drop-highest", "5", "--at", "70B,1.4T", "--json", "f.json"];
    place.lagom(&fit).ends(0);
    let found = findings(&place, "f.json");
    assert_eq!(found["fit"]["points"], 240);
    assert!(number(&found["fit"]["objective"]) <= 0.001_018_28, "{}", found["fit"]["objective"]);
    let published =
        [("E", 1.817, 0.01), ("A", 482.0, 0.05), ("α", 0.348, 0.01), ("B", 2085.4, 0.05), ("β", 0.366, 0.01)];
    for (symbol, value, within) in published {
        let off = number(&constant(&found, symbol)["value"]) / value - 1.0;
        assert!(off.abs() <= within, "{symbol} is off by {off}");
    }
    for (symbol, error) in [("E", 0.026), ("α", 0.015), ("β", 0.021)] {
        let off = number(&constant(&found, symbol)["standard_error"]) / error - 1.0;
        assert!(off.abs() <= 0.15, "the standard error of {symbol} is off by {off}");
    }
}

/// Every number of a text with the half of its last digit's step: `1.97`, `2,143`, `7.62B`, `5.76e23`, `2.7 %`.
fn shown(text: &str) -> Vec<(String, f64, f64)> {
    let mut found = Vec::new();
    let letters: Vec<char> = text.chars().collect();
    let part_of_word = |at: usize| at > 0 && (letters[at - 1].is_alphanumeric() || "_-./".contains(letters[at - 1]));
    let mut at = 0;
    while at < letters.len() {
        if !letters[at].is_ascii_digit() || part_of_word(at) {
            at += 1;
            continue;
        }
        let start = at;
        let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
        while digit(at) || (letters.get(at).is_some_and(|c| ",.".contains(*c)) && digit(at + 1)) {
            at += 1;
        }
        let plain: String = letters[start..at].iter().filter(|c| **c != ',').collect();
        let decimals = plain.split_once('.').map_or(0, |(_, after)| after.len() as i32);
        let mut scale = 1.0;
        if letters.get(at) == Some(&'e') {
            let exponent: String = letters[at + 1..].iter().take_while(|c| c.is_ascii_digit() || **c == '−').collect();
            at += 1 + exponent.chars().count();
            scale = 10_f64.powi(exponent.replace('−', "-").parse().unwrap());
        } else if let Some(power) = letters.get(at).and_then(|unit| "kMBT".find(*unit)) {
            at += 1;
            scale = 1e3_f64.powi(power as i32 + 1);
        } else if letters.get(at..at + 2).is_some_and(|two| two[1] == '%' && two[0].is_whitespace()) {
            scale = 0.01;
        }
        // powers and whole numbers may have lost digits to the three that count
        let step = if scale >= 1e3 && decimals == 0 { 0.5 * 10_f64.powi(plain.len() as i32 - 3) } else { 0.5 };
        let half = step * 10_f64.powi(-decimals) * scale * 1.0001;
        let value: f64 = plain.parse().unwrap();
        found.push((letters[start..at].iter().collect(), value * scale, half));
    }
    found
}

/// The numbers of a text that no number of the findings rounds to.
fn unknown(text: &str, found: &Value, times: f64) -> Vec<String> {
    let mut found = found.clone();
    // the points and the lines are many: by chance they would explain every number
    for many in ["points", "lines", "headline", "sentences", "notes"] {
        found.as_object_mut().unwrap().remove(many);
    }
    let mut known = Vec::new();
    numbers(&found, &mut known);
    // a saving is the share that one cost lacks of another
    let serving = &found["serving"];
    known.push(1.0 - number(&serving["flops"]) / number(&serving["flops_of_training_alone"]));
    let known: Vec<f64> = known.into_iter().map(|number| number.abs() * times).collect();
    let told = |(_, value, half): &(String, f64, f64)| known.iter().any(|number| (number - value).abs() <= *half);
    // "90 % interval" of the test is no finding but how it is made
    shown(text).into_iter().filter(|one| one.0 != "90" && !told(one)).map(|one| one.0).collect()
}

#[test]
fn the_numbers_of_the_terminal_and_the_page_are_those_of_the_json() {
    let place = Place::new();
    place.write("runs.csv", runs());
    let asked = ["--at", "20B,400B", "--budget", "1e21", "--served", "1T", "--resamples", "200"];
    let ran = place.lagom(&[&["fit", "runs.csv"][..], &asked, &["--json", "f.json", "--html", "f.html"]].concat());
    let found = findings(&place, "f.json");
    let page = place.text("f.html");
    let body = &page[page.find("<main").unwrap()..page.find("<footer").unwrap()];
    // what is drawn and the table of the points have their own test
    let drawn = body.find("<figure").unwrap()..body.find("</figure>").unwrap();
    let body = body.replace(&body[drawn], "");
    let body = &body[..body.find("<details").unwrap()];
    let words: Vec<&str> = body
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .flat_map(str::split_whitespace)
        .collect();
    let prose = words.join(" ");
    for (name, text) in [("terminal", &ran.out), ("page", &prose)] {
        assert!(shown(text).len() > 60, "{name}: {} numbers", shown(text).len());
        assert_eq!(unknown(text, &found, 1.0), Vec::<String>::new(), "{name}: not in the JSON");
        // and the check can fail: findings that are off by 3 % explain few of them
        assert!(unknown(text, &found, 1.03).len() > shown(text).len() / 3, "{name}");
    }
}
