//! Answers of trees that go one way alone along a column.

use super::support::{Dice, Place, classes_csv};

fn study(recipe: &str, target: &str) -> String {
    format!(
        "[task]\ndata = \"d.csv\"\ntarget = \"{target}\"\n[good-enough]\nmargin = 0.5\n[ladder]\nfamilies = [\"trees\"]\nlargest = \"900\"\n\
         [recipe]\n{recipe}\n[trials]\nrepeats = 2\n"
    )
}

#[test]
fn the_model_that_is_handed_over_keeps_to_it() {
    let place = Place::new();
    let mut dice = Dice(5);
    let row = |dice: &mut Dice| {
        let (a, b) = (dice.share() * 2.0 - 1.0, dice.share());
        format!("{a:.4},{b:.4},{:.4}\n", (6.0 * a).sin() + 2.0 * a + b + 0.3 * dice.normal())
    };
    let rows: String = (0..600).map(|_| row(&mut dice)).collect();
    place.write("d.csv", format!("a,the b,y\n{rows}"));
    place.write("s.toml", study("monotone = { a = \"up\", \"the b\" = \"up\" }", "y"));
    place.run().ends(0);
    let grid: String = (0..81).map(|step| format!("{},0.5\n", f64::from(step) / 40.0 - 1.0)).collect();
    place.write("new.csv", format!("a,the b\n{grid}"));
    let ran = place.lagom(&["predict", "out", "new.csv"]);
    let answers: Vec<f64> = ran.out.lines().skip(1).map(|line| line.parse().unwrap()).collect();
    assert!(answers.windows(2).all(|pair| pair[1] >= pair[0] - 1e-6), "{answers:?}");
    assert!(answers[80] > answers[0] + 1.0);
}

#[test]
fn what_has_no_direction_is_refused() {
    for (setting, target, words) in [
        ("{ colour = \"up\" }", "y", &["`monotone` names the column `colour`, which holds no numbers"][..]),
        ("{ c = \"up\" }", "y", &["`monotone` names the column `c`, which is no input", "a, b, colour"]),
        ("{ a = \"sideways\" }", "y", &["expected `up` or `down`"]),
        ("\"a\"", "y", &["expected a table of columns, each with `up` or `down`"]),
        ("{}", "y", &["expected at least one column"]),
        (
            "{ a = \"up\" }",
            "colour",
            &["`monotone = { a = \"up\" }` changes nothing that this study trains", "two classes"],
        ),
    ] {
        let place = Place::new();
        place.write("d.csv", classes_csv());
        place.write("s.toml", study(&format!("monotone = {setting}"), target));
        place.refuses(words);
    }
}
