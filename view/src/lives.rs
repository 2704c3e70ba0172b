//! The lives of replicas during a run, from its log: their states over time, and what the router believed of them.
//!
//! A life is a list of spans without gaps, from time zero to the end of the run. A replica answers requests while it is
//! ready, draining or slow. The belief is that of the first router, as in the trees of the page; where it differs from the
//! truth a span says so: a dead replica that is still believed alive, or a ready one that the router has not heard of. Left
//! out: circuit breakers, and the time for which a router avoids a replica after an error, since these are not beliefs.

use warmpath_core::fleet::{Fact, LifeStage, RETIRED, Run, What};
use warmpath_core::order;
use warmpath_core::units::VirtualTime;

pub mod draw;
pub mod scaling;
mod wire;

/// The state of a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaState {
    /// The replica does not exist: not yet, or no longer.
    Absent,
    /// The replica is starting and takes no requests yet.
    Starting,
    /// The replica is up and takes requests.
    Ready,
    /// The replica takes requests, but computes at less than its own speed.
    Slow,
    /// The replica keeps its connections and computes nothing.
    Hung,
    /// The replica takes no more requests and finishes those it has.
    Draining,
    /// The replica has died, and its cache and requests are lost.
    Down,
}

impl ReplicaState {
    /// Whether the replica answers requests in this state.
    pub fn answers(self) -> bool {
        matches!(self, Self::Ready | Self::Slow | Self::Draining)
    }

    /// The state as it stands after "replica 1 is".
    pub fn words(self) -> &'static str {
        match self {
            Self::Absent => "not there",
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Slow => "slow",
            Self::Hung => "hung",
            Self::Draining => "draining",
            Self::Down => "down",
        }
    }

    /// The class of the state in the page's style sheets.
    pub fn class(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Slow => "slow",
            Self::Hung => "hung",
            Self::Draining => "draining",
            Self::Down => "down",
        }
    }
}

/// Something that holds for a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<T> {
    /// When it begins, from the run's start.
    pub from: VirtualTime,
    /// When it ends, from the run's start.
    pub to: VirtualTime,
    /// What holds during that time.
    pub what: T,
}

/// The life of one replica: its states, and what the router took it for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Life {
    /// The states of the replica, one after the other from time zero to the end.
    pub spans: Vec<Span<ReplicaState>>,
    /// The spans in which the router's belief is wrong, with what it believes: `true` that the replica answers.
    pub wrong: Vec<Span<bool>>,
    /// The times of attempts that were sent to the replica while it answered nothing.
    pub astray: Vec<VirtualTime>,
    /// The times at which answers broke off at the replica.
    pub cut: Vec<VirtualTime>,
    /// The times at which attempts without a token yet broke at the replica.
    pub reset: Vec<VirtualTime>,
}

impl Life {
    /// The state at a moment.
    pub fn at(&self, now: VirtualTime) -> ReplicaState {
        let past = self.spans.partition_point(|span| span.from <= now);
        let span = past.checked_sub(1).and_then(|at| self.spans.get(at));
        span.map_or(ReplicaState::Ready, |span| span.what)
    }

    /// The wrong belief at a moment (`true`: that the replica answers); `None` if the belief is right.
    pub fn wrong_at(&self, now: VirtualTime) -> Option<bool> {
        let at = |span: &&Span<bool>| span.from <= now && now < span.to;
        self.wrong.iter().find(at).map(|span| span.what)
    }

    /// How long the replica was in a state \[s\].
    pub fn time(&self, stage: ReplicaState) -> f64 {
        let of = self.spans.iter().filter(|span| span.what == stage);
        of.map(|span| (span.to - span.from).secs()).sum()
    }

    /// How long the router believed the replica alive while it was not \[s\].
    pub fn believed_alive(&self) -> f64 {
        let of = self.wrong.iter().filter(|span| span.what);
        of.map(|span| (span.to - span.from).secs()).sum()
    }

    /// Whether the replica existed at any time.
    pub fn was_there(&self) -> bool {
        self.spans
            .iter()
            .any(|span| span.what != ReplicaState::Absent)
    }

    /// Whether the replica was ever in another state than ready.
    pub fn is_eventful(&self) -> bool {
        self.spans
            .iter()
            .any(|span| span.what != ReplicaState::Ready)
            || !self.wrong.is_empty()
    }
}

/// How many of some moments are at or before `now`.
pub fn past(moments: &[VirtualTime], now: VirtualTime) -> u64 {
    moments.partition_point(|at| *at <= now) as u64
}

/// What is known of a replica at a point of the log.
struct KnownLife {
    life: LifeStage,
    /// The speed of the replica \[thousandths of its undisturbed speed\]; 0 if it hangs.
    speed: u32,
    /// Whether the replica was drained or taken away, or does not exist yet. One that died is not gone, even if it stays down for
    /// good.
    gone: bool,
    /// Whether the router believes that the replica answers.
    believed: bool,
    /// When the present state began.
    since: VirtualTime,
    /// When the belief last became right or wrong.
    wrong_since: VirtualTime,
    /// What has been recorded so far: the spans that have ended.
    recorded: Life,
}

impl KnownLife {
    fn stage(&self) -> ReplicaState {
        match (self.life, self.speed) {
            (LifeStage::Down, _) if self.gone => ReplicaState::Absent,
            (LifeStage::Down, _) => ReplicaState::Down,
            (LifeStage::Starting, _) => ReplicaState::Starting,
            (LifeStage::Draining, 1..) => ReplicaState::Draining,
            (_, 0) => ReplicaState::Hung,
            (_, 1000) => ReplicaState::Ready,
            _ => ReplicaState::Slow,
        }
    }

    /// The wrong belief (`true`: that the replica answers); `None` if the belief is right. Of a draining replica either
    /// belief is right.
    fn wrong(&self) -> Option<bool> {
        let stage = self.stage();
        let wrong = self.believed != stage.answers() && stage != ReplicaState::Draining;
        wrong.then_some(self.believed)
    }

    /// Changes the replica at a moment, after recording the span that ends there.
    fn change(&mut self, at: VirtualTime, change: impl FnOnce(&mut Self)) {
        let (stage, wrong) = (self.stage(), self.wrong());
        change(self);
        if self.stage() != stage {
            self.end(stage, at);
            self.since = at;
        }
        if self.wrong() != wrong {
            self.end_wrong(wrong, at);
            self.wrong_since = at;
        }
    }

    fn end(&mut self, what: ReplicaState, to: VirtualTime) {
        let from = self.since;
        if to > from {
            self.recorded.spans.push(Span { from, to, what });
        }
    }

    fn end_wrong(&mut self, wrong: Option<bool>, to: VirtualTime) {
        let from = self.wrong_since;
        if let Some(what) = wrong.filter(|_| to > from) {
            self.recorded.wrong.push(Span { from, to, what });
        }
    }
}

/// The lives of a run's replicas up to `end`, from its log. Without a log all are ready throughout.
pub fn lives(run: &Run, end: VirtualTime) -> Vec<Life> {
    let new = |_: &_| KnownLife {
        life: LifeStage::Ready,
        speed: 1000,
        gone: false,
        believed: true,
        since: VirtualTime::ZERO,
        wrong_since: VirtualTime::ZERO,
        recorded: Life::default(),
    };
    let mut all: Vec<KnownLife> = run.replicas.iter().map(new).collect();
    let facts = run.log.as_deref().unwrap_or_default();
    // The log begins with a fact per replica on its state at the start, which the router knows.
    let mut born = 0;
    let mut later = Vec::new();
    for fact in facts.iter().filter(|fact| matters(fact)) {
        match fact.what {
            What::Life { replica, stage } if born < all.len() => {
                born += 1;
                if let Some(known) = all.get_mut(usize::from(replica)) {
                    known.life = stage;
                    known.gone = stage == LifeStage::Down;
                    known.believed = stage == LifeStage::Ready;
                }
            }
            _ => later.push(*fact),
        }
    }
    for fact in order::by_key(later, |fact| fact.at.0) {
        apply(&mut all, &fact);
    }
    let ended = |mut known: KnownLife| {
        let end = end.max(known.since);
        known.end(known.stage(), end);
        known.end_wrong(known.wrong(), end.max(known.wrong_since));
        known.recorded
    };
    all.into_iter().map(ended).collect()
}

fn matters(fact: &Fact) -> bool {
    matches!(
        fact.what,
        What::Life { .. }
            | What::Speed { .. }
            | What::Believes { .. }
            | What::Event { .. }
            | What::Routed { .. }
            | What::Broke { .. }
    )
}

fn apply(all: &mut [KnownLife], fact: &Fact) {
    let at = fact.at;
    let mut of = |replica: u16, change: &dyn Fn(&mut KnownLife)| {
        if let Some(known) = all.get_mut(usize::from(replica)) {
            known.change(at, |known| change(known));
        }
    };
    match fact.what {
        What::Life { replica, stage } => of(replica, &|it| {
            match stage {
                // A replica that was drained does not come back by itself; one that died does.
                LifeStage::Down => it.gone |= it.life == LifeStage::Draining,
                _ => it.gone = false,
            }
            (it.life, it.speed) = (stage, 1000);
        }),
        What::Speed {
            replica,
            thousandths,
        } => of(replica, &|it| it.speed = thousandths),
        What::Believes {
            router: 0,
            replica,
            up,
        } => of(replica, &|it| it.believed = up),
        // The autoscaler takes a replica away.
        What::Event {
            event: RETIRED,
            whom,
            ..
        } => of(whom, &|it| it.gone = it.life == LifeStage::Starting),
        What::Routed { replica, .. } => of(replica, &|it| {
            if !it.stage().answers() {
                it.recorded.astray.push(at);
            }
        }),
        What::Broke { replica, cut, .. } => of(replica, &|it| match cut {
            true => it.recorded.cut.push(at),
            false => it.recorded.reset.push(at),
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
