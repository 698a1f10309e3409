use super::super::direction_words::{HIGHER, LOWER};
use super::*;

#[rustfmt::skip]
const ERRORS: &[&str] = &[
    "rmse", "RMSE", "test_rmse", "rmse_test", "RMSE (kWh)", "eval/loss", "val_loss", "valLoss", "val-loss",
    "testrmse", "root_mean_squared_error", "mean_absolute_error", "MAE", "mae [EUR]", "MAPE", "mape_%", "sMAPE",
    "WAPE", "wMAPE", "MASE", "log_loss", "logloss", "LogLoss", "nll", "negative_log_likelihood", "neg_log_likelihood",
    "NLL", "cross_entropy", "CrossEntropyLoss", "xent", "brier", "brier_score", "Brier Score", "EER", "eer", "wer",
    "WER", "word_error_rate", "wordErrorRate", "cer", "ter", "TER", "der", "PPL", "perplexity",
    "word_perplexity,none", "byte_perplexity", "bits_per_byte", "bits_per_byte,none", "bpb", "toxicity",
    "toxicity_score", "toxic_frac", "expected_max_toxicity", "loss", "error", "errors", "error_rate", "errorRate",
    "n_errors", "latency", "latency_ms", "p95_latency", "regret", "cumulative_regret", "edit_distance", "levenshtein",
    "Levenshtein distance", "hamming_loss", "hamming_distance", "fid", "FID", "ECE", "ece_10_bin",
    "calibration_error", "platt_ece_10_bin", "crps", "pinball_loss", "quantile_loss", "mean_pinball_loss",
    "hinge_loss", "huber", "kl_divergence", "KL", "wasserstein_distance", "false_positive_rate", "FPR", "fnr",
    "miss_rate", "hallucination_rate", "hallucinations", "violations", "failure_rate", "max_error",
    "median_absolute_error", "RMSLE", "msle", "likelihood_diff", "likelihood_difference", "pct_stereotype", "mse",
    "MSELoss", "l1_loss", "accuracy_loss", "inference_runtime", "cost", "price_usd", "absolute_value_difference",
    "demographic_parity_difference", "bias_metric:mode=associations,demographic_category=race", "distance",
    "error_score", "-accuracy", "1-auc", "inverse_accuracy", "mean_rank", "attack_success_rate", "seconds",
    "total_time", "time_ms", "rmse_mean", "avg_rmse", "RMSE@24h", "wrong", "incorrect", "test loss", "ter_score",
    "copyright/longest_common_prefix_length", "1 - F1",
];

#[rustfmt::skip]
const SCORES: &[&str] = &[
    "acc", "acc,none", "acc_norm", "accuracy", "Accuracy (%)", "test_accuracy", "balanced_accuracy", "exact_match",
    "exact_match,strict-match", "em", "f1", "F1", "f1_score", "macro_f1", "F1-macro", "f0.5", "bleu", "sacrebleu",
    "BLEU-4", "rouge1", "rougeL", "ROUGE-L", "rouge_l", "rougeLsum", "chrF", "chrf++", "meteor", "bertscore",
    "BERTScore-F", "comet", "score", "scores", "Score", "judge_score", "correct", "is_correct", "isCorrect", "pass",
    "passed", "pass@1", "pass_rate", "reward", "auc", "AUROC", "roc_auc", "average_precision", "mAP", "mAP@50", "r2",
    "R²", "R2", "r2_score", "r_squared", "explained_variance", "win", "win_rate", "rating", "elo", "precision",
    "recall@10", "ndcg@10", "NDCG", "MRR", "mrr@10", "hit_rate", "hits@10", "RR@10", "reciprocal_rank", "success",
    "success_rate", "resolved", "neg_mean_squared_error", "neg_log_loss", "neg_root_mean_squared_error",
    "neg_brier_score", "log_likelihood", "loglikelihood", "logprob", "mc1", "mc2", "spearman", "pearson",
    "kendall_tau", "matthews_corrcoef_mcc", "cohen_kappa", "iou", "mIoU", "dice", "psnr", "ssim", "edit_similarity",
    "cosine_similarity", "lpips_similarity", "tokens_per_second", "throughput", "points", "quality", "helpfulness",
    "faithfulness", "true_positive_rate", "negative_predictive_value", "specificity", "error_reduction", "1-wer",
    "-rmse", "chain_of_thought_correctness", "math_equiv", "ifeval_strict_accuracy", "wildbench_score_rescaled",
    "squad_f1_score", "prompt_level_strict_acc,none", "inst_level_loose_acc", "classification_macro_f1",
    "model_graded_qa", "likelihood", "grade", "quasi_exact_match", "final_number_exact_match", "code_eval_acc",
    "selective_acc@10", "summac", "inception_score",
];

#[test]
fn the_words_can_be_searched_and_say_one_thing() {
    for words in [LOWER, HIGHER] {
        assert!(
            words.windows(2).all(|pair| pair[0] < pair[1]),
            "{:?}",
            words.windows(2).find(|pair| pair[0] >= pair[1])
        );
    }
    assert!(LOWER.iter().all(|word| HIGHER.binary_search(word).is_err()));
}

#[test]
fn errors_are_lower_better_however_they_are_written() {
    for name in ERRORS {
        assert_eq!(by_name(name), Some(false), "{name}");
    }
}

#[test]
fn scores_are_higher_better_however_they_are_written() {
    for name in SCORES {
        assert_eq!(by_name(name), Some(true), "{name}");
    }
}

#[test]
fn other_names_say_nothing() {
    for name in [
        "",
        "value",
        "result",
        "output",
        "metric",
        "x",
        "y",
        "foo_7",
        "delta",
        "closeness_index",
        "rate",
        "len",
        "label",
        "prediction",
    ] {
        assert_eq!(by_name(name), None, "{name}");
    }
}
