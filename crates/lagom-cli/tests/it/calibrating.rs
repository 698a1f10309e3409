//! Probabilities of the model that is handed over, brought to a temperature.

use super::support::{Place, classes, classes_csv, csv};

/// A network whose loss asks for a lead of 1 between scores: its probabilities are not what they say.
fn study(calibrate: bool) -> String {
    format!(
        "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nmetric = \"accuracy\"\n[good-enough]\nmargin = 0.2\n[ladder]\nfamilies = [\"mlp\"]\nlargest = \"300\"\n\
         [recipe]\nclass-loss = \"hinge\"\n[trials]\nrepeats = 2\nholdout = 0.2\n[handed-over]\ncalibrate = {calibrate}\n"
    )
}

fn predicted(place: &Place, folder: &str) -> Vec<(String, f64)> {
    let ran = place.lagom(&["predict", folder, "new.csv", "--probabilities"]);
    ran.ends(0);
    let one = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[0].to_owned(), cells[2].parse().unwrap())
    };
    ran.out.lines().skip(1).map(one).collect()
}

#[test]
fn a_temperature_is_kept_where_it_helps_and_changes_no_answer() {
    let place = Place::new();
    place.write("d.csv", csv("a,b,colour,y", &classes(3_000, 1)));
    place.write("s.toml", study(false));
    place.run().ends(0);
    let plain = place.lagom(&["bundle", "out"]);
    assert!(!plain.out.contains("temperature"), "{}", plain.out);
    place.write("s.toml", study(true));
    let ran = place.lagom(&["run", "s.toml", "--out", "warm"]);
    ran.ends(0).says(&["probabilities", "calibrated; the log-odds of model.lagom are divided by a temperature of"]);
    let kept = &place.report("warm")["bundle"]["calibration"]["kept"];
    let (temperature, before, after) = (
        kept["temperature"].as_f64().unwrap(),
        kept["loss"].as_f64().unwrap(),
        kept["tempered_loss"].as_f64().unwrap(),
    );
    // Its scores lie about 1 apart: rows that are told well are right more often than such odds say.
    assert!(temperature < 0.9 && after < before, "{kept}");
    place.lagom(&["bundle", "warm"]).ends(0).says(&["its log-odds are divided by a temperature of"]);

    let rows = classes(1_000, 7);
    place.write("new.csv", csv("a,b,colour,y", &rows));
    let (cold, warm) = (predicted(&place, "out"), predicted(&place, "warm"));
    let (mut stated, mut mended) = (0.0, 0.0);
    for ((row, cold), warm) in rows.iter().zip(&cold).zip(&warm) {
        assert_eq!(cold.0, warm.0, "no called class changes");
        let odds = |share: f64| (share / (1.0 - share)).ln();
        // Six decimals are written.
        if (0.01..0.99).contains(&warm.1) {
            assert!((odds(cold.1) / temperature - odds(warm.1)).abs() < 1e-3, "{cold:?} {warm:?}");
        }
        let loss = |yes: f64| -(if row[3] == "yes" { yes } else { 1.0 - yes }).max(1e-6).ln();
        (stated, mended) = (stated + loss(cold.1), mended + loss(warm.1));
    }
    assert!(mended < stated - 5.0, "on new rows the log loss is lower: {stated} to {mended}");
    // What is explained adds up to the log-odds as they are handed over, or says what the probability would be.
    place.lagom(&["explain-row", "warm", "new.csv", "--row", "3"]).ends(0);
    // Without the line the next run hands the model over as it was trained.
    place.write("s.toml", study(false));
    place.lagom(&["run", "s.toml", "--out", "warm"]).ends(0);
    assert_eq!(predicted(&place, "warm"), cold);
}

#[test]
fn few_rows_fit_none_and_numbers_have_none() {
    let place = Place::new();
    place.study(classes_csv(), "[good-enough]\nmargin = 0.2\n[handed-over]\ncalibrate = true");
    place.run().ends(0).says(&["probabilities", "as trained; a temperature is fitted on 300 rows or more"]);
    let few = &place.report("out")["bundle"]["calibration"]["too-few"];
    assert!(few["needed"] == 300 && few["rows"].as_u64().unwrap() < 100, "{few}");
    // Where nothing is answered wrongly the likeliest temperature would be 0, and all probabilities 0 or 1.
    let row = |row: u32| {
        let (side, label) = if row.is_multiple_of(2) { (1.0, "yes") } else { (-1.0, "no") };
        format!("{},{},blue,{label}\n", side * (1.0 + f64::from(row) / 2_500.0), row % 7)
    };
    let rows: String = (0..2_500).map(row).collect();
    place.study(format!("a,b,colour,y\n{rows}"), "[good-enough]\nmargin = 0.2\n[handed-over]\ncalibrate = true");
    let ran = place.lagom(&["run", "s.toml", "--out", "sure"]);
    ran.ends(0).says(&["as trained; a temperature takes ten wrong answers and ten right ones"]);
    let study =
        |more: &str| format!("[task]\ndata = \"d.csv\"\ntarget = \"a\"\n{more}[handed-over]\ncalibrate = true\n");
    for more in ["", "kind = \"regression\"\n"] {
        let place = Place::new();
        place.write("d.csv", classes_csv());
        place.write("s.toml", study(more));
        place.refuses(&["models of regression state no probabilities that could be made truer", "leave"]);
    }
}
