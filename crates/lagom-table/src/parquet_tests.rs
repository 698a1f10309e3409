//! Parquet column by column: what is read is what is written, whatever the types and the packing, and no page unpacks to
//! more than it may.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, FloatType,
    Int32Type, Int64Type,
};
use parquet::file::metadata::{
    FileMetaData, ParquetMetaDataBuilder, ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData,
};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::*;

const SCHEMA: &str = "message m { optional double x; optional float f; optional int32 i; optional int64 l; \
    required int32 tiny (INT_8); required int64 big (UINT_64); optional boolean b; optional int32 day (DATE); \
    required int64 at (TIMESTAMP(NANOS, true)); optional int32 price (DECIMAL(9, 2)); optional binary name (UTF8); \
    optional fixed_len_byte_array(2) code; }";

fn put<T: DataType>(group: &mut SerializedRowGroupWriter<'_, std::fs::File>, values: &[T::T], there: Option<&[i16]>) {
    let mut column = group.next_column().expect("a column").expect("one more");
    column.typed::<T>().write_batch(values, there, None).expect("values");
    column.close().expect("written");
}

/// Two groups of three rows.
fn write(path: &Path, properties: WriterProperties) {
    let schema = Arc::new(parse_message_type(SCHEMA).expect("a schema"));
    let file = std::fs::File::create(path).expect("a file");
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).expect("a writer");
    for _ in 0..2 {
        let mut group = writer.next_row_group().expect("a group");
        let two: Option<&[i16]> = Some(&[1, 0, 1]);
        put::<DoubleType>(&mut group, &[1.5, f64::NAN], two);
        put::<FloatType>(&mut group, &[0.1, 1e-20], two);
        put::<Int32Type>(&mut group, &[-7, 0], two);
        put::<Int64Type>(&mut group, &[1, (1 << 53) + 1], two);
        put::<Int32Type>(&mut group, &[-128, 127, 3], None);
        put::<Int64Type>(&mut group, &[-1, 2, 3], None);
        put::<BoolType>(&mut group, &[true, false], two);
        put::<Int32Type>(&mut group, &[0, 19_000], two);
        put::<Int64Type>(&mut group, &[0, 1_500_000_000, -1_000_000_000], None);
        put::<Int32Type>(&mut group, &[12_345, -5], two);
        put::<ByteArrayType>(&mut group, &[ByteArray::from("ä \"b\""), ByteArray::from("")], two);
        let codes = ["k1", "k2"].map(|code| FixedLenByteArray::from(code.as_bytes().to_vec()));
        put::<FixedLenByteArrayType>(&mut group, &codes, two);
        group.close().expect("a group");
    }
    writer.close().expect("a file");
}

/// The columns as they are to be read, each of one group.
const EXPECTED: [(&str, [&str; 3]); 12] = [
    ("x", ["1.5", "", "NaN"]),
    ("f", ["0.1", "", "0.00000000000000000001"]),
    ("i", ["-7", "", "0"]),
    ("l", ["1", "", "9007199254740993"]),
    ("tiny", ["-128", "127", "3"]),
    ("big", ["18446744073709551615", "2", "3"]),
    ("b", ["true", "", "false"]),
    ("day", ["1970-01-01", "", "2022-01-08"]),
    ("at", ["1970-01-01 00:00:00", "1970-01-01 00:00:01.500000000", "1969-12-31 23:59:59"]),
    ("price", ["123.45", "", "-0.05"]),
    ("name", ["ä \"b\"", "", ""]),
    ("code", ["k1", "", "k2"]),
];

fn check(table: &RawTable, groups: usize) {
    assert_eq!((table.rows(), table.columns.len()), (groups * 3, EXPECTED.len()));
    for (name, cells) in EXPECTED {
        let column = table.column(name).expect("the column");
        for row in 0..table.rows() {
            assert_eq!(column.raw(row), Some(cells[row % 3]), "{name}, row {row}");
        }
    }
    let held = |name: &str, row| table.column(name).expect("the column").held(row);
    assert_eq!((held("x", 0), held("x", 1), held("x", 2)), (Held::Number(1.5), Held::Missing, Held::Missing));
    // A float is the number that its own text says.
    assert_eq!((held("f", 0), held("i", 0)), (Held::Number(0.1), Held::Number(-7.0)));
    // A whole number that no `f64` holds makes its column one of text.
    assert_eq!(held("l", 2), Held::Text("9007199254740993"));
}

fn file(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("a.parquet")
}

#[test]
fn every_type_and_packing_is_read_whole_and_in_parts() {
    let folder = tempfile::tempdir().expect("a folder");
    let packings = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ];
    for packing in packings {
        for (version, dictionary) in [(WriterVersion::PARQUET_1_0, true), (WriterVersion::PARQUET_2_0, false)] {
            let properties = WriterProperties::builder().set_compression(packing).set_writer_version(version);
            write(&file(&folder), properties.set_dictionary_enabled(dictionary).build());
            check(&read(&file(&folder), &ReadOptions::default()).expect("a table"), 2);
            let mut parts = 0;
            let mut take = |table: RawTable| -> Result<(), ReadError> {
                check(&table, 1);
                parts += 1;
                Ok(())
            };
            read_in_parts(&file(&folder), &ReadOptions::default(), &mut take).expect("two groups");
            assert_eq!(parts, 2);
        }
    }
}

#[test]
fn a_footer_that_claims_more_rows_than_there_are_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    write(&file(&folder), WriterProperties::builder().build());
    let whole = std::fs::read(file(&folder)).expect("bytes");
    let known =
        ParquetMetaDataReader::new().parse_and_finish(&std::fs::File::open(file(&folder)).expect("it")).expect("it");
    let rows = 1 << 40;
    let facts = known.file_metadata();
    let facts = FileMetaData::new(facts.version(), 2 * rows, None, None, facts.schema_descr_ptr(), None);
    let group = |group: &RowGroupMetaData| group.clone().into_builder().set_num_rows(rows).build().expect("a group");
    let groups = known.row_groups().iter().map(group).collect();
    let claimed = ParquetMetaDataBuilder::new(facts).set_row_groups(groups).build();
    let mut bytes = whole;
    ParquetMetaDataWriter::new(&mut bytes, &claimed).finish().expect("a footer");
    std::fs::write(file(&folder), bytes).expect("a file");
    let error = read(&file(&folder), &ReadOptions::default()).expect_err("not so many");
    assert!(error.to_string().contains("found more than 22369621 rows of 12 columns"), "{error}");
    let mut take = |_: RawTable| -> Result<(), ReadError> { Ok(()) };
    let error = read_in_parts(&file(&folder), &ReadOptions::default(), &mut take).expect_err("not so many");
    assert!(error.to_string().contains("fewer rows than the file says"), "{error}");
}

#[test]
fn a_page_that_unpacks_to_too_much_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = ByteArray::from("x".repeat(300 << 20).into_bytes());
    for packing in [Compression::GZIP(GzipLevel::try_new(1).expect("a level")), Compression::SNAPPY] {
        let schema = Arc::new(parse_message_type("message m { required binary a (UTF8); }").expect("a schema"));
        let properties = WriterProperties::builder().set_compression(packing).set_dictionary_enabled(false);
        let properties = properties.set_statistics_enabled(parquet::file::properties::EnabledStatistics::None).build();
        let written = std::fs::File::create(file(&folder)).expect("a file");
        let mut writer = SerializedFileWriter::new(written, schema, Arc::new(properties)).expect("a writer");
        let mut group = writer.next_row_group().expect("a group");
        put::<ByteArrayType>(&mut group, std::slice::from_ref(&text), None);
        group.close().expect("a group");
        writer.close().expect("a file");
        let error = read(&file(&folder), &ReadOptions::default()).expect_err("too large");
        assert!(error.to_string().contains("more than the 268435456 that one may have"), "{error}");
    }
}
