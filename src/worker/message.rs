//! What the page asks its worker, and what the worker answers.

use serde::{Deserialize, Serialize};

/// Changes whenever [`Ask`] or [`Answer`] does. Both sides are the same wasm, so this is only a guard against a stray message.
pub const VERSION: u32 = 2;

/// A message with its version.
#[derive(Serialize, Deserialize)]
pub(super) struct Letter<T> {
    pub(super) version: u32,
    pub(super) body: T,
}

/// What the page asks. A file is not asked about but posted as it is: it is read, and kept if it is good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Run a scenario; whatever runs is given up.
    Run {
        /// The scenario as a query.
        query: String,
        /// The page's base address, which traces are fetched relative to.
        base: String,
    },
    /// Give up what runs, be it a run or a file.
    Stop,
}

/// What the worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Reads a file; progress counts bytes.
    Reading,
    /// Runs; progress counts requests.
    Running,
}

/// What the worker answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// A file was read and is kept.
    File(Opened),
    /// A file was not understood; the one before is kept.
    FileFailed {
        /// What is wrong with it and where.
        reason: String,
    },
    /// How far it has come.
    Progress {
        /// What it does.
        stage: Stage,
        /// Bytes or requests done.
        done: f64,
        /// All there are.
        total: f64,
    },
    /// The curves so far.
    Partial(Vec<Curves>),
    /// A run has ended.
    Done(Box<Outcome>),
    /// It was given up.
    Stopped,
    /// It could not be run.
    Failed {
        /// Why, in a sentence.
        reason: String,
    },
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// `basename~hash`, its name in a scenario.
    pub name: String,
    /// Requests in it.
    pub requests: u32,
    /// What was skipped or repaired.
    pub notes: Vec<String>,
}

/// One policy's curves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curves {
    /// The policy.
    pub policy: String,
    /// Requests completed.
    pub completed: u64,
    /// Times to first token at even ranks, ascending \[s\].
    pub ttft: Vec<f64>,
    /// Requests answered a second, bin after bin.
    pub rate: Vec<f64>,
    /// A bin's width \[s\].
    pub bin: f64,
}

/// A finished run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The scenario, canonical, its workload by the name that repeats it.
    pub query: String,
    /// The policies' curves.
    pub curves: Vec<Curves>,
    /// The policies' figures, each in the order of `core`'s table.
    pub figures: Vec<Vec<f64>>,
    /// The report as JSON, the command line's bytes.
    pub json: String,
    /// What was skipped or repaired in the workload.
    pub notes: Vec<String>,
    /// Where step times come from.
    pub provenance: String,
}

/// A message as text.
pub(super) fn write<T: Serialize>(body: T) -> Result<String, String> {
    serde_json::to_string(&Letter {
        version: VERSION,
        body,
    })
    .map_err(|error| format!("a message could not be written: {error}"))
}

/// A message from text; the error says what is wrong with it.
pub(super) fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, String> {
    let letter: Letter<T> = serde_json::from_str(text)
        .map_err(|error| format!("a message could not be read: {error}"))?;
    if letter.version == VERSION {
        Ok(letter.body)
    } else {
        Err(format!(
            "a message of version {}, not {VERSION}",
            letter.version
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ask_survives_the_journey_and_another_version_is_refused() {
        let ask = Ask::Run {
            query: "v=1".into(),
            base: "http://localhost/".into(),
        };
        let text = write(&ask).expect("plain data");
        assert_eq!(read::<Ask>(&text), Ok(ask));
        let other = text.replace("\"version\":2", "\"version\":3");
        assert_eq!(
            read::<Ask>(&other),
            Err("a message of version 3, not 2".into())
        );
    }
}
