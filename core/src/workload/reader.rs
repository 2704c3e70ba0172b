//! Reads a file's bytes in pieces, in bounded memory, whatever its format.
//!
//! ```
//! use warmpath_core::workload::{ReadOptions, Reader};
//! let file = r#"[{"conversations": [{"from": "human", "value": "Tell me about rivers."},
//!                                   {"from": "gpt", "value": "They run downhill."}]}]"#;
//! let mut reader = Reader::new("rivers.json", ReadOptions::default());
//! for piece in file.as_bytes().chunks(7) {
//!     reader.push(piece)?;
//! }
//! let workload = reader.finish()?;
//! assert_eq!((workload.requests.len(), workload.requests[0].prompt_tokens), (1, 5));
//! assert!(workload.name.starts_with("rivers.json~"));
//! # Ok::<(), warmpath_core::workload::WorkloadError>(())
//! ```

use super::draft::Format;
use super::format::Origin;
use super::format::sniff::{Head, Recognised};
use super::gzip::Gzip;
use super::reading::Reading;
use super::utf8::Utf8;
use super::{Workload, WorkloadError};
use xxhash_rust::xxh3::Xxh3;

/// How prompts are made of ShareGPT conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prompts {
    /// Every question is a turn after the answer before it; the prompt is all messages so far, no template.
    #[default]
    Turns,
    /// As KubeAI's prefix-aware load-balancing benchmark makes them: independent, shuffled, repeated.
    KubeAi,
}

/// How a file is to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadOptions {
    /// The number of tokens of a block, one of [`crate::block::SIZES`] \[tokens\].
    pub block_size: u32,
    /// Only this many requests are read, the first ones: questions in file order for conversations, rows for traces; `None`: all. The file
    /// is still read to its end, for its hash and its faults.
    pub requests: Option<u32>,
    /// How prompts are made of a ShareGPT file's conversations; of no effect for other files.
    pub prompts: Prompts,
    /// Whether the characters of texts are kept too ([`Workload::characters`]), for policies that match them
    /// ([`Scenario::matches_characters`](crate::scenario::Scenario::matches_characters)).
    pub characters: bool,
    /// Whether every token is kept too ([`Workload::tokens`]), for policies that match those
    /// ([`Scenario::matches_tokens`](crate::scenario::Scenario::matches_tokens)).
    pub tokens: bool,
    /// Whether the beginnings of prompts are kept too ([`Workload::heads`]), for policies that hash more or less of them than 100
    /// characters ([`Scenario::hashes_beginnings`](crate::scenario::Scenario::hashes_beginnings)).
    pub beginnings: bool,
    /// What options say about how the file is to be read.
    pub reading: Reading,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            block_size: 16,
            requests: None,
            prompts: Prompts::Turns,
            characters: false,
            tokens: false,
            beginnings: false,
            reading: Reading::default(),
        }
    }
}

/// Turns a file's bytes into a workload.
pub struct Reader {
    name: String,
    options: ReadOptions,
    hash: Box<Xxh3>,
    gzip: Gzip,
    utf8: Utf8,
    state: ReaderState,
}

enum ReaderState {
    /// The first bytes, until they show the file's format.
    Head(Box<Head>),
    Reading(Box<dyn Format>),
    Failed(WorkloadError),
}

impl Reader {
    /// A reader of the file called `file_name`; directories in it are dropped, and the name decides nothing.
    pub fn new(file_name: &str, options: ReadOptions) -> Self {
        Self {
            name: basename(file_name).to_owned(),
            options,
            hash: Box::new(Xxh3::new()),
            gzip: Gzip::default(),
            utf8: Utf8::default(),
            state: ReaderState::Head(Box::default()),
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// What is wrong with the file as far as it is known. The first error stays: no later call succeeds.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), WorkloadError> {
        self.hash.update(bytes);
        if let ReaderState::Failed(error) = &self.state {
            return Err(error.clone());
        }
        let mut gzip = core::mem::take(&mut self.gzip);
        let result = gzip.push(bytes, &mut |bytes| self.plain(bytes));
        self.gzip = gzip;
        if let Err(error) = &result {
            self.state = ReaderState::Failed(error.clone());
        }
        result
    }

    /// Takes the next bytes after unpacking.
    fn plain(&mut self, bytes: &[u8]) -> Result<(), WorkloadError> {
        match &mut self.state {
            ReaderState::Head(head) => {
                let found = head.push(bytes, &self.options);
                found.and_then(|found| self.begin(found))
            }
            ReaderState::Reading(format) => self.utf8.push(bytes, |piece| format.text(piece)),
            ReaderState::Failed(error) => Err(error.clone()),
        }
    }

    /// The workload, after the last byte.
    ///
    /// # Errors
    /// What is wrong with the file. Lines or an array that break off are no error, as long as something whole came before: a note of
    /// the workload says so. A JSON value over several lines and a Warmpath trace that break off are errors.
    pub fn finish(self) -> Result<Workload, WorkloadError> {
        self.understood().map(|(workload, _)| workload)
    }

    /// The workload, after the last byte, and what the file was recognised as.
    ///
    /// # Errors
    /// As [`Reader::finish`].
    pub fn understood(mut self) -> Result<(Workload, Origin), WorkloadError> {
        let mut gzip = core::mem::take(&mut self.gzip);
        let cut = match &self.state {
            ReaderState::Failed(_) => None,
            _ => gzip.finish(&mut |bytes| self.plain(bytes))?,
        };
        if let ReaderState::Head(head) = &mut self.state {
            let found = head.finish(&self.options)?;
            self.begin(found)?;
        }
        let mut format = match self.state {
            ReaderState::Reading(format) => format,
            ReaderState::Failed(error) => return Err(error),
            ReaderState::Head(_) => return Err(WorkloadError::Empty),
        };
        if self.utf8.ends_inside_character() {
            // This stands for the character that was cut, so that the parser sees an unfinished record.
            format.text("\u{fffd}")?;
        }
        let name = hashed(&self.name, self.hash.digest());
        let mut draft = format.finish()?;
        draft.notes.splice(0..0, cut);
        let origin = core::mem::take(&mut draft.origin);
        let workload = draft.finish(name, self.options.block_size, self.options.requests)?;
        Ok((workload, origin))
    }

    /// Goes on with the parser of a format, once that is known.
    fn begin(&mut self, found: Option<Recognised>) -> Result<(), WorkloadError> {
        let Some(Recognised {
            mut format,
            text,
            bytes,
            lines,
        }) = found
        else {
            return Ok(());
        };
        self.utf8.skip(bytes, lines);
        format.skip_lines(lines);
        self.utf8.push(&text, |piece| format.text(piece))?;
        self.state = ReaderState::Reading(format);
        Ok(())
    }
}

impl core::fmt::Debug for Reader {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Reader")
            .field("name", &self.name)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// What a scenario calls a file: `basename~hash`.
pub fn file_name(path: &str, bytes: &[u8]) -> String {
    hashed(basename(path), xxhash_rust::xxh3::xxh3_64(bytes))
}

fn hashed(name: &str, hash: u64) -> String {
    format!("{name}~{hash:016x}")
}

/// The last part of a path, of either kind.
fn basename(path: &str) -> &str {
    match path.rsplit(['/', '\\']).find(|part| !part.is_empty()) {
        None | Some("-") => "stdin",
        Some(name) => name,
    }
}
