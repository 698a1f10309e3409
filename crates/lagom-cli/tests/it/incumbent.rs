//! "Do I need hosted?": studies with an incumbent, whole commands.

use super::scripted::{Labelled, Model, Script, Server};
use super::support::{Dice, Place, classes_csv};

/// Texts that say nothing of their label: only who knows the answers can do the job.
fn riddles(rows: usize) -> Vec<(String, String)> {
    let mut dice = Dice(5);
    (0..rows).map(|row| (format!("riddle {row} of {}", dice.roll()), dice.one(&["yes", "no"]).to_owned())).collect()
}

fn served(examples: &[(String, String)], accuracy: f64, seed: u64) -> Server {
    let model = Model::Labels(Labelled::new(examples.to_vec(), accuracy, seed));
    Server::start(Script { model, ..Script::default() })
}

fn study(small: &Server, hosted: &Server, good_enough: &str) -> String {
    format!(
        "[task]\ndata = \"d.csv\"\ntarget = \"topic\"\ntext = \"text\"\nkind = \"text-classification\"\nmetric = \"accuracy\"\n\
         [good-enough]\n{good_enough}\n[ladder]\nfamilies = [\"ngrams\"]\nlargest = \"2k\"\n[trials]\nrepeats = 2\n\
         [budget]\nexplore = 100\n\
         [[candidate]]\nname = \"small\"\nendpoint = \"{}\"\nmodel = \"scripted\"\nparameters = \"4B\"\n\
         price = {{ input = 1.0, output = 2.0, currency = \"USD\" }}\n\
         [[candidate]]\nname = \"hosted\"\nendpoint = \"{}\"\nmodel = \"scripted\"\nparameters = \"400B\"\n\
         price = {{ input = 10.0, output = 20.0, currency = \"USD\" }}\n",
        small.url(),
        hosted.url()
    )
}

fn place(examples: &[(String, String)]) -> Place {
    let place = Place::new();
    let lines: Vec<String> = examples.iter().map(|(text, label)| format!("\"{text}\",{label}")).collect();
    place.write("d.csv", format!("text,topic\n{}\n", lines.join("\n")));
    place
}

#[test]
fn a_cheaper_server_takes_the_place_of_the_one_in_use() {
    let examples = riddles(1_500);
    let (small, hosted) = (served(&examples, 0.97, 1), served(&examples, 0.99, 2));
    let place = place(&examples);
    place.write("s.toml", study(&small, &hosted, "margin = 0.08\nincumbent = \"hosted\""));
    place.lagom(&["check", "s.toml"]).ends(0).says(&["do I need hosted?"]);
    let ran = place.run();
    ran.ends(0).says(&["No: you do not need hosted; small does the job.", "in 1,000 answers", "10 times cheaper"]);
    let report = place.report("out");
    assert_eq!((&report["verdict"]["choice"], &report["verdict"]["reference"]), (&"small".into(), &"hosted".into()));
    assert!(place.text("out/report.html").contains("Do I need hosted?"));
    assert!(place.text("out/report.md").contains("you do not need hosted"));
    // The test at the margin stopped early, so the margin itself is what holds.
    let step = &report["analysis"]["staircase"]["steps"];
    let small = step.as_array().unwrap().iter().find(|step| step["candidate"] == "small").unwrap().clone();
    assert_eq!((&small["holds"], &small["basis"]), (&0.08.into(), &"test".into()), "{small}");
}

#[test]
fn one_that_nothing_equals_is_kept_and_few_rows_cannot_tell() {
    let examples = riddles(600);
    let (small, hosted) = (served(&examples, 0.7, 1), served(&examples, 0.99, 2));
    let kept = place(&examples);
    kept.write("s.toml", study(&small, &hosted, "margin = 0.05"));
    kept.lagom(&["run", "s.toml", "--incumbent", "hosted", "--out", "out"])
        .ends(0)
        .says(&["Yes: keep hosted", "more errors in 1,000 answers (at least"]);
    let close = served(&examples, 0.985, 3);
    let open = place(&examples);
    open.write("s.toml", study(&close, &hosted, "incumbent = \"hosted\"").replace("repeats = 2", "seed = 1"));
    let ran = open.run();
    ran.ends(3).says(&["Can't tell yet whether you need hosted.", "lagom's guess at a margin"]);
    // Whom to use meanwhile is what the verdict names, in words and in the JSON.
    assert_eq!(open.report("out")["verdict"]["choice"], "small");
    ran.says(&["Meanwhile use small: the smallest that by the estimate keeps within half of lagom's guess"]);
    assert!(!ran.out.contains("safe choice"), "{}", ran.out);
    // Before anything is asked the run says that models which are asked leave a sealed fifth to the verdict.
    assert!(ran.err.contains("with a [[candidate]] the verdict rests on 120 sealed rows"), "{}", ran.err);
    for verb in ["check", "plan"] {
        open.lagom(&[verb, "s.toml"]).ends(0).says(&["the verdict rests on 120 sealed rows"]);
    }
}

#[test]
fn a_name_that_is_no_candidate_is_a_fault_with_suggestions() {
    let place = Place::new();
    place.study(classes_csv(), "[good-enough]\nincumbent = \"lineer\"");
    for verb in ["check", "plan", "run"] {
        place.lagom(&[verb, "s.toml"]).fails(&["`lineer` is no candidate of this study", "did you mean `linear`"]);
    }
    place.lagom(&["check", "s.toml", "--incumbent", "majority"]).fails(&["only guesses"]);
    place.study(classes_csv(), "[good-enough]\nincumbent = \"linear\"\nbar = 0.9");
    place.lagom(&["check", "s.toml"]).fails(&["incumbent", "bar"]);
    place.study(classes_csv(), "[good-enough]\nbar = 0.9");
    // A new incumbent takes the place of the bar, as a new margin would.
    place.lagom(&["check", "s.toml", "--incumbent", "linear"]).ends(0).says(&["do I need linear?", "lagom's guess"]);
}

/// Whether a headline answers "do I need it?" of this candidate.
fn is_about(headline: &str, name: &str) -> bool {
    let answers = [format!("need {name}"), format!("eep {name}"), format!("{name} is not enough")];
    answers.iter().any(|answer| headline.contains(answer.as_str()))
}

#[test]
fn an_incumbent_of_the_trained_ladder_is_measured_in_full_and_asked_about_at_once() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    let text =
        format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n[good-enough]\nmargin = 0.1\n{}", super::support::SMALL);
    place.write("s.toml", &text);
    let plan = place.lagom(&["plan", "s.toml"]);
    let name = plan.out.split_whitespace().rfind(|word| word.starts_with("mlp-")).unwrap().to_owned();
    place.write("t.toml", text.replace("margin = 0.1", &format!("margin = 0.1\nincumbent = \"{name}\"")));
    place.lagom(&["run", "t.toml", "--out", "whole"]);
    let report = place.report("whole");
    assert_eq!(
        (&report["terms"]["incumbent"], &report["verdict"]["reference"]),
        (&name.clone().into(), &name.clone().into())
    );
    let headline = report["shown"]["answer"]["headline"].as_str().unwrap();
    assert!(is_about(headline, &name), "{headline}");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap().clone();
    let trials = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap()["trials"].as_array().unwrap().len();
    assert_eq!(trials(&name), trials("majority"), "as many repeats as the baseline, which has all");
    // At once, of a folder that holds its measurements.
    let first = |incumbent: &str| {
        let ran = place.lagom(&["verdict", "whole", "--incumbent", incumbent]);
        assert!([0, 3].contains(&ran.code), "{ran:?}");
        ran.out.lines().next().unwrap_or_default().to_owned()
    };
    assert!(is_about(&first("linear"), "linear"), "{}", first("linear"));
    place.lagom(&["verdict", "whole", "--incumbent", "liner"]).fails(&["did you mean `linear`?"]);
    place.lagom(&["verdict", "whole", "--incumbent", "linear", "--bar", "0.9"]).fails(&["exclude each other"]);
    let none = first("none");
    assert!(none.contains("model") && !is_about(&none, &name) && !is_about(&none, "linear"), "{none}");
}

#[test]
fn a_margin_that_the_user_did_not_set_is_lagoms_guess_whatever_the_rows() {
    for rows in [200, 300] {
        let place = Place::new();
        let text: Vec<String> = classes_csv().lines().take(rows + 1).map(str::to_owned).collect();
        place.write("d.csv", text.join("\n"));
        place
            .lagom(&["init", "d.csv"])
            .ends(0)
            .says(&["0.01, lagom's guess", "warning: these rows can confirm a difference"]);
        let study = place.text("study.toml");
        assert!(study.contains("#margin = 0.01"), "{study}");
        place.lagom(&["check", "study.toml"]).ends(0).says(&["margin 0.01 accuracy, lagom's guess"]);
    }
}
