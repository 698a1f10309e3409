//! Whole commands on data of every kind that works.

use super::support::{Dice, Place, QUICK, Ran, classes, classes_csv, csv};

/// Texts that sound glad or sad, with some words of no meaning.
pub(crate) fn texts(rows: usize, seed: u64) -> String {
    let mut dice = Dice(seed);
    let (glad, sad) = (["lovely", "happy", "great", "sunny"], ["awful", "sad", "broken", "rainy"]);
    let filler = ["the day", "my train", "this phone", "the hotel", "our food", "her song", "that book", "a walk"];
    let line = |_| {
        let mood = dice.one(&["glad", "sad"]);
        let told = if dice.share() < 0.9 { mood } else { "sad" };
        let word = dice.one(if told == "glad" { &glad } else { &sad });
        format!(
            "{mood},{} was {word} and {} number {} came after it\n",
            dice.one(&filler),
            dice.one(&filler),
            dice.roll() % 97
        )
    };
    format!("mood,text\n{}", (0..rows).map(line).collect::<String>())
}

/// The run ended with a verdict that has a choice, and its files are there.
#[track_caller]
fn answers(place: &Place, ran: &Ran) -> serde_json::Value {
    ran.ends(0).says(&["out/report.html", "lagom predict out rows.csv"]);
    for name in ["report.html", "report.json", "report.md", "model.lagom", "store.sqlite"] {
        assert!(place.path("out").join(name).is_file(), "{name} is missing");
    }
    let html = place.text("out/report.html");
    assert!(!html.contains("<script") && !html.contains("src=\"http") && !html.contains("href=\"http"));
    place.report("out")
}

fn best(report: &serde_json::Value) -> f64 {
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    rows.iter().filter_map(|row| row["quality"]["point"].as_f64()).fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn a_table_with_classes() {
    let place = Place::new();
    place.study(classes_csv(), "[good-enough]\nmargin = 0.1");
    let ran = place.run();
    let report = answers(&place, &ran);
    assert!(best(&report) > 0.6, "{}", best(&report));
    assert_eq!(report["data"]["development"], 240);
    assert_eq!(report["data"]["holdout"], 60);
    ran.says(&["linear", "majority", "accuracy"]);
}

#[test]
fn a_table_with_a_number() {
    let place = Place::new();
    let mut dice = Dice(5);
    let row = |_| {
        let (x, z) = (dice.normal(), dice.normal());
        format!("{x:.3};{z:.3};{:.3}\n", 3.0 * x - z + 0.3 * dice.normal()).replace('.', ",")
    };
    // Semicolons between, commas in the numbers, CRLF at the ends and a mark at the beginning.
    let text = format!("\u{feff}x;z;y\n{}", (0..300).map(row).collect::<String>());
    place.study(text.replace('\n', "\r\n"), "");
    let ran = place.run();
    let report = answers(&place, &ran);
    assert_eq!(report["terms"]["metric"], "r2");
    assert!(best(&report) > 0.97, "{}", best(&report));
}

#[test]
fn texts_with_classes() {
    let place = Place::new();
    place.write("d.csv", texts(600, 2));
    let ladder =
        "[ladder]\nfamilies = [\"ngrams\"]\nlargest = \"20k\"\n[trials]\nrepeats = 3\n[good-enough]\nmargin = 0.1\n";
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"mood\"\n{ladder}"));
    let ran = place.run();
    let report = answers(&place, &ran);
    assert!(best(&report) > 0.85, "{}", best(&report));
}

#[test]
fn groups_stay_on_one_side() {
    let place = Place::new();
    // Each person has one answer and one place on the axis `who_x`: splits by row would know it by heart.
    let mut dice = Dice(9);
    let people: Vec<(f64, &str)> = (0..60).map(|_| (dice.share(), dice.one(&["yes", "no"]))).collect();
    let line = |row: usize| {
        let (x, answer) = people[row % 60];
        format!("p{},{x:.5},{:.3},{answer}\n", row % 60, dice.normal())
    };
    place.write("d.csv", format!("who,who_x,noise,y\n{}", (0..600).map(line).collect::<String>()));
    let study = "[task]\ndata = \"d.csv\"\ntarget = \"y\"\n";
    // A tenth would be five people: too few to tell guessing from knowing.
    let ladder = "[ladder]\nfamilies = [\"trees\"]\nlargest = \"400\"\n[trials]\nrepeats = 3\nvalidation = 0.2\n";
    place.write("s.toml", format!("{study}group = \"who\"\n{ladder}"));
    assert_eq!(place.run().code, 3);
    let by_group = best(&place.report("out"));
    place.write("s.toml", format!("{study}ignore = [\"who\"]\n{ladder}"));
    place.lagom(&["run", "s.toml", "--out", "out2"]).ends(0);
    let by_row = best(&place.report("out2"));
    assert!(by_row > by_group + 0.1, "{by_row} by row, {by_group} by group");
}

#[test]
fn rows_in_time_order() {
    let place = Place::new();
    let rows = classes(400, 4);
    let line = |(at, [a, b, colour, y]): (usize, &[String; 4])| {
        format!("2024-{:02}-{:02},{a},{b},{colour},{y}\n", at / 28 + 1, at % 28 + 1)
    };
    let text: String = rows.iter().take(330).enumerate().map(line).collect();
    place.write("d.csv", format!("day,a,b,colour,y\n{text}"));
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\ntime = \"day\"\n{QUICK}"));
    let ran = place.run();
    assert!([0, 3].contains(&ran.code), "{ran:?}");
    let columns = place.report("out")["data"]["columns"].to_string();
    assert!(!columns.contains("day"), "{columns}");
}

#[test]
fn a_given_holdout() {
    let place = Place::new();
    place.write("train.csv", csv("a,b,colour,y", &classes(240, 1)));
    // Other order of columns, and labels that end with a dot.
    let turned = |[a, b, colour, y]: &[String; 4]| [format!("{y}."), colour.clone(), b.clone(), a.clone()];
    let rows: Vec<[String; 4]> = classes(80, 2).iter().map(turned).collect();
    place.write("holdout.csv", csv("y,colour,b,a", &rows));
    place.write("s.toml", format!("[task]\ntrain = \"train.csv\"\nholdout = \"holdout.csv\"\ntarget = \"y\"\n{QUICK}"));
    let ran = place.run();
    let report = answers(&place, &ran);
    assert_eq!((&report["data"]["development"], &report["data"]["holdout"]), (&240.into(), &80.into()));
    assert!(report["data"]["notes"].to_string().contains("80 labels of the holdout file end in a dot"));
}

#[test]
fn every_format_comes_to_the_same_numbers() {
    let rows = classes(300, 1);
    let json = |[a, b, colour, y]: &[String; 4]| {
        format!("{{\"a\": {a}, \"b\": {b}, \"colour\": \"{colour}\", \"y\": \"{y}\"}}\n")
    };
    let tsv: String = rows.iter().map(|row| row.join("\t") + "\n").collect();
    let files = [
        ("d.csv", csv("a,b,colour,y", &rows)),
        ("d.jsonl", rows.iter().map(json).collect()),
        ("d.tsv", format!("a\tb\tcolour\ty\n{tsv}")),
    ];
    let mut first = None;
    for (name, text) in files {
        let place = Place::new();
        place.write(name, text);
        place.write("s.toml", format!("[task]\ndata = \"{name}\"\ntarget = \"y\"\n{QUICK}"));
        assert!([0, 3].contains(&place.run().code));
        let found = super::support::numbers(&place.report("out"));
        assert_eq!(*first.get_or_insert_with(|| found.clone()), found, "{name}");
    }
}

#[test]
fn a_table_without_names() {
    let place = Place::new();
    let text = classes_csv();
    let (_, rows) = text.split_once('\n').unwrap();
    place.write("d.csv", rows);
    place.lagom(&["init", "d.csv"]).ends(0).says(&["Wrote study.toml"]);
    place.lagom(&["check", "study.toml"]).ends(0).says(&["have no faults"]);
}

#[test]
fn from_init_to_verdict() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    let init = place.lagom(&["init", "d.csv"]);
    init.ends(0).says(&[
        "target",
        "y: ",
        "classification",
        "accuracy",
        "margin",
        "Wrote study.toml",
        "lagom run study.toml",
    ]);
    let written = place.text("study.toml");
    place.lagom(&["init", "d.csv"]).fails(&["`study.toml` is there already", "--force"]);
    assert_eq!(place.text("study.toml"), written);
    place.lagom(&["init", "d.csv", "--force"]).ends(0);
    assert_eq!(place.text("study.toml"), written);
    place.lagom(&["check", "study.toml"]).ends(0).says(&[
        "have no faults",
        "300 rows; cross-fitted",
        "cross-fitting 300 rows",
        "lagom's guess at a margin",
    ]);
    place.lagom(&["plan", "study.toml"]).ends(0).says(&["majority", "linear", "trees", "mlp", "parameters", "memory"]);
    assert_eq!(place.names(), ["d.csv", "study.toml"]);
}

#[test]
fn a_margin_finer_than_the_labels_can_show_is_told_beforehand() {
    let place = Place::new();
    place.study(classes_csv(), "[good-enough]\nmargin = 0.001");
    for verb in ["check", "plan"] {
        place
            .lagom(&[verb, "s.toml"])
            .ends(0)
            .says(&["the margin of 0.001 is finer than the sealed rows can confirm", "expect \"can't"]);
    }
}

#[test]
fn another_verdict_at_once() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{}", super::support::SMALL));
    place.run();
    let trials = |place: &Place| -> i64 {
        place.store("out").query_row("SELECT count(*) FROM trials", [], |row| row.get(0)).unwrap()
    };
    let (before, report) = (trials(&place), place.text("out/report.json"));
    let flags: [&[&str]; 6] = [
        &["--margin", "0.3"],
        &["--bar", "0.55"],
        &["--profile", "edge", "--max-bytes", "1 MB"],
        &["--max-parameters", "100"],
        &["--latency-p95", "1 s", "--smallest-by", "bytes"],
        &["--confidence", "0.8"],
    ];
    for flags in flags {
        let ran = place.lagom(&[&["verdict", "out"], flags].concat());
        assert!([0, 3].contains(&ran.code), "{ran:?}");
        assert!(ran.err.is_empty(), "{}", ran.err);
    }
    let bar = place.lagom(&["verdict", "out", "--bar", "0.55", "--json"]);
    let findings: serde_json::Value = serde_json::from_str(&bar.out).unwrap();
    assert_eq!(findings["terms"]["rule"]["bar"], 0.55);
    let tiny = place.lagom(&["verdict", "out", "--max-parameters", "100", "--json"]);
    let findings: serde_json::Value = serde_json::from_str(&tiny.out).unwrap();
    let rows = findings["analysis"]["screening"]["rows"].as_array().unwrap();
    for row in rows.iter().filter(|row| row["parameters"].as_u64().unwrap() > 100) {
        assert_eq!(row["excess"][0]["limit"], "parameters");
        assert_ne!(findings["verdict"]["choice"], row["name"]);
    }
    // From the cheapest to train to the dearest, by the CPU time that the run measured.
    let flags = ["--smallest-by", "training-cost", "--max-training-cost", "1 h", "--json"];
    let trained = place.lagom(&[&["verdict", "out"], &flags[..]].concat());
    let findings: serde_json::Value = serde_json::from_str(&trained.out).unwrap();
    let rows = findings["shown"]["rows"].as_array().unwrap();
    let seconds: Vec<f64> = rows.iter().filter_map(|row| row["costs"]["training-cost"].as_f64()).collect();
    assert!(seconds.len() == rows.len() && seconds.is_sorted() && seconds[0] > 0.0, "{seconds:?}");
    assert_eq!(findings["terms"]["limits"]["training-cost"]["secs"], 3_600);
    assert_eq!(trials(&place), before);
    assert_eq!(place.text("out/report.json"), report);
}

#[test]
fn an_order_by_what_a_family_does_not_count_is_no_order() {
    let place = Place::new();
    let ladder = "[ladder]\nfamilies = [\"linear\", \"nearest\"]\nlargest = \"400\"\n[trials]\nrepeats = 3\n";
    place.write("d.csv", classes_csv());
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n[good-enough]\nmargin = 0.2\n{ladder}"));
    place.run();
    let ran = place.lagom(&["verdict", "out", "--smallest-by", "operations"]);
    ran.ends(3).says(&["Can't tell: operations of nearest-32", "are not counted", "another `smallest-by`"]);
}

#[test]
fn completions() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        place.lagom(&["completions", shell]).ends(0).says(&["lagom", "verdict", "predict"]);
    }
}

#[test]
fn help_and_version() {
    let place = Place::new();
    place.lagom(&["--help"]).ends(0).says(&["lagom init", "Exit codes:"]);
    place.lagom(&["--version"]).ends(0).says(&[env!("CARGO_PKG_VERSION")]);
    for verb in ["demo", "init", "check", "data", "plan", "run", "verdict", "report", "predict", "known", "completions"]
    {
        place.lagom(&[verb, "--help"]).ends(0).says(&["Example"]);
    }
}

#[test]
fn a_target_far_from_zero_is_learned_all_the_same() {
    // Time stamps: a step of 30 s is lost in an f32 at 1.7e9, whose neighbours are 128 apart.
    let place = Place::new();
    let row = |a: u32| format!("{a},{},{}\n", a * 7 % 13, 1_700_000_000_u64 + 30 * u64::from(a));
    let rows: String = (0..300).map(|at| row(at * 37 % 300)).collect();
    place.study(format!("a,b,y\n{rows}"), "");
    place.run().ends(0);
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let linear = rows.iter().find(|row| row["name"] == "linear").unwrap();
    assert!(linear["quality"]["point"].as_f64().unwrap() > 0.999, "{}", linear["quality"]);
}

#[test]
fn a_group_that_holds_nearly_everything_is_refused() {
    let place = Place::new();
    let row = |at: u32| {
        let group = if at < 280 { "all".to_owned() } else { format!("g{at}") };
        format!("{group},{},{}\n", at % 17, if at < 280 { at % 2 } else { 1 })
    };
    let rows: String = (0..300).map(row).collect();
    place.write("d.csv", format!("g,a,y\n{rows}"));
    place.write("s.toml", "[task]\ndata = \"d.csv\"\ntarget = \"y\"\ngroup = \"g\"\n");
    place.refuses(&["with groups kept whole, one class is alone in", "hint: choose another group"]);
}
