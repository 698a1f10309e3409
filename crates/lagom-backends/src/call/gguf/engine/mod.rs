//! The model itself, in the worker process: the only place that knows `llama-cpp-2`.
//!
//! ```text
//! serve: Setup -> Engine (model, context, template) -> Question -> generate | likelihood -> Reply
//! ```

mod generate;
mod likelihood;
mod load;
mod prompt;
mod serve;
mod template;
#[cfg(test)]
mod tests;
mod tokens;
mod windows;

pub use serve::serve;
