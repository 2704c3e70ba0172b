//! A row per request, as CSV and as JSON lines, to be loaded into a data frame.
//!
//! Times are virtual seconds from the start of the run; a time that a request does not have is empty in CSV and `null` in
//! JSON. A request is `queued` when it reaches its engine and `admitted` when it first joins the batch, both in its last
//! attempt; these two need runs that kept each request's stay ([`Keep::Stays`](crate::fleet::Keep::Stays)). Rows are
//! written one by one. Blocks are full blocks of the prompt at the run's block size. The losses say why a block was not
//! found where the request went (see [`Record`]).

use core::fmt::{Result, Write};

use crate::fleet::{Outcome, Record, Run, Stay};
use crate::json::quoted;
use crate::units::VirtualTime;
use crate::workload::Workload;

/// The columns, in order, each with a description.
pub static COLUMNS: [(&str, &str); 24] = [
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
    (
        "preemptions",
        "how often its last attempt was thrown out of the batch",
    ),
    (
        "attempts",
        "how often routers tried it, in vain where there is no replica; 0: never",
    ),
];

/// The value of a cell in a row.
enum Cell<'a> {
    Text(&'a str),
    Whole(u64),
    Time(Option<VirtualTime>),
    Nothing,
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

/// How often a request was tried behind the entrance: the attempts that failed, for want of a replica too, and the one that did
/// not.
fn attempts(record: &Record, stay: &Stay) -> u64 {
    let under_way = record.outcome == Outcome::Pending && stay.queued.is_some();
    let answered = record.outcome == Outcome::Completed && !record.recalled;
    let last = answered || under_way;
    u64::from(record.broken) + u64::from(last)
}

/// The columns that are added to the others if requests have tenants or classes.
const GROUPS: [(&str, &str); 2] = [
    (
        "tenant",
        "whose it is; only where there are tenants or classes",
    ),
    ("class", "its class; likewise"),
];

/// Whether the requests of any run have tenants or classes.
fn grouped(runs: &[Run]) -> bool {
    let lines = runs.iter().filter_map(|run| run.line.as_ref());
    let mut groups = lines.map(|line| &line.groups);
    groups.any(|it| !it.tenants.is_empty() || !it.classes.is_empty())
}

/// The names of the columns, in order.
fn names(runs: &[Run]) -> impl Iterator<Item = &'static str> {
    let more = if grouped(runs) { &GROUPS[..] } else { &[] };
    COLUMNS.iter().chain(more).map(|(name, _)| *name)
}

/// Passes every row to `each`, in the order of the runs and of their requests.
fn rows(workload: &Workload, runs: &[Run], mut each: impl FnMut(&[Cell<'_>]) -> Result) -> Result {
    let grouped = grouped(runs);
    for run in runs {
        let policy = run.policy.to_string();
        let stays = run.stays.as_deref().unwrap_or_default();
        for (n, record) in run.records.iter().enumerate() {
            let request = workload.request(n as u32);
            let stay = stays.get(n).copied().unwrap_or_default();
            let done = record.outcome == Outcome::Completed;
            let sent = record.outcome != Outcome::Pending;
            let whole = |n: u32| Cell::Whole(n.into());
            let if_routed = |n: u32| match done && !record.recalled {
                true => Cell::Whole(n.into()),
                false => Cell::Nothing,
            };
            let if_done = |n: u32| match done {
                true => Cell::Whole(n.into()),
                false => Cell::Nothing,
            };
            let mut row = vec![
                Cell::Text(&policy),
                Cell::Whole(run.seed),
                Cell::Whole(n as u64),
                whole(request.conversation),
                whole(request.turn),
                Cell::Text(outcome(record)),
                Cell::Time(Some(record.due)),
                Cell::Time(sent.then_some(record.sent)),
                Cell::Time(stay.queued),
                Cell::Time(stay.admitted),
                Cell::Time(done.then_some(record.first_token)),
                Cell::Time(done.then_some(record.done)),
                if_routed(record.replica.into()),
                if_routed(record.router.into()),
                whole(request.prompt_tokens),
                if_done(request.output_tokens),
                if_done(record.hit_tokens),
                if_done(record.believed_blocks),
                if_done(record.lost_evicted),
                if_done(record.lost_elsewhere),
                if_done(record.lost_forgotten),
                if_done(record.lost_unknown),
                whole(stay.preemptions),
                Cell::Whole(attempts(record, &stay)),
            ];
            if grouped {
                let groups = run.line.as_ref().map(|line| &line.groups);
                let label = groups
                    .map(|it| it.of(workload, n as u32))
                    .unwrap_or_default();
                let (tenant, class) = (usize::from(label.tenant), usize::from(label.class));
                let tenant = groups
                    .and_then(|it| it.tenants.get(tenant))
                    .map(|it| &*it.name);
                let class = groups
                    .and_then(|it| it.classes.get(class))
                    .map(|it| &*it.name);
                row.extend([tenant, class].map(|it| it.map_or(Cell::Nothing, Cell::Text)));
            }
            each(&row)?;
        }
    }
    Ok(())
}

/// Writes a time in seconds, exact to the nanosecond.
fn seconds(out: &mut dyn Write, at: VirtualTime) -> Result {
    write!(out, "{}.{:09}", at.0 / 1_000_000_000, at.0 % 1_000_000_000)
}

/// Writes the rows as CSV (RFC 4180), with a header line.
///
/// # Errors
/// If `out` cannot be written to.
pub fn csv(workload: &Workload, runs: &[Run], out: &mut dyn Write) -> Result {
    let names: Vec<&str> = names(runs).collect();
    write!(out, "{}\r\n", names.join(","))?;
    rows(workload, runs, |row| {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                out.write_char(',')?;
            }
            match cell {
                Cell::Text(text) if text.contains([',', '"']) => {
                    write!(out, "\"{}\"", text.replace('"', "\"\""))?;
                }
                Cell::Text(text) => out.write_str(text)?,
                Cell::Whole(n) => write!(out, "{n}")?,
                Cell::Time(Some(at)) => seconds(out, *at)?,
                Cell::Time(None) | Cell::Nothing => {}
            }
        }
        out.write_str("\r\n")
    })
}

/// Writes the rows as JSON, one object per line.
///
/// # Errors
/// If `out` cannot be written to.
pub fn jsonl(workload: &Workload, runs: &[Run], out: &mut dyn Write) -> Result {
    rows(workload, runs, |row| {
        for (at, (cell, name)) in row.iter().zip(names(runs)).enumerate() {
            write!(out, "{}\"{name}\":", if at == 0 { '{' } else { ',' })?;
            match cell {
                Cell::Text(text) => out.write_str(&quoted(text))?,
                Cell::Whole(n) => write!(out, "{n}")?,
                Cell::Time(Some(at)) => seconds(out, *at)?,
                Cell::Time(None) | Cell::Nothing => out.write_str("null")?,
            }
        }
        out.write_str("}\n")
    })
}
