//! Files that are no text: gzip, zip archives, Parquet, headers of GGUF files.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A zip archive with members packed by a method: 0 none, 8 deflate, 93 zstd, which Inspect writes.
pub(super) fn zip(members: &[(&str, &[u8])], method: u16) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let packed = match method {
            8 => {
                let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
                packer.write_all(content).unwrap();
                packer.finish().unwrap()
            }
            93 => zstd::encode_all(*content, 1).unwrap(),
            _ => content.to_vec(),
        };
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let at = bytes.len() as u32;
        let mut common = vec![0, 0];
        common.extend(method.to_le_bytes());
        common.extend([0; 4]);
        common.extend(crc.sum().to_le_bytes());
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend((content.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        bytes.extend(b"PK\x03\x04\x14\x00");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\x00\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, size, count) = (bytes.len() as u32, directory.len() as u32, members.len() as u16);
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

/// Rows `a,b,colour,y` as Parquet: numbers as doubles, texts as strings, the colour optional.
pub(super) fn parquet(rows: &[[String; 4]], packed: bool) -> Vec<u8> {
    let schema =
        "message m { required double a; required double b; optional binary colour (UTF8); required binary y (UTF8); }";
    let compression = if packed { Compression::ZSTD(ZstdLevel::default()) } else { Compression::UNCOMPRESSED };
    let properties = WriterProperties::builder().set_compression(compression).set_dictionary_enabled(packed).build();
    let mut bytes = Vec::new();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap();
    for rows in rows.chunks(rows.len().div_ceil(2)) {
        let mut group = writer.next_row_group().unwrap();
        for at in 0..2 {
            let numbers: Vec<f64> = rows.iter().map(|row| row[at].parse().unwrap()).collect();
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<DoubleType>().write_batch(&numbers, None, None).unwrap();
            column.close().unwrap();
        }
        let texts = |at: usize| rows.iter().map(|row| ByteArray::from(row[at].as_str())).collect::<Vec<_>>();
        // Every seventh colour is missing.
        let levels: Vec<i16> = (0..rows.len()).map(|row| i16::from(row % 7 != 3)).collect();
        let there: Vec<ByteArray> =
            texts(2).into_iter().zip(&levels).filter(|(_, level)| **level == 1).map(|(text, _)| text).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&there, Some(&levels), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&texts(3), None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

/// A GGUF file of two layers without a weight that is not 0.
pub(super) fn gguf() -> Vec<u8> {
    let text = |value: &str| [&(value.len() as u64).to_le_bytes(), value.as_bytes()].concat();
    let number = |value: u32| [&4_u32.to_le_bytes()[..], &value.to_le_bytes()].concat();
    let word = |value: &str| [&8_u32.to_le_bytes()[..], &text(value)].concat();
    let tokens: Vec<u8> = (0..16).flat_map(|token| text(&format!("t{token}"))).collect();
    let list = [&9_u32.to_le_bytes()[..], &8_u32.to_le_bytes(), &16_u64.to_le_bytes(), &tokens].concat();
    let keys = [
        ("general.architecture", word("llama")),
        ("general.name", word("tiny")),
        ("general.file_type", number(0)),
        ("llama.context_length", number(64)),
        ("llama.block_count", number(2)),
        ("llama.embedding_length", number(8)),
        ("llama.attention.head_count", number(4)),
        ("llama.attention.head_count_kv", number(2)),
        ("tokenizer.ggml.model", word("llama")),
        ("tokenizer.ggml.tokens", list),
        ("tokenizer.chat_template", word("{% for m in messages %}{{ m.content }}{% endfor %}")),
    ];
    let tensors = [
        ("token_embd.weight", vec![8_u64, 16]),
        ("blk.0.attn_q.weight", vec![8, 8]),
        ("blk.1.attn_q.weight", vec![8, 8]),
    ];
    let mut bytes = b"GGUF\x03\0\0\0".to_vec();
    bytes.extend((tensors.len() as u64).to_le_bytes());
    bytes.extend((keys.len() as u64).to_le_bytes());
    keys.iter().for_each(|(key, value)| bytes.extend([text(key), value.clone()].concat()));
    let mut offset = 0_u64;
    for (name, shape) in tensors {
        bytes.extend(text(name));
        bytes.extend((shape.len() as u32).to_le_bytes());
        shape.iter().for_each(|length| bytes.extend(length.to_le_bytes()));
        bytes.extend([&0_u32.to_le_bytes()[..], &offset.to_le_bytes()].concat());
        offset += 4 * shape.iter().product::<u64>();
    }
    bytes.resize(bytes.len().next_multiple_of(32) + offset as usize, 0);
    bytes
}
