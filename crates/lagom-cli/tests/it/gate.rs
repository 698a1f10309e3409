//! Whether anything was learned: a weak but certain signal is never "no model beats guessing", and shuffled labels always are.
//!
//! The long ones make a hundred studies each; they print what came of them:
//!
//! ```text
//! cargo test --release --test it gate -- --include-ignored --nocapture --test-threads 1
//! ```

use std::collections::BTreeMap;

use super::support::{Dice, Place, csv};

/// A ladder of the families' small rungs; cross-fitted, as by default.
const LADDER: &str = "[ladder]\nlargest = \"2k\"\n";

/// Six inputs and a number of which a weighted sum of them explains the share `r2`.
fn weak_values(rows: usize, r2: f64, seed: u64) -> String {
    let mut dice = Dice(seed);
    let noise = ((1.0 - r2) / r2).sqrt();
    let row = |dice: &mut Dice| {
        let inputs: Vec<f64> = (0..6).map(|_| dice.normal()).collect();
        // Two weights of √½: the sum has variance 1.
        let y = (inputs[0] + inputs[1]) * 0.5_f64.sqrt() + noise * dice.normal();
        let mut cells: Vec<String> = inputs.iter().map(|x| format!("{x:.3}")).collect();
        cells.push(format!("{y:.4}"));
        cells.try_into().unwrap()
    };
    csv::<7>("a,b,c,d,e,f,y", &(0..rows).map(|_| row(&mut dice)).collect::<Vec<_>>())
}

/// Four inputs, of which one is higher by 1.81 in the positive rows: an AUC of Φ(1.81 / √2) = 0.90.
fn rare(rows: usize, positive: usize, shift: f64, seed: u64) -> String {
    let mut dice = Dice(seed);
    let row = |dice: &mut Dice, at: usize| {
        let is = at * positive / rows != (at + 1) * positive / rows;
        let inputs = [dice.normal() + if is { shift } else { 0.0 }, dice.normal(), dice.normal(), dice.normal()];
        let [a, b, c, d] = inputs.map(|x| format!("{x:.3}"));
        [a, b, c, d, if is { "yes" } else { "no" }.to_owned()]
    };
    csv("a,b,c,d,y", &(0..rows).map(|at| row(&mut dice, at)).collect::<Vec<_>>())
}

/// Three hundred rows of two classes, each input a little higher in one of them: an AUC of about 0.70 and hardly a better accuracy
/// than that of the commoner class, which has 72 %.
fn faint(seed: u64) -> String {
    let mut dice = Dice(seed);
    let row = |dice: &mut Dice, at: usize| {
        let is = at % 25 < 7;
        let mut input = || format!("{:.3}", dice.normal() + if is { 0.43 } else { 0.0 });
        [input(), input(), input(), if is { "yes" } else { "no" }.to_owned()]
    };
    csv("a,b,c,y", &(0..300).map(|at| row(&mut dice, at)).collect::<Vec<_>>())
}

/// The last column in another order.
fn shuffled(text: &str, seed: u64) -> String {
    let mut dice = Dice(seed);
    let (head, body) = text.split_once('\n').unwrap();
    let mut rows: Vec<(&str, &str)> = body.lines().map(|line| line.rsplit_once(',').unwrap()).collect();
    for at in (1..rows.len()).rev() {
        let other = (dice.roll() % (at as u64 + 1)) as usize;
        let label = rows[at].1;
        rows[at].1 = std::mem::replace(&mut rows[other].1, label);
    }
    let lines: Vec<String> = rows.iter().map(|(inputs, label)| format!("{inputs},{label}")).collect();
    format!("{head}\n{}\n", lines.join("\n"))
}

/// A study of these data, run: its folder.
fn study(data: &str, seed: u64, more: &str) -> Place {
    let place = Place::new();
    place.write("d.csv", data);
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{more}[trials]\nseed = {seed}\n"));
    let ran = place.run();
    assert!([0, 3].contains(&ran.code), "{ran:?}");
    place
}

/// The verdicts of many studies, by kind.
fn verdicts(name: &str, seeds: std::ops::RangeInclusive<u64>, data: impl Fn(u64) -> String) -> BTreeMap<String, usize> {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for seed in seeds {
        let report = study(&data(seed), seed, LADDER).report("out");
        *kinds.entry(report["verdict"]["kind"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    println!("{name}: {kinds:?}");
    kinds
}

#[test]
fn a_linear_model_that_explains_a_twentieth_is_no_guess() {
    let place =
        study(&weak_values(2_000, 0.05, 1), 1, "[ladder]\nfamilies = [\"linear\", \"mlp\"]\nlargest = \"200\"\n");
    let report = place.report("out");
    assert_ne!(report["verdict"]["kind"], "nothing-learned", "{}", report["analysis"]["screening"]["learning"]);
    assert_eq!(report["analysis"]["screening"]["learned"], true);
}

#[test]
fn ranking_shows_what_accuracy_does_not() {
    let place = study(&faint(1), 1, "[ladder]\nfamilies = [\"linear\"]\n");
    let report = place.report("out");
    assert_eq!(report["terms"]["metric"], "accuracy");
    let gain = &report["analysis"]["screening"]["learning"]["gains"][0];
    assert_eq!((&gain["candidate"], &gain["score"]), (&"linear".into(), &"auc".into()), "{gain}");
    assert_ne!(report["verdict"]["kind"], "nothing-learned");
    assert_eq!(report["analysis"]["tests"][0]["score"], "auc");
    assert!(place.text("out/report.json").contains("In AUC, which guessing can't raise, the difference is"));
}

#[test]
fn a_rare_class_is_ranked_and_the_threshold_is_named() {
    let place = Place::new();
    place.write("d.csv", rare(3_000, 60, 2.5, 1));
    place.lagom(&["init", "d.csv", "--target", "y", "--out", "s.toml"]).ends(0);
    // Comments are wrapped.
    let study = place.text("s.toml").replace("\n# ", " ");
    assert!(study.contains("metric = \"auc\"") && study.contains("only 2 % of the rows are \"yes\""), "{study}");
    assert!(study.contains("a threshold has to be chosen"), "{study}");
    place.write("s.toml", "[task]\ndata = \"d.csv\"\ntarget = \"y\"\n[ladder]\nfamilies = [\"linear\"]\n");
    let ran = place.run();
    ran.says(&["From a probability of \"yes\" of", "as often as it is true (1.9"]);
    let report = place.report("out");
    assert_eq!(report["terms"]["metric"], "auc", "`run` takes what `init` proposes");
    let threshold = &report["threshold"];
    assert!((threshold["share"].as_f64().unwrap() - 0.02).abs() < 3e-3, "{threshold}");
    let probability = threshold["probability"].as_f64().unwrap();
    assert!(probability > 0.0 && probability < 0.9, "{threshold}");
}

#[test]
fn six_of_six_thousand_are_no_proof_of_guessing() {
    let place = study(&rare(6_000, 6, 3.0, 3), 3, "[ladder]\nfamilies = [\"linear\"]\n");
    let report = place.report("out");
    assert_eq!(report["terms"]["metric"], "auc");
    assert_ne!(report["verdict"]["kind"], "nothing-learned", "{}", report["analysis"]);
}

#[test]
fn shuffled_labels_of_a_rare_class_teach_nothing() {
    let place = study(&shuffled(&rare(1_000, 30, 2.0, 1), 5), 5, "[ladder]\nfamilies = [\"linear\"]\n");
    assert_eq!(place.report("out")["verdict"]["kind"], "nothing-learned");
}

#[test]
#[ignore = "long: a hundred studies"]
fn acceptance_shuffled_labels_teach_nothing_in_95_of_100() {
    let faint = verdicts("shuffled, 300 rows of two classes", 1..=100, |seed| shuffled(&faint(seed), seed + 1_000));
    assert!(faint.get("nothing-learned").is_some_and(|found| *found >= 95), "{faint:?}");
}

#[test]
#[ignore = "long: a hundred studies"]
fn acceptance_shuffled_rare_labels_teach_nothing_in_95_of_100() {
    let of = |seed| shuffled(&rare(1_500, 30, 2.0, seed), seed + 1_000);
    let rare = verdicts("shuffled, 30 positives of 1,500", 1..=100, of);
    assert!(rare.get("nothing-learned").is_some_and(|found| *found >= 95), "{rare:?}");
}

#[test]
#[ignore = "long: fifty studies"]
fn acceptance_a_weak_number_is_never_guessing_in_fifty_seeds() {
    let kinds = verdicts("R² 0.05 on 6,000 rows", 1..=50, |seed| weak_values(6_000, 0.05, seed));
    assert_eq!(kinds.get("nothing-learned"), None, "{kinds:?}");
}

#[test]
#[ignore = "long: fifty studies"]
fn acceptance_a_rare_class_is_never_guessing_in_fifty_seeds() {
    let kinds = verdicts("AUC 0.9, 60 positives of 6,000", 1..=50, |seed| rare(6_000, 60, 1.81, seed));
    assert_eq!(kinds.get("nothing-learned"), None, "{kinds:?}");
}

#[test]
#[ignore = "long: fifty studies"]
fn acceptance_a_faint_signal_of_300_rows_in_fifty_seeds() {
    let kinds = verdicts("AUC 0.70, 300 rows", 1..=50, faint);
    // Not met on 2026-11-28: 8 of 50, later 4 of 31 (log/2026-11-28-gate-and-choice.md).
    assert!(kinds.get("nothing-learned").is_none_or(|found| *found <= 5), "{kinds:?}");
}

#[test]
#[ignore = "long: twenty studies"]
fn acceptance_twelve_of_twelve_thousand_in_twenty_seeds() {
    let kinds = verdicts("AUC 0.98, 12 positives of 12,000", 1..=20, |seed| rare(12_000, 12, 3.0, seed));
    assert_eq!(kinds.get("nothing-learned"), None, "{kinds:?}");
}
