//! No number is told by `lagom fit` that is not in its JSON.

use serde_json::Value;

use super::fit::{findings, number, numbers, runs};
use super::support::Place;

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
    let drawn = body.find("<h2>The curve</h2>").unwrap()..body.find("<h2>What the law predicts</h2>").unwrap();
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
