//! Models in several files.

use super::super::Header;
use super::writer::Writer;

/// Three files of a model: the first with the keys, all with 32 parameters each.
fn write(folder: &std::path::Path, parts: std::ops::RangeInclusive<u32>) -> std::path::PathBuf {
    for part in parts {
        let file = if part == 1 { Writer::new("llama") } else { Writer::empty() };
        let file = file
            .raw("split.no", 2, &(part as u16 - 1).to_le_bytes())
            .raw("split.count", 2, &3_u16.to_le_bytes())
            .tensor(&format!("blk.{part}.weight"), &[32], 8, 34);
        std::fs::write(folder.join(format!("m-{part:05}-of-00003.gguf")), file.bytes()).unwrap();
    }
    folder.join("m-00001-of-00003.gguf")
}

#[test]
fn all_files_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let header = Header::read(&write(folder.path(), 1..=3)).unwrap();
    assert_eq!((header.files, header.tensors, header.parameters, header.weight_bytes), (3, 3, 96, 102));
    let sizes = (1..=3).map(|part| folder.path().join(format!("m-0000{part}-of-00003.gguf")).metadata().unwrap().len());
    assert_eq!(header.bytes, sizes.sum::<u64>());
}

#[test]
fn a_missing_part_and_a_part_that_is_not_the_first_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let first = write(folder.path(), 1..=2);
    let error = Header::read(&first).unwrap_err().to_string();
    assert!(
        error.contains("a model in 3 files, but ") && error.contains("m-00003-of-00003.gguf is missing"),
        "{error}"
    );
    let error = Header::read(&folder.path().join("m-00002-of-00003.gguf")).unwrap_err().to_string();
    assert!(error.contains("this is part 2 of a model in 3 files"), "{error}");
    std::fs::rename(&first, folder.path().join("renamed.gguf")).unwrap();
    let error = Header::read(&folder.path().join("renamed.gguf")).unwrap_err().to_string();
    assert!(error.contains("expected a name that ends in -00001-of-00003.gguf"), "{error}");
}
