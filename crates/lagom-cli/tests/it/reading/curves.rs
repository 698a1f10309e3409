//! Points of a curve as people write them: decimal commas, and units over the columns.

use serde_json::Value;

use super::Place;

/// L = 1.5 + 300 / N^0.35 + 1200 / D^0.37 for twenty runs: parameters, tokens, loss.
fn points() -> Vec<(f64, f64, f64)> {
    let sizes = [4e7, 8e7, 16e7, 32e7, 64e7];
    let of = |size: f64| {
        [1e9, 3e9, 1e10, 3e10].map(|data: f64| (size, data, 1.5 + 300.0 / size.powf(0.35) + 1200.0 / data.powf(0.37)))
    };
    sizes.into_iter().flat_map(of).collect()
}

fn fitted(place: &Place, file: &str) -> Value {
    place.lagom(&["fit", file, "--json", "out.json"]).ends(0);
    let mut found: Value = serde_json::from_str(&place.text("out.json")).unwrap();
    found["fit"]["constants"].take()
}

#[test]
fn commas_and_units_give_the_same_law() {
    let place = Place::new();
    let (mut plain, mut comma, mut units) = (
        "params,tokens,loss\n".to_owned(),
        "params;tokens;loss\n".to_owned(),
        "params (M);tokens (B);loss\n".to_owned(),
    );
    for (size, data, loss) in points() {
        plain.push_str(&format!("{size:.0},{data:.0},{loss:.4}\n"));
        let loss = format!("{loss:.4}").replace('.', ",");
        comma.push_str(&format!("{size:.0};{data:.0};{loss}\n"));
        units.push_str(&format!("{};{};{loss}\n", size / 1e6, data / 1e9));
    }
    place.write("plain.csv", plain);
    place.write("comma.csv", comma);
    place.write("units.csv", units);
    let expected = fitted(&place, "plain.csv");
    assert!(expected.is_array());
    assert_eq!(fitted(&place, "comma.csv"), expected);
    assert_eq!(fitted(&place, "units.csv"), expected);
}
