//! The row: what a record says, whatever its format. All readers make rows, and requests are made of them.

use std::borrow::Cow;

use super::columns::{Cell, Columns, unknown_unit};
use super::frame::LINE;
use super::message::{self, Messages};
use super::requests::{Expected, FileTime, Pause};
use crate::json::Value;
use crate::workload::field::Field;
use crate::workload::labels::{Label, LabelDraft};
use crate::workload::reading::{ColumnMap, Role, TimeUnit};
use crate::workload::{Place, WorkloadError};

/// A record after reading.
#[derive(Debug, Default)]
pub(super) struct Row<'a> {
    pub(super) time: Option<FileTime>,
    pub(super) delay: Option<Pause>,
    pub(super) input: Option<u32>,
    pub(super) output: Option<u32>,
    pub(super) max: Option<u32>,
    pub(super) ids: Option<&'a [Value<'a>]>,
    pub(super) per_id: Option<u32>,
    pub(super) session: Option<u64>,
    pub(super) chat: Option<(u64, Option<u64>)>,
    pub(super) content: Content<'a>,
    /// The system prompt, which the model is given before the content.
    pub(super) system: Option<Cow<'a, str>>,
    pub(super) reply: Option<Cow<'a, str>>,
    pub(super) tenant: Option<String>,
    pub(super) priority: Option<i32>,
    /// The time after sending by which the first token is due \[ms\]; `None` if the record gives none.
    pub(super) deadline: Option<u32>,
}

/// The text that a record has.
#[derive(Debug, Default)]
pub(super) enum Content<'a> {
    /// The record has no text.
    #[default]
    Absent,
    /// The text of a prompt.
    Prompt(Cow<'a, str>),
    /// Messages, and whether they are a recorded conversation rather than what one request sent.
    Messages(Messages<'a>, bool),
}

/// The place of a message in a record; with `None`, of the record itself.
pub(super) fn message_place(place: Place, message: Option<u64>) -> Place {
    match (place, message) {
        (Place::Conversation(n), Some(message)) => Place::Message(n, message),
        (place, _) => place,
    }
}

impl<'a> Row<'a> {
    /// Reads a record with these columns.
    pub(super) fn read(
        place: Place,
        record: &'a Value<'a>,
        columns: &Columns<'a>,
        map: &ColumnMap,
        expected: &Expected,
    ) -> Result<Self, WorkloadError> {
        if let Value::List(list) = record {
            return Ok(Self {
                content: Content::messages(place, list, false)?,
                ..Self::default()
            });
        }
        named_texts(place, columns, map)?;
        let text_of = |role| columns.get(role).and_then(|cell| message::text(cell.value));
        let mut row = Self {
            content: Content::of(place, columns, map)?,
            system: text_of(Role::System),
            ..Self::whose(place, columns, map)?
        };
        let called = |role| columns.get(role).map(|cell| cell.name.read());
        let apart = called(Role::Context) != called(Role::Prompt);
        match (&mut row.content, text_of(Role::Context)) {
            (Content::Prompt(prompt), Some(context)) if apart => {
                *prompt = Cow::Owned(format!("{prompt}\n{context}"));
            }
            (Content::Messages(messages, _), context) => {
                if let Some(system) = row.system.take() {
                    messages.begin_with(system);
                }
                // The messages are all that was sent, unless an option says that this was sent too.
                if let Some(context) = context.filter(|_| map.column(Role::Context).is_some()) {
                    messages.about(&context);
                }
            }
            _ => {}
        }
        let text = !matches!(row.content, Content::Absent);
        let count = |role| {
            let cell: Option<Cell<'_>> = columns.written(role);
            cell.map(|cell| Field::new(place, &cell.name.read(), Some(cell.value)).count(0))
                .transpose()
        };
        // A column that no option named is only taken where its value fits.
        let lenient = |role| match (columns.get(role), map.column(role)) {
            (Some(_), Some(_)) => count(role),
            (Some(_), None) => Ok(count(role).ok().flatten()),
            (None, _) => Ok(None),
        };
        // Where there is text, the lengths beside it are only hints.
        (row.input, row.output, row.max) = match text {
            true => (
                lenient(Role::Input)?,
                lenient(Role::Output)?,
                lenient(Role::Max)?,
            ),
            false => (
                count(Role::Input)?,
                count(Role::Output)?,
                lenient(Role::Max)?,
            ),
        };
        // A limit of none is no limit.
        row.max = row.max.filter(|most| *most > 0);
        row.per_id = lenient(Role::PerId)?.filter(|tokens| *tokens > 0);
        row.ids = columns.ids().map(|cell| ids(place, cell)).transpose()?;
        row.time = match columns.get(Role::Time) {
            Some(cell) => {
                let time = expected.moment(place, &cell.name.read(), cell.value)?;
                Some(match cell.unit.zip(expected.unit()) {
                    Some((own, file)) => time.rewritten(own, file),
                    None => time,
                })
            }
            None => None,
        };
        row.delay = pause(place, columns)?;
        row.session = columns.get(Role::Session).and_then(|cell| key(cell.value));
        row.chat = match columns.written(Role::Chat) {
            Some(cell) => Some((
                id(place, cell)?,
                parent(place, columns.written(Role::Parent))?,
            )),
            None => None,
        };
        row.reply = columns
            .get(Role::Reply)
            .and_then(|cell| message::reply(cell.value));
        Ok(row)
    }

    /// Reads whose request a record is, of which class, and when it is due, and nothing else.
    pub(super) fn whose(
        place: Place,
        columns: &Columns<'_>,
        map: &ColumnMap,
    ) -> Result<Self, WorkloadError> {
        let mut row = Self {
            tenant: columns.get(Role::Tenant).and_then(|cell| name(cell.value)),
            ..Self::default()
        };
        let wrong = |role, right: &str| match (columns.get(role), map.column(role)) {
            (Some(cell), Some(_)) if !matches!(cell.value, Value::Null) => {
                Err(Field::new(place, &cell.name.read(), Some(cell.value)).wrong(right))
            }
            _ => Ok(()),
        };
        row.priority = columns.get(Role::Priority).and_then(priority);
        if row.priority.is_none() {
            wrong(
                Role::Priority,
                "a whole number from -1,000,000 to 1,000,000",
            )?;
        }
        if let Some(cell) = columns.get(Role::Deadline) {
            let name = cell.name.read();
            unit_is_known(Field::new(place, &name, Some(cell.value)), &name)?;
        }
        row.deadline = columns.get(Role::Deadline).and_then(deadline);
        if row.deadline.is_none() {
            wrong(Role::Deadline, "a time from 1 ms to 1,000,000 s")?;
        }
        Ok(row)
    }

    /// The tenant and the class of the request.
    pub(super) fn label(&self, labels: &mut LabelDraft) -> Label {
        let mut label = LabelDraft::UNSAID;
        if let Some(name) = &self.tenant {
            label.tenant = labels.tenant(name);
        }
        if let Some(priority) = self.priority {
            label.class = labels.class(priority);
        }
        label.deadline_ms = self.deadline.unwrap_or(0);
        label
    }
}

/// The pause before a turn, and the unit that its column's name states.
pub(super) fn pause(place: Place, columns: &Columns<'_>) -> Result<Option<Pause>, WorkloadError> {
    let Some(cell) = columns.get(Role::Delay) else {
        return Ok(None);
    };
    let name = cell.name.read();
    let field = Field::new(place, &name, Some(cell.value));
    unit_is_known(field, &name)?;
    let time = FileTime::read(field, cell.value, "a pause, not negative")?;
    Ok(Some((time, cell.unit)))
}

impl<'a> Content<'a> {
    fn of(place: Place, columns: &Columns<'a>, map: &ColumnMap) -> Result<Self, WorkloadError> {
        if let Some(cell) = columns.written(Role::Messages) {
            let name = cell.name.read();
            return match cell.value {
                Value::List(list) => Self::messages(place, list, recorded(&name)),
                Value::Null => Ok(Self::Absent),
                // As a cell of a table has them.
                Value::Text(text) => match Messages::inside(&text.read()) {
                    Some(messages) => Ok(Self::of_messages(messages, recorded(&name))),
                    None => Err(message::no_list(place, &name, cell.value)),
                },
                other => Err(message::no_list(place, &name, other)),
            };
        }
        match columns.get(Role::Prompt) {
            Some(Cell {
                value: Value::Text(text),
                ..
            }) => {
                let text = text.read();
                let plain = map.column(Role::Prompt) == Some(LINE);
                Ok(match Messages::inside(&text).filter(|_| !plain) {
                    Some(messages) => Self::of_messages(messages, false),
                    None => Self::Prompt(text),
                })
            }
            _ => Ok(Self::Absent),
        }
    }

    /// Reads a list of messages. One that ends with an answer is a recorded conversation, whatever it is called.
    fn messages(
        place: Place,
        list: &'a [Value<'a>],
        recorded: bool,
    ) -> Result<Self, WorkloadError> {
        let messages = Messages::read(list, &|message| message_place(place, message))?;
        Ok(Self::of_messages(messages, recorded))
    }

    fn of_messages(messages: Messages<'a>, recorded: bool) -> Self {
        let ends = messages
            .list
            .last()
            .is_some_and(|last| last.role == message::Role::Answer);
        Self::Messages(messages, recorded || ends)
    }
}

/// Checks that columns which `--map` names as texts are texts.
fn named_texts(place: Place, columns: &Columns<'_>, map: &ColumnMap) -> Result<(), WorkloadError> {
    for role in [Role::Prompt, Role::Context, Role::System, Role::Reply] {
        let Some(cell) = columns.get(role).filter(|_| map.column(role).is_some()) else {
            continue;
        };
        let fits = match cell.value {
            Value::Text(_) => true,
            Value::List(_) => role != Role::Prompt,
            Value::Object(_) => role == Role::Reply,
            _ => false,
        };
        if !fits {
            return Err(Field::new(place, &cell.name.read(), Some(cell.value)).wrong("text"));
        }
    }
    Ok(())
}

/// Checks that the unit which a time's name states is known: another one in its place would certainly be wrong.
fn unit_is_known(field: Field<'_>, name: &str) -> Result<(), WorkloadError> {
    match unknown_unit(name) {
        None => Ok(()),
        Some(_) => {
            Err(field.wrong("a unit of s, ms, us, ns, min or h in the brackets of its name"))
        }
    }
}

/// The name of a tenant or a replica in a value, a number's as it is written; `None` if it has none.
pub(super) fn name(value: &Value<'_>) -> Option<String> {
    let name = match value {
        Value::Text(name) => name.read().into_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Negative(number) => number.to_string(),
        Value::Real(_, written) => (*written).to_owned(),
        _ => return None,
    };
    (!name.trim().is_empty()).then_some(name)
}

fn priority(cell: Cell<'_>) -> Option<i32> {
    const MOST: i64 = 1_000_000;
    let number = match cell.value {
        Value::Integer(number) => i64::try_from(*number).ok()?,
        Value::Negative(number) => *number,
        Value::Text(text) => {
            let text = text.read();
            let (sign, digits) = match text.strip_prefix('-') {
                Some(digits) => (-1, digits),
                None => (1, &*text),
            };
            sign * i64::try_from(crate::decimal::whole(digits)?).ok()?
        }
        _ => return None,
    };
    (-MOST..=MOST).contains(&number).then_some(number as i32)
}

/// A deadline \[ms\]; it is in seconds, unless its name says otherwise.
fn deadline(cell: Cell<'_>) -> Option<u32> {
    let number = match cell.value {
        Value::Integer(number) => *number as f64,
        Value::Real(number, _) => *number,
        Value::Text(text) => crate::decimal::real(&text.read())?,
        _ => return None,
    };
    let unit = cell.unit.unwrap_or(TimeUnit::Seconds);
    let millis = match unit {
        TimeUnit::Minutes | TimeUnit::Hours => unit.secs(number) * 1000.0,
        _ => number * 1000.0 / unit.per_second(),
    };
    (1.0..=1e9)
        .contains(&millis)
        .then(|| libm::round(millis) as u32)
}

/// Whether a list of that name holds recorded conversations. Names are compared as those of columns are.
fn recorded(name: &str) -> bool {
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    let begins = letters.take("conversation".len());
    begins
        .map(|it| it.to_ascii_lowercase())
        .eq("conversation".bytes())
}

fn ids<'a>(place: Place, cell: Cell<'a>) -> Result<&'a [Value<'a>], WorkloadError> {
    match cell.value {
        Value::List(ids) => Ok(ids),
        other => {
            Err(Field::new(place, &cell.name.read(), Some(other)).wrong("a list of block ids"))
        }
    }
}

/// An id as a number, of which it only matters whether it equals another's; an empty text is none.
fn key(value: &Value<'_>) -> Option<u64> {
    match value {
        Value::Integer(id) => Some(*id),
        Value::Negative(id) => Some(*id as u64),
        Value::Text(name) if name.read().trim().is_empty() => None,
        Value::Text(name) => Some(xxhash_rust::xxh3::xxh3_64(name.read().as_bytes())),
        // A number larger than 64 bits, or with a point, is identified by how it is written.
        Value::Real(_, written) => Some(xxhash_rust::xxh3::xxh3_64(written.as_bytes())),
        _ => None,
    }
}

fn id(place: Place, cell: Cell<'_>) -> Result<u64, WorkloadError> {
    let wrong =
        || Field::new(place, &cell.name.read(), Some(cell.value)).wrong("a number or a text");
    key(cell.value).ok_or_else(wrong)
}

/// The id of the chat before it; -1, null and an empty text mean that there is none.
fn parent(place: Place, cell: Option<Cell<'_>>) -> Result<Option<u64>, WorkloadError> {
    let none = |value: &Value<'_>| match value {
        Value::Negative(-1) | Value::Null => true,
        Value::Text(text) => matches!(text.read().trim(), "" | "-1"),
        _ => false,
    };
    match cell.filter(|cell| !none(cell.value)) {
        None => Ok(None),
        Some(cell) => id(place, cell).map(Some),
    }
}
