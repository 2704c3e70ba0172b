//! A row per request, as CSV and as JSON lines: what is loaded into a data frame.
//!
//! Times are virtual seconds from the start of the run; what did not happen is empty in CSV and `null` in JSON. A request
//! is `queued` when it reaches its engine, `admitted` when it first joins the batch; these two need the runs to have kept
//! their log. Blocks are full blocks of the prompt at the run's block size. The losses say why a block was not found
//! where the request went (see [`Record`]).

use core::fmt::Write as _;

use crate::fleet::{self, Outcome, Phase, Record, Run};
use crate::json::quoted;
use crate::scenario::Scenario;
use crate::units::VirtualTime;
use crate::workload::Workload;

/// The columns, in order, and what each holds.
pub static COLUMNS: [(&str, &str); 23] = [
    ("policy", "the policy as it was asked for"),
    ("seed", "the run's seed"),
    ("request", "number of the request in the workload, from 0"),
    ("conversation", "number of its conversation"),
    ("turn", "its place in that, from 0"),
    ("outcome", "completed, rejected, failed, cut or pending"),
    ("due_s", "when it was due at the client"),
    ("sent_s", "when the client sent it"),
    ("queued_s", "when it reached its engine"),
    ("admitted_s", "when it first joined the batch"),
    ("first_token_s", "when the client had its first token"),
    ("done_s", "when the client had its last token"),
    ("replica", "the replica it went to, from 0"),
    ("router", "the router that sent it, from 0"),
    ("prompt_tokens", "length of its prompt"),
    ("output_tokens", "tokens it generated"),
    (
        "hit_tokens",
        "prompt tokens taken from the cache at first admission",
    ),
    (
        "believed_blocks",
        "blocks the router believed its choice held",
    ),
    (
        "lost_evicted",
        "blocks that were cached once and nowhere any more",
    ),
    (
        "lost_elsewhere",
        "blocks on another replica, as the router could have known",
    ),
    (
        "lost_forgotten",
        "blocks on another replica that the router had forgotten",
    ),
    (
        "lost_unknown",
        "blocks on another replica of which the router was not told",
    ),
    ("preemptions", "how often it was thrown out of the batch"),
];

/// A cell of a row.
enum Cell<'a> {
    Text(&'a str),
    Whole(u64),
    Time(Option<VirtualTime>),
    Nothing,
}

/// What the marks of a run say of a request.
#[derive(Clone, Copy, Default)]
struct Stages {
    queued: Option<VirtualTime>,
    admitted: Option<VirtualTime>,
    preemptions: u64,
}

fn stages(run: &Run) -> Vec<Stages> {
    let mut all = vec![Stages::default(); run.records.len()];
    for mark in fleet::marks(run.log.as_deref().unwrap_or_default()) {
        let Some(of) = all.get_mut(mark.request as usize) else {
            continue;
        };
        match mark.phase {
            Phase::Queued => of.queued = of.queued.or(Some(mark.at)),
            Phase::Prefill => of.admitted = of.admitted.or(Some(mark.at)),
            Phase::Preempted => of.preemptions += 1,
            Phase::Decode | Phase::Left => {}
        }
    }
    all
}

fn outcome(record: &Record) -> &'static str {
    match record.outcome {
        Outcome::Pending => "pending",
        Outcome::Completed => "completed",
        Outcome::Rejected => "rejected",
        Outcome::Failed => "failed",
        Outcome::Cut => "cut",
    }
}

/// Hands every row to `each`, in the order of the runs and of their requests.
fn rows(workload: &Workload, runs: &[Run], mut each: impl FnMut([Cell<'_>; 23])) {
    for run in runs {
        let policy = run.policy.to_string();
        for (n, (record, stages)) in run.records.iter().zip(stages(run)).enumerate() {
            // A workload may repeat its requests.
            let Some(request) = workload.requests.get(n % workload.requests.len().max(1)) else {
                continue;
            };
            let done = record.outcome == Outcome::Completed;
            let sent = record.outcome != Outcome::Pending;
            let whole = |n: u32| Cell::Whole(n.into());
            let went = |n: u32| {
                if done {
                    Cell::Whole(n.into())
                } else {
                    Cell::Nothing
                }
            };
            let blocks = |n: u32| {
                if done {
                    Cell::Whole(n.into())
                } else {
                    Cell::Nothing
                }
            };
            each([
                Cell::Text(&policy),
                Cell::Whole(run.seed),
                Cell::Whole(n as u64),
                whole(request.conversation),
                whole(request.turn),
                Cell::Text(outcome(record)),
                Cell::Time(Some(record.due)),
                Cell::Time(sent.then_some(record.sent)),
                Cell::Time(stages.queued),
                Cell::Time(stages.admitted),
                Cell::Time(done.then_some(record.first_token)),
                Cell::Time(done.then_some(record.done)),
                went(record.replica.into()),
                went(record.router.into()),
                whole(request.prompt_tokens),
                went(request.output_tokens),
                blocks(record.hit_tokens),
                blocks(record.believed_blocks),
                blocks(record.lost_evicted),
                blocks(record.lost_elsewhere),
                blocks(record.lost_forgotten),
                blocks(record.lost_unknown),
                Cell::Whole(stages.preemptions),
            ]);
        }
    }
}

/// Seconds to the nanosecond, exactly.
fn seconds(out: &mut String, at: VirtualTime) {
    let _ = write!(out, "{}.{:09}", at.0 / 1_000_000_000, at.0 % 1_000_000_000);
}

/// As CSV (RFC 4180), with a header line.
pub fn csv(_: &Scenario, workload: &Workload, runs: &[Run]) -> String {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let mut out = names.join(",") + "\r\n";
    rows(workload, runs, |row| {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            match cell {
                Cell::Text(text) if text.contains([',', '"']) => {
                    let _ = write!(out, "\"{}\"", text.replace('"', "\"\""));
                }
                Cell::Text(text) => out.push_str(text),
                Cell::Whole(n) => {
                    let _ = write!(out, "{n}");
                }
                Cell::Time(Some(at)) => seconds(&mut out, *at),
                Cell::Time(None) | Cell::Nothing => {}
            }
        }
        out.push_str("\r\n");
    });
    out
}

/// As JSON, an object a line.
pub fn jsonl(_: &Scenario, workload: &Workload, runs: &[Run]) -> String {
    let mut out = String::new();
    rows(workload, runs, |row| {
        for (at, (cell, (name, _))) in row.iter().zip(COLUMNS).enumerate() {
            let _ = write!(out, "{}\"{name}\":", if at == 0 { '{' } else { ',' });
            match cell {
                Cell::Text(text) => out.push_str(&quoted(text)),
                Cell::Whole(n) => {
                    let _ = write!(out, "{n}");
                }
                Cell::Time(Some(at)) => seconds(&mut out, *at),
                Cell::Time(None) | Cell::Nothing => out.push_str("null"),
            }
        }
        out.push_str("}\n");
    });
    out
}
