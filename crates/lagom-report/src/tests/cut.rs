//! Texts that pretrained weights do not read to the end.

use super::cases;
use super::sample::digits;
use crate::study::TaskKind;
use crate::verdict::VerdictKind;
use crate::{CutTexts, Findings, html, markdown, terminal};

fn cut(candidate: &str, texts: u64) -> CutTexts {
    let from = "`max_seq_length` of sentence_bert_config.json".to_owned();
    CutTexts { candidate: candidate.to_owned(), texts, of_training: false, tokens: 256, from }
}

/// What all three forms say, on one line each.
fn said(findings: &Findings) -> [String; 3] {
    let flowing = |text: String| text.replace(['\\', '`'], "").split_whitespace().collect::<Vec<_>>().join(" ");
    [flowing(terminal(findings, 100)), flowing(markdown(findings)), html(findings)]
}

#[test]
fn it_is_said_once_beside_the_answer_where_the_choice_or_the_reference_is_one() {
    let mut findings = digits();
    let verdict = &findings.verdict;
    let names = [verdict.choice.clone().expect("a choice"), verdict.reference.clone().expect("a reference")];
    for name in names {
        findings.data.cut = vec![cut(&name, 1_797)];
        let [terminal, markdown, page] = said(&findings);
        let told = format!(
            "{name} does not read 1,797 texts to the end: they are longer than 256 tokens (max_seq_length of sentence_bert_config.json)."
        );
        for text in [&terminal, &markdown] {
            assert_eq!(text.matches(&told).count(), 1, "{text}");
        }
        assert!(page.contains("does not read 1,797 texts to the end"), "{name}");
    }
    // Of another candidate it stands in the reports alone.
    findings.data.cut = vec![cut("linear", 20)];
    let [terminal, markdown, page] = said(&findings);
    assert!(!terminal.contains("to the end") && markdown.contains("linear does not read 20 texts to the end"));
    assert!(page.contains("linear does not read 20 texts to the end"));
}

#[test]
fn it_is_the_first_of_the_likely_causes_where_nothing_was_learned() {
    let mut findings = cases::all().into_iter().find(|(name, _)| *name == "nothing-learned").expect("a case").1;
    assert!(said(&findings)[0].contains("Likely causes: the inputs say nothing"));
    findings.data.cut = vec![cut("mlp-1k", 20), cut("mlp-20k", 40)];
    let told = "Likely causes: what tells the target stands behind the part of the texts that is read (mlp-1k and mlp-20k do not read all of \
                them to the end; mlp-20k reads 256 tokens and cuts 40 texts: max_seq_length of sentence_bert_config.json), the inputs say nothing";
    assert!(said(&findings)[0].contains(told), "{}", said(&findings)[0]);
    // Where too little was measured to say even that, it is one more reason.
    findings.verdict.kind = VerdictKind::Undecided;
    let terminal = &said(&findings)[0];
    assert!(terminal.contains("or answers are missing. Or what tells the target stands behind the part"), "{terminal}");
}

#[test]
fn of_texts_that_are_predicted_themselves_neither_labels_nor_inputs_are_named() {
    for name in ["nothing-learned", "bar-missed", "undecided"] {
        let mut findings = cases::all().into_iter().find(|(other, _)| *other == name).expect("a case").1;
        assert!(said(&findings)[1].contains("label"), "{name}");
        findings.data.task = TaskKind::LanguageModelling;
        findings.data.classes = Vec::new();
        let [terminal, ..] = said(&findings);
        let told = match name {
            "bar-missed" => "What may help: more texts, larger models",
            "undecided" => "To decide it, collect about 4,100 more texts for the holdout",
            _ => "Likely causes: the bytes of the texts do not depend on those before them",
        };
        assert!(terminal.contains(told) && !terminal.contains("label") && !terminal.contains("the mean"), "{terminal}");
    }
}

#[test]
fn a_file_and_the_weights_that_it_names_are_told_apart() {
    let mut findings = digits();
    findings.bundle.as_mut().expect("a model").bytes_beside = 62_900_000;
    assert!(
        said(&findings)[0].contains("model.lagom (51.1 kB, and 62.9 MB of weights that it names), mlp-12k trained")
    );
}
