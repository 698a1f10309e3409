//! Known answers are scikit-learn 1.9's `TfidfVectorizer`.

use super::ngram::{buckets, words};
use super::{NgramConfig, TextError, Vectoriser, ngram_ladder};

const WIDE: u32 = 1 << 20;

fn only_words() -> NgramConfig {
    NgramConfig { words: (1, 1), characters: (0, 0), buckets: WIDE, ..NgramConfig::default() }
}

fn only_characters(shortest: u8, longest: u8) -> NgramConfig {
    NgramConfig { words: (0, 0), characters: (shortest, longest), buckets: WIDE, ..NgramConfig::default() }
}

fn sorted(values: &[f32]) -> Vec<f32> {
    let mut values = values.to_vec();
    values.sort_by(f32::total_cmp);
    values
}

fn close(found: &[f32], wanted: &[f32]) {
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in sorted(found).iter().zip(wanted) {
        assert!((found - wanted).abs() < 1e-6, "{found} but {wanted} wanted");
    }
}

#[test]
fn a_row_is_scikit_learns() {
    // TfidfVectorizer(token_pattern=r"\w+", sublinear_tf=True)
    let texts = ["The cat sat on the mat", "the dog sat", "a bird"];
    let vectoriser = Vectoriser::fit(&texts, &only_words()).unwrap();
    let rows = vectoriser.transform(&texts);
    close(rows.row(0).1, &[0.332_347_46, 0.436_996_97, 0.436_996_97, 0.436_996_97, 0.562_713_17]);
    close(rows.row(1).1, &[0.517_856_1, 0.517_856_1, 0.680_918_6]);
    // By hand: "a" and "bird" are in one of three texts, so both weigh ln(4 / 2) + 1.
    close(rows.row(2).1, &[0.5f32.sqrt(), 0.5f32.sqrt()]);
    assert_eq!((vectoriser.columns(), vectoriser.parameters()), (8, 8));
}

#[test]
fn characters_stay_within_words_as_in_scikit_learn() {
    // TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4)): numbers of distinct n-grams
    let texts = ["ab ab!", "naïve é", "日本語"];
    let config = NgramConfig { sublinear_tf: false, ..only_characters(3, 4) };
    let rows = Vectoriser::fit(&texts, &config).unwrap().transform(&texts);
    let tenth = 0.1f32.sqrt();
    close(rows.row(0).1, &[tenth, tenth, tenth, tenth, tenth, tenth, 0.632_455_5]);
    close(rows.row(1).1, &[tenth; 10]);
    close(rows.row(2).1, &[0.447_213_6; 5]);
    // A word shorter than the n-gram counts once.
    let mut found = Vec::new();
    buckets("a", &only_characters(5, 6), &mut found);
    assert_eq!(found.len(), 1);
}

#[test]
fn words_are_found_in_any_script() {
    assert_eq!(words("Win £1000 now!"), ["Win", "£", "1000", "now", "!"]);
    assert_eq!(words("наука\tи жизнь"), ["наука", "и", "жизнь"]);
    assert_eq!(words("ƙasar Najeriya"), ["ƙasar", "Najeriya"]);
    assert_eq!(words("東京は晴れ。"), ["東京は晴れ", "。"]);
    assert_eq!(words(" \u{0}\n"), [""; 0]);
}

#[test]
fn the_hash_never_changes() {
    // FNV-1a of "w", "cat", 0xff (or "c", " a "), stirred; computed once with an independent Python script.
    let mut found = Vec::new();
    buckets("Cat", &NgramConfig { buckets: 1 << 24, ..only_words() }, &mut found);
    buckets("a", &NgramConfig { buckets: 1 << 24, ..only_characters(3, 5) }, &mut found);
    assert_eq!(found, [16_735_342, 13_162_736]);
}

#[test]
fn few_buckets_are_shared_and_all_texts_stay_within_them() {
    let texts: Vec<String> = (0..200).map(|i| format!("word{i} and number {}", i * 37)).collect();
    let config = NgramConfig { buckets: 128, ..NgramConfig::default() };
    let vectoriser = Vectoriser::fit(&texts, &config).unwrap();
    let rows = vectoriser.transform(&texts);
    assert_eq!((rows.columns, rows.rows()), (vectoriser.columns(), 200));
    assert!(rows.columns <= 128 && rows.indices.iter().all(|&index| index < rows.columns));
    for row in 0..rows.rows() {
        let (indices, values) = rows.row(row);
        assert!(indices.is_sorted_by(|a, b| a < b));
        assert!((values.iter().map(|value| value * value).sum::<f32>() - 1.0).abs() < 1e-5);
    }
}

#[test]
fn unknown_and_empty_texts_give_empty_rows() {
    let vectoriser = Vectoriser::fit(&["one two"], &only_words()).unwrap();
    let rows = vectoriser.transform(&["", "three", "two two"]);
    assert_eq!(rows.offsets, [0, 0, 0, 1]);
    assert_eq!(rows.values, [1.0]);
    assert_eq!(vectoriser.bag_ids("two three two"), [rows.indices[0]; 2]);
    let nothing = Vectoriser::fit::<&str>(&[], &only_words()).unwrap();
    assert_eq!((nothing.columns(), nothing.transform(&["one"]).values.len()), (0, 0));
}

#[test]
fn a_vectoriser_survives_storage() {
    let vectoriser = Vectoriser::fit(&["one two", "two, three!"], &NgramConfig::default()).unwrap();
    let read: Vectoriser = postcard::from_bytes(&postcard::to_stdvec(&vectoriser).unwrap()).unwrap();
    assert_eq!(read, vectoriser);
    assert_eq!(read.transform(&["two"]), vectoriser.transform(&["two"]));
}

#[test]
fn unsound_configurations_are_refused() {
    let plain = NgramConfig::default;
    let unsound = [
        NgramConfig { buckets: 1000, ..plain() },
        NgramConfig { buckets: 0, ..plain() },
        NgramConfig { words: (3, 2), ..plain() },
        NgramConfig { characters: (0, 2), ..plain() },
        NgramConfig { words: (0, 0), characters: (0, 0), ..plain() },
    ];
    for config in unsound {
        assert!(matches!(Vectoriser::fit(&["a"], &config), Err(TextError::Config(_))));
    }
}

#[test]
fn the_ladder_stays_below_the_largest_size() {
    assert_eq!(ngram_ladder(2, 20_000), [256, 1024, 4096]);
    assert_eq!(ngram_ladder(77, 100_000), [256, 1024]);
    assert_eq!(ngram_ladder(77, 1000), [0; 0]);
    assert_eq!(ngram_ladder(0, u64::MAX).last(), Some(&(1 << 18)));
}
