//! Any program that reads questions as JSON lines and writes answers as JSON lines.
//!
//! Five lines of Python put any model on the ladder:
//!
//! ```python
//! import json, sys
//! for line in sys.stdin:
//!     question = json.loads(line)
//!     answer = my_model(question["prompt"])
//!     print(json.dumps({"id": question["id"], "text": answer}))
//! ```
//!
//! **In**, one object a line: `id` (a number), `prompt` (a text; the messages of a chat are joined by empty lines),
//! `messages` (the same as a list of `role` and `content`), `temperature`, `top_p`, `seed`, `max_tokens`, `stop` (a list),
//! `repeat`, and, where likelihoods are wanted, `continuations` (a list of texts).
//!
//! **Out**, one object a line, in any order: `id` and `text`; or `id` and `log_probabilities` (natural logarithms, one a
//! continuation); or `id` and `error` (a text: the question has no answer). Besides, as known: `finish` (`stop`, `length`,
//! `refused`), `prompt_tokens`, `tokens` (of the answer), `continuation_tokens` and `greedy` (lists, one a continuation).
//!
//! The program is started once, or several times side by side, is told the end by the end of its standard input, and
//! is killed with all that it started when it says nothing for too long. Logs go to standard error: a line on
//! standard output that is no answer fails the question that has waited longest. (`PYTHONUNBUFFERED` is set, so that Python
//! need not flush.)

mod ask;
mod backend;
mod find;
mod protocol;
mod running;
mod settings;

pub use ask::Started;
pub use backend::CommandBackend;
pub use settings::Program;
