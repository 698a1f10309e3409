//! BLEU, chrF and TER of 16 systems of WMT17 English to German (Bojar et al. 2017) against sacreBLEU's values.

use super::{data, near, pickle, table};
use lagom::metric::{BleuTokeniser, Formula, Metric, Smoothing, TextScorer, TextSettings};
use std::collections::HashMap;
use std::io::Read;

const FILE: &str = "metric-test-vectors/sacrebleu/wmt17_en_de_systems.pkl.bz2";

struct Outputs {
    systems: Vec<(String, Vec<String>)>,
    references: Vec<String>,
}

fn outputs() -> Outputs {
    let mut bytes = Vec::new();
    bzip2::read::BzDecoder::new(std::fs::File::open(data(FILE)).unwrap()).read_to_end(&mut bytes).unwrap();
    let mut outputs = Outputs { systems: Vec::new(), references: Vec::new() };
    let lines = |thing: pickle::Thing| thing.many().into_iter().map(pickle::Thing::text).collect::<Vec<_>>();
    for system in pickle::read(&bytes).many() {
        let [name, texts]: [pickle::Thing; 2] = system.many().try_into().unwrap();
        match name.text().as_str() {
            // a list of lists, of one
            "reference" => outputs.references = lines(texts.many().remove(0)),
            name => outputs.systems.push((name.to_owned(), lines(texts))),
        }
    }
    outputs
}

/// The settings that a line of the table names: for BLEU tokeniser, smoothing and case, else one word.
fn settings(metric: &str, named: &str) -> TextSettings {
    let mut of = TextSettings::default();
    let words: Vec<&str> = named.split(',').collect();
    if metric == "bleu" {
        let tokeniser = BleuTokeniser::ALL.into_iter().find(|tokeniser| tokeniser.name() == words[0]);
        of.bleu.tokeniser = tokeniser.unwrap();
        of.bleu.smoothing = match words[1] {
            "exp" => Smoothing::Exponential,
            "floor" => Smoothing::Floor(0.1),
            "add-k" => Smoothing::AddK(1.0),
            "none" => Smoothing::None,
            other => panic!("{other} is no smoothing"),
        };
        of.bleu.lowercase = words.get(2) == Some(&"lc");
        return of;
    }
    match named {
        "" => {}
        "epsilon" => of.chrf.epsilon_smoothing = true,
        "lowercase" => of.chrf.lowercase = true,
        "whitespace" => of.chrf.whitespace = true,
        "case" => of.ter.case_sensitive = true,
        "normalised" => of.ter.normalised = true,
        "no-punctuation" => of.ter.no_punctuation = true,
        other => panic!("{other} is no setting"),
    }
    of
}

/// What a line counts, without what only the formula needs.
fn counts(metric: &str, references: &str, named: &str) -> String {
    let mut words: Vec<&str> = named.split(',').collect();
    if metric == "bleu" {
        words.remove(1);
    }
    format!("{metric} {references} {}", words.join(","))
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_values_are_those_of_sacrebleu() {
    let outputs = outputs();
    let expected = table(include_str!("expected/wmt17.tsv"));
    assert_eq!((outputs.systems.len(), outputs.references.len()), (16, 3004));
    let other = outputs.systems[0].1.clone();
    let mut counted: HashMap<String, Vec<f64>> = HashMap::new();
    let mut last = "";
    let lines = expected.len();
    for line in expected {
        let [system, metric, references, named, value] = line[..] else { panic!("{line:?}") };
        let scorer = TextScorer::new(Metric::parse(metric).unwrap(), settings(metric, named)).unwrap();
        let answers = &outputs.systems.iter().find(|(name, _)| name == system).unwrap().1;
        // systems stand together: what was counted of others is not needed any more
        if last != system {
            counted.clear();
            last = system;
        }
        let statistics = counted.entry(counts(metric, references, named)).or_insert_with(|| {
            let of = |at: usize| {
                let mut all = vec![outputs.references[at].clone()];
                all.extend((references == "2").then(|| other[at].clone()));
                scorer.statistics(&answers[at], &all).unwrap()
            };
            (0..answers.len()).flat_map(of).collect()
        });
        let formula: Formula = scorer.formula();
        near(formula.score(statistics).unwrap().value, value, &format!("{system} {metric} {references} {named}"));
    }
    assert_eq!(
        lines,
        3 * 41 + 13 * 37,
        "a line for each system and setting; some settings of TER for three systems only"
    );
}
