//! The messages of a fleet's parts to each other.
//!
//! A message is addressed to one part. It names the *attempt* it belongs to (a request, and how often it was tried before) and,
//! where it concerns a replica, that replica's *life* (a replica that died and came back has another one). A message whose attempt
//! or life is over is dropped on the way, so ending an attempt or a life cancels all that is under way for it.

use super::fact::Why;
use super::record::Outcome;
use crate::units::VirtualTime;

/// One attempt of a request, by the request and how often it was tried before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Attempt {
    /// The number of the request.
    pub(super) request: u32,
    /// How often the request was tried before.
    pub(super) number: u32,
}

impl Attempt {
    /// The first try of a request.
    pub(super) fn first(request: u32) -> Self {
        Self { request, number: 0 }
    }

    /// The try after this one.
    pub(super) fn next(self) -> Self {
        Self {
            number: self.number.saturating_add(1),
            ..self
        }
    }
}

/// One life of a replica, from its birth to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Life {
    /// The number of the replica.
    pub(super) replica: u16,
    /// How many lives the replica had before this one.
    pub(super) number: u16,
}

/// How an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FailureKind {
    /// No server listened, or the connection was reset before a token came.
    Reset,
    /// The stream broke off after its first token.
    Cut,
    /// Nothing was heard for as long as the client waits.
    Silent,
    /// There was no replica to send it to (status 503).
    Nobody,
    /// The server had as many connections as it takes (status 503).
    Full,
}

/// The rank of what befalls replicas.
const BEFALLS: u8 = 0;
/// The rank of what probes find.
const FOUND: u8 = 1;
/// The rank of what routers hear of replicas, of what they then forget, and of a replica that a router may use again: what else
/// happens at that time finds it usable.
const HEARD: u8 = 2;
/// The rank of routers that restart.
const RESTARTS: u8 = 3;
/// The rank of messages that are first in, first out.
pub(super) const ORDINARY: u8 = 8;
/// The rank of the autoscaler's looks: a controller sees the fleet as it is after all else that was planned for the moment.
const LOOKS: u8 = 9;

/// The parts that messages are addressed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recipient {
    Client,
    Gate,
    Front,
    Replicas,
    Scaler,
}

/// What one part wants of another, or of itself later on.
///
/// Its kind takes four bytes, so that all of a message lies in whole words and is copied as such. With a kind of one byte,
/// copies were made of words that overlap, and each had to wait for the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Message {
    /// To the client: a request that waits for no other is due.
    Start(u32),
    /// To the client: a later turn of a conversation is due.
    Due(u32),
    /// To the client: its event loop turns, if it has one.
    Turn,
    /// To the client: a request leaves its event loop.
    Post(u32),
    /// To the client: its event loop has read an answer's last token.
    Received(u32),
    /// To the client: tokens are on their way ([`super::out::Out::tokens`] holds them).
    Tokens,
    /// To the client: an attempt was refused with status 429, by the rate limiter, by the endpoint's limit or from the line.
    /// `retry_after_s`: what the answer's `Retry-After` says; 0 if it has none.
    Refused {
        attempt: Attempt,
        retry_after_s: u32,
    },
    /// To the client: the connection of an attempt broke, or there was no server to take it.
    Failed { attempt: Attempt, how: FailureKind },
    /// To the client: an attempt was turned down for good.
    TurnedDown { attempt: Attempt, outcome: Outcome },
    /// To the client: the answer is there.
    Answered(Attempt),

    /// To the gate: an attempt asks to come in.
    Arrive(Attempt),
    /// To the gate: an attempt that was let in is answered, and the answer goes out.
    Leave(Attempt),
    /// To the gate: an attempt that was let in was turned away by its router.
    TurnedAway(Attempt),
    /// To the gate: an attempt that was let in will not be answered.
    Lost { attempt: Attempt, how: FailureKind },

    /// To the gate: an attempt that was let in does not get out of the line to the routers.
    Bounced { attempt: Attempt, why: Why },

    /// To the front: an attempt comes to the line in front of the routers.
    Join(Attempt),
    /// To the front: the replicas have been brought up to now as far as the line asks; an attempt takes its place in it.
    Enter(Attempt),
    /// To the front: an attempt has stood in the line as long as it may.
    Expire(Attempt),
    /// To the front: the attempt of a request that had left the line has come to its end, answered or not.
    Freed { request: u32, answered: bool },
    /// To the front: the next request in the line may go on, if there is one and nothing holds it back.
    Drain,
    /// To the front: the replicas have been brought up to now for the line; `poll`: it is time to read their figures.
    Gauged { poll: bool },
    /// To the front: it is time to read the replicas' figures for the line.
    Gauge,
    /// To the front: the replicas have been brought up to now for the autoscaler, who is to be told how many stand in the line.
    Surveyed,

    /// To the front: an attempt is to be sent somewhere.
    Route(Attempt),
    /// To the front: the replicas have been brought up to now; this router chooses.
    Choose { attempt: Attempt, router: u8 },
    /// To the front: a first token has left its replica.
    FirstLeft(Attempt),
    /// To the front: a response has left its replica.
    Left(Attempt),
    /// To the front: it is time to collect the engines' load.
    Poll,
    /// To the front: the replicas have been brought up to now; their load can be read.
    Collected,

    /// To the front: a replica will not answer an attempt.
    Broke {
        attempt: Attempt,
        replica: u16,
        how: FailureKind,
    },
    /// To the front: an attempt has waited for a replica to be there as long as its client waits.
    HeldTooLong(Attempt),
    /// To the front: a router has avoided a replica for an error, or its breaker was open, until now.
    Usable { router: u8, replica: u16 },
    /// To the front: a replica died; routers that look at the caches themselves see it.
    Died(u16),
    /// To the front: it is found out whether a replica answers, by probes or because it says so itself when it drains, and watches
    /// tell the routers. `change` numbers the changes of a replica: one with a lower number is older.
    Known { replica: u16, up: bool, change: u32 },
    /// To the front: a router hears whether a replica answers; `listed`: not by a watch, but as it lists the replicas.
    Heard {
        router: u8,
        listed: bool,
        replica: u16,
        up: bool,
        change: u32,
    },
    /// To the front: a router forgets what it believes of a replica's cache, if it still believes it to be down.
    Forget { router: u8, replica: u16 },
    /// To the front: a router restarts.
    Restart {
        router: u8,
        snapshot: bool,
        event: u16,
    },

    /// To the replicas: bring those from number `from` on up to now, then let the router choose.
    Observe {
        attempt: Attempt,
        router: u8,
        from: u16,
    },
    /// To the replicas: bring those from number `from` on up to now, then tell the line.
    Measure { from: u16, poll: bool },
    /// To a replica, in whichever life it is: bring it up to now, then let the router forget its cache.
    Purge { router: u8, replica: u16 },
    /// To the replicas: bring those from number `from` on up to now, then say that the load can be read.
    Collect { from: u16 },
    /// To a replica, in whichever life it is: an attempt is on its way, over the network and through the API server.
    Dispatch { attempt: Attempt, replica: u16 },
    /// To a replica: an attempt has come to its engine.
    Reach { attempt: Attempt, life: Life },
    /// To a replica: an attempt joins the engine's queue; all that the engine had done before has been reported.
    Enqueue { attempt: Attempt, life: Life },
    /// To a replica: its engine may have something to report.
    Wake(Life),
    /// To a replica: all that it had to report has been reported; its next wake-up is to be planned.
    Rest(Life),
    /// To a replica, only if caches are shared, so that each replica holds what any has computed: a response has left it, and all
    /// of the response but its last token is computed.
    Computed { attempt: Attempt, life: Life },
    /// To the replicas: an event of the scenario happens to its targets.
    Event(u16),
    /// To a replica: its life ends by a random failure.
    Chance(Life),
    /// To a replica: its life is over; what it held has been recorded.
    Die(Life),
    /// To a replica: it starts again.
    Begin(Life),
    /// To a replica: it is ready.
    Up(Life),
    /// To a replica: what slowed it down or made it hang is over, if nothing else has come in between.
    Over { life: Life, change: u32 },
    /// To a replica: probes have found for long enough that it answers, or does not, if nothing has come in between.
    Probed { replica: u16, change: u32 },
    /// To a replica: it begins to give up the requests it has, or takes no more.
    Terminate(Life),
    /// To a replica: its grace period is over.
    GraceOver(Life),
    /// To a replica: the client of an attempt there has heard nothing for as long as it waits.
    Silent { attempt: Attempt, life: Life },
    /// To the replicas: a stage of the load has drained, so sums begin anew.
    StageEnded,
    /// To the replicas: bring those from number `from` on up to now, then say that they can be looked at.
    Survey { from: u16 },
    /// To a replica: the autoscaler takes it away.
    Retire(Life),

    /// To the scaler: it is time to look at the fleet.
    Look,
    /// To the scaler: the replicas have been brought up to now, and this many requests wait in the line in front of the routers.
    Seen { in_line: u32 },
    /// To the scaler: this many requests wait at the routers for a replica to be there; or a request was turned away as there was
    /// none.
    Held { requests: u32 },
    /// To the scaler: a replica's place has become free.
    Vacant,
}

/// Who a message is for, what it belongs to, and when it is delivered among the messages for one time.
#[derive(Clone, Copy)]
struct Address {
    part: Recipient,
    rank: u8,
    attempt: Option<Attempt>,
    life: Option<Life>,
}

impl Address {
    const fn of(self, attempt: Attempt) -> Self {
        Self {
            attempt: Some(attempt),
            ..self
        }
    }

    const fn within(self, life: Life) -> Self {
        Self {
            life: Some(life),
            ..self
        }
    }

    const fn ranked(self, rank: u8) -> Self {
        Self { rank, ..self }
    }
}

/// The address of a message that belongs to no attempt and no life, and is first in, first out.
const fn to(part: Recipient) -> Address {
    Address {
        part,
        rank: ORDINARY,
        attempt: None,
        life: None,
    }
}

impl Message {
    /// Where the message goes. Every message is listed, without an arm for the others: one whose life was forgotten here would be
    /// delivered to the next life.
    #[inline(always)]
    fn address(&self) -> Address {
        use Recipient::{Client, Front, Gate, Replicas, Scaler};
        match *self {
            Self::Start(_)
            | Self::Due(_)
            | Self::Turn
            | Self::Post(_)
            | Self::Received(_)
            | Self::Tokens => to(Client),
            Self::Refused { attempt, .. }
            | Self::Failed { attempt, .. }
            | Self::TurnedDown { attempt, .. }
            | Self::Answered(attempt) => to(Client).of(attempt),
            Self::Arrive(attempt)
            | Self::Leave(attempt)
            | Self::TurnedAway(attempt)
            | Self::Lost { attempt, .. }
            | Self::Bounced { attempt, .. } => to(Gate).of(attempt),
            Self::Join(attempt)
            | Self::Enter(attempt)
            | Self::Expire(attempt)
            | Self::Route(attempt)
            | Self::Choose { attempt, .. }
            | Self::FirstLeft(attempt)
            | Self::Left(attempt)
            | Self::Broke { attempt, .. }
            | Self::HeldTooLong(attempt) => to(Front).of(attempt),
            Self::Freed { .. }
            | Self::Drain
            | Self::Gauged { .. }
            | Self::Gauge
            | Self::Surveyed
            | Self::Poll
            | Self::Collected
            | Self::Died(_)
            | Self::Forget { .. } => to(Front),
            Self::Usable { .. } | Self::Known { .. } | Self::Heard { .. } => {
                to(Front).ranked(HEARD)
            }
            Self::Restart { .. } => to(Front).ranked(RESTARTS),
            Self::Observe { attempt, .. } | Self::Dispatch { attempt, .. } => {
                to(Replicas).of(attempt)
            }
            Self::Measure { .. }
            | Self::Collect { .. }
            | Self::StageEnded
            | Self::Survey { .. } => to(Replicas),
            Self::Purge { .. } => to(Replicas).ranked(HEARD),
            Self::Reach { attempt, life }
            | Self::Enqueue { attempt, life }
            | Self::Computed { attempt, life }
            | Self::Silent { attempt, life } => to(Replicas).of(attempt).within(life),
            Self::Wake(life) | Self::Rest(life) | Self::Die(life) | Self::Retire(life) => {
                to(Replicas).within(life)
            }
            Self::Event(_) => to(Replicas).ranked(BEFALLS),
            Self::Chance(life)
            | Self::Begin(life)
            | Self::Up(life)
            | Self::Over { life, .. }
            | Self::Terminate(life)
            | Self::GraceOver(life) => to(Replicas).within(life).ranked(BEFALLS),
            Self::Probed { .. } => to(Replicas).ranked(FOUND),
            Self::Look => to(Scaler).ranked(LOOKS),
            Self::Seen { .. } | Self::Held { .. } | Self::Vacant => to(Scaler),
        }
    }

    /// The part that the message is addressed to.
    pub(super) fn part(&self) -> Recipient {
        self.address().part
    }

    /// The attempt that the message belongs to; `None` if it belongs to none.
    pub(super) fn attempt(&self) -> Option<Attempt> {
        self.address().attempt
    }

    /// Its rank among the messages for one time, where those are not first in, first out: what befalls replicas, then what probes
    /// find, then what is heard of it, then routers that restart, then everything else (docs/operations.md), and last the looks of
    /// the autoscaler. A message without a rank, or a look, that is queued at a moment for that same moment comes after all that was
    /// queued for it before.
    pub(super) fn rank(&self) -> u8 {
        self.address().rank
    }

    /// The life of a replica that the message concerns; `None` if it concerns none.
    pub(super) fn life(&self) -> Option<Life> {
        self.address().life
    }
}

/// A message with the time at which it is delivered.
pub(super) type Later = (VirtualTime, Message);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_small() {
        assert!(size_of::<Message>() <= 16, "{} bytes", size_of::<Message>());
        assert_eq!(size_of::<Option<Message>>(), size_of::<Message>());
    }
}
