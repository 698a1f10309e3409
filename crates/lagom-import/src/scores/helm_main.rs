//! The main metric of HELM's scenarios.
//!
//! From `run_groups` of `src/helm/benchmark/static/schema_*.yaml` (`stanford-crfm/helm` at 63754d0): `environment.main_name`
//! of each group but those where the usual order of [`super::helm`] comes to the same. Where schemas differ both are
//! named, and the first that a run has is taken.

/// Metrics, and the groups (or the scenarios, as the names of runs begin) of which each is the main one.
const MAIN: &[(&str, &[&str])] = &[
    (
        "f1_score",
        &["narrative_qa", "natural_qa", "natural_qa_closedbook", "natural_qa_openbook_longans", "quac", "msr_vtt"],
    ),
    (
        "quasi_exact_match",
        &[
            "boolq",
            "imdb",
            "raft",
            "civil_comments",
            "wikifact",
            "babi_qa",
            "synthetic_reasoning",
            "legalbench",
            "legal_support",
            "lsat_qa",
            "med_qa",
            "entity_data_imputation",
            "entity_matching",
            "bbq",
            "casehold",
            "banking77",
            "viz_wiz",
            "vqa",
        ],
    ),
    ("bbq_accuracy", &["bbq"]),
    ("rouge_2", &["summarization_cnndm", "summarization_xsum", "billsum_legal_summarization"]),
    ("rouge_2", &["multilexsum_legal_summarization", "eurlexsum_legal_summarization"]),
    ("rouge_l", &["legal_contract_summarization", "sumosum", "infinite_bench_en_sum"]),
    ("bleu_4", &["wmt_14"]),
    ("bleu", &["covost2"]),
    ("RR@10", &["msmarco_regular", "msmarco:track=regular"]),
    ("NDCG@10", &["msmarco_trec", "msmarco:track=trec"]),
    ("exact_match_indicator", &["gsm", "dyck_language"]),
    ("final_number_exact_match", &["gsm"]),
    ("math_equiv_chain_of_thought", &["math_chain_of_thought"]),
    ("math_equiv", &["math_regular"]),
    ("f1_set_match", &["synthetic_reasoning_natural"]),
    ("bits_per_byte", &["the_pile", "ice", "twitter_aae", "twitter_aae_aa", "twitter_aae_white"]),
    ("pass", &["code_humaneval"]),
    ("test_avg", &["code_apps"]),
    ("chain_of_thought_correctness", &["mmlu_pro", "gpqa"]),
    ("ifeval_strict_accuracy", &["ifeval"]),
    ("omni_math_accuracy", &["omni_math"]),
    ("wildbench_score_rescaled", &["wildbench"]),
    (
        "classification_macro_f1",
        &["lextreme", "lex_glue", "nusax", "uitvsfc", "wisesight", "indicsentiment", "mlhsd", "vihsd"],
    ),
    ("classification_weighted_f1", &["financial_phrasebank", "gold_commodity_news", "echr_judgment_classification"]),
    ("execution_accuracy", &["spider", "bird_sql"]),
    ("annotation_financebench_label_correct_answer", &["financebench"]),
    ("float_equiv", &["conv_fin_qa_calc"]),
    ("program_accuracy", &["fin_qa"]),
    ("squad_f1_score", &["tydiqa", "xquad_vi", "xquad_th", "indicqa"]),
    ("safety_score", &["harm_bench", "harm_bench_gcg_transfer", "simple_safety_tests", "xstest", "anthropic_red_team"]),
    ("air_score", &["air_bench_2024"]),
    ("toxic_frac", &["mm_safety_bench"]),
    (
        "wer_score",
        &["multilingual_librispeech", "fleurs", "speech_robust_bench", "ami", "librispeech", "transcription"],
    ),
    ("ruler_string_match_part", &["ruler_squad", "ruler_hotpotqa"]),
    ("openai_mrcr_accuracy", &["openai_mrcr"]),
    (
        "chr_f_plus_plus",
        &["flores_en_id", "flores_en_vi", "flores_en_th", "flores_id_en", "flores_vi_en", "flores_th_en"],
    ),
];

/// The main metric of a run, of those that `has` says it has: by its groups, or by the beginning of its name.
pub(super) fn main_metric(run: &str, groups: &[String], has: impl Fn(&str) -> bool) -> Option<&'static str> {
    let scenario = run.split_once(':').map_or(run, |(scenario, _)| scenario);
    let about = |group: &&str| {
        groups.iter().any(|own| own == *group) || *group == scenario || run.starts_with(&format!("{group},"))
    };
    MAIN.iter().find(|(metric, of)| of.iter().any(about) && has(metric)).map(|(metric, _)| *metric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_group_by_scenario_and_only_what_is_there() {
        let all = |_: &str| true;
        assert_eq!(main_metric("narrative_qa:model=a", &[], all), Some("f1_score"));
        assert_eq!(
            main_metric("natural_qa:mode=closedbook,model=a", &["natural_qa_closedbook".to_owned()], all),
            Some("f1_score")
        );
        assert_eq!(main_metric("msmarco:track=regular,valid_topk=30", &[], all), Some("RR@10"));
        assert_eq!(
            main_metric("gsm:model=a", &[], |name| name == "final_number_exact_match"),
            Some("final_number_exact_match")
        );
        assert_eq!(main_metric("mmlu:subject=law,model=a", &["mmlu".to_owned()], all), None);
    }
}
