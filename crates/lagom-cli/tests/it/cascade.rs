//! Two candidates in a row, whole commands.

use super::scripted::{Labelled, Model, Script, Server};
use super::support::{Dice, Place};

/// Of six rows in ten a linear model sees the class in `a`; of the others it has no idea (`a` is 0), and trees find it in `b` and `c`.
fn rows(count: usize) -> String {
    let mut dice = Dice(3);
    let mut text = "a,b,c,y\n".to_owned();
    for _ in 0..count {
        let (a, b, c) = (dice.normal(), dice.normal(), dice.normal());
        let easy = dice.share() < 0.6;
        let yes = if easy { a > 0.0 } else { (b > 0.0) != (c > 0.0) };
        let a = if easy { a + 3.0 * a.signum() } else { 0.0 };
        text.push_str(&format!("{a:.3},{b:.3},{c:.3},{}\n", if yes { "yes" } else { "no" }));
    }
    text
}

fn study(place: &Place, smallest: &str, cascade: &str) {
    place.write("d.csv", rows(1_500));
    let text = format!(
        "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nmetric = \"accuracy\"\n[good-enough]\nmargin = 0.05\nsmallest-by = \"{smallest}\"\n\
         [ladder]\nfamilies = [\"linear\", \"trees\"]\nlargest = \"1k\"\npolicy = \"sweep\"\n[trials]\nrepeats = 5\n{cascade}"
    );
    place.write("s.toml", text);
}

/// The names of the smallest linear and the largest tree model.
fn members(place: &Place) -> (String, String) {
    let plan = place.lagom(&["plan", "s.toml"]);
    plan.ends(0);
    let names: Vec<&str> = plan.out.split_whitespace().collect();
    let first = names.iter().find(|word| word.starts_with("linear-") || **word == "linear").unwrap();
    let last = names.iter().rfind(|word| word.starts_with("trees-")).unwrap();
    ((*first).to_owned(), (*last).to_owned())
}

#[test]
fn a_linear_model_answers_what_it_is_sure_of_and_trees_the_rest() {
    let place = Place::new();
    study(&place, "operations", "");
    let (small, large) = members(&place);
    study(&place, "operations", &format!("[cascade]\npairs = [[\"{large}\", \"{small}\"]]\n"));
    place.lagom(&["check", "s.toml"]).ends(0).says(&[
        &format!("The cascade of `{large}` and `{small}` asks the larger one first"),
        &format!("The other way round it is pairs = [[\"{small}\", \"{large}\"]]."),
    ]);
    study(&place, "operations", &format!("[cascade]\npairs = [[\"{small}\", \"{large}\"]]\n"));
    assert!(!place.lagom(&["check", "s.toml"]).err.contains("the larger one first"));
    assert!([0, 2].contains(&place.run().code));
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let find = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name} is missing"));
    let (own, one, other) = (find(&format!("{small}+{large}")), find(&small), find(&large));
    let accuracy = |row: &serde_json::Value| row["holdout_quality"]["point"].as_f64().unwrap();
    // The linear model guesses four rows in ten: 0.8 at most. In a row they are about as good as the trees alone.
    assert!(accuracy(one) < 0.85 && accuracy(own) > accuracy(other) - 0.05, "{own}");
    let cascade = &own["cascade"];
    let share = cascade["sealed_share"].as_f64().unwrap();
    assert!((0.25..0.55).contains(&share), "{cascade}");
    assert!(cascade["to_large"]["point"].as_f64().unwrap().abs() < 0.05, "{cascade}");
    assert!(
        own["parameters"].as_u64().unwrap()
            == one["parameters"].as_u64().unwrap() + other["parameters"].as_u64().unwrap()
    );
    assert!(place.text("out/report.html").contains("Small first, large when unsure"));
    // A second verdict comes to the same without a training, and one by parameters says when a pair can be the choice at all.
    let again = place.lagom(&["verdict", "out", "--smallest-by", "parameters"]);
    again.says(&["as much as its large model alone or more"]);
    // Predicts whatever the choice is.
    if report["bundle"]["candidate"] == format!("{small}+{large}") {
        place.lagom(&["predict", "out/model.lagom", "d.csv"]).ends(0);
    }
}

/// Texts of which six in ten name their label; who knows the others has seen the answers.
fn examples(count: usize) -> Vec<(String, String)> {
    let mut dice = Dice(9);
    let one = |number: usize, dice: &mut Dice| {
        let label = dice.one(&["yes", "no"]).to_owned();
        let said = if dice.share() < 0.6 { label.clone() } else { "riddle".to_owned() };
        (format!("{said} number {number}"), label)
    };
    (0..count).map(|number| one(number, &mut dice)).collect()
}

#[test]
fn a_trained_model_before_a_paid_one_saves_most_of_the_money() {
    let known = examples(1_500);
    let model = Model::Labels(Labelled::new(known.clone(), 0.99, 1));
    let server = Server::start(Script { model, ..Script::default() });
    let place = Place::new();
    let lines: Vec<String> = known.iter().map(|(text, label)| format!("\"{text}\",{label}")).collect();
    place.write("d.csv", format!("text,topic\n{}\n", lines.join("\n")));
    let study = |cascade: &str| {
        format!(
            "[task]\ndata = \"d.csv\"\ntarget = \"topic\"\ntext = \"text\"\nkind = \"text-classification\"\nmetric = \"accuracy\"\n\
             [good-enough]\nmargin = 0.12\nsmallest-by = \"cost\"\n[ladder]\nfamilies = [\"ngrams\"]\nlargest = \"2k\"\n[trials]\nrepeats = 2\n\
             [budget]\nexplore = 200\n[[candidate]]\nname = \"hosted\"\nendpoint = \"{}\"\nmodel = \"scripted\"\nparameters = \"4B\"\n\
             price = {{ input = 1.0, output = 2.0, currency = \"USD\" }}\n[prices]\ncpu-hour = \"0.05 USD\"\nmachine-hour = \"0.10 USD\"\n\
             requests-per-month = \"1M\"\n{cascade}",
            server.url()
        )
    };
    place.write("s.toml", study(""));
    let plan = place.lagom(&["plan", "s.toml"]);
    let small = plan.out.split_whitespace().find(|word| word.starts_with("ngrams-")).unwrap().to_owned();
    // What can't be put in a row is said before anything is trained or asked.
    for (pairs, words) in [
        ("[[\"hosted\", \"ngrams-1\"]]", "its answers tell no confidence"),
        ("[[\"ngrams-1\", \"hosted\"]]", "`ngrams-1` is no candidate of this study"),
        ("[[\"hosted\", \"hosted\"]]", "twice in one pair"),
        ("[\"hosted\"]", "two names of candidates"),
    ] {
        place.write("s.toml", study(&format!("[cascade]\npairs = {pairs}\n")));
        place.refuses(&[words]);
    }
    place.write("s.toml", study(&format!("[cascade]\npairs = [[\"{small}\", \"hosted\"]]\n")));
    let ran = place.run();
    ran.says(&["Small first, large when unsure", "a month of 1,000,000 requests"]);
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let name = format!("{small}+hosted");
    let own = rows.iter().find(|row| row["name"] == name).unwrap();
    let cascade = &own["cascade"];
    let (money, alone) = (cascade["money_per_thousand"].as_f64().unwrap(), cascade["large_money"].as_f64().unwrap());
    let share = cascade["share"].as_f64().unwrap();
    assert!((0.2..0.6).contains(&share) && (money - share * alone).abs() < 1e-12, "{cascade}");
    assert_eq!(report["verdict"]["reference"], "hosted");
    assert_eq!(report["verdict"]["choice"], name.as_str(), "{}", ran.out);
    assert!(report["bundle"].is_null(), "nobody is asked by `predict`");
    // From the store alone it is the same.
    place.lagom(&["verdict", "out"]).says(&[&name]);
}
