//! Readers of results that other tools measured, for `lagom compare`.

mod types;

pub use types::{
    CandidateFacts, Columns, Price, PricePer, Reading, Results, Scored, Scores, SeedScores, Source, Summaries,
    SummaryRow,
};
