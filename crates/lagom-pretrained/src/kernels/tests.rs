//! Each kernel against its mathematics in `f64`.
