//! Known answers of the text metrics, computed by the reference implementations; laws of their influences.

use super::*;
use crate::text_settings::*;
use crate::{Metric, MetricError, OutcomeKind, Outcomes, score};
use proptest::prelude::*;

fn text_statistics(metric: Metric, answer: &str, references: &[String]) -> Result<Vec<f64>, MetricError> {
    TextScorer::usual(metric)?.statistics(answer, references)
}

const HYPOTHESES: [&str; 2] = ["the cat sat on mat", "hello there general"];
const REFERENCES: [&str; 2] = ["the cat sat on the mat", "hello there general kenobi"];

fn texts(of: &[&str]) -> Vec<String> {
    of.iter().map(|text| (*text).to_owned()).collect()
}

fn all_statistics(scorer: &TextScorer, pairs: &[(&str, &[&str])]) -> Vec<f64> {
    pairs.iter().flat_map(|(answer, references)| scorer.statistics(answer, &texts(references)).unwrap()).collect()
}

fn value(metric: Metric, settings: TextSettings, pairs: &[(&str, &[&str])]) -> f64 {
    let scorer = TextScorer::new(metric, settings).unwrap();
    scorer.formula().score(&all_statistics(&scorer, pairs)).unwrap().value
}

fn usual(metric: Metric, answer: &str, reference: &str) -> f64 {
    value(metric, TextSettings::default(), &[(answer, &[reference])])
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
}

fn corpus(metric: Metric, settings: TextSettings) -> f64 {
    value(metric, settings, &[(HYPOTHESES[0], &[REFERENCES[0]]), (HYPOTHESES[1], &[REFERENCES[1]])])
}

fn bleu(change: impl FnOnce(&mut BleuSettings)) -> TextSettings {
    let mut settings = TextSettings::default();
    change(&mut settings.bleu);
    settings
}

/// By sacreBLEU 2.6.0.
#[test]
fn bleu_is_that_of_sacrebleu() {
    near(corpus(Metric::Bleu, TextSettings::default()), 58.228_940_089_0);
    let scorer = TextScorer::usual(Metric::Bleu).unwrap();
    let numbers = all_statistics(&scorer, &[(HYPOTHESES[0], &[REFERENCES[0]]), (HYPOTHESES[1], &[REFERENCES[1]])]);
    let sums: Vec<f64> = (0..10).map(|at| numbers[at] + numbers[10 + at]).collect();
    assert_eq!(sums, [8.0, 10.0, 8.0, 5.0, 3.0, 1.0, 8.0, 6.0, 4.0, 2.0]);
    for (smoothing, expected) in [
        (Smoothing::None, 0.0),
        (Smoothing::Floor(0.1), 25.406_637_407_730_73),
        (Smoothing::AddK(1.0), 48.549_177_170_732_36),
        (Smoothing::Exponential, 37.991_784_282_579_63),
    ] {
        let settings = bleu(|bleu| bleu.smoothing = smoothing);
        near(value(Metric::Bleu, settings, &[("a b c x d e", &["a b c d e f"])]), expected);
    }
    near(usual(Metric::Bleu, "the the the the", "the cat is here"), 15.973_577_606_156_81);
    assert_eq!(usual(Metric::Bleu, "yes sir", "yes sir"), 0.0);
    let effective = bleu(|bleu| bleu.effective_order = true);
    assert_eq!(value(Metric::Bleu, effective, &[("yes sir", &["yes sir"])]), 100.000_000_000_000_04);
}

/// By sacreBLEU 2.6.0.
#[test]
fn chrf_is_that_of_sacrebleu() {
    near(corpus(Metric::Chrf, TextSettings::default()), 71.674_153_881_271_07);
    near(corpus(Metric::ChrfPlusPlus, TextSettings::default()), 72.402_601_094_008_33);
    let mut epsilon = TextSettings::default();
    epsilon.chrf.epsilon_smoothing = true;
    near(corpus(Metric::Chrf, epsilon), 71.662_874_687_861_66);
    near(usual(Metric::Chrf, "café", "cafe"), 47.916_666_666_666_67);
    near(usual(Metric::ChrfPlusPlus, "café", "cafe"), 38.333_333_333_333_32);
    near(usual(Metric::Chrf, "ab", "abcdefgh"), 23.404_255_319_148_938);
    assert_eq!((usual(Metric::Chrf, "", "any"), usual(Metric::Chrf, "a", "a")), (0.0, 100.0));
}

/// By rouge-score 0.1.2.
#[test]
fn rouge_is_that_of_rouge_score() {
    let (answer, reference) = ("The quick brown dog jumps on the log.", "The quick brown fox jumps over the lazy dog");
    near(usual(Metric::Rouge1, answer, reference), 0.705_882_352_941_176_5);
    near(usual(Metric::Rouge2, answer, reference), 0.266_666_666_666_666_66);
    near(usual(Metric::RougeL, answer, reference), 0.588_235_294_117_647);
    let part = |part| {
        let settings = TextSettings { rouge: RougeSettings { part, ..RougeSettings::default() }, ..Default::default() };
        value(Metric::Rouge1, settings, &[(answer, &[reference])])
    };
    near(part(RougePart::Precision), 0.75);
    near(part(RougePart::Recall), 0.666_666_666_666_666_6);
    let reference = "First sentence here.\nSecond one dies.\n\nNews of 2020 is sad";
    let answer = "Second one died.\nThe news is sad, first.";
    let stemmed = |metric, stemmer| {
        let settings = TextSettings { rouge: RougeSettings { stemmer, ..Default::default() }, ..Default::default() };
        value(metric, settings, &[(answer, &[reference])])
    };
    near(stemmed(Metric::RougeL, false), 0.526_315_789_473_684_2);
    near(stemmed(Metric::RougeL, true), 0.631_578_947_368_421);
    near(stemmed(Metric::RougeLsum, false), 0.631_578_947_368_421);
    near(stemmed(Metric::RougeLsum, true), 0.736_842_105_263_157_9);
}

#[test]
fn rouge_knows_only_latin_letters_unless_told_otherwise() {
    let latin = RougeSettings::default();
    assert_eq!(
        rouge::tokens(&"İstanbul 300\u{212a}".to_lowercase(), &latin).collect::<Vec<_>>(),
        ["i", "stanbul", "300k"]
    );
    assert_eq!(usual(Metric::Rouge1, "привет мир", "привет мир"), 0.0);
    let unicode = RougeSettings { tokens: RougeTokens::Unicode, ..latin };
    assert_eq!(rouge::tokens("привет, мир_1!", &unicode).collect::<Vec<_>>(), ["привет", "мир", "1"]);
}

#[test]
fn right_or_wrong_metrics_say_so() {
    for (metric, answer, reference, expected) in [
        (Metric::ExactMatch, "Paris", "paris", 0.0),
        (Metric::ExactMatchSquad, "Paris.", "the paris", 1.0),
        (Metric::JsonValid, "[1]", "", 1.0),
        (Metric::NumericAnswer, "It is 1,000.00", "… #### 1000", 1.0),
        (Metric::RegexMatch, "on 12 May", r"\b1\d May", 1.0),
        (Metric::RegexMatch, "on 2 May", r"\b1\d May", 0.0),
    ] {
        assert_eq!(usual(metric, answer, reference), expected, "{metric}");
    }
    let fault = text_statistics(Metric::RegexMatch, "a", &texts(&["("])).unwrap_err();
    assert!(fault.to_string().contains("unclosed group"), "{fault}");
    assert!(text_statistics(Metric::NumericAnswer, "1", &texts(&["none"])).is_err());
    assert!(text_statistics(Metric::Bleu, "1", &[]).is_err() && text_statistics(Metric::Mae, "1", &[]).is_err());
}

#[test]
fn signatures_are_those_of_sacrebleu_in_our_words() {
    assert_eq!(Metric::Bleu.signature(), "bleu|case:mixed|eff:no|tok:13a|smooth:exp|version:1");
    let scorer = TextScorer::new(Metric::Bleu, bleu(|bleu| bleu.smoothing = Smoothing::Floor(0.1))).unwrap();
    assert_eq!(scorer.signature(Some(1)), "bleu|nrefs:1|case:mixed|eff:no|tok:13a|smooth:floor[0.10]|version:1");
    assert_eq!(Metric::ChrfPlusPlus.signature(), "chrf++|case:mixed|eff:yes|nc:6|nw:2|beta:2|space:no|version:1");
    assert_eq!(Metric::Ter.signature(), "ter|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:1");
    let wide = TextSettings { chrf: ChrfSettings { characters: 7, ..Default::default() }, ..Default::default() };
    assert!(TextScorer::new(Metric::Chrf, wide).is_err());
}

#[test]
fn likelihoods_add_up_before_they_are_divided() {
    let mut of = TextOutcomes::new(Metric::BitsPerByte, TextSettings::default()).unwrap();
    for (nats, text) in [(4.0, "abcd"), (1.0, "ab")] {
        of.push(&likelihood_statistics(Metric::BitsPerByte, -nats, text).unwrap()).unwrap();
    }
    // 5 nats over 6 bytes
    near(score(Metric::BitsPerByte, &Outcomes::Texts(of)).unwrap().value, 5.0 / 6.0 / std::f64::consts::LN_2);
    assert!(Formula::usual(Metric::Perplexity).unwrap().score(&[0.0, 0.0]).is_err());
}

/// The value with the weight of one example raised a little, the others lowered.
fn reweighted(formula: &Formula, statistics: &[f64], which: usize, by: f64) -> f64 {
    let width = formula.width();
    let examples = statistics.len() / width;
    let mut sums = vec![0.0; width];
    for (at, numbers) in statistics.chunks_exact(width).enumerate() {
        let weight = 1.0 - by + if at == which { by * examples as f64 } else { 0.0 };
        sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += weight * number);
    }
    formula.value(&sums, examples)
}

#[test]
fn influences_are_the_derivatives() {
    let pairs: [(&str, &[&str]); 4] = [
        ("the cat sat on the mat", &["the cat sat on a mat", "a cat sat on the mat again"]),
        ("hello there general", &["hello there general kenobi"]),
        ("one two three four five six", &["one two three four six five seven"]),
        ("nothing", &["of this is right, really"]),
    ];
    let smoothings = [Smoothing::AddK(1.0), Smoothing::Floor(0.1), Smoothing::Exponential];
    let mut cases: Vec<(Metric, TextSettings)> =
        smoothings.iter().map(|smoothing| (Metric::Bleu, bleu(|bleu| bleu.smoothing = *smoothing))).collect();
    let mut epsilon = TextSettings::default();
    epsilon.chrf.epsilon_smoothing = true;
    cases.extend([(Metric::Chrf, epsilon), (Metric::Chrf, TextSettings::default())]);
    let others = [Metric::ChrfPlusPlus, Metric::Ter, Metric::Rouge1, Metric::TokenF1];
    cases.extend(others.map(|metric| (metric, TextSettings::default())));
    for (metric, settings) in cases {
        let scorer = TextScorer::new(metric, settings).unwrap();
        let (formula, statistics) = (scorer.formula(), all_statistics(&scorer, &pairs));
        let scored = formula.score(&statistics).unwrap();
        assert!(
            scored.influence.iter().sum::<f64>().abs() < 1e-9 && scored.influence.iter().any(|one| one.abs() > 0.01)
        );
        for (at, influence) in scored.influence.iter().enumerate() {
            let ends = [1e-6, -1e-6].map(|by| reweighted(&formula, &statistics, at, by));
            let slope = (ends[0] - ends[1]) / 2e-6;
            assert!((slope - influence).abs() < 1e-4, "{} of {at}: {influence}, not {slope}", scorer.signature(None));
        }
    }
    for metric in [Metric::BitsPerByte, Metric::Perplexity] {
        let formula = Formula::usual(metric).unwrap();
        let statistics = [4.0, 3.0, 1.0, 2.0, 7.0, 3.5];
        let scored = formula.score(&statistics).unwrap();
        for (at, influence) in scored.influence.iter().enumerate() {
            let ends = [1e-6, -1e-6].map(|by| reweighted(&formula, &statistics, at, by));
            assert!(((ends[0] - ends[1]) / 2e-6 - influence).abs() < 1e-5);
        }
    }
}

proptest! {
    #[test]
    fn no_text_panics_and_the_same_text_is_best(answer in "\\PC{0,40}", reference in "[a-c é.,\u{1c}\n-]{0,30}") {
        for metric in Metric::ALL.into_iter().filter(|metric| metric.fits(crate::OutcomeKind::Texts)) {
            let Ok(numbers) = text_statistics(metric, &answer, std::slice::from_ref(&reference)) else { continue };
            let formula = Formula::usual(metric).unwrap();
            let other = formula.value(&numbers, 1);
            prop_assert!(other >= 0.0 && other <= metric.range().1 + 1e-9, "{metric}: {other}");
            let own = formula.value(&text_statistics(metric, &reference, std::slice::from_ref(&reference)).unwrap_or(numbers), 1);
            if matches!(metric, Metric::Chrf | Metric::Ter | Metric::RougeL | Metric::ExactMatch) {
                prop_assert!(metric.orient(other) <= metric.orient(own) + 1e-9, "{metric}: {other} beats {own}");
            }
        }
    }
}

/// Several metrics and answers at once come to what each comes to alone, whatever their order and settings.
#[test]
fn texts_are_counted_together_as_alone() {
    // References that are no JSON come last.
    let of_texts = || {
        let texts = Metric::ALL.into_iter().filter(|metric| metric.fits(OutcomeKind::Texts));
        texts.filter(|metric| *metric != Metric::JsonFields)
    };
    let stemmed = TextSettings {
        rouge: RougeSettings { stemmer: true, ..RougeSettings::default() },
        bleu: BleuSettings { lowercase: true, ..BleuSettings::default() },
        ..TextSettings::default()
    };
    let all = of_texts().map(TextScorer::usual).chain(of_texts().rev().map(|metric| TextScorer::new(metric, stemmed)));
    let scorers: Vec<TextScorer> = all.collect::<Result<_, _>>().unwrap();
    let references = texts(&["1 Cat, sitting\non 2 mats", "2"]);
    let answers = ["The cats sat\non 2 mats.", "", "2", "1 cat,\nsitting on 2 mats"];
    let together = count_texts(&scorers, &answers, &references).unwrap();
    let alone = |scorer: &TextScorer| -> Vec<f64> {
        answers.iter().flat_map(|answer| scorer.statistics(answer, &references).unwrap()).collect()
    };
    assert_eq!(together, scorers.iter().map(alone).collect::<Vec<_>>());
    assert!(together.iter().zip(&scorers).all(|(found, scorer)| found.len() == 4 * scorer.formula().width()));
    assert!(count_texts(&scorers, &answers, &[]).is_err());
    let faulty = [TextScorer::usual(Metric::Bleu).unwrap(), TextScorer::usual(Metric::JsonFields).unwrap()];
    assert!(matches!(count_texts(&faulty, &answers, &references), Err(MetricError::Reference { .. })));
}
