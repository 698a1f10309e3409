//! Real data, from the folder that LAGOM_TEST_DATA names.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::{Place, Ran};

fn folder() -> PathBuf {
    std::env::var_os("LAGOM_TEST_DATA").map(PathBuf::from).expect("LAGOM_TEST_DATA names the folder of test data")
}

/// The best quality that was measured: on validation rows, or on the holdout where it was looked at.
fn best(report: &Value) -> f64 {
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let points = |row: &Value| [row["quality"]["point"].as_f64(), row["holdout_quality"]["point"].as_f64()];
    rows.iter().flat_map(points).flatten().fold(f64::NEG_INFINITY, f64::max)
}

fn report(place: &Place, ran: &Ran) -> Value {
    assert!([0, 3].contains(&ran.code), "{ran:?}");
    println!("{}", ran.out);
    place.report("out")
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_spam_from_init_to_verdict() {
    let folder = folder();
    let place = Place::new();
    let data = folder.join("text-classification/sms-spam/sms.tsv");
    let init = place.lagom(&["init", data.to_str().unwrap(), "--out", "s.toml"]);
    init.ends(0).says(&["text-classification", "ham", "spam", "macro-f1"]);
    let reduced = "[ladder]\nfamilies = [\"ngrams\"]\nlargest = \"50k\"\n[trials]\nrepeats = 2\n";
    let study = place.text("s.toml");
    let (task, _) = study.split_once("[ladder]").unwrap();
    place.write("s.toml", format!("{task}{reduced}"));
    let ran = place.run();
    let report = report(&place, &ran);
    assert_eq!(report["terms"]["metric"], "macro-f1");
    assert!(best(&report) >= 0.97, "{}", best(&report));
}

/// Files that are read well but make no study, and the ones in Latin-1.
const KNOWN: [&str; 3] = ["classes with too few rows", "fewer than two columns could take part", "is not UTF-8"];

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_every_table_and_text_is_read() {
    let folder = folder();
    let place = Place::new();
    let mut count = 0;
    for part in ["tabular-classification", "tabular-regression", "text-classification"] {
        for path in files(&folder.join(part)) {
            count += 1;
            let ran = place.lagom(&["init", path.to_str().unwrap(), "--out", "s.toml", "--force"]);
            let refused = ran.err.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
            println!("{}: {}", path.display(), if ran.code == 0 { "read" } else { refused });
            assert!(ran.code == 0 || (ran.code == 1 && KNOWN.iter().any(|known| refused.contains(known))), "{ran:?}");
        }
    }
    assert!(count > 30, "{count} files");
}

/// Data files in a folder and below: what is neither a description nor a licence.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let end = path.extension().and_then(|end| end.to_str()).unwrap_or("").to_owned();
        if path.is_dir() {
            found.extend(files(&path));
        } else if ["csv", "tsv", "tra", "tes", "all", "train", "dev", "test"].contains(&end.as_str()) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Runs the whole default ladder, and asks for a quality and a memory.
fn full(task: &str, least: f64) {
    let folder = folder();
    let place = Place::new();
    place.write("s.toml", task.replace("DATA", &folder.display().to_string()));
    let start = std::time::Instant::now();
    let ran = place.run();
    println!("{:.0} s", start.elapsed().as_secs_f64());
    let report = report(&place, &ran);
    let memory = report["effort"]["peak_memory"].as_f64().unwrap();
    println!("best {:.4}, memory {:.0} MB", best(&report), memory / 1e6);
    assert!(best(&report) >= least, "{} < {least}", best(&report));
    assert!(memory <= 1.5e9, "{memory}");
}

#[test]
#[ignore = "long"]
fn acceptance_optdigits() {
    let files = "train = \"DATA/tabular-classification/optdigits/optdigits.tra\"\nholdout = \"DATA/tabular-classification/optdigits/optdigits.tes\"";
    full(&format!("[task]\nformat = \"csv\"\n{files}\ntarget = \"Class\"\nkind = \"classification\"\n"), 0.965);
}

#[test]
#[ignore = "long"]
fn acceptance_adult() {
    let files = "train = \"DATA/tabular-classification/adult-income/adult-train.csv\"\nholdout = \"DATA/tabular-classification/adult-income/adult-test.csv\"";
    full(&format!("[task]\n{files}\ntarget = \"column-15\"\nmetric = \"accuracy\"\n"), 0.870);
}

#[test]
#[ignore = "long"]
fn acceptance_banking77() {
    let files = "train = \"DATA/text-classification/banking77/train.csv\"\nholdout = \"DATA/text-classification/banking77/test.csv\"";
    full(&format!("[task]\n{files}\ntarget = \"category\"\n"), 0.905);
}

#[test]
#[ignore = "long"]
fn acceptance_sms_spam() {
    full(
        "[task]\ndata = \"DATA/text-classification/sms-spam/sms.tsv\"\ntarget = \"column-1\"\nmetric = \"macro-f1\"\n",
        0.975,
    );
}

#[test]
#[ignore = "long"]
fn acceptance_california_housing() {
    full(
        "[task]\ndata = \"DATA/tabular-regression/california-housing/housing.csv\"\ntarget = \"median_house_value\"\n",
        0.82,
    );
}
