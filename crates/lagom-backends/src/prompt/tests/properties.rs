//! What no template, row or answer may break.

use proptest::prelude::*;
use serde_json::json;

use super::super::{
    ParsedText, ShotPool, Step, Template, apply_all, estimate_tokens, is_refusal, letter, read_choice, read_label,
    read_number, read_object,
};
use super::{ask, labelled, row, texts};
use crate::prompt::{Form, Pattern};

/// Text in which the marks that mean something to templates and answers are frequent.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z ]{0,6}",
        2 => prop::sample::select(vec![
            "{{", "}}", "{%", "%}", "{#", "#}", "{", "}", "|", "row", "[\"", "\"]", "is not", "raw", "endraw", "if x", "endif",
            "for a in text", "endfor", "filter", "'", "\\", "-", "\n", "<think>", "</think>", "answer:", "I'm sorry, I can't", "```json",
            "A.", "(B)", "**", "label", "1,234.5", "-3", "e9", "é", "正面", "\u{202f}", "text", "not ", "%", ".", ",",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn steps() -> Vec<Step> {
    vec![
        Step::RemoveThinking,
        Step::Strip,
        Step::StripQuotes,
        Step::Before("x".to_owned()),
        Step::Lowercase,
        Step::FirstLine,
        Step::LastLine,
        Step::After(" ".to_owned()),
        Step::FirstNumber,
        Step::LastNumber,
        Step::JsonField("a.0".to_owned()),
        Step::Regex(Pattern::new("(.)$").unwrap()),
    ]
}

proptest! {
    #[test]
    fn no_template_breaks_anything(source in text(), cell in text()) {
        if let Ok(template) = Template::parse(&source, "k") {
            let checked = template.check(&["text"]);
            let filled = template.render(&row(json!({"text": cell})));
            // A check that finds nothing leaves no name unknown.
            if checked.is_ok() {
                let unknown = filled.as_ref().err().is_some_and(|fault| fault.message.contains("unknown filter") || fault.message.contains("unknown test"));
                prop_assert!(!unknown, "{:?}", filled);
            }
        }
    }

    #[test]
    fn cells_come_through_unchanged(cell in any::<String>()) {
        let cells = row(json!({"text": cell}));
        prop_assert_eq!(Template::parse("{{ text }}", "k").unwrap().render(&cells).unwrap(), cell.clone());
        let prompt = labelled(Form::Text).prompt(ask(&cells, &[]), &ShotPool::none()).unwrap();
        prop_assert!(super::written(&prompt).contains(cell.trim_end()));
    }

    #[test]
    fn no_answer_breaks_anything(answer in text()) {
        let labels = texts(&["A", "not spam", "正面", "-3", "", "é"]);
        let label = read_label(&answer, &labels);
        prop_assert!(!matches!(label, ParsedText::Read(place) if place >= labels.len()));
        let choice = read_choice(&answer, &labels);
        prop_assert!(!matches!(choice, ParsedText::Read(place) if place >= labels.len()));
        prop_assert!(!matches!(read_number(&answer), ParsedText::Read(value) if !value.is_finite()));
        let _ = (read_object(&answer), is_refusal(&answer), estimate_tokens(&answer));
        for step in steps() {
            let _ = step.apply(&answer);
        }
        let _ = apply_all(&steps(), &answer);
    }

    #[test]
    fn any_label_is_read_back(names in prop::collection::btree_set("[^\\s]([ -~é]{0,10}[^\\s])?", 1..6), pick in any::<prop::sample::Index>()) {
        let labels: Vec<String> = names.into_iter().collect();
        let place = pick.index(labels.len());
        prop_assert_eq!(read_label(&labels[place], &labels), ParsedText::Read(place));
        prop_assert_eq!(read_label(&format!(" {}\n", labels[place]), &labels), ParsedText::Read(place));
    }

    #[test]
    fn any_letter_is_read_back(count in 2_usize..=26, pick in any::<prop::sample::Index>()) {
        let choices: Vec<String> = (0..count).map(|n| format!("choice number {n}x")).collect();
        let place = pick.index(count);
        let letter = letter(place);
        for answer in [format!("{letter}"), format!("({letter})"), format!("{letter}. {}", choices[place]), format!("Answer: {letter}"), choices[place].clone()] {
            prop_assert_eq!(read_choice(&answer, &choices), ParsedText::Read(place), "{}", answer);
        }
    }

    #[test]
    fn any_number_is_read_back(value in prop::num::f64::NORMAL | prop::num::f64::ZERO, small in -1e9..1e9_f64) {
        for number in [value, small] {
            prop_assert_eq!(read_number(&format!("{number:e}")), ParsedText::Read(number));
            prop_assert_eq!(read_number(&format!("It is {number}.")), ParsedText::Read(number));
        }
    }

    #[test]
    fn an_object_is_read_back_from_prose(value in any::<i64>(), text in "[^{]{0,40}", key in any::<String>()) {
        let object = row(json!({key: value, "t": text.clone()}));
        let answer = format!("{text}```json\n{}\n```{text}", serde_json::Value::Object(object.clone()));
        prop_assert_eq!(read_object(&answer), ParsedText::Read(object));
    }
}
