//! Warmpath's own trace: lengths, prefixes and hashes of a workload in a small text that holds none of its texts.
//!
//! The first line is a JSON object, the second names the columns, every other is a request:
//!
//! ```text
//! {"schema":"warmpath.trace/1","from":"rag.json","block_size":16,"count":3,"requests":3,"notes":[]}
//! conversation,turn,prompt,output,max,arrival,blocks,chars_100,tokens_256,chunks
//! 0,0,70,40,=,,+4/+2,9f0c21d0a1b2c3d4,0c1d2e3f40516273,+2
//! 0,1,150,20,,+,6+3,=,77aa00bb11cc22dd,1+4
//! 1,0,90,8,8,1500000000,4+1,,,
//! ```
//!
//! | column | holds |
//! | --- | --- |
//! | `conversation`, `turn` | numbers from 0 |
//! | `prompt`, `output` | lengths \[tokens\] |
//! | `max` | the limit the client asked for \[tokens\]: `=` as `output`, empty: none |
//! | `arrival` | empty: at the scenario's rate; `T`: recorded \[ns since the start\]; `+`: after the previous turn; `+T`: this long after it \[ns\] |
//! | `blocks` | the prompt's full blocks, then `/` and those of prompt and answer, if the answer's are known |
//! | `chars_100`, `tokens_256` | hashes of the text's first 100 characters and 256 tokens, 16 hex digits; `=` as in the last row with some; empty: no text keys |
//! | `chunks` | the text's 128-character chunks |
//!
//! A trace with tenants or classes names them in its first line (`"tenants":["a"],"priorities":[0,9]`) and has three more
//! columns: `tenant` and `class` are numbers into these lists from 0, `deadline` is how long after a request was sent its first
//! token is due \[ms\], 0 if it has no deadline. Priorities stand in ascending order: the class with the lowest goes first. A
//! trace with deadlines alone has these columns too. Where a log names replicas, the last column is `replica`, the number of the
//! one that served the request, from 0; empty if none is named.
//!
//! Blocks are numbered from 1 in the order in which requests first have them, and a number names its whole prefix. So
//! `6+3` is everything up to block 6 and 3 new blocks, `6` has nothing new, `+4` shares nothing; after `/` an empty
//! number means the prompt. Chunks are written the same way, with numbers of their own. A `count` above
//! `requests` means that the requests are sent again and again until there are that many, one below it that only the first are sent.
//!
//! A trace can be replayed with its own block size or a multiple of it; smaller blocks it does not know.

mod read;

pub(super) use read::{Trace, read};

use super::canonical::{Renumber, Translated};
use super::labels::Labels;
use super::{Place, Workload};
use crate::json::quoted;
use crate::request::{Arrival, Corpus};
use core::fmt::Write as _;

/// Names the format and its version.
pub const SCHEMA: &str = "warmpath.trace/1";
/// The names of the columns, which are the second line of a trace.
const COLUMNS: &str =
    "conversation,turn,prompt,output,max,arrival,blocks,chars_100,tokens_256,chunks";

/// The first line of a trace.
#[derive(Debug)]
struct Header {
    /// The place of the line in the file.
    place: Place,
    block_size: u32,
    count: u32,
    requests: u32,
    notes: Vec<String>,
    labels: Labels,
}

/// The fields of the first line; `from` is the name of the workload that the trace was written from.
const FIELDS: [&str; 8] = [
    "schema",
    "from",
    "block_size",
    "count",
    "requests",
    "notes",
    "tenants",
    "priorities",
];
/// The names of the further columns of a trace with tenants, classes or deadlines.
const LABELS: &str = ",tenant,class,deadline";
/// The name of the last column of a trace of a log that names replicas.
const REPLICA: &str = ",replica";

impl Header {
    /// How many requests a run has, where that differs from the number in the file.
    fn repeated(&self) -> Option<u32> {
        (self.count != self.requests).then_some(self.count)
    }
}

/// The workload as a trace. Reading it gives the same workload, under another name, but without what
/// [`Workload::without_texts`] leaves out.
///
/// ```
/// use warmpath_core::workload::{ReadOptions, Reader, trace};
/// let read = |bytes: &[u8]| {
///     let mut reader = Reader::new("file", ReadOptions::default());
///     reader.push(bytes).and_then(|()| reader.finish())
/// };
/// let mut workload = read(br#"{"id": "a", "steps": [{"input": 40, "new": 40, "output": 9, "gap": 0}]}"#)?;
/// let mut again = read(trace::write(&workload).as_bytes())?;
/// again.name = workload.name.clone();
/// assert_eq!(again, workload);
/// # Ok::<(), warmpath_core::workload::WorkloadError>(())
/// ```
pub fn write(workload: &Workload) -> String {
    let notes: Vec<String> = workload.notes.iter().map(|note| quoted(note)).collect();
    let labels = labels(&workload.labels);
    let mut requests = workload.requests.iter();
    let labelled = !labels.is_empty() || requests.any(|it| it.label.deadline_ms > 0);
    let mut requests = workload.requests.iter();
    let served = requests.any(|it| it.served_by.is_some());
    let more = if labelled { LABELS } else { "" };
    let last = if served { REPLICA } else { "" };
    let mut out = format!(
        "{{\"schema\":\"{SCHEMA}\",\"from\":{},\"block_size\":{},\"count\":{},\"requests\":{},\"notes\":[{}]{labels}}}\n{COLUMNS}{more}{last}\n",
        quoted(&workload.name),
        workload.block_size,
        workload.count,
        workload.requests.len(),
        notes.join(",")
    );
    // Writing to a String cannot fail.
    let _ = rows(workload, labelled, served, &mut out);
    out
}

/// The names of tenants and classes, as further fields of the first line.
fn labels(labels: &Labels) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let tenants: Vec<String> = labels.tenants.iter().map(|name| quoted(name)).collect();
    let priorities: Vec<String> = labels.priorities.iter().map(ToString::to_string).collect();
    let (tenants, priorities) = (tenants.join(","), priorities.join(","));
    format!(",\"tenants\":[{tenants}],\"priorities\":[{priorities}]")
}

fn rows(workload: &Workload, labelled: bool, served: bool, out: &mut String) -> core::fmt::Result {
    let (mut blocks, mut chunks) = (Renumber::new(1), Renumber::new(1));
    let mut last_keys = None;
    for r in &workload.requests {
        let prompt = blocks.translate(&workload.corpus, r.prompt);
        write!(
            out,
            "{},{},{},{},",
            r.conversation, r.turn, r.prompt_tokens, r.output_tokens
        )?;
        match r.max_tokens {
            None => {}
            Some(max) if max == r.output_tokens => out.push('='),
            Some(max) => write!(out, "{max}")?,
        }
        out.push(',');
        match r.arrival {
            Arrival::Open => {}
            Arrival::At(time) => write!(out, "{}", time.0)?,
            Arrival::AfterPrevious(None) => out.push('+'),
            Arrival::AfterPrevious(Some(gap)) => write!(out, "+{}", gap.0)?,
        }
        out.push(',');
        let end = write_chain(blocks.corpus(), prompt, None, out)?;
        if r.answered != r.prompt {
            let answered = blocks.translate(&workload.corpus, r.answered);
            out.push('/');
            write_chain(blocks.corpus(), answered, Some(end), out)?;
        }
        match r.keys {
            None => out.push_str(",,,"),
            Some(keys) => {
                let last = last_keys.replace((keys.chars_100, keys.tokens_256)).unzip();
                for (key, last) in [(keys.chars_100, last.0), (keys.tokens_256, last.1)] {
                    if last == Some(key) {
                        out.push_str(",=");
                    } else {
                        write!(out, ",{key:016x}")?;
                    }
                }
                out.push(',');
                let chain = chunks.translate(&workload.chunks, keys.chunks);
                write_chain(chunks.corpus(), chain, None, out)?;
            }
        }
        if labelled {
            let label = r.label;
            write!(
                out,
                ",{},{},{}",
                label.tenant, label.class, label.deadline_ms
            )?;
        }
        if served {
            out.push(',');
            if let Some(replica) = r.served_by {
                write!(out, "{replica}")?;
            }
        }
        out.push('\n');
    }
    Ok(())
}

/// Writes the last known block of a chain and the number of new ones; returns the chain's last block. An empty number stands
/// for `base`, 0 if there is none.
fn write_chain(
    corpus: &Corpus,
    Translated { chain, known }: Translated,
    base: Option<u64>,
    out: &mut String,
) -> Result<u64, core::fmt::Error> {
    let from = corpus.last_id(known).0;
    if from != base.unwrap_or(0) {
        write!(out, "{from}")?;
    }
    if chain.depth > known.depth {
        write!(out, "+{}", chain.depth - known.depth)?;
    }
    Ok(corpus.last_id(chain).0)
}
