//! Labels and sides on data of known faults, made up and real.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rand::Rng;

use super::cross::{labels, out_of_sample};
use super::*;
use crate::data::quality::{Issue, Severity, label_errors};
use crate::data::{Column, ColumnKind, Dataset, Loaded, Target, Values, in_memory, load, seed};
use crate::probe::registries;
use crate::run::progress::{Stage, Tracker};
use crate::study::Study;

/// Three classes that four numbers tell well, of which one in ten has a wrong label.
fn noisy(seed: u64) -> (Loaded, HashSet<u32>) {
    let mut random = seed::generator(seed, "noisy", 0);
    let truth: Vec<u32> = (0..600).map(|_| random.random_range(0..3)).collect();
    let columns = (0..4).map(|at| {
        let cell = |class: &u32| f64::from((*class + at) % 3) * 2.0 + random.random::<f64>() * 1.5;
        let values = Values::Numbers(truth.iter().map(cell).collect());
        Column { name: format!("x{at}"), kind: ColumnKind::Numeric, values }
    });
    let columns = columns.collect();
    let mut flipped = HashSet::new();
    let labels = truth.iter().enumerate().map(|(row, class)| {
        if row % 10 == 0 {
            flipped.insert(row as u32);
            (class + 1) % 3
        } else {
            *class
        }
    });
    let labels = labels.collect();
    let names = ["red", "green", "blue"].map(str::to_owned).to_vec();
    let study = study("memory", "y", "");
    (in_memory(&study, columns, Target::Classes { labels, names }).expect("loaded"), flipped)
}

fn study(data: &str, target: &str, more: &str) -> Study {
    // With a holdout the file is that of the rows to train on.
    let key = if more.contains("holdout") { "train" } else { "data" };
    let text = format!("[task]\n{key} = {data:?}\ntarget = {target:?}\n{more}");
    Study::parse(&text, "study.toml", &registries()).expect("a study")
}

/// A thorough look with one file and that seed.
fn look_at(loaded: &Loaded, seed: u64) -> Examination {
    examine(&study("memory", "y", &format!("[trials]\nseed = {seed}\n")), loaded, &mut |_| {})
}

#[test]
fn wrong_labels_are_found_and_the_same_seed_finds_the_same() {
    let (loaded, flipped) = noisy(1);
    let found = look_at(&loaded, 7);
    let suspects: HashSet<u32> = found.suspects.iter().map(|suspect| suspect.row).collect();
    let right = suspects.intersection(&flipped).count();
    assert!(right >= 55 && suspects.len() <= 65, "{right} right of {} suspects, 60 planted", suspects.len());
    let checked = found.quality.checked.as_ref().expect("checked");
    assert!((0.07..0.14).contains(&checked.noise) && checked.accuracy > 0.85, "{checked:?}");
    assert!(found.suspects.windows(2).all(|two| two[0].score <= two[1].score), "the worst first");
    assert_eq!(look_at(&loaded, 7), found);
    assert_ne!(look_at(&loaded, 8).suspects, found.suspects);
}

#[test]
fn what_somebody_has_reviewed_is_not_suspected_and_labels_are_those_given() {
    let (loaded, flipped) = noisy(1);
    let before = look_at(&loaded, 7);
    let Target::Classes { labels, names } = loaded.dataset.target.clone() else { panic!("classes") };
    let reviewed_by = |rows: Vec<u32>| {
        let mut right = labels.clone();
        // What was flipped was the next class.
        rows.iter()
            .filter(|row| flipped.contains(row))
            .for_each(|&row| right[row as usize] = (labels[row as usize] + 2) % 3);
        let right = Target::Classes { labels: right, names: names.clone() };
        let dataset = loaded.dataset.clone().with_reviewed(right, rows, 600);
        look_at(&Loaded { dataset, ..loaded.clone() }, 7)
    };
    let mut suspects: Vec<u32> = before.suspects.iter().map(|suspect| suspect.row).take(30).collect();
    let left: Vec<SuspectRow> = before.suspects[30..].to_vec();
    suspects.sort_unstable();
    let found = reviewed_by(suspects);
    assert_eq!(found.suspects, left);
    // The estimated share of wrong labels is of those given, and models are judged by the reviewed ones: no ceiling follows.
    assert!(before.quality.ceiling.wrong_labels.is_some() && found.quality.ceiling.wrong_labels.is_none());
    let share = |found: &Examination| {
        let issue = found.quality.findings.iter().find_map(|one| match one.issue {
            Issue::WrongLabels { noise } => Some(noise),
            _ => None,
        });
        issue.expect("suspects are left")
    };
    assert!(share(&before).is_some() && share(&found).is_none());
    let told = found.quality.reviewed.expect("reviewed");
    // Only suspects were looked at: nothing follows for the other rows.
    assert_eq!((told.counts.rows, told.suspects, told.if_random), (30, Some(30), None));
    // Rows that nobody picked: one in seven. Of the 60 wrong ones, every tenth row, those that 7 divides: 0, 70, …, 560.
    let found = reviewed_by((0..600).step_by(7).collect());
    let told = found.quality.reviewed.expect("reviewed");
    assert_eq!((told.counts.rows, told.counts.changed), (86, 9));
    let share = told.if_random.expect("a share");
    assert!(share.low < 0.1 && 0.1 < share.high, "a tenth is wrong: {share:?}");
}

#[test]
fn what_can_not_be_checked_is_said() {
    let (mut loaded, _) = noisy(1);
    loaded.dataset.target = Target::Numbers(vec![0.5; 600]);
    let found = look_at(&loaded, 7);
    assert_eq!(found.quality.unchecked.as_deref(), Some("the target has no classes"));
    let (mut loaded, _) = noisy(1);
    if let Target::Classes { labels, .. } = &mut loaded.dataset.target {
        labels.iter_mut().enumerate().for_each(|(row, label)| *label = if row < 5 { 1 } else { row as u32 % 2 * 2 });
    }
    let found = look_at(&loaded, 7);
    assert_eq!(found.quality.checked.expect("two classes are left").left_out, ["green"]);
}

#[test]
fn a_holdout_from_elsewhere_is_told_from_the_rows_to_train_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = seed::generator(1, "sides", 0);
    let mut file = |name: &str, rows: usize, by: f64| {
        let mut text = "a,b,y\n".to_owned();
        for row in 0..rows {
            let class = row % 2;
            let a = random.random::<f64>() * 3.0 + class as f64 + by;
            text.push_str(&format!("{a:.4},{:.4},{}\n", random.random::<f64>(), ["no", "yes"][class]));
        }
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let (train, same, other) = (file("a.csv", 600, 0.0), file("b.csv", 200, 0.0), file("c.csv", 200, 2.0));
    let shift = |holdout: &str| {
        let study = study(&train, "y", &format!("holdout = {holdout:?}\n"));
        let loaded = load(&study).expect("loaded");
        examine(&study, &loaded, &mut |_| {}).quality
    };
    let (alike, shifted) = (shift(&same), shift(&other));
    let tells = |quality: &crate::data::quality::Quality| {
        quality.findings.iter().any(|one| matches!(one.issue, Issue::Shift { .. }))
    };
    assert!(!tells(&alike) && alike.told_apart.is_some_and(|auc| auc < 0.6), "{:?}", alike.told_apart);
    assert!(tells(&shifted) && shifted.told_apart.is_some_and(|auc| auc > 0.8), "{:?}", shifted.told_apart);
    assert!(
        shifted.findings.iter().any(|one| matches!(&one.issue, Issue::ShiftedColumn { column, .. } if column == "a"))
    );
}

#[test]
fn what_was_found_is_kept_for_the_report_of_the_same_data() {
    let (loaded, _) = noisy(2);
    let found = look_at(&loaded, 7);
    let folder = tempfile::tempdir().expect("a folder");
    assert!(kept(folder.path(), "digest").is_none());
    std::fs::create_dir_all(folder.path().join("data")).expect("made");
    std::fs::write(folder.path().join(DATA_FILE), page("digest", &found.quality)).expect("written");
    let again = kept(folder.path(), "digest").expect("kept");
    assert_eq!((again.findings.len(), &again.checked), (found.quality.findings.len(), &found.quality.checked));
    assert!(kept(folder.path(), "of other data").is_none());
    std::fs::write(folder.path().join(DATA_FILE), "{").expect("written");
    assert!(kept(folder.path(), "digest").is_none());
}

fn real(path: &str) -> PathBuf {
    let root = std::env::var("LAGOM_TEST_DATA").expect("LAGOM_TEST_DATA names the folder of the data");
    Path::new(&root).join(path)
}

fn loaded(path: &str, target: &str, more: &str) -> Loaded {
    let path = real(path).display().to_string();
    load(&study(&path, target, more)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Gives one development row in ten another label, drawn at random; returns those rows.
fn flip(dataset: &mut Dataset, seed: u64) -> HashSet<u32> {
    let mut random = seed::generator(seed, "flip", 0);
    let classes = dataset.classes();
    let mut flipped = HashSet::new();
    let rows = dataset.development.clone();
    let Target::Classes { labels, .. } = &mut dataset.target else { panic!("classes") };
    while flipped.len() < rows.len() / 10 {
        let row = rows[random.random_range(0..rows.len())];
        if flipped.insert(row) {
            let label = &mut labels[row as usize];
            *label = (*label + random.random_range(1..classes)) % classes;
        }
    }
    flipped
}

/// Precision and recall of suspects.
fn judged(suspects: &HashSet<u32>, wrong: &HashSet<u32>) -> (f64, f64) {
    let right = suspects.intersection(wrong).count() as f64;
    (right / suspects.len().max(1) as f64, right / wrong.len().max(1) as f64)
}

/// Writes what cleanlab needs to do the same, where `LAGOM_PROBABILITIES` names a folder.
fn write_down(name: &str, dataset: &Dataset, (wrong, seed): (&HashSet<u32>, u64), suspects: &HashSet<u32>) {
    let Ok(folder) = std::env::var("LAGOM_PROBABILITIES") else { return };
    let rows = dataset.development.clone();
    let Target::Classes { labels: all, names } = &dataset.target else { return };
    let part = dataset.part(&rows, rows.iter().map(|row| all[*row as usize]).collect(), names.clone());
    let out = out_of_sample(&part, seed, &mut Tracker::new(Stage::Labels, &mut |_| {})).expect("judged");
    let ours = label_errors(labels(&part), &out.probabilities, part.classes()).expect("answered");
    let ours: HashSet<u32> = ours.suspects.iter().map(|suspect| rows[suspect.row]).collect();
    assert_eq!(&ours, suspects, "the same as the examination found");
    let places =
        |picked: &HashSet<u32>| (0..rows.len()).filter(|at| picked.contains(&rows[*at])).collect::<Vec<usize>>();
    let page = serde_json::json!({
        "name": name,
        "classes": part.classes(),
        "labels": labels(&part),
        "probabilities": out.probabilities,
        "wrong": places(wrong),
        "suspects": places(suspects),
    });
    std::fs::write(Path::new(&folder).join(format!("{name}.json")), page.to_string()).expect("written");
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_a_tenth_of_wrong_labels_is_found() {
    let sets = [
        ("optdigits", "tabular-classification/optdigits/optdigits.tra", "Class", ""),
        ("banking77", "text-classification/banking77/train.csv", "category", "kind = \"text-classification\"\n"),
    ];
    for (name, path, target, more) in sets {
        let mut loaded = loaded(path, target, more);
        let wrong = flip(&mut loaded.dataset, 1);
        let start = std::time::Instant::now();
        let found = look_at(&loaded, 1);
        let suspects: HashSet<u32> = found.suspects.iter().map(|suspect| suspect.row).collect();
        let (precision, recall) = judged(&suspects, &wrong);
        let checked = found.quality.checked.as_ref().expect("checked");
        println!(
            "{name}: {} development rows, {} wrong, {} suspects, precision {precision:.3}, recall {recall:.3}, {} accuracy {:.3}, noise {:.3}, {:.0} s",
            loaded.dataset.development.len(),
            wrong.len(),
            suspects.len(),
            checked.model,
            checked.accuracy,
            checked.noise,
            start.elapsed().as_secs_f64()
        );
        write_down(name, &loaded.dataset, (&wrong, 1), &suspects);
        assert!(precision >= 0.8 && recall >= 0.7, "{name}: precision {precision}, recall {recall}");
    }
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_half_of_the_labels_of_hausa_are_wrong_and_many_are_found() {
    let folder = "text-classification/hausa-newsclass";
    let kind = "kind = \"text-classification\"\ntext = [\"news_title\"]\n";
    let noisy = loaded(&format!("{folder}/train_clean_noisy_labels.tsv"), "label", kind);
    let clean = std::fs::read_to_string(real(&format!("{folder}/train_clean.tsv"))).expect("readable");
    let truth: std::collections::HashMap<&str, &str> =
        clean.lines().skip(1).filter_map(|line| line.rsplit_once('\t')).collect();
    let dataset = &noisy.dataset;
    let (Values::Texts(texts), Target::Classes { labels, names }) = (&dataset.columns[0].values, &dataset.target)
    else {
        panic!("texts and classes")
    };
    let known = |row: &&u32| truth.contains_key(texts[**row as usize].as_str());
    let rows: Vec<u32> = dataset.development.iter().filter(known).copied().collect();
    let is_wrong = |row: &&u32| {
        truth.get(texts[**row as usize].as_str()).is_some_and(|truth| *truth != names[labels[**row as usize] as usize])
    };
    let wrong: HashSet<u32> = rows.iter().filter(is_wrong).copied().collect();
    let found = look_at(&noisy, 1);
    let suspects: HashSet<u32> =
        found.suspects.iter().map(|suspect| suspect.row).filter(|row| rows.contains(row)).collect();
    let (precision, recall) = judged(&suspects, &wrong);
    let right = found.suspects.iter().filter(|suspect| wrong.contains(&suspect.row));
    let repaired = right.filter(|suspect| {
        truth.get(texts[suspect.row as usize].as_str()).is_some_and(|truth| *truth == suspect.likely)
    });
    println!(
        "hausa: {} rows, {} wrong, {} suspects, precision {precision:.3}, recall {recall:.3}; {} of the right ones with the true label; {:?}",
        rows.len(),
        wrong.len(),
        suspects.len(),
        repaired.count(),
        found.quality.checked
    );
    write_down("hausa", dataset, (&wrong, 1), &found.suspects.iter().map(|suspect| suspect.row).collect());
    // Half of the rows are wrong, by rules that a model learns along with the rest: what is picked blindly is wrong in half.
    assert!(precision >= 0.62 && recall >= 0.15, "precision {precision}, recall {recall}");
}

/// The small sets, none of which has a header; the target is the last column but where it is told.
const SMALL: [(&str, &str); 16] = [
    ("banknote_authentication", "column-5"),
    ("breast-cancer", "column-10"),
    ("ecoli", "column-8"),
    ("german", "column-21"),
    ("glass", "column-10"),
    ("haberman", "column-4"),
    ("horse-colic", "column-24"),
    ("ionosphere", "column-35"),
    ("iris", "column-5"),
    ("mammography", "column-7"),
    ("oil-spill", "column-50"),
    ("phoneme", "column-6"),
    ("pima-indians-diabetes", "column-9"),
    ("sonar", "column-61"),
    ("wheat-seeds", "column-8"),
    ("wine", "column-14"),
];

/// A small set without the rows of classes of two rows (ecoli has such), which no study takes; in a folder of its own.
fn small(name: &str) -> (tempfile::TempDir, String) {
    let text = std::fs::read_to_string(real(&format!("tabular-classification/small-uci-sets/{name}.csv")));
    let text = text.expect("readable");
    let kept = text.lines().filter(|line| !line.trim().is_empty() && !line.ends_with("imL") && !line.ends_with("imS"));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(format!("{name}.csv"));
    std::fs::write(&path, kept.collect::<Vec<&str>>().join("\n")).expect("written");
    let path = path.display().to_string();
    (folder, path)
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_no_leak_is_claimed_where_there_is_none() {
    for (name, target) in SMALL {
        let (_folder, path) = small(name);
        let loaded = load(&study(&path, target, "header = false\nkind = \"classification\"\n"));
        let found = look_at(&loaded.unwrap_or_else(|error| panic!("{name}: {error}")), 1);
        let told: Vec<String> = found
            .quality
            .findings
            .iter()
            .filter(|one| one.severity != Severity::Info)
            .map(|one| format!("{:?} ({})", one.issue, one.count))
            .collect();
        println!("{name}: {} rows; {}", found.quality.rows, told.join("; "));
        let leaks = found.quality.findings.iter().filter(|one| {
            matches!(one.issue, Issue::TellsTarget { .. } | Issue::FollowsTarget { .. })
                || matches!(one.issue, Issue::MissingTells { .. }) && one.severity == Severity::Grave
        });
        assert_eq!(leaks.count(), 0, "{name}");
    }
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_a_planted_leak_and_planted_copies_are_found_in_20_of_20() {
    let mut done = 0;
    for seed in 0..20_u64 {
        let mut random = seed::generator(seed, "planted", 0);
        let (name, target) = SMALL[seed as usize % SMALL.len()];
        let (_small, path) = small(name);
        let text = std::fs::read_to_string(path).expect("readable");
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let place: usize = target.rsplit_once('-').and_then(|(_, place)| place.parse().ok()).expect("a place");
        let codes = ["q7", "q2", "q9", "q4", "q1", "q8", "q3"];
        let mut classes: Vec<&str> = Vec::new();
        let mut train = Vec::new();
        let mut test = Vec::new();
        for line in &lines {
            let class = line.split(',').nth(place - 1).expect("the target");
            let at = classes.iter().position(|one| *one == class).unwrap_or_else(|| {
                classes.push(class);
                classes.len() - 1
            });
            let row = format!("{line},{}", codes[at]);
            if random.random::<f64>() < 0.3 { test.push(row) } else { train.push(row) }
        }
        // One in a hundred of the holdout's rows is one to train on, at least one.
        let planted = test.len().div_ceil(100);
        for _ in 0..planted {
            test.push(train[random.random_range(0..train.len())].clone());
        }
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, rows: &[String]| {
            let path = folder.path().join(name);
            std::fs::write(&path, rows.join("\n")).expect("written");
            path.display().to_string()
        };
        let (train, test) = (write("train.csv", &train), write("test.csv", &test));
        let more = format!("holdout = {test:?}\nheader = false\nkind = \"classification\"\n");
        let loaded = load(&study(&train, target, &more)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let quality = quick(&study(&train, target, &more), &loaded);
        let leak = quality.findings.first().is_some_and(|first| {
            let again = format!("column-{}", lines[0].split(',').count() + 1);
            first.is_shouted() && matches!(&first.issue, Issue::TellsTarget { column, .. } if *column == again)
        });
        let overlap = quality.findings.iter().find(|one| matches!(one.issue, Issue::Overlap { exact: true }));
        let seen = overlap.map_or(0, |one| one.count);
        println!("{name}, seed {seed}: leak {leak}, {seen} seen of {planted} planted");
        assert!(leak && seen >= planted as u64, "{name}, seed {seed}: {:?}", quality.findings.first());
        done += 1;
    }
    assert_eq!(done, 20);
}
