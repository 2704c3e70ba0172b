//! The clients: the schedule, the concurrency cap, waiting, trying again, the next turn.
//!
//! There are three kinds. An **open loop** sends what is due at once. A **closed loop** keeps at most a given number of requests under
//! way; what is due beyond that waits, first come, first served. The **Python** load generator has a cap too, and everything it does
//! takes its own time ([`python`]). Each can climb a **ladder** of rates: its schedule then has stages, and the next begins when all
//! requests before it have ended.
//!
//! A request refused with status 429 is tried again after a pause ([`Retry`]), or given up. A conversation's next turn is due when
//! the client is done with the one before, plus the time to think.
//!
//! Where replicas fail, or a server's connections are limited: an attempt whose connection broke before a token came, or that found
//! no replica or heard nothing for too long, is tried again as openai-python does, after min(0.5·2ⁿ, 8) s shortened by up to a
//! quarter; a stream that broke off is not (the request is cut).
//!
//! Left out: clients that lose patience with a replica that works; users who ask again after a cut.

pub(super) mod python;
pub(super) mod schedule;

use std::collections::VecDeque;
use std::sync::Arc;

use super::fact::What;
use super::message::{Attempt, FailureKind, Message};
use super::out::Out;
use super::record::Outcome;
use crate::histogram::Histogram;
use crate::limit::Retry;
use crate::request::Arrival;
use crate::rng::Rng;
use crate::units::{Map, VirtualTime};
use crate::workload::Workload;
use python::PythonLoop;
use schedule::{LAST, Schedule};

/// How requests that are due are sent.
#[derive(Clone)]
pub(super) enum Sending {
    /// Each request is sent at once when it is due.
    Open,
    /// At most this many requests are under way; the others wait.
    Closed(Cap),
    /// One Python process sends them, which takes time of its own.
    Python(Box<PythonLoop>),
}

/// The cap of a closed loop, and the requests that wait for it.
#[derive(Clone)]
pub(super) struct Cap {
    most: u32,
    under_way: u32,
    /// Requests that are due and wait for a place, the longest waiting first.
    held: VecDeque<u32>,
}

impl Cap {
    /// A cap of this many requests, none of which is under way yet.
    pub(super) fn new(most: u32) -> Self {
        Self {
            most,
            under_way: 0,
            held: VecDeque::new(),
        }
    }

    /// Gives the next waiting request a place, if there is one.
    fn take_place(&mut self) -> Option<u32> {
        if self.under_way >= self.most {
            return None;
        }
        let request = self.held.pop_front()?;
        self.under_way += 1;
        Some(request)
    }
}

/// The client of a run. See the [module](self).
#[derive(Clone)]
pub(super) struct Client {
    workload: Arc<Workload>,
    schedule: Arc<Schedule>,
    /// The number of the stage of the schedule under way, and when it began.
    stage: usize,
    began: VirtualTime,
    /// How many of the schedule's starts have been handed on.
    started: usize,
    kind: Sending,
    /// The pause before a later turn, where the workload gives none.
    think: VirtualTime,
    retry: Retry,
    jitter: Rng,
    /// What follows from broken connections; `None` if none can break.
    patience: Option<Patience>,
    /// The number of requests of the run, and of those that have ended.
    count: u32,
    ended: u32,
    /// The gaps between tokens in each stage that has ended; empty if the client does not stamp every token.
    gaps: Vec<Histogram>,
}

/// How often and how a client tries again after a broken connection.
#[derive(Clone)]
pub(super) struct Patience {
    pub(super) most_retries: u32,
    pub(super) jitter: Rng,
    /// For each request that was tried again after such a failure: how often, and the number of the attempt that the last of these
    /// retries began.
    pub(super) tried: Map<u32, (u32, u32)>,
}

impl Patience {
    /// How long it waits after this many retries; `None`: it gives up.
    fn wait(&mut self, retries: u32) -> Option<VirtualTime> {
        if retries >= self.most_retries {
            return None;
        }
        let longest = (0.5 * libm::pow(2.0, f64::from(retries))).min(8.0);
        let wait = longest * (1.0 - 0.25 * self.jitter.uniform());
        Some(VirtualTime::from_secs(wait))
    }
}

/// What a client needs to know besides its kind.
pub(super) struct Habits {
    pub(super) think: VirtualTime,
    pub(super) retry: Retry,
    pub(super) jitter: Rng,
    pub(super) patience: Option<Patience>,
    /// The number of requests of the run.
    pub(super) count: u32,
}

impl Client {
    /// A client before its first request; its first messages go to `out`.
    pub(super) fn new(
        workload: Arc<Workload>,
        schedule: Arc<Schedule>,
        kind: Sending,
        habits: Habits,
        out: &mut Out,
    ) -> Self {
        let mut client = Self {
            workload,
            schedule,
            stage: 0,
            began: VirtualTime::ZERO,
            started: 0,
            kind,
            think: habits.think,
            retry: habits.retry,
            jitter: habits.jitter,
            patience: habits.patience,
            count: habits.count,
            ended: 0,
            gaps: Vec::new(),
        };
        match &mut client.kind {
            Sending::Python(python) => python.plan_turn(out),
            Sending::Open | Sending::Closed(_) => client.announce_start(out),
        }
        client
    }

    /// The number of requests that have ended, and of all requests.
    pub(super) fn progress(&self) -> (u32, u32) {
        (self.ended, self.count)
    }

    /// The schedule of the run's requests.
    pub(super) fn schedule(&self) -> &Arc<Schedule> {
        &self.schedule
    }

    /// The gaps between tokens: in each stage that has ended, and since; `None` if the client does not stamp every token.
    pub(super) fn take_gaps(&mut self) -> Option<(Vec<Histogram>, Histogram)> {
        match &mut self.kind {
            Sending::Python(python) => Some((core::mem::take(&mut self.gaps), python.take_gaps())),
            Sending::Open | Sending::Closed(_) => None,
        }
    }

    /// Takes a message addressed to the client.
    pub(super) fn handle(&mut self, now: VirtualTime, message: Message, out: &mut Out) {
        match message {
            Message::Start(request) => {
                self.started += 1;
                self.announce_start(out);
                self.due(request, now, out);
            }
            Message::Due(request) => self.due(request, now, out),
            Message::Post(request) => out.now(Message::Arrive(Attempt::first(request))),
            Message::Turn => self.turn(now, out),
            Message::Tokens => {
                if let (Sending::Python(python), Some(batch)) =
                    (&mut self.kind, out.tokens.pop_front())
                {
                    python.deliver(batch);
                    python.plan_turn(out);
                }
            }
            Message::Refused {
                attempt,
                retry_after_s,
            } => self.refused(attempt, retry_after_s, now, out),
            Message::TurnedDown { attempt, outcome } => {
                self.end(attempt.request, outcome, now, out);
            }
            Message::Failed { attempt, how } => self.failed(attempt, how, now, out),
            Message::Received(request) => self.end(request, Outcome::Completed, now, out),
            Message::Answered(attempt) => {
                let request = attempt.request;
                out.fact(now, What::Answered { request });
                self.end(request, Outcome::Completed, now, out);
            }
            _ => debug_assert!(false, "{message:?} is not for a client"),
        }
    }

    /// One past the place of the last start of the stage under way.
    fn stage_end(&self) -> usize {
        let stage = self.schedule.stages.get(self.stage);
        stage.map_or(0, |stage| stage.until)
    }

    /// Queues the next request of this stage that starts on its own.
    fn announce_start(&self, out: &mut Out) {
        if self.started < self.stage_end()
            && let Some(&(at, request)) = self.schedule.starts.get(self.started)
        {
            out.start(self.began + at, request);
        }
    }

    fn due(&mut self, request: u32, now: VirtualTime, out: &mut Out) {
        out.fact(now, What::Due { request });
        match &mut self.kind {
            Sending::Open => send(request, now, out),
            Sending::Closed(cap) => {
                cap.held.push_back(request);
                if let Some(request) = cap.take_place() {
                    send(request, now, out);
                }
            }
            Sending::Python(python) => {
                python.begin(request, now);
                python.plan_turn(out);
            }
        }
    }

    /// One turn of the client's event loop.
    fn turn(&mut self, now: VirtualTime, out: &mut Out) {
        let stage_end = self.stage_end();
        let Sending::Python(python) = &mut self.kind else {
            return;
        };
        if !python.takes_turn(now) {
            return; // an earlier turn took its place
        }
        let output = |n: u32| self.workload.request(n).output_tokens.max(1);
        python.turn(now, &self.schedule.starts[..stage_end], output, out);
        python.plan_turn(out);
    }

    /// Tries a refused request again, or gives it up.
    #[cold]
    fn refused(&mut self, attempt: Attempt, retry_after_s: u32, now: VirtualTime, out: &mut Out) {
        let request = attempt.request;
        let asked = VirtualTime(u64::from(retry_after_s) * 1_000_000_000);
        let patience = self.patience.as_ref();
        let begun = patience.and_then(|patience| patience.tried.get(&request));
        let refusals = attempt.number - begun.map_or(0, |&(_, begun)| begun);
        let wait = self.retry.wait(refusals, Some(asked), &mut self.jitter);
        match wait {
            Some(wait) => {
                out.fact(now, What::Retried { request });
                let next = attempt.next();
                out.begin(next);
                out.at(now + wait, Message::Arrive(next));
            }
            None => {
                out.fact(now, What::GivenUp { request });
                self.end(request, Outcome::Rejected, now, out);
            }
        }
    }

    /// Tries a request again whose attempt came to nothing, or gives it up.
    #[cold]
    fn failed(&mut self, attempt: Attempt, how: FailureKind, now: VirtualTime, out: &mut Out) {
        let request = attempt.request;
        if how == FailureKind::Cut {
            return self.end(request, Outcome::Cut, now, out);
        }
        let next = attempt.next();
        let wait = self.patience.as_mut().and_then(|patience| {
            let retries = patience
                .tried
                .get(&request)
                .map_or(0, |&(retries, _)| retries);
            let wait = patience.wait(retries)?;
            patience.tried.insert(request, (retries + 1, next.number));
            Some(wait)
        });
        let Some(wait) = wait else {
            return self.end(request, Outcome::Failed, now, out);
        };
        let router = false;
        out.fact(now, What::Again { request, router });
        out.begin(next);
        out.at(now + wait, Message::Arrive(next));
    }

    /// Whether every request has ended.
    pub(super) fn is_done(&self) -> bool {
        self.ended == self.count
    }

    /// Notes that a request has ended: its conversation goes on, and there is room for another.
    fn end(&mut self, request: u32, outcome: Outcome, now: VirtualTime, out: &mut Out) {
        out.fact(now, What::Ended { request, outcome });
        self.ended += 1;
        let len = self.workload.requests.len() as u32;
        let (round, base) = (request - request % len, request % len);
        let turn = self.schedule.next[base as usize];
        if turn != LAST && round + turn < self.count {
            let pause = match self.workload.requests[turn as usize].arrival {
                Arrival::AfterPrevious(Some(gap)) => gap,
                _ => self.think,
            };
            out.at(now + pause, Message::Due(round + turn));
        }
        self.advance_stage(now, out);
        match &mut self.kind {
            Sending::Open => {}
            Sending::Closed(cap) => {
                cap.under_way -= 1;
                if let Some(request) = cap.take_place() {
                    send(request, now, out);
                }
            }
            Sending::Python(python) => {
                if outcome != Outcome::Completed {
                    python.refuse(now);
                    python.plan_turn(out);
                }
            }
        }
    }

    /// Goes on to the next stage of the ladder if this one has drained.
    fn advance_stage(&mut self, now: VirtualTime, out: &mut Out) {
        let stages = &self.schedule.stages;
        let drained = |requests: u32| stages.len() > 1 && self.ended == requests;
        if !stages
            .get(self.stage)
            .is_some_and(|stage| drained(stage.requests))
        {
            return;
        }
        out.fact(now, What::StageEnded);
        out.now(Message::StageEnded);
        self.stage += 1;
        self.began = now;
        if let Sending::Python(python) = &mut self.kind {
            self.gaps.push(python.take_gaps());
        }
        if self.stage == stages.len() {
            return;
        }
        match &mut self.kind {
            Sending::Python(python) => {
                python.go_on(now);
                python.plan_turn(out);
            }
            Sending::Open | Sending::Closed(_) => self.announce_start(out),
        }
    }
}

fn send(request: u32, now: VirtualTime, out: &mut Out) {
    out.fact(now, What::Sent { request });
    out.now(Message::Arrive(Attempt::first(request)));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Attempts at 0, at 0.375 to 0.5, at 1.125 to 1.5 s, then the error.
    #[test]
    fn it_asks_again_twice_as_openai_python_does() {
        for seed in 0..100 {
            let mut patience = Patience {
                most_retries: 2,
                jitter: Rng::new(seed, "client-retry"),
                tried: Map::default(),
            };
            let first = patience.wait(0).unwrap().secs();
            assert!((0.375..=0.5).contains(&first), "{first}");
            let second = first + patience.wait(1).unwrap().secs();
            assert!((1.125..=1.5).contains(&second), "{second}");
            assert_eq!(patience.wait(2), None);
            patience.most_retries = 100;
            assert!((6.0..=8.0).contains(&patience.wait(50).unwrap().secs()));
        }
    }
}
