//! Labels that a person has reviewed: the key, and the setting that needs it.

use super::*;

static CLEANING: LeverAbout = LeverAbout {
    name: "cleaning",
    group: LeverGroup::Data,
    summary: "what happens to training rows whose label is probably wrong",
    values: LeverValues::OneOf(&["drop", "reviewed"]),
    tries: &[Sample::Word("drop")],
    changes: "all but guessing",
};

/// A registry with a setting that takes what a person has reviewed.
fn known() -> Registries {
    let reviewed = vec![Setting::of("cleaning", Sample::Word("reviewed"))];
    Registries { levers: vec![&CLEANING], reviewed, ..registries() }
}

fn told(more: &str) -> String {
    let text = format!("[task]\ndata = \"a.csv\"\ntarget = \"y\"\n{more}");
    match Study::parse(&text, "dir/s.toml", &known()) {
        Ok(_) => String::new(),
        Err(faults) => faults.to_string(),
    }
}

#[test]
fn the_file_lies_beside_the_study() {
    let found = study("reviewed = \"checked.csv\"\n");
    assert_eq!(found.task.reviewed, Some(std::path::PathBuf::from("dir/checked.csv")));
    let kept = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Study>(&kept).unwrap().task, found.task);
    assert!(!serde_json::to_string(&study("")).unwrap().contains("reviewed"), "studies without it stay as they were");
}

#[test]
fn a_setting_that_needs_it_says_so_where_it_is_not_there() {
    let told_without = told("[recipe]\ncleaning = \"reviewed\"\n");
    let expected = r#"dir/s.toml:5:12: recipe.cleaning: "reviewed" trains on labels that a person has reviewed, and the study names none
 5 | cleaning = "reviewed"
   |            ^^^^^^^^^^
   hint: let `lagom data` list doubtful labels, fill in the column right_label of its suspects.csv, and name that file: reviewed = "suspects.csv" under [task]"#;
    assert_eq!(told_without, expected);
    assert_eq!(told("reviewed = \"a.csv\"\n[recipe]\ncleaning = \"reviewed\"\n"), "");
    assert_eq!(told("[recipe]\ncleaning = \"drop\"\n"), "");
}

#[test]
fn where_there_are_no_labels_none_can_be_reviewed() {
    let found = told("kind = \"language-modelling\"\nreviewed = \"a.csv\"\n");
    assert!(found.contains("task.reviewed: language-modelling has no labels that could be reviewed"), "{found}");
    assert_eq!(told("kind = \"regression\"\nreviewed = \"a.csv\"\n"), "");
}
