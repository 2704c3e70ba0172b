//! What is shown where a reader touches the lanes: which request that is, what became of it on every side, what the other
//! replicas were doing when it was sent, and the sums over a stretch of the run.
//!
//! Everything is taken from the sides' events, so it agrees with the sentences at the playhead. A request that was sent
//! more than once is shown at the replica of its last attempt. Left out: which step served which request; where several are
//! under way on a replica, a place of its lane is taken to show the one whose first token comes next.

use super::holdings::believed;
use super::{Comparison, PolicySide};
use crate::format::{self, GAP};
use crate::lanes;
use crate::playback::{Event, EventKind};
use crate::rich::{RichText, Tone};
use crate::table::{Cell, Place, Row, Table};
use warmpath_core::fleet::Effect;
use warmpath_core::histogram::percentile;
use warmpath_core::order;
use warmpath_core::units::VirtualTime;

mod waited;

pub use waited::waited;

/// A request's stay at the replica of its last attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The number of the replica, from 0.
    pub replica: u16,
    /// When it was sent to that replica.
    pub sent: VirtualTime,
    /// When the client had the first token; `None` if it never did.
    pub first: Option<VirtualTime>,
    /// When the stay ended, by an answer or otherwise.
    pub end: VirtualTime,
}

/// The visit of each of the first `requests` requests, from the events of a run that ends at `end`; `None` if it was sent nowhere.
pub fn visits(events: &[Event], requests: usize, end: VirtualTime) -> Vec<Option<Visit>> {
    let mut visits = vec![None; requests];
    for event in events {
        let Some(visit) = visits.get_mut(event.request as usize) else {
            continue;
        };
        match (event.kind, visit) {
            (EventKind::Sent, visit) => {
                *visit = Some(Visit {
                    replica: event.replica,
                    sent: event.at,
                    first: None,
                    end,
                });
            }
            (EventKind::FirstToken, Some(visit)) => visit.first = Some(event.at),
            (_, Some(visit)) => visit.end = event.at,
            (_, None) => {}
        }
    }
    visits
}

/// The request that a place of a replica's lane shows: in the band of waiting requests the one that was sent last; in the
/// engine's band the one whose first token comes next, else the one whose first token came last. `None` if no request is
/// there.
pub fn at(visits: &[Option<Visit>], replica: u16, now: VirtualTime, waiting: bool) -> Option<u32> {
    let here = (0u32..).zip(visits).filter_map(|(n, it)| Some((n, (*it)?)));
    let here = here.filter(|(_, it)| it.replica == replica && it.sent <= now && now <= it.end);
    let first = |it: &Visit| it.first.unwrap_or(it.end);
    let (silent, answering): (Vec<_>, Vec<_>) = here.partition(|(_, it)| first(it) >= now);
    let next = silent.iter().min_by_key(|(_, it)| first(it));
    let chosen = match waiting {
        true => silent.iter().max_by_key(|(_, it)| it.sent),
        false => next.or(answering.iter().max_by_key(|(_, it)| first(it))),
    };
    chosen.map(|it| it.0)
}

/// The replicas of a side that have a lane, from the top.
pub fn lanes_of(side: &PolicySide) -> Vec<u16> {
    let lives = (0u16..).zip(&side.lives);
    lives
        .filter(|(_, life)| life.was_there())
        .map(|it| it.0)
        .collect()
}

/// The heading for a request: its number, and the length of its prompt.
pub fn title(comparison: &Comparison, request: u32) -> RichText {
    let tokens = comparison
        .prompts
        .get(request as usize)
        .copied()
        .unwrap_or(0);
    vec![
        (Tone::Strong, format!("Request{GAP}{request}")),
        (
            Tone::Plain,
            format!(", {}", format::plural(tokens.into(), "token")),
        ),
    ]
}

/// A replica's numbered square, with its name for screen readers.
fn replica_named(replica: u16) -> RichText {
    vec![
        (Tone::Replica(replica.into()), String::new()),
        (Tone::Unseen, format!("replica {replica}")),
    ]
}

/// What became of a request, a row per side.
pub fn card(comparison: &Comparison, visits: &[Vec<Option<Visit>>], request: u32) -> Table {
    let at = request as usize;
    let tokens = comparison.prompts.get(at).copied().unwrap_or(0);
    let row = |(side, visits): (&PolicySide, &Vec<Option<Visit>>)| {
        let visit = visits.get(at).copied().flatten();
        let of = |of: fn(Visit) -> Option<VirtualTime>| {
            let time = visit.and_then(of);
            time.map_or(format::NONE.to_owned(), |it| format::seconds(it.secs()))
        };
        let found = side.choices.get(at).copied().flatten();
        let found = found.map_or(format::NONE.to_owned(), |(_, hit)| {
            format::share(f64::from(hit) / f64::from(tokens.max(1)))
        });
        let replica = match visit {
            Some(visit) => replica_named(visit.replica),
            None => vec![(Tone::Soft, "nowhere".to_owned())],
        };
        Row::new([
            Cell::row(side.policy()),
            Cell::rich(Place::Value, replica),
            Cell::value(of(|it| Some(it.sent))),
            Cell::value(found),
            Cell::value(of(|it| Some(it.first? - it.sent))),
            Cell::value(of(|it| it.first.map(|first| it.end - first))),
        ])
    };
    const HEAD: [&str; 6] = [
        "policy",
        "replica",
        "sent at",
        "found when its turn came",
        "first token after",
        "then answered in",
    ];
    Table::simple(
        HEAD.map(Cell::column),
        comparison.sides.iter().zip(visits).map(row).collect(),
    )
}

/// The number of requests at each replica of a side when a request was sent: without a first token, and being answered.
fn busy(side: &PolicySide, request: u32, sent: VirtualTime) -> Vec<[u32; 2]> {
    let mut busy = vec![[0u32; 2]; side.lanes.len()];
    for event in &side.events {
        if event.kind == EventKind::Sent && event.request == request && event.at == sent {
            break;
        }
        let Some([silent, answering]) = busy.get_mut(usize::from(event.replica)) else {
            continue;
        };
        match event.kind {
            EventKind::Sent => *silent += 1,
            EventKind::FirstToken => {
                *silent = silent.saturating_sub(1);
                *answering += 1;
            }
            EventKind::Lost => *silent = silent.saturating_sub(1),
            EventKind::Done | EventKind::Cut => *answering = answering.saturating_sub(1),
        }
    }
    busy
}

/// Why a request went where it did, a row per replica of side `which`: how much was under way there when it was sent, how
/// much of its prefix a policy that goes by caches believed to be there and,
/// once the engine has run the alternatives, what it would have found there and what would have followed.
pub fn why(
    comparison: &Comparison,
    which: usize,
    visits: &[Option<Visit>],
    request: u32,
    tried: Option<&[Effect]>,
) -> Table {
    let (Some(side), Some(Some(visit))) =
        (comparison.sides.get(which), visits.get(request as usize))
    else {
        return Table::default();
    };
    let tokens = comparison
        .prompts
        .get(request as usize)
        .copied()
        .unwrap_or(0);
    let busy = busy(side, request, visit.sent);
    let believed = believed(comparison, which, request, visit.sent);
    let row = |replica: u16| {
        let mut name = replica_named(replica);
        if replica == visit.replica {
            name.push((Tone::Chosen, "chosen".to_owned()));
        }
        let [silent, answering] = busy.get(usize::from(replica)).copied().unwrap_or_default();
        let mut cells = vec![
            Cell::rich(Place::Row, name),
            Cell::value(silent.to_string()),
            Cell::value(answering.to_string()),
        ];
        if let Some((has, blocks)) = believed {
            let has = has.get(usize::from(replica)).copied().unwrap_or(0);
            let share = f64::from(has) / f64::from(blocks.max(1));
            cells.push(Cell::value(format::share(share)));
        }
        if let Some(tried) = tried {
            let effect = tried.iter().find(|it| it.replica == Some(replica.into()));
            let of = |of: fn(&Effect) -> f64, as_text: fn(f64) -> String| {
                Cell::value(effect.map_or(format::NONE.to_owned(), |it| as_text(of(it))))
            };
            let found = effect.map_or(format::NONE.to_owned(), |it| {
                format::share(f64::from(it.hit_tokens) / f64::from(tokens.max(1)))
            });
            cells.extend([
                Cell::value(found),
                of(|it| it.ttft_ms.unwrap_or(f64::NAN), format::millis),
                of(|it| it.mean_ttft_ms, format::millis),
            ]);
        }
        Row::new(cells)
    };
    let head = ["replica", "without a first token", "being answered"];
    let of = format!("believed to hold of its {}", comparison.names.first());
    let after = ["would find", "its first token after", "everybody's, mean"];
    let head = head.map(Cell::column).into_iter();
    let head = head.chain(believed.map(|_| Cell::column(of)));
    let after = after.map(Cell::column).into_iter();
    Table::simple(
        head.chain(after.filter(|_| tried.is_some())),
        lanes_of(side).into_iter().map(row).collect(),
    )
}

/// The sums over a stretch of the run, a row per side.
pub fn sum(
    comparison: &Comparison,
    visits: &[Vec<Option<Visit>>],
    (from, to): (VirtualTime, VirtualTime),
) -> Table {
    let within = |at: VirtualTime| from <= at && at <= to;
    let row = |(side, visits): (&PolicySide, &Vec<Option<Visit>>)| {
        let sent = (0usize..).zip(visits).filter_map(|(n, it)| {
            let visit = (*it)?;
            within(visit.sent).then_some((n, visit))
        });
        let sent: Vec<_> = sent.collect();
        let mut waits: Vec<f64> = sent
            .iter()
            .filter_map(|(_, it)| Some((it.first? - it.sent).secs()))
            .collect();
        order::numbers(&mut waits);
        let median = (!waits.is_empty()).then(|| percentile(&waits, 50.0));
        let [mut tokens, mut found] = [0u64; 2];
        for (n, _) in &sent {
            if let Some(Some((_, hit))) = side.choices.get(*n) {
                tokens += u64::from(comparison.prompts.get(*n).copied().unwrap_or(0));
                found += u64::from(*hit);
            }
        }
        let done = |event: &&Event| event.kind == EventKind::Done && within(event.at);
        let done = side.events.iter().filter(done).count();
        let part = |lane: &Vec<lanes::Column>| {
            let place = |at: VirtualTime| {
                let share = at.secs() / comparison.marks.end.secs().max(f64::MIN_POSITIVE);
                ((share * lane.len() as f64) as usize).min(lane.len())
            };
            let (first, last) = (place(from), place(to));
            lanes::whole(&lane[first..last.max(first)]).cold
        };
        let cold: f64 = side.lanes.iter().map(part).sum();
        Row::new([
            Cell::row(side.policy()),
            Cell::value(format::count(sent.len() as u64)),
            Cell::value(match tokens {
                0 => format::NONE.to_owned(),
                _ => format::share(found as f64 / tokens as f64),
            }),
            Cell::value(median.map_or(format::NONE.to_owned(), format::seconds)),
            Cell::value(format::count(done as u64)),
            Cell::value(format::share(cold / lanes_of(side).len().max(1) as f64)),
        ])
    };
    const HEAD: [&str; 6] = [
        "policy",
        "requests sent",
        "of their tokens found",
        "median first token after",
        "answers ended",
        "time computing prompts",
    ];
    Table::simple(
        HEAD.map(Cell::column),
        comparison.sides.iter().zip(visits).map(row).collect(),
    )
}

#[cfg(test)]
mod tests;
