//! Which format a file has, by its first bytes and its first line.

use super::frame::{Array, Dialogue, JsonLines, LINE, PlainText, Table, Whole, dialogue};
use super::lines::{Lines, syntax};
use super::message::is_message;
use super::requests::{Requests, Undecided, aside};
use super::results::{self, AiPerf};
use super::sessions::Sessions;
use crate::block;
use crate::json::{self, Value};
use crate::words::excerpt;
use crate::workload::draft::Format;
use crate::workload::error::{FORMATS, LONGEST_RECORD};
use crate::workload::reader::ReadOptions;
use crate::workload::reading::Role;
use crate::workload::trace::Trace;
use crate::workload::{Place, WorkloadError};
use memchr::{memchr, memchr_iter, memrchr};

/// Beginnings of files that are often given for a trace and are none: what they are, and what to do about it.
const OTHERS: [(&[u8], &str, &str); 9] = [
    (
        b"\x1f\x8b",
        "a gzip archive in a gzip archive",
        "unpack it first: gunzip FILE",
    ),
    (
        b"PK\x03\x04",
        "a zip archive",
        "unpack it first: unzip FILE",
    ),
    (
        b"\x28\xb5\x2f\xfd",
        "a Zstandard archive",
        "unpack it first: zstd -d FILE",
    ),
    (b"BZh", "a bzip2 archive", "unpack it first: bunzip2 FILE"),
    (b"\xfd7zXZ\0", "an xz archive", "unpack it first: unxz FILE"),
    (b"\x89PNG", "a PNG image", FORMATS),
    (
        b"PAR1",
        "a Parquet file",
        "export it first: duckdb -c \"copy 'FILE' to 'out.jsonl' (format json)\"",
    ),
    (b"\xff\xfe", "UTF-16 text", "save it as UTF-8 first"),
    (b"\xfe\xff", "UTF-16 text", "save it as UTF-8 first"),
];
/// A first line that begins with `[` is looked at as a whole up to this length \[bytes\]: it may be a chat by itself.
const LONGEST_CHAT: usize = 1 << 20;
/// The number of first bytes that tell these files apart.
const MAGIC: usize = 6;
/// A byte order mark, which some editors put before UTF-8 text.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The parser of a file, with what came before its text.
pub(in crate::workload) struct Recognised {
    pub(in crate::workload) format: Box<dyn Format>,
    /// The text from the first line that is not blank.
    pub(in crate::workload) text: Vec<u8>,
    /// The number of bytes before `text`.
    pub(in crate::workload) bytes: u64,
    /// The number of lines before `text`.
    pub(in crate::workload) lines: u64,
}

/// The first bytes of a file, until they show its format. However small the pieces, every byte is looked at once.
#[derive(Debug, Default)]
pub(in crate::workload) struct Head {
    /// The bytes from the file's beginning, or from the first line that may not be blank.
    bytes: Vec<u8>,
    /// Whether the bytes were searched for magic numbers and a byte order mark.
    begun: bool,
    /// The number of bytes before `bytes`.
    dropped: u64,
    /// The number of lines before `bytes`.
    lines: u64,
    /// The number of blank bytes at the beginning of `bytes`.
    blank: usize,
    /// The number of bytes in which the end of the first line was not found.
    searched: usize,
}

impl Head {
    /// Takes the next bytes; returns the format, if they show it.
    pub(in crate::workload) fn push(
        &mut self,
        bytes: &[u8],
        options: &ReadOptions,
    ) -> Result<Option<Recognised>, WorkloadError> {
        self.bytes.extend_from_slice(bytes);
        self.format(false, options)
    }

    /// The format of a file that has no more bytes.
    pub(in crate::workload) fn finish(
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
        let json = |line: &[u8]| !plain(options) || named_line(line);
        if text[0] == b'[' && text.len() > LONGEST_CHAT && json(text) {
            return Ok(Some(self.recognised(Box::new(Array::new(options)))));
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
        if line[0] == b'[' && json(line) {
            let format = array(line, options)?;
            return Ok(Some(self.recognised(format)));
        }
        let line = &self.bytes[..end];
        let line = core::str::from_utf8(line).map_err(|error| WorkloadError::NotUtf8 {
            line: self.lines + 1,
            offset: self.dropped + error.valid_up_to() as u64,
        })?;
        let format = by_first_line(self.lines + 1, line, options)
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

    /// Drops blank lines and passes blanks after them; returns whether something else follows.
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

/// The parser of a file that begins with this line, with the blanks around it.
fn by_first_line(
    number: u64,
    whole: &str,
    options: &ReadOptions,
) -> Result<Box<dyn Format>, WorkloadError> {
    let place = Place::Line(number);
    let line = whole.trim();
    if !line.starts_with('{') || (plain(options) && !named_line(line.as_bytes())) {
        return text(place, whole, options);
    }
    let row = match json::parse(line) {
        Ok(row) => row,
        // The line is the beginning of an object over several lines.
        Err(fault) if fault.cut => return Ok(Box::new(Whole::new(options))),
        Err(fault) => return Err(syntax(place, &fault)),
    };
    let is_trace = match row.get("schema") {
        Some(Value::Text(schema)) => schema.read().starts_with("warmpath.trace/"),
        _ => false,
    };
    if is_trace || (row.get("schema").is_some() && row.get("block_size").is_some()) {
        no_columns("a Warmpath trace", options)?;
        return Ok(Box::new(Lines::new(Trace::new(number, line, options)?)));
    }
    if row.get("steps").is_some() {
        no_columns("a file of generated sessions", options)?;
        return Ok(Box::new(Lines::new(Sessions::new(options))));
    }
    if results::is_result(&row) {
        return Ok(Box::new(Whole::new(options)));
    }
    if let Some(records) = AiPerf::recognise(&row, options)? {
        return Ok(Box::new(Lines::new(records)));
    }
    if aside(&row).is_some() && !Whole::around(&row) {
        let rows = Box::new(Undecided::new(options));
        return Ok(Box::new(Lines::new(JsonLines(rows))));
    }
    match Requests::recognise(&row, options)? {
        Some(requests) => Ok(Box::new(Lines::new(JsonLines(Box::new(requests))))),
        None if Whole::around(&row) => Ok(Box::new(Whole::new(options))),
        None => Err(no_request(place, &row)),
    }
}

/// The parser of a JSON array, or of lines that are each a chat in an array.
fn array(line: &[u8], options: &ReadOptions) -> Result<Box<dyn Format>, WorkloadError> {
    let line = core::str::from_utf8(line).unwrap_or_default();
    let chat = json::parse(line).ok().filter(|value| match value {
        Value::List(list) => list.first().is_some_and(is_message),
        _ => false,
    });
    let requests = match &chat {
        Some(chat) => Requests::recognise(chat, options)?,
        None => None,
    };
    Ok(match requests {
        Some(requests) => Box::new(Lines::new(JsonLines(Box::new(requests)))),
        None => Box::new(Array::new(options)),
    })
}

/// The parser of a table, or of plain text.
fn text(
    place: Place,
    whole: &str,
    options: &ReadOptions,
) -> Result<Box<dyn Format>, WorkloadError> {
    let line = whole.trim();
    let unknown = || WorkloadError::Unknown {
        place,
        found: excerpt(line),
    };
    let plain = plain(options);
    if !plain && dialogue::begins(line) {
        return Ok(Box::new(Dialogue::new(options)));
    }
    if !plain && access_log(line) {
        return Err(WorkloadError::Kind {
            found: "an access log, which holds no tokens",
            advice: "have the gateway write JSON with token counts, and name its fields with --map",
        });
    }
    if !plain && numbers(line) {
        return Err(WorkloadError::Kind {
            found: "a table without names",
            advice: "put a first line of names before it, such as time,input_tokens,output_tokens",
        });
    }
    let table = match plain {
        true => None,
        false => Table::recognise(place, whole, options)?,
    };
    if let Some(table) = table {
        return Ok(Box::new(Lines::new(table)));
    }
    // A line with markup or control characters is no prompt that a person wrote.
    let written = !line.starts_with('<')
        && !line.chars().any(char::is_control)
        && line.contains(char::is_alphabetic);
    match PlainText::new(options)? {
        Some(prompts) if plain || (written && line.contains(' ')) => {
            Ok(Box::new(Lines::new(prompts)))
        }
        _ => Err(unknown()),
    }
}

/// Whether an option says that the file is plain text.
fn plain(options: &ReadOptions) -> bool {
    options.reading.map.column(Role::Prompt) == Some(LINE)
}

/// Whether the first line of JSON may have a field of the name by which that option calls lines.
fn named_line(line: &[u8]) -> bool {
    line.windows(6).any(|it| it == b"\"line\"")
}

/// Checks that no option names the columns of a file that has none to name.
fn no_columns(what: &str, options: &ReadOptions) -> Result<(), WorkloadError> {
    match options.reading.map.0.first() {
        None => Ok(()),
        Some((role, column)) => Err(WorkloadError::Nothing(format!(
            "{what} has no column `{}`, which --map says holds {}",
            excerpt(column),
            role.word()
        ))),
    }
}

/// Whether a line is one of a web server's access log: a request line of HTTP in quotes with the answer's status behind it, or
/// with several numbers before it, as HAProxy and cloud load balancers write it.
fn access_log(line: &str) -> bool {
    let methods = ["\"GET ", "\"POST ", "\"PUT ", "\"HEAD ", "\"OPTIONS "];
    let number = |word: &str| word.bytes().all(|it| it.is_ascii_digit());
    let is = |begins: &&str| {
        let Some((before, asked)) = line.split_once(*begins) else {
            return false;
        };
        let ended = asked.split_once('"');
        let Some((_, behind)) = ended.filter(|it| it.0.contains(" HTTP/")) else {
            return false;
        };
        let status = behind.split_whitespace().next().unwrap_or_default();
        let numbers = before.split_whitespace().filter(|it| number(it));
        (status.len() == 3 && number(status)) || numbers.count() > 1
    };
    methods.iter().any(is)
}

/// Whether a line consists of numbers only.
fn numbers(line: &str) -> bool {
    let mut cells = 0;
    let mut each = line.split([',', ';', '\t', '|', ' ']).map(str::trim);
    each.all(|cell| {
        cells += 1;
        crate::decimal::real(cell).is_some()
    }) && cells > 1
}

/// The error that no request can be made of a record.
pub(super) fn no_request(place: Place, record: &Value<'_>) -> WorkloadError {
    WorkloadError::Shape {
        place,
        found: fields(record),
        expected: "`messages`, `prompt`, `hash_ids`, lengths such as `input_length`, or --map that names such fields",
    }
}

/// The names of an object's fields, for a message; of another value, its kind.
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

    fn refusal(head: &[u8]) -> String {
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
            (b"\x89PNG\r\n\x1a\n", "a PNG image; expected chats"),
            (b"PK\x03\x04....", "a zip archive; unpack it first"),
            (
                b"\x1f\x8b\x08....",
                "a gzip archive in a gzip archive; unpack it first",
            ),
            (b"\xff\xfe[\0", "UTF-16 text; save it as UTF-8 first"),
            (b"{\"a\": 1, \"b\": 2}", "an object with `a`, `b` found"),
            (b"{]", "line 1, column 2: expected"),
            (b"hello\n", "\"hello\" is no known format"),
            (b"<html lang=en>\n", "is no known format"),
            (b"a,b\xff,c\n", "byte 3 is not UTF-8 text"),
        ] {
            assert!(
                refusal(head).contains(says),
                "{:?}: {}",
                head,
                refusal(head)
            );
        }
        for head in [&b"\xef\xbb\xbf [ ]"[..], b"{\n \"a\": 1}", b"hello world\n"] {
            assert_eq!(refusal(head), "recognised");
        }
        assert_eq!(
            refusal(b"Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type"),
            "recognised"
        );
    }
}
