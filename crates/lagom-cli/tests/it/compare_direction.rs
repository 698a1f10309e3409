//! `lagom compare`: which way is better and what is cheaper, as whole commands.

use serde_json::{Value, json};

use super::compare::findings;
use super::support::{Dice, Place};

/// A table of 300 examples of two candidates, the first scored lower by `gap`.
fn table(metric: &str, names: [&str; 2], gap: f64) -> String {
    let mut dice = Dice(5);
    let mut text = format!("example,candidate,{metric}\n");
    for at in 0..300 {
        let own = 2.0 + 0.2 * dice.normal();
        text.push_str(&format!("{at},{},{own:.4}\n{at},{},{:.4}\n", names[0], names[1], own + gap));
    }
    text
}

fn verdict(found: &Value) -> (&str, Option<&str>) {
    let verdict = &found["answers"][0]["verdict"];
    (verdict["kind"].as_str().unwrap(), verdict["choice"].as_str())
}

#[test]
fn errors_are_not_inverted_and_the_direction_is_shown_everywhere() {
    let place = Place::new();
    // the small one errs less by 0.4
    for metric in ["test_rmse", "val_loss", "MAE (kWh)", "eval/mape", "EER", "logloss", "ppl", "toxicity"] {
        place.write("e.csv", table(metric, ["small-1b", "large-9b"], 0.4));
        let found = findings(&place, &["e.csv", "--score", metric, "--margin", "0.1"]);
        assert_eq!(verdict(&found), ("smaller-is-enough", Some("small-1b")), "{metric}");
        assert_eq!(
            (&found["answers"][0]["higher_is_better"], &found["answers"][0]["direction_from"]),
            (&json!(false), &json!("name"))
        );
    }
    place.write("e.csv", table("neg_mean_squared_error", ["small-1b", "large-9b"], 0.4));
    let found = findings(&place, &["e.csv", "--score", "neg_mean_squared_error", "--margin", "0.1"]);
    assert_eq!(verdict(&found), ("bigger-pays", Some("large-9b")));
    place.write("e.csv", table("test_rmse", ["small-1b", "large-9b"], 0.4));
    let all = ["compare", "e.csv", "--score", "test_rmse", "--margin", "0.1", "--html", "r.html", "--md", "r.md"];
    place.lagom(&all).ends(0).says(&["lower is better, going by the name test_rmse"]);
    for form in ["r.html", "r.md"] {
        assert!(place.text(form).contains("lower is better"), "{form}");
    }
    let told = findings(&place, &["e.csv", "--score", "test_rmse", "--margin", "0.1", "--direction", "higher"]);
    assert_eq!(verdict(&told), ("bigger-pays", Some("large-9b")));
}

#[test]
fn an_unknown_direction_is_asked_for() {
    let place = Place::new();
    place.write("w.csv", table("wobble", ["small-1b", "large-9b"], 0.4));
    let plain = ["compare", "w.csv", "--score", "wobble", "--margin", "0.1"];
    place.lagom(&plain).fails(&["wobble", "whether higher or lower is better", "--direction higher"]);
    for (way, choice) in [("lower", "small-1b"), ("higher", "large-9b")] {
        let found = findings(&place, &["w.csv", "--score", "wobble", "--margin", "0.1", "--direction", way]);
        assert_eq!(verdict(&found).1, Some(choice), "{way}");
        assert_eq!(found["answers"][0]["direction_from"], "told");
    }
    let short = findings(&place, &["w.csv", "--score", "wobble", "--margin", "0.1", "--lower-is-better"]);
    assert_eq!(verdict(&short).1, Some("small-1b"));
    let ran = place.lagom(&["compare", "w.csv", "--score", "wobble", "--direction", "sideways"]);
    assert!(ran.code == 1 && ran.err.contains("higher"), "{ran:?}");
}

#[test]
fn results_beside_samples_say_that_lower_is_better() {
    let place = Place::new();
    for (model, toxic) in [("acme__chat-1b", 14), ("acme__chat-9b", 4)] {
        std::fs::create_dir_all(place.path(&format!("out/{model}"))).unwrap();
        let lines: String = (0..400)
            .map(|at| {
                let score = f64::from(u8::from(at % toxic == 0));
                let line = json!({"doc_id": at, "doc": {"q": at}, "target": "", "filter": "none", "metrics": ["score"], "score": score});
                format!("{line}\n")
            })
            .collect();
        let date = "2026-05-02T10-11-12.123456";
        place.write(&format!("out/{model}/samples_continuations_{date}.jsonl"), lines);
        let results = json!({"results": {"continuations": {"score,none": 0.1}}, "model_name": model.replace("__", "/"),
            "higher_is_better": {"continuations": {"score": false}}});
        place.write(&format!("out/{model}/results_{date}.json"), results.to_string());
    }
    let found = findings(&place, &["out", "--margin", "0.05"]);
    assert_eq!(verdict(&found), ("smaller-is-enough", Some("acme/chat-1b")));
    assert_eq!(found["answers"][0]["direction_from"], "file");
    place.lagom(&["compare", "out", "--margin", "0.05"]).ends(0).says(&["lower is better, as the files say"]);
}

/// Right and wrong marks of `a` and `b` with the milliseconds each took.
fn timed(counts: [usize; 4], milliseconds: [f64; 2]) -> String {
    let mut text = "example,candidate,correct,latency_ms\n".to_owned();
    let kinds = counts.iter().zip([(1, 1), (1, 0), (0, 1), (0, 0)]);
    for (at, (a, b)) in kinds.flat_map(|(count, pair)| std::iter::repeat_n(pair, *count)).enumerate() {
        text.push_str(&format!("{at},a,{a},{}\n{at},b,{b},{}\n", milliseconds[0], milliseconds[1]));
    }
    text
}

#[test]
fn milliseconds_never_decide_and_both_readings_are_given() {
    let place = Place::new();
    // b is better by far: the same one either way
    place.write("t.csv", timed([600, 50, 250, 100], [120.0, 121.0]));
    let plain = ["compare", "t.csv", "--margin", "0.05", "--html", "r.html", "--md", "r.md"];
    let words = [
        "Which is cheaper is not known; either way, use b.",
        "If a is the cheaper one: Yes: the bigger model pays.",
        "If b is the cheaper one: No: the smallest model is already the best.",
        "--smallest-by latency",
    ];
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let ran = place.lagom(&plain);
    assert_eq!(ran.code, 0, "{ran:?}");
    for words in words {
        assert!(flat(&ran.out).contains(words), "{words}: {ran:?}");
    }
    for form in ["r.html", "r.md"] {
        let text = flat(&place.text(form));
        assert!(text.contains("If a is the cheaper one") && text.contains("If b is the cheaper one"), "{form}: {text}");
    }
    let found = findings(&place, &["t.csv", "--margin", "0.05"]);
    let readings = found["answers"][0]["readings"].as_array().unwrap();
    assert_eq!((readings.len(), &found["answers"][0]["order_unknown"]), (2, &json!(true)));
    // as good as each other: it hangs on which is cheaper
    place.write("t.csv", timed([800, 20, 20, 160], [120.0, 121.0]));
    let ran = place.lagom(&["compare", "t.csv", "--margin", "0.05"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(flat(&ran.out).contains("Which is cheaper is not known, and the answer hangs on it."), "{ran:?}");
    // turned round by a millisecond nothing changes
    let before = findings(&place, &["t.csv", "--margin", "0.05"])["answers"][0]["verdict"].clone();
    place.write("t.csv", timed([800, 20, 20, 160], [121.0, 120.0]));
    assert_eq!(findings(&place, &["t.csv", "--margin", "0.05"])["answers"][0]["verdict"], before);
    // asked for, or told, it is decided
    let asked = findings(&place, &["t.csv", "--margin", "0.05", "--smallest-by", "latency"]);
    assert_eq!(verdict(&asked), ("smaller-is-enough", Some("b")));
    let told = findings(&place, &["t.csv", "--margin", "0.05", "--order", "a,b"]);
    assert_eq!(verdict(&told), ("smaller-is-enough", Some("a")));
    // neither in reach of these examples
    place.write("t.csv", timed([60, 9, 12, 19], [120.0, 121.0]));
    let ran = place.lagom(&["compare", "t.csv", "--margin", "0.05"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(flat(&ran.out).contains("Can't tell yet, and which is cheaper is not known."), "{ran:?}");
}

#[test]
fn a_second_seed_sharpens() {
    let place = Place::new();
    let mut dice = Dice(11);
    let (mut one, mut two) = ("example,candidate,seed,correct\n".to_owned(), String::new());
    for at in 0..800 {
        let hard = dice.share();
        for (name, accuracy) in [("small-1b", 0.60), ("large-9b", 0.77)] {
            for seed in 1..=2 {
                let draw = if dice.share() < 0.3 { dice.share() } else { hard };
                let line = format!("{at},{name},{seed},{}\n", u8::from(draw < accuracy));
                if seed == 1 {
                    one.push_str(&line);
                }
                two.push_str(&line);
            }
        }
    }
    place.write("one.csv", &one);
    place.write("two.csv", format!("example,candidate,seed,correct\n{two}"));
    let width = |file: &str| {
        let found = findings(&place, &[file, "--margin", "0.05"]);
        assert_eq!(verdict(&found), ("bigger-pays", Some("large-9b")), "{found}");
        let carrier = &found["answers"][0]["verdict"]["carried_by"];
        carrier["upper"].as_f64().unwrap() - carrier["lower"].as_f64().unwrap()
    };
    let (single, both) = (width("one.csv"), width("two.csv"));
    // 0.051 in place of 0.062 as these are drawn.
    assert!(both < 0.9 * single, "{both} {single}");
    let ran = place.lagom(&["compare", "two.csv", "--margin", "0.05"]);
    let text = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(ran.code == 0 && text.contains("under seeds like these"), "{ran:?}");
}
