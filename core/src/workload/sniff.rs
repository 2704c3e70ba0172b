//! Which format a file has, by its first bytes and its first line.

use super::csv::Csv;
use super::draft::Format;
use super::error::{FORMATS, LONGEST_RECORD};
use super::lines::Lines;
use super::mooncake::Mooncake;
use super::reader::ReadOptions;
use super::sessions::Sessions;
use super::sharegpt::ShareGpt;
use super::trace::Trace;
use super::{Place, WorkloadError};
use crate::block;
use crate::json::{self, Value};
use crate::words::excerpt;

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
        return Err(WorkloadError::block_size(options.block_size));
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

/// The parser of a format of lines.
fn by_first_line(line: &str, options: &ReadOptions) -> Result<Box<dyn Format>, WorkloadError> {
    let place = Place::Line(1);
    if !line.starts_with('{') {
        return match Csv::recognise(line, options) {
            Some(csv) => Ok(Box::new(Lines::new(csv))),
            None => Err(WorkloadError::Unknown {
                found: excerpt(line),
            }),
        };
    }
    let row = json::parse(line).map_err(|fault| WorkloadError::Syntax {
        place,
        detail: match fault.cut {
            true => "the JSON object does not end in its line".to_owned(),
            false => fault.to_string(),
        },
    })?;
    let has = |name| row.get(name).is_some();
    let lines = if has("schema") {
        Lines::new(Trace::new(line, options)?)
    } else if has("hash_ids") && has("chat_id") {
        Lines::new(Mooncake::with_chats(options)?)
    } else if has("hash_ids") || has("input_length") {
        Lines::new(Mooncake::with_units_of_512(options)?)
    } else if has("steps") {
        Lines::new(Sessions::new(options))
    } else {
        return Err(WorkloadError::Shape {
            place,
            found: fields(&row),
            expected: "`hash_ids` (Mooncake, Bailian), `steps` (sessions), `schema` (a Warmpath trace), or an array of \
                       conversations (ShareGPT)",
        });
    };
    Ok(Box::new(lines))
}

/// What an object has, for a message; of another value, what it is.
pub(super) fn fields(value: &Value<'_>) -> String {
    let Value::Object(fields) = value else {
        return value.kind().to_owned();
    };
    let shown = fields.iter().take(6);
    let shown: Vec<String> = shown
        .map(|(name, _)| format!("`{}`", excerpt(&name.read())))
        .collect();
    match shown.len() {
        0 => "an object without fields".to_owned(),
        _ => format!("an object with {}", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(head: &[u8]) -> String {
        match format(head, true, &ReadOptions::default()) {
            Ok(_) => "recognised".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn files_of_another_kind_are_named() {
        for (head, says) in [
            (&b""[..], "the file is empty"),
            (b" \n\t ", "the file is empty"),
            (b"\x89PNG\r\n\x1a\n", "a PNG image; expected ShareGPT"),
            (b"PK\x03\x04....", "a zip archive; unpack it first"),
            (b"\x1f\x8b\x08....", "a gzip archive; unpack it first"),
            (b"\xff\xfe[\0", "UTF-16 text; save it as UTF-8 first"),
            (b"{\"a\": 1, \"b\": 2}", "an object with `a`, `b` found"),
            (
                b"{\n \"a\": 1}",
                "line 1: the JSON object does not end in its line",
            ),
            (b"{]", "line 1: "),
            (b"hello world\n", "\"hello world\" is no known format"),
            (b"a,b\xff,c\n", "byte 3 is not UTF-8 text"),
        ] {
            assert!(why(head).contains(says), "{:?}: {}", head, why(head));
        }
        assert_eq!(why(b"\xef\xbb\xbf [ ]"), "recognised");
        assert_eq!(
            why(b"Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type"),
            "recognised"
        );
    }
}
