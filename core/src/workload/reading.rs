//! How a file is to be read where it does not say so itself: the tokenizer, units, names of columns.

use core::fmt;
use std::sync::Arc;

use super::WorkloadError;
use crate::token::bpe::{Bpe, TokenizerError};
use crate::token::{Encoder, tables};

/// What options say about a file. By default everything is as the file says, and text is counted with `o200k`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// What counts the tokens of text.
    pub tokenizer: Tokenization,
    /// Tokens that a hash id of a trace stands for; `None`: what ids and lengths say.
    pub tokens_per_id: Option<u32>,
    /// Unit of recorded times; `None`: what the file says, or what cannot be doubted.
    pub time_unit: Option<TimeUnit>,
    /// Columns by what they hold, before their usual names are tried.
    pub map: ColumnMap,
    /// What a row of a session holds.
    pub session_rows: SessionRows,
    /// What a server adds around each message.
    pub chat_template: ChatTemplate,
}

/// What counts the tokens of text.
#[derive(Clone, Debug)]
pub enum Tokenization {
    /// FakeAI's words.
    Words,
    /// A published table, by its name.
    Table(&'static str),
    /// A `tokenizer.json`.
    File {
        /// `basename~hash` once it has been read; before, as it was given.
        name: String,
        /// What it says; `None`: it has not been read.
        tables: Option<Arc<Bpe>>,
    },
}

impl Default for Tokenization {
    fn default() -> Self {
        Self::Table(tables::TABLES[0].name)
    }
}

/// Equal names are equal tables.
impl PartialEq for Tokenization {
    fn eq(&self, other: &Self) -> bool {
        let read = |it: &Self| matches!(it, Self::File { tables: None, .. });
        self.to_string() == other.to_string() && read(self) == read(other)
    }
}

impl fmt::Display for Tokenization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Tokenization {
    /// `words`, a table's name, or a file's.
    pub fn name(&self) -> &str {
        match self {
            Self::Words => "words",
            Self::Table(name) => name,
            Self::File { name, .. } => name,
        }
    }

    /// The tokenizer of that name; any other text is a file's name.
    pub fn named(text: &str) -> Self {
        let table = tables::TABLES.iter().find(|table| table.name == text);
        match (text, table) {
            ("words", _) => Self::Words,
            (_, Some(table)) => Self::Table(table.name),
            (name, None) => Self::File {
                name: name.to_owned(),
                tables: None,
            },
        }
    }

    /// The tokenizer of a `tokenizer.json` at this path with this text.
    ///
    /// # Errors
    /// What of the text cannot be used.
    pub fn file(path: &str, text: &str) -> Result<Self, TokenizerError> {
        let name = super::file_name(path, text.as_bytes());
        let tables = Some(Arc::new(Bpe::hugging_face(&name, text)?));
        Ok(Self::File { name, tables })
    }

    /// What encodes.
    ///
    /// # Errors
    /// Tables that are not at hand.
    pub fn encoder(&self) -> Result<Encoder, WorkloadError> {
        let tables = self.tables()?;
        Ok(tables.map_or_else(Encoder::default, Encoder::pairs))
    }

    /// The tables of byte pairs; words have none.
    ///
    /// # Errors
    /// Tables that are not at hand.
    pub fn tables(&self) -> Result<Option<Arc<Bpe>>, WorkloadError> {
        let tables = match self {
            Self::Words => return Ok(None),
            Self::Table(name) => tables::built_in(name),
            Self::File { tables, .. } => tables.clone(),
        };
        let missing = || WorkloadError::Tables {
            name: self.to_string(),
        };
        tables.map(Some).ok_or_else(missing)
    }
}

/// Values that are written as one of a few words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$each])* $variant),+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its word.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The one of that word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.word() == word)
            }
        }
    };
}

words! {
    /// Unit of recorded times.
    TimeUnit {
        /// Seconds.
        Seconds = "s",
        /// Milliseconds.
        Millis = "ms",
        /// Microseconds.
        Micros = "us",
        /// Nanoseconds.
        Nanos = "ns",
        /// Minutes.
        Minutes = "min",
        /// Hours.
        Hours = "h",
    }
}

impl TimeUnit {
    /// How many make a second: less than one where it is longer.
    pub fn per_second(self) -> f64 {
        match self {
            Self::Seconds => 1.0,
            Self::Millis => 1e3,
            Self::Micros => 1e6,
            Self::Nanos => 1e9,
            Self::Minutes => 1.0 / 60.0,
            Self::Hours => 1.0 / 3600.0,
        }
    }

    /// A time in this unit, in seconds.
    pub fn secs(self, time: f64) -> f64 {
        match self {
            // A factor is exact where the quotient is not.
            Self::Minutes => time * 60.0,
            Self::Hours => time * 3600.0,
            Self::Seconds | Self::Millis | Self::Micros | Self::Nanos => time / self.per_second(),
        }
    }

    /// How long one is \[ns\].
    pub fn nanos(self) -> u64 {
        match self {
            Self::Seconds => 1_000_000_000,
            Self::Millis => 1_000_000,
            Self::Micros => 1000,
            Self::Nanos => 1,
            Self::Minutes => 60_000_000_000,
            Self::Hours => 3_600_000_000_000,
        }
    }

    /// The unit in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Millis => "milliseconds",
            Self::Micros => "microseconds",
            Self::Nanos => "nanoseconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
        }
    }
}

words! {
    /// What a row of a session holds.
    #[derive(Default)]
    SessionRows {
        /// The whole prompt.
        #[default]
        Full = "full",
        /// What is new since the answer before.
        Delta = "delta",
    }
}

words! {
    /// What a server adds around each message before the model reads it.
    #[derive(Default)]
    ChatTemplate {
        /// Nothing.
        #[default]
        None = "none",
        /// `<|im_start|>role … <|im_end|>`: Qwen and many others.
        ChatMl = "chatml",
        /// `<|start_header_id|>role<|end_header_id|> … <|eot_id|>`: Llama 3.
        Llama3 = "llama3",
    }
}

words! {
    /// What a column holds.
    Role {
        /// When the request arrived.
        Time = "time",
        /// When its answer was complete.
        End = "end",
        /// Prompt length \[tokens\].
        Input = "input",
        /// Answer length \[tokens\].
        Output = "output",
        /// The limit the client asked for \[tokens\].
        Max = "max",
        /// Ids of the prompt's blocks.
        Ids = "ids",
        /// Tokens an id stands for.
        PerId = "tokens-per-id",
        /// The conversation.
        Session = "session",
        /// This request's own id, which a later one's parent names.
        Chat = "chat",
        /// The request it goes on from.
        Parent = "parent",
        /// The pause after the answer before.
        Delay = "delay",
        /// The prompt's text.
        Prompt = "prompt",
        /// What a prompt is about, which follows it: Alpaca's `input`, Dolly's `context`. Beside messages it is read only where
        /// it is named, and follows the last question.
        Context = "context",
        /// What the model is told before the prompt or the messages.
        System = "system",
        /// The messages of a chat.
        Messages = "messages",
        /// The answer's text.
        Reply = "reply",
        /// Time to first token, as it was measured.
        Ttft = "ttft",
        /// When its first token came.
        FirstToken = "first-token",
        /// Time to the whole answer, as it was measured.
        Latency = "e2e",
        /// The replica that was chosen.
        Replica = "replica",
        /// Prompt tokens that were cached.
        Cached = "cached",
        /// Whose request it is.
        Tenant = "tenant",
        /// Its priority; the lowest number goes first.
        Priority = "priority",
        /// Until when after it was sent its first token is due.
        Deadline = "deadline",
    }
}

/// Columns by what they hold, as `--map` gives them: `time=arrived_at;input=num_prefill_tokens`. A dot leads into an
/// object of a JSON record: `time=request.start`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap(pub(super) Vec<(Role, String)>);

impl ColumnMap {
    /// Reads what an option says.
    ///
    /// # Errors
    /// What would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split(';').map(str::trim).filter(|it| !it.is_empty());
        let pair = |part: &str| {
            let (role, column) = part.split_once('=')?;
            let role = Role::parse(role.trim())?;
            let column = column.trim();
            (!column.is_empty()).then(|| (role, column.to_owned()))
        };
        let pairs: Option<Vec<_>> = parts.map(pair).collect();
        let pairs = pairs.filter(|pairs| {
            let twice = |at: usize| pairs[..at].iter().any(|it| it.0 == pairs[at].0);
            !(0..pairs.len()).any(twice)
        });
        pairs.map(Self).ok_or_else(|| {
            let roles: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
            format!(
                "pairs like time=arrived_at;input=prompt_len, of {}",
                roles.join(", ")
            )
        })
    }

    /// The column that holds this, if one was named.
    pub(super) fn column(&self, role: Role) -> Option<&str> {
        let found = self.0.iter().find(|it| it.0 == role);
        found.map(|it| it.1.as_str())
    }
}

impl fmt::Display for ColumnMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (role, column)) in self.0.iter().enumerate() {
            let between = if at > 0 { ";" } else { "" };
            write!(f, "{between}{}={column}", role.word())?;
        }
        Ok(())
    }
}
