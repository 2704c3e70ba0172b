//! Which format a file has, by its first bytes and its first line.

use super::csv::Csv;
use super::draft::Format;
use super::error::{FORMATS, LONGEST_RECORD};
use super::lines::{Lines, syntax};
use super::mooncake::Mooncake;
use super::reader::ReadOptions;
use super::sessions::Sessions;
use super::sharegpt::ShareGpt;
use super::trace::Trace;
use super::{Place, WorkloadError};
use crate::block;
use crate::json::{self, Value};
use crate::words::excerpt;
use memchr::{memchr, memchr_iter, memrchr};

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
/// A byte order mark, which some editors put before UTF-8 text.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The parser of a file, and what comes before its text.
pub(super) struct Recognised {
    pub(super) format: Box<dyn Format>,
    /// From the first line that is not blank.
    pub(super) text: Vec<u8>,
    /// Bytes before it.
    pub(super) bytes: u64,
    /// Lines before it.
    pub(super) lines: u64,
}

/// The first bytes of a file, until they show its format. However small the pieces, every byte is looked at once.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// From the file's beginning, or from the first line that may not be blank.
    bytes: Vec<u8>,
    /// Whether it has been looked for magic numbers and a byte order mark.
    begun: bool,
    /// Bytes before `bytes`.
    dropped: u64,
    /// Lines before `bytes`.
    lines: u64,
    /// Blank bytes at the beginning of `bytes`.
    blank: usize,
    /// Bytes among which the first line does not end.
    searched: usize,
}

impl Head {
    /// Takes the next bytes. The format, if they show it.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        options: &ReadOptions,
    ) -> Result<Option<Recognised>, WorkloadError> {
        self.bytes.extend_from_slice(bytes);
        self.format(false, options)
    }

    /// The format of a file that has no more bytes.
    pub(super) fn finish(
        &mut self,
        options: &ReadOptions,
    ) -> Result<Option<Recognised>, WorkloadError> {
        self.format(true, options)
    }

    fn format(
        &mut self,
        at_end: bool,
        options: &ReadOptions,
    ) -> Result<Option<Recognised>, WorkloadError> {
        if !self.begun {
            if self.bytes.len() < MAGIC && !at_end {
                return Ok(None);
            }
            self.begin(options)?;
        }
        if !self.pass_blank() {
            return match at_end {
                true => Err(WorkloadError::Empty),
                false => Ok(None),
            };
        }
        let text = &self.bytes[self.blank..];
        if text[0] == b'[' {
            return Ok(Some(self.recognised(Box::new(ShareGpt::new(options)))));
        }
        let place = Place::Line(self.lines + 1);
        let searched = self.searched.max(self.blank);
        let end = match memchr(b'\n', &self.bytes[searched..]) {
            Some(end) => searched + end,
            None if at_end => self.bytes.len(),
            None if text.len() > LONGEST_RECORD => return Err(WorkloadError::TooLong { place }),
            None => {
                self.searched = self.bytes.len();
                return Ok(None);
            }
        };
        let line = &self.bytes[self.blank..end];
        let line = core::str::from_utf8(line).map_err(|error| WorkloadError::NotUtf8 {
            line: self.lines + 1,
            offset: self.dropped + (self.blank + error.valid_up_to()) as u64,
        })?;
        let format = by_first_line(self.lines + 1, line.trim_end(), options)
            .map_err(|error| error.indented(self.blank as u64))?;
        Ok(Some(self.recognised(format)))
    }

    /// Looks at the very first bytes.
    fn begin(&mut self, options: &ReadOptions) -> Result<(), WorkloadError> {
        for (magic, found, advice) in OTHERS {
            if self.bytes.starts_with(magic) {
                return Err(WorkloadError::Kind { found, advice });
            }
        }
        if !block::SIZES.contains(&options.block_size) {
            return Err(WorkloadError::block_size(options.block_size));
        }
        if self.bytes.starts_with(MARK) {
            self.drop_first(MARK.len());
        }
        self.begun = true;
        Ok(())
    }

    /// Drops blank lines and passes blanks after them. Whether something else follows.
    fn pass_blank(&mut self) -> bool {
        let rest = &self.bytes[self.blank..];
        let blank = rest.iter().position(|byte| !byte.is_ascii_whitespace());
        let end = self.blank + blank.unwrap_or(rest.len());
        let begun = memrchr(b'\n', &self.bytes[self.blank..end]);
        self.lines += memchr_iter(b'\n', &self.bytes[self.blank..end]).count() as u64;
        let dropped = begun.map_or(0, |at| self.blank + at + 1);
        self.drop_first(dropped);
        self.blank = end - dropped;
        blank.is_some()
    }

    fn drop_first(&mut self, bytes: usize) {
        if bytes > 0 {
            self.bytes.drain(..bytes);
            self.dropped += bytes as u64;
        }
    }

    fn recognised(&mut self, format: Box<dyn Format>) -> Recognised {
        Recognised {
            format,
            text: core::mem::take(&mut self.bytes),
            bytes: self.dropped,
            lines: self.lines,
        }
    }
}

/// The parser of a format of lines.
fn by_first_line(
    number: u64,
    line: &str,
    options: &ReadOptions,
) -> Result<Box<dyn Format>, WorkloadError> {
    let place = Place::Line(number);
    if !line.starts_with('{') {
        return match Csv::recognise(line, options) {
            Some(csv) => Ok(Box::new(Lines::new(csv))),
            None => Err(WorkloadError::Unknown {
                place,
                found: excerpt(line),
            }),
        };
    }
    let row = json::parse(line).map_err(|fault| match fault.cut {
        true => WorkloadError::Syntax {
            place,
            detail: "the JSON object does not end in its line".to_owned(),
        },
        false => syntax(place, &fault),
    })?;
    let has = |name| row.get(name).is_some();
    let lines = if has("schema") {
        Lines::new(Trace::new(number, line, options)?)
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
        let (mut begun, options) = (Head::default(), ReadOptions::default());
        let pushed = begun.push(head, &options);
        let found = pushed.and_then(|found| match found {
            Some(found) => Ok(Some(found)),
            None => begun.finish(&options),
        });
        match found {
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
            (b"{]", "line 1, column 2: expected"),
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
