//! What a metric's name says of it besides which way is better: which scores are possible.

/// The scores that are possible, where the name says so: shares and right-or-wrong marks lie between 0 and 1.
pub(super) fn range(metric: &str) -> Option<(f64, f64)> {
    const SHARES: [&str; 18] = [
        "acc",
        "acc_norm",
        "acc_bytes",
        "acc_mutual_info",
        "accuracy",
        "correct",
        "is_correct",
        "exact_match",
        "quasi_exact_match",
        "prefix_exact_match",
        "quasi_prefix_exact_match",
        "final_number_exact_match",
        "em",
        "pass",
        "passed",
        "success",
        "mc1",
        "mc2",
    ];
    SHARES.contains(&bare(metric).as_str()).then_some((0.0, 1.0))
}

/// Whether `metric` is the one the user asked for: all of its name, or the part before the filter.
pub(super) fn is_asked(metric: &str, asked: &str) -> bool {
    metric == asked || metric.split_once(',').is_some_and(|(name, _)| name == asked)
}

fn bare(metric: &str) -> String {
    metric.split(',').next().unwrap_or(metric).trim().to_ascii_lowercase().replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_lie_between_0_and_1() {
        assert_eq!(
            (range("acc,none"), range("Is Correct"), range("score")),
            (Some((0.0, 1.0)), Some((0.0, 1.0)), None)
        );
        assert!(
            is_asked("exact_match,strict-match", "exact_match")
                && is_asked("acc", "acc")
                && !is_asked("acc_norm", "acc")
        );
    }
}
