//! The client's side: when a request is due, whether the cap lets it go, when its answer is there, and the turn after.

use super::{Event, Simulation};
use crate::fleet::arrivals::LAST;
use crate::fleet::client::Act;
use crate::fleet::record::Outcome;
use crate::request::Arrival;
use crate::units::VirtualTime;

impl Simulation {
    pub(super) fn due(&mut self, n: u32) {
        if let Some((client, _)) = &mut self.client {
            client.begin(n, self.now, &mut self.records);
            return self.schedule_turn();
        }
        self.records[n as usize].due = self.now;
        if self.under_way >= self.settings.concurrency {
            self.held.push_back(n);
        } else {
            self.send(n);
            self.send_held();
        }
    }

    /// Sends what waits for the cap, as far as it allows; what is refused at once makes room for the next.
    pub(super) fn send_held(&mut self) {
        while self.client.is_none()
            && self.under_way < self.settings.concurrency
            && let Some(n) = self.held.pop_front()
        {
            self.send(n);
        }
    }

    pub(super) fn send(&mut self, n: u32) {
        self.under_way += 1;
        if self.client.is_none() {
            self.records[n as usize].sent = self.now;
        }
        let request = self.request(n);
        if u64::from(request.prompt_tokens) + u64::from(request.output_tokens)
            > u64::from(self.settings.context)
        {
            self.refuse(n, Outcome::Rejected);
        } else {
            self.knock(n);
        }
    }

    /// One turn of the client's event loop.
    pub(super) fn turn(&mut self) {
        let stage_end = self.stage_end();
        let Some((client, at)) = &mut self.client else {
            return;
        };
        if *at != self.now {
            return; // an earlier turn took its place
        }
        *at = VirtualTime::NEVER;
        let requests = &self.workload.requests;
        let output = |n: u32| requests[n as usize % requests.len()].output_tokens.max(1);
        client.turn(
            self.now,
            &self.schedule.starts[..stage_end],
            &mut self.records,
            output,
        );
        let mut acts = core::mem::take(&mut client.acts);
        for act in acts.drain(..) {
            match act {
                Act::Post(n, at) => self.push(at, Event::Post(n)),
                Act::Answered(n, at) => self.push(at, Event::Answered(n)),
            }
        }
        if let Some((client, _)) = &mut self.client {
            client.acts = acts;
        }
        self.schedule_turn();
    }

    pub(super) fn schedule_turn(&mut self) {
        let Some((client, at)) = &mut self.client else {
            return;
        };
        let next = client.next_turn();
        if next < *at {
            *at = next;
            self.push(next, Event::Turn);
        }
    }

    pub(super) fn answered(&mut self, n: u32) {
        if self.client.is_none() {
            self.records[n as usize].done = self.now;
        }
        self.conclude(n, Outcome::Completed);
        self.send_held();
    }

    /// Ends a request at the client; its conversation goes on.
    pub(super) fn conclude(&mut self, n: u32, outcome: Outcome) {
        self.records[n as usize].outcome = outcome;
        self.concluded += 1;
        self.under_way -= 1;
        let len = self.workload.requests.len() as u32;
        let turn = self.schedule.next[(n % len) as usize];
        if turn != LAST && n - n % len + turn < self.count {
            let pause = match self.workload.requests[turn as usize].arrival {
                Arrival::AfterPrevious(Some(gap)) => gap,
                _ => self.settings.think,
            };
            self.push(self.now + pause, Event::Due(n - n % len + turn));
        }
        self.climb();
    }
}
