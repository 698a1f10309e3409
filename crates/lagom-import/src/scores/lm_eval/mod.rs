//! lm-evaluation-harness (EleutherAI): logs of samples, and results.
//!
//! Layouts as written by `lm_eval/loggers/evaluation_tracker.py` and `lm_eval/evaluator.py` (0.4):
//! `save_results_samples` writes `MODEL/samples_TASK_DATE.jsonl` with `doc_id`, `doc`, `target`, `filter`, `metrics`,
//! `doc_hash` and one key for each metric; `save_results_aggregated` writes `MODEL/results_DATE.json` beside it with
//! `results` (`"acc,none"`, `"acc_stderr,none"`), `model_name`, `n-samples`, `higher_is_better`, `group_subtasks`.
//! Before 0.4 the results hold `acc` and `acc_stderr`, and the model in `config.model_args`. In a folder's name `/`
//! is written `__`.

mod results;
mod samples;

pub(super) use results::{Means, Measured};
pub(super) use samples::read as read_samples;
