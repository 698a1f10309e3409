//! Every link between the documents leads somewhere, to a heading that is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The documents: those of the repository's root, and the pages of the book.
fn documents() -> Vec<PathBuf> {
    let of = |folder: PathBuf| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let all = of(root()).chain(of(root().join("docs/src")));
    all.filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}

/// A heading as links name it: small letters, words joined by `-`, no other marks.
fn anchor(heading: &str) -> String {
    let plain = heading.to_lowercase();
    plain
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter_map(|line| line.strip_prefix('#'));
    headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

#[test]
fn links_lead_to_what_is_there() {
    let mut faults = Vec::new();
    for path in documents() {
        let text = std::fs::read_to_string(&path).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
        for link in links.filter(|link| !link.contains("://") && !link.contains(['`', ' '])) {
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let to = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            let found =
                to.exists() && (place.is_empty() || anchors(&std::fs::read_to_string(&to).unwrap()).contains(place));
            if !found {
                faults.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_readme_is_short_and_every_page_is_in_the_summary() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() <= 210, "{} lines", readme.lines().count());
    let summary = std::fs::read_to_string(root().join("docs/src/SUMMARY.md")).unwrap();
    for page in documents().iter().filter(|path| path.parent().unwrap().ends_with("src")) {
        let name = page.file_name().unwrap().to_string_lossy();
        assert!(name == "SUMMARY.md" || summary.contains(&format!("({name})")), "{name}");
    }
}

/// The table of keys in the documentation is the one that `lagom explain` tells from.
#[test]
fn the_table_of_keys_is_that_of_the_program() {
    let path = root().join("docs/src/study.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let start = text.find("| key | values | default | meaning |").unwrap();
    let end = text.find("<!-- end of keys -->").unwrap();
    let made = lagom::study::reference_page(&lagom::probe::registries());
    if std::env::var_os("LAGOM_WRITE_DOCS").is_some() {
        std::fs::write(&path, format!("{}{made}{}", &text[..start], &text[end..])).unwrap();
        return;
    }
    assert!(text[start..end] == made, "write it anew: LAGOM_WRITE_DOCS=1 cargo test --release --test it documents");
}

#[test]
fn explain_tells_a_key_and_names_the_nearest_to_one_that_is_none() {
    let place = crate::support::Place::new();
    let told = place.lagom(&["explain", "margin"]);
    told.ends(0);
    let one_line = words(&told.out);
    let begins = "[good-enough] margin meaning the loss nobody would notice, in units of the metric";
    assert!(one_line.starts_with(&format!("{begins} values a margin above 0 default lagom's guess")), "{}", told.out);
    let all = place.lagom(&["explain"]);
    all.ends(0);
    assert!(
        all.out.contains("[recipe]\n  ") && all.out.contains(" dropout ") && all.out.contains("error-slices"),
        "{}",
        all.out
    );
    let wrong = place.lagom(&["explain", "margn"]);
    wrong.ends(1);
    assert!(
        wrong.err.contains("no key or table `margn`") && wrong.err.contains("did you mean `margin`?"),
        "{}",
        wrong.err
    );
}

/// A text on one line, however it was wrapped.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

#[test]
fn an_option_in_place_of_a_key_is_told_as_the_key_is() {
    use lagom::study::options::{
        BAR, CONFIDENCE, INCUMBENT, MARGIN, POLICY, PROFILE, SMALLEST_BY, WORKERS, of_metrics,
    };
    let place = crate::support::Place::new();
    let asked = [
        ("verdict", vec![INCUMBENT, MARGIN, BAR, CONFIDENCE, PROFILE, SMALLEST_BY]),
        ("compare", vec![MARGIN, BAR, CONFIDENCE, SMALLEST_BY]),
        ("run", vec![INCUMBENT, POLICY, WORKERS]),
        ("plan", vec![INCUMBENT, POLICY]),
        ("score", of_metrics().to_vec()),
    ];
    for (verb, keys) in asked {
        let help = words(&place.lagom(&[verb, "--help"]).out);
        for key in keys.into_iter().map(|key| key.help()) {
            let (_, told) = help
                .split_once(&format!("--{}{}", key.name, if key.values == "true or false" { " " } else { " <" }))
                .unwrap_or_else(|| panic!("{verb}: no {}", key.name));
            let told = told.split(" --").next().unwrap().to_lowercase();
            let ranged = key.shape == lagom::study::Shape::Ranged;
            let bounds = if ranged { format!(": {}", key.expected) } else { String::new() };
            let declared = format!("{}{bounds}", key.meaning.replace('`', "")).to_lowercase();
            assert!(told.contains(&words(&declared)), "{verb} --{}: {told}\nhas not: {declared}", key.name);
        }
    }
}
