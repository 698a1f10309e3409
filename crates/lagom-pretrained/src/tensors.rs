//! Tensors in safetensors' format: headers checked first, numbers read as `f32`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use safetensors::Dtype;
use safetensors::tensor::Metadata;

use crate::error::WeightsError;

/// Longest header that is read: the format's own bound.
const LONGEST_HEADER: u64 = 100_000_000;

/// The file that holds all weights.
const SINGLE: &str = "model.safetensors";

/// The file that says which shard holds which tensor.
const INDEX: &str = "model.safetensors.index.json";

/// Bytes that are looked at together; a whole number of every type of numbers.
const PART: usize = 1 << 20;

/// Where a tensor is, and what.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    file: usize,
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<usize>,
    from: u64,
    bytes: usize,
}

impl Place {
    /// How many numbers it has.
    pub(crate) fn count(&self) -> usize {
        self.shape.iter().product()
    }
}

/// The tensors of a folder: what their headers say.
#[derive(Debug, Clone)]
pub(crate) struct Tensors {
    folder: PathBuf,
    files: Vec<PathBuf>,
    places: BTreeMap<String, Place>,
    /// Bytes of all files.
    pub(crate) bytes: u64,
}

#[derive(serde::Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

fn unreadable(file: &Path) -> impl FnOnce(std::io::Error) -> WeightsError + '_ {
    move |error| WeightsError::Unreadable { file: file.into(), error }
}

/// The header of a file, where its numbers begin, and its length.
fn header(file: &Path) -> Result<(Metadata, u64, u64), WeightsError> {
    let mut open = File::open(file).map_err(unreadable(file))?;
    let length = open.metadata().map_err(unreadable(file))?.len();
    let malformed =
        |found: String, expected: &str| WeightsError::Malformed { file: file.into(), found, expected: expected.into() };
    let mut first = [0; 8];
    open.read_exact(&mut first)
        .map_err(|_| malformed(format!("{length} bytes"), "a header of safetensors, which has at least 8"))?;
    let size = u64::from_le_bytes(first);
    if size > LONGEST_HEADER || size + 8 > length {
        return Err(malformed(
            format!("a header of {size} bytes in a file of {length}"),
            "a whole file in safetensors' format",
        ));
    }
    let mut text = vec![0; size as usize];
    open.read_exact(&mut text).map_err(unreadable(file))?;
    let header: Metadata = serde_json::from_slice(&text)
        .map_err(|error| malformed(format!("a header that cannot be read ({error})"), "safetensors' format"))?;
    let needed = 8 + size + header.data_len() as u64;
    if needed != length {
        let what = if needed > length { "the file is cut off" } else { "more than its header tells of" };
        return Err(malformed(format!("{length} bytes: {what}"), &format!("{needed}")));
    }
    Ok((header, 8 + size, length))
}

impl Tensors {
    /// Looks at the headers of a folder's weights, in one file or in shards.
    pub(crate) fn open(folder: &Path) -> Result<Self, WeightsError> {
        let mut found = Self { folder: folder.into(), files: Vec::new(), places: BTreeMap::new(), bytes: 0 };
        if folder.join(SINGLE).is_file() {
            found.add(SINGLE)?;
            return Ok(found);
        }
        let index = folder.join(INDEX);
        if !index.is_file() {
            return Err(WeightsError::Missing {
                folder: folder.into(),
                file: SINGLE.into(),
                needed: format!("the weights, whole or in shards with `{INDEX}`"),
            });
        }
        let text = std::fs::read(&index).map_err(unreadable(&index))?;
        let map: Index = serde_json::from_slice(&text).map_err(|error| WeightsError::Malformed {
            file: index.clone(),
            found: error.to_string(),
            expected: "`weight_map` from tensors to files".into(),
        })?;
        for shard in map.weight_map.values().collect::<BTreeSet<_>>() {
            let plain = Path::new(shard).components().count() == 1 && !shard.contains("..");
            if !plain {
                return Err(WeightsError::Malformed {
                    file: index,
                    found: format!("shard `{shard}`"),
                    expected: "the name of a file in the same folder".into(),
                });
            }
            if !folder.join(shard).is_file() {
                return Err(WeightsError::Missing {
                    folder: folder.into(),
                    file: shard.clone(),
                    needed: format!("a shard that `{INDEX}` names"),
                });
            }
            found.add(shard)?;
        }
        for (tensor, shard) in &map.weight_map {
            let place = found.places.get(tensor);
            if place.is_none_or(|place| found.files[place.file] != folder.join(shard)) {
                return Err(WeightsError::Tensor {
                    file: folder.join(shard),
                    tensor: tensor.clone(),
                    found: "missing".into(),
                    expected: format!("there, as `{INDEX}` says"),
                });
            }
        }
        Ok(found)
    }

    fn add(&mut self, name: &str) -> Result<(), WeightsError> {
        let file = self.folder.join(name);
        let (header, start, length) = header(&file)?;
        for (name, info) in header.tensors() {
            let (from, to) = info.data_offsets;
            let place = Place {
                file: self.files.len(),
                dtype: info.dtype,
                shape: info.shape.clone(),
                from: start + from as u64,
                bytes: to - from,
            };
            self.places.insert(name, place);
        }
        self.files.push(file);
        self.bytes += length;
        Ok(())
    }

    /// The files, in the order of their names.
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// What is known of a tensor.
    pub(crate) fn place(&self, name: &str) -> Option<&Place> {
        self.places.get(name)
    }

    /// The names of all tensors, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    fn fault(&self, name: &str, found: String, expected: String) -> WeightsError {
        let file = self.places.get(name).map_or(&self.folder, |place| &self.files[place.file]);
        WeightsError::Tensor { file: file.clone(), tensor: name.into(), found, expected }
    }

    /// The place of a tensor of that shape whose numbers can be read as weights.
    ///
    /// # Errors
    ///
    /// If it is missing or of another shape or type.
    pub(crate) fn expect(&self, name: &str, shape: &[usize]) -> Result<&Place, WeightsError> {
        let place = self
            .places
            .get(name)
            .ok_or_else(|| self.fault(name, "missing".into(), format!("one of shape {shape:?}")))?;
        if place.shape != shape {
            return Err(self.fault(name, format!("of shape {:?}", place.shape), format!("{shape:?}")));
        }
        if !matches!(place.dtype, Dtype::F32 | Dtype::F16 | Dtype::BF16) {
            return Err(self.fault(name, format!("of type {:?}", place.dtype), "F32, F16 or BF16".into()));
        }
        Ok(place)
    }

    /// The raw bytes of a tensor, and its place.
    pub(crate) fn raw(&self, name: &str) -> Result<(&Place, Vec<u8>), WeightsError> {
        let place = self.places.get(name).ok_or_else(|| self.fault(name, "missing".into(), "there".into()))?;
        let file = &self.files[place.file];
        let mut open = File::open(file).map_err(unreadable(file))?;
        open.seek(SeekFrom::Start(place.from)).map_err(unreadable(file))?;
        let mut bytes = vec![0; place.bytes];
        open.read_exact(&mut bytes).map_err(unreadable(file))?;
        Ok((place, bytes))
    }

    /// Puts the numbers of a tensor of that shape behind others, row-major.
    ///
    /// # Errors
    ///
    /// If it is missing, of another shape or type, or cannot be read.
    pub(crate) fn read(&self, name: &str, shape: &[usize], into: &mut Vec<f32>) -> Result<(), WeightsError> {
        self.expect(name, shape)?;
        self.append(name, into)
    }

    /// The numbers of a tensor of any shape and any type of numbers, row-major.
    pub(crate) fn numbers(&self, name: &str) -> Result<Vec<f32>, WeightsError> {
        let mut numbers = Vec::with_capacity(self.place(name).map_or(0, Place::count));
        self.append(name, &mut numbers)?;
        Ok(numbers)
    }

    fn append(&self, name: &str, into: &mut Vec<f32>) -> Result<(), WeightsError> {
        self.in_parts(name, |part| into.extend(part))
    }

    /// Refuses a tensor with a number that is none, or infinite; nothing of it is kept.
    ///
    /// # Errors
    ///
    /// If there is one, or the file cannot be read.
    pub(crate) fn check_finite(&self, name: &str) -> Result<(), WeightsError> {
        self.in_parts(name, |_| ())
    }

    /// The numbers of a tensor, part by part, so that its bytes are never in memory beside them.
    ///
    /// # Errors
    ///
    /// If it is missing, holds no numbers or one that is none or infinite, or cannot be read.
    fn in_parts(&self, name: &str, mut take: impl FnMut(Vec<f32>)) -> Result<(), WeightsError> {
        let place = self.places.get(name).ok_or_else(|| self.fault(name, "missing".into(), "there".into()))?;
        let file = &self.files[place.file];
        let mut open = File::open(file).map_err(unreadable(file))?;
        open.seek(SeekFrom::Start(place.from)).map_err(unreadable(file))?;
        let size = place.bytes / place.count().max(1);
        let mut left = place.bytes;
        let mut bytes = Vec::new();
        while left > 0 {
            bytes.resize(left.min(PART), 0);
            open.read_exact(&mut bytes).map_err(unreadable(file))?;
            let numbers = decoded(place.dtype, &bytes).ok_or_else(|| {
                self.fault(name, format!("of type {:?}", place.dtype), "F32, F16, BF16, F64 or I8".into())
            })?;
            if let Some(at) = numbers.iter().position(|number| !number.is_finite()) {
                return Err(self.unreal(name, (place.bytes - left) / size.max(1) + at, numbers[at]));
            }
            take(numbers);
            left -= bytes.len();
        }
        Ok(())
    }

    fn unreal(&self, name: &str, at: usize, number: f32) -> WeightsError {
        let what = if number.is_nan() { "not a number (NaN)" } else { "infinite" };
        self.fault(name, format!("of numbers of which one, at {at} from 0, is {what}"), "finite numbers".into())
    }

    /// The whole numbers of a tensor, none of them negative.
    pub(crate) fn indices(&self, name: &str) -> Result<Vec<u32>, WeightsError> {
        let (place, bytes) = self.raw(name)?;
        let whole: Option<Vec<u32>> = match place.dtype {
            Dtype::I32 | Dtype::U32 => words(&bytes).map(|b| u32::try_from(i32::from_le_bytes(b)).ok()).collect(),
            Dtype::I64 | Dtype::U64 => words(&bytes).map(|b| u32::try_from(i64::from_le_bytes(b)).ok()).collect(),
            _ => None,
        };
        whole.ok_or_else(|| self.fault(name, format!("of type {:?}", place.dtype), "whole numbers from 0".into()))
    }
}

/// Bytes in groups of `N`.
pub(crate) fn words<const N: usize>(bytes: &[u8]) -> impl Iterator<Item = [u8; N]> + '_ {
    bytes.chunks_exact(N).map(|chunk| {
        let mut word = [0; N];
        word.copy_from_slice(chunk);
        word
    })
}

/// Bytes of a type as numbers; none for types that hold no weights.
pub(crate) fn decoded(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    Some(match dtype {
        Dtype::F32 => words(bytes).map(f32::from_le_bytes).collect(),
        Dtype::F16 => words(bytes).map(|b| f16::from_le_bytes(b).to_f32()).collect(),
        Dtype::BF16 => words(bytes).map(|b| bf16::from_le_bytes(b).to_f32()).collect(),
        Dtype::F64 => words(bytes).map(|b| f64::from_le_bytes(b) as f32).collect(),
        Dtype::I8 => bytes.iter().map(|b| f32::from(b.cast_signed())).collect(),
        _ => return None,
    })
}
