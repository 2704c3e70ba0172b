//! Reads a Warmpath trace, in the format that the module `trace` describes and writes.

use super::{COLUMNS, FIELDS, Header, LABELS, REPLICA, SCHEMA};
use crate::block;
use crate::json::{self, Value};
use crate::request::keys::CHUNK_CHARS;
use crate::request::{Arrival, Chain, Corpus, Heads, Request, TextKeys};
use crate::units::VirtualTime;
use crate::words::{excerpt, grouped};
use crate::workload::canonical::ending_in;
use crate::workload::draft::{Draft, Format};
use crate::workload::error::LONGEST_RECORD;
use crate::workload::field::{self, Field};
use crate::workload::format::Origin;
use crate::workload::format::cells::{Cells, column_count};
use crate::workload::format::lines::{Fault, Lines, Records, syntax};
use crate::workload::labels::{Label, Labels, MOST_LABELS};
use crate::workload::reader::ReadOptions;
use crate::workload::{MOST_REQUESTS, Place, WorkloadError};
use std::borrow::Cow;

/// The most chunks a text may have: those of the longest conversation that can be read, in characters of one byte.
const MOST_CHUNKS: u32 = (LONGEST_RECORD / CHUNK_CHARS) as u32;

/// The parser of a trace, fed line by line.
pub(in crate::workload) struct Trace {
    header: Header,
    /// How many lines are still to come before the requests.
    before: u32,
    /// Whether rows have the columns of labels.
    labelled: bool,
    /// Whether rows have the column of the replica.
    served: bool,
    /// How many requests are read at most.
    wanted: usize,
    /// How many of the file's blocks make one of the size that is asked for.
    join: u32,
    corpus: Corpus,
    chunks: Corpus,
    requests: Vec<Request>,
    /// How many rows after `requests` repeat them, from the first on.
    again: usize,
    last_keys: Option<[u64; 2]>,
}

impl Header {
    fn read(place: Place, line: &str) -> Result<Self, WorkloadError> {
        let row = json::parse(line).map_err(|fault| syntax(place, &fault))?;
        let field = |name| Field::of(place, &row, name);
        let text = |name| match row.get(name) {
            Some(Value::Text(text)) => Some(text.read()),
            _ => None,
        };
        // The version is checked first, as another version may have other fields.
        if text("schema").as_deref() != Some(SCHEMA) {
            return Err(field("schema").wrong(&format!("{SCHEMA:?}")));
        }
        if let Value::Object(fields) = &row
            && let Some((name, _)) =
                (fields.iter()).find(|(name, _)| !FIELDS.contains(&&*name.read()))
        {
            return Err(WorkloadError::Shape {
                place,
                found: format!("a field `{}`", excerpt(&name.read())),
                expected: "nothing but `schema`, `from`, `block_size`, `count`, `requests`, `notes`, `tenants` and `priorities`",
            });
        }
        let notes = match row.get("notes") {
            None => &[][..],
            Some(Value::List(notes)) => notes,
            Some(_) => return Err(field("notes").wrong("a list of texts")),
        };
        let note = |note: &Value<'_>| match note {
            Value::Text(text) => Ok(text.read().into_owned()),
            _ => Err(field("notes").wrong("a list of texts")),
        };
        let count = field("count");
        if count.count(0)? > MOST_REQUESTS {
            let range = format!("a whole number from 1 to {}", grouped(MOST_REQUESTS.into()));
            return Err(count.wrong(&range));
        }
        Ok(Self {
            place,
            block_size: field("block_size").count(0)?,
            count: count.count(0)?,
            requests: field("requests").count(0)?,
            notes: notes.iter().map(note).collect::<Result<_, _>>()?,
            labels: labels(&row).ok_or_else(|| {
                field("tenants")
                    .wrong("at most 1,002 names, and as many whole numbers in `priorities`, each larger than the one before")
            })?,
        })
    }
}

/// The tenants' names and the classes' priorities; `None` if one is not a list of these or has more than 1,000 entries, or if the
/// priorities do not ascend.
fn labels(row: &Value<'_>) -> Option<Labels> {
    let list = |name| match row.get(name) {
        None => Some(&[][..]),
        Some(Value::List(list)) if list.len() <= MOST_LABELS => Some(list.as_slice()),
        Some(_) => None,
    };
    let name = |value: &Value<'_>| match value {
        Value::Text(text) => Some(text.read().into_owned()),
        _ => None,
    };
    let priority = |value: &Value<'_>| match value {
        Value::Integer(number) => i32::try_from(*number).ok(),
        Value::Negative(number) => i32::try_from(*number).ok(),
        _ => None,
    };
    let priorities = list("priorities")?.iter().map(priority);
    let priorities = priorities.collect::<Option<Vec<i32>>>()?;
    // Classes go first in the order of their numbers, which are places in this list.
    let ascending = priorities.windows(2).all(|pair| pair[0] < pair[1]);
    Some(Labels {
        tenants: list("tenants")?.iter().map(name).collect::<Option<_>>()?,
        priorities: ascending.then_some(priorities)?,
    })
}

/// Reads a whole file that is known to be a trace.
pub(in crate::workload) fn read(
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<Draft, WorkloadError> {
    if !block::SIZES.contains(&options.block_size) {
        return Err(WorkloadError::block_size(options.block_size));
    }
    let text = core::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        WorkloadError::NotUtf8 {
            line: 1 + memchr::memchr_iter(b'\n', before).count() as u64,
            offset: before.len() as u64,
        }
    })?;
    let header = text.lines().next().unwrap_or_default();
    if header.trim().is_empty() {
        return Err(WorkloadError::Empty);
    }
    let mut lines: Box<dyn Format> = Box::new(Lines::new(Trace::new(1, header, options)?));
    lines.text(text)?;
    lines.finish()
}

impl Trace {
    /// The parser of a file that begins with `first_line`, which is its line `number`.
    pub(in crate::workload) fn new(
        number: u64,
        first_line: &str,
        options: &ReadOptions,
    ) -> Result<Self, WorkloadError> {
        let place = Place::Line(number);
        let wrong = |field, found: String, expected: &str| WorkloadError::Value {
            place,
            field: Cow::Borrowed(field),
            found,
            expected: expected.to_owned(),
        };
        let header = Header::read(place, first_line)?;
        let (own, asked) = (header.block_size, options.block_size);
        if !crate::block::SIZES.contains(&own) {
            let range = crate::block::SIZES;
            let range = format!("{} to {}", range.start(), range.end());
            return Err(wrong("block_size", own.to_string(), &range));
        }
        if !asked.is_multiple_of(own) {
            let allowed: Vec<String> = (0..)
                .map(|power| own << power)
                .take_while(|size| crate::block::SIZES.contains(size))
                .map(|size| size.to_string())
                .collect();
            return Err(WorkloadError::BlockSize {
                asked,
                what: format!("a trace with blocks of {own} tokens"),
                allowed: format!("multiples of {own}, such as {}", allowed.join(", ")),
            });
        }
        if header.requests == 0 || header.count == 0 {
            return Err(WorkloadError::Nothing(format!(
                "{place}: a trace of no requests"
            )));
        }
        // A list that is sent again and again is needed as a whole, whatever the number of requests.
        let wanted = match header.repeated() {
            Some(_) => None,
            None => options.requests,
        };
        let wanted = wanted.unwrap_or(u32::MAX);
        Ok(Self {
            join: asked / own,
            header,
            before: 2,
            labelled: false,
            served: false,
            wanted: wanted as usize,
            corpus: Corpus::default(),
            chunks: Corpus::default(),
            requests: Vec::new(),
            again: 0,
            last_keys: None,
        })
    }

    fn request(&mut self, place: Place, line: &str) -> Result<(), Fault> {
        let labels = if self.labelled { 3 } else { 0 };
        let columns = column_count(COLUMNS) + labels + usize::from(self.served);
        let cells = Cells::of(line).in_columns(columns, place)?;
        let &[
            conversation,
            turn,
            prompt,
            output,
            max,
            arrival,
            blocks,
            chars,
            tokens,
            chunks,
            ref more @ ..,
        ] = cells.as_slice()
        else {
            return Ok(()); // Never: there are as many cells as columns.
        };
        let count =
            |name, text, least| Field::new(place, name, field::cell(text).as_ref()).count(least);
        let prompt_tokens = count("prompt", prompt, 0)?;
        let output_tokens = count("output", output, 1)?;
        let max_tokens = match max {
            "" => None,
            "=" => Some(output_tokens),
            max => Some(count("max", max, 1)?),
        };
        let arrival = match arrival.strip_prefix('+') {
            Some("") => Arrival::AfterPrevious(None),
            Some(gap) => Arrival::AfterPrevious(Some(nanos(place, gap)?)),
            None if arrival.is_empty() => Arrival::Open,
            None => Arrival::At(nanos(place, arrival)?),
        };
        let (conversation, turn) = (
            count("conversation", conversation, 0)?,
            count("turn", turn, 0)?,
        );
        let (prompt, answered) = self.blocks(place, blocks, prompt_tokens, output_tokens)?;
        let (labels, replica) = more.split_at(labels);
        let label = match *labels {
            [tenant, class, deadline] => {
                let among = |name, text, list: usize| match count(name, text, 0)? {
                    number if (number as usize) < list.max(1) => Ok(number as u16),
                    _ => {
                        let cell = field::cell(text);
                        let found = Field::new(place, name, cell.as_ref());
                        Err(found.wrong("the number of one of those in the first line"))
                    }
                };
                let known = &self.header.labels;
                Label {
                    tenant: among("tenant", tenant, known.tenants.len())?,
                    class: among("class", class, known.priorities.len())?,
                    deadline_ms: count("deadline", deadline, 0)?,
                }
            }
            _ => Label::default(),
        };
        let served_by = match replica.first().copied().filter(|cell| !cell.is_empty()) {
            // A number that is too large counts as the largest that can be stored.
            Some(cell) => Some(u16::try_from(count("replica", cell, 0)?).unwrap_or(u16::MAX)),
            None => None,
        };
        let keys = self.keys(place, chars, tokens, chunks)?;
        self.add(Request {
            conversation,
            turn,
            prompt_tokens,
            output_tokens,
            max_tokens,
            prompt,
            answered,
            arrival,
            keys,
            served_by,
            label,
        });
        Ok(())
    }

    /// Keeps a request. A file that repeats its list is held once, as long as nothing in it depends on what came before: a million
    /// rows then need no more memory than the list.
    fn add(&mut self, request: Request) {
        let period = self.requests.len();
        let open = |request: &Request| request.arrival == Arrival::Open;
        let expected = self.requests.get(self.again % period.max(1));
        let same = expected == Some(&request);
        if same && (self.again > 0 || self.requests.iter().all(open)) {
            self.again += 1;
            return;
        }
        for at in 0..core::mem::take(&mut self.again) {
            let row = self.requests[at % period].clone();
            self.requests.push(row);
        }
        self.requests.push(request);
    }

    /// The number of rows that were read so far.
    fn rows(&self) -> usize {
        self.requests.len() + self.again
    }

    fn blocks(
        &mut self,
        place: Place,
        cell: &str,
        prompt_tokens: u32,
        output_tokens: u32,
    ) -> Result<(Chain, Chain), WorkloadError> {
        let size = self.header.block_size;
        let (prompt, answered) = match cell.split_once('/') {
            None => (cell, None),
            Some((prompt, answered)) => (prompt, Some(answered)),
        };
        let wrong = |expected: String| WorkloadError::Value {
            place,
            field: "blocks".into(),
            found: excerpt(cell),
            expected,
        };
        let full = prompt_tokens / size;
        let prompt = chain(&mut self.corpus, Chain::default(), prompt, full)
            .filter(|chain| chain.depth == full)
            .ok_or_else(|| wrong(format!("a prefix of {} blocks", grouped(full.into()))))?;
        let Some(answered) = answered else {
            return Ok((prompt, prompt));
        };
        let most = (prompt_tokens + output_tokens) / size;
        let answered = match chain(&mut self.corpus, prompt, answered, most) {
            Some(chain)
                if self.corpus.prefix(chain, prompt.depth) == prompt && chain.depth <= most =>
            {
                chain
            }
            _ => {
                return Err(wrong(format!(
                    "an answer that goes on from its prompt, {} blocks at most",
                    grouped(most.into())
                )));
            }
        };
        Ok((prompt, answered))
    }

    fn keys(
        &mut self,
        place: Place,
        chars: &str,
        tokens: &str,
        chunks: &str,
    ) -> Result<Option<TextKeys>, WorkloadError> {
        if chars.is_empty() && tokens.is_empty() && chunks.is_empty() {
            return Ok(None);
        }
        let last = self.last_keys;
        let key = |name, cell: &str, which: usize| match (cell, last) {
            ("=", Some(last)) => Ok(last[which]),
            _ => u64::from_str_radix(cell, 16)
                .ok()
                .filter(|_| cell.len() == 16 && !cell.starts_with('+'))
                .ok_or_else(|| {
                    Field::new(place, name, field::cell(cell).as_ref())
                        .wrong("16 hex digits, or = after a row with some")
                }),
        };
        let (chars_100, tokens_256) = (key("chars_100", chars, 0)?, key("tokens_256", tokens, 1)?);
        self.last_keys = Some([chars_100, tokens_256]);
        let chunks =
            chain(&mut self.chunks, Chain::default(), chunks, MOST_CHUNKS).ok_or_else(|| {
                WorkloadError::Value {
                    place,
                    field: "chunks".into(),
                    found: excerpt(chunks),
                    expected: format!(
                        "the number of an earlier chunk, and + with a number of new ones, {} in all at most",
                        grouped(MOST_CHUNKS.into())
                    ),
                }
            })?;
        Ok(Some(TextKeys {
            chars_100,
            head: 0,
            tokens_256,
            chunks,
            characters: Chain::default(),
            tokens: Chain::default(),
        }))
    }
}

/// The chain that `from+new` or `from` writes: that of the number `from`, or `base` if it is empty, and `new` new blocks behind it.
/// `None` if the text is wrong, or the chain longer than `most`.
fn chain(corpus: &mut Corpus, base: Chain, text: &str, most: u32) -> Option<Chain> {
    let (from, new) = match text.split_once('+') {
        None => (text, 0),
        Some((from, new)) => (from, u32::try_from(number(new)?).ok()?),
    };
    let from = match from {
        "" => base,
        from => ending_in(corpus, number(from)?)?,
    };
    let right = u64::from(from.depth) + u64::from(new) <= u64::from(most);
    right.then(|| corpus.extend(from, new))
}

/// The number that 1 to 18 digits write, more than there can be blocks; `None` for any other text.
fn number(digits: &str) -> Option<u64> {
    let right = (1..=18).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    right.then(|| digits.parse().ok())?
}

fn nanos(place: Place, cell: &str) -> Result<VirtualTime, WorkloadError> {
    match field::cell(cell) {
        Some(Value::Integer(ns)) if ns <= VirtualTime::END.0 => Ok(VirtualTime(ns)),
        other => Err(Field::new(place, "arrival", other.as_ref())
            .wrong("empty, nanoseconds up to a hundred years, or + and such nanoseconds")),
    }
}

impl Records for Trace {
    fn record(&mut self, place: Place, line: &str) -> Result<(), Fault> {
        match self.before {
            0 => self.request(place, line),
            1 => {
                self.before = 0;
                let more = line.strip_prefix(COLUMNS);
                let rest = more.map(|more| more.strip_suffix(REPLICA).unwrap_or(more));
                (self.labelled, self.served) = (rest == Some(LABELS), rest != more);
                let named = !self.header.labels.is_empty();
                if self.labelled || (rest == Some("") && !named) {
                    return Ok(());
                }
                let labels = if named { LABELS } else { "" };
                let wrong = WorkloadError::Syntax {
                    place,
                    detail: format!(
                        "{:?} found, the columns {:?} expected",
                        excerpt(line),
                        format!("{COLUMNS}{labels}")
                    ),
                };
                Err(Fault::Wrong(wrong))
            }
            _ => {
                self.before -= 1;
                Ok(())
            }
        }
    }

    fn full(&self) -> bool {
        self.rows() >= self.wanted
    }

    fn read(&self) -> u64 {
        self.rows() as u64
    }

    fn open_ended(&self) -> bool {
        true
    }

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        let (found, promised) = (self.rows() as u64, u64::from(self.header.requests));
        if !self.full() && found < promised {
            return Err(WorkloadError::Nothing(format!(
                "the file breaks off: {} promises {} requests, {} are there",
                self.header.place,
                grouped(promised),
                grouped(found)
            )));
        }
        if !self.full() && found != promised {
            return Err(WorkloadError::Value {
                place: self.header.place,
                field: "requests".into(),
                found: grouped(promised),
                expected: format!("{}, as there are in the file,", grouped(found)),
            });
        }
        Ok(Draft {
            corpus: self.corpus,
            chunks: self.chunks,
            characters: Corpus::default(),
            tokens: Corpus::default(),
            heads: Heads::default(),
            join: self.join,
            rows: (self.again > 0).then(|| u32::try_from(found).unwrap_or(u32::MAX)),
            requests: self.requests,
            repeated: self.header.repeated(),
            notes: self.header.notes,
            labels: self.header.labels,
            origin: Origin {
                format: "Warmpath trace".to_owned(),
                rows: found,
                ..Origin::default()
            },
            ..Draft::default()
        })
    }
}
