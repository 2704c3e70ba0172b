//! A cursor over a finished run: what is under way at a moment, going forwards and backwards.
//!
//! A run becomes a list of events in order of time. The cursor applies them one by one, or takes them back one by one, so
//! it reaches any moment from any other at the cost of the events between; the state there is the same as after a replay
//! from the start. Nothing here knows of a real clock.

use warmpath_core::fleet::{Outcome, Run, What};
use warmpath_core::order;
use warmpath_core::units::VirtualTime;

pub mod controls;

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// A router sends it to a replica, for the first time or again after a failed attempt.
    Sent,
    /// The client has its first token.
    FirstToken,
    /// The client has its last token.
    Done,
    /// Its attempt at the replica fails before a token came.
    Lost,
    /// Its answer breaks off in the middle.
    Cut,
}

/// Something that happens to a request, at which a playback can stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// The moment in virtual time.
    pub at: VirtualTime,
    /// What happens to the request.
    pub kind: EventKind,
    /// The request that it happens to, by its number from 0.
    pub request: u32,
    /// The number of the replica that it happens at.
    pub replica: u16,
}

/// The events of a run in order of time, from its log: what was sent to replicas, and what became of it there. Requests
/// that were refused or turned away reach no replica, so they have no events.
pub fn events(run: &Run) -> Vec<Event> {
    let mut events = Vec::with_capacity(run.records.len() * 3);
    // The replica of each request's last attempt.
    let mut places: Vec<Option<u16>> = vec![None; run.records.len()];
    for fact in run.log.as_deref().unwrap_or_default() {
        let (request, kind, cut) = match fact.what {
            What::Routed { request, .. } => (request, EventKind::Sent, false),
            What::Broke { request, cut, .. } => (request, EventKind::Lost, cut),
            What::Answered { request } => (request, EventKind::Done, false),
            _ => continue,
        };
        let (Some(record), Some(place)) = (
            run.records.get(request as usize),
            places.get_mut(request as usize),
        ) else {
            continue;
        };
        if let What::Routed { replica, .. } = fact.what {
            *place = Some(replica);
        }
        let Some(replica) = *place else {
            continue;
        };
        let mut happens = |kind, at| {
            events.push(Event {
                at,
                kind,
                request,
                replica,
            });
        };
        // Only an attempt that is answered, or broke off in the middle, has a first token: an earlier attempt of a request that is
        // cut off in the end may have failed before.
        let streamed = match record.outcome {
            Outcome::Completed => kind == EventKind::Done,
            Outcome::Cut => cut && record.first_token > VirtualTime::ZERO,
            _ => false,
        };
        match (kind, streamed) {
            (EventKind::Lost, true) => {
                // The token may have been on its way to the client when the stream broke.
                happens(EventKind::FirstToken, record.first_token.min(fact.at));
                happens(EventKind::Cut, fact.at);
            }
            (_, true) => {
                happens(EventKind::FirstToken, record.first_token);
                happens(kind, fact.at);
            }
            (_, false) => happens(kind, fact.at),
        }
        if kind != EventKind::Sent {
            *place = None;
        }
    }
    // Events at the same time are in the order of their kinds, then of requests.
    let events = order::by_key(events, |event| event.request.into());
    let events = order::by_key(events, |event| event.kind as u64);
    order::by_key(events, |event| event.at.0)
}

/// How many requests at a replica are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// The number of requests that were sent and have no first token yet.
    pub waiting: u32,
    /// Requests that are being answered.
    pub answering: u32,
    /// Requests that have been answered.
    pub done: u32,
}

/// The state of a run at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The moment in virtual time.
    pub now: VirtualTime,
    /// The number of events at or before `now`.
    pub past: usize,
    /// The counts of each replica.
    pub replicas: Vec<Census>,
}

impl Cursor {
    /// A playback of so many replicas at its start, before anything has happened.
    pub fn new(replicas: usize) -> Self {
        Self {
            now: VirtualTime::ZERO,
            past: 0,
            replicas: vec![Census::default(); replicas],
        }
    }

    /// Goes to `to`, forwards or backwards; events at `to` have happened.
    pub fn seek(&mut self, events: &[Event], to: VirtualTime) {
        while let Some(event) = events.get(self.past)
            && event.at <= to
        {
            self.count(event, 1);
            self.past += 1;
        }
        while self.past > 0 && events[self.past - 1].at > to {
            self.past -= 1;
            self.count(&events[self.past], -1);
        }
        self.now = to;
    }

    /// The counts of all replicas together.
    pub fn all(&self) -> Census {
        let add = |a: Census, b: &Census| Census {
            waiting: a.waiting + b.waiting,
            answering: a.answering + b.answering,
            done: a.done + b.done,
        };
        self.replicas.iter().fold(Census::default(), add)
    }

    fn count(&mut self, event: &Event, by: i32) {
        let place = &mut self.replicas[usize::from(event.replica)];
        let add = |to: &mut u32, by: i32| *to = to.wrapping_add_signed(by);
        match event.kind {
            EventKind::Sent => add(&mut place.waiting, by),
            EventKind::FirstToken => {
                add(&mut place.waiting, -by);
                add(&mut place.answering, by);
            }
            EventKind::Done => {
                add(&mut place.answering, -by);
                add(&mut place.done, by);
            }
            EventKind::Lost => add(&mut place.waiting, -by),
            EventKind::Cut => add(&mut place.answering, -by),
        }
    }
}

/// The direction of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the next moment.
    Forward,
    /// To the moment before.
    Back,
}

/// The moments at which playing can stop, over all runs that are played together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks {
    /// The moments of all events, in ascending order, each once.
    pub events: Vec<VirtualTime>,
    /// The moments at which requests are sent, in ascending order, each once.
    pub requests: Vec<VirtualTime>,
    /// The last moment of the run, where the playback ends.
    pub end: VirtualTime,
}

impl Marks {
    /// The moments of these runs' events; the clock ends at `end`.
    pub fn new(runs: &[&[Event]], end: VirtualTime) -> Self {
        let of = |wanted: fn(&&Event) -> bool| {
            let all = runs.iter().flat_map(|events| events.iter());
            let moments: Vec<_> = all.filter(wanted).map(|event| event.at).collect();
            let mut moments = order::by_key(moments, |at| at.0);
            moments.dedup();
            moments
        };
        Self {
            events: of(|_| true),
            requests: of(|event| event.kind == EventKind::Sent),
            end,
        }
    }
}

/// The next moment after `now`, or the last one before it; the end or the start if there is none.
pub fn next(
    moments: &[VirtualTime],
    now: VirtualTime,
    way: Direction,
    end: VirtualTime,
) -> VirtualTime {
    match way {
        Direction::Forward => {
            let at = moments.partition_point(|moment| *moment <= now);
            moments.get(at).copied().unwrap_or(end)
        }
        Direction::Back => {
            let at = moments.partition_point(|moment| *moment < now);
            at.checked_sub(1)
                .map_or(VirtualTime::ZERO, |at| moments[at])
        }
    }
}

#[cfg(test)]
mod tests;
