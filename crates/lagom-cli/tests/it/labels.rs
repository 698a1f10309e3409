//! Which adaptation pays at which number of labels: whole commands.

use super::pretrained::folders::{bert_folder, static_folder};
use super::pretrained::texts;
use super::support::Place;

/// Static embeddings that tell the classes apart, and a tiny network that is trained in two ways, beside n-grams.
fn study(place: &Place, counts: &str) {
    static_folder(&place.path("w"), 0);
    bert_folder(&place.path("b"));
    place.write("d.csv", texts(240, 1));
    place.write("s.toml", study_text(counts));
}

fn study_text(counts: &str) -> String {
    format!(
        "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nkind = \"text-classification\"\ntext = \"text\"\n[good-enough]\nmargin = 0.05\n\
         [ladder]\nfamilies = [\"baseline\"]\n[trials]\nrepeats = 2\ncross-fit = false\n{counts}\
         [[candidate]]\nname = \"tiny\"\nweights = \"w\"\n\
         [[candidate]]\nname = \"net\"\nweights = \"b\"\nadapt = [\"full\", \"scratch\"]\n"
    )
}

fn trained(place: &Place) -> i64 {
    place.store("out").query_row("select count(*) from trials", [], |row| row.get(0)).unwrap()
}

#[test]
fn one_candidate_of_each_adaptation_is_trained_on_fewer_rows_once() {
    let place = Place::new();
    study(&place, "label-counts = [64, 16]\n");
    // Three adaptations, two numbers, two repeats.
    let plan = place.lagom(&["plan", "s.toml"]);
    plan.ends(0).says(&["one candidate of each adaptation is trained on 16, 64 rows too", "at most 12 trainings"]);
    let ran = place.run();
    ran.ends(0).says(&["Which adaptation pays at which number of labels", "16 labels", "64 labels"]);
    let report = place.report("out");
    let curves = report["labels"]["curves"].as_array().unwrap();
    let names: Vec<&str> = curves.iter().map(|curve| curve["candidate"].as_str().unwrap()).collect();
    assert_eq!(names, ["tiny-frozen", "net-full", "net-scratch"]);
    for curve in curves {
        let labels: Vec<u64> =
            curve["points"].as_array().unwrap().iter().map(|point| point["labels"].as_u64().unwrap()).collect();
        // 240 rows, a fifth of them sealed; of the other 192 a fifth validates: 153 or so are trained on.
        assert_eq!((labels.len(), labels[0], labels[1]), (3, 16, 64), "{curve}");
    }
    assert!(report["shown"]["labels"]["sentence"].as_str().unwrap().ends_with('.'), "{report}");
    assert_eq!(report["labels"]["contests"][0]["other"], "tiny-frozen");
    let page = place.text("out/report.html");
    assert!(page.contains("labels trained on (logarithmic)") && page.contains("curve f-fine-tuned"));
    // All of it is kept.
    let before = trained(&place);
    place.run().ends(0);
    assert_eq!(trained(&place), before, "nothing is trained again");
    place.lagom(&["verdict", "out"]).ends(0).says(&["Which adaptation pays at which number of labels"]);
    // Another number trains what it lacks alone, and no number trains nothing.
    place.write("s.toml", study_text("label-counts = [16, 32, 64]\n"));
    place.run().ends(0);
    assert_eq!(trained(&place), before + 6);
    place.write("s.toml", study_text("label-counts = []\n"));
    let ran = place.run();
    ran.ends(0);
    assert!(!ran.out.contains("Which adaptation pays"), "{ran:?}");
    assert_eq!(place.report("out")["labels"], serde_json::Value::Null);
}

#[test]
fn without_a_word_shares_of_the_rows_are_taken() {
    let place = Place::new();
    study(&place, "");
    // Of 153 rows a quarter and half are 32 or more.
    place.lagom(&["plan", "s.toml"]).ends(0).says(&["is trained on 38, 77 rows too", "at most 12 trainings"]);
}

#[test]
fn numbers_of_labels_that_compare_nothing_are_refused() {
    let place = Place::new();
    study(&place, "label-counts = [16, 1000]\n");
    place.refuses(&["[trials]: `label-counts` has 1000, and a repeat trains on", "name numbers below"]);
    place.write("s.toml", study_text("label-counts = [16, 16]\n"));
    place.refuses(&["trials.label-counts: found 16 twice"]);
    place.write("s.toml", study_text("label-counts = [4]\n"));
    place.refuses(&["trials.label-counts: found the number 4, expected a whole number from 8"]);
    place.write("s.toml", study_text("label-counts = 16\n"));
    place.refuses(&["trials.label-counts: found the number 16, expected a list of different numbers of rows"]);
    let alone = "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nkind = \"text-classification\"\ntext = \"text\"\n[good-enough]\nmargin = 0.05\n\
                 [trials]\nlabel-counts = [16]\n";
    place.write("s.toml", alone);
    place.refuses(&["`label-counts` compares adaptations, and this study has a single one", "name weights under"]);
}
