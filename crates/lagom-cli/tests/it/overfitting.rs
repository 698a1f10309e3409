//! `lagom overfitting`: whole commands.

use super::support::{Dice, Place, csv};

/// Rows that `x` and `z` tell most of, and a column of no use.
fn rows(rows: usize) -> String {
    let mut dice = Dice(11);
    let row = |_| {
        let (x, z, noise) = (dice.normal(), dice.normal(), dice.normal());
        let yes = x * z + 0.3 * dice.normal() > 0.0;
        [format!("{x:.4}"), format!("{z:.4}"), format!("{noise:.4}"), if yes { "yes" } else { "no" }.to_owned()]
    };
    csv("x,z,noise,y", &(0..rows).map(row).collect::<Vec<_>>())
}

fn study(place: &Place, families: &str, more: &str) {
    place.write(
        "s.toml",
        format!(
            "[task]\ndata = \"d.csv\"\ntarget = \"y\"\n[ladder]\nfamilies = [{families}]\nlargest = \"3k\"\n[good-enough]\nmargin = 0.05\n\
             [trials]\nrepeats = 4\n{more}"
        ),
    );
}

#[test]
fn what_is_learned_by_heart_and_what_wrong_labels_cost_is_measured_once() {
    let place = Place::new();
    place.write("d.csv", rows(600));
    study(&place, "\"mlp\"", "");
    place.run();
    assert!(place.report("out").get("overfitting").is_none(), "nobody asked for it");
    let told = place.lagom(&["overfitting", "out"]);
    told.ends(0);
    for part in ["Overfitting by size", "by heart", "lost at 40 %", "With 40 % of the training labels wrong"] {
        assert!(told.out.contains(part), "{part}: {}", told.out);
    }
    let trials =
        || -> u32 { place.store("out").query_row("SELECT count(*) FROM trials", [], |row| row.get(0)).unwrap() };
    let before = trials();
    let report = place.report("out");
    let sizes = report["overfitting"]["sizes"].as_array().unwrap();
    assert!(sizes.len() >= 2, "{}", report["overfitting"]);
    // Larger networks learn more of labels drawn by lot than smaller ones, and half of them are right by chance.
    let heart = |at: usize| sizes[at]["memorised"].as_f64().unwrap();
    assert!(heart(sizes.len() - 1) > heart(0) && heart(0) > 0.45, "{} {}", heart(0), heart(sizes.len() - 1));
    for size in sizes {
        assert_eq!(size["noise"].as_array().map(Vec::len), Some(3), "{size}");
    }
    let json = place.lagom(&["overfitting", "out", "--json"]);
    json.ends(0);
    let found: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((&found, trials()), (&report["overfitting"], before), "a second run trains nothing");
    // The verdict is the same, and says it on its page.
    place.lagom(&["verdict", "out"]).ends(0);
    assert!(place.text("out/report.html").contains("Overfitting by size"));
}

#[test]
fn what_has_no_sizes_to_look_at_is_refused_and_no_run_fails_for_it() {
    let place = Place::new();
    place.write("d.csv", rows(300));
    study(&place, "\"linear\"", "[levers]\noverfitting = true\n");
    let ran = place.run();
    assert!([0, 3].contains(&ran.code), "{}", ran.err);
    assert!(ran.err.contains("overfitting was not measured: fewer than two sizes of `linear`"), "{}", ran.err);
    place.lagom(&["overfitting", "out"]).fails(&["fewer than two sizes of `linear` were measured", "policy"]);
    place.lagom(&["overfitting", "nowhere"]).fails(&["nowhere"]);
}
