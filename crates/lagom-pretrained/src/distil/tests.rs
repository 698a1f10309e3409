//! A distillation by hand: which tokens, through the network, turned, weighed, cut.

use serde_json::json;

use super::*;
use crate::tiny_tests::{encoder, folder};

/// A tokenizer of BERT's kind, in which `[PAD]`, `[UNK]` and three marks were added.
fn bert() -> serde_json::Value {
    let added: Vec<_> = [("[PAD]", 0), ("[UNK]", 2), ("[CLS]", 3), ("[SEP]", 4), ("[MASK]", 5)]
        .iter()
        .map(|(content, id)| json!({"id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}))
        .collect();
    json!({
        "version": "1.0", "truncation": {"max_length": 4, "strategy": "LongestFirst", "stride": 0, "direction": "Right"}, "padding": null,
        "added_tokens": added, "normalizer": null, "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 4], "cls": ["[CLS]", 3]}, "decoder": null,
        "model": {
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
            "vocab": {"[PAD]": 0, "[unused0]": 1, "[UNK]": 2, "[CLS]": 3, "[SEP]": 4, "[MASK]": 5, "dog": 6, "##s": 7, "[unusedx]": 8},
        },
    })
}

#[test]
fn special_and_unused_tokens_go_and_the_rest_is_numbered_anew() {
    let found = kept(&bert().to_string()).unwrap();
    // [PAD], [UNK], dog, ##s, and one that only looks like an unused one.
    assert_eq!(found.ids, [0, 2, 6, 7, 8]);
    let vocabulary = Vocabulary::from_json(found.json.clone()).unwrap();
    assert_eq!(vocabulary.encode("dogs", 0, true).unwrap().ids, [2, 3]);
    assert_eq!(vocabulary.encode("cat dog", 0, true).unwrap().ids, [1, 2]);
    // What was added is found in texts where it stays, and cut up like any other word where it goes.
    assert_eq!(vocabulary.encode("[PAD]dog", 0, true).unwrap().ids, [0, 2]);
    assert_eq!(vocabulary.encode("[MASK]", 0, true).unwrap().ids, [1, 1, 1]);
    assert_eq!((vocabulary.rows(), vocabulary.unknown()), (5, Some(1)));
    let file: serde_json::Value = serde_json::from_str(&found.json).unwrap();
    assert!(file["post_processor"].is_null() && file["truncation"].is_null(), "{file}");
    assert_eq!(file["model"].get("merges"), None, "nothing is added");
}

#[test]
fn pieces_with_scores_keep_them_and_the_place_of_the_unknown_one() {
    let mut file = bert();
    file["added_tokens"] = json!([
        {"id": 0, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
        {"id": 1, "content": "<unk>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
    ]);
    file["post_processor"] = json!(null);
    file["model"] = json!({"type": "Unigram", "unk_id": 1, "byte_fallback": false,
        "vocab": [["<s>", 0.0], ["<unk>", 0.0], ["dog", -1.0], ["s", -2.0], ["d", -9.0]]});
    let found = kept(&file.to_string()).unwrap();
    assert_eq!(found.ids, [1, 2, 3, 4]);
    let vocabulary = Vocabulary::from_json(found.json).unwrap();
    assert_eq!(vocabulary.encode("dogs", 0, true).unwrap().ids, [1, 2]);
    assert_eq!(vocabulary.unknown(), Some(0));
}

#[test]
fn merges_that_make_a_dropped_token_go_with_it() {
    let mut file = bert();
    file["added_tokens"] = json!([{"id": 4, "content": "ab", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}]);
    file["post_processor"] = json!(null);
    file["model"] = json!({"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null, "end_of_word_suffix": null,
        "fuse_unk": false, "byte_fallback": false, "vocab": {"a": 0, "b": 1, "c": 2, "bc": 3, "ab": 4},
        "merges": [["a", "b"], ["b", "c"]]});
    let found = kept(&file.to_string()).unwrap();
    assert_eq!(found.ids, [0, 1, 2, 3]);
    let vocabulary = Vocabulary::from_json(found.json).unwrap();
    assert_eq!(vocabulary.encode("abc", 0, true).unwrap().ids, [0, 3]);
}

#[test]
fn a_file_without_a_vocabulary_is_refused() {
    assert!(kept("{").is_err());
    assert!(kept("{\"model\":{}}").unwrap_err().contains("no `vocab`"));
    let mut file = bert();
    file["model"]["vocab"] = json!({"[UNK]": 0, "[CLS]": 1});
    assert!(kept(&file.to_string()).unwrap_err().contains("2 tokens, of which 1 are left"));
}

#[test]
fn a_token_weighs_by_zipfs_law() {
    let found: Vec<f64> = weights(3).collect();
    // Ranks 2, 3, 4: 1/2 + 1/3 + 1/4 = 13/12, so shares of 6, 4 and 3 thirteenths.
    for (weight, share) in found.iter().zip([6.0 / 13.0, 4.0 / 13.0, 3.0 / 13.0]) {
        assert!((weight - 1e-4 / (1e-4 + share)).abs() < 1e-18, "{found:?}");
    }
}

#[test]
fn a_token_goes_through_the_network_between_the_marks() {
    let encoder = encoder("bert");
    let distillation = Distillation::of(&encoder).unwrap();
    // Nothing is declared to be added in this tokenizer: all 30 are kept, and `dog` is the eleventh.
    assert_eq!(distillation.tokens(), 30);
    let own = distillation.vectors(10..11).unwrap();
    let hidden = encoder.hidden_states("dog").unwrap();
    assert_eq!(hidden.tokens, [2, 10, 3]);
    for (at, own) in own.iter().enumerate() {
        let mean = (0..3).map(|row| hidden.values[row * 16 + at]).sum::<f32>() / 3.0;
        assert!((own - mean).abs() < 1e-6, "{own} {mean}");
    }
}

fn whole(encoder: &Encoder) -> (Vec<f32>, Distilled) {
    let distillation = Distillation::of(encoder).unwrap();
    // In two parts as in one.
    let mut vectors = distillation.vectors(0..7).unwrap();
    vectors.extend(distillation.vectors(7..distillation.tokens()).unwrap());
    (vectors.clone(), distillation.whole(vectors).unwrap())
}

#[test]
fn all_components_keep_every_distance_and_fewer_the_largest() {
    for case in ["bert", "mpnet", "distilbert"] {
        let encoder = encoder(case);
        let (vectors, found) = whole(&encoder);
        let (width, tokens) = (found.width(), found.tokens());
        let weights: Vec<f64> = weights(tokens).collect();
        let mean: Vec<f64> = (0..width)
            .map(|at| vectors.chunks(width).map(|row| f64::from(row[at])).sum::<f64>() / tokens as f64)
            .collect();
        let centred = |token: usize, at: usize| f64::from(vectors[token * width + at]) - mean[at];
        let turned = |token: usize, at: usize| f64::from(found.table[token * width + at]) / weights[token];
        let size = (0..width).map(|at| centred(4, at).powi(2)).sum::<f64>();
        for (a, b) in [(4, 4), (4, 9), (0, 29), (17, 3)] {
            let before: f64 = (0..width).map(|at| centred(a, at) * centred(b, at)).sum();
            let after: f64 = (0..width).map(|at| turned(a, at) * turned(b, at)).sum();
            assert!((before - after).abs() < 1e-4 * size, "{case} {a} {b}: {before} {after}");
        }
        let spread = |at: usize| (0..tokens).map(|token| turned(token, at).powi(2)).sum::<f64>();
        assert!((1..width).all(|at| spread(at) <= spread(at - 1) * (1.0 + 1e-5) + 1e-6), "{case}");
        let (small, large) = (found.embedding(4).unwrap(), found.embedding(8).unwrap());
        assert_eq!((small.width(), small.parameters()), (4, 4 * tokens as u64));
        assert_eq!(large.parameters(), 8 * tokens as u64);
        assert_ne!(small.content_hash(), large.content_hash());
    }
}

#[test]
fn a_text_is_the_mean_of_its_tokens_without_marks() {
    let (_, found) = whole(&encoder("bert"));
    let embedding = found.embedding(5).unwrap();
    let own = embedding.embed(&["dogs", "zebra"], 1).unwrap();
    // `dog` and `##s` are the tokens 10 and 12; numbers of half precision, and a vector of length 1.
    let half = |token: usize, at: usize| f64::from(f16::from_f32(found.table[token * 16 + at]).to_f32());
    let sums: Vec<f64> = (0..5).map(|at| half(10, at) + half(12, at)).collect();
    let length = sums.iter().map(|x| x * x).sum::<f64>().sqrt();
    for (own, sum) in own.vectors.iter().zip(&sums) {
        assert!((f64::from(*own) - sum / length).abs() < 1e-6, "{own} {sum} {length}");
    }
    // A word of which nothing is known says nothing.
    assert_eq!(own.vectors[5..], [0.0; 5]);
    let back = StaticEmbedding::from_bytes(&embedding.to_bytes().unwrap()).unwrap();
    assert_eq!(back.embed(&["dogs"], 1).unwrap().vectors, own.vectors[..5]);
    assert_eq!(back.to_bytes().unwrap(), embedding.to_bytes().unwrap());
    // Two bytes a number; the digits of the digest beside them are not always as many.
    let more =
        found.embedding(10).unwrap().to_bytes().unwrap().len() as f64 - embedding.to_bytes().unwrap().len() as f64;
    assert!((more - 30.0 * 5.0 * 2.0).abs() < 100.0, "{more}");
}

#[test]
fn what_cannot_be_is_refused() {
    let (_, found) = whole(&encoder("bert"));
    for dimensions in [0, 17] {
        assert!(found.embedding(dimensions).unwrap_err().to_string().contains("there are 16 components"));
    }
    let mut huge = found.clone();
    huge.table[3] = 1e6;
    assert!(huge.embedding(4).unwrap_err().to_string().contains("too large for half precision"));
    assert!(Distillation::of(&encoder("llama")).is_err());
    let fault = distilled_tokens(&Folder::open(folder("llama").path()).unwrap()).unwrap_err().to_string();
    assert!(fault.contains("cannot be distilled into static embeddings") && fault.contains("encoders are"), "{fault}");
    assert_eq!(distilled_tokens(&Folder::open(folder("bert").path()).unwrap()).unwrap(), 30);
    let encoder = encoder("bert");
    let distillation = Distillation::of(&encoder).unwrap();
    assert!(distillation.whole(vec![0.0; 16]).unwrap_err().to_string().contains("16 numbers for 30 tokens of 16"));
}

#[test]
fn what_is_kept_comes_back_to_the_bit() {
    let (_, found) = whole(&encoder("bert"));
    let bytes = found.to_bytes().unwrap();
    assert_eq!(Distilled::from_bytes(&bytes).unwrap(), found);
    for cut in [0, 7, bytes.len() / 2, bytes.len() - 1] {
        assert!(matches!(Distilled::from_bytes(&bytes[..cut]), Err(StateError::Malformed { .. })));
    }
    // The same weights come to the same bits.
    assert_eq!(whole(&encoder("bert")).1, found);
}
