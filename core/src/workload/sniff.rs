//! Which format a file has, by its first bytes and its first line.

use super::draft::Format;
use super::error::{FORMATS, LONGEST_RECORD, excerpt};
use super::reader::ReadOptions;
use super::sharegpt::ShareGpt;
use super::{Place, WorkloadError};
use crate::block;

/// Beginnings of files that are often taken for a trace, what they are, and what to do about it.
const OTHERS: [(&[u8], &str, &str); 9] = [
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"PK\x03\x04", "a zip archive", "unpack it first"),
    (
        b"\x28\xb5\x2f\xfd",
        "a Zstandard archive",
        "unpack it first",
    ),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ\0", "an xz archive", "unpack it first"),
    (b"\x89PNG", "a PNG image", FORMATS),
    (
        b"PAR1",
        "a Parquet file",
        "export it as JSON lines or CSV first",
    ),
    (b"\xff\xfe", "UTF-16 text", "save it as UTF-8 first"),
    (b"\xfe\xff", "UTF-16 text", "save it as UTF-8 first"),
];
/// Bytes that tell all of those apart.
const MAGIC: usize = 6;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The parser of a file, and how many of its bytes come before the text.
pub(super) struct Recognised {
    pub(super) format: Box<dyn Format>,
    pub(super) skip: usize,
}

/// The format of a file that begins with `head`; `None` if more is needed.
pub(super) fn format(
    head: &[u8],
    at_end: bool,
    options: &ReadOptions,
) -> Result<Option<Recognised>, WorkloadError> {
    if head.len() < MAGIC && !at_end {
        return Ok(None);
    }
    for (magic, found, advice) in OTHERS {
        if head.starts_with(magic) {
            return Err(WorkloadError::Kind { found, advice });
        }
    }
    if !block::SIZES.contains(&options.block_size) {
        return Err(WorkloadError::BlockSize {
            asked: options.block_size,
            what: "any cache".to_owned(),
            allowed: format!("{} to {}", block::SIZES.start(), block::SIZES.end()),
        });
    }
    let bom = if head.starts_with(BOM) { BOM.len() } else { 0 };
    let text = &head[bom..];
    let Some(start) = text.iter().position(|byte| !byte.is_ascii_whitespace()) else {
        return if at_end {
            Err(WorkloadError::Empty)
        } else {
            Ok(None)
        };
    };
    if text[start] == b'[' {
        return Ok(Some(Recognised {
            format: Box::new(ShareGpt::new(options)),
            skip: bom,
        }));
    }
    let line = match text[start..].iter().position(|&byte| byte == b'\n') {
        Some(end) => &text[start..start + end],
        None if at_end => &text[start..],
        None if head.len() > LONGEST_RECORD => {
            return Err(WorkloadError::TooLong {
                place: Place::Line(1),
            });
        }
        None => return Ok(None),
    };
    let line = core::str::from_utf8(line).map_err(|error| WorkloadError::NotUtf8 {
        offset: (bom + start + error.valid_up_to()) as u64,
    })?;
    by_first_line(line.trim_end(), options).map(|format| Some(Recognised { format, skip: bom }))
}

fn by_first_line(line: &str, _options: &ReadOptions) -> Result<Box<dyn Format>, WorkloadError> {
    Err(WorkloadError::Unknown {
        found: excerpt(line),
    })
}
