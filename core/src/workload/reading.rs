//! How a file is to be read where it does not say so itself: the tokenizer, units, names of columns.

use core::fmt;
use std::sync::Arc;

use super::WorkloadError;
use crate::token::bpe::{Bpe, TokenizerError};
use crate::token::{Encoder, tables};

/// What options say about how a file is to be read. By default everything is as the file says, and text is counted with `o200k`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The tokenizer that counts the tokens of text.
    pub tokenizer: Tokenization,
    /// The number of tokens that a hash id of a trace stands for; `None`: what follows from ids and lengths.
    pub tokens_per_id: Option<u32>,
    /// The unit of recorded times; `None`: what the file says, or what follows beyond doubt.
    pub time_unit: Option<TimeUnit>,
    /// The columns to read for each role; the usual names are tried for the roles that are not in it.
    pub map: ColumnMap,
    /// What a row of a session holds: the whole prompt, or what is new.
    pub session_rows: SessionRows,
    /// The template by which a server puts text around each message.
    pub chat_template: ChatTemplate,
}

/// The tokenizer that counts the tokens of text.
#[derive(Clone, Debug)]
pub enum Tokenization {
    /// Words and signs, as FakeAI splits them ([`crate::token::Tokenizer`]).
    Words,
    /// A published table of byte pairs, by its name: `o200k` or `cl100k`.
    Table(&'static str),
    /// The tokenizer of a model, read from its `tokenizer.json`.
    File {
        /// The file's name: `basename~hash` once it has been read; before, as it was given.
        name: String,
        /// The tables read from the file; `None` as long as it has not been read.
        tables: Option<Arc<Bpe>>,
    },
}

impl Default for Tokenization {
    fn default() -> Self {
        Self::Table(tables::TABLES[0].name)
    }
}

/// Tokenizers are equal if their names are, as the name of a file that was read contains a hash of its bytes; one that was read
/// differs from one that was not.
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
    /// The tokenizer's name: `words`, a table's, or a file's.
    pub fn name(&self) -> &str {
        match self {
            Self::Words => "words",
            Self::Table(name) => name,
            Self::File { name, .. } => name,
        }
    }

    /// The tokenizer of that name; any other text is taken for a file's name.
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

    /// The encoder that turns text into tokens.
    ///
    /// # Errors
    /// The tokenizer's tables are not at hand.
    pub fn encoder(&self) -> Result<Encoder, WorkloadError> {
        let tables = self.tables()?;
        Ok(tables.map_or_else(Encoder::default, Encoder::pairs))
    }

    /// The tables of byte pairs; `None` for words, which have none.
    ///
    /// # Errors
    /// The tokenizer's tables are not at hand.
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

/// Declares an enumeration whose values are each written as a word.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$each])* $variant),+ }

        impl $name {
            /// All values, in the order in which they are declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that is written for it.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value that is written as this word; `None` if there is none.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.word() == word)
            }
        }
    };
}

words! {
    /// The unit of recorded times.
    TimeUnit {
        /// Times are recorded in seconds.
        Seconds = "s",
        /// Times are recorded in milliseconds.
        Millis = "ms",
        /// Times are recorded in microseconds.
        Micros = "us",
        /// Times are recorded in nanoseconds.
        Nanos = "ns",
        /// Times are recorded in minutes.
        Minutes = "min",
        /// Times are recorded in hours.
        Hours = "h",
    }
}

impl TimeUnit {
    /// How many of the unit make a second; less than one where the unit is longer.
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

    /// Converts a time from this unit to seconds.
    pub fn secs(self, time: f64) -> f64 {
        match self {
            // 60 is exact as a float and 1/60 is not, so times are not divided by `per_second`.
            Self::Minutes => time * 60.0,
            Self::Hours => time * 3600.0,
            Self::Seconds | Self::Millis | Self::Micros | Self::Nanos => time / self.per_second(),
        }
    }

    /// The length of the unit \[ns\].
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

    /// The unit's name, in words.
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
    /// What a row of a session holds of its prompt.
    #[derive(Default)]
    SessionRows {
        /// The whole prompt, with all turns before it.
        #[default]
        Full = "full",
        /// What is new since the answer before it.
        Delta = "delta",
    }
}

words! {
    /// The text that a server puts around each message before the model reads it.
    #[derive(Default)]
    ChatTemplate {
        /// No text around the messages.
        #[default]
        None = "none",
        /// `<|im_start|>role … <|im_end|>`: Qwen and many others.
        ChatMl = "chatml",
        /// `<|start_header_id|>role<|end_header_id|> … <|eot_id|>`: Llama 3.
        Llama3 = "llama3",
    }
}

words! {
    /// What a column of a table, or a field of a record, holds.
    Role {
        /// The time at which the request arrived.
        Time = "time",
        /// The time at which its answer was complete.
        End = "end",
        /// The length of the prompt \[tokens\].
        Input = "input",
        /// The length of the answer \[tokens\].
        Output = "output",
        /// The output limit that the client asked for \[tokens\].
        Max = "max",
        /// The ids of the prompt's blocks.
        Ids = "ids",
        /// The number of tokens that an id stands for.
        PerId = "tokens-per-id",
        /// The conversation that the request belongs to.
        Session = "session",
        /// This request's own id, which a later one's parent names.
        Chat = "chat",
        /// The id of the request that it goes on from.
        Parent = "parent",
        /// The pause after the answer before it.
        Delay = "delay",
        /// The text of the prompt.
        Prompt = "prompt",
        /// The text that a prompt is about, which follows the prompt: Alpaca's `input`, Dolly's `context`. Beside messages it is
        /// read only where an option names it, and follows the last question.
        Context = "context",
        /// The system prompt: what the model is given before the prompt or the messages.
        System = "system",
        /// The messages of a chat, as a list.
        Messages = "messages",
        /// The text of the answer.
        Reply = "reply",
        /// The measured time to first token.
        Ttft = "ttft",
        /// The time at which its first token came.
        FirstToken = "first-token",
        /// The measured time to the whole answer.
        Latency = "e2e",
        /// The name of the replica that served it.
        Replica = "replica",
        /// The number of prompt tokens that were cached.
        Cached = "cached",
        /// The tenant that the request belongs to.
        Tenant = "tenant",
        /// Its priority; the lowest number goes first.
        Priority = "priority",
        /// The time after sending by which its first token is due.
        Deadline = "deadline",
    }
}

/// Columns by what they hold, as `--map` gives them: `time=arrived_at;input=num_prefill_tokens`. A dot leads into an
/// object of a JSON record: `time=request.start`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap(pub(super) Vec<(Role, String)>);

impl ColumnMap {
    /// Reads the text of the option.
    ///
    /// # Errors
    /// What would be right, in words.
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
                "pairs like time=arrived_at;input=prompt_len, each role at most once, of {}",
                roles.join(", ")
            )
        })
    }

    /// The column that was named for this role; `None` if none was.
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
