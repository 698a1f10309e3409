//! The pipe to a worker, with scripts in place of models.

mod pipe;
