//! What a study may ask for beside size: another family, levers, probes.

use super::support::{Dice, Place, csv};

/// At site A labels are drawn by lot, at site B `x` tells them.
fn sites(rows: usize) -> String {
    let mut dice = Dice(5);
    let row = |_| {
        let (x, site) = (dice.normal(), dice.one(&["A", "B"]));
        let yes = if site == "A" { dice.normal() > 0.0 } else { x > 0.0 };
        [format!("{x:.4}"), site.to_owned(), if yes { "yes" } else { "no" }.to_owned()]
    };
    csv("x,site,y", &(0..rows).map(row).collect::<Vec<_>>())
}

/// At site A low values of `x` are yes, at site B high ones: no straight line tells them. One label in ten is drawn by lot.
fn crossed(rows: usize) -> String {
    let mut dice = Dice(9);
    let row = |_| {
        let (x, site) = (dice.normal(), dice.one(&["A", "B"]));
        let by_lot = dice.normal() > 1.28;
        let yes = if by_lot { dice.normal() > 0.0 } else { (x > 0.0) == (site == "B") };
        [format!("{x:.4}"), site.to_owned(), if yes { "yes" } else { "no" }.to_owned()]
    };
    csv("x,site,y", &(0..rows).map(row).collect::<Vec<_>>())
}

/// A study on [`sites`] with these tables behind its own.
fn study(place: &Place, families: &str, more: &str) {
    let own = "[task]\ndata = \"d.csv\"\ntarget = \"y\"\n[trials]\nrepeats = 4\n";
    place.write("s.toml", format!("{own}[ladder]\nfamilies = [{families}]\n{more}"));
}

#[test]
fn where_a_model_errs_is_named_and_asking_later_trains_nothing() {
    let place = Place::new();
    place.write("d.csv", sites(1_200));
    study(&place, "\"linear\"", "");
    place.run();
    assert!(place.report("out").get("probes").is_none(), "nobody asked for them");
    let trials = |place: &Place| -> u32 {
        place.store("out").query_row("SELECT count(*) FROM trials", [], |row| row.get(0)).unwrap()
    };
    let before = trials(&place);
    study(&place, "\"linear\"", "[probes]\nerror-slices = true\n");
    let ran = place.run();
    assert_eq!(trials(&place), before, "{}", ran.err);
    assert!(ran.out.contains("Where it errs: linear\n") && ran.out.contains("  site = A  "), "{}", ran.out);
    let found = &place.report("out")["probes"][0];
    let worst = &found["lines"][0];
    assert_eq!(worst[0]["text"], "site = A", "{found}");
    // By lot at A: about half of them are right; x tells all at B.
    let quality = |at: usize| worst[at]["quality"]["value"].as_f64().unwrap();
    assert!((0.4..0.65).contains(&quality(2)) && quality(3) > 0.9, "{worst}");
}

#[test]
fn what_models_are_like_is_measured_once_and_without_a_sealed_row() {
    let place = Place::new();
    place.write("d.csv", crossed(900));
    let all = "largest = \"2k\"\n[probes]\nclasses = true\nrobustness = true\ncalibration = true\nimportance = true\n";
    study(&place, "\"linear\", \"trees\"", all);
    let ran = place.run();
    let count = |table: &str| -> u32 {
        let query = format!("SELECT count(*) FROM {table}");
        place.store("out").query_row(&query, [], |row| row.get(0)).unwrap()
    };
    let report = place.report("out");
    let found = |name: &str| {
        let all = report["probes"].as_array().unwrap();
        all.iter()
            .find(|one| one["probe"] == name)
            .unwrap_or_else(|| panic!("{name}: {}\n{}", ran.out, ran.err))
            .clone()
    };
    let (robust, sure, plain) = (found("robustness"), found("calibration"), found("importance"));
    let sizes = robust["lines"].as_array().unwrap().len();
    assert!((2..=5).contains(&sizes), "{robust}");
    assert_eq!(count("probes"), 3 * sizes as u32, "{}", ran.err);
    // A table has no texts to misspell, and says so.
    let notes = robust["notes"].to_string();
    assert!(notes.contains("cut off (there is no column of texts)"), "{notes}");
    assert!(robust["panels"].as_array().unwrap().iter().any(|panel| panel["title"] == "unseen categories"));
    assert!(sure["columns"].to_string().contains("temperature") && sure["notes"].to_string().contains("are few"));
    assert!(plain["said"].as_str().unwrap().contains("`x`"), "{plain}");
    assert!(place.text("out/report.html").contains("Robustness by size"));
    assert!(found("classes")["said"].as_str().unwrap().starts_with("Of the "));
    // No model is left behind, and a second run and a verdict measure nothing anew.
    let models = std::fs::read_dir(place.path("out").join("models")).unwrap().count();
    assert_eq!(models, 0, "{}", ran.err);
    let before = (count("trials"), count("probes"));
    let again = place.run();
    assert_eq!((count("trials"), count("probes")), before);
    assert_eq!(place.report("out")["probes"], report["probes"], "{}", again.err);
    let told = place.lagom(&["verdict", "out", "--margin", "0.2"]);
    assert!(told.out.contains("Calibration by size"), "{}\n{}", told.out, told.err);
    assert_eq!((count("trials"), count("probes")), before);
}

#[test]
fn a_probe_that_is_asked_for_later_trains_the_models_of_the_finalists_again() {
    let place = Place::new();
    place.write("d.csv", sites(600));
    study(&place, "\"linear\"", "");
    place.run();
    let count = |table: &str| -> u32 {
        let query = format!("SELECT count(*) FROM {table}");
        place.store("out").query_row(&query, [], |row| row.get(0)).unwrap()
    };
    let trials = count("trials");
    study(&place, "\"linear\"", "[probes]\nrobustness = true\n");
    let told = place.lagom(&["verdict", "out"]);
    assert!(!told.out.contains("Robustness"), "a verdict is of the study as it was run: {}", told.out);
    let ran = place.run();
    assert_eq!(count("trials"), trials, "{}", ran.err);
    assert_eq!(place.report("out")["probes"][0]["lines"][0][0]["text"], "linear", "{}\n{}", ran.out, ran.err);
}

#[test]
fn robustness_is_a_limit_that_is_answered_from_what_is_stored() {
    let place = Place::new();
    place.write("d.csv", crossed(900));
    // Without the probe nobody knows: neither within nor beyond, and what to do.
    study(&place, "\"linear\", \"trees\"", "largest = \"2k\"\n");
    place.run();
    let told = place.lagom(&["verdict", "out", "--limit", "robustness=0.5"]);
    assert!(
        told.out.contains("the loss on corrupted rows of ") && told.out.contains("was not measured."),
        "{}\n{}",
        told.out,
        told.err
    );
    assert!(told.out.contains("`robustness = true` under [probes]"), "{}", told.out);
    // The limit in the study needs the probe, and then every size is looked at.
    study(&place, "\"linear\", \"trees\"", "largest = \"2k\"\n[good-enough]\nrobustness = 0.5\n");
    let refused = place.lagom(&["run", "s.toml", "--out", "out"]);
    assert!(refused.code == 1 && refused.err.contains("add robustness = true under [probes]"), "{}", refused.err);
    let all = "largest = \"2k\"\n[good-enough]\nrobustness = 0.5\n[probes]\nrobustness = true\n";
    study(&place, "\"linear\", \"trees\"", all);
    let ran = place.run();
    let rows = place.report("out")["analysis"]["screening"]["rows"].clone();
    let trained = |row: &&serde_json::Value| row["family"] != "baseline" && row["quality"].is_object();
    let rows: Vec<serde_json::Value> = rows.as_array().unwrap().iter().filter(trained).cloned().collect();
    assert!(
        rows.len() > 1 && rows.iter().all(|row| row["probed"]["robustness"]["value"].is_f64()),
        "{rows:?}\n{}",
        ran.err
    );
    // What loses the least is the only one within a limit just above that; nothing is within one below.
    let lost = |row: &serde_json::Value| row["probed"]["robustness"]["value"].as_f64().unwrap();
    let least = rows.iter().map(lost).fold(f64::INFINITY, f64::min);
    let probes = |place: &Place| -> u32 {
        place.store("out").query_row("SELECT count(*) FROM probes", [], |row| row.get(0)).unwrap()
    };
    let before = probes(&place);
    let asked = |limit: f64| {
        let told = place.lagom(&["verdict", "out", "--json", "--limit", &format!("robustness={limit}")]);
        serde_json::from_str::<serde_json::Value>(&told.out).unwrap_or_else(|_| panic!("{}\n{}", told.out, told.err))
    };
    let none = asked(least / 2.0);
    assert_eq!(none["verdict"]["kind"], "nothing-qualifies", "{}", none["verdict"]);
    // The interval of the best one reaches below the limit: it may be within after all.
    let over = |report: &serde_json::Value| {
        report["analysis"]["screening"]["rows"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["standing"] == "over-limits")
            .count()
    };
    assert_eq!(over(&none), rows.len());
    assert!(over(&asked(least + 1e-9)) < rows.len());
    assert_eq!(probes(&place), before, "a verdict measures nothing");
    let wrong = |limit: &str| place.lagom(&["verdict", "out", "--limit", limit]);
    assert!(wrong("robust=0.1").err.contains("there is no limit `robust`"), "{}", wrong("robust=0.1").err);
    assert!(wrong("robustness").err.contains("expected a key and an amount"));
    assert!(wrong("robustness=5 %").err.contains("unknown unit"), "{}", wrong("robustness=5 %").err);
    let twice = place.lagom(&["verdict", "out", "--limit", "robustness=0.1", "--robustness", "0.2"]);
    assert!(twice.code != 0 && twice.err.contains("is given twice"), "{}", twice.err);
}

#[test]
fn quality_is_told_for_each_value_of_a_column_that_no_model_sees() {
    let place = Place::new();
    place.write("d.csv", sites(1_200));
    let with = |probe: &str| {
        let own = "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nignore = [\"site\"]\n[trials]\nrepeats = 4\n";
        place.write("s.toml", format!("{own}[ladder]\nfamilies = [\"linear\"]\n{probe}"));
    };
    with("");
    place.run();
    with("[probes]\nslice-by = \"site\"\n");
    let ran = place.run();
    let found = place.report("out")["probes"][0].clone();
    assert_eq!((&found["probe"], &found["columns"][0]), (&"slice-by".into(), &"site".into()), "{found}\n{}", ran.err);
    // Labels are drawn by lot at A, and told by `x` at B.
    let lines = found["lines"].as_array().unwrap();
    let quality = |line: &serde_json::Value| line[2]["number"]["value"].as_f64().unwrap();
    assert_eq!((lines.len(), &lines[0][0]["text"]), (2, &"A".into()), "{found}");
    assert!((0.4..0.65).contains(&quality(&lines[0])) && quality(&lines[1]) > 0.9, "{found}");
    assert!(ran.out.contains("Slice by slice: linear\n"), "{}", ran.out);
    // A verdict from the store tells the same, without the file.
    std::fs::remove_file(place.path("d.csv")).unwrap();
    let told = place.lagom(&["verdict", "out"]);
    assert!(told.out.contains("Of 2 values of site 2 have rows enough."), "{}\n{}", told.out, told.err);
}

#[test]
fn a_column_of_thousands_of_values_is_refused_with_their_number() {
    let place = Place::new();
    let rows: Vec<[String; 3]> = (0..300)
        .map(|row| [row.to_string(), format!("z{row}"), if row % 2 == 0 { "a" } else { "b" }.to_owned()])
        .collect();
    place.write("d.csv", csv("x,zip,y", &rows));
    study(&place, "\"linear\"", "[probes]\nslice-by = \"zip\"\n");
    let told = place.lagom(&["run", "s.toml", "--out", "out"]);
    told.ends(1);
    assert!(
        told.err.contains("[probes] slice-by `zip`: it has 300 values, and at most 50 can be told apart"),
        "{}",
        told.err
    );
    study(&place, "\"linear\"", "[probes]\nslice-by = \"zipp\"\n");
    let told = place.lagom(&["run", "s.toml", "--out", "out"]);
    told.ends(1);
    assert!(told.err.contains("`zipp`") && told.err.contains("zip"), "{}", told.err);
    study(&place, "\"linear\"", "[probes]\nslice-by = true\n");
    let told = place.lagom(&["run", "s.toml", "--out", "out"]);
    told.ends(1);
    assert!(told.err.contains("a column"), "{}", told.err);
}

#[test]
fn rows_on_which_choice_and_reference_differ_are_written_as_a_file() {
    let place = Place::new();
    place.write("d.csv", crossed(900));
    study(&place, "\"linear\", \"trees\"", "largest = \"2k\"\n[good-enough]\nmargin = 0.5\n");
    let ran = place.run();
    let verdict = place.report("out")["verdict"].clone();
    let (choice, reference) = (verdict["choice"].as_str().unwrap(), verdict["reference"].as_str().unwrap());
    assert_ne!(choice, reference, "{}", ran.out);
    let text = place.text("out/differences.csv");
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some(format!("row,y (target),{choice},{reference},{choice} right more often by,x,site").as_str())
    );
    let data = place.text("d.csv");
    let data: Vec<&str> = data.lines().skip(1).collect();
    let mut gains = Vec::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        // The row is that of the file, with its own cells.
        let own: Vec<&str> = data[cells[0].parse::<usize>().unwrap() - 1].split(',').collect();
        assert_eq!((cells[1], cells[6]), (own[2], own[1]), "{line}");
        assert!((cells[5].parse::<f64>().unwrap() - own[0].parse::<f64>().unwrap()).abs() < 1e-9, "{line}");
        gains.push(cells[4].parse::<f64>().unwrap());
    }
    assert!(!gains.is_empty() && gains.is_sorted(), "{gains:?}");
    // Where nothing is compared no file of an older verdict is left.
    study(&place, "\"linear\"", "");
    place.run();
    assert!(!place.path("out/differences.csv").exists());
}

#[test]
fn neighbours_are_a_family_like_any_other() {
    let place = Place::new();
    place.write("d.csv", sites(600));
    study(&place, "\"nearest\"", "");
    let ran = place.run();
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["name"] == "nearest-128").expect("a size");
    // Of each kept row x, a column for each of two sites and one for any other, and the target.
    assert_eq!((row["family"].as_str(), row["parameters"].as_u64()), (Some("nearest"), Some(128 * 5)), "{row}");
    assert!(report["bundle"].is_object(), "{}\n{}", ran.out, ran.err);
    place.write("new.csv", "x,site\n-2,B\n2,B\n");
    let told = place.lagom(&["predict", "out", "new.csv"]);
    told.ends(0);
    assert_eq!(told.out, "prediction\nno\nyes\n");
}

#[test]
fn what_would_change_nothing_is_refused() {
    let place = Place::new();
    place.write("d.csv", sites(300));
    study(&place, "\"linear\"", "[recipe]\ndropout = 0.3\n");
    place.refuses(&["[recipe]: `dropout = 0.3` changes nothing that this study trains", "train what it changes: mlp"]);
    study(&place, "\"linear\", \"ngrams\"", "");
    place.refuses(&["`ngrams` does not do classification", "nearest"]);
    study(&place, "\"linear\", \"nearest\"", "largest = \"50\"\n");
    place.refuses(&["no size of `nearest` has as few parameters as these data and `largest` allow"]);
    study(&place, "\"linear\"", "[recipe]\naugmentation = \"typos\"\n");
    place.refuses(&[
        "[recipe]: `augmentation = \"typos\"` changes nothing that this study trains",
        "train what it changes: ngrams, embedding",
    ]);
    study(&place, "\"linear\"", "[recipe]\ncleaning = \"scrub\"\n");
    place.refuses(&["recipe.cleaning", "drop", "relabel", "down-weight", "drop-random"]);
    study(&place, "\"mlp\"", "[recipe]\ndropout = 1.5\n");
    place.refuses(&["recipe.dropout", "expected a number from 0 to 0.9"]);
}

#[test]
fn a_lever_is_told_beside_the_answer() {
    let place = Place::new();
    place.write("d.csv", sites(300));
    study(&place, "\"mlp\"", "largest = \"300\"\n[recipe]\ndropout = 0.3\n");
    let ran = place.run();
    assert!(ran.out.contains("Trained with `dropout = 0.3` under [recipe]"), "{}\n{}", ran.out, ran.err);
}

/// What is sold on which day for how much, of which every tenth label is wrong: by size, day of the week and shop.
fn sales(rows: usize) -> String {
    let mut dice = Dice(9);
    let row = |_| {
        let (size, day, shop) = (dice.normal(), 1 + dice.roll() % 28, dice.one(&["north", "south", "west"]));
        // 2024-01-01 was a Monday, so more is sold on Saturdays.
        let yes = size + if shop == "west" { -0.7 } else { 0.3 } + if day % 7 == 6 { 1.0 } else { 0.0 } > 0.0;
        let told = yes != (dice.roll().is_multiple_of(10));
        let grams = 1_000.0 + 200.0 * size;
        [
            format!("{grams:.0} g"),
            format!("2024-01-{day:02}"),
            shop.to_owned(),
            if told { "yes" } else { "no" }.to_owned(),
        ]
    };
    csv("size,day,shop,y", &(0..rows).map(row).collect::<Vec<_>>())
}

#[test]
fn rows_and_preprocessing_are_changed_as_told_and_the_bundle_has_the_preprocessing() {
    let place = Place::new();
    place.write("d.csv", sales(1_200));
    let recipe = "[recipe]\ncleaning = \"drop\"\ncategories = \"target\"\ndate-parts = true\nnumeric-text = true\n";
    study(&place, "\"linear\", \"trees\"", &format!("largest = \"500\"\n{recipe}"));
    let ran = place.run();
    assert!(ran.out.contains("`cleaning = \"drop\"`"), "{}\n{}", ran.out, ran.err);
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let linear = rows.iter().find(|row| row["name"] == "linear").expect("a size");
    let change = &linear["trials"][0]["changes"][0];
    assert_eq!(change["lever"], "cleaning", "{linear}");
    assert!((20..400).contains(&change["rows"].as_u64().unwrap()), "{change}");
    place.write("new.csv", "size,day,shop\n1400 g,2024-01-02,north\n600 g,2024-01-02,north\n");
    let told = place.lagom(&["predict", "out", "new.csv"]);
    told.ends(0);
    assert_eq!(told.out, "prediction\nyes\nno\n");
}
