//! The replicas' side: the way to an engine, its wake-ups, and what it has to say.

use std::sync::Arc;

use super::{Event, Simulation};
use crate::fleet::client::Chunks;
use crate::fleet::record::{Mark, Phase};
use crate::replica::{Output, Sequence};
use crate::units::{RequestId, VirtualTime};

impl Simulation {
    /// Network and API server pass a routed request on to its engine.
    pub(super) fn dispatch(&mut self, n: u32) {
        let id = usize::from(self.records[n as usize].replica);
        self.in_flight += 1;
        let (now, settings) = (self.now, self.settings);
        let prompt = f64::from(self.request(n).prompt_tokens);
        let front = VirtualTime(
            settings.front.0 + VirtualTime::from_secs(settings.front_token_s * prompt).0,
        );
        let there = &mut self.replicas[id];
        there.requests += 1;
        let arrived = now + settings.network + front;
        there.api_ready = there.api_ready.max(arrived) + settings.api_request;
        let at = there.api_ready + settings.api_request;
        if at == now {
            self.reach(n)
        } else {
            self.push(at, Event::Reach(n))
        }
    }

    fn mark(&mut self, request: RequestId, at: VirtualTime, phase: Phase) {
        if let Some(marks) = &mut self.marks {
            let request = request.0;
            marks.push(Mark { at, request, phase });
        }
    }

    pub(super) fn reach(&mut self, n: u32) {
        let id = usize::from(self.records[n as usize].replica);
        self.mark(RequestId(n), self.now, Phase::Queued);
        self.advance(id);
        self.remember(n, id);
        let workload = Arc::clone(&self.workload);
        let request = self.request(n);
        let sequence = Sequence {
            request: RequestId(n),
            prompt_tokens: request.prompt_tokens.max(1),
            output_tokens: request.output_tokens.max(1),
            prompt: request.prompt,
            answered: request.answered,
        };
        let mut outputs = core::mem::take(&mut self.outputs);
        self.replicas[id]
            .engine
            .enqueue(&workload.corpus, sequence, self.now, &mut outputs);
        self.outputs = outputs;
        self.report();
        self.schedule_wake(id);
    }

    pub(super) fn wake(&mut self, id: u32) {
        let id = id as usize;
        if self.replicas[id].wake != self.now {
            return; // an earlier wake-up took its place
        }
        self.replicas[id].wake = VirtualTime::NEVER;
        self.advance(id);
        self.schedule_wake(id);
    }

    pub(super) fn advance(&mut self, id: usize) {
        let workload = Arc::clone(&self.workload);
        let mut outputs = core::mem::take(&mut self.outputs);
        self.replicas[id]
            .engine
            .advance(&workload.corpus, self.now, &mut outputs);
        self.outputs = outputs;
        self.report();
        self.note_step(id);
        self.deliver(id);
    }

    /// Hands a step's tokens to a client that takes them one by one.
    pub(super) fn deliver(&mut self, id: usize) {
        let Some((client, _)) = &mut self.client else {
            return;
        };
        let Some(tokens) = &mut self.replicas[id].engine.tokens else {
            return;
        };
        if tokens.is_empty() {
            return;
        }
        for batch in tokens.drain(..) {
            client.deliver(Chunks {
                base: batch.base,
                each: self.settings.api_token,
                requests: batch.requests,
                sent: 0,
            });
        }
        self.schedule_turn();
    }

    pub(super) fn schedule_wake(&mut self, id: usize) {
        let wake = self.replicas[id].engine.wake();
        if wake < self.replicas[id].wake {
            self.replicas[id].wake = wake;
            self.push(wake, Event::Wake(id as u32));
        }
    }

    pub(super) fn report(&mut self) {
        let outputs = core::mem::take(&mut self.outputs);
        let network = self.settings.network;
        for output in &outputs {
            match *output {
                Output::Admitted(request, at, admission) => {
                    self.mark(request, at, Phase::Prefill);
                    let record = &mut self.records[request.index()];
                    record.hit_tokens = admission.hit_tokens;
                    record.hit_blocks = admission.hit_blocks;
                    self.account(request.0);
                }
                Output::FirstToken(request, at) => {
                    self.mark(request, at, Phase::Decode);
                    self.records[request.index()].first_token = at + network;
                    if self.routers.wants_first_tokens() {
                        self.push(at, Event::First(request.0));
                    }
                }
                Output::Finished(request, at) => {
                    self.mark(request, at, Phase::Left);
                    self.push(at, Event::Left(request.0));
                }
                Output::Preempted(request, at) => self.mark(request, at, Phase::Preempted),
                Output::Readmitted(request, at) => self.mark(request, at, Phase::Prefill),
                Output::Resumed(request, at) => self.mark(request, at, Phase::Decode),
            }
        }
        self.outputs = outputs;
        self.outputs.clear();
    }

    pub(super) fn left(&mut self, n: u32) {
        self.finished(n);
        self.in_flight -= 1;
        if self.client.is_none() {
            self.push(self.now + self.settings.network, Event::Answered(n));
        }
    }
}
