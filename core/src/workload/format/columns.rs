//! Which field of a record holds what: by the names that programs give them, or by `--map`.
//!
//! A table of names serves all formats, so a dialect that only calls things differently needs a line here and no reader.
//! Names are compared without case and without all but letters and digits: `Request tokens`, `request_tokens` and
//! `requestTokens` are one. A unit may stand behind a name, in brackets (`Arrival (s)`, `Input length [tokens]`) or after a
//! blank, a dot, a dash or an underscore (`created_at_ms`); anything else in brackets is part of the name, so `Prompt tokens (cached)` is
//! not the prompt's length. Objects in which programs nest these fields are looked into. Where several fields would do, the
//! better name counts ([`Name::rank`]), then the first.

use crate::json::{Text, Value};
use crate::words::excerpt;
use crate::workload::reading::{ColumnMap, Role, TimeUnit};

/// A field of a record that has a role.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'a> {
    pub(super) name: Text<'a>,
    pub(super) value: &'a Value<'a>,
    /// The unit that the field's name gives; `None` if it gives none.
    pub(super) unit: Option<TimeUnit>,
    rank: u8,
}

/// The fields of a record by their roles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns<'a> {
    cells: [Option<Cell<'a>>; Role::ALL.len()],
}

/// The role of a field's name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Name {
    pub(super) role: Role,
    unit: Option<TimeUnit>,
    /// How good the name is for its role: of several fields of one role, the lowest rank counts.
    pub(super) rank: u8,
}

/// The longest name that is recognised, in letters and digits.
const LONGEST: usize = 48;
/// The most fields that are listed as not read.
const UNREAD: usize = 20;
/// The deepest level of nested objects in which fields are looked for.
const DEPTH: u32 = 4;

/// What stands behind the words of a name.
#[derive(Clone, Copy)]
enum Behind<'a> {
    Brackets(&'a str),
    Unit(TimeUnit),
}

/// Splits a name from the brackets or the unit behind it; `None` if neither stands there.
fn split_unit(text: &str) -> Option<(&str, Behind<'_>)> {
    let text = text.trim_end();
    if let Some(inside) = text.strip_suffix([')', ']']) {
        let (name, inside) = inside.rsplit_once(['(', '['])?;
        return Some((name, Behind::Brackets(inside)));
    }
    let (name, last) = text.rsplit_once([' ', '_', '.', '-'])?;
    let unit = time_unit(last)?;
    // Behind other words `min` is the least, and `h` may be anything.
    let sure = !matches!(unit, TimeUnit::Minutes | TimeUnit::Hours);
    sure.then_some((name, Behind::Unit(unit)))
}

/// The role that a field of that name may have, if its name is known.
pub(super) fn name(text: &str) -> Option<Name> {
    if let Some(name) = known(text) {
        return Some(name);
    }
    let (before, behind) = split_unit(text)?;
    let name = known(before)?;
    use Role as R;
    match (name.role, behind) {
        (role, Behind::Unit(unit)) => is_time(role).then_some(Name {
            unit: Some(unit),
            ..name
        }),
        (role, Behind::Brackets(inside)) if is_time(role) => {
            let unit = time_unit(inside);
            // A measured time of another kind (`latency (mean)`) is not this one. Where the others say nothing of a unit that is
            // known, [`unknown_unit`] does.
            let of_this_kind = unit.is_some() || !matches!(role, R::Ttft | R::Latency);
            of_this_kind.then_some(Name { unit, ..name })
        }
        (R::FirstToken, Behind::Brackets(_)) => Some(name),
        (R::Input | R::Output | R::Max | R::Cached | R::PerId, Behind::Brackets(inside)) => {
            let tokens = ["tokens", "token", "toks", "tok"];
            let are = tokens
                .iter()
                .any(|it| inside.trim().eq_ignore_ascii_case(it));
            are.then_some(name)
        }
        _ => None,
    }
}

/// The text in the brackets behind a name, if it is none of the units that are known.
pub(super) fn unknown_unit(text: &str) -> Option<&str> {
    if known(text).is_some() {
        return None;
    }
    match split_unit(text)? {
        (_, Behind::Brackets(inside)) if time_unit(inside).is_none() => Some(inside.trim()),
        _ => None,
    }
}

/// The unit that the name of a column states, whether or not the rest of the name is known.
fn unit_in_name(text: &str) -> Option<TimeUnit> {
    if let Some(name) = name(text) {
        return name.unit;
    }
    match split_unit(text)?.1 {
        Behind::Brackets(inside) => time_unit(inside),
        Behind::Unit(unit) => Some(unit),
    }
}

/// Whether a role is a time, which is written in some unit.
fn is_time(role: Role) -> bool {
    use Role as R;
    matches!(
        role,
        R::Time | R::End | R::Delay | R::Ttft | R::Latency | R::Deadline
    )
}

/// The role of a field whose name is in the table as it is, without anything behind it.
fn known(text: &str) -> Option<Name> {
    let mut letters = [0; LONGEST];
    let mut length = 0;
    for it in text.chars() {
        let letter = match it {
            'µ' | 'μ' => b'u',
            it if it.is_ascii_alphanumeric() => it.to_ascii_lowercase() as u8,
            // Without its letter it would be another name.
            it if it.is_alphanumeric() => return None,
            _ => continue,
        };
        *letters.get_mut(length)? = letter;
        length += 1;
    }
    let text = core::str::from_utf8(&letters[..length]).ok()?;
    use Role as R;
    let (role, rank) = match text {
        "timestamp" | "arrivedat" | "arrivaltime" | "arrivaltimestamp" | "createdtime"
        | "starttime" | "requestreceivedms" | "timestampms" | "arrivalms" | "arrivaltimems"
        | "starttimems" => (R::Time, 0),
        "time" | "times" | "timems" | "timeseconds" | "ts" | "arrival" | "createdat"
        | "startedat" | "receivedat" | "datetime" | "requesttimestamp" | "created"
        | "starttimestamp" | "requeststarttime" | "requeststartns" | "starttimens"
        | "requestcreatedat" => (R::Time, 1),
        "eventtimeunixms" => (R::Time, 2),
        "endtime" | "completedat" | "finishedat" | "requestendtime" => (R::End, 0),
        "completionstarttime" | "firsttokentime" => (R::FirstToken, 0),
        "inputlength"
        | "inputtokens"
        | "contexttokens"
        | "numprefilltokens"
        | "requesttokens"
        | "prompttokens"
        | "promptlen"
        | "promptlength"
        | "inputlen"
        | "numprompttokens"
        | "numinputtokens"
        | "inputtokenscount"
        | "prompttokenscount"
        | "isl"
        | "prefilltokens"
        | "inputseqlen"
        | "inputtoks"
        | "inputsequencelength"
        | "prompttoks"
        | "genaiusageinputtokens"
        | "genaiusageprompttokens"
        | "llmtokencountprompt"
        | "llmusageprompttokens"
        | "tokensin" => (R::Input, 0),
        "outputlength"
        | "outputtokens"
        | "generatedtokens"
        | "numdecodetokens"
        | "responsetokens"
        | "completiontokens"
        | "outputlen"
        | "outputlens"
        | "numoutputtokens"
        | "outputtokenscount"
        | "osl"
        | "decodetokens"
        | "responselength"
        | "completiontokenscount"
        | "outputtoks"
        | "outputseqlen"
        | "outputsequencelength"
        | "expectedoutputlen"
        | "responselen"
        | "numcompletiontokens"
        | "genlen"
        | "gentokens"
        | "generationlength"
        | "numgeneratedtokens"
        | "genaiusageoutputtokens"
        | "genaiusagecompletiontokens"
        | "llmtokencountcompletion"
        | "llmusagecompletiontokens"
        | "tokensout" => (R::Output, 0),
        "maxtokens" | "maxcompletiontokens" | "maxoutputtokens" | "maxnewtokens" => (R::Max, 0),
        "hashids" | "inputsequencehashes" | "blockhashes" | "blockids" => (R::Ids, 0),
        "traceblocksize" => (R::PerId, 0),
        "sessionid" | "conversationid" => (R::Session, 0),
        "threadid" | "chatsessionid" | "session" => (R::Session, 1),
        "chatid" => (R::Chat, 0),
        "parentchatid" => (R::Parent, 0),
        "delay" | "delayms" | "delays" | "delayseconds" | "thinktime" | "thinktimems" => {
            (R::Delay, 0)
        }
        "textinput" | "prompt" | "userprompt" | "prompttext" => (R::Prompt, 0),
        "text" | "question" | "instruction" | "query" | "inputtext" | "usermessage" => {
            (R::Prompt, 1)
        }
        "system" | "systemprompt" | "systemmessage" | "systeminstruction" => (R::System, 0),
        "context" => (R::Context, 0),
        "messages" | "conversations" | "conversation" => (R::Messages, 0),
        "response" | "completion" | "answer" | "outputtext" | "choices" | "generatedtext"
        | "responsetext" => (R::Reply, 0),
        "ttft" | "ttftms" | "ttfts" | "timetofirsttoken" | "timetofirsttokenms"
        | "timetofirsttokens" => (R::Ttft, 0),
        "e2e" | "e2ems" | "e2elatency" | "e2elatencyms" | "latency" | "latencyms"
        | "requestlatency" | "requestlatencyms" | "responsetime" | "responsetimems" | "e2es" => {
            (R::Latency, 0)
        }
        "replica" | "pod" | "podname" | "replicaid" | "instance" | "workerid" | "upstream"
        | "backend" => (R::Replica, 0),
        "cachedtokens"
        | "numcachedtokens"
        | "promptcachedtokens"
        | "cachereadinputtokens"
        | "prefixcachehittokens"
        | "cachedinputtokens" => (R::Cached, 0),
        "tenant" | "tenantid" | "tenantname" => (R::Tenant, 0),
        "priority" => (R::Priority, 0),
        "deadline" | "deadlinems" | "deadlines" => (R::Deadline, 0),
        "input" => (R::Input, 3),
        "output" => (R::Output, 3),
        _ => return None,
    };
    let unit = unit(text).filter(|_| is_time(role));
    Some(Name { role, unit, rank })
}

/// The units of time, each with the words for it.
const UNITS: [(TimeUnit, &[&str]); 6] = [
    (
        TimeUnit::Seconds,
        &["s", "sec", "secs", "second", "seconds"],
    ),
    (
        TimeUnit::Millis,
        &[
            "ms",
            "msec",
            "msecs",
            "millis",
            "millisecond",
            "milliseconds",
        ],
    ),
    // The micro sign, and the Greek letter that looks like it.
    (
        TimeUnit::Micros,
        &[
            "us",
            "µs",
            "μs",
            "usec",
            "micros",
            "microsecond",
            "microseconds",
        ],
    ),
    (
        TimeUnit::Nanos,
        &["ns", "nsec", "nanos", "nanosecond", "nanoseconds"],
    ),
    (TimeUnit::Minutes, &["min", "mins", "minute", "minutes"]),
    (TimeUnit::Hours, &["h", "hr", "hrs", "hour", "hours"]),
];

/// The unit that a word means, in upper or lower case: `ms`, `MS`, `milliseconds`.
fn time_unit(word: &str) -> Option<TimeUnit> {
    let word = word.trim();
    let means = |words: &[&str]| words.iter().any(|it| it.eq_ignore_ascii_case(word));
    let found = UNITS.iter().find(|(_, words)| means(words));
    found.map(|(unit, _)| *unit)
}

/// The unit that a name ends with, or in which fields of this name always are.
fn unit(name: &str) -> Option<TimeUnit> {
    match name {
        "timestamps" | "ts" | "requesttimestamp" | "starttimestamp" | "timestamp"
        | "arrivaltimestamp" => None,
        "arrivedat" | "times" | "timeseconds" => Some(TimeUnit::Seconds),
        "ttfts" | "e2es" | "delays" | "deadlines" | "timetofirsttokens" | "delayseconds" => {
            Some(TimeUnit::Seconds)
        }
        _ if name.ends_with("ms") => Some(TimeUnit::Millis),
        _ if name.ends_with("ns") => Some(TimeUnit::Nanos),
        _ if name.ends_with("us") => Some(TimeUnit::Micros),
        _ => None,
    }
}

/// Whether a field is an object to look into.
pub(super) fn nests(name: &str) -> bool {
    matches!(
        name,
        "request"
            | "body"
            | "replay"
            | "usage"
            | "usage_details"
            | "usageDetails"
            | "sampling_params"
            | "params"
            | "response"
            | "input"
            | "metrics"
            | "prompt_tokens_details"
            | "input_tokens_details"
            | "metadata"
            | "payload"
            | "kwargs"
            | "model_parameters"
            | "modelParameters"
            | "timing"
            | "timings"
            | "attributes"
            | "row"
    )
}

impl<'a> Columns<'a> {
    /// The fields of a record, by `--map` and then by their usual names.
    pub(super) fn of(record: &'a Value<'a>, map: &ColumnMap) -> Self {
        let mut columns = Self {
            cells: [None; Role::ALL.len()],
        };
        // A text called `input`.
        let mut input = None;
        columns.look(record, 0, &mut input);
        for (role, path) in &map.0 {
            columns.cells[*role as usize] = by_path(record, path).map(|(name, value)| Cell {
                name,
                value,
                unit: unit_in_name(path).filter(|_| is_time(*role)),
                rank: 0,
            });
        }
        // A prompt that an option names is the prompt, whatever stands beside it.
        if map.column(Role::Prompt).is_some() && map.column(Role::Messages).is_none() {
            columns.cells[Role::Messages as usize] = None;
        }
        // Beside an instruction it is what that is about.
        let asks = |cell: Cell<'_>| {
            let words = ["instruction", "question", "query"];
            let name = cell.name.read();
            words.iter().any(|it| name.trim().eq_ignore_ascii_case(it))
        };
        if columns.cells[Role::Prompt as usize].is_some_and(asks) {
            let context = &mut columns.cells[Role::Context as usize];
            *context = context.or(input);
        }
        columns
    }

    fn look(&mut self, object: &'a Value<'a>, depth: u32, input: &mut Option<Cell<'a>>) {
        let Value::Object(fields) = object else {
            return;
        };
        for (written, value) in fields {
            let text = written.read();
            if matches!(value, Value::Object(_)) && depth < DEPTH && nests(&text) {
                self.look(value, depth + 1, input);
            }
            let Some(name) = name(&text).and_then(|name| fitting(name, value)) else {
                continue;
            };
            let cell = Cell {
                name: *written,
                value,
                unit: name.unit,
                rank: name.rank,
            };
            if name.role == Role::Prompt && name.rank > 1 {
                input.get_or_insert(cell);
            }
            let slot = &mut self.cells[name.role as usize];
            if slot.is_none_or(|known| name.rank < known.rank) {
                *slot = Some(cell);
            }
        }
    }

    /// The names of a record's own fields that have no role that is `used`; the first few of them.
    pub(super) fn unread(
        &self,
        record: &Value<'_>,
        map: &ColumnMap,
        used: impl Fn(Role) -> bool,
    ) -> Vec<String> {
        let Value::Object(fields) = record else {
            return Vec::new();
        };
        let cells = || self.cells.iter().zip(Role::ALL);
        let read = |name: &Text<'_>, value: &Value<'_>| {
            let name = name.read();
            let leads = |(_, path): &(Role, String)| {
                let first = path.split_once('.').map(|it| it.0);
                first == Some(&*name) && by_path(record, path).is_some()
            };
            let looked_into =
                matches!(value, Value::Object(_)) && (nests(&name) || map.0.iter().any(leads));
            let is = |it: Option<Cell<'_>>| it.is_some_and(|cell| cell.name.read() == name);
            looked_into || cells().any(|(cell, role)| is(*cell) && used(*role))
        };
        let unread = fields.iter().filter(|(name, value)| !read(name, value));
        unread
            .take(UNREAD)
            .map(|(name, _)| excerpt(&name.read()))
            .collect()
    }

    /// The field of this role; a field that is null counts as absent.
    pub(super) fn get(&self, role: Role) -> Option<Cell<'a>> {
        self.cells[role as usize].filter(|cell| *cell.value != Value::Null)
    }

    /// Whether there is a prompt's text, or messages.
    pub(super) fn text(&self) -> bool {
        let some = |role| self.get(role).is_some();
        some(Role::Prompt) || some(Role::Messages)
    }

    /// The field of block ids; one that is null or an empty list counts as absent.
    pub(super) fn ids(&self) -> Option<Cell<'a>> {
        let none = |value: &Value<'_>| matches!(value, Value::List(list) if list.is_empty());
        self.get(Role::Ids).filter(|cell| !none(cell.value))
    }

    /// The field of this role, null or not.
    pub(super) fn written(&self, role: Role) -> Option<Cell<'a>> {
        self.cells[role as usize]
    }
}

/// The role of a field in view of its value: `input` may be a number, a text or a list of messages.
fn fitting(name: Name, value: &Value<'_>) -> Option<Name> {
    use Role as R;
    let with = |role| Some(Name { role, ..name });
    let number = matches!(
        value,
        Value::Integer(_) | Value::Negative(_) | Value::Real(..)
    );
    match (name.role, value) {
        // A number is no text: beside a prompt's length it may be what the prompt cost.
        (R::Prompt, _) if number => None,
        // Token ids, and lists of several prompts, are not read.
        (R::Prompt, Value::List(list)) => matches!(list.first(), Some(Value::Object(_)))
            .then_some(())
            .and(with(R::Messages)),
        (R::Prompt, Value::Object(_)) => None,
        (R::Input, Value::Text(_)) if name.rank > 0 => with(R::Prompt),
        (R::Input, Value::List(_)) => with(R::Messages),
        (R::Input, Value::Object(_)) => None,
        (R::Output, Value::Text(_) | Value::Object(_) | Value::List(_)) if name.rank > 0 => {
            with(R::Reply)
        }
        (R::Output | R::Input, Value::Null) if name.rank > 0 => None,
        (R::Messages, Value::Text(_)) => with(R::Prompt),
        (R::Context | R::System, Value::Text(_) | Value::List(_)) => Some(name),
        (R::Context | R::System, _) => None,
        (R::Reply, _) if number => None,
        // A log's `latency` may be a text such as "0.3s"; only numbers are times.
        (R::Ttft | R::Latency, _) if !number => None,
        _ => Some(name),
    }
}

/// The value that a path leads to, and its own name.
pub(super) fn by_path<'a>(record: &'a Value<'a>, path: &str) -> Option<(Text<'a>, &'a Value<'a>)> {
    let Value::Object(fields) = record else {
        return None;
    };
    if let Some((name, value)) = fields.iter().find(|(name, _)| name.read() == path) {
        return Some((*name, value));
    }
    let (first, rest) = path.split_once('.')?;
    let (_, inside) = fields.iter().find(|(name, _)| name.read() == first)?;
    by_path(inside, rest)
}
