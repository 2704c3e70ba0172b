//! What has happened: the entries of a run's log.
//!
//! Facts are appended as the model learns of them. An engine runs through several steps at once and says afterwards what
//! came of them, and a token leaves its API server a little after its step, so facts are not in the order of their times;
//! those of one request on its replica are in the engine's order.

use super::record::Outcome;
use crate::request::SegmentId;
use crate::units::VirtualTime;

/// Something that has happened, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// When.
    pub at: VirtualTime,
    /// What.
    pub what: What,
}

/// Where a replica stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifeStage {
    /// It comes up and takes no requests yet.
    Starting,
    /// It takes requests.
    Ready,
    /// It takes no more requests and ends those it has.
    Draining,
    /// It is gone, and its blocks with it.
    Down,
}

/// The number that stands for the autoscaler where an event of the scenario has its own.
pub(super) const RETIRED: u16 = u16::MAX;

/// Why an attempt was turned back at the entrance; it may come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The server had as many connections as it takes (status 503).
    Connections,
    /// Too many came at one moment, and the first packet was lost; it is sent again.
    Backlog,
    /// The first packet was lost until the client gave up connecting.
    Unconnected,
    /// The endpoint had taken as many requests as it may (status 429).
    Endpoint,
    /// The line was full (status 429).
    Full,
    /// It stood in the line as long as it may (status 429; SMG answers 408).
    Expired,
    /// Requests of its priority were not to wait (status 429).
    Shed,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Connections,
        Self::Backlog,
        Self::Unconnected,
        Self::Endpoint,
        Self::Full,
        Self::Expired,
        Self::Shed,
    ];

    /// It as a key of reports.
    pub fn key(self) -> &'static str {
        match self {
            Self::Connections => "connection_limit",
            Self::Backlog => "backlog_dropped",
            Self::Unconnected => "backlog_given_up",
            Self::Endpoint => "endpoint_limit",
            Self::Full => "line_full",
            Self::Expired => "line_timeout",
            Self::Shed => "shed",
        }
    }

    /// It in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Connections => "refused at the connection limit (503)",
            Self::Backlog => "dropped at the backlog and sent again",
            Self::Unconnected => "given up connecting",
            Self::Endpoint => "refused by the endpoint's limit (429)",
            Self::Full => "refused as the line was full (429)",
            Self::Expired => "refused after waiting too long (429)",
            Self::Shed => "shed (429)",
        }
    }
}

/// What can happen. Requests, replicas and routers go by their numbers, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A replica comes to a stage of its life.
    Life {
        /// The replica.
        replica: u16,
        /// The stage.
        stage: LifeStage,
    },
    /// An event of the scenario comes to pass (beyond the last of them: a replica failed by chance).
    Event {
        /// Its number, in the scenario's order.
        event: u16,
        /// The replica (or, of a router's restart, the router) that it befalls.
        whom: u16,
        /// It befalls a router.
        router: bool,
    },
    /// A replica's cache is gone.
    CacheLost {
        /// The replica.
        replica: u16,
        /// Blocks that it held, nameless ones not counted.
        blocks: u32,
    },
    /// A replica computes at another speed from now on.
    Speed {
        /// The replica.
        replica: u16,
        /// In thousandths of its own speed; 0: it hangs.
        thousandths: u32,
    },
    /// An attempt came to nothing.
    Broke {
        /// The request.
        request: u32,
        /// The replica that it was sent to; the number of replicas: it was sent to none.
        replica: u16,
        /// Its stream had begun.
        cut: bool,
    },
    /// A request is tried again after an attempt that came to nothing.
    Again {
        /// The request.
        request: u32,
        /// By its router; if not, by its client.
        router: bool,
    },
    /// The autoscaler wants so many replicas from now on.
    Wanted {
        /// How many.
        wanted: u32,
    },
    /// What a rule of the autoscaler made of one of its metrics, for those who want to follow it.
    Weighed {
        /// Which metric, by its place in [`Metric::ALL`](crate::scenario::scaling::Metric::ALL).
        metric: u8,
        /// Replicas that were counted.
        counted: u16,
        /// Replicas that could not be, or have begun too lately.
        left_out: u16,
        /// Of those counted the mean (of a sum over the fleet, the sum), in thousandths.
        thousandths: u32,
        /// How many replicas it recommends.
        recommended: u16,
    },
    /// So many replicas are there from now on, where an autoscaler changes that.
    Staffed {
        /// Those that are paid: every one but those that are gone for good.
        paid: u16,
        /// Those that are ready.
        ready: u16,
    },
    /// What the replicas computed since the autoscaler's look before.
    Worked {
        /// The time that it would take one replica with nothing else to do \[µs\]
        micros: u64,
    },
    /// A router believes from now on that a replica answers, or does not.
    Believes {
        /// The router.
        router: u8,
        /// The replica.
        replica: u16,
        /// It answers.
        up: bool,
    },
    /// A router forgets what it believes of caches.
    Forgot {
        /// The router.
        router: u8,
        /// Of this replica's; `None`: of all, with all else that it knew, since it begins anew.
        replica: Option<u16>,
    },
    /// A router's breaker of a replica opens.
    BreakerOpened {
        /// The router.
        router: u8,
        /// The replica.
        replica: u16,
    },
    /// A request is due at the client.
    Due {
        /// The request.
        request: u32,
    },
    /// The client sends a request for the first time.
    Sent {
        /// The request.
        request: u32,
    },
    /// The rate limiter refuses an attempt.
    Refused {
        /// The request.
        request: u32,
    },
    /// An attempt is turned back at the entrance.
    TurnedBack {
        /// The request.
        request: u32,
        /// Why.
        why: Why,
    },
    /// A request waits in the line in front of the routers from now on.
    Waits {
        /// The request.
        request: u32,
    },
    /// A request has its answer from the cache of whole answers, and comes to no router.
    Recalled {
        /// The request.
        request: u32,
    },
    /// A request has left the line and goes to a router.
    Released {
        /// The request.
        request: u32,
    },
    /// A refused client will try again.
    Retried {
        /// The request.
        request: u32,
    },
    /// A refused client gives up.
    GivenUp {
        /// The request.
        request: u32,
    },
    /// A router sends a request to a replica.
    Routed {
        /// The request.
        request: u32,
        /// Where it goes.
        replica: u16,
        /// Which router sends it.
        router: u8,
        /// What it believed of the replicas' caches; `None` if it looks at none.
        belief: Option<Believed>,
    },
    /// A request comes to its engine's queue.
    Queued {
        /// The request.
        request: u32,
        /// The replica.
        replica: u16,
    },
    /// A request joins the batch for the first time.
    Admitted {
        /// The request.
        request: u32,
        /// Prompt tokens taken from the cache.
        hit_tokens: u32,
        /// Full prompt blocks found in the cache.
        hit_blocks: u32,
    },
    /// A request's first token leaves the API server.
    FirstToken {
        /// The request.
        request: u32,
    },
    /// A request is thrown out of the batch for want of blocks.
    Preempted {
        /// The request.
        request: u32,
    },
    /// A request that was thrown out is in the batch again.
    Readmitted {
        /// The request.
        request: u32,
    },
    /// What it had is recomputed, and its next token leaves the API server.
    Resumed {
        /// The request.
        request: u32,
    },
    /// A request's last token leaves the API server.
    Finished {
        /// The request.
        request: u32,
    },
    /// The fleet is done with a request: its last token has left, and its router no longer counts it as active.
    Left {
        /// The request.
        request: u32,
    },
    /// A client that reads token by token has read an answer's first.
    FirstRead {
        /// The request.
        request: u32,
    },
    /// The client has a whole answer.
    Answered {
        /// The request.
        request: u32,
    },
    /// A request has come to its end at the client.
    Ended {
        /// The request.
        request: u32,
        /// What became of it.
        outcome: Outcome,
    },
    /// A pool holds blocks `from..to` of a segment from now on.
    Stored {
        /// The replica.
        replica: u16,
        /// The segment.
        segment: SegmentId,
        /// First block, counted within the segment.
        from: u32,
        /// One past the last.
        to: u32,
    },
    /// A pool holds blocks `from..to` of a segment no longer.
    Evicted {
        /// The replica.
        replica: u16,
        /// The segment.
        segment: SegmentId,
        /// First block, counted within the segment.
        from: u32,
        /// One past the last.
        to: u32,
    },
    /// A stage of a ladder of rates has drained, and the next begins.
    StageEnded,
}

/// Leading full blocks of a prompt, as a router believed when it chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Believed {
    /// On the replica it chose.
    pub chosen: u32,
    /// On any one replica.
    pub deepest: u32,
    /// On any one replica, if it had never forgotten what it sent; at least `deepest`.
    pub once: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_small() {
        assert!(size_of::<Fact>() <= 32, "{} bytes", size_of::<Fact>());
    }
}
