//! Bytes: the size of the file.

use super::about::{About, Heading, Imported, Words};
use super::cost::Cost;
use super::figures::Figures;
use super::unit::Unit;

/// The size of the file, in bytes.
pub struct Bytes;

impl Cost for Bytes {
    fn about(&self) -> &'static About {
        &About {
            name: "bytes",
            key: "bytes",
            option: "max-bytes",
            ratio: "bytes",
            unit: Unit::Bytes,
            timed: false,
            declared: true,
            noisy: false,
            probe: None,
            imported: Some(Imported { option: "max-bytes", limit: "the most bytes, such as \"16 GB\"" }),
            usual: true,
            limit: "the largest file",
            example: "1 MB",
            cheap: "a small file",
            meaning: None,
            noun: "file size",
            at_most: "a file of {}",
            column: Some(Heading { title: "size", short: "size" }),
            // The plot of the parameters says as much.
            chart: None,
            row: Some(Words { label: "size", detail: "", less: "smaller", more: "larger" }),
        }
    }

    fn of(&self, figures: &Figures) -> Option<f64> {
        figures.bytes.map(|bytes| bytes as f64)
    }
}
