//! What a file holds, before anything runs: how it was read, how much there is, and how much can be reused at most.
//!
//! What can be reused at most is what a cache of unlimited size finds when each request comes after the answer to the one before:
//! every distinct block is missed once. It is the reference line `infinite-cache` at `--concurrency 1`, to the last digit, if that run
//! sends the requests in the order in which the workload holds them. In another order it may find more or less where a prompt
//! contains an answer of another conversation: who comes first decides whether those blocks were generated or computed.

mod picture;

pub use picture::{Bin, Picture};

use super::format::requests::finish::{COUNTED, NOTHING_SHARED};
use super::{Origin, Workload};
use crate::request::{Arrival, Chain, Corpus, Request};
use picture::{Doubling, Last, arrivals};
use serde::Serialize;

/// Whether a note of a workload only says how it was read, and is no warning.
pub fn informs(note: &str) -> bool {
    note.starts_with(COUNTED) || note == NOTHING_SHARED
}

/// The summary of a workload's file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inspection {
    /// The format of the file, in a few words.
    pub format: String,
    /// How many records were read.
    pub rows: u64,
    /// The records that were left out, by reason.
    pub skipped: Vec<Skipped>,
    /// What the file did not say, and what was taken for it: inferred, or asked for by an option.
    pub inferred: Vec<Inferred>,
    /// The names of fields of the first record that are not read.
    pub unread: Vec<String>,
    /// The number of requests in the workload.
    pub requests: u64,
    /// The number of requests that the lengths are of; fewer than `requests` where a run repeats them.
    pub recorded: u64,
    /// The number of conversations that the requests belong to.
    pub conversations: u64,
    /// The time from the first recorded arrival to the last \[s\]; `None` if no times are recorded.
    pub span_s: Option<f64>,
    /// The rate of recorded arrivals over that time \[1/s\]; `None` if no times are recorded, or all are the same.
    pub rate: Option<f64>,
    /// The lengths of the prompts \[tokens\].
    pub input: Lengths,
    /// The lengths of the answers \[tokens\].
    pub output: Lengths,
    /// How much of the prompts can be reused at most.
    pub at_most: Reuse,
    /// Arrivals over time, lengths, and reuse by distance.
    pub picture: Picture,
    /// The first requests, up to three.
    pub first: Vec<First>,
    /// The notes that reports on this workload will have.
    pub notes: Vec<String>,
}

/// Records left out for one reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Skipped {
    /// How many records were left out for this reason.
    pub count: u64,
    /// The reason, in words.
    pub reason: String,
    /// The place of the first of them; `None` if it is not known.
    pub first: Option<String>,
}

/// Something that the file does not say by itself, and what was taken for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inferred {
    /// What the file does not say, in words.
    pub what: String,
    /// What was taken for it, in words.
    pub taken: String,
    /// The option by which something else can be said.
    pub option: &'static str,
}

/// The distribution of the lengths of the file's requests \[tokens\]; where a run repeats them, each counts once.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Lengths {
    /// The sum of these lengths.
    pub total: u64,
    /// The mean length; 0 without requests.
    pub mean: f64,
    /// The least length of any request.
    pub least: u32,
    /// The length that half of the requests do not exceed: as all percentiles here, the value at rank `ceil(q n)`.
    pub median: u32,
    /// The length that 90 % of the requests do not exceed.
    pub p90: u32,
    /// The length that 99 % of the requests do not exceed.
    pub p99: u32,
    /// The largest length of any request.
    pub most: u32,
}

/// How much of the prompts a cache of unlimited size finds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Reuse {
    /// The full blocks of all prompts \[blocks\].
    pub prompt_blocks: u64,
    /// Those of `prompt_blocks` that an earlier request had \[blocks\].
    pub found_blocks: u64,
    /// The share of `prompt_blocks` that is found, from 0 to 1; NaN (`null` in JSON) if there are none.
    pub cache_hit_rate: f64,
    /// The tokens of all prompts \[tokens\].
    pub prompt_tokens: u64,
    /// Those of `prompt_tokens` that need not be computed: those in found blocks that end before the prompt's last token \[tokens\].
    pub reused_tokens: u64,
    /// The share of `prompt_tokens` that need not be computed, from 0 to 1; NaN (`null` in JSON) if there are none.
    pub token_reuse_rate: f64,
}

/// One of the first requests, in short.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct First {
    /// The number of its conversation, from 0.
    pub conversation: u32,
    /// The number of its turn in the conversation, from 0.
    pub turn: u32,
    /// When it arrives, in words: a time, or after what.
    pub arrival: String,
    /// The length of its prompt \[tokens\].
    pub input: u32,
    /// The length of its answer \[tokens\].
    pub output: u32,
    /// Full blocks of its prompt that an earlier request had \[blocks\].
    pub shared_blocks: u32,
}

/// How many of the first requests are shown.
const SHOWN: usize = 3;

impl Inspection {
    /// The summary of a workload that was read from a file of this origin.
    pub fn new(workload: &Workload, origin: &Origin) -> Self {
        let requests = &workload.requests;
        let mut times = Vec::new();
        let mut conversations = crate::units::Map::default();
        for request in requests {
            if let Arrival::At(time) = request.arrival {
                times.push(time);
            }
            conversations.insert(request.conversation, ());
        }
        let (at_most, found, distances) = reuse(workload);
        let lengths = |of: fn(&Request) -> u32| {
            let mut all = Doubling::default();
            requests.iter().for_each(|it| all.add(of(it).into(), 1));
            all.bins()
        };
        let picture = Picture {
            arrivals: arrivals(&times.iter().map(|time| time.0).collect::<Vec<_>>()),
            input: lengths(|it| it.prompt_tokens),
            output: lengths(|it| it.output_tokens),
            reuse: distances,
        };
        let ends = times.iter().min().zip(times.iter().max());
        let span_s = ends.map(|(first, last)| last.since(*first).secs());
        let gaps = times.len().saturating_sub(1) as f64;
        let rate = span_s.filter(|span| *span > 0.0).map(|span| gaps / span);
        let first = requests.iter().zip(found).take(SHOWN);
        Self {
            format: origin.format.clone(),
            rows: origin.rows,
            skipped: origin
                .skipped
                .iter()
                .map(|(count, reason, first)| Skipped {
                    count: *count,
                    reason: reason.clone(),
                    first: first.map(|place| place.to_string()),
                })
                .collect(),
            inferred: origin
                .inferred
                .iter()
                .map(|(what, taken, option)| Inferred {
                    what: what.clone(),
                    taken: taken.clone(),
                    option,
                })
                .collect(),
            unread: origin.unread.clone(),
            requests: workload.count.into(),
            recorded: requests.len() as u64,
            conversations: conversations.len() as u64,
            span_s,
            rate,
            input: Lengths::of(requests.iter().map(|request| request.prompt_tokens)),
            output: Lengths::of(requests.iter().map(|request| request.output_tokens)),
            at_most,
            picture,
            first: first
                .map(|(request, shared_blocks)| First {
                    conversation: request.conversation,
                    turn: request.turn,
                    arrival: arrival(request.arrival),
                    input: request.prompt_tokens,
                    output: request.output_tokens,
                    shared_blocks,
                })
                .collect(),
            notes: workload.notes.clone(),
        }
    }

    /// Whether a run repeats requests, which the lengths count once.
    pub fn repeats(&self) -> bool {
        self.recorded < self.requests
    }
}

fn arrival(arrival: Arrival) -> String {
    match arrival {
        Arrival::At(time) => format!("{} s", time.secs()),
        Arrival::Open => "at the scenario's rate".to_owned(),
        Arrival::AfterPrevious(None) => "after the answer before".to_owned(),
        Arrival::AfterPrevious(Some(pause)) => {
            format!("{} s after the answer before", pause.secs())
        }
    }
}

impl Lengths {
    fn of(lengths: impl Iterator<Item = u32>) -> Self {
        let mut sorted: Vec<u32> = lengths.collect();
        crate::order::whole(&mut sorted);
        let total = sorted.iter().map(|length| u64::from(*length)).sum();
        let n = sorted.len();
        // The percentile's value is the one at rank ceil(q n); q is in hundredths.
        let at = |hundredths: usize| {
            let rank = (n * hundredths).div_ceil(100).max(1);
            sorted.get(rank - 1).copied().unwrap_or(0)
        };
        Self {
            total,
            mean: if n > 0 { total as f64 / n as f64 } else { 0.0 },
            least: sorted.first().copied().unwrap_or(0),
            median: at(50),
            p90: at(90),
            p99: at(99),
            most: sorted.last().copied().unwrap_or(0),
        }
    }
}

/// What a cache of unlimited size finds: of all prompts together; of each of the first requests \[blocks\]; and counts of the found
/// blocks by their distance, the number of requests since the last one that had the block.
fn reuse(workload: &Workload) -> (Reuse, Vec<u32>, Vec<Bin>) {
    let corpus = &workload.corpus;
    // For each segment, how many of its blocks are cached by now. If a block is cached, so is everything before it.
    let mut known = vec![0u32; corpus.len()];
    let size = u64::from(workload.block_size);
    let (mut prompt_blocks, mut found_blocks) = (0u64, 0u64);
    let (mut prompt_tokens, mut reused_tokens) = (0u64, 0u64);
    let mut each = Vec::new();
    let (mut last, mut distances) = (Last::new(corpus), Doubling::default());
    let list = workload
        .requests
        .iter()
        .cycle()
        .take(workload.count as usize);
    for (now, request) in (0_u32..).zip(list) {
        let found = depth(corpus, &known, request.prompt);
        last.count(corpus, request.prompt, (found, now), &mut distances);
        let tokens = u64::from(request.prompt_tokens);
        prompt_blocks += u64::from(request.prompt.depth);
        found_blocks += u64::from(found);
        prompt_tokens += tokens;
        reused_tokens += size * u64::from(found).min(tokens.saturating_sub(1) / size);
        // The last token of an answer is never fed back into the model, so the cache does not hold it.
        let computed = request
            .prompt_tokens
            .saturating_add(request.output_tokens)
            .saturating_sub(1);
        let held = corpus.prefix(request.answered, computed / workload.block_size);
        for (segment, covered) in corpus.runs(held) {
            let known = &mut known[segment.0 as usize];
            *known = covered.max(*known);
        }
        last.touch(corpus, held, now);
        if each.len() < SHOWN {
            each.push(found);
        }
    }
    // Of nothing there is no share: 0 / 0 is NaN.
    let share = |part: u64, whole: u64| part as f64 / whole as f64;
    let reuse = Reuse {
        prompt_blocks,
        found_blocks,
        cache_hit_rate: share(found_blocks, prompt_blocks),
        prompt_tokens,
        reused_tokens,
        token_reuse_rate: share(reused_tokens, prompt_tokens),
    };
    (reuse, each, distances.bins())
}

/// How many of the chain's blocks are cached; `known` has the number of cached blocks of each segment.
fn depth(corpus: &Corpus, known: &[u32], chain: Chain) -> u32 {
    let deepest = corpus
        .runs(chain)
        .find(|(segment, _)| known[segment.0 as usize] > 0);
    deepest.map_or(0, |(segment, covered)| {
        corpus.segment(segment).before + covered.min(known[segment.0 as usize])
    })
}
