//! The requests of a file: takes rows of any format, and decides at the end what only the whole file shows.

mod agents;
mod chats;
mod conversation;
pub(in crate::workload) mod finish;
mod ids;
mod kubeai;
mod per_id;
mod talk;
mod times;
mod undecided;

use super::columns::{Cell, Columns, by_path};
use super::frame::Rows;
use super::message;
use super::recorded::Record;
use super::row::{Content, Row, message_place};
use super::sniff::fields;
use crate::json::Value;
use crate::request::{Arrival, Chain, Corpus, Request, TextKeys};
use crate::units::Map;
use crate::workload::draft::Draft;
use crate::workload::field::Field;
use crate::workload::labels::{Label, LabelDraft};
use crate::workload::reader::{Prompts, ReadOptions};
use crate::workload::reading::{ColumnMap, Role, TimeUnit};
use crate::workload::{Place, WorkloadError};
use chats::Chat;
use kubeai::KubeAi;
use per_id::PerId;
use talk::Talk;
pub(super) use times::FileTime;
use times::TimesSoFar;
use undecided::{LeftOut, listed};
pub(super) use undecided::{Undecided, aside};

/// The names of the fields of records of lengths or ids, and what follows from them. A record may lack what a later one has.
#[derive(Debug, Default)]
pub(super) struct Expected {
    /// The names of the fields, as this file calls them; `None` for a field that no record has had so far.
    time: Option<String>,
    input: Option<String>,
    output: Option<String>,
    ids: Option<String>,
    chat: Option<String>,
    /// The unit that the time's name gives, and the unit that the format is documented to use.
    named: Option<TimeUnit>,
    documented: Option<TimeUnit>,
    /// Whether times are dates; `None` before the first time.
    dates: Option<bool>,
    /// Whether the first record has a time, and whether it is one of chats, so that each record must have one and be one.
    timed: bool,
    chats: bool,
}

/// What the rows of a file hold of prompts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PromptKind {
    /// The text of prompts or messages.
    Text,
    /// The lengths, and the ids of blocks.
    Ids,
    /// The lengths, and nothing else.
    Lengths,
}

/// The requests of a file, and what is still to be decided about them.
pub(super) struct Requests {
    options: ReadOptions,
    wanted: usize,
    kind: PromptKind,
    expected: Expected,
    talk: Option<Box<Talk>>,
    kubeai: Option<Box<KubeAi>>,
    requests: Vec<Request>,
    /// The blocks of sessions in which each request goes on from the one before.
    corpus: Corpus,
    forgotten: u64,
    /// Whether there were sessions of agents.
    agents: bool,
    /// The times and pauses of the requests; empty if the file has none.
    moments: Vec<(Option<FileTime>, Option<Pause>)>,
    seen: TimesSoFar,
    /// The ids of all requests in one list, and for each request where its own end.
    ids: Vec<u64>,
    ends: Vec<usize>,
    per_id: PerId,
    /// Each request's own id, and the id of the request that it goes on from.
    chats: Vec<Chat>,
    sessions: Map<u64, (u32, u32)>,
    conversations: u32,
    /// What the file says happened.
    record: Record,
    /// For each request the number of the replica that served it, in the order in which their names appear; empty while none is
    /// named.
    served: Vec<Option<u32>>,
    /// Fields of the first record that are not read.
    unread: Vec<String>,
    /// The columns that `--map` names and no record has had so far, and what the first record has, in words.
    missing: (Vec<(Role, String)>, String),
    /// The tenants and classes so far, and those of the current row.
    labels: LabelDraft,
    label: Label,
    rows: u64,
    format: &'static str,
    /// The rows that were left out: those without tokens, and those with a message without text, with the place of the first.
    empty: u64,
    first_empty: Option<Place>,
    blank: u64,
    first_blank: Option<Place>,
    /// Rows without ids in a file that has some.
    without_ids: u64,
    /// Rows with a text that is not read, in a file of lengths whose first record has none.
    unread_texts: u64,
    /// Whether the first record has a text.
    begins_with_text: bool,
    /// The records that were left out for other reasons.
    left_out: LeftOut,
}

/// A pause, and the unit that its field's name gives.
pub(super) type Pause = (FileTime, Option<TimeUnit>);

/// A request, as far as its row gives it.
struct RequestFields {
    conversation: u32,
    turn: u32,
    prompt_tokens: u32,
    output_tokens: u32,
    max_tokens: Option<u32>,
    prompt: Chain,
    answered: Chain,
    keys: Option<TextKeys>,
    time: Option<FileTime>,
    delay: Option<Pause>,
}

impl Expected {
    fn of(columns: &Columns<'_>) -> Self {
        let mut expected = Self::default();
        expected.learn(columns);
        expected.timed = expected.time.is_some();
        expected.chats = expected.chat.is_some();
        expected
    }

    /// Takes from a record what those before it did not have.
    fn learn(&mut self, columns: &Columns<'_>) {
        let name = |cell: Cell<'_>| cell.name.read().into_owned();
        if self.time.is_none()
            && let Some(cell) = columns.get(Role::Time)
        {
            self.time = Some(name(cell));
            self.named = cell.unit;
        }
        for (known, role) in [
            (&mut self.input, Role::Input),
            (&mut self.output, Role::Output),
            (&mut self.ids, Role::Ids),
            (&mut self.chat, Role::Chat),
        ] {
            if known.is_none() {
                *known = columns.written(role).map(name);
            }
        }
        if self.documented.is_none() {
            self.documented = documented(columns, self.chat.is_some());
        }
    }

    /// Reads the time of a row, and checks that all rows have times of the same kind.
    pub(super) fn moment(
        &self,
        place: Place,
        name: &str,
        value: &Value<'_>,
    ) -> Result<FileTime, WorkloadError> {
        let right = match (self.dates, self.named.or(self.documented)) {
            (Some(true), _) => {
                "a date and time from 1970 to 2069 like 2023-11-16 18:17:03.9799600".to_owned()
            }
            (_, Some(unit)) => format!("{} from 0 to a hundred years", unit.name()),
            (_, None) => "a number from 0, or a date and time".to_owned(),
        };
        let field = Field::new(place, name, Some(value));
        let moment = FileTime::read(field, value, &right)?;
        match self
            .dates
            .is_none_or(|dates| dates == matches!(moment, FileTime::Date(_)))
        {
            true => Ok(moment),
            false => Err(field.wrong(&right)),
        }
    }

    /// The unit that the name of the file's times gives.
    pub(super) fn unit(&self) -> Option<TimeUnit> {
        self.named
    }
}

/// The unit that the format is documented to use, if the record has the fields of a known one.
fn documented(columns: &Columns<'_>, chats: bool) -> Option<TimeUnit> {
    let is = |role, name: &str| {
        columns
            .written(role)
            .is_some_and(|cell| cell.name.read() == name)
    };
    let has = |role| columns.written(role).is_some();
    // Bailian; BurstGPT.
    if chats || is(Role::Input, "Request tokens") {
        return Some(TimeUnit::Seconds);
    }
    // Mooncake's format, and those derived from it.
    let family =
        is(Role::Input, "input_length") || is(Role::Prompt, "text_input") || has(Role::Ids);
    (family && (is(Role::Time, "timestamp") || is(Role::Time, "created_time")))
        .then_some(TimeUnit::Millis)
}

impl Requests {
    /// The parser of records like `first`; `None` if they hold no request.
    pub(super) fn recognise(
        first: &Value<'_>,
        options: &ReadOptions,
    ) -> Result<Option<Self>, WorkloadError> {
        let columns = Columns::of(first, &options.reading.map);
        let has = |role| columns.written(role).is_some();
        let kind = match first {
            Value::List(list) if list.first().is_some_and(message::is_message) => PromptKind::Text,
            // A session says its requests itself, whatever else stands beside them.
            _ if agents::steps(first).is_some() => PromptKind::Lengths,
            _ if columns.ids().is_some() || (has(Role::Ids) && has(Role::Input)) => PromptKind::Ids,
            _ if has(Role::Messages) || has(Role::Prompt) || turns(first).is_some() => {
                PromptKind::Text
            }
            _ if has(Role::Input) => PromptKind::Lengths,
            _ if listed(first, &columns).is_some() => PromptKind::Text,
            _ => return Ok(None),
        };
        let expected = Expected::of(&columns);
        let benchmark = options.prompts == Prompts::KubeAi && kind == PromptKind::Text;
        Ok(Some(Self {
            wanted: options.requests.unwrap_or(u32::MAX) as usize,
            kind,
            talk: match kind {
                PromptKind::Text => {
                    let encoder = match benchmark {
                        true => crate::token::Encoder::default(),
                        false => options.reading.tokenizer.encoder()?,
                    };
                    Some(Box::new(Talk::new(options, encoder)))
                }
                _ => None,
            },
            kubeai: benchmark.then(|| Box::new(KubeAi::new(options))),
            expected,
            requests: Vec::new(),
            corpus: Corpus::default(),
            forgotten: 0,
            agents: false,
            moments: Vec::new(),
            seen: TimesSoFar::default(),
            ids: Vec::new(),
            ends: Vec::new(),
            per_id: match options.reading.tokens_per_id {
                Some(tokens) => PerId::stated(tokens),
                None if has(Role::Chat) => PerId::bailian(),
                None => PerId::default(),
            },
            chats: Vec::new(),
            sessions: Map::default(),
            conversations: 0,
            served: Vec::new(),
            record: Record::default(),
            unread: unread(&columns, kind, first, &options.reading.map),
            missing: (options.reading.map.0.clone(), fields(first)),
            labels: LabelDraft::default(),
            label: LabelDraft::UNSAID,
            rows: 0,
            format: format_name(&columns, kind, first),
            empty: 0,
            first_empty: None,
            blank: 0,
            first_blank: None,
            without_ids: 0,
            unread_texts: 0,
            begins_with_text: false,
            left_out: LeftOut::default(),
            options: options.clone(),
        }))
    }

    /// Sets the name of the format, where its records do not show it.
    pub(super) fn called(mut self, format: &'static str) -> Self {
        self.format = format;
        self
    }

    /// Counts a record that is left out, with its reason.
    pub(super) fn left_out(&mut self, place: Place, why: &'static str) {
        self.left_out.add(place, why);
    }

    fn is_full(&self) -> bool {
        match &self.kubeai {
            Some(kubeai) => kubeai.full(),
            None => self.requests.len() >= self.wanted,
        }
    }

    /// The conversation and turn of a row that belongs to a session, or stands by itself.
    fn place_of(&mut self, session: Option<u64>) -> (u32, u32) {
        match session {
            Some(session) => self.session_turn(session),
            None => {
                self.conversations += 1;
                (self.conversations - 1, 0)
            }
        }
    }

    /// The conversation and turn of the next row of a session.
    fn session_turn(&mut self, session: u64) -> (u32, u32) {
        let new = (self.conversations, 0);
        let (conversation, turn) = self.sessions.entry(session).or_insert(new);
        self.conversations += u32::from(*conversation == new.0 && *turn == 0);
        let here = (*conversation, *turn);
        *turn = turn.saturating_add(1);
        here
    }

    fn push(&mut self, fields: RequestFields) {
        if fields.time.is_some() || fields.delay.is_some() || !self.moments.is_empty() {
            self.moments.resize(self.requests.len(), (None, None));
            self.moments.push((fields.time, fields.delay));
        }
        if let Some(time) = fields.time {
            self.seen.add(time);
        }
        self.requests.push(Request {
            conversation: fields.conversation,
            turn: fields.turn,
            prompt_tokens: fields.prompt_tokens,
            output_tokens: fields.output_tokens,
            max_tokens: fields.max_tokens,
            prompt: fields.prompt,
            answered: fields.answered,
            arrival: match fields.turn {
                0 => Arrival::Open,
                _ => Arrival::AfterPrevious(None),
            },
            keys: fields.keys,
            served_by: None,
            label: self.label,
        });
    }

    /// Takes a row of lengths, with ids or without.
    fn lengths(
        &mut self,
        place: Place,
        record: &Value<'_>,
        row: &Row<'_>,
    ) -> Result<(), WorkloadError> {
        // A field of this name that is no length, such as an `input` of text, is shown.
        let missing = |name: &Option<String>, usual: &'static str| {
            let name = name.as_deref().unwrap_or(usual);
            Field::of(place, record, name).wrong("a whole number from 0 to 1e9")
        };
        let expected = &self.expected;
        let delayed = row.session.is_some() && row.delay.is_some();
        if row.time.is_none() && expected.timed && !delayed {
            return Err(WorkloadError::Missing {
                place,
                field: expected.time.clone().map_or("timestamp".into(), Into::into),
            });
        }
        let input = row
            .input
            .ok_or_else(|| missing(&expected.input, "input_length"))?;
        let output = row
            .output
            .ok_or_else(|| missing(&expected.output, "output_length"))?;
        if expected.chats && row.chat.is_none() {
            return Err(WorkloadError::Missing {
                place,
                field: expected.chat.clone().map_or("chat_id".into(), Into::into),
            });
        }
        let before = self.ids.len();
        if let Some(ids) = row.ids.filter(|_| self.kind == PromptKind::Ids) {
            let name = expected.ids.clone().unwrap_or_default();
            for id in ids {
                let wrong = || Field::new(place, &name, Some(id)).wrong(ID);
                self.ids.push(block_id(id).ok_or_else(wrong)?);
            }
            if let Some(tokens) = row.per_id.filter(|_| !self.per_id.is_stated()) {
                self.per_id = PerId::stated(tokens);
            }
            self.per_id.row(place, &name, input, ids.len())?;
        }
        let (conversation, turn) = match row.chat {
            // The conversation and turn are set when all chats are known.
            Some(_) => (0, 0),
            None => self.place_of(row.session),
        };
        if input == 0 || output == 0 {
            self.ids.truncate(before);
            self.empty += 1;
            self.first_empty.get_or_insert(place);
            // Chats that go on from this one go on from the one before it, if this one is left out.
            self.chats.extend(row.chat.map(|(chat, parent)| Chat {
                chat,
                parent,
                request: None,
            }));
            return Ok(());
        }
        if self.kind == PromptKind::Ids {
            self.ends.push(self.ids.len());
            self.without_ids += u64::from(row.ids.is_none());
        }
        let request = Some(self.requests.len());
        self.chats.extend(row.chat.map(|(chat, parent)| Chat {
            chat,
            parent,
            request,
        }));
        self.push(RequestFields {
            conversation,
            turn,
            prompt_tokens: input,
            output_tokens: output,
            max_tokens: row.max,
            prompt: Chain::default(),
            answered: Chain::default(),
            keys: None,
            time: row.time,
            delay: row.delay,
        });
        Ok(())
    }
}

/// The name of the format of such records, in a few words.
fn format_name(columns: &Columns<'_>, kind: PromptKind, first: &Value<'_>) -> &'static str {
    let is = |role, name: &str| {
        columns
            .written(role)
            .is_some_and(|cell| cell.name.read() == name)
    };
    let has = |role| columns.written(role).is_some();
    let field = |name| first.get(name).is_some();
    match kind {
        _ if has(Role::Chat) => "Bailian trace",
        _ if field("schema") && field("event_type") => "Dynamo request trace",
        PromptKind::Ids if is(Role::Input, "input_length") => "Mooncake trace",
        PromptKind::Ids => "trace with block ids",
        PromptKind::Lengths if is(Role::Input, "ContextTokens") => "Azure trace",
        PromptKind::Lengths if is(Role::Input, "Request tokens") => "BurstGPT trace",
        PromptKind::Lengths if is(Role::Input, "num_prefill_tokens") => "Vidur trace",
        PromptKind::Lengths if is(Role::Input, "input_length") => "Mooncake trace without ids",
        PromptKind::Lengths => "lengths",
        PromptKind::Text if is(Role::Messages, "conversations") => "ShareGPT",
        PromptKind::Text if field("usage_details") || field("usageDetails") => "Langfuse export",
        PromptKind::Text if field("custom_id") => "OpenAI batch",
        PromptKind::Text if has(Role::Messages) || matches!(first, Value::List(_)) => {
            "chat messages"
        }
        PromptKind::Text if field("turns") => "AIPerf multi-turn",
        PromptKind::Text => "prompts",
    }
}

/// The fields of a record that are not read: those without a role, and those whose role has no use in a file of this kind.
fn unread(
    columns: &Columns<'_>,
    kind: PromptKind,
    record: &Value<'_>,
    map: &ColumnMap,
) -> Vec<String> {
    let has = |role| columns.written(role).is_some();
    let text = kind == PromptKind::Text;
    let turns = turns(record).is_some();
    let used = |role| match role {
        Role::Messages => text && !turns,
        Role::Prompt => text && !turns && !has(Role::Messages),
        Role::Context => {
            text && !turns && (!has(Role::Messages) || map.column(Role::Context).is_some())
        }
        Role::Reply => text && !turns,
        Role::System => text,
        Role::Ids | Role::PerId => kind == PromptKind::Ids,
        Role::Chat => !text,
        Role::Parent => !text && has(Role::Chat),
        _ => true,
    };
    let mut names = columns.unread(record, map, used);
    if turns {
        names.retain(|name| name != "turns");
    }
    if agents::steps(record).is_some() {
        names.retain(|name| name != "sub_requests");
    }
    names
}

/// The turns of a session that is one record: texts, or objects that contain one.
fn turns<'a, 'b>(record: &'a Value<'b>) -> Option<&'a [Value<'b>]> {
    match record.get("turns") {
        Some(Value::List(turns)) if !turns.is_empty() => Some(turns),
        _ => None,
    }
}

/// What an id must be, for messages.
const ID: &str = "a whole number, not negative, or a text";

/// A block's id, as a number: itself, or a hash of how it is written.
fn block_id(value: &Value<'_>) -> Option<u64> {
    match value {
        Value::Integer(id) => Some(*id),
        Value::Text(text) => Some(hash(&text.read())),
        // A number of more than 64 bits.
        Value::Real(_, written) if written.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(hash(written))
        }
        _ => None,
    }
}

fn hash(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

impl Rows for Requests {
    fn row(&mut self, place: Place, record: &Value<'_>) -> Result<(), WorkloadError> {
        let columns = Columns::of(record, &self.options.reading.map);
        let without_text = || match self.kind {
            PromptKind::Text => listed(record, &columns),
            _ => None,
        };
        if let Some(why) = aside(record).or_else(without_text) {
            self.left_out(place, why);
            return Ok(());
        }
        self.rows += 1;
        self.find_columns(record);
        let map = &self.options.reading.map;
        // Among prompts of ids or texts it is a record without them.
        if self.kind == PromptKind::Lengths
            && let Some(steps) = agents::steps(record)
        {
            let whose = Row::whose(place, &columns, map)?;
            self.label = whose.label(&mut self.labels);
            return self.steps(place, record, steps);
        }
        if self.rows == 1 {
            // Before, only the names of a table's columns were known.
            let unread = unread(&columns, self.kind, record, map);
            let new = |name: &String| !self.unread.contains(name);
            let new: Vec<String> = unread.into_iter().filter(new).collect();
            self.unread.extend(new);
            self.begins_with_text = columns.text();
        }
        if self.kind != PromptKind::Text && !self.begins_with_text {
            self.unread_texts += u64::from(columns.text());
        }
        self.learn(&columns, record);
        let row = Row::read(
            place,
            record,
            &columns,
            &self.options.reading.map,
            &self.expected,
        )?;
        let (before, input) = (self.requests.len(), row.input);
        self.whole_row(place, record, row)?;
        // A record that is left out, or is not wanted any more, measured nothing.
        if self.requests.len() > before {
            let served = self.record.add(&columns, input);
            if served.is_some() || !self.served.is_empty() {
                self.served.resize(before, None);
                self.served.resize(self.requests.len(), served);
            }
        }
        Ok(())
    }

    fn full(&self) -> bool {
        // Conversations beyond those that are wanted are still checked and counted.
        self.kind != PromptKind::Text && self.is_full()
    }

    fn read(&self) -> u64 {
        self.requests.len() as u64
    }

    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError> {
        (*self).draft()
    }
}

impl Requests {
    /// Takes from a record of what kind the file is, as far as those before it did not show it.
    fn learn(&mut self, columns: &Columns<'_>, record: &Value<'_>) {
        let chats = self.expected.chat.is_some();
        self.expected.learn(columns);
        let new_chats = !chats && self.expected.chat.is_some();
        if new_chats && !self.per_id.is_stated() {
            self.per_id.of_chats();
        }
        let new_ids = self.kind == PromptKind::Lengths && columns.ids().is_some() && !self.agents;
        if new_ids {
            self.kind = PromptKind::Ids;
            self.ends.resize(self.requests.len(), 0);
            self.without_ids = self.requests.len() as u64;
        }
        if new_ids || (new_chats && self.kind != PromptKind::Text) {
            self.format = format_name(columns, self.kind, record);
        }
    }

    /// Strikes off the columns that `--map` names and this record has.
    fn find_columns(&mut self, record: &Value<'_>) {
        if self.missing.0.is_empty() {
            return;
        }
        let turns = turns(record).unwrap_or_default();
        let has = |path: &str| {
            let in_value = |it| by_path(it, path).is_some();
            in_value(record) || turns.iter().any(in_value)
        };
        self.missing.0.retain(|(_, path)| !has(path));
    }

    /// Takes a row together with its columns.
    fn whole_row(
        &mut self,
        place: Place,
        record: &Value<'_>,
        mut row: Row<'_>,
    ) -> Result<(), WorkloadError> {
        if let Some(time) = row.time {
            self.expected
                .dates
                .get_or_insert(matches!(time, FileTime::Date(_)));
        }
        self.label = row.label(&mut self.labels);
        if self.kind != PromptKind::Text {
            return self.lengths(place, record, &row);
        }
        let Some(mut talk) = self.talk.take() else {
            return Ok(());
        };
        if let Some(turns) = turns(record) {
            let read = self.turns(&mut talk, place, turns, &row);
            self.talk = Some(talk);
            return read;
        }
        match core::mem::take(&mut row.content) {
            Content::Absent => {
                self.blank += 1;
                self.first_blank.get_or_insert(place);
            }
            Content::Prompt(_) if self.is_full() => {}
            Content::Prompt(text) => self.text(&mut talk, &text, &row),
            Content::Messages(messages, _) if messages.blank.is_some() => {
                self.blank += 1;
                self.first_blank
                    .get_or_insert(message_place(place, messages.blank));
            }
            Content::Messages(messages, recorded) => {
                talk.count(&messages);
                let full = self.is_full();
                match &mut self.kubeai {
                    Some(kubeai) if !full => kubeai.conversation(&messages.list),
                    Some(_) => {}
                    None if full => {}
                    None if recorded && row.reply.is_none() => {
                        self.dialogue(&mut talk, &messages.list, &row)
                    }
                    None if messages.list.is_empty() => {}
                    None => self.request(&mut talk, &messages.list, &row),
                }
            }
        }
        self.talk = Some(talk);
        Ok(())
    }
}
