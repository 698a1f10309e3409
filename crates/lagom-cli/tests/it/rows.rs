//! Rows that are not independent: copies, keys that come again, columns that tell the target. What is done about them, and
//! that the verdict says so itself.

use serde_json::Value;

use super::support::{Dice, Place, QUICK, Ran, csv};

/// Ten repeats on a ladder of linear models and small trees: linear is enough on these data.
const LADDER: &str = "[good-enough]\nmargin = 0.05\n[ladder]\nfamilies = [\"linear\", \"trees\"]\nlargest = \"2k\"\n[trials]\nrepeats = 10\n";

/// Rows `a,b,c,y`: a line with noise that no model can learn, only remember.
fn lines(rows: usize, seed: u64) -> Vec<[String; 4]> {
    let mut dice = Dice(seed);
    let row = |dice: &mut Dice| {
        let (a, b, c) = (dice.normal(), dice.normal(), dice.normal());
        let y = 2.0 * a - b + 1.2 * dice.normal();
        [a, b, c, y].map(|number| format!("{number:.5}"))
    };
    (0..rows).map(|_| row(&mut dice)).collect()
}

/// The quality of the choice on the rows of the verdict: the estimate, its standard error, and the part of the examples.
fn quality(report: &Value) -> (f64, f64, f64) {
    let choice = report["verdict"]["choice"].as_str().unwrap();
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let at = rows.iter().position(|row| row["name"] == choice).unwrap();
    let found = &rows[at]["holdout_quality"];
    let number = |key: &str| found[key].as_f64().unwrap();
    (number("point"), number("standard_error"), number("variance_examples").sqrt())
}

#[test]
fn a_table_that_stands_three_times_in_its_file_gets_the_verdict_of_the_table() {
    let rows = lines(240, 5);
    let mut thrice: Vec<[String; 4]> = rows.iter().cycle().take(720).cloned().collect();
    // In no order that would give the copies away.
    thrice.sort();
    let mut found = Vec::new();
    for rows in [rows, thrice] {
        let place = Place::new();
        place.write("d.csv", csv("a,b,c,y", &rows));
        place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{LADDER}"));
        let ran = place.run();
        ran.ends(0);
        found.push((ran, place.report("out"), place.text("out/report.md")));
    }
    let [(_, once, _), (ran, thrice, page)] = &found[..] else { panic!("two runs") };
    assert_eq!(once["verdict"]["kind"], "smaller-is-enough");
    assert_eq!(once["verdict"]["kind"], thrice["verdict"]["kind"]);
    assert_eq!(once["verdict"]["choice"], thrice["verdict"]["choice"]);
    let ((true_value, error, examples), (value, copied, of_copies)) = (quality(once), quality(thrice));
    assert!((value - true_value).abs() < 2.0 * error, "{value} for {true_value} ± {error}");
    // Taken for independent, three copies would make it 0.58 of that. The two have other splits, so the part of the repeats
    // differs by the luck of those.
    assert!(of_copies > 0.9 * examples && of_copies < 1.2 * examples, "{of_copies} for {examples}");
    assert!(copied > 0.7 * error, "an error of {copied} for {error}");
    let told = "480 of 720 rows have the same inputs as a row before them: copies stay on one side of every split";
    assert!(ran.out.contains(told) && page.contains(told), "{}", ran.out);
    assert!(once["data"]["cautions"].is_null());
    assert_eq!(thrice["data"]["cautions"][0]["kind"], "copies");
}

/// 150 patients of 5 rows, whose features tell who it is and whose label is drawn.
fn patients() -> String {
    let mut dice = Dice(11);
    let mut text = "patient,age,weight,pressure,y\n".to_owned();
    for patient in 0..150 {
        let own = [dice.normal() * 10.0, dice.normal() * 12.0, dice.normal() * 15.0];
        let label = dice.one(&["ill", "well"]).to_owned();
        for _ in 0..5 {
            let [age, weight, pressure] = own.map(|mean| mean + 0.3 * dice.normal());
            text.push_str(&format!(
                "P{patient:03},{:.2},{:.2},{:.2},{label}\n",
                50.0 + age,
                75.0 + weight,
                120.0 + pressure
            ));
        }
    }
    text
}

#[test]
fn repeated_keys_are_proposed_as_a_group_and_named_in_the_verdict() {
    let place = Place::new();
    place.write("d.csv", patients());
    let ran = place.lagom(&["init", "d.csv", "--target", "y", "--out", "i.toml"]);
    ran.ends(0).says(&["patient: 150 values in 750 rows; the target is the same in all rows of one"]);
    assert!(
        place.text("i.toml").lines().any(|line| line.starts_with("group = \"patient\"")),
        "{}",
        place.text("i.toml")
    );
    let checked = place.lagom(&["check", "i.toml"]);
    assert!(!checked.ends(0).out.contains("both sides"), "{}", checked.out);

    // The same without a group, whether the column is used or not.
    for more in ["", "ignore = [\"patient\"]"] {
        place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{more}\n{QUICK}"));
        let told = "Rows of the same `patient` stand on both sides of every split (150 values in 750 rows, with the same target in all rows of one)";
        place
            .lagom(&["check", "s.toml"])
            .ends(0)
            .says(&["warning: Rows of the same `patient`", "set `group = \"patient\"`"]);
        let ran = place.run();
        everywhere(&place, &ran, told);
        let caution = &place.report("out")["data"]["cautions"][0];
        assert_eq!((&caution["kind"], &caution["column"]), (&"repeated-key".into(), &"patient".into()));
        std::fs::remove_dir_all(place.path("out")).unwrap();
    }
    // With it a patient is on one side, and nobody can tell the label of a new one.
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\ngroup = \"patient\"\n{QUICK}"));
    let ran = place.run();
    assert!(ran.out.contains("No model beats guessing") && !ran.out.contains("Careful"), "{}", ran.out);
}

/// A sentence stands in the answer on standard output, in every report, and again for `verdict` and `report`.
#[track_caller]
fn everywhere(place: &Place, ran: &Ran, told: &str) {
    // However the lines are broken.
    let flowing = |text: &str| text.split_whitespace().collect::<Vec<&str>>().join(" ");
    assert!(flowing(&ran.out).contains(&format!("Careful: {told}")), "{}\n{}", ran.out, ran.err);
    let again = place.lagom(&["verdict", "out"]);
    assert!(flowing(&again.out).contains(told), "{again:?}");
    place.lagom(&["report", "out"]).ends(0);
    let bare = told.replace('`', "");
    let page = place.text("out/report.html").replace("<code>", "").replace("</code>", "").replace("&quot;", "\"");
    assert!(page.contains(&bare), "not in the page: {bare}");
    assert!(place.text("out/report.md").replace('\\', "").contains(told));
    assert!(place.text("out/report.json").contains(&told.replace('"', "\\\"")));
}

#[test]
fn a_column_that_tells_the_target_is_named_in_the_verdict() {
    let place = Place::new();
    let mut dice = Dice(3);
    let mut text = "income,debts,approved_amount,city,y\n".to_owned();
    for _ in 0..300 {
        let (income, debts) = (dice.normal(), dice.normal());
        let yes = income - debts + dice.normal() > 0.0;
        let amount = if yes { format!("{:.0}", 5_000.0 + 1_000.0 * dice.normal().abs()) } else { "0".to_owned() };
        let city = dice.one(&["Ely", "Bath", "York", "Wells"]);
        text.push_str(&format!("{income:.3},{debts:.3},{amount},{city},{}\n", if yes { "yes" } else { "no" }));
    }
    place.study(&text, "");
    let init = place.lagom(&["init", "d.csv", "--target", "y", "--out", "i.toml"]);
    init.ends(0)
        .says(&["WARNING: THE TARGET IS IN THE INPUTS: `approved_amount` alone tells the target (accuracy 1.000"]);
    place
        .lagom(&["check", "s.toml"])
        .ends(0)
        .says(&["WARNING: THE TARGET IS IN THE INPUTS: `approved_amount` alone tells the target"]);
    let ran = place.run();
    let told = "THE TARGET IS IN THE INPUTS: `approved_amount` alone tells the target (accuracy 1.000 on rows that its rule was not made from). If it is known only after the answer is, the figures mean nothing: leave it out with `ignore = [\"approved_amount\"]` under [task].";
    everywhere(&place, &ran, told);
    // Left out, the others only tell it mostly.
    place.study(&text, "ignore = [\"approved_amount\"]");
    assert!(!place.lagom(&["check", "s.toml"]).ends(0).out.contains("alone tells"));
}

#[test]
fn few_different_inputs_are_split_by_row_and_rows_of_a_given_holdout_are_counted() {
    let place = Place::new();
    let mut dice = Dice(9);
    let mut row = || {
        let (a, b) = (dice.one(&["x", "y", "z"]), dice.one(&["p", "q", "r", "s"]));
        let yes = (a == "x") ^ (dice.share() < 0.2);
        [a.to_owned(), b.to_owned(), if yes { "yes" } else { "no" }.to_owned()]
    };
    let rows: Vec<[String; 3]> = (0..300).map(|_| row()).collect();
    place.study(csv("a,b,y", &rows), "");
    let ran = place.run();
    ran.ends(0);
    assert!(
        ran.out.contains("288 of 300 rows have the same inputs as a row before them: such inputs come again too often"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("Careful"), "{}", ran.out);

    let rows = lines(300, 8);
    place.write("train.csv", csv("a,b,c,y", &rows[..200]));
    place.write("test.csv", csv("a,b,c,y", &rows[170..]));
    place.write("s.toml", format!("[task]\ntrain = \"train.csv\"\nholdout = \"test.csv\"\ntarget = \"y\"\n{QUICK}"));
    let checked = place.lagom(&["check", "s.toml"]);
    checked
        .ends(0)
        .says(&["warning: 30 of 130 rows of the holdout file (23.1 %) have the same inputs as a training row"]);
}

#[test]
fn ordinary_tables_are_not_warned_of() {
    let place = Place::new();
    let mut dice = Dice(21);
    let mut text = "city,department,store_id,age,salary,y\n".to_owned();
    let cities: Vec<String> = (0..40).map(|city| format!("city {city}")).collect();
    for _ in 0..600 {
        let city = &cities[(dice.roll() % 40) as usize];
        let (age, salary) = (20 + dice.roll() % 45, 30_000 + dice.roll() % 50_000);
        let yes = salary as f64 + 15_000.0 * dice.normal() > 55_000.0;
        let (department, store) = (dice.one(&["sales", "law", "care"]), dice.roll() % 60);
        text.push_str(&format!("{city},{department},{store},{age},{salary},{}\n", if yes { "yes" } else { "no" }));
    }
    place.study(&text, "");
    // That the rows are few for lagom's guess at a margin is said of every such table.
    let warned = |out: &str| out.replace("\n           ", " ").matches("warning: ").count();
    let checked = place.lagom(&["check", "s.toml"]);
    assert!(warned(&checked.ends(0).out) == 1 && checked.out.contains("guess at a margin"), "{}", checked.out);
    let init = place.lagom(&["init", "d.csv", "--target", "y", "--out", "i.toml"]);
    assert!(warned(&init.ends(0).out) == 1 && init.out.contains("these rows can confirm"), "{}", init.out);
    assert!(place.text("i.toml").contains("#group = \"patient\""));
}
