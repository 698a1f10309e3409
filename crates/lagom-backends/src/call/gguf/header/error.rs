//! Why a file could not be read as a GGUF model.

use std::path::PathBuf;

/// Why a file could not be read as a GGUF model, or can't be used as one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are what the texts name")]
pub enum HeaderError {
    /// The operating system failed to open or read it.
    #[error("{}: the file could not be read: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    /// Its first bytes are not those of a GGUF file.
    #[error("{}: found {found}, expected a GGUF file", path.display())]
    NotGguf { path: PathBuf, found: String },
    /// It was written on a big-endian machine, for such a machine.
    #[error("{}: the file is big-endian, expected little-endian", path.display())]
    BigEndian { path: PathBuf },
    /// A version of the format that is not read here.
    #[error("{}: found GGUF version {version}, expected 2 or 3", path.display())]
    Version { path: PathBuf, version: u32 },
    /// It ends too early; `at` is where what was being read begins, in bytes from the start.
    #[error("{}: the file is cut off: it has {size} bytes, and {reading} at byte {at} takes {needed}", path.display())]
    Truncated { path: PathBuf, at: u64, reading: String, needed: u64, size: u64 },
    /// What stands at `at`, in bytes from the start, can't be.
    #[error("{}: at byte {at}: {message}", path.display())]
    Malformed { path: PathBuf, at: u64, message: String },
    /// No architecture is named, so it holds no model.
    #[error("{}: names no architecture, so it holds no model", path.display())]
    NoArchitecture { path: PathBuf },
    /// One part of a model in several files.
    #[error("{}: {message}", path.display())]
    Shard { path: PathBuf, message: String },
    /// The model is bigger than the memory that is free; figures in bytes.
    #[error(
        "{}: the model needs about {} ({} of weights and {} for a context of {context} tokens), and {} are free",
        path.display(), bytes(weights + cache), bytes(*weights), bytes(*cache), bytes(*available)
    )]
    TooBig { path: PathBuf, weights: u64, cache: u64, context: u64, available: u64 },
}

impl HeaderError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Io { .. } => "check the path and the permissions",
            Self::NotGguf { .. } => {
                "name a file that ends in .gguf; weights of other formats are converted by convert_hf_to_gguf.py of llama.cpp"
            }
            Self::BigEndian { .. } => "convert it to little-endian with gguf-convert-endian of llama.cpp",
            Self::Version { .. } => "convert the model again with a current llama.cpp",
            Self::Truncated { .. } => "download or copy the file again, and compare its size with the original",
            Self::Malformed { .. } => "the file is damaged or was written by another tool: fetch or convert it again",
            Self::NoArchitecture { .. } => "name the file with the model itself; this may be an adapter or a matrix",
            Self::Shard { .. } => "put all parts into one folder, under their own names, and name the first",
            Self::TooBig { .. } => "take a smaller quantisation or a shorter context, or free memory",
        }
    }
}

/// A number of bytes in decimal units, with three digits.
fn bytes(count: u64) -> String {
    let (mut value, mut unit) = (count as f64, "bytes");
    for next in ["kB", "MB", "GB", "TB", "PB"] {
        if value < 999.5 {
            break;
        }
        (value, unit) = (value / 1000.0, next);
    }
    let decimals = if unit == "bytes" || value >= 99.95 { 0 } else { usize::from(value < 9.995) + 1 };
    format!("{value:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_have_three_digits() {
        let texts: Vec<String> = [0, 999, 1_000, 9_994, 9_996, 12_345, 999_600, 4_700_000_000].map(bytes).into();
        assert_eq!(texts, ["0 bytes", "999 bytes", "1.00 kB", "9.99 kB", "10.0 kB", "12.3 kB", "1.00 MB", "4.70 GB"]);
        assert_eq!(bytes(u64::MAX), "18447 PB");
    }
}
