//! Sizes, counts and durations as people write them: `64 MB`, `1 GiB`, `2M`, `50k`, `5 ms`.
//!
//! | of | read | printed by |
//! |---|---|---|
//! | bytes | [`parse_bytes`]: `B`, `kB`, `MB`, `GB`, `TB` (powers of 1000), `KiB`, `MiB`, `GiB`, `TiB` (of 1024) | [`human_bytes`] |
//! | counts | [`parse_count`]: plain, `k`, `M`, `G` or `B` (thousand millions), `T`, `1e6` | [`human_count`], [`grouped_count`] |
//! | amounts beyond counting | [`parse_amount`]: units as of counts, need not be whole | |
//! | durations | [`parse_duration`]: `ns`, `us` or `µs`, `ms`, `s`, `min`, `h` | [`human_duration`] |

mod number;
mod parse;
mod print;

pub use parse::{UnitError, parse_amount, parse_bytes, parse_count, parse_duration, parse_number};
pub use print::{grouped_count, human_amount, human_bytes, human_count, human_duration};
