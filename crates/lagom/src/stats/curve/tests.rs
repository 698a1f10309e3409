//! Laws with known constants.
