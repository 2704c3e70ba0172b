//! A recorded file: a header line and a line per event. `benches/products/README.md` says what each field means.

use std::io::Read;
use std::path::Path;

use serde::Deserialize;

use super::prompts::{Maker, Part};

/// What was run, and which policy stands for it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Header {
    pub(crate) product: String,
    pub(crate) version: String,
    pub(crate) policy: String,
    pub(crate) case: String,
    /// The product's command line options in this recording.
    pub(crate) options: Vec<String>,
    pub(crate) workers: u32,
    /// The policy that stands for it, with parameters.
    pub(crate) spec: String,
    /// What the product matches: characters or tokens.
    pub(crate) unit: String,
    /// Characters or tokens a block.
    pub(crate) block: u32,
    pub(crate) prompts: String,
    /// Whether the decision follows a key (a session's name or a hash of the prompt's begin), whose place on the ring is
    /// a matter of names: the first decision with a key tells where it lies and is not compared.
    pub(crate) keyed: bool,
    pub(crate) recorded: String,
    /// Why decisions differ, where some do; the product's own line that decides.
    #[serde(default)]
    pub(crate) explained: String,
}

/// A line of a recording: something that reached the product, or that it did.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Event {
    /// Seconds since the recording began.
    pub(crate) t: f64,
    /// A request: its number.
    pub(crate) r: Option<u32>,
    /// The request's prompt, as the parts it is put together from.
    #[serde(default)]
    pub(crate) p: Vec<Part>,
    /// The worker it reached.
    #[serde(default)]
    pub(crate) to: u32,
    /// 1: answered before the next line.
    #[serde(default)]
    pub(crate) done: u32,
    /// Those the product itself drew from, where it says so.
    pub(crate) among: Option<Vec<u32>>,
    /// The key that the request carries, if the decision follows one.
    pub(crate) key: Option<u32>,
    /// Tokens it may generate.
    pub(crate) out: Option<u32>,
    /// What each worker costs, where the product says it, in decimal to the last digit.
    pub(crate) costs: Option<Vec<Option<String>>>,
    /// The request of this number had its first token, and its worker stored its prompt.
    pub(crate) first: Option<u32>,
    /// The request of this number has ended.
    pub(crate) end: Option<u32>,
    /// Each worker's report: requests waiting, running, and the share of the KV pool in use.
    pub(crate) load: Option<Vec<(u32, u32, f64)>>,
}

/// A recorded case: its file's name, what was launched, and what happened in order.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) file: String,
    pub(crate) header: Header,
    pub(crate) events: Vec<Event>,
}

impl Recording {
    pub(crate) fn read(path: &Path) -> Self {
        let file = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let packed = std::fs::File::open(path).unwrap_or_else(|e| panic!("{file}: {e}"));
        let mut text = String::new();
        flate2::read::GzDecoder::new(packed)
            .read_to_string(&mut text)
            .unwrap_or_else(|e| panic!("{file}: {e}"));
        let mut lines = text.lines();
        let header = serde_json::from_str(lines.next().unwrap_or_default())
            .unwrap_or_else(|e| panic!("{file}, line 1: {e}"));
        let event = |(at, line): (usize, &str)| {
            serde_json::from_str(line).unwrap_or_else(|e| panic!("{file}, line {}: {e}", at + 2))
        };
        let events = lines.enumerate().map(event).collect();
        Self {
            file,
            header,
            events,
        }
    }

    pub(crate) fn maker(&self) -> Maker {
        match self.header.prompts.as_str() {
            "unique" => Maker::Unique,
            "words" => Maker::Words,
            other => panic!("{}: unknown prompts {other:?}", self.file),
        }
    }

    /// As if the product had chosen the next worker every second time (every time would only be other names).
    pub(crate) fn shift_choices(&mut self) {
        for event in self
            .events
            .iter_mut()
            .filter(|it| it.r.is_some_and(|n| n % 2 == 1))
        {
            event.to = (event.to + 1) % self.header.workers;
        }
    }
}
