//! Numbers: groups, signs, currencies, decimal commas, codes.

use super::{Place, law, outcome};

#[test]
fn groups_of_narrow_spaces_and_a_true_minus_sign() {
    let (mut spaced, mut clean) = ("a;b;region;y\n".to_owned(), "a;b;region;y\n".to_owned());
    for ([a, b, y], region) in law(200, 1) {
        let whole = (a * 2000.0).round() as i64;
        let sign = if whole < 0 { "\u{2212}" } else { "" };
        let (thousands, rest) = (whole.abs() / 1000, whole.abs() % 1000);
        let grouped = if thousands > 0 { format!("{thousands}\u{202F}{rest:03}") } else { rest.to_string() };
        let tail = |value: f64| format!("{value:.2}").replace('.', ",");
        spaced.push_str(&format!("{sign}{grouped},25;{} %;{region};{} €\n", tail(b), tail(y)));
        clean.push_str(&format!("{whole},25;{};{region};{}\n", tail(b), tail(y)));
    }
    let place = Place::new();
    place.write("spaced.csv", spaced);
    place.write("clean.csv", clean);
    let task = "target = \"y\"";
    assert_eq!(outcome(&place, "spaced.csv", task), outcome(&place, "clean.csv", task));
}

#[test]
fn three_decimals_in_every_cell_are_decimals_or_told() {
    let place = Place::new();
    let rows = law(200, 2);
    // From 1,500 to 7,500: nothing in the column itself tells decimals from thousands.
    let line = |y: f64| format!("{:.3}", 4.5 + y.clamp(-10.0, 10.0) * 0.3).replace('.', ",");
    let with: String = rows
        .iter()
        .map(|([a, _, y], r)| format!("{};{r};{}\n", format!("{a:.2}").replace('.', ","), line(*y)))
        .collect();
    place.write("known.csv", format!("a;r;kg\n{with}"));
    let ran = place.lagom(&["init", "known.csv", "--target", "kg"]);
    ran.ends(0);
    assert!(!format!("{}{}", ran.out, ran.err).contains("decimal ="), "{}", ran.out);
    let alone: String = rows.iter().map(|([_, _, y], r)| format!("{r};{}\n", line(*y))).collect();
    place.write("unknown.csv", format!("r;kg\n{alone}"));
    place
        .lagom(&["init", "unknown.csv", "--target", "kg", "--force"])
        .ends(0)
        .says(&["column `kg`: nothing in the file tells whether", "decimal = \"point\" under [task]"]);
    for (setting, deviation) in [("comma", "deviation of 0."), ("point", "deviation of 9")] {
        place.write("s.toml", format!("[task]\ndata = \"unknown.csv\"\ntarget = \"kg\"\ndecimal = \"{setting}\"\n"));
        let ran = place.lagom(&["check", "s.toml"]);
        ran.ends(0).says(&[deviation]);
        assert!(!ran.out.contains("nothing in the file tells"), "{}", ran.out);
    }
}

#[test]
fn codes_that_look_like_numbers() {
    let parts = ["1E5", "10E4", "3E9", "2E3", "7E1", "007"];
    let (mut codes, mut clean) = ("part,b,y\n".to_owned(), "part,b,y\n".to_owned());
    for (at, ([_, b, _], _)) in law(300, 3).into_iter().enumerate() {
        let part = parts[at % 6];
        let y = if [0, 1, 5].contains(&(at % 6)) { "no" } else { "yes" };
        codes.push_str(&format!("{part},{b:.2},{y}\n"));
        clean.push_str(&format!("P{part},{b:.2},{y}\n"));
    }
    let place = Place::new();
    place.write("codes.csv", codes);
    place.write("clean.csv", clean);
    let task = "target = \"y\"";
    assert_eq!(outcome(&place, "codes.csv", task), outcome(&place, "clean.csv", task));
    place.lagom(&["init", "codes.csv", "--force"]).says(&["read as codes, not as numbers", "part = \"numeric\""]);
}

#[test]
fn a_unit_makes_a_text_and_not_a_number() {
    let place = Place::new();
    let rows: String = law(60, 4).iter().map(|([a, ..], r)| format!("{:.0} kg,{r}\n", 50.0 + a)).collect();
    place.write("d.csv", format!("weight,y\n{rows}"));
    let ran = place.lagom(&["init", "d.csv", "--target", "y"]);
    ran.ends(0);
    assert!(!ran.out.contains("weight    numeric"), "{}", ran.out);
}
