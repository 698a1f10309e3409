//! BLEU on texts without spaces: the tokenisers that cut them, and the warning where the tokeniser does not.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::support::{Place, Ran};

const CHINESE: [&str; 3] = ["我喜欢吃苹果。", "今天天气很好，我们去公园吧！", "他是一名老师, 3.5"];
const OTHERS: [&str; 3] = ["我爱吃苹果。", "今天天气不错，我们去公园玩吧！", "他是老师, 3.5"];

fn corpus() -> Place {
    let place = Place::new();
    place.write("hyp.txt", CHINESE.join("\n") + "\n");
    place.write("ref.txt", OTHERS.join("\n") + "\n");
    place
}

/// A program `mecab` in the place's folder `bin` that says what MeCab says and sets every letter apart.
fn mecab(place: &Place, version: &str, dictionary: &str) {
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in\n*--version*) echo 'mecab of {version}' ;;\n*-D*) printf '{dictionary}' ; exit 1 ;;\n\
         *) exec sed -u 's/./& /g' ;;\nesac\n"
    );
    std::fs::create_dir_all(place.path("bin")).unwrap();
    place.write("bin/mecab", script);
    std::fs::set_permissions(place.path("bin/mecab"), std::fs::Permissions::from_mode(0o755)).unwrap();
}

const IPA: &str =
    "filename:\\t/d/sys.dic\\nversion:\\t102\\ncharset:\\tutf8\\ntype:\\t0\\nsize:\\t392126\\nleft size:\\t1316\\n";

/// Runs lagom where `mecab` is the place's own, or none.
fn lagom(place: &Place, arguments: &[&str]) -> Ran {
    let path = format!("{}:/usr/bin:/bin", place.path("bin").display());
    let path = if place.path("bin").exists() { path } else { place.path("none").display().to_string() };
    place.lagom_where(arguments, &[("PATH", &path)])
}

fn scored(place: &Place, more: &[&str]) -> (f64, String) {
    let mut arguments = vec!["score", "hyp.txt", "ref.txt", "--metric", "bleu", "--json"];
    arguments.extend(more);
    let ran = lagom(place, &arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let metric = &found["metrics"][0];
    (metric["systems"][0]["score"].as_f64().unwrap(), metric["signature"].as_str().unwrap().to_owned())
}

/// By sacreBLEU 2.6.0.
#[test]
fn chinese_is_cut_as_sacrebleu_cuts_it() {
    let place = corpus();
    let (value, signature) = scored(&place, &["--tokeniser", "zh"]);
    assert!((value - 50.230_496_724_470_875).abs() < 1e-9, "{value}");
    assert!(signature.contains("|tok:zh|"), "{signature}");
}

#[test]
fn a_text_without_spaces_is_warned_of() {
    let place = corpus();
    let ran = lagom(&place, &["score", "hyp.txt", "ref.txt"]);
    assert!(ran.code == 0 && ran.err.contains("warning: Most of the texts are Chinese"), "{ran:?}");
    assert!(ran.err.contains("Give another --tokeniser: zh."), "{ran:?}");
    for more in [["--tokeniser", "char"], ["--metric", "chrf"]] {
        let ran = lagom(&place, &[&["score", "hyp.txt", "ref.txt"][..], &more].concat());
        assert!(ran.code == 0 && ran.err.is_empty(), "{ran:?}");
    }
    place.write("hyp.txt", "今天 天气 很 好\n");
    place.write("ref.txt", "今天 天气 很 好\n");
    assert!(lagom(&place, &["score", "hyp.txt", "ref.txt"]).err.is_empty());
}

#[test]
fn mecab_is_asked_line_by_line_and_stands_in_the_signature() {
    let place = corpus();
    mecab(&place, "0.996", IPA);
    let (value, signature) = scored(&place, &["--tokeniser", "ja-mecab"]);
    let letters = scored(&place, &["--tokeniser", "char"]).0;
    assert_eq!(value, letters);
    assert!(signature.contains("|tok:ja-mecab-0.996-IPA|"), "{signature}");
    // another dictionary is no IPA
    mecab(&place, "0.996", &IPA.replace("392126", "400000"));
    assert!(scored(&place, &["--tokeniser", "ja-mecab"]).1.contains("|tok:ja-mecab-0.996-words:400000|"));
    mecab(&place, "0.996/ko-0.9.2", &IPA.replace("392126", "811795"));
    assert!(scored(&place, &["--tokeniser", "ko-mecab"]).1.contains("|tok:ko-mecab-0.996/ko-0.9.2-KO|"));
}

#[test]
fn a_mecab_that_can_not_serve_is_named_with_what_to_do() {
    let place = corpus();
    let score = |by: &str| lagom(&place, &["score", "hyp.txt", "ref.txt", "--metric", "bleu", "--tokeniser", by]);
    score("ja-mecab")
        .fails(&["ja-mecab needs the program `mecab`, and there is none in PATH", "apt-get install mecab"]);
    score("ko-mecab").fails(&["ko-mecab needs the program `mecab`", "mecab-ko-dic"]);
    mecab(&place, "0.996", IPA);
    score("ko-mecab").fails(&["ko-mecab needs mecab-ko, found MeCab 0.996"]);
    mecab(&place, "0.996", &IPA.replace("utf8", "EUC-JP"));
    score("ja-mecab").fails(&["/d/sys.dic of MeCab is written in EUC-JP", "mecab-ipadic-utf8"]);
    mecab(&place, "0.996", "");
    score("ja-mecab").fails(&["cannot read its dictionary", "mecab-dictionary"]);
    mecab(&place, "0.996", IPA);
    place.write("bin/mecab", place.text("bin/mecab").replace("exec sed", "exit 3; exec sed"));
    score("ja-mecab").fails(&["`mecab` cannot be used: it ended before it had answered"]);
}

#[test]
fn empty_references_are_texts_of_no_words() {
    let place = Place::new();
    place.write("hyp.txt", "the cat sat on the mat .\n\nHe said it is 5 p.m.\n");
    place.write("ref.txt", "the cat is on the mat .\nnothing here\n\n");
    let ran = lagom(&place, &["score", "hyp.txt", "ref.txt", "--metric", "bleu,chrf,ter", "--json"]);
    assert!(ran.code == 0 && ran.err.contains("note: ref.txt: 1 empty reference, the first on line 3"), "{ran:?}");
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    for (at, expected) in [20.556_680_845_025_987, 45.791_248_299_781_216, 100.0].into_iter().enumerate() {
        let value = found["metrics"][at]["systems"][0]["score"].as_f64().unwrap();
        assert!((value - expected).abs() < 1e-9, "{found}");
    }
}

/// A study of translations into Chinese, with answers on disk and settings of BLEU.
fn study(place: &Place, settings: &str) {
    let rows: String = (0..60).map(|at| format!("sentence {at},{}{at}\n", OTHERS[at % 3].replace(',', ";"))).collect();
    place.write("rows.csv", format!("english,chinese\n{rows}"));
    let answers: String = (0..60).map(|at| format!("{{\"answer\": \"{}{at}\"}}\n", CHINESE[at % 3])).collect();
    place.write("answers.jsonl", answers);
    place.write(
        "s.toml",
        format!(
            "[task]\ndata = \"rows.csv\"\ntarget = \"chinese\"\ninput = \"english\"\nkind = \"text-generation\"\nmetric = \"bleu\"\n\
             [metric]\n{settings}\n[good-enough]\nmargin = 5\n[[candidate]]\nname = \"a\"\nparameters = \"1B\"\n\
             answers = \"answers.jsonl\"\ntext = \"answer\"\n"
        ),
    );
}

#[test]
fn a_study_warns_before_and_beside_the_verdict() {
    let place = Place::new();
    study(&place, "");
    let told = "whole sentences for words";
    let checked = lagom(&place, &["check", "s.toml"]);
    assert!(checked.code == 0 && checked.out.contains("warning: Most of the texts are Chinese"), "{checked:?}");
    let ran = lagom(&place, &["run", "s.toml", "--yes"]);
    assert!(ran.out.split_whitespace().collect::<Vec<_>>().join(" ").contains(told), "{ran:?}");
    assert!(place.text("lagom-out/s/report.md").contains("`tokeniser` under \\[metric\\]: zh."));
    study(&place, "tokeniser = \"zh\"");
    let checked = lagom(&place, &["check", "s.toml"]);
    assert!(checked.code == 0 && !checked.out.contains(told), "{checked:?}");
}

#[test]
fn a_study_names_what_its_tokeniser_lacks() {
    let place = Place::new();
    study(&place, "tokeniser = \"ja-mecab\"");
    lagom(&place, &["check", "s.toml"]).fails(&["[metric]: the tokeniser ja-mecab needs the program `mecab`"]);
    study(&place, "tokeniser = \"flores200\"");
    lagom(&place, &["check", "s.toml"]).fails(&["tokeniser-model", "needs the file of its SentencePiece model"]);
    study(&place, "tokeniser = \"flores200\"\ntokeniser-model = \"none.model\"");
    lagom(&place, &["check", "s.toml"]).fails(&["cannot read the SentencePiece model", "none.model"]);
}

#[test]
fn a_study_is_measured_by_mecab_and_its_report_says_so() {
    let place = Place::new();
    study(&place, "tokeniser = \"ja-mecab\"");
    mecab(&place, "0.996", IPA);
    let ran = lagom(&place, &["run", "s.toml", "--yes"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let report: Value = serde_json::from_str(&place.text("lagom-out/s/report.json")).unwrap();
    assert!(report["shown"]["signature"].as_str().unwrap().contains("|tok:ja-mecab-0.996-IPA|"), "{report}");
    // `verdict` cuts the kept answers again, and needs MeCab for it.
    std::fs::remove_dir_all(place.path("bin")).unwrap();
    lagom(&place, &["verdict", "lagom-out/s"]).fails(&["needs the program `mecab`"]);
}
