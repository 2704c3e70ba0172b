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
    /// The moment at which it happened, in the run's virtual time.
    pub at: VirtualTime,
    /// What happened at that moment, and to which request, replica or router.
    pub what: What,
}

/// Where a replica stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifeStage {
    /// It starts and takes no requests yet.
    Starting,
    /// It takes requests: routers may choose it once they know.
    Ready,
    /// It is taken out: routers are told so. It still takes what comes until its pre-stop time is over; then it gives up what it has,
    /// or takes no more and finishes it.
    Draining,
    /// It is gone, and the blocks of its cache are lost.
    Down,
}

/// The number that stands in [`What::Event`] for the autoscaler's taking a replica away, where an event of the scenario has its own.
pub const RETIRED: u16 = u16::MAX;

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
    /// It waited in the line as long as is allowed (status 429; SMG answers 408).
    Expired,
    /// Requests of its priority were not to wait (status 429).
    Shed,
}

impl Why {
    /// Every reason, in the order in which reports list them.
    pub const ALL: [Self; 7] = [
        Self::Connections,
        Self::Backlog,
        Self::Unconnected,
        Self::Endpoint,
        Self::Full,
        Self::Expired,
        Self::Shed,
    ];

    /// The reason's key in reports, in snake case.
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

    /// The reason as part of a sentence, with the HTTP status that the client saw, if it saw one.
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
        /// The number of the replica whose stage changes.
        replica: u16,
        /// The stage that it has come to.
        stage: LifeStage,
    },
    /// An event of the scenario happens (a number beyond the last: a replica fails at random, or the autoscaler takes one away).
    Event {
        /// The number of the event, in the scenario's order.
        event: u16,
        /// The replica (or, of a router's restart, the router) that it befalls.
        whom: u16,
        /// Whether it befalls a router rather than a replica.
        router: bool,
    },
    /// A replica's cache is lost, as the replica dies.
    CacheLost {
        /// The number of the replica that lost its cache.
        replica: u16,
        /// Blocks that it held; part-filled blocks, which have no id, are not counted.
        blocks: u32,
    },
    /// A replica computes at another speed from now on.
    Speed {
        /// The number of the replica whose speed changes.
        replica: u16,
        /// Its speed from now on, in thousandths of its own \[0.001\]; 0 if it hangs.
        thousandths: u32,
    },
    /// An attempt failed: its answer will not come, or breaks off.
    Broke {
        /// The number of the request whose attempt failed.
        request: u32,
        /// The replica that the attempt was sent to; the number of replicas of the fleet if it was sent to none.
        replica: u16,
        /// Whether the stream of its answer had begun, so that the answer was cut off.
        cut: bool,
    },
    /// A request is tried again after an attempt that failed.
    Again {
        /// The number of the request that is tried again.
        request: u32,
        /// Whether its router tries it again; if not, its client does.
        router: bool,
    },
    /// This many replicas are wanted from now on, by the autoscaler, or as the scenario sets it.
    Wanted {
        /// How many replicas there are to be \[replicas\].
        wanted: u32,
    },
    /// The recommendation that a rule of the autoscaler drew from one of its metrics, for a reader who follows its decisions.
    Weighed {
        /// The metric, by its place in [`Metric::ALL`](crate::scenario::scaling::Metric::ALL).
        metric: u8,
        /// The number of replicas whose metric was counted.
        counted: u16,
        /// The number of replicas that were left out: their metric could not be read, or they started too lately.
        left_out: u16,
        /// The mean of the metric over the replicas counted, in thousandths; for a metric that is a sum over the fleet, that sum.
        thousandths: u32,
        /// The number of replicas that the rule recommends for this metric.
        recommended: u16,
    },
    /// The fleet has this many replicas from now on; recorded only where an autoscaler changes their number, or the user gave a
    /// price.
    ReplicasCounted {
        /// Replicas that are paid for: all but those that are down for good.
        paid: u16,
        /// Replicas that are ready to take requests.
        ready: u16,
    },
    /// The work that the replicas have computed since the autoscaler looked at them last.
    Worked {
        /// The time that the same work would take one replica that does nothing else \[µs\].
        micros: u64,
    },
    /// A router believes from now on that a replica answers, or does not.
    Believes {
        /// The number of the router that believes it.
        router: u8,
        /// The number of the replica that the belief is about.
        replica: u16,
        /// Whether the router believes that the replica answers.
        up: bool,
    },
    /// A router forgets what it believed about the replicas' caches.
    Forgot {
        /// The number of the router that forgets.
        router: u8,
        /// The replica whose blocks it forgets; `None` if the router restarts, and forgets those of all replicas and everything
        /// else.
        replica: Option<u16>,
    },
    /// A router's breaker of a replica opens.
    BreakerOpened {
        /// The number of the router whose breaker opens.
        router: u8,
        /// The number of the replica to which it sends nothing while the breaker is open.
        replica: u16,
    },
    /// A request is due at the client.
    Due {
        /// The request's number in the workload, from 0.
        request: u32,
    },
    /// The client sends a request for the first time.
    Sent {
        /// The request's number in the workload, from 0.
        request: u32,
    },
    /// An attempt is refused with status 429: by the rate limiter, or, as a `TurnedBack` says, at the entrance.
    Refused {
        /// The number of the request that the attempt belongs to.
        request: u32,
    },
    /// An attempt is turned back at the entrance.
    TurnedBack {
        /// The number of the request that the attempt belongs to.
        request: u32,
        /// The limit that the attempt ran into.
        why: Why,
    },
    /// A request waits in the line in front of the routers from now on.
    Waits {
        /// The request's number in the workload, from 0.
        request: u32,
    },
    /// A request has its answer from the cache of whole answers, and comes to no router.
    Recalled {
        /// The request's number in the workload, from 0.
        request: u32,
    },
    /// A request has left the line and goes to a router.
    Released {
        /// The request's number in the workload, from 0.
        request: u32,
    },
    /// A client that was refused will send its request again later.
    Retried {
        /// The number of the request that is to be sent again.
        request: u32,
    },
    /// A client that was refused will not send its request again.
    GivenUp {
        /// The number of the request that is given up.
        request: u32,
    },
    /// A router sends a request to a replica.
    Routed {
        /// The request's number in the workload, from 0.
        request: u32,
        /// The number of the replica that the router chose.
        replica: u16,
        /// The number of the router that chose.
        router: u8,
        /// What that router believed of the replicas' caches; `None` if its policy does not look at them.
        belief: Option<Believed>,
    },
    /// A request enters the waiting queue of its replica's engine.
    Queued {
        /// The request's number in the workload, from 0.
        request: u32,
        /// The number of the replica whose engine queues it.
        replica: u16,
    },
    /// A request joins the batch for the first time.
    Admitted {
        /// The request's number in the workload, from 0.
        request: u32,
        /// Prompt tokens whose KV cache was found in the prefix cache, so that they are not prefilled \[tokens\].
        hit_tokens: u32,
        /// Full prompt blocks found in the prefix cache \[blocks\].
        hit_blocks: u32,
    },
    /// A request's first token leaves the API server.
    FirstToken {
        /// The request's number in the workload, from 0.
        request: u32,
    },
    /// A request leaves the batch, as the replica has no free blocks for its next token; it will be recomputed.
    Preempted {
        /// The number of the request that is preempted.
        request: u32,
    },
    /// A request that was preempted joins the batch again.
    Readmitted {
        /// The number of the request that was preempted before.
        request: u32,
    },
    /// The tokens that a preempted request had have been recomputed, and its next token leaves the API server.
    Resumed {
        /// The number of the request that goes on.
        request: u32,
    },
    /// A request's last token leaves the API server.
    Finished {
        /// The request's number in the workload, from 0.
        request: u32,
    },
    /// The fleet is done with a request: its last token has left, and its router no longer counts it as active.
    Left {
        /// The request's number in the workload, from 0.
        request: u32,
    },
    /// A client that reads token by token has read the first token of an answer.
    FirstRead {
        /// The request's number in the workload, from 0.
        request: u32,
    },
    /// The client has a whole answer.
    Answered {
        /// The request's number in the workload, from 0.
        request: u32,
    },
    /// A request has come to its end at the client.
    Ended {
        /// The request's number in the workload, from 0.
        request: u32,
        /// How it ended: answered, or why not.
        outcome: Outcome,
    },
    /// A pool holds blocks `from..to` of a segment from now on.
    Stored {
        /// The number of the replica whose pool stores the blocks.
        replica: u16,
        /// The segment of the workload's [`Corpus`](crate::request::Corpus) that the blocks belong to.
        segment: SegmentId,
        /// The first of the blocks, counted within the segment.
        from: u32,
        /// One past the last of the blocks, counted within the segment.
        to: u32,
    },
    /// A pool holds blocks `from..to` of a segment no longer.
    Evicted {
        /// The number of the replica whose pool evicts the blocks.
        replica: u16,
        /// The segment of the workload's [`Corpus`](crate::request::Corpus) that the blocks belong to.
        segment: SegmentId,
        /// The first of the blocks, counted within the segment.
        from: u32,
        /// One past the last of the blocks, counted within the segment.
        to: u32,
    },
    /// A stage of a ladder of rates has drained, and the next begins.
    StageEnded,
}

/// How many leading full blocks of a prompt a router believed to be cached when it chose \[blocks\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Believed {
    /// Leading blocks believed to be cached on the replica that it chose.
    pub chosen: u32,
    /// The most leading blocks believed to be cached on any one replica.
    pub deepest: u32,
    /// What `deepest` would have been if the router had forgotten nothing that it sent since it last began anew; at least `deepest`.
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
