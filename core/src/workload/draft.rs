//! A workload while it is read: what every format's parser fills.

use super::canonical::Renumber;
use super::format::Origin;
use super::labels::Labels;
use super::{Workload, WorkloadError};
use crate::order;
use crate::request::{Arrival, Corpus, Heads, Request};
use crate::units::{Map, VirtualTime};
use crate::words::{counted, grouped, visible};

/// What a parser has found in a file.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) corpus: Corpus,
    pub(super) chunks: Corpus,
    pub(super) characters: Corpus,
    pub(super) tokens: Corpus,
    pub(super) heads: Heads,
    pub(super) requests: Vec<Request>,
    /// How many requests the file has, where it repeats a list of requests that `requests` holds only once.
    pub(super) rows: Option<u32>,
    /// How many of the corpus's blocks make one of the cache's; 0 counts as 1.
    pub(super) join: u32,
    /// How many requests make a run, where that is not how many there are: more repeat them, fewer are only the first ones.
    pub(super) repeated: Option<u32>,
    /// The names of the requests' tenants and classes.
    pub(super) labels: Labels,
    pub(super) notes: Vec<String>,
    /// Whether the turns of a conversation are counted in order of time, not of the file.
    pub(super) turns_by_time: bool,
    /// What the file is, and how it was read.
    pub(super) origin: Origin,
}

/// The parser of one format. Text comes in pieces that are cut anywhere between characters.
pub(super) trait Format {
    /// Counts lines of the file that come before its text.
    fn skip_lines(&mut self, lines: u64);
    fn text(&mut self, piece: &str) -> Result<(), WorkloadError>;
    fn finish(self: Box<Self>) -> Result<Draft, WorkloadError>;
}

/// The times by which requests are sorted: one without a recorded time has that of the last request before it in its conversation
/// that has one. `None` if there is none for some request: then all stay in the file's order.
pub(super) fn moments(requests: &[Request]) -> Option<Vec<VirtualTime>> {
    let mut timed: Map<u32, u32> = Map::default();
    let mut moments: Vec<VirtualTime> = Vec::with_capacity(requests.len());
    for (at, request) in (0u32..).zip(requests) {
        moments.push(match request.arrival {
            Arrival::At(time) => {
                timed.insert(request.conversation, at);
                time
            }
            _ => moments[*timed.get(&request.conversation)? as usize],
        });
    }
    Some(moments)
}

impl Draft {
    /// The workload, with as many requests as `asked`; with all there are if that is `None`.
    pub(super) fn finish(
        mut self,
        name: String,
        block_size: u32,
        asked: Option<u32>,
    ) -> Result<Workload, WorkloadError> {
        if self.requests.is_empty() {
            let why = match self.notes.is_empty() {
                true => String::new(),
                false => format!(" ({})", visible(&self.notes.join("; "))),
            };
            return Err(WorkloadError::Nothing(format!(
                "no request can be made of the file's records{why}"
            )));
        }
        self.order_by_time();
        self.renumber();
        let here = u32::try_from(self.requests.len()).unwrap_or(u32::MAX);
        let here = self.rows.unwrap_or(here);
        let count = match (asked, self.repeated) {
            (None, None) => here,
            (None, Some(count)) | (Some(count), Some(_)) => count.max(1),
            (Some(asked), None) => {
                if asked > here {
                    let (asked, here) = (grouped(asked.into()), grouped(here.into()));
                    self.notes
                        .push(format!("{asked} requests asked for; the file has {here}"));
                }
                asked.clamp(1, here)
            }
        };
        Ok(Workload {
            name,
            block_size,
            corpus: self.corpus,
            chunks: self.chunks,
            characters: self.characters,
            tokens: self.tokens,
            heads: self.heads,
            requests: self.requests,
            count,
            labels: self.labels,
            // A file's own words (a role, a column) may contain anything, so control characters are made visible.
            notes: self
                .notes
                .iter()
                .map(|it| visible(it).into_owned())
                .collect(),
        })
    }

    /// Numbers blocks and chunks in the order of the requests, joins blocks, and drops those that no request has.
    fn renumber(&mut self) {
        // Blocks and chunks are renumbered one after the other: of a long file both at once would need much memory.
        let mut blocks = Renumber::new(self.join);
        for request in &mut self.requests {
            request.prompt = blocks.translate(&self.corpus, request.prompt).chain;
            request.answered = blocks.translate(&self.corpus, request.answered).chain;
        }
        self.corpus = blocks.finish();
        let mut chunks = Renumber::new(1);
        for keys in self.requests.iter_mut().filter_map(|it| it.keys.as_mut()) {
            keys.chunks = chunks.translate(&self.chunks, keys.chunks).chain;
        }
        self.chunks = chunks.finish();
        let mut characters = Renumber::new(1);
        for keys in self.requests.iter_mut().filter_map(|it| it.keys.as_mut()) {
            keys.characters = characters
                .translate(&self.characters, keys.characters)
                .chain;
        }
        self.characters = characters.finish();
        let mut tokens = Renumber::new(1);
        for keys in self.requests.iter_mut().filter_map(|it| it.keys.as_mut()) {
            keys.tokens = tokens.translate(&self.tokens, keys.tokens).chain;
        }
        self.tokens = tokens.finish();
    }

    /// Numbers the turns of each conversation in order.
    fn count_turns(&mut self) {
        let mut next: Map<u32, u32> = Map::default();
        for request in &mut self.requests {
            let turn = next.entry(request.conversation).or_insert(0);
            request.turn = *turn;
            *turn += 1;
        }
    }

    /// Makes recorded times start at 0, and sorts the requests by them.
    fn order_by_time(&mut self) {
        let at = |request: &Request| match request.arrival {
            Arrival::At(time) => Some(time),
            _ => None,
        };
        let start = self.requests.iter().filter_map(at).min();
        for request in &mut self.requests {
            if let (Arrival::At(time), Some(start)) = (&mut request.arrival, start) {
                *time = time.since(start);
            }
        }
        let Some(keys) = moments(&self.requests) else {
            return;
        };
        let late = keys.windows(2).filter(|pair| pair[1] < pair[0]).count();
        if late > 0 {
            let requests = core::mem::take(&mut self.requests).into_iter().zip(keys);
            let sorted = order::by_key(requests.collect(), |(_, time)| time.0);
            self.requests = sorted.into_iter().map(|(request, _)| request).collect();
            self.notes.push(counted(
                late as u64,
                "row is earlier than the row before; sorted by time",
                "rows are earlier than the row before; sorted by time",
            ));
            if self.turns_by_time {
                self.count_turns();
            }
        }
    }
}
